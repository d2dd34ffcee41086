//! What is in a month's file, without reading it again: where which times are, in blocks.
//!
//! 48 bytes for each 64 KiB of history, kept for as long as the server runs. A file that grew is read from where it ended; one
//! that was replaced, cut or edited is read anew.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use dashboard_core::time::UnixSeconds;

use super::line::LineReader;

/// Longer lines are damage: no message of the allowed size makes them.
pub const MAX_LINE_BYTES: usize = 2 << 20;

/// Lines are gathered into blocks of at least so many bytes.
const BLOCK_BYTES: u64 = 64 << 10;

/// How much is read at once.
const READ_BYTES: usize = 256 << 10;

/// Bytes in front of the end that must still be there when a file has grown.
const END_BYTES: usize = 128;

/// Whole lines that lie behind each other in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Where in the file, in bytes.
    pub bytes: Range<u64>,
    /// The earliest and the latest time of its locations; `None` without any.
    pub times: Option<(UnixSeconds, UnixSeconds)>,
    /// Its locations are sorted by time.
    pub in_order: bool,
    /// Lines that hold locations.
    pub locations: u32,
    /// Lines that are none.
    pub damaged: u32,
}

/// What is in one file.
#[derive(Clone, Debug)]
pub struct MonthIndex {
    /// The file this is true of.
    identity: FileIdentity,
    /// The last line break that was seen is in front of this byte.
    covered: u64,
    /// The bytes in front of `covered`.
    end: Vec<u8>,
    blocks: Vec<Block>,
    /// A line behind the last line break: nearly always one that is just being written, or was torn by a power cut.
    torn: Option<Block>,
}

/// What tells one content of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FileIdentity {
    number: u64,
    length: u64,
    changed: Option<SystemTime>,
}

impl FileIdentity {
    /// That of a file.
    pub fn of(metadata: &Metadata) -> Self {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let number = 0; // told apart by length and time
        Self { number, length: metadata.len(), changed: metadata.modified().ok() }
    }
}

impl MonthIndex {
    /// Reads the whole file.
    fn read(file: &File, identity: FileIdentity) -> io::Result<Self> {
        let mut index = Self { identity, covered: 0, end: Vec::new(), blocks: Vec::new(), torn: None };
        index.read_on(file)?;
        Ok(index)
    }

    /// Reads what was added, if `file` is the one this was made of and has only grown.
    fn grown(&self, file: &File, identity: FileIdentity) -> io::Result<Option<Self>> {
        let same_file = identity.number == self.identity.number && identity.length > self.identity.length;
        if !same_file {
            return Ok(None);
        }
        let mut end = vec![0; self.end.len()];
        let read = read_at(file, &mut end, self.covered - self.end.len() as u64)?;
        if end[..read] != self.end {
            return Ok(None);
        }
        let mut index = Self { identity, torn: None, ..self.clone() };
        index.read_on(file)?;
        Ok(Some(index))
    }

    /// Whole lines in the order of the file, and what stands behind the last line break if it can be read.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.blocks.iter().chain(&self.torn)
    }

    /// Reads from `covered` to the length that the identity says.
    fn read_on(&mut self, file: &File) -> io::Result<()> {
        let mut growing = Growing::new(self.blocks.pop());
        let mut buffer = vec![0; READ_BYTES];
        // The buffer holds the bytes of the file from `base` on, `filled` of them.
        let (mut base, mut filled) = (self.covered, 0);
        // Of a line that is too long only the end is waited for.
        let mut too_long = false;
        while base + (filled as u64) < self.identity.length {
            if filled == buffer.len() {
                if filled < MAX_LINE_BYTES {
                    buffer.resize(2 * filled, 0);
                } else {
                    (base, filled, too_long) = (base + filled as u64, 0, true);
                }
            }
            let unread = base + filled as u64..self.identity.length;
            let room = (unread.end - unread.start).min((buffer.len() - filled) as u64) as usize;
            let read = read_at(file, &mut buffer[filled..filled + room], unread.start)?;
            if read == 0 {
                break; // it was cut meanwhile, and the next look at it will notice
            }
            filled += read;
            let mut start = 0;
            for line_break in memchr::memchr_iter(b'\n', &buffer[..filled]) {
                let next = base + line_break as u64 + 1;
                let line = (!too_long).then(|| &buffer[start..line_break]);
                growing.add(line, self.covered..next, &mut self.blocks);
                (self.covered, start, too_long) = (next, line_break + 1, false);
            }
            if start > 0 {
                self.end.clear();
                self.end.extend_from_slice(&buffer[start.saturating_sub(END_BYTES)..start]);
            }
            buffer.copy_within(start..filled, 0);
            (base, filled) = (base + start as u64, filled - start);
        }
        self.blocks.extend(growing.block);
        let mut torn = Growing::new(None);
        if !too_long {
            torn.add(Some(&buffer[..filled]), base..base + filled as u64, &mut Vec::new());
        }
        self.torn = torn.block.filter(|block| block.locations > 0);
        Ok(())
    }
}

/// The last block of a file, while lines are added to it.
struct Growing {
    block: Option<Block>,
    reader: LineReader,
}

impl Growing {
    fn new(block: Option<Block>) -> Self {
        Self { block, reader: LineReader::default() }
    }

    /// Adds a line, which is `None` when it is too long to be one. A block that is large enough goes to `blocks`.
    fn add(&mut self, line: Option<&[u8]>, bytes: Range<u64>, blocks: &mut Vec<Block>) {
        if self.block.as_ref().is_some_and(|block| block.bytes.end - block.bytes.start >= BLOCK_BYTES) {
            blocks.extend(self.block.take());
        }
        let block = self.block.get_or_insert_with(|| Block::empty(bytes.start));
        let Some(line) = line.filter(|line| line.len() <= MAX_LINE_BYTES) else {
            // It is counted, and in no block: nobody wants to read it again.
            block.damaged += 1;
            blocks.extend(self.block.replace(Block::empty(bytes.end)));
            return;
        };
        block.bytes.end = bytes.end;
        match self.reader.read(line) {
            Some(line) if line.is_location => block.add_location(line.time_s),
            Some(_) => {}
            None => block.damaged += u32::from(!line.trim_ascii().is_empty()),
        }
    }
}

impl Block {
    fn empty(at: u64) -> Self {
        Self { bytes: at..at, times: None, in_order: true, locations: 0, damaged: 0 }
    }

    fn add_location(&mut self, time_s: UnixSeconds) {
        self.locations += 1;
        self.times = Some(match self.times {
            None => (time_s, time_s),
            Some((first_s, last_s)) => {
                // While it is in order, the latest time is that of the last line.
                self.in_order &= last_s <= time_s;
                (first_s.min(time_s), last_s.max(time_s))
            }
        });
    }
}

/// What is known of the months of one store.
#[derive(Debug, Default)]
pub struct MonthIndexes(Mutex<HashMap<PathBuf, Arc<MonthIndex>>>);

impl MonthIndexes {
    /// What is in the file at `path` now.
    ///
    /// # Errors
    /// When it cannot be read; `NotFound` when it is gone.
    pub fn of(&self, path: &Path) -> io::Result<Arc<MonthIndex>> {
        let file = File::open(path)?;
        let identity = FileIdentity::of(&file.metadata()?);
        let known = self.lock().get(path).cloned();
        if let Some(known) = &known
            && known.identity == identity
        {
            return Ok(known.clone());
        }
        // Not under the lock: others need not wait for the disk. Two who ask at once both read.
        let grown = known.map_or(Ok(None), |known| known.grown(&file, identity))?;
        let index = Arc::new(grown.map_or_else(|| MonthIndex::read(&file, identity), Ok)?);
        self.lock().insert(path.to_owned(), index.clone());
        Ok(index)
    }

    // Nothing in here panics while it holds the lock.
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PathBuf, Arc<MonthIndex>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads as much as there is, at most as `buffer` takes.
///
/// # Errors
/// When the disk refuses.
pub fn read_at(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut file = file;
    file.seek(SeekFrom::Start(at))?;
    file.read(buffer)
}
