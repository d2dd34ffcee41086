//! Properties of the stream: any bytes, cut anywhere.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// A CONNECT of version 3 (3.1), 4 (3.1.1) or 5, with an empty session.
fn connect(version: u8) -> Vec<u8> {
    let properties: &[u8] = if version == 5 { &[0] } else { &[] };
    let name: &[u8] = if version == 3 { b"\0\x06MQIsdp" } else { b"\0\x04MQTT" };
    let body = [name, &[version, 2, 0, 0], properties, &[0, 1, b'c']].concat();
    [&[0x10, u8::try_from(body.len()).expect("short")], &body[..]].concat()
}

fn connected(version: u8) -> Wire {
    let mut wire = Wire::new();
    let mut input = BytesMut::from(&connect(version)[..]);
    assert!(matches!(wire.receive(&mut input), Ok(Some(Received::Connect(_)))));
    wire.accept(false, None).expect("connecting");
    wire.outgoing.clear();
    wire
}

/// Everything in `bytes`, handed over in pieces that end at `cuts`, as text; ends with the fault, if any.
fn receive_all(version: u8, bytes: &[u8], cuts: &[usize]) -> Vec<String> {
    let mut wire = connected(version);
    let mut heard = Vec::new();
    let mut from = 0;
    for to in cuts.iter().copied().chain([bytes.len()]) {
        let mut input = BytesMut::from(&bytes[from..to]);
        from = to;
        loop {
            match wire.receive(&mut input) {
                Ok(Some(received)) => heard.push(format!("{received:?}")),
                Ok(None) => break,
                Err(fault) => {
                    heard.push(fault.to_string());
                    return heard;
                }
            }
        }
        assert!(input.is_empty(), "all bytes are taken");
    }
    heard
}

fn publish(qos: u8, packet_id: u8, version: u8) -> Vec<u8> {
    let id: &[u8] = if qos == 0 { &[] } else { &[0, packet_id] };
    let properties: &[u8] = if version == 5 { &[0] } else { &[] };
    let body = [&[0, 1, b't'], id, properties, b"payload"].concat();
    [&[0x30 | qos << 1, u8::try_from(body.len()).expect("short")], &body[..]].concat()
}

/// Something a client may send, most of the time.
fn packet(version: u8) -> impl Strategy<Value = Vec<u8>> {
    let properties: &'static [u8] = if version == 5 { &[0] } else { &[] };
    prop_oneof![
        8 => (0..3_u8, 1..20_u8).prop_map(move |(qos, id)| publish(qos, id, version)),
        2 => Just(vec![0xc0, 0]),
        2 => (1..20_u8).prop_map(|id| vec![0x62, 2, 0, id]),
        2 => (1..20_u8, 0..3_u8).prop_map(move |(id, qos)| {
            let body = [&[0, id], properties, &[0, 3, b'a', b'/', b'+', qos]].concat();
            [&[0x82, u8::try_from(body.len()).expect("short")], &body[..]].concat()
        }),
        1 => vec(any::<u8>(), 0..12),
    ]
}

proptest! {
    #[test]
    fn no_bytes_panic(version in 3..6_u8, bytes in vec(any::<u8>(), 0..200)) {
        receive_all(version, &bytes, &[]);
    }

    #[test]
    fn no_first_bytes_panic(version in any::<u8>(), bytes in vec(any::<u8>(), 0..100), at in 0..16_usize) {
        let mut damaged = connect(version);
        let at = at.min(damaged.len());
        damaged.splice(at.., bytes);
        let mut input = BytesMut::from(&damaged[..]);
        let mut wire = Wire::new();
        while let Ok(Some(_)) = wire.receive(&mut input) {}
    }

    #[test]
    fn a_beginning_may_come_in_pieces(version in 3..6_u8, cut in 0..20_usize) {
        let whole = connect(version);
        let (start, rest) = whole.split_at(cut.min(whole.len()));
        let mut wire = Wire::new();
        let mut heard = Vec::new();
        for piece in [start, rest] {
            let mut input = BytesMut::from(piece);
            heard.extend(wire.receive(&mut input).expect("a CONNECT"));
            prop_assert!(input.is_empty(), "all bytes are taken");
        }
        prop_assert!(matches!(&heard[..], [Received::Connect(_)]));
    }

    #[test]
    fn where_the_stream_is_cut_changes_nothing(
        (version, packets) in (3..6_u8)
            .prop_flat_map(|version| (Just(version), vec(packet(version), 0..12))),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let bytes = packets.concat();
        let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        prop_assert_eq!(receive_all(version, &bytes, &cuts), receive_all(version, &bytes, &[]));
    }
}
