//! Whatever a broker sends, and wherever it is cut, the session says the same, keeps the order of its events, and is
//! silent once it is over.

#![no_main]

use dashboard_core::mqtt::{Options, Session, SessionEvent};
use dashboard_core::time::UnixMillis;
use libfuzzer_sys::fuzz_target;

const NOW: UnixMillis = UnixMillis(1_700_000_000_000);

fuzz_target!(|input: (u8, &[u8])| {
    let (chunk_length, bytes) = input;
    let whole = outcome(bytes, bytes.len().max(1));
    let cut = outcome(bytes, usize::from(chunk_length).max(1));
    assert_eq!(cut, whole);

    let (events, _) = whole;
    let is_end = |event: &SessionEvent| {
        matches!(event, SessionEvent::Refused(_) | SessionEvent::Lost(_) | SessionEvent::NoAnswer)
    };
    let first_end = events.iter().position(is_end);
    assert!(first_end.is_none_or(|index| index + 1 == events.len()));
});

/// Events of a session for two filters that gets `bytes` in chunks, and everything it sent.
fn outcome(bytes: &[u8], chunk_length: usize) -> (Vec<SessionEvent>, Vec<u8>) {
    let options = Options {
        client_id: "fuzz".into(),
        credentials: None,
        keep_alive_s: 60,
        topics: vec!["owntracks/+/+".into(), "owntracks/+/+/info".into()],
        connack_timeout_ms: 10_000,
    };
    let mut session = Session::new(options, NOW);
    for chunk in bytes.chunks(chunk_length) {
        session.handle_input(chunk, NOW);
    }
    let events = std::iter::from_fn(|| session.poll_event()).collect();
    let sent = std::iter::from_fn(|| session.poll_transmit()).flatten().collect();
    (events, sent)
}
