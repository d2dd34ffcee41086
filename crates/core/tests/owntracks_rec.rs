//! Lines of the Recorder's store: read, written, torn and damaged.

use dashboard_core::owntracks::rec::{BadRecLine, RecLine};
use dashboard_core::owntracks::{Decoded, Keyring, Message, decode};
use dashboard_core::time::UnixSeconds;
use proptest::prelude::*;

const STORE: &[u8] = include_bytes!("../../../tests/fixtures/samples/recorder/track.rec");

#[test]
fn a_store_file_line_by_line() {
    let lines: Vec<RecLine> = STORE
        .split(|b| *b == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| RecLine::parse(line).unwrap())
        .collect();
    let summary: Vec<(UnixSeconds, &str, bool)> =
        lines.iter().map(|line| (line.time_s, line.kind, line.is_location())).collect();
    assert_eq!(
        summary,
        [(1_717_228_800, "*", true), (1_717_230_060, "event", false), (1_717_230_600, "lwt", false)]
    );
    let Decoded::Messages { messages, .. } = decode(lines[0].json.as_bytes(), &Keyring::default()) else {
        panic!()
    };
    assert!(matches!(&messages[..], [Message::Location(location)] if location.time_s == lines[0].time_s));
}

#[test]
fn lines_are_written_as_the_recorder_does() {
    let written: String = STORE
        .split_inclusive(|b| *b == b'\n')
        .map(|line| format!("{}\n", RecLine::parse(line).unwrap()))
        .collect();
    assert_eq!(written.as_bytes(), STORE);
}

#[test]
fn pretty_json_becomes_one_line() {
    let line = RecLine { time_s: 0, kind: "*", json: "{\r\n\t\"a\":\n1}\n" }.to_string();
    assert_eq!(line.lines().count(), 1);
    assert_eq!(RecLine::parse(line.as_bytes()).unwrap().json, "{   \"a\": 1}");
}

#[test]
fn a_topic_cannot_break_the_line() {
    let line = RecLine { time_s: 0, kind: "a\n\tb", json: "{}" }.to_string();
    assert_eq!(RecLine::parse(line.as_bytes()).map(|line| line.kind), Ok("a--b"));
}

#[test]
fn damage_is_told() {
    for (line, wrong) in [
        (&b""[..], BadRecLine::NoTime),
        (b"2024-06-01T08:00:00Z", BadRecLine::NoTime),
        (b"today\t*\t{}", BadRecLine::NoTime),
        (b"2024-06-01T08:00:00Z\t*", BadRecLine::NoKind),
        (b"2024-06-01T08:00:00Z\t  \t{}", BadRecLine::NoKind),
        (b"2024-06-01T08:00:00Z\ta\nb\t{}", BadRecLine::NoKind),
        (b"2024-06-01T08:00:00Z\t*\t", BadRecLine::NoObject),
        (b"2024-06-01T08:00:00Z\t*\t{", BadRecLine::NoObject),
        (b"2024-06-01T08:00:00Z\t*\t[]", BadRecLine::NoObject),
        (b"2024-06-01T08:00:00Z\t*\t{\"a\":1}\x00\x00", BadRecLine::NoObject),
        (b"2024-06-01T08:00:00Z\t*\t{\"a\":\"\xff\"}", BadRecLine::NotUtf8),
    ] {
        assert_eq!(RecLine::parse(line), Err(wrong), "{}", String::from_utf8_lossy(line));
    }
}

#[test]
fn a_torn_line_is_never_whole() {
    let whole = STORE.split(|b| *b == b'\n').next().unwrap();
    for end in 0..whole.len() {
        // Only a cut that leaves a closing brace of an inner value could pass, and this line has none.
        assert!(RecLine::parse(&whole[..end]).is_err(), "{end} bytes");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_safe(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = RecLine::parse(&bytes);
    }

    #[test]
    fn there_and_back(time_s in 0_i64..4_000_000_000, kind in "[a-z*]{1,30}", body in "[^\\t\\n\\r]{0,40}") {
        let json = format!("{{{body}}}");
        let line = RecLine { time_s, kind: &kind, json: &json };
        let written = line.to_string();
        prop_assert_eq!(RecLine::parse(written.as_bytes()), Ok(line));
    }
}
