//! What friends are called, which colour they have, how they are listed; their regions and what happened to them.

use dashboard_core::model::view::{NoticeKind, PALETTE_SIZE, Severity};
use dashboard_core::model::{Command, Event, Person, Settings, SortBy};
use dashboard_core::owntracks::Crossing;

use crate::scene::{NOON_S, Scene, id, location, place, start_with};

fn card(name: &str) -> String {
    format!(r#"{{"_type":"card","name":"{name}"}}"#)
}

#[test]
fn names_come_from_cards_then_labels_then_topics() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/Alice/Phone", r#"{"_type":"lwt"}"#);
    let friend = scene.friend("alice/phone");
    assert_eq!((friend.name.as_str(), friend.initials.as_str()), ("Alice/Phone", "AP"));
    scene.publish("owntracks/Alice/Phone", &location(NOON_S, 1.0, ""));
    assert_eq!(scene.friend("alice/phone").name, "AP");
    scene.publish("owntracks/Alice/Phone/info", &card("Alice van Example"));
    let friend = scene.friend("alice/phone");
    assert_eq!((friend.name.as_str(), friend.initials.as_str()), ("Alice van Example", "AV"));
    scene.publish("owntracks/Alice/Phone/info", "");
    assert_eq!(scene.friend("alice/phone").name, "AP");
}

#[test]
fn users_and_devices_are_spelled_as_their_owners_do() {
    let mut scene = Scene::begin(start_with(true, true));
    let lost = r#"{"_type":"lwt"}"#;
    scene.open_mqtt();
    scene.publish("owntracks/Bob/Pixel 8", lost);
    let bob = scene.friend("bob/pixel-8");
    assert_eq!((bob.name.as_str(), bob.initials.as_str()), ("Bob/Pixel 8", "BP"));
    // Another spelling of the same friend does not take turns with the first, nor does the Recorder's folded one.
    scene.publish("owntracks/BOB/pixel.8", lost);
    let folded =
        r#"[{"_type":"location","tst":1795348000,"lat":1,"lon":2,"username":"bob","device":"pixel-8"}]"#;
    scene.greet(folded);
    assert_eq!(scene.friend("bob/pixel-8").name, "Bob/Pixel 8");
    // The first letter counts, also where folding loses it.
    scene.publish("owntracks/Åsa/iPhone", lost);
    let asa = scene.friend("--sa/iphone");
    assert_eq!((asa.name.as_str(), asa.initials.as_str()), ("Åsa/iPhone", "ÅI"));
    scene.did(Person::Searched("pixel 8".into()));
    assert!(scene.friend("bob/pixel-8").found && !scene.friend("--sa/iphone").found);
}

#[test]
fn namesakes_are_told_apart_by_their_devices_as_spelled() {
    let mut scene = Scene::subscribed();
    for device in ["Pixel 8", "iPad", "x.1", "x-1"] {
        scene.publish(&format!("owntracks/{device}/{device}/info"), &card("Jane"));
    }
    assert_eq!(scene.friend("pixel-8/pixel-8").name, "Jane (Pixel 8)");
    assert_eq!(scene.friend("ipad/ipad").name, "Jane (iPad)");
    assert_eq!(scene.friend("x-1/x-1").name, "Jane (x.1)", "both are one friend");
}

#[test]
fn namesakes_are_told_apart() {
    let mut scene = Scene::subscribed();
    for friend in ["jane/phone", "jane/tablet", "jo/phone", "x/y"] {
        scene.publish(&format!("owntracks/{friend}"), &location(NOON_S, 1.0, ""));
    }
    for friend in ["jane/phone", "jane/tablet", "jo/phone"] {
        scene.publish(&format!("owntracks/{friend}/info"), &card("Jane"));
    }
    let mut name = |friend: &str| scene.friend(friend).name;
    assert_eq!(name("jane/tablet"), "Jane (tablet)");
    assert_eq!(name("jane/phone"), "Jane (jane/phone)");
    assert_eq!(name("jo/phone"), "Jane (jo/phone)");
    assert_eq!(name("x/y"), "AP");
}

#[test]
fn a_card_by_mqtt_counts_more_than_the_recorders_copy() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.open_mqtt();
    scene.publish_retained("owntracks/jane/phone/info", &card("Jane"));
    scene.greet(&format!("[{}]", crate::scene::told("jane/phone", NOON_S, 1.0, r#","name":"Old Jane""#)));
    assert_eq!(scene.friend("jane/phone").name, "Jane");
}

#[test]
fn colours_are_stable_and_distinct_while_they_last() {
    let names: Vec<String> = (0..PALETTE_SIZE).map(|n| format!("friend{n}/phone")).collect();
    let colours = |order: Vec<&String>| {
        let mut scene = Scene::subscribed();
        for friend in order {
            scene.publish(&format!("owntracks/{friend}"), &location(NOON_S, 1.0, ""));
        }
        names.iter().map(|friend| scene.friend(friend).colour).collect::<Vec<u8>>()
    };
    let forwards = colours(names.iter().collect());
    assert_eq!(forwards, colours(names.iter().rev().collect()));
    let mut used = forwards;
    used.sort_unstable();
    assert_eq!(used, (0..PALETTE_SIZE).collect::<Vec<u8>>());
}

#[test]
fn the_list_is_sorted_searched_and_hidden_as_wished() {
    let mut scene = Scene::subscribed();
    for (friend, ago_s, lat) in [("ann/a", 10, 47.2), ("bob/b", 5, 47.5), ("cy/c", 20, 47.1)] {
        let payload = location(NOON_S - ago_s, lat, "").replace("AP", &friend[..2]);
        scene.publish(&format!("owntracks/{friend}"), &payload);
    }
    let list = |scene: &mut Scene| {
        let view = scene.model.friends(scene.now);
        view.friends.iter().map(|friend| friend.id.user().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(list(&mut scene), ["ann", "bob", "cy"]);
    scene.did(Person::Sorted(SortBy::Age));
    assert_eq!(list(&mut scene), ["bob", "ann", "cy"]);
    scene.send(Event::ViewerLocated(Some(place(47.0, 8.5))));
    scene.did(Person::Sorted(SortBy::Distance));
    assert_eq!(list(&mut scene), ["cy", "ann", "bob"]);
    let metres = scene.friend("cy/c").distance_m.unwrap();
    assert!((11_000.0..11_200.0).contains(&metres), "{metres}");

    scene.did(Person::Searched("BO".into()));
    assert!(scene.friend("bob/b").found && !scene.friend("ann/a").found);
    scene.did(Person::Hid { friend: id("bob/b"), hidden: true });
    assert!(scene.friend("bob/b").hidden);
    assert_eq!(scene.model.friends(scene.now).with_place, 3, "hiding is no forgetting");
    scene.did(Person::Selected(Some(id("cy/c"))));
    assert!(scene.friend("cy/c").selected);
    assert!(!scene.saved.is_empty(), "the order is kept");
}

#[test]
fn whoever_is_hidden_stays_so_until_shown_or_forgotten() {
    let mut start = start_with(true, false);
    start.config.settings.hidden = [id("bob/b")].into();
    let mut scene = Scene::begin(start);
    scene.open_mqtt();
    scene.publish("owntracks/ann/a", &location(NOON_S, 1.0, ""));
    scene.publish("owntracks/bob/b", &location(NOON_S, 1.0, ""));
    assert!(scene.friend("bob/b").hidden && !scene.friend("ann/a").hidden);

    let hidden = |scene: &Scene| {
        let settings = scene.saved.iter().rev().find_map(|saved| match saved {
            Command::SaveSettings(settings) => Some(settings),
            _ => None,
        });
        settings.unwrap().hidden.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    scene.did(Person::Hid { friend: id("ann/a"), hidden: true });
    assert_eq!(hidden(&scene), ["ann/a", "bob/b"]);
    scene.did(Person::Hid { friend: id("bob/b"), hidden: false });
    assert_eq!(hidden(&scene), ["ann/a"]);
    assert!(scene.friend("ann/a").hidden && !scene.friend("bob/b").hidden);
    // Another taste says nothing of who is hidden.
    scene.did(Person::Sorted(SortBy::Age));
    assert_eq!(hidden(&scene), ["ann/a"]);
    scene.publish("owntracks/ann/a", "");
    scene.publish("owntracks/ann/a", &location(NOON_S, 1.0, ""));
    assert!(scene.friend("ann/a").hidden, "also after having been gone");
    scene.did(Person::LoggedOut);
    assert_eq!(hidden(&scene), [] as [String; 0]);
}

#[test]
fn transitions_are_logged_once_newest_first() {
    let mut scene = Scene::subscribed();
    let transition = |event: &str, tst: i64| {
        format!(r#"{{"_type":"transition","event":"{event}","desc":"Home","tst":{tst},"wtst":1}}"#)
    };
    for (event, tst) in [("leave", NOON_S), ("enter", NOON_S - 60), ("leave", NOON_S)] {
        scene.publish("owntracks/alice/phone/event", &transition(event, tst));
    }
    let log = scene.model.happenings();
    assert_eq!(
        log.iter().map(|it| (it.crossing, it.time_s)).collect::<Vec<_>>(),
        [(Crossing::Leave, NOON_S), (Crossing::Enter, NOON_S - 60)]
    );
    assert_eq!(log[0].region.as_deref(), Some("Home"));
    assert_eq!(log[0].name, "alice/phone");
    for n in 0..300 {
        scene.publish("owntracks/alice/phone/event", &transition("enter", NOON_S + n));
    }
    assert_eq!(scene.model.happenings().len(), 200);
}

#[test]
fn regions_are_shown_replaced_and_taken_away() {
    let mut scene = Scene::subscribed();
    let region = |tst: i64, name: &str, lat: f64| {
        format!(r#"{{"_type":"waypoint","desc":"{name}","tst":{tst},"lat":{lat},"lon":8.5,"rad":50}}"#)
    };
    let names = |scene: &Scene| {
        scene.model.places().regions.iter().map(|region| region.name.clone()).collect::<Vec<_>>()
    };
    let topic = "owntracks/alice/phone/waypoint";
    scene.publish(topic, &region(1_600_000_001, "Home", 47.0));
    scene.publish(topic, &region(1_600_000_002, "+follow", 47.0));
    scene.publish(topic, &region(1_600_000_003, "Work", 47.1));
    assert_eq!(names(&scene), ["Home", "Work"]);
    scene.publish(topic, &region(1_600_000_001, "Home", 1_000.0));
    assert_eq!(names(&scene), ["Work"]);
    let all = format!(r#"{{"_type":"waypoints","waypoints":[{}]}}"#, region(1_600_000_004, "Gym", 47.2));
    scene.publish("owntracks/alice/phone/waypoints", &all);
    assert_eq!(names(&scene), ["Gym"]);
    assert!(scene.model.take_changes().places);
}

#[test]
fn points_of_interest_stay_when_their_owner_moves_on() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/alice/phone", &location(NOON_S, 47.0, r#","poi":"Bakery""#));
    scene.publish("owntracks/alice/phone", &location(NOON_S + 60, 47.1, ""));
    let poi = scene.model.places().poi;
    assert_eq!((poi.len(), poi[0].name.as_str(), poi[0].position), (1, "Bakery", place(47.0, 8.5)));
}

#[test]
fn a_dismissed_notice_stays_away_until_it_is_true_anew() {
    let mut scene = Scene::begin(start_with(true, false));
    scene.close_mqtt(false);
    let notice = scene.model.notices().remove(0);
    assert_eq!((notice.kind, notice.severity), (NoticeKind::MqttLost, Severity::Error));
    scene.did(Person::DismissedNotice(notice.id));
    scene.pass_until_retry();
    scene.close_mqtt(false);
    assert_eq!(scene.notices(), []);
    scene.pass_until_retry();
    scene.open_mqtt();
    scene.close_mqtt(true);
    assert_eq!(scene.notices(), [NoticeKind::MqttLost]);
}

#[test]
fn damaged_configuration_and_tiles_are_told() {
    let mut start = start_with(true, false);
    start.config_error = Some("line 3".into());
    let mut scene = Scene::begin(start);
    scene.send(Event::TilesFailed(true));
    assert_eq!(scene.notices(), [NoticeKind::ConfigBad, NoticeKind::TilesFailed]);
    assert!(scene.model.chrome().tiles_failed);
    scene.send(Event::TilesFailed(false));
    assert_eq!(scene.notices(), [NoticeKind::ConfigBad]);
}

#[test]
fn changed_settings_are_kept_and_applied() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/alice/phone", &location(NOON_S - 120, 47.0, ""));
    scene.model.take_changes();
    let mut settings = Settings::default();
    settings.thresholds.stale_after_s = 60;
    scene.did(Person::changed(settings.clone()));
    assert_eq!(scene.friend("alice/phone").age, dashboard_core::model::view::Age::Stale);
    assert_eq!(scene.saved.len(), 1);
    assert!(scene.model.take_changes().chrome);
    scene.did(Person::changed(settings));
    assert_eq!(scene.saved.len(), 1, "nothing changed, nothing is kept");
}

#[test]
fn a_viewer_who_is_not_told_where_they_are_is_told_that() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/alice/phone", &location(NOON_S, 47.5, ""));
    assert!(!scene.model.friends(scene.now).viewer_refused, "nobody asked yet");
    scene.model.take_changes();
    scene.send(Event::ViewerLocated(None));
    assert!(scene.model.take_changes().friends);
    assert!(scene.model.friends(scene.now).viewer_refused);
    scene.send(Event::ViewerLocated(Some(place(47.0, 8.5))));
    assert!(!scene.model.friends(scene.now).viewer_refused);
    assert!(scene.friend("alice/phone").distance_m.is_some());
}
