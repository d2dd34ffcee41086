//! The household: who belongs to it, who is logged in, who sees whom.
//!
//! | file | purpose |
//! |---|---|
//! | `rule` | who may see and publish what; nothing else decides that |
//! | `register`, `file` | what was agreed, and `people.json` |
//! | `session`, `password`, `token`, `attempts` | logins, secrets, wrong passwords |
//! | `viewer`, `identify`, `cookie` | who asks, and by what it is known |
//! | `pass` | what every door holds of whoever came through it |
//! | `doors` | what is asked of requests before they reach a handler |
//! | `pages` | login, people, phones, shares: plain HTML |
//! | `share` | read-only links for guests |
//! | `command` | `owntracks-dashboard user …` |
//!
//! What holds at any moment is one [`Household`], replaced as a whole. Open connections are told of every change; the rule
//! is asked at every delivery besides, so that nothing depends on how fast they react.

pub mod attempts;
pub mod command;
pub mod cookie;
pub mod doors;
pub mod file;
pub mod identify;
pub mod pages;
pub mod pass;
pub mod password;
pub mod register;
pub mod rule;
pub mod session;
pub mod share;
pub mod token;
pub mod viewer;

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dashboard_core::owntracks::FriendId;
use dashboard_core::time::UnixSeconds;
use tokio::sync::{Semaphore, watch};

use self::attempts::Attempts;
use self::file::{ChangeError, RegisterFile, Stamp, write_private};
use self::identify::Verified;
pub use self::pass::Pass;
use self::register::{Name, Person, Refused, Register};
use self::session::Sessions;
pub use self::viewer::Viewer;

/// How often it is looked whether somebody else changed `people.json`.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Passwords hashed at once: each takes 19 MiB and one processor.
const MAX_HASHING: usize = 2;

/// What holds at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Household {
    /// What was agreed.
    pub register: Register,
    /// Who is logged in.
    pub sessions: Sessions,
}

/// What was noticed of a device while the server runs, for whoever sets it up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trace {
    /// When it last came with its credential.
    pub came_at_s: Option<UnixSeconds>,
    /// When somebody last came by the name of its person and a wrong password.
    pub refused_at_s: Option<UnixSeconds>,
}

/// The household of one server.
pub struct People {
    file: RegisterFile,
    sessions_path: PathBuf,
    now: watch::Sender<Arc<Household>>,
    /// Of the register in `now`. Held while either file is changed.
    stamp: Mutex<Stamp>,
    attempts: Mutex<Attempts>,
    verified: Mutex<Verified>,
    hashing: Semaphore,
    traces: Mutex<HashMap<FriendId, Trace>>,
    /// Marks forms of this run of the server.
    key: [u8; 32],
}

impl People {
    /// Reads what is in the data folder.
    ///
    /// # Errors
    /// When `people.json` cannot be read or makes no sense, or the system has no randomness.
    pub fn open(folder: &Path) -> io::Result<Arc<Self>> {
        let file = RegisterFile::in_folder(folder);
        let (register, stamp) = file.load()?;
        let sessions_path = folder.join("sessions.json");
        let sessions = Sessions::load(&sessions_path);
        Ok(Arc::new(Self {
            file,
            sessions_path,
            now: watch::Sender::new(Arc::new(Household { register, sessions })),
            stamp: Mutex::new(stamp),
            attempts: Mutex::default(),
            verified: Mutex::default(),
            hashing: Semaphore::new(MAX_HASHING),
            traces: Mutex::default(),
            key: token::random().map_err(io::Error::other)?,
        }))
    }

    /// What holds now.
    pub fn now(&self) -> Arc<Household> {
        self.now.borrow().clone()
    }

    /// Changes what was agreed, on disk first. It holds everywhere when this returns.
    ///
    /// # Errors
    /// When `change` refuses, or the disk does; then everything is as before.
    pub async fn change<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Register) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, ChangeError> {
        let people = Arc::clone(self);
        let changing = tokio::task::spawn_blocking(move || {
            let mut known = people.stamp();
            let (done, register, stamp) = people.file.change(change)?;
            *known = stamp;
            people.publish(|household| household.register = register);
            Ok(done)
        });
        changing.await.unwrap_or_else(|panic| Err(ChangeError::File(io::Error::other(panic))))
    }

    /// Changes who is logged in.
    ///
    /// # Errors
    /// When the disk refuses; then it holds until the server ends.
    pub async fn change_sessions<T: Send + 'static>(
        self: &Arc<Self>,
        change: impl FnOnce(&mut Sessions) -> T + Send + 'static,
    ) -> io::Result<T> {
        let people = Arc::clone(self);
        let changing = tokio::task::spawn_blocking(move || {
            let _one_at_a_time = people.stamp();
            let mut sessions = people.now().sessions.clone();
            let done = change(&mut sessions);
            let json = sessions.to_json();
            people.publish(|household| household.sessions = sessions);
            write_private(&people.sessions_path, &json).map(|()| done)
        });
        changing.await.unwrap_or_else(|panic| Err(io::Error::other(panic)))
    }

    /// Notices what `owntracks-dashboard user …` does, until `closing`.
    pub async fn notice(self: Arc<Self>, mut closing: watch::Receiver<bool>) {
        let mut looks = tokio::time::interval(LOOK_EVERY);
        let mut complained = Stamp::default();
        loop {
            tokio::select! {
                _ = looks.tick() => {}
                () = async { drop(closing.wait_for(|closing| *closing).await) } => return,
            }
            let people = Arc::clone(&self);
            let looked = tokio::task::spawn_blocking(move || people.look()).await;
            if let Ok(Err((stamp, error))) = looked
                && stamp != complained
            {
                tracing::error!("{error}; what was agreed before still holds");
                complained = stamp;
            }
        }
    }

    /// Reads the register again if it was changed by somebody else. What makes no sense, or is gone, changes nothing.
    fn look(&self) -> Result<(), (Stamp, io::Error)> {
        let mut known = self.stamp();
        let stamp = self.file.stamp().map_err(|error| (Stamp::default(), error))?;
        if stamp == *known {
            return Ok(());
        }
        let (register, stamp) = self.file.load().map_err(|error| (stamp, error))?;
        if register.is_empty() && !self.now().register.is_empty() {
            return Err((stamp, io::Error::other(format!("{} is gone or empty", file::FILE_NAME))));
        }
        *known = stamp;
        self.publish(|household| household.register = register);
        Ok(())
    }

    /// What was noticed of a device.
    pub fn trace(&self, device: &FriendId) -> Trace {
        self.traces().get(device).copied().unwrap_or_default()
    }

    /// Notes something about the devices of `person`: one of them, or all when it is not known which.
    fn note(&self, person: &Person, device: Option<&Name>, note: impl Fn(&mut Trace)) {
        let mut traces = self.traces();
        for known in &person.devices {
            if device.is_none_or(|device| *device == known.name)
                && let Some(friend) = FriendId::new(person.name.as_str(), known.name.as_str())
            {
                note(traces.entry(friend).or_default());
            }
        }
    }

    fn publish(&self, change: impl FnOnce(&mut Household)) {
        self.now.send_modify(|now| change(Arc::make_mut(now)));
    }

    // A panic while one of these was held left nothing half done that would matter.
    fn stamp(&self) -> MutexGuard<'_, Stamp> {
        self.stamp.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attempts(&self) -> MutexGuard<'_, Attempts> {
        self.attempts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn traces(&self) -> MutexGuard<'_, HashMap<FriendId, Trace>> {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn verified(&self) -> MutexGuard<'_, Verified> {
        self.verified.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A mark that only this run of the server can make for `subject`: forms bring it back.
    fn mark(&self, subject: &str) -> String {
        token::mark(&self.key, subject)
    }
}
