//! A place to take elsewhere.

use leptos::prelude::*;

use super::copy::CopyButton;
use crate::ui::text::words;

/// Coordinates to copy, and the place elsewhere.
#[component]
pub fn Place(
    /// Latitude and longitude in degrees.
    place: Memo<Option<(f64, f64)>>,
) -> impl IntoView {
    let t = words();
    move || {
        place.get().map(|(lat, lon)| {
            let link = |name: &'static str, url: String| {
                view! {
                    <a class="link" href=url target="_blank" rel="noopener noreferrer">
                        {name}
                    </a>
                }
            };
            view! {
                <div class="place">
                    <div class="coordinates">
                        <span class="fact">
                            <span class="muted">{t.coordinates}</span>
                            <code>{format!("{lat:.5}, {lon:.5}")}</code>
                        </span>
                        <CopyButton text=format!("{lat:.6}, {lon:.6}") />
                    </div>
                    <div class="links">
                        <span class="muted">{t.open_in}</span>
                        {link(t.open_in_app, format!("geo:{lat:.6},{lon:.6}"))}
                        {link(
                            "OpenStreetMap",
                            format!("https://www.openstreetmap.org/?mlat={lat:.6}&mlon={lon:.6}#map=17/{lat:.6}/{lon:.6}"),
                        )}
                        {link("Google Maps", format!("https://www.google.com/maps/search/?api=1&query={lat:.6},{lon:.6}"))}
                        {link("Apple Maps", format!("https://maps.apple.com/?ll={lat:.6},{lon:.6}&q={lat:.6},{lon:.6}"))}
                    </div>
                </div>
            }
        })
    }
}
