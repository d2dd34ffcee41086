//! Where the map looks: tells where it came to rest and who moved it, and moves it when asked.

use std::cell::Cell;
use std::rc::Rc;

use dashboard_core::geo::{Bounds, LatLon};
use dashboard_core::model::{Event, MapMove, MapView};
use leptos::prelude::document;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, KeyboardEvent};

use crate::platform::listener::Listener;
use crate::platform::{motion, page};
use crate::store::Store;

use super::leaflet::{self, LatLng, LatLngBounds, Map, Point, Subscription};

/// The whole inhabited world, until somebody says where to look.
const FIRST_VIEW: (f64, f64, f64) = (25.0, 10.0, 2.0);

/// Centring on a place keeps the zoom, unless nothing could be made out.
const FAR_OUT_ZOOM: f64 = 9.0;
const CLOSE_ZOOM: f64 = 14.0;

/// Closest zoom for a history of one place.
const MAX_TRACKS_ZOOM: f64 = 17.0;

/// Room between what is shown and the panels, in pixels.
const MARGIN_PX: f64 = 40.0;

/// Where the map looks.
pub struct Camera {
    map: Map,
    /// The element whose paddings are the insets of the panels, with whatever `calc()` the style sheet has.
    insets: HtmlElement,
    gesture: Rc<Cell<bool>>,
    _moved: Subscription,
    _dragged: Subscription,
    _gestures: Vec<Listener>,
}

impl Camera {
    /// Shows the world, and listens.
    pub fn new(store: Store, map: Map) -> Rc<Self> {
        let gesture = Rc::new(Cell::new(false));
        let moved = {
            let (moving, gesture) = (map.clone(), gesture.clone());
            Subscription::new(&map, "moveend", move |_| {
                let by_person = gesture.replace(false);
                if let Some(centre) = wrapped(&moving.get_center()) {
                    let view = MapView { centre, zoom: moving.get_zoom(), by_person };
                    store.dispatch(Event::MapMoved(view));
                }
            })
        };
        let dragged = {
            let gesture = gesture.clone();
            Subscription::new(&map, "dragstart boxzoomend", move |_| gesture.set(true))
        };
        let (lat, lon, zoom) = FIRST_VIEW;
        map.set_view(&LatLng::new(lat, lon), zoom);
        let insets = insets_element(&map);
        let gestures = listen_for_gestures(&map, &gesture);
        Rc::new(Self { map, insets, gesture, _moved: moved, _dragged: dragged, _gestures: gestures })
    }

    /// Moves the map as asked.
    pub fn move_map(&self, store: Store, map_move: MapMove) {
        self.gesture.set(false);
        match map_move {
            MapMove::Fit { places, max_zoom, at_once } => {
                if let Some(bounds) = Bounds::around(places.iter().copied()) {
                    self.fit(bounds, max_zoom, at_once);
                }
            }
            MapMove::View { centre, zoom } => drop(self.map.set_view(&leaflet::lat_lng(centre), zoom)),
            MapMove::FitTracks { at_once } => {
                if let Some(bounds) = store.outside().tracks.bounds() {
                    self.fit(bounds, MAX_TRACKS_ZOOM, at_once);
                }
            }
            MapMove::CentreOn(place) => self.centre_on(place),
        }
    }

    /// Moves just so far that `place`, which got the focus or was stepped to, is not covered by a panel.
    pub fn bring_into_view(&self, place: &LatLng) {
        let [top_left, bottom_right] = self.paddings();
        let animate = ("animate", (!motion::is_reduced()).into());
        let options = leaflet::options([top_left, bottom_right, animate]);
        self.map.pan_inside_with_options(place, &options);
    }

    fn fit(&self, bounds: Bounds, max_zoom: f64, at_once: bool) {
        let (west, south) = (bounds.west_deg(), bounds.south_deg());
        let corners = LatLngBounds::new(
            &LatLng::new(south, west),
            // Across the 180° meridian Leaflet's longitudes run on.
            &LatLng::new(bounds.north_deg(), west + bounds.width_deg()),
        );
        let [top_left, bottom_right] = self.paddings();
        let animate = !at_once && !motion::is_reduced();
        let options = leaflet::options([
            top_left,
            bottom_right,
            ("maxZoom", max_zoom.into()),
            ("animate", animate.into()),
        ]);
        self.map.fit_bounds_with_options(&corners, &options);
    }

    /// What panels cover and some room, as Leaflet's options.
    fn paddings(&self) -> [(&'static str, JsValue); 2] {
        let Insets { top, right, bottom, left } = self.insets();
        [
            ("paddingTopLeft", Point::new(left + MARGIN_PX, top + MARGIN_PX).into()),
            ("paddingBottomRight", Point::new(right + MARGIN_PX, bottom + MARGIN_PX).into()),
        ]
    }

    fn centre_on(&self, place: LatLon) {
        let zoom = self.map.get_zoom();
        let zoom = if zoom < FAR_OUT_ZOOM { CLOSE_ZOOM } else { zoom };
        let Insets { top, right, bottom, left } = self.insets();
        // The middle of what the panels leave free.
        let offset = Point::new((right - left) / 2.0, (bottom - top) / 2.0);
        let place = leaflet::lat_lng(place);
        let centre = self.map.project_with_zoom(&place, zoom).add(&offset);
        let centre = self.map.unproject_with_zoom(&centre, zoom);
        let options = leaflet::options([("animate", (!motion::is_reduced()).into())]);
        self.map.set_view_with_options(&centre, zoom, &options);
    }

    fn insets(&self) -> Insets {
        let style = page::window().get_computed_style(&self.insets).ok().flatten();
        let side = |name: &str| {
            let text = style.as_ref().and_then(|style| style.get_property_value(name).ok());
            // Not `str::parse`, which no other code of the page needs: 12 kB of the module after brotli.
            text.map(|text| js_sys::parse_float(&text)).filter(|pixels| pixels.is_finite()).unwrap_or(0.0)
        };
        Insets {
            top: side("padding-top"),
            right: side("padding-right"),
            bottom: side("padding-bottom"),
            left: side("padding-left"),
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// A touch event; for the number of fingers.
    type Touching;
    #[wasm_bindgen(method, getter)]
    fn touches(this: &Touching) -> js_sys::Array;
}

/// What panels cover at each edge, in pixels.
struct Insets {
    top: f64,
    right: f64,
    bottom: f64,
    left: f64,
}

/// Leaflet's longitudes run on over the 180° meridian.
pub(super) fn wrapped(place: &LatLng) -> Option<LatLon> {
    let lon = (place.lng() + 180.0).rem_euclid(360.0) - 180.0;
    LatLon::new(place.lat().clamp(-90.0, 90.0), lon)
}

fn insets_element(map: &Map) -> HtmlElement {
    let element = document().create_element("div").expect("div is a valid name");
    element.set_class_name("map-insets");
    // Appending a fresh element cannot fail.
    let _ = map.get_container().append_child(&element);
    element.unchecked_into()
}

/// Only a person's hand sets `gesture`; commands and inertia after commands do not.
fn listen_for_gestures(map: &Map, gesture: &Rc<Cell<bool>>) -> Vec<Listener> {
    let container = map.get_container();
    let listen = |kind: &'static str, is_gesture: fn(&web_sys::Event) -> bool| {
        let gesture = gesture.clone();
        Listener::new(&container, kind, move |event| {
            if is_gesture(&event) {
                gesture.set(true);
            }
        })
    };
    vec![
        listen("wheel", |_| true),
        listen("dblclick", |_| true),
        // Two fingers; one finger is a drag, which Leaflet tells.
        listen("touchmove", |event| event.unchecked_ref::<Touching>().touches().length() > 1),
        listen("click", |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            target.is_some_and(|element| element.closest(".leaflet-control-zoom").ok().flatten().is_some())
        }),
        listen("keydown", |event| {
            let key = event.unchecked_ref::<KeyboardEvent>().key();
            matches!(
                key.as_str(),
                "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight" | "+" | "-" | "=" | "_"
            )
        }),
    ]
}
