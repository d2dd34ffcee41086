//! Histories on the map: asks the worker what is visible when the map comes to rest beyond what is painted or the tracks
//! change, and has the answer painted.
//!
//! Two canvases take turns: one is seen, the other is painted, turn by turn, and then shown. They are larger than the
//! map, and Leaflet's pane carries them along, so that moving the map paints nothing until it passes their edge. When
//! tracks only grew, the new ends are painted over what is seen. One question is under way at most; whatever happens
//! meanwhile leads to one more.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use dashboard_core::model::Event;
use dashboard_core::owntracks::FriendId;
use wasm_bindgen::JsCast;

use crate::platform::frame::PerFrame;
use crate::platform::timer::Timer;
use crate::store::Store;
use crate::worker::{News, Sight, SightQuery};

use super::leaflet::{Map, Subscription};
use super::pace::Pace;
use super::paint::{Painting, Progress, Style};
use super::picture::Picture;
use super::surface::{Placement, Surface};

/// At rest, so much of the padding has to be left in every direction for the next move.
const PADDING_AT_REST: f64 = 0.5;

/// The lines of all shown tracks.
pub struct TrackOverlay {
    inner: Rc<Inner>,
    _subscriptions: [Subscription; 5],
}

struct Inner {
    store: Store,
    map: Map,
    surfaces: [Surface; 2],
    /// Which surface is seen.
    front: Cell<usize>,
    /// The person, or an animation, is moving the map.
    is_moving: Cell<bool>,
    /// The question under way, and where it looks.
    asked: RefCell<Option<(u32, Placement)>>,
    ask_again: Cell<bool>,
    last_view_id: Cell<u32>,
    /// Where the newest question looked.
    aim: RefCell<Option<Placement>>,
    /// The newest answer, to paint it again in other colours.
    answer: RefCell<Option<Answer>>,
    /// What the seen surface shows completely.
    painted: RefCell<Option<Answer>>,
    painting: RefCell<Option<(Painting, Answer)>>,
    /// An answer for the view being painted waits its turn, or a busy track would never be complete.
    waiting: RefCell<Option<Answer>>,
    look: RefCell<Look>,
    pace: RefCell<Pace>,
    ask_soon: RefCell<Option<PerFrame>>,
    next_turn: RefCell<Option<Timer>>,
}

/// What is shown, and how.
#[derive(Default)]
struct Look {
    colours: Vec<(FriendId, u8)>,
    line: bool,
    points: bool,
}

/// What is visible at a part of the map.
#[derive(Clone)]
struct Answer {
    picture: Rc<Picture>,
    placement: Placement,
}

impl TrackOverlay {
    /// Adds the canvases and listens.
    pub fn new(store: Store, map: Map) -> Self {
        let inner = Rc::new(Inner {
            store,
            surfaces: [Surface::new(&map), Surface::new(&map)],
            front: Cell::new(0),
            is_moving: Cell::new(false),
            asked: RefCell::new(None),
            ask_again: Cell::new(false),
            last_view_id: Cell::new(0),
            aim: RefCell::new(None),
            answer: RefCell::new(None),
            painted: RefCell::new(None),
            painting: RefCell::new(None),
            waiting: RefCell::new(None),
            look: RefCell::new(Look::default()),
            pace: RefCell::new(Pace::default()),
            ask_soon: RefCell::new(None),
            next_turn: RefCell::new(None),
            map: map.clone(),
        });
        let weak = Rc::downgrade(&inner);
        *inner.ask_soon.borrow_mut() = Some(PerFrame::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.ask();
            }
        }));
        let weak = Rc::downgrade(&inner);
        store.outside().tracks.watch(Some(Box::new(move |news| {
            let Some(inner) = weak.upgrade() else { return };
            match news {
                News::Seen(sight) => inner.take_in(&sight),
                News::Changed if inner.is_moving.get() => inner.ask_again.set(true),
                News::Changed => inner.ask_soon(),
                News::Lost => drop(inner.asked.take()),
            }
        })));
        let on = |kinds: &'static str, act: fn(&Rc<Inner>, wasm_bindgen::JsValue)| {
            let inner = inner.clone();
            Subscription::new(&map, kinds, move |event| act(&inner, event))
        };
        let subscriptions = [
            on("movestart zoomstart", |inner, _| inner.is_moving.set(true)),
            on("move", |inner, _| inner.moved()),
            on("moveend resize", |inner, _| inner.rest()),
            on("zoom viewreset", |inner, _| inner.front().place(&inner.map)),
            on("zoomanim", |inner, event| inner.front().follow_zoom(&inner.map, event.unchecked_ref())),
        ];
        Self { inner, _subscriptions: subscriptions }
    }

    /// Shows tracks in these colours, as lines, points or both.
    pub fn show(&self, colours: Vec<(FriendId, u8)>, line: bool, points: bool) {
        let inner = &self.inner;
        let old = inner.look.replace(Look { colours, line, points });
        inner.painted.take();
        let answer = inner.answer.borrow().clone();
        match answer {
            Some(answer) if (old.line, old.points) == (line, points) => inner.begin(answer),
            _ => inner.ask_soon(),
        }
    }
}

impl Drop for TrackOverlay {
    fn drop(&mut self) {
        self.inner.store.outside().tracks.watch(None);
        self.inner.ask_soon.take();
        self.inner.next_turn.take();
    }
}

impl Inner {
    fn front(&self) -> &Surface {
        &self.surfaces[self.front.get()]
    }

    fn back(&self) -> &Surface {
        &self.surfaces[1 - self.front.get()]
    }

    /// While the map moves at one zoom: is its edge in sight?
    fn moved(&self) {
        let passes_edge = self
            .aim
            .borrow()
            .as_ref()
            .is_some_and(|aim| aim.zoom == self.map.get_zoom() && !aim.covers(&self.map, 0.0));
        if passes_edge {
            self.ask_soon();
        }
    }

    fn rest(self: &Rc<Self>) {
        self.is_moving.set(false);
        let is_covered = self.aim.borrow().as_ref().is_some_and(|aim| aim.covers(&self.map, PADDING_AT_REST));
        if !is_covered || self.ask_again.get() {
            self.ask_soon();
        }
        // What waited for the rest.
        self.take_turn_soon();
    }

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
        self.ask_again.set(false);
        let Some((placement, viewport)) = Placement::of(&self.map) else { return };
        let view_id = self.last_view_id.get().wrapping_add(1);
        self.last_view_id.set(view_id);
        let Look { line, points, .. } = *self.look.borrow();
        let query = SightQuery { view_id, viewport, lines: line, points };
        if self.store.outside().tracks.ask(query) {
            *self.aim.borrow_mut() = Some(placement.clone());
            *self.asked.borrow_mut() = Some((view_id, placement));
        }
    }

    fn take_in(self: &Rc<Self>, sight: &Sight) {
        let Some((view_id, placement)) = self.asked.take() else { return };
        if view_id == sight.view_id {
            let answer = Answer { picture: Rc::new(Picture::of(sight)), placement };
            *self.answer.borrow_mut() = Some(answer.clone());
            let is_being_painted = self
                .painting
                .borrow()
                .as_ref()
                .is_some_and(|(_, painted)| painted.placement.is(&answer.placement));
            if is_being_painted {
                *self.waiting.borrow_mut() = Some(answer);
            } else {
                self.begin(answer);
            }
        }
        if self.ask_again.get() && !self.is_moving.get() {
            self.ask_soon();
        }
    }

    /// Begins to paint: what is new over what is seen, or everything on the surface that is not.
    fn begin(self: &Rc<Self>, answer: Answer) {
        self.waiting.take();
        let look = self.look.borrow();
        let colours: HashMap<_, _> = look.colours.iter().cloned().collect();
        let colour = |friend: &FriendId| colours.get(friend).copied();
        let style = Style::read(&self.map.get_container(), look.line, look.points, answer.placement.zoom);
        let growth = self.painted.borrow().as_ref().and_then(|painted| {
            let is_same_view = painted.placement.is(&answer.placement);
            is_same_view.then(|| answer.picture.growth_since(&painted.picture)).flatten()
        });
        let picture = answer.picture.clone();
        let painting = match growth {
            Some(growth) => Painting::of_growth(picture, growth, colour, style),
            None => {
                self.back().prepare(&answer.placement);
                Painting::new(picture, colour, style, self.is_moving.get())
            }
        };
        *self.painting.borrow_mut() = Some((painting, answer));
        self.take_turn_soon();
    }

    fn take_turn_soon(self: &Rc<Self>) {
        if self.painting.borrow().is_none() || self.next_turn.borrow().is_some() {
            return;
        }
        let weak = Rc::downgrade(self);
        let turn = Timer::after(0, move || {
            if let Some(inner) = weak.upgrade() {
                inner.next_turn.take();
                inner.take_turn();
            }
        });
        *self.next_turn.borrow_mut() = Some(turn);
    }

    fn take_turn(self: &Rc<Self>) {
        let mut slot = self.painting.borrow_mut();
        let Some((painting, answer)) = &mut *slot else { return };
        // Wide strokes wait until the map rests.
        if self.is_moving.get() && !painting.is_sketching() {
            return;
        }
        let surface = if painting.is_growth() { self.front() } else { self.back() };
        let mut pace = self.pace.borrow_mut();
        let vertices = pace.begin_turn();
        match painting.paint(&surface.context, vertices) {
            Progress::More => pace.end_turn(),
            Progress::Sketched => {
                self.painted.take();
                self.turn_over();
                self.back().prepare(&answer.placement);
            }
            Progress::Done => {
                let points = answer.picture.points;
                if !painting.is_growth() {
                    self.turn_over();
                }
                *self.painted.borrow_mut() = slot.take().map(|(_, answer)| answer);
                drop((slot, pace));
                self.store.dispatch(Event::TracksDrawn { points });
                let waiting = self.waiting.take();
                if let Some(waiting) = waiting {
                    self.begin(waiting);
                }
                return;
            }
        }
        drop((slot, pace));
        self.take_turn_soon();
    }

    /// Shows the painted surface and hides the other.
    fn turn_over(&self) {
        self.back().set_shown(&self.map, true);
        self.front().set_shown(&self.map, false);
        self.front.set(1 - self.front.get());
    }
}
