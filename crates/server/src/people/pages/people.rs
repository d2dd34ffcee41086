//! Who belongs to the household and who sees whom, for owners.

use axum::http::StatusCode;
use axum::response::Response;

use super::account::devices;
use super::html::{check, e, field};
use super::login::{new_password, new_password_fields};
use super::{Caller, Member, Sent, notice_bad};
use crate::people::doors::see_other;
use crate::people::file::ChangeError;
use crate::people::register::{Name, Person, Refused, Register};
use crate::people::rule;

const HERE: &str = "people";

/// The page of the household, or of one person in it.
pub(super) async fn show(Member { caller, .. }: Member) -> Response {
    match Name::parse(caller.query("name")) {
        Some(name) => render_person(&caller, &name, StatusCode::OK, &caller.done()),
        None => render(&caller, StatusCode::OK, &caller.done()),
    }
}

/// What an owner changed.
pub(super) async fn change(Sent { caller, name: owner, form }: Sent) -> Response {
    if !caller.is_owner() {
        return render(&caller, StatusCode::FORBIDDEN, "");
    }
    let what = form.get("do").to_owned();
    let name = form.name("name");
    let refuse = |why: &str| match (&name, what.as_str()) {
        (Some(name), what) if what != "add" && what != "sight" => {
            render_person(&caller, name, StatusCode::UNPROCESSABLE_ENTITY, &notice_bad(why))
        }
        _ => render(&caller, StatusCode::UNPROCESSABLE_ENTITY, &notice_bad(why)),
    };
    if what == "sight" {
        let (pairs, seen) = (pairs(form.all("pair")), pairs(form.all("sees")));
        return match change_as(&caller, &owner, move |register| set_sights(register, &pairs, &seen)).await {
            Ok(()) => see_other("people?done=saved"),
            Err(error) => refuse(caller.words.why(&error)),
        };
    }
    let Some(name) = name.clone() else { return refuse(caller.words.bad_name) };
    let password = match what.as_str() {
        "password" => Some(new_password(&form, &name).await),
        "add" if !form.get("password").is_empty() => Some(new_password(&form, &name).await),
        _ => None,
    };
    let password = match password.transpose() {
        Ok(password) => password,
        Err(why) => return refuse(why.say(caller.words)),
    };
    let owns = form.get("owner") == "yes";
    let device = form.name("device");
    let person = name.clone();
    let sure = form.get("sure") == "yes";
    let doing = what.clone();
    let changed = change_as(&caller, &owner, move |register| match (doing.as_str(), password, device) {
        ("add", None, _) if owns => Err(Refused::BadPassword),
        ("add", password, _) => register.add(Person::new(person, owns, password)),
        ("password", Some(password), _) => register.set_password(&person, password),
        ("owner", ..) => register.set_owner(&person, owns),
        ("revoke", _, Some(device)) => register.revoke_device(&person, &device),
        ("remove", ..) if sure => register.remove(&person),
        ("remove" | "everywhere", ..) => Ok(()),
        _ => Err(Refused::NoSuchThing),
    });
    if let Err(error) = changed.await {
        return refuse(caller.words.why(&error));
    }
    if what == "everywhere" {
        let person = name.clone();
        let people = caller.pass.people();
        if let Err(error) = people.change_sessions(move |sessions| sessions.end_all(&person)).await {
            tracing::error!("the end of all logins was not saved: {error}");
        }
    }
    match what.as_str() {
        "add" => see_other("people?done=added"),
        "remove" if sure => see_other("people?done=removed"),
        _ => see_other(&format!("people?name={name}&done=saved")),
    }
}

/// Changes the register, if `owner` is still one at that moment: another owner may have thought otherwise meanwhile.
async fn change_as(
    caller: &Caller,
    owner: &Name,
    change: impl FnOnce(&mut Register) -> Result<(), Refused> + Send + 'static,
) -> Result<(), ChangeError> {
    let owner = owner.clone();
    let change = move |register: &mut Register| match register.person(owner.as_str()) {
        Some(person) if person.owner => change(register),
        _ => Err(Refused::NobodyOfThatName),
    };
    caller.pass.people().change(change).await
}

/// `viewer/seen`, of the pairs that were on the page.
fn pairs<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<(Name, Name)> {
    let pair = |text: &str| {
        let (viewer, seen) = text.split_once('/')?;
        Some((Name::parse(viewer)?, Name::parse(seen)?))
    };
    texts.filter_map(pair).collect()
}

/// Sets the pairs that were on the page; people who came meanwhile stay as they are.
fn set_sights(register: &mut Register, pairs: &[(Name, Name)], seen: &[(Name, Name)]) -> Result<(), Refused> {
    for pair in pairs {
        match register.set_sight(&pair.0, &pair.1, seen.contains(pair)) {
            Ok(()) | Err(Refused::NobodyOfThatName) => {}
            Err(refused) => return Err(refused),
        }
    }
    Ok(())
}

fn role(caller: &Caller, person: &Person) -> &'static str {
    match (person.owner, person.password.is_some()) {
        (true, _) => caller.words.owner,
        (false, true) => caller.words.member,
        (false, false) => caller.words.no_login,
    }
}

fn render(caller: &Caller, status: StatusCode, notice: &str) -> Response {
    let words = caller.words;
    if !caller.is_owner() {
        return caller.page(StatusCode::FORBIDDEN, words.people, HERE, &notice_bad(words.owners_only));
    }
    let household = caller.pass.people().now();
    let own = rule::entitled(&household, caller.pass.viewer()).map(|person| person.name.clone());
    let everybody = &household.register.people;
    let mut body = notice.to_owned();

    body += &format!("<section><h2>{}</h2><ul class=list>", e(words.household));
    for person in everybody {
        let you =
            if own.as_ref() == Some(&person.name) { format!(" ({})", words.you) } else { String::new() };
        body += &format!(
            "<li><span><strong>{}</strong>{}<small>{}</small></span><a class=\"button quiet\" href=\"people?name={}\">{}</a></li>",
            e(person.name.as_str()),
            e(&you),
            e(role(caller, person)),
            e(person.name.as_str()),
            e(words.change),
        );
    }
    body += "</ul></section>";

    if everybody.len() > 1 {
        body += &format!(
            "<section><h2>{}</h2><p class=soft>{}</p>{}",
            e(words.who_sees),
            e(words.who_sees_hint),
            caller.form(HERE, "sight"),
        );
        for viewer in everybody {
            body += &format!("<fieldset><legend>{} {}</legend><div>", e(viewer.name.as_str()), e(words.sees));
            for seen in everybody.iter().filter(|seen| seen.name != viewer.name) {
                let pair = format!("{}/{}", viewer.name, seen.name);
                let hidden = household
                    .register
                    .hidden
                    .iter()
                    .any(|hidden| hidden.viewer == viewer.name && hidden.seen == seen.name);
                let checked = if hidden { "" } else { " checked" };
                body += &format!("<input type=hidden name=pair value=\"{}\">", e(&pair));
                body += &check(seen.name.as_str(), &format!("name=sees value=\"{}\"{checked}", e(&pair)));
            }
            body += "</div></fieldset>";
        }
        body += &format!("<button>{}</button></form></section>", e(words.save));
    }

    let unlisted = unlisted(caller);
    if !unlisted.is_empty() {
        body += &format!(
            "<section><h2>{}</h2><p class=soft>{}</p><p>{}</p></section>",
            e(words.unlisted),
            e(words.unlisted_hint),
            e(&unlisted.join(", ")),
        );
    }

    let name = field(
        words.name,
        words.name_hint,
        "name=name required maxlength=64 autocomplete=off autocapitalize=none spellcheck=false",
    );
    let passwords = new_password_fields(words).replace(" required", "");
    body += &format!(
        "<section><h2>{}</h2><p class=soft>{}</p>{}{name}{passwords}{}<button>{}</button></form></section>",
        e(words.add_person),
        e(words.add_hint),
        caller.form(HERE, "add"),
        check(words.may_decide, "name=owner value=yes"),
        e(words.add),
    );
    caller.page(status, words.people, HERE, &body)
}

/// Users who have sent something and belong to nobody.
fn unlisted(caller: &Caller) -> Vec<String> {
    let household = caller.pass.people().now();
    let located = caller.setup.store.as_ref().map(|store| store.latest().located()).unwrap_or_default();
    let mut users: Vec<_> = located.into_iter().map(|(friend, ..)| friend.user().to_owned()).collect();
    users.dedup();
    users.retain(|user| household.register.person(user).is_none());
    users
}

fn render_person(caller: &Caller, name: &Name, status: StatusCode, notice: &str) -> Response {
    let words = caller.words;
    let household = caller.pass.people().now();
    let Some(person) = household.register.person(name.as_str()).filter(|_| caller.is_owner()) else {
        let notice = notice_bad(words.nobody_of_that_name);
        return render(caller, StatusCode::NOT_FOUND, &notice);
    };
    let form = |what: &str| {
        format!("{}<input type=hidden name=name value=\"{}\">", caller.form(HERE, what), e(name.as_str()))
    };
    let mut body = format!("<p><a href=people>{}</a></p>{notice}", e(words.back));

    let owns = if person.owner { " checked" } else { "" };
    body += &format!(
        "<section><h2>{}</h2>{}{}<button>{}</button></form></section>",
        e(role(caller, person)),
        form("owner"),
        check(words.may_decide, &format!("name=owner value=yes{owns}")),
        e(words.save),
    );
    body += &format!("<section><h2>{}</h2>{}</section>", e(words.devices), devices(caller, HERE, name));
    body += &format!(
        "<section><h2>{}</h2>{}{}<button>{}</button></form></section>",
        e(words.new_password),
        form("password"),
        new_password_fields(words),
        e(words.change_password),
    );
    body += &format!(
        "<section><h2>{}</h2><p class=soft>{}</p>{}<button class=quiet>{}</button></form></section>",
        e(words.everywhere),
        e(words.everywhere_hint),
        form("everywhere"),
        e(words.everywhere),
    );
    body += &format!(
        "<section><h2>{}</h2><p class=soft>{}</p>{}{}<button class=bad>{}</button></form></section>",
        e(words.remove_person),
        e(words.remove_hint),
        form("remove"),
        check(words.sure, "name=sure value=yes required"),
        e(words.remove),
    );
    caller.page(status, name.as_str(), HERE, &body)
}
