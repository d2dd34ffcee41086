//! Lines of `.rec` files, read fast: a year has hundreds of thousands, and every one is looked at whenever its month is new.

use dashboard_core::owntracks::rec::{LOCATION_KIND, RecLine};
use dashboard_core::time::{UnixSeconds, parse_civil, unix_from_civil};

/// A line that holds a message. Whether the message is whole is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredLine<'a> {
    /// The time in front: `tst`, but in what a Recorder before 0.6.9 wrote, where it is the time of receipt.
    pub time_s: UnixSeconds,
    /// It is a message on the topic of locations.
    pub is_location: bool,
    /// The message: begins and ends as an object does.
    pub json: &'a [u8],
}

/// Reads lines one after the other.
#[derive(Debug, Default)]
pub struct LineReader {
    /// The day of the last line, as text and as time: it is that of the next one, too.
    day: [u8; 11],
    day_s: UnixSeconds,
}

/// What stands between the time and the message of a location, as the Recorder and we write it.
const LOCATION_PADDING: &[u8] = b"\t*                 \t";

/// Bytes of `2026-11-22T13:10:22Z`.
const TIME_BYTES: usize = 20;

impl LineReader {
    /// Reads one line without its line break; `None` when it is torn or damaged.
    pub fn read<'a>(&mut self, line: &'a [u8]) -> Option<StoredLine<'a>> {
        self.read_usual(line).or_else(|| {
            let line = RecLine::parse(line).ok()?;
            Some(StoredLine {
                time_s: line.time_s,
                is_location: line.kind == LOCATION_KIND,
                json: line.json.as_bytes(),
            })
        })
    }

    /// Reads a location in the usual form, which nearly all lines are.
    fn read_usual<'a>(&mut self, line: &'a [u8]) -> Option<StoredLine<'a>> {
        let (time, rest) = line.split_at_checked(TIME_BYTES)?;
        let json = rest.strip_prefix(LOCATION_PADDING)?;
        if json.first() != Some(&b'{') || json.last() != Some(&b'}') || json.len() < 2 {
            return None;
        }
        let (day, clock) = time.split_at(self.day.len());
        if day != self.day {
            let civil = parse_civil(std::str::from_utf8(&day[..10]).ok().filter(|_| day[10] == b'T')?)?;
            self.day_s = unix_from_civil(civil)?;
            self.day.copy_from_slice(day);
        }
        let two = |at: usize| {
            let (tens, ones) = (clock[at].wrapping_sub(b'0'), clock[at + 1].wrapping_sub(b'0'));
            (tens <= 9 && ones <= 9).then(|| i64::from(tens) * 10 + i64::from(ones))
        };
        let (hour, minute, second) = (two(0)?, two(3)?, two(6)?);
        let fits = hour < 24
            && minute < 60
            && second < 60
            && clock[2] == b':'
            && clock[5] == b':'
            && clock[8] == b'Z';
        fits.then(|| StoredLine {
            time_s: self.day_s + hour * 3600 + minute * 60 + second,
            is_location: true,
            json,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The fast way and the one that defines what a line is.
    fn agrees(line: &[u8]) {
        let read = LineReader::default().read(line);
        let defined = RecLine::parse(line).ok();
        // The usual form is taken at sight; its text is looked at when it is used.
        if std::str::from_utf8(line).is_ok() {
            assert_eq!(read.map(|line| line.time_s), defined.map(|line| line.time_s), "{line:?}");
            assert_eq!(read.map(|line| line.json), defined.map(|line| line.json.as_bytes()), "{line:?}");
            assert_eq!(read.map(|line| line.is_location), defined.map(|line| line.is_location()));
        }
    }

    #[test]
    fn usual_lines_and_odd_ones() {
        let usual = "2026-11-22T13:10:22Z\t*                 \t{\"_type\":\"location\"}";
        assert!(LineReader::default().read_usual(usual.as_bytes()).is_some());
        agrees(usual.as_bytes());
        for (at, _) in usual.char_indices() {
            agrees(&usual.as_bytes()[..at]);
            agrees(&usual.as_bytes()[at..]);
            for other in ["0", "9", "x", "\t", " ", "{"] {
                agrees([&usual[..at], other, &usual[at + 1..]].concat().as_bytes());
            }
        }
        for odd in [
            "2026-11-22T13:10:22+02:00\t*\t{}",
            "2026-11-22T13:10:22Z\tevent             \t{\"a\":1}",
            "2026-11-22T23:59:60Z\t*                 \t{}",
            "2026-11-31T23:59:00Z\t*                 \t{}",
            "2026-11-22 13:10:22Z\t*                 \t{}",
            "2026-11-22T13:10:22Z\t*                 \t{",
            "",
        ] {
            agrees(odd.as_bytes());
        }
    }

    #[test]
    fn the_day_of_the_last_line_does_not_stick() {
        let mut reader = LineReader::default();
        let mut time = |text: &str| {
            reader.read(format!("{text}{}{{}}", "\t*                 \t").as_bytes()).unwrap().time_s
        };
        assert_eq!(time("1970-01-01T00:00:01Z"), 1);
        assert_eq!(time("1970-01-01T00:01:00Z"), 60);
        assert_eq!(time("1970-01-02T00:00:00Z"), 86_400);
    }

    proptest! {
        #[test]
        fn any_line(line in "(2026-1[0-3]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9](Z|\\+01:00)|x)\t(\\*|event)?( {17})?\t?\\{?[a\t]?\\}?") {
            agrees(line.as_bytes());
        }
    }
}
