//! Text from outside, made harmless to show: it stays what it says, loses what would reorder or break the text around
//! it, and is cut. It is still to be shown as text, never as HTML.

/// Longest name of a person, user or device, in characters.
pub(super) const NAME_CHARS: usize = 64;
/// Longest label: regions, points of interest, tags, Wi-Fi names.
pub(super) const LABEL_CHARS: usize = 256;
/// Longest street address.
pub(super) const ADDRESS_CHARS: usize = 512;
/// Longest tracker id kept; the apps make two characters, scripts more.
pub(super) const TRACKER_ID_CHARS: usize = 8;

/// `text` without control and directional characters, white space of any kind as single blanks, trimmed, and cut to
/// `max_chars` characters.
pub(super) fn clean(text: &str, max_chars: usize) -> String {
    // A few times the wanted length is looked at, so that a megabyte of blanks costs no more than a name does.
    let mut cleaned = String::new();
    let mut chars = 0;
    let mut pending_blank = false;
    for c in text.chars().take(max_chars.saturating_mul(4)) {
        if is_blank(c) {
            pending_blank = chars > 0;
        } else if !is_dangerous(c) {
            if pending_blank && chars + 1 < max_chars {
                cleaned.push(' ');
                chars += 1;
            }
            pending_blank = false;
            if chars == max_chars {
                break;
            }
            cleaned.push(c);
            chars += 1;
        }
    }
    cleaned
}

/// [`clean`], where nothing left is nothing said.
pub(super) fn clean_some(text: &str, max_chars: usize) -> Option<String> {
    Some(clean(text, max_chars)).filter(|cleaned| !cleaned.is_empty())
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{2800}' | '\u{3164}')
}

/// Control characters, the directional ones of Unicode's bidirectional algorithm, and marks that nothing shows. Joiners
/// stay: emoji and several scripts need them.
fn is_dangerous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061C}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}
