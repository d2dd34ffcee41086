//! Any bytes, cut anywhere: no panic, and the rows and the outcome do not depend on the cuts.

#![no_main]

use dashboard_core::owntracks::LocationsReader;
use dashboard_core::time::TimeRange;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (usize, &[u8])| {
    let (piece, answer) = input;
    let read = |piece: usize| {
        let mut reader = LocationsReader::new(TimeRange { from_s: 0, to_s: i64::MAX });
        let mut rows = Vec::new();
        let pushed = answer.chunks(piece).try_for_each(|bytes| reader.push(bytes, &mut rows));
        (rows, pushed.and_then(|()| reader.finish()))
    };
    assert_eq!(read(answer.len().max(1)), read(piece % 64 + 1));
});
