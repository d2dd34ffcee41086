//! The client's side of one connection, from CONNECT to its end.

use std::collections::VecDeque;

use crate::ordered::OrderedSet;
use std::fmt;
use std::num::NonZeroU16;

use crate::time::UnixMillis;

use super::event::{LossReason, ProtocolError, Publish, Refusal, SessionEvent};
use super::options::Options;
use super::packet::{self, Incoming, PacketId, PublishPacket, Qos, Suback};
use super::stream::{Frame, PacketStream};

/// How long the broker may be silent after a PINGREQ, in milliseconds. Anything it sends counts: on a slow line the
/// PINGRESP may stand behind a queue of messages.
pub const PINGRESP_TIMEOUT_MS: i64 = 20_000;

/// Input is taken in pieces of this size, so that one huge WebSocket frame is not kept twice.
const PIECE: usize = 64 * 1024;

/// The only SUBSCRIBE of a session.
const SUBSCRIBE_ID: PacketId = PacketId(NonZeroU16::MIN);

/// One connection to a broker, without the connection.
///
/// After each `handle_…` and after [`Session::disconnect`], call [`Session::poll_transmit`] and [`Session::poll_event`]
/// until they return `None`, then arrange for [`Session::handle_timeout`] at [`Session::poll_timeout`]. When the session
/// is over (refused, no answer, lost, disconnected) it ignores all input and wants no more wake-ups; a new connection
/// takes a new session.
///
/// | timer | runs | when it is due |
/// |---|---|---|
/// | CONNACK | from CONNECT to CONNACK, [`Options::connack_timeout_ms`] | [`SessionEvent::NoAnswer`] |
/// | PINGREQ | restarted by every packet sent, half of [`Options::keep_alive_s`] | sends PINGREQ |
/// | PINGRESP | from PINGREQ to the next packet received, [`PINGRESP_TIMEOUT_MS`] | [`LossReason::PingUnanswered`] |
///
/// Half of the keep-alive time, because browsers wake a hidden tab only once a minute and brokers wait one and a half
/// times the keep-alive time.
pub struct Session {
    options: Options,
    state: State,
    stream: PacketStream,
    timers: Timers,
    /// Messages of QoS 2 that were delivered and not yet released by the broker: delivered once, however often sent.
    unreleased: OrderedSet<PacketId>,
    /// Valid filters, in the order of the SUBSCRIBE that waits for its answer.
    asked_filters: Vec<String>,
    outgoing: Vec<u8>,
    events: VecDeque<SessionEvent>,
}

impl fmt::Debug for Session {
    /// Without the bytes that wait to be sent: the password is in CONNECT.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("options", &self.options)
            .field("state", &self.state)
            .field("timers", &self.timers)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// CONNECT is on its way.
    Connecting,
    /// CONNACK came; SUBSCRIBE is on its way.
    Subscribing,
    /// SUBACK came, or there was nothing to subscribe to.
    Watching,
    /// Refused, lost or disconnected.
    Over,
}

/// When something is due. One row per reason.
#[derive(Debug, Default)]
struct Timers {
    connack_missing: Option<UnixMillis>,
    pingreq_due: Option<UnixMillis>,
    pingresp_missing: Option<UnixMillis>,
}

impl Session {
    /// Starts a session on a connection that has just opened; CONNECT is ready to be sent.
    pub fn new(options: Options, now: UnixMillis) -> Self {
        let connect = packet::connect(&options);
        let mut session = Self {
            options,
            state: State::Connecting,
            stream: PacketStream::default(),
            timers: Timers::default(),
            unreleased: OrderedSet::new(),
            asked_filters: Vec::new(),
            outgoing: Vec::new(),
            events: VecDeque::new(),
        };
        match connect {
            Ok(bytes) => {
                session.send(&bytes, now);
                session.timers.pingreq_due = None;
                session.timers.connack_missing =
                    Some(now.plus_ms(i64::from(session.options.connack_timeout_ms)));
            }
            Err(refusal) => session.end_with(SessionEvent::Refused(refusal)),
        }
        session
    }

    /// Takes in bytes from the broker, cut anywhere.
    pub fn handle_input(&mut self, bytes: &[u8], now: UnixMillis) {
        for piece in bytes.chunks(PIECE) {
            if self.state == State::Over {
                return;
            }
            // Taken out so that a frame may borrow from it while the session changes.
            let mut stream = std::mem::take(&mut self.stream);
            stream.push(piece);
            self.handle_frames(&mut stream, now);
            if self.state != State::Over {
                self.stream = stream;
            }
        }
    }

    /// Does what is due at `now`; nothing when called too early.
    pub fn handle_timeout(&mut self, now: UnixMillis) {
        let is_due = |timer: Option<UnixMillis>| timer.is_some_and(|at| at <= now);
        if is_due(self.timers.connack_missing) {
            self.end_with(SessionEvent::NoAnswer);
        } else if is_due(self.timers.pingresp_missing) {
            self.end_with(SessionEvent::Lost(LossReason::PingUnanswered));
        } else if is_due(self.timers.pingreq_due) {
            self.send(&packet::PINGREQ, now);
            self.timers.pingresp_missing.get_or_insert(now.plus_ms(PINGRESP_TIMEOUT_MS));
        }
    }

    /// Leaves in good order: DISCONNECT is the last thing to be sent.
    pub fn disconnect(&mut self, now: UnixMillis) {
        if self.state != State::Over {
            self.send(&packet::DISCONNECT, now);
            self.end();
        }
    }

    /// Bytes to be sent: one or more whole packets.
    pub fn poll_transmit(&mut self) -> Option<Vec<u8>> {
        (!self.outgoing.is_empty()).then(|| std::mem::take(&mut self.outgoing))
    }

    /// The next thing that happened.
    pub fn poll_event(&mut self) -> Option<SessionEvent> {
        self.events.pop_front()
    }

    /// When [`Session::handle_timeout`] wants to be called next.
    pub fn poll_timeout(&self) -> Option<UnixMillis> {
        let Timers { connack_missing, pingreq_due, pingresp_missing } = self.timers;
        [connack_missing, pingreq_due, pingresp_missing].into_iter().flatten().min()
    }

    fn handle_frames(&mut self, stream: &mut PacketStream, now: UnixMillis) {
        while self.state != State::Over {
            let handled = match stream.next_frame() {
                Ok(Some(frame)) => self.handle_frame(&frame, now),
                Ok(None) => return,
                Err(error) => Err(error),
            };
            if let Err(error) = handled {
                self.end_with(SessionEvent::Lost(LossReason::Protocol(error)));
            }
        }
    }

    fn handle_frame(&mut self, frame: &Frame<'_>, now: UnixMillis) -> Result<(), ProtocolError> {
        let incoming = Incoming::decode(frame)?;
        self.timers.pingresp_missing = None;
        match (incoming, self.state) {
            (Incoming::Connack(answer), State::Connecting) => self.handle_connack(answer, now),
            (Incoming::Publish(publish), State::Subscribing | State::Watching) => {
                self.handle_publish(&publish, now);
            }
            (Incoming::Pubrel(id), State::Subscribing | State::Watching) => {
                self.unreleased.remove(&id);
                self.send(&packet::pubcomp(id), now);
            }
            (Incoming::Suback(suback), State::Subscribing)
                if suback.id == SUBSCRIBE_ID && suback.len() == self.asked_filters.len() =>
            {
                self.handle_suback(&suback);
            }
            (Incoming::Pingresp, State::Subscribing | State::Watching) => {}
            _ => {
                let packet_type = packet::packet_type(frame.first_byte);
                return Err(ProtocolError::PacketUnexpected { packet_type });
            }
        }
        Ok(())
    }

    fn handle_connack(&mut self, answer: Result<(), Refusal>, now: UnixMillis) {
        self.timers.connack_missing = None;
        if let Err(refusal) = answer {
            self.end_with(SessionEvent::Refused(refusal));
            return;
        }
        self.events.push_back(SessionEvent::Connected);
        self.asked_filters =
            self.options.topics.iter().filter(|topic| packet::is_valid_filter(topic)).cloned().collect();
        if self.asked_filters.is_empty() {
            self.state = State::Watching;
            self.restart_pingreq(now);
            self.report_subscription(Vec::new());
        } else {
            self.state = State::Subscribing;
            let subscribe = packet::subscribe(SUBSCRIBE_ID, &self.asked_filters);
            self.send(&subscribe, now);
        }
    }

    fn handle_publish(&mut self, publish: &PublishPacket<'_>, now: UnixMillis) {
        let is_new = match publish.qos {
            Qos::Zero => true,
            Qos::One(id) => {
                self.send(&packet::puback(id), now);
                true
            }
            Qos::Two(id) => {
                self.send(&packet::pubrec(id), now);
                self.unreleased.insert(id)
            }
        };
        if !is_new {
            return;
        }
        // The standard wants the connection closed at ill-formed UTF-8. But the message may be a retained one that comes
        // with every connection, and would then keep all others away.
        let topic = String::from_utf8_lossy(publish.topic).into_owned();
        self.events.push_back(if publish.payload.len() == publish.payload_length {
            SessionEvent::Published(Publish {
                topic,
                payload: publish.payload.to_vec(),
                retain: publish.retain,
                duplicate: publish.duplicate,
            })
        } else {
            SessionEvent::PublishTooLong { topic, payload_length: publish.payload_length }
        });
    }

    fn handle_suback(&mut self, suback: &Suback<'_>) {
        self.state = State::Watching;
        let asked = std::mem::take(&mut self.asked_filters);
        let granted = asked.into_iter().zip(suback.granted()).filter(|(_, granted)| *granted);
        self.report_subscription(granted.map(|(filter, _)| filter).collect());
    }

    fn report_subscription(&mut self, granted: Vec<String>) {
        let refused = self.options.topics.iter().filter(|topic| !granted.contains(topic)).cloned().collect();
        self.events.push_back(SessionEvent::Subscribed { granted, refused });
    }

    fn send(&mut self, bytes: &[u8], now: UnixMillis) {
        self.outgoing.extend(bytes);
        self.restart_pingreq(now);
    }

    fn restart_pingreq(&mut self, now: UnixMillis) {
        let keep_alive_ms = i64::from(self.options.keep_alive_s) * 1000;
        self.timers.pingreq_due = (keep_alive_ms > 0).then(|| now.plus_ms(keep_alive_ms / 2));
    }

    fn end_with(&mut self, event: SessionEvent) {
        self.events.push_back(event);
        self.end();
    }

    fn end(&mut self) {
        self.state = State::Over;
        self.timers = Timers::default();
        self.stream = PacketStream::default();
        self.unreleased.clear();
    }
}
