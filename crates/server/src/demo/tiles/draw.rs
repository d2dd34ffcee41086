//! From the chart to one picture.

use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Stroke, StrokeDash, Transform,
};

use super::Tile;
use super::chart::{Built, Chart, Corner, Road, Shape};
use super::{lettering, palette};
use crate::demo::town::{Class, PlaceKind};

/// Width and height of a tile in pixels.
pub const SIDE_PX: u32 = 256;

/// Metres of a world's width at the town's latitude: from metres to pixels.
const WORLD_M: f64 = 40_030_174.0 * 0.674;

/// Draws `tile` as a PNG.
pub fn draw(chart: &Chart, tile: Tile) -> Vec<u8> {
    let Some(mut picture) = Pixmap::new(SIDE_PX, SIDE_PX) else { return Vec::new() };
    picture.fill(colour(palette::LAND));
    let mut sheet = Sheet { picture, scale: f64::from(SIDE_PX) * f64::from(1_u32 << tile.zoom), tile };
    sheet.land(chart);
    sheet.houses(chart);
    sheet.roads(chart);
    sheet.street_names(chart);
    sheet.place_names(chart);
    sheet.picture.encode_png().unwrap_or_default()
}

/// A tile while it is drawn.
struct Sheet {
    picture: Pixmap,
    /// Pixels per width of the world.
    scale: f64,
    tile: Tile,
}

impl Sheet {
    fn land(&mut self, chart: &Chart) {
        for (fields, rgb) in chart.fields.iter().zip(palette::FIELDS) {
            self.fill_all(fields, rgb);
        }
        self.fill_all(&chart.woods, palette::WOOD);
        self.built_up(chart);
        self.fill_all(&chart.parks, palette::PARK);
        self.fill_all(&chart.sands, palette::SAND);
        self.fill_all(&chart.waters, palette::WATER);
        if self.tile.zoom >= 11 {
            let shores = self.path_of(chart.waters.iter(), 4.0, true);
            self.stroke(shores, palette::SHORE, 1.2, None);
        }
    }

    /// The ground among houses: a broad band along streets.
    fn built_up(&mut self, chart: &Chart) {
        for (built, rgb) in [(Built::Houses, palette::BUILT), (Built::Industry, palette::INDUSTRY)] {
            let streets = chart.roads.iter().filter(|road| road.built == Some(built)).map(|road| &road.shape);
            let width_px = (250.0 * self.pixels_per_metre()) as f32;
            let bands = self.path_of(streets, f64::from(width_px), false);
            self.stroke(bands, rgb, width_px.max(0.5), None);
        }
    }

    fn houses(&mut self, chart: &Chart) {
        if self.tile.zoom < 15 {
            return;
        }
        let path = self.path_of(chart.houses.iter(), 2.0, true);
        if let Some(path) = &path {
            self.picture.fill_path(
                path,
                &paint(palette::HOUSE),
                FillRule::Winding,
                Transform::identity(),
                None,
            );
        }
        if self.tile.zoom >= 16 {
            self.stroke(path, palette::HOUSE_EDGE, 0.8, None);
        }
    }

    fn roads(&mut self, chart: &Chart) {
        let zoom = self.tile.zoom;
        let paths = self.roads_of(chart, Class::Path);
        let dash = StrokeDash::new(vec![4.0, 2.5], 0.0).filter(|_| zoom >= 15);
        self.stroke(paths, palette::PATH, palette::width_px(Class::Path, zoom), dash);
        for class in [Class::Street, Class::Main, Class::Motorway] {
            let width_px = palette::width_px(class, zoom);
            let casing_px = if zoom >= 13 || class != Class::Street && zoom >= 11 { 1.6 } else { 0.0 };
            let path = self.roads_of(chart, class);
            if casing_px > 0.0 {
                self.stroke(path, palette::road(class).1, width_px + casing_px, None);
            }
        }
        for class in [Class::Street, Class::Main, Class::Motorway] {
            let (fill, casing) = palette::road(class);
            let faint = zoom < 11 || (class == Class::Street && zoom < 13);
            let path = self.roads_of(chart, class);
            self.stroke(path, if faint { casing } else { fill }, palette::width_px(class, zoom), None);
        }
        let width_px = palette::width_px(Class::Rail, zoom);
        let rails = self.roads_of(chart, Class::Rail);
        self.stroke(rails, palette::RAIL, width_px + 0.8, None);
        if zoom >= 13 {
            let rails = self.roads_of(chart, Class::Rail);
            let sleepers = StrokeDash::new(vec![7.0, 7.0], 0.0);
            self.stroke(rails, 0xffffff, width_px - 0.6, sleepers);
        }
    }

    /// Names along the streets, wherever a straight stretch is long enough.
    fn street_names(&mut self, chart: &Chart) {
        if self.tile.zoom < 16 {
            return;
        }
        for (number, road) in chart.roads.iter().enumerate() {
            if matches!(road.class, Class::Path | Class::Rail) || !self.is_near(&road.shape, 4.0) {
                continue;
            }
            let Some((path, width_px)) = road.name.as_ref().and_then(|name| lettering::text(name, 6.6, 0.3))
            else {
                continue;
            };
            let [(x0, y0), (x1, y1)] = [0, 1].map(|end| self.pixel(road.shape.corners[end]));
            // Not on every stretch of a long street.
            if (x1 - x0).hypot(y1 - y0) < width_px * 1.25 || number % 3 != 0 {
                continue;
            }
            let angle_deg = (y1 - y0).atan2(x1 - x0).to_degrees();
            let upright_deg = (angle_deg + 90.0).rem_euclid(180.0) - 90.0; // never upside down
            let at = Transform::from_rotate(upright_deg)
                .post_translate(f32::midpoint(x0, x1), f32::midpoint(y0, y1));
            self.write(path.transform(at), palette::INK, 1.0);
        }
    }

    fn place_names(&mut self, chart: &Chart) {
        let zoom = self.tile.zoom;
        for name in &chart.names {
            let (zooms, capital_px, spread, rgb) = match name.place.kind {
                PlaceKind::Town => (9..=14, 11.0, 0.6, palette::INK),
                PlaceKind::Village => (11..=16, 8.2, 0.5, palette::INK),
                PlaceKind::District => (14..=16, 8.0, 1.2, palette::INK),
                PlaceKind::Water => (10..=15, 10.0, 3.0, palette::WATER_INK),
                PlaceKind::Green => (13..=17, 7.6, 0.8, palette::GREEN_INK),
            };
            let (x, y) = self.pixel(name.at);
            let near = |at: f32| (-300.0..SIDE_PX as f32 + 300.0).contains(&at);
            if !zooms.contains(&zoom) || !near(x) || !near(y) {
                continue;
            }
            if let Some((path, _)) = lettering::text(name.place.name, capital_px, spread) {
                let heavy = if name.place.kind == PlaceKind::Town { 1.9 } else { 1.35 };
                self.write(path.transform(Transform::from_translate(x, y)), rgb, heavy);
            }
        }
    }

    /// Writes a name with a light edge around it.
    fn write(&mut self, path: Option<Path>, rgb: u32, width: f32) {
        self.stroke(path.clone(), palette::HALO, width + 3.2, None);
        self.stroke(path, rgb, width, None);
    }

    fn roads_of(&self, chart: &Chart, class: Class) -> Option<Path> {
        if palette::width_px(class, self.tile.zoom) == 0.0 {
            return None;
        }
        let roads = chart.roads.iter().filter(|road: &&Road| road.class == class);
        self.path_of(roads.map(|road| &road.shape), 24.0, false)
    }

    fn fill_all(&mut self, shapes: &[Shape], rgb: u32) {
        if let Some(path) = self.path_of(shapes.iter(), 2.0, true) {
            self.picture.fill_path(&path, &paint(rgb), FillRule::Winding, Transform::identity(), None);
        }
    }

    fn stroke(&mut self, path: Option<Path>, rgb: u32, width: f32, dash: Option<StrokeDash>) {
        let Some(path) = path.filter(|_| width > 0.0) else { return };
        let line_cap = if dash.is_some() { LineCap::Butt } else { LineCap::Round };
        let stroke = Stroke { width, line_cap, line_join: LineJoin::Round, dash, ..Stroke::default() };
        self.picture.stroke_path(&path, &paint(rgb), &stroke, Transform::identity(), None);
    }

    /// One path of all the shapes that come within `margin_px` of the tile.
    fn path_of<'a>(
        &self,
        shapes: impl Iterator<Item = &'a Shape>,
        margin_px: f64,
        closed: bool,
    ) -> Option<Path> {
        let mut path = PathBuilder::new();
        for shape in shapes.filter(|shape| self.is_near(shape, margin_px)) {
            for (i, corner) in shape.corners.iter().enumerate() {
                let (x, y) = self.pixel(*corner);
                if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
            }
            if closed {
                path.close();
            }
        }
        path.finish()
    }

    fn is_near(&self, shape: &Shape, margin_px: f64) -> bool {
        let [x0, y0, x1, y1] = shape.bounds;
        let (left, top) = (f64::from(self.tile.x * SIDE_PX), f64::from(self.tile.y * SIDE_PX));
        let side = f64::from(SIDE_PX);
        x1 * self.scale >= left - margin_px
            && x0 * self.scale <= left + side + margin_px
            && y1 * self.scale >= top - margin_px
            && y0 * self.scale <= top + side + margin_px
    }

    fn pixel(&self, (x, y): Corner) -> (f32, f32) {
        let left = f64::from(self.tile.x) * f64::from(SIDE_PX);
        let top = f64::from(self.tile.y) * f64::from(SIDE_PX);
        ((x * self.scale - left) as f32, (y * self.scale - top) as f32)
    }

    fn pixels_per_metre(&self) -> f64 {
        self.scale / WORLD_M
    }
}

fn paint(rgb: u32) -> Paint<'static> {
    let mut paint = Paint { anti_alias: true, ..Paint::default() };
    paint.set_color(colour(rgb));
    paint
}

fn colour(rgb: u32) -> Color {
    let [_, red, green, blue] = rgb.to_be_bytes();
    Color::from_rgba8(red, green, blue, 255)
}
