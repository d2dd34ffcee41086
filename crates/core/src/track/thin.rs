//! A line of fewer vertices, for lines that are drawn as a whole.

use crate::geo::{LatLon, WorldPoint};
use crate::ordered;

use super::importance::rate;

/// So many vertices are rated together. The cost of rating can grow with the square of their number, when somebody means it to.
const STRETCH: usize = 1000;

/// The most important `most` of the vertices, in their order; all of them when they are no more. Vertices a thousand apart are
/// always among them, as long as those are fewer than `most`.
pub fn thin(places: &[LatLon], most: usize) -> Vec<LatLon> {
    if places.len() <= most {
        return places.to_vec();
    }
    let (xs, ys) = unrolled(places);
    let mut ratings = vec![f64::INFINITY; places.len()];
    let mut stretches = Vec::new();
    let mut first = 0;
    while first + 1 < places.len() {
        let last = (first + STRETCH).min(places.len() - 1);
        rate(&xs[first..=last], &ys[first..=last], &mut stretches, |index, distance| {
            ratings[first + index] = distance;
        });
        first = last;
    }
    let mut order: Vec<usize> = (0..places.len()).collect();
    ordered::sort_by(&mut order, |a, b| ratings[*b].total_cmp(&ratings[*a]));
    order.truncate(most);
    ordered::sort_by(&mut order, Ord::cmp);
    order.into_iter().map(|index| places[index]).collect()
}

/// Coordinates on the Web Mercator plane, running on over the 180° meridian.
fn unrolled(places: &[LatLon]) -> (Vec<f64>, Vec<f64>) {
    let mut last_x = 0.5;
    let place = |place: &LatLon| {
        let WorldPoint { x, y } = WorldPoint::from_position(*place);
        last_x = x + (last_x - x).round();
        (last_x, y)
    };
    places.iter().map(place).unzip()
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = LatLon> {
        (-89.0..89.0, -180.0..180.0).prop_filter_map("a place", |(lat, lon)| LatLon::new(lat, lon))
    }

    #[test]
    fn a_corner_is_kept_and_what_lies_between_is_not() {
        let line: Vec<LatLon> = [(0.0, 0.0), (0.0, 0.1), (0.0, 0.2), (5.0, 5.0), (0.0, 9.0)]
            .map(|(lat, lon)| LatLon::new(lat, lon))
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(thin(&line, 3), [line[0], line[3], line[4]]);
    }

    #[test]
    fn over_the_180th_meridian_is_a_short_way() {
        let line: Vec<LatLon> = [(0.0, 179.0), (0.0, -180.0), (0.0, -179.0), (1.0, -178.0), (0.0, -177.0)]
            .map(|(lat, lon)| LatLon::new(lat, lon))
            .into_iter()
            .flatten()
            .collect();
        assert_eq!(thin(&line, 3), [line[0], line[3], line[4]]);
    }

    proptest! {
        #[test]
        fn no_more_than_wanted_in_their_order(places in vec(place(), 0..2500), most in 3..2000_usize) {
            let thinned = thin(&places, most);
            prop_assert_eq!(thinned.len(), places.len().min(most));
            let mut rest = places.iter();
            prop_assert!(thinned.iter().all(|kept| rest.any(|place| place == kept)), "a line of the same vertices");
            if most >= 4 {
                prop_assert_eq!(thinned.first(), places.first());
                prop_assert_eq!(thinned.last(), places.last());
            }
        }
    }
}
