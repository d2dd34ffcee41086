//! The dashboard page: the thin outside around `dashboard_core`.
//!
//! The same WebAssembly module runs twice: in the page, and in a worker that owns the points of histories.

mod app;
mod map;
mod platform;
mod store;
mod ui;

fn main() {
    console_error_panic_hook::set_once();
    app::start();
}
