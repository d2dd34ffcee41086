//! Time-outs and intervals that end when they are dropped. Work in the page and in the worker.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, delay_ms: i32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(id: i32);
    #[wasm_bindgen(js_name = setInterval)]
    fn set_interval(callback: &js_sys::Function, delay_ms: i32) -> i32;
    #[wasm_bindgen(js_name = clearInterval)]
    fn clear_interval(id: i32);
}

/// Longest delay browsers keep; longer ones would fire at once.
const MAX_DELAY_MS: i64 = i32::MAX as i64;

/// One wake-up. Dropped, it never comes.
pub struct Timer {
    id: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `callback` once after `delay_ms` (0 or less: as soon as possible; at most 24 days).
    pub fn after(delay_ms: i64, callback: impl FnOnce() + 'static) -> Self {
        let callback = Closure::once(callback);
        let id = set_timeout(callback.as_ref().unchecked_ref(), delay_ms.clamp(0, MAX_DELAY_MS) as i32);
        Self { id, _callback: callback }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(self.id);
    }
}

/// Goes on in a task of its own: the browser can draw and take input in between.
pub async fn next_task() {
    sleep(0).await;
}

/// Goes on after `delay_ms` at the earliest.
pub async fn sleep(delay_ms: i32) {
    let elapsed = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, delay_ms);
    });
    // A time-out is never rejected.
    let _ = JsFuture::from(elapsed).await;
}

/// A call at regular intervals, until dropped.
pub struct Interval {
    id: i32,
    _callback: Closure<dyn Fn()>,
}

impl Interval {
    /// Calls `callback` every `period_ms`.
    pub fn every(period_ms: i32, callback: impl Fn() + 'static) -> Self {
        let callback = Closure::<dyn Fn()>::new(callback);
        let id = set_interval(callback.as_ref().unchecked_ref(), period_ms);
        Self { id, _callback: callback }
    }
}

impl Drop for Interval {
    fn drop(&mut self) {
        clear_interval(self.id);
    }
}
