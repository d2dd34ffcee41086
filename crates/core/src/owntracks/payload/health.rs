//! What the app and its connection tell of themselves: last will, `status`, `steps`.

use crate::owntracks::fields::{self, Fields};
use crate::owntracks::json::{Object, Value};
use crate::owntracks::message::{Message, Status, StatusWarning, Steps};

use super::Refusal;

/// Decodes a last will. Android's has no time.
pub(super) fn decode_last_will(object: &Object<'_>) -> Message {
    Message::LastWill { connected_at: Fields::new(object).time_s("tst") }
}

/// Decodes a status. Android leaves out keys with their default, so what is absent is well.
pub(super) fn decode_status(object: &Object<'_>) -> Status {
    let mut warnings = Vec::new();
    if let Some(Value::Object(android)) = object.get("android") {
        let number = |key| android.get(key).and_then(fields::number).unwrap_or(0.0);
        let set = |key| number(key) > 0.0;
        warnings.extend(set("ps").then_some(StatusWarning::PowerSave));
        warnings.extend(set("bo").then_some(StatusWarning::BatteryOptimised));
        warnings.extend(set("hib").then_some(StatusWarning::MayHibernate));
        warnings.extend((number("loc") < 0.0).then_some(StatusWarning::LocationRestricted));
    }
    if let Some(Value::Object(ios)) = object.get("iOS") {
        // Names of Apple's constants.
        let authorization = ios.text("locationManagerAuthorizationStatus");
        let restricted = authorization.is_some_and(|status| !status.ends_with("AuthorizedAlways"));
        warnings.extend(restricted.then_some(StatusWarning::LocationRestricted));
        let refresh_off = match ios.get("backgroundRefreshStatus") {
            Some(Value::Text(status)) => !status.ends_with("Available"),
            // A boolean in the documentation.
            Some(other) => fields::boolean(other) == Some(false),
            None => false,
        };
        warnings.extend(refresh_off.then_some(StatusWarning::NoBackgroundRefresh));
    }
    Status { warnings }
}

/// Decodes an answer of the step counter.
pub(super) fn decode_steps(object: &Object<'_>) -> Result<Steps, Refusal> {
    let mut fields = Fields::new(object);
    Ok(Steps {
        steps: fields.known_number("steps", f64::from(u32::MAX)).map(|steps| steps as u32),
        from_s: fields.time_s("from").ok_or(Refusal::BadTime)?,
        to_s: fields.time_s("to").ok_or(Refusal::BadTime)?,
    })
}
