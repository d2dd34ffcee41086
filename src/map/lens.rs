//! Points under the pointer: asks for them when the mouse rests or the map is tapped, and marks the one that is shown.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use dashboard_core::geo::LatLon;
use dashboard_core::model::Person;
use dashboard_core::model::view::InspectionView;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};

use crate::platform::clock;
use crate::platform::frame::PerFrame;
use crate::platform::listener::Listener;
use crate::platform::timer::Timer;
use crate::store::Store;

use super::camera::{Camera, wrapped};
use super::leaflet::{self, LatLng, Layer, Map, Marker, MarkerOptions, Subscription};
use super::texts::TrackTexts;

/// How long the mouse has to rest.
const REST_MS: i64 = 70;

/// How far off a point may be, in pixels: a mouse is more exact than a finger.
const HOVER_PX: f64 = 14.0;
const TAP_PX: f64 = 24.0;

/// So far from the marked point the mouse has left it, in pixels.
const LEFT_PX: f64 = 20.0;

const RING_PX: f64 = 24.0;

/// Room that a label takes, in pixels. Where there is less above or beside the point, it stands on the other side.
const LABEL_HEIGHT_PX: f64 = 120.0;
const LABEL_WIDTH_PX: f64 = 250.0;

/// Marks the point that is looked at.
pub struct Lens {
    inner: Rc<Inner>,
    _subscriptions: [Subscription; 2],
    _listeners: [Listener; 2],
}

struct Inner {
    store: Store,
    map: Map,
    texts: TrackTexts,
    resting: RefCell<Option<Timer>>,
    mark: RefCell<Option<Mark>>,
    /// Last value of [`InspectionView::reached`] that was brought into view.
    reached: Cell<u32>,
    bring_into_view: PerFrame,
}

/// What is drawn.
struct Mark {
    layer: Layer,
    place: LatLon,
    pinned: bool,
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.layer.remove();
    }
}

impl Lens {
    /// Looks at nothing, and listens.
    pub fn new(store: Store, map: Map, camera: Rc<Camera>, texts: TrackTexts) -> Self {
        let inner = Rc::new_cyclic(|weak: &std::rc::Weak<Inner>| {
            let weak = weak.clone();
            Inner {
                store,
                map: map.clone(),
                texts,
                resting: RefCell::new(None),
                mark: RefCell::new(None),
                reached: Cell::new(0),
                // In the frame after: by then the panels have taken their room.
                bring_into_view: PerFrame::new(move || {
                    let Some(inner) = weak.upgrade() else { return };
                    if let Some(mark) = &*inner.mark.borrow() {
                        camera.bring_into_view(&leaflet::near_centre(&inner.map, mark.place));
                    }
                }),
            }
        });
        let clicked = {
            let inner = inner.clone();
            Subscription::new(&map, "click", move |event| {
                inner.resting.take();
                inner.point_at(&event.unchecked_ref::<leaflet::MouseEvent>().latlng(), true);
            })
        };
        let moved = {
            let inner = inner.clone();
            Subscription::new(&map, "movestart zoomstart", move |_| inner.leave())
        };
        let container = map.get_container();
        let rests = {
            let inner = inner.clone();
            Listener::new(&container, "pointermove", move |event| inner.moved(event.unchecked_ref()))
        };
        let left = {
            let inner = inner.clone();
            Listener::new(&container, "pointerleave", move |_| inner.leave())
        };
        Self { inner, _subscriptions: [clicked, moved], _listeners: [rests, left] }
    }

    /// Marks the point of the view. A label says what it is where no card does.
    pub fn show(&self, view: &InspectionView, has_card: bool) {
        let inner = &self.inner;
        inner.mark.take();
        let Some(point) = &view.point else { return };
        let place = point.point.row.position;
        let ring = element("div", "map-point__ring");
        // The palette is the style sheet's.
        let _ = ring.style().set_property("--friend-colour", &format!("var(--friend-{})", point.colour));
        if !(point.pinned && has_card) {
            let label = element("div", "map-point__label");
            for line in (inner.texts.point_lines)(point, clock::now()) {
                let row = element("div", "map-point__line");
                row.set_text_content(Some(&line));
                // Appending a fresh element cannot fail.
                let _ = label.append_child(&row);
            }
            inner.put_beside(&label, place);
            let _ = ring.append_child(&label);
        }
        let options = MarkerOptions::new();
        options.set_icon(leaflet::element_icon(&ring, "map-point", RING_PX));
        options.set_interactive(false);
        options.set_keyboard(false);
        options.set_pane("tooltipPane".into());
        let marker = Marker::new_with_options(&leaflet::near_centre(&inner.map, place), &options);
        let layer: Layer = marker.unchecked_into();
        layer.add_to(&inner.map);
        *inner.mark.borrow_mut() = Some(Mark { layer, place, pinned: point.pinned });
        if point.pinned && inner.reached.replace(view.reached) != view.reached {
            inner.bring_into_view.request();
        }
    }
}

impl Drop for Lens {
    fn drop(&mut self) {
        self.inner.resting.take();
        self.inner.mark.take();
    }
}

impl Inner {
    fn moved(self: &Rc<Self>, event: &PointerEvent) {
        // Fingers tap.
        if event.pointer_type() != "mouse" {
            return;
        }
        self.resting.take();
        // A pressed button drags: every frame counts, and looking where the mouse is would make the browser lay out the page.
        if event.buttons() != 0 {
            self.leave();
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_over_other = target.is_some_and(|target| {
            let other = ".leaflet-marker-pane *, .leaflet-control, .leaflet-interactive";
            target.closest(other).ok().flatten().is_some()
        });
        let at = leaflet::methods(&self.map).mouse_event_to_lat_lng(event);
        if is_over_other || self.is_far(&at) {
            self.leave();
        }
        if is_over_other {
            return;
        }
        let weak = Rc::downgrade(self);
        *self.resting.borrow_mut() = Some(Timer::after(REST_MS, move || {
            if let Some(inner) = weak.upgrade() {
                inner.point_at(&at, false);
            }
        }));
    }

    fn point_at(&self, at: &LatLng, tapped: bool) {
        let Some(place) = wrapped(at) else { return };
        let max_px = if tapped { TAP_PX } else { HOVER_PX };
        self.store.did(Person::PointedAt { place, zoom: self.map.get_zoom(), max_px, tapped });
    }

    /// The mouse has left the point that is marked as long as it rests there.
    fn leave(&self) {
        let was_resting = self.resting.take().is_some();
        let is_shown = self.mark.borrow().as_ref().is_some_and(|mark| !mark.pinned);
        if was_resting || is_shown {
            self.store.did(Person::PointedAway);
        }
    }

    fn is_far(&self, at: &LatLng) -> bool {
        self.mark.borrow().as_ref().is_some_and(|mark| {
            let marked = leaflet::near_centre(&self.map, mark.place);
            let (marked, at) =
                (self.map.lat_lng_to_container_point(&marked), self.map.lat_lng_to_container_point(at));
            (marked.x() - at.x()).hypot(marked.y() - at.y()) > LEFT_PX
        })
    }

    /// Says on which side of the point there is room for the label.
    fn put_beside(&self, label: &HtmlElement, place: LatLon) {
        let at = self.map.lat_lng_to_container_point(&leaflet::near_centre(&self.map, place));
        let below = at.y() < LABEL_HEIGHT_PX;
        let left = at.x() > self.map.get_size().x() - LABEL_WIDTH_PX;
        let side = match (below, left) {
            (false, false) => "above right",
            (false, true) => "above left",
            (true, false) => "below right",
            (true, true) => "below left",
        };
        // Fails only for names that are no attribute names.
        let _ = label.set_attribute("data-side", side);
    }
}

fn element(tag: &str, class: &str) -> HtmlElement {
    let element = document().create_element(tag).expect("the tag is a valid name");
    element.set_class_name(class);
    element.unchecked_into()
}
