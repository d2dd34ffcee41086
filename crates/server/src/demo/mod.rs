//! A made-up household in a made-up town, so that the dashboard can be seen alive before any phone is set up, and without
//! the internet.
//!
//! | file | purpose |
//! |---|---|
//! | `town` | streets, land and names |
//! | `household`, `diary`, `journey` | who lives there, what they do on a day, how they get there |
//! | `life`, `report` | where everybody is at any moment; what their phones say |
//! | `history`, `live` | the past, written in bulk; the present, published as phones do |
//! | `face`, `tiles` | portraits and the base map |
//! | `state` | what is remembered from start to start |
//!
//! Everything is determined by what the state file holds, the person and the time.

pub mod diary;
pub mod face;
pub mod history;
pub mod household;
pub mod journey;
pub mod life;
mod live;
mod random;
pub mod report;
mod state;
pub mod tiles;
pub mod town;

use std::io;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use dashboard_core::time::UnixSeconds;
use tokio::sync::watch;

use crate::broker::Broker;
use crate::store::{Archive, Store};
use diary::{DAY_S, World};
use life::{Life, ROUND_EVERY_S, Session};
use state::State;

/// How far back the history goes.
pub const HISTORY_S: i64 = 183 * DAY_S;

/// Rounds began this long before the start, so that the first look finds people under way.
const HEAD_START_S: i64 = 9 * 60;

/// The demo, its past written.
pub struct Demo {
    life: Arc<Life>,
}

impl Demo {
    /// Writes what is missing of the household's history into the store in `folder`, which no server may have open: all
    /// of it at first, what happened since the last start later. Takes seconds; to be called where blocking is fine.
    ///
    /// # Errors
    /// When the folder holds somebody's own store, cannot be written, or a server has it open.
    pub fn prepare(folder: &Path, now_s: UnixSeconds, utc_offset_s: i64) -> io::Result<Self> {
        let archive = Archive::open(folder)?;
        let state = State::load(folder)?;
        let newest_s = history::newest_s(&archive)?;
        let state = match state {
            Some(state) => state,
            None if newest_s.is_none() => {
                let founded = (now_s + utc_offset_s).div_euclid(DAY_S);
                let state = State { founded, utc_offset_s, since_s: now_s - HEAD_START_S };
                state.save(folder)?;
                state
            }
            None => return Err(io::Error::other("it holds histories that are not of the demo")),
        };
        let sessions = sessions(&state, newest_s, now_s);
        let since_s = sessions.last().map_or(now_s, |session| session.since_s);
        let life = Life::new(World::new(state.founded), state.utc_offset_s, sessions);
        let reports = history::write(&archive, &life, now_s - HISTORY_S, now_s)?;
        State { since_s, ..state }.save(folder)?;
        tracing::info!("demo household: {reports} reports added to its history");
        Ok(Self { life: Arc::new(life) })
    }

    /// The household's life.
    pub fn life(&self) -> &Arc<Life> {
        &self.life
    }

    /// The base map, at `tiles/{z}/{x}/{y}.png`.
    pub fn routes(&self) -> Router {
        tiles::routes()
    }

    /// Lets the household live on, until `closing`.
    pub async fn live(&self, store: Arc<Store>, broker: Arc<Broker<Store>>, closing: watch::Receiver<bool>) {
        live::run(self.life.clone(), store, broker, closing).await;
    }
}

/// Seconds that the system's clock on the wall is ahead of UTC at `now_s`.
pub fn local_utc_offset_s(now_s: UnixSeconds) -> i64 {
    let zone = jiff::tz::TimeZone::system();
    jiff::Timestamp::from_second(now_s).map_or(0, |now| i64::from(zone.to_offset(now).seconds()))
}

/// The session that ended when the last report was recorded, and the one that begins. After a short pause the old one
/// goes on.
fn sessions(state: &State, newest_s: Option<UnixSeconds>, now_s: UnixSeconds) -> Vec<Session> {
    let since = |since_s| Session { since_s, until_s: UnixSeconds::MAX };
    match newest_s {
        Some(newest_s) if now_s - newest_s >= ROUND_EVERY_S => {
            let ended = Session { since_s: state.since_s, until_s: newest_s };
            vec![ended, since((now_s - HEAD_START_S).max(newest_s + ROUND_EVERY_S))]
        }
        _ => vec![since(state.since_s)],
    }
}
