//! One's own tours: those the Recorder has of a device, a new one for the time that is looked at, and ending them.

use dashboard_core::model::touring::{TourView, Touring, TouringEvent, TouringState, TouringView};
use dashboard_core::owntracks::FriendId;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::SubmitEvent;

use crate::platform::http::Transfer;
use crate::platform::page;
use crate::store::Store;
use crate::ui::layout::Layout;
use crate::ui::parts::{Button, CopyButton, Dialog, Field, FieldKind, Look, Sign};
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{failure_reason, words};

/// Apps wait as long for this answer.
const TIMEOUT_MS: u32 = 10_000;

/// The machine, and what is shown of it, while the dialog is open.
#[derive(Clone, Copy)]
struct Tours {
    touring: StoredValue<Touring, LocalStorage>,
    view: RwSignal<TouringView, LocalStorage>,
}

impl Tours {
    fn take(self, event: TouringEvent) {
        // The dialog may be gone meanwhile.
        let Some(post) = self.touring.try_update_value(|touring| touring.update(event)) else { return };
        if let Some(view) = self.touring.try_with_value(|touring| touring.view().clone()) {
            self.view.set(view);
        }
        if let Some(post) = post {
            spawn_local(async move {
                let answer = Transfer::new(TIMEOUT_MS).post(&post.url, &post.body).await;
                self.take(TouringEvent::Answered { request: post.request, answer });
            });
        }
    }
}

/// Asks whose, and lists.
#[component]
pub fn ToursDialog(store: Store, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let recorder = store.sources.with_untracked(|sources| sources.connection.recorder_url.clone());
    let tours = Tours {
        touring: StoredValue::new_local(Touring::new(page::url(), recorder)),
        view: RwSignal::new_local(TouringView::default()),
    };
    let people: Vec<(FriendId, String)> = store.friends.with_untracked(|friends| {
        friends.friends.iter().map(|friend| (friend.id.clone(), friend.name.clone())).collect()
    });
    let selected = store.friends.with_untracked(|friends| {
        friends.friends.iter().find(|friend| friend.selected).map(|friend| friend.id.clone())
    });
    let first = selected.or_else(|| people.first().map(|(id, _)| id.clone()));
    if let Some(friend) = first.clone() {
        tours.take(TouringEvent::Chose(friend));
    }
    let options = people.into_iter().map(move |(id, name)| {
        let is_first = first.as_ref() == Some(&id);
        view! {
            <option value=id.to_string() selected=is_first>
                {format!("{name} · {id}")}
            </option>
        }
    });
    view! {
        <Dialog title=t.tours_title on_close>
            <div class="form" data-window="tours">
                <p class="muted">{t.tours_intro}</p>
                <label class="setting">
                    <span>{t.tours_of}</span>
                    <select
                        class="select"
                        name="device"
                        on:change=move |event| {
                            if let Some(friend) = FriendId::parse(&event_target_value(&event)) {
                                tours.take(TouringEvent::Chose(friend));
                            }
                        }
                    >
                        {options.collect_view()}
                    </select>
                </label>
                <Listed tours on_close />
                <NewTour store tours />
            </div>
        </Dialog>
    }
}

/// The tours, or why there are none.
#[component]
fn Listed(tours: Tours, on_close: Callback<()>) -> impl IntoView {
    let list = Memo::new(move |_| tours.view.with(|view| view.tours.clone()));
    let state = move || tours.view.with(|view| state_word(&view.state));
    let note = move || tours.view.with(note);
    let can_retry = move || {
        tours.view.with(|view| matches!(view.state, TouringState::Failed(_) | TouringState::NoAnswer))
    };
    view! {
        <div data-tours=state>
            <p class="muted" role="status">
                {note}
            </p>
            {move || {
                can_retry()
                    .then(|| {
                        view! {
                            <Button
                                label=words().retry
                                look=Look::Quiet
                                sign=Sign::Retry
                                on_press=Callback::new(move |()| tours.take(TouringEvent::Retried))
                            />
                        }
                    })
            }}
            <ul class="tours">
                {move || {
                    list.get().into_iter().map(|tour| view! { <Row tour tours on_close /> }).collect_view()
                }}
            </ul>
        </div>
    }
}

#[component]
fn Row(tour: TourView, tours: Tours, on_close: Callback<()>) -> impl IntoView {
    let t = words();
    let viewing = Layout::of_page().viewing;
    let TourView { tour, link, address } = tour;
    let minute = |at: Option<i64>| at.map_or_else(|| "-".to_owned(), |at| moment(at, Detail::Minute, None));
    let time = format!("{} – {}", minute(tour.from_s), minute(tour.to_s));
    let asked = RwSignal::new(false);
    let uuid = tour.uuid.clone();
    let end = Callback::new(move |()| {
        if asked.get_untracked() {
            tours.take(TouringEvent::Ended(uuid.clone()));
        } else {
            asked.set(true);
        }
    });
    let open = address.map(|address| {
        let open = Callback::new(move |()| {
            viewing.show(address.clone());
            on_close.run(());
        });
        view! { <Button label=t.link_open on_press=open /> }
    });
    view! {
        <li class="tour" data-tour=tour.uuid>
            <p class="row-name">{tour.label.unwrap_or_else(|| "-".into())}</p>
            <p class="muted">{time}</p>
            <p class="tour-link muted">{link.clone()}</p>
            <div class="actions">
                {open}
                <CopyButton text=link />
                <Button
                    label=Signal::derive(move || {
                        if asked.get() { words().tour_end_confirm } else { words().tour_end }.to_owned()
                    })
                    look=Look::Danger
                    on_press=end
                />
            </div>
        </li>
    }
}

/// A tour of the time that is looked at.
#[component]
fn NewTour(store: Store, tours: Tours) -> impl IntoView {
    let t = words();
    let range = store.history.with_untracked(|history| history.range);
    let label = RwSignal::new(String::new());
    let minute = |at| moment(at, Detail::Minute, None);
    let time = format!("{} – {}", minute(range.from_s), minute(range.to_s));
    let is_busy =
        move || tours.view.with(|view| matches!(view.state, TouringState::Asking | TouringState::Nobody));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if !is_busy() {
            tours.take(TouringEvent::Wished { label: label.get_untracked(), range });
        }
    };
    view! {
        <form class="form" on:submit=send novalidate>
            <h3 class="label">{t.tour_new}</h3>
            <p class="muted">{(t.tour_new_hint)(&time)}</p>
            <Field
                typed=label
                label=t.tour_label
                kind=FieldKind { name: "label", max_chars: 100, ..FieldKind::default() }
                read=|label| label
            />
            <div class="actions">
                <button type="submit" class="button primary" disabled=is_busy>
                    {t.tour_make}
                </button>
            </div>
        </form>
    }
}

fn note(view: &TouringView) -> String {
    let t = words();
    match &view.state {
        TouringState::Nobody => t.tours_nobody.to_owned(),
        TouringState::Asking => t.tours_asking.to_owned(),
        TouringState::Listed if view.tours.is_empty() => t.tours_none.to_owned(),
        TouringState::Listed => String::new(),
        TouringState::NoAnswer => t.tours_no_answer.to_owned(),
        TouringState::Encrypted => t.tours_encrypted.to_owned(),
        TouringState::Failed(failure) => failure_reason(failure),
    }
}

/// The word in `data-tours`.
fn state_word(state: &TouringState) -> &'static str {
    match state {
        TouringState::Nobody => "nobody",
        TouringState::Asking => "asking",
        TouringState::Listed => "listed",
        TouringState::NoAnswer => "no-answer",
        TouringState::Encrypted => "encrypted",
        TouringState::Failed(_) => "failed",
    }
}
