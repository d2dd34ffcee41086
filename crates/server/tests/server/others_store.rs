//! Reading the store of a Recorder that goes on writing it (`--store`).

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use dashboard_core::track::Dropped;
use dashboard_core::track::compact::{Contents, Decoder};
use serde_json::{Value, json};

use crate::household::{SEEN, basic, found, latitude, name, password_of, place};
use crate::support::{Live, Reading, Running, fixtures, lay_track, location, request};

const NOON: i64 = 1_795_348_800; // 2026-11-22T12:00:00Z
const ALL: &str = "from=2000-01-01&to=2040-01-01";

fn line(iso: &str, object: &str) -> String {
    format!("{iso}\t*                 \t{object}\n")
}

fn append(store: &Path, file: &str, text: &str) {
    let path = store.join("rec").join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

async fn times(server: &Reading, who: &str) -> Vec<i64> {
    let answer = server.get(&format!("/api/0/locations?{who}&{ALL}&fields=tst")).await.json();
    answer["data"].as_array().unwrap().iter().map(|point| point["tst"].as_i64().unwrap()).collect()
}

async fn compact(server: &Reading, query: &str) -> (Vec<i64>, Contents) {
    let answer = server.get(&format!("/api/0/history?{query}")).await;
    let (mut decoder, mut rows) = (Decoder::new(), Vec::new());
    decoder.push(&answer.body, &mut rows).unwrap();
    (rows.iter().map(|row| row.time_s).collect(), decoder.finish().unwrap())
}

/// Everything below a folder, with its content.
fn content(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all.extend(content(&path)),
            false => all.push((path.display().to_string(), fs::read(&path).unwrap())),
        }
    }
    all.sort();
    all
}

#[tokio::test]
async fn a_damaged_and_disordered_store_gives_everything_that_is_whole() {
    let store = tempfile::tempdir().unwrap();
    let object = |tst: i64| location(tst);
    let odd = [
        line("2026-11-22T12:00:00Z", &object(NOON)),
        line("2026-11-22T12:05:00Z", &object(NOON + 300)),
        line("2026-11-22T12:01:00Z", &object(NOON + 60)), // late
        line("2026-11-22T12:05:00Z", &object(NOON + 300)), // twice
        "2026-11-22T12:02:00Z\t*                 \t{\"_type\":\"location\",\"lat\":1,\"lo\n".to_owned(),
        "rubbish\n\n\0\0\0\0\n".to_owned(),
        line("2026-11-22T12:03:00Z", r#"{"_type":"location","lat":1,"lon":2,"tst":17953489,,}"#),
        line("2026-11-22T12:03:00Z", r#"{"_type":"lwt","tst":5}"#),
        "2026-11-22T12:04:00Z\tevent             \t{\"_type\":\"transition\",\"tst\":5}\n".to_owned(),
        line("2026-11-22T12:02:00Z", &object(NOON + 120)),
        "2026-11-22T12:07:00Z\t*                 \t{\"_type\":\"location\",\"lat\":1,".to_owned(), // torn at the end
    ];
    append(store.path(), "alice/phone/2026-11.rec", &odd.concat());
    append(store.path(), "alice/phone/2033-05.rec", &line("2033-05-18T03:33:20Z", &object(2_000_000_000)));
    fs::write(store.path().join("rec/alice/phone/notes.txt"), "mine").unwrap();
    let before = content(store.path());

    let server = Reading::start(store.path()).await;
    let expected = [NOON, NOON + 60, NOON + 120, NOON + 300, NOON + 300, 2_000_000_000];
    assert_eq!(times(&server, "user=alice&device=phone").await, expected);
    let (month, contents) = compact(&server, "user=alice&device=phone&month=2026-11").await;
    assert_eq!(month, [NOON, NOON + 60, NOON + 120, NOON + 300]);
    assert_eq!(
        contents.dropped,
        Dropped { repeats: 1, invalid: 4, out_of_range: 0 },
        "damage is counted, where the page shows it"
    );
    let newest =
        server.get(&format!("/api/0/locations?user=alice&device=phone&{ALL}&limit=3&fields=tst")).await;
    assert_eq!(
        newest.json()["data"],
        json!([{"tst": 2_000_000_000}, {"tst": NOON + 300}, {"tst": NOON + 300}]),
        "the newest by time, across months"
    );
    let months = server.get("/api/0/list?user=alice&device=phone").await.json();
    assert_eq!(months["results"], json!(["rec/alice/phone/2026-11.rec", "rec/alice/phone/2033-05.rec"]));
    server.stop().await;
    assert_eq!(content(store.path()), before, "nothing is written, not even a lock");
}

#[tokio::test]
async fn what_the_recorder_appends_is_there_at_once_and_is_pushed() {
    let store = tempfile::tempdir().unwrap();
    append(store.path(), "alice/phone/2026-11.rec", &line("2026-11-22T12:00:00Z", &location(NOON)));
    let topic =
        r#"{"_type":"location","lat":52.5163,"lon":13.3777,"tst":1795348800,"topic":"home/Alice/Phone"}"#;
    fs::create_dir_all(store.path().join("last/alice/phone")).unwrap();
    fs::write(store.path().join("last/alice/phone/alice-phone.json"), topic).unwrap();
    let server = Reading::start(store.path()).await;
    let mut live = Live::connect(server.address, None).await.unwrap();
    live.say("hello").await;
    live.hear().await;
    assert_eq!(times(&server, "user=alice&device=phone").await, [NOON]);

    let next = line("2026-11-22T12:01:00Z", &location(NOON + 60));
    let (begun, rest) = next.split_at(60);
    append(store.path(), "alice/phone/2026-11.rec", begun);
    assert_eq!(times(&server, "user=alice&device=phone").await, [NOON], "half a line is none");
    append(store.path(), "alice/phone/2026-11.rec", rest);
    assert_eq!(times(&server, "user=alice&device=phone").await, [NOON, NOON + 60]);
    let push = live.hear_json().await;
    assert_eq!((&push["tst"], &push["topic"]), (&json!(NOON + 60), &json!("home/Alice/Phone")));
    assert_eq!(server.get("/api/0/last").await.json()[0]["tst"], NOON + 60);

    append(store.path(), "bob/phone/2026-12.rec", &line("2026-12-01T00:00:00Z", &location(1_796_083_200)));
    let push = live.hear_json().await;
    assert_eq!((&push["username"], &push["topic"]), (&json!("bob"), &json!("owntracks/bob/phone")));
    assert_eq!(times(&server, "user=bob&device=phone").await, [1_796_083_200]);
    server.stop().await;
    assert_eq!(live.hear().await, None);
}

#[tokio::test]
async fn an_edited_file_is_read_anew() {
    let store = tempfile::tempdir().unwrap();
    let lines = |times: &[i64]| {
        times.iter().map(|time| line("2026-11-22T12:00:00Z", &location(*time))).collect::<String>()
    };
    let path = store.path().join("rec/alice/phone/2026-11.rec");
    append(store.path(), "alice/phone/2026-11.rec", &lines(&[NOON, NOON + 1]));
    let server = Reading::start(store.path()).await;
    assert_eq!(times(&server, "user=alice&device=phone").await, [NOON, NOON + 1]);
    fs::write(&path, lines(&[NOON + 2])).unwrap();
    assert_eq!(times(&server, "user=alice&device=phone").await, [NOON + 2]);
    fs::write(&path, lines(&[NOON + 3, NOON + 4, NOON + 5])).unwrap();
    assert_eq!(times(&server, "user=alice&device=phone").await, [NOON + 3, NOON + 4, NOON + 5]);
    fs::remove_file(&path).unwrap();
    assert_eq!(times(&server, "user=alice&device=phone").await, [0_i64; 0]);
}

#[tokio::test]
async fn it_reads_beside_a_server_that_writes_and_takes_nothing_in_itself() {
    let store = tempfile::tempdir().unwrap();
    let writing = Running::start(store.path()).await;
    let reading = Reading::start(store.path()).await;
    for name in ["T.1", "t-1"] {
        writing.post(&format!("/pub?u=Alice&d={name}"), location(NOON)).await;
        let path = "/api/0/locations?user=alice&device=T_1&from=2026-11-22&to=2026-11-23";
        assert_eq!(reading.get(path).await.body, writing.get(path).await.body);
    }
    assert_eq!(
        times(&reading, "user=ALICE&device=t.1").await,
        [NOON, NOON],
        "names that fold alike are one device"
    );
    let refused = crate::support::request(reading.address, "POST", "/pub?u=a&d=b", &[], location(NOON)).await;
    assert!(refused.status.is_client_error(), "{}", refused.status);
    writing.stop().await;
}

#[tokio::test]
async fn a_day_has_25_hours_where_the_clocks_go_back() {
    let store = tempfile::tempdir().unwrap();
    lay_track(store.path(), "alice", "phone", "dst-end-alice-phone.rec");
    let server = Reading::start(store.path()).await;
    let day = "from=2026-10-24T23:59:59%2B02:00&to=2026-10-26T00:00:00%2B01:00";
    let answer =
        server.get(&format!("/api/0/locations?user=alice&device=phone&{day}&fields=tst")).await.json();
    let text = fs::read_to_string(fixtures().join("tracks/dst-end-alice-phone.rec")).unwrap();
    // Midnight in Berlin before and after the change.
    let (start_s, end_s) = (1_792_879_200, 1_792_879_200 + 25 * 3600);
    let expected: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line.rsplit('\t').next().unwrap()).unwrap()["tst"].clone())
        .filter(|tst| (start_s..end_s).contains(&tst.as_i64().unwrap()))
        .map(|tst| json!({ "tst": tst }))
        .collect();
    assert!(expected.len() > 500, "{}", expected.len());
    assert_eq!(answer["data"], Value::from(expected));
}

#[tokio::test]
async fn a_folder_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("nowhere");
    let role = owntracks_dashboard::settings::Role::Front {
        recorder: None,
        store: Some(missing),
        mqtt: None,
        mqtt_login: None,
    };
    let settings =
        owntracks_dashboard::settings::Settings { role, ..crate::support::settings(folder.path()) };
    let error = owntracks_dashboard::server::Server::bind(settings).await.err().unwrap().to_string();
    assert!(error.contains("nowhere"), "{error}");
    assert!(!folder.path().join("nowhere").exists());
}

/// Viewer × person × door × time, as in front of a store of our own.
#[tokio::test(flavor = "multi_thread")]
async fn the_rights_hold_over_the_store_of_others() {
    let store = tempfile::tempdir().unwrap();
    for person in SEEN {
        let file = format!("{person}/phone/2026-11.rec");
        append(store.path(), &file, &line("2026-11-22T12:00:00Z", &place(person, "mark", NOON)));
    }
    let server = Reading::start(store.path()).await;
    found(&server.people).await;
    for hidden in [false, true, false] {
        let change = move |register: &mut owntracks_dashboard::people::register::Register| {
            register.set_sight(&name("bob"), &name("alice"), !hidden)
        };
        server.people.change(change).await.unwrap();
        for (viewer, password) in
            [("alice", password_of("alice")), ("bob", password_of("bob")), ("bob", "wrong".to_owned())]
        {
            let may = password != "wrong";
            let sees = |person: &str| {
                may && (viewer == "alice" || (person != "ghost" && !(hidden && person == "alice")))
            };
            let (header, value) = basic(viewer, &password);
            let judge = |got: &str, about: &dyn Fn(&str) -> bool, door: &str| {
                for person in SEEN {
                    let shown = [format!("-of-{person}"), latitude(person), format!("\"{person}\"")]
                        .iter()
                        .any(|trace| got.contains(trace));
                    assert_eq!(
                        shown,
                        about(person),
                        "{viewer} got {person} at {door}, hidden: {hidden}: {got}"
                    );
                }
            };
            for door in ["/api/0/last", "/api/0/list"] {
                let answer = request(server.address, "GET", door, &[(header, &value)], "").await;
                judge(answer.text(), &sees, door);
            }
            for person in SEEN {
                let one = format!("user={person}&device=phone");
                for (door, shows) in [
                    (format!("/api/0/last?{one}"), true),
                    (format!("/api/0/locations?{one}&{ALL}"), true),
                    (format!("/api/0/locations?{one}&{ALL}&format=geojson&fields=poi"), true),
                    (format!("/api/0/list?{one}"), false),
                    (format!("/api/0/history?{one}&month=2026-11"), false),
                ] {
                    let answer = request(server.address, "GET", &door, &[(header, &value)], "").await;
                    let expected = if !may {
                        401
                    } else if sees(person) {
                        200
                    } else {
                        403
                    };
                    // After some wrong passwords the next ones are not looked at, which keeps out as well.
                    let status = if answer.status == 429 { 401 } else { answer.status.as_u16() };
                    assert_eq!(status, expected, "{viewer} at {door}, hidden: {hidden}");
                    if shows || expected != 200 {
                        judge(
                            &String::from_utf8_lossy(&answer.body),
                            &|other| expected == 200 && other == person,
                            &door,
                        );
                    }
                }
            }
            let live = Live::open(server.address, "/ws/last", &[(header, value.clone())]).await;
            assert_eq!(live.is_ok(), may);
            let Ok(mut live) = live else { continue };
            live.say("LAST").await;
            let mut got = String::new();
            loop {
                match live.hear().await.unwrap().as_str() {
                    "LAST" => break,
                    text => got += text,
                }
            }
            judge(&got, &sees, "/ws/last");
        }
    }
    for door in ["/pub", "/mqtt", "/s/abc/", "/s/abc/api/0/last"] {
        let (header, value) = basic("alice", &password_of("alice"));
        let answer = request(server.address, "GET", door, &[(header, &value)], "").await;
        assert!(answer.status.is_client_error(), "{door} is none here: {}", answer.status);
    }
}
