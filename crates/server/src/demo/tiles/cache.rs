//! Tiles drawn lately.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::Tile;

/// Tiles kept: a few screens at a few zooms, about 20 MB at most.
const KEPT: usize = 1_000;

/// The tiles used last.
#[derive(Default)]
pub struct Cache(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// Tiles and when they were used, counted in uses.
    tiles: HashMap<Tile, (u64, Bytes)>,
    uses: u64,
}

impl Cache {
    /// The tile, drawn when it is not kept. Two askers at once may both draw it, which costs less than waiting.
    pub fn get(&self, tile: Tile, draw: impl FnOnce() -> Bytes) -> Bytes {
        // Nothing is half done when the lock is let go, by a panic or otherwise.
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(png) = lock().used(tile) {
            return png;
        }
        let png = draw();
        lock().keep(tile, png.clone());
        png
    }
}

impl Kept {
    fn used(&mut self, tile: Tile) -> Option<Bytes> {
        self.uses += 1;
        let (used, png) = self.tiles.get_mut(&tile)?;
        *used = self.uses;
        Some(png.clone())
    }

    fn keep(&mut self, tile: Tile, png: Bytes) {
        self.uses += 1;
        if self.tiles.len() >= KEPT {
            // The older half goes at once, so that making room costs nothing most of the time.
            let since = self.uses.saturating_sub(KEPT as u64 / 2);
            self.tiles.retain(|_, (used, _)| *used > since);
        }
        self.tiles.insert(tile, (self.uses, png));
    }
}
