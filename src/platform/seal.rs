//! Sealing a text with a phrase, by the browser's own cryptography: PBKDF2-HMAC-SHA-256, then AES-256-GCM. The format is that of
//! `dashboard_core::model::sealed`.

use dashboard_core::model::sealed::{Envelope, Header};
use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use super::{page, random};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    async fn import_key(
        format: &str,
        key: &Uint8Array,
        algorithm: &str,
        extractable: bool,
        usages: &Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = deriveKey, catch)]
    async fn derive_key(
        algorithm: &Object,
        from: &JsValue,
        into: &Object,
        extractable: bool,
        usages: &Array,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    async fn encrypt(algorithm: &Object, key: &JsValue, data: &Uint8Array) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], catch)]
    async fn decrypt(algorithm: &Object, key: &JsValue, data: &Uint8Array) -> Result<JsValue, JsValue>;
}

/// Why nothing was sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealError {
    /// The browser has no cryptography here: the page came by plain `http:` from another computer.
    NotHere,
    /// The phrase is another one, or the link was changed.
    WrongPhrase,
}

/// Whether the browser can do it at all.
pub fn is_possible() -> bool {
    page::window().is_secure_context()
}

/// Seals a text.
///
/// # Errors
/// [`SealError::NotHere`].
pub async fn seal(phrase: &str, text: &str) -> Result<Envelope, SealError> {
    let header = Header::new(random::bytes(), random::bytes());
    let sealed = async {
        let key = key(phrase, &header).await?;
        encrypt(&cipher(&header), &key, &Uint8Array::from(text.as_bytes())).await
    };
    let sealed = sealed.await.map_err(|_| SealError::NotHere)?;
    Ok(Envelope { header, sealed: Uint8Array::new(&sealed).to_vec() })
}

/// Opens what was sealed.
///
/// # Errors
/// [`SealError`].
pub async fn open(phrase: &str, envelope: &Envelope) -> Result<String, SealError> {
    let key = key(phrase, &envelope.header).await.map_err(|_| SealError::NotHere)?;
    let opened = decrypt(&cipher(&envelope.header), &key, &Uint8Array::from(&envelope.sealed[..])).await;
    let bytes = Uint8Array::new(&opened.map_err(|_| SealError::WrongPhrase)?).to_vec();
    String::from_utf8(bytes).map_err(|_| SealError::WrongPhrase)
}

/// The same phrase from any keyboard: without blanks around it, and with composed letters (NFKC).
async fn key(phrase: &str, header: &Header) -> Result<JsValue, JsValue> {
    let phrase = JsString::from(phrase.trim()).normalize("NFKC");
    let bytes = String::from(phrase).into_bytes();
    let derives = Array::of1(&"deriveKey".into());
    let base = import_key("raw", &Uint8Array::from(&bytes[..]), "PBKDF2", false, &derives).await?;
    let how = object(&[
        ("name", "PBKDF2".into()),
        ("hash", "SHA-256".into()),
        ("salt", Uint8Array::from(&header.salt[..]).into()),
        ("iterations", header.rounds.into()),
    ]);
    let into = object(&[("name", "AES-GCM".into()), ("length", 256.into())]);
    let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
    derive_key(&how, &base, &into, false, &usages).await
}

fn cipher(header: &Header) -> Object {
    object(&[
        ("name", "AES-GCM".into()),
        ("iv", Uint8Array::from(&header.nonce[..]).into()),
        ("additionalData", Uint8Array::from(&header.to_bytes()[..]).into()),
    ])
}

fn object(members: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in members {
        // Fails only on what is no object.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn only_the_phrase_opens_what_it_sealed() {
        let envelope = seal("correct horse", "a text").await.unwrap();
        let read = Envelope::parse(&envelope.to_fragment()).unwrap();
        assert_eq!(open(" correct horse\n", &read).await.as_deref(), Ok("a text"));
        assert_eq!(open("wrong horse", &read).await, Err(SealError::WrongPhrase));
        let mut bent = read.clone();
        bent.header.rounds += 1;
        assert_eq!(open("correct horse", &bent).await, Err(SealError::WrongPhrase));
        bent = read;
        bent.sealed[0] ^= 1;
        assert_eq!(open("correct horse", &bent).await, Err(SealError::WrongPhrase));
    }
}
