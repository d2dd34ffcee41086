//! Adding a phone: a credential of its own, as a QR code, a link and a file for the apps; then waiting for it.

use std::net::{IpAddr, SocketAddr};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dashboard_core::owntracks::FriendId;
use serde_json::{Value, json};

use super::html::{e, field, qr};
use super::{Caller, Form, Member, Sent, Setup, notice_bad};
use crate::clock::now_s;
use crate::people::register::{Device, Name, Refused};
use crate::people::token::Token;

const HERE: &str = "phone";

/// The form, or with `wait` a line about what has come from a phone so far.
pub(super) async fn show(State(setup): State<Setup>, Member { caller, name }: Member) -> Response {
    if !caller.query("wait").is_empty() {
        return wait(&setup, &caller, &name);
    }
    render(&setup, &caller, &name, StatusCode::OK, "")
}

/// Makes what the form asks for, or hands out the file.
pub(super) async fn change(State(setup): State<Setup>, Sent { caller, name, form }: Sent) -> Response {
    if form.get("do") == "file" {
        return file(form.get("otrc"), form.get("device"));
    }
    match add(&setup, &caller, &name, &form).await {
        Ok(made) => caller.page(StatusCode::OK, caller.words.add_phone, HERE, &made),
        Err(why) => render(&setup, &caller, &name, StatusCode::UNPROCESSABLE_ENTITY, &notice_bad(why)),
    }
}

async fn add(setup: &Setup, caller: &Caller, own: &Name, form: &Form) -> Result<String, &'static str> {
    let words = caller.words;
    let person = form.name("person").ok_or(words.bad_name)?;
    let device = form.name("device").ok_or(words.bad_name)?;
    if person != *own && !caller.is_owner() {
        return Err(words.owners_only);
    }
    let secret = match setup.store {
        None => None, // the broker is somebody else's, and so are its passwords
        Some(_) => {
            let token = Token::random().map_err(|_| words.disk)?;
            let made = Device { name: device.clone(), secret: token.hash(), made_at_s: now_s() };
            let of = person.clone();
            let added = caller.pass.people().change(move |register| {
                register.person(of.as_str()).ok_or(Refused::NobodyOfThatName)?;
                register.set_device(&of, made)
            });
            added.await.map_err(|error| words.why(&error))?;
            Some(token)
        }
    };
    let target = Target::of(form, &caller.folder()).ok_or(words.phone_address)?;
    let otrc = target.configuration(&person, &device, secret.as_ref().map(Token::reveal)).to_string();
    let coded: String = form_urlencoded::byte_serialize(STANDARD.encode(&otrc).as_bytes()).collect();
    let link = format!("owntracks:///config?inline={coded}");
    let code = qr(&link).unwrap_or_default();
    let reach = if target.is_this_computers() {
        format!("<p class=\"notice warning\">{}</p>", e(words.phone_loopback))
    } else {
        String::new()
    };
    let plain = if target.is_secure() {
        String::new()
    } else {
        format!("<p class=\"notice warning\">{}</p>", e(words.phone_plain))
    };
    let waiting = match setup.store {
        Some(_) => format!(
            "<p class=notice role=status data-wait=\"phone?wait={person}/{device}\">{}</p>",
            e(words.phone_waiting)
        ),
        None => format!("<p class=soft>{}</p>", e(words.phone_outside)),
    };
    let password = secret.as_ref().map_or_else(String::new, |secret| {
        format!("<dt>{}</dt><dd class=code>{}</dd>", e(words.password), e(secret.reveal()))
    });
    Ok(format!(
        "{waiting}{reach}{plain}<section><h2>{person} / {device}</h2><p class=soft>{}</p>{code}\
         <p><a href=\"{}\">{}</a></p>{}<input type=hidden name=device value=\"{device}\">\
         <input type=hidden name=otrc value=\"{}\"><button class=quiet>{}</button></form></section>\
         <section><h2>{}</h2><dl><dt>{}</dt><dd class=code>{}</dd><dt>{}</dt><dd class=code>{person}</dd>{password}\
         <dt>{}</dt><dd class=code>{device}</dd></dl></section>",
        e(words.phone_how),
        e(&link),
        e(words.phone_link),
        caller.form(HERE, "file"),
        e(&otrc),
        e(words.phone_file),
        e(words.phone_by_hand),
        e(words.address),
        e(&target.shown()),
        e(words.name),
        e(words.phone_device),
    ))
}

/// Where a phone connects to.
enum Target {
    Mqtt { host: String, port: u16, tls: bool },
    Http { url: String },
}

impl Target {
    fn of(form: &Form, folder: &str) -> Option<Self> {
        if form.get("mode") == "http" {
            return Some(Self::Http { url: format!("{folder}pub") });
        }
        let typed = form.get("address").trim();
        let (tls, rest) = match typed.split_once("://") {
            Some(("mqtts", rest)) => (true, rest),
            Some(("mqtt", rest)) => (false, rest),
            Some(_) => return None,
            None => (true, typed),
        };
        let rest = rest.trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() => (host, port.parse().ok()?),
            _ => (rest, if tls { 8883 } else { 1883 }),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let plain =
            !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
        plain.then(|| Self::Mqtt { host: host.to_owned(), port, tls })
    }

    /// What both apps read from an `.otrc` file. What they do by themselves (topics, QoS, retained) is left out, so that the
    /// code stays easy to scan.
    fn configuration(&self, person: &Name, device: &Name, password: Option<&str>) -> Value {
        let (person, device) = (person.as_str(), device.as_str());
        let label: String = device.chars().rev().take(2).collect::<Vec<_>>().into_iter().rev().collect();
        let mut all = json!({
            "_type": "configuration",
            "auth": true,
            "username": person,
            "deviceId": device,
            "tid": label,
        });
        let more = match self {
            Self::Mqtt { host, port, tls } => json!({
                "mode": 0,
                "host": host,
                "port": port,
                "tls": tls,
                "clientId": format!("{person}-{device}"),
                "cleanSession": false,
            }),
            Self::Http { url } => json!({ "mode": 3, "url": url }),
        };
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more);
            if let Some(password) = password {
                all.insert("usePassword".into(), true.into());
                all.insert("password".into(), password.into());
            }
        }
        all
    }

    fn shown(&self) -> String {
        match self {
            Self::Mqtt { host, port, tls } => {
                format!("{}://{host}:{port}", if *tls { "mqtts" } else { "mqtt" })
            }
            Self::Http { url } => url.clone(),
        }
    }

    fn is_secure(&self) -> bool {
        match self {
            Self::Mqtt { tls, .. } => *tls,
            Self::Http { url } => url.starts_with("https:"),
        }
    }

    fn is_this_computers(&self) -> bool {
        let shown = self.shown();
        ["//localhost", "//127.", "//[::1]", "//::1"].iter().any(|own| shown.contains(own))
    }
}

/// The file, under a name that systems know for the app's.
fn file(otrc: &str, device: &str) -> Response {
    let name = Name::parse(device).map_or_else(|| "phone".to_owned(), |name| name.to_string());
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.otrc\"")),
    ];
    (headers, otrc.to_owned()).into_response()
}

/// A line about a phone, for the page that waits for it.
fn wait(setup: &Setup, caller: &Caller, own: &Name) -> Response {
    let words = caller.words;
    let household = caller.pass.people().now();
    let friend = FriendId::parse(caller.query("wait"));
    let device = friend
        .as_ref()
        .filter(|friend| friend.user() == own.as_str() || caller.is_owner())
        .and_then(|friend| {
            let person = household.register.person(friend.user())?;
            person.devices.iter().find(|device| device.name.as_str() == friend.device())
        });
    let (Some(friend), Some(device), Some(store)) = (friend, device, &setup.store) else {
        return (StatusCode::NOT_FOUND, words.no_such_thing).into_response();
    };
    let fix = store.latest().of(&friend).fix;
    if fix.is_some_and(|fix| fix.time_s >= device.made_at_s - 60) {
        return ([("x-arrived", "yes")], words.phone_arrived).into_response();
    }
    let trace = caller.pass.people().trace(&friend);
    let line = match (trace.came_at_s, trace.refused_at_s) {
        (Some(came_at_s), _) if came_at_s >= device.made_at_s => words.phone_came,
        (_, Some(refused_at_s)) if refused_at_s >= device.made_at_s => words.phone_refused,
        _ => words.phone_waiting,
    };
    line.into_response()
}

fn render(setup: &Setup, caller: &Caller, own: &Name, status: StatusCode, notice: &str) -> Response {
    let words = caller.words;
    let household = caller.pass.people().now();
    let people: String = household
        .register
        .people
        .iter()
        .filter(|person| person.name == *own || caller.is_owner())
        .map(|person| {
            let selected = if person.name == *own { " selected" } else { "" };
            format!("<option{selected}>{}</option>", e(person.name.as_str()))
        })
        .collect();
    let proposal = Proposal::of(setup, &caller.host(), caller.whence.secure);
    let note = match proposal.note {
        Note::None => String::new(),
        Note::Outside => words.phone_outside_hint.to_owned(),
        Note::Plain => words.phone_mqtt_plain.to_owned(),
        Note::Local => words.phone_mqtt_local.to_owned(),
        Note::Closed => words.phone_mqtt_closed.to_owned(),
    };
    let note = if note.is_empty() { note } else { format!("<p class=soft>{}</p>", e(&note)) };
    let mode = |value: &str, checked: bool, label: &str| {
        let checked = if checked { " checked" } else { "" };
        format!(
            "<label class=check><input type=radio name=mode value={value}{checked}><span>{}</span></label>",
            e(label)
        )
    };
    let body = format!(
        "<p class=soft>{}</p>{notice}<section>{}\
         <label class=field><span>{}</span><select name=person>{people}</select></label>{}\
         <div class=choices>{}{}</div>{note}{}<button>{}</button></form></section>",
        e(words.phone_hint),
        caller.form(HERE, "add"),
        e(words.phone_whose),
        field(
            words.phone_device,
            words.phone_device_hint,
            "name=device required maxlength=64 value=phone autocapitalize=none spellcheck=false"
        ),
        mode("mqtt", !proposal.by_http, words.phone_mqtt),
        mode("http", proposal.by_http, words.phone_http),
        field(
            words.phone_broker,
            words.phone_broker_hint,
            &format!("name=address value=\"{}\" autocapitalize=none spellcheck=false", e(&proposal.address))
        ),
        e(words.add_phone),
    );
    caller.page(status, words.add_phone, HERE, &body)
}

/// What the form proposes.
#[derive(Debug, PartialEq, Eq)]
struct Proposal {
    /// Of the broker, as phones reach it; empty where that is not known.
    address: String,
    by_http: bool,
    note: Note,
}

/// Why it proposes that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Note {
    None,
    /// The broker is somebody else's.
    Outside,
    /// The page came by TLS, and MQTT has none.
    Plain,
    /// MQTT is taken in from this computer only.
    Local,
    /// There is no MQTT over TCP.
    Closed,
}

impl Proposal {
    /// `host` is what the browser asked for, and so what phones reach; but a proxy that answers there hands on HTTP, not MQTT.
    /// What is proposed is therefore no worse protected than the page, and reaches as far.
    fn of(setup: &Setup, host: &str, secure: bool) -> Self {
        let address = |scheme: &str, door: SocketAddr| format!("{scheme}://{host}:{}", door.port());
        let here = host == "localhost"
            || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        if setup.store.is_none() {
            return Self { address: String::new(), by_http: false, note: Note::Outside };
        }
        match (setup.mqtts, setup.mqtt) {
            (Some(door), _) => Self { address: address("mqtts", door), by_http: false, note: Note::None },
            (None, None) => Self { address: String::new(), by_http: true, note: Note::Closed },
            (None, Some(door)) if door.ip().is_loopback() && !here => {
                Self { address: String::new(), by_http: true, note: Note::Local }
            }
            (None, Some(door)) if secure => {
                Self { address: address("mqtt", door), by_http: true, note: Note::Plain }
            }
            (None, Some(door)) => Self { address: address("mqtt", door), by_http: false, note: Note::None },
        }
    }
}

impl Caller {
    /// The host by which the browser asked, without its port.
    fn host(&self) -> String {
        let folder = self.folder();
        let authority = folder.split('/').nth(2).unwrap_or_default();
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host.to_owned(),
            _ => authority.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::Store;

    fn target(mode: &str, address: &str) -> Option<Target> {
        let form = Form(vec![("mode".into(), mode.into()), ("address".into(), address.into())]);
        Target::of(&form, "https://home.example/map/")
    }

    #[test]
    fn addresses_of_brokers() {
        for (typed, shown) in [
            ("home.example", Some("mqtts://home.example:8883")),
            ("mqtt://home.example", Some("mqtt://home.example:1883")),
            ("mqtts://home.example:1234/", Some("mqtts://home.example:1234")),
            ("", None),
            ("http://home.example", None),
            ("home example", None),
            ("home.example:port", None),
        ] {
            assert_eq!(target("mqtt", typed).map(|target| target.shown()).as_deref(), shown, "{typed}");
        }
        assert_eq!(target("http", "").unwrap().shown(), "https://home.example/map/pub");
    }

    #[test]
    fn what_is_proposed_reaches_as_far_as_the_page_and_is_as_well_protected() {
        let folder = tempfile::tempdir().unwrap();
        let store = Some(Arc::new(Store::open(folder.path()).unwrap()));
        let door = |typed: &str| (!typed.is_empty()).then(|| typed.parse().unwrap());
        for (mqtts, mqtt, host, secure, address, by_http, note) in [
            (
                "0.0.0.0:8883",
                "0.0.0.0:1883",
                "home.example",
                true,
                "mqtts://home.example:8883",
                false,
                Note::None,
            ),
            ("", "0.0.0.0:1883", "home.example", true, "mqtt://home.example:1883", true, Note::Plain),
            ("", "0.0.0.0:1883", "192.168.1.5", false, "mqtt://192.168.1.5:1883", false, Note::None),
            ("", "127.0.0.1:1883", "home.example", true, "", true, Note::Local),
            ("", "[::1]:1883", "192.168.1.5", false, "", true, Note::Local),
            ("", "127.0.0.1:1883", "localhost", false, "mqtt://localhost:1883", false, Note::None),
            ("", "127.0.0.1:1884", "[::1]", false, "mqtt://[::1]:1884", false, Note::None),
            ("", "", "home.example", true, "", true, Note::Closed),
        ] {
            let setup =
                Setup { store: store.clone(), mqtt: door(mqtt), mqtts: door(mqtts), ..Setup::default() };
            let expected = Proposal { address: address.to_owned(), by_http, note };
            assert_eq!(Proposal::of(&setup, host, secure), expected, "{mqtts} {mqtt} {host} {secure}");
        }
        let outside = Proposal { address: String::new(), by_http: false, note: Note::Outside };
        assert_eq!(Proposal::of(&Setup::default(), "home.example", true), outside);
    }

    #[test]
    fn the_configuration_is_that_of_the_apps() {
        let name = |text| Name::parse(text).unwrap();
        let mqtt = target("mqtt", "home.example").unwrap();
        let made = mqtt.configuration(&name("alice"), &name("pixel"), Some("secret"));
        assert_eq!(
            (&made["_type"], &made["mode"], &made["port"]),
            (&"configuration".into(), &0.into(), &8883.into())
        );
        assert_eq!(
            (&made["username"], &made["deviceId"], &made["tid"]),
            (&"alice".into(), &"pixel".into(), &"el".into())
        );
        assert_eq!((&made["password"], &made["usePassword"]), (&"secret".into(), &true.into()));
        let outside = mqtt.configuration(&name("alice"), &name("pixel"), None);
        assert_eq!(outside.get("password"), None);
        let http = target("http", "").unwrap().configuration(&name("alice"), &name("pixel"), Some("secret"));
        assert_eq!((&http["mode"], &http["url"]), (&3.into(), &"https://home.example/map/pub".into()));
    }
}
