//! Where whoever looks at the map is, once the browser says so.

use dashboard_core::geo::LatLon;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::leaflet::{self, LayerMethods, Map, Marker, MarkerOptions};
use crate::platform::page;

/// Side of the dot's box, in pixels.
const SIZE_PX: f64 = 20.0;

/// A dot, or none. Dropped, it leaves.
pub struct ViewerDot {
    map: Map,
    marker: Option<Marker>,
}

impl ViewerDot {
    /// None yet.
    pub fn new(map: Map) -> Self {
        Self { map, marker: None }
    }

    /// Shows it there, with this name.
    pub fn show(&mut self, place: Option<LatLon>, name: &str) {
        match (&self.marker, place) {
            (Some(marker), Some(place)) => {
                marker.set_lat_lng(&leaflet::lat_lng(place));
            }
            (None, Some(place)) => self.marker = Some(draw(&self.map, place, name)),
            (_, None) => self.leave(),
        }
    }

    fn leave(&mut self) {
        if let Some(marker) = self.marker.take() {
            marker.remove();
        }
    }
}

impl Drop for ViewerDot {
    fn drop(&mut self) {
        self.leave();
    }
}

fn draw(map: &Map, place: LatLon, name: &str) -> Marker {
    let dot: HtmlElement =
        page::document().create_element("div").expect("the tag is a valid name").unchecked_into();
    dot.set_class_name("map-viewer__dot");
    let options = MarkerOptions::new();
    options.set_icon(leaflet::element_icon(&dot, "map-viewer", SIZE_PX));
    options.set_keyboard(false);
    options.set_interactive(false);
    let marker = Marker::new_with_options(&leaflet::lat_lng(place), &options);
    marker.add_to(map);
    if let Some(element) = marker.unchecked_ref::<LayerMethods>().get_element() {
        for (attribute, value) in [("role", "img"), ("aria-label", name)] {
            // Fails only for names that are no attribute names.
            let _ = element.set_attribute(attribute, value);
        }
    }
    marker
}
