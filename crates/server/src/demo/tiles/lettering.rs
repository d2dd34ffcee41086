//! Letters made of strokes, for names on the map: no font has to be shipped, and small sizes stay crisp.
//!
//! A letter is drawn on a grid: capitals stand between rows 0 and 6, small letters between 2 and 6, tails hang down to 8.

use tiny_skia::{Path, PathBuilder, Transform};

/// Rows from the top of capitals to the base line.
const CAPITAL_ROWS: f32 = 6.0;

/// Columns between letters.
const GAP: f32 = 1.7;

/// A name as one path, its middle at the origin, and its width in pixels.
pub fn text(name: &str, capital_px: f32, spread: f32) -> Option<(Path, f32)> {
    let mut path = PathBuilder::new();
    let mut left = 0.0;
    for letter in name.chars() {
        let (strokes, mark) = strokes_of(letter);
        let points = || strokes.split([' ', '|']).filter_map(point);
        for stroke in strokes.split('|').filter(|stroke| !stroke.is_empty()) {
            for (i, (x, y)) in stroke.split(' ').filter_map(point).enumerate() {
                if i == 0 { path.move_to(left + x, y) } else { path.line_to(left + x, y) }
            }
        }
        let width = if strokes.is_empty() { 1.0 } else { points().map(|(x, _)| x).fold(0.0, f32::max) };
        if let Some(row) = mark {
            let middle = left + width / 2.0;
            let apart = if matches!(letter, 'i' | 'j') { 0.0 } else { 0.9 };
            for x in [middle - apart, middle + apart] {
                path.move_to(x, row);
                path.line_to(x + 0.05, row); // a point alone would not be stroked
            }
        }
        left += width + GAP + spread;
    }
    let width = left - GAP - spread;
    let scale = capital_px / CAPITAL_ROWS;
    let centred = Transform::from_translate(-width / 2.0, -CAPITAL_ROWS / 2.0).post_scale(scale, scale);
    Some((path.finish()?.transform(centred)?, width * scale))
}

/// Column and row of a point written as two digits.
fn point(digits: &str) -> Option<(f32, f32)> {
    let mut digits = digits.chars().filter_map(|digit| digit.to_digit(10));
    Some((digits.next()? as f32, digits.next()? as f32))
}

/// Strokes of a letter, and the row of its dots if it has some. Letters that no name has are blanks.
fn strokes_of(letter: char) -> (&'static str, Option<f32>) {
    let mark = match letter {
        'i' | 'j' | 'ä' | 'ö' | 'ü' => Some(0.2),
        'Ä' | 'Ö' | 'Ü' => Some(-1.7),
        _ => None,
    };
    let strokes = match letter {
        'A' | 'Ä' => "06 20 46|14 34",
        'B' => "00 06 36 45 44 33 03|00 30 41 42 33",
        'C' => "41 30 10 01 05 16 36 45",
        'D' => "00 06 26 44 42 20 00",
        'E' => "40 00 06 46|03 33",
        'F' => "40 00 06|03 33",
        'G' => "41 30 10 01 05 16 36 45 43 23",
        'H' => "00 06|40 46|03 43",
        'I' => "00 06",
        'J' => "30 35 26 16 05",
        'K' => "00 06|40 03|13 46",
        'L' => "00 06 36",
        'M' => "06 00 23 40 46",
        'N' => "06 00 46 40",
        'O' | 'Ö' => "10 01 05 16 36 45 41 30 10",
        'P' => "06 00 30 41 42 33 03",
        'Q' => "10 01 05 16 36 45 41 30 10|34 46",
        'R' => "06 00 30 41 42 33 03|23 46",
        'S' => "41 30 10 01 02 13 33 44 45 36 16 05",
        'T' => "00 40|20 26",
        'U' | 'Ü' => "00 05 16 36 45 40",
        'V' => "00 26 40",
        'W' => "00 16 32 56 60",
        'X' => "00 46|40 06",
        'Y' => "00 23 40|23 26",
        'Z' => "00 40 06 46",
        'a' | 'ä' => "33 22 12 03 05 16 26 35|32 36",
        'b' => "00 06|03 12 22 33 35 26 16 05",
        'c' => "33 22 12 03 05 16 26 35",
        'd' => "30 36|33 22 12 03 05 16 26 35",
        'e' => "04 34 33 22 12 03 05 16 26 35",
        'f' => "20 11 16|02 22",
        'g' => "32 37 28 18 07|33 22 12 03 05 16 26 35",
        'h' => "00 06|03 12 22 33 36",
        'i' => "02 06",
        'j' => "02 07",
        'k' => "00 06|32 04|14 36",
        'l' => "00 06",
        'm' => "02 06|03 12 23 26|23 32 43 46",
        'n' => "02 06|03 12 22 33 36",
        'o' | 'ö' => "12 03 05 16 26 35 33 22 12",
        'p' => "02 08|03 12 22 33 35 26 16 05",
        'q' => "32 38|33 22 12 03 05 16 26 35",
        'r' => "02 06|03 12 22",
        's' => "33 22 12 03 14 24 35 26 16 05",
        't' => "10 15 26|02 22",
        'u' | 'ü' => "02 05 16 26 35|32 36",
        'v' => "02 26 42",
        'w' => "02 16 23 36 42",
        'x' => "02 36|32 06",
        'y' => "02 26|42 18",
        'z' => "02 32 06 36",
        'ß' => "06 01 10 20 31 22 33 35 26 16",
        _ => "",
    };
    (strokes, mark)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::town::{Town, places};

    #[test]
    fn every_letter_of_every_name_can_be_written() {
        let town = Town::new();
        let names =
            town.streets.names.iter().map(String::as_str).chain(places().into_iter().map(|place| place.name));
        for letter in names.flat_map(str::chars).filter(|letter| *letter != ' ') {
            assert!(!strokes_of(letter).0.is_empty(), "{letter}");
        }
    }
}
