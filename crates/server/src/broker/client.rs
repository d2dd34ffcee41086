//! One connected client, from its CONNECT to its end. Every client, over TCP or WebSocket, is one call of [`serve`].
//!
//! A publish is recorded first, then forwarded, then acknowledged. Several may be recorded at once; they are forwarded
//! and acknowledged in the order they came. If one cannot be recorded it is not acknowledged and the connection ends,
//! so that the client sends it again.

use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedMutexGuard, watch};
use tokio::time::timeout;

use super::admission::{self, Arrival, Credentials, Password, Refusal};
use super::limits::{
    CONNECT_TIMEOUT, MAX_CLIENT_ID_BYTES, MAX_RECORDING, MAX_RECORDING_BYTES, OUTGOING_HIGH_WATER_BYTES,
};
use super::line::{Line, Lost};
use super::retained::cost_bytes;
use super::session::{Qos, Subscription};
use super::switchboard::{Claim, Keep};
use super::topic;
use super::wire::{Connect, ConnectRefusal, Farewell, Fault, Published, Received, Will};
use super::{Broker, closed};
use crate::intake::{Door, Intake, Publish, RecordError};
use crate::people::Pass;

/// Serves one client until it leaves, is lost, or is made to go.
pub async fn serve<I: Intake, S: AsyncRead + AsyncWrite + Send>(
    broker: Arc<Broker<I>>,
    stream: S,
    arrival: Arrival,
) {
    let mut line = Line::new(stream);
    let connect = match timeout(CONNECT_TIMEOUT, first_packet(&mut line)).await {
        Ok(Ok(Received::Connect(connect))) => connect,
        Ok(Ok(_)) | Err(_) => return line.close().await,
        Ok(Err(lost)) => {
            tracing::debug!(?lost, "no CONNECT");
            return line.close().await;
        }
    };
    let visitor = match check(&broker, &arrival, &connect).await {
        Ok(visitor) => visitor,
        Err(refusal) => return refuse(line, refusal).await,
    };
    let assigned = connect.client_id.is_empty().then(assigned_client_id);
    let id = admission::session_name(&visitor, assigned.as_deref().unwrap_or(&connect.client_id));
    let Some(claim) = broker.board().claim(&id) else {
        return refuse(line, ConnectRefusal::Unavailable).await;
    };
    let seat = Arc::clone(&claim.seat).lock_owned().await;
    let keep = keep(connect.session_expiry_s);
    let attached = broker.board().attach(&id, claim.number, visitor.clone(), connect.clean, keep);
    let Some(resumed) = attached else { return line.close().await };

    let closing = broker.closing.subscribe();
    let recording = FuturesOrdered::new();
    let mut client =
        Client { broker, line, id, visitor, keep, claim, seat, closing, recording, recording_bytes: 0 };
    tracing::debug!(client_id = client.id, resumed, "connected");
    let departure = match client.begin(resumed, assigned.as_deref()) {
        Ok(()) => {
            let Err(departure) = client.run().await;
            departure
        }
        Err(departure) => departure,
    };
    tracing::debug!(client_id = client.id, ?departure, "left");
    client.depart(departure, connect.will).await;
}

/// A client whose CONNECT was accepted.
struct Client<I, S> {
    broker: Arc<Broker<I>>,
    line: Line<S>,
    id: String,
    visitor: Pass,
    keep: Keep,
    claim: Claim,
    seat: OwnedMutexGuard<()>,
    closing: watch::Receiver<bool>,
    recording: FuturesOrdered<BoxFuture<'static, Recorded>>,
    recording_bytes: usize,
}

/// A publish that went through the intake.
struct Recorded {
    publish: Arc<Publish>,
    qos: Qos,
    packet_id: u16,
    outcome: Outcome,
}

enum Outcome {
    Recorded,
    NotAuthorized,
    Failed(RecordError),
}

/// Why a client is no longer served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Departure {
    /// It said goodbye.
    Orderly { with_will: bool },
    /// The connection was lost, or the client broke the protocol.
    Lost,
    /// The broker ends it.
    Ended(Farewell),
}

impl From<Fault> for Departure {
    fn from(fault: Fault) -> Self {
        tracing::debug!(%fault, "protocol error");
        Self::Lost
    }
}

impl From<Lost> for Departure {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::Silent => Self::Ended(Farewell::KeepAlive),
            Lost::Stalled => Self::Ended(Farewell::TooSlow),
            Lost::Fault(fault) => fault.into(),
            Lost::Closed => Self::Lost,
            Lost::Broken(error) => {
                tracing::debug!(%error, "connection broken");
                Self::Lost
            }
        }
    }
}

impl<I: Intake, S: AsyncRead + AsyncWrite + Send> Client<I, S> {
    fn begin(&mut self, resumed: bool, assigned_client_id: Option<&str>) -> Result<(), Departure> {
        let received = self.broker.board().with_session(&self.id, |session, _| session.received.clone());
        self.line.wire.restore_received(received.unwrap_or_default());
        Ok(self.line.wire.accept(resumed, assigned_client_id)?)
    }

    /// Serves until there is a reason to depart, which is the error.
    async fn run(&mut self) -> Result<Infallible, Departure> {
        let visitor = self.visitor.clone();
        let mut changed_rights = std::pin::pin!(visitor.changed());
        loop {
            while self.may_take() {
                let Some(received) = self.line.take()? else { break };
                self.act(received)?;
            }
            self.send_deliveries()?;
            let may_take = self.may_take();
            tokio::select! {
                progress = self.line.progress(may_take) => progress?,
                Some(recorded) = self.recording.next() => self.forward(recorded)?,
                () = self.claim.wake.notified() => {}
                changed = self.claim.call.changed() => {
                    let call = *self.claim.call.borrow_and_update();
                    // An error means that the session was forgotten, which happens to nobody who is connected.
                    if changed.is_err() || call.newest != self.claim.number {
                        return Err(Departure::Ended(Farewell::TakenOver));
                    }
                    if call.overflow {
                        return Err(Departure::Ended(Farewell::TooSlow));
                    }
                }
                () = &mut changed_rights => return Err(Departure::Ended(Farewell::NotAuthorized)),
                () = closed(&mut self.closing) => return Err(Departure::Ended(Farewell::ShuttingDown)),
            }
        }
    }

    /// Whether more packets are taken in, or the store must catch up first.
    fn may_take(&self) -> bool {
        self.recording.len() < MAX_RECORDING && self.recording_bytes < MAX_RECORDING_BYTES
    }

    fn act(&mut self, received: Received) -> Result<(), Departure> {
        match received {
            Received::Publish(published) => self.take_in(published),
            Received::Acknowledged(packet_id) => {
                let acknowledged = self.broker.board().with_session(&self.id, |session, in_all| {
                    session.acknowledged(packet_id, in_all);
                });
                acknowledged.ok_or(Departure::Lost)
            }
            Received::Release(packet_id) => Ok(self.line.wire.complete(packet_id)?),
            Received::Subscribe(packet_id, subscriptions) => self.subscribe(packet_id, subscriptions),
            Received::Unsubscribe(packet_id, filters) => self.unsubscribe(packet_id, &filters),
            Received::Disconnect { with_will, session_expiry_s } => {
                self.keep = session_expiry_s.map_or(self.keep, keep);
                Err(Departure::Orderly { with_will })
            }
            // The wire lets no second CONNECT through.
            Received::Connect(_) => Err(Departure::Lost),
            Received::Nothing => Ok(()),
        }
    }

    fn take_in(&mut self, published: Published) -> Result<(), Departure> {
        let Published { topic, payload, retain, qos, packet_id } = published;
        if !topic::is_valid_name(&topic) {
            return Err(Departure::Ended(Farewell::TopicName));
        }
        let authorized = self.visitor.may_publish(&topic);
        let publish = Arc::new(Publish { topic, payload, retain, door: Door::Mqtt });
        self.recording_bytes += cost_bytes(&publish);
        let broker = Arc::clone(&self.broker);
        self.recording.push_back(Box::pin(async move {
            let outcome = if !authorized {
                Outcome::NotAuthorized
            } else if let Err(error) = broker.intake.record(Arc::clone(&publish)).await {
                Outcome::Failed(error)
            } else {
                Outcome::Recorded
            };
            Recorded { publish, qos, packet_id, outcome }
        }));
        Ok(())
    }

    fn forward(&mut self, recorded: Recorded) -> Result<(), Departure> {
        let Recorded { publish, qos, packet_id, outcome } = recorded;
        self.recording_bytes -= cost_bytes(&publish);
        let authorized = match outcome {
            Outcome::Recorded => {
                self.broker.board().route(&publish, qos, Some(&self.id));
                true
            }
            Outcome::NotAuthorized => {
                tracing::debug!(client_id = self.id, topic = publish.topic, "may not publish there");
                false
            }
            Outcome::Failed(error) => {
                tracing::error!(%error, topic = publish.topic, "a publish");
                return Err(Departure::Ended(Farewell::NotRecorded));
            }
        };
        Ok(self.line.wire.answer(qos, packet_id, authorized)?)
    }

    fn subscribe(&mut self, packet_id: u16, subscriptions: Vec<Subscription>) -> Result<(), Departure> {
        let mut board = self.broker.board();
        let results: Vec<_> =
            subscriptions.into_iter().map(|subscription| board.subscribe(&self.id, subscription)).collect();
        Ok(self.line.wire.granted(packet_id, &results)?)
    }

    fn unsubscribe(&mut self, packet_id: u16, filters: &[String]) -> Result<(), Departure> {
        let existed = self.broker.board().with_session(&self.id, |session, _| {
            filters.iter().map(|filter| session.unsubscribe(filter)).collect::<Vec<_>>()
        });
        Ok(self.line.wire.unsubscribed(packet_id, &existed.ok_or(Departure::Lost)?)?)
    }

    /// Moves deliveries from the session to the line, as many as the client takes now.
    fn send_deliveries(&mut self) -> Result<(), Departure> {
        let (wire, visitor) = (&mut self.line.wire, &self.visitor);
        let sent = self.broker.board().with_session(&self.id, |session, in_all| {
            while wire.outgoing.len() < OUTGOING_HIGH_WATER_BYTES && wire.has_room() {
                let Some(delivery) = session.next(in_all) else { break };
                // It may have waited since before a change of the rights.
                if !visitor.may_receive(&delivery.publish.topic) {
                    session.discard(&delivery, in_all);
                    continue;
                }
                match wire.deliver(&delivery) {
                    Ok(Some(0)) => {}
                    Ok(Some(packet_id)) => session.sent(packet_id, delivery),
                    Ok(None) => session.discard(&delivery, in_all),
                    Err(fault) => {
                        session.discard(&delivery, in_all);
                        return Err(fault);
                    }
                }
            }
            Ok(())
        });
        sent.unwrap_or(Ok(())).map_err(Departure::from)
    }

    /// Finishes what was taken in, publishes the will if due, gives up the seat, and closes the line.
    async fn depart(mut self, departure: Departure, will: Option<Will>) {
        while let Some(recorded) = self.recording.next().await {
            if let Err(also) = self.forward(recorded) {
                tracing::debug!(?also, "while leaving");
            }
        }
        let will_is_due = match departure {
            Departure::Orderly { with_will } => with_will,
            Departure::Lost => true,
            Departure::Ended(farewell) => farewell != Farewell::ShuttingDown,
        };
        if let Some(will) = will.filter(|will| will_is_due && self.visitor.may_publish(&will.topic)) {
            publish_will(&self.broker, &self.id, will).await;
        }
        let received = self.line.wire.received_not_released();
        {
            let mut board = self.broker.board();
            board.with_session(&self.id, |session, _| session.received = received);
            board.leave(&self.id, self.claim.number, self.keep);
        }
        drop(self.seat);
        if let Departure::Ended(farewell) = departure {
            self.line.wire.farewell(farewell);
        }
        self.line.close().await;
    }
}

async fn publish_will<I: Intake>(broker: &Broker<I>, client_id: &str, will: Will) {
    let Will { topic, payload, retain, qos } = will;
    let publish = Arc::new(Publish { topic, payload, retain, door: Door::Mqtt });
    match broker.intake.record(Arc::clone(&publish)).await {
        Ok(()) => broker.board().route(&publish, qos, Some(client_id)),
        Err(error) => tracing::error!(%error, topic = publish.topic, "a will"),
    }
}

async fn first_packet<S: AsyncRead + AsyncWrite>(line: &mut Line<S>) -> Result<Received, Lost> {
    loop {
        if let Some(received) = line.take()? {
            return Ok(received);
        }
        line.progress(true).await?;
    }
}

async fn check<I: Intake>(
    broker: &Broker<I>,
    arrival: &Arrival,
    connect: &Connect,
) -> Result<Pass, ConnectRefusal> {
    let nameless_but_kept = connect.client_id.is_empty() && !connect.clean;
    if nameless_but_kept || connect.client_id.len() > MAX_CLIENT_ID_BYTES {
        return Err(ConnectRefusal::ClientId);
    }
    if connect.will.as_ref().is_some_and(|will| !topic::is_valid_name(&will.topic)) {
        return Err(ConnectRefusal::WillTopic);
    }
    let password = connect.password.as_ref().map(|secret| Password(&secret.0));
    let credentials = Credentials { user: connect.user.as_deref(), password };
    admission::admit(&broker.people, arrival, credentials).await.map_err(|refusal| match refusal {
        Refusal::NotAuthorized => ConnectRefusal::NotAuthorized,
        Refusal::Later => ConnectRefusal::Unavailable,
    })
}

async fn refuse<S: AsyncRead + AsyncWrite>(mut line: Line<S>, refusal: ConnectRefusal) {
    tracing::debug!(?refusal, "CONNECT refused");
    line.wire.refuse(refusal);
    line.close().await;
}

fn keep(session_expiry_s: u32) -> Keep {
    match session_expiry_s {
        0 => Keep::No,
        seconds => Keep::For(Duration::from_secs(seconds.into())),
    }
}

/// A name nobody else has, for a client that brings none. The randomness is that of the standard hash maps.
fn assigned_client_id() -> String {
    format!("auto-{:016x}", RandomState::new().hash_one(std::process::id()))
}
