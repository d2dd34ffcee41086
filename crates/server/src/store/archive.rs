//! Writing many lines of histories at once, while no server has the store open.

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::UnixSeconds;

use super::from_end::each_from_end;
use super::layout::{Layout, none_if_missing};
use super::writer;

/// The histories of a store, held for this process alone as long as it lives.
pub struct Archive {
    layout: Layout,
}

impl Archive {
    /// Opens the store in `folder`, which is made when missing.
    ///
    /// # Errors
    /// When the folder cannot be made or written; `WouldBlock` when another server has it open.
    pub fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self { layout: Layout::open(folder)? })
    }

    /// The time of the last location in the history of `friend`.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn newest_s(&self, friend: &FriendId) -> io::Result<Option<UnixSeconds>> {
        let Some(month) = none_if_missing(self.layout.months(friend))?.pop() else { return Ok(None) };
        let mut newest = None;
        each_from_end(&self.layout.month(friend, month), |line| {
            if !line.is_location {
                return ControlFlow::Continue(());
            }
            newest = Some(line.time_s);
            ControlFlow::Break(())
        })?;
        Ok(newest)
    }

    /// Appends lines (time and line, without line breaks, in order of time) to the history of `friend`, with one write and
    /// one sync a month.
    ///
    /// # Errors
    /// When the disk refuses; months before the one that failed are written.
    pub fn append(&self, friend: &FriendId, lines: &[(UnixSeconds, String)]) -> io::Result<()> {
        let mut months: BTreeMap<Month, Vec<u8>> = BTreeMap::new();
        for (time_s, line) in lines {
            let bytes = months.entry(Month::of(*time_s)).or_default();
            bytes.extend_from_slice(line.as_bytes());
            bytes.push(b'\n');
        }
        months.iter().try_for_each(|(month, bytes)| writer::append(&self.layout.month(friend, *month), bytes))
    }
}
