//! The map: an imperative island that reads views and dispatches events. The only room that names Leaflet.
//!
//! What it adds it removes: layers, listeners and animation frames belong to values that clean up when dropped.

mod base;
mod camera;
mod coastline;
mod land;
mod leaflet;
mod lens;
mod markers;
mod overlay;
mod places;
mod stays;
mod surface;
mod surroundings;
mod texts;
mod view;
mod viewer;

use std::cell::RefCell;
use std::rc::Rc;

use dashboard_core::geo::TILE_SIZE_PX;
use dashboard_core::model::view::ViewerPlace;
use dashboard_core::model::viewing::{ViewedPerson, ViewingView};
use dashboard_core::model::{Interface, Units};
use dashboard_core::time::UnixMillis;
use leptos::prelude::*;
use web_sys::HtmlElement;

use crate::platform::frame::PerFrame;
use crate::platform::page;
use crate::store::{Store, View, follow};

use base::BaseMap;
use camera::Camera;
use leaflet::{EdgeControl, Map, MapOptions};
use lens::Lens;
use markers::FriendMarkers;
use overlay::{TrackOverlay, Wanted};
use places::PlaceMarks;
use stays::StayMarks;
use surroundings::Surroundings;
use view::ViewDrawing;
use viewer::ViewerDot;

pub use texts::{MarkerTexts, TrackTexts};

/// Ages in the markers' names are brought up to date this often.
const LABELS_EVERY_MS: i64 = 10_000;

/// The map as others hold it, to have more drawn on it.
#[derive(Clone)]
pub struct Chart {
    map: Map,
    camera: Rc<Camera>,
}

/// Makes `element` the map, for as long as the reactive owner lives. `texts` are the words on it.
pub fn build(store: Store, element: &HtmlElement, texts: MarkerTexts) -> Option<Chart> {
    let island = StoredValue::new_local(Island::build(store, element, texts));
    let built = island.get_value()?;
    let chart = Chart { map: built.map.0.clone(), camera: built.camera.clone() };
    built.follow_views(store);
    on_cleanup(move || {
        store.outside().on_map_move(None);
        island.set_value(None);
    });
    Some(chart)
}

/// Draws where the viewer is, for as long as the reactive owner lives. In the second part of the module, as histories are.
pub fn show_viewer(store: Store, chart: &Chart, name: fn() -> &'static str) {
    let dot = RefCell::new(ViewerDot::new(chart.map.clone()));
    let viewer = Memo::new(move |_| store.friends.with(|friends| friends.viewer));
    follow(move || {
        let place = match viewer.get() {
            ViewerPlace::At(place) => Some(place),
            ViewerPlace::Unasked | ViewerPlace::Refused => None,
        };
        dot.borrow_mut().show(place, name());
    });
}

/// Draws the view of a Recorder that is open, for as long as the reactive owner lives. In the second part of the module.
pub fn show_view(
    store: Store,
    chart: &Chart,
    view: View<ViewingView>,
    label: fn(&ViewedPerson, UnixMillis) -> String,
) {
    let drawing = RefCell::new(ViewDrawing::new(chart.map.clone(), label));
    let turn = Memo::new(move |_| store.now.get().0 / LABELS_EVERY_MS);
    let settings = Memo::new(move |_| store.chrome.with(|chrome| chrome.settings.clone()));
    follow(move || {
        // Ages and words in the name.
        turn.get();
        settings.with(|_| ());
        view.with(|view| drawing.borrow_mut().show(view, store.now.get_untracked()));
    });
}

/// Draws histories on the map, with what is looked at in them, for as long as the reactive owner lives. In the second part of
/// the module.
pub fn show_tracks(store: Store, chart: &Chart, texts: TrackTexts) {
    let overlay = TrackOverlay::new(store, chart.map.clone());
    let layers = Memo::new(move |_| store.chrome.with(|chrome| chrome.layers));
    let settings = Memo::new(move |_| store.chrome.with(|chrome| chrome.settings.clone()));
    let colours = Memo::new(move |_| {
        store.history.with(|history| {
            history.friends.iter().map(|friend| (friend.id.clone(), friend.colour)).collect::<Vec<_>>()
        })
    });
    follow(move || {
        // Tracked as a whole: a theme changes all colours.
        let (quantity, metric) =
            settings.with(|settings| (settings.line_colour.quantity(), is_metric(settings.units)));
        let layers = layers.get();
        overlay.show(Wanted {
            colours: colours.get(),
            line: layers.line,
            points: layers.points,
            heat: layers.heat,
            quantity,
            imperial: !metric,
        });
    });

    let lens = Lens::new(store, chart.map.clone(), chart.camera.clone(), texts);
    let has_card = Memo::new(move |_| store.chrome.with(|chrome| chrome.interface == Interface::Full));
    follow(move || {
        settings.track();
        store.inspection.with(|view| lens.show(view, has_card.get()));
    });

    let stays = StayMarks::new(chart.map.clone(), texts);
    follow(move || {
        settings.track();
        store.stays.with(|view| store.places.with(|places| stays.show(view, places)));
    });
}

/// Everything on the map. Fields drop in order: what lies on the map before the map.
struct Island {
    markers: RefCell<FriendMarkers>,
    surroundings: RefCell<Surroundings>,
    places: RefCell<PlaceMarks>,
    base: RefCell<BaseMap>,
    texts: MarkerTexts,
    scale: RefCell<Option<EdgeControl>>,
    camera: Rc<Camera>,
    map: OwnedMap,
}

/// Leaflet's map, removed when dropped.
struct OwnedMap(Map);

impl Drop for OwnedMap {
    fn drop(&mut self) {
        self.0.remove();
    }
}

impl Island {
    /// `None` when Leaflet did not load; the rest of the page works without a map.
    fn build(store: Store, element: &web_sys::HtmlElement, texts: MarkerTexts) -> Option<Rc<Self>> {
        let options = MapOptions::new();
        options.set_zoom_control(false);
        options.set_attribution_control(false);
        options.set_zoom_snap(0.5);
        options.set_zoom_delta(1.0);
        options.set_min_zoom(whole_world_zoom(f64::from(element.client_width())));
        options.set_max_zoom(20.0);
        options.set_world_copy_jump(true);
        let map = Map::new_with_element(element, &options).ok()?;
        let camera = Camera::new(store, map.clone());
        leaflet::attribution().add_to(&map);
        leaflet::zoom_buttons().add_to(&map);
        let base = BaseMap::new(store, map.clone());
        store.outside().on_map_move(Some({
            let camera = camera.clone();
            Box::new(move |map_move| camera.move_map(store, map_move))
        }));
        Some(Rc::new(Self {
            markers: RefCell::new(FriendMarkers::new(store, map.clone(), camera.clone(), texts)),
            surroundings: RefCell::new(Surroundings::new(map.clone())),
            places: RefCell::new(PlaceMarks::new(map.clone())),
            base: RefCell::new(base),
            texts,
            scale: RefCell::new(None),
            camera,
            map: OwnedMap(map),
        }))
    }

    /// Draws each view whenever it changes.
    fn follow_views(self: Rc<Self>, store: Store) {
        let island = self.clone();
        let layers = Memo::new(move |_| store.chrome.with(|chrome| chrome.layers));
        follow(move || {
            let layers = layers.get();
            store.friends.with(|friends| {
                island.markers.borrow_mut().show(friends, layers.live);
                island.surroundings.borrow_mut().show(friends, layers.live);
            });
        });

        // In the frame after: by then the interface speaks the language that was chosen.
        let island = Rc::downgrade(&self);
        let relabel = PerFrame::new(move || {
            if let Some(island) = island.upgrade() {
                island.markers.borrow().relabel();
                leaflet::name_zoom_buttons(
                    &island.map.0,
                    &(island.texts.zoom_in)(),
                    &(island.texts.zoom_out)(),
                );
            }
        });
        let label_turn = Memo::new(move |_| store.now.get().0 / LABELS_EVERY_MS);
        let settings = Memo::new(move |_| store.chrome.with(|chrome| chrome.settings.clone()));
        follow(move || {
            // Read and not only tracked: a memo that nobody reads never runs.
            label_turn.get();
            settings.track();
            relabel.request();
        });

        let island = self.clone();
        follow(move || {
            let layers = layers.get();
            store.places.with(|places| {
                island.places.borrow_mut().show(places, layers.regions, layers.poi);
            });
        });

        let island = self.clone();
        follow(move || store.chrome.with(|chrome| island.base.borrow_mut().show(chrome)));

        let island = self;
        let metric = Memo::new(move |_| settings.with(|settings| is_metric(settings.units)));
        follow(move || {
            let scale = leaflet::scale(metric.get());
            scale.add_to(&island.map.0);
            if let Some(old) = island.scale.replace(Some(scale)) {
                old.remove();
            }
        });
    }
}

/// The zoom, in steps of the map, at which the world is as wide as the map, so that friends on all continents fit: 2 for all
/// but phones and small frames.
fn whole_world_zoom(width_px: f64) -> f64 {
    ((width_px.max(1.0) / TILE_SIZE_PX).log2() * 2.0).floor().clamp(0.0, 4.0) / 2.0
}

/// Whether lengths are in metres; `Auto` goes by the region of the browser's language.
fn is_metric(units: Units) -> bool {
    match units {
        Units::Metric => true,
        Units::Imperial => false,
        Units::Auto => {
            let language = page::window().navigator().language().unwrap_or_default();
            // The countries whose road signs show miles.
            !["-US", "-GB", "-LR", "-MM"].iter().any(|region| language.ends_with(region))
        }
    }
}
