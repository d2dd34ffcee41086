//! A canvas on the map, and where on the map it belongs.

use dashboard_core::geo::{TILE_SIZE_PX, Viewport, WorldPoint};
use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::platform::page;

use super::leaflet::{self, LatLng, Map, Point, ZoomAnimation};

/// The pane's name; the style sheet puts it between the tiles and the markers.
const PANE: &str = "tracks";

/// How far canvases reach beyond each edge of the map, as a share of its longer side.
const PADDING: f64 = 0.25;

/// A part of the map at a zoom, larger than what is seen.
#[derive(Clone)]
pub struct Placement {
    top_left: LatLng,
    /// Leaflet's zoom.
    pub zoom: f64,
    width_px: f64,
    height_px: f64,
    padding_px: f64,
}

impl Placement {
    /// Around what is seen now, with the same in the terms of `geo`; `None` while the map has no size.
    pub fn of(map: &Map) -> Option<(Self, Viewport)> {
        let size = map.get_size();
        if size.x() < 1.0 || size.y() < 1.0 {
            return None;
        }
        let padding_px = (size.x().max(size.y()) * PADDING).round();
        let (width_px, height_px) = (size.x() + 2.0 * padding_px, size.y() + 2.0 * padding_px);
        let corner = Point::new(-padding_px, -padding_px);
        let top_left =
            map.layer_point_to_lat_lng(&leaflet::methods(map).container_point_to_layer_point(&corner));
        let zoom = map.get_zoom();
        let world_px = TILE_SIZE_PX * zoom.exp2();
        let corner = map.project_with_zoom(&top_left, zoom);
        let centre = WorldPoint {
            x: (corner.x() + width_px / 2.0) / world_px,
            y: (corner.y() + height_px / 2.0) / world_px,
        };
        let viewport = Viewport { centre, zoom, width_px, height_px };
        Some((Self { top_left, zoom, width_px, height_px, padding_px }, viewport))
    }

    /// Whether both are the same part of the map.
    pub fn is(&self, other: &Self) -> bool {
        let corner = |placement: &Self| (placement.top_left.lat(), placement.top_left.lng());
        self.zoom == other.zoom
            && (self.width_px, self.height_px) == (other.width_px, other.height_px)
            && corner(self) == corner(other)
    }

    /// Whether all that is seen of the map lies within, and `share` (0…1) of the padding beyond it.
    pub fn covers(&self, map: &Map, share: f64) -> bool {
        let size = map.get_size();
        let seen = leaflet::methods(map).container_point_to_layer_point(&Point::new(0.0, 0.0));
        let own = map.lat_lng_to_layer_point(&self.top_left);
        let room = |before: f64, seen_px: f64, own_px: f64| before.min(own_px - seen_px - before);
        let room_px = room(seen.x() - own.x(), size.x(), self.width_px).min(room(
            seen.y() - own.y(),
            size.y(),
            self.height_px,
        ));
        self.zoom == map.get_zoom() && room_px >= self.padding_px * share
    }
}

/// A canvas on the map.
pub struct Surface {
    canvas: HtmlCanvasElement,
    /// To paint with, in pixels of the style sheet.
    pub context: CanvasRenderingContext2d,
    placement: RefCell<Option<Placement>>,
}

impl Surface {
    /// An empty one, not shown.
    pub fn new(map: &Map) -> Self {
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

    /// Clears the canvas and gives it another place.
    pub fn prepare(&self, placement: &Placement) {
        let pixel_ratio = page::window().device_pixel_ratio();
        let (width, height) = (placement.width_px, placement.height_px);
        let (width_device_px, height_device_px) =
            ((width * pixel_ratio) as u32, (height * pixel_ratio) as u32);
        if (self.canvas.width(), self.canvas.height()) == (width_device_px, height_device_px) {
            // Without new memory, which setting the size would take.
            let _ = self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
            self.context.clear_rect(0.0, 0.0, f64::from(width_device_px), f64::from(height_device_px));
        } else {
            self.canvas.set_width(width_device_px);
            self.canvas.set_height(height_device_px);
            let style = self.canvas.style();
            let _ = style.set_property("width", &format!("{}px", width as u32));
            let _ = style.set_property("height", &format!("{}px", height as u32));
        }
        let _ = self.context.set_transform(pixel_ratio, 0.0, 0.0, pixel_ratio, 0.0, 0.0);
        *self.placement.borrow_mut() = Some(placement.clone());
    }

    /// Shows or hides it.
    pub fn set_shown(&self, map: &Map, shown: bool) {
        if shown {
            self.place(map);
        }
        self.canvas.set_hidden(!shown);
    }

    /// Puts it where it belongs, scaled while its picture is of another zoom.
    pub fn place(&self, map: &Map) {
        if let Some(placement) = &*self.placement.borrow() {
            let scale = map.get_zoom_scale(map.get_zoom(), placement.zoom);
            let offset = map.lat_lng_to_layer_point(&placement.top_left);
            leaflet::set_transform(&self.canvas, &offset, scale);
        }
    }

    /// Leaflet animates by style sheet towards the end of the zoom; so does this.
    pub fn follow_zoom(&self, map: &Map, animation: &ZoomAnimation) {
        if let Some(placement) = &*self.placement.borrow() {
            let (zoom, centre) = (animation.zoom(), animation.center());
            let scale = map.get_zoom_scale(zoom, placement.zoom);
            let offset = leaflet::methods(map).lat_lng_to_new_layer_point(&placement.top_left, zoom, &centre);
            leaflet::set_transform(&self.canvas, &offset, scale);
        }
    }
}

impl Drop for Surface {
    fn drop(&mut self) {
        self.canvas.remove();
    }
}
