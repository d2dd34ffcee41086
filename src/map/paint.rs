//! Paints what is visible of tracks on a canvas, in slices that leave the page responsive.
//!
//! Sub-paths are short and lines thin out of measured need: long paths and wide strokes are what costs in a browser's
//! software renderer.

use std::f64::consts::TAU;
use std::rc::Rc;

use dashboard_core::owntracks::FriendId;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlElement};

use crate::platform::page;

use super::picture::{Growth, Picture, TrackPicture};

/// Vertices of one sub-path.
const PATH_VERTICES: usize = 500;

/// A hairline costs so much less than a line of full width.
const HAIRLINES_PER_LINE: usize = 4;

/// With more vertices than this, hairlines are shown first.
const SKETCH_ABOVE_VERTICES: usize = 20_000;

const LINE_PX: f64 = 3.0;
const HALO_PX: f64 = 6.0;

/// From this zoom on streets can be told apart, and points have room.
const CLOSE_ZOOM: f64 = 14.0;
const POINT_RADIUS_PX: f64 = 2.0;
const CLOSE_POINT_RADIUS_PX: f64 = 3.5;

/// How far a painting has come.
pub enum Progress {
    /// Call again in a task of its own.
    More,
    /// The hairlines are complete: show them, and go on with an empty canvas.
    Sketched,
    /// Everything is there.
    Done,
}

/// Colours and kinds, read from the style sheet.
pub struct Style {
    sheet: Option<CssStyleDeclaration>,
    halo: String,
    line: bool,
    points: bool,
    point_radius_px: f64,
}

/// One painting under way.
pub struct Painting {
    picture: Rc<Picture>,
    /// By track; tracks without a colour are nobody's any more and left out.
    colours: Vec<Option<String>>,
    /// By track: where to begin. `None` when all of it is painted.
    growth: Option<Vec<Growth>>,
    passes: Vec<Pass>,
    style: Style,
    pass: usize,
    track: usize,
    at: Growth,
}

#[derive(Clone, Copy, PartialEq)]
enum Pass {
    Hairline,
    Halo,
    Line,
    Points,
}

impl Style {
    /// Reads the colours that hold now on `element`.
    pub fn read(element: &HtmlElement, line: bool, points: bool, zoom: f64) -> Self {
        let sheet = page::window().get_computed_style(element).ok().flatten();
        let halo =
            property(sheet.as_ref(), "--track-halo").unwrap_or_else(|| "rgb(255 255 255 / 70%)".into());
        let point_radius_px = if zoom < CLOSE_ZOOM { POINT_RADIUS_PX } else { CLOSE_POINT_RADIUS_PX };
        Self { sheet, halo, line, points, point_radius_px }
    }

    fn friend_colour(&self, palette_index: u8) -> String {
        property(self.sheet.as_ref(), &format!("--friend-{palette_index}"))
            .unwrap_or_else(|| "#3367d6".into())
    }

    fn set_up(&self, context: &CanvasRenderingContext2d, pass: Pass, is_growth: bool, colour: &str) {
        let (colour, width) = match pass {
            Pass::Hairline => (colour, 1.0),
            Pass::Halo => (self.halo.as_str(), HALO_PX),
            Pass::Line | Pass::Points => (colour, LINE_PX),
        };
        // A halo lies under every line, also under those that were there before.
        let is_below = pass == Pass::Halo && is_growth;
        let composition = if is_below { "destination-over" } else { "source-over" };
        // Fails only for a word that is no composition.
        let _ = context.set_global_composite_operation(composition);
        context.set_line_cap("round");
        context.set_line_join("round");
        context.set_line_width(width);
        context.set_stroke_style_str(colour);
        context.set_fill_style_str(colour);
    }
}

fn property(sheet: Option<&CssStyleDeclaration>, name: &str) -> Option<String> {
    let value = sheet?.get_property_value(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

impl Painting {
    /// A painting of all of `picture` on an empty canvas. `quickly`: hairlines come first, however few.
    pub fn new(
        picture: Rc<Picture>,
        colour: impl Fn(&FriendId) -> Option<u8>,
        style: Style,
        quickly: bool,
    ) -> Self {
        let is_sketched = quickly || picture.line_vertices() > SKETCH_ABOVE_VERTICES;
        let mut painting = Self::with_passes(picture, colour, style);
        if painting.style.line && is_sketched {
            painting.passes.insert(0, Pass::Hairline);
        }
        painting
    }

    /// A painting of what is new, over the picture painted before.
    pub fn of_growth(
        picture: Rc<Picture>,
        growth: Vec<Growth>,
        colour: impl Fn(&FriendId) -> Option<u8>,
        style: Style,
    ) -> Self {
        let at = growth.first().copied().unwrap_or_default();
        Self { growth: Some(growth), at, ..Self::with_passes(picture, colour, style) }
    }

    fn with_passes(picture: Rc<Picture>, colour: impl Fn(&FriendId) -> Option<u8>, style: Style) -> Self {
        let colour = |track: &TrackPicture| Some(style.friend_colour(colour(&track.friend)?));
        let colours = picture.tracks.iter().map(colour).collect();
        let lines = [Pass::Halo, Pass::Line].into_iter().filter(|_| style.line);
        let passes = lines.chain(style.points.then_some(Pass::Points)).collect();
        Self { picture, colours, growth: None, passes, style, pass: 0, track: 0, at: Growth::default() }
    }

    /// Whether it goes over what was painted before.
    pub fn is_growth(&self) -> bool {
        self.growth.is_some()
    }

    /// Whether hairlines are drawn, which are quick.
    pub fn is_sketching(&self) -> bool {
        self.passes.get(self.pass) == Some(&Pass::Hairline)
    }

    /// Paints at least one sub-path and at most about `vertices` of full width.
    pub fn paint(&mut self, context: &CanvasRenderingContext2d, vertices: usize) -> Progress {
        let mut left = vertices * HAIRLINES_PER_LINE;
        let mut set_up = None;
        while let Some(pass) = self.passes.get(self.pass).copied() {
            let Some(track) = self.picture.tracks.get(self.track) else {
                (self.pass, self.track) = (self.pass + 1, 0);
                self.at = self.begin();
                if pass == Pass::Hairline {
                    return Progress::Sketched;
                }
                continue;
            };
            let painted = match self.colours.get(self.track) {
                Some(Some(colour)) => {
                    if set_up != Some((pass, self.track)) {
                        self.style.set_up(context, pass, self.growth.is_some(), colour);
                        set_up = Some((pass, self.track));
                    }
                    match pass {
                        Pass::Points => track.paint_points(context, self.style.point_radius_px, &mut self.at),
                        _ => track.paint_line(context, &mut self.at),
                    }
                }
                _ => 0,
            };
            if painted == 0 {
                self.track += 1;
                self.at = self.begin();
                continue;
            }
            let cost = if pass == Pass::Hairline { painted } else { painted * HAIRLINES_PER_LINE };
            if cost >= left {
                return Progress::More;
            }
            left -= cost;
        }
        Progress::Done
    }

    /// Where the track begins that is next.
    fn begin(&self) -> Growth {
        self.growth.as_ref().and_then(|growth| growth.get(self.track)).copied().unwrap_or_default()
    }
}

impl TrackPicture {
    /// Strokes the next sub-path. The number of its vertices, 0 at the end of the track.
    fn paint_line(&self, context: &CanvasRenderingContext2d, at: &mut Growth) -> usize {
        let Some(&end) = self.line_bounds.get(at.line + 1) else { return 0 };
        let stop = (at.vertex + PATH_VERTICES).min(end as usize);
        let Some(xy_px) = self.line_xy_px.get(at.vertex * 2..stop * 2) else { return 0 };
        stroke(context, xy_px);
        if stop < end as usize {
            // The next sub-path starts where this one ends.
            at.vertex = stop - 1;
        } else {
            (at.line, at.vertex) = (at.line + 1, end as usize);
        }
        // A line of one vertex is work, too.
        (xy_px.len() / 2).max(1)
    }

    /// Fills the next dots. Their number, 0 at the end of the track.
    fn paint_points(&self, context: &CanvasRenderingContext2d, radius_px: f64, at: &mut Growth) -> usize {
        let stop = (at.point + PATH_VERTICES).min(self.point_xy_px.len() / 2);
        let Some(xy_px) = self.point_xy_px.get(at.point * 2..stop * 2) else { return 0 };
        dots(context, xy_px, radius_px);
        at.point = stop;
        xy_px.len() / 2
    }
}

fn stroke(context: &CanvasRenderingContext2d, xy_px: &[f32]) {
    context.begin_path();
    let mut vertices = xy_px.chunks_exact(2).map(|xy| (f64::from(xy[0]), f64::from(xy[1])));
    let Some((x, y)) = vertices.next() else { return };
    context.move_to(x, y);
    if xy_px.len() == 2 {
        // A point without neighbours: a line of no length with round ends.
        context.line_to(x, y);
    }
    for (x, y) in vertices {
        context.line_to(x, y);
    }
    context.stroke();
}

fn dots(context: &CanvasRenderingContext2d, xy_px: &[f32], radius_px: f64) {
    context.begin_path();
    for xy in xy_px.chunks_exact(2) {
        let (x, y) = (f64::from(xy[0]), f64::from(xy[1]));
        context.move_to(x + radius_px, y);
        // Fails only for a negative radius.
        let _ = context.arc(x, y, radius_px, 0.0, TAU);
    }
    context.fill();
}
