//! The times in a request, as the Recorder reads them, and with the zone that it ignores.

use dashboard_core::time::{UnixSeconds, parse_civil, parse_rfc3339, unix_from_civil};

/// Without `from`, this long before the present.
const DEFAULT_RANGE_S: UnixSeconds = 6 * 3600;

/// Reads `from` and `to`, both exclusive. `None` for what the Recorder calls impossible ranges.
pub fn range(from: Option<&str>, to: Option<&str>, now_s: UnixSeconds) -> Option<(UnixSeconds, UnixSeconds)> {
    let from_s = from.map_or(Some(now_s - DEFAULT_RANGE_S), time)?;
    let to_s = to.map_or(Some(now_s), time)?;
    (from_s <= to_s).then_some((from_s, to_s))
}

/// Reads `YYYY-MM[-DD[THH[:MM[:SS]]]]`. It is UTC, and whatever follows is ignored, except a zone behind a whole time:
/// `2026-11-20T00:00:00.000+02:00`, also with the blank that an unescaped `+` becomes in a query.
pub fn time(text: &str) -> Option<UnixSeconds> {
    if text.len() > 19 && text.is_ascii() {
        let (moment, zone) = text.split_at(19);
        if let Some(zoned) = parse_rfc3339(&format!("{moment}{}", zone.replacen(' ', "+", 1))) {
            return Some(zoned);
        }
    }
    let mut parts = text.bytes().scan(b"0000-00-00T00:00:00".iter(), |form, byte| {
        let fits = match form.next()? {
            b'0' => byte.is_ascii_digit(),
            mark => byte == *mark,
        };
        fits.then_some(())
    });
    let fitting = parts.by_ref().count();
    let whole = [19, 16, 13, 10, 7].into_iter().find(|&len| len <= fitting)?;
    let moment = format!("{}{}", text.get(..whole)?, "0000-01-01T00:00:00".get(whole..)?);
    unix_from_civil(parse_civil(&moment)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: UnixSeconds = 1_795_132_800; // 2026-11-20T00:00:00Z

    #[test]
    fn the_forms_of_the_recorder() {
        for (text, expected) in [
            ("2026-11-20", Some(DAY)),
            ("2026-11-20T12", Some(DAY + 12 * 3600)),
            ("2026-11-20T12:30", Some(DAY + 12 * 3600 + 1800)),
            ("2026-11-20T12:30:05", Some(DAY + 12 * 3600 + 1805)),
            ("2026-11", Some(DAY - 19 * 86400)),
            ("2026-11-20T23:59:59.999Z", Some(DAY + 86399)),
            ("2026-11-20 12:00", Some(DAY)),
            ("2026-11-20T00:00:00+05:00", Some(DAY - 5 * 3600)),
            ("2026-11-20T00:00:00 05:00", Some(DAY - 5 * 3600)),
            ("2026-11-20T00:00:00.5-01:30", Some(DAY + 5400)),
            ("foo", None),
            ("2026", None),
            ("1794268800", None),
            ("2026-13-01", None),
            ("2026-11-2☃", Some(DAY - 19 * 86400)),
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
    }

    #[test]
    fn ranges_end_now_and_are_six_hours_long() {
        assert_eq!(range(None, None, DAY), Some((DAY - 21600, DAY)));
        assert_eq!(range(Some("2026-11-20"), Some("2026-11-20"), DAY), Some((DAY, DAY)));
        assert_eq!(range(Some("2026-11-20"), Some("2026-11-01"), DAY), None);
        assert_eq!(range(Some("2027-01-01"), None, DAY), None);
    }
}
