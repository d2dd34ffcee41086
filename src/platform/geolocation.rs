//! Where the viewer is; only asked when the person wants it.

use dashboard_core::geo::LatLon;
use wasm_bindgen::prelude::*;
use web_sys::{Position, PositionError};

use super::page;

/// Asks the browser for the viewer's place, once. `located` gets `None` when the person or the browser refuses.
pub fn locate(located: impl Fn(Option<LatLon>) + Clone + 'static) {
    let Ok(geolocation) = page::window().navigator().geolocation() else { return located(None) };
    let refused = located.clone();
    let found = Closure::once_into_js(move |position: Position| {
        let place = position.coords();
        located(LatLon::new(place.latitude(), place.longitude()));
    });
    let refused = Closure::once_into_js(move |_: PositionError| refused(None));
    let _ = geolocation
        .get_current_position_with_error_callback(found.unchecked_ref(), Some(refused.unchecked_ref()));
}
