//! The dialog that asks where to connect.

use dashboard_core::model::{DEFAULT_TOPICS, Person};
use leptos::prelude::*;
use web_sys::SubmitEvent;

use super::form::{FormError, Typed};
use super::import::Import;
use crate::platform::page;
use crate::store::Store;
use crate::ui::parts::{Button, Dialog, Look};
use crate::ui::text::words;

/// Asks for the addresses, the login and the passphrases.
#[component]
pub fn ConnectDialog(store: Store, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let first_time = store.sources.with_untracked(|sources| sources.ask_where);
    let typed = RwSignal::new(store.sources.with_untracked(|sources| Typed {
        recorder: sources.recorder.url.clone(),
        mqtt: sources.mqtt.url.clone(),
        topics: DEFAULT_TOPICS.join("\n"),
        ..Typed::default()
    }));
    let problem = RwSignal::new(None::<FormError>);
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let page_is_secure = page::url().starts_with("https:");
        match typed.with_untracked(|typed| typed.check(page_is_secure)) {
            Ok(form) => {
                store.did(Person::Connected(form));
                on_close.run(());
            }
            Err(error) => problem.set(Some(error)),
        }
    };
    view! {
        <Dialog title=if first_time { t.connect_welcome } else { t.connect_title } on_close>
            <form class="form" on:submit=send novalidate>
                <p class="muted">{t.connect_intro}</p>
                <Field
                    typed
                    label=t.recorder_url
                    hint=t.recorder_url_hint
                    kind="url"
                    name="url"
                    read=|typed| &mut typed.recorder
                />
                <Field
                    typed
                    label=t.mqtt_url
                    hint=t.mqtt_url_hint
                    kind="url"
                    name="off"
                    read=|typed| &mut typed.mqtt
                />
                <div class="field-pair">
                    <Field
                        typed
                        label=t.username
                        kind="text"
                        name="username"
                        read=|typed| &mut typed.username
                    />
                    <Field
                        typed
                        label=t.password
                        kind="password"
                        name="current-password"
                        read=|typed| &mut typed.password
                    />
                </div>
                <details class="fold">
                    <summary>{t.more_options}</summary>
                    <Lines typed label=t.topics hint=t.topics_hint read=|typed| &mut typed.topics />
                    <Lines typed label=t.passphrases hint=t.passphrases_hint read=|typed| &mut typed.passphrases />
                    <Import typed />
                </details>
                <label class="check">
                    <input
                        type="checkbox"
                        prop:checked=move || typed.with(|typed| typed.remember)
                        on:change=move |event| typed.update(|typed| typed.remember = event_target_checked(&event))
                    />
                    <span>
                        {t.remember} <small class="muted">{t.remember_hint}</small>
                    </span>
                </label>
                <p class="problem" role="alert">
                    {move || problem.get().map(t.form_error)}
                </p>
                <footer class="dialog-foot">
                    <Button label=t.cancel look=Look::Quiet on_press=on_close />
                    <button type="submit" class="button primary">
                        {t.connect_now}
                    </button>
                </footer>
            </form>
        </Dialog>
    }
}

/// One line to type into. `name` is the `autocomplete` word password managers go by.
#[component]
fn Field(
    typed: RwSignal<Typed>,
    label: &'static str,
    #[prop(optional)] hint: &'static str,
    kind: &'static str,
    name: &'static str,
    read: fn(&mut Typed) -> &mut String,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                class="input"
                type=kind
                autocomplete=name
                autocapitalize="off"
                spellcheck="false"
                prop:value=move || read(&mut typed.get()).clone()
                on:input=move |event| typed.update(|typed| *read(typed) = event_target_value(&event))
            />
            {(!hint.is_empty()).then(|| view! { <small class="muted">{hint}</small> })}
        </label>
    }
}

/// Several lines to type into.
#[component]
fn Lines(
    typed: RwSignal<Typed>,
    label: &'static str,
    hint: &'static str,
    read: fn(&mut Typed) -> &mut String,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <textarea
                class="input"
                rows="3"
                autocomplete="off"
                autocapitalize="off"
                spellcheck="false"
                prop:value=move || read(&mut typed.get()).clone()
                on:input=move |event| typed.update(|typed| *read(typed) = event_target_value(&event))
            ></textarea>
            <small class="muted">{hint}</small>
        </label>
    }
}
