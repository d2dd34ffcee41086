//! Chips for the usual ranges, and one day after the other.

use leptos::prelude::*;

use super::choice::{OFFERED, choose, day_beside, input_value, name, picked_day};
use crate::store::Store;
use crate::ui::parts::{Button, Look, Sign};
use crate::ui::text::words;

/// The usual ranges.
#[component]
pub fn RangeChips(store: Store) -> impl IntoView {
    let t = words();
    let labels = [t.today, t.yesterday, t.last_24_hours, t.last_7_days, t.last_30_days];
    let chips = OFFERED.into_iter().zip(labels).map(|(choice, label)| {
        let shown = {
            let choice = choice.clone();
            Memo::new(move |_| store.history.with(|history| history.choice == choice))
        };
        view! {
            <button
                type="button"
                class="chip"
                aria-pressed=move || if shown.get() { "true" } else { "false" }
                on:click=move |_| choose(store, choice.clone())
            >
                {label}
            </button>
        }
    });
    view! {
        <div class="chips" role="group" aria-label=t.range>
            {chips.collect_view()}
        </div>
    }
}

/// The day before, a calendar, the day after.
#[component]
pub fn DayStepper(store: Store) -> impl IntoView {
    let t = words();
    let date = Memo::new(move |_| {
        let from_s = store.history.with(|history| history.range.from_s);
        let shown = if from_s == 0 { store.now.with_untracked(|now| now.seconds()) } else { from_s };
        input_value(shown).split('T').next().unwrap_or_default().to_owned()
    });
    let today = move || {
        input_value(store.now.with_untracked(|now| now.seconds()))
            .split('T')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    view! {
        <div class="stepper">
            <StepButton store days=-1 />
            <input
                type="date"
                class="input"
                aria-label=t.day
                prop:value=date
                max=today
                on:change=move |event| {
                    let now = store.now.get_untracked();
                    if let Some(choice) = picked_day(&event_target_value(&event), now) {
                        choose(store, choice);
                    }
                }
            />
            <StepButton store days=1 />
        </div>
    }
}

/// The day before (`days` −1) or after (1).
#[component]
pub fn StepButton(store: Store, days: i64) -> impl IntoView {
    let beside = move || {
        let now = store.now.get_untracked();
        store.history.with(|history| day_beside(history, now, days))
    };
    let missing = Memo::new(move |_| beside().is_none());
    view! {
        <Button
            label=if days < 0 { words().previous_day } else { words().next_day }
            look=Look::Bare
            sign=if days < 0 { Sign::Left } else { Sign::Right }
            disabled=missing
            on_press=Callback::new(move |()| {
                let choice = untrack(beside);
                if let Some(choice) = choice {
                    choose(store, choice);
                }
            })
        />
    }
}

/// What the shown range is called.
#[component]
pub fn RangeName(store: Store) -> impl IntoView {
    let text = Memo::new(move |_| store.history.with(name));
    view! { <span class="range-name">{text}</span> }
}
