//! The model at its seam: these events at this time → these commands and views. Nothing inside is named.

mod scene;

mod friends;
mod history;
mod inspection;
mod map;
mod mqtt;
mod people;
mod recorder;
mod replay;
mod secrets;
