//! How the sources are doing: a quiet pill, and the details behind it.

use dashboard_core::model::Person;
use dashboard_core::model::view::{SourceState, SourceView, SourcesView};
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::layout::{Layout, Popover, Window};
use crate::ui::parts::{Button, Sign};
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{measures, words};

type Read = fn(&SourcesView) -> &SourceView;

const MQTT: Read = |sources| &sources.mqtt;
const RECORDER: Read = |sources| &sources.recorder;

/// One word for all sources; opens the details.
#[component]
pub fn SourcesPill(store: Store) -> impl IntoView {
    let layout = Layout::of_page();
    let states = Memo::new(move |_| {
        store.sources.with(|sources| [("MQTT", sources.mqtt.state), ("Recorder", sources.recorder.state)])
    });
    let worst = move || worst_of(states.get().map(|(_, state)| state));
    let text = move || {
        let troubled = states
            .get()
            .into_iter()
            .filter(|(_, state)| !matches!(state, SourceState::Off | SourceState::Live));
        let troubled: Vec<String> =
            troubled.map(|(name, state)| format!("{name} {}", (words().source_state)(state))).collect();
        match (troubled.is_empty(), worst()) {
            (false, _) => troubled.join(" · "),
            (true, SourceState::Off) => words().sources_none.to_owned(),
            (true, _) => words().sources_good.to_owned(),
        }
    };
    view! {
        <button
            type="button"
            class="pill"
            data-state=move || worst().word()
            title=text
            aria-expanded=move || if layout.popover.get() == Some(Popover::Sources) { "true" } else { "false" }
            on:click=move |_| layout.toggle(Popover::Sources)
        >
            <span class="dot" aria-hidden="true"></span>
            <span class="unseen">{words().sources} ": "</span>
            <span class="pill-text">{text}</span>
        </button>
    }
}

/// The state that most wants attention; `Off` only when both are.
fn worst_of(states: [SourceState; 2]) -> SourceState {
    let rank = |state: &SourceState| match state {
        SourceState::Off => 0,
        SourceState::Live => 1,
        SourceState::Connecting => 2,
        SourceState::Waiting => 3,
        SourceState::Failed => 4,
        SourceState::Refused => 5,
    };
    states.into_iter().max_by_key(rank).unwrap_or_default()
}

/// Everything known about both sources.
#[component]
pub fn SourcesDetails(store: Store) -> impl IntoView {
    let t = words();
    let layout = Layout::of_page();
    let counts = Memo::new(move |_| {
        store.sources.with(|sources| {
            let understood = u32::try_from(sources.messages).unwrap_or(u32::MAX);
            (understood, sources.unknown_messages, sources.bad_messages)
        })
    });
    let troubled = Memo::new(move |_| {
        store.sources.with(|sources| {
            let states = [sources.mqtt.state, sources.recorder.state];
            states.iter().any(|state| !matches!(state, SourceState::Off | SourceState::Live))
        })
    });
    let also_live = Memo::new(move |_| store.sources.with(|sources| sources.recorder_live));
    view! {
        <div class="options sources">
            <Source store name=t.source_mqtt read=MQTT />
            <Source store name=t.source_recorder read=RECORDER />
            {move || layout.visit_until.get().map(|until_s| {
                view! { <p class="muted">{(t.visit_until)(&moment(until_s, Detail::Minute, None))}</p> }
            })}
            {move || also_live.get().then(|| view! { <p class="muted">{t.recorder_live}</p> })}
            <p class="muted">
                {move || {
                    let (understood, unknown, bad) = counts.get();
                    let mut parts = vec![(t.messages_understood)(understood, &measures::count(understood))];
                    if unknown > 0 {
                        parts.push((t.messages_unknown)(unknown, &measures::count(unknown)));
                    }
                    if bad > 0 {
                        parts.push((t.messages_bad)(bad, &measures::count(bad)));
                    }
                    parts.join(" · ")
                }}
            </p>
            <div class="actions">
                {move || {
                    troubled
                        .get()
                        .then(|| {
                            view! {
                                <Button
                                    label=t.retry_now
                                    sign=Sign::Retry
                                    on_press=Callback::new(move |()| store.did(Person::Retried))
                                />
                            }
                        })
                }}
                <Button
                    label=t.connect
                    sign=Sign::Plug
                    on_press=Callback::new(move |()| {
                        layout.popover.set(None);
                        layout.window.set(Some(Window::Connect));
                    })
                />
            </div>
        </div>
    }
}

#[component]
fn Source(store: Store, name: &'static str, read: Read) -> impl IntoView {
    let t = words();
    let state = Memo::new(move |_| store.sources.with(|sources| read(sources).state));
    let url = Memo::new(move |_| store.sources.with(|sources| read(sources).url.clone()));
    let version = Memo::new(move |_| store.sources.with(|sources| read(sources).version.clone()));
    let refused = Memo::new(move |_| store.sources.with(|sources| read(sources).refused_topics.join(", ")));
    let retry = Memo::new(move |_| {
        let retry_at = store.sources.with(|sources| read(sources).retry_at)?;
        let left_ms = store.now.with(|now| retry_at.ms_since(*now));
        Some((t.retry_in)(&measures::duration((left_ms + 999) / 1000)))
    });
    let last = Memo::new(move |_| {
        let last = store.sources.with(|sources| read(sources).last_message)?;
        Some(measures::age(store.now.with(|now| now.ms_since(last)) / 1000))
    });
    let line = |label: &'static str, value: Memo<Option<String>>| {
        move || value.get().map(|value| view! { <p class="muted">{label} ": " {value}</p> })
    };
    view! {
        <div class="source">
            <p class="source-head" data-state=move || state.get().word()>
                <span class="dot" aria-hidden="true"></span>
                <strong>{name}</strong>
                <span>{move || (t.source_state)(state.get())}</span>
            </p>
            {move || {
                let url = url.get();
                (!url.is_empty()).then(|| view! { <p class="muted url">{url}</p> })
            }}
            {move || retry.get().map(|text| view! { <p class="muted">{text}</p> })}
            {line(t.last_message, last)}
            {line(t.version, version)}
            {move || {
                let topics = refused.get();
                (!topics.is_empty()).then(|| view! { <p class="problem">{t.refused_topics} ": " {topics}</p> })
            }}
        </div>
    }
}
