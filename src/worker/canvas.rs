//! A canvas in the worker.

use js_sys::{Object, Reflect};
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{ImageBitmap, ImageData, OffscreenCanvas, OffscreenCanvasRenderingContext2d};

/// A canvas to be painted on in pixels of the style sheet, and handed over.
pub struct Canvas {
    canvas: OffscreenCanvas,
    pub context: OffscreenCanvasRenderingContext2d,
}

impl Canvas {
    /// An empty one of so many device pixels; `None` when the browser has none that large, or none at all.
    pub fn new(width_device_px: u32, height_device_px: u32) -> Option<Self> {
        let canvas = OffscreenCanvas::new(width_device_px.max(1), height_device_px.max(1)).ok()?;
        // Painted by this thread, where nobody waits for it, and not by the one that moves the map on screen: measured
        // without a graphics processor, and kinder to weak ones.
        let options = Object::new();
        // Setting a field of a fresh object cannot fail.
        let _ = Reflect::set(&options, &"willReadFrequently".into(), &true.into());
        let context = canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
        Some(Self { canvas, context })
    }

    /// Clears it, for another picture that is seen from `left_px`, `top_px` on.
    pub fn prepare(&self, size_device_px: (u32, u32), pixel_ratio: f64, left_px: f64, top_px: f64) {
        let (width, height) = (size_device_px.0.max(1), size_device_px.1.max(1));
        if (self.canvas.width(), self.canvas.height()) == (width, height) {
            // Setting a transform of finite numbers cannot fail.
            let _ = self.context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
            self.context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
        } else {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        let (dx, dy) = (-left_px * pixel_ratio, -top_px * pixel_ratio);
        let _ = self.context.set_transform(pixel_ratio, 0.0, 0.0, pixel_ratio, dx, dy);
    }

    /// Waits until everything asked for is really painted. A browser may collect it otherwise, and do it all at once.
    pub fn settle(&self) {
        let _ = self.context.get_image_data(0.0, 0.0, 1.0, 1.0);
    }

    /// Takes the picture, leaving an empty canvas. `None` when there is no memory for it.
    pub fn take(&self) -> Option<ImageBitmap> {
        self.canvas.transfer_to_image_bitmap().ok()
    }
}

/// A picture of ready pixels: red, green, blue and opacity of each.
pub fn bitmap_of(pixels: &[u8], columns: u32, rows: u32) -> Option<ImageBitmap> {
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), columns, rows).ok()?;
    let canvas = Canvas::new(columns, rows)?;
    canvas.context.put_image_data(&data, 0.0, 0.0).ok()?;
    canvas.take()
}
