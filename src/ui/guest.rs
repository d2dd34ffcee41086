//! What only guests see: how long their share lasts, how far away people are, and that it is over.

use dashboard_core::model::view::{SourceState, ViewerPlace};
use leptos::prelude::*;

use crate::guest::Share;
use crate::store::Store;
use crate::ui::layout::Layout;
use crate::ui::parts::{Button, Empty, Look, Sign};
use crate::ui::text::{measures, words};

/// How long the share lasts, ticking; while there is no connection, that instead.
#[component]
pub fn TimeLeft(store: Store) -> impl IntoView {
    let Share { ends_at, .. } = Layout::of_page().share;
    let state = Memo::new(move |_| store.sources.with(|sources| sources.recorder.state));
    // Changes only when its words do: minutes, and in the last one seconds.
    let text = Memo::new(move |_| {
        if matches!(state.get(), SourceState::Waiting | SourceState::Failed) {
            return (words().source_state)(state.get()).to_owned();
        }
        match ends_at.get() {
            Some(ends_at) => {
                let left_s = ends_at.ms_since(store.now.get()).max(0) / 1000;
                (words().guest_ends_in)(&measures::duration(left_s))
            }
            None => words().guest_open.to_owned(),
        }
    });
    view! {
        <p class="pill time-left" data-state=move || state.get().word()>
            <span class="dot" aria-hidden="true"></span>
            <span class="pill-text">{text}</span>
        </p>
    }
}

/// A button that asks the browser where it is, so that the list says how far away everybody is.
#[component]
pub fn HowFar(store: Store) -> impl IntoView {
    let viewer = Memo::new(move |_| store.friends.with(|friends| friends.viewer));
    let anybody = Memo::new(move |_| store.friends.with(|friends| friends.with_place > 0));
    move || match viewer.get() {
        ViewerPlace::Unasked if anybody.get() => view! {
            <p class="how-far">
                <Button
                    label=words().how_far
                    look=Look::Quiet
                    sign=Sign::GoTo
                    on_press=Callback::new(move |()| store.locate_viewer())
                />
            </p>
        }
        .into_any(),
        ViewerPlace::Refused => {
            view! { <p class="how-far muted" role="status">{words().viewer_refused}</p> }.into_any()
        }
        ViewerPlace::Unasked | ViewerPlace::At(_) => ().into_any(),
    }
}

/// The share has ended, and so has everything that was seen of it.
#[component]
pub fn ShareOver() -> impl IntoView {
    view! {
        <div class="panel share-over" role="alert" data-notice="share-over">
            <Empty sign=Sign::Check title=words().guest_over hint=words().guest_over_hint />
        </div>
    }
}
