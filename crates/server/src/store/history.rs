//! What one device sent in a range of time, sorted by time, in bounded memory whatever its size.
//!
//! Lines stand in a file as they were received, so late ones stand too far back. Blocks whose lines are in order, and before
//! everything that follows, are passed on as they are read. Around late lines, lines are held back until nothing earlier can
//! follow; the index of the month knows when that is. Where more than [`HELD_BYTES`] would be held, the rest is sorted in
//! passes: each reads all of it again and picks the next [`PASS_LINES`]. That takes time, never memory, and the order is exact
//! in any case.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::sync::Arc;

use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::UnixSeconds;

use super::layout::{Layout, none_if_missing};
use super::line::{LineReader, StoredLine};
use super::month_index::{Block, FileIdentity, MonthIndexes};

/// Most bytes of lines held back at once: a phone that kept a month of fixes to itself and sent them last.
const HELD_BYTES: usize = 8 << 20;

/// Lines picked in one pass, 40 bytes each.
const PASS_LINES: usize = 128 << 10;

/// What one device sent in a range of time. Nothing is read until [`History::each`].
#[derive(Debug)]
pub struct History {
    /// Oldest month first.
    files: Vec<PathBuf>,
    identity: Vec<FileIdentity>,
    indexes: Arc<MonthIndexes>,
    after_s: UnixSeconds,
    before_s: UnixSeconds,
    held_bytes: usize,
    pass_lines: usize,
}

/// In which order the locations of a history come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// By time; those of one second as they were received.
    OldestFirst,
    /// The other way round.
    NewestFirst,
}

/// Where a line belongs: lines come in ascending order of this.
type Rank = (i64, u64);

/// A block that has lines of the range.
struct Piece {
    /// Which file.
    file: usize,
    block: Block,
    /// Nothing in later pieces belongs before this.
    settled: i64,
}

impl History {
    pub(super) fn open(
        layout: &Layout,
        indexes: Arc<MonthIndexes>,
        friend: &FriendId,
        after_s: UnixSeconds,
        before_s: UnixSeconds,
    ) -> io::Result<Self> {
        let months = none_if_missing(layout.months(friend))?;
        let wanted = Month::of(after_s.saturating_add(1))..=Month::of(before_s.saturating_sub(1));
        let (mut files, mut identity) = (Vec::new(), Vec::new());
        for month in months.into_iter().filter(|month| wanted.contains(month)) {
            let file = layout.month(friend, month);
            identity.push(FileIdentity::of(&fs::metadata(&file)?));
            files.push(file);
        }
        let (held_bytes, pass_lines) = (HELD_BYTES, PASS_LINES);
        Ok(Self { files, identity, indexes, after_s, before_s, held_bytes, pass_lines })
    }

    /// What it is read from: changes when anything is added to it or changed in it.
    pub fn identity(&self) -> &[FileIdentity] {
        &self.identity
    }

    /// Calls `visit` with every location of the range until it breaks. Torn and damaged lines are left out. Answers how many
    /// of those the files have.
    ///
    /// # Errors
    /// When a file cannot be read to its end, or changes meanwhile in other ways than growing.
    pub fn each(
        &self,
        order: Order,
        mut visit: impl FnMut(StoredLine<'_>) -> ControlFlow<()>,
    ) -> io::Result<u64> {
        let (pieces, damaged) = self.pieces(order)?;
        let mut reading = Reading { history: self, order, open: None, bytes: Vec::new() };
        let mut held: BinaryHeap<Reverse<Held>> = BinaryHeap::new();
        let mut held_bytes = 0;
        let mut last: Option<Rank> = None;
        for piece in &pieces {
            let lines = reading.lines(piece)?;
            if held.is_empty() && piece.block.in_order && order.reach(&piece.block).1 <= piece.settled {
                for (rank, line) in lines {
                    last = Some(rank);
                    if visit(line.stored).is_break() {
                        return Ok(damaged);
                    }
                }
                continue;
            }
            for (rank, line) in lines {
                held_bytes += line.bytes.len();
                held.push(Reverse(Held { rank, line: line.bytes.into() }));
            }
            while held.peek().is_some_and(|Reverse(next)| next.rank.0 <= piece.settled) {
                let Some(Reverse(next)) = held.pop() else { break };
                held_bytes -= next.line.len();
                last = Some(next.rank);
                if visit_again(&next.line, &mut visit).is_break() {
                    return Ok(damaged);
                }
            }
            if held_bytes > self.held_bytes {
                drop(held);
                self.each_in_passes(&pieces, reading, last, &mut visit)?;
                return Ok(damaged);
            }
        }
        Ok(damaged)
    }

    /// Passes on what comes behind `last`.
    fn each_in_passes(
        &self,
        pieces: &[Piece],
        mut reading: Reading<'_>,
        mut last: Option<Rank>,
        visit: &mut impl FnMut(StoredLine<'_>) -> ControlFlow<()>,
    ) -> io::Result<()> {
        loop {
            let mut next: BinaryHeap<Place> = BinaryHeap::with_capacity(self.pass_lines + 1);
            for piece in pieces {
                if last.is_some_and(|last| reading.order.reach(&piece.block).1 < last.0) {
                    continue;
                }
                for (rank, line) in reading.lines(piece)? {
                    let comes = last.is_none_or(|last| rank > last);
                    if comes
                        && (next.len() < self.pass_lines || next.peek().is_some_and(|most| rank < most.rank))
                    {
                        next.push(Place { rank, file: piece.file, at: line.at, len: line.bytes.len() });
                        if next.len() > self.pass_lines {
                            next.pop();
                        }
                    }
                }
            }
            let is_rest = next.len() < self.pass_lines;
            let next = next.into_sorted_vec();
            for place in &next {
                let line = reading.load(place.file, place.at..place.at + place.len as u64)?;
                if visit_again(line, visit).is_break() {
                    return Ok(());
                }
            }
            last = next.last().map(|place| place.rank);
            if is_rest {
                return Ok(());
            }
        }
    }

    /// The blocks that have lines of the range, in order, and how many damaged lines there are.
    fn pieces(&self, order: Order) -> io::Result<(Vec<Piece>, u64)> {
        let mut pieces = Vec::new();
        let mut damaged = 0;
        for (file, path) in self.files.iter().enumerate() {
            for block in self.indexes.of(path)?.blocks() {
                damaged += u64::from(block.damaged);
                if block
                    .times
                    .is_some_and(|(first_s, last_s)| first_s < self.before_s && last_s > self.after_s)
                {
                    pieces.push(Piece { file, block: block.clone(), settled: 0 });
                }
            }
        }
        if order == Order::NewestFirst {
            pieces.reverse();
        }
        let mut earliest = i64::MAX;
        for piece in pieces.iter_mut().rev() {
            piece.settled = earliest;
            earliest = earliest.min(order.reach(&piece.block).0);
        }
        Ok((pieces, damaged))
    }
}

impl Order {
    fn rank(self, time_s: UnixSeconds, place: u64) -> Rank {
        match self {
            Self::OldestFirst => (time_s, place),
            Self::NewestFirst => (-time_s, !place),
        }
    }

    /// First and last of the ranks of a block.
    fn reach(self, block: &Block) -> (i64, i64) {
        let (first_s, last_s) = block.times.unwrap_or_default(); // blocks without locations are not looked at
        match self {
            Self::OldestFirst => (first_s, last_s),
            Self::NewestFirst => (-last_s, -first_s),
        }
    }
}

/// Bytes of the files, as far as they are wanted at the moment.
struct Reading<'h> {
    history: &'h History,
    order: Order,
    open: Option<(usize, File)>,
    bytes: Vec<u8>,
}

/// A location of the range, in its file.
struct Line<'b> {
    at: u64,
    bytes: &'b [u8],
    stored: StoredLine<'b>,
}

impl Reading<'_> {
    /// The locations of the range in a piece: in order, if the piece is.
    fn lines(&mut self, piece: &Piece) -> io::Result<Vec<(Rank, Line<'_>)>> {
        let (order, after_s, before_s) = (self.order, self.history.after_s, self.history.before_s);
        let bytes = self.load(piece.file, piece.block.bytes.clone())?;
        let mut lines = Vec::with_capacity(piece.block.locations as usize);
        let mut reader = LineReader::default();
        let mut start = 0;
        while start < bytes.len() {
            let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
            let line = &bytes[start..end];
            let at = piece.block.bytes.start + start as u64;
            start = end + 1;
            let Some(stored) = reader.read(line) else { continue };
            if stored.is_location && after_s < stored.time_s && stored.time_s < before_s {
                // Files of a terabyte are not expected.
                let place = (piece.file as u64) << 40 | at;
                lines.push((order.rank(stored.time_s, place), Line { at, bytes: line, stored }));
            }
        }
        if order == Order::NewestFirst {
            lines.reverse();
        }
        Ok(lines)
    }

    fn load(&mut self, file: usize, range: Range<u64>) -> io::Result<&[u8]> {
        if self.open.as_ref().is_none_or(|(open, _)| *open != file) {
            self.open = Some((file, File::open(&self.history.files[file])?));
        }
        self.bytes.resize((range.end - range.start) as usize, 0);
        if let Some((_, file)) = &mut self.open {
            file.seek(SeekFrom::Start(range.start))?;
            file.read_exact(&mut self.bytes)?;
        }
        Ok(&self.bytes)
    }
}

/// Shows a line that was read before.
fn visit_again(line: &[u8], visit: &mut impl FnMut(StoredLine<'_>) -> ControlFlow<()>) -> ControlFlow<()> {
    LineReader::default().read(line).map_or(ControlFlow::Continue(()), visit)
}

/// A line that waits until nothing earlier can follow. Ordered by rank, which no two lines share.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Held {
    rank: Rank,
    line: Box<[u8]>,
}

/// Where a line is. Ordered by rank.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    rank: Rank,
    file: usize,
    at: u64,
    len: usize,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const START_S: UnixSeconds = 1_790_812_800; // 2026-10-01T00:00:00Z
    const MONTH_S: UnixSeconds = 31 * 86_400;

    fn line(time_s: UnixSeconds, number: usize, padding: usize) -> String {
        let iso = dashboard_core::time::format_rfc3339(time_s);
        format!("{iso}\t*                 \t{{\"n\":{number},\"x\":\"{}\"}}\n", "x".repeat(padding))
    }

    /// Lays the lines into the files of their months, with damage between them, and answers what is in them in order.
    fn lay(folder: &std::path::Path, times_s: &[UnixSeconds], padding: usize) -> Vec<(UnixSeconds, usize)> {
        for (number, time_s) in times_s.iter().enumerate() {
            let file = folder.join(format!("{}.rec", Month::of(*time_s)));
            let mut text = fs::read_to_string(&file).unwrap_or_default();
            text.push_str(&line(*time_s, number, padding));
            if number % 7 == 3 {
                text.push_str("2026-10-01T00:00:00Z\t*                 \t{torn\n\nrubbish\n");
            }
            fs::write(&file, text).unwrap();
        }
        let mut sorted: Vec<_> = times_s.iter().copied().zip(0..).collect();
        sorted.sort();
        sorted
    }

    fn history(folder: &std::path::Path, range: (UnixSeconds, UnixSeconds)) -> History {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let (held_bytes, pass_lines) = (HELD_BYTES, PASS_LINES);
        let (indexes, identity) = (Arc::default(), Vec::new());
        History { files, identity, indexes, after_s: range.0, before_s: range.1, held_bytes, pass_lines }
    }

    fn read(history: &History, order: Order) -> Vec<(UnixSeconds, usize)> {
        let mut read = Vec::new();
        history
            .each(order, |line| {
                let number = crate::json::member(line.json, "n").unwrap();
                read.push((line.time_s, std::str::from_utf8(number).unwrap().parse().unwrap()));
                ControlFlow::Continue(())
            })
            .unwrap();
        read
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_disorder_comes_out_in_order_whatever_the_bounds(
            times_s in proptest::collection::vec(START_S - 2 * 86_400..START_S + 86_400, 0..120),
            sorted_part in 0..120_usize,
            padding in prop_oneof![Just(0), Just(3000)],
            held_bytes in prop_oneof![Just(0), Just(2000), Just(HELD_BYTES)],
            pass_lines in prop_oneof![Just(1), Just(7), Just(1000)],
            range in (START_S - 2 * 86_400..START_S, START_S..START_S + 86_400),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut times_s = times_s;
            let sorted_part = sorted_part.min(times_s.len());
            times_s[..sorted_part].sort_unstable();
            let mut expected = lay(folder.path(), &times_s, padding);
            expected.retain(|(time_s, _)| range.0 < *time_s && *time_s < range.1);
            let history = History { held_bytes, pass_lines, ..history(folder.path(), range) };
            prop_assert_eq!(&read(&history, Order::OldestFirst), &expected);
            expected.reverse();
            prop_assert_eq!(&read(&history, Order::NewestFirst), &expected);
        }
    }

    #[test]
    fn a_break_ends_it() {
        let folder = tempfile::tempdir().unwrap();
        lay(folder.path(), &[START_S + 5, START_S + 4, START_S + 9, START_S + 1], 0);
        let history = history(folder.path(), (START_S, START_S + MONTH_S));
        let mut seen = Vec::new();
        let damaged = history
            .each(Order::NewestFirst, |line| {
                seen.push(line.time_s - START_S);
                if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
        assert_eq!((seen, damaged), (vec![9, 5], 2));
    }
}
