//! One point of a history: finding it again, stepping along the track, and what can be said of it.
//!
//! While slices of a history are on their way, one friend has several tracks: what is complete, and what comes. The
//! functions here take them together, in order of time. A point is named by its second and its place and not by its
//! number, which changes whenever older points arrive.

use crate::geo::{LatLon, Viewport, WorldPoint};
use crate::time::UnixSeconds;

use super::columns::Columns;
use super::figures::step_m;
use super::history::Track;
use super::importance::Importance;
use super::index::Index;
use super::row::Row;

/// Which point is meant, whatever its number is at the moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointKey {
    /// Time of the fix.
    pub time_s: UnixSeconds,
    /// The place, which is compared to 1e-6 degrees as repeats are.
    pub position: LatLon,
}

/// A point of a history, and where in it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackPoint {
    /// What the fix said, as the track keeps it.
    pub row: Row,
    /// Its number in order of time, from 1. Repeats of what is loaded already count as long as they are on the way.
    pub number: u32,
    /// How many there are.
    pub count: u32,
    /// How far along the line it lies; `None` for points that the line leaves out.
    pub along: Option<Along>,
}

/// How far along a line a point lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Along {
    /// Metres since the line began, which is after a gap.
    pub distance_m: f64,
    /// When it began.
    pub since_s: UnixSeconds,
}

/// A point in one of several tracks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PointPlace {
    /// Which of the tracks.
    pub track: usize,
    /// Its index there.
    pub index: usize,
}

impl TrackPoint {
    /// What it is named by.
    pub const fn key(&self) -> PointKey {
        PointKey { time_s: self.row.time_s, position: self.row.position }
    }
}

/// The point on screen nearest to a place at a zoom, at most `max_px` pixels from it; the newest of those equally near.
pub fn nearest_point(tracks: &[&Track], near: LatLon, zoom: f64, max_px: f64) -> Option<PointPlace> {
    let viewport = Viewport { centre: WorldPoint::from_position(near), zoom, width_px: 1.0, height_px: 1.0 };
    let (mut best, mut best_px) = (None, max_px);
    for (track, points) in tracks.iter().enumerate() {
        if let Some((index, distance_px)) = points.nearest_with_distance(&viewport, 0.5, 0.5, best_px) {
            (best, best_px) = (Some(PointPlace { track, index }), distance_px);
        }
    }
    best
}

/// The point that `key` names.
pub fn find_point(tracks: &[&Track], key: &PointKey) -> Option<PointPlace> {
    tracks.iter().enumerate().find_map(|(track, points)| Some(PointPlace { track, index: points.find(key)? }))
}

/// The first or the last point of all.
pub fn end_point(tracks: &[&Track], last: bool) -> Option<PointPlace> {
    let ends = tracks.iter().enumerate().filter(|(_, points)| !points.is_empty()).map(|(track, points)| {
        let index = if last { points.len() - 1 } else { 0 };
        (points.row(index).time_s, PointPlace { track, index })
    });
    let end = if last {
        ends.max_by_key(|(time_s, place)| (*time_s, place.track))
    } else {
        ends.min_by_key(|(time_s, place)| (*time_s, place.track))
    };
    end.map(|(_, place)| place)
}

/// The point `by` points after (before, when negative) another; the last or the first where there are not so many.
pub fn step_from(tracks: &[&Track], from: PointPlace, by: i32) -> PointPlace {
    let mut place = from;
    // What comes next in each track; in a backward walk, one more than that.
    let mut cursors = cursors(tracks, from, by > 0);
    for _ in 0..by.unsigned_abs() {
        let candidates = tracks.iter().zip(&cursors).enumerate().filter_map(|(track, (points, cursor))| {
            let index = if by > 0 { Some(*cursor) } else { cursor.checked_sub(1) }?;
            (index < points.len()).then(|| (points.row(index).time_s, PointPlace { track, index }))
        });
        let next = if by > 0 {
            candidates.min_by_key(|(time_s, place)| (*time_s, place.track))
        } else {
            candidates.max_by_key(|(time_s, place)| (*time_s, place.track))
        };
        let Some((_, next)) = next else { break };
        cursors[next.track] = if by > 0 { next.index + 1 } else { next.index };
        place = next;
    }
    place
}

/// What can be said of a point.
///
/// # Panics
/// When there is no such track or point.
pub fn describe_point(tracks: &[&Track], place: PointPlace) -> TrackPoint {
    let points = tracks[place.track];
    let before: usize = cursors(tracks, place, false).iter().sum();
    TrackPoint {
        row: points.row(place.index),
        number: before as u32 + 1,
        count: tracks.iter().map(|points| points.len() as u32).sum(),
        along: points.along(place.index),
    }
}

/// How many points of each track come before a point, itself included when `with_it`. Points of one second are in the
/// order of the tracks.
fn cursors(tracks: &[&Track], place: PointPlace, with_it: bool) -> Vec<usize> {
    let time_s = tracks[place.track].row(place.index).time_s;
    let before = |(track, points): (usize, &&Track)| match track.cmp(&place.track) {
        std::cmp::Ordering::Less => points.index_after(time_s),
        std::cmp::Ordering::Equal => place.index + usize::from(with_it),
        std::cmp::Ordering::Greater => points.index_after(time_s - 1),
    };
    tracks.iter().enumerate().map(before).collect()
}

/// How far along its line a vertex lies. Costs a step for each point of the vertex's chunk, and of the chunk in which
/// the line began; chunks between are passed over.
pub(super) fn along(columns: &Columns, index: &Index, at: usize) -> Option<Along> {
    if index.importance[at] == Importance::LEFT_OUT {
        return None;
    }
    let own = index.chunks.partition_point(|chunk| chunk.end <= at);
    let (mut vertex, mut distance_m) = (at, 0.0);
    let starts_at = |at: usize| index.importance[at].is_start();
    for chunk in index.chunks.iter().take(own + 1).rev() {
        let Some((first, last)) = chunk.line() else { continue };
        if vertex == last && !(first + 1..=last).any(starts_at) {
            distance_m += chunk.figures.distance_m;
            vertex = first;
        }
        while vertex != first && !starts_at(vertex) {
            let before = (first..vertex).rev().find(|at| index.importance[*at] != Importance::LEFT_OUT)?;
            distance_m += step_m(columns, before, vertex, &index.splitting).unwrap_or(0.0);
            vertex = before;
        }
        match chunk.lead().filter(|_| vertex == first) {
            Some(before) => {
                distance_m += step_m(columns, before, first, &index.splitting).unwrap_or(0.0);
                vertex = before;
            }
            None => break,
        }
    }
    Some(Along { distance_m, since_s: i64::from(columns.time_s[vertex]) })
}
