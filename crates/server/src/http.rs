//! HTTP connections, from accepting to their end. Made for the open internet: nobody keeps a connection by being slow.

use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tower::ServiceExt;
use tower_http::timeout::RequestBodyTimeoutLayer;

use crate::people::identify::Peer;
use crate::tls::{HANDSHAKE_TIMEOUT, Tls};

/// The head of a request must be here so long after the connection or the answer before it, idle connections included.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// Between two pieces of what is posted.
const BODY_STALL_TIMEOUT: Duration = Duration::from_secs(30);

/// A client that takes not one byte for so long is gone or stuck.
const WRITE_STALL_TIMEOUT: Duration = Duration::from_secs(75);

/// Bytes of the head of a request.
const MAX_HEAD_BYTES: usize = 32 << 10;

/// Connections at once. WebSockets have bounds of their own at their doors.
const MAX_CONNECTIONS: usize = 1_024;

/// Of one address, unless it is this machine's own (a proxy's): a household behind one address has a few dozen.
const MAX_CONNECTIONS_PER_ADDRESS: usize = 128;

/// How long to wait after a failed accept, which mostly means that the process has no file descriptors left.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(200);

/// Accepts connections until `closing`; then lets answers under way end. The caller bounds how long that may take.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Tls>,
    router: Router,
    mut closing: watch::Receiver<bool>,
) {
    let router = router.layer(RequestBodyTimeoutLayer::new(BODY_STALL_TIMEOUT));
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let crowd = Crowd::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = closed(&mut closing) => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "accepting a connection");
                sleep(ACCEPT_RETRY_DELAY).await;
                continue;
            }
        };
        let address = peer.ip().to_canonical();
        let (Ok(place), Some(seat)) = (Arc::clone(&places).try_acquire_owned(), crowd.enter(address)) else {
            tracing::warn!(%peer, "too many connections");
            continue;
        };
        let (tls, router, closing) = (tls.clone(), router.clone(), closing.clone());
        tokio::spawn(async move {
            let peer = Peer { address, secure: tls.is_some() };
            match begin(stream, tls).await {
                Ok(stream) => converse(stream, peer, router, closing).await,
                Err(error) => tracing::debug!(%address, %error, "no connection"),
            }
            drop((place, seat));
        });
    }
    drop(listener);
    let _ = places.acquire_many(u32::try_from(MAX_CONNECTIONS).unwrap_or(u32::MAX)).await; // never closed
}

/// Waits until the server ends.
async fn closed(closing: &mut watch::Receiver<bool>) {
    let _ = closing.wait_for(|closing| *closing).await; // without its sender the server is gone too
}

/// A connection that can be read and written.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn begin(stream: TcpStream, tls: Option<Tls>) -> io::Result<Box<dyn Stream>> {
    stream.set_nodelay(true)?;
    Ok(match tls {
        None => Box::new(stream),
        Some(tls) => Box::new(timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await??),
    })
}

async fn converse(stream: Box<dyn Stream>, peer: Peer, router: Router, mut closing: watch::Receiver<bool>) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        router.clone().oneshot(request)
    });
    let stream = TokioIo::new(Patient { stream, stalled: None });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .max_buf_size(MAX_HEAD_BYTES)
        .serve_connection(stream, service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closed(&mut closing) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection");
    }
}

/// A stream whose other end must take something now and then.
struct Patient {
    stream: Box<dyn Stream>,
    stalled: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    /// What a write came to, or that it has come to nothing for too long.
    fn judge<T>(&mut self, context: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let until = || Box::pin(tokio::time::sleep_until(Instant::now() + WRITE_STALL_TIMEOUT));
        ready!(self.stalled.get_or_insert_with(until).as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(context, written)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.judge(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let shut = Pin::new(&mut self.stream).poll_shutdown(context);
        self.judge(context, shut)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judge(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// How many connections each address has.
#[derive(Clone, Default)]
struct Crowd(Arc<std::sync::Mutex<std::collections::HashMap<IpAddr, usize>>>);

/// One connection of an address, given back when dropped.
struct Seat {
    crowd: Crowd,
    address: IpAddr,
}

impl Crowd {
    fn enter(&self, address: IpAddr) -> Option<Seat> {
        let mut crowd = self.0.lock().ok()?;
        let count = crowd.entry(address).or_default();
        if *count >= MAX_CONNECTIONS_PER_ADDRESS && !address.is_loopback() {
            return None;
        }
        *count += 1;
        Some(Seat { crowd: self.clone(), address })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let Ok(mut crowd) = self.crowd.0.lock() else { return };
        if let Some(count) = crowd.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                crowd.remove(&self.address);
            }
        }
    }
}
