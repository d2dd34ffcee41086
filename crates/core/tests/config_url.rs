//! URLs of endpoints, resolved against the page.

use dashboard_core::model::{mqtt_url, recorder_url, resolve_url};
use proptest::prelude::*;

const PAGE: &str = "https://home.example:8443/a/b/index.html?x=1/2#top";

#[test]
fn relative_to_the_page() {
    for (relative, expected) in [
        ("", "https://home.example:8443/a/b/index.html?x=1/2"),
        ("#", "https://home.example:8443/a/b/index.html?x=1/2"),
        (".", "https://home.example:8443/a/b/"),
        ("./", "https://home.example:8443/a/b/"),
        ("x", "https://home.example:8443/a/b/x"),
        ("x/y?z=../#f", "https://home.example:8443/a/b/x/y?z=../"),
        ("..", "https://home.example:8443/a/"),
        ("../", "https://home.example:8443/a/"),
        ("../x/./y/../z", "https://home.example:8443/a/x/z"),
        ("../../../../..", "https://home.example:8443/"),
        ("?q", "https://home.example:8443/a/b/index.html?q"),
        ("/", "https://home.example:8443/"),
        ("/x/../..//y/", "https://home.example:8443//y/"),
        ("//other.example", "https://other.example/"),
        ("//other.example/x", "https://other.example/x"),
        ("  /x  ", "https://home.example:8443/x"),
        ("@x", "https://home.example:8443/a/b/@x"),
        ("./x:y", "https://home.example:8443/a/b/x:y"),
    ] {
        assert_eq!(resolve_url(PAGE, relative).as_deref(), Some(expected), "{relative:?}");
    }
}

#[test]
fn absolute_ones_are_written_in_one_way() {
    for (url, expected) in [
        ("http://h", "http://h/"),
        ("HTTP://H.Example:80/X", "http://h.example/X"),
        ("https://h:443", "https://h/"),
        ("https://h:80", "https://h:80/"),
        ("https://h:/x", "https://h/x"),
        ("ws://h:9001", "ws://h:9001/"),
        ("wss://h:443/mqtt?token", "wss://h/mqtt?token"),
        ("http://[::1]:8083/", "http://[::1]:8083/"),
        ("http://[::1]/", "http://[::1]/"),
        ("https://h?q", "https://h/?q"),
        ("https://h/é", "https://h/é"),
    ] {
        assert_eq!(resolve_url(PAGE, url).as_deref(), Some(expected), "{url:?}");
        assert_eq!(resolve_url("file:///home/index.html", url).as_deref(), Some(expected), "{url:?}");
    }
}

#[test]
fn user_and_password_never_stay_in_a_url() {
    for url in ["https://jane:secret@h/x", "https://jane@h/x", "//a@b:c@h/x"] {
        assert_eq!(resolve_url(PAGE, url).as_deref(), Some("https://h/x"), "{url:?}");
    }
}

#[test]
fn what_no_page_can_connect_to_is_refused() {
    for url in [
        "javascript:alert(1)",
        "data:text/html,x",
        "mqtt://h:1883",
        "file:///etc/passwd",
        "h:9001/mqtt",
        "https://",
        "https:///x",
        "https://:80/",
        "https:/h/x",
        "https://h:99999/",
        "https://h:port/",
        "https://jane:secret@/x",
        "//",
        "//..",
        "https://./",
        "https://a..b/",
        "https://h x/",
        "x y",
        "\\\\h\\x",
        "https://good.example\\@bad.example/",
        "x\u{0}y",
        "<b>",
    ] {
        assert_eq!(resolve_url(PAGE, url), None, "{url:?}");
    }
    assert_eq!(resolve_url("file:///home/index.html", "../x"), None);
    assert_eq!(resolve_url("", "x"), None);
}

#[test]
fn brokers_and_recorders() {
    for (text, broker, recorder) in [
        ("/mqtt", "wss://home.example:8443/mqtt", "https://home.example:8443/mqtt/"),
        ("../", "wss://home.example:8443/a/", "https://home.example:8443/a/"),
        ("http://pi:8083", "ws://pi:8083/", "http://pi:8083/"),
        ("ws://pi:9001/x?y", "ws://pi:9001/x?y", "http://pi:9001/x/"),
        ("wss://pi", "wss://pi/", "https://pi/"),
    ] {
        assert_eq!(mqtt_url(PAGE, text).as_deref(), Some(broker), "{text:?}");
        assert_eq!(recorder_url(PAGE, text).as_deref(), Some(recorder), "{text:?}");
    }
}

proptest! {
    #[test]
    fn resolved_urls_are_final(base in "\\PC{0,30}", relative in "\\PC{0,30}") {
        for base in [PAGE, &base] {
            if let Some(url) = resolve_url(base, &relative) {
                prop_assert_eq!(resolve_url("", &url), Some(url.clone()));
                prop_assert_eq!(resolve_url(PAGE, &url), Some(url));
            }
        }
    }

    #[test]
    fn paths_never_climb_out(relative in "[./x?#:@]{0,20}") {
        if let Some(url) = resolve_url(PAGE, &relative) {
            let path = url.split(['?', '#']).next().unwrap_or_default();
            prop_assert!(!path.contains("/../") && !path.ends_with("/.."), "{}", url);
        }
    }
}
