//! All sessions and retained messages: who gets what. Pure bookkeeping behind one lock that is never held across an
//! await.
//!
//! Every publish is compared with every filter of every session. With hundreds of sessions of a few filters each that
//! takes microseconds; a tree of topics would be more code for no gain here.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex as Seat, Notify, watch};
use tokio::time::Instant;

use super::limits::MAX_SESSIONS;
use super::retained::Retained;
use super::session::{
    Delivery, FilterRefusal, Qos, Queued, QueuedBytes, RetainedWanted, Session, Subscription,
};
use crate::intake::Publish;
use crate::people::Pass;

/// Sessions by client identifier, and retained messages.
#[derive(Debug, Default)]
pub struct Switchboard {
    entries: HashMap<String, Entry>,
    retained: Retained,
    in_all: QueuedBytes,
}

/// One client identifier.
#[derive(Debug)]
struct Entry {
    session: Session,
    /// `None` until the client is attached.
    visitor: Option<Pass>,
    keep: Keep,
    /// When its client left; `None` while one is connected.
    left_at: Option<Instant>,
    /// Held by the connected client; the next one waits for it.
    seat: Arc<Seat<()>>,
    call: watch::Sender<Call>,
    wake: Arc<Notify>,
}

/// What the rest of the broker tells a connected client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Number of the newest connection of this client identifier. Older ones leave.
    pub newest: u64,
    /// The client is too slow: its queue is full.
    pub overflow: bool,
}

/// How long a session outlives its connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// It ends with the connection.
    No,
    /// Until it is evicted for want of room, at the latest when this time has passed.
    For(Duration),
}

/// A claim to a client identifier, made before the previous client has left.
#[derive(Debug)]
pub struct Claim {
    /// Number of this connection, compared with [`Call::newest`].
    pub number: u64,
    /// To be held while connected.
    pub seat: Arc<Seat<()>>,
    /// Calls to this client.
    pub call: watch::Receiver<Call>,
    /// Something was queued.
    pub wake: Arc<Notify>,
}

impl Switchboard {
    /// Claims a client identifier and asks the client that has it to leave. `None` when there is no room for a session.
    pub fn claim(&mut self, client_id: &str) -> Option<Claim> {
        if !self.entries.contains_key(client_id) {
            self.make_room()?;
            let entry = Entry {
                session: Session::default(),
                visitor: None,
                keep: Keep::No,
                left_at: None,
                seat: Arc::default(),
                call: watch::Sender::new(Call { newest: 0, overflow: false }),
                wake: Arc::default(),
            };
            self.entries.insert(client_id.to_owned(), entry);
        }
        let entry = self.entries.get_mut(client_id)?;
        let number = entry.call.borrow().newest + 1;
        entry.call.send_replace(Call { newest: number, overflow: false });
        let (seat, wake) = (Arc::clone(&entry.seat), Arc::clone(&entry.wake));
        Some(Claim { number, seat, call: entry.call.subscribe(), wake })
    }

    /// Starts or resumes the session, once the claim's seat is held. Returns whether it was resumed, or `None` when a
    /// newer client has claimed the identifier meanwhile.
    pub fn attach(
        &mut self,
        client_id: &str,
        number: u64,
        visitor: Pass,
        clean: bool,
        keep: Keep,
    ) -> Option<bool> {
        let entry = self.entries.get_mut(client_id).filter(|entry| entry.call.borrow().newest == number)?;
        let resumed = !clean && entry.is_kept();
        if resumed {
            entry.session.resume();
        } else {
            entry.session.clear(&mut self.in_all);
        }
        entry.session.attached = true;
        entry.visitor = Some(visitor);
        entry.keep = keep;
        entry.left_at = None;
        Some(resumed)
    }

    /// The client left. Its session stays if it is to be kept, or if a newer client waits for the seat.
    pub fn leave(&mut self, client_id: &str, number: u64, keep: Keep) {
        let Some(entry) = self.entries.get_mut(client_id) else { return };
        entry.session.attached = false;
        entry.keep = keep;
        entry.left_at = Some(Instant::now());
        let awaited = entry.call.borrow().newest != number;
        if keep == Keep::No {
            entry.session.clear(&mut self.in_all);
            if !awaited {
                self.entries.remove(client_id);
            }
        }
    }

    /// Retains a publish if it wants that, and queues it for every session with a matching filter.
    pub fn route(&mut self, publish: &Arc<Publish>, qos: Qos, from: Option<&str>) {
        if publish.retain && !self.retained.set(publish, qos) {
            tracing::warn!(topic = publish.topic, "no room to retain more messages");
        }
        for (client_id, entry) in &mut self.entries {
            if !entry.may_receive(&publish.topic) {
                continue;
            }
            if let Some(delivery) = entry.session.delivery_of(publish, qos, from == Some(client_id.as_str()))
            {
                entry.queue(delivery, &mut self.in_all);
            }
        }
    }

    /// Keeps a message among the retained ones without sending it to anybody.
    pub fn restore_retained(&mut self, publish: &Arc<Publish>) -> bool {
        self.retained.set(publish, Qos::AtLeastOnce)
    }

    /// Adds a filter to a session and queues the retained messages it brings. Returns the QoS granted.
    pub fn subscribe(&mut self, client_id: &str, subscription: Subscription) -> Result<Qos, FilterRefusal> {
        let Some(entry) = self.entries.get_mut(client_id) else { return Err(FilterRefusal::TooMany) };
        let (filter, wanted) = (subscription.filter.clone(), subscription.retained);
        let (granted, new) = entry.session.subscribe(subscription)?;
        if wanted == RetainedWanted::Always || (wanted == RetainedWanted::IfNew && new) {
            for (publish, qos) in self.retained.matching(&filter) {
                if entry.may_receive(&publish.topic) {
                    let delivery = Delivery {
                        publish: Arc::clone(publish),
                        qos: qos.min(granted),
                        retain: true,
                        again: None,
                    };
                    entry.queue(delivery, &mut self.in_all);
                }
            }
        }
        Ok(granted)
    }

    /// Calls `act` with the session, if the identifier has one.
    pub fn with_session<T>(
        &mut self,
        client_id: &str,
        act: impl FnOnce(&mut Session, &mut QueuedBytes) -> T,
    ) -> Option<T> {
        self.entries.get_mut(client_id).map(|entry| act(&mut entry.session, &mut self.in_all))
    }

    /// Makes room for one more session by forgetting, if need be, the one away for longest. One with a free seat that
    /// never left comes first: its client was cut off in the middle.
    fn make_room(&mut self) -> Option<()> {
        if self.entries.len() < MAX_SESSIONS {
            return Some(());
        }
        let away = self.entries.iter().filter(|(_, entry)| entry.seat.try_lock().is_ok());
        let (client_id, _) = away.min_by_key(|(_, entry)| entry.left_at)?;
        let client_id = client_id.clone();
        let mut entry = self.entries.remove(&client_id)?;
        entry.session.clear(&mut self.in_all);
        tracing::info!(client_id, "forgot the session away for longest to make room");
        Some(())
    }
}

impl Entry {
    fn may_receive(&self, topic: &str) -> bool {
        self.visitor.as_ref().is_some_and(|visitor| visitor.may_receive(topic))
    }

    fn queue(&mut self, delivery: Delivery, in_all: &mut QueuedBytes) {
        match self.session.queue(delivery, in_all) {
            Queued::Waiting => self.wake.notify_one(),
            Queued::Dropped => {}
            Queued::Overflow => {
                // From here on it counts as away, so a kept session goes on with the newest messages.
                self.session.attached = false;
                self.call.send_modify(|call| call.overflow = true);
            }
        }
    }

    fn is_kept(&self) -> bool {
        match (self.keep, self.left_at) {
            (Keep::For(time), Some(left_at)) => left_at.elapsed() < time,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::Door;
    use crate::people::{People, Viewer};

    const DAY: Duration = Duration::from_secs(86_400);

    /// Somebody on this machine, while there are no accounts.
    fn visitor() -> Pass {
        let folder = tempfile::tempdir().expect("a folder");
        Pass::new(People::open(folder.path()).expect("empty"), Viewer::Open)
    }

    fn publish(topic: &str, retain: bool) -> Arc<Publish> {
        Arc::new(Publish { topic: topic.to_owned(), payload: "x".into(), retain, door: Door::Http })
    }

    fn subscription(filter: &str, retained: RetainedWanted) -> Subscription {
        let filter = filter.to_owned();
        Subscription { filter, qos: Qos::AtLeastOnce, no_local: false, retain_as_published: false, retained }
    }

    fn connect(board: &mut Switchboard, client_id: &str, clean: bool, keep: Keep) -> (Claim, bool) {
        let claim = board.claim(client_id).expect("room");
        let resumed = board.attach(client_id, claim.number, visitor(), clean, keep).expect("newest");
        (claim, resumed)
    }

    fn next(board: &mut Switchboard, client_id: &str) -> Option<Delivery> {
        board.with_session(client_id, |session, in_all| session.next(in_all)).flatten()
    }

    #[test]
    fn a_kept_session_collects_while_its_client_is_away() {
        let mut board = Switchboard::default();
        let (first, resumed) = connect(&mut board, "phone", false, Keep::For(DAY));
        assert!(!resumed);
        board.subscribe("phone", subscription("a", RetainedWanted::Always)).expect("valid");
        board.leave("phone", first.number, Keep::For(DAY));
        board.route(&publish("a", false), Qos::AtLeastOnce, None);
        board.route(&publish("a", false), Qos::AtMostOnce, None);
        let (_, resumed) = connect(&mut board, "phone", false, Keep::For(DAY));
        assert!(resumed);
        assert!(next(&mut board, "phone").is_some());
        assert!(next(&mut board, "phone").is_none(), "QoS 0 does not wait");
    }

    #[test]
    fn a_clean_or_expired_session_starts_empty() {
        for (clean, keep) in [(true, Keep::For(DAY)), (false, Keep::For(Duration::ZERO)), (false, Keep::No)] {
            let mut board = Switchboard::default();
            let (first, _) = connect(&mut board, "phone", false, keep);
            board.subscribe("phone", subscription("a", RetainedWanted::Always)).expect("valid");
            board.leave("phone", first.number, keep);
            assert!(!connect(&mut board, "phone", clean, keep).1);
            board.route(&publish("a", false), Qos::AtLeastOnce, None);
            assert!(next(&mut board, "phone").is_none());
        }
    }

    #[test]
    fn of_several_claims_the_newest_wins() {
        let mut board = Switchboard::default();
        let (first, _) = connect(&mut board, "phone", false, Keep::For(DAY));
        let second = board.claim("phone").expect("room");
        let third = board.claim("phone").expect("room");
        assert_eq!(first.call.borrow().newest, third.number);
        board.leave("phone", first.number, Keep::No);
        assert_eq!(board.attach("phone", second.number, visitor(), false, Keep::No), None);
        assert_eq!(board.attach("phone", third.number, visitor(), false, Keep::No), Some(false));
    }

    #[test]
    fn retained_messages_come_as_the_subscription_asks() {
        let mut board = Switchboard::default();
        connect(&mut board, "page", true, Keep::No);
        board.route(&publish("a/b", true), Qos::AtMostOnce, None);
        for (wanted, expected) in
            [(RetainedWanted::Never, false), (RetainedWanted::IfNew, false), (RetainedWanted::Always, true)]
        {
            board.subscribe("page", subscription("a/+", wanted)).expect("valid");
            let got = next(&mut board, "page");
            assert_eq!(got.is_some(), expected, "{wanted:?}");
            assert!(got.is_none_or(|delivery| delivery.retain));
        }
        board.subscribe("page", subscription("#", RetainedWanted::IfNew)).expect("valid");
        assert!(next(&mut board, "page").is_some());
    }

    #[test]
    fn a_full_board_forgets_the_session_away_for_longest() {
        let mut board = Switchboard::default();
        for index in 0..MAX_SESSIONS {
            let client_id = format!("client-{index}");
            let (claim, _) = connect(&mut board, &client_id, false, Keep::For(DAY));
            board.leave(&client_id, claim.number, Keep::For(DAY));
        }
        connect(&mut board, "one-more", true, Keep::No);
        assert_eq!(board.entries.len(), MAX_SESSIONS);
        assert!(!board.entries.contains_key("client-0"));
        assert!(board.entries.contains_key("one-more"));
    }
}
