//! Histories on the map. The worker paints them; this asks it for the part of the map that is seen, and somewhat more,
//! and shows the pictures that come.
//!
//! Leaflet's pane carries a picture along while the map moves, and a zoom scales it. Before its edge comes into sight
//! another one is asked for, and at the beginning of a zoom that for its end. Of all the painting the page has only to put
//! a ready picture in place of another.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use dashboard_core::model::Event;
use dashboard_core::owntracks::FriendId;
use dashboard_core::track::{CLASSES, Quantity};
use wasm_bindgen::JsCast;
use web_sys::CssStyleDeclaration;

use crate::platform::frame::PerFrame;
use crate::platform::listener::Listener;
use crate::platform::page;
use crate::store::Store;
use crate::worker::{Frame, Look, Painted, Part, Request};

use super::leaflet::{Map, Subscription};
use super::surface::{Placement, Surface};

/// So much of the padding has to be left in every direction: at rest, for the next move; in motion, for the time that
/// painting takes.
const PADDING_AT_REST: f64 = 0.5;
const PADDING_IN_MOTION: f64 = 0.6;

/// Colours of the heat map in the style sheet.
const HEAT_COLOURS: usize = 6;

/// The tracks that are shown.
pub struct TrackOverlay {
    inner: Rc<Inner>,
    _subscriptions: [Subscription; 6],
    _theme: Option<Listener>,
}

/// What is shown of the tracks.
#[derive(Clone, Default, PartialEq)]
pub struct Wanted {
    /// Whose tracks, and the number of each one's colour.
    pub colours: Vec<(FriendId, u8)>,
    /// Lines.
    pub line: bool,
    /// Points.
    pub points: bool,
    /// The heat map.
    pub heat: bool,
    /// What colours mean; `None` for friends.
    pub quantity: Option<Quantity>,
    /// Lengths are in feet and miles.
    pub imperial: bool,
}

struct Inner {
    store: Store,
    map: Map,
    /// The last whole picture or sketch.
    base: Surface,
    /// What came since.
    patch: Surface,
    /// The person, or an animation, is moving the map.
    is_moving: Cell<bool>,
    is_zooming: Cell<bool>,
    last_view_id: Cell<u32>,
    /// What was asked for and has not come, the newest last.
    asked: RefCell<Vec<(u32, Placement)>>,
    /// Where the newest question looked.
    aim: RefCell<Option<Placement>>,
    /// What the base shows.
    shown: RefCell<Option<(u32, Placement)>>,
    /// Pictures that came during a zoom.
    held: RefCell<Vec<Painted>>,
    /// As last told to the model.
    drawn: Cell<u32>,
    wanted: RefCell<Wanted>,
    tell_look: RefCell<Option<PerFrame>>,
}

impl TrackOverlay {
    /// Adds its canvases and listens.
    pub fn new(store: Store, map: Map) -> Self {
        let inner = Rc::new(Inner {
            store,
            base: Surface::new(&map),
            patch: Surface::new(&map),
            is_moving: Cell::new(false),
            is_zooming: Cell::new(false),
            last_view_id: Cell::new(0),
            asked: RefCell::new(Vec::new()),
            aim: RefCell::new(None),
            shown: RefCell::new(None),
            held: RefCell::new(Vec::new()),
            drawn: Cell::new(0),
            wanted: RefCell::new(Wanted::default()),
            tell_look: RefCell::new(None),
            map: map.clone(),
        });
        if !page::can_paint_in_workers() {
            store.dispatch(Event::CannotPaint);
        }
        // In the next frame: by then the style sheet of a theme just chosen holds.
        let weak = Rc::downgrade(&inner);
        *inner.tell_look.borrow_mut() = Some(PerFrame::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.tell_look();
            }
        }));
        let weak = Rc::downgrade(&inner);
        store.outside().tracks.watch(Some(Box::new(move |painted| {
            if let Some(inner) = weak.upgrade() {
                inner.take_in(painted);
            }
        })));
        let on = |kinds: &'static str, act: fn(&Inner, wasm_bindgen::JsValue)| {
            let inner = inner.clone();
            Subscription::new(&map, kinds, move |event| act(&inner, event))
        };
        let subscriptions = [
            on("movestart zoomstart", |inner, _| inner.is_moving.set(true)),
            on("move", |inner, _| inner.moved()),
            on("zoomanim", |inner, event| inner.begin_zoom(&event)),
            on("zoom viewreset", |inner, _| inner.place()),
            on("zoomend", |inner, _| inner.end_zoom()),
            on("moveend resize", |inner, _| inner.rest()),
        ];
        let weak = Rc::downgrade(&inner);
        let dark = page::window().match_media("(prefers-color-scheme: dark)").ok().flatten();
        let theme = dark.map(|query| {
            Listener::new(&query, "change", move |_| {
                if let Some(inner) = weak.upgrade() {
                    inner.tell_look_soon();
                }
            })
        });
        Self { inner, _subscriptions: subscriptions, _theme: theme }
    }

    /// Shows tracks like this.
    pub fn show(&self, wanted: Wanted) {
        *self.inner.wanted.borrow_mut() = wanted;
        self.inner.tell_look_soon();
    }
}

impl Drop for TrackOverlay {
    fn drop(&mut self) {
        self.inner.store.outside().tracks.watch(None);
        self.inner.tell_look.take();
    }
}

impl Inner {
    fn tell_look_soon(&self) {
        if let Some(tell_look) = &*self.tell_look.borrow() {
            tell_look.request();
        }
    }

    /// Tells the worker what to paint, in the colours that hold now.
    fn tell_look(&self) {
        let style = page::window().get_computed_style(&self.map.get_container()).ok().flatten();
        let colour = |name: &str| property(style.as_ref(), name).unwrap_or_else(|| "#3367d6".into());
        let row =
            |name: &str, count: usize| (0..count).map(|step| colour(&format!("--{name}-{step}"))).collect();
        let Wanted { colours, line, points, heat, quantity, imperial } = self.wanted.borrow().clone();
        let friends =
            colours.into_iter().map(|(friend, index)| (friend, colour(&format!("--friend-{index}"))));
        let look = Look {
            line,
            points,
            heat,
            quantity,
            imperial,
            friends: friends.collect(),
            // The last one is for unknown values.
            scale: row("scale", CLASSES + 1),
            heat_colours: row("heat", HEAT_COLOURS),
            halo: colour("--track-halo"),
        };
        self.tell_drawn(0);
        self.store.outside().tracks.paint(Request::Look(look));
        if self.aim.borrow().is_none() {
            self.ask(Placement::of(&self.map), false);
        }
    }

    /// While the map moves at one zoom: has it come near the edge of what was asked for?
    fn moved(&self) {
        let is_near_edge =
            self.aim.borrow().as_ref().is_some_and(|aim| {
                aim.zoom == self.map.get_zoom() && !aim.covers(&self.map, PADDING_IN_MOTION)
            });
        // One at a time, or a quick hand would have every picture dropped before it is painted.
        if is_near_edge && self.is_moving.get() && self.asked.borrow().is_empty() {
            self.ask(Placement::of(&self.map), true);
        }
    }

    fn begin_zoom(&self, event: &wasm_bindgen::JsValue) {
        let animation = event.unchecked_ref();
        self.is_zooming.set(true);
        self.base.follow_zoom(&self.map, animation);
        self.patch.follow_zoom(&self.map, animation);
        self.ask(Placement::around(&self.map, &animation.center(), animation.zoom()), true);
    }

    fn place(&self) {
        self.base.place(&self.map);
        self.patch.place(&self.map);
    }

    fn end_zoom(&self) {
        self.is_zooming.set(false);
        for painted in self.held.take() {
            self.show(painted);
        }
    }

    fn rest(&self) {
        self.is_moving.set(false);
        let is_covered = self.aim.borrow().as_ref().is_some_and(|aim| aim.covers(&self.map, PADDING_AT_REST));
        if !is_covered {
            self.ask(Placement::of(&self.map), false);
        }
    }

    fn ask(&self, place: Option<(Placement, dashboard_core::geo::Viewport, f64)>, quickly: bool) {
        let Some((placement, viewport, pixel_ratio)) = place else { return };
        let view_id = self.last_view_id.get().wrapping_add(1);
        self.last_view_id.set(view_id);
        let is_covered = self
            .shown
            .borrow()
            .as_ref()
            .is_some_and(|(_, shown)| shown.zoom == placement.zoom && shown.covers(&self.map, 0.0));
        if !is_covered {
            self.tell_drawn(0);
        }
        *self.aim.borrow_mut() = Some(placement.clone());
        self.asked.borrow_mut().push((view_id, placement));
        let frame = Frame { view_id, viewport, pixel_ratio, quickly };
        self.store.outside().tracks.paint(Request::View(frame));
    }

    fn take_in(&self, painted: Painted) {
        if !self.is_zooming.get() {
            return self.show(painted);
        }
        let mut held = self.held.borrow_mut();
        if painted.part != Part::Patch {
            held.drain(..).for_each(let_go);
        }
        held.push(painted);
    }

    /// Shows a picture, and with it that all points are drawn, if they are.
    fn show(&self, painted: Painted) {
        let view_id = painted.view_id;
        let of_shown = self.shown.borrow().clone().filter(|(shown, _)| *shown == view_id);
        let of_asked = self.asked.borrow().iter().find(|(asked, _)| *asked == view_id).cloned();
        let Some((_, placement)) = of_asked.or(of_shown) else { return let_go(painted) };
        let Painted { part, points, bitmap, place_px, .. } = painted;
        self.asked.borrow_mut().retain(|(asked, _)| *asked > view_id);
        let surface = if part == Part::Patch { &self.patch } else { &self.base };
        match bitmap {
            Some(bitmap) => surface.show(&self.map, &bitmap, placement.piece(&self.map, place_px)),
            None => surface.clear(),
        }
        if part != Part::Patch {
            self.patch.clear();
            *self.shown.borrow_mut() = Some((view_id, placement));
        }
        if part != Part::Sketch && view_id == self.last_view_id.get() {
            self.tell_drawn(points);
        }
        // The hand may have gone on meanwhile.
        self.moved();
    }

    fn tell_drawn(&self, points: u32) {
        if self.drawn.replace(points) != points {
            self.store.dispatch(Event::TracksDrawn { points });
        }
    }
}

/// A picture that nobody will see. Many megabytes are not left to the browser, which would find them only by chance.
fn let_go(painted: Painted) {
    if let Some(bitmap) = painted.bitmap {
        bitmap.close();
    }
}

fn property(style: Option<&CssStyleDeclaration>, name: &str) -> Option<String> {
    let value = style?.get_property_value(name).ok()?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}
