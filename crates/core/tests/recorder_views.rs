//! Views and tours of a Recorder: what a real one answered (`tests/fixtures/recorder`), what hostile ones could, and what becomes
//! of it on the page.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

#[path = "owntracks_support/fixtures.rs"]
mod fixtures;

use dashboard_core::geo::LatLon;
use dashboard_core::model::touring::{Touring, TouringEvent, TouringState};
use dashboard_core::model::viewing::{
    ASK_EVERY_MS, MAX_VERTICES, NotAView, ViewAddress, ViewTrouble, Viewing, ViewingCommand, ViewingEvent,
    ViewingState, linked_view,
};
use dashboard_core::model::{HttpAnswer, HttpFailure, Query, RequestId};
use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::{
    TourAnswer, end_tour, list_tours, make_tour, read_shared_line, read_shared_place, read_tours,
    tour_request_url,
};
use dashboard_core::time::{TimeRange, UnixMillis};
use fixtures::fixture;
use proptest::prelude::*;

const PAGE: &str = "https://home.example/map/";
const RECORDER: &str = "https://home.example/owntracks/";
const START: UnixMillis = UnixMillis(1_795_400_000_000);

fn place(lat: f64, lon: f64) -> LatLon {
    LatLon::new(lat, lon).unwrap()
}

fn recorded(name: &str) -> Vec<u8> {
    fixture(&format!("recorder/{name}"))
}

#[test]
fn the_place_of_a_view_with_what_its_owner_says() {
    let shared = read_shared_place(&recorded("view-lastpos.json")).unwrap().unwrap();
    assert_eq!(shared.friend.to_string(), "alice/tablet");
    assert_eq!(shared.location.position, place(52.516291, 13.377633));
    assert_eq!(shared.label.as_deref(), Some("Alice <in> Berlin"));
    assert_eq!(shared.zoom, Some(12.0));
    assert_eq!((shared.from_s, shared.to_s), (Some(1_793_491_200), Some(1_793_836_800)));
    assert_eq!(shared.location.card, None);
}

#[test]
fn the_place_of_a_tour_has_name_and_face() {
    let shared = read_shared_place(&recorded("tour-view-lastpos.json")).unwrap().unwrap();
    let card = shared.location.card.unwrap();
    assert_eq!(card.name.as_deref(), Some("Alice Ångström"));
    assert!(card.face.unwrap().data_url.starts_with("data:image/png;base64,"));
    assert_eq!(shared.label.as_deref(), Some("Trip & Co"));
}

#[test]
fn the_line_of_a_view_has_the_longitude_first() {
    let line = read_shared_line(&recorded("view-geodata.json")).unwrap();
    assert_eq!((line.places.len(), line.dropped), (98, 0));
    assert_eq!(line.places[0], place(52.516338, 13.3777));
}

#[test]
fn a_view_without_data_is_empty_and_no_failure() {
    assert_eq!(read_shared_place(br#"{"data":[]}"#), Ok(None));
    let line = br#"{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[]}}"#;
    assert!(read_shared_line(line).unwrap().places.is_empty());
}

#[test]
fn what_is_not_given_is_not_shown_and_what_makes_no_sense_costs_itself() {
    let item = r#"{"data":[{"_type":"location","lat":1,"lon":2,"tst":1700000000,"user":"a","device":"b","label":"-","from":"-",
        "to":"next week","zoom":"-3","face":"PHN2Zz4="}]}"#;
    let shared = read_shared_place(item.as_bytes()).unwrap().unwrap();
    assert_eq!((shared.label, shared.zoom, shared.from_s, shared.to_s), (None, None, None, None));
    assert!(shared.location.card.unwrap().face.is_none(), "an SVG is no face");
    let line = br#"{"geometry":{"coordinates":[[2,1],[181,1],[0,0],["x",1],[1],7,null,[3,2,99]]}}"#;
    let line = read_shared_line(line).unwrap();
    assert_eq!((line.places, line.dropped), (vec![place(1.0, 2.0), place(2.0, 3.0)], 6));
}

#[test]
fn what_is_no_view_says_so() {
    for body in [
        "View not found",
        "<html>",
        "[]",
        "{}",
        r#"{"data":{}}"#,
        r#"{"data":[7]}"#,
        r#"{"data":[{"lat":1}]}"#,
    ] {
        assert!(read_shared_place(body.as_bytes()).is_err(), "{body}");
        assert!(read_shared_line(body.as_bytes()).is_err(), "{body}");
    }
}

#[test]
fn requests_for_tours_are_as_the_recorder_reads_them() {
    assert_eq!(list_tours(), r#"{"_type":"request","request":"tours"}"#);
    let range = TimeRange::new(1_793_491_200, 1_793_836_800).unwrap();
    assert_eq!(
        make_tour(" By \"HTTP\" ", range),
        r#"{"_type":"request","request":"tour","tour":{"label":"By \"HTTP\"","from":"2026-11-01T00:00:00","to":"2026-11-05T00:00:00"}}"#
    );
    assert!(!make_tour("  ", range).contains("label"));
    assert_eq!(end_tour("a-1"), r#"{"_type":"request","request":"untour","uuid":"a-1"}"#);
    let friend = FriendId::new("Jane", "my phone").unwrap();
    assert_eq!(tour_request_url(RECORDER, &friend), "https://home.example/owntracks/pub?u=jane&d=my-phone");
}

/// The answers that were captured over MQTT, as `pub` gives them.
fn over_http() -> Vec<Vec<u8>> {
    let lines = String::from_utf8(recorded("mqtt-cmd-answers.jsonl")).unwrap();
    let payload = |line: &str| {
        serde_json::from_str::<serde_json::Value>(line).unwrap()["payload"].as_str().unwrap().to_owned()
    };
    lines.lines().map(|line| format!("[{}]", payload(line)).into_bytes()).collect()
}

#[test]
fn answers_about_tours() {
    assert_eq!(read_tours(&recorded("pub-tours.json")), Ok(TourAnswer::List(Vec::new())));
    let Ok(TourAnswer::Made(made)) = read_tours(&recorded("pub-tour.json")) else {
        panic!("a tour was made")
    };
    assert_eq!(made.uuid, "1c17ecda-6711-4bee-8151-a994e41fdbae");
    assert_eq!(made.label.as_deref(), Some("By HTTP"));
    assert_eq!(made.from_s, Some(1_793_491_200));
    let [other, _, list] = <[Vec<u8>; 3]>::try_from(over_http()).unwrap();
    assert_eq!(read_tours(&other), Ok(TourAnswer::None), "another command");
    let Ok(TourAnswer::List(tours)) = read_tours(&list) else { panic!("a list") };
    assert_eq!(tours[0].label.as_deref(), Some("Trip & Co"));
    assert_eq!(read_tours(&recorded("pub-nofriends.json")), Ok(TourAnswer::None));
    assert_eq!(read_tours(&recorded("pub-encrypted-answer.json")), Ok(TourAnswer::Encrypted));
    assert!(read_tours(&recorded("pub-get.txt")).is_err());
}

#[test]
fn tours_with_ids_that_lead_elsewhere_are_left_out() {
    let tours = ["../../kill", "a/b", "", ".", "a?b", "a b", "%2e", &"x".repeat(129), "fine-1"];
    let tours: Vec<String> = tours.iter().map(|uuid| format!(r#"{{"uuid":"{uuid}"}}"#)).collect();
    let answer = format!(
        r#"[{{"_type":"cmd","action":"response","request":"tours","tours":[7,{{}},{}]}}]"#,
        tours.join(",")
    );
    let Ok(TourAnswer::List(tours)) = read_tours(answer.as_bytes()) else { panic!("a list") };
    assert_eq!(tours.iter().map(|tour| tour.uuid.as_str()).collect::<Vec<_>>(), ["fine-1"]);
    assert_eq!((&tours[0].label, tours[0].from_s, &tours[0].url), (&None, None, &None));
}

#[test]
fn links_and_ids_of_views() {
    let find =
        |text: &str| ViewAddress::find(text, PAGE, Some(RECORDER)).map(|address| address.url().to_owned());
    assert_eq!(find(" berlin "), Ok("https://home.example/owntracks/view/berlin".into()));
    assert_eq!(find("https://o.example/x/view/a-1?lastpos=1#x"), Ok("https://o.example/x/view/a-1".into()));
    assert_eq!(find("https://me:secret@o.example/view/a"), Ok("https://o.example/view/a".into()));
    assert_eq!(find("/owntracks/view/a"), Ok("https://home.example/owntracks/view/a".into()));
    assert_eq!(find("../view/a"), Ok("https://home.example/view/a".into()));
    assert_eq!(find("http://127.0.0.1:8083/view/a"), Ok("http://127.0.0.1:8083/view/a".into()));
    assert_eq!(find("http://o.example/view/a"), Err(NotAView::MixedContent));
    for text in [
        "",
        "..",
        "javascript:alert(1)//view/a",
        "data:x/view/a",
        "ftp://o.example/view/a",
        "wss://o.example/view/a",
        "https://o.example/view/",
        "https://o.example/a",
        "https://o.example/view/../kill",
        "https://o.example/view/a b",
        "https://o.example/review/a",
        "a&b",
    ] {
        assert_eq!(find(text), Err(NotAView::OtherText), "{text}");
    }
    let alone = ViewAddress::find("a", "https://home.example/map/index.html", None).unwrap();
    assert_eq!(alone.url(), "https://home.example/map/view/a");
    assert_eq!(alone.relative_to(PAGE), "/map/view/a");
    assert_eq!(alone.relative_to("https://home.example.org/"), alone.url());
    assert_eq!(linked_view(&Query::parse("?view=%2Fview%2Fa&x=1")), Some("/view/a"));
    assert_eq!(linked_view(&Query::parse("?view=")), None);
}

/// A page with a view, and its requests that are not answered yet.
struct Scene {
    viewing: Viewing,
    asked: Vec<(RequestId, String)>,
    looks: Vec<(Vec<LatLon>, f64)>,
    now: UnixMillis,
}

impl Scene {
    fn open() -> Self {
        let mut scene =
            Self { viewing: Viewing::default(), asked: Vec::new(), looks: Vec::new(), now: START };
        scene.happen(ViewingEvent::Opened(ViewAddress::find("berlin", PAGE, Some(RECORDER)).unwrap()));
        scene
    }

    fn happen(&mut self, event: ViewingEvent) {
        for command in self.viewing.update(event, self.now) {
            match command {
                ViewingCommand::Get { request, url } => self.asked.push((request, url)),
                ViewingCommand::LookAt { places, zoom } => self.looks.push((places, zoom)),
            }
        }
    }

    fn pass(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        self.happen(ViewingEvent::Looked);
    }

    /// Answers the question that ends so.
    fn answer(&mut self, end: &str, answer: Result<HttpAnswer, HttpFailure>) {
        let at = self.asked.iter().position(|(_, url)| url.ends_with(end)).unwrap();
        let (request, _) = self.asked.remove(at);
        self.happen(ViewingEvent::Answered { request, answer });
    }

    fn state(&self) -> &ViewingState {
        &self.viewing.view().state
    }
}

fn ok(body: Vec<u8>) -> Result<HttpAnswer, HttpFailure> {
    Ok(HttpAnswer { status: 200, body })
}

fn status(status: u16) -> Result<HttpAnswer, HttpFailure> {
    Ok(HttpAnswer { status, body: Vec::new() })
}

fn seen() -> Scene {
    let mut scene = Scene::open();
    scene.answer("?lastpos=1", ok(recorded("view-lastpos.json")));
    scene.answer("?geodata=1", ok(recorded("view-geodata.json")));
    scene
}

#[test]
fn a_view_is_asked_for_shown_and_looked_at_once() {
    let mut scene = seen();
    let view = scene.viewing.view();
    assert_eq!((&view.state, view.line.len()), (&ViewingState::Shown, 98));
    let person = view.person.clone().unwrap();
    assert_eq!((person.name.as_str(), person.initials.as_str()), ("alice/tablet", "AT"));
    assert_eq!(scene.looks.len(), 1);
    assert_eq!((scene.looks[0].0.len(), scene.looks[0].1), (99, 12.0));
    scene.pass(ASK_EVERY_MS - 1);
    assert!(scene.asked.is_empty());
    scene.pass(1);
    assert_eq!(scene.asked.len(), 1, "only the place");
    scene.pass(ASK_EVERY_MS);
    assert_eq!(scene.asked.len(), 1, "one question at a time");
    let moved = r#"{"data":[{"_type":"location","lat":53,"lon":14,"tst":1793999999,"user":"alice","device":"tablet"}]}"#;
    scene.answer("?lastpos=1", ok(moved.into()));
    assert_eq!(scene.viewing.view().line.last(), Some(&place(53.0, 14.0)), "the line goes on");
    assert_eq!(scene.looks.len(), 1, "the map stays where the person has it");
}

#[test]
fn whoever_looks_again_much_later_sees_the_whole_way() {
    let mut scene = seen();
    scene.pass(ASK_EVERY_MS * 60);
    assert_eq!(scene.asked.len(), 2);
}

#[test]
fn what_was_seen_stays_until_somebody_says_that_it_is_over() {
    let mut scene = seen();
    scene.pass(ASK_EVERY_MS);
    scene.answer("?lastpos=1", Err(HttpFailure::TimedOut));
    assert!(scene.viewing.view().not_renewed && scene.viewing.view().person.is_some());
    scene.pass(ASK_EVERY_MS);
    scene.answer("?lastpos=1", status(404));
    assert_eq!(scene.state(), &ViewingState::Failed(ViewTrouble::Gone));
    let view = scene.viewing.view();
    assert!(view.person.is_none() && view.line.is_empty(), "nothing is left of what was shared");
}

#[test]
fn each_refusal_is_told_by_its_name() {
    for (code, trouble) in [
        (401, ViewTrouble::WantsLogin),
        (403, ViewTrouble::WantsLogin),
        (404, ViewTrouble::Gone),
        (416, ViewTrouble::BadTime),
        (500, ViewTrouble::Failed(HttpFailure::Status { status: 500, text: String::new() })),
    ] {
        let mut scene = Scene::open();
        assert_eq!(scene.state(), &ViewingState::Loading);
        scene.answer("?lastpos=1", status(code));
        scene.answer("?geodata=1", status(code));
        assert_eq!(scene.state(), &ViewingState::Failed(trouble.clone()));
        scene.pass(ASK_EVERY_MS * 10);
        let is_hopeless = matches!(trouble, ViewTrouble::WantsLogin | ViewTrouble::BadTime);
        assert_eq!(scene.asked.is_empty(), is_hopeless, "{trouble:?}");
    }
}

#[test]
fn an_empty_view_says_so_and_fills_by_itself() {
    let mut scene = Scene::open();
    scene.answer("?geodata=1", ok(br#"{"geometry":{"coordinates":[]}}"#.to_vec()));
    scene.answer("?lastpos=1", ok(br#"{"data":[]}"#.to_vec()));
    assert_eq!((scene.state(), scene.looks.len()), (&ViewingState::Empty, 0));
    scene.pass(ASK_EVERY_MS);
    scene.answer("?lastpos=1", ok(recorded("view-lastpos.json")));
    scene.answer("?geodata=1", ok(recorded("view-geodata.json")));
    assert_eq!((scene.state(), scene.looks.len()), (&ViewingState::Shown, 1));
}

#[test]
fn answers_to_what_was_closed_are_dropped() {
    let mut scene = Scene::open();
    scene.happen(ViewingEvent::Closed);
    scene.answer("?lastpos=1", ok(recorded("view-lastpos.json")));
    scene.pass(ASK_EVERY_MS * 3);
    assert_eq!((scene.state(), scene.viewing.view().person.is_none()), (&ViewingState::Closed, true));
    assert_eq!(scene.asked.len(), 1, "nobody is asked any more");
}

#[test]
fn a_long_line_is_drawn_with_fewer_vertices() {
    let positions: Vec<String> = (0..100_000).map(|i| format!("[{}.5,{}.25]", i % 170, i % 80)).collect();
    let body = format!(r#"{{"geometry":{{"coordinates":[{}]}}}}"#, positions.join(","));
    let mut scene = Scene::open();
    scene.answer("?lastpos=1", ok(recorded("view-lastpos.json")));
    scene.answer("?geodata=1", ok(body.into_bytes()));
    assert_eq!(scene.viewing.view().line.len(), MAX_VERTICES);
}

#[test]
fn tours_are_listed_made_and_ended() {
    let mut touring = Touring::new(PAGE.into(), RECORDER.into());
    let friend = FriendId::new("alice", "phone").unwrap();
    let post = touring.update(TouringEvent::Chose(friend)).unwrap();
    assert_eq!(
        (post.url.as_str(), post.body),
        ("https://home.example/owntracks/pub?u=alice&d=phone", list_tours())
    );
    assert_eq!(touring.view().state, TouringState::Asking);
    let answered = |request, answer| TouringEvent::Answered { request, answer };
    assert_eq!(touring.update(answered(post.request, ok(recorded("pub-tours.json")))), None);
    assert_eq!((&touring.view().state, touring.view().tours.len()), (&TouringState::Listed, 0));

    let range = TimeRange::new(0, 60).unwrap();
    let post = touring.update(TouringEvent::Wished { label: "x".into(), range }).unwrap();
    let again = touring.update(answered(post.request, ok(recorded("pub-tour.json")))).unwrap();
    assert_eq!(again.body, list_tours(), "the list is read again");
    let list = over_http().pop().unwrap();
    touring.update(answered(again.request, ok(list)));
    assert_eq!(touring.view().made.as_deref(), Some("1c17ecda-6711-4bee-8151-a994e41fdbae"));
    let tour = &touring.view().tours[0];
    assert_eq!(
        tour.link, "http://127.0.0.1:18084/view/a0ca1123-e360-4c28-b87f-87e9b7a5969e",
        "as the Recorder says"
    );
    let own = "https://home.example/owntracks/view/a0ca1123-e360-4c28-b87f-87e9b7a5969e";
    assert_eq!(tour.address.as_ref().unwrap().url(), own, "and opened where this page reaches it");

    let post = touring.update(TouringEvent::Ended("a0ca1123".into())).unwrap();
    assert_eq!(post.body, end_tour("a0ca1123"));
    let again = touring.update(answered(post.request, ok(b"[]".to_vec()))).unwrap();
    assert_eq!(again.body, list_tours());
    touring.update(answered(post.request, ok(recorded("pub-tours.json"))));
    assert_eq!(touring.view().state, TouringState::Asking, "an old answer is not the new one");
}

#[test]
fn a_link_that_the_recorder_does_not_know_is_made_of_its_address() {
    for url in ["OTR_HTTPPREFIX/view/a-1", "javascript:alert(1)", "", "ws://o.example/view/a-1"] {
        let mut touring = Touring::new(PAGE.into(), RECORDER.into());
        let post = touring.update(TouringEvent::Chose(FriendId::new("a", "b").unwrap())).unwrap();
        let body = format!(
            r#"[{{"_type":"cmd","action":"response","request":"tours","tours":[{{"uuid":"a-1","url":"{url}"}}]}}]"#
        );
        touring.update(TouringEvent::Answered { request: post.request, answer: ok(body.into()) });
        assert_eq!(touring.view().tours[0].link, "https://home.example/owntracks/view/a-1", "{url}");
    }
}

#[test]
fn no_answer_is_told_from_a_refusal() {
    let told = |answer| {
        let mut touring = Touring::new(PAGE.into(), RECORDER.into());
        let post = touring.update(TouringEvent::Chose(FriendId::new("a", "b").unwrap())).unwrap();
        touring.update(TouringEvent::Answered { request: post.request, answer });
        touring.view().state.clone()
    };
    assert_eq!(told(ok(b"[]".to_vec())), TouringState::NoAnswer);
    assert_eq!(told(status(404)), TouringState::NoAnswer);
    assert_eq!(told(ok(recorded("pub-encrypted-answer.json"))), TouringState::Encrypted);
    assert_eq!(
        told(status(401)),
        TouringState::Failed(HttpFailure::Status { status: 401, text: String::new() })
    );
    assert_eq!(told(Err(HttpFailure::TimedOut)), TouringState::Failed(HttpFailure::TimedOut));
}

proptest! {
    #[test]
    fn no_bytes_break_the_readers(body in proptest::collection::vec(any::<u8>(), 0..400), text in "[\\[\\]{}\":,a-z0-9 .-]{0,200}") {
        for body in [body.as_slice(), text.as_bytes()] {
            let _ = (read_shared_place(body), read_shared_line(body), read_tours(body));
        }
        let found = ViewAddress::find(&text, PAGE, None);
        prop_assert!(found.is_err() || found.is_ok_and(|found| found.url().starts_with("http")));
    }
}
