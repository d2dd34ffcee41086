//! The values that messages are made of, one after the other.

use dashboard_core::geo::{LatLon, Viewport, WorldPoint};
use dashboard_core::model::{AtHand, HistoryHome, HttpFailure, Keep, PointWish, SliceSource};
use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::TimeRange;
use dashboard_core::track::stays::StayPlace;
use dashboard_core::track::{Along, PointKey, Row, TrackPoint, TrackSummary};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

pub(in crate::worker) fn begin(word: &str) -> Array {
    Array::of1(&JsValue::from_str(word))
}

pub(in crate::worker) fn push_u32(message: &Array, value: u32) {
    message.push(&JsValue::from_f64(f64::from(value)));
}

pub(in crate::worker) fn push_f64(message: &Array, value: f64) {
    message.push(&JsValue::from_f64(value));
}

pub(in crate::worker) fn push_option(message: &Array, value: Option<f64>) {
    message.push(&value.map_or(JsValue::NULL, JsValue::from_f64));
}

pub(in crate::worker) fn push_str(message: &Array, value: &str) {
    message.push(&JsValue::from_str(value));
}

pub(in crate::worker) fn push_friend(message: &Array, friend: &FriendId) {
    push_str(message, friend.user());
    push_str(message, friend.device());
}

pub(super) fn push_position(message: &Array, position: LatLon) {
    push_f64(message, position.lat());
    push_f64(message, position.lon());
}

pub(super) fn push_row(message: &Array, row: &Row) {
    push_f64(message, row.time_s as f64);
    push_position(message, row.position);
    push_option(message, row.accuracy_m.map(f64::from));
    push_option(message, row.altitude_m.map(f64::from));
    push_option(message, row.speed_kmh.map(f64::from));
    push_option(message, row.battery_percent.map(f64::from));
}

pub(super) fn push_point(message: &Array, point: &TrackPoint) {
    push_row(message, &point.row);
    push_u32(message, point.number);
    push_u32(message, point.count);
    push_option(message, point.along.map(|along| along.distance_m));
    push_option(message, point.along.map(|along| along.since_s as f64));
}

pub(super) fn push_stay(message: &Array, place: &StayPlace) {
    push_position(message, place.centre);
    push_u32(message, place.visits);
    push_f64(message, place.total_s as f64);
    push_f64(message, place.arrived_s as f64);
    push_f64(message, place.left_s as f64);
    push_u32(message, u32::from(place.is_last));
}

pub(super) fn push_wish(message: &Array, wish: &PointWish) {
    match wish {
        PointWish::Near { place, zoom, max_px } => {
            push_str(message, "near");
            push_position(message, *place);
            push_f64(message, *zoom);
            push_f64(message, *max_px);
        }
        PointWish::Step { friend, from, by } => {
            push_str(message, "step");
            push_friend(message, friend);
            push_f64(message, from.time_s as f64);
            push_position(message, from.position);
            push_f64(message, f64::from(*by));
        }
        PointWish::End { friend, last } => {
            push_str(message, "end");
            push_friend(message, friend);
            push_u32(message, u32::from(*last));
        }
    }
}

pub(super) fn push_range(message: &Array, range: TimeRange) {
    push_f64(message, range.from_s as f64);
    push_f64(message, range.to_s as f64);
}

pub(super) fn push_month(message: &Array, month: Option<Month>) {
    message.push(&month.map_or(JsValue::NULL, |month| JsValue::from_str(&month.to_string())));
}

pub(super) fn push_source(message: &Array, source: &SliceSource) {
    match source {
        SliceSource::RecorderJson { url } => {
            push_str(message, "json");
            push_str(message, url);
        }
        SliceSource::Compact { url, if_changed } => {
            push_str(message, "compact");
            push_str(message, url);
            push_u32(message, u32::from(*if_changed));
        }
        SliceSource::Aside => push_str(message, "aside"),
        SliceSource::Kept { month } => {
            push_str(message, "kept");
            push_month(message, Some(*month));
        }
    }
}

pub(super) fn push_summary(message: &Array, summary: &TrackSummary) {
    push_u32(message, summary.points);
    push_option(message, summary.first_s.map(|time_s| time_s as f64));
    push_option(message, summary.last_s.map(|time_s| time_s as f64));
    push_f64(message, summary.distance_m);
    push_f64(message, summary.duration_s as f64);
    push_f64(message, summary.moving_s as f64);
    push_option(message, summary.climb_m);
    push_option(message, summary.top_speed_kmh.map(f64::from));
}

pub(super) fn push_failure(message: &Array, failure: &HttpFailure) {
    match failure {
        HttpFailure::Unreachable { cross_origin, mixed_content } => {
            push_str(message, "unreachable");
            push_u32(message, u32::from(*cross_origin));
            push_u32(message, u32::from(*mixed_content));
        }
        HttpFailure::TimedOut => push_str(message, "timed-out"),
        HttpFailure::Status { status, text } => {
            push_str(message, "status");
            push_u32(message, u32::from(*status));
            push_str(message, text);
        }
        HttpFailure::BadAnswer { what } => {
            push_str(message, "bad-answer");
            push_str(message, what);
        }
        HttpFailure::Broken => push_str(message, "broken"),
    }
}

/// The rest of a message, field by field.
pub(in crate::worker) struct Fields {
    message: Array,
    next: u32,
}

impl Fields {
    pub(super) fn read(message: &JsValue) -> Option<(String, Self)> {
        let message: Array = message.clone().dyn_into().ok()?;
        let word = message.get(0).as_string()?;
        Some((word, Self { message, next: 1 }))
    }

    pub fn next(&mut self) -> JsValue {
        self.next += 1;
        self.message.get(self.next - 1)
    }

    pub fn f64(&mut self) -> Option<f64> {
        self.next().as_f64()
    }

    pub fn option(&mut self) -> Option<f64> {
        self.f64()
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.f64().map(|value| value as u32)
    }

    pub fn string(&mut self) -> Option<String> {
        self.next().as_string()
    }

    pub fn friend(&mut self) -> Option<FriendId> {
        FriendId::new(&self.string()?, &self.string()?)
    }

    pub(super) fn position(&mut self) -> Option<LatLon> {
        LatLon::new(self.f64()?, self.f64()?)
    }

    pub(super) fn row(&mut self) -> Option<Row> {
        Some(Row {
            time_s: self.f64()? as i64,
            position: self.position()?,
            accuracy_m: self.option().map(|value| value as f32),
            altitude_m: self.option().map(|value| value as f32),
            speed_kmh: self.option().map(|value| value as f32),
            battery_percent: self.option().map(|value| value as u8),
        })
    }

    pub(super) fn point(&mut self) -> Option<TrackPoint> {
        Some(TrackPoint {
            row: self.row()?,
            number: self.u32()?,
            count: self.u32()?,
            along: self
                .option()
                .zip(self.option())
                .map(|(distance_m, since_s)| Along { distance_m, since_s: since_s as i64 }),
        })
    }

    pub(super) fn stays(&mut self) -> Option<Vec<StayPlace>> {
        let count = self.u32()?;
        let place = |fields: &mut Self| {
            Some(StayPlace {
                centre: fields.position()?,
                visits: fields.u32()?,
                total_s: fields.f64()? as i64,
                arrived_s: fields.f64()? as i64,
                left_s: fields.f64()? as i64,
                is_last: fields.u32()? != 0,
            })
        };
        (0..count).map(|_| place(self)).collect()
    }

    pub(super) fn wish(&mut self) -> Option<PointWish> {
        Some(match self.string()?.as_str() {
            "near" => PointWish::Near { place: self.position()?, zoom: self.f64()?, max_px: self.f64()? },
            "step" => PointWish::Step {
                friend: self.friend()?,
                from: PointKey { time_s: self.f64()? as i64, position: self.position()? },
                by: self.f64()? as i32,
            },
            "end" => PointWish::End { friend: self.friend()?, last: self.u32()? != 0 },
            _ => return None,
        })
    }

    pub fn range(&mut self) -> Option<TimeRange> {
        TimeRange::new(self.f64()? as i64, self.f64()? as i64)
    }

    pub fn viewport(&mut self) -> Option<Viewport> {
        Some(Viewport {
            centre: WorldPoint { x: self.f64()?, y: self.f64()? },
            zoom: self.f64()?,
            width_px: self.f64()?,
            height_px: self.f64()?,
        })
    }

    pub(super) fn month(&mut self) -> Option<Month> {
        Month::parse(&self.string()?)
    }

    pub(super) fn home(&mut self) -> Option<HistoryHome> {
        Some(HistoryHome { endpoint: self.string()?, account: self.string()?, keeps: self.u32()? != 0 })
    }

    pub(super) fn keep(&mut self) -> Option<Keep> {
        let (month, sure_to_s) = (self.month(), self.option());
        Some(Keep { month: month?, sure_to_s: sure_to_s? as i64 })
    }

    pub(super) fn source(&mut self) -> Option<SliceSource> {
        Some(match self.string()?.as_str() {
            "json" => SliceSource::RecorderJson { url: self.string()? },
            "compact" => SliceSource::Compact { url: self.string()?, if_changed: self.u32()? != 0 },
            "aside" => SliceSource::Aside,
            "kept" => SliceSource::Kept { month: self.month()? },
            _ => return None,
        })
    }

    pub(super) fn piece(&mut self) -> Option<AtHand> {
        Some(AtHand { range: self.range()?, month: self.month(), can_be_checked: self.u32()? != 0 })
    }

    pub(super) fn summary(&mut self) -> Option<TrackSummary> {
        Some(TrackSummary {
            points: self.u32()?,
            first_s: self.option().map(|time_s| time_s as i64),
            last_s: self.option().map(|time_s| time_s as i64),
            distance_m: self.f64()?,
            duration_s: self.f64()? as i64,
            moving_s: self.f64()? as i64,
            climb_m: self.option(),
            top_speed_kmh: self.option().map(|value| value as f32),
        })
    }

    pub(super) fn failure(&mut self) -> Option<HttpFailure> {
        Some(match self.string()?.as_str() {
            "unreachable" => {
                HttpFailure::Unreachable { cross_origin: self.u32()? != 0, mixed_content: self.u32()? != 0 }
            }
            "timed-out" => HttpFailure::TimedOut,
            "status" => HttpFailure::Status { status: self.u32()? as u16, text: self.string()? },
            "bad-answer" => HttpFailure::BadAnswer { what: self.string()? },
            _ => HttpFailure::Broken,
        })
    }
}
