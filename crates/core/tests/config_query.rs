//! Query strings: every parameter, old links, odd links, and back to text.

use dashboard_core::geo::LatLon;
use dashboard_core::model::{
    Interface, KioskRule, LayerSet, LineColour, LocalDateTime, Parts, Query, RangeChoice, RangeEnd, Theme,
    Units,
};
use dashboard_core::owntracks::FriendId;
use proptest::prelude::*;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(first, second)| ((*first).into(), (*second).into())).collect()
}

fn place(lat: f64, lon: f64) -> LatLon {
    LatLon::new(lat, lon).expect("valid in every test")
}

fn local(year: i32, month: u8, day: u8, time: Option<(u8, u8, u8)>) -> RangeEnd {
    let (hour, minute, second) = time.unwrap_or_default();
    RangeEnd::Local {
        at: LocalDateTime { year, month, day, hour, minute, second },
        whole_day: time.is_none(),
    }
}

#[track_caller]
fn check(text: &str, expected: Query) {
    assert_eq!(Query::parse(text), expected, "{text}");
}

#[track_caller]
fn check_range(text: &str, expected: RangeChoice) {
    check(text, Query { range: Some(expected), ..Query::default() });
}

#[track_caller]
fn check_ignored(text: &str) {
    check(text, Query::default());
}

#[test]
fn everything_at_once_reads_and_writes_the_same() {
    let text = "friends=alice/phone,bob/*&from=2026-05-01&to=2026-05-03T18:30&layers=live,line,heat&colour=speed\
                &map=47.37,8.54,12.5&follow=alice/phone&ui=kiosk&parts=people,clock&kiosk=cycle&every=15&theme=dark&lang=de-CH&units=metric&tz=Europe/Zurich\
                &mqtt=wss://home.example/mqtt&recorder=../&frame=7&x=";
    let query = Query {
        friends: pairs(&[("alice", "phone"), ("bob", "*")]),
        range: Some(RangeChoice::Between {
            from: local(2026, 5, 1, None),
            to: Some(local(2026, 5, 3, Some((18, 30, 0)))),
        }),
        layers: Some(LayerSet { live: true, line: true, heat: true, ..LayerSet::NONE }),
        line_colour: Some(LineColour::Speed),
        map: Some((place(47.37, 8.54), 12.5)),
        follow: FriendId::new("alice", "phone"),
        interface: Some(Interface::Kiosk),
        parts: Some(Parts { people: true, clock: true, ..Parts::default() }),
        kiosk: Some(KioskRule::Cycle),
        every_s: Some(15),
        theme: Some(Theme::Dark),
        language: Some("de-CH".into()),
        units: Some(Units::Metric),
        time_zone: Some("Europe/Zurich".into()),
        mqtt: Some("wss://home.example/mqtt".into()),
        recorder: Some("../".into()),
        unknown: pairs(&[("frame", "7"), ("x", "")]),
    };
    assert_eq!(query.to_query_string(), text);
    check(text, query.clone());
    check(&format!("?{text}"), query);
}

#[test]
fn links_of_the_official_frontend_keep_working() {
    let query = Query::parse(
        "?lat=52.52&lng=13.405&zoom=11&start=2024-06-01T00%3A00%3A00&end=2024-06-01T23%3A59%3A59\
         &user=Jane.Doe&device=Pixel&layers=last,heatmap,points",
    );
    let expected = Query {
        friends: pairs(&[("jane-doe", "pixel")]),
        range: Some(RangeChoice::Between {
            from: RangeEnd::At(1_717_200_000),
            to: Some(RangeEnd::At(1_717_286_399)),
        }),
        layers: Some(LayerSet { live: true, heat: true, points: true, ..LayerSet::NONE }),
        map: Some((place(52.52, 13.405), 11.0)),
        ..Query::default()
    };
    assert_eq!(query, expected);
    let newer = "friends=jane-doe/pixel&from=2024-06-01T00:00:00Z&to=2024-06-01T23:59:59Z&layers=live,points,heat\
                 &map=52.52,13.405,11";
    assert_eq!(query.to_query_string(), newer);
    assert_eq!(Query::parse(newer), expected);
}

#[test]
fn old_parameters_only_fill_gaps() {
    check(
        "friends=bob&from=7d&map=1,2,3&user=eve&start=2024-06-01T00:00:00&lat=9&lng=9&zoom=9",
        Query {
            friends: pairs(&[("bob", "*")]),
            range: Some(RangeChoice::Last { seconds: 7 * 86_400 }),
            map: Some((place(1.0, 2.0), 3.0)),
            ..Query::default()
        },
    );
    check("user=eve", Query { friends: pairs(&[("eve", "*")]), ..Query::default() });
    check_range(
        "start=2024-06-01&end=2024-06-01",
        RangeChoice::Between { from: RangeEnd::At(1_717_200_000), to: Some(RangeEnd::At(1_717_286_399)) },
    );
    check_ignored("device=phone&end=2024-06-01T00:00:00&lat=1&zoom=3");
}

#[test]
fn ranges() {
    let day_s = 86_400;
    for (text, seconds) in [
        ("24h", day_s),
        ("7d", 7 * day_s),
        ("2w", 14 * day_s),
        ("30d", 30 * day_s),
        ("1y", 365 * day_s),
        ("90m", 5_400),
        ("45s", 45),
    ] {
        check_range(&format!("from={text}"), RangeChoice::Last { seconds });
    }
    check_range("from=today", RangeChoice::Today);
    check_range("from=today&to=now", RangeChoice::Today);
    check_range("from=yesterday&to=yesterday", RangeChoice::Yesterday);
    check_range("from=today&to=today", RangeChoice::Today);
    check_range("from=7d&to=now", RangeChoice::Last { seconds: 7 * day_s });
    check_range("from=7d&to=today", RangeChoice::Last { seconds: 7 * day_s });
    check_range("from=7d&to=nonsense", RangeChoice::Last { seconds: 7 * day_s });
    check_range("from=yesterday", RangeChoice::Yesterday);
    check_range("from=yesterday&to=nonsense", RangeChoice::Yesterday);
    check_range("to=2026-05-01&from=2026-05-01", RangeChoice::Day { year: 2026, month: 5, day: 1 });

    let since = |from| RangeChoice::Between { from, to: None };
    check_range("from=2026-05-01", since(local(2026, 5, 1, None)));
    check_range("from=2026-05-01&to=nonsense", since(local(2026, 5, 1, None)));
    check_range("from=2026-05-01T08:15", since(local(2026, 5, 1, Some((8, 15, 0)))));
    check_range("from=2026-05-01T08:15%20", since(local(2026, 5, 1, Some((8, 15, 0)))));
    check_range("from=2026-05-01+08:15:30", since(local(2026, 5, 1, Some((8, 15, 30)))));
    check_range("from=2024-06-01T08:00:00Z", since(RangeEnd::At(1_717_228_800)));
    check_range("from=2024-06-01T10:00:00%2B02:00", since(RangeEnd::At(1_717_228_800)));
    // Nobody escapes the plus by hand.
    check_range("from=2024-06-01T10:00:00+02:00", since(RangeEnd::At(1_717_228_800)));
    check_range("from=2024-06-01T06:00:00.25-02:00", since(RangeEnd::At(1_717_228_800)));
}

#[test]
fn either_end_may_be_relative() {
    let between = |from, to| RangeChoice::Between { from, to };
    let ago = |days: u32| RangeEnd::Ago { seconds: days * 86_400 };
    let may = || local(2026, 5, 1, None);
    for (text, expected, written) in [
        ("from=yesterday&to=today", between(RangeEnd::Yesterday, None), "from=yesterday&to=today"),
        ("from=yesterday&to=now", between(RangeEnd::Yesterday, None), "from=yesterday&to=today"),
        ("from=today&to=yesterday", between(RangeEnd::Yesterday, None), "from=yesterday&to=today"),
        ("from=30d&to=7d", between(ago(30), Some(ago(7))), "from=30d&to=7d"),
        ("from=7d&to=yesterday", between(ago(7), Some(RangeEnd::Yesterday)), "from=7d&to=yesterday"),
        (
            "from=2026-05-01&to=yesterday",
            between(may(), Some(RangeEnd::Yesterday)),
            "from=2026-05-01&to=yesterday",
        ),
        ("from=2026-05-01&to=24h", between(may(), Some(ago(1))), "from=2026-05-01&to=24h"),
        ("from=2026-05-01&to=today", between(may(), None), "from=2026-05-01"),
        (
            "from=yesterday&to=2026-05-01",
            between(RangeEnd::Yesterday, Some(may())),
            "from=yesterday&to=2026-05-01",
        ),
    ] {
        check_range(text, expected);
        assert_eq!(Query::parse(text).to_query_string(), written);
    }
}

#[test]
fn friends_are_folded_and_named_once() {
    let expected = Query { friends: pairs(&[("jane-doe", "my-phone"), ("bob", "*")]), ..Query::default() };
    check("friends=Jane.Doe/My Phone,bob,BOB/*,jane_doe/my%20phone", expected.clone());
    check("friends=jane-doe/my-phone&friends=bob", expected);
}

#[test]
fn the_map_may_lie_on_another_turn_of_the_world() {
    let at = |lon, zoom| Query { map: Some((place(10.0, lon), zoom)), ..Query::default() };
    check("map=10,190,5", at(-170.0, 5.0));
    check("map=10,-541.5,5", at(178.5, 5.0));
    check("map=10,180,5", at(180.0, 5.0));
    check("map=10,20,99", at(20.0, 24.0));
    check("map=10,20", at(20.0, 13.0));
}

#[test]
fn the_last_sensible_value_counts() {
    check("theme=dark&theme=LIGHT&theme=blue", Query { theme: Some(Theme::Light), ..Query::default() });
    check(
        "layers=live,lasers,%20poi",
        Query { layers: Some(LayerSet { live: true, poi: true, ..LayerSet::NONE }), ..Query::default() },
    );
    check("layers=none", Query { layers: Some(LayerSet::NONE), ..Query::default() });
    check("tz=Etc/GMT+1", Query { time_zone: Some("Etc/GMT+1".into()), ..Query::default() });
}

#[test]
fn odd_values_are_passed_over() {
    for text in [
        "",
        "?",
        "&&=&=x",
        "friends=",
        "friends=/phone,alice/,*,*/phone,,",
        "from=&to=today",
        "to=2026-05-01",
        "from=0d",
        "from=-1d",
        "from=99999999999999999999y",
        "from=4000000000d",
        "from=d",
        "from=2026-02-29",
        "from=2026-13-01",
        "from=2026-05-01T24:00",
        "from=%F0%9F%98%80%F0%9F%98%80%F0%9F%98%80",
        "layers=",
        "layers=lasers",
        "colour=red",
        "map=",
        "map=47",
        "map=91,0,3",
        "map=1,2,3,4",
        "map=NaN,0,1",
        "map=1,inf,1",
        "map=1,2,x",
        "lat=x&lng=y&zoom=z",
        "follow=alice",
        "follow=/",
        "ui=huge",
        "theme=",
        "units=feet",
        "lang=",
        "lang=<b>",
        "tz=",
        "tz=Europe/Zürich",
        "mqtt=",
        "recorder=",
    ] {
        check_ignored(text);
    }
}

#[test]
fn broken_escapes_stay_what_they_are() {
    check("x%zz%4=%+%C3%A9%ff", Query { unknown: pairs(&[("x%zz%4", "% é\u{fffd}")]), ..Query::default() });
}

#[test]
fn what_is_not_ours_is_kept_and_escaped() {
    let query = Query { unknown: pairs(&[("a&b", "c=d e+f#g%é\"")]), ..Query::default() };
    assert_eq!(query.to_query_string(), "a%26b=c%3Dd%20e%2Bf%23g%25%C3%A9%22");
    assert_eq!(Query::parse(&query.to_query_string()), query);
    // Only the first question mark is the address's own.
    let query = Query { unknown: pairs(&[("?a", "?b")]), ..Query::default() };
    assert_eq!(Query::parse("??a=?b"), query);
    assert_eq!(Query::parse(&query.to_query_string()), query);
}

#[test]
fn numbers_are_written_short() {
    let text =
        |lat, lon, zoom| Query { map: Some((place(lat, lon), zoom)), ..Query::default() }.to_query_string();
    assert_eq!(text(47.123_456_789, -8.0, 12.0), "map=47.123457,-8,12");
    assert_eq!(text(-0.000_000_1, 0.1 + 0.2, 7.123), "map=0,0.3,7.12");
    assert_eq!(text(90.0, 180.0, 0.0), "map=90,180,0");
}

#[test]
fn durations_are_written_as_people_say_them() {
    for text in ["24h", "36h", "2d", "7d", "30d", "1y", "90m", "61s"] {
        let written = Query::parse(&format!("from={text}")).to_query_string();
        assert_eq!(written, format!("from={text}"));
    }
}

#[test]
fn ranges_in_one_word() {
    for (word, bounds) in [
        ("today", Some(("today", None))),
        ("7d", Some(("7d", None))),
        ("2026-05-01", Some(("2026-05-01", Some("2026-05-01")))),
        ("2026-05-01T10:00", Some(("2026-05-01T10:00", None))),
        ("2026-05-01/2026-05-31", Some(("2026-05-01", Some("2026-05-31")))),
        ("2026-05-01/now", Some(("2026-05-01", None))),
        ("2026-05-01/then", None),
        ("today/now", Some(("today", None))),
        ("7d/now", Some(("7d", None))),
        ("30d/7d", Some(("30d", Some("7d")))),
        ("yesterday/today", Some(("yesterday", Some("today")))),
        ("2026-05-01/yesterday", Some(("2026-05-01", Some("yesterday")))),
        ("now/today", None),
        ("", None),
        ("/", None),
        ("soon", None),
    ] {
        let bounds = bounds.map(|(from, to)| (from.to_owned(), to.map(str::to_owned)));
        assert_eq!(RangeChoice::from_word(word).map(|range| range.bounds()), bounds, "{word}");
    }
}

/// A moment in the years RFC 3339 can say.
fn range_end() -> impl Strategy<Value = RangeEnd> {
    let date = (0i32..=9999, 1u8..=12, 1u8..=28);
    let time = prop::option::of((0u8..24, 0u8..60, 0u8..60));
    prop_oneof![
        (-62_167_219_200i64..=253_402_300_799).prop_map(RangeEnd::At),
        (date, time).prop_map(|((year, month, day), time)| local(year, month, day, time)),
        Just(RangeEnd::Yesterday),
        (1u32..).prop_map(|seconds| RangeEnd::Ago { seconds }),
    ]
}

fn range() -> impl Strategy<Value = RangeChoice> {
    let between = (range_end(), prop::option::of(range_end()));
    prop_oneof![
        Just(RangeChoice::Today),
        Just(RangeChoice::Yesterday),
        (1u32..).prop_map(|seconds| RangeChoice::Last { seconds }),
        (0i32..=9999, 1u8..=12, 1u8..=28).prop_map(|(year, month, day)| RangeChoice::Day {
            year,
            month,
            day
        }),
        between
            .prop_filter("the same day twice is that day", |(from, to)| to.as_ref() != Some(from))
            .prop_filter("from so long ago until now has a name", |(from, to)| {
                to.is_some() || !matches!(from, RangeEnd::Ago { .. })
            })
            .prop_map(|(from, to)| RangeChoice::Between { from, to }),
    ]
}

fn parts() -> impl Strategy<Value = Parts> {
    any::<[bool; 6]>().prop_map(|[people, clock, zoom, scale, legend, notices]| Parts {
        people,
        clock,
        zoom,
        scale,
        legend,
        notices,
    })
}

fn layers() -> impl Strategy<Value = LayerSet> {
    any::<[bool; 7]>().prop_map(|[live, line, points, heat, stays, regions, poi]| LayerSet {
        live,
        line,
        points,
        heat,
        stays,
        regions,
        poi,
    })
}

/// Any query in the form that reading gives: names folded, numbers of the written precision.
fn query() -> impl Strategy<Value = Query> {
    let friends = prop::collection::hash_set(("[a-z0-9-]{1,6}", "[a-z0-9-]{1,6}|\\*"), 0..4);
    let colours = prop::sample::select(vec![LineColour::Friend, LineColour::Altitude, LineColour::Time]);
    let map = (-90_000_000i64..=90_000_000, -180_000_000i64..=180_000_000, 0u32..=2400)
        .prop_map(|(lat, lon, zoom)| (place(lat as f64 / 1e6, lon as f64 / 1e6), f64::from(zoom) / 100.0));
    let follow =
        ("[a-z0-9-]{1,6}", "[a-z0-9-]{1,6}").prop_map(|(user, device)| FriendId::new(&user, &device));
    let texts = (
        prop::option::of("[A-Za-z]{2}(-[A-Z]{2})?"),
        prop::option::of("[A-Za-z_]{1,9}(/[A-Za-z_+-]{1,9})?"),
        prop::option::of("[^ \t\r\n]([ -~é]{0,20}[!-~])?"),
        prop::option::of("[!-~]{1,20}"),
    );
    let wall = (prop::option::of(parts()), prop::option::of(5u32..=3600));
    let unknown = prop::collection::vec(("[A-Z&=%+ é#]{1,5}", "\\PC{0,8}"), 0..3);
    (
        (friends, prop::option::of(range()), prop::option::of(layers()), prop::option::of(colours)),
        (prop::option::of(map), follow, texts, unknown, wall),
    )
        .prop_map(|((friends, range, layers, line_colour), (map, follow, texts, unknown, wall))| Query {
            friends: friends.into_iter().collect(),
            range,
            layers,
            line_colour,
            map,
            follow,
            interface: Some(Interface::Embed),
            parts: wall.0,
            kiosk: Some(KioskRule::Still),
            every_s: wall.1,
            theme: Some(Theme::Auto),
            language: texts.0,
            units: Some(Units::Imperial),
            time_zone: texts.1,
            mqtt: texts.2.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            recorder: texts.3,
            unknown,
        })
}

proptest! {
    #[test]
    fn written_queries_read_the_same(query in query()) {
        prop_assert_eq!(Query::parse(&query.to_query_string()), query);
    }

    #[test]
    fn any_text_is_a_query(text in "\\PC{0,60}") {
        let query = Query::parse(&text);
        prop_assert_eq!(Query::parse(&query.to_query_string()), query);
    }

    #[test]
    fn any_values_make_a_query(
        pairs in prop::collection::vec(
            (
                prop::sample::select(vec![
                    "friends", "from", "to", "layers", "colour", "map", "follow", "ui", "theme", "lang", "units", "tz",
                    "mqtt", "recorder", "user", "device", "start", "end", "lat", "lng", "zoom",
                ]),
                "[0-9a-zT:/,.+%é -]{0,24}|[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:]{5,8}(Z|[+-][0-9:]{2,5})?)?",
            ),
            0..8,
        ),
    ) {
        let text: Vec<String> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let written = Query::parse(&text.join("&")).to_query_string();
        prop_assert_eq!(Query::parse(&written).to_query_string(), written);
    }

    #[test]
    fn any_word_may_be_tried_as_a_range(word in "\\PC{0,30}") {
        if let Some(range) = RangeChoice::from_word(&word) {
            let (from, to) = range.bounds();
            prop_assert_eq!(RangeChoice::from_bounds(&from, to.as_deref()), Some(range));
        }
    }
}

#[test]
fn what_is_seen_beside_the_map() {
    check("parts=none", Query { parts: Some(Parts::default()), ..Query::default() });
    check(
        "parts=zoom,unknown",
        Query { parts: Some(Parts { zoom: true, ..Parts::default() }), ..Query::default() },
    );
    check_ignored("parts=unknown");
    check_ignored("kiosk=dance");
    for (text, every_s) in [("every=1", 5), ("every=90s", 90), ("every=99999", 3600)] {
        check(text, Query { every_s: Some(every_s), ..Query::default() });
    }
    check_ignored("every=often");
}
