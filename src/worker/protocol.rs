//! What page and worker say to each other: arrays that begin with a word and go on with plain values. Both ends are the
//! same build of the same module, so a message that cannot be read is a defect and is dropped.

use dashboard_core::geo::{Bounds, LatLon, Viewport, WorldPoint};
use dashboard_core::model::{HistorySlice, HttpFailure, RequestId, SliceReport, SliceSource};
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Dropped, Row, Splitting, TrackSummary};
use js_sys::{Array, Float32Array, Uint32Array};
use wasm_bindgen::{JsCast, JsValue};

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
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
    /// What is visible?
    See(SightQuery),
}

/// The question what of the tracks is visible.
#[derive(Clone, Debug, PartialEq)]
pub struct SightQuery {
    /// Comes back with the answer; answers to older questions are dropped.
    pub view_id: u32,
    /// The part of the map that is drawn.
    pub viewport: Viewport,
    /// Lines are wanted.
    pub lines: bool,
    /// Points are wanted.
    pub points: bool,
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
    /// What is visible.
    Seen(Sight),
}

/// What of the tracks is visible.
#[derive(Clone, Debug)]
pub struct Sight {
    /// Of the question.
    pub view_id: u32,
    /// Points in all tracks, visible or not.
    pub points: u32,
    /// Track by track.
    pub tracks: Vec<SeenTrack>,
}

/// What of one track is visible.
#[derive(Clone, Debug)]
pub struct SeenTrack {
    /// Whose.
    pub friend: FriendId,
    /// Vertices of lines: x, y, x, y … in pixels from the top left corner of the viewport.
    pub line_xy_px: Float32Array,
    /// For each line without a gap, the number of its first vertex.
    pub line_starts: Uint32Array,
    /// Points, likewise.
    pub point_xy_px: Float32Array,
}

impl Request {
    /// As a message.
    pub fn to_js(&self) -> Array {
        match self {
            Self::Load(slice) => {
                let SliceSource::RecorderJson { url } = &slice.source;
                let message = begin("load");
                push_u32(&message, slice.request.0);
                push_friend(&message, &slice.friend);
                push_range(&message, slice.range);
                push_str(&message, url);
                push_u32(&message, slice.timeout_ms);
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
                push_f64(&message, row.time_s as f64);
                push_f64(&message, row.position.lat());
                push_f64(&message, row.position.lon());
                push_option(&message, row.accuracy_m.map(f64::from));
                push_option(&message, row.altitude_m.map(f64::from));
                push_option(&message, row.speed_kmh.map(f64::from));
                push_option(&message, row.battery_percent.map(f64::from));
                message
            }
            Self::See(query) => {
                let message = begin("see");
                push_u32(&message, query.view_id);
                let Viewport { centre, zoom, width_px, height_px } = query.viewport;
                for value in [centre.x, centre.y, zoom, width_px, height_px] {
                    push_f64(&message, value);
                }
                push_u32(&message, u32::from(query.lines));
                push_u32(&message, u32::from(query.points));
                message
            }
        }
    }

    /// From a message.
    pub fn from_js(message: &JsValue) -> Option<Self> {
        let (word, mut fields) = Fields::read(message)?;
        Some(match word.as_str() {
            "load" => Self::Load(HistorySlice {
                request: RequestId(fields.u32()?),
                friend: fields.friend()?,
                range: fields.range()?,
                source: SliceSource::RecorderJson { url: fields.string()? },
                timeout_ms: fields.u32()?,
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
            "append" => Self::Append {
                friend: fields.friend()?,
                row: Row {
                    time_s: fields.f64()? as i64,
                    position: LatLon::new(fields.f64()?, fields.f64()?)?,
                    accuracy_m: fields.option().map(|value| value as f32),
                    altitude_m: fields.option().map(|value| value as f32),
                    speed_kmh: fields.option().map(|value| value as f32),
                    battery_percent: fields.option().map(|value| value as u8),
                },
            },
            "see" => Self::See(SightQuery {
                view_id: fields.u32()?,
                viewport: Viewport {
                    centre: WorldPoint { x: fields.f64()?, y: fields.f64()? },
                    zoom: fields.f64()?,
                    width_px: fields.f64()?,
                    height_px: fields.f64()?,
                },
                lines: fields.u32()? != 0,
                points: fields.u32()? != 0,
            }),
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
            Self::Seen(sight) => {
                let message = begin("seen");
                push_u32(&message, sight.view_id);
                push_u32(&message, sight.points);
                for track in &sight.tracks {
                    push_friend(&message, &track.friend);
                    message.push(&track.line_xy_px);
                    message.push(&track.line_starts);
                    message.push(&track.point_xy_px);
                    buffers.push(&track.line_xy_px.buffer());
                    buffers.push(&track.line_starts.buffer());
                    buffers.push(&track.point_xy_px.buffer());
                }
                message
            }
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
            "seen" => Self::Seen(Sight {
                view_id: fields.u32()?,
                points: fields.u32()?,
                tracks: std::iter::from_fn(|| {
                    Some(SeenTrack {
                        friend: fields.friend()?,
                        line_xy_px: fields.next().dyn_into().ok()?,
                        line_starts: fields.next().dyn_into().ok()?,
                        point_xy_px: fields.next().dyn_into().ok()?,
                    })
                })
                .collect(),
            }),
            _ => return None,
        })
    }
}

fn begin(word: &str) -> Array {
    Array::of1(&JsValue::from_str(word))
}

fn push_u32(message: &Array, value: u32) {
    message.push(&JsValue::from_f64(f64::from(value)));
}

fn push_f64(message: &Array, value: f64) {
    message.push(&JsValue::from_f64(value));
}

fn push_option(message: &Array, value: Option<f64>) {
    message.push(&value.map_or(JsValue::NULL, JsValue::from_f64));
}

fn push_str(message: &Array, value: &str) {
    message.push(&JsValue::from_str(value));
}

fn push_friend(message: &Array, friend: &FriendId) {
    push_str(message, friend.user());
    push_str(message, friend.device());
}

fn push_range(message: &Array, range: TimeRange) {
    push_f64(message, range.from_s as f64);
    push_f64(message, range.to_s as f64);
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
struct Fields {
    message: Array,
    next: u32,
}

impl Fields {
    fn read(message: &JsValue) -> Option<(String, Self)> {
        let message: Array = message.clone().dyn_into().ok()?;
        let word = message.get(0).as_string()?;
        Some((word, Self { message, next: 1 }))
    }

    fn next(&mut self) -> JsValue {
        self.next += 1;
        self.message.get(self.next - 1)
    }

    fn f64(&mut self) -> Option<f64> {
        self.next().as_f64()
    }

    fn option(&mut self) -> Option<f64> {
        self.f64()
    }

    fn u32(&mut self) -> Option<u32> {
        self.f64().map(|value| value as u32)
    }

    fn string(&mut self) -> Option<String> {
        self.next().as_string()
    }

    fn friend(&mut self) -> Option<FriendId> {
        FriendId::new(&self.string()?, &self.string()?)
    }

    fn range(&mut self) -> Option<TimeRange> {
        TimeRange::new(self.f64()? as i64, self.f64()? as i64)
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
