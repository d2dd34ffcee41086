//! The forms of a history beside JSON, held against what the Recorder answered.

use serde_json::{Value, json};

use crate::support::{Running, captured, lay_track, request};

const DAY: &str = "/api/0/locations?user=alice&device=tablet&from=2026-11-20&to=2026-11-21";
const NOON: i64 = 1_795_348_800; // 2026-11-22T12:00:00Z
const THAT_DAY: &str = "from=2026-11-22&to=2026-11-23";

async fn with_alices_tablet() -> (tempfile::TempDir, Running) {
    let folder = tempfile::tempdir().unwrap();
    lay_track(folder.path(), "alice", "tablet", "sparse-alice-tablet.rec");
    let server = Running::start(folder.path()).await;
    (folder, server)
}

/// The cells of a table, quotes taken off; no cell of these has a line break.
fn table(text: &str) -> Vec<Vec<String>> {
    text.lines()
        .map(|line| {
            let (mut cells, mut quoted) = (vec![String::new()], false);
            for c in line.chars() {
                match c {
                    '"' => quoted = !quoted,
                    ',' if !quoted => cells.push(String::new()),
                    c => cells.last_mut().unwrap().push(c),
                }
            }
            cells
        })
        .collect()
}

#[tokio::test]
async fn csv_has_the_recorders_values_in_the_right_columns() {
    let (_folder, server) = with_alices_tablet().await;
    let answer = server.get(&format!("{DAY}&format=csv")).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    let (ours, theirs) = (table(answer.text()), table(&captured("locations-day.csv")));
    assert_eq!(ours.len(), theirs.len());
    let mut compared = 0;
    for (column, name) in theirs[0].iter().enumerate() {
        let Some(own) = ours[0].iter().position(|own| own == name) else {
            assert!(["cc", "addr", "locality", "isolocal"].contains(&name.as_str()), "{name}");
            continue;
        };
        for (ours, theirs) in ours.iter().zip(&theirs).skip(1) {
            match (ours[own].parse::<f64>(), theirs[column].parse::<f64>()) {
                (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs, "{name}"),
                _ => assert_eq!(ours[own], theirs[column], "{name}"),
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 19 * (theirs.len() - 1));
    let chosen = server.get(&format!("{DAY}&format=csv&fields=isotst,LAT,nope,tst")).await;
    let chosen = table(chosen.text());
    assert_eq!(chosen[0], ["isotst", "LAT", "nope", "tst"]);
    assert_eq!(chosen[1], ["2026-11-20T00:33:29Z", "52.516187", "", "1795134809"]);
}

#[tokio::test]
async fn csv_keeps_columns_apart_and_texts_whole() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let first =
        json!({"_type": "location", "lat": 1.5, "lon": 2.5, "tst": NOON, "poi": "a \"b\", c\nd", "x": null});
    let second = json!({"_type": "location", "tst": NOON + 1, "lon": 3, "vel": 7, "lat": 4, "inregions": ["Home", "Garden"], "t\"": 1});
    server.post("/pub?u=a&d=b", first.to_string()).await;
    server.post("/pub?u=a&d=b", second.to_string()).await;
    let path = format!("/api/0/locations?user=a&device=b&{THAT_DAY}&format=csv");
    let text = server.get(&path).await.text().to_owned();
    let (header, rest) = text.split_once('\n').unwrap();
    assert!(header.starts_with("_type,lat,lon,poi,tst,x,_http,inregions,\"t\"\"\",vel,ghash,"), "{header}");
    assert!(rest.starts_with("location,1.5,2.5,\"a \"\"b\"\", c\nd\",1795348800,,true,,,,"), "{rest}");
    assert!(
        rest.contains("\nlocation,4,3,,1795348801,,true,\"[\"\"Home\"\",\"\"Garden\"\"]\",1,7,"),
        "{rest}"
    );
}

#[tokio::test]
async fn gpx_holds_the_recorders_points() {
    let (_folder, server) = with_alices_tablet().await;
    let answer = server.get(&format!("{DAY}&format=gpx")).await;
    assert_eq!(answer.header("content-type"), "application/gpx+xml; charset=utf-8");
    let points = |text: &str| -> Vec<(f64, f64, f64, String)> {
        let value = |text: &str, before: &str, after: &str| {
            text.split_once(before).unwrap().1.split_once(after).unwrap().0.to_owned()
        };
        let number =
            |text: &str, before: &str, after: &str| value(text, before, after).parse::<f64>().unwrap();
        text.split("<trkpt")
            .skip(1)
            .map(|point| {
                let (lat, lon) = (number(point, "lat='", "'"), number(point, "lon='", "'"));
                (lat, lon, number(point, "<ele>", "<"), value(point, "<time>", "<"))
            })
            .collect()
    };
    assert_eq!(points(answer.text()), points(&captured("locations-day.gpx")));
    assert!(
        answer
            .text()
            .starts_with("<?xml version='1.0' encoding='UTF-8' standalone='no' ?>\n<gpx version='1.1'")
    );
    assert!(answer.text().ends_with("</trkseg>\n </trk>\n</gpx>\n"));
    assert!(
        answer.text().find("<ele>").unwrap() < answer.text().find("<time>").unwrap(),
        "as the schema wants it"
    );
    server
        .post("/pub?u=a&d=b", format!(r#"{{"_type":"location","lat":1,"lon":2,"tst":{NOON},"alt":"<x>"}}"#))
        .await;
    let odd = server.get(&format!("/api/0/locations?user=a&device=b&{THAT_DAY}&format=gpx")).await;
    assert!(
        odd.text().contains("<trkpt lat='1' lon='2'>\n\t<time>2026-11-22T12:00:00Z</time>"),
        "{}",
        odd.text()
    );
}

#[tokio::test]
async fn a_line_loses_nothing_and_is_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    // The Recorder would drop the second, because it is older than the one received first.
    for (tst, lon) in [(NOON, 1.5), (NOON - 60, 2.5), (NOON + 60, 3.5)] {
        let message = json!({"_type": "location", "lat": 7, "lon": lon, "tst": tst});
        server.post("/pub?u=a&d=b", message.to_string()).await;
    }
    let line = server.get(&format!("/api/0/locations?user=a&device=b&{THAT_DAY}&format=linestring")).await;
    assert_eq!(line.json()["geometry"]["coordinates"], json!([[2.5, 7], [1.5, 7], [3.5, 7]]));
}

#[tokio::test]
async fn points_with_a_name_and_every_character_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let message = |tst: i64, poi: Value| json!({"_type": "location", "lat": 52.5163, "lon": 13.3777, "tst": tst, "poi": poi});
    let mut plain = message(NOON + 1, Value::Null);
    plain.as_object_mut().unwrap().remove("poi");
    for message in
        [message(NOON, json!("50%d off %s 100%")), plain, message(NOON + 2, json!("Kölner Dom 😀"))]
    {
        server.post("/pub?u=a&d=b", message.to_string()).await;
    }
    let path = format!("/api/0/locations?user=a&device=b&{THAT_DAY}&format=geojsonpoi");
    let feature = |name: &str, iso: &str| {
        json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [13.3777, 52.5163]},
            "properties": {"name": name, "address": "", "isotst": iso}})
    };
    let expected = [
        feature("50%d off %s 100%", "2026-11-22T12:00:00Z"),
        feature("Kölner Dom 😀", "2026-11-22T12:00:02Z"),
    ];
    assert_eq!(server.get(&path).await.json(), json!({"type": "FeatureCollection", "features": expected}));
    let one = server.get(&format!("{path}&limit=1")).await.json();
    assert_eq!(one["features"], json!([expected[1]]), "points without a name do not use up the limit");
}

#[tokio::test]
async fn bounds_are_exclusive_and_offsets_are_honoured() {
    let (_folder, server) = with_alices_tablet().await;
    let ask = async |from: &str, to: &str| {
        let path = format!("/api/0/locations?user=alice&device=tablet&fields=isotst&from={from}&to={to}");
        let answer = request(server.address, "GET", &path, &[], "").await.json();
        answer["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["isotst"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ask("2026-11-20T00:33:29", "2026-11-20T01:31:53").await, [""; 0]);
    let both = ["2026-11-20T00:33:29Z", "2026-11-20T01:31:53Z"];
    assert_eq!(ask("2026-11-20T00:33:28", "2026-11-20T01:31:54").await, both);
    assert_eq!(ask("2026-11-20T02:33:28%2B02:00", "2026-11-19T22:31:54-03:00").await, both);
}
