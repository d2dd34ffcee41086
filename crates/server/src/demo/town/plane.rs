//! The flat plane the town is drawn on: metres east and north of its market square.

use dashboard_core::geo::{EARTH_RADIUS_M, LatLon};

/// Where the market square lies. The place is arbitrary: its real surroundings are on no map of the demo.
pub const ORIGIN_LAT_DEG: f64 = 47.6;
/// Longitude of the market square.
pub const ORIGIN_LON_DEG: f64 = 9.2;

/// A point of the plane, in metres east (x) and north (y) of the market square.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Metres east.
    pub x: f64,
    /// Metres north.
    pub y: f64,
}

impl Point {
    /// The point `x` metres east and `y` metres north of the market square.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// The point at `radius_m` from the origin, `angle` in radians counter-clockwise from east.
    pub fn polar(radius_m: f64, angle: f64) -> Self {
        Self { x: radius_m * angle.cos(), y: radius_m * angle.sin() }
    }

    /// Distance in metres.
    pub fn distance_m(self, other: Self) -> f64 {
        (self - other).length_m()
    }

    /// Distance from the origin in metres.
    pub fn length_m(self) -> f64 {
        self.x.hypot(self.y)
    }

    /// The point a `share` of the way to `other`.
    pub fn towards(self, other: Self, share: f64) -> Self {
        self + (other - self) * share
    }

    /// Direction from here to `other`, in degrees clockwise from north, 0 ≤ course < 360.
    pub fn course_deg(self, other: Self) -> f64 {
        let way = other - self;
        way.x.atan2(way.y).to_degrees().rem_euclid(360.0)
    }

    /// Its place on the globe. The plane is stretched onto it with the scale of the origin, which is exact enough for a
    /// town and harmless for a made-up resort far away.
    pub fn position(self) -> LatLon {
        let metres_per_degree = EARTH_RADIUS_M.to_radians();
        let lat = ORIGIN_LAT_DEG + self.y / metres_per_degree;
        let lon = ORIGIN_LON_DEG + self.x / (metres_per_degree * ORIGIN_LAT_DEG.to_radians().cos());
        LatLon::new(lat, lon).unwrap_or(LatLon::NULL_ISLAND)
    }
}

impl std::ops::Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }
}

impl std::ops::Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }
}

impl std::ops::Mul<f64> for Point {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self { x: self.x * factor, y: self.y * factor }
    }
}
