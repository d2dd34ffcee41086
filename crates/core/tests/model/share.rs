//! A guest's page: who is in a private place, what is kept, and how it ends.

use dashboard_core::model::{Event, Person, Settings, ShareAddress, ShareNews, SharedPerson, Start, Theme};

use crate::scene::{NOON_S, Scene, id, start_with};

fn start() -> Start {
    let mut start = start_with(false, true);
    let url = "https://home.example/s/abc/share.json".into();
    start.config.share = Some(ShareAddress { url, histories: true });
    start
}

fn last(friends: &[&str]) -> String {
    let entry = |friend: &&str| {
        let (user, device) = friend.split_once('/').expect("user/device");
        format!(
            r#"{{"_type":"location","tst":{NOON_S},"lat":1,"lon":2,"tid":"xx","username":"{user}","device":"{device}"}}"#
        )
    };
    format!("[{}]", friends.iter().map(entry).collect::<Vec<_>>().join(","))
}

fn told(people: &[(&str, Option<&str>, bool)]) -> Event {
    let person = |(friend, name, private): &(&str, Option<&str>, bool)| SharedPerson {
        friend: id(friend),
        name: name.map(str::to_owned),
        private: *private,
    };
    Event::ShareTold(ShareNews { left_s: Some(60), people: people.iter().map(person).collect() })
}

#[test]
fn whoever_is_in_a_private_place_is_there_without_a_place() {
    let mut scene = Scene::recorded_with(start(), &last(&["a/1"]));
    scene.open_live();
    scene.send(told(&[("a/1", None, false), ("b/2", Some("Our guide"), true)]));
    let guide = scene.friend("b/2");
    assert_eq!((guide.name.as_str(), guide.private, guide.fix), ("Our guide", true, None));
    assert!(!scene.friend("a/1").private && scene.friend("a/1").fix.is_some());

    // The other goes home: what was seen last is not where they are.
    scene.send(told(&[("a/1", None, true), ("b/2", Some("Our guide"), true)]));
    let home = scene.friend("a/1");
    assert!(home.private && home.fix.is_none() && home.trail.is_empty());
    assert!(scene.gets.is_empty(), "there is nothing to ask for");

    // A place that comes says that they left; the next news need not.
    scene.push(
        r#"{"_type":"location","tst":1795348900,"lat":3,"lon":4,"tid":"xx","topic":"owntracks/b/2","name":"Our guide"}"#,
    );
    assert!(!scene.friend("b/2").private && scene.friend("b/2").fix.is_some());

    // Whoever left without a place that was heard is asked for.
    scene.send(told(&[("a/1", None, false), ("b/2", Some("Our guide"), false)]));
    scene.answer("api/0/last", &last(&["a/1", "b/2"]));
    assert!(scene.friend("a/1").fix.is_some());
}

#[test]
fn whoever_is_taken_out_of_the_share_is_gone() {
    let mut scene = Scene::recorded_with(start(), &last(&["a/1", "b/2"]));
    scene.send(told(&[("b/2", None, false)]));
    assert!(scene.find_friend("a/1").is_none() && scene.find_friend("b/2").is_some());
    assert_eq!(scene.shown.last().map(|(friends, _)| friends.clone()), Some(vec![id("b/2")]));
}

#[test]
fn nothing_is_left_when_the_share_ends() {
    let mut scene = Scene::recorded_with(start(), &last(&["a/1"]));
    scene.open_live();
    scene.load_slice(5);
    scene.send(Event::ShareEnded);
    assert!(scene.find_friend("a/1").is_none());
    assert_eq!((scene.live, scene.homes.last()), (None, Some(&None)), "points are forgotten");
    assert_eq!(scene.model.history().points, 0);
    scene.gets.clear();
    scene.send(Event::Resumed);
    scene.pass_ms(3_600_000);
    assert!(scene.gets.is_empty() && scene.live.is_none(), "nobody is asked again");
    assert!(scene.notices().is_empty() && !scene.model.sources().ask_where);
}

#[test]
fn nothing_is_kept_of_a_guest() {
    let mut scene = Scene::recorded_with(start(), &last(&["a/1"]));
    assert!(scene.homes.iter().flatten().all(|home| !home.keeps));
    scene.did(Person::changed(Settings { theme: Theme::Dark, ..Settings::default() }));
    assert_eq!(scene.model.chrome().settings.theme, Theme::Dark);
    assert_eq!(scene.saved, []);
}

#[test]
fn nobody_asks_a_guest_where_to_connect() {
    let mut start = start();
    start.config.endpoints.recorder = None;
    let scene = Scene::begin(start);
    assert!(!scene.model.sources().ask_where);
}

#[test]
fn histories_lie_under_whoever_is_logged_in() {
    let home_of = |account: Option<&str>| {
        let mut start = start_with(false, true);
        start.config.account = account.map(str::to_owned);
        Scene::recorded_with(start, "[]").homes.last().cloned().flatten().expect("a home")
    };
    let (alice, bob, nobody) = (home_of(Some("alice")), home_of(Some("bob")), home_of(None));
    assert_eq!((alice.account.as_str(), bob.account.as_str(), nobody.account.as_str()), ("alice", "bob", ""));
    assert!(alice.keeps && alice != bob && alice != nobody);
}
