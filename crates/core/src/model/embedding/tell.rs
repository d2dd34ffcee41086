//! What the page around is told.

use crate::geo::LatLon;
use crate::owntracks::FriendId;
use crate::owntracks::json::ObjectWriter;

use super::super::config::Interface;
use super::super::event::MapView;
use super::super::view::{Age, FriendView, FriendsView, NoticeView, Severity};
use super::{VERSION, VERSION_KEY};

/// The page is there and listens.
pub fn ready(interface: Interface) -> String {
    message("ready").text("ui", interface.word()).finish()
}

/// Where everybody is whom the person has not hidden.
pub fn friends(view: &FriendsView) -> String {
    let shown = view.friends.iter().filter(|friend| !friend.hidden);
    message("friends").objects("friends", shown.filter_map(|friend| described(friend))).finish()
}

/// Who is selected.
pub fn selected(id: Option<&FriendId>) -> String {
    let message = message("selected");
    match id {
        Some(id) => message.text("friend", &id.to_string()).finish(),
        None => message.null("friend").finish(),
    }
}

/// The map came to rest.
pub fn moved(view: &MapView) -> String {
    place(message("moved"), view.centre)
        .decimal("zoom", view.zoom, 2)
        .flag("byPerson", view.by_person)
        .finish()
}

/// A message to the person appeared.
pub fn notice(view: &NoticeView) -> String {
    let severity = match view.severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    message("notice")
        .text("kind", view.kind.word())
        .text("severity", severity)
        .number("count", view.count)
        .finish()
}

/// A message of the page around was not understood.
pub fn not_understood(why: &str) -> String {
    message("error").text("text", why).finish()
}

fn message(kind: &str) -> ObjectWriter {
    ObjectWriter::new().number(VERSION_KEY, VERSION).text("type", kind)
}

fn described(friend: &FriendView) -> Option<ObjectWriter> {
    let fix = friend.fix.as_ref()?;
    let age = match friend.age {
        Age::Fresh => "fresh",
        Age::Stale => "stale",
        Age::Old => "old",
    };
    let mut object = ObjectWriter::new().text("friend", &friend.id.to_string()).text("name", &friend.name);
    object = place(object, fix.position).decimal("time", fix.time_s as f64, 0).text("age", age);
    if let Some(accuracy_m) = fix.accuracy_m {
        object = object.decimal("accuracyM", f64::from(accuracy_m), 0);
    }
    if let Some(speed_kmh) = fix.speed_kmh {
        object = object.decimal("speedKmh", f64::from(speed_kmh), 1);
    }
    if let Some(percent) = fix.battery_percent {
        object = object.number("batteryPercent", u32::from(percent));
    }
    Some(object)
}

fn place(object: ObjectWriter, place: LatLon) -> ObjectWriter {
    object.decimal("lat", place.lat(), 6).decimal("lon", place.lon(), 6)
}
