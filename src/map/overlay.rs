//! Histories on the map: asks the worker what is visible whenever the map comes to rest or the tracks change, and has
//! it painted.
//!
//! Two canvases take turns: one is seen, the other is painted in slices between frames and then shown. They are larger
//! than the map, and Leaflet's pane carries them along, so that dragging paints nothing. One question is under way at
//! most; whatever happens meanwhile leads to one more.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use dashboard_core::geo::{TILE_SIZE_PX, Viewport, WorldPoint};
use dashboard_core::model::Event;
use dashboard_core::owntracks::FriendId;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::platform::frame::PerFrame;
use crate::platform::page;
use crate::store::Store;
use crate::worker::{News, Sight, SightQuery};

use super::leaflet::{self, LatLng, Map, Point, Subscription, ZoomAnimation};
use super::paint::{Painting, Progress, Style};

/// The pane's name; the style sheet puts it between the tiles and the markers.
const PANE: &str = "tracks";

/// How far the canvases reach beyond each edge of the map, as a share of its size.
const PADDING: f64 = 0.25;

/// The lines of all shown tracks.
pub struct TrackOverlay {
    inner: Rc<Inner>,
    _subscriptions: [Subscription; 3],
}

struct Inner {
    store: Store,
    map: Map,
    surfaces: [Surface; 2],
    /// Which surface is seen.
    front: Cell<usize>,
    /// The question under way, and where the map was.
    asked: RefCell<Option<(u32, Placement)>>,
    ask_again: Cell<bool>,
    last_view_id: Cell<u32>,
    /// The newest answer, to paint it again in other colours.
    answer: RefCell<Option<(Rc<Sight>, Placement)>>,
    painting: RefCell<Option<Painting>>,
    look: RefCell<Look>,
    ask_soon: RefCell<Option<PerFrame>>,
    paint_on: RefCell<Option<PerFrame>>,
}

/// What is shown, and how.
#[derive(Default)]
struct Look {
    colours: Vec<(FriendId, u8)>,
    line: bool,
    points: bool,
}

/// Where on the map a canvas belongs.
#[derive(Clone)]
struct Placement {
    top_left: LatLng,
    zoom: f64,
    width_px: f64,
    height_px: f64,
}

struct Surface {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    placement: RefCell<Option<Placement>>,
}

impl TrackOverlay {
    /// Adds the canvases and listens.
    pub fn new(store: Store, map: Map) -> Self {
        let inner = Rc::new(Inner {
            store,
            surfaces: [Surface::new(&map), Surface::new(&map)],
            front: Cell::new(0),
            asked: RefCell::new(None),
            ask_again: Cell::new(false),
            last_view_id: Cell::new(0),
            answer: RefCell::new(None),
            painting: RefCell::new(None),
            look: RefCell::new(Look::default()),
            ask_soon: RefCell::new(None),
            paint_on: RefCell::new(None),
            map: map.clone(),
        });
        *inner.ask_soon.borrow_mut() = Some(per_frame(&inner, Inner::ask));
        *inner.paint_on.borrow_mut() = Some(per_frame(&inner, Inner::paint_slice));

        let weak = Rc::downgrade(&inner);
        store.outside().tracks.watch(Some(Box::new(move |news| {
            let Some(inner) = weak.upgrade() else { return };
            match news {
                News::Seen(sight) => inner.take_in(sight),
                News::Changed => inner.ask_soon(),
                News::Lost => drop(inner.asked.take()),
            }
        })));
        let rested = {
            let inner = inner.clone();
            Subscription::new(&map, "moveend resize", move |_| inner.ask_soon())
        };
        let zoomed = {
            let inner = inner.clone();
            Subscription::new(&map, "zoom viewreset", move |_| inner.place_front())
        };
        let zooming = {
            let inner = inner.clone();
            Subscription::new(&map, "zoomanim", move |event| inner.follow_zoom(event.unchecked_ref()))
        };
        Self { inner, _subscriptions: [rested, zoomed, zooming] }
    }

    /// Shows tracks in these colours, as lines, points or both.
    pub fn show(&self, colours: Vec<(FriendId, u8)>, line: bool, points: bool) {
        let old = self.inner.look.replace(Look { colours, line, points });
        let is_complete = (old.line, old.points) == (line, points);
        if is_complete { self.inner.paint_answer() } else { self.inner.ask_soon() }
    }
}

impl Drop for TrackOverlay {
    fn drop(&mut self) {
        self.inner.store.outside().tracks.watch(None);
        self.inner.ask_soon.take();
        self.inner.paint_on.take();
        for surface in &self.inner.surfaces {
            surface.canvas.remove();
        }
    }
}

impl Inner {
    fn ask_soon(&self) {
        if let Some(ask_soon) = &*self.ask_soon.borrow() {
            ask_soon.request();
        }
    }

    fn ask(&self) {
        if self.asked.borrow().is_some() {
            self.ask_again.set(true);
            return;
        }
        let Some((viewport, placement)) = look_at(&self.map) else { return };
        let view_id = self.last_view_id.get().wrapping_add(1);
        self.last_view_id.set(view_id);
        let Look { line, points, .. } = *self.look.borrow();
        let query = SightQuery { view_id, viewport, lines: line, points };
        if self.store.outside().tracks.ask(query) {
            *self.asked.borrow_mut() = Some((view_id, placement));
        }
    }

    fn take_in(&self, sight: Sight) {
        let Some((view_id, placement)) = self.asked.take() else { return };
        if view_id == sight.view_id {
            *self.answer.borrow_mut() = Some((Rc::new(sight), placement));
            self.paint_answer();
        }
        if self.ask_again.replace(false) {
            self.ask_soon();
        }
    }

    /// Begins to paint the newest answer on the surface that is not seen.
    fn paint_answer(&self) {
        let Some((sight, placement)) = self.answer.borrow().clone() else { return };
        let look = self.look.borrow();
        let colours: HashMap<_, _> = look.colours.iter().cloned().collect();
        let style = Style::read(&self.map.get_container(), look.line, look.points, placement.zoom);
        let painting = Painting::new(&sight, |friend| colours.get(friend).copied(), style);
        self.back().prepare(&self.map, placement);
        *self.painting.borrow_mut() = Some(painting);
        self.paint_slice();
    }

    fn paint_slice(&self) {
        let mut slot = self.painting.borrow_mut();
        let Some(painting) = &mut *slot else { return };
        let progress = painting.paint_slice(&self.back().context);
        match progress {
            Progress::More => {}
            Progress::Sketched => {
                let placement = self.back().placement.borrow().clone();
                self.turn();
                if let Some(placement) = placement {
                    self.back().prepare(&self.map, placement);
                }
            }
            Progress::Done { points } => {
                *slot = None;
                drop(slot);
                self.turn();
                return self.store.dispatch(Event::TracksDrawn { points });
            }
        }
        if let Some(paint_on) = &*self.paint_on.borrow() {
            paint_on.request();
        }
    }

    /// Shows the painted surface and hides the other.
    fn turn(&self) {
        self.place(self.back());
        self.back().canvas.set_hidden(false);
        self.surfaces[self.front.get()].canvas.set_hidden(true);
        self.front.set(1 - self.front.get());
    }

    fn back(&self) -> &Surface {
        &self.surfaces[1 - self.front.get()]
    }

    fn place_front(&self) {
        self.place(&self.surfaces[self.front.get()]);
    }

    /// Puts a surface where it belongs, scaled while its picture is of another zoom.
    fn place(&self, surface: &Surface) {
        if let Some(placement) = &*surface.placement.borrow() {
            let scale = self.map.get_zoom_scale(self.map.get_zoom(), placement.zoom);
            let offset = self.map.lat_lng_to_layer_point(&placement.top_left);
            leaflet::set_transform(&surface.canvas, &offset, scale);
        }
    }

    /// Leaflet animates by style sheet towards the end of the zoom; so does this.
    fn follow_zoom(&self, animation: &ZoomAnimation) {
        let surface = &self.surfaces[self.front.get()];
        if let Some(placement) = &*surface.placement.borrow() {
            let (zoom, centre) = (animation.zoom(), animation.center());
            let scale = self.map.get_zoom_scale(zoom, placement.zoom);
            let offset =
                leaflet::methods(&self.map).lat_lng_to_new_layer_point(&placement.top_left, zoom, &centre);
            leaflet::set_transform(&surface.canvas, &offset, scale);
        }
    }
}

impl Surface {
    fn new(map: &Map) -> Self {
        let canvas: HtmlCanvasElement =
            document().create_element("canvas").expect("canvas is a valid name").unchecked_into();
        canvas.set_class_name("leaflet-zoom-animated");
        canvas.set_hidden(true);
        let context = canvas.get_context("2d").ok().flatten();
        let context = context.expect("a canvas without another context has a 2d one").unchecked_into();
        // Appending a fresh element cannot fail.
        let _ = leaflet::pane(map, PANE).append_child(&canvas);
        Self { canvas, context, placement: RefCell::new(None) }
    }

    /// Clears the canvas and puts it where it belongs.
    fn prepare(&self, map: &Map, placement: Placement) {
        let pixel_ratio = page::window().device_pixel_ratio();
        let Placement { width_px: width, height_px: height, .. } = placement;
        // Setting the size clears, even if it is the same.
        self.canvas.set_width((width * pixel_ratio) as u32);
        self.canvas.set_height((height * pixel_ratio) as u32);
        let style = self.canvas.style();
        let _ = style.set_property("width", &format!("{width}px"));
        let _ = style.set_property("height", &format!("{height}px"));
        let _ = self.context.set_transform(pixel_ratio, 0.0, 0.0, pixel_ratio, 0.0, 0.0);
        let offset = map.lat_lng_to_layer_point(&placement.top_left);
        leaflet::set_transform(&self.canvas, &offset, map.get_zoom_scale(map.get_zoom(), placement.zoom));
        *self.placement.borrow_mut() = Some(placement);
    }
}

/// What is to be drawn while the map is where it is, and where a canvas for it belongs; `None` while the map has no size.
fn look_at(map: &Map) -> Option<(Viewport, Placement)> {
    let size = map.get_size();
    if size.x() < 1.0 || size.y() < 1.0 {
        return None;
    }
    let padding_px = (size.x().max(size.y()) * PADDING).round();
    let (width_px, height_px) = (size.x() + 2.0 * padding_px, size.y() + 2.0 * padding_px);
    let corner = Point::new(-padding_px, -padding_px);
    let top_left = map.layer_point_to_lat_lng(&leaflet::methods(map).container_point_to_layer_point(&corner));
    let zoom = map.get_zoom();
    let world_px = TILE_SIZE_PX * zoom.exp2();
    let corner = map.project_with_zoom(&top_left, zoom);
    let centre = WorldPoint {
        x: (corner.x() + width_px / 2.0) / world_px,
        y: (corner.y() + height_px / 2.0) / world_px,
    };
    let viewport = Viewport { centre, zoom, width_px, height_px };
    Some((viewport, Placement { top_left, zoom, width_px, height_px }))
}

fn per_frame(inner: &Rc<Inner>, work: fn(&Inner)) -> PerFrame {
    let weak = Rc::downgrade(inner);
    PerFrame::new(move || {
        if let Some(inner) = weak.upgrade() {
            work(&inner);
        }
    })
}
