//! The Recorder's WebSocket: what it hears, as it hears it.

use crate::mqtt::Backoff;
use crate::owntracks::recorder::{self, LIVE_GREETING};
use crate::time::UnixMillis;

use super::super::command::{Command, ConnectionId};
use super::super::friends::Origin;
use super::super::turn::Turn;
use super::{OPEN_TIMEOUT_MS, PROVED_GOOD_AFTER_MS};

/// The Recorder echoes the greeting when it has answered it, within milliseconds. A server that does not echo is believed
/// to have answered after so many.
const ANSWERING_MS: i64 = 5_000;

/// The Recorder's WebSocket.
#[derive(Debug, Default)]
pub(in super::super) struct LiveFeed {
    recorder_url: Option<String>,
    phase: Phase,
    backoff: Backoff,
    has_been_open: bool,
}

#[derive(Debug, Default)]
enum Phase {
    #[default]
    Off,
    Opening {
        connection: ConnectionId,
        give_up_at: UnixMillis,
    },
    Open {
        connection: ConnectionId,
        since: UnixMillis,
        /// The greeting was not echoed yet: frames are reduced answers to it.
        answering: bool,
    },
    Waiting {
        until: UnixMillis,
    },
}

impl LiveFeed {
    /// Listens to the Recorder at `recorder_url`.
    pub fn start(&mut self, recorder_url: &str, turn: &mut Turn<'_>) {
        if self.recorder_url.as_deref() == Some(recorder_url) {
            self.resume(turn);
            return;
        }
        self.stop(turn);
        self.recorder_url = Some(recorder_url.to_owned());
        self.open(turn);
    }

    /// Leaves.
    pub fn stop(&mut self, turn: &mut Turn<'_>) {
        if let Phase::Opening { connection, .. } | Phase::Open { connection, .. } = self.phase {
            turn.want(Command::LiveClose { connection });
        }
        *self = Self::default();
    }

    /// Tries at once if it waits.
    pub fn resume(&mut self, turn: &mut Turn<'_>) {
        if matches!(self.phase, Phase::Waiting { .. }) {
            self.open(turn);
        }
    }

    /// The socket opened: asks for everybody's last place. Returns whether it had been open before, so that something may
    /// have been missed.
    pub fn take_opened(&mut self, connection: ConnectionId, turn: &mut Turn<'_>) -> bool {
        if !matches!(self.phase, Phase::Opening { connection: expected, .. } if expected == connection) {
            return false;
        }
        self.phase = Phase::Open { connection, since: turn.now, answering: true };
        turn.want(Command::LiveTransmit { connection, text: LIVE_GREETING.to_owned() });
        std::mem::replace(&mut self.has_been_open, true)
    }

    /// The Recorder echoed the greeting: from here on frames are news.
    pub fn take_echo(&mut self, from: ConnectionId) {
        if let Phase::Open { connection, answering, .. } = &mut self.phase
            && *connection == from
        {
            *answering = false;
        }
    }

    /// What a frame on the socket `from` is: an answer to the greeting, or news. `None` for an older socket.
    pub fn origin(&self, from: ConnectionId, now: UnixMillis) -> Option<Origin> {
        match self.phase {
            Phase::Open { connection, since, answering } if connection == from => {
                let reduced = answering && now.ms_since(since) < ANSWERING_MS;
                Some(if reduced { Origin::Reduced } else { Origin::Pushed })
            }
            _ => None,
        }
    }

    /// The socket closed or never opened. That is no failure of the Recorder: proxies often do not pass WebSockets on.
    /// Returns whether it had been open.
    pub fn take_closed(&mut self, closed: ConnectionId, turn: &mut Turn<'_>) -> bool {
        match self.phase {
            Phase::Open { connection, since, .. } if connection == closed => {
                if turn.now.ms_since(since) >= PROVED_GOOD_AFTER_MS {
                    self.backoff.reset();
                }
                self.wait(turn);
                true
            }
            Phase::Opening { connection, .. } if connection == closed => {
                self.wait(turn);
                false
            }
            _ => false,
        }
    }

    /// Does what is due. Returns whether a new attempt began.
    pub fn pass_time(&mut self, turn: &mut Turn<'_>) -> bool {
        match self.phase {
            Phase::Waiting { until } if until <= turn.now => {
                self.open(turn);
                true
            }
            Phase::Opening { connection, give_up_at } if give_up_at <= turn.now => {
                turn.want(Command::LiveClose { connection });
                self.wait(turn);
                false
            }
            _ => false,
        }
    }

    /// When [`LiveFeed::pass_time`] is wanted.
    pub const fn wake_at(&self) -> Option<UnixMillis> {
        match self.phase {
            Phase::Waiting { until } => Some(until),
            Phase::Opening { give_up_at, .. } => Some(give_up_at),
            Phase::Off | Phase::Open { .. } => None,
        }
    }

    /// Whether live messages come.
    pub const fn is_live(&self) -> bool {
        matches!(self.phase, Phase::Open { .. })
    }

    fn open(&mut self, turn: &mut Turn<'_>) {
        let Some(url) = &self.recorder_url else { return };
        let connection = turn.supply.connection();
        turn.want(Command::LiveOpen { connection, url: recorder::live_url(url) });
        self.phase = Phase::Opening { connection, give_up_at: turn.after_ms(OPEN_TIMEOUT_MS) };
    }

    fn wait(&mut self, turn: &mut Turn<'_>) {
        let delay_ms = self.backoff.next_delay_ms(turn.supply.random_unit());
        self.phase = Phase::Waiting { until: turn.after_ms(delay_ms) };
    }
}
