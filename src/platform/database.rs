//! A database of the browser (IndexedDB): values by name, in stores. Works in the page and in workers.
//!
//! There may be none: in private windows, where storage is blocked, full or broken. Then opening or writing answers so, and
//! whoever wanted it works on without. No question waits for ever.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbFactory, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransaction, IdbTransactionMode,
};

#[wasm_bindgen]
extern "C" {
    /// The global `indexedDB`, which a window and a worker both have. Reading it may throw.
    type Scope;
    #[wasm_bindgen(method, catch, getter, js_name = indexedDB)]
    fn indexed_db(this: &Scope) -> Result<Option<IdbFactory>, JsValue>;

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Function, delay_ms: i32) -> i32;
}

/// A database answers in milliseconds. One that does not is held by another tab, or broken.
const PATIENCE_MS: i32 = 3000;

/// An open database. Closed when another tab wants to change its structure; everything fails from then on.
pub struct Database {
    database: IdbDatabase,
    stores: &'static [&'static str],
    _on_change: Closure<dyn Fn()>,
}

/// Something to be written.
pub enum Write<'a> {
    /// Put a value under a name.
    Put(&'static str, &'a str, &'a JsValue),
    /// Remove what is under a name.
    Remove(&'static str, &'a str),
    /// Remove everything.
    Clear(&'static str),
}

impl Database {
    /// Opens the database `name` with these stores. What another version of it held is dropped.
    pub async fn open(name: &str, version: u32, stores: &'static [&'static str]) -> Option<Self> {
        let factory = js_sys::global().unchecked_into::<Scope>().indexed_db().ok().flatten()?;
        match Self::open_version(&factory, name, version, stores).await {
            Some(database) => Some(database),
            // Perhaps a newer page was here: its database cannot be opened by an older one, but removed.
            None => {
                settled(factory.delete_database(name).ok()?.as_ref()).await.ok()?;
                Self::open_version(&factory, name, version, stores).await
            }
        }
    }

    async fn open_version(
        factory: &IdbFactory,
        name: &str,
        version: u32,
        stores: &'static [&'static str],
    ) -> Option<Self> {
        let request = factory.open_with_u32(name, version).ok()?;
        let asked: IdbOpenDbRequest = request.clone();
        let upgrade = Closure::once(move || {
            let Ok(database) = asked.result().map(JsCast::unchecked_into::<IdbDatabase>) else { return };
            let names = database.object_store_names();
            (0..names.length()).filter_map(|at| names.get(at)).for_each(|name| {
                let _ = database.delete_object_store(&name);
            });
            for store in stores {
                let _ = database.create_object_store(store);
            }
        });
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let database: IdbDatabase = settled(&request).await.ok()?.dyn_into().ok()?;
        let closing = database.clone();
        let on_change = Closure::<dyn Fn()>::new(move || closing.close());
        database.set_onversionchange(Some(on_change.as_ref().unchecked_ref()));
        Some(Self { database, stores, _on_change: on_change })
    }

    /// The value under a name.
    pub async fn get(&self, store: &str, name: &str) -> Option<JsValue> {
        let transaction = self.database.transaction_with_str(store).ok()?;
        let request = transaction.object_store(store).ok()?.get(&name.into()).ok()?;
        settled(&request).await.ok().filter(|value| !value.is_undefined())
    }

    /// All names of a store with their values.
    pub async fn all(&self, store: &str) -> Option<Vec<(String, JsValue)>> {
        let transaction = self.database.transaction_with_str(store).ok()?;
        let store = transaction.object_store(store).ok()?;
        let (names, values) = (store.get_all_keys().ok()?, store.get_all().ok()?);
        let values: Array = settled(&values).await.ok()?.dyn_into().ok()?;
        // Asked first, answered first.
        let names: Array = names.result().ok()?.dyn_into().ok()?;
        Some(
            names
                .iter()
                .zip(values.iter())
                .filter_map(|(name, value)| Some((name.as_string()?, value)))
                .collect(),
        )
    }

    /// Writes all of it, or nothing. `false` when it could not be written, for want of room or otherwise.
    pub async fn write(&self, writes: &[Write<'_>]) -> bool {
        let Ok(transaction) = self.begin_write(writes) else { return false };
        let ended = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onerror(Some(&reject));
            transaction.set_onabort(Some(&reject));
        });
        JsFuture::from(within_patience(&ended)).await.is_ok_and(|outcome| !outcome.is_undefined())
    }

    fn begin_write(&self, writes: &[Write<'_>]) -> Result<IdbTransaction, JsValue> {
        let names: Array = self.stores.iter().map(|name| JsValue::from_str(name)).collect();
        let mode = IdbTransactionMode::Readwrite;
        let transaction = self.database.transaction_with_str_sequence_and_mode(&names, mode)?;
        let store = |name: &str| -> Result<IdbObjectStore, JsValue> { transaction.object_store(name) };
        for write in writes {
            match write {
                Write::Put(name, key, value) => store(name)?.put_with_key(value, &(*key).into())?,
                Write::Remove(name, key) => store(name)?.delete(&(*key).into())?,
                Write::Clear(name) => store(name)?.clear()?,
            };
        }
        Ok(transaction)
    }
}

/// Waits for a request, but not for ever.
async fn settled(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let ended = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
        if let Some(opening) = request.dyn_ref::<IdbOpenDbRequest>() {
            opening.set_onblocked(Some(&reject));
        }
    });
    JsFuture::from(within_patience(&ended)).await?;
    // Throws while the request is still pending.
    request.result()
}

/// The promise, or nothing when that takes too long.
fn within_patience(ended: &Promise) -> Promise {
    let patience = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, PATIENCE_MS);
    });
    Promise::race(&Array::of2(ended, &patience))
}
