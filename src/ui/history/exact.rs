//! Typed times, to the second.

use leptos::prelude::*;

use super::choice::{choose, input_value, typed};
use crate::store::Store;
use crate::ui::parts::{Button, Look};
use crate::ui::text::words;

/// Two moments on the person's clock.
#[component]
pub fn ExactTimes(store: Store) -> impl IntoView {
    let t = words();
    let range = Memo::new(move |_| store.history.with(|history| history.range));
    let from = RwSignal::new(String::new());
    let to = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<&'static str>);
    Effect::new(move |_| {
        let range = range.get();
        // Nothing is shown before the first range; the epoch would only confuse.
        if range.to_s > 0 {
            from.set(input_value(range.from_s));
            to.set(input_value(range.to_s));
        }
    });
    let apply = move |()| {
        let choice = typed(&from.get_untracked(), &to.get_untracked());
        problem.set(choice.as_ref().err().copied());
        if let Ok(choice) = choice {
            choose(store, choice);
        }
    };
    let field = move |label: &'static str, value: RwSignal<String>| {
        view! {
            <label class="field">
                <span>{label}</span>
                <input
                    type="datetime-local"
                    class="input"
                    step="1"
                    prop:value=value
                    on:input=move |event| value.set(event_target_value(&event))
                />
            </label>
        }
    };
    view! {
        <details class="fold">
            <summary>{t.exact_times}</summary>
            <div class="exact">
                {field(t.from, from)} {field(t.to, to)}
                <Button label=t.apply look=Look::Primary on_press=Callback::new(apply) />
                <p class="problem" role="alert">{move || problem.get()}</p>
            </div>
        </details>
    }
}
