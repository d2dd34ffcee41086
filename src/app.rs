//! Puts the page together.

use leptos::prelude::*;

use crate::store::Store;
use crate::ui::Dashboard;

/// Starts the page.
pub fn start() {
    mount_to_body(|| {
        let store = Store::new();
        view! { <Dashboard store /> }
    });
}
