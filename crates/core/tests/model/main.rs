//! The model at its seam: these events at this time → these commands and views. Nothing inside is named.

mod scene;

mod embedding;
mod friends;
mod history;
mod inspection;
mod kiosk;
mod map;
mod mqtt;
mod people;
mod recorder;
mod replay;
mod secrets;
mod stays;
