//! What lies under everything: tiles of the chosen source, and the built-in coastlines where they fail.

use std::cell::Cell;
use std::rc::Rc;

use dashboard_core::model::view::ChromeView;
use dashboard_core::model::{Event, TileSource};
use wasm_bindgen::JsCast;

use crate::store::Store;

use super::coastline::Coastline;
use super::leaflet::{self, Map, Subscription, TileEvent, TileLayer, TileLayerOptions};

/// So many tiles fail in a row before the source counts as failing. A single missing tile is normal at the edges.
const FAILURES_IN_A_ROW: u32 = 4;

/// The base map.
pub struct BaseMap {
    store: Store,
    map: Map,
    tiles: Option<Tiles>,
    coastline: Option<Coastline>,
}

struct Tiles {
    source: TileSource,
    layer: TileLayer,
    _watch: [Subscription; 3],
}

impl BaseMap {
    /// Nothing yet.
    pub fn new(store: Store, map: Map) -> Self {
        Self { store, map, tiles: None, coastline: None }
    }

    /// Shows the chosen source; the coastlines as well while it fails.
    pub fn show(&mut self, chrome: &ChromeView) {
        let wanted = chrome
            .tiles
            .iter()
            .find(|source| Some(&source.name) == chrome.settings.tile_source.as_ref())
            .or_else(|| chrome.tiles.first());
        if self.tiles.as_ref().map(|tiles| &tiles.source) != wanted {
            self.tiles = wanted.map(|source| Tiles::add(self.store, &self.map, source));
        }
        let needs_coastline = chrome.tiles_failed;
        match &self.coastline {
            None if needs_coastline => self.coastline = Some(Coastline::add(self.map.clone())),
            Some(_) if !needs_coastline => self.coastline = None,
            _ => {}
        }
    }
}

impl Tiles {
    fn add(store: Store, map: &Map, source: &TileSource) -> Self {
        let options = TileLayerOptions::new();
        options.set_attribution(escaped(&source.attribution));
        options.set_max_zoom(24.0);
        options.set_max_native_zoom(f64::from(source.max_zoom));
        let layer = TileLayer::new_options(&source.url, &options);
        let failures = Rc::new(Cell::new(0_u32));
        let failed = {
            let failures = failures.clone();
            Subscription::new(&layer, "tileerror", move |_| {
                failures.set(failures.get().saturating_add(1));
                if failures.get() == FAILURES_IN_A_ROW {
                    store.dispatch(Event::TilesFailed(true));
                }
            })
        };
        let loaded = Subscription::new(&layer, "tileload", move |_| {
            if failures.replace(0) >= FAILURES_IN_A_ROW {
                store.dispatch(Event::TilesFailed(false));
            }
        });
        let begun = Subscription::new(&layer, "tileloadstart", |event| {
            leaflet::flatten(&event.unchecked_into::<TileEvent>().tile());
        });
        layer.add_to(map);
        Self { source: source.clone(), layer, _watch: [failed, loaded, begun] }
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        self.layer.remove();
    }
}

/// Leaflet shows attributions as HTML; ours are text.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
