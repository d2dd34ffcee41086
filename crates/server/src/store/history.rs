//! What one device sent in a range of time, sorted by time, in bounded memory whatever its size.
//!
//! Lines stand in a file as they were received, so late ones stand too far back. Blocks whose lines are in order, and before
//! everything that follows, are passed on as they are read. Around late lines, lines are held back until nothing earlier can
//! follow; the index of the month knows when that is. Where more than [`HELD_BYTES`] would be held, the rest is sorted in
//! passes: each reads all of it again and picks the next [`PASS_LINES`]. That takes time, never memory, and the order is exact
//! in any case.
//!
//! What a line says is found out on several threads, block by block ([`READERS`]); it is passed on by one.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::num::NonZero;
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread;

use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::UnixSeconds;

use super::layout::{Layout, none_if_missing};
use super::line::{LineReader, StoredLine};
use super::month_index::{Block, FileIdentity, MonthIndex, MonthIndexes};

/// Most bytes of lines held back at once: a phone that kept a month of fixes to itself and sent them last.
const HELD_BYTES: usize = 8 << 20;

/// Lines picked in one pass, 40 bytes each.
const PASS_LINES: usize = 128 << 10;

/// Most threads that read one history, as far as the machine runs so many at once: others ask too.
const READERS: usize = 4;

/// Blocks that each of them reads ahead; then it waits for those to be passed on.
const AHEAD: usize = 2;

/// So many blocks are read before threads are started: a day, or the newest.
const MANY_PIECES: usize = 8;

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

    /// Calls `visit` with what `read` makes of every location of the range, until it breaks. `read` is called on several
    /// threads and out of order, `visit` is not. Torn and damaged lines are left out, and what `read` makes nothing of. Answers
    /// how many of the former the files have.
    ///
    /// # Errors
    /// When a file cannot be read to its end, or changes meanwhile in other ways than growing.
    pub fn each<T: Send>(
        &self,
        order: Order,
        read: impl Fn(StoredLine<'_>) -> Option<T> + Sync,
        mut visit: impl FnMut(T) -> ControlFlow<()>,
    ) -> io::Result<u64> {
        let (pieces, damaged) = self.pieces(order)?;
        let mut held: BinaryHeap<Reverse<Found<T>>> = BinaryHeap::new();
        let mut held_bytes = 0;
        let mut last: Option<Rank> = None;
        let mut is_too_much = false;
        self.each_piece(order, pieces.iter(), &read, |piece, lines| {
            if held.is_empty() && piece.block.in_order && order.reach(&piece.block).1 <= piece.settled {
                for line in lines {
                    last = Some(line.rank);
                    visit(line.says)?;
                }
                return ControlFlow::Continue(());
            }
            for line in lines {
                held_bytes += line.held_bytes();
                held.push(Reverse(line));
            }
            while held.peek().is_some_and(|Reverse(next)| next.rank.0 <= piece.settled) {
                let Some(Reverse(next)) = held.pop() else { break };
                held_bytes -= next.held_bytes();
                last = Some(next.rank);
                visit(next.says)?;
            }
            is_too_much = held_bytes > self.held_bytes;
            if is_too_much { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if is_too_much {
            drop(held);
            self.each_in_passes(order, &pieces, last, &read, &mut visit)?;
        }
        Ok(damaged)
    }

    /// The same with the lines themselves.
    ///
    /// # Errors
    /// As [`each`](Self::each).
    pub fn each_line(
        &self,
        order: Order,
        mut visit: impl FnMut(StoredLine<'_>) -> ControlFlow<()>,
    ) -> io::Result<u64> {
        let read = |line: StoredLine<'_>| Some((line.time_s, line.is_location, Box::<[u8]>::from(line.json)));
        self.each(order, read, |(time_s, is_location, json)| {
            visit(StoredLine { time_s, is_location, json: &json })
        })
    }

    /// Passes on what comes behind `last`.
    fn each_in_passes<T: Send>(
        &self,
        order: Order,
        pieces: &[Piece],
        mut last: Option<Rank>,
        read: &(impl Fn(StoredLine<'_>) -> Option<T> + Sync),
        visit: &mut impl FnMut(T) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let mut reading = Reading::of(self, order);
        loop {
            let mut next: BinaryHeap<Found<usize>> = BinaryHeap::with_capacity(self.pass_lines + 1);
            let left =
                pieces.iter().filter(|piece| last.is_none_or(|last| order.reach(&piece.block).1 >= last.0));
            self.each_piece(order, left, &|_| Some(()), |piece, lines| {
                for Found { rank, at, len, says: () } in lines {
                    let comes = last.is_none_or(|last| rank > last);
                    if comes
                        && (next.len() < self.pass_lines || next.peek().is_some_and(|most| rank < most.rank))
                    {
                        next.push(Found { rank, at, len, says: piece.file });
                        if next.len() > self.pass_lines {
                            next.pop();
                        }
                    }
                }
                ControlFlow::Continue(())
            })?;
            let is_rest = next.len() < self.pass_lines;
            let next = next.into_sorted_vec();
            for Found { at, len, says: file, .. } in &next {
                let line = reading.load(*file, *at..*at + *len as u64)?;
                let Some(says) = LineReader::default().read(line).and_then(read) else { continue };
                if visit(says).is_break() {
                    return Ok(());
                }
            }
            last = next.last().map(|found| found.rank);
            if is_rest {
                return Ok(());
            }
        }
    }

    /// Calls `take` with each piece and what its lines say, one piece after the other, until it breaks.
    fn each_piece<'p, T: Send>(
        &self,
        order: Order,
        pieces: impl Iterator<Item = &'p Piece> + Clone + Send,
        read: &(impl Fn(StoredLine<'_>) -> Option<T> + Sync),
        mut take: impl FnMut(&Piece, Vec<Found<T>>) -> ControlFlow<()>,
    ) -> io::Result<()> {
        // Whoever wants only the newest is done with the first.
        let mut reading = Reading::of(self, order);
        for piece in pieces.clone().take(MANY_PIECES) {
            if take(piece, reading.lines(piece, read)?).is_break() {
                return Ok(());
            }
        }
        let pieces = pieces.skip(MANY_PIECES);
        let readers = readers();
        if readers == 1 {
            for piece in pieces {
                if take(piece, reading.lines(piece, read)?).is_break() {
                    break;
                }
            }
            return Ok(());
        }
        thread::scope(|scope| {
            // Each reads every so manieth piece; their channels are asked in turn.
            let mut channels = Vec::with_capacity(readers);
            for reader in 0..readers.min(pieces.clone().count()) {
                let (sender, receiver) = mpsc::sync_channel(AHEAD);
                channels.push(receiver);
                let pieces = pieces.clone().skip(reader).step_by(readers);
                thread::Builder::new().spawn_scoped(scope, move || {
                    let mut reading = Reading::of(self, order);
                    for piece in pieces {
                        let lines = reading.lines(piece, read);
                        let is_last = lines.is_err();
                        // Nobody takes them when it was broken off.
                        if sender.send(lines).is_err() || is_last {
                            break;
                        }
                    }
                })?;
            }
            for (turn, piece) in pieces.enumerate() {
                let lines = channels[turn % readers].recv().map_err(io::Error::other)??;
                if take(piece, lines).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// The blocks that have lines of the range, in order, and how many damaged lines there are.
    fn pieces(&self, order: Order) -> io::Result<(Vec<Piece>, u64)> {
        let mut pieces = Vec::new();
        let mut damaged = 0;
        for (file, index) in self.indexes()?.iter().enumerate() {
            for block in index.blocks() {
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

    /// What is in the files. Those that are new take as long as all the rest.
    fn indexes(&self) -> io::Result<Vec<Arc<MonthIndex>>> {
        let readers = readers().min(self.files.len());
        if readers < 2 {
            return self.files.iter().map(|path| self.indexes.of(path)).collect();
        }
        let share = self.files.len().div_ceil(readers);
        thread::scope(|scope| {
            let mut reading = Vec::with_capacity(readers);
            for paths in self.files.chunks(share) {
                let read = || paths.iter().map(|path| self.indexes.of(path)).collect::<io::Result<Vec<_>>>();
                reading.push(thread::Builder::new().spawn_scoped(scope, read)?);
            }
            let mut indexes = Vec::with_capacity(self.files.len());
            for part in reading {
                indexes.extend(
                    part.join().map_err(|_| io::Error::other("a month could not be looked through"))??,
                );
            }
            Ok(indexes)
        })
    }
}

/// How many threads read one history.
fn readers() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get).min(READERS)
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

impl<'h> Reading<'h> {
    fn of(history: &'h History, order: Order) -> Self {
        Self { history, order, open: None, bytes: Vec::new() }
    }

    /// What the locations of the range in a piece say: in order, if the piece is.
    fn lines<T>(
        &mut self,
        piece: &Piece,
        read: &impl Fn(StoredLine<'_>) -> Option<T>,
    ) -> io::Result<Vec<Found<T>>> {
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
            let time_s = stored.time_s;
            if stored.is_location
                && after_s < time_s
                && time_s < before_s
                && let Some(says) = read(stored)
            {
                // Files of a terabyte are not expected.
                let place = (piece.file as u64) << 40 | at;
                lines.push(Found { rank: order.rank(time_s, place), at, len: line.len(), says });
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

/// A location of the range. Ordered by rank, which no two share.
struct Found<T> {
    rank: Rank,
    /// Where in its file, in bytes.
    at: u64,
    /// Bytes of the line.
    len: usize,
    says: T,
}

impl<T> Found<T> {
    /// About what it takes to hold it back: what it says is about as long as the line.
    fn held_bytes(&self) -> usize {
        size_of::<Self>() + self.len
    }
}

impl<T> PartialEq for Found<T> {
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank
    }
}

impl<T> Eq for Found<T> {}

impl<T> PartialOrd for Found<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Found<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.rank.cmp(&other.rank)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
        let mut months = BTreeMap::<String, String>::new();
        for (number, time_s) in times_s.iter().enumerate() {
            let text = months.entry(format!("{}.rec", Month::of(*time_s))).or_default();
            text.push_str(&line(*time_s, number, padding));
            if number % 7 == 3 {
                text.push_str("2026-10-01T00:00:00Z\t*                 \t{torn\n\nrubbish\n");
            }
        }
        for (name, text) in months {
            fs::write(folder.join(name), text).unwrap();
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
        let mut lines = Vec::new();
        let number = |json: &[u8]| {
            std::str::from_utf8(crate::json::member(json, "n").unwrap()).unwrap().parse().unwrap()
        };
        history
            .each(
                order,
                |line| Some((line.time_s, number(line.json))),
                |line| {
                    lines.push(line);
                    ControlFlow::Continue(())
                },
            )
            .unwrap();
        let mut whole = Vec::new();
        history
            .each_line(order, |line| {
                whole.push((line.time_s, number(line.json)));
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(lines, whole);
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_disorder_comes_out_in_order_whatever_the_bounds(
            times_s in proptest::collection::vec(START_S - 2 * 86_400..START_S + 86_400, 0..120),
            sorted_part in 0..120_usize,
            // The last makes enough blocks for several threads.
            padding in prop_oneof![Just(0), Just(3000), Just(12_000)],
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
            .each_line(Order::NewestFirst, |line| {
                seen.push(line.time_s - START_S);
                if seen.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            })
            .unwrap();
        assert_eq!((seen, damaged), (vec![9, 5], 2));
    }
}
