//! Where the viewer is; only asked when the person wants it.

use std::cell::Cell;
use std::rc::Rc;

use dashboard_core::geo::LatLon;
use wasm_bindgen::prelude::*;
use web_sys::{Position, PositionError};

use super::page;

/// Asks the browser for the viewer's place, from now on. `located` gets it whenever it is another one; or once `None`, when the
/// person or the browser refuses, and nothing after that. A place that is lost for a moment stays the last one.
pub fn watch(located: impl Fn(Option<LatLon>) + Clone + 'static) {
    let Ok(geolocation) = page::window().navigator().geolocation() else { return located(None) };
    let is_known = Rc::new(Cell::new(false));
    let watched = Rc::new(Cell::new(None));
    let found = {
        let (is_known, located) = (is_known.clone(), located.clone());
        Closure::<dyn Fn(Position)>::new(move |position: Position| {
            is_known.set(true);
            let place = position.coords();
            located(LatLon::new(place.latitude(), place.longitude()));
        })
    };
    let refused = {
        let (watched, geolocation) = (watched.clone(), geolocation.clone());
        Closure::<dyn Fn(PositionError)>::new(move |error: PositionError| {
            if is_known.get() && error.code() != PositionError::PERMISSION_DENIED {
                return;
            }
            if let Some(id) = watched.take() {
                geolocation.clear_watch(id);
            }
            located(None);
        })
    };
    let (found_call, refused_call) = (found.as_ref().unchecked_ref(), refused.as_ref().unchecked_ref());
    watched.set(geolocation.watch_position_with_error_callback(found_call, Some(refused_call)).ok());
    // The browser calls them as long as the page is open.
    found.forget();
    refused.forget();
}
