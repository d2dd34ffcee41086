//! Pictures of people and places: kept only when their bytes are those of a PNG or a JPEG that is safe to decode.

use super::base64_text;
use super::message::Picture;

/// Largest picture kept, in bytes. A face is 192 × 192 and a few tens of kilobytes.
const MAX_BYTES: usize = 512 * 1024;
/// Largest picture kept, in pixels. A few kilobytes can unfold to gigabytes, which would end the page.
const MAX_PIXELS: u32 = 4096 * 4096;

/// The picture in `text`, base64 with or without a `data:` prefix (some publishers add one, none is believed). `None` when
/// it is no base64, no PNG or JPEG, larger than 512 KiB or than 16 megapixels.
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
    let (media_type, width, height) = inspect(&bytes)?;
    let small = bytes.len() <= MAX_BYTES && u32::from(width) * u32::from(height) <= MAX_PIXELS;
    small.then(|| Picture {
        data_url: format!("data:{media_type};base64,{}", base64_text::encode(&bytes)).into(),
    })
}

/// Media type, width and height of a PNG or a JPEG; `None` for sizes beyond what a JPEG can have.
fn inspect(bytes: &[u8]) -> Option<(&'static str, u16, u16)> {
    if let Some(chunks) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
        let header = chunks.get(4..)?.strip_prefix(b"IHDR")?;
        Some(("image/png", png_side(header)?, png_side(header.get(4..)?)?))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        let (width, height) = jpeg_size(bytes.get(2..)?)?;
        Some(("image/jpeg", width, height))
    } else {
        None
    }
}

fn png_side(bytes: &[u8]) -> Option<u16> {
    u16::try_from(u32::from_be_bytes(*bytes.first_chunk()?)).ok()
}

/// Width and height from the frame header, which follows any number of other segments.
fn jpeg_size(mut segments: &[u8]) -> Option<(u16, u16)> {
    loop {
        let (&[0xff, marker], rest) = segments.split_first_chunk()? else { return None };
        match marker {
            // A fill byte: the marker is yet to come.
            0xff => segments = segments.get(1..)?,
            // The frame headers; the three left out between them are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                let side = |at: usize| Some(u16::from_be_bytes(*rest.get(at..)?.first_chunk()?));
                return Some((side(5)?, side(3)?));
            }
            _ => {
                let length = u16::from_be_bytes(*rest.first_chunk()?);
                segments = rest.get(usize::from(length).max(2)..)?;
            }
        }
    }
}
