//! `card` messages: name and face of a person.

use crate::owntracks::fields::Fields;
use crate::owntracks::json::{Object, Value};
use crate::owntracks::message::Card;
use crate::owntracks::{picture, text};

/// Decodes a card. Everything in it is optional, so nothing is ever refused as a whole.
pub(super) fn decode(object: &Object<'_>) -> Card {
    let mut fields = Fields::new(object);
    let face = object.text("face").and_then(picture::from_base64);
    Card {
        name: fields.word("name", |name| text::clean_some(name, text::NAME_CHARS)),
        face_refused: face.is_none() && said_a_face(object),
        face,
        tracker_id: fields.label("tid", text::TRACKER_ID_CHARS),
    }
}

/// The card that the Recorder merges into a location: only where there is a name or a face.
pub(super) fn decode_merged(object: &Object<'_>) -> Option<Card> {
    let merged = object.get("name").is_some() || object.get("face").is_some();
    merged
        .then(|| decode(object))
        .filter(|card| card.name.is_some() || card.face.is_some() || card.face_refused)
}

/// An empty face is how publishers say that there is none.
fn said_a_face(object: &Object<'_>) -> bool {
    match object.get("face") {
        Some(Value::Text(face)) => !face.is_empty(),
        Some(_) => true,
        None => false,
    }
}
