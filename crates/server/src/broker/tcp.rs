//! MQTT over TCP.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::timeout;

use super::admission::Arrival;
use super::{Broker, client, closed};
use crate::intake::Intake;
use crate::tls::{HANDSHAKE_TIMEOUT, Tls};

/// How long to wait after a failed accept, which mostly means that the process has no file descriptors left.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(200);

impl<I: Intake> Broker<I> {
    /// Accepts clients on `listener` until [`Broker::close`] is called. Connections beyond the allowed number are closed
    /// at once; a failed accept is logged and tried again. With `tls` it is MQTT over TLS.
    pub async fn serve_tcp(self: Arc<Self>, listener: TcpListener, tls: Option<Tls>) {
        let mut closing = self.closing.subscribe();
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = closed(&mut closing) => return,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let Some(place) = self.place() else {
                        tracing::warn!(%peer, "too many connections");
                        continue;
                    };
                    // Small packets should not wait for each other; without the option they only come later.
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%error, "TCP_NODELAY");
                    }
                    let (broker, tls) = (Arc::clone(&self), tls.clone());
                    let arrival = Arrival { address: peer.ip(), pass: None };
                    tokio::spawn(async move {
                        match tls {
                            None => client::serve(broker, stream, arrival).await,
                            Some(tls) => match timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
                                Ok(Ok(stream)) => client::serve(broker, stream, arrival).await,
                                Ok(Err(error)) => tracing::debug!(%peer, %error, "no TLS"),
                                Err(_) => tracing::debug!(%peer, "no TLS in time"),
                            },
                        }
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "accepting a connection");
                    tokio::time::sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
        }
    }
}
