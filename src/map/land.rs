//! Land as a map of a round world needs it: read from TopoJSON, unrolled over the 180° meridian, closed at the poles.
//!
//! Files cut land where longitudes jump from 180° to −180°. Drawn as it stands, each such step is a line across the whole
//! map, and a continent around a pole has no inside.

use js_sys::{Array, JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Longitudes of the copies of the world beside each other: enough for a screen 3 worlds (3072 px at zoom 2) wide.
pub const COPIES_DEG: [f64; 3] = [-360.0, 0.0, 360.0];

/// Web Mercator ends here; nothing farther to a pole is drawn.
const MAX_LAT: f64 = 85.051_129;

/// Latitude and longitude. Longitudes run on over the 180° meridian.
pub type Place = (f64, f64);

/// A coast. Its first place is not repeated at its end.
#[derive(Clone, Debug, PartialEq)]
pub enum Ring {
    /// Around land or a lake; to be drawn once for each of [`COPIES_DEG`].
    Closed(Vec<Place>),
    /// Around the whole world and a pole, all copies in one.
    Polar(Vec<Place>),
}

impl Ring {
    /// A ring of a file, its longitudes within ±180°.
    pub fn new(places: &[Place]) -> Self {
        let mut unrolled: Vec<Place> = Vec::with_capacity(places.len());
        for &(lat, lon) in places {
            let before = unrolled.last().map_or(lon, |&(_, lon)| lon);
            // No coast of one step goes half around the world.
            unrolled.push((lat, lon - ((lon - before) / 360.0).round() * 360.0));
        }
        let (Some(&(_, first)), Some(&(_, last))) = (unrolled.first(), unrolled.last()) else {
            return Self::Closed(unrolled);
        };
        unrolled.pop();
        let turn = ((last - first) / 360.0).round() * 360.0;
        if turn == 0.0 { Self::Closed(unrolled) } else { polar(&unrolled, turn) }
    }
}

/// One turn of a coast around a pole, continued over all copies of the world and closed along its edge.
fn polar(coast: &[Place], turn: f64) -> Ring {
    let mut shifts = COPIES_DEG;
    if turn < 0.0 {
        shifts.reverse();
    }
    let mut places: Vec<Place> =
        shifts.iter().flat_map(|shift| coast.iter().map(move |&(lat, lon)| (lat, lon + shift))).collect();
    let mean_lat = coast.iter().map(|&(lat, _)| lat).sum::<f64>() / coast.len() as f64;
    let edge = MAX_LAT.copysign(mean_lat);
    if let (Some(&(_, first)), Some(&(_, last))) = (places.first(), places.last()) {
        places.extend([(edge, last), (edge, first)]);
    }
    Ring::Polar(places)
}

/// The polygons of the object `land`, each a list of rings made of arcs: lines of differences in steps of the file's own
/// grid. A negative arc number is the arc `!number` backwards. `None` for anything else.
pub fn read(topojson: &str) -> Option<Vec<Vec<Ring>>> {
    let topology = JSON::parse(topojson).ok()?;
    let transform = field(&topology, "transform")?;
    let (scale, translate) = (pair(&field(&transform, "scale")?)?, pair(&field(&transform, "translate")?)?);
    let arcs: Vec<Vec<Place>> = list(&field(&topology, "arcs")?)?
        .iter()
        .map(|arc| {
            let (mut x, mut y) = (0.0, 0.0);
            let steps = list(&arc)?;
            let places = steps.iter().map(|step| {
                let (dx, dy) = pair(&step)?;
                (x, y) = (x + dx, y + dy);
                Some((y * scale.1 + translate.1, x * scale.0 + translate.0))
            });
            places.collect()
        })
        .collect::<Option<_>>()?;
    let land = field(&field(&topology, "objects")?, "land")?;
    let mut polygons = Vec::new();
    for geometry in list(&field(&land, "geometries")?)?.iter() {
        for polygon in list(&field(&geometry, "arcs")?)?.iter() {
            let rings = list(&polygon)?;
            let rings = rings.iter().map(|numbers| Some(Ring::new(&joined(&arcs, &list(&numbers)?)?)));
            polygons.push(rings.collect::<Option<_>>()?);
        }
    }
    Some(polygons)
}

/// Arcs one after the other; each begins where the one before ends.
fn joined(arcs: &[Vec<Place>], numbers: &Array) -> Option<Vec<Place>> {
    let mut places: Vec<Place> = Vec::new();
    for number in numbers.iter() {
        let number = number.as_f64()? as i32;
        let arc = arcs.get(if number < 0 { !number } else { number } as usize)?;
        places.pop();
        if number < 0 {
            places.extend(arc.iter().rev());
        } else {
            places.extend(arc);
        }
    }
    Some(places)
}

fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(JsValue::is_object)
}

fn list(value: &JsValue) -> Option<Array> {
    value.clone().dyn_into().ok()
}

fn pair(value: &JsValue) -> Option<(f64, f64)> {
    let pair = list(value)?;
    Some((pair.get(0).as_f64()?, pair.get(1).as_f64()?))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn land_across_the_meridian_is_one_piece() {
        let fiji = [(-16.0, 179.0), (-16.0, -179.0), (-17.0, -179.0), (-17.0, 179.0), (-16.0, 179.0)];
        let unrolled = vec![(-16.0, 179.0), (-16.0, 181.0), (-17.0, 181.0), (-17.0, 179.0)];
        assert_eq!(Ring::new(&fiji), Ring::Closed(unrolled));
    }

    #[wasm_bindgen_test]
    fn land_elsewhere_stays_as_it_is() {
        let island = [(1.0, 2.0), (3.0, 4.0), (5.0, -6.0), (1.0, 2.0)];
        assert_eq!(Ring::new(&island), Ring::Closed(island[..3].to_vec()));
        assert_eq!(Ring::new(&[]), Ring::Closed(vec![]));
    }

    #[wasm_bindgen_test]
    fn land_around_a_pole_is_closed_beyond_the_map_in_both_directions() {
        let eastward = [(-70.0, -180.0), (-75.0, -60.0), (-72.0, 60.0), (-70.0, -180.0)];
        let westward: Vec<_> = eastward.iter().rev().copied().collect();
        for ring in [&eastward[..], &westward] {
            let Ring::Polar(places) = Ring::new(ring) else { panic!("{ring:?} goes around the pole") };
            let longest_step =
                places.windows(2).take(8).map(|two| (two[1].1 - two[0].1).abs()).fold(0.0, f64::max);
            assert!(longest_step <= 120.0, "{longest_step}");
            let [.., before, last] = places.as_slice() else { panic!("too short") };
            assert_eq!((before.0, last.0), (-MAX_LAT, -MAX_LAT));
            assert_eq!(last.1, places[0].1);
            assert!((before.1 - last.1).abs() > 900.0);
        }
    }

    #[wasm_bindgen_test]
    fn arcs_are_joined_forwards_and_backwards() {
        let topojson = r#"{
            "transform": { "scale": [0.5, 2], "translate": [10, -10] },
            "arcs": [[[0, 0], [2, 0], [0, 3]], [[0, 0], [0, 3], [2, 0]]],
            "objects": { "land": { "geometries": [{ "arcs": [[[0, -2]]] }] } }
        }"#;
        let square = vec![(-10.0, 10.0), (-10.0, 11.0), (-4.0, 11.0), (-4.0, 10.0)];
        assert_eq!(read(topojson), Some(vec![vec![Ring::Closed(square)]]));
    }

    #[wasm_bindgen_test]
    fn what_is_no_topojson_is_no_land() {
        for text in ["", "null", "{}", r#"{"transform":{},"arcs":3}"#, "<!doctype html>"] {
            assert_eq!(read(text), None);
        }
    }
}
