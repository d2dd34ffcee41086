//! The places where people stayed, as circles that say how long. Places near each other on screen are one circle.

use std::cell::RefCell;
use std::rc::Rc;

use dashboard_core::model::view::{PlacesView, StaysView};
use dashboard_core::track::stays::{StayCluster, cluster_places};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::leaflet::{self, Layer, LayerMethods, Map, Marker, MarkerOptions, Point, Subscription};
use super::texts::TrackTexts;

/// Circles are at least so far apart, in pixels.
const APART_PX: f64 = 34.0;

/// At most so many circles, of everybody together.
const MOST: usize = 120;

/// How far outside of the map circles are drawn, in pixels, so that a small move brings no bare edge.
const BEYOND_PX: f64 = 150.0;

/// Below people and points of interest.
const Z_OFFSET: f64 = -2000.0;

/// The circles.
pub struct StayMarks {
    inner: Rc<Inner>,
    _moved: Subscription,
}

struct Inner {
    map: Map,
    texts: TrackTexts,
    view: RefCell<StaysView>,
    places: RefCell<PlacesView>,
    /// What is drawn, and its layers.
    drawn: RefCell<Vec<Drawn>>,
    layers: RefCell<Vec<Layer>>,
}

/// One circle: whose in which colour, and where.
#[derive(Clone, Debug, PartialEq)]
struct Drawn {
    name: String,
    region: Option<String>,
    colour: u8,
    cluster: StayCluster,
}

impl StayMarks {
    /// Nothing yet.
    pub fn new(map: Map, texts: TrackTexts) -> Self {
        let inner = Rc::new(Inner {
            map: map.clone(),
            texts,
            view: RefCell::default(),
            places: RefCell::default(),
            drawn: RefCell::default(),
            layers: RefCell::default(),
        });
        let moved = {
            let inner = inner.clone();
            Subscription::new(&map, "moveend", move |_| inner.draw(false))
        };
        Self { inner, _moved: moved }
    }

    /// Shows these, in the words of the moment, by the names of the regions they are in.
    pub fn show(&self, view: &StaysView, places: &PlacesView) {
        self.inner.view.borrow_mut().clone_from(view);
        self.inner.places.borrow_mut().clone_from(places);
        self.inner.draw(true);
    }
}

impl Drop for StayMarks {
    fn drop(&mut self) {
        self.inner.clear();
    }
}

impl Inner {
    /// Draws what is in sight; when it is what is there already, only if `anew`.
    fn draw(&self, anew: bool) {
        let wanted = self.in_sight();
        if !anew && *self.drawn.borrow() == wanted {
            return;
        }
        self.clear();
        *self.layers.borrow_mut() = wanted.iter().map(|stay| self.draw_one(stay)).collect();
        *self.drawn.borrow_mut() = wanted;
    }

    fn in_sight(&self) -> Vec<Drawn> {
        let zoom = self.map.get_zoom();
        let size = self.map.get_size();
        let places = self.places.borrow();
        let mut stays = Vec::new();
        for friend in &self.view.borrow().friends {
            for cluster in cluster_places(&friend.places, zoom, APART_PX, friend.places.len()) {
                let place = leaflet::near_centre(&self.map, cluster.main.centre);
                let at = self.map.lat_lng_to_container_point(&place);
                let is_in = |px: f64, size_px: f64| (-BEYOND_PX..=size_px + BEYOND_PX).contains(&px);
                if is_in(at.x(), size.x()) && is_in(at.y(), size.y()) {
                    let region = places.region_at(&friend.friend, cluster.main.centre).map(str::to_owned);
                    stays.push(Drawn { name: friend.name.clone(), region, colour: friend.colour, cluster });
                }
            }
        }
        stays.sort_by_key(|stay| std::cmp::Reverse(stay.cluster.total_s));
        stays.truncate(MOST);
        stays
    }

    fn draw_one(&self, stay: &Drawn) -> Layer {
        let size_px = size_px(stay.cluster.total_s);
        let dot = element("div", "map-stay__dot");
        // The palette is the style sheet's.
        let _ = dot.style().set_property("--friend-colour", &format!("var(--friend-{})", stay.colour));
        let options = MarkerOptions::new();
        options.set_icon(leaflet::element_icon(&dot, "map-stay", size_px));
        // The list of places has them for the keyboard.
        options.set_keyboard(false);
        options.set_z_index_offset(Z_OFFSET);
        let place = leaflet::near_centre(&self.map, stay.cluster.main.centre);
        let layer: Layer = Marker::new_with_options(&place, &options).unchecked_into();
        let content = element("div", "map-lines");
        for line in (self.texts.stay_lines)(&stay.name, stay.region.as_deref(), &stay.cluster) {
            let row = element("div", "map-point__line");
            row.set_text_content(Some(&line));
            // Appending a fresh element cannot fail.
            let _ = content.append_child(&row);
        }
        let options = leaflet::options([
            ("className", "map-stay-name".into()),
            ("direction", "top".into()),
            ("offset", Point::new(0.0, -size_px / 2.0).into()),
        ]);
        layer.unchecked_ref::<LayerMethods>().bind_tooltip_element(&content, &options);
        layer.add_to(&self.map);
        layer
    }

    fn clear(&self) {
        self.layers.borrow_mut().drain(..).for_each(|layer| drop(layer.remove()));
        self.drawn.borrow_mut().clear();
    }
}

/// Ten minutes are 16 pixels wide, each doubling 2.5 more.
fn size_px(total_s: i64) -> f64 {
    16.0 + 2.5 * f64::from((total_s / 600).max(1).ilog2())
}

fn element(tag: &str, class: &str) -> HtmlElement {
    let element = document().create_element(tag).expect("the tag is a valid name");
    element.set_class_name(class);
    element.unchecked_into()
}
