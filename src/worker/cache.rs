//! Months of history kept on this device, so that they are shown at once, also without the Recorder.
//!
//! Each is kept under its home (the Recorder's address and the person's name there), friend and month, as a snapshot of its
//! track. Bounded in size: what was not looked at for longest goes first. Where the browser has no database, or none that
//! works, nothing is kept and nothing is missed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use dashboard_core::model::{AtHand, HistoryHome, Keep};
use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::recorder::Month;
use dashboard_core::time::{TimeRange, UnixSeconds};
use dashboard_core::track::{Dropped, SNAPSHOT_VERSION, Track};
use js_sys::{Array, Date, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::platform::database::{Database, Write};

const NAME: &str = "owntracks-dashboard.histories";

/// Another version of what is kept is dropped. Counted up when the facts below change; that of snapshots is its own.
const VERSION: u32 = 2000 + SNAPSHOT_VERSION;

const MONTHS: &str = "months";
const FACTS: &str = "facts";

/// Room for all homes together: some eight million points.
const MAX_BYTES: u64 = 200 << 20;

/// When something was last looked at is noted at most this often.
const NOTE_USE_EVERY_MS: f64 = 86_400_000.0;

/// What is known of a kept month without reading it.
#[derive(Clone, Debug)]
struct Fact {
    bytes: u64,
    used_at_ms: f64,
    sure_to_s: UnixSeconds,
    etag: Option<String>,
    /// What was left out of it.
    dropped: Dropped,
}

/// The months kept on this device.
pub struct Cache {
    max_bytes: u64,
    home: RefCell<Option<HistoryHome>>,
    /// Pending while the database opens.
    opening: RefCell<Option<Promise>>,
    database: RefCell<Option<Rc<Database>>>,
    facts: RefCell<BTreeMap<String, Fact>>,
    /// Counted up when everything is forgotten.
    generation: Cell<u32>,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            max_bytes: MAX_BYTES,
            home: RefCell::default(),
            opening: RefCell::default(),
            database: RefCell::default(),
            facts: RefCell::default(),
            generation: Cell::default(),
        }
    }
}

impl Cache {
    /// From now on months of this home are kept and found. Opens the database, so that it is there when it is needed.
    pub fn enter(self: &Rc<Self>, home: Option<HistoryHome>) {
        let opens = home.as_ref().is_some_and(|home| home.keeps);
        *self.home.borrow_mut() = home;
        if opens {
            self.open();
        }
    }

    /// Bytes of everything kept, of all homes.
    pub async fn bytes(self: &Rc<Self>) -> u64 {
        self.opened().await;
        self.size()
    }

    /// What is kept of a friend that lies within `range`.
    pub async fn look(self: &Rc<Self>, friend: &FriendId, range: TimeRange) -> Vec<AtHand> {
        let Some(begin) = self.name(friend, None) else { return Vec::new() };
        self.opened().await;
        let facts = self.facts.borrow();
        let of_friend = facts.range(begin.clone()..).take_while(|(name, _)| name.starts_with(&begin));
        let pieces = of_friend.filter_map(|(name, fact)| {
            let month = Month::parse(&name[begin.len()..])?;
            let TimeRange { from_s, to_s } = month.range();
            let range = TimeRange::new(from_s, fact.sure_to_s.min(to_s))?;
            Some(AtHand {
                range,
                month: Some(month),
                can_be_checked: fact.etag.is_some() && range.to_s == to_s,
            })
        });
        pieces.filter(|piece| piece.range.intersection(range).is_some()).collect()
    }

    /// The track of a kept month, and what was left out of it.
    pub async fn take(self: &Rc<Self>, friend: &FriendId, month: Month) -> Option<(Track, Dropped)> {
        let name = self.name(friend, Some(month))?;
        self.opened().await;
        let database = self.database.borrow().clone()?;
        let value = database.get(MONTHS, &name).await;
        let bytes = value.and_then(|value| value.dyn_into::<Uint8Array>().ok()).map(|bytes| bytes.to_vec());
        let track = bytes.and_then(|bytes| Track::from_snapshot(&bytes));
        match &track {
            Some(_) => self.note_use(&database, &name).await,
            None => self.remove(std::slice::from_ref(&name)).await,
        }
        let dropped = self.facts.borrow().get(&name).map_or_else(Dropped::default, |fact| fact.dropped);
        Some((track?, dropped))
    }

    /// What the server called the version of a month that is kept.
    pub fn etag(&self, friend: &FriendId, month: Month) -> Option<String> {
        let name = self.name(friend, Some(month))?;
        self.facts.borrow().get(&name)?.etag.clone()
    }

    /// Keeps a month, in place of what was kept of it. Room is made by forgetting what was not used for longest.
    pub async fn keep(
        self: &Rc<Self>,
        friend: &FriendId,
        keep: Keep,
        etag: Option<String>,
        (snapshot, dropped): (Vec<u8>, Dropped),
    ) {
        let Some(name) = self.name(friend, Some(keep.month)) else { return };
        let generation = self.generation.get();
        self.opened().await;
        let Some(database) = self.database.borrow().clone() else { return };
        let bytes = (snapshot.len() + name.len()) as u64;
        if bytes > self.max_bytes / 4 || generation != self.generation.get() {
            return;
        }
        let others = self.size() - self.facts.borrow().get(&name).map_or(0, |fact| fact.bytes);
        self.make_room((others + bytes).saturating_sub(self.max_bytes), &name).await;
        let fact = Fact { bytes, used_at_ms: Date::now(), sure_to_s: keep.sure_to_s, etag, dropped };
        let (value, facts) = (JsValue::from(Uint8Array::from(snapshot.as_slice())), fact.to_js());
        drop(snapshot);
        let writes = [Write::Put(MONTHS, &name, &value), Write::Put(FACTS, &name, &facts)];
        if generation != self.generation.get() {
            return;
        }
        if database.write(&writes).await {
            if generation == self.generation.get() {
                self.facts.borrow_mut().insert(name, fact);
            }
        } else {
            // No room, most likely. The next month finds some.
            let quarter = self.size() / 4;
            self.make_room(quarter, "").await;
        }
    }

    /// Forgets a month.
    pub async fn drop_month(self: &Rc<Self>, friend: &FriendId, month: Month) {
        if let Some(name) = self.name(friend, Some(month)) {
            self.opened().await;
            self.remove(&[name]).await;
        }
    }

    /// Forgets everything, of all homes.
    pub async fn forget(self: &Rc<Self>) {
        self.generation.set(self.generation.get().wrapping_add(1));
        // Also when nothing was to be kept in this visit: an earlier one may have kept something.
        self.open();
        self.opened().await;
        self.facts.borrow_mut().clear();
        let database = self.database.borrow().clone();
        if let Some(database) = database {
            database.write(&[Write::Clear(MONTHS), Write::Clear(FACTS)]).await;
        }
    }

    fn open(self: &Rc<Self>) {
        if self.opening.borrow().is_some() {
            return;
        }
        let cache = self.clone();
        *self.opening.borrow_mut() = Some(future_to_promise(async move {
            if let Some(database) = Database::open(NAME, VERSION, &[MONTHS, FACTS]).await {
                let facts = database.all(FACTS).await.unwrap_or_default();
                let facts = facts.into_iter().filter_map(|(name, fact)| Some((name, Fact::from_js(&fact)?)));
                *cache.facts.borrow_mut() = facts.collect();
                *cache.database.borrow_mut() = Some(Rc::new(database));
            }
            Ok(JsValue::UNDEFINED)
        }));
    }

    /// Goes on when the database is open, or cannot be opened, or nobody wanted it.
    async fn opened(&self) {
        let opening = self.opening.borrow().clone();
        if let Some(opening) = opening {
            let _ = JsFuture::from(opening).await;
        }
    }

    /// The name of a month, or what the names of all months of a friend begin with; none when nothing is to be kept.
    fn name(&self, friend: &FriendId, month: Option<Month>) -> Option<String> {
        let home = self.home.borrow();
        let HistoryHome { endpoint, account, keeps } = home.as_ref()?;
        let parts = [endpoint.as_str(), account, friend.user(), friend.device()];
        // With its length each part can be nothing else.
        let parts: String = parts.iter().map(|part| format!("{}:{part} ", part.len())).collect();
        keeps.then(|| month.map_or_else(|| parts.clone(), |month| format!("{parts}{month}")))
    }

    fn size(&self) -> u64 {
        self.facts.borrow().values().map(|fact| fact.bytes).sum()
    }

    /// Forgets what was not used for longest, until `bytes` are free.
    async fn make_room(&self, bytes: u64, but_for: &str) {
        let mut by_use: Vec<(f64, String, u64)> = self
            .facts
            .borrow()
            .iter()
            .filter(|(name, _)| *name != but_for)
            .map(|(name, fact)| (fact.used_at_ms, name.clone(), fact.bytes))
            .collect();
        by_use.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut freed = 0;
        let oldest = by_use.into_iter().take_while(|(_, _, size)| {
            let more = freed < bytes;
            freed += size;
            more
        });
        let names: Vec<String> = oldest.map(|(_, name, _)| name).collect();
        self.remove(&names).await;
    }

    async fn remove(&self, names: &[String]) {
        if names.is_empty() {
            return;
        }
        names.iter().for_each(|name| drop(self.facts.borrow_mut().remove(name)));
        let database = self.database.borrow().clone();
        if let Some(database) = database {
            let writes: Vec<Write<'_>> = names
                .iter()
                .flat_map(|name| [Write::Remove(MONTHS, name), Write::Remove(FACTS, name)])
                .collect();
            database.write(&writes).await;
        }
    }

    async fn note_use(&self, database: &Database, name: &str) {
        let now_ms = Date::now();
        let noted = self.facts.borrow_mut().get_mut(name).and_then(|fact| {
            let is_due = now_ms - fact.used_at_ms > NOTE_USE_EVERY_MS;
            is_due.then(|| {
                fact.used_at_ms = now_ms;
                fact.to_js()
            })
        });
        if let Some(fact) = noted {
            database.write(&[Write::Put(FACTS, name, &fact)]).await;
        }
    }
}

impl Fact {
    fn to_js(&self) -> JsValue {
        let etag = self.etag.as_deref().map_or(JsValue::NULL, JsValue::from_str);
        let Dropped { repeats, invalid, out_of_range } = self.dropped;
        let numbers = [self.bytes as f64, self.used_at_ms, self.sure_to_s as f64];
        let dropped = [repeats, invalid, out_of_range].map(JsValue::from);
        let array: Array = numbers.into_iter().map(JsValue::from_f64).chain([etag]).chain(dropped).collect();
        array.into()
    }

    fn from_js(value: &JsValue) -> Option<Self> {
        let array: &Array = value.dyn_ref()?;
        let number = |at| array.get(at).as_f64();
        Some(Self {
            bytes: number(0)? as u64,
            used_at_ms: number(1)?,
            sure_to_s: number(2)? as UnixSeconds,
            etag: array.get(3).as_string(),
            dropped: Dropped {
                repeats: number(4)? as u32,
                invalid: number(5)? as u32,
                out_of_range: number(6)? as u32,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use dashboard_core::geo::LatLon;
    use dashboard_core::track::Row;
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn entered(account: &str, max_bytes: u64) -> Rc<Cache> {
        let cache = Rc::new(Cache { max_bytes, ..Cache::default() });
        let (endpoint, account) = ("https://home.example/".to_owned(), account.to_owned());
        cache.enter(Some(HistoryHome { endpoint, account, keeps: true }));
        cache
    }

    fn eve() -> FriendId {
        FriendId::new("eve", "phone").unwrap()
    }

    fn keep(month: &str) -> Keep {
        let month = Month::parse(month).unwrap();
        Keep { month, sure_to_s: month.range().to_s }
    }

    fn track(points: i64) -> Track {
        let row = |n| Row {
            time_s: 1_700_000_000 + n,
            position: LatLon::new(48.0, 11.0 + n as f64 * 1e-4).unwrap(),
            accuracy_m: None,
            altitude_m: None,
            speed_kmh: None,
            battery_percent: None,
        };
        let mut track = Track::new();
        track.merge(&mut (0..points).map(row).collect());
        track
    }

    async fn months(cache: &Rc<Cache>, friend: &FriendId) -> Vec<String> {
        let ever = TimeRange { from_s: 0, to_s: i64::MAX };
        cache.look(friend, ever).await.iter().map(|piece| piece.month.unwrap().to_string()).collect()
    }

    // One story: all tests of a page share its database.
    #[wasm_bindgen_test]
    async fn months_lie_under_their_home_until_they_are_forgotten() {
        let jane = entered("jane", MAX_BYTES);
        jane.forget().await;
        let dropped = Dropped { repeats: 3, invalid: 2, out_of_range: 1 };
        for month in ["2026-01", "2026-02"] {
            jane.keep(&eve(), keep(month), Some("\"v1\"".into()), (track(500).to_snapshot(), dropped)).await;
        }
        assert_eq!(months(&jane, &eve()).await, ["2026-01", "2026-02"]);
        assert!(jane.bytes().await > 25_000);
        assert_eq!(jane.etag(&eve(), keep("2026-01").month).as_deref(), Some("\"v1\""));

        // Another visit, and others.
        let again = entered("jane", MAX_BYTES);
        let (taken, left_out) = again.take(&eve(), keep("2026-02").month).await.unwrap();
        assert_eq!(left_out, dropped, "also after a reload it is known what is missing");
        assert_eq!(taken.rows().collect::<Vec<_>>(), track(500).rows().collect::<Vec<_>>());
        assert!(months(&again, &FriendId::new("eve", "phone2").unwrap()).await.is_empty());
        let bob = entered("bob", MAX_BYTES);
        assert!(
            months(&bob, &eve()).await.is_empty() && bob.take(&eve(), keep("2026-02").month).await.is_none()
        );
        let guest = entered("jane", MAX_BYTES);
        guest.enter(Some(HistoryHome {
            endpoint: "https://home.example/".into(),
            account: "jane".into(),
            keeps: false,
        }));
        assert!(months(&guest, &eve()).await.is_empty());
        guest.keep(&eve(), keep("2026-03"), None, (track(5).to_snapshot(), Dropped::default())).await;

        // What is damaged is as good as nothing.
        again.keep(&eve(), keep("2026-04"), None, (b"no track".to_vec(), Dropped::default())).await;
        assert_eq!(months(&again, &eve()).await, ["2026-01", "2026-02", "2026-04"]);
        assert!(again.take(&eve(), keep("2026-04").month).await.is_none());
        assert_eq!(months(&again, &eve()).await, ["2026-01", "2026-02"]);

        // What was not used for longest goes first, also that of others.
        let small = entered("bob", 4 * 13_500);
        small.keep(&eve(), keep("2026-05"), None, (track(500).to_snapshot(), Dropped::default())).await;
        small.keep(&eve(), keep("2026-06"), None, (track(500).to_snapshot(), Dropped::default())).await;
        small.keep(&eve(), keep("2026-07"), None, (track(500).to_snapshot(), Dropped::default())).await;
        assert_eq!(months(&small, &eve()).await.last().map(String::as_str), Some("2026-07"));
        assert!(small.bytes().await <= 4 * 13_500);
        assert_eq!(
            months(&entered("jane", MAX_BYTES), &eve()).await.first().map(String::as_str),
            Some("2026-02")
        );

        small.forget().await;
        assert_eq!(small.bytes().await, 0);
        assert!(months(&entered("jane", MAX_BYTES), &eve()).await.is_empty());
    }
}
