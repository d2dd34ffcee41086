//! A Recorder's answers in, rows out.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use dashboard_core::owntracks::{AnswerError, LocationsReader, ReadReport};
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Dropped, Row};
use proptest::prelude::*;

const EVER: TimeRange = TimeRange { from_s: 0, to_s: 4_000_000_000 };

fn read_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Row>, Result<ReadReport, AnswerError>) {
    let mut reader = LocationsReader::new(EVER);
    let mut rows = Vec::new();
    for piece in pieces {
        if let Err(error) = reader.push(piece, &mut rows) {
            return (rows, Err(error));
        }
    }
    (rows, reader.finish())
}

fn read(answer: &[u8]) -> (Vec<Row>, Result<ReadReport, AnswerError>) {
    read_pieces(std::iter::once(answer))
}

/// The rows of an answer with this array of locations, and how many were invalid.
fn locations(data: &str) -> (Vec<Row>, u32) {
    let (rows, report) =
        read(format!(r#"{{"count":1,"data":[{data}],"status":200,"version":"1.0.1"}}"#).as_bytes());
    let report = report.unwrap_or_else(|error| panic!("{error}: {data}"));
    assert_eq!(report.points as usize, rows.len());
    assert_eq!(report.status, Some(200));
    (rows, report.dropped.invalid)
}

/// The times of the rows, which tell in short which locations were kept.
fn times(data: &str) -> (Vec<i64>, u32) {
    let (rows, invalid) = locations(data);
    (rows.iter().map(|row| row.time_s - 1_700_000_000).collect(), invalid)
}

#[allow(clippy::disallowed_methods, reason = "the test reads files, core does not")]
fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/../../tests/fixtures/recorder/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn a_location_with_everything() {
    let (rows, _) = locations(
        r#"{"_type":"location","tid":"AP","lat":-36.85,"lon":174.76,"tst":1795353045,"acc":11,"alt":38,"batt":77,
            "vel":4.5,"inregions":["Ho\"me}"],"x":{"y":[{}]},"t":"u","ok":true,"none":null}"#,
    );
    assert_eq!(
        rows,
        [Row {
            time_s: 1_795_353_045,
            position: dashboard_core::geo::LatLon::new(-36.85, 174.76).unwrap(),
            accuracy_m: Some(11.0),
            altitude_m: Some(38.0),
            speed_kmh: Some(4.5),
            battery_percent: Some(77),
        }]
    );
}

#[test]
fn real_answers() {
    let points = |name| read(&fixture(name)).1.map(|report| (report.points, report.dropped.invalid));
    assert_eq!(points("locations-range-990.json"), Ok((990, 0)));
    assert_eq!(points("locations-day.json"), Ok((25, 0)));
    assert_eq!(points("locations-unknown.json"), Ok((0, 0)));
    assert_eq!(points("locations-fields-unknown.json"), Ok((0, 6)));
    // A per-cent sign in a point of interest put a raw line break into it. The place is none the worse for that.
    assert_eq!(points("after-locations-bob-percent.json"), Ok((2, 0)));
    assert_eq!(points("after-locations-upper-munged.json"), Ok((1, 0)));
    let told = |name| read(&fixture(name)).1.unwrap_err().to_string();
    assert_eq!(told("unknown-verb.txt"), "expected a list of locations, found “no comprendo”");
    assert_eq!(
        told("locations-reversed.txt"),
        "expected a list of locations, found “impossible date/time ranges”"
    );
}

#[test]
fn other_shapes_of_answers() {
    let outcome = |answer: &str| read(answer.as_bytes()).1;
    assert_eq!(outcome("{}"), Ok(ReadReport::default()));
    assert_eq!(outcome(" { \"data\" : [ ] }\n"), Ok(ReadReport::default()));
    assert_eq!(
        outcome(r#"{"data":null,"status":"200"}"#),
        Ok(ReadReport { status: Some(200), ..Default::default() })
    );
    assert_eq!(outcome(""), Err(AnswerError::Truncated));
    assert_eq!(outcome(r#"{"count":2,"data":[{"tst":17"#), Err(AnswerError::Truncated));
    assert_eq!(outcome(r#"{"data":[]"#), Err(AnswerError::Truncated));
    assert_eq!(outcome(r#"{"data":[]}{"#), Err(AnswerError::Malformed { offset: 11 }));
    assert_eq!(outcome(r#"{"data":[],}"#), Err(AnswerError::Malformed { offset: 11 }));
    assert!(matches!(outcome("[]"), Err(AnswerError::NotJson { .. })));
    let page = format!("<!doctype html>{}", "é".repeat(5000));
    assert!(
        matches!(outcome(&page), Err(AnswerError::NotJson { text }) if text.starts_with("<!doctype html>éé"))
    );
}

#[test]
fn values_are_coerced_as_phones_need_it() {
    let row = |members: &str| locations(&format!(r#"{{"lat":48,"lon":11,"tst":1700000000,{members}}}"#)).0[0];
    assert_eq!(row(r#""acc":0"#).accuracy_m, None);
    assert_eq!(row(r#""acc":-1"#).accuracy_m, None);
    assert_eq!(row(r#""acc":" 12.5 ""#).accuracy_m, Some(12.5));
    assert_eq!(row(r#""acc":"12 m""#).accuracy_m, None);
    assert_eq!(row(r#""acc":1e300"#).accuracy_m, None);
    assert_eq!(row(r#""vel":-1"#).speed_kmh, None);
    assert_eq!(row(r#""vel":0"#).speed_kmh, Some(0.0));
    assert_eq!(row(r#""batt":-1"#).battery_percent, None);
    assert_eq!(row(r#""batt":76.6"#).battery_percent, Some(77));
    assert_eq!(row(r#""batt":101"#).battery_percent, None);
    assert_eq!(row(r#""alt":-3.5"#).altitude_m, Some(-3.5));
    assert_eq!(row(r#""alt":{"m":3}"#).altitude_m, None);
    assert_eq!(row(r#""tst":"1700000001","lat":"48.5""#).position.lat(), 48.5);
    assert_eq!(row(r#""tst":1700000001999"#).time_s, 1_700_000_001);
    assert_eq!(row(r#""tst":1700000001.6"#).time_s, 1_700_000_001);
    assert_eq!(row(r#""tst":"2023-11-14T22:13:21Z""#).time_s, 1_700_000_001);
    assert_eq!(row(r#""vel":40000,"alt":-20000"#).speed_kmh, None);
    // Last one wins, as in JavaScript; the Recorder does repeat keys.
    assert_eq!(row(r#""_type":"card","acc":3,"acc":4,"_type":"location""#).accuracy_m, Some(4.0));
    assert_eq!(row(r#""acc":3,"acc":null"#).accuracy_m, None);
}

#[test]
fn locations_without_place_or_time_are_counted() {
    for bad in [
        r#"{}"#,
        r#"{"tst":1700000000,"lon":11}"#,
        r#"{"tst":1700000000,"lat":48,"lon":11,"lon":"x"}"#,
        r#"{"lat":48,"lon":11}"#,
        r#"{"tst":1700000000,"lat":0,"lon":0.0}"#,
        r#"{"tst":1700000000,"lat":90.1,"lon":0}"#,
        r#"{"tst":1700000000,"lat":48,"lon":1e999}"#,
        r#"{"tst":2021,"lat":48,"lon":11}"#,
        r#"{"tst":"2021-03-01","lat":48,"lon":11}"#,
        r#"{"_type":"transition","tst":1700000000,"lat":48,"lon":11}"#,
        "17",
        "null",
        r#""a string""#,
        r#"[{"tst":1700000000,"lat":48,"lon":11}]"#,
    ] {
        let good = r#"{"tst":1700000007,"lat":48,"lon":11}"#;
        assert_eq!(times(&format!("{good},{bad},{good}")), (vec![7, 7], 1), "{bad}");
    }
}

#[test]
fn damage_costs_the_damaged_location_only() {
    let good = r#"{"tst":1700000007,"lat":48,"lon":11}"#;
    for bad in [
        // Bytes that JSON does not allow, in and out of strings.
        r#"{"tst":1700000000,"lat":48,"lon":11,"x":NaN}"#,
        r#"{"tst":1700000000,"lat":48.,"lon":11}"#,
        "{\"tst\":1700000000,\"lat\":48,\"lon\":11,\u{1}\"x\":1}",
        r#"{"tst":1700000000,"lat":48,"lon":11,}"#,
        r#"{"tst" 1700000000,"lat":48,"lon":11}"#,
        r#"{"tst":1700000000 "lat":48,"lon":11}"#,
        // Stray quotation marks turn inside and outside round.
        r#"{"tst":1700000000,"SSID":"ho"me","lat":48,"lon":11,"acc":5}"#,
        r#"{"tst":1700000000,"SSID":"ho"me","lat":48,"lon":11,"t":"p"}"#,
        r#"{"tst":1700000000,"SSID":home","lat":48,"lon":11}"#,
        r#"{"tst":1700000000,"SSID":"home,"lat":48,"lon":11}"#,
        r#"{"tst":1700000000,"SSID":"home\","lat":48,"lon":11}"#,
        // Stray brackets.
        r#"{"tst":1700000000,"inregions":["a","lat":48,"lon":11}"#,
        r#"{"tst":1700000000,"x":{"lat":48,"lon":11}"#,
        r#"{"tst":1700000000,"lat":48,"lon":11]}"#,
    ] {
        assert_eq!(times(&format!("{good},{bad},{good}")), (vec![7, 7], 1), "{bad}");
        assert_eq!(times(&format!("{bad},{good},{good}")), (vec![7, 7], 1), "{bad}");
        let (rows, _) = read(format!(r#"{{"data":[{good},{bad}],"status":200}}"#).as_bytes());
        assert_eq!(rows.len(), 1, "{bad}");
    }
    for text in [&b"home\n100\x00"[..], &[0xc3, 0x28, 0xff]] {
        let odd = [br#"{"data":[{"tst":1700000000,"lat":48,"lon":11,"SSID":""#, text, br#""},"#].concat();
        let (rows, report) = read(&[&odd[..], good.as_bytes(), b"]}"].concat());
        assert_eq!((rows.len(), report.map(|report| report.dropped.invalid)), (2, Ok(0)));
    }
    let deep =
        format!(r#"{{"tst":1700000000,"lat":48,"lon":11,"x":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    assert_eq!(times(&format!("{good},{deep},{good}")), (vec![7, 7], 1));
}

#[test]
fn a_location_of_more_than_a_mebibyte_is_left_out() {
    let picture =
        |length| format!(r#"{{"tst":1700000001,"lat":48,"lon":11,"image":"{}"}}"#, "A".repeat(length));
    assert_eq!(times(&picture(1_000_000)), (vec![1], 0));
    assert_eq!(times(&format!("{},{}", picture(1 << 20), picture(5))), (vec![1], 1));
}

#[test]
fn both_ends_of_the_range_are_inside() {
    let mut reader = LocationsReader::new(TimeRange { from_s: 1_700_000_001, to_s: 1_700_000_003 });
    let data: Vec<_> =
        (0..6).map(|second| format!(r#"{{"lat":1,"lon":2,"tst":{}}}"#, 1_700_000_000 + second)).collect();
    let mut rows = Vec::new();
    reader.push(format!(r#"{{"data":[{}]}}"#, data.join(",")).as_bytes(), &mut rows).unwrap();
    assert_eq!(reader.points(), 3);
    let report = reader.finish().unwrap();
    assert_eq!(report.dropped, Dropped { out_of_range: 3, ..Default::default() });
    assert_eq!(rows.iter().map(|row| row.time_s - 1_700_000_000).collect::<Vec<_>>(), [1, 2, 3]);
}

/// Answers made of good and bad tokens, so that damage of every kind turns up at every place.
fn answer() -> impl Strategy<Value = Vec<u8>> {
    let token = prop_oneof![
        8 => Just(br#"{"tst":1700000007,"lat":48.25,"lon":-11,"acc":5}"#.to_vec()),
        2 => Just("{\"tst\":\"1700000007\",\"lat\":48.25,\"lon\":-11,\"addr\":\"Zürich 😀 \\\" }\"}".as_bytes().to_vec()),
        4 => Just(b",".to_vec()),
        1 => prop::sample::select(vec!["{", "}", "[", "]", "\"", ":", "\\", "tru", "null", "-1.5e3", " ", "},{\"", "}],\""])
            .prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ];
    prop::collection::vec(token, 0..30).prop_map(|tokens| {
        [b"{\"count\":1,\"data\":[".to_vec(), tokens.concat(), b"],\"status\":200}".to_vec()].concat()
    })
}

proptest! {
    #[test]
    fn where_the_answer_is_cut_makes_no_difference(
        answer in answer(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let whole = read(&answer);
        prop_assert_eq!(&read_pieces(answer.chunks(1)), &whole);
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(answer.len() + 1)).collect();
        cuts.extend([0, answer.len()]);
        cuts.sort_unstable();
        prop_assert_eq!(&read_pieces(cuts.windows(2).map(|cut| &answer[cut[0]..cut[1]])), &whole);
    }

    #[test]
    fn healthy_neighbours_of_any_damage_survive(damage in prop::collection::vec(any::<u8>(), 0..40)) {
        // Brackets would be more than damage: they could end the list in good order.
        let damage: Vec<u8> = damage.into_iter().filter(|byte| !b"[]{}".contains(byte)).collect();
        let location = |time| format!(r#"{{"tst":{time},"lat":48.25,"lon":-11}}"#).into_bytes();
        let damaged = [br#"{"x":"#.to_vec(), damage, b"}".to_vec()].concat();
        let list = [location(1_700_000_001), damaged, location(1_700_000_002), location(1_700_000_003)].join(&b","[..]);
        let (rows, _) = read(&[br#"{"data":["#.to_vec(), list, b"]}".to_vec()].concat());
        prop_assert_eq!(rows.first().map(|row| row.time_s), Some(1_700_000_001));
        prop_assert_eq!(rows.last().map(|row| row.time_s), Some(1_700_000_003));
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
    }

    #[test]
    fn keys_in_any_order_give_the_same_row(order in Just(vec![
        r#""_type":"location""#, r#""tst":1700000000"#, r#""lat":48.5"#, r#""lon":11"#, r#""acc":7"#, r#""x":"y""#,
    ]).prop_shuffle()) {
        let (rows, invalid) = locations(&format!("{{{}}}", order.join(",")));
        prop_assert_eq!((rows.len(), invalid), (1, 0));
        prop_assert_eq!(rows[0].position.lat(), 48.5);
    }
}
