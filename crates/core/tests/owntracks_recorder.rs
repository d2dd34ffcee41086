//! What is asked of a Recorder, and every answer captured from a real one (`tests/fixtures/recorder`) or made up after it
//! (`tests/fixtures/samples/recorder`), with what must become of it.
//!
//! A file without an expectation here fails the test.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "owntracks_support/fixtures.rs"]
mod fixtures;
#[path = "owntracks_support/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::fs;

use dashboard_core::owntracks::recorder::{
    Addressed, BadAnswer, LiveFrame, Month, compact_month_url, compact_url, devices_url, last_url, live_url,
    locations_url, months_url, read_compact_version, read_devices, read_last, read_live_frame, read_months,
    read_users, read_version, users_url, version_url,
};
use dashboard_core::owntracks::{Decoded, FriendId, Keyring, decode};
use dashboard_core::time::TimeRange;
use fixtures::{fixture, fixtures};
use serde_json::Value;

/// How a file is read.
#[derive(Clone, Copy)]
enum As {
    Version,
    Users,
    Devices,
    Months,
    Last,
    /// Payload of a message or an answer to `POST /pub`.
    Payload,
    /// A track, in one of the Recorder's forms: read elsewhere, as a stream, and refused by all readers here.
    History,
    /// One JSON string per line holds a frame.
    Frames,
    /// One JSON object per line holds a payload.
    Published,
    /// Nothing this room reads.
    Foreign,
}

const CAPTURED: &[(&str, As, &str)] = &[
    ("INDEX.md", As::Foreign, ""),
    ("after-last-all.json", As::Last, "17 places, 0 refused"),
    ("after-last-bob.json", As::Last, "2 places, 0 refused"),
    ("after-last-future.json", As::Last, "1 places, 0 refused"),
    ("after-list.json", As::Users, "alice bob carol dave frank gina henry j--rg-m--ller owntracks zoe"),
    ("after-locations-alice.json", As::History, ""),
    ("after-locations-bike-percent.json", As::History, ""),
    ("after-locations-bob-percent.json", As::History, ""),
    ("after-locations-dave.json", As::History, ""),
    ("after-locations-future.json", As::History, ""),
    ("after-locations-unicode-munged.json", As::History, ""),
    ("after-locations-unicode.json", As::History, ""),
    ("after-locations-upper-munged.json", As::History, ""),
    ("after-locations-upper.json", As::History, ""),
    (
        "after-monitor.txt",
        As::Last,
        "expected a list of last locations, found “1795353056 owntracks/gina/osm”",
    ),
    ("after-photo.png", As::Foreign, ""),
    ("after-poi.geojson", As::History, ""),
    ("apikey.txt", As::Version, "expected the version of a Recorder, found “var apiKey = '';”"),
    ("kill-notbuilt.txt", As::Version, "expected the version of a Recorder, found “no comprendo”"),
    ("last-all.json", As::Last, "9 places, 0 refused"),
    ("last-device.json", As::Last, "1 places, 0 refused"),
    ("last-fields.json", As::Last, "9 places, 0 refused"),
    ("last-post-form.json", As::Last, "1 places, 0 refused"),
    ("last-unknown.json", As::Last, "0 places, 0 refused"),
    ("last-user.json", As::Last, "3 places, 0 refused"),
    ("last-xlimit.json", As::Last, "2 places, 0 refused"),
    ("list-devices.json", As::Devices, "phone tablet watch"),
    ("list-files.json", As::Months, "2026-04 2026-05 2026-06 2026-07 2026-08 2026-09 2026-10 2026-11"),
    ("list-unknown-device.json", As::Months, "nothing is stored under this name"),
    ("list-unknown-user.json", As::Devices, "nothing is stored under this name"),
    ("list-users.json", As::Users, "alice bob carol dave"),
    ("locations-badformat.txt", As::History, ""),
    ("locations-badfrom.txt", As::History, ""),
    ("locations-blank.json", As::History, ""),
    ("locations-day.csv", As::History, ""),
    ("locations-day.geojson", As::History, ""),
    ("locations-day.geojsonpoi", As::History, ""),
    ("locations-day.gpx", As::History, ""),
    ("locations-day.json", As::History, ""),
    ("locations-day.linestring", As::History, ""),
    ("locations-day.xml", As::History, ""),
    ("locations-default-range.json", As::History, ""),
    ("locations-epoch.txt", As::History, ""),
    ("locations-equal.txt", As::History, ""),
    ("locations-fields-nolatlon.geojson", As::History, ""),
    ("locations-fields-unknown.json", As::History, ""),
    ("locations-fields-upper.json", As::History, ""),
    ("locations-future.txt", As::History, ""),
    ("locations-limit-1000.json", As::History, ""),
    ("locations-limit-5.json", As::History, ""),
    ("locations-limit-default-range.json", As::History, ""),
    ("locations-limit-neg.json", As::History, ""),
    ("locations-month.json", As::History, ""),
    ("locations-nouser.txt", As::History, ""),
    ("locations-offset.json", As::History, ""),
    ("locations-range-990.json", As::History, ""),
    ("locations-reversed.txt", As::History, ""),
    ("locations-unknown.json", As::History, ""),
    ("locations-year.txt", As::History, ""),
    ("locations-zulu.json", As::History, ""),
    ("method-delete.json", As::Last, "1 places, 0 refused"),
    ("method-head.json", As::Last, "1 places, 0 refused"),
    ("method-options.json", As::Last, "1 places, 0 refused"),
    ("method-put.json", As::Last, "1 places, 0 refused"),
    ("monitor.txt", As::Last, "expected a list of last locations, found “not available”"),
    ("mqtt-cmd-answers.jsonl", As::Published, "-: command\n-: command\n-: command"),
    // Its outcomes are in a snapshot, below.
    ("mqtt-published.jsonl", As::Foreign, ""),
    ("mqtt-websocket-mosquitto-2.0.11.json", As::Foreign, ""),
    ("notfound.txt", As::Version, "expected the version of a Recorder, found “404 Not Found”"),
    ("osmand.txt", As::Version, "expected the version of a Recorder, found “tak”"),
    ("photo-missing-user.txt", As::Version, "expected the version of a Recorder, found “missing username”"),
    ("photo-none.png", As::Foreign, ""),
    ("pub-bad.json", As::Payload, "2 messages, 0 refused"),
    ("pub-encrypted-answer.json", As::Payload, "1 messages, 0 refused"),
    ("pub-friends.json", As::Payload, "2 messages, 0 refused"),
    ("pub-get.txt", As::Payload, "0 messages, 1 refused"),
    ("pub-headers.json", As::Payload, "0 messages, 0 refused"),
    ("pub-nofriends.json", As::Payload, "0 messages, 0 refused"),
    ("pub-nouser.json", As::Payload, "0 messages, 0 refused"),
    ("pub-tour.json", As::Payload, "3 messages, 0 refused"),
    ("pub-tours.json", As::Payload, "3 messages, 0 refused"),
    ("q-hit.json", As::Last, "expected a list of last locations, found an object"),
    ("q-miss.json", As::Last, "0 places, 0 refused"),
    ("q-noargs.json", As::Version, "expected the version of a Recorder, found an object without `version`"),
    ("tour-view-gone.txt", As::Last, "expected a list of last locations, found “View not found”"),
    ("tour-view-lastpos.json", As::History, ""),
    ("unknown-verb.txt", As::Users, "expected a list of users, found “no comprendo”"),
    ("version.json", As::Version, "1.0.1"),
    ("view-geodata.json", As::History, ""),
    ("view-lastpos.json", As::History, ""),
    ("view-locked.txt", As::Last, "expected a list of last locations, found nothing"),
    ("view-missing.txt", As::Version, "expected the version of a Recorder, found “View not found”"),
    // Its outcomes are in a snapshot, below.
    ("ws-last-frames.jsonl", As::Foreign, ""),
];

const MADE_UP: &[(&str, As, &str)] = &[
    ("empty-and-errors.ndjson", As::History, ""),
    ("last.json", As::Last, "2 places, 0 refused"),
    ("list-devices.json", As::Devices, "phone"),
    ("list-files.json", As::Months, "2024-06"),
    ("list-users.json", As::Users, "amir jane"),
    ("locations-linestring.geojson", As::History, ""),
    ("locations.geojson", As::History, ""),
    ("locations.json", As::History, ""),
    ("pub-response-encrypted.json", As::Payload, "1 messages, 0 refused"),
    ("pub-response-friends.json", As::Payload, "3 messages, 0 refused"),
    ("pub-response-tour.json", As::Payload, "1 messages, 0 refused"),
    ("tour-file.json", As::Foreign, ""),
    // `owntracks_rec.rs` reads it.
    ("track.rec", As::Foreign, ""),
    ("version.json", As::Version, "1.0.1"),
    ("view-file.json", As::Foreign, ""),
    ("view-geodata.json", As::History, ""),
    ("view-lastpos.json", As::History, ""),
    // Tested by itself below: its lines are the frames themselves.
    ("ws-frames.ndjson", As::Foreign, ""),
];

#[test]
fn every_captured_answer_has_its_outcome() {
    check("recorder", CAPTURED);
}

#[test]
fn every_made_up_answer_has_its_outcome() {
    check("samples/recorder", MADE_UP);
}

#[test]
fn captured_payloads_and_frames() {
    insta::assert_snapshot!(
        "captured_payloads",
        outcome(As::Published, &fixture("recorder/mqtt-published.jsonl"))
    );
    insta::assert_snapshot!(
        "captured_frames",
        outcome(As::Frames, &fixture("recorder/ws-last-frames.jsonl"))
    );
}

#[test]
fn last_places_carry_names_faces_and_addresses() {
    let last = read_last(&fixture("samples/recorder/last.json")).unwrap();
    let [amir, jane] = &last.entries[..] else { panic!() };
    assert_eq!((amir.friend.to_string().as_str(), amir.names.user.as_str()), ("amir/pixel", "Amir"));
    assert_eq!(amir.location.card, None);
    let card = jane.location.card.as_ref().unwrap();
    assert_eq!(card.name.as_deref(), Some("Jane Example"));
    assert!(card.face.as_ref().unwrap().data_url.starts_with("data:image/png;base64,iVBORw0"));
    assert_eq!(jane.location.time_zone.as_deref(), Some("Europe/Zurich"));
    assert_eq!(jane.location.locality.as_deref(), Some("Zurich"));
}

#[test]
fn unicode_names_meet_their_folded_selves() {
    let last = read_last(&fixture("recorder/after-last-all.json")).unwrap();
    let jörg = last.entries.iter().find(|entry| entry.names.user == "Jörg Müller").unwrap();
    assert_eq!(jörg.friend.to_string(), "j--rg-m--ller/t--l--phone-1");
    let zoe = last.entries.iter().find(|entry| entry.names.user == "ZoE").unwrap();
    assert_eq!((zoe.friend.to_string().as_str(), zoe.names.device.as_str()), ("zoe/pixel-8", "Pixel.8"));
}

#[test]
fn a_bad_entry_costs_itself() {
    let body = br#"[{"_type":"location","lat":1,"lon":2,"tst":1717230000,"username":"a","device":"b"},
        {"_type":"location","lat":91,"lon":2,"tst":1717230000,"username":"a","device":"c"},7,
        {"_type":"location","lat":1,"lon":2,"tst":1717230000},{"_type":"card","username":"a","device":"d"}]"#;
    assert_eq!(outcome(As::Last, body), "1 places, 4 refused");
}

#[test]
fn damage_costs_the_damaged_characters() {
    let body =
        b"[{\"lat\":1,\"lon\":2,\"tst\":1717230000,\"poi\":\"caf\xe9\",\"username\":\"a\",\"device\":\"b\"}]";
    let last = read_last(body).unwrap();
    assert_eq!(last.entries[0].location.poi.as_deref(), Some("caf\u{fffd}"));
}

#[test]
fn printf_damage_costs_the_damaged_text() {
    // The list inside is as a Recorder sent it, with a header of its answer in the middle of a string.
    let body = fixture("recorder/after-locations-bob-percent.json");
    let list = body.strip_prefix(br#"{"count":2,"data":"#).unwrap();
    let list = &list[..list.windows(10).position(|window| window == br#","status":"#).unwrap()];
    let last = replace_all(list, br#""_type":"location""#, br#""username":"bob","device":"phone""#);
    assert_eq!(outcome(As::Last, &last), "2 places, 0 refused");
}

#[test]
fn errors_are_told_in_the_recorders_words() {
    let error = read_users(br#"{"error":"disk full"}"#).unwrap_err();
    assert_eq!(error, BadAnswer::Reported("disk full".into()));
    assert_eq!(read_last(br#"{"error":"Cannot open requested directory"}"#), Err(BadAnswer::NothingStored));
    let page = format!("<html>{}</html>", "x".repeat(5000));
    assert!(read_version(page.as_bytes()).unwrap_err().to_string().len() < 200);
}

#[test]
fn frames_of_the_websocket() {
    let lines = String::from_utf8(fixture("samples/recorder/ws-frames.ndjson")).unwrap();
    let frames: Vec<LiveFrame> = lines.lines().map(read_live_frame).collect();
    let words: Vec<String> = frames.iter().map(frame_word).collect();
    assert_eq!(
        words,
        [
            "amir/pixel location",
            "jane/phone location",
            "echo",
            "jane/phone location",
            "jane/phone transition"
        ]
    );
    assert_eq!(read_live_frame(""), LiveFrame::Empty);
    assert_eq!(frame_word(&read_live_frame("no comprendo")), "NotJson");
    assert_eq!(frame_word(&read_live_frame(r#"{"_type":"lwt"}"#)), "NoIdentity");
}

#[test]
fn only_our_server_says_that_it_has_the_compact_form() {
    for (answer, version) in [
        (r#"{"version":"1.0.1","history":1}"#, Some(1)),
        (r#"{"version":"1.0.1","history":2.0}"#, Some(2)),
        (r#"{"version":"1.0.1"}"#, None),
        (r#"{"version":"1.0.1","history":"1"}"#, None),
        (r#"{"version":"1.0.1","history":-1}"#, None),
        ("no comprendo", None),
    ] {
        assert_eq!(read_compact_version(answer.as_bytes()), version, "{answer}");
    }
    assert_eq!(read_compact_version(&fixture("recorder/version.json")), None);
}

#[test]
fn urls_of_the_compact_form() {
    let friend = FriendId::new("Jörg Müller", "Phone 1").unwrap();
    let who = "user=j--rg-m--ller&device=phone-1";
    let range = TimeRange { from_s: 1_761_955_200, to_s: 1_762_041_599 };
    assert_eq!(
        compact_url("https://h/x/", &friend, range),
        format!("https://h/x/api/0/history?{who}&from=1761955200&to=1762041599")
    );
    let month = Month::parse("2026-10").unwrap();
    assert_eq!(
        compact_month_url("https://h/x", &friend, month),
        format!("https://h/x/api/0/history?{who}&month=2026-10")
    );
    assert!(compact_url("https://h", &friend, TimeRange { from_s: -5, to_s: 7 }).ends_with("&from=0&to=7"));
}

#[test]
fn urls_below_any_base() {
    let alice = FriendId::new("Alice", "Phone 1").unwrap();
    let range = TimeRange::new(1_717_200_000, 1_717_286_399).unwrap();
    for base in [
        "https://home.example/owntracks",
        "https://home.example/owntracks/",
        "https://home.example/owntracks/?x#y",
    ] {
        assert_eq!(version_url(base), "https://home.example/owntracks/api/0/version");
        assert_eq!(users_url(base), "https://home.example/owntracks/api/0/list");
        assert_eq!(
            devices_url(base, "a&b c/ö"),
            "https://home.example/owntracks/api/0/list?user=a%26b%20c%2F%C3%B6"
        );
        assert_eq!(
            months_url(base, &alice),
            "https://home.example/owntracks/api/0/list?user=alice&device=phone-1"
        );
        assert_eq!(last_url(base), "https://home.example/owntracks/api/0/last");
        assert_eq!(
            locations_url(base, &alice, range),
            "https://home.example/owntracks/api/0/locations?user=alice&device=phone-1&from=2024-05-31T23:59:59\
             &to=2024-06-02T00:00:00&format=json&fields=tst,lat,lon,acc,alt,vel,batt"
        );
        assert_eq!(live_url(base), "wss://home.example/owntracks/ws/last");
    }
    assert_eq!(live_url("HTTP://[::1]:8083"), "ws://[::1]:8083/ws/last");
    let ever = TimeRange::new(i64::MIN, i64::MAX).unwrap();
    assert!(
        locations_url("http://h", &alice, ever).contains("from=0000-01-01T00:00:00&to=9999-12-31T23:59:59")
    );
}

#[test]
fn months_know_their_seconds() {
    let february = Month::parse("2024-02").unwrap();
    assert_eq!(february.range(), TimeRange { from_s: 1_706_745_600, to_s: 1_709_251_199 });
    assert_eq!(Month::of(1_709_251_199), february);
    assert_eq!(Month::of(i64::MAX).to_string(), "9999-12");
    assert_eq!(Month::of(i64::MIN).to_string(), "0000-01");
    assert!(Month::of(i64::MAX).range().contains(253_402_300_799));
    for text in ["", "2024-13", "2024-00", "2024-1", "24-01", "2024-01.rec", "+024-01"] {
        assert_eq!(Month::parse(text), None, "{text}");
    }
}

fn check(folder: &str, expectations: &[(&str, As, &str)]) {
    let mut wrong = Vec::new();
    for (name, read_as, expected) in expectations {
        let body = fixture(&format!("{folder}/{name}"));
        let found = outcome(*read_as, &body);
        if found != *expected {
            wrong.push(format!("{name}: {found}"));
        }
        // Whatever reader an answer is given to, none panics.
        for other in [As::Version, As::Users, As::Devices, As::Months, As::Last, As::Payload] {
            outcome(other, &body);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let present: BTreeSet<String> = fs::read_dir(fixtures().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected: BTreeSet<String> = expectations.iter().map(|(name, ..)| (*name).to_owned()).collect();
    assert_eq!(present, expected);
}

fn outcome(read_as: As, body: &[u8]) -> String {
    let names = |names: Result<Vec<String>, BadAnswer>| names.map(|names| names.join(" "));
    let outcome = match read_as {
        As::Version => read_version(body),
        As::Users => names(read_users(body)),
        As::Devices => names(read_devices(body)),
        As::Months => names(read_months(body).map(|months| months.iter().map(Month::to_string).collect())),
        As::Last => read_last(body)
            .map(|last| format!("{} places, {} refused", last.entries.len(), last.refused.len())),
        As::Payload => match decode(body, &Keyring::default()) {
            Decoded::Clear => Ok("clear".to_owned()),
            Decoded::Messages { messages, refused } => {
                Ok(format!("{} messages, {} refused", messages.len(), refused.len()))
            }
        },
        As::History => {
            assert!(read_users(body).is_err() && read_months(body).is_err() && read_last(body).is_err());
            Ok(String::new())
        }
        As::Frames => Ok(lines(body)
            .iter()
            .filter_map(|line| Some(frame_word(&read_live_frame(line["frame"].as_str()?))))
            .collect::<Vec<_>>()
            .join("\n")),
        As::Published => Ok(lines(body)
            .iter()
            .map(|line| {
                let decoded = decode(line["payload"].as_str().unwrap().as_bytes(), &Keyring::default());
                format!("{}: {}", line["name"].as_str().unwrap_or("-"), decoded_word(&decoded))
            })
            .collect::<Vec<_>>()
            .join("\n")),
        As::Foreign => Ok(String::new()),
    };
    outcome.unwrap_or_else(|error| error.to_string())
}

fn frame_word(frame: &LiveFrame) -> String {
    match frame {
        LiveFrame::Empty => "empty".to_owned(),
        LiveFrame::Echo => "echo".to_owned(),
        LiveFrame::Messages { messages, refused } => {
            let said = |said: &Addressed| format!("{} {}", said.friend, words::kind(&said.message));
            words::join(messages.iter().map(said), refused)
        }
    }
}

fn decoded_word(decoded: &Decoded) -> String {
    match decoded {
        Decoded::Clear => "clear".to_owned(),
        Decoded::Messages { messages, refused } => {
            words::join(messages.iter().map(|message| words::kind(message).to_owned()), refused)
        }
    }
}

fn replace_all(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut replaced = Vec::new();
    let mut rest = bytes;
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        replaced.extend_from_slice(&rest[..at]);
        replaced.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    replaced.extend_from_slice(rest);
    replaced
}

fn lines(body: &[u8]) -> Vec<Value> {
    std::str::from_utf8(body).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
