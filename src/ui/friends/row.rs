//! One friend in the list.

use dashboard_core::model::view::Age;
use dashboard_core::owntracks::{BatteryState, FriendId};
use leptos::prelude::*;

use super::actions::{toggle_follow, toggle_hidden, toggle_history, toggle_selected};
use super::slice::{of_fix, of_friend};
use crate::store::Store;
use crate::ui::layout::{Layout, Panel};
use crate::ui::parts::{Avatar, Button, Icon, Look, Sign};
use crate::ui::text::{first_words, measures, whereabouts, words};

/// A row: face, name, where, how long ago, battery; and what can be done on hover or focus.
#[component]
pub fn FriendRow(store: Store, id: FriendId) -> impl IntoView {
    let layout = Layout::of_page();
    let name = of_friend(store, &id, |friend| friend.name.clone());
    let selected = of_friend(store, &id, |friend| friend.selected);
    let select = {
        let id = id.clone();
        move |_| {
            if toggle_selected(store, &id) {
                layout.sheet.set(crate::ui::parts::SheetHeight::Half);
            }
        }
    };
    let age = of_friend(store, &id, |friend| age_word(friend.age));
    let hidden = of_friend(store, &id, |friend| friend.hidden);
    let key = id.to_string();
    view! {
        <li class="row" data-friend-row=key data-age=age data-hidden=move || hidden.get().then_some("")>
            <button
                type="button"
                class="row-main"
                aria-current=move || selected.get().then_some("true")
                on:click=select
            >
                <Face store id=id.clone() />
                <span class="row-text">
                    <span class="row-name">{name}</span>
                    <Where store id=id.clone() />
                </span>
                <span class="row-side">
                    <AgeText store id=id.clone() />
                    <Battery store id=id.clone() />
                </span>
            </button>
            <RowActions store id name />
        </li>
    }
}

/// The word of an age class in `data-age`.
fn age_word(age: Age) -> &'static str {
    match age {
        Age::Fresh => "fresh",
        Age::Stale => "stale",
        Age::Old => "old",
    }
}

/// A friend's face, initials and colour, as they are now.
#[component]
pub fn Face(store: Store, id: FriendId) -> impl IntoView {
    view! {
        <Avatar
            face=of_friend(store, &id, |friend| friend.face.clone())
            initials=of_friend(store, &id, |friend| friend.initials.clone())
            colour=of_friend(store, &id, |friend| friend.colour)
        />
    }
}

#[component]
fn Where(store: Store, id: FriendId) -> impl IntoView {
    let place = of_fix(store, &id, |fix| Some(whereabouts(fix)));
    let speed = of_fix(store, &id, |fix| fix.speed_kmh.filter(|_| fix.moving));
    let distance = of_friend(store, &id, |friend| friend.distance_m);
    let warned =
        of_friend(store, &id, |friend| friend.encrypted || friend.from_future || friend.lost_connection);
    let hidden = of_friend(store, &id, |friend| friend.hidden);
    let private = of_friend(store, &id, |friend| friend.private);
    // What guests know people by says nothing.
    let device = if Layout::of_page().share.is_guests() { String::new() } else { id.to_string() };
    view! {
        <span class="row-where">
            {move || hidden.get().then(|| view! { <Icon sign=Sign::Hidden /> })}
            {move || warned.get().then(|| view! { <Icon sign=Sign::Warning /> })}
            {move || {
                let mut parts = Vec::new();
                parts.extend(speed.get().map(|kmh| measures::speed(f64::from(kmh))));
                match place.get() {
                    None if private.get() => parts.push(words().in_private_place.to_owned()),
                    None => parts.push(first_words().no_position.to_owned()),
                    Some(place) => parts.extend(place),
                }
                parts.extend(distance.get().map(|metres| (words().away)(&measures::distance(metres))));
                if parts.is_empty() { device.clone() } else { parts.join(" · ") }
            }}
        </span>
    }
}

/// How long ago a friend was seen; changes only when its words do.
#[component]
pub fn AgeText(store: Store, id: FriendId) -> impl IntoView {
    let time = of_fix(store, &id, |fix| Some(fix.time_s));
    let text = Memo::new(move |_| {
        let now_s = store.now.with(|now| now.seconds());
        time.get().map(|time_s| measures::age(now_s - time_s)).unwrap_or_default()
    });
    view! { <span class="age">{text}</span> }
}

/// How full a friend's battery is, and whether it charges.
#[component]
pub fn Battery(store: Store, id: FriendId) -> impl IntoView {
    let percent = of_fix(store, &id, |fix| fix.battery_percent);
    let charging = of_fix(store, &id, |fix| {
        matches!(fix.battery_state, Some(BatteryState::Charging | BatteryState::Full))
    });
    move || {
        percent.get().map(|percent| {
            let text = measures::percent(f64::from(percent));
            let mut label = (words().battery)(&text);
            if charging.get() {
                label = format!("{label}, {}", words().charging);
            }
            let level = match percent {
                0..=15 => "low",
                16..=30 => "modest",
                _ => "good",
            };
            view! {
                <span class="battery" data-level=level>
                    <span class="battery-body" aria-hidden="true" style:--charge=format!("{percent}%")></span>
                    {charging.get().then(|| view! { <Icon sign=Sign::Bolt /> })}
                    <span aria-hidden="true">{text}</span>
                    <span class="unseen">{label}</span>
                </span>
            }
        })
    }
}

#[component]
fn RowActions(store: Store, id: FriendId, name: Memo<String>) -> impl IntoView {
    let hidden = of_friend(store, &id, |friend| friend.hidden);
    let followed = of_friend(store, &id, |friend| friend.followed);
    let in_history = of_friend(store, &id, |friend| friend.in_history);
    let press = |act: fn(Store, &FriendId, bool), state: Memo<bool>| {
        let id = id.clone();
        Callback::new(move |()| act(store, &id, state.get_untracked()))
    };
    let history = Layout::of_page().offers(Panel::History).then(|| {
        view! {
            <Button
                label=Signal::derive(move || (words().history_of)(&name.get()))
                look=Look::Bare
                sign=Sign::History
                pressed=in_history
                on_press=press(|store, id, _| toggle_history(store, id), in_history)
            />
        }
    });
    view! {
        <span class="row-actions">
            {history}
            <Button
                label=Signal::derive(move || (words().follow_friend)(&name.get()))
                look=Look::Bare
                sign=Sign::Follow
                pressed=followed
                on_press=press(toggle_follow, followed)
            />
            <Button
                label=Signal::derive(move || (words().hide)(&name.get()))
                look=Look::Bare
                sign=Sign::Hidden
                pressed=hidden
                on_press=press(toggle_hidden, hidden)
            />
        </span>
    }
}
