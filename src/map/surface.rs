//! A picture on the map, and where on the map it belongs.

use dashboard_core::geo::{TILE_SIZE_PX, Viewport, WorldPoint};
use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, ImageBitmap, ImageBitmapRenderingContext};

use crate::platform::page;

use super::leaflet::{self, LatLng, Map, Point, ZoomAnimation};

/// The pane's name; the style sheet puts it between the tiles and the markers.
const PANE: &str = "tracks";

/// How far pictures reach beyond each edge of the map, as a share of the side: usually, and at least.
const PADDING: f64 = 0.2;
const LEAST_PADDING: f64 = 0.06;

/// Most pixels of a picture: 40 MB. Only the largest screens need more, and get a coarser one.
const MAX_DEVICE_PX: f64 = 1e7;

/// A part of the map at a zoom, larger than what is seen.
#[derive(Clone)]
pub struct Placement {
    top_left: LatLng,
    /// Leaflet's zoom.
    pub zoom: f64,
    width_px: f64,
    height_px: f64,
    padding_px: (f64, f64),
}

impl Placement {
    /// Around what is seen now, with the same in the terms of `geo` and how fine its picture should be; `None` while the
    /// map has no size.
    pub fn of(map: &Map) -> Option<(Self, Viewport, f64)> {
        Self::around(map, &map.get_center(), map.get_zoom())
    }

    /// Around what will be seen.
    pub fn around(map: &Map, centre: &LatLng, zoom: f64) -> Option<(Self, Viewport, f64)> {
        let size = map.get_size();
        let (width, height) = (size.x(), size.y());
        if width < 1.0 || height < 1.0 {
            return None;
        }
        let (padding, pixel_ratio) = fineness(width * height, page::window().device_pixel_ratio());
        let padding_px = ((width * padding).round(), (height * padding).round());
        let (width_px, height_px) = (width + 2.0 * padding_px.0, height + 2.0 * padding_px.1);
        let middle = map.project_with_zoom(centre, zoom);
        // Whole pixels of the world, as Leaflet's tiles: nothing is ever between two pixels of the screen.
        let corner =
            Point::new((middle.x() - width_px / 2.0).round(), (middle.y() - height_px / 2.0).round());
        let world_px = TILE_SIZE_PX * zoom.exp2();
        let centre = WorldPoint {
            x: (corner.x() + width_px / 2.0) / world_px,
            y: (corner.y() + height_px / 2.0) / world_px,
        };
        let viewport = Viewport { centre, zoom, width_px, height_px };
        let top_left = map.unproject_with_zoom(&corner, zoom);
        Some((Self { top_left, zoom, width_px, height_px, padding_px }, viewport, pixel_ratio))
    }

    /// A piece of it: left, top, width, height in pixels.
    pub fn piece(&self, map: &Map, [left, top, width_px, height_px]: [f64; 4]) -> Self {
        let corner = map.project_with_zoom(&self.top_left, self.zoom);
        let top_left = map.unproject_with_zoom(&Point::new(corner.x() + left, corner.y() + top), self.zoom);
        Self { top_left, zoom: self.zoom, width_px, height_px, padding_px: (0.0, 0.0) }
    }

    /// Whether all that is seen of the map lies within, and `share` (0…1) of the padding beyond it.
    pub fn covers(&self, map: &Map, share: f64) -> bool {
        let size = map.get_size();
        let seen = leaflet::methods(map).container_point_to_layer_point(&Point::new(0.0, 0.0));
        let own = map.lat_lng_to_layer_point(&self.top_left);
        let is_within = |seen: f64, size: f64, own: f64, own_size: f64, padding: f64| {
            let before = seen - own;
            // Leaflet and we may round differently.
            before.min(own_size - size - before) + 1.0 >= padding * share
        };
        self.zoom == map.get_zoom()
            && is_within(seen.x(), size.x(), own.x(), self.width_px, self.padding_px.0)
            && is_within(seen.y(), size.y(), own.y(), self.height_px, self.padding_px.1)
    }
}

/// Padding and pixel ratio for a map of so many pixels on a screen of this ratio.
fn fineness(map_px: f64, screen_ratio: f64) -> (f64, f64) {
    let screen_px = map_px * screen_ratio * screen_ratio;
    let room = ((MAX_DEVICE_PX / screen_px).sqrt() - 1.0) / 2.0;
    let padding = room.clamp(LEAST_PADDING, PADDING);
    let padded_px = map_px * (1.0 + 2.0 * padding).powi(2);
    (padding, screen_ratio.min((MAX_DEVICE_PX / padded_px).sqrt()))
}

/// A place on the map for pictures from the worker, one at a time. Nothing is painted here.
pub struct Surface {
    canvas: HtmlCanvasElement,
    context: ImageBitmapRenderingContext,
    placement: RefCell<Option<Placement>>,
}

impl Surface {
    /// An empty one.
    pub fn new(map: &Map) -> Self {
        let canvas: HtmlCanvasElement =
            document().create_element("canvas").expect("canvas is a valid name").unchecked_into();
        canvas.set_class_name("leaflet-zoom-animated");
        canvas.set_hidden(true);
        let context = canvas.get_context("bitmaprenderer").ok().flatten();
        let context = context.expect("a canvas without another context has this one").unchecked_into();
        // Appending a fresh element cannot fail.
        let _ = leaflet::pane(map, PANE).append_child(&canvas);
        Self { canvas, context, placement: RefCell::new(None) }
    }

    /// Shows a picture in place of the one before.
    pub fn show(&self, map: &Map, bitmap: &ImageBitmap, placement: Placement) {
        self.context.transfer_from_image_bitmap(bitmap);
        let style = self.canvas.style();
        // To a thousandth of a pixel, without the means to write fractions, which cost the page bytes.
        let thousandths = |px: f64| format!("calc({}px / 1000)", (px * 1000.0).round() as u32);
        let _ = style.set_property("width", &thousandths(placement.width_px));
        let _ = style.set_property("height", &thousandths(placement.height_px));
        *self.placement.borrow_mut() = Some(placement);
        self.place(map);
        self.canvas.set_hidden(false);
    }

    /// Shows nothing, and keeps no memory for it.
    pub fn clear(&self) {
        if self.placement.take().is_some() {
            self.canvas.set_hidden(true);
            self.canvas.set_width(1);
            self.canvas.set_height(1);
        }
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

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn pictures_are_as_fine_as_the_screen_unless_that_is_huge() {
        assert_eq!(fineness(1440.0 * 900.0, 1.0), (PADDING, 1.0));
        assert_eq!(fineness(390.0 * 844.0, 3.0), (PADDING, 3.0));
        for (width, height, ratio) in [(3840.0, 2160.0, 1.0), (1920.0, 1080.0, 2.0), (3840.0, 2160.0, 2.0)] {
            let (padding, fine) = fineness(width * height, ratio);
            assert!(padding >= LEAST_PADDING && fine <= ratio);
            let device_px = width * height * (1.0 + 2.0 * padding).powi(2) * fine * fine;
            assert!(device_px <= MAX_DEVICE_PX * 1.001, "{device_px}");
        }
    }
}
