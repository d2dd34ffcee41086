//! Every bound of the broker in one place. Nothing a client does can make the server keep more than these allow.

use std::time::Duration;

/// Largest MQTT packet taken, in bytes. A card with a large face is some 100 kB; nothing OwnTracks sends comes near.
pub const MAX_PACKET_BYTES: usize = 1 << 20;

/// Clients connected at once, over TCP and WebSocket together. A household has dozens of phones, pages and scripts.
pub const MAX_CONNECTIONS: usize = 512;

/// Sessions remembered, connected or not; beyond it the session away for longest is forgotten.
pub const MAX_SESSIONS: usize = 2 * MAX_CONNECTIONS;

/// Longest client identifier, in bytes: it is kept for as long as the session.
pub const MAX_CLIENT_ID_BYTES: usize = 1024;

/// Filters of one session. The dashboard uses three, a home automation program some dozens.
pub const MAX_SUBSCRIPTIONS: usize = 256;

/// Longest topic filter, in bytes: filters are kept and compared with every publish.
pub const MAX_FILTER_BYTES: usize = 1024;

/// Messages waiting for one session. A phone that was away gets its backlog, a page survives a burst.
pub const MAX_QUEUED_MESSAGES: usize = 20_000;

/// Bytes waiting for one session, room for all retained messages twice over.
pub const MAX_QUEUED_BYTES: usize = 2 * MAX_RETAINED_BYTES;

/// Bytes waiting for all sessions together, so that many slow ones cannot exhaust a small machine.
pub const MAX_QUEUED_BYTES_IN_ALL: usize = 128 << 20;

/// What a queued or retained message is counted as beside its topic and payload, in bytes.
pub const MESSAGE_OVERHEAD_BYTES: usize = 128;

/// Retained messages: a few per device.
pub const MAX_RETAINED_MESSAGES: usize = 10_000;

/// Bytes of retained messages: a hundred cards with large faces.
pub const MAX_RETAINED_BYTES: usize = 16 << 20;

/// Deliveries sent to one subscriber and not acknowledged yet.
pub const MAX_IN_FLIGHT: usize = 100;

/// Publishes of one client being recorded at once. More than one, so that the store can make many durable together.
pub const MAX_RECORDING: usize = 64;

/// Bytes of one client's publishes being recorded at once; at least one publish is always taken.
pub const MAX_RECORDING_BYTES: usize = 2 * MAX_PACKET_BYTES;

/// Above so many unsent bytes a client is neither read from nor given more.
pub const OUTGOING_HIGH_WATER_BYTES: usize = 64 << 10;

/// Bytes asked from a socket at once.
pub const READ_CHUNK_BYTES: usize = 16 << 10;

/// Largest WebSocket message taken: a full packet, and small ones that happen to share its frame.
pub const MAX_WEBSOCKET_MESSAGE_BYTES: usize = 2 * MAX_PACKET_BYTES;

/// A connection must bring its CONNECT within this time.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// A peer that takes not one byte for this long is gone or stuck.
pub const WRITE_STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// How long the last bytes to a leaving client may take.
pub const FAREWELL_TIMEOUT: Duration = Duration::from_secs(2);

/// How long `close` waits for clients to end, most of it the store's time to finish what was taken in.
pub const CLOSE_TIMEOUT: Duration = Duration::from_secs(10);
