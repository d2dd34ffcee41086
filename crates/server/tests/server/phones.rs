//! Adding a phone: what the page hands out works on a phone, for that phone only, until it is revoked.

use owntracks_dashboard::server::Server;
use owntracks_dashboard::settings::{Role, Settings};

use crate::household::{
    basic, configuration, cookie_of, form_mark, found, log_in, password_of, submit, submit_to,
};
use crate::mqtt::Mqtt;
use crate::support::{Running, request, settings};

#[tokio::test]
async fn a_phone_is_set_up_by_a_link_and_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let bob = log_in(&server, "bob", &password_of("bob")).await.unwrap();
    let mark = form_mark(&server, "/phone", &bob).await;
    let add = async |person: &str, device: &str, mode: &str| {
        let fields = [
            ("mark", mark.as_str()),
            ("do", "add"),
            ("person", person),
            ("device", device),
            ("mode", mode),
            ("address", "mqtts://home.example"),
        ];
        submit(&server, "/phone", Some(&bob), &fields).await
    };
    assert_eq!(add("carol", "phone", "http").await.status, 422, "for oneself only");
    assert_eq!(add("bob", "my phone", "http").await.status, 422, "no name");
    let wait = async |device: &str| {
        request(server.address, "GET", &format!("/phone?wait=bob/{device}"), &[(bob.0, &bob.1)], "").await
    };

    let mqtt = configuration(&add("bob", "pixel", "mqtt").await);
    assert_eq!(
        (&mqtt["mode"], &mqtt["host"], &mqtt["port"]),
        (&0.into(), &"home.example".into(), &8883.into())
    );
    assert!(wait("pixel").await.text().starts_with("Waiting for the phone"));
    assert!(Mqtt::connect_as(server.address, &[], "", Some(("bob", "another"))).await.is_err());
    assert!(wait("pixel").await.text().contains("wrong password"));
    let password = mqtt["password"].as_str().unwrap();
    let mut phone = Mqtt::connect_as(server.address, &[], "", Some(("bob", password))).await.unwrap();
    assert!(wait("pixel").await.text().contains("has logged in"));
    let now_s = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let place = format!(r#"{{"_type":"location","tid":"el","lat":1,"lon":2,"tst":{now_s}}}"#);
    phone.publish("owntracks/bob/pixel", &place).await;
    let arrived = wait("pixel").await;
    assert_eq!(arrived.header("x-arrived"), "yes");
    assert_eq!(wait("tablet").await.status, 404);

    let http = configuration(&add("bob", "tablet", "http").await);
    assert_eq!(http["url"], format!("http://{}/pub", server.address));
    let (header, value) = basic("bob", http["password"].as_str().unwrap());
    let post =
        async || request(server.address, "POST", "/pub", &[(header, &value)], place.clone()).await.status;
    assert_eq!(post().await, 200);
    assert_eq!(wait("tablet").await.header("x-arrived"), "yes");

    let fields = [("mark", mark.as_str()), ("do", "revoke"), ("name", "bob"), ("device", "tablet")];
    assert_eq!(submit(&server, "/account", Some(&bob), &fields).await.status, 303);
    assert_eq!(post().await, 401);
    assert_eq!(configuration(&add("bob", "pixel", "mqtt").await)["deviceId"], "pixel");
    assert_eq!(phone.hear().await, None, "a new credential replaces the old one");
}

#[tokio::test]
async fn a_phone_of_somebody_elses_broker_gets_no_password_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let role = Role::Front {
        recorder: None,
        store: None,
        mqtt: Some("mqtt://127.0.0.1:1".into()),
        mqtt_login: None,
    };
    let server = Server::bind(Settings { role, ..settings(folder.path()) }).await.unwrap();
    let (address, people) = (server.address(), server.people().clone());
    tokio::spawn(server.serve(std::future::pending()));
    found(&people).await;
    let fields = [("username", "bob"), ("password", &password_of("bob"))];
    let bob = cookie_of(&submit_to(address, "/login", None, &fields).await).unwrap();
    let form = request(address, "GET", "/phone", &[(bob.0, &bob.1)], "").await;
    assert!(form.text().contains("The broker is not ours"));
    let mark = form.text().split_once("name=mark value=").unwrap().1.split('>').next().unwrap();
    let add = async |typed: &str| {
        let fields = [
            ("mark", mark),
            ("do", "add"),
            ("person", "bob"),
            ("device", "pixel"),
            ("mode", "mqtt"),
            ("address", typed),
        ];
        submit_to(address, "/phone", Some(&bob), &fields).await
    };
    assert_eq!(add("").await.status, 422, "nobody knows where it is");
    let made = configuration(&add("mqtts://broker.example").await);
    assert_eq!((&made["host"], &made["username"]), (&"broker.example".into(), &"bob".into()));
    assert_eq!((made.get("password"), made.get("usePassword")), (None, None));
    assert!(people.now().register.person("bob").unwrap().devices.is_empty());
}
