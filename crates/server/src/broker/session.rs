//! What the broker keeps for one client identifier: filters, and messages on their way to it.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use super::limits::{
    MAX_FILTER_BYTES, MAX_IN_FLIGHT, MAX_QUEUED_BYTES, MAX_QUEUED_BYTES_IN_ALL, MAX_QUEUED_MESSAGES,
    MAX_SUBSCRIPTIONS,
};
use super::retained::cost_bytes;
use super::topic;
use crate::intake::Publish;

/// How surely a message is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::enum_variant_names, reason = "these are the specification's names")]
pub enum Qos {
    /// QoS 0: may be lost.
    AtMostOnce,
    /// QoS 1: may come twice.
    AtLeastOnce,
    /// QoS 2.
    ExactlyOnce,
}

/// The highest QoS the broker delivers with; publishes are taken with all three. Every reader of locations drops exact
/// repeats anyway, so the second handshake of QoS 2 would buy nothing on this side.
pub const MAX_GRANTED_QOS: Qos = Qos::AtLeastOnce;

/// One filter of a session.
#[derive(Clone, Debug)]
pub struct Subscription {
    /// Topic filter, possibly not valid.
    pub filter: String,
    /// The QoS asked for, or once granted, the one granted.
    pub qos: Qos,
    /// MQTT 5: not the client's own publishes.
    pub no_local: bool,
    /// MQTT 5: live messages keep the retain flag they were published with.
    pub retain_as_published: bool,
    /// MQTT 5: whether the retained messages are wanted now.
    pub retained: RetainedWanted,
}

/// When a subscription brings the retained messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetainedWanted {
    /// Always; the only way of MQTT 3.1.1.
    Always,
    /// Only if the filter is new to the session.
    IfNew,
    /// Never.
    Never,
}

/// Why a filter was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterRefusal {
    /// Wildcards in wrong places, empty, or too long.
    Invalid,
    /// Shared subscriptions (`$share/…`) are not offered.
    Shared,
    /// The session has as many as it may.
    TooMany,
}

/// One message on its way to one client.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// What was published.
    pub publish: Arc<Publish>,
    /// The lower of the publish's QoS and the one granted.
    pub qos: Qos,
    /// The retain flag to send.
    pub retain: bool,
    /// The packet identifier it was sent with before, unacknowledged, on an earlier connection.
    pub again: Option<u16>,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queued {
    /// It waits to be sent.
    Waiting,
    /// It, or older ones to make room for it, are lost to this client.
    Dropped,
    /// There is no room and the client is connected: it is too slow, and must be disconnected.
    Overflow,
}

/// Bytes queued by all sessions together.
#[derive(Debug, Default)]
pub struct QueuedBytes(usize);

/// The state of one client identifier.
#[derive(Debug, Default)]
pub struct Session {
    subscriptions: Vec<Subscription>,
    waiting: VecDeque<Delivery>,
    in_flight: Vec<(u16, Delivery)>,
    /// Identifiers of QoS 2 publishes taken from the client whose PUBREL has not come.
    pub received: HashSet<u16>,
    /// Bytes of `waiting` and `in_flight`.
    bytes: usize,
    /// A client is connected and keeping up.
    pub attached: bool,
}

impl Session {
    /// Adds a filter, or replaces the one with the same text. Returns the QoS granted and whether the filter is new.
    ///
    /// # Errors
    /// See [`FilterRefusal`].
    pub fn subscribe(&mut self, mut subscription: Subscription) -> Result<(Qos, bool), FilterRefusal> {
        let filter = &subscription.filter;
        if filter.len() > MAX_FILTER_BYTES || !topic::is_valid_filter(filter) {
            return Err(FilterRefusal::Invalid);
        }
        if filter.starts_with("$share/") {
            return Err(FilterRefusal::Shared);
        }
        subscription.qos = subscription.qos.min(MAX_GRANTED_QOS);
        let granted = subscription.qos;
        let full = self.subscriptions.len() >= MAX_SUBSCRIPTIONS;
        match self.subscriptions.iter_mut().find(|known| known.filter == subscription.filter) {
            Some(known) => {
                *known = subscription;
                Ok((granted, false))
            }
            None if full => Err(FilterRefusal::TooMany),
            None => {
                self.subscriptions.push(subscription);
                Ok((granted, true))
            }
        }
    }

    /// Removes a filter. Returns whether it was there.
    pub fn unsubscribe(&mut self, filter: &str) -> bool {
        let before = self.subscriptions.len();
        self.subscriptions.retain(|known| known.filter != filter);
        self.subscriptions.len() != before
    }

    /// The one delivery due for a live publish, however many filters match it, or `None`.
    pub fn delivery_of(&self, publish: &Arc<Publish>, qos: Qos, own: bool) -> Option<Delivery> {
        self.subscriptions
            .iter()
            .filter(|known| !(own && known.no_local) && topic::matches(&known.filter, &publish.topic))
            .map(|known| (known.qos, known.retain_as_published))
            .reduce(|(a_qos, a_keeps), (b_qos, b_keeps)| (a_qos.max(b_qos), a_keeps || b_keeps))
            .map(|(granted, keeps_retain)| Delivery {
                publish: Arc::clone(publish),
                qos: qos.min(granted),
                retain: publish.retain && keeps_retain,
                again: None,
            })
    }

    /// Queues a delivery.
    ///
    /// Without room, a delivery of QoS 0 is dropped. One of QoS 1 to a connected client ends the connection; to a client
    /// that is away it pushes out the oldest, since the newest place matters most. QoS 0 does not wait for who is away.
    pub fn queue(&mut self, delivery: Delivery, in_all: &mut QueuedBytes) -> Queued {
        let cost = cost_bytes(&delivery.publish);
        let mut outcome = Queued::Waiting;
        if !self.attached && delivery.qos == Qos::AtMostOnce {
            return Queued::Dropped;
        }
        while !self.has_room(cost, in_all) {
            if delivery.qos == Qos::AtMostOnce {
                return Queued::Dropped;
            }
            if self.attached {
                return Queued::Overflow;
            }
            let Some(oldest) = self.waiting.pop_front() else { return Queued::Dropped };
            self.forget_bytes(&oldest, in_all);
            outcome = Queued::Dropped;
        }
        self.bytes += cost;
        in_all.0 += cost;
        self.waiting.push_back(delivery);
        outcome
    }

    /// The next delivery to send, unless too many are unacknowledged.
    pub fn next(&mut self, in_all: &mut QueuedBytes) -> Option<Delivery> {
        let delivery = self.waiting.front()?;
        if delivery.qos != Qos::AtMostOnce && self.in_flight.len() >= MAX_IN_FLIGHT {
            return None;
        }
        let delivery = self.waiting.pop_front()?;
        if delivery.qos == Qos::AtMostOnce {
            self.forget_bytes(&delivery, in_all);
        }
        Some(delivery)
    }

    /// A delivery taken with [`Session::next`] went out under `packet_id` and awaits its PUBACK.
    pub fn sent(&mut self, packet_id: u16, delivery: Delivery) {
        self.in_flight.push((packet_id, delivery));
    }

    /// A delivery taken with [`Session::next`] can never be sent (too large for this client).
    pub fn discard(&mut self, delivery: &Delivery, in_all: &mut QueuedBytes) {
        if delivery.qos != Qos::AtMostOnce {
            self.forget_bytes(delivery, in_all);
        }
    }

    /// The PUBACK for `packet_id` came.
    pub fn acknowledged(&mut self, packet_id: u16, in_all: &mut QueuedBytes) {
        if let Some(index) = self.in_flight.iter().position(|(id, _)| *id == packet_id) {
            let (_, delivery) = self.in_flight.remove(index);
            self.forget_bytes(&delivery, in_all);
        }
    }

    /// A new connection begins: what was sent and not acknowledged is sent again, before everything else and under the
    /// same packet identifiers.
    pub fn resume(&mut self) {
        for (packet_id, delivery) in self.in_flight.drain(..).rev() {
            self.waiting.push_front(Delivery { again: Some(packet_id), ..delivery });
        }
    }

    /// Empties the session.
    pub fn clear(&mut self, in_all: &mut QueuedBytes) {
        in_all.0 -= self.bytes;
        *self = Self { attached: self.attached, ..Self::default() };
    }

    fn has_room(&self, cost: usize, in_all: &QueuedBytes) -> bool {
        self.waiting.len() < MAX_QUEUED_MESSAGES
            && self.bytes + cost <= MAX_QUEUED_BYTES
            && in_all.0 + cost <= MAX_QUEUED_BYTES_IN_ALL
    }

    fn forget_bytes(&mut self, delivery: &Delivery, in_all: &mut QueuedBytes) {
        let cost = cost_bytes(&delivery.publish);
        self.bytes -= cost;
        in_all.0 -= cost;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Door;

    fn publish(topic: &str, bytes: usize, retain: bool) -> Arc<Publish> {
        Arc::new(Publish {
            topic: topic.to_owned(),
            payload: vec![0; bytes].into(),
            retain,
            door: Door::Mqtt,
        })
    }

    fn subscription(filter: &str, qos: Qos) -> Subscription {
        Subscription {
            filter: filter.to_owned(),
            qos,
            no_local: false,
            retain_as_published: false,
            retained: RetainedWanted::Always,
        }
    }

    fn delivery(bytes: usize, qos: Qos) -> Delivery {
        Delivery { publish: publish("t", bytes, false), qos, retain: false, again: None }
    }

    #[test]
    fn overlapping_filters_give_one_delivery_at_the_highest_qos() {
        let mut session = Session::default();
        assert_eq!(session.subscribe(subscription("a/#", Qos::AtMostOnce)), Ok((Qos::AtMostOnce, true)));
        assert_eq!(session.subscribe(subscription("a/+", Qos::ExactlyOnce)), Ok((Qos::AtLeastOnce, true)));
        assert_eq!(session.subscribe(subscription("a/+", Qos::ExactlyOnce)), Ok((Qos::AtLeastOnce, false)));
        let message = publish("a/b", 1, true);
        let due = session.delivery_of(&message, Qos::ExactlyOnce, false).expect("matches twice");
        assert_eq!((due.qos, due.retain), (Qos::AtLeastOnce, false));
        assert_eq!(
            session.delivery_of(&message, Qos::AtMostOnce, false).map(|due| due.qos),
            Some(Qos::AtMostOnce)
        );
        assert!(session.unsubscribe("a/+") && !session.unsubscribe("a/+"));
        assert!(session.delivery_of(&publish("b", 1, false), Qos::AtMostOnce, false).is_none());
    }

    #[test]
    fn no_local_and_retain_as_published() {
        let mut session = Session::default();
        let options =
            Subscription { no_local: true, retain_as_published: true, ..subscription("a", Qos::AtMostOnce) };
        session.subscribe(options).expect("valid");
        let message = publish("a", 1, true);
        assert!(session.delivery_of(&message, Qos::AtMostOnce, true).is_none());
        assert!(session.delivery_of(&message, Qos::AtMostOnce, false).is_some_and(|due| due.retain));
    }

    #[test]
    fn refused_filters() {
        let mut session = Session::default();
        assert_eq!(session.subscribe(subscription("a/#/b", Qos::AtMostOnce)), Err(FilterRefusal::Invalid));
        assert_eq!(
            session.subscribe(subscription("$share/g/a", Qos::AtMostOnce)),
            Err(FilterRefusal::Shared)
        );
        let long = "a".repeat(MAX_FILTER_BYTES + 1);
        assert_eq!(session.subscribe(subscription(&long, Qos::AtMostOnce)), Err(FilterRefusal::Invalid));
        for index in 0..MAX_SUBSCRIPTIONS {
            assert!(session.subscribe(subscription(&format!("t/{index}"), Qos::AtMostOnce)).is_ok());
        }
        assert_eq!(session.subscribe(subscription("more", Qos::AtMostOnce)), Err(FilterRefusal::TooMany));
    }

    #[test]
    fn a_connected_client_without_room_overflows_and_an_absent_one_loses_the_oldest() {
        let mut in_all = QueuedBytes::default();
        let mut session = Session { attached: true, ..Session::default() };
        for _ in 0..MAX_QUEUED_MESSAGES {
            assert_eq!(session.queue(delivery(1, Qos::AtLeastOnce), &mut in_all), Queued::Waiting);
        }
        assert_eq!(session.queue(delivery(1, Qos::AtMostOnce), &mut in_all), Queued::Dropped);
        assert_eq!(session.queue(delivery(1, Qos::AtLeastOnce), &mut in_all), Queued::Overflow);
        session.attached = false;
        assert_eq!(session.queue(delivery(2, Qos::AtLeastOnce), &mut in_all), Queued::Dropped);
        assert_eq!(session.queue(delivery(2, Qos::AtMostOnce), &mut in_all), Queued::Dropped);
        assert_eq!(session.waiting.len(), MAX_QUEUED_MESSAGES);
        assert_eq!(session.waiting.back().map(|newest| newest.publish.payload.len()), Some(2));
        session.clear(&mut in_all);
        assert_eq!((session.bytes, in_all.0), (0, 0));
    }

    #[test]
    fn all_sessions_together_are_bounded() {
        let mut in_all = QueuedBytes::default();
        let mut queued = 0;
        for _ in 0..=MAX_QUEUED_BYTES_IN_ALL / MAX_QUEUED_BYTES {
            let mut session = Session { attached: true, ..Session::default() };
            while session.queue(delivery(1 << 20, Qos::AtLeastOnce), &mut in_all) == Queued::Waiting {
                queued += 1 << 20;
            }
        }
        assert!(queued <= MAX_QUEUED_BYTES_IN_ALL);
    }

    #[test]
    fn unacknowledged_deliveries_come_again_first_and_in_order() {
        let mut in_all = QueuedBytes::default();
        let mut session = Session { attached: true, ..Session::default() };
        for bytes in 1..=4 {
            session.queue(delivery(bytes, Qos::AtLeastOnce), &mut in_all);
        }
        for packet_id in 1..=3 {
            let next = session.next(&mut in_all).expect("waiting");
            session.sent(packet_id, next);
        }
        session.acknowledged(2, &mut in_all);
        session.resume();
        let again: Vec<_> = std::iter::from_fn(|| session.next(&mut in_all))
            .map(|delivery| (delivery.publish.payload.len(), delivery.again))
            .collect();
        assert_eq!(again, [(1, Some(1)), (3, Some(3)), (4, None)]);
    }

    #[test]
    fn bytes_are_given_back_when_acknowledged() {
        let mut in_all = QueuedBytes::default();
        let mut session = Session { attached: true, ..Session::default() };
        for _ in 0..=MAX_IN_FLIGHT {
            session.queue(delivery(10, Qos::AtLeastOnce), &mut in_all);
        }
        for packet_id in 1..=u16::try_from(MAX_IN_FLIGHT).expect("small") {
            let next = session.next(&mut in_all).expect("waiting");
            session.sent(packet_id, next);
        }
        assert!(session.next(&mut in_all).is_none(), "the window is full");
        for packet_id in 1..=u16::try_from(MAX_IN_FLIGHT).expect("small") {
            session.acknowledged(packet_id, &mut in_all);
        }
        let last = session.next(&mut in_all).expect("the window is open again");
        session.discard(&last, &mut in_all);
        assert_eq!((session.bytes, in_all.0), (0, 0));
    }
}
