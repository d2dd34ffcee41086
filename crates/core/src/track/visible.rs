//! What of a track is drawn in a viewport.

use crate::geo::Viewport;

use super::columns::{Columns, TURN_E7, short_way_turns};
use super::heat::HeatMap;
use super::importance::Importance;
use super::index::{Chunk, Index};
use super::scale::{Classes, Scale};
use super::stroke::{Clip, Pen, Vertex};

/// Lines are cut this far outside of the viewport, so that the widest stroke's cut is out of sight.
const PADDING_PX: f64 = 32.0;

/// Lines to be stroked, in pixels from the viewport's top left corner.
///
/// Run `r` consists of the vertices from `starts[r]` to the next start. A run of one vertex is a point without
/// neighbours. Reused from frame to frame so that drawing allocates nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisibleRuns {
    /// x and y of the vertices in turn, pixels.
    pub xy_px: Vec<f32>,
    /// For each run, the number of its first vertex.
    pub starts: Vec<u32>,
    /// For each run, the class of its points on the scale it was made for; 0 without a scale.
    pub classes: Vec<u8>,
    /// For each vertex, the index of its point in the track. Where a line is cut at the viewport's edge, of the end it
    /// was cut from.
    pub index: Vec<u32>,
}

impl VisibleRuns {
    /// Makes it empty, keeping the memory.
    pub fn clear(&mut self) {
        self.xy_px.clear();
        self.starts.clear();
        self.classes.clear();
        self.index.clear();
    }

    /// The runs: for each the x and y of its vertices in turn, and the indices of their points.
    pub fn runs(&self) -> impl Iterator<Item = (&[f32], &[u32])> {
        let ends = self.starts.iter().skip(1).copied().chain([self.index.len() as u32]);
        self.starts.iter().zip(ends).map(|(start, end)| {
            let (start, end) = (*start as usize, end as usize);
            (&self.xy_px[2 * start..2 * end], &self.index[start..end])
        })
    }
}

/// How lines are wanted.
#[derive(Clone, Copy, Debug)]
pub struct LineDetail<'a> {
    /// Lines may stray so far from the true ones; with a scale, twice as far.
    pub tolerance_px: f32,
    /// What the colour says. Lines are split wherever it changes for more than a few pixels.
    pub scale: Option<&'a Scale>,
    /// Only what came with this point and those after it; 0 for everything.
    pub since: usize,
}

/// Points to be drawn as dots, in pixels from the viewport's top left corner.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VisiblePoints {
    /// x and y of the points in turn, pixels.
    pub xy_px: Vec<f32>,
    /// For each point, its index in the track.
    pub index: Vec<u32>,
    /// One bit for each cell of the viewport: occupied.
    cells: Vec<u64>,
}

impl VisiblePoints {
    /// Makes it empty, keeping the memory.
    pub fn clear(&mut self) {
        self.xy_px.clear();
        self.index.clear();
    }
}

/// Turns stored coordinates into pixels of one viewport.
#[derive(Clone, Copy, Debug)]
struct Placing {
    x_px_per_e7: f64,
    y_px_per_step: f64,
    x_px: f64,
    y_px: f64,
}

impl Placing {
    fn new(viewport: &Viewport) -> Self {
        let size = viewport.world_size_px();
        Self {
            x_px_per_e7: size / TURN_E7 as f64,
            y_px_per_step: size / 2.0_f64.powi(32),
            x_px: (0.5 - viewport.centre.x) * size + viewport.width_px / 2.0,
            y_px: viewport.height_px / 2.0 - viewport.centre.y * size,
        }
    }

    fn x_px(&self, lon_e7: i64) -> f64 {
        lon_e7 as f64 * self.x_px_per_e7 + self.x_px
    }

    fn y_px(&self, world_y: u32) -> f64 {
        f64::from(world_y) * self.y_px_per_step + self.y_px
    }

    /// The box of a chunk, on the world `turn_e7` steps east of the first.
    fn chunk(&self, chunk: &Chunk, turn_e7: i64) -> Clip {
        Clip {
            left: self.x_px(chunk.west_e7 + turn_e7),
            right: self.x_px(chunk.east_e7 + turn_e7),
            top: self.y_px(chunk.north_y),
            bottom: self.y_px(chunk.south_y),
        }
    }
}

/// The part of the screen that is drawn, and the copies of the world that have a chunk in it.
fn frame(index: &Index, viewport: &Viewport, padding_px: f64) -> Option<(Placing, Clip, Vec<i64>)> {
    viewport.world_box(padding_px)?;
    let placing = Placing::new(viewport);
    let clip = Clip {
        left: -padding_px,
        top: -padding_px,
        right: viewport.width_px + padding_px,
        bottom: viewport.height_px + padding_px,
    };
    // A line may lead into a chunk from half a world away.
    let west = index.chunks.iter().map(|chunk| chunk.west_e7).min()? - TURN_E7 / 2;
    let east = index.chunks.iter().map(|chunk| chunk.east_e7).max()? + TURN_E7 / 2;
    let turn_px = placing.x_px_per_e7 * TURN_E7 as f64;
    let first = ((clip.left - placing.x_px(east)) / turn_px).ceil();
    let last = ((clip.right - placing.x_px(west)) / turn_px).floor();
    Some((placing, clip, (first as i64..=last as i64).take(MAX_COPIES).map(|turn| turn * TURN_E7).collect()))
}

/// Chunks smaller than this are of one colour.
const MIN_COLOURED_PX: f64 = 6.0;

/// Most copies of the world that are looked at. At zoom 0 a screen of 16,000 pixels shows 64; a track that winds round
/// the world within a chunk needs a few more.
const MAX_COPIES: usize = 1024;

pub(super) fn visible_runs(
    columns: &Columns,
    index: &Index,
    viewport: &Viewport,
    detail: &LineDetail<'_>,
    out: &mut VisibleRuns,
) {
    out.clear();
    let tolerance_px = f64::from(detail.tolerance_px).max(0.0);
    let Some((placing, clip, turns)) = frame(index, viewport, PADDING_PX.max(tolerance_px)) else { return };
    let tolerance = Importance::from_distance(tolerance_px / viewport.world_size_px());
    let classes = detail.scale.map(Classes::new);
    let since = index.chunks.partition_point(|chunk| chunk.end <= detail.since);
    let mut longitudes = Vec::new();
    let mut chunk_classes = Vec::new();
    for turn_e7 in turns {
        let mut pen = Pen::new(clip, out);
        for chunk in &index.chunks[since..] {
            let Some((first, last)) = chunk.line() else { continue };
            let vertex = |at: usize, lon_e7: i64| {
                let lon_e7 = lon_e7 + turn_e7;
                Vertex {
                    x: placing.x_px(lon_e7),
                    y: placing.y_px(columns.world_y[at]),
                    index: at as u32,
                    lon_e7,
                }
            };
            let class = |at: usize| classes.as_ref().map_or(0, |classes| classes.of(columns, at));
            // The first vertex of a chunk is where all others are unwound from.
            let entry_lon_e7 = i64::from(columns.lon_e7[first]);
            let entry = vertex(first, entry_lon_e7);
            match chunk.lead() {
                Some(before) if first >= detail.since => {
                    let raw = i64::from(columns.lon_e7[before]);
                    let lead = vertex(before, raw + short_way_turns(entry_lon_e7, raw) * TURN_E7);
                    pen.move_to(lead, class(before));
                    pen.line_to(entry, class(first));
                }
                _ if first < detail.since => pen.move_to(entry, class(first)),
                _ => pen.start_at(entry, class(first)),
            }
            let chunk_px = placing.chunk(chunk, turn_e7);
            if !chunk_px.meets(&clip) {
                pen.lift();
                continue;
            }
            if chunk.winds {
                index.unwind(columns, chunk, &mut longitudes);
            }
            let longitude =
                |at| if chunk.winds { longitudes[at - chunk.start] } else { i64::from(columns.lon_e7[at]) };
            let is_coloured = chunk_px.is_larger_than(MIN_COLOURED_PX)
                && classes.as_ref().is_some_and(|classes| {
                    classes.of_all(columns, chunk.points(), &mut chunk_classes);
                    chunk_classes.iter().any(|class| *class != pen.class())
                });
            // In a chunk that is of one colour for the eye, the class of a vertex is that of its point all the same.
            let class = |at: usize| if is_coloured { chunk_classes[at - chunk.start] } else { class(at) };
            let draw = |pen: &mut Pen<'_>, at: usize| {
                let importance = index.importance[at];
                let vertex = || vertex(at, longitude(at));
                if at < detail.since {
                    // From here the new points go on.
                    if importance.reaches(Importance::LEAST) {
                        pen.move_to(vertex(), class(at));
                    }
                } else if importance.is_start() {
                    pen.start_at(vertex(), class(at));
                } else if importance.reaches(tolerance)
                    || is_coloured
                        && importance.reaches(Importance::LEAST)
                        && pen.changes_at(class(at), vertex)
                {
                    pen.line_to(vertex(), class(at));
                }
            };
            if is_coloured {
                let importance = &index.importance[chunk.points()];
                for (at, (importance, class)) in (chunk.start..).zip(importance.iter().zip(&chunk_classes)) {
                    // Most are passed over here already.
                    let matters = importance.reaches(tolerance)
                        || *class != pen.class() && importance.reaches(Importance::LEAST)
                        || at < detail.since;
                    if matters && first < at && at < last {
                        draw(&mut pen, at);
                    }
                }
            } else if chunk.inner.reaches(tolerance) {
                (first + 1..last).for_each(|at| draw(&mut pen, at));
            }
            if last > first {
                draw(&mut pen, last);
            }
        }
        pen.finish();
    }
}

pub(super) fn visible_points(
    columns: &Columns,
    index: &Index,
    viewport: &Viewport,
    cell_px: f32,
    since: usize,
    out: &mut VisiblePoints,
) {
    out.clear();
    let first = index.chunks.partition_point(|chunk| chunk.end <= since);
    let Some((placing, clip, turns)) = frame(index, viewport, PADDING_PX) else { return };
    let mut cells = Cells::new(&clip, f64::from(cell_px), &mut out.cells);
    let mut longitudes = Vec::new();
    for turn_e7 in turns {
        for chunk in &index.chunks[first..] {
            let chunk_px = placing.chunk(chunk, turn_e7);
            if !chunk_px.meets(&clip) || cells.holds_only_occupied(&chunk_px) {
                continue;
            }
            index.unwind(columns, chunk, &mut longitudes);
            for (at, lon_e7) in chunk.points().zip(&longitudes) {
                let (x, y) = (placing.x_px(lon_e7 + turn_e7), placing.y_px(columns.world_y[at]));
                if at >= since && clip.contains(x, y) && cells.occupy(x, y) {
                    out.xy_px.extend([x as f32, y as f32]);
                    out.index.push(at as u32);
                }
            }
        }
    }
}

pub(super) fn add_heat(
    columns: &Columns,
    index: &Index,
    viewport: &Viewport,
    longest_s: u32,
    out: &mut HeatMap,
) {
    let Some((placing, clip, turns)) = frame(index, viewport, out.margin_px() + out.cell_px()) else {
        return;
    };
    let times = &columns.time_s;
    let wait_s = |to: usize| match to.checked_sub(1) {
        Some(from) if to < times.len() => (times[to] - times[from]).min(longest_s),
        _ => 0,
    };
    let mut longitudes = Vec::new();
    for turn_e7 in turns {
        for chunk in &index.chunks {
            if !placing.chunk(chunk, turn_e7).meets(&clip) {
                continue;
            }
            index.unwind(columns, chunk, &mut longitudes);
            let mut before_s = wait_s(chunk.start);
            for (at, lon_e7) in chunk.points().zip(&longitudes) {
                let after_s = wait_s(at + 1);
                let (x, y) = (placing.x_px(lon_e7 + turn_e7), placing.y_px(columns.world_y[at]));
                out.add(x, y, (f64::from(before_s) + f64::from(after_s)) as f32 / 2.0);
                before_s = after_s;
            }
        }
    }
}

/// The cells of the viewport that have a point. Without cells every point is drawn.
struct Cells<'a> {
    left: f64,
    top: f64,
    cell_px: f64,
    columns: usize,
    occupied: &'a mut Vec<u64>,
}

/// Most cells kept track of: a screen of 8,192 × 8,192 pixels, in 8 MiB.
const MAX_CELLS: f64 = 67_108_864.0;

impl<'a> Cells<'a> {
    fn new(clip: &Clip, cell_px: f64, occupied: &'a mut Vec<u64>) -> Self {
        occupied.clear();
        let columns = ((clip.right - clip.left) / cell_px).floor() + 1.0;
        let rows = ((clip.bottom - clip.top) / cell_px).floor() + 1.0;
        if cell_px > 0.0 && columns * rows <= MAX_CELLS {
            occupied.resize((columns * rows) as usize / 64 + 1, 0);
        }
        Self { left: clip.left, top: clip.top, cell_px, columns: columns as usize, occupied }
    }

    /// Takes the cell of a point; `false` when it was taken before.
    fn occupy(&mut self, x: f64, y: f64) -> bool {
        let (word, bit) = self.cell(x, y);
        let Some(word) = self.occupied.get_mut(word) else { return true };
        let free = *word & bit == 0;
        *word |= bit;
        free
    }

    /// Whether a box lies within one cell that is taken: at low zoom whole chunks do.
    fn holds_only_occupied(&self, area: &Clip) -> bool {
        let cell = self.cell(area.left, area.top);
        cell == self.cell(area.right, area.bottom)
            && area.left >= self.left
            && area.top >= self.top
            && self.occupied.get(cell.0).is_some_and(|word| word & cell.1 != 0)
    }

    fn cell(&self, x: f64, y: f64) -> (usize, u64) {
        let at = |px: f64, start: f64| ((px - start) / self.cell_px) as usize;
        let cell = at(y, self.top).saturating_mul(self.columns).saturating_add(at(x, self.left));
        (cell / 64, 1 << (cell % 64))
    }
}

pub(super) fn nearest(
    columns: &Columns,
    index: &Index,
    viewport: &Viewport,
    x_px: f64,
    y_px: f64,
    max_px: f64,
) -> Option<(usize, f64)> {
    // The pixel looked at is a viewport of its own.
    let centre = viewport.world_from_px(x_px, y_px);
    let pixel = Viewport { centre, width_px: 1.0, height_px: 1.0, ..*viewport };
    let (placing, _, turns) = frame(index, &pixel, max_px.max(0.0))?;
    let (mut best, mut best2) = (None, max_px * max_px);
    let mut longitudes = Vec::new();
    for turn_e7 in turns {
        for chunk in &index.chunks {
            let area = placing.chunk(chunk, turn_e7);
            // The pixel's middle is at 0.5, 0.5 of its viewport.
            if area.distance2(0.5, 0.5) > best2 {
                continue;
            }
            index.unwind(columns, chunk, &mut longitudes);
            for (at, lon_e7) in chunk.points().zip(&longitudes) {
                let (dx, dy) =
                    (placing.x_px(lon_e7 + turn_e7) - 0.5, placing.y_px(columns.world_y[at]) - 0.5);
                let distance2 = dx * dx + dy * dy;
                // Among points of one place the newest is meant.
                if distance2 <= best2 {
                    (best, best2) = (Some(at), distance2);
                }
            }
        }
    }
    best.map(|at| (at, best2.sqrt()))
}
