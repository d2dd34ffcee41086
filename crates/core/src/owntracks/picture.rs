//! Pictures of people and places: kept only when their bytes are those of a PNG or a JPEG.

use super::base64_text;
use super::message::Picture;

/// Largest picture kept, in bytes. A face is 192 × 192 and a few tens of kilobytes.
const MAX_BYTES: usize = 512 * 1024;

/// The picture in `text`, base64 with or without a `data:` prefix (some publishers add one, none is believed). `None` when
/// it is no base64, no PNG or JPEG, or larger than 512 KiB.
///
/// SVG is refused: it can hold scripts.
pub(super) fn from_base64(text: &str) -> Option<Picture> {
    let encoded = match text.strip_prefix("data:") {
        Some(url) => url.split_once(";base64,")?.1,
        None => text,
    };
    // Base64 is 4/3 of its bytes; the rest allows for line breaks.
    if encoded.len() > MAX_BYTES * 3 / 2 {
        return None;
    }
    let bytes = base64_text::decode(encoded)?;
    let media_type = sniff(&bytes)?;
    (bytes.len() <= MAX_BYTES).then(|| Picture {
        data_url: format!("data:{media_type};base64,{}", base64_text::encode(&bytes)).into(),
    })
}

fn sniff(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some("image/jpeg")
    } else {
        None
    }
}
