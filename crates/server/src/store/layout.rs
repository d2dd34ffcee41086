//! Where things lie on disk, and how files are replaced.
//!
//! ```text
//! rec/<user>/<device>/YYYY-MM.rec                    every message, one line each
//! last/<user>/<device>/<user>-<device>.json          newest location
//! cards/<user>/<device>/<user>-<device>.json         name and face
//! waypoints/<user>/<device>/<time>.json              one region
//! waypoints/<user>/<device>/<user>-<device>.otrw     all regions of a device
//! ```
//! Names are folded ([`FriendId`]): only `a-z`, `0-9` and `-`, so none can point out of its folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;

/// The folder of a store.
#[derive(Clone)]
pub struct Layout {
    folder: PathBuf,
    /// Held for this process alone, where it writes.
    lock: Option<Arc<Lock>>,
}

/// The lock on a folder, held until it is dropped or given back. The system frees it whatever way the process ends.
struct Lock(File);

impl Drop for Lock {
    /// Says so instead of only closing the file: a program that is just being started holds a copy of every open file for
    /// a moment, and the lock with it.
    fn drop(&mut self) {
        // Fails only when the file is gone, and the lock with it.
        let _ = self.0.unlock();
    }
}

impl Layout {
    /// Makes `folder` when missing and locks it.
    ///
    /// # Errors
    /// When it cannot be made or written; `WouldBlock` when another server holds it.
    pub fn open(folder: &Path) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let lock = File::create(folder.join(".owntracks-dashboard.lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder: folder.to_owned(), lock: Some(Arc::new(Lock(lock))) }),
            Err(fs::TryLockError::WouldBlock) => {
                Err(io::Error::new(io::ErrorKind::WouldBlock, "another server is using this folder"))
            }
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }

    /// Takes `folder` as it is, to read what somebody else writes there.
    ///
    /// # Errors
    /// When it is no folder or cannot be read.
    pub fn of_others(folder: &Path) -> io::Result<Self> {
        fs::read_dir(folder)?;
        Ok(Self { folder: folder.to_owned(), lock: None })
    }

    /// Gives the folder back, whatever clones still read in it.
    pub fn release(&self) {
        if let Some(lock) = &self.lock {
            // Fails only when the file is gone, and the lock with it.
            let _ = lock.0.unlock();
        }
    }

    /// Folder of all histories.
    pub fn histories(&self) -> PathBuf {
        self.folder.join("rec")
    }

    /// File with the history of `friend` in `month`.
    pub fn month(&self, friend: &FriendId, month: Month) -> PathBuf {
        self.of("rec", friend).join(format!("{month}.rec"))
    }

    /// The months `friend` has a history of, oldest first.
    ///
    /// # Errors
    /// When the folder cannot be read; `NotFound` for an unknown device.
    pub fn months(&self, friend: &FriendId) -> io::Result<Vec<Month>> {
        let mut months = Vec::new();
        for entry in fs::read_dir(self.of("rec", friend))? {
            let name = entry?.file_name();
            let month = name.to_str().and_then(|name| name.strip_suffix(".rec"));
            months.extend(month.and_then(Month::parse));
        }
        months.sort_unstable();
        Ok(months)
    }

    /// File with the newest location of `friend`.
    pub fn last(&self, friend: &FriendId) -> PathBuf {
        self.of("last", friend).join(format!("{}-{}.json", friend.user(), friend.device()))
    }

    /// File with the card of `friend`.
    pub fn card(&self, friend: &FriendId) -> PathBuf {
        self.of("cards", friend).join(format!("{}-{}.json", friend.user(), friend.device()))
    }

    /// File with the card of a person, for devices without one of their own. Written by hand, read by the Recorder.
    pub fn card_of_user(&self, user: &str) -> PathBuf {
        self.folder.join("cards").join(user).join(format!("{user}.json"))
    }

    /// File with the region of `friend` that was created at `iso`.
    pub fn waypoint(&self, friend: &FriendId, iso: &str) -> PathBuf {
        self.of("waypoints", friend).join(format!("{iso}.json"))
    }

    /// File with all regions of `friend`.
    pub fn waypoints(&self, friend: &FriendId) -> PathBuf {
        self.of("waypoints", friend).join(format!("{}-{}.otrw", friend.user(), friend.device()))
    }

    /// Everyone who has a history or a newest location, sorted.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub fn friends(&self) -> io::Result<Vec<FriendId>> {
        let mut friends = Vec::new();
        for kind in ["rec", "last"] {
            let kind = self.folder.join(kind);
            for user in none_if_missing(folders_in(&kind))? {
                for device in folders_in(&kind.join(&user))? {
                    friends.extend(FriendId::new(&user, &device));
                }
            }
        }
        friends.sort_unstable();
        friends.dedup();
        Ok(friends)
    }

    fn of(&self, kind: &str, friend: &FriendId) -> PathBuf {
        self.folder.join(kind).join(friend.user()).join(friend.device())
    }
}

/// Names of the folders in `folder`, sorted.
///
/// # Errors
/// When it cannot be read.
pub fn folders_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string().ok());
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// A missing folder or file is an empty one.
///
/// # Errors
/// Any other error.
pub fn none_if_missing<T: Default>(result: io::Result<T>) -> io::Result<T> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(T::default()),
        other => other,
    }
}

/// Puts `bytes` at `path` in one step, so that a reader, or whoever comes after a power cut, finds the old content or the
/// new, never a part.
///
/// # Errors
/// When the disk refuses; the old content is still there then.
pub fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let new = path.with_extension("new");
    let mut file = File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_data()?;
    fs::rename(&new, path)?;
    sync_folder(folder)
}

/// Makes the names in `folder` durable.
///
/// # Errors
/// When the disk refuses.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) } // elsewhere folders cannot be opened as files
}
