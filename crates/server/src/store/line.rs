//! One line of a `.rec` file: `2026-11-10T00:02:19Z⇥*                 ⇥{"_type":"location",…}`

/// One line of a `.rec` file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// Time of the fix or, for what has none, of receipt: `2026-11-10T00:02:19Z`.
    pub time: &'a str,
    /// What followed the base topic, e.g. `event`; `*` for the base topic itself.
    pub relative_topic: &'a str,
    /// The message, one compact JSON object.
    pub object: &'a [u8],
}

impl<'a> Line<'a> {
    /// Reads a line without its line break. `None` when it is damaged or holds no JSON object.
    pub fn parse(line: &'a [u8]) -> Option<Self> {
        let (time, rest) = split_tab(line)?;
        let (relative_topic, object) = split_tab(rest)?;
        let time = std::str::from_utf8(time).ok().filter(|time| is_time(time))?;
        let relative_topic = std::str::from_utf8(relative_topic).ok()?.trim_ascii_end();
        let object = object.trim_ascii_end();
        crate::json::is_object(object).then_some(Self { time, relative_topic, object })
    }

    /// The time that `line` begins with, without a look at the rest.
    pub fn time_of(line: &'a [u8]) -> Option<&'a str> {
        let (time, _) = split_tab(line)?;
        std::str::from_utf8(time).ok().filter(|time| is_time(time))
    }

    /// The line with its line break. The topic is padded as the Recorder does.
    pub fn to_bytes(self) -> Vec<u8> {
        let mut bytes = format!("{}\t{:<18}\t", self.time, self.relative_topic).into_bytes();
        bytes.extend_from_slice(self.object);
        bytes.push(b'\n');
        bytes
    }
}

fn split_tab(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let tab = bytes.iter().position(|&b| b == b'\t')?;
    Some((&bytes[..tab], &bytes[tab + 1..]))
}

/// `2026-11-10T00:02:19Z`: times of this form sort as text.
fn is_time(text: &str) -> bool {
    text.len() == 20
        && text.bytes().zip(b"0000-00-00T00:00:00Z").all(|(byte, &form)| match form {
            b'0' => byte.is_ascii_digit(),
            mark => byte == mark,
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_back_as_it_was_written() {
        let line = Line { time: "2026-11-10T00:02:19Z", relative_topic: "event", object: br#"{"a":"100%"}"# };
        let bytes = line.to_bytes();
        assert_eq!(bytes, b"2026-11-10T00:02:19Z\tevent             \t{\"a\":\"100%\"}\n");
        assert_eq!(Line::parse(bytes.trim_ascii_end()), Some(line));
    }

    #[test]
    fn a_damaged_line_is_none() {
        let whole = b"2026-11-10T00:02:19Z\t*                 \t{\"a\":1}";
        for end in 0..whole.len() {
            assert_eq!(Line::parse(&whole[..end]), None);
        }
        assert_eq!(Line::parse(b"2026-11-10T00:02:19Z\t*\t{\"a\":1x}"), None);
        assert_eq!(Line::parse(b"2026-11-10T00:02:19Z\t*\t{\"a\":\"\xff\"}"), None);
        assert_eq!(Line::parse(b"10.11.2026 00:02:19 \t*\t{}"), None);
    }
}
