//! The map of a kiosk moves by itself, by the rule of its link.

use dashboard_core::model::{Event, Interface, KioskRound, KioskRule, MapMove, MapView, Person};

use crate::scene::{NOON_S, Scene, id, location, place, start_with};

/// A kiosk with two people, a second after the first look.
fn kiosk(rule: KioskRule) -> Scene {
    let mut start = start_with(true, false);
    start.config.map.view = None;
    start.config.interface = Interface::Kiosk;
    start.config.round = KioskRound { rule, every_s: 10 };
    let mut scene = Scene::begin(start);
    scene.open_mqtt();
    scene.publish_retained("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.publish_retained("owntracks/b/b", &location(NOON_S, 48.0, ""));
    scene.pass_ms(1_000);
    assert_eq!(scene.moves.len(), 1, "the first look");
    scene.moves.clear();
    scene
}

fn fit(lats: &[f64]) -> MapMove {
    MapMove::Fit { places: lats.iter().map(|lat| place(*lat, 8.5)).collect(), max_zoom: 16.0, at_once: false }
}

#[test]
fn fits_everybody_again_only_when_somebody_leaves_the_frame_or_all_come_close() {
    let mut scene = kiosk(KioskRule::Fit);
    scene.pass_ms(10_000);
    assert_eq!(scene.moves, [fit(&[47.0, 48.0])], "panels may have come since the first look");
    scene.publish("owntracks/a/a", &location(NOON_S + 20, 46.95, ""));
    scene.pass_ms(60_000);
    assert_eq!(scene.moves.len(), 1, "well within the margin");

    scene.publish("owntracks/a/a", &location(NOON_S + 80, 46.0, ""));
    assert_eq!(scene.moves.len(), 1, "not before its time");
    scene.pass_ms(10_000);
    assert_eq!(scene.moves.last(), Some(&fit(&[46.0, 48.0])));

    scene.publish("owntracks/a/a", &location(NOON_S + 100, 47.5, ""));
    scene.pass_ms(60_000);
    assert_eq!(scene.moves.len(), 3, "once");
    assert_eq!(scene.moves.last(), Some(&fit(&[47.5, 48.0])));
}

#[test]
fn goes_round_from_one_to_the_next_and_then_to_everybody() {
    let mut scene = kiosk(KioskRule::Cycle);
    scene.pass_ms(10_000);
    assert!(scene.friend("a/a").selected);
    scene.pass_ms(10_000);
    assert!(scene.friend("b/b").selected);
    scene.pass_ms(10_000);
    assert!(!scene.friend("a/a").selected && !scene.friend("b/b").selected);
    assert_eq!(scene.moves, [fit(&[47.0]), fit(&[48.0]), fit(&[47.0, 48.0])]);

    scene.did(Person::Hid { friend: id("b/b"), hidden: true });
    scene.pass_ms(30_000);
    assert_eq!(scene.moves[3..], [fit(&[47.0])], "alone there is nobody to go to");
}

#[test]
fn a_person_who_moves_it_is_left_alone_for_a_minute() {
    let mut scene = kiosk(KioskRule::Fit);
    scene.send(Event::MapMoved(MapView { centre: place(0.0, 0.0), zoom: 3.0, by_person: true }));
    scene.pass_ms(59_000);
    assert_eq!(scene.moves, []);
    scene.pass_ms(1_000);
    assert_eq!(scene.moves, [fit(&[47.0, 48.0])]);
}

#[test]
fn stays_when_told_to_or_when_it_follows_somebody() {
    let mut still = kiosk(KioskRule::Still);
    still.pass_ms(600_000);
    assert_eq!(still.moves, []);

    let mut following = kiosk(KioskRule::Cycle);
    following.did(Person::Followed(Some(id("a/a"))));
    following.pass_ms(600_000);
    assert_eq!(following.moves, [MapMove::CentreOn(place(47.0, 8.5))]);
}

#[test]
fn no_other_interface_moves_by_itself() {
    let mut start = start_with(true, false);
    start.config.interface = Interface::Embed;
    start.config.round = KioskRound { rule: KioskRule::Cycle, every_s: 5 };
    let mut scene = Scene::begin(start);
    scene.open_mqtt();
    scene.publish("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.pass_ms(600_000);
    assert_eq!(scene.moves, []);
}
