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

use crate::api::{self, Api, Forward};
use crate::settings::{MqttListen, Role, Settings};
use crate::store::Store;
use crate::{guard, page};

/// How long answers may take to end after the server was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A server that has its addresses and its store.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
    store: Option<Arc<Store>>,
    close: watch::Sender<bool>,
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
        }
    }
}

impl std::error::Error for StartError {}

impl Server {
    /// Opens the store and binds the addresses; nothing is answered yet.
    ///
    /// # Errors
    /// When an address is taken or the store cannot be opened.
    pub async fn bind(settings: Settings) -> Result<Self, StartError> {
        let listener = listen(settings.listen).await?;
        let address = listener.local_addr().map_err(|error| StartError::Listen(settings.listen, error))?;
        let (close, closing) = watch::channel(false);
        let (doors, store, sources) = match settings.role {
            Role::Alone { mqtt, demo } => {
                let store = open(settings.data.clone()).await?;
                let forward: Forward = Arc::new(|_| {});
                let api = Api { store: store.clone(), forward, closing };
                let _ = mqtt_listener(mqtt).await?;
                (api::routes(api), Some(store), page::Sources { recorder: true, mqtt: true, demo })
            }
            Role::Front { recorder, mqtt } => {
                let sources =
                    page::Sources { recorder: recorder.is_some(), mqtt: mqtt.is_some(), demo: false };
                (Router::new(), None, sources)
            }
        };
        let router =
            doors.merge(page::routes(&settings.data, sources)).layer(axum::middleware::from_fn(guard::admit));
        Ok(Self { listener, address, router, store, close })
    }

    /// Where the page is.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The store, where the server has its own.
    pub fn store(&self) -> Option<&Arc<Store>> {
        self.store.as_ref()
    }

    /// Serves until `shutdown` ends; then answers what was asked, writes what was taken in and returns.
    ///
    /// # Errors
    /// When the system takes the address away.
    pub async fn serve(self, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let mut closing = self.close.subscribe();
        let serving = axum::serve(self.listener, self.router).with_graceful_shutdown(async move {
            let _ = closing.wait_for(|closing| *closing).await; // the sender outlives this
        });
        let mut serving = std::pin::pin!(serving.into_future());
        let ended = tokio::select! {
            ended = &mut serving => ended,
            () = shutdown => {
                self.close.send_replace(true);
                // A reader that is too slow to be waited for starts over elsewhere.
                timeout(GRACE, serving).await.unwrap_or(Ok(()))
            }
        };
        if let Some(store) = self.store {
            let closed = tokio::task::spawn_blocking(move || store.close()).await;
            closed.map_err(io::Error::other)?;
        }
        ended
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

async fn open(folder: PathBuf) -> Result<Arc<Store>, StartError> {
    let at = folder.clone();
    let opened = tokio::task::spawn_blocking(move || Store::open(&folder)).await;
    opened
        .unwrap_or_else(|panic| Err(io::Error::other(panic)))
        .map(Arc::new)
        .map_err(|error| StartError::Store(at, error))
}
