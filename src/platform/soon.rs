//! Work in a task of its own, as soon as what is under way has ended and what was waiting was taken in. Unlike time-outs,
//! which browsers hold back for 4 ms once they follow each other.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
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

/// Turns for work that goes on for long, so that what else is waiting comes in between.
pub struct Turns {
    sender: MessagePort,
    receiver: MessagePort,
    waiting: Rc<RefCell<VecDeque<Function>>>,
    _next: Closure<dyn FnMut()>,
}

impl Turns {
    /// `None` in browsers without message channels.
    pub fn new() -> Option<Self> {
        let channel = MessageChannel::new().ok()?;
        let waiting = Rc::new(RefCell::new(VecDeque::<Function>::new()));
        let queue = waiting.clone();
        let next = Closure::<dyn FnMut()>::new(move || {
            let first = queue.borrow_mut().pop_front();
            if let Some(go_on) = first {
                // The function of a promise throws nothing.
                let _ = go_on.call0(&JsValue::NULL);
            }
        });
        let receiver = channel.port1();
        receiver.set_onmessage(Some(next.as_ref().unchecked_ref()));
        Some(Self { sender: channel.port2(), receiver, waiting, _next: next })
    }

    /// Goes on in a task of its own, behind those that are waiting now.
    pub async fn next(&self) {
        let turn = Promise::new(&mut |go_on, _| {
            self.waiting.borrow_mut().push_back(go_on);
            // Nothing can always be cloned.
            let _ = self.sender.post_message(&JsValue::NULL);
        });
        // Never rejected.
        let _ = JsFuture::from(turn).await;
    }
}

impl Drop for Turns {
    fn drop(&mut self) {
        self.receiver.close();
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_futures::spawn_local;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    async fn two_that_go_on_for_long_and_what_comes_meanwhile_have_their_turns() {
        let (turns, seen) = (Rc::new(Turns::new().unwrap()), Rc::new(RefCell::new(String::new())));
        let came = seen.clone();
        let soon = Soon::new(move || came.borrow_mut().push('!')).unwrap();
        let work = |name: char| {
            let (turns, seen) = (turns.clone(), seen.clone());
            async move {
                for _ in 0..3 {
                    seen.borrow_mut().push(name);
                    turns.next().await;
                }
            }
        };
        spawn_local(work('a'));
        soon.request();
        work('b').await;
        turns.next().await;
        let seen = seen.borrow();
        let order: String = seen.chars().filter(|c| *c != '!').collect();
        assert_eq!(order, "bababa");
        assert!(seen.find('!').is_some_and(|at| at < 4), "{seen}");
    }
}
