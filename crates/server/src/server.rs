//! Everything put together: bind, serve, end.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::api::{self, Api, Forward, Seats};
use crate::broker::{self, Broker};
use crate::demo::{self, Demo};
use crate::front::{self, FrontError};
use crate::settings::{MqttListen, Role, Settings};
use crate::store::Store;
use crate::{clock, guard, page};

/// How long answers may take to end after the server was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A server that has its addresses and its store.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    household: Option<Household>,
    close: watch::Sender<bool>,
}

/// What a server that stands alone has of its own.
struct Household {
    store: Arc<Store>,
    broker: Arc<Broker<Store>>,
    mqtt: Option<TcpListener>,
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
        let listener = listen(settings.listen).await?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(settings.listen, error))?;
        let (close, closing) = watch::channel(false);
        let (doors, household, sources) = match settings.role {
            Role::Alone { mqtt, demo } => {
                let demo = if demo { Some(prepare_demo(settings.data.clone()).await?) } else { None };
                let sources = page::Sources { recorder: true, mqtt: true, demo: demo.is_some() };
                let household = Household::open(settings.data.clone(), mqtt, demo).await?;
                (household.doors(closing), Some(household), sources)
            }
            Role::Front { recorder, store, mqtt } => {
                let sources = page::Sources {
                    recorder: recorder.is_some() || store.is_some(),
                    mqtt: mqtt.is_some(),
                    demo: false,
                };
                let doors = fronts(recorder.as_deref(), mqtt.as_deref())?;
                let doors = match store {
                    Some(folder) => doors.merge(reading_room(folder, closing).await?),
                    None => doors,
                };
                (doors, None, sources)
            }
        };
        let router =
            doors.merge(page::routes(&settings.data, sources)).layer(axum::middleware::from_fn(guard::admit));
        Ok(Self { listener, address, router, household, close })
    }

    /// Where the page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where MQTT over TCP is taken in, if it is.
    pub fn mqtt_address(&self) -> Option<SocketAddr> {
        self.household.as_ref()?.mqtt.as_ref()?.local_addr().ok()
    }

    /// The store, where the server has its own.
    pub fn store(&self) -> Option<&Arc<Store>> {
        self.household.as_ref().map(|household| &household.store)
    }

    /// Serves until `shutdown` ends; then answers what was asked, writes what was taken in and returns.
    ///
    /// # Errors
    /// When the system takes an address away.
    pub async fn serve(mut self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let mut closing = self.close.subscribe();
        let pages = axum::serve(self.listener, self.router).with_graceful_shutdown(async move {
            let _ = closing.wait_for(|closing| *closing).await; // the sender outlives this
        });
        let mut pages = std::pin::pin!(pages.into_future());
        if let Some(household) = &mut self.household {
            household.serve_mqtt();
            household.live(self.close.subscribe());
        }
        let failed = tokio::select! {
            ended = &mut pages => Some(ended),
            () = shutdown => None,
        };
        self.close.send_replace(true);
        let answered = async {
            match failed {
                Some(ended) => ended,
                // A reader that is too slow to be waited for starts over elsewhere.
                None => timeout(GRACE, pages).await.unwrap_or(Ok(())),
            }
        };
        let Some(household) = self.household else { return answered.await };
        // The store goes last: until then the doors finish what they took in.
        let (ended, ()) = tokio::join!(answered, household.broker.close());
        if let Err(panic) = tokio::task::spawn_blocking(move || household.store.close()).await {
            tracing::error!("the store did not close: {panic}");
        }
        ended
    }
}

impl Household {
    /// Opens the store, puts back what the broker retained, and binds the TCP door.
    async fn open(folder: PathBuf, mqtt: MqttListen, demo: Option<Demo>) -> Result<Self, StartError> {
        let at = folder.clone();
        let opened = tokio::task::spawn_blocking(move || Store::open(&folder)).await;
        let store = opened.unwrap_or_else(|panic| Err(io::Error::other(panic)));
        let store = Arc::new(store.map_err(|error| StartError::Store(at, error))?);
        let broker = Broker::new(store.clone());
        for (topic, payload) in store.latest().retained() {
            broker.restore_retained(&topic, payload);
        }
        Ok(Self { store, broker, mqtt: mqtt_listener(mqtt).await?, demo: demo.map(Arc::new) })
    }

    /// Everything that is asked of it over HTTP and WebSocket.
    fn doors(&self, closing: watch::Receiver<bool>) -> Router {
        let broker = self.broker.clone();
        let forward: Forward = Arc::new(move |publish| broker.publish(&publish));
        let api = Api { store: self.store.clone(), forward, seats: Seats::default(), closing };
        let tiles = self.demo.as_ref().map_or_else(Router::new, |demo| demo.routes());
        api::routes(api).merge(broker::websocket(self.broker.clone())).merge(tiles)
    }

    /// Lets the made-up people live, where there are some, until `closing`.
    fn live(&self, closing: watch::Receiver<bool>) {
        let Some(demo) = self.demo.clone() else { return };
        let (store, broker) = (self.store.clone(), self.broker.clone());
        tokio::spawn(async move { demo.live(store, broker, closing).await });
    }

    /// Takes in phones over TCP, where there is such a door, until the broker closes.
    fn serve_mqtt(&mut self) {
        let Some(listener) = self.mqtt.take() else { return };
        let broker = self.broker.clone();
        tokio::spawn(broker.serve_tcp(listener));
    }
}

/// The doors to an existing Recorder and broker, as far as there are any.
fn fronts(recorder: Option<&str>, mqtt: Option<&str>) -> Result<Router, StartError> {
    let recorder = recorder.map_or_else(|| Ok(Router::new()), front::recorder).map_err(StartError::Front)?;
    let mqtt = mqtt.map_or_else(|| Ok(Router::new()), front::mqtt).map_err(StartError::Front)?;
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
