//! Regions of the phones and points of interest.

use dashboard_core::model::view::{PlacesView, PoiView, RegionView};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::leaflet::{self, Circle, CircleOptions, Layer, LayerMethods, Map, Marker, MarkerOptions, Point};

const POI_SIZE_PX: f64 = 18.0;

/// Regions and points of interest on the map.
pub struct PlaceMarks {
    map: Map,
    regions: Marks<RegionView>,
    poi: Marks<PoiView>,
}

/// What was drawn, and from what. Places change rarely: a change redraws its kind.
struct Marks<T> {
    of: Vec<T>,
    layers: Vec<Layer>,
}

impl PlaceMarks {
    /// Nothing yet.
    pub fn new(map: Map) -> Self {
        Self { map, regions: Marks::new(), poi: Marks::new() }
    }

    /// Shows the kinds that are wanted.
    pub fn show(&mut self, places: &PlacesView, regions: bool, poi: bool) {
        let map = &self.map;
        self.regions.show(if regions { &places.regions } else { &[] }, |region| draw_region(map, region));
        self.poi.show(if poi { &places.poi } else { &[] }, |poi| draw_poi(map, poi));
    }
}

impl<T: Clone + PartialEq> Marks<T> {
    fn new() -> Self {
        Self { of: Vec::new(), layers: Vec::new() }
    }

    fn show(&mut self, wanted: &[T], draw: impl Fn(&T) -> Layer) {
        if self.of != wanted {
            self.layers.drain(..).for_each(|layer| drop(layer.remove()));
            self.layers = wanted.iter().map(draw).collect();
            self.of = wanted.to_vec();
        }
    }
}

impl<T> Drop for Marks<T> {
    fn drop(&mut self) {
        self.layers.drain(..).for_each(|layer| drop(layer.remove()));
    }
}

fn draw_region(map: &Map, region: &RegionView) -> Layer {
    let options = CircleOptions::new();
    options.set_radius(f64::from(region.radius_m));
    options.set_class_name("map-region".into());
    let circle = Circle::new_with_options(&leaflet::lat_lng(region.centre), &options);
    let layer: Layer = circle.unchecked_into();
    name(&layer, &region.name, None, "map-region-name");
    layer.add_to(map);
    leaflet::colour(&layer, region.colour);
    layer
}

fn draw_poi(map: &Map, poi: &PoiView) -> Layer {
    let dot = element("div", "map-poi__dot");
    let _ = dot.style().set_property("--friend-colour", &format!("var(--friend-{})", poi.colour));
    let options = MarkerOptions::new();
    options.set_icon(leaflet::element_icon(&dot, "map-poi", POI_SIZE_PX));
    options.set_alt(poi.name.clone());
    let marker = Marker::new_with_options(&leaflet::lat_lng(poi.position), &options);
    let layer: Layer = marker.unchecked_into();
    name(&layer, &poi.name, poi.picture.as_deref(), "map-poi-name");
    layer.add_to(map);
    if let Some(element) = layer.unchecked_ref::<LayerMethods>().get_element() {
        let _ = element.set_attribute("aria-label", &poi.name);
    }
    layer
}

/// A name that shows under the pointer and with the focus. Text and checked pictures only.
fn name(layer: &Layer, text: &str, picture: Option<&str>, class: &str) {
    let content = element("div", "map-name");
    content.set_text_content(Some(text));
    if let Some(data_url) = picture {
        let image = element("img", "map-name__picture");
        let _ = image.set_attribute("alt", "");
        let _ = image.set_attribute("src", data_url);
        let _ = content.append_child(&image);
    }
    let options = leaflet::options([
        ("className", class.into()),
        ("direction", "top".into()),
        ("offset", Point::new(0.0, -4.0).into()),
    ]);
    layer.unchecked_ref::<LayerMethods>().bind_tooltip_element(&content, &options);
}

fn element(tag: &str, class: &str) -> HtmlElement {
    let element = document().create_element(tag).expect("the tag is a valid name");
    element.set_class_name(class);
    element.unchecked_into()
}
