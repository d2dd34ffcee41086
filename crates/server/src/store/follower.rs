//! Notices what somebody else adds to a store: a Recorder that goes on writing while we read.
//!
//! Lengths and times of change are looked at once a second, which works on every system and over every network, and costs a
//! few microseconds a file. First of all the months are read once, so that the first question about them is answered at once,
//! and damage is known.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread::JoinHandle;
use std::time::Duration;

use bytes::Bytes;
use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::rec::{LOCATION_KIND, RecLine};
use dashboard_core::owntracks::recorder::Month;
use tokio::sync::broadcast;

use super::entry::{Entry, Keep};
use super::latest::{self, Latest};
use super::layout::{Layout, none_if_missing};
use super::month_index::{FileIdentity, MAX_LINE_BYTES, MonthIndexes};
use super::{Push, writer};
use crate::clock;
use crate::intake::{Door, Publish};

/// How often the store is looked at.
const EVERY: Duration = Duration::from_secs(1);

/// At most so much of what was added to a file is told as news. More is a store that is being copied.
const MAX_NEWS_BYTES: u64 = 2 * MAX_LINE_BYTES as u64;

/// A thread that looks at a store from time to time. It ends when this is dropped.
pub struct Follower {
    thread: Option<JoinHandle<()>>,
    /// Dropped to end the thread.
    stop: Option<SyncSender<()>>,
}

impl Follower {
    /// Starts the thread.
    ///
    /// # Errors
    /// When a folder cannot be read, or the system gives no thread.
    pub fn start(
        layout: Layout,
        indexes: Arc<MonthIndexes>,
        latest: Arc<Latest>,
        live: broadcast::Sender<Push>,
    ) -> io::Result<Self> {
        let (stop, stopped) = mpsc::sync_channel::<()>(0);
        let mut eye = Eye { layout, latest, live, ends: BTreeMap::new(), kept: BTreeMap::new() };
        eye.look(false)?;
        let thread = std::thread::Builder::new().name("follower".into()).spawn(move || {
            let goes_on = |wait: Duration| stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout);
            survey(&eye.layout, &indexes, || goes_on(Duration::ZERO));
            while goes_on(EVERY) {
                if let Err(error) = eye.look(true) {
                    tracing::warn!("the store could not be looked at: {error}");
                }
            }
        })?;
        Ok(Self { thread: Some(thread), stop: Some(stop) })
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the follower ended with a panic");
        }
    }
}

/// Reads all months once, the newest first, and says what there is.
fn survey(layout: &Layout, indexes: &MonthIndexes, goes_on: impl Fn() -> bool) {
    let (mut files, mut locations, mut damaged) = (0_u32, 0_u64, 0_u64);
    let mut months: Vec<(Month, FriendId)> = Vec::new();
    for friend in layout.friends().unwrap_or_default() {
        let own = none_if_missing(layout.months(&friend)).unwrap_or_default();
        months.extend(own.into_iter().map(|month| (month, friend.clone())));
    }
    months.sort_unstable_by(|one, other| other.cmp(one));
    for (month, friend) in months {
        if !goes_on() {
            return;
        }
        match indexes.of(&layout.month(&friend, month)) {
            Ok(index) => {
                files += 1;
                locations += index.blocks().map(|block| u64::from(block.locations)).sum::<u64>();
                let bad = index.blocks().map(|block| u64::from(block.damaged)).sum::<u64>();
                damaged += bad;
                if bad > 0 {
                    tracing::warn!("rec/{friend}/{month}.rec: {bad} lines cannot be read and are left out");
                }
            }
            Err(error) => tracing::warn!("rec/{friend}/{month}.rec cannot be read: {error}"),
        }
    }
    tracing::info!("the store has {locations} locations in {files} months; {damaged} lines are damaged");
}

/// What was there at the last look.
struct Eye {
    layout: Layout,
    latest: Arc<Latest>,
    live: broadcast::Sender<Push>,
    /// How far each history was read.
    ends: BTreeMap<PathBuf, u64>,
    /// Newest locations and cards.
    kept: BTreeMap<PathBuf, FileIdentity>,
}

impl Eye {
    /// Looks at everything; what is new is told, unless this is the first look.
    fn look(&mut self, tell: bool) -> io::Result<()> {
        for friend in self.layout.friends()? {
            for month in none_if_missing(self.layout.months(&friend))? {
                let path = self.layout.month(&friend, month);
                let length = none_if_missing(fs::metadata(&path).map(|metadata| metadata.len()))?;
                let end = match self.ends.insert(path.clone(), length) {
                    Some(end) if end <= length => end,
                    None if tell => 0, // a new month, or a new device
                    _ => length,       // the first look; or somebody cut the file, and nothing in it is news
                };
                if end < length {
                    let read = self.read_news(&friend, &path, end..length)?;
                    self.ends.insert(path, read);
                }
            }
            if self.changed(self.layout.last(&friend))? && tell {
                self.read_last(&friend)?;
            }
            if self.changed(self.layout.card(&friend))?
                && tell
                && let Some(card) = latest::read_object(&self.layout.card(&friend))?
            {
                self.latest.take_card(&friend, card);
            }
        }
        Ok(())
    }

    /// Whether a file is another one than at the last look.
    fn changed(&mut self, path: PathBuf) -> io::Result<bool> {
        let Some(metadata) = none_if_missing(fs::metadata(&path).map(Some))? else { return Ok(false) };
        let identity = FileIdentity::of(&metadata);
        Ok(self.kept.insert(path, identity) != Some(identity))
    }

    /// Tells the whole lines in a part of a history, and answers up to where they reach.
    fn read_news(&self, friend: &FriendId, path: &Path, new: std::ops::Range<u64>) -> io::Result<u64> {
        let start = new.start.max(new.end.saturating_sub(MAX_NEWS_BYTES));
        let mut bytes = vec![0; (new.end - start) as usize];
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut bytes)?;
        // The rest is still being written.
        let whole = memchr::memrchr(b'\n', &bytes).map_or(0, |line_break| line_break + 1);
        for line in bytes[..whole].split(|byte| *byte == b'\n') {
            if let Ok(line) = RecLine::parse(line) {
                self.tell(friend, &line);
            }
        }
        Ok(start + whole as u64)
    }

    /// Takes in a line as if its message had just come.
    fn tell(&self, friend: &FriendId, line: &RecLine<'_>) {
        let base = self.latest.topic(friend);
        let topic = if line.kind == LOCATION_KIND { base } else { format!("{base}/{}", line.kind) };
        let payload = Bytes::copy_from_slice(line.json.as_bytes());
        let publish = Publish { topic, payload, retain: false, door: Door::Mqtt };
        let now_s = clock::now_s();
        for Entry { friend, keep, live, .. } in Entry::from_publish(&publish, now_s).into_iter().flatten() {
            if let Keep::Latest(fix) = keep {
                self.latest.take_fix(&friend, fix, now_s);
            }
            if let Some(object) = live {
                let _ = self.live.send(writer::push(&self.latest, &friend, &object)); // nobody may be listening
            }
        }
    }

    /// Takes in a newest location: the only news of a Recorder that keeps no histories.
    fn read_last(&self, friend: &FriendId) -> io::Result<()> {
        if let Some(fix) = latest::read_fix(&self.layout.last(friend))? {
            let object = fix.object.clone();
            if self.latest.take_fix(friend, fix, clock::now_s()) {
                let _ = self.live.send(writer::push(&self.latest, friend, &object)); // nobody may be listening
            }
        }
        Ok(())
    }
}
