//! Cutting lines at the edges of the viewport.

use super::visible::VisibleRuns;

/// An upright box in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Clip {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Clip {
    pub fn contains(&self, x: f64, y: f64) -> bool {
        self.left <= x && x <= self.right && self.top <= y && y <= self.bottom
    }

    pub fn meets(&self, other: &Self) -> bool {
        self.left <= other.right
            && other.left <= self.right
            && self.top <= other.bottom
            && other.top <= self.bottom
    }

    pub fn is_larger_than(&self, side_px: f64) -> bool {
        self.right - self.left > side_px || self.bottom - self.top > side_px
    }

    /// Square of the distance from a point to the nearest point of the box.
    pub fn distance2(&self, x: f64, y: f64) -> f64 {
        let dx = (self.left - x).max(x - self.right).max(0.0);
        let dy = (self.top - y).max(y - self.bottom).max(0.0);
        dx * dx + dy * dy
    }

    /// The part of a line that lies inside, as fractions of its length from its start (after Liang and Barsky);
    /// `None` when it passes by.
    fn part_inside(&self, from: &Vertex, to: &Vertex) -> Option<(f64, f64)> {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
        for (towards, room) in [
            (-dx, from.x - self.left),
            (dx, self.right - from.x),
            (-dy, from.y - self.top),
            (dy, self.bottom - from.y),
        ] {
            if towards > 0.0 {
                leaves = leaves.min(room / towards);
            } else if towards < 0.0 {
                enters = enters.max(room / towards);
            } else if room < 0.0 {
                return None;
            }
        }
        (enters <= leaves).then_some((enters, leaves))
    }
}

/// A vertex on screen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Vertex {
    pub x: f64,
    pub y: f64,
    /// Index of its point.
    pub index: u32,
    /// Unwound longitude, to tell copies of one vertex on different worlds apart.
    pub lon_e7: i64,
}

/// A line goes on in its colour for at least so many pixels, whatever its points say: shorter pieces cannot be told
/// apart, and the values of phones jitter.
const MIN_CLASS_PX: f64 = 4.0;

/// Draws lines into [`VisibleRuns`], as far as they are inside the clip.
pub(super) struct Pen<'a> {
    clip: Clip,
    out: &'a mut VisibleRuns,
    last: Option<Vertex>,
    /// The last vertex of the last run is `last`.
    down: bool,
    /// `last` began a line that has not gone on yet.
    lone: bool,
    /// Class of the run under way, or of the next while the pen is up.
    class: u8,
    /// Length of the run under way.
    length_px: f64,
}

impl<'a> Pen<'a> {
    pub fn new(clip: Clip, out: &'a mut VisibleRuns) -> Self {
        Self { clip, out, last: None, down: false, lone: false, class: 0, length_px: 0.0 }
    }

    /// Begins a line whose next step is of `class`.
    pub fn start_at(&mut self, vertex: Vertex, class: u8) {
        self.lift();
        self.last = Some(vertex);
        self.lone = true;
        self.class = class;
    }

    /// Goes to a vertex from which a line goes on in `class`. Nothing happens when the pen is there.
    pub fn move_to(&mut self, vertex: Vertex, class: u8) {
        if self.last.is_none_or(|last| (last.index, last.lon_e7) != (vertex.index, vertex.lon_e7)) {
            self.lift();
            self.last = Some(vertex);
            self.class = class;
        }
    }

    /// Draws a line to `to`, from where it goes on in `class`.
    pub fn line_to(&mut self, to: Vertex, class: u8) {
        self.lone = false;
        let Some(from) = self.last.replace(to) else { return };
        let Some((enters, leaves)) = self.clip.part_inside(&from, &to) else {
            self.down = false;
            self.class = class;
            return;
        };
        let between = |part: f64| (from.x + (to.x - from.x) * part, from.y + (to.y - from.y) * part);
        if !self.down {
            self.begin_run();
            self.put(if enters == 0.0 { (from.x, from.y) } else { between(enters) }, from.index);
        }
        self.down = leaves == 1.0;
        self.put(if self.down { (to.x, to.y) } else { between(leaves) }, to.index);
        self.length_px += (to.x - from.x).abs().max((to.y - from.y).abs());
        if class != self.class {
            if !self.down {
                self.class = class;
            } else if self.length_px >= MIN_CLASS_PX {
                self.class = class;
                self.begin_run();
                self.put((to.x, to.y), to.index);
            }
        }
    }

    /// The class in which the line goes on.
    pub fn class(&self) -> u8 {
        self.class
    }

    /// Whether a vertex that matters for nothing but its class is worth a line to it. Where it is, is asked only then.
    pub fn changes_at(&self, class: u8, vertex: impl FnOnce() -> Vertex) -> bool {
        let Some(last) = self.last.filter(|_| class != self.class) else { return false };
        let vertex = vertex();
        (vertex.x - last.x).abs().max((vertex.y - last.y).abs()) >= MIN_CLASS_PX
    }

    /// Lifts the pen off.
    pub fn lift(&mut self) {
        if let Some(last) = self.last.filter(|last| self.lone && self.clip.contains(last.x, last.y)) {
            self.begin_run();
            self.put((last.x, last.y), last.index);
        }
        self.last = None;
        self.down = false;
        self.lone = false;
    }

    pub fn finish(mut self) {
        self.lift();
    }

    fn begin_run(&mut self) {
        self.out.starts.push(self.out.index.len() as u32);
        self.out.classes.push(self.class);
        self.length_px = 0.0;
    }

    fn put(&mut self, (x, y): (f64, f64), index: u32) {
        self.out.xy_px.extend([x as f32, y as f32]);
        self.out.index.push(index);
    }
}
