//! Topic names and filters (MQTT 3.1.1 and 5, section 4.7).

/// Whether `topic` may be published to: not empty, no wildcard, no NUL. Length is bounded by the packet format.
#[must_use]
pub fn is_valid_name(topic: &str) -> bool {
    !topic.is_empty() && !topic.contains(['+', '#', '\0'])
}

/// Whether `filter` may be subscribed to: `+` only as a whole level, `#` only as the whole last level.
#[must_use]
pub fn is_valid_filter(filter: &str) -> bool {
    if filter.is_empty() || filter.contains('\0') {
        return false;
    }
    let mut levels = filter.split('/').peekable();
    while let Some(level) = levels.next() {
        let valid = match level {
            "+" => true,
            "#" => levels.peek().is_none(),
            _ => !level.contains(['+', '#']),
        };
        if !valid {
            return false;
        }
    }
    true
}

/// Whether `topic` matches the valid `filter`. `#` also matches the level above it (`a/#` matches `a`); a filter that
/// starts with a wildcard matches no topic that starts with `$`, which are the server's own.
#[must_use]
pub fn matches(filter: &str, topic: &str) -> bool {
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut topic_levels = topic.split('/');
    for filter_level in filter.split('/') {
        if filter_level == "#" {
            return true;
        }
        match topic_levels.next() {
            Some(level) if filter_level == "+" || filter_level == level => {}
            _ => return false,
        }
    }
    topic_levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        assert!(is_valid_name("owntracks/alice/phone"));
        assert!(is_valid_name("/"));
        for topic in ["", "a/+/b", "a/#", "a\0b"] {
            assert!(!is_valid_name(topic), "{topic:?}");
        }
    }

    #[test]
    fn filters() {
        for filter in ["#", "+", "/", "a/+/b", "a/#", "+/+/#", "a//b", "$SYS/#"] {
            assert!(is_valid_filter(filter), "{filter:?}");
        }
        for filter in ["", "a#", "#/a", "a/#/b", "a+/b", "a/b+", "a\0", "##"] {
            assert!(!is_valid_filter(filter), "{filter:?}");
        }
    }

    #[test]
    fn matching() {
        let cases = [
            ("a/b", "a/b", true),
            ("a/b", "a/b/c", false),
            ("a/b/c", "a/b", false),
            ("a/+", "a/b", true),
            ("a/+", "a/", true),
            ("a/+", "a", false),
            ("+", "/a", false),
            ("+/+", "/a", true),
            ("a/#", "a", true),
            ("a/#", "a/b/c", true),
            ("a/#", "ab", false),
            ("#", "a/b", true),
            ("#", "$SYS/a", false),
            ("+/a", "$SYS/a", false),
            ("$SYS/#", "$SYS/a", true),
            ("a/$b", "a/$b", true),
            ("a/+", "a/$b", true),
        ];
        for (filter, topic, expected) in cases {
            assert_eq!(matches(filter, topic), expected, "{filter} against {topic}");
        }
    }
}
