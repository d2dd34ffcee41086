//! One picture under way: what is in it was gathered in one go, and is painted turn by turn.

use std::f64::consts::PI;

use dashboard_core::geo::Viewport;
use dashboard_core::owntracks::FriendId;
use dashboard_core::track::{HeatMap, LineDetail, Row, Scale, Splitting, Track, VisiblePoints};
use web_sys::{ImageBitmap, OffscreenCanvasRenderingContext2d};

use super::canvas::{Canvas, bitmap_of};
use super::drawing::{Frame, Look};
use super::strokes::{Place, TrackPicture};

/// Lines may stray so far from the true ones: nobody can see it. In colours they stray twice as far.
const TOLERANCE_PX: f32 = 0.5;

/// A hairline costs so much less than a line of full width.
const HAIRLINES_PER_LINE: usize = 4;

/// With more vertices than this, hairlines are shown first.
const SKETCH_ABOVE_VERTICES: usize = 12_000;

const LINE_PX: f64 = 3.0;
const HALO_PX: f64 = 6.0;

/// From this zoom on streets can be told apart, and points have room.
const CLOSE_ZOOM: f64 = 14.0;
const POINT_RADIUS_PX: f64 = 2.0;
const CLOSE_POINT_RADIUS_PX: f64 = 3.5;

/// From this zoom on every point is drawn, but for those a pixel apart, before only one in each cell; and circles show how
/// vague they are, one in each larger cell.
const EVERY_POINT_ZOOM: f64 = 16.0;
const POINT_CELL_PX: f32 = 4.0;
const EVERY_POINT_CELL_PX: f32 = 1.0;
const CIRCLE_CELL_PX: f32 = 6.0;

/// Circles beyond these radii would be hidden by their dot, or are too large to be seen as such.
const CIRCLE_RADII_PX: std::ops::Range<f64> = 6.0..1500.0;

/// Round the equator, as the accuracy of a fix is in metres.
const EQUATOR_M: f64 = 40_075_016.7;

/// How far painting has come.
#[derive(Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another turn is needed.
    More,
    /// The hairlines are complete: hand them over, and go on with an empty canvas.
    Sketched,
    /// Everything is there.
    Done,
}

/// How much of a track there was, by which it can be told whether it only grew since.
#[derive(Clone, Debug, PartialEq)]
pub struct Extent {
    friend: FriendId,
    splitting: Splitting,
    len: usize,
    ends: Option<(Row, Row)>,
}

impl Extent {
    /// As it is now.
    pub fn of(friend: &FriendId, track: &Track, splitting: &Splitting) -> Self {
        let ends = track.len().checked_sub(1).map(|last| (track.row(0), track.row(last)));
        Self { friend: friend.clone(), splitting: *splitting, len: track.len(), ends }
    }

    /// The first point of `track` that is new, when nothing else is: points that came before the end would have moved
    /// the last one.
    pub fn grown(&self, friend: &FriendId, track: &Track, splitting: &Splitting) -> Option<usize> {
        let is_same = self.friend == *friend && self.splitting == *splitting && self.len <= track.len();
        let kept = is_same.then(|| self.len.checked_sub(1).map(|last| (track.row(0), track.row(last))))?;
        (kept == self.ends).then_some(self.len)
    }
}

/// What is visible of the tracks.
#[derive(Default)]
pub struct Gathered {
    tracks: Vec<TrackPicture>,
    heat: Option<(ImageBitmap, [f64; 4])>,
}

impl Gathered {
    /// Adds the lines and points of a track from the point `since` on.
    pub fn add(
        &mut self,
        (track, splitting, since): (&Track, &Splitting, usize),
        viewport: &Viewport,
        look: &Look,
        colour: &str,
        scale: Option<&Scale>,
    ) {
        let mut picture = TrackPicture::of(colour);
        if scale.is_some() {
            picture.class_colours.clone_from(&look.scale);
        }
        if look.line {
            let detail = LineDetail { tolerance_px: TOLERANCE_PX, scale, since };
            track.visible_lines(viewport, splitting, &detail, &mut picture.runs);
            picture.arrange();
        }
        if look.points {
            let is_close = viewport.zoom >= EVERY_POINT_ZOOM;
            let cell_px = if is_close { EVERY_POINT_CELL_PX } else { POINT_CELL_PX };
            track.visible_points_since(viewport, cell_px, since, &mut picture.dots);
            let class = |at: &u32| scale.map_or(0, |scale| track.class(*at as usize, scale));
            picture.dot_classes = picture.dots.index.iter().map(class).collect();
            if is_close {
                let mut vague = VisiblePoints::default();
                track.visible_points_since(viewport, CIRCLE_CELL_PX, since, &mut vague);
                picture.circles = circles(track, viewport, &vague);
            }
        }
        self.tracks.push(picture);
    }

    /// Adds the heat map.
    pub fn add_heat(&mut self, heat: &mut HeatMap, colours: &[String]) {
        heat.smooth();
        let colours: Vec<_> = colours.iter().filter_map(|colour| rgb(colour)).collect();
        let (columns, rows, cell_px) = (heat.columns(), heat.rows(), heat.cell_px());
        let corner_px = -heat.margin_px();
        let size_px = (columns as f64 * cell_px, rows as f64 * cell_px);
        let bitmap = bitmap_of(&heat.picture(&colours), columns as u32, rows as u32);
        self.heat = bitmap.map(|bitmap| (bitmap, [corner_px, corner_px, size_px.0, size_px.1]));
    }

    /// Vertices of all lines.
    pub fn vertices(&self) -> usize {
        self.tracks.iter().map(TrackPicture::vertices).sum()
    }

    /// Around everything but the heat, strokes at their full width included: left, top, right, bottom.
    pub fn bounds_px(&self) -> Option<[f64; 4]> {
        let boxes = self.tracks.iter().filter_map(TrackPicture::bounds_px);
        let [left, top, right, bottom] = boxes
            .reduce(|all, one| {
                [all[0].min(one[0]), all[1].min(one[1]), all[2].max(one[2]), all[3].max(one[3])]
            })?
            .map(f64::from);
        Some([left - HALO_PX, top - HALO_PX, right + HALO_PX, bottom + HALO_PX])
    }

    /// Whether there is nothing at all to paint.
    pub fn is_empty(&self) -> bool {
        self.heat.is_none() && self.bounds_px().is_none()
    }
}

/// Circles around points, as wide as their fixes are vague.
fn circles(track: &Track, viewport: &Viewport, points: &VisiblePoints) -> Vec<[f32; 3]> {
    let px_per_m_at_equator = viewport.world_size_px() / EQUATOR_M;
    let circle = |(xy, at): (&[f32], &u32)| {
        let row = track.row(*at as usize);
        let px_per_m = px_per_m_at_equator / (row.position.lat() * PI / 180.0).cos().max(1e-6);
        let radius_px = f64::from(row.accuracy_m?) * px_per_m;
        CIRCLE_RADII_PX.contains(&radius_px).then_some([xy[0], xy[1], radius_px as f32])
    };
    points.xy_px.chunks_exact(2).zip(&points.index).filter_map(circle).collect()
}

/// The channels of a colour written as `#rrggbb`.
fn rgb(colour: &str) -> Option<[u8; 3]> {
    let value = u32::from_str_radix(colour.strip_prefix('#').filter(|digits| digits.len() == 6)?, 16).ok()?;
    Some([(value >> 16) as u8, (value >> 8) as u8, value as u8])
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Pass {
    Hairline,
    Heat,
    Circles,
    Halo,
    Line,
    Points,
}

/// One picture under way.
pub struct Painting {
    /// What of the map is in it.
    pub frame: Frame,
    /// How much there was of each track.
    pub extents: Vec<Extent>,
    /// Points in all tracks.
    pub points: u32,
    gathered: Gathered,
    is_patch: bool,
    halo: String,
    passes: Vec<Pass>,
    pass: usize,
    track: usize,
    at: Place,
}

impl Painting {
    /// Everything, or a patch to lie over what was painted before.
    pub fn new(frame: Frame, look: &Look, gathered: Gathered, is_patch: bool) -> Self {
        let is_sketched =
            !is_patch && look.line && (frame.quickly || gathered.vertices() > SKETCH_ABOVE_VERTICES);
        let passes = [
            (Pass::Hairline, is_sketched),
            (Pass::Heat, gathered.heat.is_some()),
            (Pass::Circles, look.points),
            (Pass::Halo, look.line),
            (Pass::Line, look.line),
            (Pass::Points, look.points),
        ];
        Self {
            frame,
            extents: Vec::new(),
            points: 0,
            gathered,
            is_patch,
            halo: look.halo.clone(),
            passes: passes.into_iter().filter(|(_, wanted)| *wanted).map(|(pass, _)| pass).collect(),
            pass: 0,
            track: 0,
            at: Place::default(),
        }
    }

    /// Whether it takes more than a moment.
    pub fn is_long(&self) -> bool {
        self.passes.contains(&Pass::Hairline)
    }

    /// Paints at least one sub-path and at most about `vertices` of full width.
    pub fn paint(&mut self, canvas: &Canvas, vertices: usize) -> Progress {
        let context = &canvas.context;
        let mut left = vertices * HAIRLINES_PER_LINE;
        let mut set_up = None;
        while let Some(pass) = self.passes.get(self.pass).copied() {
            if pass == Pass::Heat {
                self.put_heat(context);
                self.pass += 1;
                continue;
            }
            if set_up.replace(pass) != Some(pass) {
                self.set_up_lines(context, pass);
            }
            let Some(track) = self.gathered.tracks.get_mut(self.track) else {
                (self.pass, self.track, self.at) = (self.pass + 1, 0, Place::default());
                if pass == Pass::Hairline {
                    return Progress::Sketched;
                }
                continue;
            };
            let radius_px =
                if self.frame.viewport.zoom < CLOSE_ZOOM { POINT_RADIUS_PX } else { CLOSE_POINT_RADIUS_PX };
            let painted = match pass {
                Pass::Halo => track.stroke_next(context, Some(&self.halo), &mut self.at),
                Pass::Circles => track.circle_next(context, &mut self.at),
                Pass::Points => {
                    let dot = (radius_px, self.halo.as_str(), self.frame.pixel_ratio);
                    track.dot_next(context, dot, &mut self.at)
                }
                Pass::Hairline | Pass::Line | Pass::Heat => track.stroke_next(context, None, &mut self.at),
            };
            if painted == 0 {
                (self.track, self.at) = (self.track + 1, Place::default());
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

    fn put_heat(&self, context: &OffscreenCanvasRenderingContext2d) {
        if let Some((bitmap, [x, y, width, height])) = &self.gathered.heat {
            // Fails only for a bitmap that was given away.
            let _ = context.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, *x, *y, *width, *height);
        }
    }

    fn set_up_lines(&self, context: &OffscreenCanvasRenderingContext2d, pass: Pass) {
        context.set_line_width(match pass {
            Pass::Halo => HALO_PX,
            Pass::Line => LINE_PX,
            _ => 1.0,
        });
        // The halo of a line that goes on must not cover the end it goes on from.
        context.set_line_cap(if self.is_patch && pass == Pass::Halo { "butt" } else { "round" });
        context.set_line_join("round");
    }
}
