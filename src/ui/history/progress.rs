//! How far the history has loaded, and what became of it.

use dashboard_core::model::Person;
use dashboard_core::model::view::{HistoryState, SourceState};
use dashboard_core::track::Dropped;
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::layout::{Layout, Window};
use crate::ui::parts::{Button, Empty, Icon, Look, Sign};
use crate::ui::text::{measures, words};

/// Progress while loading; afterwards whatever is not as it should be.
#[component]
pub fn HistoryProgress(store: Store) -> impl IntoView {
    let state = Memo::new(move |_| {
        store.history.with(|history| (history.state, history.choose_someone, history.points == 0))
    });
    move || match state.get() {
        (_, true, _) => view! { <p class="muted">{words().choose_someone}</p> }.into_any(),
        (HistoryState::None, ..) => view! { <NoHistory store /> }.into_any(),
        (HistoryState::Loading, ..) => view! { <Loading store /> }.into_any(),
        (HistoryState::Ready, _, true) => view! {
            <Empty sign=Sign::History title=words().history_empty hint=words().history_empty_hint />
        }
        .into_any(),
        (HistoryState::Ready, ..) => ().into_any(),
        (HistoryState::Partial, ..) => view! { <Failed store title=words().history_partial /> }.into_any(),
        (HistoryState::Failed, ..) => view! { <Failed store title=words().history_failed /> }.into_any(),
    }
}

#[component]
fn NoHistory(store: Store) -> impl IntoView {
    let layout = Layout::of_page();
    let recorder_off =
        Memo::new(move |_| store.sources.with(|sources| sources.recorder.state == SourceState::Off));
    move || {
        recorder_off.get().then(|| {
            view! {
                <Empty sign=Sign::History title=words().history_none hint=words().history_none_hint>
                    <Button
                        label=words().connect
                        sign=Sign::Plug
                        on_press=Callback::new(move |()| layout.window.set(Some(Window::Connect)))
                    />
                </Empty>
            }
        })
    }
}

#[component]
fn Loading(store: Store) -> impl IntoView {
    let t = words();
    let slices = Memo::new(move |_| store.history.with(|history| (history.slices_done, history.slices)));
    let points = Memo::new(move |_| {
        store.history.with(|history| history.points.saturating_add(history.loading_points))
    });
    view! {
        <div class="loading">
            <progress
                class="progress"
                aria-label=t.loading_history
                max=move || slices.get().1.max(1)
                value=move || slices.get().0
            ></progress>
            <p class="muted">
                {move || {
                    let (done, all) = slices.get();
                    (t.slices)(&measures::count((done + 1).min(all.max(1))), &measures::count(all.max(1)))
                }} " · " {move || (t.points)(points.get(), &measures::count(points.get()))}
            </p>
            <Button
                label=t.cancel
                look=Look::Quiet
                on_press=Callback::new(move |()| store.did(Person::CancelledHistory))
            />
        </div>
    }
}

#[component]
fn Failed(store: Store, title: &'static str) -> impl IntoView {
    view! {
        <div class="hint" role="status">
            <Icon sign=Sign::Warning />
            <p>{title}</p>
            <Button
                label=words().retry
                look=Look::Quiet
                sign=Sign::Retry
                on_press=Callback::new(move |()| store.did(Person::RetriedHistory))
            />
        </div>
    }
}

/// How many points were left out, and why; nothing when none were.
#[component]
pub fn LeftOut(store: Store) -> impl IntoView {
    let dropped = Memo::new(move |_| store.history.with(|history| history.dropped));
    move || {
        // The Recorder is always asked for a little more than is shown, so points outside are no loss worth a word.
        let Dropped { repeats, invalid, .. } = dropped.get();
        let reasons = [(repeats, words().left_out_repeats), (invalid, words().left_out_damaged)];
        let total = repeats + invalid;
        (total > 0).then(|| {
            let reasons = reasons.iter().filter(|(count, _)| *count > 0);
            let reasons: Vec<String> =
                reasons.map(|(count, message)| message(*count, &measures::count(*count))).collect();
            let total = (words().left_out)(total, &measures::count(total));
            view! { <p class="muted left-out">{format!("{total}: {}", reasons.join(", "))}</p> }
        })
    }
}
