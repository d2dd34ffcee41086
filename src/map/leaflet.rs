//! The only words of Leaflet in this project: what the `leaflet` crate has, and the few lines it lacks.

pub use leaflet::{
    Circle, CircleOptions, Evented, Icon, LatLng, LatLngBounds, Layer, Map, MapOptions, Marker,
    MarkerOptions, Point, Polygon, Polyline, PolylineOptions, TileLayer, TileLayerOptions,
};

use dashboard_core::geo::LatLon;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen]
extern "C" {
    /// Methods of `L.Map` that the crate lacks.
    #[wasm_bindgen(extends = Map)]
    pub type MapMethods;
    #[wasm_bindgen(method, js_name = containerPointToLayerPoint)]
    pub fn container_point_to_layer_point(this: &MapMethods, point: &Point) -> Point;
    /// Where a place will be at the end of a zoom animation. Leaflet's own layers use it for theirs.
    #[wasm_bindgen(method, js_name = _latLngToNewLayerPoint)]
    pub fn lat_lng_to_new_layer_point(this: &MapMethods, place: &LatLng, zoom: f64, centre: &LatLng)
    -> Point;
    #[wasm_bindgen(method, js_name = mouseEventToLatLng)]
    pub fn mouse_event_to_lat_lng(this: &MapMethods, event: &web_sys::MouseEvent) -> LatLng;
    #[wasm_bindgen(method, js_name = getPane)]
    fn find_pane(this: &MapMethods, name: &str) -> Option<HtmlElement>;

    /// The event of a click: where.
    pub type MouseEvent;
    #[wasm_bindgen(method, getter)]
    pub fn latlng(this: &MouseEvent) -> LatLng;

    /// The event of a zoom animation: where it goes.
    pub type ZoomAnimation;
    #[wasm_bindgen(method, getter)]
    pub fn center(this: &ZoomAnimation) -> LatLng;
    #[wasm_bindgen(method, getter)]
    pub fn zoom(this: &ZoomAnimation) -> f64;

    /// Methods of layers on the page that the crate lacks.
    #[wasm_bindgen(extends = Layer)]
    pub type LayerMethods;
    #[wasm_bindgen(method, js_name = getElement)]
    pub fn get_element(this: &LayerMethods) -> Option<HtmlElement>;
    #[wasm_bindgen(method, js_name = bindTooltip)]
    pub fn bind_tooltip_element(this: &LayerMethods, content: &HtmlElement, options: &Object);

    #[wasm_bindgen(js_namespace = ["L"], js_name = divIcon)]
    fn div_icon(options: &Object) -> Icon;
    #[wasm_bindgen(js_namespace = ["L"], js_name = svg)]
    pub fn svg_renderer(options: &Object) -> JsValue;

    /// The event of a tile: which element it is.
    pub type TileEvent;
    #[wasm_bindgen(method, getter)]
    pub fn tile(this: &TileEvent) -> HtmlElement;
    /// Where Leaflet put an element.
    #[wasm_bindgen(js_namespace = ["L", "DomUtil"], js_name = getPosition)]
    fn position(element: &HtmlElement) -> Point;

    /// A box at the map's edge.
    pub type EdgeControl;
    #[wasm_bindgen(js_namespace = ["L", "control"], js_name = scale)]
    fn scale_control(options: &Object) -> EdgeControl;
    #[wasm_bindgen(js_namespace = ["L", "control"], js_name = zoom)]
    fn zoom_control(options: &Object) -> EdgeControl;
    #[wasm_bindgen(js_namespace = ["L", "control"], js_name = attribution)]
    fn attribution_control(options: &Object) -> EdgeControl;
    #[wasm_bindgen(method, js_name = addTo)]
    pub fn add_to(this: &EdgeControl, map: &Map) -> EdgeControl;
    #[wasm_bindgen(method)]
    pub fn remove(this: &EdgeControl) -> EdgeControl;

    #[wasm_bindgen(js_namespace = ["L", "DomUtil"], js_name = setTransform)]
    pub fn set_transform(element: &HtmlElement, offset: &Point, scale: f64);
}

/// A place in Leaflet's terms.
pub fn lat_lng(place: LatLon) -> LatLng {
    LatLng::new(place.lat(), place.lon())
}

/// A place in Leaflet's terms, on the copy of the world that is nearest to the map's centre.
pub fn near_centre(map: &Map, place: LatLon) -> LatLng {
    let turns = ((map.get_center().lng() - place.lon()) / 360.0).round();
    LatLng::new(place.lat(), place.lon() + 360.0 * turns)
}

/// Several places (latitude, longitude; the latter may run on over 180°) in Leaflet's terms.
pub fn lat_lngs(places: impl IntoIterator<Item = (f64, f64)>) -> Array {
    places.into_iter().map(|(lat, lon)| JsValue::from(LatLng::new(lat, lon))).collect()
}

/// Gives a layer that is on the map the colour of a friend, through the style sheet, so that it follows the theme.
pub fn colour(layer: &impl AsRef<JsValue>, palette_index: u8) {
    if let Some(element) = layer.as_ref().unchecked_ref::<LayerMethods>().get_element() {
        let _ = element.style().set_property("--friend-colour", &format!("var(--friend-{palette_index})"));
    }
}

/// The pane of that name, made when it is not there.
pub fn pane(map: &Map, name: &str) -> HtmlElement {
    let methods: &MapMethods = map.unchecked_ref();
    methods.find_pane(name).unwrap_or_else(|| map.create_pane_by_name(name))
}

/// An object of options.
pub fn options<const N: usize>(fields: [(&str, JsValue); N]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a field of a fresh object cannot fail.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object
}

/// Puts a tile where Leaflet put it, but within the picture of all tiles. Leaflet makes each one a layer of the screen of
/// its own, mixed in a pass of its own: a browser without a graphics processor needs 20 ms a frame for that, and 7 ms for
/// one picture.
pub fn flatten(tile: &HtmlElement) {
    let (place, style) = (position(tile), tile.style());
    for (name, value) in [
        ("transform", "none".into()),
        ("left", format!("{}px", place.x() as i32)),
        ("top", format!("{}px", place.y() as i32)),
    ] {
        // Fails only for names that are no properties.
        let _ = style.set_property(name, &value);
    }
}

/// An icon made of an own element, so that no text is ever read as HTML. Leaflet puts it into a box of `class`.
pub fn element_icon(element: &HtmlElement, class: &str, size_px: f64) -> Icon {
    div_icon(&options([
        ("html", element.into()),
        ("className", class.into()),
        ("iconSize", Point::new(size_px, size_px).into()),
    ]))
}

/// Keeps Leaflet from moving the map to a marker that gets the focus; it does not know what panels cover.
pub fn leave_focus_alone(options: &MarkerOptions) {
    // Setting a field of a plain object cannot fail.
    let _ = Reflect::set(options, &"autoPanOnFocus".into(), &false.into());
}

/// The scale bar.
pub fn scale(metric: bool) -> EdgeControl {
    scale_control(&options([
        ("metric", metric.into()),
        ("imperial", (!metric).into()),
        ("position", "bottomleft".into()),
        // Not in every frame of a drag, which it would make the browser lay out anew.
        ("updateWhenIdle", true.into()),
    ]))
}

/// The zoom buttons.
pub fn zoom_buttons() -> EdgeControl {
    zoom_control(&options([("position", "bottomright".into())]))
}

/// Says what the zoom buttons do.
pub fn name_zoom_buttons(map: &Map, zoom_in: &str, zoom_out: &str) {
    for (class, name) in [("leaflet-control-zoom-in", zoom_in), ("leaflet-control-zoom-out", zoom_out)] {
        if let Some(button) = map.get_container().get_elements_by_class_name(class).item(0) {
            // Fails only for names that are no attribute names.
            let _ = button.set_attribute("title", name);
            let _ = button.set_attribute("aria-label", name);
        }
    }
}

/// The line that says whose map it is.
pub fn attribution() -> EdgeControl {
    attribution_control(&options([("prefix", false.into()), ("position", "bottomright".into())]))
}

/// Methods of a map that the crate lacks.
pub fn methods(map: &Map) -> &MapMethods {
    map.unchecked_ref()
}

/// A subscription to events of a Leaflet object, taken back when dropped.
pub struct Subscription {
    target: Evented,
    kinds: &'static str,
    callback: Closure<dyn Fn(JsValue)>,
}

impl Subscription {
    /// Calls `callback` for each event of `kinds` (words separated by blanks).
    pub fn new(
        target: &impl AsRef<JsValue>,
        kinds: &'static str,
        callback: impl Fn(JsValue) + 'static,
    ) -> Self {
        let target: Evented = target.as_ref().clone().unchecked_into();
        let callback = Closure::<dyn Fn(JsValue)>::new(callback);
        target.on(kinds, callback.as_ref());
        Self { target, kinds, callback }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.target.off(self.kinds, self.callback.as_ref());
    }
}
