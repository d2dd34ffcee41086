//! Histories: which slices are asked for, in which order, and what becomes of them.

use dashboard_core::model::view::{HistoryState, NoticeKind};
use dashboard_core::model::{
    AtHand, Command, Credentials, Event, HistoryHome, HistorySlice, HttpFailure, Keep, Person, RangeChoice,
    RangeEnd, RequestId, SliceReport, SliceSource, Start,
};
use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::{TimeRange, UnixMillis};

use proptest::prelude::*;

use crate::scene::{NOON_S, RECORDER, Scene, closed, id, location, start_with, told, unreachable};

/// 2026-09-10T00:00:00Z
const TENTH_OF_SEPTEMBER_S: i64 = 1_788_998_400;
/// 2026-11-01T00:00:00Z
const FIRST_OF_NOVEMBER_S: i64 = 1_793_491_200;

const MONTHS: &str = r#"{"results":["/s/rec/a/a/2026-09.rec","/s/rec/a/a/2026-11.rec"]}"#;

fn nobody_else(friends: &[&str]) -> Start {
    let mut start = start_with(true, true);
    start.config.history.friends =
        friends.iter().map(|friend| (id(friend).user().to_owned(), id(friend).device().to_owned())).collect();
    start
}

fn last(friends: &[&str]) -> String {
    let entries: Vec<String> = friends.iter().map(|friend| told(friend, NOON_S - 60, 47.0, "")).collect();
    format!("[{}]", entries.join(","))
}

fn autumn() -> Person {
    let range = TimeRange { from_s: TENTH_OF_SEPTEMBER_S, to_s: NOON_S };
    Person::ChoseRange { choice: RangeChoice::Last { seconds: 1 }, range }
}

fn yesterday() -> Person {
    let range = TimeRange { from_s: NOON_S - 129_600, to_s: NOON_S - 43_201 };
    Person::ChoseRange { choice: RangeChoice::Yesterday, range }
}

fn state(scene: &Scene) -> HistoryState {
    scene.model.history().state
}

#[test]
fn a_day_is_one_slice_for_each_friend_two_at_a_time() {
    let mut scene = Scene::recorded(&last(&["a/a", "b/b", "c/c"]));
    assert_eq!(state(&scene), HistoryState::Loading);
    assert_eq!(scene.shown[0].0, [id("a/a"), id("b/b"), id("c/c")]);
    assert_eq!(scene.slices.len(), 2);
    let SliceSource::RecorderJson { url } = &scene.slices[0].source else { panic!("{:?}", scene.slices) };
    assert!(url.starts_with(&format!("{RECORDER}api/0/locations?user=a&device=a&from=")), "{url}");
    assert_eq!(
        scene.slices[0].range,
        TimeRange { from_s: NOON_S - 43_200, to_s: NOON_S },
        "exact, not widened"
    );

    let order: Vec<_> = (0..3).map(|_| scene.load_slice(5).friend).collect();
    assert_eq!(order, [id("a/a"), id("b/b"), id("c/c")]);
    assert_eq!(state(&scene), HistoryState::Ready);
    scene.summarise("b/b", 5, NOON_S);
    scene.send(Event::TracksDrawn { points: 5 });
    let history = scene.model.history();
    assert_eq!((history.points, history.drawn), (5, 5));
    assert_eq!((history.slices_done, history.slices), (3, 3));
    assert!(scene.friend("a/a").in_history);
    assert_eq!(scene.notices(), []);
}

#[test]
fn at_midnight_today_is_the_new_day() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), &last(&["a/a"]));
    scene.load_slice(5);
    scene.open_live();
    scene.pass_ms(12 * 3_600_000 - 30_000);
    scene.push(&told("a/a", NOON_S + 43_000, 47.0, ""));
    scene.pass_ms(60_000);
    let midnight_s = NOON_S + 43_200;
    let today = TimeRange { from_s: midnight_s, to_s: midnight_s + 30 };
    scene.send(Event::DayBegan { choice: RangeChoice::Today, range: today });
    assert_eq!(scene.model.history().range, today);
    assert_eq!(scene.shown.last().unwrap().1.from_s, midnight_s, "yesterday's points go");
    // What had been heard is not asked for again; the rest of the new day is.
    let slice = scene.load_slice(1);
    assert_eq!(slice.range, today);
    assert_eq!((state(&scene), scene.model.history().slices), (HistoryState::Ready, 1));
    scene.push(&told("a/a", midnight_s + 60, 47.1, ""));
    assert_eq!(scene.rows.last().map(|(_, row)| row.time_s), Some(midnight_s + 60), "and it grows");
}

#[test]
fn a_new_day_moves_only_what_it_means_something_else_to() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), &last(&["a/a"]));
    scene.load_slice(5);
    let shown = scene.shown.len();
    let tomorrow = TimeRange { from_s: NOON_S + 43_200, to_s: NOON_S + 43_201 };
    // About a choice that the person has left in the meantime.
    scene.send(Event::DayBegan { choice: RangeChoice::Last { seconds: 60 }, range: tomorrow });
    // A typed start stays where it is, and only its end grows.
    let choice = RangeChoice::Between { from: RangeEnd::At(NOON_S - 60), to: None };
    let range = TimeRange { from_s: NOON_S - 60, to_s: NOON_S };
    scene.did(Person::ChoseRange { choice: choice.clone(), range });
    let commands = (scene.slices.len(), scene.gets.len(), scene.shown.len());
    scene.send(Event::DayBegan { choice, range: TimeRange { to_s: NOON_S + 43_201, ..range } });
    assert_eq!((scene.slices.len(), scene.gets.len(), scene.shown.len()), commands);
    assert_eq!(scene.shown.len(), shown + 1);
    // Yesterday ends elsewhere, though it does not grow.
    scene.did(yesterday());
    let range = TimeRange { from_s: NOON_S - 43_200, to_s: NOON_S + 43_199 };
    scene.send(Event::DayBegan { choice: RangeChoice::Yesterday, range });
    assert_eq!(scene.model.history().range, range);
    // So does a typed range until yesterday, and it takes in no live points.
    let choice = RangeChoice::Between { from: RangeEnd::At(NOON_S - 172_800), to: Some(RangeEnd::Yesterday) };
    let range = TimeRange { from_s: NOON_S - 172_800, to_s: NOON_S - 129_601 };
    scene.did(Person::ChoseRange { choice: choice.clone(), range });
    let range = TimeRange { to_s: range.to_s + 86_400, ..range };
    scene.send(Event::DayBegan { choice, range });
    assert_eq!(scene.model.history().range, range);
    let rows = scene.rows.len();
    scene.push(&told("a/a", NOON_S, 47.1, ""));
    assert_eq!(scene.rows.len(), rows);
}

#[test]
fn points_on_the_way_are_told_until_they_are_there() {
    let mut scene = Scene::recorded(&last(&["a/a", "b/b"]));
    let requests: Vec<RequestId> = scene.slices.iter().map(|slice| slice.request).collect();
    let on_the_way = |scene: &Scene| scene.model.history().loading_points;
    scene.send(Event::SliceProgressed { request: requests[0], points: 400 });
    scene.send(Event::SliceProgressed { request: requests[1], points: 70 });
    scene.send(Event::SliceProgressed { request: requests[0], points: 1000 });
    scene.send(Event::SliceProgressed { request: RequestId(999), points: 5 });
    assert_eq!(on_the_way(&scene), 1070);
    assert!(scene.model.take_changes().history);
    scene.load_slice(1500);
    assert_eq!(on_the_way(&scene), 70);
    scene.fail_slice(HttpFailure::Broken);
    assert_eq!(on_the_way(&scene), 0);
    scene.did(Person::RetriedHistory);
    assert_eq!(on_the_way(&scene), 0, "it starts over");
}

#[test]
fn long_ranges_go_by_the_months_there_are_newest_first_friends_in_turn() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a", "b/b"]), "[]");
    scene.did(autumn());
    assert_eq!((scene.slices.len(), scene.cancelled.len()), (2, 0), "the day is part of the autumn");
    scene.load_slice(1);
    scene.load_slice(1);
    scene.answer("list?user=a", MONTHS);
    scene.answer("list?user=b", MONTHS);
    let mut asked = Vec::new();
    while !scene.slices.is_empty() {
        assert!(scene.slices.len() <= 2);
        let slice = scene.load_slice(1);
        asked.push((slice.friend.user().to_owned(), slice.range.from_s, slice.range.to_s));
    }
    let row = |friend: &str, from_s, to_s| (friend.to_owned(), from_s, to_s);
    let end_of_september_s = 1_790_812_799;
    assert_eq!(
        asked,
        [
            row("a", FIRST_OF_NOVEMBER_S, NOON_S - 43_201),
            row("b", FIRST_OF_NOVEMBER_S, NOON_S - 43_201),
            row("a", TENTH_OF_SEPTEMBER_S, end_of_september_s),
            row("b", TENTH_OF_SEPTEMBER_S, end_of_september_s),
        ]
    );
    assert_eq!(state(&scene), HistoryState::Ready);
}

#[test]
fn without_a_list_every_month_is_tried_and_without_a_store_none() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), "[]");
    scene.did(autumn());
    scene.load_slice(1);
    scene.fail_get("list", HttpFailure::TimedOut);
    let mut months = 0;
    while !scene.slices.is_empty() {
        scene.load_slice(1);
        months += 1;
    }
    assert_eq!(months, 3);

    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), "[]");
    scene.did(autumn());
    scene.load_slice(0);
    scene.answer("list", r#"{"error":"Cannot open requested directory"}"#);
    assert_eq!((scene.slices.len(), state(&scene)), (0, HistoryState::Ready));
    assert!(scene.notices().contains(&NoticeKind::HistoryEmpty));
}

#[test]
fn a_range_of_ten_thousand_years_is_no_flood() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), "[]");
    let range = TimeRange { from_s: i64::MIN / 4, to_s: i64::MAX / 4 };
    scene.did(Person::ChoseRange { choice: RangeChoice::Yesterday, range });
    scene.answer_status("list", 500, "");
    assert!(scene.model.history().slices < 12 * 20, "{}", scene.model.history().slices);
}

#[test]
fn a_failed_slice_costs_only_itself_and_is_loaded_again_on_wish() {
    let mut scene = Scene::recorded(&last(&["a/a", "b/b"]));
    let failure = HttpFailure::Status { status: 500, text: "oops".into() };
    let failed = scene.fail_slice(failure.clone());
    scene.load_slice(5);
    assert_eq!(state(&scene), HistoryState::Partial);
    assert_eq!(scene.notices(), [NoticeKind::HistoryPartial]);
    assert_eq!(scene.model.notices()[0].detail, "500 oops");
    assert_eq!(scene.model.history().friends[0].failed, [(failed.range, failure)]);
    assert_eq!(scene.model.history().friends[0].state, HistoryState::Failed);

    scene.did(Person::RetriedHistory);
    assert_eq!(scene.slices.len(), 1, "only that one");
    assert_eq!(scene.load_slice(1).friend, id("a/a"));
    assert_eq!((state(&scene), scene.notices()), (HistoryState::Ready, vec![]));
}

#[test]
fn all_failed_is_failed() {
    let mut scene = Scene::recorded(&last(&["a/a"]));
    scene.fail_slice(HttpFailure::Broken);
    assert_eq!(state(&scene), HistoryState::Failed);
}

#[test]
fn cancelling_keeps_what_is_there() {
    let mut scene = Scene::recorded(&last(&["a/a", "b/b", "c/c"]));
    scene.load_slice(5);
    scene.did(Person::CancelledHistory);
    assert_eq!((scene.slices.len(), scene.cancelled.len()), (0, 2));
    assert_eq!(state(&scene), HistoryState::Partial);
    assert_eq!(scene.notices(), [], "the person knows");
    scene.did(Person::RetriedHistory);
    scene.load_slice(1);
    scene.load_slice(1);
    assert_eq!(state(&scene), HistoryState::Ready);
}

#[test]
fn another_range_drops_stale_answers() {
    let mut scene = Scene::recorded(&last(&["a/a"]));
    let stale = scene.slices[0].request;
    let shown_before = scene.shown.len();
    scene.did(yesterday());
    assert_eq!(scene.cancelled, [stale]);
    assert_eq!(scene.shown.len(), shown_before + 1);
    assert_eq!(scene.shown.last().unwrap().1.to_s, NOON_S - 43_201, "a closed range has no headroom");
    scene.send(Event::SliceLoaded {
        request: stale,
        report: SliceReport { points: 9, ..SliceReport::default() },
    });
    scene.send(Event::SliceFailed { request: RequestId(9_999), failure: HttpFailure::Broken });
    assert_eq!(state(&scene), HistoryState::Loading);
    scene.load_slice(0);
    assert_eq!(state(&scene), HistoryState::Ready);
    assert_eq!(scene.notices(), [NoticeKind::HistoryEmpty]);
}

#[test]
fn adding_a_friend_loads_only_theirs() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), &last(&["a/a", "b/b"]));
    scene.load_slice(5);
    scene.did(Person::ChoseHistoryFriends(vec![id("a/a"), id("b/b")]));
    assert_eq!(scene.slices.len(), 1);
    assert_eq!(scene.load_slice(1).friend, id("b/b"));
    scene.did(Person::ChoseHistoryFriends(vec![id("b/b")]));
    assert_eq!(scene.slices.len(), 0);
    assert_eq!(scene.shown.last().unwrap().0, [id("b/b")]);
    assert!(!scene.friend("a/a").in_history);
}

#[test]
fn a_wider_range_loads_only_what_is_missing() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), "[]");
    scene.load_slice(5);
    let range = TimeRange { from_s: NOON_S - 86_400, to_s: NOON_S };
    scene.did(Person::ChoseRange { choice: RangeChoice::Last { seconds: 86_400 }, range });
    assert_eq!(scene.slices.len(), 1);
    let missing = TimeRange { from_s: NOON_S - 86_400, to_s: NOON_S - 43_201 };
    assert_eq!(scene.load_slice(5).range, missing);
    assert_eq!(state(&scene), HistoryState::Ready);
}

#[test]
fn patterns_and_unknown_names_from_a_link() {
    let mut start = start_with(false, true);
    start.config.history.friends = vec![("bob".into(), "*".into()), ("bench".into(), "n1".into())];
    let scene = Scene::recorded_with(start, &last(&["a/a", "bob/phone", "bob/tablet"]));
    let friends: Vec<String> = scene.model.history().friends.iter().map(|it| it.id.to_string()).collect();
    assert_eq!(friends, ["bench/n1", "bob/phone", "bob/tablet"]);
}

#[test]
fn too_many_to_show_all_means_choose_someone() {
    let names: Vec<String> = (0..13).map(|n| format!("f{n}/p")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut scene = Scene::recorded(&last(&names));
    assert!(scene.model.history().choose_someone);
    assert_eq!(state(&scene), HistoryState::None);
    scene.did(Person::ChoseHistoryFriends(vec![id("f3/p")]));
    assert!(!scene.model.history().choose_someone);
    assert_eq!(scene.slices.len(), 1);
}

#[test]
fn live_points_join_a_growing_range_once_and_no_closed_one() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.open_mqtt();
    scene.greet(&last(&["a/a"]));
    scene.open_live();
    scene.load_slice(5);
    scene.pass_ms(60_000);
    let tst = NOON_S + 60;
    scene.publish("owntracks/a/a", &location(tst, 47.1, r#","acc":5"#));
    scene.push(&told("a/a", tst, 47.1, r#","acc":5"#));
    assert_eq!(scene.rows.len(), 1, "told twice, joined once");
    assert_eq!((scene.rows[0].1.time_s, scene.rows[0].1.accuracy_m), (tst, Some(5.0)));
    assert_eq!(scene.model.history().range.to_s, tst, "the range grows");
    assert_eq!(scene.shown.len(), 1, "the worker was told of a range that reaches ahead");
    assert_eq!(scene.slices.len(), 0);

    scene.did(yesterday());
    scene.publish("owntracks/a/a", &location(tst + 1, 47.2, ""));
    assert_eq!(scene.rows.len(), 1);
}

#[test]
fn a_range_that_ends_tonight_takes_in_live_points_until_then_and_what_was_missed() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.open_mqtt();
    scene.greet(&last(&["a/a"]));
    scene.open_live();
    scene.load_slice(5);
    let tonight_s = NOON_S + 43_199;
    let range = TimeRange { from_s: NOON_S - 43_200, to_s: tonight_s };
    scene.did(Person::ChoseRange { choice: RangeChoice::Day { year: 2026, month: 11, day: 22 }, range });
    scene.load_slice(7);
    scene.publish("owntracks/a/a", &location(NOON_S + 20, 47.1, ""));
    assert_eq!(scene.rows.len(), 1);
    assert_eq!(scene.model.history().range, range, "its end stays where it was put");
    // A phone's clock may be ahead.
    scene.publish("owntracks/a/a", &location(tonight_s + 1, 47.2, ""));
    assert_eq!(scene.rows.len(), 1);

    scene.summarise("a/a", 8, NOON_S + 20);
    scene.close_mqtt(true);
    scene.pass_until_retry();
    scene.open_mqtt();
    assert_eq!(scene.slices.len(), 1);
    let missed = scene.load_slice(2).range;
    assert!(missed.from_s <= NOON_S + 20 && missed.to_s >= scene.now.seconds(), "{missed:?}");
    assert_eq!(state(&scene), HistoryState::Ready);
}

#[test]
fn after_a_reconnect_the_end_of_a_growing_range_is_filled_in() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.open_mqtt();
    scene.greet(&last(&["a/a"]));
    scene.load_slice(5);
    scene.summarise("a/a", 5, NOON_S - 300);
    scene.close_mqtt(true);
    scene.pass_until_retry();
    scene.pass_ms(15_000);
    scene.open_mqtt();
    let asked: Vec<&str> = scene.gets.iter().map(|(_, url)| url.as_str()).collect();
    assert_eq!(asked, [format!("{RECORDER}api/0/last")]);
    assert_eq!(scene.slices.len(), 1);
    let range = scene.load_slice(2).range;
    assert_eq!(range, TimeRange { from_s: NOON_S - 900, to_s: scene.now.seconds() });
    assert_eq!(state(&scene), HistoryState::Ready);
}

#[test]
fn news_that_was_not_heard_is_fetched() {
    let mut scene = Scene::recorded(&last(&["a/a"]));
    scene.load_slice(5);
    scene.summarise("a/a", 5, NOON_S - 60);
    let connection = scene.live.unwrap();
    scene.send(Event::LiveOpened { connection });
    scene.push(&told("a/a", NOON_S - 60, 47.0, ""));
    assert_eq!(scene.slices.len(), 0, "known");
    scene.push(&told("a/a", NOON_S - 5, 47.1, ""));
    assert_eq!((scene.slices.len(), scene.rows.len()), (1, 0));
}

#[test]
fn a_returned_recorder_loads_what_it_could_not() {
    let mut scene = Scene::recorded(&last(&["a/a"]));
    scene.fail_slice(unreachable());
    assert_eq!(state(&scene), HistoryState::Failed);
    scene.send(Event::Resumed);
    scene.fail_get("last", unreachable());
    scene.pass_ms(2_000);
    scene.slices.clear();
    scene.greet(&last(&["a/a"]));
    assert_eq!(state(&scene), HistoryState::Loading);
}

#[test]
fn without_a_recorder_there_is_no_history_but_a_trail() {
    let mut scene = Scene::subscribed();
    scene.publish("owntracks/a/a", &location(NOON_S - 1, 47.1, ""));
    scene.publish("owntracks/a/a", &location(NOON_S, 47.2, ""));
    assert_eq!(state(&scene), HistoryState::None);
    assert_eq!((scene.rows.len(), scene.friend("a/a").trail.len()), (0, 2));
    assert_eq!(scene.notices(), []);
}

#[test]
fn a_socket_that_never_opened_is_no_reason_to_fill_in() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.greet(&last(&["a/a"]));
    scene.load_slice(5);
    scene.open_mqtt();
    let connection = scene.live.take().unwrap();
    scene.send(Event::LiveClosed { connection, reason: closed(false) });
    scene.pass_ms(9_000);
    assert_eq!((scene.gets.len(), scene.slices.len()), (0, 0));
}

#[test]
fn a_server_that_does_not_echo_still_has_live_points() {
    let mut scene = Scene::recorded(&last(&["a/a"]));
    scene.load_slice(5);
    let connection = scene.live.unwrap();
    scene.send(Event::LiveOpened { connection });
    scene.pass_ms(10_000);
    scene.push(&told("a/a", NOON_S + 10, 47.1, ""));
    assert_eq!((scene.rows.len(), scene.slices.len()), (1, 0));
}

#[test]
fn somebody_from_a_link_who_appears_later_is_marked() {
    let mut scene = Scene::recorded_with(nobody_else(&["bench/n1"]), "[]");
    scene.open_mqtt();
    scene.publish("owntracks/bench/n1", &location(NOON_S, 47.1, ""));
    assert!(scene.friend("bench/n1").in_history);
}

/// What a worker that did as it was told has of one friend: hours that were loaded and not forgotten since, and how often
/// each came from the Recorder.
#[derive(Default)]
struct LoadedHours {
    hours: std::collections::BTreeMap<i64, u32>,
    fetched: std::collections::BTreeMap<i64, u32>,
    shows_seen: usize,
    takes_seen: usize,
}

impl LoadedHours {
    /// What is shown is told before anything is taken back.
    fn do_as_told(&mut self, scene: &Scene) {
        for (_, range) in &scene.shown[self.shows_seen..] {
            self.hours.retain(|hour, _| range.contains(hour * 3600));
        }
        self.shows_seen = scene.shown.len();
        let taken: Vec<TimeRange> = scene.taken[self.takes_seen..].iter().map(|slice| slice.range).collect();
        self.takes_seen = scene.taken.len();
        taken.into_iter().for_each(|range| self.load(range));
    }

    fn load(&mut self, range: TimeRange) {
        hours_of(range).for_each(|hour| *self.hours.entry(hour).or_default() += 1);
    }

    fn fetch(&mut self, range: TimeRange) {
        self.load(range);
        hours_of(range).for_each(|hour| *self.fetched.entry(hour).or_default() += 1);
    }
}

fn hours_of(range: TimeRange) -> std::ops::RangeInclusive<i64> {
    range.from_s.div_euclid(3600)..=range.to_s.div_euclid(3600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The person changes the range again and again, whichever slices are still under way then: in the end the worker has
    /// every hour of the range, exactly once. What was loaded once is not asked for again, and never were more than two
    /// requests open.
    #[test]
    fn every_hour_is_loaded_once(
        keeps in any::<bool>(),
        moves in proptest::collection::vec((1_i64..2_400, 0_i64..240, 0_usize..4, any::<bool>()), 1..8)
    ) {
        let mut start = nobody_else(&["a/a"]);
        start.is_guest = !keeps;
        let mut scene = Scene::recorded_with(start, "[]");
        let mut worker = LoadedHours::default();
        let mut chosen = TimeRange::default();
        let rounds = moves.len();
        for (round, (length_h, ago_h, answered, has_list)) in moves.into_iter().enumerate() {
            let to_s = NOON_S - ago_h * 3600 - 1;
            chosen = TimeRange { from_s: to_s + 1 - length_h * 3600, to_s };
            scene.did(Person::ChoseRange { choice: RangeChoice::Yesterday, range: chosen });
            worker.do_as_told(&scene);
            let steps = if round + 1 == rounds { usize::MAX } else { answered };
            for _ in 0..steps {
                prop_assert!(scene.slices.len() + scene.gets.len() <= 2);
                if has_list && scene.gets.iter().any(|(_, url)| url.contains("list")) {
                    scene.fail_get("list", HttpFailure::TimedOut);
                } else if !scene.slices.is_empty() {
                    let slice = scene.load_slice(1);
                    worker.fetch(slice.range);
                } else if !scene.gets.is_empty() {
                    scene.fail_get("list", HttpFailure::TimedOut);
                } else {
                    break;
                }
            }
        }
        let wanted = hours_of(chosen);
        prop_assert_eq!(worker.hours, wanted.map(|hour| (hour, 1)).collect());
        prop_assert_eq!(state(&scene), HistoryState::Ready);
        // The last minutes may still get late points.
        let unsure = NOON_S / 3600 - 1;
        prop_assert!(worker.fetched.iter().all(|(hour, times)| *times == 1 || *hour >= unsure));
    }
}

/// 2026-10-01T00:00:00Z
const FIRST_OF_OCTOBER_S: i64 = 1_790_812_800;

fn october() -> Month {
    Month::parse("2026-10").expect("a month")
}

fn range_of(choice_s: u32, from_s: i64, to_s: i64) -> Person {
    Person::ChoseRange { choice: RangeChoice::Last { seconds: choice_s }, range: TimeRange { from_s, to_s } }
}

#[test]
fn back_to_a_range_seen_before_asks_nobody() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), "[]");
    scene.load_slice(5);
    let month = || range_of(2_592_000, NOON_S - 2_592_000, NOON_S);
    scene.did(month());
    scene.answer("list", MONTHS);
    while !scene.slices.is_empty() {
        scene.load_slice(5);
    }
    scene.summarise("a/a", 10, NOON_S);
    scene.did(range_of(604_800, NOON_S - 604_800, NOON_S));
    assert_eq!((scene.slices.len(), scene.gets.len(), scene.taken.len()), (0, 0, 0));
    scene.did(month());
    assert_eq!((scene.slices.len(), scene.gets.len()), (0, 0), "nobody is asked");
    let taken: Vec<TimeRange> = scene.taken.iter().map(|slice| slice.range).collect();
    assert_eq!(taken, [TimeRange { from_s: NOON_S - 2_592_000, to_s: NOON_S - 604_801 }]);
    assert_eq!(state(&scene), HistoryState::Ready);
    // The day before, and back to the day.
    let day = |ago: i64| range_of(1, NOON_S - 86_400 * (ago + 1), NOON_S - 86_400 * ago - 1);
    for ago in [3, 4, 3, 5, 4] {
        scene.did(day(ago));
    }
    assert_eq!((scene.slices.len(), scene.gets.len()), (0, 0));
}

#[test]
fn whoever_is_left_out_and_shown_again_is_not_loaded_again() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a", "b/b"]), "[]");
    scene.load_slice(5);
    scene.load_slice(5);
    scene.did(Person::ChoseHistoryFriends(vec![id("a/a")]));
    let aside: Vec<_> = scene.at_hand.iter().map(|(friend, piece)| (friend.clone(), piece.range)).collect();
    let morning = TimeRange { from_s: NOON_S - 43_200, to_s: NOON_S - 601 };
    assert_eq!(aside, [(id("b/b"), morning)], "but for the last minutes, which may get late points");
    scene.did(Person::ChoseHistoryFriends(vec![id("a/a"), id("b/b")]));
    assert_eq!(scene.taken[0].range, morning);
    let slice = scene.load_slice(0);
    assert_eq!(slice.range, TimeRange { from_s: NOON_S - 600, to_s: NOON_S });
}

#[test]
fn a_closed_month_is_asked_for_whole_and_kept() {
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), "[]");
    scene.load_slice(5);
    // From the tenth on: more than a quarter of it.
    scene.did(range_of(1, FIRST_OF_OCTOBER_S + 9 * 86_400, NOON_S));
    scene.fail_get("list", HttpFailure::TimedOut);
    let november = scene.load_slice(5);
    let kept = november.keep.expect("the open month is kept as far as it is sure");
    assert_eq!((kept.month.to_string().as_str(), kept.sure_to_s), ("2026-11", NOON_S - 86_400));
    let october_slice = scene.load_slice(5);
    assert_eq!(october_slice.range.from_s, FIRST_OF_OCTOBER_S + 9 * 86_400, "shown");
    assert_eq!(october_slice.asked(), october().range(), "asked for");
    assert_eq!(october_slice.keep, Some(Keep { month: october(), sure_to_s: october().range().to_s }));
    let SliceSource::RecorderJson { url } = &october_slice.source else { panic!("{october_slice:?}") };
    assert!(url.contains("from=2026-09-30T23:59:59&to=2026-11-01T00:00:00&"), "{url}");
    // A few days of it are not worth the rest.
    let mut scene = Scene::recorded_with(nobody_else(&["a/a"]), "[]");
    scene.did(range_of(1, FIRST_OF_NOVEMBER_S - 3 * 86_400, NOON_S));
    scene.load_slice(5);
    scene.fail_get("list", HttpFailure::TimedOut);
    assert!(scene.load_slice(5).keep.is_some());
    assert_eq!(scene.load_slice(5).keep, None);
}

#[test]
fn a_month_is_open_until_late_points_had_their_chance() {
    let sure_to = |now_s: i64| {
        let month = Month::parse("2026-11").unwrap();
        let mut start = nobody_else(&["a/a"]);
        start.range = TimeRange { from_s: now_s - 3600, to_s: now_s };
        let mut scene = Scene::begin_at(start, UnixMillis::from_seconds(now_s));
        scene.greet("[]");
        scene.load_slice(1);
        scene.did(range_of(1, FIRST_OF_NOVEMBER_S, now_s));
        scene.fail_get("list", HttpFailure::TimedOut);
        std::iter::from_fn(|| (!scene.slices.is_empty()).then(|| scene.load_slice(1)))
            .filter_map(|slice| slice.keep)
            .find(|keep| keep.month == month)
            .map(|keep| keep.sure_to_s - month.range().to_s)
    };
    let end_s = Month::parse("2026-11").unwrap().range().to_s;
    assert_eq!(sure_to(end_s + 3 * 86_400), Some(-1), "over, but not closed");
    assert_eq!(sure_to(end_s + 8 * 86_400), Some(0));
}

fn kept(month: Month, to_s: i64) -> (FriendId, AtHand) {
    let range = TimeRange { from_s: month.range().from_s, to_s };
    let can_be_checked = to_s == month.range().to_s;
    (id("a/a"), AtHand { range, month: Some(month), can_be_checked })
}

#[test]
fn what_is_kept_is_shown_before_the_recorder_answers_and_without_it() {
    let mut start = nobody_else(&["a/a"]);
    start.range = TimeRange { from_s: FIRST_OF_OCTOBER_S, to_s: FIRST_OF_NOVEMBER_S - 1 };
    start.config.history.range = RangeChoice::Yesterday;
    let mut scene = Scene::begin_keeping(start, vec![kept(october(), october().range().to_s)]);
    assert_eq!(scene.taken.len(), 1);
    assert_eq!(state(&scene), HistoryState::Ready, "all of it is kept");
    scene.summarise("a/a", 5, FIRST_OF_NOVEMBER_S - 5);
    assert_eq!(scene.model.history().points, 5);
    scene.fail_get("version", unreachable());
    assert_eq!(state(&scene), HistoryState::Ready);
    assert_eq!(scene.notices(), [NoticeKind::RecorderUnreachable]);
    // More than is kept: what is missing is named, and loaded when the Recorder is back.
    scene.did(range_of(1, FIRST_OF_OCTOBER_S, FIRST_OF_NOVEMBER_S + 86_400 * 5));
    assert_eq!(state(&scene), HistoryState::Partial);
    assert_eq!(scene.model.history().friends[0].failed.len(), 1);
    scene.pass_ms(5_000);
    scene.greet("[]");
    scene.fail_get("list", HttpFailure::TimedOut);
    assert_eq!((state(&scene), scene.slices.len()), (HistoryState::Loading, 1));
    scene.load_slice(5);
    assert_eq!(state(&scene), HistoryState::Ready);
}

#[test]
fn a_recorder_that_refuses_takes_back_what_it_gave() {
    let mut start = nobody_else(&["a/a"]);
    start.range = TimeRange { from_s: FIRST_OF_OCTOBER_S, to_s: FIRST_OF_NOVEMBER_S - 1 };
    let mut scene = Scene::begin_keeping(start, vec![kept(october(), october().range().to_s)]);
    assert_eq!(scene.taken.len(), 1);
    scene.answer_status("version", 401, "no");
    assert_eq!(state(&scene), HistoryState::None);
    assert_eq!(scene.shown.last().unwrap().0, []);
}

#[test]
fn nothing_at_hand_and_no_recorder_is_no_history() {
    let mut scene = Scene::begin(nobody_else(&["a/a"]));
    assert_eq!(state(&scene), HistoryState::None);
    scene.fail_get("version", unreachable());
    assert_eq!((state(&scene), scene.notices()), (HistoryState::None, vec![NoticeKind::RecorderUnreachable]));
    scene.pass_ms(5_000);
    scene.greet("[]");
    assert_eq!(scene.slices.len(), 1);
}

#[test]
fn an_open_month_is_topped_up_from_what_is_sure_of_it() {
    let sure_to_s = NOON_S - 90_000;
    let november = Month::parse("2026-11").unwrap();
    let with = |sure_to_s| {
        let mut start = nobody_else(&["a/a"]);
        start.range = TimeRange { from_s: FIRST_OF_NOVEMBER_S, to_s: NOON_S };
        let mut scene = Scene::begin_keeping(start, vec![kept(november, sure_to_s)]);
        scene.greet("[]");
        scene
    };
    let mut scene = with(sure_to_s);
    assert_eq!(scene.taken.len(), 1);
    assert_eq!(scene.load_slice(1).range, TimeRange { from_s: sure_to_s + 1, to_s: NOON_S });
    assert_eq!(state(&scene), HistoryState::Ready);
    // Where too much is missing it is loaded and kept anew.
    let mut scene = with(NOON_S - 5 * 86_400);
    scene.fail_get("list", HttpFailure::TimedOut);
    assert_eq!(scene.taken.len(), 0);
    assert!(scene.load_slice(1).keep.is_some());
}

#[test]
fn what_was_said_to_be_at_hand_and_is_not_is_asked_for() {
    let mut start = nobody_else(&["a/a"]);
    start.range = TimeRange { from_s: FIRST_OF_OCTOBER_S, to_s: FIRST_OF_OCTOBER_S + 86_399 };
    start.config.history.range = RangeChoice::Yesterday;
    let mut scene = Scene::begin_keeping(start, vec![kept(october(), october().range().to_s)]);
    let request = scene.taken[0].request;
    scene.greet("[]");
    assert_eq!(state(&scene), HistoryState::Ready);
    let mut scene = Scene::losing_what_is_kept(scene);
    scene.did(range_of(1, FIRST_OF_OCTOBER_S + 86_400, FIRST_OF_OCTOBER_S + 2 * 86_400 - 1));
    assert_ne!(scene.taken.last().unwrap().request, request);
    assert_eq!((scene.slices.len(), state(&scene)), (1, HistoryState::Loading));
    scene.load_slice(1);
    assert_eq!(state(&scene), HistoryState::Ready);
    assert!(!scene.notices().contains(&NoticeKind::HistoryPartial));
}

const COMPACT_VERSION: &str = r#"{"version":"1.0.1","history":1}"#;

fn compact_scene(start: Start, at_hand: Vec<(FriendId, AtHand)>) -> Scene {
    let mut scene = Scene::begin_keeping(start, at_hand);
    scene.answer("api/0/version", COMPACT_VERSION);
    scene.answer("api/0/last", "[]");
    scene
}

fn compact_url(slice: &HistorySlice) -> (&str, bool) {
    match &slice.source {
        SliceSource::Compact { url, if_changed } => (url, *if_changed),
        other => panic!("{other:?}"),
    }
}

#[test]
fn our_server_is_asked_for_the_compact_form_until_it_has_none() {
    let mut scene = compact_scene(nobody_else(&["a/a"]), vec![]);
    let (from_s, to_s) = (NOON_S - 43_200, NOON_S);
    let url = format!("{RECORDER}api/0/history?user=a&device=a&from={from_s}&to={to_s}");
    assert_eq!(compact_url(&scene.slices[0]), (url.as_str(), false));
    scene.load_slice(5);
    scene.did(range_of(1, FIRST_OF_OCTOBER_S, NOON_S));
    scene.fail_get("list", HttpFailure::TimedOut);
    assert!(compact_url(&scene.slices[1]).0.ends_with("/api/0/history?user=a&device=a&month=2026-10"));
    // It was replaced by another program in the meantime.
    let failed = scene.fail_slice(HttpFailure::Status { status: 404, text: String::new() });
    let again = scene.slices.iter().find(|slice| slice.range == failed.range).unwrap();
    assert!(matches!(again.source, SliceSource::RecorderJson { .. }), "{again:?}");
    while !scene.slices.is_empty() {
        scene.load_slice(5);
    }
    assert_eq!(state(&scene), HistoryState::Ready);
    assert!(!scene.notices().contains(&NoticeKind::HistoryPartial));
    // A version that is not known here is none.
    let mut scene = Scene::begin(nobody_else(&["a/a"]));
    scene.answer("api/0/version", r#"{"version":"1.0.1","history":999}"#);
    scene.answer("api/0/last", "[]");
    assert!(matches!(scene.slices[0].source, SliceSource::RecorderJson { .. }));
}

#[test]
fn kept_months_are_checked_one_by_one_when_nothing_else_is_to_be_done() {
    let september = Month::parse("2026-09").unwrap();
    let mut start = nobody_else(&["a/a"]);
    start.range = TimeRange { from_s: september.range().from_s, to_s: NOON_S };
    let months = [september, october()].map(|month| kept(month, month.range().to_s));
    let mut scene = compact_scene(start, months.to_vec());
    assert_eq!(scene.taken.len(), 2);
    scene.fail_get("list", HttpFailure::TimedOut);
    assert_eq!(scene.slices.len(), 1, "first what is not known at all");
    scene.load_slice(1);
    assert_eq!(state(&scene), HistoryState::Ready, "nobody waits for the checks");
    let check = scene.slices.remove(0);
    assert_eq!((compact_url(&check).1, check.range, scene.slices.len()), (true, october().range(), 0));
    scene.send(Event::SliceUnchanged { request: check.request });
    let check = scene.load_slice(7);
    assert_eq!(check.keep, Some(Keep { month: september, sure_to_s: september.range().to_s }), "kept anew");
    assert_eq!((state(&scene), scene.slices.len()), (HistoryState::Ready, 0));
}

#[test]
fn a_check_that_fails_costs_nothing_unless_it_is_forbidden() {
    let checked = |failure: HttpFailure| {
        let mut start = nobody_else(&["a/a"]);
        start.range = october().range();
        start.config.history.range = RangeChoice::Yesterday;
        let mut scene = compact_scene(start, vec![kept(october(), october().range().to_s)]);
        scene.fail_slice(failure);
        assert_eq!(scene.slices.len(), 0);
        state(&scene)
    };
    assert_eq!(checked(HttpFailure::TimedOut), HistoryState::Ready);
    assert_eq!(checked(unreachable()), HistoryState::Ready);
    assert_eq!(checked(HttpFailure::Status { status: 403, text: String::new() }), HistoryState::Failed);
}

#[test]
fn homes_and_accounts_are_not_mixed_and_who_is_not_remembered_leaves_nothing() {
    let mut start = start_with(true, true);
    start.config.endpoints.mqtt.as_mut().unwrap().credentials =
        Some(Credentials { username: "jane".into(), password: "x".into() });
    start.is_guest = true;
    let scene = Scene::begin(start.clone());
    let home = |account: &str, keeps| {
        Some(HistoryHome { endpoint: RECORDER.into(), account: account.into(), keeps })
    };
    assert_eq!(scene.homes, [home("jane", false)]);
    start.is_guest = false;
    let mut scene = Scene::begin(start);
    scene.greet("[]");
    assert_eq!(scene.homes, [home("jane", true)], "told once");
    assert_eq!(Scene::begin(start_with(false, true)).homes, [home("", true)]);
    scene.did(Person::LoggedOut);
    assert_eq!(scene.homes[1..], [None]);
}

#[test]
fn points_that_a_worker_took_with_it_are_missed_and_loaded_on_wish() {
    let mut scene = Scene::recorded(&last(&["a/a", "b/b"]));
    scene.load_slice(5);
    scene.summarise("a/a", 5, NOON_S);
    scene.slices.clear();
    scene.send(Event::TracksLost(HttpFailure::BadAnswer { what: "gone".into() }));
    assert_eq!((state(&scene), scene.model.history().points), (HistoryState::Failed, 0));
    assert_eq!((scene.slices.len(), scene.notices()), (0, vec![NoticeKind::HistoryPartial]));
    scene.did(Person::RetriedHistory);
    scene.load_slice(5);
    scene.load_slice(5);
    assert_eq!((state(&scene), scene.notices()), (HistoryState::Ready, vec![]));
}

#[test]
fn forgetting_what_is_kept_is_a_wish_of_its_own() {
    let mut scene = Scene::recorded(&last(&["a/a"]));
    scene.send(Event::KeptMeasured { bytes: 12_345_678 });
    assert!(scene.model.take_changes().history);
    assert_eq!(scene.model.history().kept_bytes, 12_345_678);
    scene.did(Person::ForgotKeptHistory);
    assert_eq!(scene.saved, [Command::ForgetKept]);
    assert_eq!(scene.shown.len(), 1, "what is shown stays");
}
