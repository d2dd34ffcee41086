//! One fix of a friend, and how two of them are weighed against each other.

use crate::owntracks::Location;
use crate::time::{UnixMillis, UnixSeconds};
use crate::track::Row;

use super::super::view::FixView;

/// A fix further ahead of the clock than this is from the future, in seconds.
pub(super) const FUTURE_AFTER_S: i64 = 600;

/// Slower than this the course is noise, in km/h.
const MOVING_FROM_KMH: f32 = 2.0;

impl FixView {
    /// What a location message says of a place.
    pub(in super::super) fn from_location(location: &Location) -> Self {
        Self {
            position: location.position,
            time_s: location.time_s,
            created_at_s: location.created_at_s,
            accuracy_m: location.accuracy_m,
            altitude_m: location.altitude_m,
            vertical_accuracy_m: location.vertical_accuracy_m,
            speed_kmh: location.speed_kmh,
            course_deg: location.course_deg,
            moving: is_moving(location.speed_kmh),
            battery_percent: location.battery_percent,
            battery_state: location.battery_state,
            connection: location.connection,
            monitoring: location.monitoring,
            trigger: location.trigger,
            pressure_kpa: location.pressure_kpa,
            regions: location.regions.clone(),
            motion: location.motion.clone(),
            wifi_name: location.wifi_name.clone(),
            wifi_address: location.wifi_address.clone(),
            address: location.address.clone(),
            locality: location.locality.clone(),
            time_zone: location.time_zone.clone(),
            tag: location.tag.clone(),
            poi: location.poi.clone(),
        }
    }

    /// What a track keeps of it.
    pub(in super::super) const fn row(&self) -> Row {
        Row {
            time_s: self.time_s,
            position: self.position,
            accuracy_m: self.accuracy_m,
            altitude_m: self.altitude_m,
            speed_kmh: self.speed_kmh,
            battery_percent: self.battery_percent,
        }
    }

    /// What decides which of two fixes is newer: its own time, then when the app built the message.
    pub(super) const fn age_key(&self) -> (UnixSeconds, Option<UnixSeconds>) {
        (self.time_s, self.created_at_s)
    }

    /// Whether it claims to be from the future at `now`.
    pub(super) const fn is_from_future(&self, now: UnixMillis) -> bool {
        self.time_s > now.seconds().saturating_add(FUTURE_AFTER_S)
    }

    /// Whether both tell the same second at the same place, and so complete each other.
    pub(super) fn is_same_fix(&self, other: &Self) -> bool {
        self.time_s == other.time_s && self.position == other.position
    }

    /// Takes over what `other`, a telling of the same fix, knows more: the Recorder's frames lack the battery, MQTT
    /// lacks the address.
    pub(super) fn complete_from(&mut self, other: &Self) {
        macro_rules! complete {
            ($($field:ident),+) => { $( if self.$field.is_none() { self.$field.clone_from(&other.$field); } )+ };
        }
        complete!(accuracy_m, altitude_m, vertical_accuracy_m, speed_kmh, course_deg, battery_percent);
        complete!(battery_state, connection, monitoring, trigger, pressure_kpa, wifi_name, wifi_address);
        complete!(address, locality, time_zone, tag, poi);
        self.moving = is_moving(self.speed_kmh);
        if self.regions.is_empty() {
            self.regions.clone_from(&other.regions);
        }
        if self.motion.is_empty() {
            self.motion.clone_from(&other.motion);
        }
    }

    /// Takes over what an older fix said of the phone rather than of the place. For the reduced frames that answer
    /// `LAST`, which would otherwise seem to say that nothing is known of the battery.
    pub(super) fn keep_phone_state_of(&mut self, older: &Self) {
        self.battery_percent = self.battery_percent.or(older.battery_percent);
        self.battery_state = self.battery_state.or(older.battery_state);
        self.connection = self.connection.or(older.connection);
        self.monitoring = self.monitoring.or(older.monitoring);
    }
}

fn is_moving(speed_kmh: Option<f32>) -> bool {
    speed_kmh.is_some_and(|speed| speed >= MOVING_FROM_KMH)
}
