//! Where time was spent: seconds for each small square of the screen, smoothed, and their colours.
//!
//! A month at home lasts a hundred thousand times as long as a minute at a crossing, so colours go by the logarithm of
//! the time: each step of colour is so many times more, not so many minutes more.

use crate::geo::Viewport;

/// Side of a square.
const CELL_PX: f64 = 4.0;

/// Weights of a bell of 2 squares (8 pixels), from its middle outwards; they are divided by their sum. It reaches down to
/// where its end is not seen: by the logarithm one would.
const BELL: [f32; 10] =
    [1.0, 0.882_5, 0.606_5, 0.324_7, 0.135_3, 0.043_9, 0.011_1, 0.002_19, 0.000_335, 0.000_04];

/// Squares beyond each edge of the screen, whose heat reaches into it.
const MARGIN: usize = BELL.len();

/// Most squares: a screen of 16,384 × 16,384 pixels.
const MAX_CELLS: f64 = 16_777_216.0;

/// From coldest to hottest time goes up by this factor, ...
const SPAN: f32 = 10_000.0;

/// ... unless the coldest were outside of these seconds: a square that was crossed once should just be seen.
const COLDEST_S: (f32, f32) = (0.02, 1.0);

/// The hottest time is rounded up to a power of this, so that colours stay when the map moves a little.
const HOTTEST_STEP: f32 = 4.0;

/// How opaque the coldest and the hottest squares are; what is colder fades away.
const OPACITY: (f32, f32) = (0.35, 0.88);

/// Below this share of the way from coldest to hottest, squares fade.
const FADE: f32 = 0.12;

/// Seconds spent in each square of a screen. Reused from picture to picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeatMap {
    columns: usize,
    rows: usize,
    seconds: Vec<f32>,
    between: Vec<f32>,
}

impl HeatMap {
    /// Empties it, for a viewport.
    pub fn prepare(&mut self, viewport: &Viewport) {
        let across = |side_px: f64| (side_px / CELL_PX).ceil().max(1.0) + 2.0 * MARGIN as f64;
        let (columns, rows) = (across(viewport.width_px), across(viewport.height_px));
        // False also for what is no number.
        let fits = columns * rows <= MAX_CELLS;
        (self.columns, self.rows) = if fits { (columns as usize, rows as usize) } else { (0, 0) };
        self.seconds.clear();
        self.seconds.resize(self.columns * self.rows, 0.0);
    }

    /// Squares in a row.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Rows of squares.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Side of a square in pixels.
    pub fn cell_px(&self) -> f64 {
        CELL_PX
    }

    /// How far it reaches beyond each edge of the viewport, in pixels (at the right and bottom up to a square farther).
    pub fn margin_px(&self) -> f64 {
        MARGIN as f64 * CELL_PX
    }

    /// All the seconds.
    pub fn total_s(&self) -> f64 {
        self.seconds.iter().copied().map(f64::from).sum()
    }

    /// Adds seconds spent at a place on screen.
    pub(super) fn add(&mut self, x_px: f64, y_px: f64, seconds: f32) {
        let (x, y) = (x_px / CELL_PX + MARGIN as f64, y_px / CELL_PX + MARGIN as f64);
        // A float cast saturates, so what lies left of the screen has to be told apart from its first column.
        if x >= 0.0 && y >= 0.0 && (x as usize) < self.columns && (y as usize) < self.rows {
            self.seconds[y as usize * self.columns + x as usize] += seconds;
        }
    }

    /// Spreads the time of each square over its neighbours in the form of a bell.
    pub fn smooth(&mut self) {
        let sum: f32 = BELL[0] + 2.0 * BELL[1..].iter().sum::<f32>();
        let bell: Vec<f32> = BELL[1..].iter().rev().chain(&BELL).map(|weight| weight / sum).collect();
        let (columns, rows) = (self.columns, self.rows);
        self.between.clear();
        self.between.resize(columns * rows, 0.0);
        // Most squares are empty.
        for (row, out) in
            self.seconds.chunks_exact(columns.max(1)).zip(self.between.chunks_exact_mut(columns.max(1)))
        {
            for (column, seconds) in row.iter().enumerate().filter(|(_, seconds)| **seconds != 0.0) {
                let first = column.saturating_sub(MARGIN - 1);
                let weights = &bell[first + MARGIN - 1 - column..];
                for (cell, weight) in out[first..].iter_mut().zip(weights) {
                    *cell += seconds * weight;
                }
            }
        }
        self.seconds.fill(0.0);
        for row in 0..rows {
            let first = row.saturating_sub(MARGIN - 1);
            let weights = &bell[first + MARGIN - 1 - row..];
            for (target, weight) in (first..rows).zip(weights) {
                let from = &self.between[row * columns..][..columns];
                let to = &mut self.seconds[target * columns..][..columns];
                for (cell, seconds) in to.iter_mut().zip(from) {
                    *cell += seconds * weight;
                }
            }
        }
    }

    /// The picture: red, green, blue and opacity of each square, row by row, in colours given from cold to hot.
    pub fn picture(&self, colours: &[[u8; 3]]) -> Vec<u8> {
        let mut picture = vec![0; self.seconds.len() * 4];
        let hottest_s = self.seconds.iter().copied().fold(0.0, f32::max);
        if hottest_s <= 0.0 || colours.is_empty() {
            return picture;
        }
        let mut top_s = 1.0;
        while top_s < hottest_s {
            top_s *= HOTTEST_STEP;
        }
        let coldest_s = (top_s / SPAN).clamp(COLDEST_S.0, COLDEST_S.1);
        let scale = 1.0 / (top_s / coldest_s).ln_1p();
        for (seconds, pixel) in self.seconds.iter().zip(picture.chunks_exact_mut(4)) {
            if *seconds > 0.0 {
                pixel.copy_from_slice(&colour((seconds / coldest_s).ln_1p() * scale, colours));
            }
        }
        picture
    }
}

/// The colour of a share, 0…1, of the way from cold to hot.
fn colour(heat: f32, colours: &[[u8; 3]]) -> [u8; 4] {
    let at = heat.clamp(0.0, 1.0) * (colours.len() - 1) as f32;
    let (below, above) = (colours[at as usize], colours[(at as usize + 1).min(colours.len() - 1)]);
    let part = at.fract();
    let mix = |channel: usize| {
        let (from, to) = (f32::from(below[channel]), f32::from(above[channel]));
        (from + (to - from) * part).round() as u8
    };
    let opacity = (OPACITY.0 + (OPACITY.1 - OPACITY.0) * heat) * (heat / FADE).min(1.0);
    [mix(0), mix(1), mix(2), (opacity * 255.0).round() as u8]
}
