//! The friends' colours. The style sheet holds them twice, tuned for light and for dark: `--friend-0` … `--friend-11`.

/// How many there are.
pub const COLOURS: u8 = 12;

/// The CSS value of a palette index; indices beyond the palette start over.
pub fn variable(index: u8) -> String {
    format!("var(--friend-{})", index % COLOURS)
}
