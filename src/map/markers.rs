//! Friends on the map: joined to their markers by id, so that nothing is rebuilt because one friend moved.

use std::collections::HashMap;
use std::rc::Rc;

use dashboard_core::model::Person;
use dashboard_core::model::view::{Age, FixView, FriendView, FriendsView};
use dashboard_core::owntracks::{BatteryState, FriendId};
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::platform::listener::Listener;
use crate::platform::{clock, motion};
use crate::store::Store;

use super::camera::Camera;
use super::leaflet::{self, LayerMethods, Map, Marker, MarkerOptions, Subscription};
use super::texts::MarkerTexts;

/// Side of a marker's box, in pixels.
const SIZE_PX: f64 = 44.0;

/// A selected friend lies over all others.
const SELECTED_Z: f64 = 10_000.0;

/// Below this charge the marker says so, in per cent.
const LOW_BATTERY_PERCENT: u8 = 20;

/// The markers of all friends.
pub struct FriendMarkers {
    store: Store,
    map: Map,
    camera: Rc<Camera>,
    texts: MarkerTexts,
    markers: HashMap<FriendId, FriendMarker>,
    _moves: Subscription,
}

impl FriendMarkers {
    /// Nobody yet.
    pub fn new(store: Store, map: Map, camera: Rc<Camera>, texts: MarkerTexts) -> Self {
        // A marker on its way would lag behind the map's own animation.
        let container = map.get_container();
        let moves = Subscription::new(&map, "zoomstart movestart", move |_| {
            let gliding = container.get_elements_by_class_name("is-gliding");
            while let Some(element) = gliding.item(0) {
                let _ = element.class_list().remove_1("is-gliding");
            }
        });
        Self { store, map, camera, texts, markers: HashMap::new(), _moves: moves }
    }

    /// Shows everybody who has a place and is not hidden; nobody unless `shown`.
    pub fn show(&mut self, friends: &FriendsView, shown: bool) {
        let mut leaving = std::mem::take(&mut self.markers);
        for friend in friends.friends.iter().filter(|friend| shown && !friend.hidden) {
            let Some(fix) = &friend.fix else { continue };
            let marker = match leaving.remove(&friend.id) {
                // The same pointer is the same friend in every detail.
                Some(staying) if Rc::ptr_eq(&staying.friend, friend) => staying,
                Some(mut staying) => {
                    staying.change(&self.map, friend, fix, &self.texts);
                    staying
                }
                None => match self.enter(friend, fix) {
                    Some(entering) => entering,
                    None => continue,
                },
            };
            self.markers.insert(friend.id.clone(), marker);
        }
    }

    /// Brings the ages in the accessible names up to date.
    pub fn relabel(&self) {
        for marker in self.markers.values() {
            marker.label(&self.texts);
        }
    }

    /// `None` when Leaflet made no element, which it always does for an icon.
    fn enter(&self, friend: &Rc<FriendView>, fix: &FixView) -> Option<FriendMarker> {
        let parts = Parts::build();
        let options = MarkerOptions::new();
        options.set_icon(leaflet::element_icon(&parts.body, "friend-marker", SIZE_PX));
        options.set_keyboard(true);
        options.set_rise_on_hover(true);
        leaflet::leave_focus_alone(&options);
        let marker = Marker::new_with_options(&leaflet::lat_lng(fix.position), &options);
        marker.add_to(&self.map);
        let element = marker.unchecked_ref::<LayerMethods>().get_element()?;
        set(&element, "data-friend", &friend.id.to_string());

        let (store, id) = (self.store, friend.id.clone());
        let select = move || store.did(Person::Selected(Some(id.clone())));
        let clicked = Subscription::new(&marker, "click", {
            let select = select.clone();
            move |_| select()
        });
        let pressed = Listener::new(&element, "keydown", move |event| {
            let key = event.unchecked_ref::<KeyboardEvent>().key();
            if matches!(key.as_str(), "Enter" | " ") {
                // The space bar would scroll, and Leaflet would make a click of Enter.
                event.prevent_default();
                event.stop_propagation();
                select();
            }
        });
        let (camera, focused_marker) = (self.camera.clone(), marker.clone());
        let focused = Listener::new(&element, "focus", move |_| {
            camera.bring_into_view(&focused_marker.get_lat_lng());
        });

        let mut marker = FriendMarker {
            friend: friend.clone(),
            marker,
            element,
            parts,
            _clicked: clicked,
            _listeners: [pressed, focused],
        };
        marker.paint_face(friend);
        marker.paint(friend, fix);
        marker.label(&self.texts);
        Some(marker)
    }
}

/// One friend on the map. Dropped, it leaves.
struct FriendMarker {
    friend: Rc<FriendView>,
    marker: Marker,
    /// Leaflet's box, which carries the attributes for automation and the focus.
    element: HtmlElement,
    parts: Parts,
    _clicked: Subscription,
    _listeners: [Listener; 2],
}

/// What a marker is made of.
struct Parts {
    body: HtmlElement,
    course: HtmlElement,
    face: HtmlElement,
    battery: HtmlElement,
}

impl FriendMarker {
    fn change(&mut self, map: &Map, friend: &Rc<FriendView>, fix: &FixView, texts: &MarkerTexts) {
        let old = std::mem::replace(&mut self.friend, friend.clone());
        if old.face != friend.face || old.initials != friend.initials || old.colour != friend.colour {
            self.paint_face(friend);
        }
        let from = old.fix.as_ref().map(|fix| fix.position);
        if from != Some(fix.position) {
            self.glide_if_near(map, from, fix);
            self.marker.set_lat_lng(&leaflet::lat_lng(fix.position));
        }
        self.paint(friend, fix);
        self.label(texts);
    }

    /// A short way is gone, a long one jumped: a marker that flies over half the world tells nothing.
    fn glide_if_near(&self, map: &Map, from: Option<dashboard_core::geo::LatLon>, fix: &FixView) {
        let classes = self.element.class_list();
        let size = map.get_size();
        let is_near = from.is_some_and(|from| {
            let from = map.lat_lng_to_layer_point(&leaflet::lat_lng(from));
            let to = map.lat_lng_to_layer_point(&leaflet::lat_lng(fix.position));
            from.distance_to(&to) < size.x().max(size.y())
        });
        let _ = if is_near && !motion::is_reduced() {
            classes.add_1("is-gliding")
        } else {
            classes.remove_1("is-gliding")
        };
    }

    fn paint_face(&self, friend: &FriendView) {
        let face = &self.parts.face;
        leaflet::colour(&self.marker, friend.colour);
        face.set_text_content(None);
        let _ = face.remove_attribute("data-initials");
        match &friend.face {
            Some(data_url) => {
                let image = create("img", "friend-marker__image");
                set(&image, "alt", "");
                set(&image, "src", data_url);
                set(&image, "draggable", "false");
                let _ = face.append_child(&image);
            }
            // Drawn by the style sheet: a picture of the friend and no text, as the marker's name says who it is.
            None => set(face, "data-initials", &friend.initials),
        }
    }

    fn paint(&mut self, friend: &FriendView, fix: &FixView) {
        let element = &self.element;
        set(element, "data-lat", &six_decimals(fix.position.lat()));
        set(element, "data-lon", &six_decimals(fix.position.lon()));
        set(element, "data-tst", &fix.time_s.to_string());
        set(
            element,
            "data-age",
            match friend.age {
                Age::Fresh => "fresh",
                Age::Stale => "stale",
                Age::Old => "old",
            },
        );
        set(element, "aria-pressed", if friend.selected { "true" } else { "false" });
        let classes = element.class_list();
        let _ = classes.toggle_with_force("is-selected", friend.selected);
        let _ = classes.toggle_with_force("is-followed", friend.followed);
        let _ = classes.toggle_with_force("is-out-of-touch", friend.lost_connection);
        self.marker.set_z_index_offset(if friend.selected { SELECTED_Z } else { 0.0 });

        let course = fix.course_deg.filter(|_| fix.moving);
        self.parts.course.set_hidden(course.is_none());
        if let Some(degrees) = course {
            let _ = self
                .parts
                .course
                .style()
                .set_property("transform", &format!("rotate({}deg)", degrees.round() as i32));
        }
        let battery = match (fix.battery_state, fix.battery_percent) {
            (Some(BatteryState::Charging), _) => Some("charging"),
            (_, Some(percent)) if percent <= LOW_BATTERY_PERCENT => Some("low"),
            _ => None,
        };
        self.parts.battery.set_hidden(battery.is_none());
        set(&self.parts.battery, "data-state", battery.unwrap_or_default());
    }

    fn label(&self, texts: &MarkerTexts) {
        let label = (texts.marker_label)(&self.friend, clock::now());
        if self.element.get_attribute("aria-label").as_deref() != Some(&label) {
            set(&self.element, "aria-label", &label);
            set(&self.element, "title", &label);
        }
    }
}

impl Drop for FriendMarker {
    fn drop(&mut self) {
        self.marker.remove();
    }
}

impl Parts {
    fn build() -> Self {
        let body = create("div", "friend-marker__body");
        let course = create("div", "friend-marker__course");
        let face = create("div", "friend-marker__face");
        let battery = create("div", "friend-marker__battery");
        for part in [&course, &face, &battery] {
            let _ = body.append_child(part);
        }
        Self { body, course, face, battery }
    }
}

fn create(tag: &str, class: &str) -> HtmlElement {
    let element = document().create_element(tag).expect("the tag is a valid name");
    element.set_class_name(class);
    element.unchecked_into()
}

fn set(element: &Element, name: &str, value: &str) {
    // Fails only for names that are no attribute names.
    let _ = element.set_attribute(name, value);
}

/// By the browser: the code that writes floating-point numbers is 12 kB of the module.
fn six_decimals(degrees: f64) -> String {
    // Fails only for more than 100 digits.
    js_sys::Number::from(degrees).to_fixed(6).map(String::from).unwrap_or_default()
}
