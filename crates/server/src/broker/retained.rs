//! The last message of each topic that was published to be kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::limits::{MAX_RETAINED_BYTES, MAX_RETAINED_MESSAGES, MESSAGE_OVERHEAD_BYTES};
use super::session::Qos;
use super::topic;
use crate::intake::Publish;

/// Retained messages by topic, bounded in number and bytes.
#[derive(Debug, Default)]
pub struct Retained {
    messages: BTreeMap<String, (Arc<Publish>, Qos)>,
    bytes: usize,
}

impl Retained {
    /// Keeps `publish` for its topic in place of an earlier one; an empty payload clears the topic.
    ///
    /// Returns false when there is no room: the topic then has no retained message, rather than one that is out of date.
    pub fn set(&mut self, publish: &Arc<Publish>, qos: Qos) -> bool {
        if let Some((earlier, _)) = self.messages.remove(&publish.topic) {
            self.bytes -= cost_bytes(&earlier);
        }
        if publish.payload.is_empty() {
            return true;
        }
        let bytes = self.bytes + cost_bytes(publish);
        if self.messages.len() >= MAX_RETAINED_MESSAGES || bytes > MAX_RETAINED_BYTES {
            return false;
        }
        self.bytes = bytes;
        self.messages.insert(publish.topic.clone(), (Arc::clone(publish), qos));
        true
    }

    /// The retained messages whose topic matches `filter`, in the order of their topics.
    pub fn matching<'a>(&'a self, filter: &'a str) -> impl Iterator<Item = (&'a Arc<Publish>, Qos)> {
        self.messages
            .values()
            .filter(move |(publish, _)| topic::matches(filter, &publish.topic))
            .map(|(publish, qos)| (publish, *qos))
    }
}

/// What a message counts for in memory, in bytes.
pub fn cost_bytes(publish: &Publish) -> usize {
    publish.payload.len() + publish.topic.len() + MESSAGE_OVERHEAD_BYTES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Door;

    fn publish(topic: &str, payload: Vec<u8>) -> Arc<Publish> {
        Arc::new(Publish { topic: topic.to_owned(), payload: payload.into(), retain: true, door: Door::Mqtt })
    }

    fn topics(retained: &Retained, filter: &str) -> Vec<String> {
        retained.matching(filter).map(|(publish, _)| publish.topic.clone()).collect()
    }

    #[test]
    fn newest_replaces_and_empty_clears() {
        let mut retained = Retained::default();
        assert!(retained.set(&publish("a/b", vec![1]), Qos::AtMostOnce));
        assert!(retained.set(&publish("a/b", vec![2]), Qos::AtLeastOnce));
        assert!(retained.set(&publish("a/c", vec![3]), Qos::AtMostOnce));
        let kept: Vec<_> =
            retained.matching("a/b").map(|(publish, qos)| (publish.payload.to_vec(), qos)).collect();
        assert_eq!(kept, [(vec![2], Qos::AtLeastOnce)]);
        assert!(retained.set(&publish("a/b", vec![]), Qos::AtMostOnce));
        assert_eq!(topics(&retained, "#"), ["a/c"]);
        assert!(retained.set(&publish("a/c", vec![]), Qos::AtMostOnce));
        assert_eq!(retained.bytes, 0);
    }

    #[test]
    fn number_and_bytes_are_bounded() {
        let mut retained = Retained::default();
        for index in 0..MAX_RETAINED_MESSAGES {
            assert!(retained.set(&publish(&format!("t/{index}"), vec![0]), Qos::AtMostOnce));
        }
        assert!(!retained.set(&publish("one/more", vec![0]), Qos::AtMostOnce));
        assert!(retained.set(&publish("t/0", vec![1, 2]), Qos::AtMostOnce), "known topics still change");

        let mut retained = Retained::default();
        let mut kept = 0;
        while retained.set(&publish(&format!("t/{kept}"), vec![0; 1 << 20]), Qos::AtMostOnce) {
            kept += 1;
        }
        assert_eq!(kept, (MAX_RETAINED_BYTES >> 20) - 1, "fifteen and their overhead, not sixteen");
    }
}
