//! What a Recorder answers about a view: the place of whoever shares it, and where they have been.
//!
//! A view is a link `…/view/<id>` to one device's data within a time (Recorder README, "Views"). The answer for the place also
//! holds whatever its owner wrote into the view; only what is named here is read of it.

use crate::geo::LatLon;
use crate::owntracks::fields::{self, Fields};
use crate::owntracks::json::{self, Object, Value};
use crate::owntracks::message::Location;
use crate::owntracks::payload::decode_location;
use crate::owntracks::topic::Names;
use crate::owntracks::{FriendId, text};
use crate::time::{UnixSeconds, parse_civil, unix_from_civil};

use super::answer::{BadAnswer, with_answer};

/// Zooms that a map can have.
const ZOOMS: std::ops::RangeInclusive<f64> = 0.0..=24.0;

/// What the Recorder and the apps write for a label or a time that was not given.
const NOT_GIVEN: &str = "-";

/// The newest place of a view, and what its owner says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SharedPlace {
    /// Whose.
    pub friend: FriendId,
    /// User and device for people.
    pub names: Names,
    /// Where and when; name and face are in its card.
    pub location: Location,
    /// What the view is called, cleaned, at most 256 characters.
    pub label: Option<String>,
    /// How close its owner proposes to look, 0…24.
    pub zoom: Option<f64>,
    /// Nothing before is shown; where its owner gave a time that is one.
    pub from_s: Option<UnixSeconds>,
    /// Nothing after is shown.
    pub to_s: Option<UnixSeconds>,
}

/// Where somebody has been, without times: the Recorder gives none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedLine {
    /// Places, in the order they came in.
    pub places: Vec<LatLon>,
    /// Positions that were none, or exactly 0, 0 as broken receivers say.
    pub dropped: u32,
}

/// Where to ask for the newest place of the view at `url`, a link without query.
pub fn shared_place_url(url: &str) -> String {
    format!("{url}?lastpos=1")
}

/// Where to ask for its line.
pub fn shared_line_url(url: &str) -> String {
    format!("{url}?geodata=1")
}

/// Reads the answer to `lastpos`; `None` when there is nothing in the view's time.
pub fn read_shared_place(body: &[u8]) -> Result<Option<SharedPlace>, BadAnswer> {
    let expected = "the last place of a view";
    with_answer(body, expected, |answer| {
        let data = match answer {
            Value::Object(object) => object.get("data"),
            _ => return Err(BadAnswer::OtherShape { expected, found: answer.kind() }),
        };
        let Some(Value::Array(items)) = data else {
            return Err(BadAnswer::OtherShape { expected, found: "an object without `data`" });
        };
        match items.first() {
            None => Ok(None),
            Some(Value::Object(item)) => read_place(item, expected).map(Some),
            Some(other) => Err(BadAnswer::OtherShape { expected, found: other.kind() }),
        }
    })
}

fn read_place(item: &Object<'_>, expected: &'static str) -> Result<SharedPlace, BadAnswer> {
    let named = item.text("user").zip(item.text("device"));
    let named =
        named.and_then(|(user, device)| Some((FriendId::new(user, device)?, Names::new(user, device))));
    let (friend, names) = named.ok_or(BadAnswer::OtherShape { expected, found: "a place of nobody" })?;
    let location = decode_location(item)
        .map_err(|_| BadAnswer::OtherShape { expected, found: "a place without a valid position or time" })?;
    let mut fields = Fields::new(item);
    Ok(SharedPlace {
        friend,
        names,
        location,
        label: label(item),
        zoom: fields.number("zoom", ZOOMS),
        from_s: time_s(item, "from"),
        to_s: time_s(item, "to"),
    })
}

/// Reads the answer to `geodata`: a GeoJSON feature with a line, which may be empty.
pub fn read_shared_line(body: &[u8]) -> Result<SharedLine, BadAnswer> {
    let expected = "the line of a view";
    with_answer(body, expected, |answer| {
        let Value::Object(feature) = answer else {
            return Err(BadAnswer::OtherShape { expected, found: answer.kind() });
        };
        let positions = feature.object("geometry").and_then(|geometry| geometry.get("coordinates"));
        let Some(Value::Array(positions)) = positions else {
            return Err(BadAnswer::OtherShape { expected, found: "an object without coordinates" });
        };
        let mut line = SharedLine::default();
        for position in positions {
            match place(position) {
                Some(place) => line.places.push(place),
                None => line.dropped = line.dropped.saturating_add(1),
            }
        }
        Ok(line)
    })
}

/// GeoJSON has the longitude first.
fn place(position: &Value<'_>) -> Option<LatLon> {
    let Value::Array(numbers) = position else { return None };
    let (lon, lat) = (fields::number(numbers.first()?)?, fields::number(numbers.get(1)?)?);
    LatLon::new(lat, lon).filter(|place| *place != LatLon::NULL_ISLAND)
}

/// What something is called, if it is called anything.
pub(super) fn label(object: &Object<'_>) -> Option<String> {
    let label = text::clean_some(object.text("label")?, text::LABEL_CHARS);
    label.filter(|label| label != NOT_GIVEN)
}

/// A bound in the Recorder's form: a civil date or time in UTC. `None` for its many other forms.
pub(super) fn time_s(object: &Object<'_>, key: &str) -> Option<UnixSeconds> {
    unix_from_civil(parse_civil(object.text(key)?)?)
}

/// A line is read as values first, three for each position: the limits let a view of 100,000 points through.
const _: () = assert!(json::ANSWER.values / 3 >= 100_000);
