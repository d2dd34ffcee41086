//! What page and worker say to each other: arrays that begin with a word and go on with plain values. Both ends are of
//! one build, so a message that cannot be read is a defect and is dropped.

use dashboard_core::geo::{Bounds, LatLon, Viewport, WorldPoint};
use dashboard_core::model::{
    AtHand, FoundPoint, HistoryHome, HistorySlice, HttpFailure, Keep, PointQuestion, PointWish, RequestId,
    SliceReport, SliceSource,
};
use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::TimeRange;
use dashboard_core::track::stays::StayPlace;
use dashboard_core::track::{Along, Dropped, Legend, PointKey, Row, Splitting, TrackPoint, TrackSummary};
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::drawing::{Frame, Look, Painted, legend_from_fields, legend_to_js};

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Histories are of this home from now on; forget those of any other.
    Open(Option<HistoryHome>),
    /// What is at hand?
    Find {
        /// Comes back with the answer.
        request: RequestId,
        /// Whose.
        friend: FriendId,
        /// Of which time.
        range: TimeRange,
    },
    /// Set points aside that are about to be shown no longer.
    SetAside {
        /// Whose.
        friend: FriendId,
        /// Which seconds.
        ranges: Vec<TimeRange>,
    },
    /// Forget everything that is kept on this device.
    Forget,
    /// Fetch, parse and keep a slice.
    Load(HistorySlice),
    /// Stop that slice and forget its points.
    Cancel {
        /// Which.
        request: RequestId,
    },
    /// Keep these tracks and no others, cut like this.
    Show {
        /// Whose.
        friends: Vec<FriendId>,
        /// Which time.
        range: TimeRange,
        /// Where lines are split.
        splitting: Splitting,
    },
    /// A live fix.
    Append {
        /// Whose.
        friend: FriendId,
        /// The fix.
        row: Row,
    },
    /// Say where people stayed, whenever that changes, or no longer.
    Stays {
        /// From now on.
        wanted: bool,
    },
    /// Which point is meant?
    Point(PointQuestion),
    /// Paint like this.
    Look(Look),
    /// Paint this part of the map.
    View(Frame),
}

/// From the worker to the page.
#[derive(Clone, Debug)]
pub enum Reply {
    /// It listens.
    Ready,
    /// More of a slice was read.
    Progressed {
        /// Which.
        request: RequestId,
        /// Points so far.
        points: u32,
    },
    /// A slice is complete.
    Loaded {
        /// Which.
        request: RequestId,
        /// What was in it.
        report: SliceReport,
    },
    /// A slice is still what is kept.
    Unchanged {
        /// Which.
        request: RequestId,
    },
    /// What is at hand.
    Found {
        /// Of the question.
        request: RequestId,
        /// What.
        pieces: Vec<AtHand>,
    },
    /// How much is kept on this device.
    Kept {
        /// Bytes.
        bytes: u64,
    },
    /// A slice failed.
    Failed {
        /// Which.
        request: RequestId,
        /// How.
        failure: HttpFailure,
    },
    /// The tracks are no longer what they were.
    Changed {
        /// Figures of all tracks.
        summaries: Vec<(FriendId, TrackSummary)>,
        /// Around all tracks.
        bounds: Option<Bounds>,
    },
    /// Where people stayed, in each track.
    Stays(Vec<(FriendId, Vec<StayPlace>)>),
    /// The point that was meant, if there is one.
    Pointed {
        /// Which question.
        request: RequestId,
        /// The point.
        found: Option<FoundPoint>,
    },
    /// A picture.
    Painted(Painted),
    /// What the colours of lines mean; `None` when they are their friends'.
    Legend(Option<Legend>),
}

impl Request {
    /// As a message.
    pub fn to_js(&self) -> Array {
        match self {
            Self::Open(home) => {
                let message = begin("open");
                if let Some(HistoryHome { endpoint, account, keeps }) = home {
                    push_str(&message, endpoint);
                    push_str(&message, account);
                    push_u32(&message, u32::from(*keeps));
                }
                message
            }
            Self::Find { request, friend, range } => {
                let message = begin("find");
                push_u32(&message, request.0);
                push_friend(&message, friend);
                push_range(&message, *range);
                message
            }
            Self::SetAside { friend, ranges } => {
                let message = begin("set-aside");
                push_friend(&message, friend);
                ranges.iter().for_each(|range| push_range(&message, *range));
                message
            }
            Self::Forget => begin("forget"),
            Self::Load(slice) => {
                let message = begin("load");
                push_u32(&message, slice.request.0);
                push_friend(&message, &slice.friend);
                push_range(&message, slice.range);
                push_u32(&message, slice.timeout_ms);
                push_month(&message, slice.keep.map(|keep| keep.month));
                push_option(&message, slice.keep.map(|keep| keep.sure_to_s as f64));
                push_source(&message, &slice.source);
                message
            }
            Self::Cancel { request } => {
                let message = begin("cancel");
                push_u32(&message, request.0);
                message
            }
            Self::Show { friends, range, splitting } => {
                let message = begin("show");
                push_range(&message, *range);
                push_u32(&message, splitting.gap_s);
                push_u32(&message, splitting.gap_m);
                push_u32(&message, splitting.max_accuracy_m);
                friends.iter().for_each(|friend| push_friend(&message, friend));
                message
            }
            Self::Append { friend, row } => {
                let message = begin("append");
                push_friend(&message, friend);
                push_row(&message, row);
                message
            }
            Self::Stays { wanted } => {
                let message = begin("stays");
                push_u32(&message, u32::from(*wanted));
                message
            }
            Self::Point(PointQuestion { request, wish }) => {
                let message = begin("point");
                push_u32(&message, request.0);
                push_wish(&message, wish);
                message
            }
            Self::Look(look) => look.to_js(),
            Self::View(frame) => frame.to_js(),
        }
    }

    /// From a message.
    pub fn from_js(message: &JsValue) -> Option<Self> {
        let (word, mut fields) = Fields::read(message)?;
        Some(match word.as_str() {
            "open" => Self::Open(fields.home()),
            "find" => Self::Find {
                request: RequestId(fields.u32()?),
                friend: fields.friend()?,
                range: fields.range()?,
            },
            "set-aside" => Self::SetAside {
                friend: fields.friend()?,
                ranges: std::iter::from_fn(|| fields.range()).collect(),
            },
            "forget" => Self::Forget,
            "load" => Self::Load(HistorySlice {
                request: RequestId(fields.u32()?),
                friend: fields.friend()?,
                range: fields.range()?,
                timeout_ms: fields.u32()?,
                keep: fields.keep(),
                source: fields.source()?,
            }),
            "cancel" => Self::Cancel { request: RequestId(fields.u32()?) },
            "show" => Self::Show {
                range: fields.range()?,
                splitting: Splitting {
                    gap_s: fields.u32()?,
                    gap_m: fields.u32()?,
                    max_accuracy_m: fields.u32()?,
                },
                friends: std::iter::from_fn(|| fields.friend()).collect(),
            },
            "append" => Self::Append { friend: fields.friend()?, row: fields.row()? },
            "stays" => Self::Stays { wanted: fields.u32()? != 0 },
            "point" => Self::Point(PointQuestion { request: RequestId(fields.u32()?), wish: fields.wish()? }),
            "look" => Self::Look(Look::from_fields(&mut fields)?),
            "view" => Self::View(Frame::from_fields(&mut fields)?),
            _ => return None,
        })
    }
}

impl Reply {
    /// As a message, and the buffers to hand over with it.
    pub fn to_js(&self) -> (Array, Array) {
        let buffers = Array::new();
        let message = match self {
            Self::Ready => begin("ready"),
            Self::Progressed { request, points } => {
                let message = begin("progressed");
                push_u32(&message, request.0);
                push_u32(&message, *points);
                message
            }
            Self::Loaded { request, report } => {
                let message = begin("loaded");
                let Dropped { repeats, invalid, out_of_range } = report.dropped;
                for value in [request.0, report.points, repeats, invalid, out_of_range] {
                    push_u32(&message, value);
                }
                message
            }
            Self::Unchanged { request } => {
                let message = begin("unchanged");
                push_u32(&message, request.0);
                message
            }
            Self::Found { request, pieces } => {
                let message = begin("found");
                push_u32(&message, request.0);
                for piece in pieces {
                    push_range(&message, piece.range);
                    push_month(&message, piece.month);
                    push_u32(&message, u32::from(piece.can_be_checked));
                }
                message
            }
            Self::Kept { bytes } => {
                let message = begin("kept");
                push_f64(&message, *bytes as f64);
                message
            }
            Self::Failed { request, failure } => {
                let message = begin("failed");
                push_u32(&message, request.0);
                push_failure(&message, failure);
                message
            }
            Self::Changed { summaries, bounds } => {
                let message = begin("changed");
                let corners = bounds.map(|b| [b.south_deg(), b.west_deg(), b.north_deg(), b.east_deg()]);
                (0..4).for_each(|index| push_option(&message, corners.map(|corners| corners[index])));
                for (friend, summary) in summaries {
                    push_friend(&message, friend);
                    push_summary(&message, summary);
                }
                message
            }
            Self::Stays(tracks) => {
                let message = begin("stays");
                for (friend, places) in tracks {
                    push_friend(&message, friend);
                    push_u32(&message, places.len() as u32);
                    places.iter().for_each(|place| push_stay(&message, place));
                }
                message
            }
            Self::Pointed { request, found } => {
                let message = begin("pointed");
                push_u32(&message, request.0);
                if let Some(FoundPoint { friend, point }) = found {
                    push_friend(&message, friend);
                    push_point(&message, point);
                }
                message
            }
            Self::Painted(painted) => painted.to_js(&buffers),
            Self::Legend(legend) => legend_to_js(legend.as_ref()),
        };
        (message, buffers)
    }

    /// From a message.
    pub fn from_js(message: &JsValue) -> Option<Self> {
        let (word, mut fields) = Fields::read(message)?;
        Some(match word.as_str() {
            "ready" => Self::Ready,
            "progressed" => Self::Progressed { request: RequestId(fields.u32()?), points: fields.u32()? },
            "loaded" => Self::Loaded {
                request: RequestId(fields.u32()?),
                report: SliceReport {
                    points: fields.u32()?,
                    dropped: Dropped {
                        repeats: fields.u32()?,
                        invalid: fields.u32()?,
                        out_of_range: fields.u32()?,
                    },
                },
            },
            "unchanged" => Self::Unchanged { request: RequestId(fields.u32()?) },
            "found" => Self::Found {
                request: RequestId(fields.u32()?),
                pieces: std::iter::from_fn(|| fields.piece()).collect(),
            },
            "kept" => Self::Kept { bytes: fields.f64()? as u64 },
            "failed" => Self::Failed { request: RequestId(fields.u32()?), failure: fields.failure()? },
            "changed" => {
                let corners = [fields.option(), fields.option(), fields.option(), fields.option()];
                let bounds = match corners {
                    [Some(south), Some(west), Some(north), Some(east)] => {
                        Bounds::from_corners(LatLon::new(south, west)?, LatLon::new(north, east)?)
                    }
                    _ => None,
                };
                let summaries = std::iter::from_fn(|| Some((fields.friend()?, fields.summary()?))).collect();
                Self::Changed { summaries, bounds }
            }
            "stays" => {
                Self::Stays(std::iter::from_fn(|| Some((fields.friend()?, fields.stays()?))).collect())
            }
            "pointed" => Self::Pointed {
                request: RequestId(fields.u32()?),
                found: fields
                    .friend()
                    .zip(fields.point())
                    .map(|(friend, point)| FoundPoint { friend, point }),
            },
            "painted" => Self::Painted(Painted::from_fields(&mut fields)?),
            "legend" => Self::Legend(legend_from_fields(&mut fields)),
            _ => return None,
        })
    }
}

pub(super) fn begin(word: &str) -> Array {
    Array::of1(&JsValue::from_str(word))
}

pub(super) fn push_u32(message: &Array, value: u32) {
    message.push(&JsValue::from_f64(f64::from(value)));
}

pub(super) fn push_f64(message: &Array, value: f64) {
    message.push(&JsValue::from_f64(value));
}

pub(super) fn push_option(message: &Array, value: Option<f64>) {
    message.push(&value.map_or(JsValue::NULL, JsValue::from_f64));
}

pub(super) fn push_str(message: &Array, value: &str) {
    message.push(&JsValue::from_str(value));
}

pub(super) fn push_friend(message: &Array, friend: &FriendId) {
    push_str(message, friend.user());
    push_str(message, friend.device());
}

fn push_position(message: &Array, position: LatLon) {
    push_f64(message, position.lat());
    push_f64(message, position.lon());
}

fn push_row(message: &Array, row: &Row) {
    push_f64(message, row.time_s as f64);
    push_position(message, row.position);
    push_option(message, row.accuracy_m.map(f64::from));
    push_option(message, row.altitude_m.map(f64::from));
    push_option(message, row.speed_kmh.map(f64::from));
    push_option(message, row.battery_percent.map(f64::from));
}

fn push_point(message: &Array, point: &TrackPoint) {
    push_row(message, &point.row);
    push_u32(message, point.number);
    push_u32(message, point.count);
    push_option(message, point.along.map(|along| along.distance_m));
    push_option(message, point.along.map(|along| along.since_s as f64));
}

fn push_stay(message: &Array, place: &StayPlace) {
    push_position(message, place.centre);
    push_u32(message, place.visits);
    push_f64(message, place.total_s as f64);
    push_f64(message, place.arrived_s as f64);
    push_f64(message, place.left_s as f64);
    push_u32(message, u32::from(place.is_last));
}

fn push_wish(message: &Array, wish: &PointWish) {
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

fn push_range(message: &Array, range: TimeRange) {
    push_f64(message, range.from_s as f64);
    push_f64(message, range.to_s as f64);
}

fn push_month(message: &Array, month: Option<Month>) {
    message.push(&month.map_or(JsValue::NULL, |month| JsValue::from_str(&month.to_string())));
}

fn push_source(message: &Array, source: &SliceSource) {
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

fn push_summary(message: &Array, summary: &TrackSummary) {
    push_u32(message, summary.points);
    push_option(message, summary.first_s.map(|time_s| time_s as f64));
    push_option(message, summary.last_s.map(|time_s| time_s as f64));
    push_f64(message, summary.distance_m);
    push_f64(message, summary.duration_s as f64);
    push_f64(message, summary.moving_s as f64);
    push_option(message, summary.climb_m);
    push_option(message, summary.top_speed_kmh.map(f64::from));
}

fn push_failure(message: &Array, failure: &HttpFailure) {
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
pub(super) struct Fields {
    message: Array,
    next: u32,
}

impl Fields {
    fn read(message: &JsValue) -> Option<(String, Self)> {
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

    fn position(&mut self) -> Option<LatLon> {
        LatLon::new(self.f64()?, self.f64()?)
    }

    fn row(&mut self) -> Option<Row> {
        Some(Row {
            time_s: self.f64()? as i64,
            position: self.position()?,
            accuracy_m: self.option().map(|value| value as f32),
            altitude_m: self.option().map(|value| value as f32),
            speed_kmh: self.option().map(|value| value as f32),
            battery_percent: self.option().map(|value| value as u8),
        })
    }

    fn point(&mut self) -> Option<TrackPoint> {
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

    fn stays(&mut self) -> Option<Vec<StayPlace>> {
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

    fn wish(&mut self) -> Option<PointWish> {
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

    fn month(&mut self) -> Option<Month> {
        Month::parse(&self.string()?)
    }

    fn home(&mut self) -> Option<HistoryHome> {
        Some(HistoryHome { endpoint: self.string()?, account: self.string()?, keeps: self.u32()? != 0 })
    }

    fn keep(&mut self) -> Option<Keep> {
        let (month, sure_to_s) = (self.month(), self.option());
        Some(Keep { month: month?, sure_to_s: sure_to_s? as i64 })
    }

    fn source(&mut self) -> Option<SliceSource> {
        Some(match self.string()?.as_str() {
            "json" => SliceSource::RecorderJson { url: self.string()? },
            "compact" => SliceSource::Compact { url: self.string()?, if_changed: self.u32()? != 0 },
            "aside" => SliceSource::Aside,
            "kept" => SliceSource::Kept { month: self.month()? },
            _ => return None,
        })
    }

    fn piece(&mut self) -> Option<AtHand> {
        Some(AtHand { range: self.range()?, month: self.month(), can_be_checked: self.u32()? != 0 })
    }

    fn summary(&mut self) -> Option<TrackSummary> {
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

    fn failure(&mut self) -> Option<HttpFailure> {
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

#[cfg(test)]
mod tests {
    use dashboard_core::track::{Quantity, Scale};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;
    use crate::worker::drawing::Part;

    fn eve() -> FriendId {
        FriendId::new("eve", "phone").unwrap()
    }

    fn place(lat: f64, lon: f64) -> LatLon {
        LatLon::new(lat, lon).unwrap()
    }

    #[wasm_bindgen_test]
    fn every_request_arrives_as_it_was_sent() {
        let range = TimeRange::new(-1, 4_102_444_800).unwrap();
        let row = Row {
            time_s: 1_700_000_000,
            position: place(-12.345_678_9, 179.999_999_9),
            accuracy_m: Some(3.5),
            altitude_m: None,
            speed_kmh: Some(0.0),
            battery_percent: Some(100),
        };
        let month = Month::parse("2026-10").unwrap();
        let load = |source, keep| {
            Request::Load(HistorySlice {
                request: RequestId(u32::MAX),
                friend: eve(),
                range,
                source,
                keep,
                timeout_ms: 30_000,
            })
        };
        let url = || "https://home.example/a?b=c&d=\u{1f600}".to_owned();
        let home = HistoryHome { endpoint: url(), account: String::new(), keeps: true };
        let requests = [
            Request::Open(None),
            Request::Open(Some(home)),
            Request::Find { request: RequestId(1), friend: eve(), range },
            Request::SetAside { friend: eve(), ranges: vec![range, range] },
            Request::Forget,
            load(SliceSource::RecorderJson { url: url() }, None),
            load(SliceSource::Compact { url: url(), if_changed: true }, Some(Keep { month, sure_to_s: -5 })),
            load(SliceSource::Aside, None),
            load(SliceSource::Kept { month }, None),
            Request::Cancel { request: RequestId(7) },
            Request::Show { friends: vec![], range, splitting: Splitting::default() },
            Request::Show {
                friends: vec![eve(), FriendId::new("bob", "watch").unwrap()],
                range,
                splitting: Splitting { gap_s: 1, gap_m: 2, max_accuracy_m: 3 },
            },
            Request::Append { friend: eve(), row },
            Request::Look(Look {
                line: true,
                points: false,
                heat: true,
                quantity: Some(Quantity::Accuracy),
                imperial: true,
                friends: vec![(eve(), "#1763c6".into())],
                scale: vec!["#000000".into(), "#ffffff".into()],
                heat_colours: vec!["#ff0000".into()],
                halo: "rgb(255 255 255 / 75%)".into(),
            }),
            Request::Look(Look::default()),
            Request::View(Frame {
                view_id: 9,
                viewport: Viewport {
                    centre: WorldPoint { x: 1.25, y: 0.3 },
                    zoom: 12.5,
                    width_px: 1920.0,
                    height_px: 1080.0,
                },
                pixel_ratio: 1.5,
                quickly: true,
            }),
        ];
        let wishes = [
            PointWish::Near { place: place(12.345_678_9, -180.0), zoom: 17.5, max_px: 24.0 },
            PointWish::Step {
                friend: eve(),
                from: PointKey { time_s: 1_700_000_000, position: place(-0.000_001, 8.5) },
                by: -10,
            },
            PointWish::End { friend: eve(), last: true },
        ];
        let questions = wishes.map(|wish| Request::Point(PointQuestion { request: RequestId(11), wish }));
        let stays = [true, false].map(|wanted| Request::Stays { wanted });
        let requests = requests.into_iter().chain(questions).chain(stays);
        for request in requests {
            assert_eq!(Request::from_js(&request.to_js()), Some(request));
        }
    }

    #[wasm_bindgen_test]
    fn every_reply_arrives_as_it_was_sent() {
        let failures = [
            HttpFailure::Unreachable { cross_origin: true, mixed_content: false },
            HttpFailure::Unreachable { cross_origin: false, mixed_content: true },
            HttpFailure::TimedOut,
            HttpFailure::Status { status: 416, text: "too far".into() },
            HttpFailure::BadAnswer { what: "no comprendo".into() },
            HttpFailure::Broken,
        ];
        let summary = TrackSummary {
            points: 3,
            first_s: Some(0),
            last_s: None,
            distance_m: 12.5,
            duration_s: 60,
            moving_s: 30,
            climb_m: Some(-0.0),
            top_speed_kmh: None,
        };
        let across_the_antimeridian = Bounds::from_corners(place(-17.0, 179.0), place(-16.0, -179.0));
        let dropped = Dropped { repeats: 1, invalid: 2, out_of_range: 3 };
        let mut replies = vec![
            Reply::Ready,
            Reply::Progressed { request: RequestId(1), points: 1_000_000 },
            Reply::Loaded { request: RequestId(2), report: SliceReport { points: 4, dropped } },
            Reply::Legend(None),
            Reply::Legend(Some(Legend {
                scale: Scale {
                    quantity: Quantity::Battery,
                    bounds: std::array::from_fn(|at| at as f64 * 2.5),
                },
                has_unknown: true,
            })),
            Reply::Unchanged { request: RequestId(2) },
            Reply::Found {
                request: RequestId(4),
                pieces: vec![
                    AtHand { range: TimeRange::default(), month: None, can_be_checked: false },
                    AtHand {
                        range: TimeRange { from_s: 1, to_s: 2 },
                        month: Month::parse("1999-12"),
                        can_be_checked: true,
                    },
                ],
            },
            Reply::Kept { bytes: 1 << 40 },
            Reply::Changed { summaries: vec![], bounds: None },
            Reply::Changed { summaries: vec![(eve(), summary)], bounds: across_the_antimeridian },
        ];
        let row = Row {
            time_s: 1_700_000_000,
            position: place(-12.345_678_9, 179.999_999_9),
            accuracy_m: Some(3.5),
            altitude_m: None,
            speed_kmh: Some(0.0),
            battery_percent: Some(100),
        };
        let along = Some(Along { distance_m: 1234.5, since_s: 1_699_990_000 });
        for (along, number) in [(None, 1), (along, 7)] {
            let point = TrackPoint { row, number, count: 1_000_000, along };
            let found = Some(FoundPoint { friend: eve(), point });
            replies.push(Reply::Pointed { request: RequestId(4), found });
        }
        replies.push(Reply::Pointed { request: RequestId(5), found: None });
        let stay = StayPlace {
            centre: place(-12.5, 179.999_999_9),
            visits: 3,
            total_s: 86_400 * 365,
            arrived_s: 1_700_000_000,
            left_s: 1_700_000_600,
            is_last: true,
        };
        let brief = StayPlace { visits: 1, is_last: false, ..stay };
        let bob = FriendId::new("bob", "watch").unwrap();
        replies.push(Reply::Stays(vec![(eve(), vec![stay, brief]), (bob, vec![])]));
        replies.extend(failures.map(|failure| Reply::Failed { request: RequestId(3), failure }));
        for reply in replies {
            let (message, buffers) = reply.to_js();
            assert_eq!(buffers.length(), 0);
            assert_eq!(format!("{:?}", Reply::from_js(&message)), format!("{:?}", Some(reply)));
        }
    }

    #[wasm_bindgen_test]
    fn a_picture_arrives_with_its_pixels() {
        let canvas = web_sys::OffscreenCanvas::new(3, 2).unwrap();
        canvas.get_context("2d").unwrap();
        let painted = Painted {
            view_id: 5,
            part: Part::Patch,
            points: 2,
            bitmap: Some(canvas.transfer_to_image_bitmap().unwrap()),
            place_px: [1.5, -2.0, 30.0, 20.0],
        };
        let (message, buffers) = Reply::Painted(painted.clone()).to_js();
        assert_eq!(buffers.length(), 1);
        let Some(Reply::Painted(arrived)) = Reply::from_js(&message) else { panic!("{message:?}") };
        assert_eq!((arrived.view_id, arrived.part, arrived.points), (5, Part::Patch, 2));
        assert_eq!(arrived.place_px, painted.place_px);
        assert_eq!(arrived.bitmap.map(|bitmap| (bitmap.width(), bitmap.height())), Some((3, 2)));
        let nothing = Reply::Painted(Painted { bitmap: None, ..painted });
        let (message, buffers) = nothing.to_js();
        assert_eq!(buffers.length(), 0);
        assert_eq!(format!("{:?}", Reply::from_js(&message)), format!("{:?}", Some(nothing)));
    }

    #[wasm_bindgen_test]
    fn foreign_messages_are_no_requests() {
        for message in [JsValue::NULL, "load".into(), Array::new().into(), begin("load").into()] {
            assert_eq!(Request::from_js(&message), None);
            assert!(Reply::from_js(&message).is_none());
        }
    }
}
