//! What is asked of an OwnTracks Recorder, and what it answers.
//!
//! Its history (`locations`) is read elsewhere, as a stream straight into columns.

mod answer;
mod live;
mod month;
mod request;
mod shared_view;
mod tour;

pub use answer::{
    BadAnswer, LastAnswer, LastEntry, read_compact_version, read_devices, read_last, read_months, read_users,
    read_version,
};
pub use live::{Addressed, LIVE_GREETING, LiveFrame, read_live_frame};
pub use month::Month;
pub use request::{
    HISTORY_FIELDS, compact_month_url, compact_url, devices_url, last_url, live_url, locations_url,
    months_url, users_url, version_url,
};
pub use shared_view::{
    SharedLine, SharedPlace, read_shared_line, read_shared_place, shared_line_url, shared_place_url,
};
pub use tour::{
    MAX_TOURS, Tour, TourAnswer, end_tour, is_view_id, list_tours, make_tour, read_tours, tour_request_url,
    view_url,
};
