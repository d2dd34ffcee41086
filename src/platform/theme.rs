//! Theme and language on the root element, where the style sheet and screen readers look for them.

use dashboard_core::model::Theme;

use super::page;

/// Sets `data-theme` (`light`, `dark`, `auto`) and, unless it is `auto`, `lang` on `<html>`.
pub fn apply(theme: Theme, language: &str) {
    let Some(root) = page::document().document_element() else { return };
    let word = match theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let tag = match language {
        "auto" => page::window().navigator().language().unwrap_or_else(|| "en".into()),
        tag => tag.to_owned(),
    };
    // Fails only for names that are no attribute names.
    let _ = root.set_attribute("data-theme", word);
    let _ = root.set_attribute("lang", &tag);
}
