//! Encrypted payloads: known vectors, and everything that must stay closed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use dashboard_core::owntracks::{Decoded, Keyring, Message, Refusal, decode};
use serde_json::Value;

#[test]
fn every_vector_opens() {
    let outcomes: Vec<Decoded> = vectors()
        .iter()
        .map(|vector| decode(&envelope(&text(vector, "data")), &key(&text(vector, "passphrase"))))
        .collect();
    for (vector, outcome) in vectors().iter().zip(&outcomes) {
        let plain = decode(text(vector, "plaintext").as_bytes(), &Keyring::default());
        assert_eq!(outcome, &plain, "{}", vector["name"]);
    }
    let Decoded::Messages { messages, .. } = &outcomes[2] else { panic!() };
    assert!(matches!(messages[..], [Message::Location(_)]), "an array in an envelope");
    assert_eq!(outcomes[3], Decoded::Messages { messages: vec![], refused: vec![Refusal::NoType] });
}

#[test]
fn each_key_is_tried() {
    let vector = &vectors()[1];
    let keys = Keyring::from_passphrases(["", "wrong", &text(vector, "passphrase"), "later"]);
    assert!(!is_closed(&decode(&envelope(&text(vector, "data")), &keys)));
    assert!(is_closed(&decode(&envelope(&text(vector, "data")), &Keyring::default())));
}

#[test]
fn padding_and_line_breaks_do_not_matter() {
    let vector = &vectors()[0];
    let data = text(vector, "data");
    for data in [data.trim_end_matches('=').to_owned(), data.replace("QQ", "Q\\r\\nQ"), format!(" {data}\\n")]
    {
        assert!(!is_closed(&decode(&envelope(&data), &key("s3cr3t-Key"))), "{data}");
    }
}

#[test]
fn any_flipped_bit_keeps_it_closed() {
    let sealed = STANDARD.decode(text(&vectors()[0], "data")).unwrap();
    for bit in 0..sealed.len() * 8 {
        let mut damaged = sealed.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        let payload = envelope(&STANDARD.encode(damaged));
        assert!(is_closed(&decode(&payload, &key("s3cr3t-Key"))), "bit {bit}");
    }
}

#[test]
fn anything_too_short_stays_closed() {
    let sealed = STANDARD.decode(text(&vectors()[0], "data")).unwrap();
    for length in 0..sealed.len() {
        let payload = envelope(&STANDARD.encode(&sealed[..length]));
        assert!(is_closed(&decode(&payload, &key("s3cr3t-Key"))), "{length} bytes");
    }
}

#[test]
fn an_empty_passphrase_is_no_key() {
    assert!(key("").is_empty());
}

#[test]
fn an_envelope_in_an_envelope_stays_closed() {
    use crypto_secretbox::aead::{Aead, KeyInit};
    use crypto_secretbox::{Key, Nonce, XSalsa20Poly1305};
    let mut bytes = [0; 32];
    bytes[..10].copy_from_slice(b"s3cr3t-Key");
    let inner = envelope(&text(&vectors()[0], "data"));
    let nonce = [7; 24];
    let sealed = XSalsa20Poly1305::new(Key::from_slice(&bytes))
        .encrypt(Nonce::from_slice(&nonce), &inner[..])
        .unwrap();
    let outer = envelope(&STANDARD.encode([&nonce[..], &sealed].concat()));
    assert!(is_closed(&decode(&outer, &key("s3cr3t-Key"))));
}

#[test]
fn keys_are_never_shown() {
    assert_eq!(format!("{:?}", key("s3cr3t-Key")), "Keyring(…)");
}

fn is_closed(decoded: &Decoded) -> bool {
    matches!(decoded, Decoded::Messages { messages, refused } if refused.is_empty() && messages[..] == [Message::Encrypted])
}

fn envelope(data: &str) -> Vec<u8> {
    format!(r#"{{"_type":"encrypted","data":"{data}"}}"#).into_bytes()
}

fn key(passphrase: &str) -> Keyring {
    Keyring::from_passphrases([passphrase])
}

fn text(vector: &Value, name: &str) -> String {
    vector[name].as_str().unwrap().to_owned()
}

fn vectors() -> Vec<Value> {
    let json = include_str!("../../../tests/fixtures/samples/encryption-vectors.json");
    serde_json::from_str(json).unwrap()
}
