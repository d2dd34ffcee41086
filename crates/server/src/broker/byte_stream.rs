//! A WebSocket as a stream of bytes.
//!
//! MQTT packets and WebSocket frames have nothing to do with each other: a packet may span frames, a frame may hold
//! several packets, or nothing. Text frames are not MQTT and end the stream with an error.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::ws;
use bytes::{Buf, Bytes};
use futures_util::{Sink, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_tungstenite::tungstenite;

/// The bytes of a WebSocket's binary frames.
pub struct ByteStream<S> {
    socket: S,
    unread: Bytes,
}

/// What a WebSocket message is to a byte stream.
pub enum Frame {
    /// Some bytes, or none.
    Binary(Bytes),
    /// Characters, which have no place here.
    Text,
    /// The peer closes.
    Close,
    /// Ping or pong; answered by the WebSocket layer.
    Control,
}

/// A WebSocket library's message.
pub trait Message {
    /// Makes a binary message.
    fn binary(bytes: Bytes) -> Self;
    /// Looks into a message.
    fn into_frame(self) -> Frame;
}

impl<S> ByteStream<S> {
    /// Reads and writes binary frames of `socket`.
    pub fn new(socket: S) -> Self {
        Self { socket, unread: Bytes::new() }
    }
}

impl<S, M, E> AsyncRead for ByteStream<S>
where
    S: Stream<Item = Result<M, E>> + Unpin,
    M: Message,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        while self.unread.is_empty() {
            match ready!(Pin::new(&mut self.socket).poll_next(cx)) {
                None => return Poll::Ready(Ok(())),
                Some(Err(error)) => return Poll::Ready(Err(io::Error::other(error))),
                Some(Ok(message)) => match message.into_frame() {
                    Frame::Binary(bytes) => self.unread = bytes,
                    Frame::Text => return Poll::Ready(Err(io::Error::other("a text frame is not MQTT"))),
                    Frame::Close => return Poll::Ready(Ok(())),
                    Frame::Control => {}
                },
            }
        }
        let length = self.unread.len().min(buffer.remaining());
        buffer.put_slice(&self.unread[..length]);
        self.unread.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl<S, M> AsyncWrite for ByteStream<S>
where
    S: Sink<M> + MessageOf<Message = M> + Unpin,
    M: Message,
    S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    /// Hands over all bytes as one frame. They are on their way after the next flush.
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(Pin::new(&mut self.socket).poll_ready(cx)).map_err(io::Error::other)?;
        let message = M::binary(Bytes::copy_from_slice(bytes));
        Pin::new(&mut self.socket).start_send(message).map_err(io::Error::other)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(cx).map_err(io::Error::other)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_close(cx).map_err(io::Error::other)
    }
}

/// Names the message type of a WebSocket, since a sink may take several.
pub trait MessageOf {
    /// The library's message.
    type Message;
}

impl MessageOf for ws::WebSocket {
    type Message = ws::Message;
}

impl<T> MessageOf for tokio_tungstenite::WebSocketStream<T> {
    type Message = tungstenite::Message;
}

impl Message for ws::Message {
    fn binary(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }

    fn into_frame(self) -> Frame {
        match self {
            Self::Binary(bytes) => Frame::Binary(bytes),
            Self::Text(_) => Frame::Text,
            Self::Close(_) => Frame::Close,
            Self::Ping(_) | Self::Pong(_) => Frame::Control,
        }
    }
}

impl Message for tungstenite::Message {
    fn binary(bytes: Bytes) -> Self {
        Self::Binary(bytes)
    }

    fn into_frame(self) -> Frame {
        match self {
            Self::Binary(bytes) => Frame::Binary(bytes),
            Self::Text(_) => Frame::Text,
            Self::Close(_) => Frame::Close,
            Self::Ping(_) | Self::Pong(_) | Self::Frame(_) => Frame::Control,
        }
    }
}
