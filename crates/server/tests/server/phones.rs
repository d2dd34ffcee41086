//! Adding a phone: what the page hands out works on a phone, for that phone only, until it is revoked.

use crate::household::{basic, configuration, form_mark, found, log_in, password_of, submit};
use crate::mqtt::Mqtt;
use crate::support::{Running, request};

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
