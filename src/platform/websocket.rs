//! WebSockets: binary ones that carry MQTT, text ones of the Recorder.

use std::cell::Cell;
use std::rc::Rc;

use dashboard_core::model::CloseReason;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{BinaryType, CloseEvent, MessageEvent, WebSocket};

/// What happens on a socket. After `Closed` nothing comes any more.
pub enum SocketEvent {
    /// It opened.
    Opened,
    /// A binary frame came.
    Bytes(Vec<u8>),
    /// A text frame came.
    Text(String),
    /// It closed, or never opened.
    Closed(CloseReason),
}

/// A socket. Dropped, it closes and no event comes any more.
pub struct Socket {
    socket: WebSocket,
    _opened: Closure<dyn Fn()>,
    _message: Closure<dyn Fn(MessageEvent)>,
    _closed: Closure<dyn Fn(CloseEvent)>,
}

impl Socket {
    /// Begins to connect to an absolute `ws:`/`wss:` URL, offering a sub-protocol if one is given. An error is a socket
    /// the browser refuses to try.
    pub fn open(
        url: &str,
        sub_protocol: Option<&str>,
        happened: impl Fn(SocketEvent) + Clone + 'static,
    ) -> Result<Self, CloseReason> {
        let socket = match sub_protocol {
            Some(protocol) => WebSocket::new_with_str(url, protocol),
            None => WebSocket::new(url),
        };
        let socket =
            socket.map_err(|_| CloseReason { was_open: false, code: 1006, refused_by_browser: true })?;
        socket.set_binary_type(BinaryType::Arraybuffer);

        let was_open = Rc::new(Cell::new(false));
        let opened = Closure::<dyn Fn()>::new({
            let (happened, was_open) = (happened.clone(), was_open.clone());
            move || {
                was_open.set(true);
                happened(SocketEvent::Opened);
            }
        });
        let message = Closure::<dyn Fn(MessageEvent)>::new({
            let happened = happened.clone();
            move |message: MessageEvent| match message.data().dyn_into::<ArrayBuffer>() {
                Ok(buffer) => happened(SocketEvent::Bytes(Uint8Array::new(&buffer).to_vec())),
                Err(data) => happened(SocketEvent::Text(data.as_string().unwrap_or_default())),
            }
        });
        let closed = Closure::<dyn Fn(CloseEvent)>::new(move |close: CloseEvent| {
            let reason =
                CloseReason { was_open: was_open.get(), code: close.code(), refused_by_browser: false };
            happened(SocketEvent::Closed(reason));
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Ok(Self { socket, _opened: opened, _message: message, _closed: closed })
    }

    /// Sends a binary frame. Nothing happens while the socket is not open; its close tells.
    pub fn send_bytes(&self, bytes: &[u8]) {
        let _ = self.socket.send_with_u8_array(bytes);
    }

    /// Sends a text frame.
    pub fn send_text(&self, text: &str) {
        let _ = self.socket.send_with_str(text);
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
