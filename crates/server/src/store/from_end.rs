//! Reading a `.rec` file from its end, in constant memory.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::Path;

use super::layout::none_if_missing;
use super::line::{LineReader, StoredLine};
use super::month_index::MAX_LINE_BYTES;
use crate::json;

/// How much is read at once.
const BLOCK_BYTES: usize = 64 << 10;

/// Calls `visit` with every undamaged line of a file, the last one first, until it breaks. A missing file is empty.
///
/// # Errors
/// When the file cannot be read to its beginning.
pub fn each_from_end(
    path: &Path,
    mut visit: impl FnMut(StoredLine<'_>) -> ControlFlow<()>,
) -> io::Result<()> {
    let Some(file) = none_if_missing(File::open(path).map(Some))? else { return Ok(()) };
    let mut reader = LineReader::default();
    backwards(file, &mut |line| match reader.read(line).filter(|line| json::is_object(line.json)) {
        Some(line) => visit(line),
        None => ControlFlow::Continue(()),
    })
}

fn backwards(mut file: impl Read + Seek, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> io::Result<()> {
    let mut unread = file.seek(SeekFrom::End(0))?;
    let mut tail: Vec<u8> = Vec::new(); // what was read and begins within a line
    loop {
        while let Some(line_break) = memchr::memrchr(b'\n', &tail) {
            let line = tail.split_off(line_break + 1);
            tail.pop();
            if !line.is_empty() && visit(&line).is_break() {
                return Ok(());
            }
        }
        if unread == 0 {
            if !tail.is_empty() {
                let _ = visit(&tail); // the first line of the file is the last one here
            }
            return Ok(());
        }
        if tail.len() > MAX_LINE_BYTES {
            tail.clear(); // damage; what is left of its beginning does not read as a line
        }
        let block = unread.min(BLOCK_BYTES as u64);
        unread -= block;
        file.seek(SeekFrom::Start(unread))?;
        let mut bytes = vec![0; block as usize];
        file.read_exact(&mut bytes)?;
        bytes.append(&mut tail);
        tail = bytes;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(text: &[u8]) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        let mut visit = |line: &[u8]| {
            lines.push(line.to_vec());
            ControlFlow::Continue(())
        };
        backwards(io::Cursor::new(text), &mut visit).unwrap();
        lines
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))] // large inputs, to cross blocks

        #[test]
        fn all_lines_come_last_first(parts in proptest::collection::vec("[a\n]{0,40000}", 0..6)) {
            let text = parts.concat().into_bytes();
            let mut backwards = lines(&text);
            backwards.reverse();
            let forwards: Vec<_> = text.split(|&b| b == b'\n').filter(|line| !line.is_empty()).collect();
            prop_assert_eq!(backwards, forwards);
        }
    }

    #[test]
    fn an_overlong_line_does_not_hide_its_neighbours() {
        let text = [b"first\n".to_vec(), vec![b'x'; 2 * MAX_LINE_BYTES + 7], b"\nlast".to_vec()].concat();
        let lines = lines(&text);
        assert!(lines.contains(&b"first".to_vec()) && lines.contains(&b"last".to_vec()));
        assert!(lines.iter().all(|line| line.len() <= MAX_LINE_BYTES + BLOCK_BYTES));
    }
}
