//! Read-only links: token × person × door × time, and what somebody might try with one.

use dashboard_core::geo::LatLon;
use owntracks_dashboard::people::password::{PasswordHash, Typed};
use owntracks_dashboard::people::share::view;
use owntracks_dashboard::people::share::{Precision, Share, ShareId, Shared, Span, Zone};
use owntracks_dashboard::people::token::{Token, TokenHash};
use owntracks_dashboard::people::{Viewer, rule};

use crate::household::{
    SEEN, cookie_of, credential, form_mark, found, latitude, log_in, name, password_of, submit,
};
use crate::mqtt::{Mqtt, Wire};
use crate::support::{Answer, Live, Running, request};

fn now_s() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    i64::try_from(since.as_secs()).unwrap()
}

/// A location with everything in it that guests must not get.
fn full_place(person: &str, mark: &str, lat: &str, time_s: i64) -> String {
    format!(
        r#"{{"_type":"location","tid":"xx","lat":{lat},"lon":9.5,"tst":{time_s},"acc":5,"SSID":"wifi-of-{person}","BSSID":"b-of-{person}","addr":"street-of-{person}","inregions":["region-of-{person}"],"poi":"{mark}-of-{person}","batt":44}}"#
    )
}

/// Publishes three days of everybody: old, within the last hours, and now.
async fn lay_history(server: &Running) {
    let mut phone = Mqtt::connect(server.address).await;
    let now_s = now_s();
    for person in SEEN {
        let base = format!("owntracks/{person}/secret-device-name");
        let card = format!(r#"{{"_type":"card","name":"card-of-{person}"}}"#);
        phone.publish(&format!("{base}/info"), &card).await;
        for (decimals, time_s) in [("111", now_s - 3 * 86_400), ("222", now_s - 3600), ("333", now_s - 5)] {
            let lat = format!("{}{decimals}", &latitude(person)[..5]);
            phone.publish(&base, &full_place(person, "mark", &lat, time_s)).await;
        }
    }
}

fn lat_of(person: &str, decimals: &str) -> String {
    format!("{}{decimals}", &latitude(person)[..5])
}

struct Link {
    id: String,
    secret: String,
}

struct Terms {
    people: &'static [&'static str],
    span: Span,
    until_s: Option<i64>,
    phrase: Option<&'static str>,
    precision: Precision,
    shown: Option<&'static str>,
    framed_by: &'static [&'static str],
}

impl Terms {
    fn of(people: &'static [&'static str], span: Span) -> Self {
        let until_s = Some(now_s() + 3600);
        Self { people, span, until_s, phrase: None, precision: Precision::Exact, shown: None, framed_by: &[] }
    }
}

async fn share(server: &Running, by: &str, terms: Terms) -> Link {
    let (id, secret) = (Token::random().unwrap(), Token::random().unwrap());
    let people = terms
        .people
        .iter()
        .map(|person| Shared { person: name(person), shown: terms.shown.map(str::to_owned) });
    let share = Share {
        id: ShareId(id.reveal()[..10].to_owned()),
        secret: secret.hash(),
        by: name(by),
        people: people.collect(),
        span: terms.span,
        made_at_s: now_s(),
        until_s: terms.until_s,
        phrase: terms.phrase.map(|phrase| PasswordHash::of(&Typed::new(phrase)).unwrap()),
        precision: terms.precision,
        framed_by: terms.framed_by.iter().map(|origin| (*origin).to_owned()).collect(),
    };
    let link = Link { id: share.id.0.clone(), secret: secret.reveal().to_owned() };
    let made_at_s = share.made_at_s;
    server.people.change(move |register| register.add_share(share, made_at_s)).await.unwrap();
    link
}

async fn open(server: &Running, link: &Link, phrase: &str) -> Answer {
    let path = format!("/s/{}/open", link.id);
    submit(server, &path, None, &[("secret", &link.secret), ("phrase", phrase)]).await
}

fn guest_cookie(answer: &Answer) -> Option<(&'static str, String)> {
    let set = answer.headers.get("set-cookie")?.to_str().unwrap();
    Some(("Cookie", set.split(';').next().unwrap().to_owned()))
}

async fn guest(server: &Running, link: &Link) -> (&'static str, String) {
    guest_cookie(&open(server, link, "").await).expect("the link opens")
}

async fn get(server: &Running, link: &Link, cookie: &(&'static str, String), path: &str) -> Answer {
    request(server.address, "GET", &format!("/s/{}/{path}", link.id), &[(cookie.0, &cookie.1)], "").await
}

/// Nothing of anybody that a guest must never get.
fn is_clean(got: &str, own: &[&str], what: &str) {
    for trace in
        ["wifi-of", "b-of", "street-of", "region-of", "mark-of", "batt", "secret-device-name", "rec/"]
    {
        assert!(!got.contains(trace), "{trace} at {what}: {got}");
    }
    for other in SEEN.iter().filter(|seen| !own.contains(seen)) {
        assert!(!got.contains(other) && !got.contains(&latitude(other)[..5]), "{other} at {what}: {got}");
    }
}

async fn friend_of(server: &Running, link: &Link, cookie: &(&'static str, String)) -> (String, String) {
    let about = get(server, link, cookie, "share.json").await.json();
    let friend = about["people"][0]["friend"].as_str().unwrap().to_owned();
    let (user, device) = friend.split_once('/').unwrap();
    (user.to_owned(), device.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_get_the_share_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    lay_history(&server).await;
    found(&server.people).await;
    let now_s = now_s();
    // Live, then the last hours, then a range in the past: which of the three points may be seen.
    for (span, newest, history) in [
        (Span::Live, Some("333"), &[][..]),
        (Span::Last { hours: 2 }, Some("333"), &["222", "333"][..]),
        (Span::Past { from_s: now_s - 4 * 86_400, to_s: now_s - 2 * 86_400 }, Some("111"), &["111"][..]),
        (Span::Past { from_s: now_s - 9 * 86_400, to_s: now_s - 8 * 86_400 }, None, &[][..]),
    ] {
        for people in [&["bob"][..], &["alice", "carol"][..]] {
            let link = share(&server, "alice", Terms::of(people, span)).await;
            let cookie = guest(&server, &link).await;
            let what = format!("{span:?} {people:?}");
            let last = get(&server, &link, &cookie, "api/0/last").await;
            assert_eq!(last.header("cache-control"), "no-store");
            is_clean(last.text(), people, &what);
            for person in people {
                for decimals in ["111", "222", "333"] {
                    let expected = newest == Some(decimals);
                    assert_eq!(
                        last.text().contains(&lat_of(person, decimals)),
                        expected,
                        "{what} {decimals} {}",
                        last.text()
                    );
                }
            }
            let mut listed = 0;
            for user in get(&server, &link, &cookie, "api/0/list").await.json()["results"].as_array().unwrap()
            {
                let user = user.as_str().unwrap();
                let devices = get(&server, &link, &cookie, &format!("api/0/list?user={user}")).await.json();
                let device = devices["results"][0].as_str().unwrap().to_owned();
                let files =
                    get(&server, &link, &cookie, &format!("api/0/list?user={user}&device={device}")).await;
                assert_eq!(files.status, 404, "no names of files");
                listed += 1;
                for tricks in [
                    "from=1970-01-01&to=2100-01-01",
                    "from=1970-01-01&to=2100-01-01&limit=99999999",
                    "from=1970-01-01&to=2100-01-01&limit=1",
                    "from=2000-01-01T00:00:00%2B14:00&to=2100-01&fields=lat,lon,SSID,addr,poi",
                    "from=1970-01-01&to=2100-01-01&user=ghost&device=secret-device-name",
                ] {
                    let path = format!("api/0/locations?user={user}&device={device}&{tricks}");
                    let got = get(&server, &link, &cookie, &path).await;
                    is_clean(got.text(), people, &path);
                    let points = got.json()["data"].as_array().unwrap().len();
                    let expected =
                        if tricks.ends_with("limit=1") { history.len().min(1) } else { history.len() };
                    assert_eq!(points, expected, "{what} {path}: {}", got.text());
                }
                for format in ["geojson", "linestring", "xml", "csv", "gpx"] {
                    let path = format!(
                        "api/0/locations?user={user}&device={device}&format={format}&from=1970-01-01"
                    );
                    assert_eq!(get(&server, &link, &cookie, &path).await.status, 400);
                }
            }
            assert_eq!(listed, people.len(), "{what}");
            for person in SEEN {
                let day = "device=secret-device-name&from=1970-01-01&to=2100-01-01";
                let got = get(&server, &link, &cookie, &format!("api/0/locations?user={person}&{day}")).await;
                assert_eq!(got.json()["data"].as_array().unwrap().len(), 0, "by the real name");
            }
            for path in ["config.json", "share.json", "api/0/version"] {
                is_clean(get(&server, &link, &cookie, path).await.text(), people, path);
            }
            for path in ["mqtt", "pub", "api/0/history", "api/0/kill", "people", "account"] {
                assert_eq!(get(&server, &link, &cookie, path).await.status, 404, "{path}");
            }
            // The cookie of a guest opens no other door, and no other share.
            for path in ["/api/0/last", "/api/0/list", "/config.json"] {
                assert_eq!(
                    request(server.address, "GET", path, &[(cookie.0, &cookie.1)], "").await.status,
                    401
                );
            }
            let other = share(&server, "alice", Terms::of(&["carol"], Span::Live)).await;
            assert_eq!(get(&server, &other, &cookie, "api/0/last").await.status, 401);
            assert!(Live::open(server.address, "/ws/last", std::slice::from_ref(&cookie)).await.is_err());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_guests_hear_the_share_and_are_out_when_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    lay_history(&server).await;
    found(&server.people).await;
    let secret = credential(&server.people, "bob", "secret-device-name").await;
    let mut phone = Mqtt::connect_as(server.address, &[], "", Some(("bob", &secret))).await.unwrap();
    let own = credential(&server.people, "alice", "secret-device-name").await;
    let mut alices = Mqtt::connect_as(server.address, &[], "", Some(("alice", &own))).await.unwrap();
    let links = [
        share(&server, "alice", Terms::of(&["bob"], Span::Live)).await,
        share(&server, "bob", Terms::of(&["bob"], Span::Last { hours: 1 })).await,
    ];
    let mut guests = Vec::new();
    for link in &links {
        let cookie = guest(&server, link).await;
        let mut live =
            Live::open(server.address, &format!("/s/{}/ws/last", link.id), std::slice::from_ref(&cookie))
                .await
                .unwrap();
        live.say("LAST").await;
        let mut got = String::new();
        loop {
            match live.hear().await.unwrap().as_str() {
                "LAST" => break,
                text => got += text,
            }
        }
        is_clean(&got, &["bob"], "LAST");
        assert!(got.contains(&lat_of("bob", "333")), "{got}");
        guests.push((cookie, live));
    }
    alices
        .publish(
            "owntracks/alice/secret-device-name",
            &full_place("alice", "mark", &lat_of("alice", "444"), now_s()),
        )
        .await;
    let event = format!(r#"{{"_type":"transition","event":"enter","tst":{},"desc":"mark-of-bob"}}"#, now_s());
    phone.publish("owntracks/bob/secret-device-name/event", &event).await;
    phone
        .publish(
            "owntracks/bob/secret-device-name",
            &full_place("bob", "mark", &lat_of("bob", "444"), now_s()),
        )
        .await;
    for (_, live) in &mut guests {
        let got = live.hear().await.unwrap();
        is_clean(&got, &["bob"], "a push");
        assert!(got.contains(&lat_of("bob", "444")), "{got}");
    }
    // Its time is over, by the clock on the wall.
    let short = Terms { until_s: Some(now_s() + 6), ..Terms::of(&["bob"], Span::Live) };
    let link = share(&server, "alice", short).await;
    let cookie = guest(&server, &link).await;
    let path = format!("/s/{}/ws/last", link.id);
    assert_eq!(
        Live::open(server.address, &path, std::slice::from_ref(&cookie)).await.unwrap().hear().await,
        None
    );
    assert_eq!(get(&server, &link, &cookie, "api/0/last").await.status, 401);
    assert_eq!(open(&server, &link, "").await.status, 410);
    // Revoked.
    let id = ShareId(links[0].id.clone());
    server.people.change(move |register| register.revoke_share(&id)).await.unwrap();
    assert_eq!(guests[0].1.hear().await, None);
    assert_eq!(get(&server, &links[0], &guests[0].0.clone(), "api/0/last").await.status, 401);
    assert_eq!(open(&server, &links[0], "").await.status, 410, "replayed");
    assert!(
        Live::open(server.address, &format!("/s/{}/ws/last", links[0].id), &[guests[0].0.clone()])
            .await
            .is_err()
    );
    // Whoever made it is gone.
    server.people.change(|register| register.remove(&name("bob"))).await.unwrap();
    assert_eq!(guests[1].1.hear().await, None);
}

#[tokio::test]
async fn a_new_private_place_reaches_open_guests_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    lay_history(&server).await;
    found(&server.people).await;
    let link = share(&server, "alice", Terms::of(&["bob"], Span::Live)).await;
    let cookie = guest(&server, &link).await;
    let path = format!("/s/{}/ws/last", link.id);
    let mut live = Live::open(server.address, &path, std::slice::from_ref(&cookie)).await.unwrap();
    let home = LatLon::new(lat_of("bob", "333").parse().unwrap(), 9.5).unwrap();
    let zone = move || Zone::new("Home", home, 500.0, [7, 90]).unwrap();

    // That of somebody else is nothing to this guest: the socket is still the same one.
    server.people.change(move |register| register.set_zone(&name("alice"), zone())).await.unwrap();
    live.say("LAST").await;
    assert!(live.hear().await.unwrap().contains(&lat_of("bob", "333")));
    assert_eq!(live.hear().await.unwrap(), "LAST");

    for (change, private) in [("set", true), ("remove", false)] {
        let changed = server.people.change(move |register| match change {
            "set" => register.set_zone(&name("bob"), zone()),
            _ => register.remove_zone(&name("bob"), "Home"),
        });
        changed.await.unwrap();
        assert_eq!(live.hear().await, None, "{change}: sent to ask again");
        let about = get(&server, &link, &cookie, "share.json").await.json();
        assert_eq!(about["people"][0]["private"], private, "{change}");
        live = Live::open(server.address, &path, std::slice::from_ref(&cookie)).await.unwrap();
        live.say("LAST").await;
        let first = live.hear().await.unwrap();
        assert_eq!(first == "LAST", private, "{change}: {first}");
    }
}

#[tokio::test]
async fn guessing_leads_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    lay_history(&server).await;
    found(&server.people).await;
    let terms = Terms { phrase: Some("open sesame"), ..Terms::of(&["bob"], Span::Live) };
    let link = share(&server, "alice", terms).await;
    let never = Link { id: "aaaaaaaaaa".into(), secret: link.secret.clone() };
    let wrong = Link { id: link.id.clone(), secret: "a".repeat(32) };
    let answers = [open(&server, &never, "").await, open(&server, &wrong, "").await];
    assert!(answers.iter().all(|answer| answer.status == 410 && guest_cookie(answer).is_none()));
    assert_eq!(answers[0].text(), answers[1].text(), "nobody learns whether there is such a share");
    let pages = [
        request(server.address, "GET", "/s/aaaaaaaaaa/", &[], "").await,
        request(server.address, "GET", &format!("/s/{}/", link.id), &[], "").await,
    ];
    assert_eq!(pages[0].text(), pages[1].text());
    assert!(!pages[0].text().contains("bob") && pages[0].header("referrer-policy") == "same-origin");

    let asked = open(&server, &link, "").await;
    assert!(asked.status == 200 && guest_cookie(&asked).is_none() && asked.text().contains("name=phrase"));
    let mut tries = 0;
    while open(&server, &link, "open says me").await.status == 401 {
        tries += 1;
        assert!(tries < 50, "there is a bound");
    }
    assert_eq!(open(&server, &link, "open sesame").await.status, 429);
    let kept = std::fs::read_to_string(folder.path().join("people.json")).unwrap();
    assert!(!kept.contains(&link.secret) && !kept.contains("sesame"));
}

#[tokio::test]
async fn zones_precision_and_other_names_hold_everywhere() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    lay_history(&server).await;
    found(&server.people).await;
    let precise = Terms {
        precision: Precision::Kilometre,
        shown: Some("Our guide"),
        ..Terms::of(&["bob"], Span::Last { hours: 100 })
    };
    let link = share(&server, "alice", precise).await;
    let cookie = guest(&server, &link).await;
    let (user, device) = friend_of(&server, &link, &cookie).await;
    let day = "from=1970-01-01&to=2100-01-01";
    let locations = format!("api/0/locations?user={user}&device={device}&{day}");
    for path in ["api/0/last", "api/0/list", "share.json", &locations] {
        let got = get(&server, &link, &cookie, path).await;
        is_clean(got.text(), &["bob"], path);
        assert!(!got.text().contains("bob"), "{path}: {}", got.text());
    }
    let got = get(&server, &link, &cookie, &locations).await;
    assert_eq!(got.json()["data"].as_array().unwrap().len(), 3);
    assert!(got.text().contains("Our guide") && got.text().contains("51.7350"), "{}", got.text());

    let home = LatLon::new(lat_of("bob", "333").parse().unwrap(), 9.5).unwrap();
    let zone = Zone::new("Home", home, 500.0, [7, 90]).unwrap();
    server.people.change(move |register| register.set_zone(&name("bob"), zone)).await.unwrap();
    let got = get(&server, &link, &cookie, &locations).await;
    assert_eq!(got.json()["data"].as_array().unwrap().len(), 0, "all three are near home");
    assert_eq!(get(&server, &link, &cookie, "api/0/last").await.text(), "[]");
    assert_eq!(get(&server, &link, &cookie, "share.json").await.json()["people"][0]["private"], true);
}

#[tokio::test]
async fn people_share_themselves_and_owners_whom_they_see() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    lay_history(&server).await;
    found(&server.people).await;
    for (by, person, may) in
        [("bob", "bob", true), ("bob", "carol", false), ("alice", "carol", true), ("alice", "ghost", false)]
    {
        let cookie = log_in(&server, by, &password_of(by)).await.unwrap();
        let mark = form_mark(&server, "/shares", &cookie).await;
        let fields = [
            ("mark", mark.as_str()),
            ("do", "share"),
            ("who", person),
            ("span", "last"),
            ("hours", "3"),
            ("lasts", "24"),
            ("precision", "town"),
        ];
        let answer = submit(&server, "/shares", Some(&cookie), &fields).await;
        assert_eq!(answer.status == 200, may, "{by} shares {person}");
        if !may {
            continue;
        }
        let text = answer.text();
        let link = text.split("/s/").nth(1).unwrap().split('<').next().unwrap();
        let (id, secret) = link.split_once("/#").unwrap();
        let link = Link { id: id.to_owned(), secret: secret.to_owned() };
        let opened = guest(&server, &link).await;
        assert!(get(&server, &link, &opened, "api/0/last").await.text().contains("8000"));
        assert!(cookie_of(&open(&server, &link, "").await).is_none(), "a guest is not logged in");
    }
    // A share that shows somebody whom its maker no longer sees shows them no longer.
    let link = share(&server, "alice", Terms::of(&["carol"], Span::Live)).await;
    let cookie = guest(&server, &link).await;
    assert_eq!(get(&server, &link, &cookie, "api/0/last").await.status, 200);
    server.people.change(|register| register.set_sight(&name("alice"), &name("carol"), false)).await.unwrap();
    assert_eq!(get(&server, &link, &cookie, "api/0/last").await.status, 401);
}

/// How a share comes to its end, or does not.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Lasts,
    Revoked,
    TimeOver,
    MakerGone,
    NobodyLeftInIt,
}

/// With what somebody comes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    Nothing,
    Forged,
    OfAnotherShare,
    Own,
    /// The secret itself, which is for opening only.
    Secret,
}

const DOORS: [&str; 10] = [
    "config.json",
    "share.json",
    "api/0/version",
    "api/0/last",
    "api/0/last?user=bob",
    "api/0/list",
    "api/0/list?user=bob",
    "api/0/locations",
    "api/0/locations?user=bob&device=secret-device-name&from=1970-01-01&to=2100-01-01",
    "ws/last",
];

/// Key × door × end of the share; the people and times in it are those of `guests_get_the_share_and_nothing_else`.
#[tokio::test(flavor = "multi_thread")]
async fn every_key_at_every_door_whatever_became_of_the_share() {
    for fate in [Fate::Lasts, Fate::Revoked, Fate::TimeOver, Fate::MakerGone, Fate::NobodyLeftInIt] {
        let folder = tempfile::tempdir().unwrap();
        let server = Running::start(folder.path()).await;
        lay_history(&server).await;
        found(&server.people).await;
        let by = if fate == Fate::MakerGone { "bob" } else { "alice" };
        let link = share(&server, by, Terms::of(&["bob"], Span::Last { hours: 2 })).await;
        let other = share(&server, "alice", Terms::of(&["carol"], Span::Live)).await;
        let (own, others) = (guest(&server, &link).await, guest(&server, &other).await);
        // Opened before its end.
        let path = format!("/s/{}/ws/last", link.id);
        let mut opened = Live::open(server.address, &path, std::slice::from_ref(&own)).await.unwrap();
        let id = ShareId(link.id.clone());
        let ended = server.people.change(move |register| match fate {
            Fate::Lasts => Ok(()),
            Fate::Revoked => register.revoke_share(&id),
            Fate::TimeOver => {
                let share = register.shares.iter_mut().find(|share| share.id == id).unwrap();
                share.until_s = Some(now_s() - 1);
                Ok(())
            }
            Fate::MakerGone => register.remove(&name("bob")),
            Fate::NobodyLeftInIt => register.set_sight(&name("alice"), &name("bob"), false),
        });
        ended.await.unwrap();
        if fate != Fate::Lasts {
            assert_eq!(opened.hear().await, None, "{fate:?}");
            // The cookie that opened it is put in again, and the link is opened again.
            let again = open(&server, &link, "").await;
            let opens_nothing = guest_cookie(&again).is_none() || fate == Fate::NobodyLeftInIt;
            assert!(opens_nothing, "{fate:?}");
        }
        for key in [Key::Nothing, Key::Forged, Key::OfAnotherShare, Key::Own, Key::Secret] {
            let cookie = match key {
                Key::Nothing => ("Cookie", String::new()),
                Key::Forged => ("Cookie", format!("owntracks-guest={}", "a".repeat(32))),
                Key::OfAnotherShare => others.clone(),
                Key::Own => own.clone(),
                Key::Secret => ("Cookie", format!("owntracks-guest={}", link.secret)),
            };
            let may = key == Key::Own && fate == Fate::Lasts;
            for door in DOORS {
                let what = format!("{key:?} at {door}, {fate:?}");
                if door == "ws/last" {
                    let came = Live::open(server.address, &path, std::slice::from_ref(&cookie)).await;
                    assert_eq!(came.is_ok(), may, "{what}");
                    continue;
                }
                // Whoever has a version of it gets no shorter answer.
                let headers = [(cookie.0, cookie.1.as_str()), ("If-None-Match", "*")];
                let path = format!("/s/{}/{door}", link.id);
                let answer = request(server.address, "GET", &path, &headers, "").await;
                assert_eq!(answer.status, if may { 200 } else { 401 }, "{what}");
                assert_eq!(
                    (answer.header("cache-control"), answer.header("etag")),
                    ("no-store", ""),
                    "{what}"
                );
                is_clean(answer.text(), if may { &["bob"] } else { &[] }, &what);
            }
            // Nothing of a share opens a door of the household.
            let headers = [(cookie.0, cookie.1.as_str())];
            for (method, path) in [
                ("GET", "/api/0/last"),
                ("GET", "/api/0/history?user=bob&device=phone&month=2026-11"),
                ("POST", "/pub"),
                ("GET", "/config.json"),
            ] {
                let answer = request(server.address, method, path, &headers, "").await;
                assert_eq!(answer.status, 401, "{key:?} at {path}");
            }
            assert!(Live::open(server.address, "/ws/last", std::slice::from_ref(&cookie)).await.is_err());
            for (wire, login) in [
                (Wire::WebSocket, None),
                (Wire::WebSocket, Some((link.id.as_str(), link.secret.as_str()))),
                (Wire::Tcp, Some((link.id.as_str(), link.secret.as_str()))),
                (Wire::Tcp, Some(("bob", link.secret.as_str()))),
            ] {
                let came = Mqtt::connect_over(wire, &server, std::slice::from_ref(&cookie), "", login).await;
                assert!(came.is_err(), "{key:?} over {wire:?}");
            }
        }
        // Files of the store are none of the page's.
        for file in
            ["rec/bob/secret-device-name/2026-11.rec", "..%2f..%2fpeople.json", "people.json", "last/bob"]
        {
            assert_eq!(get(&server, &link, &own, file).await.status, 404, "{file}");
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn the_end_is_by_the_clock_on_the_wall_whichever_way_it_is_turned() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let terms = Terms::of(&["bob"], Span::Last { hours: 2 });
    let until_s = terms.until_s.unwrap();
    let link = share(&server, "alice", terms).await;
    let (_, cookie) = guest(&server, &link).await;
    let session = TokenHash::of(cookie.strip_prefix("owntracks-guest=").unwrap());
    let viewer = Viewer::Guest { share: ShareId(link.id.clone()), session };
    let household = server.people.now();
    for (at_s, lasts) in [
        (until_s - 1, true),
        (until_s, false),
        (until_s + 86_400 * 365, false),
        (until_s - 86_400, true), // set back: what is shown is of two hours before then
        (0, true),
    ] {
        let share = rule::guest(&household, &viewer, at_s);
        assert_eq!(share.is_some(), lasts, "{at_s}");
        let Some(share) = share else { continue };
        for (time_s, shown) in [
            (at_s - 7201, false),
            (at_s - 7199, true),
            (at_s, true),
            (at_s + 601, false),
            (until_s * 2, false),
        ] {
            assert_eq!(view::is_in_time(&share, time_s, at_s), shown, "{time_s} at {at_s}");
        }
    }
}

#[tokio::test]
async fn a_share_is_framed_by_whom_it_was_made_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    for (framed_by, secure, frames, reach) in [
        (&[][..], true, "frame-ancestors 'self'", "SameSite=Lax; Secure"),
        (
            &["https://home.example", "http://10.0.0.5:81"],
            true,
            "frame-ancestors 'self' https://home.example http://10.0.0.5:81",
            "SameSite=None; Partitioned; Secure",
        ),
        (
            &["https://home.example"],
            false,
            "frame-ancestors 'self' https://home.example",
            "SameSite=Lax; Max",
        ),
    ] {
        let link = share(&server, "alice", Terms { framed_by, ..Terms::of(&["bob"], Span::Live) }).await;
        let scheme = if secure { "https" } else { "http" };
        let origin = format!("{scheme}://{}", server.address);
        let fields = [("secret", link.secret.as_str()), ("view", "ui=embed")];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let path = format!("/s/{}/open", link.id);
        let opened = request(server.address, "POST", &path, &[("Origin", &origin)], body).await;
        assert!(opened.header("set-cookie").contains(reach), "{}", opened.header("set-cookie"));
        assert_eq!(opened.header("location"), "./?ui=embed");
        let cookie = guest_cookie(&opened).unwrap();
        for answer in [
            get(&server, &link, &cookie, "").await,
            get(&server, &link, &("Cookie", String::new()), "").await,
        ] {
            assert!(answer.header("content-security-policy").ends_with(frames), "{frames}");
        }
    }
    for odd in
        ["*", "https://home.example/", "'none'", "https://a.example; script-src *", "HTTPS://A.EXAMPLE"]
    {
        let added = server.people.change(move |register| {
            let mut share = register.shares[0].clone();
            share.framed_by = vec![odd.to_owned()];
            register.add_share(share, now_s())
        });
        assert!(added.await.is_err(), "{odd}");
    }
    // Pages about people are framed by nobody, and a login is of no use in frames, unless that was asked for.
    let login = request(server.address, "GET", "/login", &[], "").await;
    assert!(login.header("content-security-policy").ends_with("frame-ancestors 'none'"));
}
