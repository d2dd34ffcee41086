//! Histories as columns: what goes in comes out, however the bytes are cut, and damage is told.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

mod tracks;

use dashboard_core::track::compact::{BadBody, Contents, Decoder, Encoder};
use dashboard_core::track::{Dropped, Row, Track};
use proptest::prelude::*;
use proptest::sample::Index;
use tracks::{at, recorded, track};

fn encoded(rows: &[Row]) -> Vec<u8> {
    let (mut encoder, mut body) = (Encoder::new(), Vec::new());
    rows.iter().for_each(|row| encoder.push(row, &mut body));
    encoder.finish(&mut body);
    body
}

type Outcome = (Vec<Row>, Result<Contents, BadBody>);

fn decoded<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Outcome {
    let (mut decoder, mut rows) = (Decoder::new(), Vec::new());
    let pushed = pieces.into_iter().try_for_each(|piece| decoder.push(piece, &mut rows));
    assert_eq!(decoder.points() as usize, rows.len());
    (rows, pushed.and_then(|()| decoder.finish()))
}

fn whole(points: usize, dropped: Dropped) -> Result<Contents, BadBody> {
    Ok(Contents { points: points as u32, dropped })
}

#[test]
fn the_bytes_are_those_of_the_document() {
    let row = |time_s, lat, lon| Row {
        accuracy_m: Some(9.2),
        altitude_m: Some(-3.0),
        battery_percent: Some(80),
        ..at(time_s, lat, lon)
    };
    let rows = [
        row(1_717_228_800, 47.376_887, 8.541_694),
        Row { accuracy_m: None, ..row(1_717_228_810, 47.376_888, 8.541_692) },
        row(1_717_228_820, 47.376_889, 8.541_69),
    ];
    #[rustfmt::skip]
    let expected = [
        0x89, b'O', b'T', b'H', 1,
        3, 34, 1, // points, bytes, scale: tenths of a millionth come in tens
        0, 0x80, 0xaa, 0xeb, 0xb2, 0x06, 10, // times: the first, then every ten seconds
        0, 0xee, 0xa7, 0x97, 0x2d, 2, // latitudes: 47376887, then one step north
        0, 0xfc, 0xd7, 0x92, 0x08, 3, // longitudes: 8541694, then two steps west
        1, 21, 0, 1, // accuracies: 10 m, unknown, 10 m
        0, 6, 1, // altitudes: −3 m, then no change
        0, 0, 0, // speeds: unknown
        0, 0xa1, 0x01, 1, // batteries: 80 %
        0, 3, 0, 0, // trailer
    ];
    assert_eq!(encoded(&rows), expected);
}

#[test]
fn recorded_tracks_come_back_as_they_are_in_a_track() {
    for name in ["day-alice-phone.rec", "antimeridian-dave-boat.rec", "history-10k.csv.gz"] {
        let narrowed: Vec<Row> = track(&recorded(name)).rows().collect();
        let body = encoded(&recorded(name));
        assert_eq!(
            decoded([&body[..]]),
            (narrowed.clone(), whole(narrowed.len(), Dropped::default())),
            "{name}"
        );
        assert!(body.len() < 13 * narrowed.len(), "{name}: {} bytes", body.len());
    }
}

#[test]
fn repeats_and_impossible_times_are_left_out_and_counted() {
    let rows = [
        at(-1, 1.0, 1.0),
        at(5, 1.0, 1.0),
        at(5, 2.0, 1.0),
        at(5, 1.000_000_04, 1.0),
        at(6, 1.0, 1.0),
        at(1 << 32, 1.0, 1.0),
    ];
    let body = encoded(&rows);
    let dropped = Dropped { repeats: 1, invalid: 2, out_of_range: 0 };
    assert_eq!(decoded([&body[..]]), (vec![rows[1], rows[2], rows[4]], whole(3, dropped)));
    let (mut encoder, mut body) = (Encoder::new(), Vec::new());
    encoder.count_invalid(1);
    encoder.finish(&mut body);
    assert_eq!(body, [0x89, b'O', b'T', b'H', 1, 0, 0, 0, 1], "an empty history is a header and a trailer");
}

#[test]
fn other_things_are_told_from_damage_and_from_the_future() {
    let failure = |bytes: &[u8]| decoded([bytes]).1.unwrap_err();
    assert_eq!(failure(b"{\"data\":[]}"), BadBody::OtherFormat);
    assert_eq!(failure(b"\x89OTH\x02rest"), BadBody::OtherVersion(2));
    assert_eq!(failure(b""), BadBody::Truncated);
    assert_eq!(failure(b"\x89OTH\x01"), BadBody::Truncated);
    assert_eq!(failure(b"\x89OTH\x01\x00\x00\x00\x00\x00"), BadBody::Damaged { offset: 9 });
    assert_eq!(failure(b"\x89OTH\x01\x00\x07\x00\x00"), BadBody::Damaged { offset: 5 }, "a wrong count");
    let mut decoder = Decoder::new();
    let failed = decoder.push(b"no", &mut Vec::new());
    assert_eq!(decoder.push(b"\x89OTH\x01\x00\x00\x00\x00", &mut Vec::new()), failed, "it stays so");
}

#[test]
fn a_claim_of_size_costs_nothing() {
    let mut decoder = Decoder::new();
    let mut rows = Vec::new();
    // A block that says it has 4096 points of the same, in a few bytes, is possible; more are not.
    let claim = b"\x89OTH\x01\xff\xff\xff\xff\x0f\xff\xff\xff\xff\x0f";
    assert_eq!(decoder.push(claim, &mut rows), Err(BadBody::Damaged { offset: 5 }));
    assert_eq!(rows.capacity(), 0);
}

fn any_row() -> impl Strategy<Value = Row> {
    let place = (-90.0..=90.0_f64, -180.0..=180.0_f64);
    let coarse = place.clone().prop_map(|(lat, lon)| (lat.round(), (lon * 1e3).round() / 1e3));
    let number = prop::num::f32::ANY;
    (
        -5_i64..4_294_967_300,
        prop_oneof![place, coarse, Just((90.0, 180.0)), Just((-90.0, -180.0))],
        proptest::option::of(number),
        proptest::option::of(number),
        proptest::option::of(number),
        proptest::option::of(any::<u8>()),
    )
        .prop_map(|(time_s, (lat, lon), accuracy_m, altitude_m, speed_kmh, battery_percent)| Row {
            accuracy_m,
            altitude_m,
            speed_kmh,
            battery_percent,
            ..at(time_s, lat, lon)
        })
}

/// Some rows, or the same ones often enough to fill several blocks.
fn any_rows() -> impl Strategy<Value = Vec<Row>> {
    (proptest::collection::vec(any_row(), 0..40), prop_oneof![Just(1), Just(1), Just(300)]).prop_map(
        |(rows, times)| {
            let mut rows = rows.repeat(times);
            rows.sort_by_key(|row| row.time_s);
            rows
        },
    )
}

proptest! {
    #[test]
    fn any_rows_come_back_as_a_track_has_them(rows in any_rows(), cuts in proptest::collection::vec(any::<Index>(), 0..6)) {
        let body = encoded(&rows);
        let mut track = Track::new();
        let dropped = track.merge(&mut rows.clone());
        let expected: Outcome = (track.rows().collect(), whole(track.len(), dropped));
        prop_assert_eq!(decoded([&body[..]]), expected.clone());
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
        ends.extend([0, body.len()]);
        ends.sort_unstable();
        prop_assert_eq!(decoded(ends.windows(2).map(|ends| &body[ends[0]..ends[1]])), expected.clone());
        prop_assert_eq!(decoded(body.chunks(1)), expected);
    }

    #[test]
    fn a_torn_body_is_told_from_a_whole_one(rows in any_rows(), cut in any::<Index>()) {
        let body = encoded(&rows);
        let (all, _) = decoded([&body[..]]);
        let (some, outcome) = decoded([&body[..cut.index(body.len())]]);
        prop_assert_eq!(outcome, Err(BadBody::Truncated));
        prop_assert_eq!(&all[..some.len()], &some[..]);
    }

    #[test]
    fn any_bytes_are_safe_and_cuts_mean_nothing(
        rows in any_rows(),
        edits in proptest::collection::vec((any::<Index>(), any::<u8>()), 0..8),
        cut in any::<Index>(),
    ) {
        let mut body = encoded(&rows);
        for (place, byte) in edits {
            let place = place.index(body.len());
            body[place] = byte;
        }
        let (left, right) = body.split_at(cut.index(body.len()));
        let outcome = decoded([&body[..]]);
        prop_assert_eq!(decoded([left, right]), outcome.clone());
        prop_assert!(outcome.0.iter().all(|row| row.battery_percent.is_none_or(|percent| percent <= 100)));
    }
}
