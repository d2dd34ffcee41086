//! An answer that goes out while it is made.

use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// An answer goes out in pieces of about this size.
const PIECE_BYTES: usize = 64 << 10;

/// Pieces that may wait for a slow reader; then making them waits too.
const PIECES: usize = 4;

/// A reader that takes nothing for so long no longer keeps a thread busy.
const STALLED: Duration = Duration::from_secs(60);

/// A body that `write` makes on a thread of its own, where it may wait for the disk. After an error the body ends torn.
pub fn stream(write: impl FnOnce(Pieces) -> io::Result<()> + Send + 'static) -> Body {
    let (sender, mut receiver) = mpsc::channel(PIECES);
    let runtime = Handle::current();
    tokio::task::spawn_blocking(move || {
        let piece = Vec::with_capacity(PIECE_BYTES);
        let pieces = Pieces { piece, sender: sender.clone(), runtime: runtime.clone(), abandoned: false };
        if let Err(error) = write(pieces) {
            tracing::error!("a history could not be read: {error}");
            // The reader may be gone.
            let _ = runtime.block_on(async { timeout(STALLED, sender.send(Err(error))).await });
        }
    });
    Body::from_stream(stream::poll_fn(move |context| receiver.poll_recv(context)))
}

/// An answer on its way out.
pub struct Pieces {
    piece: Vec<u8>,
    sender: mpsc::Sender<io::Result<Bytes>>,
    runtime: Handle,
    /// The reader has gone away or takes nothing any more. What it got is not closed, so that it does not pass for whole.
    abandoned: bool,
}

impl Pieces {
    /// Appends bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.piece.extend_from_slice(bytes);
    }

    /// Where to append bytes.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.piece
    }

    /// Breaks when nobody reads.
    pub fn flush_if_full(&mut self) -> ControlFlow<()> {
        if self.piece.len() < PIECE_BYTES { ControlFlow::Continue(()) } else { self.flush() }
    }

    /// Sends the rest.
    pub fn end(mut self) {
        let _ = self.flush(); // whether or not somebody still reads, this was the end
    }

    fn flush(&mut self) -> ControlFlow<()> {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE_BYTES));
        if !self.abandoned {
            let sent =
                self.runtime.block_on(async { timeout(STALLED, self.sender.send(Ok(piece.into()))).await });
            self.abandoned = !matches!(sent, Ok(Ok(())));
        }
        if self.abandoned { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
