//! A track as bytes, to be kept on the device it was made on: columns as they lie in memory, and all that is known of
//! the line. Taking one back costs a copy, where reading and rating its points anew costs twenty times that.
//!
//! Not a format for others: it changes with the structure of a track, and then with [`VERSION`]. Bytes of another
//! version, damaged or cut ones are no track; none make this panic or allocate more than their own length.

use super::columns::Columns;
use super::figures::{Climb, Figures};
use super::history::Track;
use super::importance::Importance;
use super::index::{CHUNK_POINTS, Chunk, Index};
use super::summary::Splitting;

/// To be counted up with every change of what is written here, or of what it means.
pub const VERSION: u32 = 1;

const MAGIC: u32 = u32::from_le_bytes(*b"otdt");

/// Bytes of a point: its columns and its importance.
const POINT_BYTES: usize = 25;
const CHUNK_BYTES: usize = 83;
const HEAD_BYTES: usize = 28;

/// Stands for "none" where no valid number can.
const NONE: u32 = u32::MAX;

impl Track {
    /// The track as bytes.
    pub fn to_snapshot(&self) -> Vec<u8> {
        let (columns, index) = (&self.columns, &self.index);
        let size = HEAD_BYTES + columns.len() * POINT_BYTES + index.chunks.len() * CHUNK_BYTES;
        let mut out = Writer(Vec::with_capacity(size));
        let Splitting { gap_s, gap_m, max_accuracy_m } = index.splitting;
        let counts = [columns.len() as u32, index.chunks.len() as u32];
        [MAGIC, VERSION, gap_s, gap_m, max_accuracy_m]
            .into_iter()
            .chain(counts)
            .for_each(|word| out.u32(word));
        out.column(&columns.time_s, |value| value.to_le_bytes());
        out.column(&columns.lat_e7, |value| value.to_le_bytes());
        out.column(&columns.lon_e7, |value| value.to_le_bytes());
        out.column(&columns.world_y, |value| value.to_le_bytes());
        out.column(&columns.accuracy_m, |value| value.to_le_bytes());
        out.column(&columns.altitude_m, |value| value.to_le_bytes());
        out.column(&columns.speed_dkmh, |value| value.to_le_bytes());
        out.column(&columns.battery_percent, |value| value.to_le_bytes());
        out.column(&index.importance, |value| value.to_bits().to_le_bytes());
        index.chunks.iter().for_each(|chunk| out.chunk(chunk));
        out.0
    }

    /// The track that these bytes are; `None` when they are none, or of another version.
    pub fn from_snapshot(bytes: &[u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        if rest.u32()? != MAGIC || rest.u32()? != VERSION {
            return None;
        }
        let splitting = Splitting { gap_s: rest.u32()?, gap_m: rest.u32()?, max_accuracy_m: rest.u32()? };
        let (points, chunks) = (rest.u32()? as usize, rest.u32()? as usize);
        let size = points.checked_mul(POINT_BYTES)?.checked_add(chunks.checked_mul(CHUNK_BYTES)?)?;
        if rest.0.len() != size {
            return None;
        }
        let columns = Columns {
            time_s: rest.column(points, u32::from_le_bytes)?,
            lat_e7: rest.column(points, i32::from_le_bytes)?,
            lon_e7: rest.column(points, i32::from_le_bytes)?,
            world_y: rest.column(points, u32::from_le_bytes)?,
            accuracy_m: rest.column(points, u16::from_le_bytes)?,
            altitude_m: rest.column(points, i16::from_le_bytes)?,
            speed_dkmh: rest.column(points, u16::from_le_bytes)?,
            battery_percent: rest.column(points, u8::from_le_bytes)?,
        };
        let importance = rest.column(points, |bytes| Importance::from_bits(u16::from_le_bytes(bytes)))?;
        let mut known = Vec::with_capacity(chunks);
        for _ in 0..chunks {
            let start = known.last().map_or(0, |chunk: &Chunk| chunk.end);
            known.push(rest.chunk(start)?);
        }
        let is_whole = known.last().map_or(0, |chunk| chunk.end) == points;
        (is_whole && columns.are_valid())
            .then_some(Self { columns, index: Index { splitting, chunks: known, importance } })
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn u32(&mut self, value: u32) {
        self.0.extend(value.to_le_bytes());
    }

    fn column<T: Copy, const N: usize>(&mut self, values: &[T], bytes: impl Fn(T) -> [u8; N]) {
        self.0.extend(values.iter().flat_map(|value| bytes(*value)));
    }

    fn chunk(&mut self, chunk: &Chunk) {
        self.u32((chunk.end - chunk.start) as u32);
        let edges = [chunk.west_e7, chunk.east_e7];
        edges.iter().for_each(|edge| self.0.extend(edge.to_le_bytes()));
        [chunk.south_e7, chunk.north_e7].iter().for_each(|edge| self.0.extend(edge.to_le_bytes()));
        let (first, last) = chunk.line.unwrap_or((NONE as usize, NONE as usize));
        let lead = chunk.lead.unwrap_or(NONE as usize);
        [chunk.north_y, chunk.south_y, first as u32, last as u32, lead as u32]
            .iter()
            .for_each(|word| self.u32(*word));
        self.0.push(u8::from(chunk.winds));
        self.0.extend(chunk.inner.to_bits().to_le_bytes());
        self.0.extend(chunk.figures.distance_m.to_le_bytes());
        self.0.extend(chunk.figures.moving_s.to_le_bytes());
        self.0.extend(chunk.figures.top_speed_kmh.unwrap_or(f32::NAN).to_le_bytes());
        for altitude_m in [chunk.climb.entry_m, chunk.climb.exit_m] {
            self.0.extend(altitude_m.map_or(i32::MIN, i32::from).to_le_bytes());
        }
        self.u32(chunk.climb.climbed_m.unwrap_or(NONE));
    }
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    fn column<T, const N: usize>(&mut self, count: usize, value: impl Fn([u8; N]) -> T) -> Option<Vec<T>> {
        let (taken, rest) = self.0.split_at_checked(count.checked_mul(N)?)?;
        self.0 = rest;
        Some(taken.as_chunks().0.iter().map(|bytes| value(*bytes)).collect())
    }

    /// A chunk that begins at the point `start`.
    fn chunk(&mut self, start: usize) -> Option<Chunk> {
        let points = Some(self.u32()? as usize).filter(|points| (1..=CHUNK_POINTS).contains(points))?;
        let (west_e7, east_e7) = (self.take().map(i64::from_le_bytes)?, self.take().map(i64::from_le_bytes)?);
        let (south_e7, north_e7) =
            (self.take().map(i32::from_le_bytes)?, self.take().map(i32::from_le_bytes)?);
        let (north_y, south_y) = (self.u32()?, self.u32()?);
        let line = match (self.u32()?, self.u32()?) {
            (NONE, NONE) => None,
            (first, last) if first <= last && (last as usize) < points => {
                Some((first as usize, last as usize))
            }
            _ => return None,
        };
        let lead = Some(self.u32()?).filter(|lead| *lead != NONE).map(|lead| lead as usize);
        // No line of a person winds round the world more often than it has points.
        let span = MAX_WINDING_E7 * i64::from(points as u32);
        if lead.is_some_and(|lead| lead == 0 || lead > start)
            || west_e7 < -span
            || east_e7 > span
            || west_e7 > east_e7
        {
            return None;
        }
        Some(Chunk {
            start,
            end: start + points,
            west_e7,
            east_e7,
            south_e7,
            north_e7,
            north_y,
            south_y,
            line,
            lead,
            winds: self.take::<1>()? != [0],
            inner: Importance::from_bits(self.take().map(u16::from_le_bytes)?),
            figures: Figures {
                distance_m: self.take().map(f64::from_le_bytes)?,
                moving_s: self
                    .take()
                    .map(i64::from_le_bytes)
                    .filter(|s| (0..=i64::from(u32::MAX)).contains(s))?,
                top_speed_kmh: Some(self.take().map(f32::from_le_bytes)?).filter(|speed| !speed.is_nan()),
            },
            climb: Climb {
                entry_m: self.take().map(i32::from_le_bytes).and_then(|altitude| altitude.try_into().ok()),
                exit_m: self.take().map(i32::from_le_bytes).and_then(|altitude| altitude.try_into().ok()),
                climbed_m: Some(self.u32()?).filter(|climbed| *climbed != NONE),
            },
        })
    }
}

/// Farther than half round the world no step goes.
const MAX_WINDING_E7: i64 = 1_800_000_000;
