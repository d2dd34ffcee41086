//! A point of a history, in words.

use dashboard_core::model::view::PointView;
use dashboard_core::time::UnixMillis;

use super::clock::{Detail, moment};
use super::measures;
use super::voice::words;

/// In a few lines, for a label on the map: who, when, how long ago, and what the fix said.
pub fn point_lines(view: &PointView, now: UnixMillis) -> Vec<String> {
    let row = &view.point.row;
    let mut lines = vec![
        view.name.clone(),
        moment(row.time_s, Detail::Second, None),
        measures::age(now.seconds() - row.time_s),
    ];
    lines.extend(Some(facts(view).join(" · ")).filter(|facts| !facts.is_empty()));
    if let Some(along) = view.point.along {
        let since = moment(along.since_s, Detail::Minute, None);
        lines.push((words().along_since)(&measures::distance(along.distance_m), &since));
    }
    lines
}

/// In one sentence, to be said aloud: `Alice, 24 Nov 2026, 08:15:03, 45 km/h, point 12 of 300`.
pub fn point_in_words(view: &PointView) -> String {
    let point = &view.point;
    let mut parts = vec![view.name.clone(), moment(point.row.time_s, Detail::Second, None)];
    parts.extend(facts(view));
    parts.push((words().point_number)(&measures::count(point.number), &measures::count(point.count)));
    parts.join(", ")
}

/// What the fix said of itself, each with what it is where the unit does not tell.
fn facts(view: &PointView) -> Vec<String> {
    let (row, t) = (&view.point.row, words());
    let height = |metres: f32| measures::height(f64::from(metres));
    [
        row.speed_kmh.map(|kmh| measures::speed(f64::from(kmh))),
        row.altitude_m.map(|metres| (t.point_altitude)(&height(metres))),
        row.accuracy_m.map(|metres| format!("±{}", height(metres))),
        row.battery_percent.map(|percent| (t.point_battery)(&measures::percent(f64::from(percent)))),
    ]
    .into_iter()
    .flatten()
    .collect()
}
