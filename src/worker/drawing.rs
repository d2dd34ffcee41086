//! What page and worker say to each other about pictures of the tracks.

use dashboard_core::geo::Viewport;
use dashboard_core::owntracks::FriendId;
use dashboard_core::track::{CLASSES, Legend, Quantity, Scale};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::ImageBitmap;

use super::protocol::{Fields, begin, push_f64, push_friend, push_str, push_u32};

/// What is painted, and in which colours. Colours are those of the style sheet, in its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// Lines are wanted.
    pub line: bool,
    /// Points are wanted.
    pub points: bool,
    /// The heat map is wanted.
    pub heat: bool,
    /// What the colour of lines and points means; `None` when it is their friend's.
    pub quantity: Option<Quantity>,
    /// Round numbers are of feet and miles.
    pub imperial: bool,
    /// Each friend's colour; tracks of nobody named here are left out.
    pub friends: Vec<(FriendId, String)>,
    /// A colour for each class, that of unknown values last.
    pub scale: Vec<String>,
    /// Colours of the heat map from cold to hot, as `#rrggbb`.
    pub heat_colours: Vec<String>,
    /// Around lines.
    pub halo: String,
}

/// The part of the map that is painted.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Comes back with the pictures of it. Newer ones are greater.
    pub view_id: u32,
    /// Which part, at which zoom.
    pub viewport: Viewport,
    /// Pixels of the picture to a pixel of the viewport.
    pub pixel_ratio: f64,
    /// A sketch comes first, however little there is to paint: the map is under way.
    pub quickly: bool,
}

/// How much of the tracks is in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All lines, thinly.
    Sketch,
    /// Everything.
    Whole,
    /// What came since the last whole picture, to be laid over it in place of the patch before.
    Patch,
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Painted {
    /// Of the frame.
    pub view_id: u32,
    /// What is in it.
    pub part: Part,
    /// Points in all tracks, visible or not.
    pub points: u32,
    /// The picture; `None` when nothing is visible.
    pub bitmap: Option<ImageBitmap>,
    /// Where in the frame it belongs: left, top, width, height in pixels of the viewport.
    pub place_px: [f64; 4],
}

impl Look {
    /// As a message.
    pub fn to_js(&self) -> Array {
        let message = begin("look");
        for flag in [self.line, self.points, self.heat, self.imperial] {
            push_u32(&message, u32::from(flag));
        }
        push_str(&message, quantity_word(self.quantity));
        push_str(&message, &self.halo);
        for colours in [&self.scale, &self.heat_colours] {
            push_u32(&message, colours.len() as u32);
            colours.iter().for_each(|colour| push_str(&message, colour));
        }
        for (friend, colour) in &self.friends {
            push_friend(&message, friend);
            push_str(&message, colour);
        }
        message
    }

    /// From the fields of a message.
    pub(super) fn from_fields(fields: &mut Fields) -> Option<Self> {
        let (line, points) = (fields.u32()? != 0, fields.u32()? != 0);
        let (heat, imperial) = (fields.u32()? != 0, fields.u32()? != 0);
        let quantity = quantity_of(&fields.string()?);
        let halo = fields.string()?;
        let mut colours = || {
            let count = fields.u32()?;
            (0..count).map(|_| fields.string()).collect::<Option<Vec<_>>>()
        };
        let (scale, heat_colours) = (colours()?, colours()?);
        let friends = std::iter::from_fn(|| Some((fields.friend()?, fields.string()?))).collect();
        Some(Self { line, points, heat, quantity, imperial, friends, scale, heat_colours, halo })
    }
}

impl Frame {
    /// As a message.
    pub fn to_js(&self) -> Array {
        let message = begin("view");
        push_u32(&message, self.view_id);
        let Viewport { centre, zoom, width_px, height_px } = self.viewport;
        for value in [centre.x, centre.y, zoom, width_px, height_px, self.pixel_ratio] {
            push_f64(&message, value);
        }
        push_u32(&message, u32::from(self.quickly));
        message
    }

    /// From the fields of a message.
    pub(super) fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            view_id: fields.u32()?,
            viewport: fields.viewport()?,
            pixel_ratio: fields.f64()?,
            quickly: fields.u32()? != 0,
        })
    }
}

impl Painted {
    /// As a message; what is to be transferred is added to `buffers`.
    pub(super) fn to_js(&self, buffers: &Array) -> Array {
        let message = begin("painted");
        push_u32(&message, self.view_id);
        push_u32(&message, self.part as u32);
        push_u32(&message, self.points);
        self.place_px.iter().for_each(|value| push_f64(&message, *value));
        message.push(&self.bitmap.as_ref().map_or(JsValue::NULL, JsValue::from));
        if let Some(bitmap) = &self.bitmap {
            buffers.push(bitmap);
        }
        message
    }

    /// From the fields of a message.
    pub(super) fn from_fields(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            view_id: fields.u32()?,
            part: *[Part::Sketch, Part::Whole, Part::Patch].get(fields.u32()? as usize)?,
            points: fields.u32()?,
            place_px: [fields.f64()?, fields.f64()?, fields.f64()?, fields.f64()?],
            bitmap: fields.next().dyn_into().ok(),
        })
    }
}

/// A legend, or that none is needed, as a message.
pub(super) fn legend_to_js(legend: Option<&Legend>) -> Array {
    let message = begin("legend");
    if let Some(Legend { scale, has_unknown }) = legend {
        push_str(&message, quantity_word(Some(scale.quantity)));
        push_u32(&message, u32::from(*has_unknown));
        scale.bounds.iter().for_each(|bound| push_f64(&message, *bound));
    }
    message
}

/// From the fields of a message.
pub(super) fn legend_from_fields(fields: &mut Fields) -> Option<Legend> {
    let quantity = quantity_of(&fields.string()?)?;
    let has_unknown = fields.u32()? != 0;
    let mut bounds = [0.0; CLASSES + 1];
    for bound in &mut bounds {
        *bound = fields.f64()?;
    }
    Some(Legend { scale: Scale { quantity, bounds }, has_unknown })
}

const QUANTITIES: [(&str, Quantity); 5] = [
    ("speed", Quantity::Speed),
    ("altitude", Quantity::Altitude),
    ("accuracy", Quantity::Accuracy),
    ("battery", Quantity::Battery),
    ("time", Quantity::Time),
];

fn quantity_word(quantity: Option<Quantity>) -> &'static str {
    QUANTITIES.iter().find(|(_, other)| Some(*other) == quantity).map_or("friend", |(word, _)| word)
}

fn quantity_of(word: &str) -> Option<Quantity> {
    QUANTITIES.iter().find(|(other, _)| *other == word).map(|(_, quantity)| *quantity)
}
