//! One's own account: password, logins, phones.

use axum::http::StatusCode;
use axum::response::Response;

use super::html::{e, field};
use super::login::{self, new_password, new_password_fields};
use super::{Caller, Member, Sent, notice_bad};
use crate::clock;
use crate::people::attempts::Attempt;
use crate::people::doors::see_other;
use crate::people::register::Name;
use crate::people::viewer::{Proof, Viewer};

const HERE: &str = "account";

/// The page.
pub(super) async fn show(Member { caller, name }: Member) -> Response {
    render(&caller, &name, StatusCode::OK, &caller.done())
}

/// What was changed on it.
pub(super) async fn change(Sent { caller, name, form }: Sent) -> Response {
    let people = caller.pass.people();
    let refuse = |why: &str| render(&caller, &name, StatusCode::UNPROCESSABLE_ENTITY, &notice_bad(why));
    match form.get("do") {
        "password" => {
            if people.now().register.person(name.as_str()).is_some_and(|person| person.password.is_some()) {
                let attempt = Attempt { address: caller.whence.address, name: name.to_string(), known: true };
                let current = form.get("current").as_bytes();
                match people.check_password(name.as_str(), current, attempt).await {
                    Ok(Some(_)) => {}
                    Ok(None) => return refuse(caller.words.wrong),
                    Err(_) => return refuse(caller.words.wait),
                }
            }
            let password = match new_password(&form, &name).await {
                Ok(password) => password,
                Err(why) => return refuse(why.say(caller.words)),
            };
            let (mark, person) = (password.mark(), name.clone());
            match people.change(move |register| register.set_password(&person, password)).await {
                // This browser stays logged in.
                Ok(()) if is_login(&caller) => {
                    login::begin(&caller, &name, mark, true, "account?done=password").await
                }
                Ok(()) => see_other("account?done=password"),
                Err(error) => refuse(caller.words.why(&error)),
            }
        }
        "everywhere" => {
            let person = name.clone();
            if let Err(error) = people.change_sessions(move |sessions| sessions.end_all(&person)).await {
                tracing::error!("the end of all logins was not saved: {error}");
            }
            see_other("login")
        }
        "revoke" => {
            let Some(device) = form.name("device") else { return refuse(caller.words.no_such_thing) };
            let person = name.clone();
            match people.change(move |register| register.revoke_device(&person, &device)).await {
                Ok(()) => see_other("account?done=removed"),
                Err(error) => refuse(caller.words.why(&error)),
            }
        }
        _ => refuse(caller.words.old_form),
    }
}

fn is_login(caller: &Caller) -> bool {
    matches!(caller.pass.viewer(), Viewer::Person { proof: Proof::Session(_), .. })
}

fn render(caller: &Caller, name: &Name, status: StatusCode, notice: &str) -> Response {
    let words = caller.words;
    let household = caller.pass.people().now();
    let person = household.register.person(name.as_str());
    let mut body = format!("<p class=soft><strong>{}</strong></p>{notice}", e(name.as_str()));
    if !is_login(caller) {
        body += &format!("<p class=notice>{}</p>", e(words.by_proxy));
    }

    body += &format!(
        "<section><h2>{}</h2>{}<p><a class=button href=phone>{}</a></p></section>",
        e(words.devices),
        devices(caller, HERE, name),
        e(words.add_phone)
    );

    let current = match person.and_then(|person| person.password.as_ref()) {
        Some(_) => field(
            words.current_password,
            "",
            "type=password name=current required autocomplete=current-password",
        ),
        None => String::new(),
    };
    body += &format!(
        "<section><h2>{}</h2>{}<input type=hidden name=username value=\"{}\" autocomplete=username>\
         {current}{}<button>{}</button></form></section>",
        e(words.change_password),
        caller.form(HERE, "password"),
        e(name.as_str()),
        new_password_fields(words),
        e(words.change_password),
    );

    let count = household.sessions.count(name, clock::now_s());
    body += &format!(
        "<section><h2>{}</h2><p class=soft>{} {} {count}.</p>{}<button class=quiet>{}</button></form></section>",
        e(words.everywhere),
        e(words.everywhere_hint),
        e(words.logins),
        caller.form(HERE, "everywhere"),
        e(words.everywhere),
    );
    caller.page(status, words.account, HERE, &body)
}

/// The phones of somebody, each with a button that takes it its credential.
pub(super) fn devices(caller: &Caller, action: &str, name: &Name) -> String {
    let words = caller.words;
    let household = caller.pass.people().now();
    let devices =
        household.register.person(name.as_str()).map_or(&[][..], |person| person.devices.as_slice());
    if devices.is_empty() {
        return format!("<p class=soft>{}</p>", e(words.no_devices));
    }
    let mut list = String::from("<ul class=list>");
    for device in devices {
        list += &format!(
            "<li><strong>{}</strong>{}<input type=hidden name=name value=\"{}\">\
             <input type=hidden name=device value=\"{}\"><button class=quiet>{}</button></form></li>",
            e(device.name.as_str()),
            caller.form(action, "revoke"),
            e(name.as_str()),
            e(device.name.as_str()),
            e(words.revoke),
        );
    }
    list + "</ul>"
}
