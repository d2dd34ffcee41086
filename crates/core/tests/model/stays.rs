//! The places where people stayed: asked for while they are shown, and forgotten with the history they are of.

use dashboard_core::geo::LatLon;
use dashboard_core::model::view::{PlacesView, RegionView, StaysView};
use dashboard_core::model::{Event, LayerSet, MapMove, Person};
use dashboard_core::track::stays::StayPlace;

use crate::scene::{NOON_S, Scene, id, place, told};

fn scene() -> Scene {
    let mut scene =
        Scene::recorded(&format!("[{},{}]", told("a/a", NOON_S, 47.0, ""), told("b/b", NOON_S, 47.0, "")));
    scene.load_slice(9);
    scene.load_slice(9);
    scene
}

fn home() -> LatLon {
    place(47.0, 8.0)
}

fn found(friends: &[&str]) -> Event {
    let at_home = StayPlace {
        centre: home(),
        visits: 3,
        total_s: 36_000,
        arrived_s: NOON_S - 7200,
        left_s: NOON_S,
        is_last: true,
    };
    Event::StaysFound(friends.iter().map(|friend| (id(friend), vec![at_home])).collect())
}

fn show(scene: &mut Scene, stays: bool) {
    let layers = LayerSet { stays, ..scene.model.chrome().layers };
    scene.did(Person::ChoseLayers(layers));
}

fn whose(scene: &Scene) -> Vec<String> {
    scene.model.stays().friends.iter().map(|stays| stays.friend.to_string()).collect()
}

#[test]
fn stays_are_asked_for_only_while_they_are_shown() {
    let mut scene = scene();
    assert!(scene.stays_wanted.is_empty(), "nobody asked for them yet");
    scene.send(found(&["a/a"]));
    assert_eq!(scene.model.stays(), StaysView::default());
    show(&mut scene, true);
    assert_eq!(scene.stays_wanted, [true]);
    scene.model.take_changes();
    scene.send(found(&["b/b", "a/a"]));
    assert!(scene.model.take_changes().stays);
    assert_eq!(whose(&scene), ["a/a", "b/b"]);
    let view = scene.model.stays();
    let (name, colour) = (scene.friend("a/a").name, scene.friend("a/a").colour);
    assert_eq!((&view.friends[0].name, view.friends[0].colour), (&name, colour));
    assert_eq!(view.friends[0].places[0].visits, 3);
    show(&mut scene, false);
    assert_eq!((scene.stays_wanted.as_slice(), whose(&scene)), ([true, false].as_slice(), vec![]));
}

#[test]
fn stays_go_with_the_history_they_are_of() {
    let mut scene = scene();
    show(&mut scene, true);
    scene.send(found(&["a/a", "b/b"]));
    scene.did(Person::ChoseHistoryFriends(vec![id("b/b")]));
    assert_eq!(whose(&scene), ["b/b"]);
    // Late news of somebody who is not shown any more.
    scene.send(found(&["a/a", "b/b"]));
    assert_eq!(whose(&scene), ["b/b"]);
    scene.did(Person::WentToPlace(home()));
    assert_eq!(scene.moves.last(), Some(&MapMove::CentreOn(home())));
}

#[test]
fn a_place_is_named_by_the_smallest_region_around_it_first_by_the_friends_own() {
    let region = |friend, name: &str, north_m: f64, radius_m| RegionView {
        friend: id(friend),
        key: name.into(),
        name: name.into(),
        centre: place(47.0 + north_m / 111_195.0, 8.0),
        radius_m,
        colour: 0,
    };
    let regions = vec![
        region("a/a", "town", 0.0, 5000.0),
        region("a/a", "home", 80.0, 100.0),
        region("a/a", "", 0.0, 10.0),
        region("b/b", "her place", 0.0, 50.0),
        region("a/a", "shop", 500.0, 300.0),
    ];
    let places = PlacesView { regions, poi: vec![] };
    assert_eq!(places.region_at(&id("a/a"), home()), Some("home"));
    assert_eq!(places.region_at(&id("b/b"), home()), Some("her place"));
    assert_eq!(
        places.region_at(&id("c/c"), home()),
        Some("her place"),
        "what others call it is better than nothing"
    );
    assert_eq!(places.region_at(&id("a/a"), place(48.0, 8.0)), None);
}
