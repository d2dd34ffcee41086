//! One device's history.

use std::borrow::Cow;
use std::ops::Range;

use crate::geo::{Bounds, LatLon, Viewport};
use crate::time::{TimeRange, UnixSeconds};

use super::columns::{Columns, Fix, TURN_E7};
use super::figures::Figures;
use super::heat::HeatMap;
use super::index::Index;
use super::point::{self, Along, PointKey};
use super::repeats::Repeats;
use super::row::{Dropped, Row};
use super::scale::{Scale, Spread, class_of};
use super::summary::{Splitting, TrackSummary};
use super::visible::{self, LineDetail, VisiblePoints, VisibleRuns};

/// One device's history: its points sorted by time, and what is needed to draw any part of them at any zoom at a cost
/// of what is visible.
///
/// About 26 bytes a point. Times are exact, from 1970 to 2106; places are exact to 1 cm; accuracy and altitude are in
/// whole metres, speed in 0.1 km/h. Points of the same second stay in the order in which they came.
///
/// The line depends on a [`Splitting`]. The track is prepared for one ([`Track::set_splitting`]); questions about any
/// other are answered too, but at the cost of preparing it each time (0.1 s and more for a million points).
#[derive(Clone, Debug)]
pub struct Track {
    pub(super) columns: Columns,
    pub(super) index: Index,
}

impl Default for Track {
    fn default() -> Self {
        Self::new()
    }
}

impl Track {
    /// A track without points, prepared for the default splitting.
    pub fn new() -> Self {
        let columns = Columns::default();
        let index = Index::new(&columns, Splitting::default());
        Self { columns, index }
    }

    /// Prepares the track for another splitting.
    pub fn set_splitting(&mut self, splitting: &Splitting) {
        if self.index.splitting != *splitting {
            self.index = Index::new(&self.columns, *splitting);
        }
    }

    /// Takes in rows in any order, and empties `rows`. Answers how many of them were repeats, by time and place to
    /// 1e-6 degrees, or had a time before 1970 or after 2106. The first of repeated rows is kept.
    pub fn merge(&mut self, rows: &mut Vec<Row>) -> Dropped {
        let offered = rows.len();
        let mut fixes: Vec<Fix> = rows.drain(..).filter_map(|row| Fix::from_row(&row)).collect();
        let valid = fixes.len();
        if !fixes.is_sorted_by_key(|fix| fix.time_s) {
            fixes.sort_by_key(|fix| fix.time_s);
        }
        let added = self.merge_sorted(fixes);
        Dropped { repeats: (valid - added) as u32, invalid: (offered - valid) as u32, out_of_range: 0 }
    }

    /// Takes in one live row; `false` when it is a repeat or its time is before 1970 or after 2106. After the end of
    /// the track this costs the same whatever the track's length.
    pub fn push(&mut self, row: Row) -> bool {
        let Some(fix) = Fix::from_row(&row) else { return false };
        self.merge_sorted(vec![fix]) == 1
    }

    /// Takes in all of another track. What does not lie among points of this one, as months do not, comes with all that
    /// is known of its line; nothing is computed again. Answers how many points were repeats.
    pub fn join(&mut self, mut other: Self) -> Dropped {
        other.set_splitting(&self.index.splitting);
        let (Some(first), Some(last)) = (other.columns.time_s.first(), other.columns.time_s.last()) else {
            return Dropped::default();
        };
        let touched = self.touched(*first, *last);
        if touched.is_empty() && self.index.begins_at(touched.start) {
            let at = touched.start;
            self.columns.insert(at, other.columns);
            self.index.inserted(&self.columns, at, other.index);
            return Dropped::default();
        }
        let fixes: Vec<Fix> = other.columns.fixes().collect();
        let offered = fixes.len();
        Dropped { repeats: (offered - self.merge_sorted(fixes)) as u32, ..Dropped::default() }
    }

    /// Forgets the points outside of `range`.
    pub fn retain_range(&mut self, range: TimeRange) {
        let kept = self.within(range);
        self.replace(kept.end..self.len(), &[]);
        self.replace(0..kept.start, &[]);
    }

    /// Forgets the points within `range`.
    pub fn remove_range(&mut self, range: TimeRange) {
        self.replace(self.within(range), &[]);
    }

    /// A track of the points within `range` alone, cut likewise.
    pub fn part(&self, range: TimeRange) -> Self {
        let within = self.within(range);
        // What is known of whole chunks stays known.
        let middle = self.index.whole_chunks(&within);
        let columns = self.columns.copy(middle.clone());
        let index = self.index.copy(middle.clone(), &columns);
        let cut = |range: Range<usize>| {
            let columns = self.columns.copy(range);
            let index = Index::new(&columns, self.index.splitting);
            Self { columns, index }
        };
        let mut part = cut(within.start..middle.start);
        part.join(Self { columns, index });
        part.join(cut(middle.end..within.end));
        part
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there are no points.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The point at `index`, in order of time.
    ///
    /// # Panics
    /// When `index` is not below [`Track::len`].
    pub fn row(&self, index: usize) -> Row {
        self.columns.row(index)
    }

    /// All points in order of time.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = Row> {
        (0..self.len()).map(|index| self.row(index))
    }

    /// The box around all points, following the line: a track over the 180° meridian has a box over it, one round the
    /// world the whole band. `None` without points.
    pub fn bounds(&self) -> Option<Bounds> {
        self.index
            .chunks
            .iter()
            .map(|chunk| {
                let corner = |lat_e7: i32, lon_e7: i64| {
                    let wrapped = lon_e7 - (lon_e7 + TURN_E7 / 2).div_euclid(TURN_E7) * TURN_E7;
                    // 180° stays 180° where it is an eastern edge.
                    let wrapped = if lon_e7 == TURN_E7 / 2 { lon_e7 } else { wrapped };
                    LatLon::new(f64::from(lat_e7) / 1e7, wrapped as f64 / 1e7)
                };
                let (west, east) = if chunk.east_e7 - chunk.west_e7 < TURN_E7 {
                    (chunk.west_e7, chunk.east_e7)
                } else {
                    (-TURN_E7 / 2, TURN_E7 / 2)
                };
                corner(chunk.south_e7, west)
                    .zip(corner(chunk.north_e7, east))
                    .and_then(|(south_west, north_east)| Bounds::from_corners(south_west, north_east))
                    // Unreachable for stored points; the globe is never wrong.
                    .unwrap_or(Bounds::WORLD)
            })
            .reduce(|mut all, bounds| {
                all.union(bounds);
                all
            })
    }

    /// The parts of the line between gaps, as ranges of points. They start and end with a point of the line; points
    /// vaguer than the splitting allows may be among those between.
    pub fn segments(&self, splitting: &Splitting) -> Vec<Range<usize>> {
        let index = self.index_for(splitting);
        let mut segments: Vec<Range<usize>> = Vec::new();
        for chunk in &index.chunks {
            let Some((first, last)) = chunk.line() else { continue };
            for at in first..=last {
                if !index.importance[at].reaches(super::importance::Importance::LEAST) {
                    continue;
                }
                let starts =
                    if at == first { chunk.lead().is_none() } else { index.importance[at].is_start() };
                match segments.last_mut() {
                    Some(segment) if !starts => segment.end = at + 1,
                    _ => segments.push(at..at + 1),
                }
            }
        }
        segments
    }

    /// Figures of the track. `points`, `first_s`, `last_s` and `duration_s` are of all points, the others of the line.
    pub fn summary(&self, splitting: &Splitting) -> TrackSummary {
        let index = self.index_for(splitting);
        let mut figures = Figures::default();
        let mut climb_m: Option<f64> = None;
        for chunk in &index.chunks {
            figures.add(&chunk.figures);
            if let Some((before, (first, _))) = chunk.lead().zip(chunk.line()) {
                figures.add_step(&self.columns, before, first, &index.splitting);
            }
            if let Some(climbed_m) = chunk.climb.climbed_m {
                climb_m = Some(climb_m.unwrap_or(0.0) + f64::from(climbed_m));
            }
        }
        let first_s = self.columns.time_s.first().copied().map(i64::from);
        let last_s = self.columns.time_s.last().copied().map(i64::from);
        TrackSummary {
            points: self.len() as u32,
            first_s,
            last_s,
            distance_m: figures.distance_m,
            duration_s: first_s.zip(last_s).map_or(0, |(first, last)| last - first),
            moving_s: figures.moving_s,
            climb_m,
            top_speed_kmh: figures.top_speed_kmh,
        }
    }

    /// Puts the lines visible in `viewport` into `out`, replacing what was there.
    ///
    /// The lines drawn stray no more than `tolerance_px` from the true ones, in either direction; at 0 every vertex is
    /// there. Ends of segments are always there. Lines go the short way over the 180° meridian, and every copy of the
    /// world that is on screen has its lines. Coordinates lie within a few dozen pixels of the viewport: lines are cut
    /// there, and those that cross the viewport without a vertex inside are drawn as well.
    pub fn visible(
        &self,
        viewport: &Viewport,
        splitting: &Splitting,
        tolerance_px: f32,
        out: &mut VisibleRuns,
    ) {
        self.visible_lines(viewport, splitting, &LineDetail { tolerance_px, scale: None, since: 0 }, out);
    }

    /// [`Track::visible`] in colours, or of the newest points only.
    pub fn visible_lines(
        &self,
        viewport: &Viewport,
        splitting: &Splitting,
        detail: &LineDetail<'_>,
        out: &mut VisibleRuns,
    ) {
        visible::visible_runs(&self.columns, &self.index_for(splitting), viewport, detail, out);
    }

    /// Puts the points visible in `viewport` into `out`, replacing what was there: at most one, the oldest, in each
    /// square cell of `cell_px` pixels; every point when `cell_px` is 0.
    pub fn visible_points(&self, viewport: &Viewport, cell_px: f32, out: &mut VisiblePoints) {
        self.visible_points_since(viewport, cell_px, 0, out);
    }

    /// [`Track::visible_points`] among the point at `since` and those after it.
    pub fn visible_points_since(
        &self,
        viewport: &Viewport,
        cell_px: f32,
        since: usize,
        out: &mut VisiblePoints,
    ) {
        visible::visible_points(&self.columns, &self.index, viewport, cell_px, since, out);
    }

    /// Adds the time spent at each visible place, in seconds, to `out`, which is made for `viewport`.
    ///
    /// The time between two points counts by halves for either of them, but never for more than `splitting.gap_s`:
    /// a phone that was off tells nothing. Places off the screen count as far as `out` reaches beyond it.
    pub fn add_heat(&self, viewport: &Viewport, splitting: &Splitting, out: &mut HeatMap) {
        visible::add_heat(&self.columns, &self.index, viewport, splitting.gap_s, out);
    }

    /// Counts the points from `since` on into `spread`.
    pub fn add_spread(&self, since: usize, spread: &mut Spread) {
        spread.add(&self.columns, since.min(self.len()));
    }

    /// The class of the point at `index` on a scale.
    ///
    /// # Panics
    /// When `index` is not below [`Track::len`].
    pub fn class(&self, index: usize, scale: &Scale) -> u8 {
        class_of(&self.columns, scale, index)
    }

    /// The point nearest to a place on screen, at most `max_px` pixels from it; the newest of those equally near.
    pub fn nearest(&self, viewport: &Viewport, x_px: f64, y_px: f64, max_px: f64) -> Option<usize> {
        self.nearest_with_distance(viewport, x_px, y_px, max_px).map(|(index, _)| index)
    }

    /// The same, and how many pixels away it is.
    pub(super) fn nearest_with_distance(
        &self,
        viewport: &Viewport,
        x_px: f64,
        y_px: f64,
        max_px: f64,
    ) -> Option<(usize, f64)> {
        visible::nearest(&self.columns, &self.index, viewport, x_px, y_px, max_px)
    }

    /// The index of the point of that second and place, to 1e-6 degrees.
    pub(super) fn find(&self, key: &PointKey) -> Option<usize> {
        let place = Fix::at(key)?;
        let is_it = |at: &usize| self.columns.fix(*at).place_e6() == place.place_e6();
        (self.index_after(key.time_s - 1)..self.index_after(key.time_s)).find(is_it)
    }

    /// How many points there are until a second, that second included.
    pub(super) fn index_after(&self, time_s: UnixSeconds) -> usize {
        self.columns.time_s.partition_point(|time| i64::from(*time) <= time_s)
    }

    /// How far along its line a point lies; `None` for a point that the line leaves out.
    pub(super) fn along(&self, index: usize) -> Option<Along> {
        point::along(&self.columns, &self.index, index)
    }

    fn index_for(&self, splitting: &Splitting) -> Cow<'_, Index> {
        if self.index.splitting == *splitting {
            Cow::Borrowed(&self.index)
        } else {
            Cow::Owned(Index::new(&self.columns, *splitting))
        }
    }

    /// The points within `range`.
    fn within(&self, range: TimeRange) -> Range<usize> {
        let times = &self.columns.time_s;
        let from = times.partition_point(|time| i64::from(*time) < range.from_s);
        from..times.partition_point(|time| i64::from(*time) <= range.to_s).max(from)
    }

    /// The points from one second to another.
    fn touched(&self, first_s: u32, last_s: u32) -> Range<usize> {
        let times = &self.columns.time_s;
        if times.last().is_none_or(|last| *last < first_s) {
            return times.len()..times.len();
        }
        times.partition_point(|time| *time < first_s)..times.partition_point(|time| *time <= last_s)
    }

    /// Takes in sorted fixes and answers how many of them were new.
    fn merge_sorted(&mut self, mut fixes: Vec<Fix>) -> usize {
        let Some((first_s, last_s)) = fixes.first().zip(fixes.last()).map(|(a, b)| (a.time_s, b.time_s))
        else {
            return 0;
        };
        let touched = self.touched(first_s, last_s);
        if !touched.is_empty() {
            let mut merged: Vec<Fix> = Vec::with_capacity(touched.len() + fixes.len());
            let mut new = fixes.into_iter().peekable();
            for at in touched.clone() {
                let old = self.columns.fix(at);
                while let Some(fix) = new.next_if(|fix| fix.time_s < old.time_s) {
                    merged.push(fix);
                }
                merged.push(old);
            }
            merged.extend(new);
            fixes = merged;
        }
        let mut repeats = Repeats::default();
        fixes.retain(|fix| repeats.is_new(fix));
        let added = fixes.len() - touched.len();
        if added > 0 {
            self.replace(touched, &fixes);
        }
        added
    }

    fn replace(&mut self, range: Range<usize>, fixes: &[Fix]) {
        self.columns.replace(range.clone(), fixes);
        self.index.replaced(&self.columns, range, fixes.len());
    }
}
