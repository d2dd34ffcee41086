//! What the page around a frame says and hears.

use dashboard_core::model::embedding::{self, NoWish, Wish};
use dashboard_core::model::{
    Calendar, Event, Interface, LayerSet, LineColour, LocalDateTime, MapMove, MapView, RangeChoice, Theme,
};
use dashboard_core::time::{TimeRange, UnixSeconds};
use proptest::prelude::*;

use crate::scene::{NOON_S, Scene, id, location, place};

/// A person in UTC.
struct Utc;

impl Calendar for Utc {
    fn to_unix(&self, local: LocalDateTime) -> UnixSeconds {
        let LocalDateTime { year, month, day, hour, minute, second } = local;
        let text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z");
        dashboard_core::time::parse_rfc3339(&text).expect("a date")
    }

    fn to_local(&self, at: UnixSeconds) -> LocalDateTime {
        let text = dashboard_core::time::format_rfc3339(at);
        let number = |range: std::ops::Range<usize>| text[range].parse::<u8>().expect("digits");
        LocalDateTime {
            year: text[..4].parse().expect("digits"),
            month: number(5..7),
            day: number(8..10),
            hour: number(11..13),
            minute: number(14..16),
            second: number(17..19),
        }
    }
}

fn read(body: &str) -> Result<Wish, NoWish> {
    embedding::read(&format!(r#"{{"owntracks-dashboard":1,{body}}}"#), NOON_S, &Utc)
}

#[track_caller]
fn check(body: &str, expected: Wish) {
    assert_eq!(read(body), Ok(expected), "{body}");
}

#[test]
fn every_wish_is_understood() {
    check(r#""type":"hello""#, Wish::Hello);
    check(r#""type":"view","lat":47.5,"lon":8.25,"zoom":12"#, Wish::View(place(47.5, 8.25), 12.0));
    check(r#""type":"view","lat":47.5,"lon":8.25,"zoom":99"#, Wish::View(place(47.5, 8.25), 24.0));
    check(r#""type":"view","fit":"friends""#, Wish::FitFriends);
    check(r#""type":"view","fit":"history""#, Wish::FitHistory);
    check(r#""type":"follow","friend":"Alice/Phone""#, Wish::Follow(Some(id("alice/phone"))));
    check(r#""type":"follow","friend":null"#, Wish::Follow(None));
    check(r#""type":"select""#, Wish::Select(None));
    let friends = Some(vec![("alice".to_owned(), "phone".to_owned()), ("bob".to_owned(), "*".to_owned())]);
    let range =
        Some((RangeChoice::Last { seconds: 86_400 }, TimeRange { from_s: NOON_S - 86_400, to_s: NOON_S }));
    check(
        r#""type":"history","friends":["alice/phone","bob"],"from":"24h""#,
        Wish::History { friends, range: range.clone() },
    );
    check(r#""type":"history","from":"24h""#, Wish::History { friends: None, range });
    let line = LayerSet { line: true, ..LayerSet::NONE };
    check(r#""type":"layers","layers":["line"]"#, Wish::Layers { layers: Some(line), colour: None });
    check(
        r#""type":"layers","layers":[],"colour":"speed""#,
        Wish::Layers { layers: Some(LayerSet::NONE), colour: Some(LineColour::Speed) },
    );
    check(r#""type":"theme","theme":"dark""#, Wish::Theme(Theme::Dark));
}

#[test]
fn nonsense_is_answered_in_words_and_changes_nothing() {
    for body in [
        r#""type":"dance""#,
        r#""a":1"#,
        r#""type":"view","lat":91,"lon":0,"zoom":3"#,
        r#""type":"view","lat":"47","lon":0,"zoom":3"#,
        r#""type":"view","fit":"everything""#,
        r#""type":"follow","friend":"alice""#,
        r#""type":"follow","friend":{}"#,
        r#""type":"history""#,
        r#""type":"history","friends":["*"]"#,
        r#""type":"history","to":"2026-01-01""#,
        r#""type":"layers","layers":"nothing known""#,
        r#""type":"theme","theme":"pink""#,
    ] {
        assert!(matches!(read(body), Err(NoWish::Odd(_))), "{body}: {:?}", read(body));
    }
    let newer = embedding::read(r#"{"owntracks-dashboard":2,"type":"hello"}"#, NOON_S, &Utc);
    assert_eq!(newer, Err(NoWish::Odd("only version 1 is understood".into())));
}

#[test]
fn messages_of_others_are_none_of_our_business() {
    for text in ["", "[iFrameSizer]ready", "{}", "[]", "null", r#"{"type":"view"}"#] {
        assert_eq!(embedding::read(text, NOON_S, &Utc), Err(NoWish::NotOurs), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_panics_and_no_answer_carries_markup(text in "\\PC{0,40}") {
        let message = format!(r#"{{"owntracks-dashboard":1,"type":{}}}"#, serde_json::Value::from(text.as_str()));
        if let Err(NoWish::Odd(why)) = embedding::read(&message, NOON_S, &Utc) {
            prop_assert!(why.len() < 200);
            let told: serde_json::Value = serde_json::from_str(&embedding::not_understood(&why)).unwrap();
            prop_assert_eq!(&told["text"], &serde_json::Value::from(why));
        }
        let _ = embedding::read(&text, NOON_S, &Utc);
    }
}

#[test]
fn wishes_are_carried_out_but_nothing_is_kept_on_the_device() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/a/a", &location(NOON_S, 47.0, ""));
    scene.moves.clear();
    let saved_before = scene.saved.len();
    scene.send(Event::EmbedderWished(Wish::Theme(Theme::Dark)));
    scene.send(Event::EmbedderWished(Wish::Layers {
        layers: Some(LayerSet::NONE),
        colour: Some(LineColour::Battery),
    }));
    let chrome = scene.model.chrome();
    assert_eq!((chrome.settings.theme, chrome.layers), (Theme::Dark, LayerSet::NONE));
    assert_eq!(chrome.line_colour, LineColour::Battery);
    assert_eq!(scene.saved.len(), saved_before, "the person chose none of this");

    scene.send(Event::EmbedderWished(Wish::Follow(Some(id("a/a")))));
    assert!(scene.friend("a/a").followed);
    scene.send(Event::EmbedderWished(Wish::View(place(1.0, 2.0), 9.5)));
    assert!(!scene.friend("a/a").followed, "the map cannot be in two places");
    let there = MapMove::View { centre: place(1.0, 2.0), zoom: 9.5 };
    assert_eq!(scene.moves, [MapMove::CentreOn(place(47.0, 8.5)), there]);
    scene.send(Event::EmbedderWished(Wish::Select(Some(id("a/a")))));
    assert!(scene.friend("a/a").selected);

    let rest = MapView { centre: place(1.0, 2.0), zoom: 9.5, by_person: false };
    scene.send(Event::MapMoved(rest));
    assert_eq!(scene.told_moves, [rest]);
    let mut alone = Scene::subscribed();
    alone.send(Event::MapMoved(rest));
    assert_eq!(alone.told_moves, [], "nobody is there to be told");
}

#[test]
fn what_is_told_is_json_of_this_form() {
    let mut scene = Scene::subscribed();
    let battery = r#","batt":41,"acc":12,"vel":7"#;
    scene.publish("owntracks/a/a", &location(NOON_S, 47.0, battery));
    let friends = scene.model.friends(scene.now);
    let told = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
    assert_eq!(
        told(embedding::friends(&friends)),
        serde_json::json!({ "owntracks-dashboard": 1, "type": "friends", "friends": [{
            "friend": "a/a", "name": "AP", "lat": 47.0, "lon": 8.5, "time": NOON_S, "age": "fresh",
            "accuracyM": 12, "speedKmh": 7.0, "batteryPercent": 41,
        }]})
    );
    assert_eq!(
        told(embedding::ready(Interface::Embed)),
        serde_json::json!({ "owntracks-dashboard": 1, "type": "ready", "ui": "embed" })
    );
    assert_eq!(
        told(embedding::selected(None)),
        serde_json::json!({ "owntracks-dashboard": 1, "type": "selected", "friend": null })
    );
    assert_eq!(
        told(embedding::selected(Some(&id("a/a")))),
        serde_json::json!({ "owntracks-dashboard": 1, "type": "selected", "friend": "a/a" })
    );
    let view = MapView { centre: place(-1.5, 8.123_456_7), zoom: 12.25, by_person: true };
    assert_eq!(
        told(embedding::moved(&view)),
        serde_json::json!({
            "owntracks-dashboard": 1, "type": "moved", "lat": -1.5, "lon": 8.123_457, "zoom": 12.25,
            "byPerson": true,
        })
    );
}
