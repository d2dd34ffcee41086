//! Every made-up message of `tests/fixtures/samples`, good and hostile, with what must become of it.
//!
//! A file without an expectation here fails the test: nobody adds a sample without saying what it is for.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "owntracks_support/fixtures.rs"]
mod fixtures;
#[path = "owntracks_support/words.rs"]
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dashboard_core::owntracks::{Decoded, Keyring, Message, decode};
use fixtures::{fixture, fixtures};

/// File and, for each of its lines or its whole, the outcome: names of messages or refusals, separated by blanks.
const SAMPLES: &[(&str, &[&str])] = &[
    ("beacon.json", &["beacon"]),
    ("card-name-only.json", &["card"]),
    ("card.json", &["card+face"]),
    ("cmd-reportLocation.json", &["command"]),
    ("cmd-response-tours.json", &["command"]),
    ("cmd-setWaypoints.json", &["command"]),
    ("configuration.otrc", &["configuration"]),
    ("dump.json", &["configuration"]),
    ("encrypted.json", &["location"]),
    // An array of vectors, no messages; `owntracks_encryption.rs` is about them.
    ("encryption-vectors.json", &["NoType NoType NoType NoType"]),
    ("location-android.json", &["location"]),
    ("location-ios.json", &["location"]),
    ("location-minimal.json", &["location"]),
    ("location-poi-image.json", &["location+picture"]),
    ("location-strings.json", &["location"]),
    ("location-vehicle.json", &["location"]),
    ("lwt-android.json", &["last-will"]),
    ("lwt-ios.json", &["last-will"]),
    ("request.ndjson", &["request", "request", "request"]),
    ("status-android.json", &["status:2"]),
    ("status-ios.json", &["status:0"]),
    ("steps.json", &["steps"]),
    ("transition-beacon.json", &["transition"]),
    ("transition-enter.json", &["transition"]),
    ("transition-leave-android.json", &["transition"]),
    ("waypoint-beacon.json", &["waypoint"]),
    ("waypoint-region.json", &["waypoint"]),
    ("waypoint-strings.json", &["waypoint"]),
    ("waypoints.json", &["waypoints:3"]),
    ("bad/card-hostile.ndjson", &["card-face", "card-face", "card-face", "card-face"]),
    ("bad/coords-bare-nan.json", &["NotJson"]),
    (
        "bad/coords-odd.ndjson",
        &["BadPosition", "BadPosition", "BadPosition", "BadPosition", "BadPosition", "BadPosition"],
    ),
    ("bad/deep-nesting.json", &["TooDeep"]),
    ("bad/duplicate-keys.json", &["location"]),
    ("bad/empty.bin", &["clear"]),
    ("bad/encrypted-broken.ndjson", &["encrypted", "encrypted", "encrypted", "encrypted", "encrypted"]),
    ("bad/html-in-location.json", &["location"]),
    ("bad/non-utf8.bin", &["NotUtf8"]),
    ("bad/not-an-object.json", &["NotAnObject NotAnObject NotAnObject"]),
    ("bad/nulls.json", &["location"]),
    ("bad/numbers-extreme.json", &["NotJson"]),
    ("bad/percent-signs.json", &["location"]),
    ("bad/string-bidi-control.json", &["location"]),
    ("bad/string-huge.json", &["card"]),
    ("bad/transition-odd.ndjson", &["BadTransition", "BadTransition", "transition"]),
    ("bad/truncated.json", &["NotJson"]),
    (
        "bad/tst-odd.ndjson",
        &[
            "location",
            "BadTime",
            "location+ms",
            "location",
            "BadTime",
            "location",
            "BadTime",
            "BadTime",
            "BadTime",
        ],
    ),
    (
        "bad/type-missing-or-odd.ndjson",
        &["NoType", "NoType", "unknown:LOCATION", "unknown:locations", "unknown:__proto__"],
    ),
    ("bad/waypoint-odd.ndjson", &["waypoint", "waypoint", "waypoint-removed", "BadRegion"]),
    ("bad/wrong-types.json", &["BadPosition"]),
];

/// Files that hold no messages: documents, and the Recorder's answers, which `owntracks_recorder.rs` reads.
fn elsewhere(name: &str) -> bool {
    name == "README.md" || name.starts_with("recorder/")
}

#[test]
fn every_sample_has_its_outcome() {
    let mut expected = BTreeSet::new();
    for (name, outcomes) in SAMPLES {
        expected.insert((*name).to_owned());
        let bytes = fixture(&format!("samples/{name}"));
        let payloads: Vec<&[u8]> = if name.ends_with(".ndjson") {
            bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty()).collect()
        } else {
            vec![&bytes]
        };
        let found: Vec<String> =
            payloads.into_iter().map(|payload| outcome(&decode(payload, &keys()))).collect();
        assert_eq!(&found, outcomes, "{name}");
    }
    let mut present = BTreeSet::new();
    list(&samples(), &samples(), &mut present);
    present.retain(|name| !elsewhere(name));
    assert_eq!(present, expected);
}

#[test]
fn locations_say_what_the_phone_said() {
    let ios = only("location-ios.json");
    insta::assert_debug_snapshot!("location_ios", ios);
    let android = only("location-android.json");
    insta::assert_debug_snapshot!("location_android", android);
    let strings = only("location-strings.json");
    insta::assert_debug_snapshot!("location_strings", strings);
}

#[test]
fn text_stays_text() {
    let Message::Location(hostile) = only("bad/html-in-location.json") else { panic!() };
    assert_eq!(hostile.poi.as_deref(), Some("<img src=x onerror=alert(1)>"));
    assert_eq!(hostile.card.unwrap().name.as_deref(), Some("javascript:alert(5)"));
    let Message::Location(odd) = only("bad/string-bidi-control.json") else { panic!() };
    assert_eq!(odd.poi.as_deref(), Some("line1 line2gnp.exe"));
    assert_eq!(odd.tracker_id.as_deref(), Some("XX"));
    let Message::Location(percent) = only("bad/percent-signs.json") else { panic!() };
    assert_eq!((percent.poi.as_deref(), percent.wifi_name.as_deref()), (Some("100%d off %s"), Some("%n%x")));
    let Message::Card(huge) = only("bad/string-huge.json") else { panic!() };
    assert_eq!(huge.tracker_id.map(|tid| tid.chars().count()), Some(8));
    assert!(huge.name.is_none_or(|name| name.chars().count() <= 64));
}

#[test]
fn the_last_of_repeated_keys_wins() {
    let Message::Location(location) = only("bad/duplicate-keys.json") else { panic!() };
    assert_eq!(location.tracker_id.as_deref(), Some("je"));
}

#[test]
fn null_is_absent_and_wrong_types_cost_their_field() {
    let Message::Location(nulls) = only("bad/nulls.json") else { panic!() };
    assert_eq!((nulls.dropped_fields, nulls.tracker_id, nulls.accuracy_m), (0, None, None));
    let payload =
        br#"{"_type":"location","lat":1,"lon":2,"tst":1717230000,"acc":"far","batt":{},"bs":"2","conn":7,
        "inregions":"Home","vel":null,"motionactivities":["walking",1],"m":"move","cog":720.5,"tid":42}"#;
    let Message::Location(wrong) = one(payload) else { panic!() };
    assert_eq!(wrong.dropped_fields, 7);
    assert_eq!(wrong.tracker_id.as_deref(), Some("42"));
    assert_eq!(wrong.motion, ["walking"]);
    assert!(wrong.battery_state.is_some());
}

#[test]
fn regions_are_read_as_the_apps_mean_them() {
    let waypoint = |payload: &str| match one(payload.as_bytes()) {
        Message::Waypoint(waypoint) => waypoint,
        other => panic!("{other:?}"),
    };
    let modes =
        waypoint(r#"{"_type":"waypoint","desc":"Home|1|2","lat":1,"lon":2,"rad":50,"tst":1385997757}"#);
    assert_eq!((modes.name.as_str(), modes.key.as_str(), modes.radius_m), ("Home", "1385997757", Some(50.0)));
    let Message::Waypoint(beacon) = only("waypoint-beacon.json") else { panic!() };
    assert_eq!((beacon.name.as_str(), beacon.beacon, beacon.radius_m), ("Garage", true, None));
    let Message::Waypoint(old) = only("waypoint-strings.json") else { panic!() };
    assert_eq!((old.radius_m, old.created_at_s), (Some(50.0), 1_385_997_757));
    let Message::Waypoints(all) = only("waypoints.json") else { panic!() };
    assert_eq!(all.iter().map(|w| w.follows).collect::<Vec<_>>(), [false, false, true]);
    let planet = waypoint(r#"{"_type":"waypoint","desc":"Planet","lat":0,"lon":0,"rad":6400000,"tst":2}"#);
    assert_eq!((planet.radius_m, planet.centre.is_some()), (Some(100_000.0), true));
}

#[test]
fn arrays_cost_only_their_bad_elements() {
    let payload = br#"[{"_type":"card","name":"J"},7,{"_type":"location"},{"_type":"lwt"}]"#;
    assert_eq!(outcome(&decode(payload, &keys())), "card last-will NotAnObject BadPosition");
}

#[test]
fn limits_are_refusals() {
    let long = format!(r#"{{"_type":"card","name":"{}"}}"#, "x".repeat(1 << 20));
    assert_eq!(outcome(&decode(long.as_bytes(), &keys())), "TooLarge");
    let many = format!("[{}0]", "0,".repeat(100_000));
    assert_eq!(outcome(&decode(many.as_bytes(), &keys())), "TooLarge");
    let deep = "[".repeat(1 << 19);
    assert_eq!(outcome(&decode(deep.as_bytes(), &keys())), "TooDeep");
}

#[test]
fn pictures_are_judged_by_their_bytes() {
    let png = |side: u32, bytes: usize| {
        let side = side.to_be_bytes();
        let mut png = [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", &side[..], &side[..]].concat();
        png.resize(bytes, 0);
        png
    };
    // An application segment, a fill byte, and a frame of 16 × 8.
    let jpeg = b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc2\0\x0b\x08\0\x08\0\x10\x01\0\0\0";
    let huge_jpeg = b"\xff\xd8\xff\xc0\0\x0b\x08\xff\xff\xff\xff\x01\0\0\0";
    for (bytes, word) in [
        (png(192, 1000), "card+face"),
        (png(192, 512 * 1024), "card+face"),
        (png(192, 512 * 1024 + 1), "card-face"),
        (png(5000, 1000), "card-face"),
        (png(u32::MAX, 1000), "card-face"),
        (png(192, 10), "card-face"),
        (jpeg.to_vec(), "card+face"),
        (jpeg[..12].to_vec(), "card-face"),
        (huge_jpeg.to_vec(), "card-face"),
        (b"\xff\xd8\xff".to_vec(), "card-face"),
        (b"GIF89a".to_vec(), "card-face"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "card-face"),
    ] {
        let face = STANDARD.encode(&bytes);
        let start = &bytes[..bytes.len().min(16)];
        for face in [face.clone(), format!("data:text/html;base64,{face}")] {
            let payload = format!(r#"{{"_type":"card","face":"{face}"}}"#);
            assert_eq!(outcome(&decode(payload.as_bytes(), &keys())), word, "{start:?}");
        }
    }
    let no_face = br#"{"_type":"card","name":"J","face":""}"#;
    assert_eq!(outcome(&decode(no_face, &keys())), "card");
}

fn outcome(decoded: &Decoded) -> String {
    match decoded {
        Decoded::Clear => "clear".to_owned(),
        Decoded::Messages { messages, refused } => words::join(messages.iter().map(word), refused),
    }
}

fn word(message: &Message) -> String {
    let detail = match message {
        Message::Location(location) if location.time_was_milliseconds => "+ms".to_owned(),
        Message::Location(location) if location.poi_picture.is_some() => "+picture".to_owned(),
        Message::Waypoint(waypoint) if waypoint.centre.is_none() => "-removed".to_owned(),
        Message::Waypoints(waypoints) => format!(":{}", waypoints.len()),
        Message::Card(card) if card.face.is_some() => "+face".to_owned(),
        Message::Card(card) if card.face_refused => "-face".to_owned(),
        Message::Status(status) => format!(":{}", status.warnings.len()),
        Message::Unknown(name) => format!(":{name}"),
        _ => String::new(),
    };
    format!("{}{detail}", words::kind(message))
}

fn only(name: &str) -> Message {
    one(&fixture(&format!("samples/{name}")))
}

fn one(payload: &[u8]) -> Message {
    match decode(payload, &keys()) {
        Decoded::Messages { mut messages, refused } if refused.is_empty() && messages.len() == 1 => {
            messages.remove(0)
        }
        other => panic!("{other:?}"),
    }
}

fn keys() -> Keyring {
    Keyring::from_passphrases(["other", "s3cr3t-Key"])
}

fn samples() -> PathBuf {
    fixtures().join("samples")
}

fn list(root: &Path, folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(root, &path, names);
        } else {
            names.insert(path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/"));
        }
    }
}
