//! What is seen of the open view beside the map: whose it is, how old, or why there is nothing.

use std::rc::Rc;

use dashboard_core::model::viewing::{ViewTrouble, ViewedPerson, ViewingState, ViewingView};
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::layout::Layout;
use crate::ui::parts::{Avatar, Button, Look, Sign};
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{failure_reason, measures, words};

/// The open view, as long as one is.
#[component]
pub fn ViewPanel(store: Store) -> impl IntoView {
    let viewing = Layout::of_page().viewing;
    let is_open = Memo::new(move |_| viewing.view.with(|view| view.address.is_some()));
    move || is_open.get().then(|| view! { <Opened store /> })
}

#[component]
fn Opened(store: Store) -> impl IntoView {
    let t = words();
    let viewing = Layout::of_page().viewing;
    let of_view = move |read: fn(&ViewingView) -> String| Memo::new(move |_| viewing.view.with(read));
    let title = of_view(|view| {
        let label = view.person.as_ref().and_then(|person| person.shared.label.clone());
        label.unwrap_or_else(|| words().view_title.to_owned())
    });
    let state = of_view(|view| state_word(&view.state).to_owned());
    let line = of_view(|view| view.line.len().to_string());
    let url = of_view(|view| view.address.as_ref().map_or("", |address| address.url()).to_owned());
    let note = of_view(note);
    let is_shown = Memo::new(move |_| viewing.view.with(|view| view.state == ViewingState::Shown));
    let can_retry = Memo::new(move |_| {
        viewing.view.with(|view| view.not_renewed || matches!(view.state, ViewingState::Failed(_)))
    });
    view! {
        <section
            class="open-view"
            aria-label=t.view_title
            data-open-view=state
            data-line-vertices=line
        >
            <header class="open-view-head">
                <h2>{title}</h2>
                <Button
                    label=t.close
                    look=Look::Bare
                    sign=Sign::Close
                    on_press=Callback::new(move |()| viewing.close())
                />
            </header>
            <Who store />
            <p class="muted" role="status">{note}</p>
            <div class="actions">
                {move || {
                    is_shown
                        .get()
                        .then(|| {
                            view! {
                                <Button
                                    label=words().view_look
                                    look=Look::Quiet
                                    sign=Sign::Fit
                                    on_press=Callback::new(move |()| viewing.look())
                                />
                            }
                        })
                }}
                {move || {
                    can_retry
                        .get()
                        .then(|| {
                            view! {
                                <Button
                                    label=words().retry
                                    look=Look::Quiet
                                    sign=Sign::Retry
                                    on_press=Callback::new(move |()| viewing.retry())
                                />
                            }
                        })
                }} <a class="link" href=url target="_blank" rel="noopener noreferrer">
                    {t.view_in_browser}
                </a>
            </div>
        </section>
    }
}

/// Face, name, place and age.
#[component]
fn Who(store: Store) -> impl IntoView {
    let viewing = Layout::of_page().viewing;
    let age = move |time_s: i64| measures::age(store.now.with(|now| now.seconds()) - time_s);
    move || {
        let person: Rc<ViewedPerson> = viewing.view.with(|view| view.person.clone())?;
        let location = &person.shared.location;
        let (time_s, zone) = (location.time_s, location.time_zone.clone());
        let face =
            location.card.as_ref().and_then(|card| card.face.as_ref()).map(|face| face.data_url.clone());
        let (initials, colour) = (person.initials.clone(), person.colour);
        let place = location.address.clone().or_else(|| location.locality.clone());
        Some(view! {
            <div class="open-view-who">
                <Avatar
                    face=Signal::derive(move || face.clone())
                    initials=Signal::derive(move || initials.clone())
                    colour=Signal::derive(move || colour)
                />
                <div>
                    <p class="row-name">{person.name.clone()}</p>
                    {place.map(|place| view! { <p class="muted">{place}</p> })}
                    <p class="muted">
                        {moment(time_s, Detail::Minute, zone.as_deref())} " · "
                        <span>{move || age(time_s)}</span>
                    </p>
                </div>
            </div>
        })
    }
}

/// What there is to say besides.
fn note(view: &ViewingView) -> String {
    let t = words();
    match &view.state {
        ViewingState::Closed => String::new(),
        ViewingState::Loading => t.view_loading.to_owned(),
        ViewingState::Empty => t.view_empty.to_owned(),
        ViewingState::Failed(ViewTrouble::Gone) => t.view_gone.to_owned(),
        ViewingState::Failed(ViewTrouble::WantsLogin) => t.view_wants_login.to_owned(),
        ViewingState::Failed(ViewTrouble::BadTime) => t.view_bad_time.to_owned(),
        ViewingState::Failed(ViewTrouble::Failed(failure)) => failure_reason(failure),
        ViewingState::Shown if view.not_renewed => t.view_not_renewed.to_owned(),
        ViewingState::Shown if view.line_failed => t.view_line_failed.to_owned(),
        ViewingState::Shown => time_of(view),
    }
}

/// The time that its owner chose, as far as one was given.
fn time_of(view: &ViewingView) -> String {
    let bounds = view.person.as_ref().map(|person| (person.shared.from_s, person.shared.to_s));
    let minute = |at| moment(at, Detail::Minute, None);
    match bounds {
        Some((Some(from_s), Some(to_s))) => format!("{} – {}", minute(from_s), minute(to_s)),
        _ => String::new(),
    }
}

/// The word in `data-open-view`.
fn state_word(state: &ViewingState) -> &'static str {
    match state {
        ViewingState::Closed => "closed",
        ViewingState::Loading => "loading",
        ViewingState::Shown => "shown",
        ViewingState::Empty => "empty",
        ViewingState::Failed(ViewTrouble::Gone) => "gone",
        ViewingState::Failed(ViewTrouble::WantsLogin) => "login",
        ViewingState::Failed(ViewTrouble::BadTime) => "bad-time",
        ViewingState::Failed(ViewTrouble::Failed(_)) => "failed",
    }
}
