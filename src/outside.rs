//! Carries out the model's commands. Every answer comes back as an event.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use dashboard_core::model::{
    Command, ConnectionId, Event, MapMove, MapView, RequestId, endpoints_to_json, settings_to_json,
};
use dashboard_core::time::UnixMillis;
use wasm_bindgen_futures::spawn_local;

use crate::platform::http::Transfer;
use crate::platform::timer::Timer;
use crate::platform::websocket::{Socket, SocketEvent};
use crate::platform::{clock, page, storage};
use crate::store::Store;
use crate::worker::{Request, TrackWorker};

/// What the page has open towards the outside.
#[derive(Default)]
pub struct Outside {
    mqtt: RefCell<Option<(ConnectionId, Socket)>>,
    live: RefCell<Option<(ConnectionId, Socket)>>,
    gets: RefCell<HashMap<RequestId, Transfer>>,
    alarm: RefCell<Option<Timer>>,
    /// The worker that owns the points.
    pub tracks: TrackWorker,
    /// The sealed link that the page was opened with, until it is opened itself.
    pub link: RefCell<Option<String>>,
    map: MapMoves,
    map_rest: RefCell<Option<MapRest>>,
}

impl Outside {
    /// Does one thing.
    pub fn run(&self, store: Store, command: Command) {
        match command {
            Command::MqttOpen { connection, url } => self.open_mqtt(store, connection, &url),
            Command::MqttTransmit { connection, bytes } => {
                with_socket(&self.mqtt, connection, |socket| socket.send_bytes(&bytes));
            }
            Command::MqttClose { connection } => close(&self.mqtt, connection),
            Command::LiveOpen { connection, url } => self.open_live(store, connection, &url),
            Command::LiveTransmit { connection, text } => {
                with_socket(&self.live, connection, |socket| socket.send_text(&text));
            }
            Command::LiveClose { connection } => close(&self.live, connection),
            Command::Get { request, url, timeout_ms } => self.get(store, request, url, timeout_ms),
            Command::CancelGet { request } => {
                if let Some(transfer) = self.gets.borrow_mut().remove(&request) {
                    transfer.stop();
                }
            }
            Command::OpenHistory(home) => self.tracks.send(store, &Request::Open(home)),
            Command::LookAtHand { request, friend, range } => {
                self.tracks.send(store, &Request::Find { request, friend, range });
            }
            Command::SetAside { friend, ranges } => {
                self.tracks.send(store, &Request::SetAside { friend, ranges });
            }
            Command::ForgetKept => self.tracks.send(store, &Request::Forget),
            Command::LoadSlice(slice) => self.tracks.send(store, &Request::Load(slice)),
            Command::CancelSlice { request } => self.tracks.send(store, &Request::Cancel { request }),
            Command::ShowTracks { friends, range, splitting } => {
                self.tracks.send(store, &Request::Show { friends, range, splitting });
            }
            Command::AppendRow { friend, row } => {
                self.tracks.send(store, &Request::Append { friend, row });
            }
            Command::FindStays(wanted) => self.tracks.send(store, &Request::Stays { wanted }),
            Command::FindPoint(question) => self.tracks.send(store, &Request::Point(question)),
            Command::WakeAt(moment) => self.wake_at(store, moment),
            Command::MoveMap(map_move) => self.map.ask(map_move),
            Command::TellMapMoved(view) => {
                if let Some(tell) = &*self.map_rest.borrow() {
                    tell(&view);
                }
            }
            Command::SaveSettings(settings) => storage::save_settings(&settings_to_json(&settings)),
            Command::SaveCredentials { endpoint, credentials, remember } => {
                storage::save_credentials(&endpoint, credentials.as_ref(), remember);
            }
            Command::SaveKeys { keys, remember } => storage::save_passphrases(&keys, remember),
            Command::ForgetConnections => storage::forget_connections(),
            Command::SaveEndpoints(endpoints) => storage::save_endpoints(&endpoints_to_json(&endpoints)),
            Command::ReplaceQuery(query) => page::replace_query(&query),
        }
    }

    /// Hands the map's moves to the map, those asked for before it was there included.
    pub fn on_map_move(&self, mover: Option<Mover>) {
        self.map.attach(mover);
    }

    /// Calls `tell` with where the map came to rest whenever the page around wants to know.
    pub fn on_map_rest(&self, tell: MapRest) {
        *self.map_rest.borrow_mut() = Some(tell);
    }

    fn open_mqtt(&self, store: Store, connection: ConnectionId, url: &str) {
        let opened = Socket::open(url, Some("mqtt"), move |event| {
            store.dispatch(match event {
                SocketEvent::Opened => Event::MqttOpened { connection },
                SocketEvent::Bytes(bytes) => Event::MqttReceived { connection, bytes },
                // No MQTT: the session sees bytes it cannot read and ends the connection.
                SocketEvent::Text(text) => Event::MqttReceived { connection, bytes: text.into_bytes() },
                SocketEvent::Closed(reason) => Event::MqttClosed { connection, reason },
            });
        });
        match opened {
            Ok(socket) => *self.mqtt.borrow_mut() = Some((connection, socket)),
            Err(reason) => store.dispatch(Event::MqttClosed { connection, reason }),
        }
    }

    fn open_live(&self, store: Store, connection: ConnectionId, url: &str) {
        let opened = Socket::open(url, None, move |event| {
            store.dispatch(match event {
                SocketEvent::Opened => Event::LiveOpened { connection },
                // The Recorder sends text; whatever else comes is read as such.
                SocketEvent::Bytes(bytes) => {
                    Event::LiveReceived { connection, text: String::from_utf8_lossy(&bytes).into_owned() }
                }
                SocketEvent::Text(text) => Event::LiveReceived { connection, text },
                SocketEvent::Closed(reason) => Event::LiveClosed { connection, reason },
            });
        });
        match opened {
            Ok(socket) => *self.live.borrow_mut() = Some((connection, socket)),
            Err(reason) => store.dispatch(Event::LiveClosed { connection, reason }),
        }
    }

    fn get(&self, store: Store, request: RequestId, url: String, timeout_ms: u32) {
        let transfer = Transfer::new(timeout_ms);
        self.gets.borrow_mut().insert(request, transfer.clone());
        spawn_local(async move {
            let result = transfer.get(&url).await;
            // Gone from the table: cancelled, and nobody waits.
            if store.outside().gets.borrow_mut().remove(&request).is_some() {
                store.dispatch(match result {
                    Ok(answer) => Event::Answered { request, answer },
                    Err(failure) => Event::RequestFailed { request, failure },
                });
            }
        });
    }

    fn wake_at(&self, store: Store, moment: UnixMillis) {
        let delay_ms = moment.ms_since(clock::now());
        *self.alarm.borrow_mut() = Some(Timer::after(delay_ms, move || store.dispatch(Event::Woke)));
    }
}

fn with_socket(
    slot: &RefCell<Option<(ConnectionId, Socket)>>,
    wanted: ConnectionId,
    act: impl FnOnce(&Socket),
) {
    if let Some((connection, socket)) = &*slot.borrow()
        && *connection == wanted
    {
        act(socket);
    }
}

fn close(slot: &RefCell<Option<(ConnectionId, Socket)>>, unwanted: ConnectionId) {
    slot.borrow_mut().take_if(|(connection, _)| *connection == unwanted);
}

/// Carries out moves of the map.
pub type Mover = Box<dyn Fn(MapMove)>;

/// Hears where the map came to rest.
type MapRest = Box<dyn Fn(&MapView)>;

/// Moves of the map on their way to it. Commands are not lost while the map is still being built.
#[derive(Default)]
struct MapMoves {
    waiting: Cell<Vec<MapMove>>,
    mover: RefCell<Option<Mover>>,
}

impl MapMoves {
    fn ask(&self, map_move: MapMove) {
        match &*self.mover.borrow() {
            Some(mover) => mover(map_move),
            None => {
                let mut waiting = self.waiting.take();
                waiting.push(map_move);
                self.waiting.set(waiting);
            }
        }
    }

    fn attach(&self, mover: Option<Mover>) {
        *self.mover.borrow_mut() = mover;
        if let Some(mover) = &*self.mover.borrow() {
            self.waiting.take().into_iter().for_each(mover);
        }
    }
}
