//! Everything that was received, in the Recorder's own layout on disk: either program can take over from the other.
//!
//! One thread writes; see `writer`. What was received last, and the cards, are also kept in memory, see `latest`.
//! Histories are read straight from the files, see `history`.

mod archive;
mod counts;
mod entry;
mod follower;
mod from_end;
mod history;
mod latest;
mod layout;
mod line;
mod month_index;
mod writer;

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::UnixSeconds;
use tokio::sync::broadcast;

pub use archive::Archive;
pub use counts::{Counts, Refusal};
pub use history::{History, Order};
pub use latest::{Known, Latest};
pub use line::StoredLine;

use crate::clock;
use crate::intake::{Intake, Publish, RecordError};
use entry::Entry;
use follower::Follower;
use layout::Layout;
use month_index::MonthIndexes;
pub use writer::LABEL;
use writer::Writer;

/// Live messages kept for a slow listener. One that falls further behind is told so and must start over.
const LIVE_BACKLOG: usize = 256;

/// A message as listeners get it.
#[derive(Clone, Debug)]
pub struct Push {
    /// Whom it is about.
    pub friend: FriendId,
    /// One JSON object, in the form of the Recorder's live pushes.
    pub object: Bytes,
}

/// The store of one server.
pub struct Store {
    layout: Layout,
    indexes: Arc<MonthIndexes>,
    latest: Arc<Latest>,
    live: broadcast::Sender<Push>,
    counts: Counts,
    writer: Mutex<Option<Writer>>,
    follower: Mutex<Option<Follower>>,
}

impl Store {
    /// Opens the store in `folder`, which is made when missing, and reads what was received last.
    ///
    /// # Errors
    /// When the folder cannot be made, read or written, and when another server has it open.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let layout = Layout::open(folder)?;
        let latest = Arc::new(Latest::load(&layout, clock::now_s())?);
        let (live, _) = broadcast::channel(LIVE_BACKLOG);
        let writer = Writer::start(layout.clone(), latest.clone(), live.clone())?;
        Ok(Self::new(layout, Arc::default(), latest, live, Some(writer), None))
    }

    /// Opens the store in `folder`, which somebody else writes, only to read it. What is added to it is noticed within
    /// seconds. Nothing is recorded here.
    ///
    /// # Errors
    /// When there is no such folder, or it cannot be read.
    pub fn follow(folder: &Path) -> io::Result<Self> {
        let layout = Layout::of_others(folder)?;
        let latest = Arc::new(Latest::load(&layout, clock::now_s())?);
        let (live, _) = broadcast::channel(LIVE_BACKLOG);
        let indexes: Arc<MonthIndexes> = Arc::default();
        let follower = Follower::start(layout.clone(), indexes.clone(), latest.clone(), live.clone())?;
        Ok(Self::new(layout, indexes, latest, live, None, Some(follower)))
    }

    fn new(
        layout: Layout,
        indexes: Arc<MonthIndexes>,
        latest: Arc<Latest>,
        live: broadcast::Sender<Push>,
        writer: Option<Writer>,
        follower: Option<Follower>,
    ) -> Self {
        let (writer, follower) = (Mutex::new(writer), Mutex::new(follower));
        Self { layout, indexes, latest, live, counts: Counts::default(), writer, follower }
    }

    /// Records what one door received together: after `Ok` a power cut loses nothing of it, after an error some of it may
    /// be missing.
    ///
    /// # Errors
    /// When the disk refuses, or the store was closed.
    pub async fn record_all(&self, publishes: &[Publish]) -> Result<(), RecordError> {
        let now_s = clock::now_s();
        let mut entries = Vec::with_capacity(publishes.len());
        for publish in publishes {
            for outcome in Entry::from_publish(publish, now_s) {
                match outcome {
                    Ok(entry) => entries.push(entry),
                    Err(refusal) => self.counts.count(refusal),
                }
            }
        }
        if entries.is_empty() {
            return Ok(());
        }
        let queue = self.writer.lock().ok().and_then(|writer| writer.as_ref().map(Writer::queue));
        let Some(queue) = queue else { return Err(RecordError(io::Error::other("the store is closed"))) };
        queue.record(entries).await.map_err(RecordError)
    }

    /// What each device said last, and the cards.
    pub fn latest(&self) -> &Latest {
        &self.latest
    }

    /// What was refused since the start.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Locations, transitions and waypoints from now on.
    pub fn live(&self) -> broadcast::Receiver<Push> {
        self.live.subscribe()
    }

    /// What `friend` sent after `after_s` and before `before_s`, both exclusive as in the Recorder.
    ///
    /// # Errors
    /// When the folder of the device cannot be read. A device that does not exist has an empty history.
    pub fn history(
        &self,
        friend: &FriendId,
        after_s: UnixSeconds,
        before_s: UnixSeconds,
    ) -> io::Result<History> {
        History::open(&self.layout, self.indexes.clone(), friend, after_s, before_s)
    }

    /// Folded names of all users with a history, sorted.
    ///
    /// # Errors
    /// When the folder cannot be read; `NotFound` when nothing was recorded yet.
    pub fn users(&self) -> io::Result<Vec<String>> {
        layout::folders_in(&self.layout.histories())
    }

    /// Folded names of the devices of `user` (folded), sorted.
    ///
    /// # Errors
    /// When the folder cannot be read; `NotFound` for an unknown user.
    pub fn devices(&self, user: &str) -> io::Result<Vec<String>> {
        layout::folders_in(&self.layout.histories().join(user))
    }

    /// Names of the monthly files of `friend`, oldest first, relative to the store.
    ///
    /// # Errors
    /// When the folder cannot be read; `NotFound` for an unknown device.
    pub fn months(&self, friend: &FriendId) -> io::Result<Vec<String>> {
        let months = self.layout.months(friend)?;
        Ok(months.iter().map(|month| format!("rec/{friend}/{month}.rec")).collect())
    }

    /// Writes what is queued, stops taking in more, and gives the folder back, though answers may still be reading in it.
    /// Later records fail.
    pub fn close(&self) {
        let writer = self.writer.lock().ok().and_then(|mut writer| writer.take());
        if let Some(writer) = writer {
            writer.finish();
            self.layout.release();
        }
        drop(self.follower.lock().ok().and_then(|mut follower| follower.take()));
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}

impl Intake for Store {
    async fn record(&self, publish: Arc<Publish>) -> Result<(), RecordError> {
        self.record_all(std::slice::from_ref(&*publish)).await
    }
}
