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

/// A random number, 0 ≤ number < 1.
pub fn unit() -> f64 {
    js_sys::Math::random()
}
