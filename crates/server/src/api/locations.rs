//! `/api/0/locations`: a history in the Recorder's forms, streamed from the files in bounded memory.
//!
//! Locations come sorted by time, or with `limit` the newest first.

mod format;
mod item;
mod table;

use std::io;
use std::ops::ControlFlow;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::pieces::{self, Pieces};
use super::{Api, Parameters, times};
use crate::clock::now_s;
use crate::store::{History, Order, StoredLine};
use format::{Format, Writer};
use item::Item;
pub use item::{choose, display_time};
use table::Table;

/// Answers with the locations of one device.
pub async fn locations(State(api): State<Api>, parameters: Parameters) -> Response {
    let Some(format) = Format::named(parameters.get("format").unwrap_or("json")) else {
        return super::text(StatusCode::BAD_REQUEST, "unrecognized format");
    };
    let Some(friend) = parameters.friend() else {
        return super::text(StatusCode::RANGE_NOT_SATISFIABLE, "user and device are required");
    };
    let Some((after_s, before_s)) = times::range(parameters.get("from"), parameters.get("to"), now_s())
    else {
        return super::text(StatusCode::RANGE_NOT_SATISFIABLE, "impossible date/time ranges");
    };
    let limit = parameters.get("limit").and_then(|limit| limit.parse().ok()).filter(|&limit| limit > 0);
    let fields: Option<Vec<String>> =
        parameters.fields().map(|fields| fields.into_iter().map(str::to_owned).collect());
    let body = pieces::stream(move |pieces| {
        let wanted = Wanted { history: api.store.history(&friend, after_s, before_s)?, limit };
        let table = match (format, &fields) {
            (Format::Csv, Some(fields)) => Table::chosen(fields.clone()),
            (Format::Csv, None) => wanted.columns()?,
            _ => Table::default(),
        };
        wanted.write(&Writer::new(format, fields, table), pieces)
    });
    ([(header::CONTENT_TYPE, format.content_type())], body).into_response()
}

/// What is asked for.
struct Wanted {
    history: History,
    /// At most so many, the newest.
    limit: Option<usize>,
}

impl Wanted {
    /// Writes the answer. Ends early, and well, when the reader has gone away.
    fn write(&self, writer: &Writer, mut pieces: Pieces) -> io::Result<()> {
        writer.begin(pieces.buffer());
        let mut count = 0;
        let mut abandoned = false;
        self.each(
            |item| {
                let mut written = Vec::with_capacity(2 * item.object.len());
                writer.item(item, &mut written).then_some(written)
            },
            |written| {
                if count > 0 {
                    writer.separate(pieces.buffer());
                }
                count += 1;
                pieces.push(&written);
                let flow = pieces.flush_if_full();
                abandoned = flow.is_break();
                flow
            },
        )?;
        if !abandoned {
            writer.end(count, pieces.buffer());
            pieces.end();
        }
        Ok(())
    }

    /// The columns of a table of all locations.
    fn columns(&self) -> io::Result<Table> {
        let mut table = Table::default();
        self.each(
            |item| Some(Box::<[u8]>::from(item.object)),
            |object| {
                table.add_columns(&object);
                ControlFlow::Continue(())
            },
        )?;
        table.add_added();
        Ok(table)
    }

    /// Calls `visit` with what `read` makes of every location, until it breaks or there were enough.
    fn each<T: Send>(
        &self,
        read: impl Fn(&Item<'_>) -> Option<T> + Sync,
        mut visit: impl FnMut(T) -> ControlFlow<()>,
    ) -> io::Result<()> {
        let order = if self.limit.is_some() { Order::NewestFirst } else { Order::OldestFirst };
        let mut left = self.limit.unwrap_or(usize::MAX);
        let read = |line: StoredLine<'_>| Item::of(line).and_then(|item| read(&item));
        self.history.each(order, read, |made| {
            left -= 1;
            visit(made)?;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(())
    }
}
