//! A household with accounts, and everybody who could try to look in.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use owntracks_dashboard::people::People;
use owntracks_dashboard::people::password::{PasswordHash, Typed};
use owntracks_dashboard::people::register::{Device, Name, Person};
use owntracks_dashboard::people::token::Token;
use serde_json::Value;

use crate::mqtt::Mqtt;
use crate::support::{Answer, Running, request};

/// Some day of them all: 2026-11-22T12:00:00Z.
pub const NOON: i64 = 1_795_348_800;

/// Who is in the histories: an owner, two members, a car without a login, and somebody who belongs to nobody.
pub const SEEN: [&str; 5] = ["alice", "bob", "carol", "dave", "ghost"];

/// Name of one of them.
pub fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// Their password.
pub fn password_of(person: &str) -> String {
    format!("the password of {person}")
}

/// A latitude that nobody else has.
pub fn latitude(person: &str) -> String {
    let index = SEEN.iter().position(|seen| *seen == person).unwrap();
    format!("5{index}.73519")
}

/// A location with a mark in it.
pub fn place(person: &str, mark: &str, time_s: i64) -> String {
    format!(
        r#"{{"_type":"location","tid":"{}","lat":{},"lon":9.5,"tst":{time_s},"poi":"{mark}-of-{person}"}}"#,
        &person[..2],
        latitude(person)
    )
}

/// Everybody publishes everything there is while there are no accounts.
pub async fn lay_history(server: &Running) {
    let mut phone = Mqtt::connect(server.address).await;
    for person in SEEN {
        let base = format!("owntracks/{person}/phone");
        phone.publish(&base, &place(person, "mark", NOON)).await;
        let card = format!(r#"{{"_type":"card","name":"card-of-{person}"}}"#);
        phone.publish(&format!("{base}/info"), &card).await;
        let event = format!(
            r#"{{"_type":"transition","event":"enter","tst":{NOON},"desc":"event-of-{person}","lat":{},"lon":9}}"#,
            latitude(person)
        );
        phone.publish(&format!("{base}/event"), &event).await;
        let region = format!(
            r#"{{"_type":"waypoint","tst":{NOON},"desc":"region-of-{person}","lat":{},"lon":9,"rad":50}}"#,
            latitude(person)
        );
        phone.publish(&format!("{base}/waypoint"), &region).await;
        let command = format!(r#"{{"_type":"cmd","action":"command-of-{person}"}}"#);
        phone.publish(&format!("{base}/cmd"), &command).await;
    }
}

/// Adds an owner, members and a car.
pub async fn found(people: &Arc<People>) {
    for person in ["alice", "bob", "carol", "dave"] {
        let password = PasswordHash::of(&Typed::new(password_of(person))).unwrap();
        let password = (person != "dave").then_some(password);
        let person = Person::new(name(person), person == "alice", password);
        people.change(move |register| register.add(person)).await.unwrap();
    }
}

/// Gives a device a credential.
pub async fn credential(people: &Arc<People>, person: &str, device: &str) -> String {
    let token = Token::random().unwrap();
    let device = Device { name: name(device), secret: token.hash(), made_at_s: NOON };
    let person = name(person);
    people.change(move |register| register.set_device(&person, device)).await.unwrap();
    token.reveal().to_owned()
}

/// `Authorization` of HTTP Basic.
pub fn basic(user: &str, password: &str) -> (&'static str, String) {
    ("Authorization", format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

/// Sends a form as a browser does.
pub async fn submit(
    server: &Running,
    path: &str,
    cookie: Option<&(&'static str, String)>,
    fields: &[(&str, &str)],
) -> Answer {
    submit_to(server.address, path, cookie, fields).await
}

/// The same to a server of which no more is known.
pub async fn submit_to(
    address: SocketAddr,
    path: &str,
    cookie: Option<&(&'static str, String)>,
    fields: &[(&str, &str)],
) -> Answer {
    let own = format!("http://{address}");
    let mut headers = vec![
        ("Origin", own.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    headers.extend(cookie.map(|(name, value)| (*name, value.as_str())));
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request(address, "POST", path, &headers, body).await
}

/// Logs in on the page and returns the header that shows it.
pub async fn log_in(server: &Running, user: &str, password: &str) -> Option<(&'static str, String)> {
    let answer = submit(server, "/login", None, &[("username", user), ("password", password)]).await;
    cookie_of(&answer)
}

/// The login that an answer begins.
pub fn cookie_of(answer: &Answer) -> Option<(&'static str, String)> {
    let set = answer.headers.get_all("set-cookie").iter();
    set.filter_map(|value| value.to_str().unwrap().strip_prefix("owntracks-login="))
        .map(|rest| rest.split(';').next().unwrap())
        .find(|token| !token.is_empty())
        .map(|token| ("Cookie", format!("owntracks-login={token}")))
}

/// The mark that the forms of a page bring back.
pub async fn form_mark(server: &Running, path: &str, cookie: &(&'static str, String)) -> String {
    let page = request(server.address, "GET", path, &[(cookie.0, &cookie.1)], "").await;
    let (_, rest) = page.text().split_once("name=mark value=").expect("a form");
    rest.split('>').next().unwrap().to_owned()
}

/// The configuration in the link of a page, as an app reads it.
pub fn configuration(page: &Answer) -> Value {
    let (_, rest) = page.text().split_once("owntracks:///config?inline=").expect("a link");
    let coded: String = form_urlencoded::parse(format!("x={}", rest.split('"').next().unwrap()).as_bytes())
        .map(|(_, value)| value.into_owned())
        .collect();
    serde_json::from_slice(&STANDARD.decode(coded).unwrap()).unwrap()
}
