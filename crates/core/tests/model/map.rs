//! The map moves only when asked; the address bar says what is shown.

use dashboard_core::model::{Event, LayerSet, LineColour, MapMove, MapView, Person, Query, RangeChoice};
use dashboard_core::time::TimeRange;

use crate::scene::{NOON_S, Scene, id, location, place, start_with, told};

fn unplaced(mqtt: bool, recorder: bool) -> dashboard_core::model::Start {
    let mut start = start_with(mqtt, recorder);
    start.config.map.view = None;
    start
}

fn moved(by_person: bool) -> Event {
    Event::MapMoved(MapView { centre: place(47.25, 8.75), zoom: 12.0, by_person })
}

#[test]
fn the_first_friends_are_fitted_once() {
    let mut scene = Scene::begin(unplaced(true, false));
    scene.open_mqtt();
    scene.publish_retained("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.publish_retained("owntracks/b/b", &location(NOON_S, 48.0, ""));
    assert_eq!(scene.moves, [], "others may follow");
    scene.pass_ms(1_000);
    let places = vec![place(47.0, 8.5), place(48.0, 8.5)];
    assert_eq!(scene.moves, [MapMove::Fit { places, max_zoom: 16.0, at_once: true }]);
    scene.publish("owntracks/c/c", &location(NOON_S, 49.0, ""));
    scene.pass_ms(60_000);
    assert_eq!(scene.moves.len(), 1);
}

#[test]
fn the_recorders_friends_are_fitted_at_once() {
    let mut scene = Scene::begin(unplaced(false, true));
    scene.greet(&format!("[{}]", told("alice/phone", NOON_S, 47.0, "")));
    assert_eq!(scene.moves.len(), 1);
}

#[test]
fn a_given_view_or_a_person_prevents_the_fit() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.pass_ms(60_000);
    assert_eq!(scene.moves, []);

    let mut scene = Scene::begin(unplaced(true, false));
    scene.send(moved(true));
    scene.open_mqtt();
    scene.publish("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.pass_ms(60_000);
    assert_eq!(scene.moves, []);
}

#[test]
fn a_history_from_a_link_is_fitted_when_nobody_has_a_place() {
    let mut start = unplaced(false, true);
    start.config.history.friends = vec![("bench".into(), "n1".into())];
    let mut scene = Scene::recorded_with(start, "[]");
    scene.load_slice(10);
    scene.summarise("bench/n1", 10, NOON_S);
    scene.summarise("bench/n1", 11, NOON_S);
    assert_eq!(scene.moves, [MapMove::FitTracks { at_once: true }]);
}

#[test]
fn a_page_opened_for_somebody_looks_at_them_first() {
    let last = format!("[{},{}]", told("alice/phone", NOON_S, 47.0, ""), told("far/away", NOON_S, -47.0, ""));
    for (chosen, lats) in [("alice", vec![47.0]), ("nobody", vec![47.0, -47.0])] {
        let mut start = unplaced(false, true);
        start.config.history.friends = vec![(chosen.into(), "*".into())];
        let scene = Scene::recorded_with(start, &last);
        let places: Vec<_> = lats.into_iter().map(|lat| place(lat, 8.5)).collect();
        assert_eq!(scene.moves, [MapMove::Fit { places, max_zoom: 16.0, at_once: true }], "{chosen}");
    }
}

#[test]
fn following_ends_when_the_person_moves_the_map() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.did(Person::Followed(Some(id("a/a"))));
    scene.publish("owntracks/a/a", &location(NOON_S + 1, 47.1, ""));
    scene.publish("owntracks/b/b", &location(NOON_S + 1, 40.0, ""));
    assert_eq!(scene.moves, [MapMove::CentreOn(place(47.0, 8.5)), MapMove::CentreOn(place(47.1, 8.5))]);
    scene.send(moved(false));
    assert!(scene.friend("a/a").followed);
    scene.send(moved(true));
    assert!(!scene.friend("a/a").followed);
    scene.publish("owntracks/a/a", &location(NOON_S + 2, 47.2, ""));
    assert_eq!(scene.moves.len(), 2);
}

#[test]
fn wishes_move_the_map() {
    let mut scene = Scene::subscribed();
    scene.did(Person::FittedFriends);
    assert_eq!(scene.moves, [], "nobody to fit");
    scene.publish("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.publish("owntracks/b/b", &location(NOON_S, 40.0, ""));
    scene.did(Person::Hid { friend: id("b/b"), hidden: true });
    scene.did(Person::WentTo(id("a/a")));
    scene.did(Person::FittedFriends);
    scene.did(Person::FittedHistory);
    let places = vec![place(47.0, 8.5)];
    assert_eq!(
        scene.moves,
        [
            MapMove::CentreOn(place(47.0, 8.5)),
            MapMove::Fit { places, max_zoom: 16.0, at_once: false },
            MapMove::FitTracks { at_once: false }
        ]
    );
}

#[test]
fn the_address_says_what_differs_from_the_start_and_keeps_the_rest() {
    let mut start = start_with(true, false);
    start.query = Query::parse("ui=kiosk&mine=1");
    let mut scene = Scene::begin(start);
    assert_eq!(scene.queries, [] as [String; 0]);

    scene.send(moved(false));
    assert_eq!(scene.queries, [] as [String; 0], "a move by command is no wish");
    scene.send(moved(true));
    scene.send(moved(true));
    scene.did(Person::Followed(Some(id("a/a"))));
    scene.did(Person::ChoseLineColour(LineColour::Speed));
    scene.did(Person::ChoseLineColour(LineColour::Friend));
    scene.did(Person::ChoseLayers(LayerSet { heat: true, ..LayerSet::default() }));
    scene.did(Person::ChoseHistoryFriends(vec![id("bob/phone")]));
    let range = TimeRange { from_s: NOON_S - 86_400, to_s: NOON_S };
    scene.did(Person::ChoseRange { choice: RangeChoice::Last { seconds: 86_400 }, range });
    assert_eq!(scene.queries.len(), 7, "{:?}", scene.queries);

    let last = Query::parse(scene.queries.last().unwrap());
    assert_eq!(last.map.unwrap().1, 12.0);
    assert_eq!(last.follow, Some(id("a/a")));
    assert_eq!(last.line_colour, None, "as at the start");
    assert!(last.layers.unwrap().heat);
    assert_eq!(last.friends, [("bob".to_owned(), "phone".to_owned())]);
    assert_eq!(last.range, Some(RangeChoice::Last { seconds: 86_400 }));
    assert_eq!(last.unknown, [("mine".to_owned(), "1".to_owned())]);
    assert!(last.interface.is_some());
}
