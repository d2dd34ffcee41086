//! `people.json` on disk: written whole or not at all, readable by the server's user only, changed by one program at a
//! time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::register::{Refused, Register};

/// Name of the file in the data folder.
pub const FILE_NAME: &str = "people.json";

/// Where the register is kept.
#[derive(Clone, Debug)]
pub struct RegisterFile {
    path: PathBuf,
    lock: PathBuf,
}

/// The register was not changed.
#[derive(Debug)]
pub enum ChangeError {
    /// It cannot be so.
    Refused(Refused),
    /// The file cannot be read or written.
    File(io::Error),
}

impl std::fmt::Display for ChangeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(refused) => write!(f, "{refused}"),
            Self::File(error) => write!(f, "{FILE_NAME}: {error}"),
        }
    }
}

impl std::error::Error for ChangeError {}

impl From<Refused> for ChangeError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<io::Error> for ChangeError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Tells one state of the file from the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp(Option<(u64, u64, SystemTime)>);

impl RegisterFile {
    /// The file in the data folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join(FILE_NAME), lock: folder.join("people.lock") }
    }

    /// What is in it, and its stamp. Without a file nobody was ever added.
    ///
    /// # Errors
    /// When it cannot be read or makes no sense: then nobody may be let in on its behalf.
    pub fn load(&self) -> io::Result<(Register, Stamp)> {
        let stamp = self.stamp()?;
        match fs::read(&self.path) {
            Ok(bytes) => Register::from_json(&bytes).map(|register| (register, stamp)).map_err(|reason| {
                io::Error::new(io::ErrorKind::InvalidData, format!("{}: {reason}", self.path.display()))
            }),
            Err(error) if is_missing(&error) => Ok((Register::default(), stamp)),
            Err(error) => Err(error),
        }
    }

    /// Tells whether it changed since. Replacing a file gives it another number, so that no change is missed.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn stamp(&self) -> io::Result<Stamp> {
        match fs::metadata(&self.path) {
            Ok(found) => Ok(Stamp(Some((number_of(&found), found.len(), found.modified()?)))),
            Err(error) if is_missing(&error) => Ok(Stamp::default()),
            Err(error) => Err(error),
        }
    }

    /// Changes what is in the file, while nobody else does.
    ///
    /// # Errors
    /// When `change` refuses, or the file cannot be read or written; then it is as before.
    pub fn change<T>(
        &self,
        change: impl FnOnce(&mut Register) -> Result<T, Refused>,
    ) -> Result<(T, Register, Stamp), ChangeError> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder)?;
        }
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&self.lock)?;
        share_with_server(&lock, &self.lock)?;
        lock.lock()?; // given back when closed
        let (mut register, _) = self.load()?;
        let done = change(&mut register)?;
        write_private(&self.path, &register.to_json())?;
        Ok((done, register, self.stamp()?))
    }
}

/// Replaces a file as a whole; only the server's user may read it.
///
/// # Errors
/// When the disk refuses; then the file is as before.
pub fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("json.new");
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&beside)?;
    share_with_server(&file, &beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Gives a file to whom its folder belongs to. The server runs as a user of its own, who could not read what the system's
/// administrator adds beside it; for others than the administrator, who may not, the file stays as it is.
#[cfg(unix)]
fn share_with_server(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let Some(folder) = path.parent() else { return Ok(()) };
    let (folder, own) = (fs::metadata(folder)?, file.metadata()?);
    if own.uid() == folder.uid() {
        return Ok(());
    }
    match fchown(file, Some(folder.uid()), Some(folder.gid())) {
        Err(error) if error.kind() != io::ErrorKind::PermissionDenied => Err(error),
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn share_with_server(_file: &File, _path: &Path) -> io::Result<()> {
    Ok(())
}

/// There is no such file. Whether the data folder is one at all is for the store to say.
fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(unix)]
fn number_of(found: &fs::Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

#[cfg(not(unix))]
fn number_of(_found: &fs::Metadata) -> u64 {
    0
}

#[cfg(test)]
mod tests {
    use super::super::password::PasswordHash;
    use super::super::register::{Name, Person};
    use super::*;

    fn alice() -> Person {
        Person::new(Name::parse("alice").unwrap(), true, Some(PasswordHash::unusable()))
    }

    #[test]
    fn changes_are_kept_and_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = RegisterFile::in_folder(folder.path());
        let (nobody, before) = file.load().unwrap();
        assert!(nobody.is_empty());
        file.change(|register| register.add(alice())).unwrap();
        let (register, after) = file.load().unwrap();
        assert!(register.has_owner() && before != after);
        assert_eq!(file.stamp().unwrap(), after);
        file.change(|_| Ok(())).unwrap();
        assert_ne!(file.stamp().unwrap(), after);
    }

    #[test]
    fn what_is_refused_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let file = RegisterFile::in_folder(folder.path());
        file.change(|register| register.add(alice())).unwrap();
        let before = fs::read(folder.path().join(FILE_NAME)).unwrap();
        let refused = file.change(|register| {
            register.people.clear();
            Err::<(), _>(Refused::LastOwner)
        });
        assert!(matches!(refused, Err(ChangeError::Refused(Refused::LastOwner))));
        assert_eq!(fs::read(folder.path().join(FILE_NAME)).unwrap(), before);
    }

    #[cfg(unix)]
    #[test]
    fn others_cannot_read_it() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let file = RegisterFile::in_folder(folder.path());
        file.change(|register| register.add(alice())).unwrap();
        let mode = fs::metadata(folder.path().join(FILE_NAME)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn what_an_administrator_adds_is_the_servers_to_read() {
        use std::os::unix::fs::{MetadataExt, chown};
        let folder = tempfile::tempdir().unwrap();
        // Only an administrator can give a folder away; others are in the case that the tests above cover.
        if chown(folder.path(), Some(12_345), Some(12_345)).is_err() {
            return;
        }
        RegisterFile::in_folder(folder.path()).change(|register| register.add(alice())).unwrap();
        for name in [FILE_NAME, "people.lock"] {
            assert_eq!(fs::metadata(folder.path().join(name)).unwrap().uid(), 12_345, "{name}");
        }
    }

    #[test]
    fn a_damaged_file_is_not_taken_for_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        let file = RegisterFile::in_folder(folder.path());
        fs::write(folder.path().join(FILE_NAME), "{").unwrap();
        assert!(file.load().is_err());
        assert!(matches!(file.change(|register| register.add(alice())), Err(ChangeError::File(_))));
    }
}
