//! Reading `.rec` files line by line, in constant memory whatever their size.

use std::fs::{self, File, Metadata};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::rec::RecLine;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::UnixSeconds;

use super::layout::{Layout, none_if_missing};
use crate::json;

/// Longer lines are damage: no message of the allowed size makes them.
const MAX_LINE_BYTES: usize = 2 << 20;

/// How much is read at once.
const BLOCK_BYTES: usize = 64 << 10;

/// What one device sent in a range of time. Nothing is read until [`History::each`].
#[derive(Debug)]
pub struct History {
    /// Oldest month first.
    files: Vec<PathBuf>,
    identity: Vec<FileIdentity>,
    after_s: UnixSeconds,
    before_s: UnixSeconds,
}

/// In which order the lines of a history come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// As they were received, month by month.
    AsReceived,
    /// The other way round.
    NewestFirst,
}

impl History {
    pub(super) fn open(
        layout: &Layout,
        friend: &FriendId,
        after_s: UnixSeconds,
        before_s: UnixSeconds,
    ) -> io::Result<Self> {
        let months = none_if_missing(layout.months(friend))?;
        let wanted = Month::of(after_s)..=Month::of(before_s);
        let files = months.into_iter().filter(|month| wanted.contains(month));
        let files: Vec<PathBuf> = files.map(|month| layout.month(friend, month)).collect();
        let identity = files.iter().map(|file| Ok(FileIdentity::of(&fs::metadata(file)?)));
        let identity = identity.collect::<io::Result<_>>()?;
        Ok(Self { files, identity, after_s, before_s })
    }

    /// What it is read from: changes when anything is added to it or changed in it.
    pub fn identity(&self) -> &[FileIdentity] {
        &self.identity
    }

    /// Calls `visit` with every whole line of the range until it breaks. Damaged lines are skipped.
    ///
    /// # Errors
    /// When a file cannot be read to its end.
    pub fn each(
        &self,
        direction: Direction,
        mut visit: impl FnMut(RecLine<'_>) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let mut visit_line = |line: &[u8]| match whole_line(line) {
            Some(line) if self.after_s < line.time_s && line.time_s < self.before_s => visit(line),
            _ => ControlFlow::Continue(()),
        };
        let files: Vec<_> = match direction {
            Direction::AsReceived => self.files.iter().collect(),
            Direction::NewestFirst => self.files.iter().rev().collect(),
        };
        for file in files {
            if each_line(file, direction, &mut visit_line)?.is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// What tells one content of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileIdentity {
    number: u64,
    length: u64,
    changed: Option<SystemTime>,
}

impl FileIdentity {
    fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let number = 0; // told apart by length and time
        Self { number, length: metadata.len(), changed: metadata.modified().ok() }
    }
}

/// The line, if it is undamaged through and through.
pub fn whole_line(line: &[u8]) -> Option<RecLine<'_>> {
    RecLine::parse(line).ok().filter(|line| json::is_object(line.json.as_bytes()))
}

/// Calls `visit` with every line of a file, without its line break, until it breaks. A missing file is empty.
///
/// # Errors
/// When the file cannot be read to its end.
pub fn each_line(
    path: &Path,
    direction: Direction,
    visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let Some(file) = none_if_missing(File::open(path).map(Some))? else {
        return Ok(ControlFlow::Continue(()));
    };
    match direction {
        Direction::AsReceived => forwards(BufReader::with_capacity(BLOCK_BYTES, file), visit),
        Direction::NewestFirst => backwards(file, visit),
    }
}

fn forwards(
    mut reader: impl BufRead,
    visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let limit = MAX_LINE_BYTES as u64;
        if reader.by_ref().take(limit).read_until(b'\n', &mut line)? == 0 {
            return Ok(ControlFlow::Continue(()));
        }
        // A part of an overlong line does not read as a line and is skipped by whoever looks at it.
        if visit(line.strip_suffix(b"\n").unwrap_or(&line)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
}

fn backwards(
    mut file: impl Read + Seek,
    visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>,
) -> io::Result<ControlFlow<()>> {
    let mut unread = file.seek(SeekFrom::End(0))?;
    let mut tail: Vec<u8> = Vec::new(); // what was read and begins within a line
    loop {
        while let Some(line_break) = tail.iter().rposition(|&b| b == b'\n') {
            let line = tail.split_off(line_break + 1);
            tail.pop();
            if !line.is_empty() && visit(&line).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        if unread == 0 {
            return Ok(if tail.is_empty() { ControlFlow::Continue(()) } else { visit(&tail) });
        }
        if tail.len() > MAX_LINE_BYTES {
            tail.clear(); // damage; what is left of its beginning does not read as a line
        }
        let block = unread.min(BLOCK_BYTES as u64);
        unread -= block;
        file.seek(SeekFrom::Start(unread))?;
        let mut bytes = vec![0; block as usize];
        file.read_exact(&mut bytes)?;
        bytes.append(&mut tail);
        tail = bytes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lines(text: &[u8], direction: Direction) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let mut visit = |line: &[u8]| {
            if !line.is_empty() {
                lines.push(line.to_vec());
            }
            ControlFlow::Continue(())
        };
        let flow = match direction {
            Direction::AsReceived => forwards(text, &mut visit),
            Direction::NewestFirst => backwards(io::Cursor::new(text), &mut visit),
        };
        assert!(flow.unwrap().is_continue());
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))] // large inputs, to cross blocks

        #[test]
        fn backwards_is_forwards_reversed(parts in proptest::collection::vec("[a\n]{0,40000}", 0..6)) {
            let text = parts.concat().into_bytes();
            let mut backwards = lines(&text, Direction::NewestFirst);
            backwards.reverse();
            prop_assert_eq!(backwards, lines(&text, Direction::AsReceived));
        }
    }

    #[test]
    fn an_overlong_line_does_not_hide_its_neighbours() {
        let text = [b"first\n".to_vec(), vec![b'x'; 2 * MAX_LINE_BYTES + 7], b"\nlast".to_vec()].concat();
        for direction in [Direction::AsReceived, Direction::NewestFirst] {
            let lines = lines(&text, direction);
            assert!(lines.contains(&b"first".to_vec()) && lines.contains(&b"last".to_vec()));
            assert!(lines.iter().all(|line| line.len() <= MAX_LINE_BYTES + BLOCK_BYTES));
        }
    }
}
