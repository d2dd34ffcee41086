//! A history as columns, as our server sends it to the page. The format is described in `docs/compact-history.md`.
//!
//! Both directions stream: [`Encoder`] holds one block of points, [`Decoder`] the block that the last piece cut. No bytes
//! make the decoder panic or hold more than a block, and what it delivers does not depend on where the bytes were cut.

mod block;
mod varint;

use std::fmt;

use super::columns::Fix;
use super::repeats::Repeats;
use super::row::{Dropped, Row};
use varint::Reading;

/// Version of the format, in the header of each body and in the server's answer to `version`.
pub const VERSION: u8 = 1;

/// Media type of a body.
pub const MEDIA_TYPE: &str = "application/vnd.owntracks-dashboard.history";

/// What a body begins with: a byte that is in no text, `OTH`, the version.
const HEADER: [u8; 5] = [0x89, b'O', b'T', b'H', VERSION];

/// Most points in a block.
const BLOCK_POINTS: usize = 4096;

/// Longest block, without its two counts. Columns of the longest symbols take less.
const MAX_BLOCK_BYTES: u32 = 40 * BLOCK_POINTS as u32;

/// Bytes looked at in one go, so that a body given in one piece is not copied as a whole.
const PIECE_BYTES: usize = 64 * 1024;

/// Writes one body: rows in order of time in, bytes out.
#[derive(Debug, Default)]
pub struct Encoder {
    block: Vec<Fix>,
    repeats: Repeats,
    started: bool,
    points: u32,
    dropped: Dropped,
}

impl Encoder {
    /// Starts a body.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next row, and appends to `out` what is complete. Rows come in order of time. Exact repeats are left
    /// out and counted, and so are times before 1970 and after 2106. What else has no room is narrowed as in a
    /// [`Track`](super::Track).
    pub fn push(&mut self, row: &Row, out: &mut Vec<u8>) {
        let Some(fix) = Fix::from_row(row) else {
            self.count_invalid(1);
            return;
        };
        if !self.repeats.is_new(&fix) {
            self.dropped.repeats += 1;
            return;
        }
        self.block.push(fix);
        if self.block.len() == BLOCK_POINTS {
            self.end_block(out);
        }
    }

    /// Counts `more` things in the history that were unusable.
    pub fn count_invalid(&mut self, more: u32) {
        self.dropped.invalid = self.dropped.invalid.saturating_add(more);
    }

    /// Ends the body.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Contents {
        self.end_block(out);
        let contents = Contents { points: self.points, dropped: self.dropped };
        for count in [0, contents.points, contents.dropped.repeats, contents.dropped.invalid] {
            varint::write(count, out);
        }
        contents
    }

    fn end_block(&mut self, out: &mut Vec<u8>) {
        if !self.started {
            out.extend_from_slice(&HEADER);
            self.started = true;
        }
        if !self.block.is_empty() {
            block::write(&self.block, out);
            self.points += self.block.len() as u32;
            self.block.clear();
        }
    }
}

/// What a body held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Rows delivered.
    pub points: u32,
    /// What the writer left out.
    pub dropped: Dropped,
}

/// Why a body is unusable from some place on. Rows delivered before are good all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadBody {
    /// It does not begin like a compact history.
    OtherFormat,
    /// A version that is not known here.
    OtherVersion(u8),
    /// It goes wrong in the block, or behind the block, that begins there, in bytes from the start.
    Damaged {
        /// Where.
        offset: u64,
    },
    /// It ends before its trailer: the connection broke.
    Truncated,
}

impl fmt::Display for BadBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFormat => f.write_str("expected a compact history, found something else"),
            Self::OtherVersion(version) => {
                write!(f, "expected a compact history of version {VERSION}, found version {version}")
            }
            Self::Damaged { offset } => write!(f, "the compact history makes no sense from byte {offset} on"),
            Self::Truncated => f.write_str("the compact history ends in the middle"),
        }
    }
}

impl std::error::Error for BadBody {}

/// Reads one body. Feed it with [`push`](Self::push), then ask [`finish`](Self::finish) how it went.
#[derive(Debug, Default)]
pub struct Decoder {
    /// Bytes from the start of what the last piece cut.
    carry: Vec<u8>,
    /// Bytes of the body before those in `carry`.
    consumed: u64,
    phase: Phase,
    /// Reused from block to block.
    block: Vec<Fix>,
    points: u32,
    failed: Option<BadBody>,
}

/// What is expected next.
#[derive(Clone, Copy, Debug, Default)]
enum Phase {
    #[default]
    Header,
    /// A block or the trailer.
    Block,
    /// Nothing more.
    End(Contents),
}

impl Decoder {
    /// Starts at the beginning of a body.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes in the next piece of the body, cut anywhere, and appends the rows of the blocks completed by it to `rows`.
    ///
    /// # Errors
    /// When the body is unusable from here on; the same error for every later piece.
    pub fn push(&mut self, bytes: &[u8], rows: &mut Vec<Row>) -> Result<(), BadBody> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        let mut carry = std::mem::take(&mut self.carry);
        for piece in bytes.chunks(PIECE_BYTES) {
            carry.extend_from_slice(piece);
            let read = self.read(&carry, rows).inspect_err(|error| self.failed = Some(*error))?;
            carry.drain(..read);
            self.consumed += read as u64;
        }
        self.carry = carry;
        Ok(())
    }

    /// Rows delivered so far.
    pub fn points(&self) -> u32 {
        self.points
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// The error of an earlier [`push`](Self::push), or that the body is incomplete.
    pub fn finish(self) -> Result<Contents, BadBody> {
        match (self.failed, self.phase) {
            (Some(error), _) => Err(error),
            (None, Phase::End(contents)) => Ok(contents),
            (None, _) => Err(BadBody::Truncated),
        }
    }

    /// Reads as many blocks as are whole and answers how many bytes they took.
    fn read(&mut self, bytes: &[u8], rows: &mut Vec<Row>) -> Result<usize, BadBody> {
        let mut at = 0;
        while at < bytes.len() {
            let damaged = BadBody::Damaged { offset: self.consumed + at as u64 };
            let rest = &bytes[at..];
            at += match self.phase {
                Phase::Header => match header(rest)? {
                    None => break,
                    Some(length) => {
                        self.phase = Phase::Block;
                        length
                    }
                },
                Phase::Block => match self.block_or_trailer(rest, rows) {
                    Reading::Whole((), length) => length,
                    Reading::NeedsMore => break,
                    Reading::Broken => return Err(damaged),
                },
                Phase::End(_) => return Err(damaged),
            };
        }
        Ok(at)
    }

    fn block_or_trailer(&mut self, bytes: &[u8], rows: &mut Vec<Row>) -> Reading<()> {
        let mut at = 0;
        let mut next = || varint::read(bytes, &mut at);
        let (points, second) = match (next(), next()) {
            (Reading::Broken, _) | (_, Reading::Broken) => return Reading::Broken,
            (Reading::Whole(points, _), Reading::Whole(second, _)) => (points, second),
            _ => return Reading::NeedsMore,
        };
        if points == 0 {
            let (repeats, invalid) = match (next(), next()) {
                (Reading::Broken, _) | (_, Reading::Broken) => return Reading::Broken,
                (Reading::Whole(repeats, _), Reading::Whole(invalid, _)) => (repeats, invalid),
                _ => return Reading::NeedsMore,
            };
            if second != self.points {
                return Reading::Broken;
            }
            let dropped = Dropped { repeats, invalid, out_of_range: 0 };
            self.phase = Phase::End(Contents { points: second, dropped });
            return Reading::Whole((), at);
        }
        if points as usize > BLOCK_POINTS || second > MAX_BLOCK_BYTES {
            return Reading::Broken;
        }
        let Some(columns) = bytes.get(at..at + second as usize) else { return Reading::NeedsMore };
        let Some(total) = self.points.checked_add(points) else { return Reading::Broken };
        if block::read(columns, points as usize, &mut self.block).is_none() {
            return Reading::Broken;
        }
        rows.extend(self.block.iter().map(Fix::row));
        self.points = total;
        Reading::Whole((), at + columns.len())
    }
}

/// Length of the header at the start of `bytes`; `None` when it is not whole yet.
fn header(bytes: &[u8]) -> Result<Option<usize>, BadBody> {
    let common = bytes.len().min(HEADER.len() - 1);
    if bytes[..common] != HEADER[..common] {
        return Err(BadBody::OtherFormat);
    }
    match bytes.get(HEADER.len() - 1) {
        None => Ok(None),
        Some(&VERSION) => Ok(Some(HEADER.len())),
        Some(version) => Err(BadBody::OtherVersion(*version)),
    }
}
