//! Where the viewer is; only asked when the person wants it.

use dashboard_core::geo::LatLon;
use wasm_bindgen::prelude::*;
use web_sys::{Position, PositionError};

use super::page;

/// Asks the browser for the viewer's place, from now on. `located` gets it whenever it is another one, and `None` when the
/// person or the browser refuses. There is no end to it: the page that wants to know wants to know as long as it is open.
pub fn watch(located: impl Fn(Option<LatLon>) + Clone + 'static) {
    let Ok(geolocation) = page::window().navigator().geolocation() else { return located(None) };
    let refused = located.clone();
    let found = Closure::<dyn Fn(Position)>::new(move |position: Position| {
        let place = position.coords();
        located(LatLon::new(place.latitude(), place.longitude()));
    });
    let refused = Closure::<dyn Fn(PositionError)>::new(move |error: PositionError| {
        // A place that cannot be found for a moment is known again soon.
        if error.code() == PositionError::PERMISSION_DENIED {
            refused(None);
        }
    });
    let watched = geolocation.watch_position_with_error_callback(
        found.as_ref().unchecked_ref(),
        Some(refused.as_ref().unchecked_ref()),
    );
    if watched.is_ok() {
        found.forget();
        refused.forget();
    }
}
