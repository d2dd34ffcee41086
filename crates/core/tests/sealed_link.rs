//! Links with a broker's login in them: what is written is read again, and nothing else is.
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

use dashboard_core::model::sealed::{
    BrokerLogin, Envelope, Header, MAX_LINK_BYTES, NotALink, PREFIX, ROUNDS, Unfit, acl_lines,
    is_topic_filter, password_command,
};
use proptest::collection::vec;
use proptest::prelude::*;

const UNTIL_S: i64 = 1_800_000_000;

fn login(url: &str, user: &str, password: &str, topics: &[&str]) -> Result<BrokerLogin, Unfit> {
    let topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
    BrokerLogin::new(url, user, password, topics, UNTIL_S)
}

fn usual() -> BrokerLogin {
    login("wss://Home.example/mqtt", "guest", "s3cr3t", &["owntracks/alice/+", "owntracks/alice/+/info"])
        .unwrap()
}

#[test]
fn a_link_of_version_one_looks_like_this() {
    let envelope = Envelope { header: Header::new([1; 16], [2; 12]), sealed: vec![3; 17] };
    let fragment = "sealed=AQAJJ8ABAQEBAQEBAQEBAQEBAQEBAgICAgICAgICAgICAwMDAwMDAwMDAwMDAwMDAwM";
    assert_eq!(envelope.to_fragment(), fragment);
    assert_eq!(Envelope::parse(&format!("#{fragment}")), Ok(envelope));
}

#[test]
fn other_fragments_are_none() {
    let good = Envelope { header: Header::new([1; 16], [2; 12]), sealed: vec![3; 16] }.to_fragment();
    assert!(Envelope::parse(&good).is_ok());
    let few = Header { rounds: ROUNDS - 1, ..Header::new([1; 16], [2; 12]) };
    let many = Header { rounds: u32::MAX, ..few.clone() };
    let with = |header: Header, sealed: usize| Envelope { header, sealed: vec![0; sealed] }.to_fragment();
    for (fragment, why) in [
        (String::new(), NotALink::Damaged),
        ("#map".into(), NotALink::Damaged),
        (PREFIX.into(), NotALink::Damaged),
        (good[..good.len() - 2].to_owned(), NotALink::Damaged),
        (good.replace("sealed=A", "sealed=*"), NotALink::Damaged),
        (good.replace("sealed=AQ", "sealed=Ag"), NotALink::Newer),
        (with(few, 16), NotALink::Damaged),
        (with(many, 16), NotALink::Damaged),
        (with(Header::new([1; 16], [2; 12]), MAX_LINK_BYTES), NotALink::Damaged),
    ] {
        assert_eq!(Envelope::parse(&fragment), Err(why), "{fragment:.80}");
    }
}

#[test]
fn what_is_sealed_comes_back_and_says_little_by_its_length() {
    let text = usual().to_text().unwrap();
    let read = BrokerLogin::from_text(&text).unwrap();
    assert_eq!(read, usual());
    assert_eq!(read.endpoint.url, "wss://home.example/mqtt");
    let short = login("ws://a/", "a", "b", &["#"]).unwrap().to_text().unwrap();
    assert_eq!((text.len(), short.len()), (256, 256));
    assert!(!read.is_over(UNTIL_S - 1) && read.is_over(UNTIL_S));
    assert!(!format!("{read:?}").contains("s3cr3t"));
}

#[test]
fn only_a_login_for_a_broker_may_be_in_it() {
    let long = "x".repeat(257);
    for (made, why) in [
        (login("https://home.example/", "guest", "s", &["a"]), Unfit::Url),
        (login("javascript:alert(1)", "guest", "s", &["a"]), Unfit::Url),
        (login("", "guest", "s", &["a"]), Unfit::Url),
        (login("wss://home.example/", "", "s", &["a"]), Unfit::Username),
        (login("wss://home.example/", "guest\ntopic readwrite #", "s", &["a"]), Unfit::Username),
        (login("wss://home.example/", &long, "s", &["a"]), Unfit::Username),
        (login("wss://home.example/", "guest", "", &["a"]), Unfit::Password),
        (login("wss://home.example/", "guest", &long, &["a"]), Unfit::Password),
        (login("wss://home.example/", "guest", "s", &[]), Unfit::Topics),
        (login("wss://home.example/", "guest", "s", &["a\nuser root"]), Unfit::Topics),
        (login("wss://home.example/", "guest", "s", &["a/#/b"]), Unfit::Topics),
        (login("wss://home.example/", "guest", "s", &[""]), Unfit::Topics),
        (login("wss://home.example/", "guest", "s", &["a"; 33]), Unfit::Topics),
    ] {
        assert_eq!(made, Err(why));
    }
    for (text, why) in [
        ("", Unfit::Unreadable),
        ("[]", Unfit::Unreadable),
        (r#"{"url":"wss://a/","user":"a","password":"b","topics":["c"]}"#, Unfit::Until),
        (r#"{"url":"wss://a/","user":"a","password":"b","topics":["c",1],"until":9}"#, Unfit::Topics),
        (r#"{"url":"wss://a/","user":"a","topics":["c"],"until":9}"#, Unfit::Password),
        (r#"{"url":"http://a/","user":"a","password":"b","topics":["c"],"until":9}"#, Unfit::Url),
    ] {
        assert_eq!(BrokerLogin::from_text(text), Err(why), "{text}");
    }
    assert_eq!(BrokerLogin::from_text(&" ".repeat(5000)), Err(Unfit::Unreadable));
    assert_eq!(
        login("ws://a/", "a", "b", &["x".repeat(200).as_str(); 30]).unwrap().to_text(),
        Err(Unfit::Topics)
    );
}

#[test]
fn lines_for_mosquitto_let_the_guest_read_and_nothing_else() {
    assert_eq!(
        acl_lines(&usual()),
        "user guest\ntopic read owntracks/alice/+\ntopic read owntracks/alice/+/info\n"
    );
}

#[test]
fn a_shell_takes_user_and_password_for_words() {
    let command = |user, password| password_command(&login("ws://a/", user, password, &["a"]).unwrap());
    assert_eq!(command("guest", "abcd-23ef"), "mosquitto_passwd -b /etc/mosquitto/passwd guest abcd-23ef");
    assert_eq!(
        command("it's", "$(reboot) &"),
        r"mosquitto_passwd -b /etc/mosquitto/passwd 'it'\''s' '$(reboot) &'"
    );
}

#[test]
fn filters_are_those_of_mqtt() {
    for filter in ["owntracks/+/+", "#", "a", "/a", "a/#", "+"] {
        assert!(is_topic_filter(filter), "{filter}");
    }
    for filter in ["", "a+", "a/#/b", "a#", "a\0"] {
        assert!(!is_topic_filter(filter), "{filter:?}");
    }
}

proptest! {
    #[test]
    fn no_fragment_panics(text in "(sealed=)?\\PC{0,120}", bytes in vec(any::<u8>(), 0..200)) {
        drop(Envelope::parse(&text));
        drop(BrokerLogin::from_text(&text));
        drop(BrokerLogin::from_text(&String::from_utf8_lossy(&bytes)));
    }

    #[test]
    fn every_link_is_read_again(salt: [u8; 16], nonce: [u8; 12], sealed in vec(any::<u8>(), 16..600)) {
        let envelope = Envelope { header: Header::new(salt, nonce), sealed };
        prop_assert_eq!(Envelope::parse(&envelope.to_fragment()), Ok(envelope));
    }

    #[test]
    fn every_login_is_read_again(user in "\\PC{1,40}", password in "\\PC{1,40}", topic in "[a-z/\"\\\\ü ]{1,40}") {
        let made = login("wss://home.example/mqtt", &user, &password, &[&topic]).unwrap();
        prop_assert_eq!(BrokerLogin::from_text(&made.to_text().unwrap()), Ok(made));
    }
}
