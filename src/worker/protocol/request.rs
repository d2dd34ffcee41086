//! What the page asks of the worker.

use dashboard_core::model::{HistoryHome, HistorySlice, PointQuestion, RequestId};
use dashboard_core::owntracks::FriendId;
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Row, Splitting};
use js_sys::Array;
use wasm_bindgen::JsValue;

use super::fields::{
    Fields, begin, push_friend, push_month, push_option, push_range, push_row, push_source, push_str,
    push_u32, push_wish,
};
use crate::worker::drawing::{Frame, Look};

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

#[cfg(test)]
mod tests {
    use dashboard_core::geo::{LatLon, Viewport, WorldPoint};
    use dashboard_core::model::{Keep, PointWish, SliceSource};
    use dashboard_core::owntracks::recorder::Month;
    use dashboard_core::track::{PointKey, Quantity};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

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
}
