//! What the demo remembers from start to start, in `demo.json` beside its store.

use std::fs;
use std::io;
use std::path::Path;

use dashboard_core::time::UnixSeconds;
use serde_json::{Value, json};

use super::diary::{DAY_S, Day};

/// Raised whenever lives are lived differently: an older demo is made anew then.
const FORMAT: u32 = 2;

const FILE: &str = "demo.json";

/// Folders of the store that go when the demo is made anew.
const FOLDERS: [&str; 4] = ["rec", "last", "cards", "waypoints"];

/// What determines the household's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// Day the demo was made.
    pub founded: Day,
    /// Its clock minus UTC, in seconds. It knows no summer time.
    pub utc_offset_s: i64,
    /// When the rounds of the newest session began.
    pub since_s: UnixSeconds,
}

impl State {
    /// Reads the state in `folder`. One of another format, or damaged, is removed together with the histories it made;
    /// without one, nothing is touched.
    ///
    /// # Errors
    /// When files cannot be read or removed.
    pub fn load(folder: &Path) -> io::Result<Option<Self>> {
        let bytes = match fs::read(folder.join(FILE)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        match serde_json::from_slice(&bytes).ok().as_ref().and_then(Self::from_json) {
            Some(state) => Ok(Some(state)),
            None => {
                for name in FOLDERS {
                    match fs::remove_dir_all(folder.join(name)) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                        _ => {}
                    }
                }
                fs::remove_file(folder.join(FILE))?;
                Ok(None)
            }
        }
    }

    /// Writes the state into `folder`.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn save(self, folder: &Path) -> io::Result<()> {
        let Self { founded, utc_offset_s, since_s } = self;
        let saved =
            json!({ "format": FORMAT, "founded": founded, "utc_offset_s": utc_offset_s, "since_s": since_s });
        fs::write(folder.join(FILE), saved.to_string())
    }

    /// The state in `saved`; `None` when it is of another format, or no clock could stand like that.
    fn from_json(saved: &Value) -> Option<Self> {
        let number = |name: &str| saved.get(name)?.as_i64();
        let state = Self {
            founded: number("founded")?,
            utc_offset_s: number("utc_offset_s")?,
            since_s: number("since_s")?,
        };
        let sane = (0..1_000_000).contains(&state.founded)
            && (-DAY_S..DAY_S).contains(&state.utc_offset_s)
            && (0..1_000_000 * DAY_S).contains(&state.since_s);
        (sane && number("format")? == i64::from(FORMAT)).then_some(state)
    }
}
