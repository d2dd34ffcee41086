//! The codec's packets as ours.

use bytes::Bytes;
use mqtt_protocol_core::mqtt::packet::{Property, Qos as WireQos, RetainHandling, SubEntry, v3_1_1, v5_0};

use super::packet::{Connect, Secret, Will};
use crate::broker::session::{Qos, RetainedWanted, Subscription};

/// A CONNECT of MQTT 3.1.1. A session that is not clean has no end there.
pub fn connect_v3(connect: &v3_1_1::Connect) -> Connect {
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

/// A CONNECT of MQTT 5.
pub fn connect_v5(connect: &v5_0::Connect) -> Connect {
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

/// The life time of the session among MQTT 5's properties, in seconds.
pub fn session_expiry_s(properties: &[Property]) -> Option<u32> {
    properties.iter().find_map(|property| match property {
        Property::SessionExpiryInterval(interval) => Some(interval.val()),
        _ => None,
    })
}

/// One entry of a SUBSCRIBE. The codec gives those of 3.1.1 the options that mean the same.
pub fn subscription(entry: &SubEntry) -> Subscription {
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

/// The codec's QoS as ours.
pub fn known_qos(qos: WireQos) -> Qos {
    match qos {
        WireQos::AtMostOnce => Qos::AtMostOnce,
        WireQos::AtLeastOnce => Qos::AtLeastOnce,
        WireQos::ExactlyOnce => Qos::ExactlyOnce,
    }
}

/// Our QoS as the codec's.
pub fn wire_qos(qos: Qos) -> WireQos {
    match qos {
        Qos::AtMostOnce => WireQos::AtMostOnce,
        Qos::AtLeastOnce => WireQos::AtLeastOnce,
        Qos::ExactlyOnce => WireQos::ExactlyOnce,
    }
}
