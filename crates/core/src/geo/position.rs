//! A valid position on the globe.

/// Mean radius of the Earth in metres, as used for every distance in this project (IUGG mean radius R1).
pub const EARTH_RADIUS_M: f64 = 6_371_008.8;

/// A position on the globe in WGS 84 degrees. Valid by construction: latitude within −90…90, longitude within −180…180,
/// both finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LatLon {
    lat: f64,
    lon: f64,
}

impl LatLon {
    /// Latitude 0, longitude 0.
    pub const NULL_ISLAND: Self = Self { lat: 0.0, lon: 0.0 };

    /// A position from degrees; `None` when either is not finite or out of range.
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        ((-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon)).then_some(Self { lat, lon })
    }

    /// Latitude in degrees, north positive.
    pub const fn lat(self) -> f64 {
        self.lat
    }

    /// Longitude in degrees, east positive.
    pub const fn lon(self) -> f64 {
        self.lon
    }
}
