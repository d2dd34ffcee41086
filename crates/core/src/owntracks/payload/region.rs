//! Regions: `transition` (entered or left), `waypoint` (one region) and `waypoints` (all of a device).

use crate::owntracks::fields::{self, Fields};
use crate::owntracks::json::{Object, Value};
use crate::owntracks::message::{Crossing, Transition, Waypoint};
use crate::owntracks::text;

use super::Refusal;

/// Decodes a transition. Its region is unnamed when it is hidden on the phone; its place is optional.
pub(super) fn decode_transition(object: &Object<'_>) -> Result<Transition, Refusal> {
    let crossing = match object.text("event") {
        Some("enter") => Crossing::Enter,
        Some("leave") => Crossing::Leave,
        _ => return Err(Refusal::BadTransition),
    };
    let time = object.get("tst").and_then(fields::time).ok_or(Refusal::BadTime)?;
    let mut fields = Fields::new(object);
    Ok(Transition {
        crossing,
        region: object.text("desc").and_then(|desc| text::clean_some(without_modes(desc), text::LABEL_CHARS)),
        time_s: time.time_s,
        position: fields::position(object),
        accuracy_m: fields.known_number("acc", f64::MAX).filter(|m| *m > 0.0).map(|m| m as f32),
        tracker_id: fields.label("tid", text::TRACKER_ID_CHARS),
        trigger: fields.character("t"),
    })
}

/// Decodes a region. An impossible centre takes the region away, as the iOS app understands it.
pub(super) fn decode_waypoint(object: &Object<'_>) -> Result<Waypoint, Refusal> {
    let desc = object.text("desc").ok_or(Refusal::BadRegion)?;
    let (desc, packed_beacon) = unpack_beacon(without_modes(desc));
    let name = text::clean_some(desc, text::LABEL_CHARS).ok_or(Refusal::BadRegion)?;
    let created_at_s = object.get("tst").and_then(fields::time).ok_or(Refusal::BadTime)?.time_s;
    let region_id = object.text("rid").and_then(|rid| text::clean_some(rid, text::LABEL_CHARS));
    let radius_m = object.get("rad").and_then(fields::number).filter(|radius_m| *radius_m > 0.0);
    Ok(Waypoint {
        key: region_id.unwrap_or_else(|| created_at_s.to_string()),
        follows: name.starts_with('+'),
        // A leading `-` marks a beacon whose loss is reported with a delay.
        beacon: packed_beacon || object.get("uuid").is_some() || name.starts_with('-'),
        name,
        created_at_s,
        centre: fields::position(object),
        radius_m: radius_m.map(|radius_m| radius_m.min(MAX_RADIUS_M) as f32),
    })
}

/// Decodes all regions of a device; bad ones are told in `refused` and left out.
pub(super) fn decode_waypoints(
    object: &Object<'_>,
    refused: &mut Vec<Refusal>,
) -> Result<Vec<Waypoint>, Refusal> {
    let Some(Value::Array(elements)) = object.get("waypoints") else { return Err(Refusal::BadRegion) };
    let mut waypoints = Vec::new();
    for element in elements {
        let waypoint = match element {
            Value::Object(object) => decode_waypoint(object),
            _ => Err(Refusal::NotAnObject),
        };
        match waypoint {
            Ok(waypoint) => waypoints.push(waypoint),
            Err(refusal) => refused.push(refusal),
        }
    }
    Ok(waypoints)
}

/// Larger regions than this help nobody and would cover the map.
const MAX_RADIUS_M: f64 = 100_000.0;

/// `Home|1|2` changes the monitoring mode on entering and leaving; people call it `Home`.
fn without_modes(desc: &str) -> &str {
    let is_mode = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    match desc.rsplit_once('|').map(|(rest, leave)| (rest.rsplit_once('|'), leave)) {
        Some((Some((name, enter)), leave)) if is_mode(enter) && is_mode(leave) => name,
        _ => desc,
    }
}

/// iOS packs a beacon into the name, as `name:UUID[:major[:minor]]`.
fn unpack_beacon(desc: &str) -> (&str, bool) {
    match desc.split_once(':') {
        Some((name, packed)) if is_uuid(packed.split(':').next().unwrap_or("")) => (name, true),
        _ => (desc, false),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}
