//! The dashboard page: the thin outside around `dashboard_core`.
//!
//! The same WebAssembly module runs twice: in the page, and in a worker that owns the points of histories.

mod app;
mod embedding;
mod map;
mod outside;
mod platform;
mod store;
mod ui;
mod worker;

fn main() {
    console_error_panic_hook::set_once();
    if worker::is_this_scope() {
        worker::serve();
    } else {
        app::start();
    }
}
