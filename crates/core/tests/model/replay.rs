//! Two hours of a household as MQTT bytes, compared with a golden file: what was shown at several moments.

use dashboard_core::model::view::{FriendView, NoticeKind};
use dashboard_core::time::UnixMillis;

use crate::scene::{Scene, publish_bytes};

/// When the feed begins: its first message was made 150 s later, as `at_ms` says.
const FEED_BEGINS_S: i64 = 1_794_312_000;

const FEED: &str = include_str!("../../../../tests/fixtures/tracks/live-feed-2h.jsonl");

#[test]
fn two_hours_of_a_household() {
    let mut scene = Scene::subscribed_at(UnixMillis::from_seconds(FEED_BEGINS_S));
    let mut shown = String::new();
    let mut next_look_ms = 0;
    for line in FEED.lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("the feed is JSON lines");
        let at_ms = line["at_ms"].as_i64().expect("when");
        while next_look_ms <= at_ms {
            scene.pass_ms(next_look_ms - passed_ms(&scene));
            look(&mut scene, &mut shown);
            next_look_ms += 1_800_000;
        }
        scene.pass_ms(at_ms - passed_ms(&scene));
        let topic = line["topic"].as_str().expect("topic");
        let bytes = publish_bytes(topic, line["payload"].to_string().as_bytes(), false);
        // Cut at odd places: frames and packets have nothing to do with each other.
        bytes.chunks(1 + bytes.len() / 3).for_each(|piece| scene.receive(piece));
    }
    look(&mut scene, &mut shown);
    scene.pass_ms(3 * 3_600_000);
    look(&mut scene, &mut shown);
    insta::assert_snapshot!(shown);
}

fn passed_ms(scene: &Scene) -> i64 {
    scene.now.ms_since(UnixMillis::from_seconds(FEED_BEGINS_S))
}

fn look(scene: &mut Scene, shown: &mut String) {
    let minutes = passed_ms(scene) / 60_000;
    let sources = scene.model.sources();
    let notices: Vec<&str> = scene.notices().into_iter().map(NoticeKind::word).collect();
    let state = sources.mqtt.state.word();
    *shown += &format!("after {minutes} min: mqtt {state}, {} messages {notices:?}\n", sources.messages);
    for friend in &scene.model.friends(scene.now).friends {
        *shown += &format!("  {}\n", row(friend));
    }
}

fn row(friend: &FriendView) -> String {
    let FriendView { id, name, initials, colour, age, trail, .. } = friend;
    let who = format!("{id} {name:?} {initials} colour {colour} {age:?} trail {}", trail.len());
    let Some(fix) = &friend.fix else { return who };
    let (lat, lon) = (fix.position.lat(), fix.position.lon());
    format!(
        "{who} at {lat:.6},{lon:.6} {} acc {:?} alt {:?} speed {:?} course {:?} moving {} battery {:?} {:?} {:?}",
        fix.time_s,
        fix.accuracy_m,
        fix.altitude_m,
        fix.speed_kmh,
        fix.course_deg,
        fix.moving,
        fix.battery_percent,
        fix.battery_state,
        fix.connection,
    )
}
