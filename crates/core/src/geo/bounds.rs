//! A box on the globe that knows the 180° meridian.

use super::position::LatLon;

/// A box between two parallels and two meridians, edges included. When `west_deg() > east_deg()` it lies across the
/// 180° meridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    south: f64,
    west: f64,
    north: f64,
    east: f64,
}

impl Bounds {
    /// The whole globe.
    pub const WORLD: Self = Self { south: -90.0, west: -180.0, north: 90.0, east: 180.0 };

    /// The box of a single place.
    pub const fn at(place: LatLon) -> Self {
        Self { south: place.lat(), west: place.lon(), north: place.lat(), east: place.lon() }
    }

    /// The box with these corners, reaching eastward from `south_west` to `north_east`; `None` when the first lies
    /// north of the second.
    pub fn from_corners(south_west: LatLon, north_east: LatLon) -> Option<Self> {
        (south_west.lat() <= north_east.lat()).then_some(Self {
            south: south_west.lat(),
            west: south_west.lon(),
            north: north_east.lat(),
            east: north_east.lon(),
        })
    }

    /// The smallest box around all places, as [`Bounds::extend`] finds it; `None` without places.
    pub fn around(places: impl IntoIterator<Item = LatLon>) -> Option<Self> {
        let mut places = places.into_iter();
        let mut bounds = Self::at(places.next()?);
        places.for_each(|place| bounds.extend(place));
        Some(bounds)
    }

    /// Southern edge in degrees.
    pub const fn south_deg(self) -> f64 {
        self.south
    }

    /// Western edge in degrees.
    pub const fn west_deg(self) -> f64 {
        self.west
    }

    /// Northern edge in degrees.
    pub const fn north_deg(self) -> f64 {
        self.north
    }

    /// Eastern edge in degrees.
    pub const fn east_deg(self) -> f64 {
        self.east
    }

    /// Whether the box lies across the 180° meridian.
    pub fn crosses_antimeridian(self) -> bool {
        self.west > self.east
    }

    /// Degrees of longitude from the western to the eastern edge, 0…360.
    pub fn width_deg(self) -> f64 {
        if self.crosses_antimeridian() { self.east - self.west + 360.0 } else { self.east - self.west }
    }

    /// Whether `place` lies inside or on an edge. Longitudes 180 and −180 are the same.
    pub fn contains(self, place: LatLon) -> bool {
        (self.south..=self.north).contains(&place.lat()) && self.contains_lon(place.lon())
    }

    /// Grows to take in `place`, on the side where it has to grow less (eastward when both are equal).
    pub fn extend(&mut self, place: LatLon) {
        self.union(Self::at(place));
    }

    /// Grows to take in all of `other`, to the narrowest box that holds both.
    pub fn union(&mut self, other: Self) {
        self.south = self.south.min(other.south);
        self.north = self.north.max(other.north);
        let (holds_west, holds_east) = (self.contains_lon(other.west), self.contains_lon(other.east));
        let grown_east = Self { east: other.east, ..*self };
        let grown_west = Self { west: other.west, ..*self };
        match (holds_west, holds_east) {
            // Both edges inside: either the other is within this one, or the two close the circle.
            (true, true) if eastward_deg(self.west, other.west) + other.width_deg() <= self.width_deg() => {}
            (true, true) => (self.west, self.east) = (-180.0, 180.0),
            (true, false) => *self = grown_east,
            (false, true) => *self = grown_west,
            // Neither: the other swallows this one, or they are apart.
            (false, false) if other.contains_lon(self.west) => {
                (self.west, self.east) = (other.west, other.east)
            }
            (false, false) if grown_east.width_deg() <= grown_west.width_deg() => *self = grown_east,
            (false, false) => *self = grown_west,
        }
    }

    /// The middle, in degrees half-way between the edges.
    pub fn centre(self) -> LatLon {
        let lon = self.west + self.width_deg() / 2.0;
        let lon = if lon > 180.0 { lon - 360.0 } else { lon };
        // Half-way between valid edges is valid.
        LatLon::new((self.south + self.north) / 2.0, lon).unwrap_or(LatLon::NULL_ISLAND)
    }

    fn contains_lon(self, lon: f64) -> bool {
        let inside = |lon: f64| {
            if self.crosses_antimeridian() {
                lon >= self.west || lon <= self.east
            } else {
                self.west <= lon && lon <= self.east
            }
        };
        inside(lon) || (lon.abs() == 180.0 && inside(-lon))
    }
}

/// Degrees from one meridian eastward to another, 0 ≤ result < 360.
fn eastward_deg(from: f64, to: f64) -> f64 {
    if to >= from { (to - from) % 360.0 } else { to - from + 360.0 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(lat: f64, lon: f64) -> LatLon {
        LatLon::new(lat, lon).unwrap()
    }

    #[test]
    fn two_sides_of_the_antimeridian_make_a_narrow_box() {
        let bounds = Bounds::around([at(-17.0, 179.9), at(-16.0, -179.8)]).unwrap();
        assert!(bounds.crosses_antimeridian());
        assert!((bounds.width_deg() - 0.3).abs() < 1e-9);
        assert!(bounds.contains(at(-16.5, 180.0)) && bounds.contains(at(-16.5, -180.0)));
        assert!(!bounds.contains(at(-16.5, 0.0)));
        assert!((bounds.centre().lon() - -179.95).abs() < 1e-9);
    }

    #[test]
    fn a_union_may_swallow_be_swallowed_or_close_the_circle() {
        let wide = Bounds::from_corners(at(0.0, -100.0), at(1.0, 100.0)).unwrap();
        let narrow = Bounds::from_corners(at(0.0, -5.0), at(1.0, 5.0)).unwrap();
        let back = Bounds::from_corners(at(0.0, 90.0), at(1.0, -90.0)).unwrap();
        let union = |mut a: Bounds, b| {
            a.union(b);
            a
        };
        assert_eq!(union(wide, narrow), wide);
        assert_eq!(union(narrow, wide), wide);
        assert_eq!(union(wide, back).width_deg(), 360.0);
    }

    proptest! {
        #[test]
        fn everything_taken_in_is_inside(
            places in prop::collection::vec((-90.0..=90.0f64, -180.0..=180.0f64), 1..20),
            more in prop::collection::vec((-90.0..=90.0f64, -180.0..=180.0f64), 1..20),
        ) {
            let places: Vec<_> = places.into_iter().map(|(lat, lon)| at(lat, lon)).collect();
            let more: Vec<_> = more.into_iter().map(|(lat, lon)| at(lat, lon)).collect();
            let mut bounds = Bounds::around(places.iter().copied()).unwrap();
            bounds.union(Bounds::around(more.iter().copied()).unwrap());
            for place in places.iter().chain(&more) {
                prop_assert!(bounds.contains(*place), "{:?} in {:?}", place, bounds);
            }
            prop_assert!(bounds.contains(bounds.centre()));
            prop_assert!((0.0..=360.0).contains(&bounds.width_deg()));
        }
    }
}
