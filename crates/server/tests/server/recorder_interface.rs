//! What the Recorder answered to the same questions over the same store.

use crate::support::{Running, captured, lay_track, request};
use serde_json::{Value, json};

/// What a reverse geocoder and a time-zone database add in the Recorder; this server has neither.
const ADDED_ELSEWHERE: [&str; 4] = ["cc", "addr", "locality", "isolocal"];

const DAY: &str = "/api/0/locations?user=alice&device=tablet&from=2026-11-20&to=2026-11-21";

async fn with_alices_tablet() -> (tempfile::TempDir, Running) {
    let folder = tempfile::tempdir().unwrap();
    lay_track(folder.path(), "alice", "tablet", "sparse-alice-tablet.rec");
    let server = Running::start(folder.path()).await;
    (folder, server)
}

fn without_additions(mut items: Value) -> Value {
    for item in items.as_array_mut().unwrap() {
        for key in ADDED_ELSEWHERE {
            item.as_object_mut().unwrap().remove(key);
        }
    }
    items
}

fn recorded(name: &str) -> Value {
    serde_json::from_str(&captured(name)).unwrap()
}

#[tokio::test]
async fn a_day_is_the_same_point_by_point() {
    let (_folder, server) = with_alices_tablet().await;
    let (ours, theirs) = (server.get(DAY).await.json(), recorded("locations-day.json"));
    assert_eq!(ours["data"], without_additions(theirs["data"].clone()));
    for key in ["count", "status", "version"] {
        assert_eq!(ours[key], theirs[key]);
    }
}

#[tokio::test]
async fn geojson_and_linestring_hold_the_same_points() {
    let (_folder, server) = with_alices_tablet().await;
    let mut theirs = recorded("locations-day.geojson");
    for feature in theirs["features"].as_array_mut().unwrap() {
        feature["properties"]["address"] = json!("");
    }
    assert_eq!(server.get(&format!("{DAY}&format=geojson")).await.json(), theirs);
    let theirs = recorded("locations-day.linestring");
    assert_eq!(server.get(&format!("{DAY}&format=linestring")).await.json(), theirs);
}

#[tokio::test]
async fn fields_thin_the_answer_and_ranges_cross_months() {
    let (_folder, server) = with_alices_tablet().await;
    let range = "/api/0/locations?user=ALICE&device=tablet&from=2026-10-12&to=2026-11-22";
    let ours = server.get(&format!("{range}&fields=tst,lat,lon,acc,vel,batt")).await.json();
    assert_eq!(ours["data"], recorded("locations-range-990.json")["data"]);
    let month = "/api/0/locations?user=alice&device=tablet&fields=isotst&from=2026-10&to=2026-11";
    assert_eq!(server.get(month).await.json()["data"], recorded("locations-month.json")["data"]);
    let none = server.get(&format!("{DAY}T06&fields=nope")).await;
    assert!(none.text().starts_with(r#"{"data":[{},{}"#));
}

#[tokio::test]
async fn limit_gives_the_newest_received_first_across_months() {
    let (_folder, server) = with_alices_tablet().await;
    let range = "/api/0/locations?user=alice&device=tablet&from=2026-10-12&to=2026-11-22";
    let five = server.get(&format!("{range}&limit=5")).await.json();
    assert_eq!(five["data"], without_additions(recorded("locations-limit-5.json")["data"].clone()));
    let all = server.get(&format!("{range}&limit=1000&fields=tst")).await.json();
    assert_eq!(all["count"], 990, "the Recorder would stop at the beginning of the newest month");
}

#[tokio::test]
async fn the_newest_location_of_each_device() {
    let (folder, server) = with_alices_tablet().await;
    let ours = server.get("/api/0/last?user=alice&device=tablet").await.json();
    let theirs = recorded("last-post-form.json");
    assert_eq!(ours, without_additions(theirs), "taken from the history, as last/ was empty");
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let posted = request(server.address, "POST", "/api/0/last", &form, "user=alice&device=tablet").await;
    assert_eq!(posted.json(), ours);
    let limited = [("X-Limit-User", "nobody")];
    assert_eq!(request(server.address, "GET", "/api/0/last?user=alice", &limited, "").await.text(), "[]");
    assert_eq!(server.get("/api/0/last?user=nobody").await.text(), captured("last-unknown.json"));
    assert_eq!(server.get("/api/0/last?device=tablet").await.text(), "[]");
    let fields = server.get("/api/0/last?fields=tst,lat,lon,topic,username").await.text().to_owned();
    assert!(captured("last-fields.json").contains(fields.trim_matches(['[', ']'])));
    server.stop().await;
    drop(folder);
    let empty = tempfile::tempdir().unwrap();
    let server = Running::start(empty.path()).await;
    assert_eq!(server.get("/api/0/last").await.text(), "{}");
}

#[tokio::test]
async fn lists_are_the_same_but_sorted_and_without_paths_of_the_machine() {
    let (folder, server) = with_alices_tablet().await;
    lay_track(folder.path(), "alice", "phone", "day-alice-phone.rec");
    assert_eq!(server.get("/api/0/list").await.text(), r#"{"results":["alice"]}"#);
    assert_eq!(server.get("/api/0/list?user=alice").await.text(), r#"{"results":["phone","tablet"]}"#);
    let months = server.get("/api/0/list?user=alice&device=phone").await;
    assert_eq!(months.text(), r#"{"results":["rec/alice/phone/2026-11.rec"]}"#);
    assert_eq!(server.get("/api/0/list?user=nobody").await.text(), captured("list-unknown-user.json"));
    let unknown = server.get("/api/0/list?user=alice&device=nope").await;
    assert_eq!(unknown.text(), captured("list-unknown-device.json"));
}

#[tokio::test]
async fn mistakes_are_answered_in_the_same_words() {
    let (_folder, server) = with_alices_tablet().await;
    for (path, status, file) in [
        ("/api/0/locations?device=phone", 416, "locations-nouser.txt"),
        ("/api/0/locations?user=alice&device=tablet&from=foo", 416, "locations-badfrom.txt"),
        (
            "/api/0/locations?user=alice&device=tablet&from=2026-11-20&to=2026-11-01",
            416,
            "locations-reversed.txt",
        ),
        ("/api/0/locations?user=alice&device=tablet&format=foo", 400, "locations-badformat.txt"),
        ("/api/0/nonsense", 404, "unknown-verb.txt"),
    ] {
        let answer = server.get(path).await;
        assert_eq!((answer.status.as_u16(), answer.text().trim()), (status, captured(file).trim()), "{path}");
    }
    let unknown = server.get("/api/0/locations?user=nobody&device=x").await.json();
    assert_eq!(unknown["data"], json!([]));
    let version = server.get("/api/0/version").await.json();
    assert_eq!(version["version"], recorded("version.json")["version"]);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask_and_never_kept() {
    let (_folder, server) = with_alices_tablet().await;
    for (asked, encoding) in [("gzip", "gzip"), ("br", "br"), ("identity", "")] {
        let answer = request(server.address, "GET", DAY, &[("Accept-Encoding", asked)], "").await;
        assert_eq!(answer.header("content-encoding"), encoding);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
        assert_eq!(answer.header("access-control-allow-origin"), "", "other pages are not invited");
    }
}
