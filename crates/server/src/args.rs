//! What was typed.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

/// Where friends are now and where they have been: the OwnTracks dashboard as one program.
///
/// Without options it is everything a household needs: it takes in what phones publish (MQTT and HTTP), keeps it in the
/// files of the OwnTracks Recorder, and shows it. Phones connect to the MQTT address, or post to /pub?u=USER&d=DEVICE.
#[derive(Clone, Debug, Parser)]
#[command(name = "owntracks-dashboard", version, args_conflicts_with_subcommands = false)]
pub struct Args {
    /// Folder of the store (rec/, last/, cards/ …), of people.json and config.json [default: the system's folder for program data]
    #[arg(long, value_name = "DIR", global = true)]
    pub data: Option<PathBuf>,

    /// Address of the page. Loopback only, until there are accounts
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8084")]
    pub listen: String,

    /// Address for MQTT over TCP, or "off" [default: 127.0.0.1:1883 if it is free]. MQTT over WebSocket is always at /mqtt
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with_all = ["recorder", "store", "mqtt"])]
    pub mqtt_listen: Option<String>,

    /// Address for MQTT over TLS, e.g. 0.0.0.0:8883; needs --tls-cert and --tls-key
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with_all = ["recorder", "mqtt"], requires = "tls_cert")]
    pub mqtts_listen: Option<String>,

    /// Certificate (PEM, with those of the authorities above it): the page is then https. Renewed files are noticed
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,

    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,

    /// Reverse proxies whose word counts, as addresses or networks: where a request came from, and who logged in with them
    #[arg(long, value_name = "ADDRESS,…", value_delimiter = ',')]
    pub trust_proxy: Vec<String>,

    /// Header by which those proxies say who logged in with them, e.g. Remote-User
    #[arg(long, value_name = "HEADER", requires = "trust_proxy")]
    pub trust_proxy_header: Option<String>,

    /// Allow pages of this origin to have the dashboard in a frame and to talk with it, e.g. https://home.example; may be
    /// given several times. Pages of the dashboard's own origin always may
    #[arg(long, value_name = "ORIGIN")]
    pub embed: Vec<String>,

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

    /// File with USER:PASSWORD for that broker, in one line: the page is then logged in there by this server
    #[arg(long, value_name = "FILE", requires = "mqtt")]
    pub mqtt_login: Option<PathBuf>,

    /// How what happens is written to standard error: lines for people, or one JSON object a line
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// How much of it: error, warn, info, debug, trace, or a filter such as owntracks_dashboard::broker=debug
    /// [default: RUST_LOG, else info]
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,

    /// Something else to do than to serve.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Who reads the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// People.
    #[default]
    Text,
    /// Programs: one JSON object a line.
    Json,
}

/// Something else to do than to serve.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Who belongs to the household; a running server notices at once
    User {
        /// What to do.
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Ask a running server whether it is well; ends with an error when it is not. For containers and supervisors
    Healthcheck {
        /// Address of the page, as the server says it at its start
        #[arg(default_value = "http://127.0.0.1:8084/")]
        url: String,
    },
}

/// What to do about people.
#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Add somebody; asks for a password, or reads one line from standard input. The first one is an owner
    Add {
        /// User name, as in topics: a-z, 0-9 and -
        name: String,
        /// May decide who belongs to the household and who sees whom
        #[arg(long)]
        owner: bool,
        /// Without a password: somebody who is seen but cannot log in
        #[arg(long, conflicts_with = "owner")]
        no_login: bool,
    },
    /// List everybody with their devices
    List,
    /// Remove somebody; the history stays
    Remove {
        /// User name
        name: String,
    },
    /// Give somebody a new password; ends all their logins
    Password {
        /// User name
        name: String,
    },
}
