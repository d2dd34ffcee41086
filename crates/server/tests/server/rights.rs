//! Nothing leaks: everybody at every door, before and after the table changes, also on connections that were opened
//! before.

use std::fmt;

use owntracks_dashboard::people::register::Refused;

use crate::household::{
    NOON, SEEN, basic, credential, form_mark, found, latitude, lay_history, log_in, name, password_of, place,
    submit,
};
use crate::mqtt::{Mqtt, Wire};
use crate::support::{Live, Running, request};

/// By what somebody tries to come in.
#[derive(Clone)]
struct Visitor {
    what: &'static str,
    /// Whom the server should take it for.
    person: Option<&'static str>,
    /// The device, for one with a credential of its own.
    device: Option<&'static str>,
    /// Headers of a request.
    headers: Vec<(&'static str, String)>,
    /// User and password of a CONNECT.
    login: Option<(String, String)>,
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {:?} {:?}", self.what, self.person, self.device)
    }
}

/// What the table says: who does not see whom.
type Hidden = &'static [(&'static str, &'static str)];

/// The oracle, written down a second time and in another way than the rule.
fn should_see(visitor: &Visitor, person: &str, hidden: Hidden) -> bool {
    match visitor.person {
        None => false,
        Some(own) if own == person => true,
        Some(own) if person == "ghost" => own == "alice",
        Some(own) => !hidden.contains(&(own, person)),
    }
}

/// Whether anything of `person` is in what somebody got.
fn shows(got: &str, person: &str) -> bool {
    [format!("-of-{person}"), latitude(person), format!("rec/{person}/"), format!("\"{person}\"")]
        .iter()
        .any(|trace| got.contains(trace))
}

async fn visitors(server: &Running) -> Vec<Visitor> {
    let visitor = |what, person, headers, login| Visitor { what, person, device: None, headers, login };
    let mut all = vec![
        visitor("nobody", None, vec![], None),
        visitor("forged cookie", None, vec![("Cookie", "owntracks-login=aaaa".into())], None),
        visitor("proxy header of nobody", None, vec![("Remote-User", "alice".into())], None),
        visitor(
            "wrong password",
            None,
            vec![basic("alice", "not the password")],
            Some(("alice".into(), "not the password".into())),
        ),
        visitor("name without password", None, vec![basic("dave", "")], Some(("dave".into(), String::new()))),
    ];
    for person in ["alice", "bob", "carol"] {
        let cookie = log_in(server, person, &password_of(person)).await.expect("the right password");
        all.push(visitor("login", Some(person), vec![cookie], None));
        let login = (person.to_owned(), password_of(person));
        all.push(visitor("password", Some(person), vec![basic(person, &login.1)], Some(login)));
    }
    for (person, device) in [("bob", "phone"), ("dave", "phone"), ("alice", "tablet")] {
        let secret = credential(&server.people, person, device).await;
        let login = (person.to_owned(), secret.clone());
        let device = Some(device);
        all.push(Visitor {
            device,
            ..visitor("device", Some(person), vec![basic(person, &secret)], Some(login))
        });
        let others = (if person == "bob" { "alice" } else { "bob" }).to_owned();
        let login = (others.clone(), secret.clone());
        all.push(visitor("credential of another", None, vec![basic(&others, &secret)], Some(login)));
    }
    let secret = credential(&server.people, "bob", "lost").await;
    server.people.change(|register| register.revoke_device(&name("bob"), &name("lost"))).await.unwrap();
    let login = ("bob".to_owned(), secret.clone());
    all.push(visitor("revoked device", None, vec![basic("bob", &secret)], Some(login)));
    let cookie = log_in(server, "bob", &password_of("bob")).await.unwrap();
    let mark = form_mark(server, "/account", &cookie).await;
    assert_eq!(submit(server, "/logout", Some(&cookie), &[("mark", &mark)]).await.status, 303);
    all.push(visitor("ended login", None, vec![cookie], None));
    all
}

/// After some wrong passwords the next ones are not looked at, which keeps out as well.
fn unless_later(status: u16) -> u16 {
    if status == 429 { 401 } else { status }
}

async fn get(server: &Running, visitor: &Visitor, path: &str) -> (u16, String) {
    let headers: Vec<_> = visitor.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = request(server.address, "GET", path, &headers, "").await;
    (unless_later(answer.status.as_u16()), String::from_utf8_lossy(&answer.body).into_owned())
}

async fn post(
    server: &Running,
    visitor: &Visitor,
    path: &str,
    more: &[(&str, &str)],
    body: String,
) -> (u16, String) {
    let headers = visitor.headers.iter().map(|(name, value)| (*name, value.as_str()));
    let headers: Vec<_> = headers.chain(more.iter().copied()).collect();
    let answer = request(server.address, "POST", path, &headers, body).await;
    (unless_later(answer.status.as_u16()), String::from_utf8_lossy(&answer.body).into_owned())
}

/// Whether somebody may read at all: people with a password or login, not devices.
fn reads(visitor: &Visitor) -> bool {
    visitor.person.is_some() && visitor.device.is_none()
}

/// Nothing of those who are not to be seen; with `all`, something of everybody else.
fn judge(visitor: &Visitor, door: &str, got: &str, hidden: Hidden, may: bool, all: bool) {
    for person in SEEN {
        let expected = may && should_see(visitor, person, hidden);
        let shown = shows(got, person);
        assert!(expected || !shown, "{visitor:?} got {person} at {door}: {got}");
        assert!(shown || !expected || !all, "{visitor:?} did not get {person} at {door}: {got}");
    }
}

async fn http_doors(server: &Running, visitor: &Visitor, hidden: Hidden) {
    let may = reads(visitor);
    for (door, all) in [("/api/0/last", true), ("/api/0/list", true), ("/api/0/locations", false)] {
        let (status, got) = get(server, visitor, door).await;
        assert!(may || status == 401, "{visitor:?} {door} {status}");
        judge(visitor, door, &got, hidden, may, may && all);
    }
    for door in ["/api/0/version", "/api/0/history", "/api/0/kill", "/config.json"] {
        let (status, got) = get(server, visitor, door).await;
        // The page and what belongs to it are for browsers; a password in the headers there is a proxy's.
        let may = may && (door != "/config.json" || visitor.login.is_none());
        assert_eq!(status == 401, !may, "{visitor:?} {door}");
        // The configuration says who is logged in, and names nobody else.
        let own = visitor.person.map_or_else(String::new, |own| format!(r#""account":"{own}""#));
        let got = if door == "/config.json" && may { got.replacen(&own, "", 1) } else { got };
        judge(visitor, door, &got, hidden, false, false);
    }
    for person in SEEN {
        let sees = may && should_see(visitor, person, hidden);
        let expected = if !may {
            401
        } else if sees {
            200
        } else {
            403
        };
        let day = "from=2026-11-22&to=2026-11-23";
        let upper = person.to_uppercase();
        for (door, all) in [
            (format!("/api/0/last?user={person}"), true),
            (format!("/api/0/last?user={person}&device=phone"), true),
            (format!("/api/0/list?user={person}"), false),
            (format!("/api/0/list?user={person}&device=phone"), true),
            (format!("/api/0/list?user={person}&user=nobody"), false),
            (format!("/api/0/locations?user={person}&device=phone&{day}"), true),
            (format!("/api/0/locations?user={upper}&device=Phone&{day}&limit=1"), true),
            (format!("/api/0/locations?user={person}&device=phone&{day}&fields=poi,lat"), true),
            (format!("/api/0/locations?user={person}&device=phone&{day}&format=geojson"), true),
            (format!("/api/0/locations?user={person}&device=phone&{day}&format=linestring"), true),
            (format!("/api/0/locations?%75ser={person}&device=phone&{day}"), true),
            (format!("/api/0/history?user={person}&device=phone&month=2026-11"), false),
        ] {
            let (status, got) = get(server, visitor, &door).await;
            assert_eq!(status, expected, "{visitor:?} {door}: {got}");
            for other in SEEN {
                let shown = shows(&got, other);
                assert!(!shown || (sees && other == person), "{visitor:?} got {other} at {door}: {got}");
                assert!(shown || !all || !sees || other != person, "{visitor:?} {door}: {got}");
            }
        }
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        let own = visitor.person.unwrap_or("bob");
        for (path, more, body) in [
            ("/api/0/locations", &form[..], format!("user={person}&device=phone&{day}")),
            ("/api/0/last", &form[..], format!("user={person}")),
            ("/api/0/list", &form[..], format!("user={person}&device=phone")),
            // What a proxy would say wins over what is asked for, and is judged instead.
            (
                &format!("/api/0/locations?user={own}&device=phone&{day}"),
                &[("X-Limit-User", person)][..],
                String::new(),
            ),
        ] {
            let (status, got) = post(server, visitor, path, more, body).await;
            assert_eq!(status, expected, "{visitor:?} {path} {more:?}: {got}");
            judge(visitor, path, &got, hidden, sees, false);
        }
    }
}

/// HTTP mode: the friends in its answer, and as whom it publishes.
async fn http_mode(server: &Running, visitor: &Visitor, hidden: Hidden) {
    let body = r#"{"_type":"lwt"}"#.to_owned();
    let (status, got) = post(server, visitor, "/pub?u=alice&d=phone", &[], body).await;
    assert_eq!(status, if visitor.person.is_some() { 200 } else { 401 }, "{visitor:?}");
    for person in SEEN.into_iter().filter(|person| visitor.person != Some(person)) {
        let expected = should_see(visitor, person, hidden);
        assert_eq!(shows(&got, person), expected, "{visitor:?} {person} in /pub: {got}");
    }
}

async fn live_door(server: &Running, visitor: &Visitor, hidden: Hidden) -> Option<Live> {
    let opened = Live::open(server.address, "/ws/last", &visitor.headers).await;
    assert_eq!(opened.is_ok(), reads(visitor), "{visitor:?}");
    let mut live = opened.ok()?;
    live.say("LAST").await;
    let mut got = String::new();
    loop {
        match live.hear().await.unwrap().as_str() {
            "LAST" => break,
            text => got.push_str(text),
        }
    }
    judge(visitor, "/ws/last", &got, hidden, true, true);
    Some(live)
}

/// An open MQTT connection that subscribed to everything, and the topic on which it hears itself.
struct Subscriber {
    wire: Wire,
    client: Mqtt,
    own: String,
}

/// Both wires of the broker.
async fn mqtt_doors(server: &Running, visitor: &Visitor, hidden: Hidden) -> Vec<Subscriber> {
    let mut subscribers = Vec::new();
    for wire in [Wire::WebSocket, Wire::Tcp] {
        subscribers.extend(mqtt_door(wire, server, visitor, hidden).await);
    }
    subscribers
}

async fn mqtt_door(wire: Wire, server: &Running, visitor: &Visitor, hidden: Hidden) -> Option<Subscriber> {
    let login = visitor.login.as_ref().map(|(user, password)| (user.as_str(), password.as_str()));
    // Programs say who they are in CONNECT; their headers are nothing here.
    let headers = if login.is_some() { &[][..] } else { &visitor.headers };
    let client_id = format!("the same for all over {wire:?}");
    let opened = Mqtt::connect_over(wire, server, headers, &client_id, login).await;
    // A login on the page is a cookie, and there are none over TCP.
    let may = visitor.person.is_some() && (wire == Wire::WebSocket || login.is_some());
    assert_eq!(opened.is_ok(), may, "{visitor:?} over {wire:?}");
    let mut client = opened.ok()?;
    client.subscribe("#").await;
    let person = visitor.person.unwrap();
    let own = format!("owntracks/{person}/{}/step", visitor.device.unwrap_or("page"));
    let mut got = String::new();
    let (mut commands, mut topics) = (Vec::new(), Vec::new());
    client.publish_once(&own, "heard").await;
    loop {
        let (topic, payload, _) = client.message().await;
        if topic == own && payload == "heard" {
            break;
        }
        if topic.ends_with("/cmd") {
            commands.push(topic);
        } else {
            got += &payload;
            topics.push(topic);
        }
    }
    judge(visitor, &format!("MQTT over {wire:?}"), &got, hidden, true, true);
    for person in SEEN.iter().filter(|person| should_see(visitor, person, hidden)) {
        for suffix in ["", "/info", "/event", "/waypoint"] {
            assert!(
                topics.contains(&format!("owntracks/{person}/phone{suffix}")),
                "{visitor:?} {person} {topics:?}"
            );
        }
    }
    let own_commands = format!("owntracks/{person}/phone/cmd");
    let expected = visitor.device.is_none_or(|device| device == "phone");
    assert_eq!(commands, if expected { vec![own_commands] } else { vec![] }, "{visitor:?}");
    Some(Subscriber { wire, client, own })
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_at_every_door_at_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut before_accounts =
        (Live::connect(server.address, None).await.unwrap(), Mqtt::connect(server.address).await);
    before_accounts.1.subscribe("owntracks/alice/late").await;
    lay_history(&server).await;
    found(&server.people).await;
    while before_accounts.0.hear().await.is_some() {} // what came before, and then the end
    assert!(before_accounts.1.hear().await.is_none(), "who came before there were accounts comes again");

    let mut visitors = visitors(&server).await;
    let car = visitors.iter().find(|visitor| visitor.person == Some("dave")).unwrap().clone();
    let steps: [Hidden; 5] = [
        &[],
        &[("bob", "alice")],
        &[("bob", "alice"), ("carol", "bob"), ("alice", "carol"), ("dave", "carol")],
        &[("carol", "bob"), ("alice", "carol")],
        &[],
    ];
    let mut open: Vec<(Visitor, Option<Live>, Vec<Subscriber>)> = Vec::new();
    let mut before: Hidden = &[];
    for (round, hidden) in steps.into_iter().enumerate() {
        let (was, is) = (before.to_vec(), hidden.to_vec());
        server
            .people
            .change(move |register| {
                for (viewer, seen) in was {
                    register.set_sight(&name(viewer), &name(seen), true)?;
                }
                is.iter().try_for_each(|(viewer, seen)| register.set_sight(&name(viewer), &name(seen), false))
            })
            .await
            .unwrap();

        // Everybody moves on; the car, which everybody sees, comes last.
        let late = format!("round{round}");
        for person in ["alice", "bob", "carol", "dave"] {
            let body = place(person, &late, NOON + 60 * i64::try_from(round).unwrap() + 60);
            let sender = match person {
                "dave" => car.clone(),
                _ => visitors
                    .iter()
                    .find(|v| v.person == Some(person) && v.login.is_some() && v.device.is_none())
                    .unwrap()
                    .clone(),
            };
            assert_eq!(post(&server, &sender, "/pub?d=phone", &[], body).await.0, 200);
        }
        let last = format!("{late}-of-dave");
        for (visitor, live, subscribers) in open.drain(..) {
            let changed = SEEN
                .iter()
                .any(|person| should_see(&visitor, person, before) != should_see(&visitor, person, hidden));
            if let Some(mut live) = live {
                let mut got = String::new();
                let mut ended = false;
                while !got.contains(&last) {
                    match live.hear().await {
                        Some(text) => got += &text,
                        None => {
                            ended = true;
                            break;
                        }
                    }
                }
                assert_eq!(ended, changed, "{visitor:?} on /ws/last");
                judge(&visitor, "an open /ws/last", &got, hidden, true, false);
            }
            for Subscriber { mut client, own, .. } in subscribers {
                let mut got = String::new();
                let mut ended = false;
                while !got.contains(&last) {
                    match client.hear().await {
                        Some((topic, payload, _)) if topic != own => got += &payload,
                        Some(_) => {}
                        None => {
                            ended = true;
                            break;
                        }
                    }
                }
                assert_eq!(ended, changed, "{visitor:?} on /mqtt");
                judge(&visitor, "an open /mqtt", &got, hidden, true, false);
            }
        }

        for visitor in &visitors {
            http_doors(&server, visitor, hidden).await;
            http_mode(&server, visitor, hidden).await;
            let live = live_door(&server, visitor, hidden).await;
            let subscribers = mqtt_doors(&server, visitor, hidden).await;
            // The client identifier is the same for all of one wire: of one person the newest connection stays.
            for (other, _, theirs) in &mut open {
                if other.person == visitor.person {
                    theirs.retain(|old| subscribers.iter().all(|new| new.wire != old.wire));
                }
            }
            open.push((visitor.clone(), live, subscribers));
        }
        before = hidden;
    }

    // Bob leaves the household: whatever he has is nothing from now on.
    let bobs: Vec<_> = visitors.iter().filter(|visitor| visitor.person == Some("bob")).cloned().collect();
    let mut lives = Vec::new();
    for bob in &bobs {
        lives.extend(live_door(&server, bob, &[]).await);
    }
    server.people.change(|register| register.remove(&name("bob"))).await.unwrap();
    for mut live in lives {
        assert_eq!(live.hear().await, None);
    }
    for visitor in &mut visitors {
        if visitor.person == Some("bob") {
            visitor.person = None;
            visitor.device = None;
        }
        http_doors_of_who_is_out(&server, visitor).await;
    }
    let refused = server.people.change(|register| register.remove(&name("alice"))).await.unwrap_err();
    assert_eq!(refused.to_string(), Refused::LastOwner.to_string());
}

async fn http_doors_of_who_is_out(server: &Running, visitor: &Visitor) {
    if visitor.person.is_some() {
        return;
    }
    for path in ["/api/0/last", "/api/0/last?user=bob", "/api/0/list", "/config.json"] {
        assert_eq!(get(server, visitor, path).await.0, 401, "{visitor:?} {path}");
    }
    assert_eq!(post(server, visitor, "/pub", &[], String::new()).await.0, 401);
    assert!(Live::open(server.address, "/ws/last", &visitor.headers).await.is_err());
    let login = visitor.login.as_ref().map(|(user, password)| (user.as_str(), password.as_str()));
    for wire in [Wire::WebSocket, Wire::Tcp] {
        assert!(Mqtt::connect_over(wire, server, &visitor.headers, "", login).await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_publishes_as_somebody_else() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let visitors = visitors(&server).await;
    let mut watchers = Vec::new();
    for person in ["alice", "bob", "carol"] {
        let login = (person, password_of(person));
        let mut watcher = Mqtt::connect_as(server.address, &[], "", Some((login.0, &login.1))).await.unwrap();
        watcher.subscribe("#").await;
        watchers.push((person, watcher));
    }
    for visitor in &visitors {
        let (Some((user, password)), Some(person)) = (&visitor.login, visitor.person) else { continue };
        for wire in [Wire::WebSocket, Wire::Tcp] {
            let client = Mqtt::connect_over(wire, &server, &[], "", Some((user, password))).await.unwrap();
            let device = visitor.device;
            publish_everywhere(client, person, device, &mut watchers, &format!("{visitor:?} over {wire:?}"))
                .await;
        }
    }
}

/// Tries to publish as everybody; whoever watches hears what is their own branch's and nothing else.
async fn publish_everywhere(
    mut client: Mqtt,
    person: &str,
    own_device: Option<&str>,
    watchers: &mut [(&str, Mqtt)],
    who: &str,
) {
    let mut own = Vec::new();
    for other in SEEN {
        for device in ["phone", "tablet", "new"] {
            for topic in [
                format!("owntracks/{other}/{device}"),
                format!("owntracks/{other}/{device}/cmd"),
                format!("elsewhere/{}/{device}/x", other.to_uppercase()),
            ] {
                client.publish_once(&topic, "tried").await;
                if other == person && own_device.is_none_or(|own| own == device) {
                    own.push(topic);
                }
            }
        }
    }
    for topic in ["$SYS/broker", "homeassistant/status", "owntracks/alice", "owntracks//phone"] {
        client.publish_once(topic, "tried").await;
    }
    let end = format!("owntracks/{person}/{}/end", own_device.unwrap_or("phone"));
    client.publish_once(&end, "end").await;
    for (watching, watcher) in watchers {
        let mut heard = Vec::new();
        loop {
            match watcher.message().await.0 {
                topic if topic == end => break,
                topic => heard.push(topic),
            }
        }
        // Commands are for the person they are for.
        let visible = |topic: &&String| *watching == person || !topic.ends_with("/cmd");
        let expected: Vec<_> = own.iter().filter(visible).cloned().collect();
        assert_eq!(heard, expected, "{who}, heard by {watching}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_somebody_who_is_away_is_judged_again_when_they_come() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let passwords = ["alice", "bob", "carol"].map(password_of);
    let mut bob = Mqtt::connect_kept(server.address, "phone", ("bob", &passwords[1])).await;
    bob.subscribe_with("#", 1).await;
    drop(bob);
    for (person, password) in [("alice", &passwords[0]), ("carol", &passwords[2])] {
        let mut sender = Mqtt::connect_as(server.address, &[], "", Some((person, password))).await.unwrap();
        sender.publish_once(&format!("owntracks/{person}/phone"), &place(person, "waiting", NOON)).await;
    }
    server.people.change(|register| register.set_sight(&name("bob"), &name("alice"), false)).await.unwrap();
    let mut bob = Mqtt::connect_kept(server.address, "phone", ("bob", &passwords[1])).await;
    bob.publish_once("owntracks/bob/phone/step", "end").await;
    let mut got = String::new();
    while !got.contains("end") {
        got += &bob.message().await.1;
    }
    assert!(got.contains("waiting-of-carol"), "it did wait: {got}");
    assert!(!got.contains("waiting-of-alice"), "{got}");
}
