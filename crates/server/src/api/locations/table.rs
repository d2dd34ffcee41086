//! A history as a table. The Recorder takes the columns from the first location and puts whatever the others have into them;
//! here the columns are those of all locations, so that the history is read twice.

use crate::json;

use super::item::{ADDED, Item};

/// Most columns of a table. Phones send some thirty members; what is beyond is in the JSON.
const MAX_COLUMNS: usize = 256;

/// The columns of a table.
#[derive(Debug, Default)]
pub struct Table {
    /// Keys as they stand in the JSON, with their escapes.
    columns: Vec<String>,
    /// They were chosen, and upper and lower case are the same.
    chosen: bool,
}

impl Table {
    /// A table of the chosen columns.
    pub fn chosen(columns: Vec<String>) -> Self {
        Self { columns, chosen: true }
    }

    /// Adds the members of a location's object as columns, where they are none yet.
    pub fn add_columns(&mut self, object: &[u8]) {
        let mut expected = 0;
        for (key, _) in json::members(object) {
            match self.find(key, expected) {
                Some(at) => expected = at + 1,
                None if self.columns.len() < MAX_COLUMNS => {
                    self.columns.push(String::from_utf8_lossy(key).into_owned());
                    expected = self.columns.len();
                }
                None => {}
            }
        }
    }

    /// Adds what the Recorder adds to every location.
    pub fn add_added(&mut self) {
        self.columns.retain(|column| !ADDED.contains(&column.as_str()));
        self.columns.extend(ADDED.map(str::to_owned));
    }

    /// Appends the line of names.
    pub fn write_header(&self, out: &mut Vec<u8>) {
        for (index, column) in self.columns.iter().enumerate() {
            separate(index, out);
            write_value(format!("\"{column}\"").as_bytes(), out);
        }
        out.push(b'\n');
    }

    /// Appends the line of a location.
    pub fn write_row(&self, item: &Item<'_>, out: &mut Vec<u8>) {
        let mut cells = vec![None; self.columns.len()];
        let mut expected = 0;
        for (key, value) in json::members(item.object) {
            if let Some(at) = self.find(key, expected) {
                cells[at] = Some(value);
                expected = at + 1;
            }
        }
        for (index, (column, value)) in self.columns.iter().zip(cells).enumerate() {
            separate(index, out);
            if !item.write_added(column, out)
                && let Some(value) = value
            {
                write_value(value, out);
            }
        }
        out.push(b'\n');
    }

    /// The column of a member. Most locations have the same members in the same order.
    fn find(&self, key: &[u8], expected: usize) -> Option<usize> {
        let is = |column: &String| match self.chosen {
            true => column.as_bytes().eq_ignore_ascii_case(key),
            false => column.as_bytes() == key,
        };
        if self.columns.get(expected).is_some_and(is) {
            return Some(expected);
        }
        self.columns.iter().position(is)
    }
}

fn separate(index: usize, out: &mut Vec<u8>) {
    if index > 0 {
        out.push(b',');
    }
}

/// Appends a JSON value as a cell: text without its quotes, nothing for null, lists and objects as their JSON.
fn write_value(value: &[u8], out: &mut Vec<u8>) {
    match value {
        b"null" => {}
        [b'"', ..] => {
            // It is a valid string.
            let text: String = serde_json::from_slice(value).unwrap_or_default();
            write_cell(text.as_bytes(), out);
        }
        other => write_cell(other, out),
    }
}

/// Appends a cell, quoted where RFC 4180 wants it.
fn write_cell(text: &[u8], out: &mut Vec<u8>) {
    let plain = !text.iter().any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'));
    if plain {
        out.extend_from_slice(text);
        return;
    }
    out.push(b'"');
    for &byte in text {
        if byte == b'"' {
            out.push(b'"');
        }
        out.push(byte);
    }
    out.push(b'"');
}
