//! The built-in base map: coastlines of Natural Earth (npm `world-atlas`), fetched only when tiles fail or none are set,
//! so that places mean something offline.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use crate::platform::http::Transfer;

use super::leaflet::{self, LatLng, Layer, Map, Polygon, PolylineOptions};

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
    layer: RefCell<Option<Layer>>,
}

impl Coastline {
    /// Fetches and draws the coastlines.
    pub fn add(map: Map) -> Self {
        let shown = Rc::new(Shown::default());
        let showing = shown.clone();
        spawn_local(async move {
            let Ok(answer) = Transfer::new(TIMEOUT_MS).get(FILE).await else { return };
            let land = std::str::from_utf8(&answer.body).ok().and_then(polygons);
            if let Some(land) = land
                && !showing.unwanted.get()
            {
                *showing.layer.borrow_mut() = Some(draw(&map, &land));
            }
        });
        Self { shown }
    }
}

impl Drop for Coastline {
    fn drop(&mut self) {
        self.shown.unwanted.set(true);
        if let Some(layer) = self.shown.layer.take() {
            layer.remove();
        }
    }
}

fn draw(map: &Map, land: &Array) -> Layer {
    leaflet::pane(map, PANE);
    let options = PolylineOptions::new();
    options.set_pane(PANE.into());
    options.set_renderer(leaflet::svg_renderer(&leaflet::options([
        ("pane", PANE.into()),
        ("padding", 0.5.into()),
    ])));
    options.set_interactive(false);
    options.set_class_name("map-land".into());
    let layer: Layer = Polygon::new_with_options(land, &options).unchecked_into();
    layer.add_to(map);
    layer
}

/// Leaflet's nested arrays of places from TopoJSON: polygons of rings of arcs, each arc a line of differences in steps
/// of the file's own grid. A negative arc number is the arc `!number` backwards.
fn polygons(topojson: &str) -> Option<Array> {
    let topology = JSON::parse(topojson).ok()?;
    let transform = field(&topology, "transform")?;
    let (scale, translate) = (pair(&field(&transform, "scale")?)?, pair(&field(&transform, "translate")?)?);
    let arcs: Vec<Vec<(f64, f64)>> = list(&field(&topology, "arcs")?)?
        .iter()
        .map(|arc| {
            let (mut x, mut y) = (0.0, 0.0);
            let steps = list(&arc)?;
            let places = steps.iter().map(|step| {
                let (dx, dy) = pair(&step)?;
                (x, y) = (x + dx, y + dy);
                Some((y * scale.1 + translate.1, x * scale.0 + translate.0))
            });
            places.collect()
        })
        .collect::<Option<_>>()?;
    let land = field(&field(&topology, "objects")?, "land")?;
    let polygons = Array::new();
    for geometry in list(&field(&land, "geometries")?)?.iter() {
        for polygon in list(&field(&geometry, "arcs")?)?.iter() {
            let rings = list(&polygon)?;
            let rings: Option<Array> = rings.iter().map(|numbers| ring(&arcs, &list(&numbers)?)).collect();
            polygons.push(&rings?.into());
        }
    }
    Some(polygons)
}

fn ring(arcs: &[Vec<(f64, f64)>], numbers: &Array) -> Option<JsValue> {
    let places = Array::new();
    for number in numbers.iter() {
        let number = number.as_f64()? as i32;
        let arc = arcs.get(if number < 0 { !number } else { number } as usize)?;
        let mut push = |&(lat, lon): &(f64, f64)| {
            places.push(&LatLng::new(lat, lon));
        };
        if number < 0 {
            arc.iter().rev().for_each(&mut push);
        } else {
            arc.iter().for_each(&mut push);
        }
    }
    Some(places.into())
}

fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(JsValue::is_object)
}

fn list(value: &JsValue) -> Option<Array> {
    value.clone().dyn_into().ok()
}

fn pair(value: &JsValue) -> Option<(f64, f64)> {
    let pair = list(value)?;
    Some((pair.get(0).as_f64()?, pair.get(1).as_f64()?))
}
