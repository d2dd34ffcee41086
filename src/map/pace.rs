//! How much to paint in one task. A browser may fill pixels only after the task that asked for them, and then for far
//! longer than the asking took: how long the next turn is in coming tells the true cost.

use js_sys::Date;

/// A task for a stroke of full width should take no longer, its pixels included.
const TURN_MS: f64 = 8.0;

/// Time-outs in a row come no sooner than this after each other.
const TIMEOUT_MS: f64 = 4.0;

/// Bounds of a turn, in vertices of full width.
const MIN_VERTICES: f64 = 750.0;
const MAX_VERTICES: f64 = 20_000.0;

/// Learns how much one turn can take.
pub struct Pace {
    vertices: f64,
    turn_ended_ms: Option<f64>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { vertices: MIN_VERTICES, turn_ended_ms: None }
    }
}

impl Pace {
    /// A turn begins: how many vertices of full width it may paint.
    pub fn begin_turn(&mut self) -> usize {
        if let Some(ended_ms) = self.turn_ended_ms.take() {
            let late_ms = Date::now() - ended_ms - TIMEOUT_MS;
            let factor = if late_ms > TURN_MS {
                0.5
            } else if late_ms < TURN_MS / 2.0 {
                1.5
            } else {
                1.0
            };
            self.vertices = (self.vertices * factor).clamp(MIN_VERTICES, MAX_VERTICES);
        }
        self.vertices as usize
    }

    /// A turn ended, and another follows at once.
    pub fn end_turn(&mut self) {
        self.turn_ended_ms = Some(Date::now());
    }
}
