//! Secrets: kept only when typed, sent to one endpoint only, never printed.

use dashboard_core::model::view::{ConnectionView, HistoryState, SourceState};
use dashboard_core::model::{
    Command, ConnectForm, Credentials, DEFAULT_TOPICS, Endpoints, Event, MqttEndpoint, Passphrases, Person,
    RecorderEndpoint, Start,
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
        keys: passphrases(["open sesame"]),
        remember,
    }
}

fn passphrases<const N: usize>(typed: [&str; N]) -> Passphrases {
    Passphrases::new(typed.map(str::to_owned))
}

/// A start with a broker that knows jane, and with a kept passphrase.
fn start_with_secrets() -> Start {
    let mut start = start_with(true, false);
    let mqtt = start.config.endpoints.mqtt.as_mut().expect("there is a broker");
    mqtt.credentials = Some(Credentials { username: "jane".into(), password: "s3cr3t".into() });
    Start { keys: passphrases(["kept"]), remembered: true, ..start }
}

/// What was sent for `url` with this user and password.
fn login_form(url: &str, username: &str, password: &str) -> ConnectForm {
    let credentials = Some(Credentials { username: username.into(), password: password.into() });
    ConnectForm { credentials, keys: Passphrases::default(), ..form(url, false) }
}

fn saved_credentials(scene: &Scene) -> Option<Credentials> {
    let saved = scene.saved.iter().rev().find_map(|command| match command {
        Command::SaveCredentials { credentials, .. } => Some(credentials.clone()),
        _ => None,
    });
    saved.expect("credentials were saved or forgotten")
}

#[test]
fn typed_secrets_are_kept_for_their_endpoint_and_endpoints_without_them() {
    let mut scene = Scene::begin(start_with(false, false));
    assert!(scene.model.sources().ask_where);
    scene.did(Person::Connected(form(BROKER, true)));
    assert!(!scene.model.sources().ask_where);
    let [
        Command::SaveEndpoints(endpoints),
        Command::SaveCredentials { endpoint, credentials, remember },
        Command::SaveKeys { keys, remember: true },
    ] = scene.saved.as_slice()
    else {
        panic!("{:?}", scene.saved)
    };
    assert_eq!(endpoints.mqtt.as_ref().unwrap().credentials, None);
    assert_eq!((endpoint.as_str(), *remember), (BROKER, true));
    assert_eq!(credentials.as_ref().unwrap().password, "s3cr3t");
    assert_eq!(*keys, passphrases(["open sesame"]));
    assert_eq!(scene.mqtt_state(), SourceState::Connecting);
    assert_eq!(scene.recorder_state(), SourceState::Connecting);
    assert_eq!(scene.queries, [] as [String; 0]);
}

#[test]
fn the_dialog_starts_from_what_is_there_but_the_secrets() {
    let mut scene = Scene::begin(Start { mqtt_from_link: true, ..start_with_secrets() });
    let expected = ConnectionView {
        recorder_url: String::new(),
        mqtt_url: BROKER.into(),
        mqtt_from_link: true,
        topics: vec!["owntracks/+/+".into()],
        username: "jane".into(),
        has_password: true,
        passphrases: 1,
        remembered: true,
    };
    assert_eq!(scene.model.sources().connection, expected);
    scene.did(Person::Connected(login_form(BROKER, "jane", "")));
    let expected = ConnectionView {
        recorder_url: RECORDER.into(),
        // Sent by the person, so not only the link's any more.
        mqtt_from_link: false,
        remembered: false,
        ..expected
    };
    assert_eq!(scene.model.sources().connection, expected);
    scene.did(Person::LoggedOut);
    assert_eq!(scene.model.sources().connection, ConnectionView::default());
}

#[test]
fn a_password_left_empty_is_the_known_one_for_the_same_user_there_and_nowhere_else() {
    for (url, username, password, expected) in [
        (BROKER, "jane", "", "s3cr3t"),
        (BROKER, "jane", "new", "new"),
        (BROKER, "john", "", ""),
        ("wss://elsewhere.example/", "jane", "", ""),
    ] {
        let mut scene = Scene::begin(start_with_secrets());
        scene.did(Person::Connected(login_form(url, username, password)));
        let saved = saved_credentials(&scene).expect("there is a user");
        assert_eq!((saved.username.as_str(), saved.password.as_str()), (username, expected), "{url}");
        // The broker is told the same.
        scene.transmitted.clear();
        let connection = scene.mqtt.unwrap();
        scene.send(Event::MqttOpened { connection });
        let told = |text: &str| scene.transmitted.windows(text.len()).any(|part| part == text.as_bytes());
        assert_eq!(told("s3cr3t"), expected == "s3cr3t", "{url} {username} {password}");
    }
    let mut scene = Scene::begin(start_with_secrets());
    scene.did(Person::Connected(ConnectForm { credentials: None, ..login_form(BROKER, "", "") }));
    assert_eq!(saved_credentials(&scene), None, "whoever clears the user wants none");
}

#[test]
fn passphrases_add_up_until_they_are_forgotten() {
    let mut scene = Scene::begin(start_with_secrets());
    let added = ConnectForm { keys: passphrases(["new", "kept"]), ..login_form(BROKER, "jane", "") };
    scene.did(Person::Connected(added));
    let all = Command::SaveKeys { keys: passphrases(["kept", "new"]), remember: false };
    assert_eq!(scene.saved.last(), Some(&all));
    assert_eq!(scene.model.sources().connection.passphrases, 2);
    scene.did(Person::ForgotPassphrases);
    let none = Command::SaveKeys { keys: Passphrases::default(), remember: false };
    assert_eq!(scene.saved.last(), Some(&none));
    assert_eq!(scene.model.sources().connection.passphrases, 0);
}

#[test]
fn kept_passphrases_open_messages_from_the_start_and_forgotten_ones_do_not() {
    let sealed = include_str!("../../../../tests/fixtures/samples/encrypted.json");
    let mut start = start_with(true, false);
    start.keys = passphrases(["s3cr3t-Key"]);
    let mut scene = Scene::begin(start);
    scene.open_mqtt();
    scene.publish("owntracks/jane/phone", sealed);
    assert!(scene.find_friend("jane/phone").is_some_and(|jane| !jane.encrypted));
    scene.did(Person::ForgotPassphrases);
    scene.publish("owntracks/jane/phone", sealed);
    assert!(scene.friend("jane/phone").encrypted);
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
    assert_eq!(scene.saved, [Command::ForgetConnections, Command::ForgetKept]);
    assert_eq!(scene.homes.last(), Some(&None));
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
    assert!(!format!("{event:?}").contains("open sesame"));
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
    for secret in ["s3cr3t", "open sesame", &format!("{:?}", b"s3cr3t")[1..23]] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}

#[test]
fn a_broker_that_a_link_brought_is_visited_and_nothing_of_it_is_kept() {
    let mut scene = Scene::begin(start_with_secrets());
    scene.open_mqtt();
    scene.publish("owntracks/jane/phone", &location(NOON_S, 47.5, ""));
    assert!(scene.find_friend("jane/phone").is_some());
    let login = Credentials { username: "guest".into(), password: "for guests".into() };
    let elsewhere = MqttEndpoint {
        url: "wss://elsewhere.example/mqtt".into(),
        topics: vec!["owntracks/alice/+".into()],
        credentials: Some(login),
    };
    scene.did(Person::Visited(elsewhere));
    assert_eq!(scene.saved, [], "neither address nor login");
    assert_eq!(scene.find_friend("jane/phone"), None, "whoever was seen elsewhere is not seen here");
    assert_eq!(scene.mqtt_state(), SourceState::Connecting);
    assert_eq!(scene.recorder_state(), SourceState::Off);
    let connection = scene.model.sources().connection;
    assert_eq!(
        (connection.mqtt_url.as_str(), connection.username.as_str()),
        ("wss://elsewhere.example/mqtt", "guest")
    );
    assert_eq!(
        (connection.passphrases, connection.remembered),
        (0, false),
        "passphrases of the household stay at home"
    );
}
