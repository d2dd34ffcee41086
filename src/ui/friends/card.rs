//! The card of the selected friend: everything their newest fix says.

use dashboard_core::model::Person;
use dashboard_core::model::view::{FixView, FriendView};
use dashboard_core::owntracks::FriendId;
use leptos::prelude::*;

use super::actions::{toggle_follow, toggle_hidden, toggle_history};
use super::fact::Fact;
use super::row::{AgeText, Battery, Face};
use super::slice::{of_fix, of_friend};
use crate::store::Store;
use crate::ui::layout::{Layout, Panel, Window};
use crate::ui::parts::{Button, Icon, Look, Place, Sheet, Sign};
use crate::ui::text::clock::{Detail, moment};
use crate::ui::text::{full_address, measures, words};

/// The card, as long as somebody is selected.
#[component]
pub fn FriendCard(store: Store) -> impl IntoView {
    // The card of a point stands in the same place.
    let is_free = Memo::new(move |_| {
        store.inspection.with(|view| view.point.as_ref().is_none_or(|point| !point.pinned))
    });
    let selected = Memo::new(move |_| {
        store
            .friends
            .with(|view| view.friends.iter().find(|friend| friend.selected).map(|friend| friend.id.clone()))
    });
    move || selected.get().filter(|_| is_free.get()).map(|id| view! { <Card store id /> })
}

#[component]
fn Card(store: Store, id: FriendId) -> impl IntoView {
    let name = of_friend(store, &id, |friend| friend.name.clone());
    let address = of_fix(store, &id, full_address);
    view! {
        <Sheet class="card" label=name.get_untracked() height=Layout::of_page().sheet>
            <header class="card-head">
                <Face store id=id.clone() />
                <div class="card-title">
                    <h2>{name}</h2>
                    <p class="muted">
                        <AgeText store id=id.clone() />
                        <Battery store id=id.clone() />
                    </p>
                </div>
                <Button
                    label=words().close
                    look=Look::Bare
                    sign=Sign::Close
                    on_press=Callback::new(move |()| store.did(Person::Selected(None)))
                />
            </header>
            <div class="card-scroll">
                {move || address.get().map(|address| view! { <p class="address">{address}</p> })}
                <Hints store id=id.clone() />
                <CardActions store id=id.clone() />
                <Facts store id=id.clone() />
                <Place place=of_fix(store, &id, |fix| Some((fix.position.lat(), fix.position.lon()))) />
            </div>
        </Sheet>
    }
}

#[component]
fn Hints(store: Store, id: FriendId) -> impl IntoView {
    let layout = Layout::of_page();
    let hint = |flag: fn(&FriendView) -> bool, sign: Sign, text: &'static str, button: bool| {
        let shown = of_friend(store, &id, flag);
        move || {
            shown.get().then(|| {
                view! {
                    <div class="hint">
                        <Icon sign />
                        <p>{text}</p>
                        {button
                            .then(|| {
                                view! {
                                    <Button
                                        label=words().add_passphrase
                                        look=Look::Quiet
                                        on_press=Callback::new(move |()| layout.window.set(Some(Window::Connect)))
                                    />
                                }
                            })}
                    </div>
                }
            })
        }
    };
    view! {
        {hint(|friend| friend.private, Sign::Lock, words().hint_private, false)}
        {hint(|friend| friend.encrypted, Sign::Lock, words().hint_encrypted, true)}
        {hint(|friend| friend.from_future, Sign::Warning, words().hint_future, false)}
        {hint(|friend| friend.lost_connection, Sign::Warning, words().hint_lost, false)}
    }
}

#[component]
fn CardActions(store: Store, id: FriendId) -> impl IntoView {
    let layout = Layout::of_page();
    let hidden = of_friend(store, &id, |friend| friend.hidden);
    let followed = of_friend(store, &id, |friend| friend.followed);
    let nowhere = of_friend(store, &id, |friend| friend.fix.is_none());
    let in_history = of_friend(store, &id, |friend| friend.in_history);
    let press = |act: Box<dyn Fn(&FriendId) + Send + Sync>| {
        let id = id.clone();
        Callback::new(move |()| act(&id))
    };
    let t = words();
    let history = layout.offers(Panel::History).then(|| {
        view! {
            <Button
                label=t.show_history
                sign=Sign::History
                pressed=in_history
                on_press=press(
                    Box::new(move |id| {
                        if !in_history.get_untracked() {
                            layout.open(Panel::History);
                        }
                        toggle_history(store, id);
                    }),
                )
            />
        }
    });
    view! {
        <div class="card-actions">
            <Button
                label=t.go_to
                sign=Sign::GoTo
                disabled=nowhere
                on_press=press(Box::new(move |id| store.did(Person::WentTo(id.clone()))))
            />
            <Button
                label=t.follow
                sign=Sign::Follow
                pressed=followed
                on_press=press(Box::new(move |id| toggle_follow(store, id, followed.get_untracked())))
            />
            {history}
            <Button
                label=t.hide_on_map
                sign=Sign::Hidden
                pressed=hidden
                on_press=press(Box::new(move |id| toggle_hidden(store, id, hidden.get_untracked())))
            />
        </div>
    }
}

#[component]
fn Facts(store: Store, id: FriendId) -> impl IntoView {
    let t = words();
    let fact = |label: &'static str, read: fn(&FixView) -> Option<String>| {
        let value = of_fix(store, &id, read);
        view! { <Fact label value /> }
    };
    let bad = of_friend(store, &id, |friend| {
        (friend.bad_messages > 0).then(|| measures::count(friend.bad_messages))
    });
    // What guests know people by says nothing.
    let device = (!Layout::of_page().share.is_guests()).then(|| id.to_string());
    let distance = of_friend(store, &id, |friend| friend.distance_m.map(measures::distance));
    view! {
        <dl class="facts">
            {fact(t.seen, |fix| Some(moment(fix.time_s, Detail::Second, fix.time_zone.as_deref())))}
            <Fact label=t.distance_from_you value=distance />
            {fact(t.regions, |fix| (!fix.regions.is_empty()).then(|| fix.regions.join(", ")))}
            {fact(t.speed, |fix| fix.speed_kmh.map(|kmh| measures::speed(f64::from(kmh))))}
            {fact(t.course, |fix| fix.course_deg.filter(|_| fix.moving).map(course))}
            {fact(t.altitude, altitude)}
            {fact(t.accuracy, |fix| fix.accuracy_m.map(|metres| format!("±{}", measures::height(f64::from(metres)))))}
            {fact(t.battery_label, |fix| fix.battery_state.map(|state| (words().battery_state)(state).to_owned()))}
            {fact(t.motion, |fix| (!fix.motion.is_empty()).then(|| motion(&fix.motion)))}
            {fact(t.connection, |fix| fix.connection.map(|kind| (words().connection_kind)(kind).to_owned()))}
            {fact(t.wifi, |fix| fix.wifi_name.clone().or_else(|| fix.wifi_address.clone()))}
            {fact(t.reporting, |fix| fix.monitoring.map(|kind| (words().monitoring)(kind).to_owned()))}
            {fact(t.pressure, |fix| fix.pressure_kpa.map(|kpa| format!("{:.0} hPa", kpa * 10.0)))}
            {fact(t.tag, |fix| fix.tag.clone())}
            {fact(t.poi, |fix| fix.poi.clone())}
            <Fact label=t.device value=Signal::derive(move || device.clone()) />
            <Fact label=t.bad_messages value=bad />
        </dl>
    }
}

fn altitude(fix: &FixView) -> Option<String> {
    let altitude = measures::height(f64::from(fix.altitude_m?));
    Some(match fix.vertical_accuracy_m {
        Some(accuracy) => format!("{altitude} ±{}", measures::height(f64::from(accuracy))),
        None => altitude,
    })
}

/// Degrees clockwise from north as one of eight winds.
fn course(degrees: f32) -> String {
    let sector = (degrees.rem_euclid(360.0) / 45.0).round() as usize % 8;
    words().compass[sector].to_owned()
}

fn motion(wire: &[String]) -> String {
    let known = |name: &String| (words().motion_kind)(name).map_or_else(|| name.clone(), str::to_owned);
    wire.iter().map(known).collect::<Vec<_>>().join(", ")
}
