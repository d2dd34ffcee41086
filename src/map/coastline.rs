//! The built-in base map: coastlines of Natural Earth (npm `world-atlas`), fetched only when tiles fail or none are set,
//! so that places mean something offline.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use crate::platform::http::Transfer;
use crate::platform::timer;

use super::land::{self, COPIES_DEG, Ring};
use super::leaflet::{self, Layer, Map, Polygon, PolylineOptions};

/// Copied beside the page by the build.
const FILE: &str = "land-110m.json";

const TIMEOUT_MS: u32 = 20_000;

/// Below the tiles, so that those that do load cover it.
const PANE: &str = "coastline";

/// The coastlines; gone when dropped, even before they came.
pub struct Coastline {
    shown: Rc<Shown>,
}

#[derive(Default)]
struct Shown {
    unwanted: Cell<bool>,
    layers: RefCell<Vec<Layer>>,
}

impl Coastline {
    /// Fetches and draws the coastlines.
    pub fn add(map: Map) -> Self {
        let shown = Rc::new(Shown::default());
        let showing = shown.clone();
        spawn_local(async move {
            let Ok(answer) = Transfer::new(TIMEOUT_MS).get(FILE).await else { return };
            let Some(land) = std::str::from_utf8(&answer.body).ok().and_then(land::read) else { return };
            let options = options(&map);
            for shift_deg in COPIES_DEG {
                // One copy of the world is enough work for one task.
                timer::next_task().await;
                if showing.unwanted.get() {
                    return;
                }
                let layer: Layer =
                    Polygon::new_with_options(&polygons(&land, shift_deg), &options).unchecked_into();
                layer.add_to(&map);
                showing.layers.borrow_mut().push(layer);
            }
        });
        Self { shown }
    }
}

impl Drop for Coastline {
    fn drop(&mut self) {
        self.shown.unwanted.set(true);
        for layer in self.shown.layers.take() {
            layer.remove();
        }
    }
}

fn options(map: &Map) -> PolylineOptions {
    leaflet::pane(map, PANE);
    let options = PolylineOptions::new();
    options.set_pane(PANE.into());
    options.set_renderer(leaflet::svg_renderer(&leaflet::options([
        ("pane", PANE.into()),
        ("padding", 0.5.into()),
    ])));
    options.set_interactive(false);
    options.set_class_name("map-land".into());
    options
}

/// Leaflet's nested arrays of one copy of the world. Land around a pole is in the middle one, for all of them.
fn polygons(land: &[Vec<Ring>], shift_deg: f64) -> Array {
    let ring = |ring: &Ring| -> Option<JsValue> {
        let places = match ring {
            Ring::Closed(places) => {
                leaflet::lat_lngs(places.iter().map(|&(lat, lon)| (lat, lon + shift_deg)))
            }
            Ring::Polar(places) if shift_deg == 0.0 => leaflet::lat_lngs(places.iter().copied()),
            Ring::Polar(_) => return None,
        };
        Some(places.into())
    };
    land.iter().map(|rings| rings.iter().filter_map(ring).collect::<Array>()).collect()
}
