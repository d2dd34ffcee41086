//! Loads one slice of history: bytes while they arrive → rows → the slice's stage.

use std::rc::Rc;

use dashboard_core::model::{HistorySlice, HttpFailure, SliceReport, SliceSource};
use dashboard_core::owntracks::{AnswerError, FriendId, LocationsReader};
use dashboard_core::track::{Dropped, Row, Splitting, Track};
use js_sys::Date;
use wasm_bindgen::JsCast;
use web_sys::{ReadableStreamDefaultReader, Response};

use crate::platform::http::Transfer;

use super::protocol::Reply;
use super::service::Service;

/// Progress is told at most this often.
const PROGRESS_EVERY_MS: f64 = 100.0;

/// Rows become part of the staged line this often: the first line appears early, and merging stays cheap.
const SHOW_EVERY_MS: f64 = 250.0;

/// How much of a refusal is shown.
const MAX_REFUSAL_CHARS: usize = 200;

/// What came of a slice so far. It is drawn, but becomes part of the track only when the slice is complete, so that a
/// slice that fails leaves nothing behind.
pub struct Stage {
    /// Whose.
    pub friend: FriendId,
    /// The line so far.
    pub track: Track,
    /// Rows that are not in the line yet.
    pub rows: Vec<Row>,
    /// Repeats met so far.
    pub dropped: Dropped,
}

impl Stage {
    /// Nothing yet of a slice whose line will be cut like this.
    pub fn new(friend: FriendId, splitting: &Splitting) -> Self {
        let mut track = Track::new();
        track.set_splitting(splitting);
        Self { friend, track, rows: Vec::new(), dropped: Dropped::default() }
    }

    /// Makes all rows part of the line.
    pub fn settle(&mut self) {
        self.dropped = self.dropped.plus(self.track.merge(&mut self.rows));
    }
}

/// Reads the whole slice into its stage.
pub async fn load(
    service: &Rc<Service>,
    slice: &HistorySlice,
    transfer: &Transfer,
) -> Result<SliceReport, HttpFailure> {
    let SliceSource::RecorderJson { url } = &slice.source;
    let response = transfer.open(url).await?;
    if response.status() != 200 {
        return Err(refusal(transfer, &response).await);
    }
    let mut reader = LocationsReader::new(slice.range);
    let mut rows = Vec::new();
    let mut told_at_ms = Date::now();
    let mut shown_at_ms = told_at_ms;
    let Some(body) = body_reader(&response) else { return Err(HttpFailure::Broken) };
    while let Some(piece) = transfer.next_piece(&body).await? {
        reader.push(&piece.to_vec(), &mut rows).map_err(failure)?;
        service.with_stage(slice.request, |stage| stage.rows.append(&mut rows));
        let now_ms = Date::now();
        if now_ms - told_at_ms >= PROGRESS_EVERY_MS {
            told_at_ms = now_ms;
            service.reply(&Reply::Progressed { request: slice.request, points: reader.points() });
        }
        if now_ms - shown_at_ms >= SHOW_EVERY_MS {
            service.with_stage(slice.request, Stage::settle);
            service.tell_changes();
            shown_at_ms = Date::now();
        }
    }
    let report = reader.finish().map_err(failure)?;
    match report.status {
        Some(status) if status >= 400 => Err(HttpFailure::Status { status, text: String::new() }),
        _ => Ok(SliceReport { points: report.points, dropped: report.dropped }),
    }
}

/// `None` for an answer without a body, which a 200 of a Recorder always has.
fn body_reader(response: &Response) -> Option<ReadableStreamDefaultReader> {
    response.body()?.get_reader().dyn_into().ok()
}

async fn refusal(transfer: &Transfer, response: &Response) -> HttpFailure {
    let mut bytes = Vec::new();
    if let Some(body) = body_reader(response)
        && let Ok(Some(piece)) = transfer.next_piece(&body).await
    {
        bytes = piece.to_vec();
    }
    transfer.stop();
    let text = String::from_utf8_lossy(&bytes);
    let clean = text.chars().filter(|c| !c.is_control()).take(MAX_REFUSAL_CHARS).collect();
    HttpFailure::Status { status: response.status(), text: clean }
}

fn failure(error: AnswerError) -> HttpFailure {
    match error {
        AnswerError::Truncated => HttpFailure::Broken,
        other => HttpFailure::BadAnswer { what: other.to_string() },
    }
}
