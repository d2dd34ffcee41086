//! What is known of a track beyond its points: chunks of a few hundred points with their box, figures, and the
//! importance of every vertex, for one way of splitting.
//!
//! A change of the points touches the chunks it falls into and no other. All that a chunk knows is relative to its own
//! first point, so that chunks behind a change only move.

use std::ops::Range;

use super::columns::{Columns, TURN_E7, make_room, short_way_turns};
use super::figures::{Climb, Figures, is_gap};
use super::importance::{Importance, Stretch, rate};
use super::summary::Splitting;

/// Most points in a chunk. Small enough that measuring one anew for every live point costs nothing, large enough that a
/// million points are a short list of boxes.
pub(super) const CHUNK_POINTS: usize = 512;

#[derive(Clone, Debug)]
pub(super) struct Index {
    pub splitting: Splitting,
    pub chunks: Vec<Chunk>,
    /// For every point.
    pub importance: Vec<Importance>,
}

/// A few hundred neighbouring points.
#[derive(Clone, Debug)]
pub(super) struct Chunk {
    pub start: usize,
    pub end: usize,
    /// Box around all points, left out or not. Longitudes are unwound along the line from the first vertex, which is
    /// within ±180°, so that they may lie beyond.
    pub west_e7: i64,
    pub east_e7: i64,
    pub south_e7: i32,
    pub north_e7: i32,
    pub north_y: u32,
    pub south_y: u32,
    /// First and last point that are part of the line, counted from `start`.
    pub line: Option<(usize, usize)>,
    /// How far before `start` the vertex is from which the line leads into this chunk.
    pub lead: Option<usize>,
    /// The line crosses the 180° meridian inside.
    pub winds: bool,
    /// Greatest importance between the first and the last vertex.
    pub inner: Importance,
    /// Of the line within the chunk.
    pub figures: Figures,
    /// Of the line within the chunk, going on from the chunk before.
    pub climb: Climb,
}

impl Chunk {
    pub fn points(&self) -> Range<usize> {
        self.start..self.end
    }

    /// First and last vertex of the line in this chunk; `None` when all its points are left out.
    pub fn line(&self) -> Option<(usize, usize)> {
        self.line.map(|(first, last)| (self.start + first, self.start + last))
    }

    /// The vertex before, when no gap is between.
    pub fn lead(&self) -> Option<usize> {
        self.lead.map(|before| self.start - before)
    }
}

/// Memory for measuring, used again and again.
#[derive(Debug, Default)]
struct Workbench {
    longitudes: Vec<i64>,
    vertices: Vec<usize>,
    xs: Vec<f64>,
    ys: Vec<f64>,
    stretches: Vec<Stretch>,
}

impl Index {
    pub fn new(columns: &Columns, splitting: Splitting) -> Self {
        let mut index = Self { splitting, chunks: Vec::new(), importance: Vec::new() };
        index.replaced(columns, 0..0, columns.len());
        index
    }

    /// Takes note that the points in `range` were replaced by `added` others.
    pub fn replaced(&mut self, columns: &Columns, range: Range<usize>, added: usize) {
        let mut first = self.chunks.partition_point(|chunk| chunk.end <= range.start);
        let last = self.chunks.partition_point(|chunk| chunk.start < range.end).max(first);
        if first > 0 && self.chunks[first - 1].end - self.chunks[first - 1].start < CHUNK_POINTS {
            first -= 1;
        }
        let old = match self.chunks.get(first..last) {
            Some([only]) => only.points(),
            Some([head, .., tail]) => head.start..tail.end,
            _ => range.start..range.start,
        };
        let region = old.start..old.end + added - range.len();

        self.importance.splice(old.clone(), std::iter::repeat_n(Importance::LEFT_OUT, region.len()));
        for chunk in &mut self.chunks[last..] {
            chunk.start = chunk.start - old.end + region.end;
            chunk.end = chunk.end - old.end + region.end;
        }
        let mut bench = Workbench::default();
        let fresh: Vec<_> = cut(region, columns.len())
            .map(|points| measure(columns, points, &self.splitting, &mut self.importance, &mut bench))
            .collect();
        let behind = first + fresh.len();
        self.chunks.splice(first..last, fresh);
        self.link(columns, first, behind);
    }

    /// Whether a chunk begins at the point `at`, or would.
    pub fn begins_at(&self, at: usize) -> bool {
        let position = self.chunks.partition_point(|chunk| chunk.end <= at);
        self.chunks.get(position).is_none_or(|chunk| chunk.start == at)
    }

    /// Of the points in `range` those of whole chunks.
    pub fn whole_chunks(&self, range: &Range<usize>) -> Range<usize> {
        let first = self.chunks.partition_point(|chunk| chunk.start < range.start);
        let last = self.chunks.partition_point(|chunk| chunk.end <= range.end).max(first);
        match &self.chunks[first..last] {
            [] => range.start..range.start,
            whole => whole[0].start..whole[whole.len() - 1].end,
        }
    }

    /// What is known of whole chunks, as of a track that consists of their points, which are `columns`.
    pub fn copy(&self, points: Range<usize>, columns: &Columns) -> Self {
        let of_points = |chunk: &&Chunk| points.start <= chunk.start && chunk.end <= points.end;
        let moved = |chunk: &Chunk| Chunk {
            start: chunk.start - points.start,
            end: chunk.end - points.start,
            ..chunk.clone()
        };
        let chunks = self.chunks.iter().filter(of_points).map(moved).collect();
        let importance = self.importance[points].to_vec();
        let mut copy = Self { splitting: self.splitting, chunks, importance };
        // Nothing leads into the first.
        copy.link(columns, 0, 0);
        copy
    }

    /// Takes note that the points of `other`, which is cut likewise, were put before the point at `at`, where a chunk
    /// begins: what is known of them stays known.
    pub fn inserted(&mut self, columns: &Columns, at: usize, other: Self) {
        let added = other.importance.len();
        let first = self.chunks.partition_point(|chunk| chunk.end <= at);
        for chunk in &mut self.chunks[first..] {
            chunk.start += added;
            chunk.end += added;
        }
        make_room(&mut self.importance, added);
        self.importance.splice(at..at, other.importance);
        let behind = first + other.chunks.len();
        let moved = other.chunks.into_iter().map(|chunk| Chunk {
            start: chunk.start + at,
            end: chunk.end + at,
            ..chunk
        });
        self.chunks.splice(first..first, moved);
        // Within what was put in everything goes on as it did.
        self.link(columns, first, first);
        self.link(columns, behind, behind);
    }

    /// Finds out what goes on from chunk to chunk, from chunk `first` on until nothing changes, but at least to the
    /// next chunk with a line from `behind` on.
    fn link(&mut self, columns: &Columns, first: usize, behind: usize) {
        let (known, changed) = self.chunks.split_at_mut(first);
        let mut before =
            known.iter().rev().find_map(|chunk| chunk.line().map(|(_, last)| (last, chunk.climb.exit_m)));
        for (position, chunk) in (first..).zip(changed) {
            let Some((entry, last)) = chunk.line() else { continue };
            let lead = before.filter(|(before, _)| !is_gap(columns, *before, entry, &self.splitting));
            let climb_entry_m = lead.and_then(|(_, altitude_m)| altitude_m);
            chunk.lead = lead.map(|(before, _)| chunk.start - before);
            if position > behind && chunk.climb.entry_m == climb_entry_m {
                break;
            }
            let vertices = (entry..=last).map(|at| (at, self.importance[at]));
            chunk.climb = Climb::along(columns, climb_entry_m, vertices);
            before = Some((last, chunk.climb.exit_m));
        }
    }

    /// Puts the unwound longitudes of a chunk's points into `longitudes` (see [`Chunk::west_e7`]).
    pub fn unwind(&self, columns: &Columns, chunk: &Chunk, longitudes: &mut Vec<i64>) {
        longitudes.clear();
        if chunk.winds {
            unwind(columns, chunk.points(), &self.splitting, longitudes);
        } else {
            longitudes.extend(columns.lon_e7[chunk.points()].iter().map(|lon| i64::from(*lon)));
        }
    }
}

/// Cuts a region into chunks: full ones at the end of the track, where more will be appended, even ones within it, so
/// that late points do not leave crumbs.
fn cut(region: Range<usize>, track_len: usize) -> impl Iterator<Item = Range<usize>> {
    let pieces = region.len().div_ceil(CHUNK_POINTS);
    let even = region.end < track_len;
    (0..pieces).map(move |piece| {
        let cut_at = |piece: usize| {
            let offset = if even { region.len() * piece / pieces } else { piece * CHUNK_POINTS };
            (region.start + offset).min(region.end)
        };
        cut_at(piece)..cut_at(piece + 1)
    })
}

/// Whether a point is part of the line. Unknown accuracy, stored as 0, is good enough.
pub(super) fn is_vertex(columns: &Columns, at: usize, splitting: &Splitting) -> bool {
    splitting.max_accuracy_m == 0 || u32::from(columns.accuracy_m[at]) <= splitting.max_accuracy_m
}

/// Unwinds longitudes so that every step along the line goes the short way. A point that is left out lies the short way
/// from the vertex before it.
fn unwind(columns: &Columns, points: Range<usize>, splitting: &Splitting, longitudes: &mut Vec<i64>) {
    let anchor = points.clone().find(|at| is_vertex(columns, *at, splitting)).unwrap_or(points.start);
    let mut from = i64::from(columns.lon_e7[anchor]);
    for at in points {
        let raw = i64::from(columns.lon_e7[at]);
        let unwound = raw + short_way_turns(from, raw) * TURN_E7;
        longitudes.push(unwound);
        if at >= anchor && is_vertex(columns, at, splitting) {
            from = unwound;
        }
    }
}

/// Measures the chunk of these points and rates their importance.
fn measure(
    columns: &Columns,
    points: Range<usize>,
    splitting: &Splitting,
    importance: &mut [Importance],
    bench: &mut Workbench,
) -> Chunk {
    let start = points.start;
    let Workbench { longitudes, vertices, xs, ys, stretches } = bench;
    longitudes.clear();
    unwind(columns, points.clone(), splitting, longitudes);
    vertices.clear();
    vertices.extend(points.clone().filter(|at| is_vertex(columns, *at, splitting)));
    xs.clear();
    xs.extend(vertices.iter().map(|at| longitudes[at - start] as f64 / TURN_E7 as f64));
    ys.clear();
    ys.extend(vertices.iter().map(|at| f64::from(columns.world_y[*at]) / 2.0_f64.powi(32)));

    let mut figures = Figures::default();
    let mut inner = Importance::LEFT_OUT;
    let mut run_start = 0;
    for end in 1..=vertices.len() {
        if end < vertices.len() && figures.add_step(columns, vertices[end - 1], vertices[end], splitting) {
            continue;
        }
        rate(&xs[run_start..end], &ys[run_start..end], stretches, |at, distance| {
            importance[vertices[run_start + at]] = Importance::from_distance(distance);
        });
        importance[vertices[end - 1]] = Importance::END;
        // Whether a line leads to the chunk's first vertex is for the chunk before to say.
        importance[vertices[run_start]] = if run_start == 0 { Importance::END } else { Importance::START };
        run_start = end;
    }
    for at in vertices.iter().skip(1).rev().skip(1) {
        inner = inner.max(importance[*at]);
    }

    let span = |values: &[i32]| {
        values.iter().fold((i32::MAX, i32::MIN), |(low, high), value| (low.min(*value), high.max(*value)))
    };
    let (south_e7, north_e7) = span(&columns.lat_e7[points.clone()]);
    let (west_e7, east_e7) = longitudes
        .iter()
        .fold((i64::MAX, i64::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    let (north_y, south_y) = columns.world_y[points.clone()]
        .iter()
        .fold((u32::MAX, u32::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    Chunk {
        start,
        end: points.end,
        west_e7,
        east_e7,
        south_e7,
        north_e7,
        north_y,
        south_y,
        line: vertices.first().zip(vertices.last()).map(|(first, last)| (first - start, last - start)),
        lead: None,
        winds: longitudes
            .iter()
            .zip(&columns.lon_e7[points])
            .any(|(unwound, raw)| *unwound != i64::from(*raw)),
        inner,
        figures,
        climb: Climb::default(),
    }
}
