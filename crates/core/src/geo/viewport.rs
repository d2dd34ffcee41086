//! The part of the map that is on screen.

use super::mercator::WorldPoint;

/// Width of the world in pixels at zoom 0, as all slippy maps have it.
pub const TILE_SIZE_PX: f64 = 256.0;

/// Farthest that anybody pans, in copies of the world.
const MAX_WORLDS: f64 = 1e4;

/// What a map of `width_px` × `height_px` CSS pixels shows around a centre at a zoom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Centre on the Web Mercator plane. Its x is not wrapped: a map panned eastward over the 180° meridian has x > 1.
    pub centre: WorldPoint,
    /// Zoom, may be fractional. Values outside 0…[`Viewport::MAX_ZOOM`] are taken as the nearer end.
    pub zoom: f64,
    /// Width in CSS pixels.
    pub width_px: f64,
    /// Height in CSS pixels.
    pub height_px: f64,
}

impl Viewport {
    /// Closest zoom: a pixel is a quarter of a centimetre.
    pub const MAX_ZOOM: f64 = 26.0;

    /// Width of one world in pixels: 256 · 2^zoom.
    pub fn world_size_px(&self) -> f64 {
        TILE_SIZE_PX * self.zoom.clamp(0.0, Self::MAX_ZOOM).exp2()
    }

    /// Where a point is on screen: pixels right and down of the top left corner.
    pub fn px_from_world(&self, point: WorldPoint) -> (f64, f64) {
        let size = self.world_size_px();
        (
            (point.x - self.centre.x) * size + self.width_px / 2.0,
            (point.y - self.centre.y) * size + self.height_px / 2.0,
        )
    }

    /// The point under a pixel.
    pub fn world_from_px(&self, x_px: f64, y_px: f64) -> WorldPoint {
        let size = self.world_size_px();
        WorldPoint {
            x: self.centre.x + (x_px - self.width_px / 2.0) / size,
            y: self.centre.y + (y_px - self.height_px / 2.0) / size,
        }
    }

    /// The part of the plane on screen, widened by `padding_px` on every side; `None` when nothing is on screen, or
    /// when a number is not finite or so large that pixels can no longer be told apart.
    pub fn world_box(&self, padding_px: f64) -> Option<WorldBox> {
        let top_left = self.world_from_px(-padding_px, -padding_px);
        let bottom_right = self.world_from_px(self.width_px + padding_px, self.height_px + padding_px);
        let sensible = [top_left.x, top_left.y, bottom_right.x, bottom_right.y]
            .into_iter()
            .all(|value| (-MAX_WORLDS..=MAX_WORLDS).contains(&value));
        (sensible && top_left.x < bottom_right.x && top_left.y < bottom_right.y).then_some(WorldBox {
            west: top_left.x,
            north: top_left.y,
            east: bottom_right.x,
            south: bottom_right.y,
        })
    }
}

/// An upright box on the Web Mercator plane, in units of the world's width. x is not wrapped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WorldBox {
    /// Smallest x.
    pub west: f64,
    /// Smallest y.
    pub north: f64,
    /// Largest x.
    pub east: f64,
    /// Largest y.
    pub south: f64,
}

impl WorldBox {
    /// Whether the boxes share a point.
    pub fn intersects(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.north <= other.south
            && other.north <= self.south
    }

    /// Whether a point lies inside or on an edge.
    pub fn contains(&self, point: WorldPoint) -> bool {
        (self.west..=self.east).contains(&point.x) && (self.north..=self.south).contains(&point.y)
    }

    /// The same box `worlds` copies further east.
    #[must_use]
    pub fn shifted(&self, worlds: f64) -> Self {
        Self { west: self.west + worlds, east: self.east + worlds, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZURICH: Viewport = Viewport {
        centre: WorldPoint { x: 0.5237, y: 0.3501 },
        zoom: 12.5,
        width_px: 800.0,
        height_px: 600.0,
    };

    #[test]
    fn the_centre_is_in_the_middle_and_pixels_go_there_and_back() {
        assert_eq!(ZURICH.px_from_world(ZURICH.centre), (400.0, 300.0));
        let (x, y) = ZURICH.px_from_world(ZURICH.world_from_px(17.0, 599.0));
        assert!((x - 17.0).abs() < 1e-6 && (y - 599.0).abs() < 1e-6);
        assert_eq!(Viewport { zoom: 3.0, ..ZURICH }.world_size_px(), 2048.0);
    }

    #[test]
    fn odd_numbers_show_nothing() {
        assert!(Viewport { zoom: f64::NAN, ..ZURICH }.world_box(0.0).is_none());
        assert!(Viewport { width_px: 0.0, ..ZURICH }.world_box(0.0).is_none());
        assert!(Viewport { width_px: f64::INFINITY, ..ZURICH }.world_box(0.0).is_none());
        assert!(Viewport { centre: WorldPoint { x: 1e9, y: 0.5 }, ..ZURICH }.world_box(0.0).is_none());
        assert!(ZURICH.world_box(10.0).is_some_and(|shown| shown.contains(ZURICH.centre)));
    }
}
