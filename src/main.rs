//! The dashboard page: the thin outside around `dashboard_core`.

mod app;
mod embedding;
mod guest;
mod map;
mod outside;
mod rest;
mod store;
mod ui;
mod viewing;
mod worker;

use dashboard_web::platform;

fn main() {
    console_error_panic_hook::set_once();
    app::start();
}
