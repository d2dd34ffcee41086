//! Paints what is visible of tracks on a canvas, in slices that leave the page responsive.
//!
//! Sub-paths are short and lines thin out of measured need: long paths and wide strokes are what costs in a browser's
//! software renderer.

use std::f64::consts::TAU;

use dashboard_core::owntracks::FriendId;
use js_sys::Date;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlElement};

use crate::platform::page;
use crate::worker::{SeenTrack, Sight};

/// Time for one slice; a frame has 16.7 ms, and others work in it, too.
const SLICE_MS: f64 = 8.0;

/// Vertices of one sub-path.
const PATH_VERTICES: usize = 500;

/// With more vertices than this, hairlines are shown first: they cost a fifth.
const SKETCH_ABOVE_VERTICES: usize = 20_000;

const LINE_PX: f64 = 3.0;
const HALO_PX: f64 = 6.0;

/// From this zoom on streets can be told apart, and points have room.
const CLOSE_ZOOM: f64 = 14.0;
const POINT_RADIUS_PX: f64 = 2.0;
const CLOSE_POINT_RADIUS_PX: f64 = 3.5;

/// How far a painting has come.
pub enum Progress {
    /// Call again in the next frame.
    More,
    /// The hairlines are complete: show them, and go on with an empty canvas.
    Sketched,
    /// Everything is there.
    Done {
        /// Points in all tracks, visible or not.
        points: u32,
    },
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
    tracks: Vec<PaintedTrack>,
    passes: Vec<Pass>,
    style: Style,
    points: u32,
    at: Cursor,
}

/// Where a painting goes on.
#[derive(Clone, Copy, Default)]
struct Cursor {
    pass: usize,
    track: usize,
    /// Line of the track.
    line: usize,
    /// Vertex of the track.
    vertex: usize,
}

struct PaintedTrack {
    colour: String,
    line_xy_px: Vec<f32>,
    /// First vertex of each line, and the number of vertices at the end.
    line_bounds: Vec<u32>,
    point_xy_px: Vec<f32>,
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

    fn set_up(&self, context: &CanvasRenderingContext2d, pass: Pass, colour: &str) {
        let (colour, width) = match pass {
            Pass::Hairline => (colour, 1.0),
            Pass::Halo => (self.halo.as_str(), HALO_PX),
            Pass::Line | Pass::Points => (colour, LINE_PX),
        };
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
    /// A painting of `sight`. Tracks without a colour are nobody's any more and left out.
    pub fn new(sight: &Sight, colour: impl Fn(&FriendId) -> Option<u8>, style: Style) -> Self {
        let painted = |track: &SeenTrack| {
            let mut line_bounds = track.line_starts.to_vec();
            line_bounds.push(track.line_xy_px.length() / 2);
            Some(PaintedTrack {
                colour: style.friend_colour(colour(&track.friend)?),
                line_xy_px: track.line_xy_px.to_vec(),
                line_bounds,
                point_xy_px: track.point_xy_px.to_vec(),
            })
        };
        let tracks: Vec<_> = sight.tracks.iter().filter_map(painted).collect();
        let vertices: usize = tracks.iter().map(|track| track.line_xy_px.len() / 2).sum();
        let mut passes = Vec::new();
        if style.line {
            if vertices > SKETCH_ABOVE_VERTICES {
                passes.push(Pass::Hairline);
            }
            passes.extend([Pass::Halo, Pass::Line]);
        }
        if style.points {
            passes.push(Pass::Points);
        }
        Self { tracks, passes, style, points: sight.points, at: Cursor::default() }
    }

    /// Paints until the slice is used up.
    pub fn paint_slice(&mut self, context: &CanvasRenderingContext2d) -> Progress {
        let end = Date::now() + SLICE_MS;
        context.set_line_cap("round");
        context.set_line_join("round");
        loop {
            let Some(pass) = self.passes.get(self.at.pass).copied() else {
                return Progress::Done { points: self.points };
            };
            let Some(track) = self.tracks.get(self.at.track) else {
                self.at = Cursor { pass: self.at.pass + 1, ..Cursor::default() };
                if pass == Pass::Hairline {
                    return Progress::Sketched;
                }
                continue;
            };
            self.style.set_up(context, pass, &track.colour);
            let went_on = match pass {
                Pass::Points => track.paint_points(context, self.style.point_radius_px, &mut self.at),
                _ => track.paint_line(context, &mut self.at),
            };
            if !went_on {
                self.at = Cursor { pass: self.at.pass, track: self.at.track + 1, ..Cursor::default() };
            }
            if Date::now() > end {
                return Progress::More;
            }
        }
    }
}

impl PaintedTrack {
    /// Strokes the next sub-path; `false` at the end of the track.
    fn paint_line(&self, context: &CanvasRenderingContext2d, at: &mut Cursor) -> bool {
        let Some(&end) = self.line_bounds.get(at.line + 1) else { return false };
        let stop = (at.vertex + PATH_VERTICES).min(end as usize);
        if let Some(xy_px) = self.line_xy_px.get(at.vertex * 2..stop * 2) {
            stroke(context, xy_px);
        }
        if stop < end as usize {
            // The next sub-path starts where this one ends.
            at.vertex = stop - 1;
        } else {
            (at.line, at.vertex) = (at.line + 1, end as usize);
        }
        true
    }

    /// Fills the next dots; `false` at the end of the track.
    fn paint_points(&self, context: &CanvasRenderingContext2d, radius_px: f64, at: &mut Cursor) -> bool {
        let stop = (at.vertex + PATH_VERTICES).min(self.point_xy_px.len() / 2);
        match self.point_xy_px.get(at.vertex * 2..stop * 2) {
            None | Some([]) => false,
            Some(xy_px) => {
                dots(context, xy_px, radius_px);
                at.vertex = stop;
                true
            }
        }
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
