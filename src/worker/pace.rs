//! How much to paint in one turn, so that messages are never long in being taken in between.

/// A turn should take about so long.
const TURN_MS: f64 = 10.0;

/// Bounds of a turn, in vertices of full width.
const MIN_VERTICES: f64 = 500.0;
const MAX_VERTICES: f64 = 50_000.0;

/// Learns how much one turn can take.
pub struct Pace {
    vertices: f64,
}

impl Default for Pace {
    fn default() -> Self {
        Self { vertices: 4000.0 }
    }
}

impl Pace {
    /// How many vertices of full width the next turn may paint.
    pub fn vertices(&self) -> usize {
        self.vertices as usize
    }

    /// A full turn took so long.
    pub fn took(&mut self, turn_ms: f64) {
        // Towards the goal, but not on the word of one turn: vertices differ in length.
        let factor = (TURN_MS / turn_ms.max(0.1)).clamp(0.5, 2.0);
        self.vertices = (self.vertices * factor).clamp(MIN_VERTICES, MAX_VERTICES);
    }
}
