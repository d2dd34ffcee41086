//! What the broker's tests share: a broker on a free port, intakes that can be watched, a client that speaks raw MQTT
//! 3.1.1 bytes (independent of the codec under test), and the mosquitto tools.
#![allow(dead_code, reason = "every test file uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a panic fails the test, which is what it is for")]

use std::io::{BufRead, BufReader, Lines};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use owntracks_dashboard::broker::Broker;
use owntracks_dashboard::guard::{self, Guard};
use owntracks_dashboard::intake::{Intake, Publish, RecordError};
use owntracks_dashboard::people::People;
use owntracks_dashboard::people::identify::{Peer, Proxies};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// Longer than anything here takes; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits for `future`, but not for ever.
pub async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.expect("should have happened by now")
}

/// Records in memory; fails or waits when told to.
pub struct TestIntake {
    recorded: Mutex<Vec<Arc<Publish>>>,
    /// Topics beginning so cannot be recorded.
    failing: Option<&'static str>,
    /// One permit lets one publish be recorded.
    permits: Semaphore,
    /// Gets a permit for each publish that asked to be recorded.
    pub asked: Semaphore,
}

impl TestIntake {
    pub fn new() -> Arc<Self> {
        Self::with(None, Semaphore::MAX_PERMITS)
    }

    pub fn failing(prefix: &'static str) -> Arc<Self> {
        Self::with(Some(prefix), Semaphore::MAX_PERMITS)
    }

    /// Records nothing until [`TestIntake::let_record`].
    pub fn waiting() -> Arc<Self> {
        Self::with(None, 0)
    }

    fn with(failing: Option<&'static str>, permits: usize) -> Arc<Self> {
        let (permits, asked) = (Semaphore::new(permits), Semaphore::new(0));
        Arc::new(Self { recorded: Mutex::default(), failing, permits, asked })
    }

    pub fn let_record(&self, count: usize) {
        self.permits.add_permits(count);
    }

    /// Topics recorded so far.
    pub fn topics(&self) -> Vec<String> {
        self.recorded.lock().unwrap().iter().map(|publish| publish.topic.clone()).collect()
    }
}

impl Intake for TestIntake {
    async fn record(&self, publish: Arc<Publish>) -> Result<(), RecordError> {
        self.asked.add_permits(1);
        self.permits.acquire().await.unwrap().forget();
        if self.failing.is_some_and(|prefix| publish.topic.starts_with(prefix)) {
            return Err(RecordError(std::io::Error::other("the disk is full")));
        }
        self.recorded.lock().unwrap().push(publish);
        Ok(())
    }
}

/// A broker on a free port of loopback.
pub struct TestBroker {
    pub broker: Arc<Broker<TestIntake>>,
    pub address: SocketAddr,
}

/// A household without accounts.
pub fn nobody_yet() -> Arc<People> {
    People::open(tempfile::tempdir().unwrap().path()).unwrap()
}

/// What the guard of all routes does, for routes that are served alone.
pub fn guarded(router: Router) -> Router {
    let guard = Guard { people: nobody_yet(), proxies: Proxies::default() };
    let peer = Peer { address: "127.0.0.1".parse().unwrap(), secure: false };
    router.layer(from_fn_with_state(Arc::new(guard), guard::admit)).layer(Extension(peer))
}

pub async fn broker(intake: Arc<TestIntake>) -> TestBroker {
    let people = nobody_yet();
    let broker = Broker::new(intake, people);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(Arc::clone(&broker).serve_tcp(listener, None));
    TestBroker { broker, address }
}

impl TestBroker {
    pub async fn connect(&self) -> RawClient<TcpStream> {
        RawClient::new(TcpStream::connect(self.address).await.unwrap())
    }

    /// Connects with a client identifier and an empty session.
    pub async fn client(&self, client_id: &str) -> RawClient<TcpStream> {
        let mut client = self.connect().await;
        client.send(&connect(client_id, CLEAN, 0)).await;
        assert_eq!(client.packet().await, Some(vec![0x20, 2, 0, 0]));
        client
    }

    /// A `mosquitto_…` command for this broker.
    pub fn tool(&self, name: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(name);
        command.args(["-h", "127.0.0.1", "-p", &self.address.port().to_string()]).args(arguments);
        command
    }

    /// Runs a `mosquitto_…` command to its end and returns what it wrote to standard output.
    pub async fn run(&self, name: &str, arguments: &[&str]) -> String {
        let mut command = self.tool(name, arguments);
        let output =
            soon(tokio::task::spawn_blocking(move || command.output())).await.unwrap().expect("installed");
        assert!(output.status.success(), "{name} {arguments:?}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Starts `mosquitto_sub` and waits until it is subscribed.
    pub async fn subscriber(&self, arguments: &[&str]) -> Subscriber {
        let tool = self.tool("mosquitto_sub", arguments);
        // It writes to a pipe in blocks unless told to write lines, and "Subscribed" would not show.
        let mut command = Command::new("stdbuf");
        command.arg("-oL").arg(tool.get_program()).args(tool.get_args());
        command.args(["-d", "-F", "got %q %r %t %p"]).stdout(Stdio::piped());
        let mut child = command.spawn().expect("installed");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut subscriber = Subscriber { child, lines: Some(lines) };
        subscriber.line_that(|line| line.starts_with("Subscribed")).await;
        subscriber
    }
}

/// A running `mosquitto_sub`; killed when dropped.
pub struct Subscriber {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
}

impl Subscriber {
    /// The next message: `QoS retain topic payload`.
    pub async fn message(&mut self) -> String {
        let line = self.line_that(|line| line.starts_with("got ")).await;
        line["got ".len()..].to_owned()
    }

    /// The next line of output that is wanted.
    pub async fn line_that(&mut self, wanted: fn(&str) -> bool) -> String {
        let mut lines = self.lines.take().expect("not waiting already");
        let reading = tokio::task::spawn_blocking(move || {
            let found = lines.find_map(|line| line.ok().filter(|line| wanted(line)));
            (lines, found)
        });
        let (lines, found) = soon(reading).await.unwrap();
        self.lines = Some(lines);
        found.expect("mosquitto_sub ended first")
    }

    /// All messages until the program ends by itself.
    pub async fn rest(mut self) -> Vec<String> {
        let lines = self.lines.take().expect("not waiting already");
        let reading = tokio::task::spawn_blocking(move || {
            lines
                .map_while(Result::ok)
                .filter_map(|line| line.strip_prefix("got ").map(str::to_owned))
                .collect()
        });
        soon(reading).await.unwrap()
    }

    /// Ends the program without giving it time to say goodbye.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that sends and receives raw packets.
pub struct RawClient<S> {
    stream: S,
}

impl<S: AsyncRead + AsyncWrite + Unpin> RawClient<S> {
    pub fn new(stream: S) -> Self {
        Self { stream }
    }

    pub async fn send(&mut self, bytes: &[u8]) {
        soon(self.stream.write_all(bytes)).await.unwrap();
        soon(self.stream.flush()).await.unwrap();
    }

    /// The next packet, or `None` when the broker closed the connection.
    pub async fn packet(&mut self) -> Option<Vec<u8>> {
        let mut packet = vec![self.byte().await?];
        let (mut length, mut shift) = (0_usize, 0);
        loop {
            let byte = self.byte().await?;
            packet.push(byte);
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let mut rest = vec![0; length];
        soon(self.stream.read_exact(&mut rest)).await.ok()?;
        packet.extend(rest);
        Some(packet)
    }

    async fn byte(&mut self) -> Option<u8> {
        soon(self.stream.read_u8()).await.ok()
    }
}

pub const CLEAN: u8 = 0x02;
pub const PINGREQ: [u8; 2] = [0xc0, 0];
pub const PINGRESP: [u8; 2] = [0xd0, 0];
pub const DISCONNECT: [u8; 2] = [0xe0, 0];

pub fn connect(client_id: &str, flags: u8, keep_alive_s: u16) -> Vec<u8> {
    let mut body = vec![0, 4, b'M', b'Q', b'T', b'T', 4, flags];
    body.extend(keep_alive_s.to_be_bytes());
    body.extend(string(client_id));
    packet(0x10, &body)
}

pub fn subscribe(packet_id: u16, filter: &str, qos: u8) -> Vec<u8> {
    let mut body = packet_id.to_be_bytes().to_vec();
    body.extend(string(filter));
    body.push(qos);
    packet(0x82, &body)
}

/// A PUBLISH; `flags` are the low bits of its first byte (dup 8, QoS 2 and 4, retain 1).
pub fn publish(flags: u8, packet_id: u16, topic: &str, payload: &[u8]) -> Vec<u8> {
    let mut body = string(topic);
    if flags & 0x06 != 0 {
        body.extend(packet_id.to_be_bytes());
    }
    body.extend(payload);
    packet(0x30 | flags, &body)
}

pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = body.len();
    loop {
        let byte = u8::try_from(length % 128).unwrap();
        length /= 128;
        packet.push(if length > 0 { byte | 0x80 } else { byte });
        if length == 0 {
            break;
        }
    }
    packet.extend(body);
    packet
}

fn string(text: &str) -> Vec<u8> {
    let mut bytes = u16::try_from(text.len()).unwrap().to_be_bytes().to_vec();
    bytes.extend(text.as_bytes());
    bytes
}
