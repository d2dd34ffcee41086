//! A server on a free port with a folder of its own, and a client for it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::{HeaderMap, Request, StatusCode};
use futures_util::{SinkExt, StreamExt};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use owntracks_dashboard::people::People;
use owntracks_dashboard::server::Server;
use owntracks_dashboard::settings::{MqttListen, Role, Settings};
use owntracks_dashboard::store::Store;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub struct Running {
    pub address: SocketAddr,
    pub mqtt_address: SocketAddr,
    pub mqtts_address: Option<SocketAddr>,
    pub people: Arc<People>,
    pub store: Arc<Store>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A server alone with its store.
pub fn settings(data: &Path) -> Settings {
    let listen = "127.0.0.1:0".parse().unwrap();
    let mqtt = MqttListen::At("127.0.0.1:0".parse().unwrap());
    Settings::new(data.to_owned(), listen, Role::Alone { mqtt, mqtts: None, demo: false })
}

/// A server that reads the store of a Recorder; it has a folder of its own for its configuration.
pub struct Reading {
    pub address: SocketAddr,
    pub people: Arc<People>,
    _data: tempfile::TempDir,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Reading {
    pub async fn start(store: &Path) -> Self {
        let data = tempfile::tempdir().unwrap();
        let role =
            Role::Front { recorder: None, store: Some(store.to_owned()), mqtt: None, mqtt_login: None };
        let server = Server::bind(Settings { role, ..settings(data.path()) }).await.unwrap();
        let (address, people) = (server.address(), server.people().clone());
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.serve(async { drop(stopped.await) }));
        Self { address, people, _data: data, stop, task }
    }

    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }

    pub async fn get(&self, path: &str) -> Answer {
        request(self.address, "GET", path, &[], "").await
    }
}

impl Running {
    pub async fn start(data: &Path) -> Self {
        Self::start_with(settings(data)).await
    }

    pub async fn start_with(settings: Settings) -> Self {
        let server = Server::bind(settings).await.unwrap();
        let (address, store) = (server.address(), server.store().unwrap().clone());
        let (mqtt_address, mqtts_address) = (server.mqtt_address().unwrap(), server.mqtts_address());
        let people = server.people().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(server.serve(async { drop(stopped.await) }));
        Self { address, mqtt_address, mqtts_address, people, store, stop, task }
    }

    /// Asks it to end and waits until its folder is free again.
    pub async fn stop(self) {
        drop(self.store);
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }

    pub async fn get(&self, path: &str) -> Answer {
        request(self.address, "GET", path, &[], "").await
    }

    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Answer {
        request(self.address, "POST", path, &[], body).await
    }

    pub async fn live(&self) -> Live {
        Live::connect(self.address, None).await.unwrap()
    }
}

pub async fn request(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Answer {
    let mut request = Request::builder().method(method).uri(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let client = Client::builder(TokioExecutor::new()).build_http();
    let answer = client.request(request.body(Full::new(body.into())).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// A listener on `/ws/last`.
pub struct Live(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Live {
    pub async fn connect(address: SocketAddr, origin: Option<&str>) -> tungstenite::Result<Self> {
        let origin = origin.map(|origin| ("Origin", origin.to_owned()));
        Self::open(address, "/ws/last", origin.as_slice()).await
    }

    pub async fn open(
        address: SocketAddr,
        path: &str,
        headers: &[(&'static str, String)],
    ) -> tungstenite::Result<Self> {
        let mut request = format!("ws://{address}{path}").into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        Ok(Self(tokio_tungstenite::connect_async(request).await?.0))
    }

    pub async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.unwrap();
    }

    /// The next text; `None` once the server closed.
    pub async fn hear(&mut self) -> Option<String> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(text.to_string()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                // A server that ends a connection need not say goodbye.
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next text, read.
    pub async fn hear_json(&mut self) -> Value {
        serde_json::from_str(&self.hear().await.unwrap()).unwrap()
    }
}

/// A location to publish.
pub fn location(time_s: i64) -> String {
    format!(r#"{{"_type":"location","tid":"AP","lat":52.5163,"lon":13.3777,"tst":{time_s},"acc":9}}"#)
}

/// A captured answer of the Recorder.
pub fn captured(name: &str) -> String {
    std::fs::read_to_string(fixtures().join("recorder").join(name)).unwrap()
}

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

/// Lays the lines of a track into a store, as the Recorder would have them.
pub fn lay_track(store: &Path, user: &str, device: &str, track: &str) {
    let folder = store.join("rec").join(user).join(device);
    std::fs::create_dir_all(&folder).unwrap();
    let lines = std::fs::read_to_string(fixtures().join("tracks").join(track)).unwrap();
    let mut months = std::collections::BTreeMap::<&str, String>::new();
    for line in lines.split_inclusive('\n') {
        months.entry(&line[..7]).or_default().push_str(line);
    }
    for (month, lines) in months {
        std::fs::write(folder.join(format!("{month}.rec")), lines).unwrap();
    }
}
