//! The view of a Recorder that is open: a line without times, and a face at its newest place.

use std::rc::Rc;

use dashboard_core::geo::LatLon;
use dashboard_core::model::viewing::{ViewedPerson, ViewingView};
use dashboard_core::time::UnixMillis;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::leaflet::{self, LayerMethods, Map, Marker, MarkerOptions, Polyline, PolylineOptions};
use super::surroundings::unrolled;
use crate::platform::page;

/// Side of a friend's marker, in pixels.
const SIZE_PX: f64 = 44.0;

/// Over people, who may be at the same place: it was opened to be seen.
const Z_OFFSET: f64 = 500.0;

/// Line and face. Dropped, they leave.
pub struct ViewDrawing {
    map: Map,
    label: fn(&ViewedPerson, UnixMillis) -> String,
    line: Option<(Rc<[LatLon]>, u8, Polyline)>,
    face: Option<(Rc<ViewedPerson>, Marker)>,
}

impl ViewDrawing {
    /// Nothing yet. `label` names the face.
    pub fn new(map: Map, label: fn(&ViewedPerson, UnixMillis) -> String) -> Self {
        Self { map, label, line: None, face: None }
    }

    /// Shows what there is.
    pub fn show(&mut self, view: &ViewingView, now: UnixMillis) {
        let colour = view.person.as_ref().map_or(0, |person| person.colour);
        let is_same = |(line, drawn, _): &(Rc<[LatLon]>, u8, Polyline)| {
            Rc::ptr_eq(line, &view.line) && *drawn == colour
        };
        if !self.line.as_ref().is_some_and(is_same) {
            self.drop_line();
            // Without a person it is nobody's.
            if view.person.is_some() && view.line.len() > 1 {
                self.line = Some((view.line.clone(), colour, draw_line(&self.map, &view.line, colour)));
            }
        }
        let is_same = match (&self.face, &view.person) {
            (Some((drawn, _)), Some(person)) => Rc::ptr_eq(drawn, person),
            (None, None) => true,
            _ => false,
        };
        if !is_same {
            self.drop_face();
            self.face = view.person.as_ref().map(|person| (person.clone(), draw_face(&self.map, person)));
        }
        if let Some((person, marker)) = &self.face {
            set_label(marker, &(self.label)(person, now));
        }
    }

    fn drop_line(&mut self) {
        if let Some((_, _, line)) = self.line.take() {
            line.remove();
        }
    }

    fn drop_face(&mut self) {
        if let Some((_, marker)) = self.face.take() {
            marker.remove();
        }
    }
}

impl Drop for ViewDrawing {
    fn drop(&mut self) {
        self.drop_line();
        self.drop_face();
    }
}

/// One line; where it runs on over the 180° meridian, it is there once more on the other side of the world.
fn draw_line(map: &Map, places: &[LatLon], colour: u8) -> Polyline {
    let options = PolylineOptions::new();
    options.set_interactive(false);
    options.set_class_name("view-line".into());
    let whole: Vec<(f64, f64)> = unrolled(places).collect();
    let runs_over = |turn: f64| whole.iter().any(|(_, lon)| lon * turn < -180.0);
    let turns = [0.0, 1.0, -1.0].into_iter().filter(|turn| *turn == 0.0 || runs_over(*turn));
    let parts: js_sys::Array = turns
        .map(|turn| leaflet::lat_lngs(whole.iter().map(|(lat, lon)| (*lat, lon + turn * 360.0))))
        .collect();
    let line = Polyline::new_with_options(&parts, &options);
    line.add_to(map);
    leaflet::colour(&line, colour);
    line
}

fn draw_face(map: &Map, person: &ViewedPerson) -> Marker {
    let location = &person.shared.location;
    let body = element("div", "friend-marker__body");
    let face = element("div", "friend-marker__face");
    match location.card.as_ref().and_then(|card| card.face.as_ref()) {
        Some(picture) => {
            let image = element("img", "friend-marker__image");
            for (name, value) in [("alt", ""), ("src", &*picture.data_url), ("draggable", "false")] {
                set(&image, name, value);
            }
            append(&face, &image);
        }
        None => set(&face, "data-initials", &person.initials),
    }
    append(&body, &face);
    let options = MarkerOptions::new();
    options.set_icon(leaflet::element_icon(&body, "friend-marker view-marker", SIZE_PX));
    // The panel says the same, and is there for the keyboard.
    options.set_keyboard(false);
    options.set_interactive(false);
    options.set_z_index_offset(Z_OFFSET);
    let marker = Marker::new_with_options(&leaflet::lat_lng(location.position), &options);
    marker.add_to(map);
    leaflet::colour(&marker, person.colour);
    if let Some(element) = marker.unchecked_ref::<LayerMethods>().get_element() {
        set(&element, "role", "img");
        set(&element, "data-view-marker", "");
    }
    marker
}

fn set_label(marker: &Marker, label: &str) {
    if let Some(element) = marker.unchecked_ref::<LayerMethods>().get_element()
        && element.get_attribute("aria-label").as_deref() != Some(label)
    {
        set(&element, "aria-label", label);
    }
}

fn element(tag: &str, class: &str) -> HtmlElement {
    let element = page::document().create_element(tag).expect("the tag is a valid name");
    element.set_class_name(class);
    element.unchecked_into()
}

fn set(element: &HtmlElement, name: &str, value: &str) {
    // Fails only for names that are no attribute names.
    let _ = element.set_attribute(name, value);
}

fn append(parent: &HtmlElement, child: &HtmlElement) {
    // Appending a fresh element cannot fail.
    let _ = parent.append_child(child);
}
