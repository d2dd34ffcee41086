//! Logging in and out, and the first account.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::html::{check, e, field};
use super::{Caller, Form, Sent, notice_bad, policy};
use crate::clock;
use crate::people::attempts::Attempt;
use crate::people::cookie::{Reach, cookie, is_secure, set_cookie};
use crate::people::doors::see_other;
use crate::people::file::ChangeError;
use crate::people::identify::{KNOWN_COOKIE, LOGIN_COOKIE};
use crate::people::password::{PasswordHash, Typed};
use crate::people::register::{Name, Person, Refused};
use crate::people::token::{Token, TokenHash};
use crate::people::viewer::{Proof, Viewer};

/// How long browsers keep cookies at most, in seconds. How long a login lasts is for the server to say.
const KEPT_S: i64 = 400 * 86_400;

/// The login page.
pub(super) async fn login(caller: Caller) -> Response {
    if caller.pass.people().now().register.is_empty() {
        return see_other("welcome");
    }
    if caller.member().is_ok() {
        return see_other(&back_to(caller.query("view")));
    }
    if !caller.setup.login_in_frames && is_in_frame(&caller.headers) {
        return show_not_here(&caller, caller.query("view"));
    }
    let begun = caller.query("begun") == "yes";
    let notice = if begun { notice_bad(caller.words.login_not_kept) } else { String::new() };
    show_login(&caller, StatusCode::OK, &notice, caller.query("view"), "")
}

/// Somebody logs in.
pub(super) async fn log_in(caller: Caller, form: Form) -> Response {
    let people = caller.pass.people();
    if people.now().register.is_empty() {
        return see_other("welcome");
    }
    let (user, view) = (form.get("username"), form.get("view"));
    let known = cookie(&caller.headers, KNOWN_COOKIE).map(TokenHash::of).is_some_and(|token| {
        Name::parse(user).is_some_and(|name| people.now().sessions.is_known(&token, &name))
    });
    let attempt = Attempt { address: caller.whence.address, name: user.trim().to_owned(), known };
    match people.check_password(user, form.get("password").as_bytes(), attempt).await {
        Err(_) => {
            show_login(&caller, StatusCode::TOO_MANY_REQUESTS, &notice_bad(caller.words.wait), view, user)
        }
        Ok(None) => {
            // Not even the name: it might be a password typed into the wrong field.
            tracing::warn!(address = %caller.whence.address, "a login failed");
            show_login(&caller, StatusCode::UNAUTHORIZED, &notice_bad(caller.words.wrong), view, user)
        }
        Ok(Some((name, mark))) => {
            // By way of this page, which sends on whoever is logged in. Whoever is not, because the browser kept no cookie, would
            // otherwise only be asked again and again.
            let on: String = form_urlencoded::byte_serialize(view.as_bytes()).collect();
            let on = format!("login?begun=yes&view={on}");
            begin(&caller, &name, mark, form.get("stay") == "yes", &on).await
        }
    }
}

/// Somebody logs out.
pub(super) async fn log_out(Sent { caller, .. }: Sent) -> Response {
    if let Viewer::Person { proof: Proof::Session(token), .. } = caller.pass.viewer().clone()
        && let Err(error) = caller.pass.people().change_sessions(move |sessions| sessions.end(&token)).await
    {
        tracing::error!("a logout was not saved: {error}");
    }
    with_cookies(&see_other("login"), &[cleared(&caller)])
}

/// The page that makes the first owner. While there are no accounts only this machine gets here.
pub(super) async fn welcome(caller: Caller) -> Response {
    if !caller.pass.people().now().register.is_empty() {
        return see_other("login");
    }
    show_welcome(&caller, StatusCode::OK, "", "")
}

/// The first owner.
pub(super) async fn found(caller: Caller, form: Form) -> Response {
    let people = caller.pass.people();
    if *caller.pass.viewer() != Viewer::Open || !people.now().register.is_empty() {
        return see_other("login");
    }
    let typed = form.get("username").to_owned();
    let again = |why: &str| show_welcome(&caller, StatusCode::UNPROCESSABLE_ENTITY, &notice_bad(why), &typed);
    let Some(name) = form.name("username") else { return again(caller.words.bad_name) };
    let password = match new_password(&form, &name).await {
        Ok(password) => password,
        Err(why) => return again(why.say(caller.words)),
    };
    let mark = password.mark();
    let owner = Person::new(name.clone(), true, Some(password));
    let added = people.change(move |register| {
        // Two may have come at once: the first one decides from then on.
        if register.is_empty() { register.add(owner) } else { Err(Refused::NameTaken) }
    });
    match added.await {
        Ok(()) => begin(&caller, &name, mark, true, "people").await,
        Err(error) => again(caller.words.why(&error)),
    }
}

/// Why a new password is none.
pub(super) enum BadPassword {
    Refused(Refused),
    NotSame,
    NotHashed,
}

impl BadPassword {
    pub(super) fn say(&self, words: &'static super::Words) -> &'static str {
        match self {
            Self::Refused(refused) => words.why(&ChangeError::Refused(*refused)),
            Self::NotSame => words.not_same,
            Self::NotHashed => words.disk,
        }
    }
}

/// The new password in a form, typed twice.
pub(super) async fn new_password(form: &Form, name: &Name) -> Result<PasswordHash, BadPassword> {
    let typed = Typed::new(form.get("password"));
    typed.check(name.as_str()).map_err(BadPassword::Refused)?;
    if form.get("password") != form.get("again") {
        return Err(BadPassword::NotSame);
    }
    let hashed = tokio::task::spawn_blocking(move || PasswordHash::of(&typed)).await;
    hashed.ok().and_then(Result::ok).ok_or(BadPassword::NotHashed)
}

/// The fields of a new password.
pub(super) fn new_password_fields(words: &super::Words) -> String {
    let attributes = |name: &str| {
        format!("type=password name={name} required minlength=8 maxlength=200 autocomplete=new-password")
    };
    field(words.password, words.password_hint, &attributes("password"))
        + &field(words.again, "", &attributes("again"))
}

/// Begins a login and sends the browser on.
pub(super) async fn begin(
    caller: &Caller,
    name: &Name,
    password_mark: String,
    lasting: bool,
    on: &str,
) -> Response {
    let (Ok(token), Ok(known)) = (Token::random(), Token::random()) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let (hash, known_hash, person) = (token.hash(), known.hash(), name.clone());
    let now_s = clock::now_s();
    let begun = caller.pass.people().change_sessions(move |sessions| {
        sessions.begin(hash, &person, password_mark, lasting, now_s);
        sessions.know(known_hash, &person);
    });
    if let Err(error) = begun.await {
        tracing::error!("a login was not saved: {error}; it ends with this run of the server");
    }
    let secure = is_secure(caller.whence, &caller.headers);
    let kept_s = lasting.then_some(KEPT_S);
    let login = set_cookie(LOGIN_COOKIE, token.reveal(), reach(caller), secure, kept_s);
    let known = set_cookie(KNOWN_COOKIE, known.reveal(), Reach::OwnPages, secure, Some(KEPT_S));
    with_cookies(&see_other(on), &[login, known])
}

fn cleared(caller: &Caller) -> String {
    set_cookie(LOGIN_COOKIE, "", reach(caller), is_secure(caller.whence, &caller.headers), Some(0))
}

/// Where a login is sent along: in frames of other sites only where the server was told so.
fn reach(caller: &Caller) -> Reach {
    if caller.setup.login_in_frames { Reach::Frames } else { Reach::OwnSite }
}

/// Whether the browser says that it wants the page for a frame; it does over TLS and on the same computer.
fn is_in_frame(headers: &HeaderMap) -> bool {
    let dest = headers.get("sec-fetch-dest").map(HeaderValue::as_bytes);
    matches!(dest, Some(b"iframe" | b"frame" | b"embed" | b"object"))
}

fn with_cookies(response: &Response, cookies: &[String]) -> Response {
    let mut headers: HeaderMap = response.headers().clone();
    for cookie in cookies {
        if let Ok(value) = cookie.parse() {
            headers.append(header::SET_COOKIE, value);
        }
    }
    (response.status(), headers).into_response()
}

/// The map with the view that was asked for. It is a query and nothing else, so it leads nowhere else.
fn back_to(view: &str) -> String {
    if view.is_empty() || !is_view(view) { "./".to_owned() } else { format!("./?{view}") }
}

/// Whether it is a query as browsers write it.
pub(in crate::people) fn is_view(view: &str) -> bool {
    view.bytes().all(|b| b.is_ascii_graphic() && b != b'#')
}

fn show_login(caller: &Caller, status: StatusCode, notice: &str, view: &str, user: &str) -> Response {
    let words = caller.words;
    let focus = |here: bool| if here { " autofocus" } else { "" };
    let user_field = field(
        words.name,
        "",
        &format!(
            "name=username value=\"{}\" required autocomplete=username autocapitalize=none spellcheck=false{}",
            e(user),
            focus(user.is_empty())
        ),
    );
    let password = field(
        words.password,
        "",
        &format!(
            "type=password name=password required autocomplete=current-password{}",
            focus(!user.is_empty())
        ),
    );
    let body = format!(
        "<p class=soft>{}</p>{notice}<section><form method=post action=login data-forget>\
         <input type=hidden name=view value=\"{}\">{user_field}{password}{}<button>{}</button></form></section>",
        e(words.login_hint),
        e(view),
        check(words.stay, "name=stay value=yes checked"),
        e(words.log_in),
    );
    caller.page(status, words.log_in, "", &body)
}

/// Said instead of the login in a frame that may show the map but no login. It asks for nothing, so there is nothing in it that a
/// page around could trick people into.
fn show_not_here(caller: &Caller, view: &str) -> Response {
    let words = caller.words;
    let body = format!(
        // What leads on comes first: small frames show no more.
        "{}<p><a class=button href=\"{}\" target=_blank rel=noopener>{}</a></p><p class=soft>{}</p>",
        notice_bad(words.login_not_here),
        e(&back_to(view)),
        e(words.open_map),
        e(words.login_not_here_hint),
    );
    let mut answer = caller.page(StatusCode::UNAUTHORIZED, words.log_in, "", &body);
    let framed_by = [&["'self'".to_owned()], caller.setup.framed_by.as_slice()].concat();
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy(&framed_by));
    answer
}

fn show_welcome(caller: &Caller, status: StatusCode, notice: &str, user: &str) -> Response {
    let words = caller.words;
    let user = field(
        words.name,
        words.name_hint,
        &format!(
            "name=username value=\"{}\" required maxlength=64 autocomplete=username autocapitalize=none spellcheck=false autofocus",
            e(user)
        ),
    );
    let body = format!(
        "<p class=soft>{}</p>{notice}<section><form method=post action=welcome>{user}{}<button>{}</button></form></section>",
        e(words.welcome_hint),
        new_password_fields(words),
        e(words.create),
    );
    caller.page(status, words.welcome, "", &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_login_comes_the_view_and_nothing_else() {
        assert_eq!(back_to(""), "./");
        assert_eq!(back_to("friends=alice/phone&map=1,2,3"), "./?friends=alice/phone&map=1,2,3");
        assert_eq!(back_to("//evil.example"), "./?//evil.example");
        assert_eq!(back_to("a\r\nSet-Cookie: b"), "./");
    }
}
