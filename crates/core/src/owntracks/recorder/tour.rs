//! Tours: views that a device asks a Recorder for (booklet, "Tours"). Requests are messages, answers are commands to the device.

use crate::owntracks::json::{Object, ObjectWriter, Value};
use crate::owntracks::{FriendId, percent, text};
use crate::time::{TimeRange, UnixSeconds};

use super::answer::{BadAnswer, with_answer};
use super::request::{bound, root};
use super::shared_view::{label, time_s};

/// Most tours read of one answer.
pub const MAX_TOURS: usize = 1000;

/// Longest id of a view that is believed; those of tours are UUIDs.
const MAX_ID_CHARS: usize = 128;

/// A tour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tour {
    /// By which it is ended; also the id of the view.
    pub uuid: String,
    /// What it is called, cleaned, at most 256 characters.
    pub label: Option<String>,
    /// Its first second.
    pub from_s: Option<UnixSeconds>,
    /// Its last second.
    pub to_s: Option<UnixSeconds>,
    /// Its link as the Recorder says it, which is nothing anybody can open where the operator set no prefix.
    pub url: Option<String>,
}

/// What was answered to a request about tours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TourAnswer {
    /// All tours of the device, newest as the Recorder has them.
    List(Vec<Tour>),
    /// This tour was made.
    Made(Tour),
    /// An answer that only the device itself can read.
    Encrypted,
    /// Something else, or nothing: a Recorder built without tours, or too old. It never says that anything failed.
    None,
}

/// Where requests of the device `friend` are sent to, by HTTP. A body of type `text/plain` needs no preflight, which the Recorder
/// would not answer.
pub fn tour_request_url(base: &str, friend: &FriendId) -> String {
    format!("{}/pub?u={}&d={}", root(base), percent::encode(friend.user()), percent::encode(friend.device()))
}

/// The request for all tours of a device.
pub fn list_tours() -> String {
    request("tours").finish()
}

/// The request for a new tour of `range`. Without a label the Recorder stores `-`.
pub fn make_tour(label: &str, range: TimeRange) -> String {
    let mut tour = ObjectWriter::new();
    if let Some(label) = text::clean_some(label, text::LABEL_CHARS) {
        tour = tour.text("label", &label);
    }
    let tour = tour.text("from", &bound(range.from_s)).text("to", &bound(range.to_s));
    request("tour").object("tour", tour).finish()
}

/// The request that ends a tour. It is never answered.
pub fn end_tour(uuid: &str) -> String {
    request("untour").text("uuid", uuid).finish()
}

fn request(kind: &str) -> ObjectWriter {
    ObjectWriter::new().text("_type", "request").text("request", kind)
}

/// The link of the view `id` of the Recorder at `base`.
pub fn view_url(base: &str, id: &str) -> String {
    format!("{}/view/{id}", root(base))
}

/// Whether this can be the id of a view: letters, digits, `-`, `_` and `.`, at most 128, and no folder.
pub fn is_view_id(id: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_ID_CHARS).contains(&id.len()) && id.bytes().all(is_plain) && !id.starts_with('.')
}

/// Reads what `pub` answers to a request: an array of messages for the device, friends among them.
pub fn read_tours(body: &[u8]) -> Result<TourAnswer, BadAnswer> {
    let expected = "messages for a device";
    with_answer(body, expected, |answer| match answer {
        Value::Array(messages) => Ok(messages.iter().find_map(read_response).unwrap_or(TourAnswer::None)),
        Value::Object(message) if message.text("_type") == Some("encrypted") => Ok(TourAnswer::Encrypted),
        other => Err(BadAnswer::OtherShape { expected, found: other.kind() }),
    })
}

fn read_response(message: &Value<'_>) -> Option<TourAnswer> {
    let Value::Object(message) = message else { return None };
    if message.text("_type") != Some("cmd") || message.text("action") != Some("response") {
        return None;
    }
    match message.text("request")? {
        "tours" => {
            let Some(Value::Array(tours)) = message.get("tours") else { return None };
            let tours = tours.iter().take(MAX_TOURS).filter_map(|tour| match tour {
                Value::Object(tour) => read_tour(tour),
                _ => None,
            });
            Some(TourAnswer::List(tours.collect()))
        }
        "tour" => Some(TourAnswer::Made(read_tour(message.object("tour")?)?)),
        _ => None,
    }
}

/// A tour without an id can neither be opened nor ended.
fn read_tour(tour: &Object<'_>) -> Option<Tour> {
    let uuid = tour.text("uuid").filter(|uuid| is_view_id(uuid))?;
    Some(Tour {
        uuid: uuid.to_owned(),
        label: label(tour),
        from_s: time_s(tour, "from"),
        to_s: time_s(tour, "to"),
        url: tour.text("url").filter(|url| url.len() <= MAX_URL_BYTES).map(str::to_owned),
    })
}

/// Longest link of a tour that is believed.
const MAX_URL_BYTES: usize = 2048;
