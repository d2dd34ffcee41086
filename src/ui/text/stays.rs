//! Where somebody stayed, in words.

use dashboard_core::track::stays::{StayCluster, StayPlace};

use super::clock::{Detail, moment};
use super::measures;
use super::voice::words;

/// In a few lines, for a label on the map: who and where, how long, how often, and the last visit.
pub fn stay_lines(name: &str, region: Option<&str>, cluster: &StayCluster) -> Vec<String> {
    let t = words();
    let duration = measures::duration(cluster.total_s);
    let how_long = match cluster.visits {
        1 => duration,
        visits => format!("{duration} · {}", stay_visits(visits)),
    };
    let who = match region {
        Some(region) if cluster.places == 1 => format!("{name} · {region}"),
        _ => name.to_owned(),
    };
    let mut lines = vec![who, how_long];
    if cluster.places > 1 {
        lines.push((t.places_here)(cluster.places, &measures::count(cluster.places)));
    } else {
        lines.push(stay_when(&cluster.main));
    }
    lines
}

/// How often.
pub fn stay_visits(visits: u32) -> String {
    (words().visits)(visits, &measures::count(visits))
}

/// The last visit: from when to when.
pub fn stay_when(place: &StayPlace) -> String {
    let from = moment(place.arrived_s, Detail::Minute, None);
    if place.is_last {
        return (words().since)(&from);
    }
    let day = |at| moment(at, Detail::Day, None);
    let until = if day(place.arrived_s) == day(place.left_s) { Detail::Clock } else { Detail::Minute };
    let visit = format!("{from} – {}", moment(place.left_s, until, None));
    if place.visits > 1 { (words().last_visit)(&visit) } else { visit }
}
