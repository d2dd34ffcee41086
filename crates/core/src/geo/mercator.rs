//! Web Mercator: the plane that map tiles use.

use std::f64::consts::PI;

use super::angle::sin;
use super::position::LatLon;

/// Latitude in degrees where Web Mercator's square world ends. Positions nearer to a pole are drawn on this edge.
pub const MAX_MERCATOR_LAT_DEG: f64 = 85.051_128_78;

/// A point on the Web Mercator plane in units of the world's width: x grows eastward, y southward, 0…1 on the world
/// that has longitude −180…180. An x outside 0…1 means a further copy of the world, east or west of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WorldPoint {
    /// Eastward, 0 at longitude −180, 1 at longitude 180.
    pub x: f64,
    /// Southward, 0 at the northern edge, 1 at the southern edge.
    pub y: f64,
}

impl WorldPoint {
    /// The point of a position, latitude clamped to ±[`MAX_MERCATOR_LAT_DEG`].
    pub fn from_position(position: LatLon) -> Self {
        let lat = position.lat().clamp(-MAX_MERCATOR_LAT_DEG, MAX_MERCATOR_LAT_DEG);
        let y = 0.5 - sin(lat.to_radians()).atanh() / (2.0 * PI);
        Self { x: position.lon() / 360.0 + 0.5, y: y.clamp(0.0, 1.0) }
    }

    /// The position of a point. Any x is brought back to longitude −180…180, any y to the edges of the world.
    pub fn position(self) -> LatLon {
        let lat = ((0.5 - self.y.clamp(0.0, 1.0)) * 2.0 * PI).sinh().atan().to_degrees();
        let turns = if (0.0..=1.0).contains(&self.x) { self.x } else { self.x.rem_euclid(1.0) };
        // Not finite at all: the middle of the plane is as good as any other place, and valid.
        let clamped =
            |degrees: f64, most: f64| if degrees.is_nan() { 0.0 } else { degrees.clamp(-most, most) };
        LatLon::new(clamped(lat, 90.0), clamped(turns * 360.0 - 180.0, 180.0)).unwrap_or(LatLon::NULL_ISLAND)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corners_and_the_middle() {
        let point = |lat, lon| WorldPoint::from_position(LatLon::new(lat, lon).unwrap());
        assert_eq!(point(0.0, 0.0), WorldPoint { x: 0.5, y: 0.5 });
        assert_eq!(point(0.0, -180.0).x, 0.0);
        assert_eq!(point(0.0, 180.0).x, 1.0);
        assert!(point(90.0, 0.0).y < 1e-9 && point(90.0, 0.0).y >= 0.0);
        assert!(point(-90.0, 0.0).y > 1.0 - 1e-9 && point(-90.0, 0.0).y <= 1.0);
        // https://wiki.openstreetmap.org: tile 34,22 of zoom 6 begins at 11.25 E, 48.9225 N.
        let tile = point(48.922_499_26, 11.25);
        assert!((tile.x * 64.0 - 34.0).abs() < 1e-9 && (tile.y * 64.0 - 22.0).abs() < 1e-6);
    }

    #[test]
    fn there_and_back() {
        for lat in [-85.0, -36.85, -1e-7, 0.0, 52.5163, 84.9] {
            for lon in [-180.0, -74.006, 0.0, 13.3777, 180.0] {
                let position = LatLon::new(lat, lon).unwrap();
                let back = WorldPoint::from_position(position).position();
                assert!((back.lat() - lat).abs() < 1e-11 && (back.lon() - lon).abs() < 1e-11, "{position:?}");
            }
        }
    }

    #[test]
    fn any_numbers_give_a_valid_position() {
        for x in [f64::NAN, f64::INFINITY, -7.25, 1e300] {
            for y in [f64::NAN, f64::NEG_INFINITY, -3.0, 9.0] {
                let position = WorldPoint { x, y }.position();
                assert!(LatLon::new(position.lat(), position.lon()).is_some());
            }
        }
        assert!((WorldPoint { x: -7.25, y: 0.5 }.position().lon() - 90.0).abs() < 1e-12);
    }
}
