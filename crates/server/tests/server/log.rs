//! The program from outside: its version, its log, and what asks whether it is well.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use owntracks_dashboard::health::{self, Unwell};
use serde_json::Value;

use crate::household::{basic, configuration, cookie_of, submit_to};
use crate::mqtt::Mqtt;
use crate::support::{Running, location, request};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_owntracks-dashboard"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

fn run(arguments: &[&str], typed: &str) -> Output {
    let mut child = program(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever does not read ends sooner.
    drop(child.stdin.take().unwrap().write_all(typed.as_bytes()));
    child.wait_with_output().unwrap()
}

/// A server in a process of its own, so that its log is its own.
struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(data: &Path, more: &[&str]) -> Self {
        let mut child = program(&["--listen", "127.0.0.1:0", "--mqtt-listen", "off", "--data"])
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Dashboard: http://").unwrap().trim_end_matches('/');
        Self { address: address.parse().unwrap(), child }
    }

    /// Everything it wrote.
    fn end(mut self) -> String {
        self.child.kill().unwrap();
        String::from_utf8(self.child.wait_with_output().unwrap().stderr).unwrap()
    }
}

#[tokio::test]
async fn no_secret_is_in_the_log_however_much_is_logged() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let (password, wrong) = ("correct-horse-battery", "wrong-donkey-battery");
    let added = run(&["user", "add", "alice", "--data", data], password);
    assert!(added.status.success(), "{added:?}");
    let server = Process::start(folder.path(), &["--log-format", "json", "--log-level", "trace"]);

    // A login that fails, and one that does not.
    let login = async |password| {
        submit_to(server.address, "/login", None, &[("username", "alice"), ("password", password)]).await
    };
    assert_eq!(login(wrong).await.status, 401);
    let cookie = cookie_of(&login(password).await).unwrap();

    // A phone by HTTP and MQTT, with the credential that was made for it and with another.
    let page = request(server.address, "GET", "/phone", &[(cookie.0, &cookie.1)], "").await;
    let mark = page.text().split_once("name=mark value=").unwrap().1.split('>').next().unwrap().to_owned();
    let fields =
        [("mark", mark.as_str()), ("do", "add"), ("person", "alice"), ("device", "pixel"), ("mode", "http")];
    let phone = configuration(&submit_to(server.address, "/phone", Some(&cookie), &fields).await);
    let credential = phone["password"].as_str().unwrap();
    for (password, status) in [(credential, 200), (wrong, 401)] {
        let (name, value) = basic("alice", password);
        let body = location(1_795_348_800).replace("52.5163", "52.987654");
        let posted = request(server.address, "POST", "/pub", &[(name, &value)], body).await;
        assert_eq!(posted.status, status);
    }
    assert!(Mqtt::connect_as(server.address, &[], "", Some(("alice", wrong))).await.is_err());
    let mut mqtt = Mqtt::connect_as(server.address, &[], "", Some(("alice", credential))).await.unwrap();
    mqtt.publish("owntracks/alice/pixel", &location(1_795_348_801).replace("52.5163", "52.987654")).await;

    // A guest with a phrase.
    let (phrase, wrong_phrase) = ("open-sesame-please", "open-barley-please");
    let fields = [
        ("mark", mark.as_str()),
        ("do", "share"),
        ("who", "alice"),
        ("span", "live"),
        ("lasts", "1"),
        ("phrase", phrase),
    ];
    let shared = submit_to(server.address, "/shares", Some(&cookie), &fields).await;
    let link = shared.text().split_once("/s/").unwrap().1.split(['<', '"']).next().unwrap();
    let (id, secret) = link.split_once("/#").unwrap();
    for (phrase, opens) in [(wrong_phrase, false), (phrase, true)] {
        let fields = [("secret", secret), ("phrase", phrase)];
        let opened = submit_to(server.address, &format!("/s/{id}/open"), None, &fields).await;
        assert_eq!(opened.headers.contains_key("set-cookie"), opens);
    }
    let query = request(server.address, "GET", "/?token=in-the-query", &[(cookie.0, &cookie.1)], "").await;
    assert_eq!(query.status, 200);

    let log = server.end();
    let token = cookie.1.split_once('=').unwrap().1;
    let secrets = [
        password,
        wrong,
        token,
        &mark,
        credential,
        phrase,
        wrong_phrase,
        secret,
        "in-the-query",
        "52.987654",
    ];
    for secret in secrets {
        assert!(secret.len() > 8 && !log.contains(secret), "{secret} is in the log");
    }
    let events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    let said = |message: &str| events.iter().find(|event| event["message"] == message).expect(message);
    assert_eq!(said("the server is ready")["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(said("a login failed")["address"], "127.0.0.1");
    assert_eq!(said("asked")["level"], "DEBUG");
    assert!(events.iter().all(|event| event["timestamp"].is_string() && event["target"].is_string()));
}

#[test]
fn who_reads_the_log_says_how_it_is_written() {
    let told = run(&["--listen", "0.0.0.0:0", "--data", "/nowhere", "--log-format", "json"], "");
    assert!(!told.status.success());
    let event: Value = serde_json::from_slice(&told.stderr).unwrap();
    assert!(event["message"].as_str().unwrap().contains("there are no accounts yet"));
    let told = run(&["--listen", "0.0.0.0:0", "--data", "/nowhere"], "");
    assert!(String::from_utf8(told.stderr).unwrap().starts_with("owntracks-dashboard: --listen 0.0.0.0:0"));
    let told = run(&["--log-level", "owntracks_dashboard=loud"], "");
    assert!(!told.status.success());
    assert!(String::from_utf8(told.stderr).unwrap().contains("--log-level owntracks_dashboard=loud"));
}

#[test]
fn it_says_its_version() {
    let told = run(&["--version"], "");
    let expected = format!("owntracks-dashboard {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(String::from_utf8(told.stdout).unwrap(), expected);
}

#[tokio::test]
async fn a_server_that_is_well_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    let url = format!("http://{}/", server.address);
    health::ask(&url).await.unwrap();
    assert!(matches!(health::ask(&format!("{url}no/such/path")).await, Err(Unwell::Answered(404))));
    let asked = tokio::task::spawn_blocking(move || (run(&["healthcheck", &url], ""), url));
    let (told, url) = asked.await.unwrap();
    assert!(told.status.success(), "{told:?}");
    server.stop().await;
    assert!(matches!(health::ask(&url).await, Err(Unwell::Unreachable(_))));
    let told = run(&["healthcheck", &url], "");
    assert!(!told.status.success());
    assert!(String::from_utf8(told.stderr).unwrap().contains("no server answers"));
    assert!(matches!(health::ask("8084").await, Err(Unwell::Address(_))));
}
