//! What the worker tells the page.

use dashboard_core::geo::{Bounds, LatLon};
use dashboard_core::model::{AtHand, FoundPoint, HttpFailure, RequestId, SliceReport};
use dashboard_core::owntracks::FriendId;
use dashboard_core::track::stays::StayPlace;
use dashboard_core::track::{Dropped, Legend, TrackSummary};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::fields::{
    Fields, begin, push_f64, push_failure, push_friend, push_month, push_option, push_point, push_range,
    push_stay, push_summary, push_u32,
};
use crate::worker::drawing::{Painted, legend_from_fields, legend_to_js};

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

#[cfg(test)]
mod tests {
    use dashboard_core::owntracks::recorder::Month;
    use dashboard_core::time::TimeRange;
    use dashboard_core::track::{Along, Quantity, Row, Scale, TrackPoint};
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
}
