//! The point that is looked at: one question at a time, answers in time, and what happens to it when tracks change.

use dashboard_core::geo::LatLon;
use dashboard_core::model::view::PointView;
use dashboard_core::model::{Event, FoundPoint, LayerSet, Person, PointWish, RangeChoice, RequestId, Stride};
use dashboard_core::time::TimeRange;
use dashboard_core::track::{Along, PointKey, Row, TrackPoint};

use crate::scene::{NOON_S, Scene, id, place, start_with, told};

fn point(time_s: i64) -> TrackPoint {
    TrackPoint {
        row: Row {
            time_s,
            position: spot(time_s),
            accuracy_m: None,
            altitude_m: None,
            speed_kmh: None,
            battery_percent: None,
        },
        number: 1,
        count: 9,
        along: Some(Along { distance_m: 12.0, since_s: NOON_S }),
    }
}

fn spot(time_s: i64) -> LatLon {
    place(47.0 + (time_s - NOON_S) as f64 / 1e4, 8.0)
}

fn found(time_s: i64) -> Option<FoundPoint> {
    Some(FoundPoint { friend: id("a/a"), point: point(time_s) })
}

/// A page that shows the histories of two friends.
fn scene() -> Scene {
    let last = format!("[{},{}]", told("a/a", NOON_S, 47.0, ""), told("b/b", NOON_S, 47.0, ""));
    let mut scene = Scene::recorded(&last);
    scene.load_slice(9);
    scene.load_slice(9);
    scene.summarise("a/a", 9, NOON_S);
    scene.summarise("b/b", 9, NOON_S);
    scene
}

fn hover(scene: &mut Scene, place: LatLon) {
    scene.did(Person::PointedAt { place, zoom: 14.0, max_px: 16.0, tapped: false });
}

fn tap(scene: &mut Scene) {
    scene.did(Person::PointedAt { place: spot(NOON_S), zoom: 14.0, max_px: 24.0, tapped: true });
}

/// The worker answers the newest question.
fn answer(scene: &mut Scene, found: Option<FoundPoint>) {
    let request = scene.questions.last().expect("a question was asked").request;
    scene.send(Event::PointFound { request, found });
}

fn shown(scene: &Scene) -> Option<PointView> {
    scene.model.inspection().point
}

fn shown_s(scene: &Scene) -> Option<(i64, bool)> {
    shown(scene).map(|view| (view.point.row.time_s, view.pinned))
}

fn wish(scene: &Scene) -> &PointWish {
    &scene.questions.last().expect("a question was asked").wish
}

fn step(time_s: i64, by: i32) -> PointWish {
    PointWish::Step { friend: id("a/a"), from: PointKey { time_s, position: spot(time_s) }, by }
}

#[test]
fn a_resting_mouse_shows_a_point_as_long_as_it_rests() {
    let mut scene = scene();
    hover(&mut scene, spot(NOON_S));
    assert_eq!(*wish(&scene), PointWish::Near { place: spot(NOON_S), zoom: 14.0, max_px: 16.0 });
    answer(&mut scene, found(NOON_S));
    let view = shown(&scene).unwrap();
    assert_eq!((view.friend, view.point, view.pinned), (id("a/a"), point(NOON_S), false));
    assert_eq!(view.name, scene.friend("a/a").name);
    assert_eq!(scene.model.inspection().reached, 0, "the map does not move under a mouse");
    scene.did(Person::PointedAway);
    assert_eq!(shown(&scene), None);
    hover(&mut scene, spot(NOON_S));
    answer(&mut scene, found(NOON_S));
    hover(&mut scene, spot(NOON_S + 500));
    answer(&mut scene, None);
    assert_eq!(shown(&scene), None);
}

#[test]
fn one_question_is_under_way_and_the_newest_waits() {
    let mut scene = scene();
    for second in 0..5 {
        hover(&mut scene, spot(NOON_S + second));
    }
    assert_eq!(scene.questions.len(), 1);
    answer(&mut scene, found(NOON_S));
    assert_eq!(scene.questions.len(), 2);
    assert!(matches!(wish(&scene), PointWish::Near { place, .. } if *place == spot(NOON_S + 4)));
    answer(&mut scene, None);
    assert_eq!((scene.questions.len(), shown(&scene)), (2, None));
}

#[test]
fn a_late_answer_is_dropped() {
    let mut scene = scene();
    hover(&mut scene, spot(NOON_S));
    let old = scene.questions[0].request;
    scene.did(Person::PointedAway);
    scene.send(Event::PointFound { request: old, found: found(NOON_S) });
    scene.send(Event::PointFound { request: RequestId(9999), found: found(NOON_S) });
    assert_eq!(shown(&scene), None);
    // A tap does not wait for what the mouse asked.
    hover(&mut scene, spot(NOON_S));
    let old = scene.questions.last().unwrap().request;
    tap(&mut scene);
    scene.send(Event::PointFound { request: old, found: found(NOON_S) });
    assert_eq!(shown(&scene), None);
    answer(&mut scene, found(NOON_S + 1));
    assert_eq!(shown_s(&scene), Some((NOON_S + 1, true)));
}

#[test]
fn a_tapped_point_stays_until_it_is_closed() {
    let mut scene = scene();
    tap(&mut scene);
    answer(&mut scene, found(NOON_S));
    assert_eq!(shown_s(&scene), Some((NOON_S, true)));
    assert_eq!(scene.model.inspection().reached, 1);
    let questions = scene.questions.len();
    hover(&mut scene, spot(NOON_S + 5));
    scene.did(Person::PointedAway);
    assert_eq!((scene.questions.len(), shown_s(&scene)), (questions, Some((NOON_S, true))));
    scene.did(Person::ClosedPoint);
    assert_eq!(shown(&scene), None);
}

#[test]
fn a_tap_beside_everything_closes_the_point_and_the_card() {
    let mut scene = scene();
    scene.did(Person::Selected(Some(id("b/b"))));
    tap(&mut scene);
    answer(&mut scene, found(NOON_S));
    assert!(scene.friend("b/b").selected, "the card is there again when the point is closed");
    tap(&mut scene);
    answer(&mut scene, None);
    assert_eq!(shown(&scene), None);
    assert!(!scene.friend("b/b").selected);
    // Without lines there is nothing to ask for.
    scene.did(Person::Selected(Some(id("b/b"))));
    let layers = LayerSet { line: false, points: false, ..scene.model.chrome().layers };
    scene.did(Person::ChoseLayers(layers));
    let questions = scene.questions.len();
    tap(&mut scene);
    assert!(!scene.friend("b/b").selected);
    assert_eq!(scene.questions.len(), questions);
}

#[test]
fn steps_go_on_from_the_point_and_add_up() {
    let mut scene = scene();
    tap(&mut scene);
    answer(&mut scene, found(NOON_S));
    scene.did(Person::Stepped(Stride::By(1)));
    assert_eq!(*wish(&scene), step(NOON_S, 1));
    let questions = scene.questions.len();
    scene.did(Person::Stepped(Stride::By(10)));
    scene.did(Person::Stepped(Stride::By(-1)));
    scene.did(Person::Stepped(Stride::By(1)));
    assert_eq!(scene.questions.len(), questions);
    answer(&mut scene, found(NOON_S + 1));
    assert_eq!(shown_s(&scene), Some((NOON_S + 1, true)));
    assert_eq!(*wish(&scene), step(NOON_S + 1, 10));
    answer(&mut scene, found(NOON_S + 11));
    assert_eq!(scene.model.inspection().reached, 3);
    scene.did(Person::Stepped(Stride::First));
    assert_eq!(*wish(&scene), PointWish::End { friend: id("a/a"), last: false });
}

#[test]
fn steps_begin_with_the_last_point_of_whoever_is_selected() {
    let mut scene = scene();
    scene.did(Person::Stepped(Stride::By(-1)));
    assert_eq!(*wish(&scene), PointWish::End { friend: id("a/a"), last: true });
    answer(&mut scene, None);
    scene.did(Person::Selected(Some(id("b/b"))));
    scene.did(Person::Stepped(Stride::By(1)));
    assert_eq!(*wish(&scene), PointWish::End { friend: id("b/b"), last: true });
    // Nobody's history, no steps.
    let mut scene = Scene::begin(start_with(false, true));
    scene.did(Person::Stepped(Stride::By(1)));
    assert_eq!(scene.questions, []);
}

#[test]
fn a_pinned_point_keeps_its_place_while_its_track_changes_and_goes_with_it() {
    let mut scene = scene();
    tap(&mut scene);
    answer(&mut scene, found(NOON_S));
    scene.summarise("a/a", 12, NOON_S);
    assert_eq!(*wish(&scene), step(NOON_S, 0));
    let moved_on = TrackPoint { number: 4, count: 12, ..point(NOON_S) };
    answer(&mut scene, Some(FoundPoint { friend: id("a/a"), point: moved_on }));
    assert_eq!(shown(&scene).map(|view| (view.point, view.pinned)), Some((moved_on, true)));
    assert_eq!(scene.model.inspection().reached, 1, "nobody stepped");
    // Another range, in which it is not.
    let yesterday = TimeRange { from_s: NOON_S - 129_600, to_s: NOON_S - 43_201 };
    scene.did(Person::ChoseRange { choice: RangeChoice::Yesterday, range: yesterday });
    scene.send(Event::TracksChanged(Vec::new()));
    answer(&mut scene, None);
    assert_eq!(shown(&scene), None);
}

#[test]
fn a_point_goes_when_its_friend_is_not_shown_any_more() {
    let mut scene = scene();
    tap(&mut scene);
    answer(&mut scene, found(NOON_S));
    scene.did(Person::ChoseHistoryFriends(vec![id("b/b")]));
    assert_eq!(shown(&scene), None);
    assert!(scene.model.take_changes().inspection);
}
