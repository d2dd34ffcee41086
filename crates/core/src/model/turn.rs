//! What every part of the model may use while one event is taken in.

use crate::time::UnixMillis;

use super::command::{Command, ConnectionId, RequestId};
use super::notices::Notices;

/// One turn of [`super::Model::update`]: the moment, what is wanted from outside so far, and the notices.
pub(super) struct Turn<'a> {
    /// The present.
    pub now: UnixMillis,
    /// What is wanted from outside, in order.
    pub commands: Vec<Command>,
    /// Messages to the person.
    pub notices: &'a mut Notices,
    /// Where ids and chance come from.
    pub supply: &'a mut Supply,
}

impl Turn<'_> {
    /// Wants something from outside.
    pub fn want(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Wants a small JSON answer; returns the id of the request.
    pub fn get(&mut self, url: String, timeout_ms: u32) -> RequestId {
        let request = self.supply.request();
        self.want(Command::Get { request, url, timeout_ms });
        request
    }

    /// This moment moved by `ms`.
    pub fn after_ms(&self, ms: i64) -> UnixMillis {
        self.now.plus_ms(ms)
    }
}

/// Ids that were never used before, and random numbers.
#[derive(Debug, Default)]
pub(super) struct Supply {
    connections: u32,
    requests: u32,
    random_state: u64,
}

impl Supply {
    /// Starts the random numbers from one that the browser drew, 0…1.
    pub fn seed(&mut self, random_unit: f64) {
        self.random_state = random_unit.to_bits();
    }

    /// A new connection id, from 1.
    pub fn connection(&mut self) -> ConnectionId {
        self.connections = self.connections.wrapping_add(1);
        ConnectionId(self.connections)
    }

    /// A new request id, from 1.
    pub fn request(&mut self) -> RequestId {
        self.requests = self.requests.wrapping_add(1);
        RequestId(self.requests)
    }

    /// A number from 0 to 1, good enough to spread reconnects (one step of SplitMix64).
    pub fn random_unit(&mut self) -> f64 {
        self.random_state = self.random_state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random_state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
