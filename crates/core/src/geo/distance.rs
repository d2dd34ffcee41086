//! Distance and direction along the ground.

use super::angle::{cos, sin};
use super::position::{EARTH_RADIUS_M, LatLon};

/// Great-circle distance in metres (haversine on a sphere of [`EARTH_RADIUS_M`]; within 0.6 % of the ellipsoid).
///
/// Exact to far below a millimetre between neighbours, to a decimetre at the antipode; indifferent to the 180° meridian.
pub fn distance_m(from: LatLon, to: LatLon) -> f64 {
    let (north_deg, east_deg) = (to.lat() - from.lat(), to.lon() - from.lon());
    if north_deg.abs() < NEAR_DEG && east_deg.abs() < NEAR_DEG {
        // The ground between is flat, to a hundredth of a millimetre: one cosine instead of five such functions, for
        // each step of a million.
        let east_deg = east_deg * cos(((from.lat() + to.lat()) / 2.0).to_radians());
        return EARTH_RADIUS_M * (north_deg * north_deg + east_deg * east_deg).sqrt().to_radians();
    }
    great_circle_m(from, to)
}

/// About two kilometres.
const NEAR_DEG: f64 = 0.02;

fn great_circle_m(from: LatLon, to: LatLon) -> f64 {
    let half_lat = sin(((to.lat() - from.lat()) / 2.0).to_radians());
    let half_lon = sin(((to.lon() - from.lon()) / 2.0).to_radians());
    let h =
        half_lat * half_lat + cos(from.lat().to_radians()) * cos(to.lat().to_radians()) * half_lon * half_lon;
    // Rounding can lift h a little above 1 at the antipode, where asin would answer NaN.
    2.0 * EARTH_RADIUS_M * h.sqrt().min(1.0).asin()
}

/// Direction in which the shortest way from `from` to `to` starts: degrees clockwise from north, 0 ≤ bearing < 360.
/// 0 when both are the same place.
pub fn bearing_deg(from: LatLon, to: LatLon) -> f64 {
    let (lat1, lat2) = (from.lat().to_radians(), to.lat().to_radians());
    let lon = (to.lon() - from.lon()).to_radians();
    let y = sin(lon) * cos(lat2);
    let x = cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(lon);
    let bearing = y.atan2(x).to_degrees().rem_euclid(360.0);
    // rem_euclid of a tiny negative number rounds to 360 itself.
    if bearing >= 360.0 { 0.0 } else { bearing }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(lat: f64, lon: f64) -> LatLon {
        LatLon::new(lat, lon).unwrap()
    }

    #[test]
    fn a_degree_of_latitude_is_a_360th_of_the_circumference() {
        let degree_m = 2.0 * std::f64::consts::PI * EARTH_RADIUS_M / 360.0;
        assert!((distance_m(at(10.0, 20.0), at(11.0, 20.0)) - degree_m).abs() < 1e-6);
        assert!((distance_m(at(0.0, 179.5), at(0.0, -179.5)) - degree_m).abs() < 1e-6);
    }

    proptest::proptest! {
        #[test]
        fn between_neighbours_the_ground_is_flat(
            lat in -90.0..90.0_f64,
            lon in -180.0..180.0_f64,
            north in -0.02..0.02_f64,
            east in -0.02..0.02_f64,
        ) {
            let (from, to) = (at(lat, lon), at((lat + north).clamp(-90.0, 90.0), (lon + east).clamp(-180.0, 180.0)));
            let astray_m = (distance_m(from, to) - great_circle_m(from, to)).abs();
            proptest::prop_assert!(astray_m < 5e-5, "{} m", astray_m);
        }
    }

    #[test]
    fn antipodes_are_half_a_circumference_apart() {
        let half_m = std::f64::consts::PI * EARTH_RADIUS_M;
        for (from, to) in [
            (at(90.0, 0.0), at(-90.0, 0.0)),
            (at(0.0, 0.0), at(0.0, 180.0)),
            (at(33.3, 7.7), at(-33.3, -172.3)),
        ] {
            assert!((distance_m(from, to) - half_m).abs() < 0.1, "{from:?} {to:?}");
        }
    }

    #[test]
    fn bearings_of_the_compass() {
        let home = at(0.0, 179.9);
        assert_eq!(bearing_deg(home, home), 0.0);
        for (to, expected) in [
            (at(1.0, 179.9), 0.0),
            (at(0.0, -179.9), 90.0),
            (at(-1.0, 179.9), 180.0),
            (at(0.0, 178.0), 270.0),
        ] {
            assert!((bearing_deg(home, to) - expected).abs() < 1e-9, "{to:?}");
        }
    }

    #[test]
    fn a_bearing_a_hair_west_of_north_stays_below_360() {
        let bearing = bearing_deg(at(0.0, 0.0), at(80.0, -1e-14));
        assert!((0.0..360.0).contains(&bearing));
    }
}
