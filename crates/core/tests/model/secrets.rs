//! Secrets: kept only when typed, sent to one endpoint only, never printed.

use dashboard_core::model::view::{HistoryState, SourceState};
use dashboard_core::model::{
    Command, ConnectForm, Credentials, DEFAULT_TOPICS, Endpoints, Event, MqttEndpoint, Person,
    RecorderEndpoint,
};

use crate::scene::{BROKER, NOON_S, RECORDER, Scene, location, start_with, told};

fn form(url: &str, remember: bool) -> ConnectForm {
    ConnectForm {
        endpoints: Endpoints {
            mqtt: Some(MqttEndpoint {
                url: url.into(),
                topics: vec!["owntracks/+/+".into()],
                credentials: None,
            }),
            recorder: Some(RecorderEndpoint { url: RECORDER.into() }),
        },
        credentials: Some(Credentials { username: "jane".into(), password: "s3cr3t".into() }),
        keys: vec!["passphrase".into()],
        remember,
    }
}

#[test]
fn typed_secrets_are_kept_for_their_endpoint_and_endpoints_without_them() {
    let mut scene = Scene::begin(start_with(false, false));
    assert!(scene.model.sources().ask_where);
    scene.did(Person::Connected(form(BROKER, true)));
    assert!(!scene.model.sources().ask_where);
    let [Command::SaveEndpoints(endpoints), Command::SaveCredentials { endpoint, credentials, remember }] =
        scene.saved.as_slice()
    else {
        panic!("{:?}", scene.saved)
    };
    assert_eq!(endpoints.mqtt.as_ref().unwrap().credentials, None);
    assert_eq!((endpoint.as_str(), *remember), (BROKER, true));
    assert_eq!(credentials.as_ref().unwrap().password, "s3cr3t");
    assert_eq!(scene.mqtt_state(), SourceState::Connecting);
    assert_eq!(scene.recorder_state(), SourceState::Connecting);
    assert_eq!(scene.queries, [] as [String; 0]);
}

#[test]
fn whoever_names_no_topics_watches_the_usual_ones() {
    let mut scene = Scene::begin(start_with(false, false));
    let mut form = form(BROKER, false);
    form.endpoints.mqtt.as_mut().unwrap().topics.clear();
    scene.did(Person::Connected(form));
    let Command::SaveEndpoints(endpoints) = &scene.saved[0] else { panic!("{:?}", scene.saved) };
    assert_eq!(endpoints.mqtt.as_ref().unwrap().topics, DEFAULT_TOPICS);
}

#[test]
fn other_endpoints_mean_other_people() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.open_mqtt();
    scene.greet(&format!("[{}]", told("alice/phone", NOON_S, 47.0, "")));
    scene.did(Person::Connected(form(BROKER, false)));
    assert!(scene.find_friend("alice/phone").is_some(), "the same places with another password");
    scene.did(Person::Connected(form("wss://elsewhere.example/", false)));
    assert_eq!(scene.find_friend("alice/phone"), None);
}

#[test]
fn logging_out_forgets_everything() {
    let mut scene = Scene::begin(start_with(true, true));
    scene.open_mqtt();
    scene.publish("owntracks/alice/phone", &location(NOON_S, 47.0, ""));
    scene.greet("[]");
    scene.open_live();
    scene.did(Person::LoggedOut);
    assert_eq!((scene.mqtt, scene.live), (None, None), "sockets are closed");
    assert_eq!((scene.gets.len(), scene.slices.len()), (0, 0), "requests are cancelled");
    assert!(scene.transmitted.ends_with(&[0xe0, 0]), "in good order");
    assert_eq!(
        scene.saved,
        [Command::SaveCredentials { endpoint: BROKER.into(), credentials: None, remember: false }]
    );
    assert_eq!(scene.model.friends(scene.now).friends.len(), 0);
    assert_eq!(scene.model.history().state, HistoryState::None);
    assert_eq!(scene.shown.last().unwrap().0, []);
    assert!(scene.model.sources().ask_where);
    let opens = scene.mqtt_opens;
    scene.send(Event::Resumed);
    scene.pass_ms(600_000);
    assert_eq!((scene.mqtt_opens, scene.gets.len()), (opens, 0));
}

#[test]
fn nothing_printed_holds_a_secret() {
    let mut scene = Scene::begin(start_with(false, false));
    let event = Event::Did(Person::Connected(form(BROKER, true)));
    assert!(!format!("{event:?}").contains("s3cr3t"));
    assert!(!format!("{event:?}").contains("passphrase"));
    scene.send(event);
    let connection = scene.mqtt.unwrap();
    let commands = scene.model.update(Event::MqttOpened { connection }, scene.now);
    let connect = commands.iter().find_map(|command| match command {
        Command::MqttTransmit { bytes, .. } => Some(bytes),
        _ => None,
    });
    let connect = connect.expect("CONNECT is sent");
    assert!(connect.windows(6).any(|window| window == b"s3cr3t"));
    let printed = format!("{:?} {:?} {commands:?}", scene.model, scene.saved);
    for secret in ["s3cr3t", "passphrase", &format!("{:?}", b"s3cr3t")[1..23]] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
