//! Building in several tasks, so that none is long.

use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::platform::timer;

/// True when so many tasks have begun: the browser can draw and take input in between.
pub fn after_tasks(tasks: u32) -> RwSignal<bool> {
    let is_time = RwSignal::new(false);
    spawn_local(async move {
        for _ in 0..tasks {
            timer::next_task().await;
        }
        // What was to be built may be gone meanwhile, for the same in another language.
        is_time.try_set(true);
    });
    is_time
}
