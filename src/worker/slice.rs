//! Loads one slice of history: bytes while they arrive → rows → the slice's stage.

use std::rc::Rc;

use dashboard_core::model::{HistorySlice, HttpFailure, SliceReport, SliceSource};
use dashboard_core::owntracks::{AnswerError, LocationsReader};
use dashboard_core::time::TimeRange;
use dashboard_core::track::compact::{self, BadBody};
use dashboard_core::track::{Dropped, Row};
use js_sys::Date;
use wasm_bindgen::JsCast;
use web_sys::{ReadableStreamDefaultReader, Response};

use crate::platform::http::Transfer;

use super::protocol::Reply;
use super::service::Service;
use super::stage::Stage;

/// Progress is told at most this often.
const PROGRESS_EVERY_MS: f64 = 100.0;

/// Rows become part of the staged line this often, so that merging stays cheap; the first ones at once.
const SHOW_EVERY_MS: f64 = 250.0;

/// Others have their turn after so long.
const TURN_MS: f64 = 10.0;

/// Of pieces that are larger, which is what a stream gives that was waited for, so much is taken in before the time is looked at.
const PART_BYTES: usize = 256 << 10;

/// So many rows become part of the staged line at once, so that they never take much room beside it.
const MAX_LOOSE_ROWS: usize = 32_768;

/// How much of a refusal is shown.
const MAX_REFUSAL_CHARS: usize = 200;

/// What came of a slice.
pub enum Loaded {
    /// All of it is in the stage.
    Whole {
        /// What was in it.
        report: SliceReport,
        /// What the server calls this version of it.
        etag: Option<String>,
        /// The server's clock, in milliseconds since 1970.
        server_ms: Option<f64>,
    },
    /// It is still what is kept.
    Unchanged,
}

/// Reads the whole slice into its stage. With `etag` only when it is no longer that.
pub async fn load(
    service: &Rc<Service>,
    slice: &HistorySlice,
    etag: Option<String>,
    transfer: &Transfer,
) -> Result<Loaded, HttpFailure> {
    let (url, mut reader) = match &slice.source {
        SliceSource::Compact { url, .. } => (url, Reader::Compact(compact::Decoder::new(), slice.asked())),
        SliceSource::RecorderJson { url } => (url, Reader::Json(LocationsReader::new(slice.asked()))),
        // Not fetched.
        SliceSource::Aside | SliceSource::Kept { .. } => return Err(HttpFailure::Broken),
    };
    let response = transfer.open_unless(url, etag.as_deref()).await?;
    if response.status() == 304 && etag.is_some() {
        transfer.stop();
        return Ok(Loaded::Unchanged);
    }
    if response.status() != 200 {
        return Err(refusal(transfer, &response).await);
    }
    let mut rows = Vec::new();
    let mut told_at_ms = Date::now();
    let mut shown_at_ms = 0.0;
    let mut turn_ms = told_at_ms;
    let Some(body) = body_reader(&response) else { return Err(HttpFailure::Broken) };
    let mut bytes = Vec::new();
    while let Some(piece) = transfer.next_piece(&body).await? {
        bytes.resize(piece.length() as usize, 0);
        piece.copy_to(&mut bytes);
        for part in bytes.chunks(PART_BYTES) {
            reader.push(part, &mut rows)?;
            service.with_stage(slice.request, |stage| stage.take(&mut rows, MAX_LOOSE_ROWS));
            let now_ms = Date::now();
            if now_ms - told_at_ms >= PROGRESS_EVERY_MS {
                told_at_ms = now_ms;
                service.reply(&Reply::Progressed { request: slice.request, points: reader.points() });
            }
            if now_ms - shown_at_ms >= SHOW_EVERY_MS && reader.points() > 0 {
                service.with_stage(slice.request, Stage::settle);
                if shown_at_ms > 0.0 {
                    service.tell_changes()
                } else {
                    service.tell_changes_now()
                }
                shown_at_ms = Date::now();
            }
            if now_ms - turn_ms >= TURN_MS {
                service.give_way().await;
                turn_ms = Date::now();
            }
        }
    }
    let header = |name| response.headers().get(name).ok().flatten();
    let server_ms = header("date").map(|date| Date::parse(&date)).filter(|ms| ms.is_finite());
    Ok(Loaded::Whole { report: reader.finish()?, etag: header("etag"), server_ms })
}

/// Either form of a history.
enum Reader {
    Json(LocationsReader),
    /// And what was asked for.
    Compact(compact::Decoder, TimeRange),
}

impl Reader {
    fn push(&mut self, bytes: &[u8], rows: &mut Vec<Row>) -> Result<(), HttpFailure> {
        match self {
            Self::Json(reader) => reader.push(bytes, rows).map_err(json_failure),
            Self::Compact(decoder, asked) => {
                decoder.push(bytes, rows).map_err(compact_failure)?;
                rows.retain(|row| asked.contains(row.time_s));
                Ok(())
            }
        }
    }

    fn points(&self) -> u32 {
        match self {
            Self::Json(reader) => reader.points(),
            Self::Compact(decoder, _) => decoder.points(),
        }
    }

    fn finish(self) -> Result<SliceReport, HttpFailure> {
        match self {
            Self::Json(reader) => {
                let report = reader.finish().map_err(json_failure)?;
                match report.status {
                    Some(status) if status >= 400 => Err(HttpFailure::Status { status, text: String::new() }),
                    _ => Ok(SliceReport { points: report.points, dropped: report.dropped }),
                }
            }
            Self::Compact(decoder, _) => {
                let contents = decoder.finish().map_err(compact_failure)?;
                Ok(SliceReport {
                    points: contents.points,
                    dropped: Dropped { out_of_range: 0, ..contents.dropped },
                })
            }
        }
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

fn json_failure(error: AnswerError) -> HttpFailure {
    match error {
        AnswerError::Truncated => HttpFailure::Broken,
        other => HttpFailure::BadAnswer { what: other.to_string() },
    }
}

fn compact_failure(error: BadBody) -> HttpFailure {
    match error {
        BadBody::Truncated => HttpFailure::Broken,
        other => HttpFailure::BadAnswer { what: other.to_string() },
    }
}
