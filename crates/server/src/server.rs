//! Everything put together: bind, serve, end.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::api::{self, Api, Forward, Seats};
use crate::broker::{self, Broker};
use crate::demo::{self, Demo};
use crate::front::{self, BrokerLogin, FrontError};
use crate::people::{self, People, share};
use crate::settings::{MqttListen, Role, Settings, SettingsError};
use crate::store::Store;
use crate::tls::{CertificateFiles, Tls};
use crate::{clock, guard, health, http, page};

/// How long answers may take to end after the server was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A server that has its addresses and its store.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    router: Router,
    people: Arc<People>,
    household: Option<Household>,
    close: watch::Sender<bool>,
}

/// What a server that stands alone has of its own.
struct Household {
    data: PathBuf,
    store: Arc<Store>,
    broker: Arc<Broker<Store>>,
    mqtt: Option<TcpListener>,
    mqtts: Option<(TcpListener, Tls)>,
    /// Made-up people in it.
    demo: Option<Arc<Demo>>,
}

/// The server could not start.
#[derive(Debug)]
pub enum StartError {
    /// The system gives no threads.
    Runtime(io::Error),
    /// An address cannot be had.
    Listen(SocketAddr, io::Error),
    /// The store cannot be opened.
    Store(PathBuf, io::Error),
    /// Who belongs to the household cannot be read: nobody is let in on a guess.
    People(io::Error),
    /// Certificate or key are of no use.
    Tls(io::Error),
    /// User and password for the broker behind cannot be read.
    BrokerLogin(PathBuf, io::Error),
    /// An address is not to be had as things are.
    Reach(SettingsError),
    /// The address of what to stand in front of is of no use.
    Front(FrontError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Runtime(error) => write!(f, "the system refuses to start threads: {error}"),
            Self::Listen(address, error) if error.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "port {} on {} is in use by another program; choose another one",
                    address.port(),
                    address.ip()
                )
            }
            Self::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
            Self::Store(folder, error) => {
                write!(f, "the folder {} cannot be used as a store: {error}", folder.display())
            }
            Self::People(error) => write!(f, "who belongs to the household cannot be read: {error}"),
            Self::Tls(error) => write!(f, "the certificate cannot be used: {error}"),
            Self::BrokerLogin(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Reach(error) => write!(f, "{error}"),
            Self::Front(error) => write!(f, "{error}"),
        }
    }
}

impl std::error::Error for StartError {}

impl Server {
    /// Opens the store and binds the addresses; nothing is answered yet.
    ///
    /// # Errors
    /// When an address is taken, the store cannot be opened, or there is nothing to stand in front of.
    pub async fn bind(settings: Settings) -> Result<Self, StartError> {
        let people = People::open(&settings.data).map_err(StartError::People)?;
        settings.check_reach(people.now().register.has_owner()).map_err(StartError::Reach)?;
        let tls = open_tls(settings.tls.clone()).await?;
        let listener = listen(settings.listen).await?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(settings.listen, error))?;
        let (close, closing) = watch::channel(false);
        let embed_origins = settings.embed_origins;
        let (framed_by, login_in_frames) = (embed_origins.clone(), settings.embed_login);
        let (doors, household, sources) = match settings.role {
            Role::Alone { mqtt, mqtts, demo } => {
                let demo = if demo { Some(prepare_demo(settings.data.clone()).await?) } else { None };
                let sources =
                    page::Sources { recorder: true, mqtt: true, demo: demo.is_some(), embed_origins };
                let mqtts = mqtts.zip(tls.clone());
                let household =
                    Household::open(settings.data.clone(), Arc::clone(&people), mqtt, mqtts, demo).await?;
                (household.doors(sources.clone(), closing), Some(household), sources)
            }
            Role::Front { recorder, store, mqtt, mqtt_login } => {
                let login = mqtt_login.map(broker_login).transpose()?;
                let sources = page::Sources {
                    recorder: recorder.is_some() || store.is_some(),
                    mqtt: mqtt.is_some(),
                    demo: false,
                    embed_origins,
                };
                let doors = fronts(recorder.as_deref(), mqtt.as_deref(), login)?;
                let doors = match store {
                    Some(folder) => doors.merge(reading_room(folder, closing).await?),
                    None => doors,
                };
                (doors, None, sources)
            }
        };
        let guard = Arc::new(guard::Guard { people: Arc::clone(&people), proxies: settings.proxies });
        let router = doors
            .merge(page::routes(&settings.data, sources))
            .merge(people::pages::routes(people::pages::Setup {
                framed_by,
                login_in_frames,
                ..household.as_ref().map(Household::setup).unwrap_or_default()
            }))
            .layer(from_fn_with_state(guard, guard::admit))
            // Asked by whatever watches over the server; it says nothing of anybody.
            .route(health::PATH, get(|| async { "ok\n" }));
        Ok(Self { listener, address, tls, router, people, household, close })
    }

    /// Where the page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Who belongs to the household.
    pub fn people(&self) -> &Arc<People> {
        &self.people
    }

    /// The address of the page, as it is typed into a browser on this computer.
    pub fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        // All addresses of the computer are none that a browser could open.
        let ip = match self.address.ip() {
            IpAddr::V4(Ipv4Addr::UNSPECIFIED) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(Ipv6Addr::UNSPECIFIED) => Ipv6Addr::LOCALHOST.into(),
            ip => ip,
        };
        format!("{scheme}://{}/", SocketAddr::new(ip, self.address.port()))
    }

    /// Where MQTT over TCP is taken in, if it is.
    pub fn mqtt_address(&self) -> Option<SocketAddr> {
        self.household.as_ref()?.mqtt.as_ref()?.local_addr().ok()
    }

    /// Where MQTT over TLS is taken in, if it is.
    pub fn mqtts_address(&self) -> Option<SocketAddr> {
        self.household.as_ref()?.mqtts.as_ref()?.0.local_addr().ok()
    }

    /// The store, where the server has its own.
    pub fn store(&self) -> Option<&Arc<Store>> {
        self.household.as_ref().map(|household| &household.store)
    }

    /// Serves until `shutdown` ends; then answers what was asked, writes what was taken in and returns.
    ///
    /// # Errors
    /// When the store cannot be closed.
    pub async fn serve(mut self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let pages = http::serve(self.listener, self.tls, self.router, self.close.subscribe());
        let pages = tokio::spawn(pages);
        tokio::spawn(self.people.notice(self.close.subscribe()));
        if let Some(household) = &mut self.household {
            household.serve_mqtt();
            household.live(self.close.subscribe());
        }
        shutdown.await;
        self.close.send_replace(true);
        // A reader that is too slow to be waited for starts over elsewhere.
        let answered = timeout(GRACE, pages);
        let Some(household) = self.household else {
            drop(answered.await);
            return Ok(());
        };
        // The store goes last: until then the doors finish what they took in.
        let (_, ()) = tokio::join!(answered, household.broker.close());
        tokio::task::spawn_blocking(move || household.store.close()).await.map_err(io::Error::other)
    }
}

impl Household {
    /// Opens the store, puts back what the broker retained, and binds the TCP door.
    async fn open(
        folder: PathBuf,
        people: Arc<People>,
        mqtt: MqttListen,
        mqtts: Option<(SocketAddr, Tls)>,
        demo: Option<Demo>,
    ) -> Result<Self, StartError> {
        let at = folder.clone();
        let opened = tokio::task::spawn_blocking(move || Store::open(&folder)).await;
        let store = opened.unwrap_or_else(|panic| Err(io::Error::other(panic)));
        let store = Arc::new(store.map_err(|error| StartError::Store(at.clone(), error))?);
        let broker = Broker::new(store.clone(), people);
        for (topic, payload) in store.latest().retained() {
            broker.restore_retained(&topic, payload);
        }
        let mqtts = match mqtts {
            Some((address, tls)) => Some((listen(address).await?, tls)),
            None => None,
        };
        Ok(Self {
            data: at,
            store,
            broker,
            mqtt: mqtt_listener(mqtt).await?,
            mqtts,
            demo: demo.map(Arc::new),
        })
    }

    /// What phones connect to.
    fn setup(&self) -> people::pages::Setup {
        let address = |listener: &TcpListener| listener.local_addr().ok();
        people::pages::Setup {
            store: Some(self.store.clone()),
            mqtt: self.mqtt.as_ref().and_then(address),
            mqtts: self.mqtts.as_ref().and_then(|(listener, _)| address(listener)),
            ..people::pages::Setup::default()
        }
    }

    /// Everything that is asked of it over HTTP and WebSocket.
    fn doors(&self, sources: page::Sources, closing: watch::Receiver<bool>) -> Router {
        let broker = self.broker.clone();
        let forward: Forward = Arc::new(move |publish| broker.publish(&publish));
        let api = Api { store: self.store.clone(), forward, seats: Seats::default(), closing };
        let tiles = self.demo.as_ref().map_or_else(Router::new, |demo| demo.routes());
        let data = self.data.clone();
        let guests = share::doors::routes(self.store.clone(), data, sources, api.closing.clone());
        api::routes(api).merge(broker::websocket(self.broker.clone())).merge(guests).merge(tiles)
    }

    /// Lets the made-up people live, where there are some, until `closing`.
    fn live(&self, closing: watch::Receiver<bool>) {
        let Some(demo) = self.demo.clone() else { return };
        let (store, broker) = (self.store.clone(), self.broker.clone());
        tokio::spawn(async move { demo.live(store, broker, closing).await });
    }

    /// Takes in phones over TCP, where there is such a door, until the broker closes.
    fn serve_mqtt(&mut self) {
        if let Some(listener) = self.mqtt.take() {
            tokio::spawn(self.broker.clone().serve_tcp(listener, None));
        }
        if let Some((listener, tls)) = self.mqtts.take() {
            tokio::spawn(self.broker.clone().serve_tcp(listener, Some(tls)));
        }
    }
}

/// The doors to an existing Recorder and broker, as far as there are any.
fn fronts(
    recorder: Option<&str>,
    mqtt: Option<&str>,
    login: Option<BrokerLogin>,
) -> Result<Router, StartError> {
    let recorder = recorder.map_or_else(|| Ok(Router::new()), front::recorder).map_err(StartError::Front)?;
    let mqtt =
        mqtt.map_or_else(|| Ok(Router::new()), |url| front::mqtt(url, login)).map_err(StartError::Front)?;
    Ok(recorder.merge(mqtt))
}

/// The doors to a store that somebody else writes.
async fn reading_room(folder: PathBuf, closing: watch::Receiver<bool>) -> Result<Router, StartError> {
    let at = folder.clone();
    let opened = tokio::task::spawn_blocking(move || Store::follow(&folder)).await;
    let store = opened.unwrap_or_else(|panic| Err(io::Error::other(panic)));
    let store = Arc::new(store.map_err(|error| StartError::Store(at, error))?);
    let forward: Forward = Arc::new(|_| {}); // nothing is taken in here
    Ok(api::reading_routes(Api { store, forward, seats: Seats::default(), closing }))
}

/// Reads user and password for the broker behind.
fn broker_login(path: PathBuf) -> Result<BrokerLogin, StartError> {
    let text =
        std::fs::read_to_string(&path).map_err(|error| StartError::BrokerLogin(path.clone(), error))?;
    let (user, password) = text.lines().next().and_then(|line| line.split_once(':')).ok_or_else(|| {
        StartError::BrokerLogin(path, io::Error::other("its first line must be USER:PASSWORD"))
    })?;
    Ok(BrokerLogin { user: user.to_owned(), password: password.to_owned() })
}

/// Writes what is missing of the made-up household's history, before the store is opened.
async fn prepare_demo(folder: PathBuf) -> Result<Demo, StartError> {
    let at = folder.clone();
    let now_s = clock::now_s();
    let prepared =
        tokio::task::spawn_blocking(move || Demo::prepare(&folder, now_s, demo::local_utc_offset_s(now_s)))
            .await;
    prepared
        .unwrap_or_else(|panic| Err(io::Error::other(panic)))
        .map_err(|error| StartError::Store(at, error))
}

async fn open_tls(files: Option<CertificateFiles>) -> Result<Option<Tls>, StartError> {
    match files {
        Some(files) => Tls::open(files).await.map(Some).map_err(StartError::Tls),
        None => Ok(None),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| StartError::Listen(address, error))
}

/// The TCP door of the broker, where one is wanted.
async fn mqtt_listener(mqtt: MqttListen) -> Result<Option<TcpListener>, StartError> {
    match mqtt {
        MqttListen::Off => Ok(None),
        MqttListen::At(address) => listen(address).await.map(Some),
        MqttListen::IfFree(address) => match listen(address).await {
            Ok(listener) => Ok(Some(listener)),
            Err(error) => {
                tracing::warn!(
                    "{error}; phones can use MQTT over WebSocket at /mqtt, or choose with --mqtt-listen"
                );
                Ok(None)
            }
        },
    }
}
