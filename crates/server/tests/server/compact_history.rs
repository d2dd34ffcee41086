//! Histories as columns, over a real socket.

use dashboard_core::owntracks::LocationsReader;
use dashboard_core::time::TimeRange;
use dashboard_core::track::compact::{Contents, Decoder, MEDIA_TYPE};
use dashboard_core::track::{Dropped, Row, Track};

use crate::support::{Answer, Running, lay_track, request};

fn decoded(answer: &Answer) -> (Vec<Row>, Contents) {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, MEDIA_TYPE));
    let (mut decoder, mut rows) = (Decoder::new(), Vec::new());
    decoder.push(&answer.body, &mut rows).unwrap();
    (rows, decoder.finish().unwrap())
}

/// What the page makes of the same history as JSON.
async fn as_json(server: &Running, path: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut reader = LocationsReader::new(TimeRange { from_s: 0, to_s: i64::MAX });
    reader.push(&server.get(path).await.body, &mut rows).unwrap();
    reader.finish().unwrap();
    let mut track = Track::new();
    track.merge(&mut rows);
    track.rows().collect()
}

#[tokio::test]
async fn a_month_is_what_json_gives_sorted_and_without_repeats() {
    let folder = tempfile::tempdir().unwrap();
    lay_track(folder.path(), "alice", "phone", "disorder-alice-phone.rec");
    let server = Running::start(folder.path()).await;
    assert_eq!(server.get("/api/0/version").await.json()["history"], 1);
    let (rows, contents) = decoded(&server.get("/api/0/history?user=Alice&device=phone&month=2026-11").await);
    assert_eq!(contents, Contents { points: 3071, dropped: Dropped { repeats: 60, ..Default::default() } });
    let json = "/api/0/locations?user=alice&device=phone&from=2026-11&to=2026-12";
    assert_eq!(rows, as_json(&server, json).await);
    let (none, contents) = decoded(&server.get("/api/0/history?user=alice&device=phone&month=2026-10").await);
    assert_eq!((none.len(), contents), (0, Contents::default()));
    let unknown = server.get("/api/0/history?user=nobody&device=phone&month=2026-10").await;
    assert_eq!(decoded(&unknown).0, []);
}

#[tokio::test]
async fn ranges_are_inclusive_cross_months_and_stay_within_what_a_proxy_allows() {
    let folder = tempfile::tempdir().unwrap();
    lay_track(folder.path(), "alice", "tablet", "sparse-alice-tablet.rec");
    let server = Running::start(folder.path()).await;
    let all = "/api/0/history?user=alice&device=tablet&from=0&to=4294967295";
    let (rows, _) = decoded(&server.get(all).await);
    assert_eq!(rows.len(), 990);
    let (from_s, to_s) = (rows[100].time_s, rows[900].time_s);
    let path = format!("/api/0/history?user=alice&device=tablet&from={from_s}&to={to_s}");
    assert_eq!(decoded(&server.get(&path).await).0, rows[100..=900]);
    let limits = [("X-Limit-From", "2026-11-01T00:00:00"), ("X-Limit-To", "2026-11-20")];
    let limited = decoded(&request(server.address, "GET", &path, &limits, "").await).0;
    let allowed = |row: &&Row| (1_793_491_200 < row.time_s) && (row.time_s < 1_795_132_800);
    assert_eq!(limited, rows[100..=900].iter().filter(allowed).copied().collect::<Vec<_>>());
    assert!(!limited.is_empty() && limited.len() < 801);
    let other = [("X-Limit-User", "nobody")];
    assert_eq!(decoded(&request(server.address, "GET", all, &other, "").await).0, []);
}

#[tokio::test]
async fn what_is_known_already_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    lay_track(folder.path(), "alice", "tablet", "sparse-alice-tablet.rec");
    let server = Running::start(folder.path()).await;
    let path = |month: &str| format!("/api/0/history?user=alice&device=tablet&month={month}");
    let tag = server.get(&path("2026-10")).await.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() > 10, "a strong tag: {tag}");
    for known in [tag.clone(), format!("\"x\", {tag}"), "*".to_owned()] {
        let answer = request(server.address, "GET", &path("2026-10"), &[("If-None-Match", &known)], "").await;
        assert_eq!((answer.status.as_u16(), answer.body.len(), answer.header("etag")), (304, 0, &*tag));
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let gzip = request(server.address, "GET", &path("2026-10"), &[("Accept-Encoding", "gzip")], "").await;
    assert_eq!(gzip.header("content-encoding"), "gzip");
    assert_ne!(gzip.header("etag"), tag, "other bytes have another strong tag");
    let known = [("If-None-Match", &*tag)];
    assert_eq!(
        request(server.address, "GET", &path("2026-11"), &known, "").await.status,
        200,
        "another month"
    );

    let open = server.get(&path("2026-11")).await.header("etag").to_owned();
    assert_eq!(server.get(&path("2026-11")).await.header("etag"), open);
    server.post("/pub?u=alice&d=tablet", crate::support::location(1_795_600_000)).await;
    assert_ne!(server.get(&path("2026-11")).await.header("etag"), open, "a line more");
    assert_eq!(server.get(&path("2026-10")).await.header("etag"), tag, "a month that is over");
}

#[tokio::test]
async fn mistakes_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    for (query, status) in [
        ("device=phone&month=2026-11", 416),
        ("user=alice&month=2026-11", 416),
        ("user=alice&device=phone", 400),
        ("user=alice&device=phone&month=2026-13", 400),
        ("user=alice&device=phone&month=november", 400),
        ("user=alice&device=phone&from=5", 400),
        ("user=alice&device=phone&from=-5&to=5", 400),
        ("user=alice&device=phone&from=2026-11-01&to=2026-11-02", 400),
    ] {
        let answer = server.get(&format!("/api/0/history?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
        assert!(answer.text().contains("required"), "{query}");
    }
}
