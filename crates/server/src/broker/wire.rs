//! MQTT 3.1.1 and 5 on one connection: bytes in, packets out, and the other way round.
//!
//! The only place of the broker that knows the codec and the differences between the versions. It does no input or
//! output and keeps no clock.

use std::collections::HashSet;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{ConnectionOptions, Event, TimerKind};
use mqtt_protocol_core::mqtt::packet::{
    AssignedClientIdentifier, GenericPacketTrait, Packet, Property, Qos as WireQos, RetainHandling,
    SharedSubscriptionAvailable, SubEntry, SubscriptionIdentifierAvailable, v3_1_1, v5_0,
};
use mqtt_protocol_core::mqtt::result_code::{
    ConnectReasonCode, ConnectReturnCode, DisconnectReasonCode, MqttError, PubackReasonCode,
    PubrecReasonCode, SubackReasonCode, SubackReturnCode, UnsubackReasonCode,
};
use mqtt_protocol_core::mqtt::{Connection, Version, role};

use super::limits::MAX_PACKET_BYTES;
use super::session::{Delivery, FilterRefusal, Qos, RetainedWanted, Subscription};

/// The protocol state of one connection, and the bytes waiting to go out on it.
pub struct Wire {
    connection: Connection<role::Server>,
    /// Bytes to be written.
    pub outgoing: BytesMut,
    /// The peer must send something within this time; 1.5 times what it promised. `None` if it promised nothing.
    pub silence_limit: Option<Duration>,
    /// QoS 2 publishes that were handed out and not answered yet. A repeat of one must not be answered either.
    unanswered: HashSet<u16>,
    /// The first byte came, and began a CONNECT.
    begun: bool,
}

/// The first byte of a CONNECT.
const CONNECT_BYTE: u8 = 0x10;

/// What a client said.
#[derive(Debug)]
pub enum Received {
    /// The first packet.
    Connect(Box<Connect>),
    /// A publish, to be answered with [`Wire::answer`] unless its QoS is 0.
    Publish(Published),
    /// A delivery of QoS 1 arrived.
    Acknowledged(u16),
    /// The second half of a publish of QoS 2, to be answered with [`Wire::complete`].
    Release(u16),
    /// To be answered with [`Wire::granted`].
    Subscribe(u16, Vec<Subscription>),
    /// To be answered with [`Wire::unsubscribed`].
    Unsubscribe(u16, Vec<String>),
    /// The orderly end.
    Disconnect {
        /// MQTT 5: the will is to be published all the same.
        with_will: bool,
        /// MQTT 5: a new life time of the session, in seconds.
        session_expiry_s: Option<u32>,
    },
    /// Something that needs nothing done, such as a ping, which is answered already.
    Nothing,
}

/// A CONNECT.
#[derive(Debug)]
pub struct Connect {
    /// Client identifier, possibly empty.
    pub client_id: String,
    /// User name.
    pub user: Option<String>,
    /// Password; `Debug` of `Bytes` would show it, so it is wrapped.
    pub password: Option<Secret>,
    /// Start with an empty session.
    pub clean: bool,
    /// How long the session is to outlive the connection, in seconds. `u32::MAX` is for ever.
    pub session_expiry_s: u32,
    /// To be published when the connection is lost.
    pub will: Option<Will>,
}

/// Bytes that `Debug` does not show.
pub struct Secret(pub Bytes);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// The last will of a client.
#[derive(Debug)]
pub struct Will {
    /// Topic, not checked.
    pub topic: String,
    /// Payload.
    pub payload: Bytes,
    /// To be retained.
    pub retain: bool,
    /// Quality of service.
    pub qos: Qos,
}

/// A PUBLISH from a client.
#[derive(Debug)]
pub struct Published {
    /// Topic, not checked.
    pub topic: String,
    /// Payload.
    pub payload: Bytes,
    /// To be retained.
    pub retain: bool,
    /// Quality of service.
    pub qos: Qos,
    /// Packet identifier; 0 for QoS 0.
    pub packet_id: u16,
}

/// Why the broker says no to a CONNECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectRefusal {
    /// Empty with a session to be kept, or too long.
    ClientId,
    /// User name or password.
    NotAuthorized,
    /// The will's topic has wildcards or is empty.
    WillTopic,
    /// No room.
    Unavailable,
}

/// Why the broker ends a connection by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Farewell {
    /// A topic with wildcards, or an empty one, was published to.
    TopicName,
    /// A publish could not be recorded.
    NotRecorded,
    /// Another connection uses the same client identifier.
    TakenOver,
    /// The client does not take what it subscribed to.
    TooSlow,
    /// It was silent for too long.
    KeepAlive,
    /// The server ends.
    ShuttingDown,
}

/// The peer broke the protocol or a limit; the connection is to be closed once `outgoing` is written.
#[derive(Debug)]
pub struct Fault(MqttError);

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

impl From<MqttError> for Fault {
    fn from(error: MqttError) -> Self {
        Self(error)
    }
}

impl Wire {
    /// A fresh connection; the client's first packet decides the version.
    pub fn new() -> Self {
        let max_packet_bytes = u32::try_from(MAX_PACKET_BYTES).unwrap_or(u32::MAX);
        let options = ConnectionOptions::new().maximum_packet_size_recv(max_packet_bytes);
        let mut connection = Connection::with_options(Version::Undetermined, options);
        connection.set_auto_ping_response(true);
        let unanswered = HashSet::new();
        Self { connection, outgoing: BytesMut::new(), silence_limit: None, unanswered, begun: false }
    }

    /// Takes bytes from the front of `input` up to the end of the first whole packet and returns that, or takes all of
    /// them and returns `None` if no packet is whole yet.
    ///
    /// # Errors
    /// [`Fault`] for anything a client must not send, now or ever.
    pub fn receive(&mut self, input: &mut BytesMut) -> Result<Option<Received>, Fault> {
        // Another protocol, such as HTTP, shows at once; the length that follows would only make us wait for more of it.
        if !self.begun && input.first().is_some_and(|byte| *byte != CONNECT_BYTE) {
            return Err(Fault(MqttError::ProtocolError));
        }
        while !input.is_empty() {
            self.begun = true;
            let mut cursor = Cursor::new(&input[..]);
            let events = self.connection.recv(&mut cursor);
            let taken = usize::try_from(cursor.position()).unwrap_or(usize::MAX).min(input.len());
            input.advance(taken);
            if let Some(packet) = self.carry_out(events)? {
                return self.understand(packet).map(Some);
            }
        }
        Ok(None)
    }

    /// Accepts the CONNECT. `assigned_client_id` tells an MQTT 5 client the identifier it was given.
    pub fn accept(&mut self, resumed: bool, assigned_client_id: Option<&str>) -> Result<(), Fault> {
        let packet: Packet = if self.is_v5() {
            let mut properties: Vec<Property> = vec![
                SharedSubscriptionAvailable::new(0)?.into(),
                SubscriptionIdentifierAvailable::new(0)?.into(),
            ];
            if let Some(client_id) = assigned_client_id {
                properties.push(AssignedClientIdentifier::new(client_id)?.into());
            }
            let success = ConnectReasonCode::Success;
            v5_0::Connack::builder()
                .session_present(resumed)
                .reason_code(success)
                .props(properties)
                .build()?
                .into()
        } else {
            let accepted = ConnectReturnCode::Accepted;
            v3_1_1::Connack::builder().session_present(resumed).return_code(accepted).build()?.into()
        };
        self.send(packet)
    }

    /// Refuses the CONNECT. The connection is then to be closed.
    pub fn refuse(&mut self, refusal: ConnectRefusal) {
        let packet = if self.is_v5() {
            let reason = match refusal {
                ConnectRefusal::ClientId => ConnectReasonCode::ClientIdentifierNotValid,
                ConnectRefusal::NotAuthorized => ConnectReasonCode::NotAuthorized,
                ConnectRefusal::WillTopic => ConnectReasonCode::TopicNameInvalid,
                ConnectRefusal::Unavailable => ConnectReasonCode::ServerUnavailable,
            };
            v5_0::Connack::builder().session_present(false).reason_code(reason).build().map(Packet::from)
        } else {
            let code = match refusal {
                ConnectRefusal::ClientId => ConnectReturnCode::IdentifierRejected,
                // 3.1.1 has no code for a bad will; "not authorised" at least makes clients stop.
                ConnectRefusal::NotAuthorized | ConnectRefusal::WillTopic => ConnectReturnCode::NotAuthorized,
                ConnectRefusal::Unavailable => ConnectReturnCode::ServerUnavailable,
            };
            v3_1_1::Connack::builder().session_present(false).return_code(code).build().map(Packet::from)
        };
        self.send_last(packet);
    }

    /// Says why the connection ends, where the version has a way to.
    pub fn farewell(&mut self, farewell: Farewell) {
        if !self.is_v5() {
            return;
        }
        let reason = match farewell {
            Farewell::TopicName => DisconnectReasonCode::TopicNameInvalid,
            Farewell::NotRecorded => DisconnectReasonCode::ServerBusy,
            Farewell::TakenOver => DisconnectReasonCode::SessionTakenOver,
            Farewell::TooSlow => DisconnectReasonCode::QuotaExceeded,
            Farewell::KeepAlive => DisconnectReasonCode::KeepAliveTimeout,
            Farewell::ShuttingDown => DisconnectReasonCode::ServerShuttingDown,
        };
        self.send_last(v5_0::Disconnect::builder().reason_code(reason).build().map(Packet::from));
    }

    /// Answers a publish of QoS 1 (PUBACK) or 2 (PUBREC). An MQTT 3.1.1 client cannot be told that it was not
    /// `authorized`: it gets the same answer, as from other brokers.
    pub fn answer(&mut self, qos: Qos, packet_id: u16, authorized: bool) -> Result<(), Fault> {
        let packet: Packet = match (qos, self.is_v5()) {
            (Qos::AtMostOnce, _) => return Ok(()),
            (Qos::AtLeastOnce, false) => v3_1_1::Puback::builder().packet_id(packet_id).build()?.into(),
            (Qos::AtLeastOnce, true) => {
                let reason =
                    if authorized { PubackReasonCode::Success } else { PubackReasonCode::NotAuthorized };
                v5_0::Puback::builder().packet_id(packet_id).reason_code(reason).build()?.into()
            }
            (Qos::ExactlyOnce, false) => v3_1_1::Pubrec::builder().packet_id(packet_id).build()?.into(),
            (Qos::ExactlyOnce, true) => {
                let reason =
                    if authorized { PubrecReasonCode::Success } else { PubrecReasonCode::NotAuthorized };
                v5_0::Pubrec::builder().packet_id(packet_id).reason_code(reason).build()?.into()
            }
        };
        self.unanswered.remove(&packet_id);
        self.send(packet)
    }

    /// Answers a PUBREL (PUBCOMP), also of an unknown publish, or the client would repeat it for ever.
    pub fn complete(&mut self, packet_id: u16) -> Result<(), Fault> {
        let packet: Packet = if self.is_v5() {
            v5_0::Pubcomp::builder().packet_id(packet_id).build()?.into()
        } else {
            v3_1_1::Pubcomp::builder().packet_id(packet_id).build()?.into()
        };
        self.send(packet)
    }

    /// Answers a SUBSCRIBE, filter by filter.
    pub fn granted(&mut self, packet_id: u16, results: &[Result<Qos, FilterRefusal>]) -> Result<(), Fault> {
        let packet: Packet = if self.is_v5() {
            let codes = results.iter().map(|result| match result {
                Ok(Qos::AtMostOnce) => SubackReasonCode::GrantedQos0,
                Ok(Qos::AtLeastOnce) => SubackReasonCode::GrantedQos1,
                Ok(Qos::ExactlyOnce) => SubackReasonCode::GrantedQos2,
                Err(FilterRefusal::Invalid) => SubackReasonCode::TopicFilterInvalid,
                Err(FilterRefusal::Shared) => SubackReasonCode::SharedSubscriptionsNotSupported,
                Err(FilterRefusal::TooMany) => SubackReasonCode::QuotaExceeded,
            });
            v5_0::Suback::builder().packet_id(packet_id).reason_codes(codes.collect()).build()?.into()
        } else {
            let codes = results.iter().map(|result| match result {
                Ok(Qos::AtMostOnce) => SubackReturnCode::SuccessMaximumQos0,
                Ok(Qos::AtLeastOnce) => SubackReturnCode::SuccessMaximumQos1,
                Ok(Qos::ExactlyOnce) => SubackReturnCode::SuccessMaximumQos2,
                Err(_) => SubackReturnCode::Failure,
            });
            v3_1_1::Suback::builder().packet_id(packet_id).return_codes(codes.collect()).build()?.into()
        };
        self.send(packet)
    }

    /// Answers an UNSUBSCRIBE; `existed` says for each filter whether it was there.
    pub fn unsubscribed(&mut self, packet_id: u16, existed: &[bool]) -> Result<(), Fault> {
        let packet: Packet = if self.is_v5() {
            let codes = existed.iter().map(|existed| {
                if *existed { UnsubackReasonCode::Success } else { UnsubackReasonCode::NoSubscriptionExisted }
            });
            v5_0::Unsuback::builder().packet_id(packet_id).reason_codes(codes.collect()).build()?.into()
        } else {
            v3_1_1::Unsuback::builder().packet_id(packet_id).build()?.into()
        };
        self.send(packet)
    }

    /// Whether the client takes another delivery of QoS 1 now (MQTT 5's Receive Maximum).
    pub fn has_room(&self) -> bool {
        self.connection.get_receive_maximum_vacancy_for_send() != Some(0)
    }

    /// Sends a delivery and returns the packet identifier it went out with, 0 for QoS 0; `None` when it is larger than
    /// the client takes (MQTT 5's Maximum Packet Size).
    pub fn deliver(&mut self, delivery: &Delivery) -> Result<Option<u16>, Fault> {
        let packet_id = match (delivery.qos, delivery.again) {
            (Qos::AtMostOnce, _) => 0,
            (_, Some(packet_id)) => {
                self.connection.register_packet_id(packet_id)?;
                packet_id
            }
            (_, None) => self.connection.acquire_packet_id()?,
        };
        let packet = self.publish_packet(delivery, packet_id)?;
        let events = self.connection.send(packet);
        if events.iter().any(|event| matches!(event, Event::NotifyError(MqttError::PacketTooLarge))) {
            self.connection.release_packet_id(packet_id);
            return Ok(None);
        }
        self.carry_out(events)?;
        Ok(Some(packet_id))
    }

    /// Identifiers of QoS 2 publishes answered and not released, to be remembered with the session.
    pub fn received_not_released(&self) -> HashSet<u16> {
        let received = self.connection.get_qos2_publish_handled();
        received.into_iter().filter(|packet_id| !self.unanswered.contains(packet_id)).collect()
    }

    /// Puts back what [`Wire::received_not_released`] gave at the end of an earlier connection.
    pub fn restore_received(&mut self, packet_ids: impl IntoIterator<Item = u16>) {
        self.connection.restore_qos2_publish_handled(packet_ids.into_iter().collect());
    }

    fn publish_packet(&self, delivery: &Delivery, packet_id: u16) -> Result<Packet, Fault> {
        let (topic, payload) = (delivery.publish.topic.as_str(), &delivery.publish.payload[..]);
        let packet_id = (packet_id != 0).then_some(packet_id);
        let (qos, dup) = (wire_qos(delivery.qos), delivery.again.is_some());
        Ok(if self.is_v5() {
            let publish =
                v5_0::Publish::builder().topic_name(topic)?.qos(qos).retain(delivery.retain).dup(dup);
            publish.packet_id(packet_id).payload(payload).build()?.into()
        } else {
            let publish =
                v3_1_1::Publish::builder().topic_name(topic)?.qos(qos).retain(delivery.retain).dup(dup);
            publish.packet_id(packet_id).payload(payload).build()?.into()
        })
    }

    fn is_v5(&self) -> bool {
        self.connection.get_protocol_version() == Version::V5_0
    }

    fn send(&mut self, packet: Packet) -> Result<(), Fault> {
        let events = self.connection.send(packet);
        self.carry_out(events).map(drop)
    }

    /// Sends a packet after which the connection is closed anyway, so that a fault changes nothing.
    fn send_last(&mut self, packet: Result<Packet, MqttError>) {
        if let Err(fault) = packet.map_err(Fault).and_then(|packet| self.send(packet)) {
            tracing::trace!(%fault, "closing");
        }
    }

    /// Does what the codec asks. Any error and any wish to close is a [`Fault`].
    fn carry_out(&mut self, events: Vec<Event>) -> Result<Option<Packet>, Fault> {
        let mut received = None;
        let mut fault = None;
        for event in events {
            match event {
                Event::NotifyPacketReceived(packet) => received = Some(packet),
                Event::RequestSendPacket { packet, .. } => {
                    if !self.would_answer_too_early(&packet) {
                        self.outgoing.extend_from_slice(&packet.to_continuous_buffer());
                    }
                }
                Event::RequestTimerReset { kind: TimerKind::PingreqRecv, duration_ms } => {
                    self.silence_limit = Some(Duration::from_millis(duration_ms));
                }
                Event::NotifyError(error) => fault = Some(error),
                Event::RequestClose => fault = fault.or(Some(MqttError::ProtocolError)),
                Event::RequestTimerReset { .. }
                | Event::RequestTimerCancel(_)
                | Event::NotifyPacketIdReleased(_) => {}
            }
        }
        fault.map_or(Ok(received), |error| Err(Fault(error)))
    }

    /// The codec answers a repeated QoS 2 publish by itself, which must wait until the first one is recorded.
    fn would_answer_too_early(&self, packet: &Packet) -> bool {
        match packet {
            Packet::V3_1_1Pubrec(pubrec) => self.unanswered.contains(&pubrec.packet_id()),
            Packet::V5_0Pubrec(pubrec) => self.unanswered.contains(&pubrec.packet_id()),
            _ => false,
        }
    }

    fn understand(&mut self, packet: Packet) -> Result<Received, Fault> {
        Ok(match packet {
            Packet::V3_1_1Connect(connect) => Received::Connect(Box::new(connect_v3(&connect))),
            Packet::V5_0Connect(connect) => Received::Connect(Box::new(connect_v5(&connect))),
            Packet::V3_1_1Publish(publish) => self.published(
                publish.topic_name(),
                publish.payload().as_slice(),
                publish.retain(),
                publish.qos(),
                publish.packet_id(),
            )?,
            Packet::V5_0Publish(publish) => self.published(
                publish.topic_name(),
                publish.payload().as_slice(),
                publish.retain(),
                publish.qos(),
                publish.packet_id(),
            )?,
            Packet::V3_1_1Puback(puback) => Received::Acknowledged(puback.packet_id()),
            Packet::V5_0Puback(puback) => Received::Acknowledged(puback.packet_id()),
            Packet::V3_1_1Pubrel(pubrel) => Received::Release(pubrel.packet_id()),
            Packet::V5_0Pubrel(pubrel) => Received::Release(pubrel.packet_id()),
            Packet::V3_1_1Subscribe(subscribe) => Received::Subscribe(
                subscribe.packet_id(),
                subscribe.entries().iter().map(subscription).collect(),
            ),
            Packet::V5_0Subscribe(subscribe) => Received::Subscribe(
                subscribe.packet_id(),
                subscribe.entries().iter().map(subscription).collect(),
            ),
            Packet::V3_1_1Unsubscribe(unsubscribe) => {
                let filters = unsubscribe.entries().iter().map(|filter| filter.as_str().to_owned());
                Received::Unsubscribe(unsubscribe.packet_id(), filters.collect())
            }
            Packet::V5_0Unsubscribe(unsubscribe) => {
                let filters = unsubscribe.entries().iter().map(|filter| filter.as_str().to_owned());
                Received::Unsubscribe(unsubscribe.packet_id(), filters.collect())
            }
            Packet::V3_1_1Disconnect(_) => Received::Disconnect { with_will: false, session_expiry_s: None },
            Packet::V5_0Disconnect(disconnect) => Received::Disconnect {
                with_will: !matches!(
                    disconnect.reason_code(),
                    None | Some(DisconnectReasonCode::NormalDisconnection)
                ),
                session_expiry_s: disconnect
                    .props()
                    .as_ref()
                    .and_then(|properties| session_expiry_s(properties)),
            },
            // Extended authentication is not offered, so nobody may begin it.
            Packet::V5_0Auth(_) => return Err(Fault(MqttError::ProtocolError)),
            _ => Received::Nothing,
        })
    }

    fn published(
        &mut self,
        topic: &str,
        payload: &[u8],
        retain: bool,
        qos: WireQos,
        packet_id: Option<u16>,
    ) -> Result<Received, Fault> {
        let qos = known_qos(qos);
        let packet_id = packet_id.unwrap_or(0);
        if qos != Qos::AtMostOnce && packet_id == 0 {
            return Err(Fault(MqttError::MalformedPacket));
        }
        if qos == Qos::ExactlyOnce {
            self.unanswered.insert(packet_id);
        }
        let (topic, payload) = (topic.to_owned(), Bytes::copy_from_slice(payload));
        Ok(Received::Publish(Published { topic, payload, retain, qos, packet_id }))
    }
}

fn connect_v3(connect: &v3_1_1::Connect) -> Connect {
    let will = connect.will_topic().map(|topic| Will {
        topic: topic.to_owned(),
        payload: Bytes::copy_from_slice(connect.will_payload().unwrap_or_default()),
        retain: connect.will_retain(),
        qos: known_qos(connect.will_qos()),
    });
    Connect {
        client_id: connect.client_id().to_owned(),
        user: connect.user_name().map(str::to_owned),
        password: connect.password().map(|password| Secret(Bytes::copy_from_slice(password))),
        clean: connect.clean_session(),
        session_expiry_s: if connect.clean_session() { 0 } else { u32::MAX },
        will,
    }
}

fn connect_v5(connect: &v5_0::Connect) -> Connect {
    let will = connect.will_topic().map(|topic| Will {
        topic: topic.to_owned(),
        payload: Bytes::copy_from_slice(connect.will_payload().unwrap_or_default()),
        retain: connect.will_retain(),
        qos: known_qos(connect.will_qos()),
    });
    Connect {
        client_id: connect.client_id().to_owned(),
        user: connect.user_name().map(str::to_owned),
        password: connect.password().map(|password| Secret(Bytes::copy_from_slice(password))),
        clean: connect.clean_start(),
        session_expiry_s: session_expiry_s(connect.props()).unwrap_or(0),
        will,
    }
}

fn session_expiry_s(properties: &[Property]) -> Option<u32> {
    properties.iter().find_map(|property| match property {
        Property::SessionExpiryInterval(interval) => Some(interval.val()),
        _ => None,
    })
}

fn subscription(entry: &SubEntry) -> Subscription {
    let options = entry.sub_opts();
    Subscription {
        filter: entry.topic_filter().to_owned(),
        qos: known_qos(options.qos()),
        no_local: options.nl(),
        retain_as_published: options.rap(),
        retained: match options.rh() {
            RetainHandling::SendRetained => RetainedWanted::Always,
            RetainHandling::SendRetainedIfNotExists => RetainedWanted::IfNew,
            RetainHandling::DoNotSendRetained => RetainedWanted::Never,
        },
    }
}

fn known_qos(qos: WireQos) -> Qos {
    match qos {
        WireQos::AtMostOnce => Qos::AtMostOnce,
        WireQos::AtLeastOnce => Qos::AtLeastOnce,
        WireQos::ExactlyOnce => Qos::ExactlyOnce,
    }
}

fn wire_qos(qos: Qos) -> WireQos {
    match qos {
        Qos::AtMostOnce => WireQos::AtMostOnce,
        Qos::AtLeastOnce => WireQos::AtLeastOnce,
        Qos::ExactlyOnce => WireQos::ExactlyOnce,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// A CONNECT of version 4 (3.1.1) or 5, with an empty session.
    fn connect(version: u8) -> Vec<u8> {
        let properties: &[u8] = if version == 5 { &[0] } else { &[] };
        let body =
            [&[0, 4, b'M', b'Q', b'T', b'T', version, 2, 0, 0][..], properties, &[0, 1, b'c']].concat();
        [&[0x10, u8::try_from(body.len()).expect("short")], &body[..]].concat()
    }

    fn connected(version: u8) -> Wire {
        let mut wire = Wire::new();
        let mut input = BytesMut::from(&connect(version)[..]);
        assert!(matches!(wire.receive(&mut input), Ok(Some(Received::Connect(_)))));
        wire.accept(false, None).expect("connecting");
        wire.outgoing.clear();
        wire
    }

    /// Everything in `bytes`, handed over in pieces that end at `cuts`, as text; ends with the fault, if any.
    fn receive_all(version: u8, bytes: &[u8], cuts: &[usize]) -> Vec<String> {
        let mut wire = connected(version);
        let mut heard = Vec::new();
        let mut from = 0;
        for to in cuts.iter().copied().chain([bytes.len()]) {
            let mut input = BytesMut::from(&bytes[from..to]);
            from = to;
            loop {
                match wire.receive(&mut input) {
                    Ok(Some(received)) => heard.push(format!("{received:?}")),
                    Ok(None) => break,
                    Err(fault) => {
                        heard.push(fault.to_string());
                        return heard;
                    }
                }
            }
            assert!(input.is_empty(), "all bytes are taken");
        }
        heard
    }

    fn publish(qos: u8, packet_id: u8, version: u8) -> Vec<u8> {
        let id: &[u8] = if qos == 0 { &[] } else { &[0, packet_id] };
        let properties: &[u8] = if version == 5 { &[0] } else { &[] };
        let body = [&[0, 1, b't'], id, properties, b"payload"].concat();
        [&[0x30 | qos << 1, u8::try_from(body.len()).expect("short")], &body[..]].concat()
    }

    /// Something a client may send, most of the time.
    fn packet(version: u8) -> impl Strategy<Value = Vec<u8>> {
        let properties: &'static [u8] = if version == 5 { &[0] } else { &[] };
        prop_oneof![
            8 => (0..3_u8, 1..20_u8).prop_map(move |(qos, id)| publish(qos, id, version)),
            2 => Just(vec![0xc0, 0]),
            2 => (1..20_u8).prop_map(|id| vec![0x62, 2, 0, id]),
            2 => (1..20_u8, 0..3_u8).prop_map(move |(id, qos)| {
                let body = [&[0, id], properties, &[0, 3, b'a', b'/', b'+', qos]].concat();
                [&[0x82, u8::try_from(body.len()).expect("short")], &body[..]].concat()
            }),
            1 => vec(any::<u8>(), 0..12),
        ]
    }

    proptest! {
        #[test]
        fn no_bytes_panic(version in prop_oneof![Just(4_u8), Just(5)], bytes in vec(any::<u8>(), 0..200)) {
            receive_all(version, &bytes, &[]);
        }

        #[test]
        fn no_first_bytes_panic(version in any::<u8>(), bytes in vec(any::<u8>(), 0..100), at in 0..16_usize) {
            let mut damaged = connect(version);
            let at = at.min(damaged.len());
            damaged.splice(at.., bytes);
            let mut input = BytesMut::from(&damaged[..]);
            let mut wire = Wire::new();
            while let Ok(Some(_)) = wire.receive(&mut input) {}
        }

        #[test]
        fn where_the_stream_is_cut_changes_nothing(
            (version, packets) in prop_oneof![Just(4_u8), Just(5)]
                .prop_flat_map(|version| (Just(version), vec(packet(version), 0..12))),
            cuts in vec(any::<prop::sample::Index>(), 0..8),
        ) {
            let bytes = packets.concat();
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
            cuts.sort_unstable();
            prop_assert_eq!(receive_all(version, &bytes, &cuts), receive_all(version, &bytes, &[]));
        }
    }
}
