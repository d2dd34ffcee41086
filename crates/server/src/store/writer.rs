//! The one thread that writes.
//!
//! Whatever waits in the queue when it is free becomes one batch with one sync per touched history, so that a thousand
//! messages a second cost no more syncs than the disk can do. Nobody is answered before their batch is on disk.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use dashboard_core::owntracks::FriendId;
use tokio::sync::{broadcast, oneshot};

use super::Push;
use super::entry::{Entry, Keep};
use super::latest::Latest;
use super::layout::{Layout, replace_file, sync_folder};
use crate::{clock, json};

/// Jobs that may wait. A full queue means a disk that cannot keep up: it is reported, and the phones try again later.
const QUEUE: usize = 8192;

/// Jobs per batch, so that the first one does not wait for all.
const BATCH: usize = 1024;

/// Name of this server in live pushes, where the Recorder puts its own label.
pub const LABEL: &str = "OwnTracks";

/// A running writer.
pub struct Writer {
    queue: Queue,
    thread: JoinHandle<()>,
}

/// Where to put what should be written.
#[derive(Clone)]
pub struct Queue(SyncSender<Job>);

/// What belongs together and is answered together.
struct Job {
    entries: Vec<Entry>,
    done: oneshot::Sender<io::Result<()>>,
}

impl Writer {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(layout: Layout, latest: Arc<Latest>, live: broadcast::Sender<Push>) -> io::Result<Self> {
        let (sender, jobs) = sync_channel(QUEUE);
        let disk = Disk { layout, latest, live };
        let thread = std::thread::Builder::new().name("writer".into()).spawn(move || disk.write(&jobs))?;
        Ok(Self { queue: Queue(sender), thread })
    }

    /// Where to put what should be written.
    pub fn queue(&self) -> Queue {
        self.queue.clone()
    }

    /// Writes what is queued and ends the thread. Waits for queues handed out to be dropped.
    pub fn finish(self) {
        drop(self.queue);
        if self.thread.join().is_err() {
            tracing::error!("the writer ended with a panic");
        }
    }
}

impl Queue {
    /// Returns once `entries` are on disk.
    pub async fn record(self, entries: Vec<Entry>) -> io::Result<()> {
        let (done, outcome) = oneshot::channel();
        if self.0.try_send(Job { entries, done }).is_err() {
            return Err(io::Error::other("too much is waiting to be written"));
        }
        drop(self);
        outcome.await.unwrap_or_else(|_| Err(io::Error::other("the writer has ended")))
    }
}

/// What the thread owns.
struct Disk {
    layout: Layout,
    latest: Arc<Latest>,
    live: broadcast::Sender<Push>,
}

impl Disk {
    fn write(&self, jobs: &Receiver<Job>) {
        while let Ok(first) = jobs.recv() {
            let batch: Vec<Job> = std::iter::once(first).chain(jobs.try_iter().take(BATCH - 1)).collect();
            self.write_batch(batch);
        }
    }

    fn write_batch(&self, batch: Vec<Job>) {
        let failed = self.append_lines(&batch);
        let mut moved = Vec::new();
        let mut answers = Vec::with_capacity(batch.len());
        for job in batch {
            let histories = job.entries.iter().filter_map(|entry| self.history_of(entry));
            let error = histories.filter_map(|path| failed.get(&path)).next().map(copy_of);
            let outcome = error.map_or_else(|| self.keep_all(job.entries, &mut moved), Err);
            answers.push((job.done, outcome));
        }
        moved.sort_unstable();
        moved.dedup();
        for friend in &moved {
            // The history has it already, and the next start finds it there.
            if let Err(error) = self.write_last(friend) {
                tracing::warn!("a newest location could not be written: {error}");
            }
        }
        for (done, outcome) in answers {
            let _ = done.send(outcome); // the asker may have gone away meanwhile
        }
    }

    /// Appends all lines and syncs each touched history once; what went wrong, by history.
    fn append_lines(&self, batch: &[Job]) -> BTreeMap<PathBuf, io::Error> {
        let mut histories: BTreeMap<PathBuf, Vec<u8>> = BTreeMap::new();
        for entry in batch.iter().flat_map(|job| &job.entries) {
            if let (Some(path), Some(line)) = (self.history_of(entry), &entry.line) {
                histories.entry(path).or_default().extend_from_slice(&line.bytes);
            }
        }
        let mut failed = BTreeMap::new();
        for (path, lines) in histories {
            if let Err(error) = append(&path, &lines) {
                tracing::error!("a history could not be written: {error}");
                failed.insert(path, error);
            }
        }
        failed
    }

    fn history_of(&self, entry: &Entry) -> Option<PathBuf> {
        entry.line.as_ref().map(|line| self.layout.month(&entry.friend, line.month))
    }

    /// Keeps what the entries say besides their lines, and tells the listeners.
    fn keep_all(&self, entries: Vec<Entry>, moved: &mut Vec<FriendId>) -> io::Result<()> {
        for Entry { friend, keep, live, .. } in entries {
            match keep {
                Keep::Nothing => {}
                Keep::Latest(fix) => {
                    if self.latest.take_fix(&friend, fix, clock::now_s()) {
                        moved.push(friend.clone());
                    }
                }
                Keep::Card(card) => {
                    replace_file(&self.layout.card(&friend), &card)?;
                    self.latest.take_card(&friend, card.into());
                }
                Keep::Waypoint(iso, object) => replace_file(&self.layout.waypoint(&friend, &iso), &object)?,
                Keep::Waypoints(object) => replace_file(&self.layout.waypoints(&friend), &object)?,
            }
            if let Some(object) = live {
                let _ = self.live.send(push(&self.latest, &friend, &object)); // nobody may be listening
            }
        }
        Ok(())
    }

    fn write_last(&self, friend: &FriendId) -> io::Result<()> {
        match self.latest.of(friend).fix {
            Some(fix) => replace_file(&self.layout.last(friend), &fix.object),
            None => Ok(()),
        }
    }
}

/// What listeners get to hear of a message.
pub fn push(latest: &Latest, friend: &FriendId, object: &[u8]) -> Push {
    let mut push = json::Builder::from_object(&latest.of(friend).with_card(object));
    push.text("_label", LABEL);
    Push { friend: friend.clone(), object: push.finish().into() }
}

/// Appends whole lines and returns once they are on disk. A torn line that a power cut left at the end is closed first,
/// so that it costs itself only. After an error the file is as long as before.
pub fn append(path: &Path, lines: &[u8]) -> io::Result<()> {
    let is_new = !path.exists();
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let length = file.seek(SeekFrom::End(0))?;
    let written = (|| {
        if !ends_with_line_break(&mut file, length)? {
            file.write_all(b"\n")?;
        }
        file.write_all(lines)?;
        file.sync_data()
    })();
    if let Err(error) = written {
        file.set_len(length)?;
        return Err(error);
    }
    if is_new {
        // device, user and `rec`: each may have just been made
        path.ancestors().skip(1).take(4).try_for_each(sync_folder)?;
    }
    Ok(())
}

fn ends_with_line_break(file: &mut File, length: u64) -> io::Result<bool> {
    if length == 0 {
        return Ok(true);
    }
    let mut last = [0];
    file.seek(SeekFrom::Start(length - 1))?;
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

/// Errors cannot be cloned, and several jobs may share one.
fn copy_of(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}
