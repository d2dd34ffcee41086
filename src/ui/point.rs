//! The card of the point that was tapped or stepped to, and what is said aloud of it.

use dashboard_core::model::view::PointView;
use dashboard_core::model::{Person, Stride};
use dashboard_core::owntracks::FriendId;
use leptos::prelude::*;

use super::friends::{Face, Fact};
use super::layout::Layout;
use super::parts::{Button, Look, Place, Sheet, Sign};
use super::text::clock::{Detail, moment};
use super::text::{measures, point_in_words, words};
use crate::store::Store;

/// How far the long steps go.
pub const LONG_STEP: i32 = 10;

/// The card, as long as a point is pinned.
#[component]
pub fn PointCard(store: Store) -> impl IntoView {
    let friend = Memo::new(move |_| pinned(store, |point| Some(point.friend.clone())));
    move || friend.get().map(|id| view! { <Card store id /> })
}

/// Says aloud which point was reached.
#[component]
pub fn PointSaid(store: Store) -> impl IntoView {
    // Not again when the track grows: only when another point was reached.
    let said = Memo::new(move |before: Option<&(u32, Option<String>)>| {
        store.inspection.with(|view| {
            let pinned = view.point.as_ref().filter(|point| point.pinned);
            match (before, pinned) {
                (Some((reached, Some(text))), Some(_)) if *reached == view.reached => {
                    (*reached, Some(text.clone()))
                }
                _ => (view.reached, pinned.map(point_in_words)),
            }
        })
    });
    let text = move || said.with(|(_, text)| text.clone());
    view! {
        <p class="unseen" role="status" data-point-said="">
            {text}
        </p>
    }
}

#[component]
fn Card(store: Store, id: FriendId) -> impl IntoView {
    let t = words();
    let name = Memo::new(move |_| pinned(store, |point| Some(point.name.clone())));
    let time_s = Memo::new(move |_| pinned(store, |point| Some(point.point.row.time_s)));
    let when = move || time_s.get().map(|time_s| moment(time_s, Detail::Second, None));
    let age = Memo::new(move |_| {
        time_s.get().map(|time_s| measures::age(store.now.with(|now| now.seconds()) - time_s))
    });
    let place = Memo::new(move |_| {
        pinned(store, |point| {
            let position = point.point.row.position;
            Some((position.lat(), position.lon()))
        })
    });
    view! {
        <Sheet
            class="card point-card"
            label=(t.point_of)(&name.get_untracked().unwrap_or_default())
            height=Layout::of_page().sheet
        >
            <header class="card-head">
                <Face store id />
                <div class="card-title">
                    <h2>{name}</h2>
                    <p class="muted">{when} <span>{age}</span></p>
                </div>
                <Button
                    label=t.close
                    look=Look::Bare
                    sign=Sign::Close
                    on_press=Callback::new(move |()| store.did(Person::ClosedPoint))
                />
            </header>
            <div class="card-scroll">
                <Steps store />
                <Facts store />
                <Place place />
            </div>
        </Sheet>
    }
}

#[component]
fn Steps(store: Store) -> impl IntoView {
    let t = words();
    let number = Memo::new(move |_| pinned(store, |point| Some((point.point.number, point.point.count))));
    let is_first = Signal::derive(move || number.get().is_none_or(|(number, _)| number == 1));
    let is_last = Signal::derive(move || number.get().is_none_or(|(number, count)| number == count));
    let step = |label: &'static str, sign: Sign, stride: Stride, disabled: Signal<bool>| {
        view! {
            <Button
                label
                look=Look::Bare
                sign
                disabled
                on_press=Callback::new(move |()| store.did(Person::Stepped(stride)))
            />
        }
    };
    let text = move || {
        number
            .get()
            .map(|(number, count)| (words().point_number)(&measures::count(number), &measures::count(count)))
    };
    view! {
        <div class="steps" role="group" aria-label=t.steps>
            {step(t.step_first, Sign::First, Stride::First, is_first)}
            {step(t.step_back_ten, Sign::Backwards, Stride::By(-LONG_STEP), is_first)}
            {step(t.step_back, Sign::Left, Stride::By(-1), is_first)}
            <span class="steps-number muted">{text}</span>
            {step(t.step_forward, Sign::Right, Stride::By(1), is_last)}
            {step(t.step_forward_ten, Sign::Forwards, Stride::By(LONG_STEP), is_last)}
            {step(t.step_last, Sign::Last, Stride::Last, is_last)}
        </div>
    }
}

#[component]
fn Facts(store: Store) -> impl IntoView {
    let t = words();
    let fact = |label: &'static str, read: fn(&PointView) -> Option<String>| {
        let value = Memo::new(move |_| pinned(store, read));
        view! { <Fact label value /> }
    };
    view! {
        <dl class="facts">
            {fact(t.speed, |point| point.point.row.speed_kmh.map(|kmh| measures::speed(f64::from(kmh))))}
            {fact(t.along, |point| {
                point.point.along.map(|along| {
                    let since = moment(along.since_s, Detail::Minute, None);
                    (words().along_since)(&measures::distance(along.distance_m), &since)
                })
            })}
            {fact(t.altitude, |point| point.point.row.altitude_m.map(|metres| measures::height(f64::from(metres))))}
            {fact(t.accuracy, |point| {
                point.point.row.accuracy_m.map(|metres| format!("±{}", measures::height(f64::from(metres))))
            })}
            {fact(t.battery_label, |point| {
                point.point.row.battery_percent.map(|percent| measures::percent(f64::from(percent)))
            })}
        </dl>
    }
}

/// What `read` says of the pinned point; nothing while there is none.
fn pinned<T>(store: Store, read: fn(&PointView) -> Option<T>) -> Option<T> {
    store.inspection.with(|view| view.point.as_ref().filter(|point| point.pinned).and_then(read))
}
