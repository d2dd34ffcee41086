//! What page and worker say to each other: arrays that begin with a word and go on with plain values. Both ends are of
//! one build, so a message that cannot be read is a defect and is dropped.

mod fields;
mod reply;
mod request;

pub use reply::Reply;
pub use request::Request;

pub(super) use fields::{Fields, begin, push_f64, push_friend, push_str, push_u32};

#[cfg(test)]
mod tests {
    use js_sys::Array;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn foreign_messages_are_no_requests() {
        for message in [JsValue::NULL, "load".into(), Array::new().into(), begin("load").into()] {
            assert_eq!(Request::from_js(&message), None);
            assert!(Reply::from_js(&message).is_none());
        }
    }
}
