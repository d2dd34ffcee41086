//! Logging in and out, the first account, the pages, the command line, proxies.

use std::process::{Command, Stdio};

use owntracks_dashboard::people::identify::{Network, Proxies};
use owntracks_dashboard::people::register::Refused;
use owntracks_dashboard::server::{Server, StartError};
use owntracks_dashboard::settings::Settings;

use crate::household::{basic, cookie_of, credential, form_mark, found, log_in, name, password_of, submit};
use crate::mqtt::Mqtt;
use crate::support::{Answer, Live, Running, request, settings};

async fn ask(server: &Running, path: &str, cookie: &(&'static str, String)) -> Answer {
    request(server.address, "GET", path, &[(cookie.0, &cookie.1)], "").await
}

#[tokio::test]
async fn the_first_account_is_an_owners_and_ends_the_open_days() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    assert_eq!(server.get("/").await.status, 200);
    assert_eq!(server.get("/login").await.header("location"), "welcome");
    let page = server.get("/welcome").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("autocomplete=new-password"));
    for (user, password, again) in [
        ("Al ice", "long enough", "long enough"),
        ("alice", "short", "short"),
        ("alice", "long enough", "other one"),
    ] {
        let fields = [("username", user), ("password", password), ("again", again)];
        assert_eq!(submit(&server, "/welcome", None, &fields).await.status, 422, "{user} {password}");
    }
    let fields = [("username", "Alice"), ("password", "long enough"), ("again", "long enough")];
    let answer = submit(&server, "/welcome", None, &fields).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "people"));
    let cookie = cookie_of(&answer).unwrap();
    assert!(ask(&server, "/people", &cookie).await.text().contains("alice"));
    assert_eq!(ask(&server, "/", &cookie).await.status, 200);

    assert_eq!(
        server.get("/?friends=a/b&map=1,2,3").await.header("location"),
        "login?view=friends%3Da%2Fb%26map%3D1%2C2%2C3"
    );
    assert_eq!(server.get("/config.json").await.status, 401);
    assert_eq!(submit(&server, "/welcome", None, &fields).await.header("location"), "login", "only once");
    assert_eq!(server.people.now().register.people.len(), 1);
    server.stop().await;

    let server = Running::start(folder.path()).await;
    assert_eq!(ask(&server, "/", &cookie).await.status, 200, "logins outlive the server");
}

#[tokio::test]
async fn cookies_are_for_this_server_and_not_for_scripts() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let fields =
        [("username", "bob"), ("password", &password_of("bob")), ("stay", "yes"), ("view", "map=1,2,3")];
    let answer = submit(&server, "/login", None, &fields).await;
    let (on, cookie) = (answer.header("location").to_owned(), cookie_of(&answer).unwrap());
    assert_eq!(on, "login?begun=yes&view=map%3D1%2C2%2C3");
    assert_eq!(ask(&server, &format!("/{on}"), &cookie).await.header("location"), "./?map=1,2,3");
    let kept_none = server.get(&format!("/{on}")).await;
    assert!(kept_none.text().contains("did not keep the login"), "a browser without cookies is told so");
    assert!(!server.get("/login").await.text().contains("did not keep"));
    let set: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(set.len(), 2);
    for cookie in &set {
        assert!(cookie.contains("; HttpOnly; SameSite=") && cookie.contains("; Max-Age="), "{cookie}");
        assert!(!cookie.contains("Path") && !cookie.contains("Secure"), "{cookie}");
    }
    let kept = std::fs::read_to_string(folder.path().join("sessions.json")).unwrap();
    let token = set[0].split(['=', ';']).nth(1).unwrap();
    assert!(token.len() == 32 && !kept.contains(token), "only its hash is kept");
    let people = std::fs::read_to_string(folder.path().join("people.json")).unwrap();
    assert!(!people.contains(&password_of("bob")));
    let short = [("username", "bob"), ("password", &*password_of("bob"))];
    let answer = submit(&server, "/login", None, &short).await;
    assert!(!answer.header("set-cookie").contains("Max-Age"), "ends with the browser");
}

#[tokio::test]
async fn frames_of_named_pages_have_a_login_only_where_that_was_asked_for() {
    for login_in_frames in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let typed = Settings {
            embed_origins: vec!["https://home.example".to_owned()],
            embed_login: login_in_frames,
            ..settings(folder.path())
        };
        let server = Running::start_with(typed).await;
        found(&server.people).await;
        for dest in ["iframe", "document"] {
            let headers = [("Sec-Fetch-Dest", dest), ("Sec-Fetch-Site", "cross-site")];
            let page = request(server.address, "GET", "/login?view=map%3D1%2C2%2C3", &headers, "").await;
            let ancestors = page.header("content-security-policy").rsplit_once("; ").unwrap().1.to_owned();
            let has_form = page.text().contains("<form");
            let is_told = page.text().contains("--embed-login") && page.text().contains("./?map=1,2,3");
            let (form, told, expected) = match (login_in_frames, dest) {
                (true, _) => (true, false, "frame-ancestors https://home.example"),
                (false, "iframe") => (false, true, "frame-ancestors 'self' https://home.example"),
                (false, _) => (true, false, "frame-ancestors 'none'"),
            };
            assert_eq!((has_form, is_told, ancestors.as_str()), (form, told, expected), "{dest}");
        }
        for path in ["/people", "/account", "/phone", "/shares"] {
            let page = request(server.address, "GET", path, &[("Sec-Fetch-Dest", "iframe")], "").await;
            assert!(page.header("content-security-policy").ends_with("frame-ancestors 'none'"), "{path}");
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn wrong_names_and_wrong_passwords_look_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let mut answers = Vec::new();
    for user in ["bob", "nobody", "dave", "<b>"] {
        let answer =
            submit(&server, "/login", None, &[("username", user), ("password", "not the one")]).await;
        assert_eq!(answer.status, 401);
        assert!(!answer.text().contains("<b>"));
        answers
            .push(answer.text().replace(&format!("value=\"{user}\""), "").replace("value=\"&lt;b&gt;\"", ""));
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:?}");
}

#[tokio::test]
async fn after_too_many_wrong_passwords_only_known_browsers_get_in() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let phone = credential(&server.people, "bob", "phone").await;
    let right = [("username", "bob"), ("password", &*password_of("bob"))];
    let first = submit(&server, "/login", None, &right).await;
    let known = first.headers.get_all("set-cookie").iter().find_map(|value| {
        value.to_str().unwrap().strip_prefix("owntracks-known=").map(|rest| rest.split(';').next().unwrap())
    });
    let known = ("Cookie", format!("owntracks-known={}", known.unwrap()));
    let mut refused = None;
    for index in 0..30 {
        let wrong = [("username", "alice"), ("password", &*format!("guess {index}"))];
        if submit(&server, "/login", None, &wrong).await.status == 429 {
            refused = Some(index);
            break;
        }
    }
    assert!(refused.is_some_and(|count| count >= 5), "{refused:?}");
    let right_for_alice = [("username", "alice"), ("password", &*password_of("alice"))];
    assert_eq!(submit(&server, "/login", None, &right_for_alice).await.status, 429, "not even looked at");
    assert_eq!(
        submit(&server, "/login", Some(&known), &right).await.status,
        303,
        "the browser is known for bob"
    );
    assert_eq!(
        submit(&server, "/login", Some(&known), &right_for_alice).await.status,
        429,
        "and for nobody else"
    );
    let wrong = [basic("carol", "guess")];
    let refused = request(server.address, "GET", "/api/0/last", &[(wrong[0].0, &wrong[0].1)], "").await;
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() <= 10);
    assert_eq!(Mqtt::connect_as(server.address, &[], "", Some(("carol", "guess"))).await.err(), Some(3));
    assert!(Mqtt::connect_as(server.address, &[], "", Some(("bob", &phone))).await.is_ok(), "phones stay");
}

#[tokio::test]
async fn forms_of_others_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let alice = log_in(&server, "alice", &password_of("alice")).await.unwrap();
    let bob = log_in(&server, "bob", &password_of("bob")).await.unwrap();
    let mark = form_mark(&server, "/people", &alice).await;
    let bobs = form_mark(&server, "/account", &bob).await;
    let fields = |mark| [("mark", mark), ("do", "remove"), ("name", "carol"), ("sure", "yes")];
    for wrong in ["", "0", bobs.as_str()] {
        assert_eq!(submit(&server, "/people", Some(&alice), &fields(wrong)).await.status, 403);
    }
    assert_eq!(submit(&server, "/people", Some(&bob), &fields(&bobs)).await.status, 403, "no owner");
    let body = format!("mark={mark}&do=remove&name=carol&sure=yes");
    for (header, value) in
        [("Origin", "http://evil.example"), ("Origin", "null"), ("Sec-Fetch-Site", "cross-site")]
    {
        let headers =
            [(header, value), (alice.0, &alice.1), ("Content-Type", "application/x-www-form-urlencoded")];
        assert_eq!(request(server.address, "POST", "/people", &headers, body.clone()).await.status, 403);
    }
    assert!(server.people.now().register.person("carol").is_some());
    assert_eq!(submit(&server, "/people", Some(&alice), &fields(&mark)).await.status, 303);
    assert!(server.people.now().register.person("carol").is_none());
}

#[tokio::test]
async fn owners_decide_on_the_page_and_it_holds_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let alice = log_in(&server, "alice", &password_of("alice")).await.unwrap();
    let mut bobs =
        Live::open(server.address, "/ws/last", &[log_in(&server, "bob", &password_of("bob")).await.unwrap()])
            .await
            .unwrap();
    let mark = form_mark(&server, "/people", &alice).await;
    let fields = [
        ("mark", mark.as_str()),
        ("do", "sight"),
        ("pair", "bob/alice"),
        ("pair", "bob/carol"),
        ("pair", "gone/carol"),
        ("sees", "bob/carol"),
    ];
    assert_eq!(
        submit(&server, "/people", Some(&alice), &fields).await.header("location"),
        "people?done=saved"
    );
    assert_eq!(bobs.hear().await, None);
    let register = server.people.now().register.clone();
    assert_eq!(register.hidden.len(), 1);
    let add = [
        ("mark", mark.as_str()),
        ("do", "add"),
        ("name", "Erin"),
        ("password", "long enough"),
        ("again", "long enough"),
    ];
    assert_eq!(submit(&server, "/people", Some(&alice), &add).await.status, 303);
    assert!(log_in(&server, "erin", "long enough").await.is_some());
    let unmade = [("mark", mark.as_str()), ("do", "owner"), ("name", "alice")];
    let refused = submit(&server, "/people", Some(&alice), &unmade).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("must stay owner"));
}

#[tokio::test]
async fn a_new_password_ends_all_other_logins() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let here = log_in(&server, "bob", &password_of("bob")).await.unwrap();
    let elsewhere = log_in(&server, "bob", &password_of("bob")).await.unwrap();
    let mut open = Live::open(server.address, "/ws/last", std::slice::from_ref(&elsewhere)).await.unwrap();
    let mark = form_mark(&server, "/account", &here).await;
    let fields = |current| {
        [
            ("mark", mark.as_str()),
            ("do", "password"),
            ("current", current),
            ("password", "quite another"),
            ("again", "quite another"),
        ]
    };
    assert_eq!(submit(&server, "/account", Some(&here), &fields("wrong one")).await.status, 422);
    let answer = submit(&server, "/account", Some(&here), &fields(&password_of("bob"))).await;
    assert_eq!(answer.status, 303);
    assert_eq!(open.hear().await, None);
    assert_eq!(ask(&server, "/api/0/last", &elsewhere).await.status, 401);
    let here = cookie_of(&answer).expect("this browser stays logged in");
    assert_eq!(ask(&server, "/api/0/last", &here).await.status, 200);
    let mark = form_mark(&server, "/account", &here).await;
    let everywhere = [("mark", mark.as_str()), ("do", "everywhere")];
    assert_eq!(submit(&server, "/account", Some(&here), &everywhere).await.status, 303);
    assert_eq!(ask(&server, "/api/0/last", &here).await.status, 401);
}

fn user(data: &std::path::Path, arguments: &[&str], line: &str) -> (bool, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_owntracks-dashboard"))
        .arg("user")
        .args(arguments)
        .arg("--data")
        .arg(data)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that asks for nothing may be over already.
    let _ = std::io::Write::write_all(child.stdin.as_mut().unwrap(), format!("{line}\n").as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_works_while_the_server_runs() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let mut open = server.live().await;
    let (done, said) = user(folder.path(), &["add", "Alice"], "long enough");
    assert!(done && said.contains("alice") && said.contains("owner"), "{said}");
    assert_eq!(open.hear().await, None, "noticed");
    assert!(log_in(&server, "alice", "long enough").await.is_some());
    assert!(user(folder.path(), &["add", "bob"], "short").1.contains("8 to 200"));
    assert!(user(folder.path(), &["add", "bob"], "long enough").0);
    assert!(!user(folder.path(), &["add", "bob"], "long enough").0);
    assert!(user(folder.path(), &["add", "car", "--no-login"], "").0);
    assert_eq!(user(folder.path(), &["list"], "").1, "alice\towner\t\nbob\tmember\t\ncar\tno login\t\n");
    assert!(user(folder.path(), &["remove", "alice"], "").1.contains(&Refused::LastOwner.to_string()));
    while server.people.now().register.person("car").is_none() {
        tokio::task::yield_now().await; // the server looks every now and then
    }
    let bob = log_in(&server, "bob", "long enough").await.unwrap();
    let mut bobs = Live::open(server.address, "/ws/last", &[bob]).await.unwrap();
    assert!(user(folder.path(), &["password", "bob"], "quite another").0);
    assert_eq!(bobs.hear().await, None);
}

#[tokio::test]
async fn nobody_beyond_this_machine_before_there_is_an_owner() {
    let folder = tempfile::tempdir().unwrap();
    let everywhere = Settings { listen: "0.0.0.0:0".parse().unwrap(), ..settings(folder.path()) };
    let refused = Server::bind(everywhere.clone()).await.err().unwrap();
    assert!(matches!(refused, StartError::Reach(_)) && refused.to_string().contains("no accounts yet"));
    let server = Running::start(folder.path()).await;
    for header in ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"] {
        let answer = request(server.address, "GET", "/api/0/last", &[(header, "127.0.0.1")], "").await;
        assert_eq!(answer.status, 403, "{header}: a proxy brings others");
    }
    found(&server.people).await;
    server.stop().await;
    let server = Running::start_with(everywhere).await;
    assert_eq!(server.get("/api/0/last").await.status, 401);
    assert!(request(server.address, "GET", "/login", &[("Host", "home.example")], "").await.status == 200);
    server.stop().await;
    std::fs::write(folder.path().join("people.json"), "{").unwrap();
    let refused = Server::bind(settings(folder.path())).await.err().unwrap();
    assert!(matches!(refused, StartError::People(_)), "{refused}");
}

#[tokio::test]
async fn a_named_proxy_says_who_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let proxies = |network: &str| Proxies {
        networks: vec![Network::parse(network).unwrap()],
        user_header: Some("remote-user".parse().unwrap()),
    };
    let server =
        Running::start_with(Settings { proxies: proxies("127.0.0.1"), ..settings(folder.path()) }).await;
    found(&server.people).await;
    let by = |user: &'static str| ("Remote-User", user.to_owned());
    assert_eq!(ask(&server, "/api/0/last", &by("bob")).await.status, 200);
    assert_eq!(ask(&server, "/api/0/last", &by("nobody")).await.status, 401);
    let page = ask(&server, "/account", &by("bob")).await;
    assert!(page.status == 200 && !page.text().contains("action=\"logout\""));
    let mut open = Live::open(server.address, "/ws/last", &[by("bob")]).await.unwrap();
    server.people.change(|register| register.remove(&name("bob"))).await.unwrap();
    assert_eq!(open.hear().await, None);
    server.stop().await;

    let server =
        Running::start_with(Settings { proxies: proxies("192.0.2.1"), ..settings(folder.path()) }).await;
    assert_eq!(ask(&server, "/api/0/last", &by("alice")).await.status, 401, "anybody could say so");
}

#[tokio::test]
async fn one_client_identifier_for_two_people_is_two_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    found(&server.people).await;
    let mut alice =
        Mqtt::connect_as(server.address, &[], "phone", Some(("alice", &password_of("alice")))).await.unwrap();
    alice.subscribe("owntracks/alice/#").await;
    Mqtt::connect_as(server.address, &[], "phone", Some(("bob", &password_of("bob")))).await.unwrap();
    alice.publish_once("owntracks/alice/x/step", "still here").await;
    assert_eq!(alice.message().await.1, "still here");
}
