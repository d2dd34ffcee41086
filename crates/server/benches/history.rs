//! Histories as the server gives them: the program itself, over a socket, from a store of 500,000 and of a million points.
//! Every answer is checked. Prints a table; `cargo xtask bench server` runs it.
//!
//! The points are real: a recorded track of 100,000, repeated with a shift in time and place. "cold" is the first request after
//! the start of the program, whose index of months is not made yet; the files are in the system's memory in any case.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a panic is how a benchmark fails; its table is its purpose"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use dashboard_core::time::format_rfc3339;
use dashboard_core::track::compact::Decoder;

/// One request more often than this gives no better number.
const ROUNDS: usize = 5;

/// The whole of a history.
const EVER: &str = "from=2000-01-01&to=2100-01-01";

fn main() {
    let folder = tempfile::tempdir().unwrap();
    for (user, points) in [("half", 500_000), ("million", 1_000_000)] {
        lay(folder.path(), user, points);
    }
    println!("{:<44} {:>9} {:>9} {:>12} {:>10}", "", "cold s", "warm s", "bytes", "VmHWM MB");
    for (name, path, encoding, points) in [
        ("500k JSON, whole objects", format!("locations?user=half&device=phone&{EVER}"), "", 500_000),
        (
            "500k JSON, fields of the page",
            format!("locations?user=half&device=phone&{EVER}&fields=tst,lat,lon,acc,alt,vel,batt"),
            "",
            500_000,
        ),
        ("500k GeoJSON", format!("locations?user=half&device=phone&{EVER}&format=geojson"), "", 500_000),
        ("500k CSV", format!("locations?user=half&device=phone&{EVER}&format=csv"), "", 500_000),
        ("500k GPX", format!("locations?user=half&device=phone&{EVER}&format=gpx"), "", 500_000),
        (
            "500k newest 1000",
            format!("locations?user=half&device=phone&{EVER}&limit=1000&fields=tst"),
            "",
            1000,
        ),
        ("500k compact", compact("half"), "", 500_000),
        ("500k compact, gzip", compact("half"), "gzip", 500_000),
        ("500k compact, br", compact("half"), "br", 500_000),
        ("1M compact", compact("million"), "", 1_000_000),
        ("1M compact, gzip", compact("million"), "gzip", 1_000_000),
    ] {
        let server = Server::start(folder.path());
        let path = format!("/api/0/{path}");
        let (cold_s, first) = server.timed(&path, &[("Accept-Encoding", encoding)]);
        assert_eq!(first.header("content-encoding").unwrap_or(""), encoding, "{name}");
        if encoding.is_empty() {
            assert_eq!(count(&path, &first.body), points, "{name}");
        }
        let mut warm_s = f64::INFINITY;
        for _ in 0..ROUNDS {
            let (seconds, again) = server.timed(&path, &[("Accept-Encoding", encoding)]);
            // Compressed bytes depend on how the answer was cut into pieces.
            assert!(!encoding.is_empty() || again.body == first.body, "{name}");
            warm_s = warm_s.min(seconds);
        }
        row(name, cold_s, warm_s, first.body.len(), server.peak_mb());
    }
    let server = Server::start(folder.path());
    let path = format!("/api/0/{}", compact("million"));
    let (_, whole) = server.timed(&path, &[]);
    let tag = whole.header("etag").unwrap().to_owned();
    drop(server);
    let server = Server::start(folder.path());
    let (cold_s, known) = server.timed(&path, &[("If-None-Match", &tag)]);
    assert_eq!((known.status, known.body.len()), (304, 0));
    let warm_s =
        (0..ROUNDS).map(|_| server.timed(&path, &[("If-None-Match", &tag)]).0).fold(f64::INFINITY, f64::min);
    row("1M compact, known already (304)", cold_s, warm_s, 0, server.peak_mb());
}

fn row(name: &str, cold_s: f64, warm_s: f64, bytes: usize, peak_mb: u64) {
    println!("{name:<44} {cold_s:>9.3} {warm_s:>9.3} {bytes:>12} {peak_mb:>10}");
}

fn compact(user: &str) -> String {
    format!("history?user={user}&device=phone&from=0&to=4294967295")
}

/// Points in an answer.
fn count(path: &str, body: &[u8]) -> usize {
    let occurrences = |what: &str| memchr::memmem::find_iter(body, what.as_bytes()).count();
    if path.contains("/history?") {
        let mut decoder = Decoder::new();
        let mut rows = Vec::new();
        decoder.push(body, &mut rows).unwrap();
        let contents = decoder.finish().unwrap();
        assert!(rows.is_sorted_by_key(|row| row.time_s));
        // The recorded track has a few exact repeats.
        (contents.points + contents.dropped.repeats) as usize
    } else if path.contains("csv") {
        occurrences("\n") - 1
    } else if path.contains("gpx") {
        occurrences("<trkpt")
    } else if path.contains("geojson") {
        occurrences("\"Feature\"")
    } else {
        occurrences("\"tst\":")
    }
}

/// A running server.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(store: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_owntracks-dashboard"))
            .args(["--listen", "127.0.0.1:0", "--store"])
            .arg(store)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line.trim_start_matches("Dashboard: http://").trim_end_matches('/').to_owned();
        Self { process, address }
    }

    fn timed(&self, path: &str, headers: &[(&str, &str)]) -> (f64, Answer) {
        let start = Instant::now();
        let answer = self.get(path, headers);
        (start.elapsed().as_secs_f64(), answer)
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        let mut request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        write!(request, "\r\n").unwrap();
        socket.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        Answer::read(&answer)
    }

    /// Most memory it ever had.
    fn peak_mb(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = memchr::memmem::find(bytes, b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers: Vec<_> =
            headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        let mut answer = Self { status, headers, body: Vec::new() };
        let rest = &bytes[end + 4..];
        answer.body = if answer.header("transfer-encoding") == Some("chunked") {
            unchunked(rest)
        } else {
            rest.to_vec()
        };
        answer
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(rest.len());
    loop {
        let end = memchr::memmem::find(rest, b"\r\n").expect("an answer that is not torn");
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
}

/// Lays a history into the store as the Recorder would have it: lines of about 250 bytes.
fn lay(store: &Path, user: &str, points: usize) {
    let rows = recorded();
    let lasts_s = rows[rows.len() - 1][0] as i64 - rows[0][0] as i64 + 60;
    let mut months = BTreeMap::<String, String>::new();
    for index in 0..points {
        let (round, row) = ((index / rows.len()) as i64, &rows[index % rows.len()]);
        let [time_s, lat, lon, acc, alt, vel, cog, batt] = row[..] else { panic!("eight columns") };
        let time_s = time_s as i64 + round * lasts_s;
        let iso = format_rfc3339(time_s);
        writeln!(
            months.entry(iso[..7].to_owned()).or_default(),
            r#"{iso}	*                 	{{"_type":"location","tid":"AP","tst":{time_s},"lat":{lat},"lon":{:.6},"acc":{acc},"alt":{alt},"vel":{vel},"cog":{cog},"batt":{batt},"bs":1,"conn":"w","m":1,"t":"p","created_at":{},"tzname":"Europe/Berlin","SSID":"home sweet home","BSSID":"ac:de:48:00:11:22"}}"#,
            lon + round as f64 * 0.01,
            time_s + 1,
        )
        .unwrap();
    }
    let folder = store.join("rec").join(user).join("phone");
    std::fs::create_dir_all(&folder).unwrap();
    for (month, lines) in months {
        std::fs::write(folder.join(format!("{month}.rec")), lines).unwrap();
    }
}

/// The recorded track: time, latitude, longitude, accuracy, altitude, speed, course, battery; −1 for what is unknown.
fn recorded() -> Vec<Vec<f64>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/tracks/history-100k.csv.gz");
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    text.lines()
        .skip(1)
        .map(|line| line.split(',').map(|value| value.parse().unwrap_or(-1.0)).collect())
        .collect()
}
