//! Any bytes, cut anywhere: no panic, and the rows and the outcome do not depend on the cuts. What was read can be written
//! and read again.

#![no_main]

use dashboard_core::track::compact::{Decoder, Encoder};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (usize, &[u8])| {
    let (piece, body) = input;
    let read = |body: &[u8], piece: usize| {
        let mut decoder = Decoder::new();
        let mut rows = Vec::new();
        let pushed = body.chunks(piece).try_for_each(|bytes| decoder.push(bytes, &mut rows));
        (rows, pushed.and_then(|()| decoder.finish()))
    };
    let (mut rows, outcome) = read(body, body.len().max(1));
    assert_eq!(read(body, piece % 64 + 1), (rows.clone(), outcome));
    rows.sort_by_key(|row| row.time_s);
    let (mut encoder, mut again) = (Encoder::new(), Vec::new());
    rows.iter().for_each(|row| encoder.push(row, &mut again));
    let contents = encoder.finish(&mut again);
    let (read_again, outcome) = read(&again, again.len());
    assert_eq!(outcome, Ok(contents));
    assert_eq!(read_again.len() + contents.dropped.repeats as usize, rows.len());
});
