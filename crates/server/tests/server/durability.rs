//! What was acknowledged survives whatever ends the program.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::mqtt::Mqtt;
use crate::support::{Running, location, request};

const NOON: i64 = 1_795_348_800; // 2026-11-22T12:00:00Z
const ALICES_DAY: &str = "/api/0/locations?user=alice&device=phone&from=2026-11-22&to=2026-11-23&fields=tst";

/// The real program.
struct Program {
    child: Child,
    address: SocketAddr,
}

impl Program {
    fn start(data: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_owntracks-dashboard"))
            .args(["--listen", "127.0.0.1:0", "--mqtt-listen", "off", "--data"])
            .arg(data)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("Dashboard: http://").unwrap().trim_end_matches('/').parse().unwrap();
        Self { child, address }
    }

    async fn post(&self, body: String) {
        assert_eq!(request(self.address, "POST", "/pub?u=alice&d=phone", &[], body).await.status, 200);
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill(); // ended already where the test went well
        let _ = self.child.wait();
    }
}

async fn times(data: &Path) -> Vec<i64> {
    let server = Running::start(data).await;
    let answer = server.get(ALICES_DAY).await.json();
    answer["data"].as_array().unwrap().iter().map(|point| point["tst"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn a_kill_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    let mut phone = Mqtt::connect(program.address).await;
    let expected: Vec<_> = (NOON..NOON + 20).collect();
    for times in expected.chunks(2) {
        program.post(location(times[0])).await;
        phone.publish("owntracks/alice/phone", &location(times[1])).await;
    }
    program.child.kill().unwrap(); // SIGKILL
    program.child.wait().unwrap();
    assert_eq!(times(folder.path()).await, expected);
}

#[cfg(unix)]
#[tokio::test]
async fn asked_to_end_it_ends_well() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path());
    program.post(location(NOON)).await;
    let mut live = crate::support::Live::connect(program.address, None).await.unwrap();
    let asked = Command::new("kill").args(["-TERM", &program.child.id().to_string()]).status().unwrap();
    assert!(asked.success());
    assert_eq!(live.hear().await, None);
    assert!(program.child.wait().unwrap().success());
    assert_eq!(times(folder.path()).await, [NOON]);
}

#[tokio::test]
async fn a_torn_line_costs_itself_only() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    server.post("/pub?u=alice&d=phone", location(NOON)).await;
    let path = folder.path().join("rec/alice/phone/2026-11.rec");
    let mut file = std::fs::OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"2026-11-22T12:00:01Z\t*                 \t{\"_type\":\"location\",\"lat\":5").unwrap();
    assert_eq!(server.get(ALICES_DAY).await.json()["count"], 1, "a torn line is not shown");
    server.post("/pub?u=alice&d=phone", location(NOON + 2)).await;
    server.stop().await;
    assert_eq!(times(folder.path()).await, [NOON, NOON + 2]);
}

#[tokio::test]
async fn damaged_lines_are_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rec/alice/phone");
    std::fs::create_dir_all(&path).unwrap();
    let whole =
        |time_s: i64, time: &str| format!("{time}\t*                 \t{}\n", location(time_s)).into_bytes();
    let lines = [
        whole(NOON, "2026-11-22T12:00:00Z"),
        b"\n\0\0\0\0\n".to_vec(),
        b"2026-11-22T12:00:01Z\t*                 \t{\"_type\":\"location\",\"lat\":1,\"lon\":2,\"tst\":3,\"poi\":\"\xff\"}\n".to_vec(),
        b"2026-11-22T12:00:01Z\t*                 \t{\"_type\":\"location\",\"lat\":1,\"lon\":}\n".to_vec(),
        b"2026-11-22T12:00:01Z\t*                 \thello {\n".to_vec(),
        b"2026-11-22T12:00:01Z\tlwt               \t{\"_type\":\"lwt\"}\n".to_vec(),
        b"garbage\n".to_vec(),
        whole(NOON + 2, "2026-11-22T12:00:02Z"),
    ];
    std::fs::write(path.join("2026-11.rec"), lines.concat()).unwrap();
    assert_eq!(times(folder.path()).await, [NOON, NOON + 2]);
}

#[tokio::test]
async fn a_newest_location_that_lags_behind_its_history_is_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path()).await;
    server.post("/pub?u=alice&d=phone", location(NOON)).await;
    let path = folder.path().join("last/alice/phone/alice-phone.json");
    let old = std::fs::read(&path).unwrap();
    server.post("/pub?u=alice&d=phone", location(NOON + 60)).await;
    let newest = server.get("/api/0/last").await.json()[0]["tst"].clone();
    server.stop().await;
    for lagging in [&old[..], &old[..20], b""] {
        std::fs::write(&path, lagging).unwrap();
        let server = Running::start(folder.path()).await;
        assert_eq!(server.get("/api/0/last").await.json()[0]["tst"], newest);
        server.stop().await;
    }
}
