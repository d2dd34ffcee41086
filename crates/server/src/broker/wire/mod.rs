//! MQTT 3.1, 3.1.1 and 5 on one connection: bytes in, packets out, and the other way round.
//!
//! The only place of the broker that knows the codec and the differences between the versions. It does no input or
//! output and keeps no clock.

mod mqtt31;
mod packet;
mod reading;

use std::collections::HashSet;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use mqtt_protocol_core::mqtt::common::Cursor;
use mqtt_protocol_core::mqtt::connection::{ConnectionOptions, Event, TimerKind};
use mqtt_protocol_core::mqtt::packet::{
    AssignedClientIdentifier, GenericPacketTrait, Packet, Property, Qos as WireQos,
    SharedSubscriptionAvailable, SubscriptionIdentifierAvailable, v3_1_1, v5_0,
};
use mqtt_protocol_core::mqtt::result_code::{
    ConnectReasonCode, ConnectReturnCode, DisconnectReasonCode, MqttError, PubackReasonCode,
    PubrecReasonCode, SubackReasonCode, SubackReturnCode, UnsubackReasonCode,
};
use mqtt_protocol_core::mqtt::{Connection, Version, role};

pub use self::packet::{Connect, ConnectRefusal, Farewell, Published, Received, Will};
use self::reading::{connect_v3, connect_v5, known_qos, session_expiry_s, subscription, wire_qos};
use super::limits::MAX_PACKET_BYTES;
use super::session::{Delivery, FilterRefusal, Qos};

/// The protocol state of one connection, and the bytes waiting to go out on it.
pub struct Wire {
    connection: Connection<role::Server>,
    /// Bytes to be written.
    pub outgoing: BytesMut,
    /// The peer must send something within this time; 1.5 times what it promised. `None` if it promised nothing.
    pub silence_limit: Option<Duration>,
    /// QoS 2 publishes that were handed out and not answered yet. A repeat of one must not be answered either.
    unanswered: HashSet<u16>,
    /// The beginning of the CONNECT, until it has told its version.
    beginning: Option<BytesMut>,
}

/// The first byte of a CONNECT.
const CONNECT_BYTE: u8 = 0x10;

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
        let (outgoing, beginning) = (BytesMut::new(), Some(BytesMut::new()));
        Self { connection, outgoing, silence_limit: None, unanswered: HashSet::new(), beginning }
    }

    /// Takes bytes from the front of `input` up to the end of the first whole packet and returns that, or takes all of
    /// them and returns `None` if no packet is whole yet.
    ///
    /// # Errors
    /// [`Fault`] for anything a client must not send, now or ever.
    pub fn receive(&mut self, input: &mut BytesMut) -> Result<Option<Received>, Fault> {
        if let Some(mut beginning) = self.beginning.take() {
            beginning.unsplit(input.split());
            // Another protocol, such as HTTP, shows at once; the length that follows would only make us wait for more of it.
            if beginning.first().is_some_and(|byte| *byte != CONNECT_BYTE) {
                return Err(Fault(MqttError::ProtocolError));
            }
            if !mqtt31::translate(&mut beginning) {
                self.beginning = Some(beginning);
                return Ok(None);
            }
            *input = beginning;
        }
        while !input.is_empty() {
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
            Farewell::NotAuthorized => DisconnectReasonCode::NotAuthorized,
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
            if packet_id != 0 {
                self.connection.release_packet_id(packet_id);
            }
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

#[cfg(test)]
mod tests;
