//! Settings of the apps, from files and links.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use dashboard_core::owntracks::otrc::{BadOtrc, OtrcBroker, OtrcSettings, read_otrc};
use proptest::prelude::*;

const SAMPLE: &str = include_str!("../../../tests/fixtures/samples/configuration.otrc");

#[test]
fn a_settings_file() {
    assert_eq!(
        read_otrc(SAMPLE),
        Ok(OtrcSettings {
            mqtt: Some(OtrcBroker {
                host: "tracks.example".into(),
                port: Some(8883),
                tls: true,
                websocket: false
            }),
            username: Some("jane".into()),
            password: Some("not-a-real-password".into()),
            topics: vec!["owntracks/+/+".into(), "owntracks/+/+/event".into(), "owntracks/+/+/info".into()],
            encryption_key: Some("s3cr3t-Key".into()),
            recorder_url: Some("https://tracks.example/owntracks/".into()),
            tiles: None,
        })
    );
}

#[test]
fn links_hold_the_same() {
    // The signs bring `+` and `/` into the base64, the blanks padding.
    let padded = SAMPLE.replacen("\"phone\"", "\"phone >>>???>>>>????>>>>>?????\"", 1) + "  ";
    let encoded = STANDARD.encode(&padded);
    assert!(['+', '/', '='].iter().all(|c| encoded.contains(*c)), "{encoded}");
    let expected = read_otrc(SAMPLE);
    for inline in [
        STANDARD.encode(&padded).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
        STANDARD.encode(&padded),
        STANDARD.encode(&padded).replace('+', " "),
        STANDARD_NO_PAD.encode(&padded),
    ] {
        assert_eq!(read_otrc(&format!("owntracks:///config?inline={inline}")), expected);
        assert_eq!(read_otrc(&format!(" OwnTracks:///config?x=1&inline={inline}#there\n")), expected);
    }
}

#[test]
fn hand_written_files() {
    let read = |json: &str| read_otrc(json).unwrap();
    let odd = read(
        r#"{"_type":"configuration","mode":"0","host":"h","port":"9001","tls":0,"ws":"true","auth":1,"username":"u",
            "password":"p","usePassword":0,"pubTopicBase":"family/%u/%d","osmTemplate":"https://t/{z}/{x}/{y}.png",
            "osmCopyright":"a\u202eb"}"#,
    );
    let broker = odd.mqtt.unwrap();
    assert_eq!(broker.url_guess(), "ws://h:9001/");
    assert_eq!((odd.username.as_deref(), odd.password), (Some("u"), None));
    assert_eq!(odd.topics, ["family/+/+", "family/+/+/event", "family/+/+/info"]);
    assert_eq!(odd.tiles.unwrap().attribution, "ab");

    let http = read(r#"{"_type":"configuration","mode":3,"host":"stale","url":"http://h:8083/pub?u=a&d=b"}"#);
    assert_eq!((http.mqtt, http.recorder_url.as_deref()), (None, Some("http://h:8083/")));

    let hostile = read(
        r#"{"_type":"configuration","host":"evil/@x","port":99999,"url":"javascript:alert(1)/pub","subTopic":7,
            "osmTemplate":"javascript:alert(1)"}"#,
    );
    assert_eq!(hostile, OtrcSettings::default());
    let odd_port = read(r#"{"_type":"configuration","host":"::1","port":70000,"ws":true}"#);
    assert_eq!(odd_port.mqtt.unwrap().url_guess(), "wss://[::1]/");
}

#[test]
fn what_is_no_settings_is_told() {
    for (content, wrong) in [
        ("", BadOtrc::NotJson),
        ("{", BadOtrc::NotJson),
        ("[]", BadOtrc::NotConfiguration),
        (r#"{"_type":"waypoints","waypoints":[]}"#, BadOtrc::NotConfiguration),
        ("owntracks:///config", BadOtrc::DamagedLink),
        ("owntracks:///config?inline=***", BadOtrc::DamagedLink),
        ("owntracks:///config?inline=%FF", BadOtrc::DamagedLink),
        ("owntracks:///config?url=https%3A%2F%2Fh%2Fx.otrc", BadOtrc::LinkElsewhere),
        ("owntracks:///config?inline=e30=", BadOtrc::NotConfiguration),
    ] {
        assert_eq!(read_otrc(content), Err(wrong), "{content}");
    }
    assert_eq!(read_otrc(&"[".repeat(100)), Err(BadOtrc::TooLarge));
}

#[test]
fn secrets_are_never_shown() {
    let shown = format!("{:?}", read_otrc(SAMPLE).unwrap());
    for secret in ["jane", "not-a-real-password", "s3cr3t-Key"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_text_is_safe(text in "\\PC{0,60}") {
        let _ = read_otrc(&text);
        let _ = read_otrc(&format!("owntracks:///config?inline={text}"));
    }
}
