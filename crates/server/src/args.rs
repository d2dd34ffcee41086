//! What was typed.

use std::path::PathBuf;

use clap::Parser;

/// Where friends are now and where they have been: the OwnTracks dashboard as one program.
///
/// Without options it is everything a household needs: it takes in what phones publish (MQTT and HTTP), keeps it in the
/// files of the OwnTracks Recorder, and shows it. Phones connect to the MQTT address, or post to /pub?u=USER&d=DEVICE.
#[derive(Clone, Debug, Parser)]
#[command(name = "owntracks-dashboard", version)]
pub struct Args {
    /// Folder of the store (rec/, last/, cards/ …) and of config.json [default: the system's folder for program data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Address of the page. Loopback only, until there are accounts
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8084")]
    pub listen: String,

    /// Address for MQTT over TCP, or "off" [default: 127.0.0.1:1883 if it is free]. MQTT over WebSocket is always at /mqtt
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with_all = ["recorder", "store", "mqtt"])]
    pub mqtt_listen: Option<String>,

    /// Show a made-up household that moves. It has its own folder, demo/ in the data folder
    #[arg(long, conflicts_with_all = ["recorder", "store", "mqtt"])]
    pub demo: bool,

    /// Stand in front of this OwnTracks Recorder and keep nothing, e.g. http://127.0.0.1:8083
    #[arg(long, value_name = "URL")]
    pub recorder: Option<String>,

    /// Read the store of an OwnTracks Recorder on this machine, which goes on writing it, e.g.
    /// /var/spool/owntracks/recorder/store. Nothing is written to it. Much faster than --recorder
    #[arg(long, value_name = "DIR", conflicts_with = "recorder")]
    pub store: Option<PathBuf>,

    /// Stand in front of this MQTT broker and keep nothing, e.g. mqtt://127.0.0.1:1883
    #[arg(long, value_name = "URL")]
    pub mqtt: Option<String>,
}
