//! Work that is asked for many times and done once per animation frame.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use wasm_bindgen::prelude::*;

use super::page;
use super::timer::Timer;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = requestAnimationFrame)]
    fn request_animation_frame(callback: &js_sys::Function) -> i32;
    #[wasm_bindgen(js_name = cancelAnimationFrame)]
    fn cancel_animation_frame(id: i32);
}

/// A hidden tab gets no frames; its work is done after so many milliseconds instead.
const HIDDEN_DELAY_MS: i64 = 250;

/// Runs one piece of work at the next frame, however often it is asked for. Dropped, it never runs again.
#[derive(Clone)]
pub struct PerFrame(Rc<Inner>);

struct Inner {
    run: Closure<dyn Fn()>,
    pending: RefCell<Option<Pending>>,
}

enum Pending {
    Frame(i32),
    Timer(#[expect(dead_code, reason = "held for its Drop")] Timer),
}

impl PerFrame {
    /// Work to be done once per frame.
    pub fn new(work: impl Fn() + 'static) -> Self {
        Self(Rc::new_cyclic(|weak: &Weak<Inner>| {
            let weak = weak.clone();
            let run = move || {
                let Some(inner) = weak.upgrade() else { return };
                // The work may ask for the next frame.
                inner.pending.take();
                work();
            };
            Inner { run: Closure::new(run), pending: RefCell::new(None) }
        }))
    }

    /// Asks for the work at the next frame.
    pub fn request(&self) {
        let mut pending = self.0.pending.borrow_mut();
        if pending.is_some() {
            return;
        }
        let run: &js_sys::Function = self.0.run.as_ref().unchecked_ref();
        *pending = Some(if page::is_hidden() {
            let run = run.clone();
            Pending::Timer(Timer::after(HIDDEN_DELAY_MS, move || {
                // The work itself cannot throw: it is Rust.
                let _ = run.call0(&JsValue::NULL);
            }))
        } else {
            Pending::Frame(request_animation_frame(run))
        });
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(Pending::Frame(id)) = self.pending.take() {
            cancel_animation_frame(id);
        }
    }
}
