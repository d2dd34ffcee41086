//! What is visible of one track, and how it is stroked.
//!
//! Sub-paths are short out of measured need: long ones are what costs in a browser's own painter. Colours are grouped,
//! so that a line in many of them takes few more strokes than one in one.

use std::f64::consts::TAU;

use dashboard_core::track::{UNKNOWN_CLASS, VisiblePoints, VisibleRuns};
use web_sys::{ImageBitmap, OffscreenCanvasRenderingContext2d};

use super::canvas::Canvas;

/// Vertices of one sub-path, or dots in one go.
const PATH_VERTICES: usize = 500;

/// A circle costs about as much as so many vertices.
const CIRCLE_VERTICES: usize = 12;

/// The rim of a dot, which sets it off from the line.
const RIM_PX: f64 = 1.0;

const CIRCLE_FILL_OPACITY: f64 = 0.07;
const CIRCLE_LINE_OPACITY: f64 = 0.4;

/// What is visible of one track, in pixels from the frame's top left corner.
#[derive(Default)]
pub struct TrackPicture {
    /// The friend's colour.
    pub colour: String,
    /// A colour for each class; empty when all is of the friend's colour.
    pub class_colours: Vec<String>,
    /// Lines.
    pub runs: VisibleRuns,
    /// Runs class by class.
    order: Vec<u32>,
    /// Points.
    pub dots: VisiblePoints,
    /// For each point, its class.
    pub dot_classes: Vec<u8>,
    /// x, y and radius of circles of accuracy.
    pub circles: Vec<[f32; 3]>,
    stamps: Vec<Option<ImageBitmap>>,
}

/// Where to go on.
#[derive(Clone, Copy, Default)]
pub struct Place {
    /// Run, dot or circle.
    item: usize,
    /// Vertex of the run.
    vertex: usize,
}

impl TrackPicture {
    /// Of a friend of this colour; nothing is in it yet.
    pub fn of(colour: &str) -> Self {
        Self { colour: colour.to_owned(), ..Self::default() }
    }

    /// Puts the runs in order. To be called when all of them are there.
    pub fn arrange(&mut self) {
        let classes = &self.runs.classes;
        self.order.clear();
        for class in 0..=UNKNOWN_CLASS {
            // Unknown values lie below all others.
            let class = if class == 0 { UNKNOWN_CLASS } else { class - 1 };
            let runs = classes.iter().enumerate().filter(|(_, other)| **other == class);
            self.order.extend(runs.map(|(run, _)| run as u32));
        }
    }

    /// Vertices of all lines.
    pub fn vertices(&self) -> usize {
        self.runs.index.len()
    }

    /// Around everything in it: left, top, right, bottom. `None` when there is nothing.
    pub fn bounds_px(&self) -> Option<[f32; 4]> {
        let places = self.runs.xy_px.chunks_exact(2).chain(self.dots.xy_px.chunks_exact(2));
        let circles =
            self.circles.iter().map(|[x, y, radius]| [x - radius, y - radius, x + radius, y + radius]);
        let boxes = places.map(|xy| [xy[0], xy[1], xy[0], xy[1]]).chain(circles);
        boxes.reduce(|all, one| {
            [all[0].min(one[0]), all[1].min(one[1]), all[2].max(one[2]), all[3].max(one[3])]
        })
    }

    /// Strokes the next lines of one colour, or all in one colour where `colour` is given. The number of vertices; 0 at
    /// the end.
    pub fn stroke_next(
        &self,
        context: &OffscreenCanvasRenderingContext2d,
        colour: Option<&str>,
        at: &mut Place,
    ) -> usize {
        let Some(class) = self.class_at(at.item) else { return 0 };
        context.set_stroke_style_str(colour.unwrap_or_else(|| self.colour_of(class)));
        context.begin_path();
        let mut painted = 0;
        while painted < PATH_VERTICES {
            if self.class_at(at.item).is_none_or(|other| other != class && colour.is_none()) {
                break;
            }
            let (start, end) = self.run(self.order[at.item] as usize);
            let from = start + at.vertex;
            let to = end.min(from + PATH_VERTICES - painted);
            // At least a step, or a path could never get over a place where little room was left.
            let to = to.max((from + 2).min(end));
            trace(context, &self.runs.xy_px[2 * from..2 * to], end - start == 1);
            painted += to - from;
            if to < end {
                // The next sub-path starts where this one ends.
                at.vertex = to - 1 - start;
            } else {
                *at = Place { item: at.item + 1, vertex: 0 };
            }
        }
        context.stroke();
        painted
    }

    /// Draws the next dots. Their number; 0 at the end.
    pub fn dot_next(
        &mut self,
        context: &OffscreenCanvasRenderingContext2d,
        (radius_px, halo, pixel_ratio): (f64, &str, f64),
        at: &mut Place,
    ) -> usize {
        let (first, count) = (at.item, self.dot_classes.len());
        let last = count.min(first + PATH_VERTICES);
        // A whole number of device pixels, put on whole ones: nothing has to be mixed.
        let side_px = ((radius_px + RIM_PX) * 2.0 * pixel_ratio).ceil() / pixel_ratio;
        for dot in first..last {
            let class = usize::from(self.dot_classes[dot]);
            if self.stamps.len() <= class {
                self.stamps.resize(class + 1, None);
            }
            if self.stamps[class].is_none() {
                self.stamps[class] =
                    stamp(self.colour_of(class as u8), halo, radius_px, side_px, pixel_ratio);
            }
            let Some(stamp) = &self.stamps[class] else { return 0 };
            let aligned =
                |centre: f32| ((f64::from(centre) - side_px / 2.0) * pixel_ratio).round() / pixel_ratio;
            let (x, y) = (aligned(self.dots.xy_px[2 * dot]), aligned(self.dots.xy_px[2 * dot + 1]));
            // Fails only for a bitmap that was given away.
            let _ = context.draw_image_with_image_bitmap_and_dw_and_dh(stamp, x, y, side_px, side_px);
        }
        at.item = last;
        last - first
    }

    /// Draws the next circles. What they cost in vertices; 0 at the end.
    pub fn circle_next(&self, context: &OffscreenCanvasRenderingContext2d, at: &mut Place) -> usize {
        let last = self.circles.len().min(at.item + PATH_VERTICES / CIRCLE_VERTICES);
        let circles = &self.circles[at.item.min(last)..last];
        context.set_stroke_style_str(&self.colour);
        context.set_fill_style_str(&self.colour);
        for [x, y, radius] in circles {
            context.begin_path();
            // Fails only for a negative radius.
            let _ = context.arc(f64::from(*x), f64::from(*y), f64::from(*radius), 0.0, TAU);
            context.set_global_alpha(CIRCLE_FILL_OPACITY);
            context.fill();
            context.set_global_alpha(CIRCLE_LINE_OPACITY);
            context.stroke();
        }
        context.set_global_alpha(1.0);
        at.item = last;
        circles.len() * CIRCLE_VERTICES
    }

    fn colour_of(&self, class: u8) -> &str {
        self.class_colours.get(usize::from(class)).unwrap_or(&self.colour)
    }

    fn class_at(&self, item: usize) -> Option<u8> {
        self.order.get(item).map(|run| self.runs.classes[*run as usize])
    }

    /// First vertex of a run, and that after its last.
    fn run(&self, run: usize) -> (usize, usize) {
        let starts = &self.runs.starts;
        let end = starts.get(run + 1).map_or(self.runs.index.len(), |end| *end as usize);
        (starts[run] as usize, end)
    }
}

/// Adds a line to the path. `is_alone`: it is a point without neighbours, a line of no length with round ends.
fn trace(context: &OffscreenCanvasRenderingContext2d, xy_px: &[f32], is_alone: bool) {
    let mut vertices = xy_px.chunks_exact(2).map(|xy| (f64::from(xy[0]), f64::from(xy[1])));
    let Some((x, y)) = vertices.next() else { return };
    context.move_to(x, y);
    if is_alone {
        context.line_to(x, y);
    }
    for (x, y) in vertices {
        context.line_to(x, y);
    }
}

/// A dot with a rim, to be put down many times.
fn stamp(colour: &str, halo: &str, radius_px: f64, side_px: f64, pixel_ratio: f64) -> Option<ImageBitmap> {
    let side = (side_px * pixel_ratio).round() as u32;
    let canvas = Canvas::new(side, side)?;
    canvas.prepare((side, side), pixel_ratio, 0.0, 0.0);
    for (colour, radius_px) in [(halo, radius_px + RIM_PX), (colour, radius_px)] {
        canvas.context.set_fill_style_str(colour);
        canvas.context.begin_path();
        // Fails only for a negative radius.
        let _ = canvas.context.arc(side_px / 2.0, side_px / 2.0, radius_px, 0.0, TAU);
        canvas.context.fill();
    }
    canvas.take()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// Lines from left to right, one below the other, each of a class and so many vertices a pixel apart.
    fn picture(lines: &[(u8, usize)]) -> TrackPicture {
        let mut picture = TrackPicture::of("#0000ff");
        picture.class_colours = ["#ff0000", "#00ff00", "#0000ff"].map(str::to_owned).to_vec();
        for (line, (class, vertices)) in lines.iter().enumerate() {
            picture.runs.starts.push(picture.runs.index.len() as u32);
            picture.runs.classes.push(*class);
            for vertex in 0..*vertices {
                picture.runs.index.push(vertex as u32);
                picture.runs.xy_px.extend([vertex as f32, 10.0 * line as f32 + 5.0]);
            }
        }
        picture.arrange();
        picture
    }

    /// Red, green, blue and opacity in the middle of a line.
    fn pixel(canvas: &Canvas, x: usize, line: usize) -> [u8; 4] {
        let data =
            canvas.context.get_image_data(x as f64, 10.0 * line as f64 + 5.0, 1.0, 1.0).unwrap().data();
        [data[0], data[1], data[2], data[3]]
    }

    fn stroked(picture: &TrackPicture, colour: Option<&str>) -> (Canvas, usize) {
        let canvas = Canvas::new(2000, 100).unwrap();
        canvas.context.set_line_width(4.0);
        let (mut at, mut vertices) = (Place::default(), 0);
        loop {
            let painted = picture.stroke_next(&canvas.context, colour, &mut at);
            assert!(painted <= PATH_VERTICES + 2);
            vertices += painted;
            if painted == 0 {
                return (canvas, vertices);
            }
        }
    }

    #[wasm_bindgen_test]
    fn long_lines_are_whole_though_stroked_in_pieces() {
        let (canvas, vertices) = stroked(&picture(&[(1, 1700), (1, 3), (1, 499), (1, 2)]), None);
        assert!((2204..2220).contains(&vertices), "{vertices}");
        for x in 0..1699 {
            assert_eq!(pixel(&canvas, x, 0), [0, 255, 0, 255], "at {x}");
        }
        for (line, end) in [(1, 2), (2, 498), (3, 1)] {
            assert_eq!(pixel(&canvas, end - 1, line), [0, 255, 0, 255], "line {line}");
            assert_eq!(pixel(&canvas, end + 1, line)[3], 0, "line {line} ends");
        }
    }

    #[wasm_bindgen_test]
    fn each_class_has_its_colour_and_a_halo_has_one() {
        let picture = picture(&[(2, 40), (0, 40), (1, 40), (0, 40)]);
        let (canvas, _) = stroked(&picture, None);
        let colours: Vec<_> = (0..4).map(|line| pixel(&canvas, 20, line)).collect();
        assert_eq!(colours, [[0, 0, 255, 255], [255, 0, 0, 255], [0, 255, 0, 255], [255, 0, 0, 255]]);
        let (canvas, _) = stroked(&picture, Some("#123456"));
        assert!((0..4).all(|line| pixel(&canvas, 20, line) == [0x12, 0x34, 0x56, 255]));
    }

    #[wasm_bindgen_test]
    fn dots_have_a_colour_and_a_rim() {
        let mut picture = picture(&[]);
        picture.dots.xy_px = vec![20.0, 5.0, 60.0, 5.0];
        picture.dot_classes = vec![0, 2];
        let (canvas, mut at) = (Canvas::new(100, 20).unwrap(), Place::default());
        assert_eq!(picture.dot_next(&canvas.context, (3.0, "#ffffff", 1.0), &mut at), 2);
        assert_eq!(picture.dot_next(&canvas.context, (3.0, "#ffffff", 1.0), &mut at), 0);
        assert_eq!((pixel(&canvas, 20, 0), pixel(&canvas, 60, 0)), ([255, 0, 0, 255], [0, 0, 255, 255]));
        assert_eq!(pixel(&canvas, 40, 0)[3], 0);
    }
}
