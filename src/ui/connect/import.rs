//! A phone's own settings as a shortcut: an `.otrc` file, chosen or dropped, or an `owntracks:///config` link, pasted.

use dashboard_core::owntracks::otrc::read_otrc;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;
use web_sys::{DragEvent, File};

use super::form::{FormError, Typed};
use crate::ui::parts::{Icon, Sign};
use crate::ui::text::words;

/// Fills in what an app's settings say; what they do not say stays as typed.
fn take_over(content: &str, typed: &mut Typed) -> Result<(), FormError> {
    let settings = read_otrc(content).map_err(|_| FormError::Import)?;
    if let Some(broker) = &settings.mqtt {
        typed.mqtt = broker.url_guess();
        typed.username = settings.username.unwrap_or_default();
        typed.password = settings.password.unwrap_or_default();
    }
    if let Some(recorder) = settings.recorder_url {
        typed.recorder = recorder;
    }
    if !settings.topics.is_empty() {
        typed.topics = settings.topics.join("\n");
    }
    if let Some(key) = settings.encryption_key {
        typed.passphrases = key;
    }
    Ok(())
}

/// A place to drop, choose or paste a phone's settings.
#[component]
pub fn Import(typed: RwSignal<Typed>) -> impl IntoView {
    let t = words();
    let outcome = RwSignal::new(None::<Result<(), FormError>>);
    let hovered = RwSignal::new(false);
    let pasted = RwSignal::new(String::new());
    let read = move |content: &str| {
        let mut filled = typed.get_untracked();
        let result = take_over(content, &mut filled);
        if result.is_ok() {
            typed.set(filled);
            // It may hold a password, which is in a field of its own now.
            pasted.set(String::new());
        }
        outcome.set(Some(result));
    };
    let read_file = move |file: File| {
        spawn_local(async move {
            match JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string()) {
                Some(text) => read(&text),
                None => outcome.set(Some(Err(FormError::Import))),
            }
        });
    };
    view! {
        <div
            class="import"
            data-hovered=move || hovered.get().then_some("")
            on:dragover=move |event: DragEvent| {
                event.prevent_default();
                hovered.set(true);
            }
            on:dragleave=move |_| hovered.set(false)
            on:drop=move |event: DragEvent| {
                event.prevent_default();
                hovered.set(false);
                let files = event.data_transfer().and_then(|data| data.files());
                if let Some(file) = files.and_then(|files| files.get(0)) {
                    read_file(file);
                }
            }
        >
            <p class="label">{t.import_title}</p>
            <p class="muted">{t.import_hint}</p>
            <div class="import-ways">
                <label class="button file">
                    <Icon sign=Sign::File />
                    <span>{t.import_file}</span>
                    <input
                        type="file"
                        accept=".otrc,application/json"
                        class="unseen"
                        on:change=move |event| {
                            let input: web_sys::HtmlInputElement = event_target(&event);
                            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                                read_file(file);
                            }
                        }
                    />
                </label>
                <input
                    type="text"
                    class="input"
                    autocomplete="off"
                    spellcheck="false"
                    aria-label=t.import_paste
                    placeholder=t.import_paste
                    prop:value=pasted
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        pasted.set(text.clone());
                        if text.trim().is_empty() {
                            outcome.set(None);
                        } else {
                            read(&text);
                        }
                    }
                />
            </div>
            <p role="status" class=move || if matches!(outcome.get(), Some(Err(_))) { "problem" } else { "good" }>
                {move || {
                    outcome
                        .get()
                        .map(|outcome| match outcome {
                            Ok(()) => t.imported,
                            Err(error) => (t.form_error)(error),
                        })
                }}
            </p>
        </div>
    }
}
