//! The dialog that asks where to connect.

use dashboard_core::model::Person;
use leptos::prelude::*;

use super::form::{FormError, Typed};
use super::import::Import;
use crate::platform::page;
use crate::store::Store;
use crate::ui::parts::{Button, Dialog, DialogForm, Field, FieldKind, Icon, Look, Sign};
use crate::ui::text::{measures, words};

/// Asks for the addresses, the login and the passphrases.
#[component]
pub fn ConnectDialog(store: Store, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let first_time = store.sources.with_untracked(|sources| sources.ask_where);
    let known = store.sources.with_untracked(|sources| sources.connection.clone());
    let typed = RwSignal::new(Typed::from_connection(&known));
    let known = StoredValue::new(known);
    let linked = Memo::new(move |_| {
        known.with_value(|known| typed.with(|typed| typed.linked_broker(known).map(str::to_owned)))
    });
    let password_kept =
        Memo::new(move |_| known.with_value(|known| typed.with(|typed| typed.keeps_password(known))));
    let problem = RwSignal::new(None::<FormError>);
    let send = Callback::new(move |()| {
        let page_is_secure = page::url().starts_with("https:");
        match typed.with_untracked(|typed| typed.check(page_is_secure)) {
            Ok(form) => {
                store.did(Person::Connected(form));
                on_close.run(());
            }
            Err(error) => problem.set(Some(error)),
        }
    });
    view! {
        <Dialog title=if first_time { t.connect_welcome } else { t.connect_title } on_close>
            <DialogForm
                window="connect"
                submit=t.connect_now
                problem=Signal::derive(move || problem.get().map(t.form_error))
                on_submit=send
                on_cancel=on_close
            >
                <p class="muted">{t.connect_intro}</p>
                <Field
                    typed
                    label=t.recorder_url
                    hint=t.recorder_url_hint
                    kind=FieldKind { input: "url", name: "recorder", autocomplete: "url", ..FieldKind::default() }
                    read=|typed| &mut typed.recorder
                />
                <Field
                    typed
                    label=t.mqtt_url
                    hint=t.mqtt_url_hint
                    kind=FieldKind { input: "url", name: "broker", ..FieldKind::default() }
                    read=|typed| &mut typed.mqtt
                />
                {move || linked.get().map(|url| view! { <LinkedBroker url /> })}
                <div class="field-pair">
                    <Field
                        typed
                        label=t.username
                        kind=FieldKind { name: "username", autocomplete: "username", ..FieldKind::default() }
                        read=|typed| &mut typed.username
                    />
                    <Field
                        typed
                        label=t.password
                        kind=FieldKind {
                            input: "password",
                            name: "password",
                            autocomplete: "current-password",
                            ..FieldKind::default()
                        }
                        placeholder=Signal::derive(move || if password_kept.get() { t.password_kept } else { "" })
                        read=|typed| &mut typed.password
                    />
                </div>
                <details class="fold">
                    <summary>{t.more_options}</summary>
                    <Field
                        typed
                        label=t.topics
                        hint=t.topics_hint
                        kind=FieldKind { name: "topics", lines: 3, ..FieldKind::default() }
                        read=|typed| &mut typed.topics
                    />
                    <Field
                        typed
                        label=t.passphrases
                        hint=t.passphrases_hint
                        kind=FieldKind { name: "passphrases", lines: 3, ..FieldKind::default() }
                        read=|typed| &mut typed.passphrases
                    />
                    <KeptPassphrases store />
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
            </DialogForm>
        </Dialog>
    }
}

/// An address that nobody here chose, to be looked at before a password is typed for it.
#[component]
fn LinkedBroker(url: String) -> impl IntoView {
    view! {
        <div class="hint" role="note">
            <Icon sign=Sign::Warning />
            <p>{words().linked_broker} <br /> <strong class="url">{url}</strong></p>
        </div>
    }
}

/// How many passphrases are kept, and a way to forget them.
#[component]
fn KeptPassphrases(store: Store) -> impl IntoView {
    let count = Memo::new(move |_| store.sources.with(|sources| sources.connection.passphrases));
    move || {
        let count = count.get();
        (count > 0).then(|| {
            view! {
                <div class="actions">
                    <span class="muted">{(words().passphrases_kept)(count, &measures::count(count))}</span>
                    <Button
                        label=words().forget_passphrases
                        look=Look::Quiet
                        on_press=Callback::new(move |()| store.did(Person::ForgotPassphrases))
                    />
                </div>
            }
        })
    }
}
