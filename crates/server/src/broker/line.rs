//! One client's socket and its protocol state: moves bytes, watches the clock, holds nothing beyond the limits.

use std::io;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep_until, timeout};

use super::limits::{FAREWELL_TIMEOUT, OUTGOING_HIGH_WATER_BYTES, READ_CHUNK_BYTES, WRITE_STALL_TIMEOUT};
use super::wire::{Fault, Received, Wire};

/// A socket that speaks MQTT.
pub struct Line<S> {
    reader: ReadHalf<S>,
    writer: WriteHalf<S>,
    /// The protocol state.
    pub wire: Wire,
    input: BytesMut,
    unflushed: bool,
    /// When the client has been silent for too long.
    silent_at: Option<Instant>,
    /// When the client has taken nothing for too long.
    stalled_at: Option<Instant>,
}

/// Why a line is of no more use.
#[derive(Debug)]
pub enum Lost {
    /// The peer closed it.
    Closed,
    /// The socket failed.
    Broken(io::Error),
    /// The peer broke the protocol.
    Fault(Fault),
    /// Nothing came for 1.5 times the promised interval.
    Silent,
    /// The peer takes nothing.
    Stalled,
}

impl From<io::Error> for Lost {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<Fault> for Lost {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<S: AsyncRead + AsyncWrite> Line<S> {
    /// A line over a fresh connection.
    pub fn new(stream: S) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        let input = BytesMut::new();
        Self { reader, writer, wire: Wire::new(), input, unflushed: false, silent_at: None, stalled_at: None }
    }

    /// The next whole packet among the bytes read so far.
    pub fn take(&mut self) -> Result<Option<Received>, Fault> {
        let received = self.wire.receive(&mut self.input)?;
        if received.is_some() {
            self.silent_at = self.wire.silence_limit.map(|limit| Instant::now() + limit);
        }
        Ok(received)
    }

    /// Waits until some bytes were written or, if it `may_read` and what was read is used up, read. Safe to cancel.
    pub async fn progress(&mut self, may_read: bool) -> Result<(), Lost> {
        let writing = !self.wire.outgoing.is_empty();
        let flushing = !writing && self.unflushed;
        let reading =
            may_read && self.input.is_empty() && self.wire.outgoing.len() < OUTGOING_HIGH_WATER_BYTES;
        if reading {
            self.input.reserve(READ_CHUNK_BYTES);
        }
        let now = Instant::now();
        self.stalled_at = (writing || flushing).then(|| self.stalled_at.unwrap_or(now + WRITE_STALL_TIMEOUT));
        let Self { reader, writer, wire, input, .. } = self;
        let send = async {
            match writing {
                true => writer.write(&wire.outgoing).await,
                false => writer.flush().await.map(|()| 0),
            }
        };
        tokio::select! {
            // Sending first: bytes go out before more come in.
            biased;
            sent = send, if writing || flushing => {
                let sent = sent?;
                if writing && sent == 0 {
                    return Err(Lost::Closed);
                }
                self.wire.outgoing.advance(sent);
                self.unflushed = writing;
                self.stalled_at = None;
            }
            read = reader.read_buf(input), if reading => {
                if read? == 0 {
                    return Err(Lost::Closed);
                }
            }
            // While it is not read from, a client cannot be blamed for silence.
            () = sleep_until(self.silent_at.unwrap_or(now)), if reading && self.silent_at.is_some() => {
                return Err(Lost::Silent);
            }
            () = sleep_until(self.stalled_at.unwrap_or(now)), if self.stalled_at.is_some() => {
                return Err(Lost::Stalled);
            }
            // Neither reading nor writing: the caller waits for something else.
            () = std::future::pending(), if !(writing || flushing || reading) => {}
        }
        Ok(())
    }

    /// Writes what is left, for a short while, and closes the socket.
    pub async fn close(mut self) {
        let farewell = async {
            self.writer.write_all(&self.wire.outgoing).await?;
            self.writer.shutdown().await
        };
        // The peer may be gone already; there is nobody left to tell.
        if let Ok(Err(error)) = timeout(FAREWELL_TIMEOUT, farewell).await {
            tracing::trace!(%error, "closing");
        }
    }
}
