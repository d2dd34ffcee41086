//! Making a link: what it is made of, then the link, the lines for the broker, and what it can and cannot promise.

use dashboard_core::model::sealed::{BrokerLogin, acl_lines, password_command};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

use super::LinkError;
use crate::platform::{clock, page, random, seal};
use crate::store::Store;
use crate::ui::parts::{CopyButton, Dialog, DialogForm, Field, FieldKind};
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{measures, words};

/// Shorter phrases are refused: whoever has the link can try them without anybody noticing.
const MIN_PHRASE_CHARS: usize = 12;

/// How long a link can last; the second is proposed.
const LASTS_DAYS: [u32; 4] = [1, 7, 30, 365];

/// What guests may see unless somebody says otherwise: places, names and faces.
const TOPICS: &str = "owntracks/+/+\nowntracks/+/+/info";

#[derive(Clone, Default)]
struct Typed {
    url: String,
    username: String,
    password: String,
    topics: String,
    phrase: String,
    days: u32,
}

/// What was made.
#[derive(Clone)]
struct Made {
    link: String,
    phrase: String,
    acl: String,
    command: String,
    until: String,
}

/// Asks for a login that the broker has, or will have, for guests, and makes a link of it.
#[component]
pub fn ShareDialog(store: Store, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let typed = RwSignal::new(Typed {
        url: store.sources.with_untracked(|sources| sources.connection.mqtt_url.clone()),
        username: "guest".into(),
        password: random::words(4),
        topics: TOPICS.into(),
        phrase: random::words(4),
        days: LASTS_DAYS[1],
    });
    let (busy, made) = (RwSignal::new(false), RwSignal::new(None::<Made>));
    let problem = RwSignal::new((!seal::is_possible()).then_some(LinkError::NotHere));
    let send = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            // The dialog may be gone meanwhile.
            match make(typed.get_untracked()).await {
                Ok(link) => drop(made.try_set(Some(link))),
                Err(error) => drop(problem.try_set(Some(error))),
            }
            busy.try_set(false);
        });
    });
    view! {
        <Dialog title=t.share_title on_close>
            {move || match made.get() {
                Some(made) => view! { <MadeLink made /> }.into_any(),
                None => {
                    view! {
                        <DialogForm
                            window="share-broker"
                            submit=t.share_make
                            disabled=busy
                            problem=Signal::derive(move || problem.get().map(t.link_error))
                            on_submit=send
                            on_cancel=on_close
                        >
                            <WhatFor typed />
                        </DialogForm>
                    }
                        .into_any()
                }
            }}
        </Dialog>
    }
}

/// The fields: where, as whom, what may be seen, for how long.
#[component]
fn WhatFor(typed: RwSignal<Typed>) -> impl IntoView {
    let t = words();
    let named = |name| FieldKind { name, ..FieldKind::default() };
    let lasts = LASTS_DAYS.map(|days| {
        view! {
            <option value=days.to_string() selected=days == typed.with_untracked(|typed| typed.days)>
                {measures::duration(i64::from(days) * 86_400)}
            </option>
        }
    });
    let choose_days = move |event| {
        if let Ok(days) = event_target_value(&event).parse() {
            typed.update(|typed| typed.days = days);
        }
    };
    view! {
        <p class="muted">{t.share_intro}</p>
        <Field typed label=t.mqtt_url kind=named("url") read=|typed| &mut typed.url />
        <div class="field-pair">
            <Field typed label=t.share_user kind=named("user") read=|typed| &mut typed.username />
            <Field typed label=t.password kind=named("secret") read=|typed| &mut typed.password />
        </div>
        <Field
            typed
            label=t.topics
            hint=t.share_topics_hint
            kind=FieldKind { lines: 3, ..named("topics") }
            read=|typed| &mut typed.topics
        />
        <Field
            typed
            label=t.link_phrase
            hint=t.share_phrase_hint
            kind=named("phrase")
            read=|typed| &mut typed.phrase
        />
        <label class="setting">
            <span>{t.share_lasts}</span>
            <select class="select" name="days" on:change=choose_days>
                {lasts.collect_view()}
            </select>
        </label>
    }
}

/// The link, what the broker needs, and what to expect of it.
#[component]
fn MadeLink(made: Made) -> impl IntoView {
    let t = words();
    view! {
        <div class="form" data-window="share-made">
            <Copied label=t.share_link name="link" text=made.link />
            <Copied label=t.link_phrase name="phrase" text=made.phrase />
            <p class="muted">{t.share_apart}</p>
            <Copied label=t.share_acl name="acl" text=made.acl />
            <Copied label=t.share_passwd name="passwd" text=made.command />
            <p>{(t.share_can)(&made.until)}</p>
            <p>{t.share_cannot}</p>
        </div>
    }
}

/// A text to take elsewhere.
#[component]
fn Copied(label: &'static str, name: &'static str, text: String) -> impl IntoView {
    let copied = text.clone();
    view! {
        <label class="field">
            <span>{label}</span>
            <textarea class="input copied" name=name rows="2" readonly prop:value=text></textarea>
        </label>
        <div class="actions">
            <CopyButton text=copied />
        </div>
    }
}

async fn make(typed: Typed) -> Result<Made, LinkError> {
    let until_s = clock::now().seconds() + i64::from(typed.days) * 86_400;
    let topics = typed.topics.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    let login =
        BrokerLogin::new(typed.url.trim(), typed.username.trim(), &typed.password, topics.collect(), until_s);
    let login = login.map_err(LinkError::Unfit)?;
    check_reach(&login, page::url().starts_with("https:"))?;
    if typed.phrase.trim().chars().count() < MIN_PHRASE_CHARS {
        return Err(LinkError::ShortPhrase);
    }
    let text = login.to_text().map_err(LinkError::Unfit)?;
    let envelope = seal::seal(&typed.phrase, &text).await.map_err(|_| LinkError::NotHere)?;
    Ok(Made {
        link: format!("{}#{}", page::url(), envelope.to_fragment()),
        phrase: typed.phrase.trim().to_owned(),
        acl: acl_lines(&login),
        command: password_command(&login),
        until: moment(until_s, Detail::Minute, None),
    })
}

/// Browsers refuse `ws:` on a page that came by `https:`.
pub fn check_reach(login: &BrokerLogin, page_is_secure: bool) -> Result<(), LinkError> {
    let is_plain = login.endpoint.url.starts_with("ws:");
    let is_here = ["ws://localhost", "ws://127.0.0.1", "ws://[::1]"]
        .iter()
        .any(|here| login.endpoint.url.starts_with(here));
    if page_is_secure && is_plain && !is_here { Err(LinkError::MixedContent) } else { Ok(()) }
}
