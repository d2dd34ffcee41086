//! Colours and widths: a light, muted map that leaves the strong colours to the people on it.

use crate::demo::town::Class;

/// Open country.
pub const LAND: u32 = 0xf4f2ec;
/// Lake and sea.
pub const WATER: u32 = 0xb5d3e2;
/// The line of the shore.
pub const SHORE: u32 = 0x9dc0d2;
/// Woods.
pub const WOOD: u32 = 0xcfdfc3;
/// Parks.
pub const PARK: u32 = 0xc9e3bd;
/// Among houses.
pub const BUILT: u32 = 0xeae5dc;
/// Trade and industry.
pub const INDUSTRY: u32 = 0xe3e0e2;
/// Houses.
pub const HOUSE: u32 = 0xd9d3c8;
/// Edges of houses.
pub const HOUSE_EDGE: u32 = 0xc6bfb2;
/// Beaches.
pub const SAND: u32 = 0xf3e7c4;
/// Railway.
pub const RAIL: u32 = 0xa9a6a4;
/// Footpaths.
pub const PATH: u32 = 0xb9a48c;

/// Fields and meadows, hardly told apart.
pub const FIELDS: [u32; 4] = [0xf2f0e5, 0xeff0e2, 0xf4f0e4, 0xeceedd];
/// Text.
pub const INK: u32 = 0x4a4f57;
/// Text on water.
pub const WATER_INK: u32 = 0x4f7f99;
/// Text on green.
pub const GREEN_INK: u32 = 0x5a7c52;
/// Around text.
pub const HALO: u32 = 0xfbfaf7;

/// Fill and casing of a road.
pub fn road(class: Class) -> (u32, u32) {
    match class {
        Class::Motorway => (0xf2b27c, 0xd58e55),
        Class::Main => (0xfde6a9, 0xdcc07e),
        _ => (0xffffff, 0xd5d0c6),
    }
}

/// Width of a road in pixels at `zoom`; 0 where it is not shown.
pub fn width_px(class: Class, zoom: u8) -> f32 {
    let (first, at_14, growth) = match class {
        Class::Motorway => (6, 5.2, 1.34),
        Class::Main => (9, 3.9, 1.42),
        Class::Street => (12, 1.9, 1.62),
        Class::Path => (14, 1.0, 1.18),
        Class::Rail => (8, 1.5, 1.16),
    };
    if zoom < first { 0.0 } else { at_14 * f32::powi(growth, i32::from(zoom) - 14).min(9.0) }
}
