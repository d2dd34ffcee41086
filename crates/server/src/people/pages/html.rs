//! HTML as text, in which whatever comes from outside is text.

use dashboard_core::time::{UnixSeconds, format_rfc3339};
use qrcodegen::{QrCode, QrCodeEcc};

/// Text as it stands in HTML and in attributes.
pub fn e(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A field with a label above it. `attributes` are written as they are.
pub fn field(label: &str, hint: &str, attributes: &str) -> String {
    let hint = if hint.is_empty() { String::new() } else { format!("<small>{}</small>", e(hint)) };
    format!("<label class=field><span>{}</span><input {attributes}>{hint}</label>", e(label))
}

/// A box to tick with its label behind it.
pub fn check(label: &str, attributes: &str) -> String {
    format!("<label class=check><input type=checkbox {attributes}><span>{}</span></label>", e(label))
}

/// A moment; the script of the page writes it as people do where the browser is.
pub fn time(time_s: UnixSeconds) -> String {
    let iso = format_rfc3339(time_s);
    format!("<time datetime={iso}>{} UTC</time>", iso.get(..16).unwrap_or(&iso).replace('T', " "))
}

/// A QR code, dark on light in any theme: some readers see no other.
pub fn qr(text: &str) -> Option<String> {
    // It is read from a screen, which has no stains: the fewer modules the better.
    // It is read from a screen, which has no stains: the fewer modules the better.
    let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
    let size = code.size();
    let around = size + 8; // four light modules on each side belong to it
    let mut path = String::new();
    for y in 0..size {
        for x in 0..size {
            if code.get_module(x, y) {
                path.push_str(&format!("M{x} {y}h1v1h-1z"));
            }
        }
    }
    Some(format!(
        "<div class=qr><svg viewBox=\"-4 -4 {around} {around}\" role=img aria-label=QR shape-rendering=crispEdges><path fill=\"#000\" d=\"{path}\"/></svg></div>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_its_place() {
        assert_eq!(e(r#"<a href='x' b="y">&"#), "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;");
    }
}
