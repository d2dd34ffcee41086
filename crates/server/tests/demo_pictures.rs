//! Tiles and faces of the demo are pictures worth looking at.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

use std::collections::HashSet;

use owntracks_dashboard::demo::face;
use owntracks_dashboard::demo::household::PEOPLE;
use owntracks_dashboard::demo::tiles::{Chart, Tile, draw};
use owntracks_dashboard::demo::town::Town;
use owntracks_dashboard::demo::town::plane::{ORIGIN_LAT_DEG, ORIGIN_LON_DEG};

use dashboard_core::geo::{LatLon, WorldPoint};

fn colours(png: &[u8], side: u32) -> usize {
    let picture = tiny_skia::Pixmap::decode_png(png).unwrap();
    assert_eq!((picture.width(), picture.height()), (side, side));
    picture.pixels().iter().map(|p| (p.red(), p.green(), p.blue())).collect::<HashSet<_>>().len()
}

#[test]
fn the_town_is_on_its_tiles_and_the_rest_of_the_world_is_plain() {
    let chart = Chart::of(&Town::new());
    let world = WorldPoint::from_position(LatLon::new(ORIGIN_LAT_DEG, ORIGIN_LON_DEG).unwrap());
    for zoom in 12..=18_u8 {
        let side = f64::from(1_u32 << zoom);
        let tile = Tile::new(zoom, (world.x * side) as u32, (world.y * side) as u32).unwrap();
        assert!(colours(&draw(&chart, tile), 256) > 8, "zoom {zoom}");
    }
    assert_eq!(colours(&draw(&chart, Tile::new(12, 0, 0).unwrap()), 256), 1);
    for zoom in 0..=20 {
        let last = (1 << zoom) - 1;
        colours(&draw(&chart, Tile::new(zoom, last, last).unwrap()), 256);
    }
    assert_eq!(Tile::new(3, 8, 0), None);
    assert_eq!(Tile::new(21, 0, 0), None);
}

#[test]
fn everybody_has_a_face_of_their_own() {
    let faces: HashSet<Vec<u8>> = PEOPLE.iter().map(|person| face::portrait(person.index)).collect();
    assert_eq!(faces.len(), PEOPLE.len());
    for face in &faces {
        assert!(colours(face, face::SIDE_PX) > 20);
    }
}
