//! `location` messages, as the apps publish them and as the Recorder serves them with its additions.

use crate::geo::LatLon;
use crate::owntracks::fields::{
    self, EARLIEST_PLAUSIBLE_TIME_S, Fields, MAX_ACCURACY_M, MAX_ALTITUDE_M, MAX_SPEED_KMH, MIN_ALTITUDE_M,
};
use crate::owntracks::json::{Object, Value};
use crate::owntracks::message::{BatteryState, Connection, Location, Monitoring};
use crate::owntracks::{picture, text};

use super::{Refusal, card};

/// Decodes a location. As strict as the iOS app on place and time, which must be there and valid; anything else that
/// makes no sense costs only that field.
pub(in crate::owntracks) fn decode(object: &Object<'_>) -> Result<Location, Refusal> {
    let position =
        fields::position(object).filter(|place| !is_null_island(*place)).ok_or(Refusal::BadPosition)?;
    let time = object
        .get("tst")
        .and_then(fields::time)
        .filter(|time| time.time_s >= EARLIEST_PLAUSIBLE_TIME_S)
        .ok_or(Refusal::BadTime)?;
    let mut fields = Fields::new(object);
    let mut location = Location {
        position,
        time_s: time.time_s,
        created_at_s: fields.time_s("created_at"),
        tracker_id: fields.label("tid", text::TRACKER_ID_CHARS),
        accuracy_m: fields.known_number("acc", MAX_ACCURACY_M).filter(|m| *m > 0.0).map(|m| m as f32),
        altitude_m: fields.number("alt", MIN_ALTITUDE_M..=MAX_ALTITUDE_M).map(|m| m as f32),
        vertical_accuracy_m: fields
            .known_number("vac", MAX_ACCURACY_M)
            .filter(|m| *m > 0.0)
            .map(|m| m as f32),
        speed_kmh: fields.known_number("vel", MAX_SPEED_KMH).map(|kmh| kmh as f32),
        course_deg: fields.known_number("cog", 360.0).map(|deg| deg as f32 % 360.0),
        battery_percent: fields.known_number("batt", 100.0).map(|percent| percent.round() as u8),
        battery_state: fields.code("bs", battery_state).flatten(),
        connection: fields.word("conn", connection).flatten(),
        monitoring: fields.code("m", monitoring),
        trigger: fields.character("t"),
        pressure_kpa: fields.number("p", 1.0..=200.0).map(|kpa| kpa as f32),
        regions: fields.labels("inregions"),
        motion: fields.labels("motionactivities"),
        // iOS writes these in lower case, Android in upper case.
        wifi_name: either(&mut fields, "SSID", "ssid"),
        wifi_address: either(&mut fields, "BSSID", "bssid"),
        poi: fields.label("poi", text::LABEL_CHARS),
        poi_picture: object.text("image").and_then(picture::from_base64),
        tag: fields.label("tag", text::LABEL_CHARS),
        address: fields.label("addr", text::ADDRESS_CHARS),
        locality: fields.label("locality", text::LABEL_CHARS),
        country_code: fields.word("cc", country_code).flatten(),
        time_zone: fields.label("tzname", text::NAME_CHARS),
        card: card::decode_merged(object),
        time_was_milliseconds: time.was_milliseconds,
        dropped_fields: 0,
    };
    let lost_picture = matches!(object.get("image"), Some(Value::Text(image)) if !image.is_empty())
        && location.poi_picture.is_none();
    location.dropped_fields = fields.dropped().saturating_add(u16::from(lost_picture));
    Ok(location)
}

/// Exactly 0, 0 is what receivers without a fix say; the iOS app drops it too.
fn is_null_island(place: LatLon) -> bool {
    place.lat() == 0.0 && place.lon() == 0.0
}

fn either(fields: &mut Fields<'_, '_>, android: &str, ios: &str) -> Option<String> {
    fields.label(android, text::LABEL_CHARS).or_else(|| fields.label(ios, text::LABEL_CHARS))
}

/// The outer `None` is a wrong code, the inner one the code for unknown.
fn battery_state(code: i64) -> Option<Option<BatteryState>> {
    Some(match code {
        0 => None,
        1 => Some(BatteryState::Unplugged),
        2 => Some(BatteryState::Charging),
        3 => Some(BatteryState::Full),
        _ => return None,
    })
}

fn connection(word: &str) -> Option<Option<Connection>> {
    Some(match word {
        "" => None,
        "w" => Some(Connection::Wifi),
        "m" => Some(Connection::Mobile),
        "o" => Some(Connection::Offline),
        _ => return None,
    })
}

fn monitoring(code: i64) -> Option<Monitoring> {
    match code {
        -1 => Some(Monitoring::Quiet),
        0 => Some(Monitoring::Manual),
        1 => Some(Monitoring::Significant),
        2 => Some(Monitoring::Move),
        _ => None,
    }
}

/// Two letters; the Recorder's `??` and `__` mean unknown.
fn country_code(word: &str) -> Option<Option<String>> {
    match word {
        "" | "??" | "__" => Some(None),
        _ if word.len() == 2 && word.bytes().all(|b| b.is_ascii_alphabetic()) => {
            Some(Some(word.to_ascii_uppercase()))
        }
        _ => None,
    }
}
