//! Randomness from the browser.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn get_random_values(bytes: &mut [u8]);
}

/// Eight random hexadecimal digits.
pub fn eight_hex_digits() -> String {
    let mut bytes = [0; 4];
    get_random_values(&mut bytes);
    format!("{:08x}", u32::from_le_bytes(bytes))
}

/// So many random bytes.
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    get_random_values(&mut bytes);
    bytes
}

/// So many groups of four letters and digits, which look and sound unlike each other: 20 bits each.
pub fn words(groups: usize) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let group = |_| bytes::<4>().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).iter().collect();
    (0..groups).map(group).collect::<Vec<String>>().join("-")
}

/// A random number, 0 ≤ number < 1.
pub fn unit() -> f64 {
    js_sys::Math::random()
}
