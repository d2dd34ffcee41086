//! The Recorder: found, greeted, read, failing, coming back; and its WebSocket.

use dashboard_core::model::view::{NoticeKind, SourceState};
use dashboard_core::model::{Event, HttpFailure, Interface, Person};

use crate::scene::{NOON_S, RECORDER, Scene, closed, start_with, told, unreachable};

#[test]
fn version_then_last_then_the_socket() {
    let mut scene = Scene::begin(start_with(false, true));
    assert_eq!(scene.gets.len(), 1);
    scene.answer("api/0/version", r#"{"version":"1.0.1","git":"x"}"#);
    assert_eq!(scene.recorder_state(), SourceState::Connecting);
    assert_eq!(scene.live, None);
    scene.answer("api/0/last", &format!("[{}]", told("alice/phone", NOON_S, 47.5, "")));
    assert_eq!(scene.recorder_state(), SourceState::Live);
    assert_eq!(scene.model.sources().recorder.version.as_deref(), Some("1.0.1"));
    assert!(scene.friend("alice/phone").fix.is_some());

    scene.open_live();
    assert_eq!(scene.live_sent, ["LAST"]);
    assert!(scene.model.sources().recorder_live);
}

#[test]
fn candidates_are_tried_in_turn() {
    let mut start = start_with(false, false);
    start.recorder_candidates = vec!["https://home.example/a/b/".into(), "https://home.example/a/".into()];
    let mut scene = Scene::begin(start);
    assert!(scene.gets[0].1.starts_with("https://home.example/a/b/api/0/version"));
    // A single-page server answers everything with its page.
    scene.answer("a/b/api/0/version", "<!doctype html>");
    scene.answer("a/api/0/version", r#"{"version":"0.9"}"#);
    scene.answer("a/api/0/last", "{}");
    assert_eq!(scene.recorder_state(), SourceState::Live);
    assert_eq!(scene.model.sources().recorder.url, "https://home.example/a/");
    assert!(!scene.model.sources().ask_where);
    assert_eq!(scene.notices(), [NoticeKind::RecorderEmpty]);
}

#[test]
fn without_any_recorder_the_person_is_asked_but_a_kiosk_is_not() {
    for (interface, asks) in [(Interface::Full, true), (Interface::Embed, true), (Interface::Kiosk, false)] {
        let mut start = start_with(false, false);
        start.config.interface = interface;
        start.recorder_candidates = vec!["https://home.example/".into()];
        let mut scene = Scene::begin(start);
        assert!(!scene.model.sources().ask_where);
        scene.fail_get("version", unreachable());
        assert_eq!(scene.model.sources().ask_where, asks);
        assert_eq!(scene.recorder_state(), SourceState::Off);
        assert_eq!(scene.notices(), []);
    }
}

#[test]
fn each_failure_has_its_state_and_its_notice() {
    let status = |status| HttpFailure::Status { status, text: String::new() };
    let cases = [
        (status(401), SourceState::Refused, NoticeKind::RecorderRefused),
        (status(403), SourceState::Refused, NoticeKind::RecorderRefused),
        (status(404), SourceState::Failed, NoticeKind::RecorderBadAnswer),
        (status(502), SourceState::Waiting, NoticeKind::RecorderUnreachable),
        (unreachable(), SourceState::Waiting, NoticeKind::RecorderUnreachable),
        (HttpFailure::TimedOut, SourceState::Waiting, NoticeKind::RecorderUnreachable),
        (
            HttpFailure::Unreachable { cross_origin: true, mixed_content: false },
            SourceState::Waiting,
            NoticeKind::CrossOrigin,
        ),
        (
            HttpFailure::Unreachable { cross_origin: true, mixed_content: true },
            SourceState::Failed,
            NoticeKind::MixedContent,
        ),
    ];
    for (failure, state, notice) in cases {
        let mut scene = Scene::begin(start_with(false, true));
        scene.fail_get("version", failure.clone());
        assert_eq!((scene.recorder_state(), scene.notices()), (state, vec![notice]), "{failure:?}");
        scene.pass_ms(2_000);
        let tried_again = !scene.gets.is_empty();
        assert_eq!(tried_again, state == SourceState::Waiting, "{failure:?}");
    }
}

#[test]
fn what_is_no_recorder_says_so() {
    for body in ["no comprendo", "<html>", "[]", "{}", ""] {
        let mut scene = Scene::begin(start_with(false, true));
        scene.answer("version", body);
        assert_eq!(scene.recorder_state(), SourceState::Failed, "{body}");
        assert_eq!(scene.notices(), [NoticeKind::RecorderBadAnswer], "{body}");
        scene.did(Person::Retried);
        assert_eq!(scene.gets.len(), 1);
    }
}

#[test]
fn a_returned_recorder_is_read_again_and_its_notice_goes() {
    let mut scene = Scene::begin(start_with(false, true));
    scene.fail_get("version", unreachable());
    assert!(scene.model.sources().recorder.retry_at.is_some());
    scene.pass_ms(2_000);
    scene.greet("[]");
    assert_eq!(scene.recorder_state(), SourceState::Live);
    assert_eq!(scene.notices(), [NoticeKind::RecorderEmpty]);
}

#[test]
fn a_lost_socket_comes_back_and_everything_is_read_again() {
    let mut scene = Scene::recorded("[]");
    scene.open_live();
    let connection = scene.live.take().unwrap();
    scene.send(Event::LiveClosed { connection, reason: closed(true) });
    assert!(!scene.model.sources().recorder_live);
    assert_eq!(scene.recorder_state(), SourceState::Live, "REST still works");

    scene.pass_ms(2_000);
    scene.answer("api/0/last", "[]");
    scene.open_live();
    assert_eq!(scene.live_sent, ["LAST", "LAST"]);
    let asked: Vec<&str> = scene.gets.iter().map(|(_, url)| url.as_str()).collect();
    assert_eq!(asked, [format!("{RECORDER}api/0/last")]);
}

#[test]
fn where_no_websocket_passes_the_recorder_is_asked_instead() {
    let mut scene = Scene::recorded("[]");
    let mut reads = 0;
    for _ in 0..10 {
        if let Some(connection) = scene.live.take() {
            scene.send(Event::LiveClosed { connection, reason: closed(false) });
        }
        scene.pass_ms(60_000);
        while scene.gets.iter().any(|(_, url)| url.contains("/last")) {
            scene.answer("/last", "[]");
            reads += 1;
        }
    }
    assert!(reads >= 9, "{reads}");
}

#[test]
fn a_waking_tab_reads_the_last_places_again_once() {
    let mut scene = Scene::recorded("[]");
    scene.gets.clear();
    scene.send(Event::Resumed);
    scene.send(Event::Resumed);
    assert_eq!(scene.gets.len(), 1, "{:?}", scene.gets);
    scene.fail_get("last", HttpFailure::Status { status: 401, text: String::new() });
    assert_eq!(scene.recorder_state(), SourceState::Refused);
}

#[test]
fn reduced_frames_add_and_never_erase() {
    let full = told("alice/phone", NOON_S - 60, 47.5, r#","batt":80,"acc":7,"name":"Alice""#);
    let mut scene = Scene::recorded(&format!("[{full}]"));
    let connection = scene.live.unwrap();
    scene.send(Event::LiveOpened { connection });
    scene.push(&told("alice/phone", NOON_S - 60, 47.5, r#","addr":"Bundesplatz 3","locality":"Bern""#));
    let fix = scene.friend("alice/phone").fix.unwrap();
    assert_eq!((fix.battery_percent, fix.accuracy_m), (Some(80), Some(7.0)));
    assert_eq!((fix.address.as_deref(), fix.locality.as_deref()), (Some("Bundesplatz 3"), Some("Bern")));

    // A newer one moves the friend; the accuracy was the old place's, the battery is still the phone's.
    scene.push(&told("alice/phone", NOON_S, 47.6, ""));
    let friend = scene.friend("alice/phone");
    let fix = friend.fix.unwrap();
    assert_eq!((fix.time_s, fix.battery_percent, fix.accuracy_m), (NOON_S, Some(80), None));
    assert_eq!(friend.name, "Alice");

    // An older one changes nothing.
    scene.push(&told("alice/phone", NOON_S - 600, 40.0, ""));
    assert_eq!(scene.friend("alice/phone").fix.unwrap().time_s, NOON_S);
}

#[test]
fn a_recorder_that_went_away_is_noticed_by_its_socket() {
    let mut scene = Scene::recorded("[]");
    scene.open_live();
    let connection = scene.live.take().unwrap();
    scene.send(Event::LiveClosed { connection, reason: closed(true) });
    scene.fail_get("api/0/last", unreachable());
    assert_eq!(scene.recorder_state(), SourceState::Waiting);
    assert!(scene.notices().contains(&NoticeKind::RecorderUnreachable));
    scene.pass_ms(2_000);
    scene.greet("[]");
    assert_eq!(scene.recorder_state(), SourceState::Live);
    scene.open_live();
    assert!(scene.model.sources().recorder_live);
}

#[test]
fn an_expired_login_is_tried_again_when_the_tab_wakes() {
    let mut scene = Scene::recorded("[]");
    scene.send(Event::Resumed);
    scene.answer("api/0/last", "<html>Please log in</html>");
    assert_eq!(scene.recorder_state(), SourceState::Failed);
    scene.send(Event::Resumed);
    scene.greet("[]");
    assert_eq!(scene.recorder_state(), SourceState::Live);
}

#[test]
fn an_empty_recorder_is_empty_until_somebody_comes() {
    let mut scene = Scene::recorded("{}");
    assert_eq!(scene.notices(), [NoticeKind::RecorderEmpty]);
    scene.open_live();
    scene.push(&told("alice/phone", NOON_S, 47.0, ""));
    assert_eq!(scene.notices(), []);
}

#[test]
fn captured_answers_and_frames_of_a_real_recorder() {
    let last = include_str!("../../../../tests/fixtures/recorder/last-all.json");
    let mut scene = Scene::recorded(last);
    assert_eq!(scene.recorder_state(), SourceState::Live);
    let before = scene.model.friends(scene.now);
    assert!(before.with_place >= 5, "{}", before.with_place);
    let connection = scene.live.unwrap();
    scene.send(Event::LiveOpened { connection });

    let frames = include_str!("../../../../tests/fixtures/recorder/ws-last-frames.jsonl");
    let mut answers = 0;
    for line in frames.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("the capture is JSON lines");
        if let Some(frame) = line["frame"].as_str() {
            scene.push(frame);
            answers += 1;
        }
    }
    assert!(answers > 0);
    let after = scene.model.friends(scene.now);
    // The capture's own `hello`, which the Recorder echoes, and a location without time, told to both clients.
    assert_eq!(scene.model.sources().bad_messages, 3);
    for known in &before.friends {
        let now = after.friends.iter().find(|friend| friend.id == known.id).expect("nobody went away");
        let (known, now) = (known.fix.as_ref().unwrap(), now.fix.as_ref().unwrap());
        assert!(now.time_s >= known.time_s, "nobody went back in time");
        assert!(now.battery_percent.is_some() || known.battery_percent.is_none(), "nothing was erased");
    }
}
