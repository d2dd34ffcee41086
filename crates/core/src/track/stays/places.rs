//! Visits to the same place, and what of many places fits on a map.

use std::collections::BTreeMap;

use crate::geo::{LatLon, TILE_SIZE_PX, WorldPoint, distance_m};
use crate::time::UnixSeconds;

use super::{SAME_PLACE_M, Stay};

/// 0.002° of latitude are 222 m: more than a place is wide, and its centre moves.
const BAND_DEG: f64 = 0.002;

/// A place where somebody stayed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StayPlace {
    /// The middle of the visits, long ones counting more.
    pub centre: LatLon,
    /// How often.
    pub visits: u32,
    /// How long in all, in seconds.
    pub total_s: i64,
    /// When the last visit began.
    pub arrived_s: UnixSeconds,
    /// When it ended, as far as is known.
    pub left_s: UnixSeconds,
    /// The track ends there.
    pub is_last: bool,
}

/// The places of stays in order of time: those at most [`SAME_PLACE_M`] apart are one. The longest first, at most `most`.
pub fn places_of(stays: &[Stay], most: usize) -> Vec<StayPlace> {
    let mut places: Vec<StayPlace> = Vec::new();
    // The places first seen in a band of latitude that is so wide that those nearby are in it or in one beside it. Centres
    // hardly move afterwards.
    let mut bands: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for stay in stays {
        let band = (stay.centre.lat() / BAND_DEG).floor() as i64;
        let near = bands.range(band - 1..=band + 1).flat_map(|(_, places)| places);
        let nearest = near
            .map(|index| (*index, distance_m(places[*index].centre, stay.centre)))
            .filter(|(_, distance_m)| *distance_m <= SAME_PLACE_M)
            .min_by(|(_, one), (_, other)| one.total_cmp(other));
        match nearest {
            Some((index, _)) => places[index].add(stay),
            None => {
                bands.entry(band).or_default().push(places.len());
                places.push(StayPlace::of(stay));
            }
        }
    }
    places.sort_by_key(|place| std::cmp::Reverse(place.total_s));
    places.truncate(most);
    places
}

impl StayPlace {
    fn of(stay: &Stay) -> Self {
        Self {
            centre: stay.centre,
            visits: 1,
            total_s: stay.left_s - stay.arrived_s,
            arrived_s: stay.arrived_s,
            left_s: stay.left_s,
            is_last: stay.is_last,
        }
    }

    fn add(&mut self, stay: &Stay) {
        let stay_s = stay.left_s - stay.arrived_s;
        self.total_s += stay_s;
        self.visits += 1;
        (self.arrived_s, self.left_s, self.is_last) = (stay.arrived_s, stay.left_s, stay.is_last);
        let share = stay_s as f64 / self.total_s as f64;
        let east_deg = (stay.centre.lon() - self.centre.lon() + 180.0).rem_euclid(360.0) - 180.0;
        let lat = self.centre.lat() + share * (stay.centre.lat() - self.centre.lat());
        let lon = (self.centre.lon() + share * east_deg + 180.0).rem_euclid(360.0) - 180.0;
        self.centre = LatLon::new(lat, lon).unwrap_or(self.centre);
    }
}

/// Places that are drawn as one, as they are too near to each other on screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StayCluster {
    /// The place where somebody stayed longest, at which it is drawn.
    pub main: StayPlace,
    /// How many places.
    pub places: u32,
    /// How long at all of them, in seconds.
    pub total_s: i64,
    /// How often at all of them.
    pub visits: u32,
}

/// Draws places that are less than `apart_px` from a longer one, at a zoom, as one with it. `places` come with the longest
/// first, and so do the clusters; at most `most` of them.
pub fn cluster_places(places: &[StayPlace], zoom: f64, apart_px: f64, most: usize) -> Vec<StayCluster> {
    let world_px = TILE_SIZE_PX * zoom.exp2();
    let mut clusters: Vec<(WorldPoint, StayCluster)> = Vec::new();
    for place in places {
        let at = WorldPoint::from_position(place.centre);
        let near = clusters.iter().position(|(other, _)| {
            let east = (at.x - other.x + 0.5).rem_euclid(1.0) - 0.5;
            (east * world_px).hypot((at.y - other.y) * world_px) < apart_px
        });
        match near {
            Some(near) => {
                let (_, cluster) = &mut clusters[near];
                cluster.places += 1;
                cluster.total_s += place.total_s;
                cluster.visits += place.visits;
            }
            None if clusters.len() < most => {
                let cluster =
                    StayCluster { main: *place, places: 1, total_s: place.total_s, visits: place.visits };
                clusters.push((at, cluster));
            }
            None => {}
        }
    }
    clusters.into_iter().map(|(_, cluster)| cluster).collect()
}
