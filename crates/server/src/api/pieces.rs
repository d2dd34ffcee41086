//! An answer that goes out while it is made.

use std::io;
use std::ops::ControlFlow;
use std::sync::LazyLock;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::stream;
use tokio::runtime::{self, Handle, Runtime};
use tokio::sync::mpsc;
use tokio::time::timeout;

/// An answer goes out in pieces of about this size.
const PIECE_BYTES: usize = 64 << 10;

/// Pieces that may wait for a slow reader; then making them waits too.
const PIECES: usize = 4;

/// A reader that takes nothing for so long no longer keeps a thread busy.
const STALLED: Duration = Duration::from_secs(60);

/// Most answers that are made at once; others wait. Each takes a thread, and one whose reader is slow keeps it: few of those must not
/// keep everybody else waiting.
const MOST_AT_ONCE: usize = 512;

/// Threads that make answers. They and those they start yield to all others: a history of years may take all cores of a small
/// machine, and what is live must not wait for it.
static MAKING: LazyLock<Option<Runtime>> = LazyLock::new(|| {
    let mut threads = runtime::Builder::new_current_thread();
    threads.thread_name("history").max_blocking_threads(MOST_AT_ONCE).on_thread_start(yield_to_others);
    threads.build().inspect_err(|error| tracing::warn!("histories take as much as others: {error}")).ok()
});

/// A body that `write` makes on a thread of its own, where it may wait for the disk. After an error the body ends torn.
pub fn stream(write: impl FnOnce(Pieces) -> io::Result<()> + Send + 'static) -> Body {
    let (sender, mut receiver) = mpsc::channel(PIECES);
    let runtime = Handle::current();
    let making = MAKING.as_ref().map_or(&runtime, Runtime::handle).clone();
    making.spawn_blocking(move || {
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

/// Has this thread get what other threads leave, as far as they want all there is. On Linux that is a matter of the thread and
/// of those it starts; elsewhere it would be one of the whole server.
fn yield_to_others() {
    #[cfg(target_os = "linux")]
    {
        const NICENESS: i32 = 10;
        // Whoever may not even be modest is as quick as all others.
        let _ = rustix::process::setpriority_process(None, NICENESS);
    }
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
