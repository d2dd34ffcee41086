//! Decides what is painted next, and paints it in turns: newer views pre-empt older ones, a line that only grew is
//! painted over what the page has, and while a history loads painting leaves most of the time to that.

use dashboard_core::owntracks::FriendId;
use dashboard_core::track::{HeatMap, Legend, Scale, Spread};
use js_sys::Date;

use super::canvas::Canvas;
use super::drawing::{Frame, Look, Painted, Part};
use super::pace::Pace;
use super::painting::{Extent, Gathered, Painting, Progress};
use super::protocol::Reply;
use super::tracks::Tracks;

/// While a history loads, painting takes at most one part in so many of the time.
const SHARE_WHILE_LOADING: f64 = 4.0;
const LEAST_REST_MS: f64 = 50.0;

/// A heat map is painted anew for live points at most this often.
const HEAT_EVERY_MS: f64 = 2000.0;

/// A patch with more vertices than this, or on more than this share of the frame, becomes part of a new whole.
const PATCH_VERTICES: usize = 2000;
const PATCH_SHARE: f64 = 0.2;

/// When there is more to paint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Next {
    /// In the next task.
    Soon,
    /// After so many milliseconds.
    After(f64),
    /// When something changes.
    Never,
}

/// Paints the tracks.
#[derive(Default)]
pub struct Painter {
    look: Look,
    frame: Option<Frame>,
    canvas: Option<Canvas>,
    small_canvas: Option<Canvas>,
    pace: Pace,
    painting: Option<(Painting, f64)>,
    /// The whole picture that the page has, by how much of each track is in it.
    base: Option<(u32, Vec<Extent>)>,
    /// The tracks changed since the last picture was begun.
    is_stale: bool,
    not_before_ms: f64,
    heat: HeatMap,
    spread: Option<(Spread, Vec<Extent>)>,
    scale: Option<Scale>,
    told_legend: Option<Legend>,
}

impl Painter {
    /// From now on like this.
    pub fn set_look(&mut self, look: Look) {
        if (self.look.quantity, self.look.imperial) != (look.quantity, look.imperial) {
            (self.spread, self.scale) = (None, None);
        }
        self.look = look;
        self.begin_anew();
    }

    /// From now on this part of the map.
    pub fn set_frame(&mut self, frame: Frame) {
        self.frame = Some(frame);
        self.begin_anew();
    }

    /// The tracks are other ones: colours need not be compared with those before.
    pub fn forget_scale(&mut self) {
        (self.spread, self.scale) = (None, None);
    }

    /// The tracks changed.
    pub fn note_change(&mut self) {
        self.is_stale = true;
    }

    fn begin_anew(&mut self) {
        (self.painting, self.base, self.is_stale, self.not_before_ms) = (None, None, true, 0.0);
    }

    /// Does a piece of what is to be done, and says what came of it.
    pub fn take_turn(&mut self, tracks: &Tracks, is_loading: bool, tell: &mut dyn FnMut(Reply)) -> Next {
        if self.is_stale && !is_loading && self.painting.is_some() && !self.only_grew(tracks) {
            // What is being painted is out of date, and nothing more is to come soon.
            self.painting = None;
        }
        if self.painting.is_some() {
            return self.go_on(is_loading, tell);
        }
        if !self.is_stale || self.frame.is_none() {
            return Next::Never;
        }
        let wait_ms = self.not_before_ms - Date::now();
        if wait_ms > 0.0 && is_loading {
            return Next::After(wait_ms);
        }
        self.begin(tracks, tell)
    }

    /// Whether the tracks are those of the picture under way, or of the last whole one, but for new ends.
    fn only_grew(&self, tracks: &Tracks) -> bool {
        let extents = match (&self.painting, &self.base) {
            (Some((painting, _)), _) => &painting.extents,
            (None, Some((_, extents))) => extents,
            (None, None) => return false,
        };
        grown(extents, tracks).is_some()
    }

    fn begin(&mut self, tracks: &Tracks, tell: &mut dyn FnMut(Reply)) -> Next {
        let Some(frame) = self.frame.clone() else { return Next::Never };
        let is_rescaled = self.fit_scale(tracks, tell);
        let base = self.base.take().filter(|(view_id, _)| *view_id == frame.view_id && !is_rescaled);
        if let Some(since) = base.as_ref().and_then(|(_, extents)| grown(extents, tracks)) {
            if self.look.heat {
                let wait_ms = self.not_before_ms - Date::now();
                if wait_ms > 0.0 {
                    self.base = base;
                    return Next::After(wait_ms);
                }
            } else if let Some(patch) = self.patch(&frame, tracks, &since) {
                (self.base, self.is_stale) = (base, false);
                tell(Reply::Painted(patch));
                return Next::Never;
            }
        }
        self.is_stale = false;
        let begun_ms = Date::now();
        let gathered = self.gather(&frame, tracks);
        let points = self.points(tracks);
        if gathered.is_empty() {
            self.base = Some((frame.view_id, extents(tracks)));
            tell(painted(&frame, Part::Whole, points, None));
            return Next::Never;
        }
        let mut painting = Painting::new(frame, &self.look, gathered, false);
        (painting.points, painting.extents) = (points, extents(tracks));
        self.painting = Some((painting, begun_ms));
        self.prepare_canvas();
        Next::Soon
    }

    fn gather(&mut self, frame: &Frame, tracks: &Tracks) -> Gathered {
        let mut gathered = Gathered::default();
        if self.look.heat {
            self.heat.prepare(&frame.viewport);
        }
        for (friend, track) in tracks.all() {
            let Some(colour) = colour(&self.look, friend) else { continue };
            let scale = self.scale.as_ref();
            gathered.add((track, tracks.splitting(), 0), &frame.viewport, &self.look, colour, scale);
            if self.look.heat {
                track.add_heat(&frame.viewport, tracks.splitting(), &mut self.heat);
            }
        }
        if self.look.heat && self.heat.total_s() > 0.0 {
            gathered.add_heat(&mut self.heat, &self.look.heat_colours);
        }
        gathered
    }

    /// Points in all complete tracks that are to be shown.
    fn points(&self, tracks: &Tracks) -> u32 {
        tracks.points(|friend| colour(&self.look, friend).is_some())
    }

    fn prepare_canvas(&mut self) {
        let Some((Painting { frame, .. }, _)) = &self.painting else { return };
        let size = device_px(frame.viewport.width_px, frame.viewport.height_px, frame.pixel_ratio);
        if self.canvas.is_none() {
            self.canvas = Canvas::new(size.0, size.1);
        }
        if let Some(canvas) = &self.canvas {
            canvas.prepare(size, frame.pixel_ratio, 0.0, 0.0);
        }
    }

    fn go_on(&mut self, is_loading: bool, tell: &mut dyn FnMut(Reply)) -> Next {
        let (Some((painting, begun_ms)), Some(canvas)) = (&mut self.painting, &self.canvas) else {
            // Without a canvas nothing can ever be painted; the page said so.
            self.painting = None;
            return Next::Never;
        };
        let turn_ms = Date::now();
        let progress = painting.paint(canvas, self.pace.vertices());
        if progress == Progress::More {
            canvas.settle();
            self.pace.took(Date::now() - turn_ms);
            return Next::Soon;
        }
        let part = if progress == Progress::Sketched { Part::Sketch } else { Part::Whole };
        tell(painted(&painting.frame, part, painting.points, canvas.take()));
        // While more is coming, a sketch is enough.
        let is_enough = is_loading && painting.is_long();
        if part == Part::Sketch && !is_enough {
            self.prepare_canvas();
            return Next::Soon;
        }
        let now_ms = Date::now();
        let rest_ms = ((now_ms - *begun_ms) * (SHARE_WHILE_LOADING - 1.0)).max(LEAST_REST_MS);
        self.not_before_ms = now_ms + if self.look.heat { rest_ms.max(HEAT_EVERY_MS) } else { rest_ms };
        let finished = self.painting.take();
        if part == Part::Whole {
            self.base = finished.map(|(painting, _)| (painting.frame.view_id, painting.extents));
        } else {
            self.is_stale = true;
        }
        if self.is_stale { Next::Soon } else { Next::Never }
    }

    /// What came since the last whole picture, painted at once; `None` when that is no longer little.
    fn patch(&mut self, frame: &Frame, tracks: &Tracks, since: &[usize]) -> Option<Painted> {
        let mut gathered = Gathered::default();
        for ((friend, track), since) in tracks.all().zip(since) {
            if let Some(colour) = colour(&self.look, friend) {
                let part = (track, tracks.splitting(), *since);
                gathered.add(part, &frame.viewport, &self.look, colour, self.scale.as_ref());
            }
        }
        let nothing = Painted {
            view_id: frame.view_id,
            part: Part::Patch,
            points: self.points(tracks),
            bitmap: None,
            place_px: [0.0; 4],
        };
        let Some([left, top, right, bottom]) = gathered.bounds_px() else { return Some(nothing) };
        let (width, height) = ((right - left).ceil(), (bottom - top).ceil());
        let is_large = width * height > PATCH_SHARE * frame.viewport.width_px * frame.viewport.height_px;
        if is_large || gathered.vertices() > PATCH_VERTICES {
            return None;
        }
        // On whole device pixels, as the picture below.
        let aligned = |px: f64| (px * frame.pixel_ratio).floor() / frame.pixel_ratio;
        let (left, top) = (aligned(left), aligned(top));
        let size = device_px(width, height, frame.pixel_ratio);
        let canvas = match self.small_canvas.take() {
            Some(canvas) => canvas,
            None => Canvas::new(size.0, size.1)?,
        };
        canvas.prepare(size, frame.pixel_ratio, left, top);
        let mut painting = Painting::new(frame.clone(), &self.look, gathered, true);
        while painting.paint(&canvas, PATCH_VERTICES) != Progress::Done {}
        let place_px =
            [left, top, f64::from(size.0) / frame.pixel_ratio, f64::from(size.1) / frame.pixel_ratio];
        let patch = Painted { bitmap: canvas.take(), place_px, ..nothing };
        self.small_canvas = Some(canvas);
        Some(patch)
    }

    /// Fits the scale to the values there are, and says so when the legend is another. Whether colours changed.
    fn fit_scale(&mut self, tracks: &Tracks, tell: &mut dyn FnMut(Reply)) -> bool {
        let before = self.scale;
        // A scale made for no values at all is none to hold on to.
        let had_values = self.spread.as_ref().is_some_and(|(spread, _)| spread.known > 0);
        let held = before.filter(|_| had_values);
        let legend = self.look.quantity.map(|quantity| {
            let known = self.spread.take().and_then(|(spread, extents)| {
                let since = grown(&extents, tracks)?;
                Some((spread, since))
            });
            let (mut spread, since) =
                known.unwrap_or_else(|| (Spread::new(quantity), vec![0; tracks.all().count()]));
            for ((_, track), since) in tracks.all().zip(since) {
                track.add_spread(since, &mut spread);
            }
            let scale = Scale::of(&spread, tracks.range(), self.look.imperial).widened(held.as_ref());
            let has_unknown = spread.unknown > 0;
            self.spread = Some((spread, extents(tracks)));
            Legend { scale, has_unknown }
        });
        self.scale = legend.map(|legend| legend.scale);
        // Without points there is nothing to explain.
        let legend = legend.filter(|_| self.points(tracks) > 0);
        if self.told_legend != legend {
            self.told_legend = legend;
            tell(Reply::Legend(legend));
        }
        self.scale != before
    }
}

/// Where each track goes on, when all are those of `extents` but for new ends.
fn grown(extents: &[Extent], tracks: &Tracks) -> Option<Vec<usize>> {
    if extents.len() != tracks.all().count() {
        return None;
    }
    let pairs = extents.iter().zip(tracks.all());
    pairs.map(|(extent, (friend, track))| extent.grown(friend, track, tracks.splitting())).collect()
}

fn extents(tracks: &Tracks) -> Vec<Extent> {
    tracks.all().map(|(friend, track)| Extent::of(friend, track, tracks.splitting())).collect()
}

fn colour<'a>(look: &'a Look, friend: &FriendId) -> Option<&'a str> {
    look.friends.iter().find(|(other, _)| other == friend).map(|(_, colour)| colour.as_str())
}

fn device_px(width_px: f64, height_px: f64, pixel_ratio: f64) -> (u32, u32) {
    // A float cast saturates; a browser refuses what is too large.
    ((width_px * pixel_ratio).round() as u32, (height_px * pixel_ratio).round() as u32)
}

fn painted(frame: &Frame, part: Part, points: u32, bitmap: Option<web_sys::ImageBitmap>) -> Reply {
    let ratio = frame.pixel_ratio;
    let size = device_px(frame.viewport.width_px, frame.viewport.height_px, ratio);
    let place_px = [0.0, 0.0, f64::from(size.0) / ratio, f64::from(size.1) / ratio];
    Reply::Painted(Painted { view_id: frame.view_id, part, points, bitmap, place_px })
}

#[cfg(test)]
mod tests {
    use dashboard_core::geo::{LatLon, Viewport, WorldPoint};
    use dashboard_core::time::TimeRange;
    use dashboard_core::track::{Quantity, Row, Splitting};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn eve() -> FriendId {
        FriendId::new("eve", "phone").unwrap()
    }

    fn row(step: i64) -> Row {
        Row {
            time_s: 1_700_000_000 + 10 * step,
            position: LatLon::new(52.5 + 1e-4 * (step % 7) as f64, 13.4 + 2e-5 * step as f64).unwrap(),
            accuracy_m: Some(12.0),
            altitude_m: None,
            speed_kmh: Some((step % 60) as f32),
            battery_percent: None,
        }
    }

    /// A ride with a second left out every hundred.
    fn tracks(points: i64) -> Tracks {
        let mut tracks = Tracks::default();
        let ever = TimeRange::new(0, i64::from(u32::MAX)).unwrap();
        assert!(tracks.show(&[eve()], ever, Splitting::default()));
        for step in (0..points).filter(|step| step % 100 != 50) {
            assert!(tracks.append(&eve(), row(step)));
        }
        tracks
    }

    fn frame(view_id: u32, quickly: bool) -> Frame {
        let centre = WorldPoint::from_position(row(100).position);
        let viewport = Viewport { centre, zoom: 14.0, width_px: 400.0, height_px: 300.0 };
        Frame { view_id, viewport, pixel_ratio: 1.5, quickly }
    }

    fn look() -> Look {
        Look {
            line: true,
            friends: vec![(eve(), "#1763c6".into())],
            scale: vec!["#c6316f".into(); 13],
            heat_colours: vec!["#000080".into(), "#ffff00".into()],
            halo: "rgb(255 255 255 / 75%)".into(),
            ..Look::default()
        }
    }

    /// Turns until there is nothing more to do.
    fn paint(painter: &mut Painter, tracks: &Tracks, is_loading: bool) -> Vec<Reply> {
        let mut told = Vec::new();
        for _ in 0..1000 {
            if painter.take_turn(tracks, is_loading, &mut |reply| told.push(reply)) != Next::Soon {
                return told;
            }
        }
        panic!("it never ends")
    }

    /// View, part, points, and whether there is a picture.
    fn pictures(told: &[Reply]) -> Vec<(u32, Part, u32, bool)> {
        let picture = |reply: &Reply| match reply {
            Reply::Painted(it) => Some((it.view_id, it.part, it.points, it.bitmap.is_some())),
            _ => None,
        };
        told.iter().filter_map(picture).collect()
    }

    fn painter() -> Painter {
        let mut painter = Painter::default();
        painter.set_look(look());
        painter.set_frame(frame(1, false));
        painter
    }

    #[wasm_bindgen_test]
    fn a_live_point_is_a_small_patch() {
        let (mut tracks, mut painter) = (tracks(200), painter());
        assert_eq!(pictures(&paint(&mut painter, &tracks, false)), [(1, Part::Whole, 198, true)]);
        for more in 1..4 {
            assert!(tracks.append(&eve(), row(199 + i64::from(more))));
            painter.note_change();
            let told = paint(&mut painter, &tracks, false);
            assert_eq!(pictures(&told), [(1, Part::Patch, 198 + more, true)]);
            let [Reply::Painted(patch)] = told.as_slice() else { panic!("{told:?}") };
            assert!(patch.place_px[2] < 60.0 && patch.place_px[3] < 60.0, "{:?}", patch.place_px);
        }
    }

    #[wasm_bindgen_test]
    fn a_late_point_needs_a_new_picture() {
        let (mut tracks, mut painter) = (tracks(200), painter());
        paint(&mut painter, &tracks, false);
        assert!(tracks.append(&eve(), row(50)));
        painter.note_change();
        assert_eq!(pictures(&paint(&mut painter, &tracks, false)), [(1, Part::Whole, 199, true)]);
    }

    #[wasm_bindgen_test]
    fn what_is_out_of_sight_is_drawn_without_a_picture() {
        let (mut tracks, mut painter) = (tracks(200), painter());
        let centre = WorldPoint { x: 0.1, y: 0.1 };
        let viewport = Viewport { centre, ..frame(2, false).viewport };
        painter.set_frame(Frame { viewport, ..frame(2, false) });
        assert_eq!(pictures(&paint(&mut painter, &tracks, false)), [(2, Part::Whole, 198, false)]);
        assert!(tracks.append(&eve(), row(200)));
        painter.note_change();
        assert_eq!(pictures(&paint(&mut painter, &tracks, false)), [(2, Part::Patch, 199, false)]);
    }

    #[wasm_bindgen_test]
    fn a_newer_view_pre_empts_an_older_one() {
        let (tracks, mut painter) = (tracks(300), painter());
        let mut told = Vec::new();
        assert_eq!(painter.take_turn(&tracks, false, &mut |reply| told.push(reply)), Next::Soon);
        painter.set_frame(frame(2, true));
        told.extend(paint(&mut painter, &tracks, false));
        let views: Vec<_> = pictures(&told).into_iter().map(|(view_id, part, ..)| (view_id, part)).collect();
        assert_eq!(views, [(2, Part::Sketch), (2, Part::Whole)]);
    }

    #[wasm_bindgen_test]
    fn while_a_history_loads_a_sketch_is_enough() {
        let (mut tracks, mut painter) = (tracks(300), painter());
        painter.set_frame(frame(1, true));
        assert_eq!(pictures(&paint(&mut painter, &tracks, true)), [(1, Part::Sketch, 297, true)]);
        assert!(tracks.append(&eve(), row(50)));
        painter.note_change();
        let parts = pictures(&paint(&mut painter, &tracks, false));
        assert_eq!(parts, [(1, Part::Sketch, 298, true), (1, Part::Whole, 298, true)]);
    }

    #[wasm_bindgen_test]
    fn a_legend_is_told_once_and_taken_back() {
        let (tracks, mut painter) = (tracks(200), painter());
        let legends = |told: &[Reply]| -> Vec<Option<Legend>> {
            told.iter()
                .filter_map(|reply| if let Reply::Legend(it) = reply { Some(*it) } else { None })
                .collect()
        };
        assert!(legends(&paint(&mut painter, &tracks, false)).is_empty());
        painter.set_look(Look { quantity: Some(Quantity::Speed), ..look() });
        let told = legends(&paint(&mut painter, &tracks, false));
        assert!(matches!(told[..], [Some(Legend { has_unknown: false, .. })]), "{told:?}");
        painter.set_frame(frame(2, false));
        assert!(legends(&paint(&mut painter, &tracks, false)).is_empty());
        painter.set_look(look());
        assert_eq!(legends(&paint(&mut painter, &tracks, false)), [None]);
    }

    #[wasm_bindgen_test]
    fn a_scale_made_before_there_were_points_does_not_hold() {
        let mut painter = painter();
        painter.set_look(Look { quantity: Some(Quantity::Time), ..look() });
        let mut empty = Tracks::default();
        let since_1970 = TimeRange::new(0, 1_800_000_000).unwrap();
        assert!(empty.show(&[eve()], since_1970, Splitting::default()));
        paint(&mut painter, &empty, false);
        painter.note_change();
        let told = paint(&mut painter, &tracks(200), false);
        let legend = told.iter().find_map(|reply| if let Reply::Legend(it) = reply { *it } else { None });
        let from_s = legend.map(|legend| legend.scale.bounds[0]);
        assert!(from_s.is_some_and(|from_s| from_s > 1_699_990_000.0), "{from_s:?}");
    }

    #[wasm_bindgen_test]
    fn heat_and_points_are_painted_too() {
        let (tracks, mut painter) = (tracks(200), painter());
        for (heat, points) in [(true, false), (false, true), (true, true)] {
            painter.set_look(Look { line: false, heat, points, ..look() });
            assert_eq!(pictures(&paint(&mut painter, &tracks, false)), [(1, Part::Whole, 198, true)]);
        }
        painter.set_look(Look { line: false, ..look() });
        assert_eq!(pictures(&paint(&mut painter, &tracks, false)), [(1, Part::Whole, 198, false)]);
    }
}
