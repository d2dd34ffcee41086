//! Work in a task of its own, as soon as what is under way has ended and what was waiting was taken in. Unlike time-outs,
//! which browsers hold back for 4 ms once they follow each other.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{MessageChannel, MessagePort};

/// Runs one piece of work in the next task, however often it is asked for. Dropped, it never runs again.
pub struct Soon {
    sender: MessagePort,
    receiver: MessagePort,
    is_pending: Rc<Cell<bool>>,
    _run: Closure<dyn FnMut()>,
}

impl Soon {
    /// Work to be done in tasks of its own. `None` in browsers without message channels.
    pub fn new(work: impl Fn() + 'static) -> Option<Self> {
        let channel = MessageChannel::new().ok()?;
        let is_pending = Rc::new(Cell::new(false));
        let pending = is_pending.clone();
        let run = Closure::<dyn FnMut()>::new(move || {
            // The work may ask for the next task.
            pending.set(false);
            work();
        });
        let receiver = channel.port1();
        receiver.set_onmessage(Some(run.as_ref().unchecked_ref()));
        Some(Self { sender: channel.port2(), receiver, is_pending, _run: run })
    }

    /// Asks for the work in the next task.
    pub fn request(&self) {
        if !self.is_pending.replace(true) {
            // Nothing can always be cloned.
            let _ = self.sender.post_message(&JsValue::NULL);
        }
    }
}

impl Drop for Soon {
    fn drop(&mut self) {
        self.receiver.close();
    }
}
