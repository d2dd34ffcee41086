//! Whose history is shown, and what each track says.

use dashboard_core::model::view::{HistoryFriendView, HistoryState};
use dashboard_core::owntracks::FriendId;
use dashboard_core::track::TrackSummary;
use leptos::prelude::*;

use crate::store::Store;
use crate::ui::friends::{of_friend, toggle_history};
use crate::ui::palette;
use crate::ui::parts::{Icon, Sign};
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{failure_reason, measures, words};

/// One check mark per friend.
#[component]
pub fn WhoseHistory(store: Store) -> impl IntoView {
    let everybody = Memo::new(move |_| {
        store.friends.with(|view| view.friends.iter().map(|friend| friend.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <div class="chips whose" role="group" aria-label=words().whose>
            <For each=move || everybody.get() key=Clone::clone let:id>
                <WhoseChip store id />
            </For>
        </div>
    }
}

#[component]
fn WhoseChip(store: Store, id: FriendId) -> impl IntoView {
    let name = of_friend(store, &id, |friend| friend.name.clone());
    let colour = of_friend(store, &id, |friend| friend.colour);
    let shown = of_friend(store, &id, |friend| friend.in_history);
    view! {
        <button
            type="button"
            class="chip"
            aria-pressed=move || if shown.get() { "true" } else { "false" }
            style:--friend=move || palette::variable(colour.get())
            on:click=move |_| toggle_history(store, &id)
        >
            <span class="swatch" aria-hidden="true"></span>
            <span class="chip-text">{name}</span>
        </button>
    }
}

/// One block of figures per shown friend.
#[component]
pub fn TrackFigures(store: Store) -> impl IntoView {
    let shown = Memo::new(move |_| {
        store
            .history
            .with(|history| history.friends.iter().map(|friend| friend.id.clone()).collect::<Vec<_>>())
    });
    view! {
        <ul class="tracks">
            <For each=move || shown.get() key=Clone::clone let:id>
                <Track store id />
            </For>
        </ul>
    }
}

#[component]
fn Track(store: Store, id: FriendId) -> impl IntoView {
    let track = Signal::derive_local(move || {
        store.history.with(|history| history.friends.iter().find(|friend| friend.id == id).cloned())
    });
    move || {
        track.get().map(|track| {
            view! {
                <li class="track" style:--friend=palette::variable(track.colour)>
                    <p class="track-head">
                        <span class="swatch" aria-hidden="true"></span>
                        <strong>{track.name.clone()}</strong>
                        <span class="muted">{points(&track)}</span>
                    </p>
                    {(track.summary.points > 0).then(|| figures(&track.summary))}
                    {failures(&track)}
                </li>
            }
        })
    }
}

fn points(track: &HistoryFriendView) -> String {
    match (track.summary.points, track.state) {
        (0, HistoryState::Loading) => "…".into(),
        (0, _) => words().no_points.into(),
        (points, _) => (words().points)(points, &measures::count(points)),
    }
}

fn figures(summary: &TrackSummary) -> impl IntoView {
    let t = words();
    let figure = |label: &'static str, value: String| {
        view! {
            <div class="figure">
                <dt>{label}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    view! {
        <dl class="figures">
            {figure(t.distance, measures::distance(summary.distance_m))}
            {figure(t.duration, measures::duration(summary.duration_s))}
            {figure(t.moving, measures::duration(summary.moving_s))}
            {summary.climb_m.map(|metres| figure(t.climb, measures::height(metres)))}
            {summary.top_speed_kmh.map(|kmh| figure(t.top_speed, measures::speed(f64::from(kmh))))}
        </dl>
    }
}

/// Which time is missing, and why.
fn failures(track: &HistoryFriendView) -> impl IntoView + use<> {
    let minute = |at| moment(at, Detail::Minute, None);
    let lines = track.failed.iter().map(|(range, failure)| {
        let text = format!("{} – {}: {}", minute(range.from_s), minute(range.to_s), failure_reason(failure));
        view! { <li>{text}</li> }
    });
    let lines = lines.collect_view();
    (!lines.is_empty()).then(|| {
        view! {
            <div class="failures">
                <Icon sign=Sign::Warning />
                <ul>{lines}</ul>
            </div>
        }
    })
}
