//! Portraits of the household, drawn flat and friendly, and the cards that carry them.

use base64::Engine;
use tiny_skia::{Color, FillRule, LineCap, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::household::Person;

/// Width and height of a portrait in pixels, as the apps' documentation asks for.
pub const SIDE_PX: u32 = 192;

/// What somebody looks like.
struct Looks {
    backdrop: u32,
    skin: u32,
    hair: u32,
    shirt: u32,
    style: Hair,
    glasses: bool,
    beard: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Hair {
    /// To the shoulders.
    Long,
    /// Short, with a parting.
    Short,
    /// Bound at the back.
    Tail,
    /// Tousled.
    Curls,
    /// Pinned up.
    Bun,
}

/// The card of `person`, a JSON message.
pub fn card(person: &Person) -> String {
    let face = base64::engine::general_purpose::STANDARD.encode(portrait(person.index));
    format!(
        "{{\"_type\":\"card\",\"name\":\"{}\",\"face\":\"{face}\",\"tid\":\"{}\"}}",
        person.name, person.tracker_id
    )
}

/// The portrait of the person of that index, a PNG of [`SIDE_PX`]².
pub fn portrait(index: usize) -> Vec<u8> {
    let looks = &LOOKS[index % LOOKS.len()];
    let Some(mut picture) = Pixmap::new(SIDE_PX, SIDE_PX) else { return Vec::new() };
    picture.fill(colour(looks.backdrop));
    draw(&mut picture, looks);
    picture.encode_png().unwrap_or_default()
}

const LOOKS: [Looks; 5] = [
    Looks {
        backdrop: 0xf6cfc0,
        skin: 0xf3c9a5,
        hair: 0x6b3f2a,
        shirt: 0xc2544d,
        style: Hair::Long,
        glasses: false,
        beard: false,
    },
    Looks {
        backdrop: 0xbfd8e6,
        skin: 0xe2b08a,
        hair: 0x33291f,
        shirt: 0x2f5d7c,
        style: Hair::Short,
        glasses: true,
        beard: true,
    },
    Looks {
        backdrop: 0xf4dfa6,
        skin: 0xf6d3b3,
        hair: 0xc98b3c,
        shirt: 0x4b8b6f,
        style: Hair::Tail,
        glasses: false,
        beard: false,
    },
    Looks {
        backdrop: 0xc9e2c3,
        skin: 0xeebd95,
        hair: 0x7a4a22,
        shirt: 0xe39a3b,
        style: Hair::Curls,
        glasses: false,
        beard: false,
    },
    Looks {
        backdrop: 0xd9cdea,
        skin: 0xf2cfb4,
        hair: 0xdcd8d6,
        shirt: 0x6f5a93,
        style: Hair::Bun,
        glasses: true,
        beard: false,
    },
];

fn draw(picture: &mut Pixmap, looks: &Looks) {
    let skin = looks.skin;
    let shade = darker(skin, 0.9);
    // Hair behind the head.
    match looks.style {
        Hair::Long => {
            fill(picture, looks.hair, ellipse(96.0, 92.0, 55.0, 60.0));
            fill(picture, looks.hair, rounded(41.0, 88.0, 110.0, 72.0, 26.0));
        }
        Hair::Tail => {
            fill(picture, darker(looks.hair, 0.88), ellipse(148.0, 96.0, 18.0, 40.0));
            fill(picture, looks.hair, ellipse(96.0, 82.0, 52.0, 52.0));
        }
        Hair::Bun => {
            fill(picture, darker(looks.hair, 0.92), ellipse(96.0, 30.0, 23.0, 20.0));
            fill(picture, looks.hair, ellipse(96.0, 80.0, 53.0, 50.0));
        }
        Hair::Curls => {
            for (x, y, r) in [
                (58.0, 62.0, 22.0),
                (78.0, 44.0, 22.0),
                (104.0, 38.0, 23.0),
                (128.0, 50.0, 22.0),
                (140.0, 72.0, 19.0),
                (50.0, 82.0, 16.0),
            ] {
                fill(picture, looks.hair, ellipse(x, y, r, r));
            }
        }
        Hair::Short => fill(picture, looks.hair, ellipse(96.0, 76.0, 50.0, 48.0)),
    }
    // Neck, shirt, collar.
    fill(picture, shade, rounded(80.0, 118.0, 32.0, 44.0, 14.0));
    fill(picture, looks.shirt, ellipse(96.0, 206.0, 78.0, 62.0));
    fill(picture, skin, ellipse(96.0, 148.0, 21.0, 14.0));
    // Ears and head.
    for x in [50.0, 142.0] {
        fill(picture, shade, ellipse(x, 98.0, 9.0, 12.0));
    }
    fill(picture, skin, ellipse(96.0, 94.0, 45.0, 50.0));
    if looks.beard {
        beard(picture, looks);
    }
    fringe(picture, looks);
    features(picture, looks);
}

fn beard(picture: &mut Pixmap, looks: &Looks) {
    let mut path = PathBuilder::new();
    path.move_to(51.5, 98.0);
    path.quad_to(62.0, 116.0, 78.0, 112.0);
    path.quad_to(96.0, 107.0, 114.0, 112.0);
    path.quad_to(130.0, 116.0, 140.5, 98.0);
    path.quad_to(140.0, 132.0, 118.0, 143.0);
    path.quad_to(96.0, 152.0, 74.0, 143.0);
    path.quad_to(52.0, 132.0, 51.5, 98.0);
    fill(picture, looks.hair, path.finish());
}

/// Hair over the forehead.
fn fringe(picture: &mut Pixmap, looks: &Looks) {
    let mut path = PathBuilder::new();
    match looks.style {
        Hair::Long | Hair::Tail => {
            path.move_to(49.0, 96.0);
            path.quad_to(46.0, 42.0, 96.0, 38.0);
            path.quad_to(146.0, 42.0, 143.0, 96.0);
            path.quad_to(138.0, 70.0, 112.0, 58.0);
            path.quad_to(86.0, 80.0, 56.0, 80.0);
            path.quad_to(51.0, 86.0, 49.0, 96.0);
        }
        Hair::Short => {
            path.move_to(50.0, 84.0);
            path.quad_to(44.0, 34.0, 92.0, 32.0);
            path.quad_to(148.0, 30.0, 142.0, 84.0);
            path.quad_to(138.0, 66.0, 126.0, 62.0);
            path.quad_to(92.0, 66.0, 70.0, 56.0);
            path.quad_to(56.0, 64.0, 50.0, 84.0);
        }
        Hair::Curls => {
            for (x, y) in [(66.0, 58.0), (86.0, 52.0), (106.0, 52.0), (126.0, 60.0)] {
                fill(picture, looks.hair, ellipse(x, y, 15.0, 13.0));
            }
            return;
        }
        Hair::Bun => {
            path.move_to(50.0, 92.0);
            path.quad_to(48.0, 40.0, 96.0, 38.0);
            path.quad_to(144.0, 40.0, 142.0, 92.0);
            path.quad_to(134.0, 60.0, 96.0, 58.0);
            path.quad_to(58.0, 60.0, 50.0, 92.0);
        }
    }
    path.close();
    fill(picture, looks.hair, path.finish());
}

fn features(picture: &mut Pixmap, looks: &Looks) {
    let ink = 0x3a2c28;
    for x in [77.0, 115.0] {
        fill(picture, ink, ellipse(x, 96.0, 4.6, 5.4));
        fill(picture, 0xffffff, ellipse(x + 1.6, 94.2, 1.5, 1.5));
    }
    for (x, lift) in [(77.0_f32, -2.0_f32), (115.0, 2.0)] {
        let brow = curve([(x - 9.0, 83.0 - lift.min(0.0)), (x, 79.0), (x + 9.0, 83.0 + lift.max(0.0))]);
        stroke(picture, darker(looks.hair, 0.75), 3.4, brow);
    }
    for x in [68.0, 124.0] {
        fill(picture, mixed(looks.skin, 0xe8705f, 0.3), ellipse(x, 110.0, 8.5, 5.5));
    }
    stroke(picture, darker(looks.skin, 0.78), 3.0, curve([(94.0, 102.0), (91.5, 109.0), (98.0, 109.5)]));
    let mouth = if looks.beard { 0xf3e3d6 } else { 0xa8463f };
    stroke(picture, mouth, 4.0, curve([(82.0, 119.0), (96.0, 131.0), (110.0, 119.0)]));
    if looks.glasses {
        let frame = if looks.beard { 0x2a2a2e } else { 0x8a4f6d };
        for x in [77.0, 115.0] {
            stroke(picture, frame, 3.0, ellipse(x, 96.0, 14.0, 13.0));
        }
        stroke(picture, frame, 3.0, curve([(91.0, 95.0), (96.0, 91.5), (101.0, 95.0)]));
    }
}

fn fill(picture: &mut Pixmap, rgb: u32, path: Option<Path>) {
    if let Some(path) = path {
        picture.fill_path(&path, &paint(rgb), FillRule::Winding, Transform::identity(), None);
    }
}

fn stroke(picture: &mut Pixmap, rgb: u32, width: f32, path: Option<Path>) {
    if let Some(path) = path {
        let stroke = Stroke { width, line_cap: LineCap::Round, ..Stroke::default() };
        picture.stroke_path(&path, &paint(rgb), &stroke, Transform::identity(), None);
    }
}

fn ellipse(x: f32, y: f32, rx: f32, ry: f32) -> Option<Path> {
    tiny_skia::Rect::from_ltrb(x - rx, y - ry, x + rx, y + ry).and_then(PathBuilder::from_oval)
}

fn rounded(x: f32, y: f32, width: f32, height: f32, radius: f32) -> Option<Path> {
    let (right, bottom) = (x + width, y + height);
    let mut path = PathBuilder::new();
    path.move_to(x + radius, y);
    path.line_to(right - radius, y);
    path.quad_to(right, y, right, y + radius);
    path.line_to(right, bottom - radius);
    path.quad_to(right, bottom, right - radius, bottom);
    path.line_to(x + radius, bottom);
    path.quad_to(x, bottom, x, bottom - radius);
    path.line_to(x, y + radius);
    path.quad_to(x, y, x + radius, y);
    path.close();
    path.finish()
}

fn curve([a, b, c]: [(f32, f32); 3]) -> Option<Path> {
    let mut path = PathBuilder::new();
    path.move_to(a.0, a.1);
    path.quad_to(b.0, b.1, c.0, c.1);
    path.finish()
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

fn darker(rgb: u32, factor: f32) -> u32 {
    mixed(0x000000, rgb, factor)
}

/// `share` of `b` in `a`.
fn mixed(a: u32, b: u32, share: f32) -> u32 {
    let (a, b) = (a.to_be_bytes(), b.to_be_bytes());
    let mix = |i: usize| (f32::from(a[i]) + (f32::from(b[i]) - f32::from(a[i])) * share) as u8;
    u32::from_be_bytes([0, mix(1), mix(2), mix(3)])
}
