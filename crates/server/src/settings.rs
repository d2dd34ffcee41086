//! What the program needs, made of what was typed.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::args::Args;

/// What the program needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Folder of the store and of `config.json`.
    pub data: PathBuf,
    /// Address of the page; loopback.
    pub listen: SocketAddr,
    /// What it does beside serving the page.
    pub role: Role,
}

/// What the server does beside serving the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// Broker and recorder of its own.
    Alone {
        /// MQTT over TCP.
        mqtt: MqttListen,
        /// A made-up household moves.
        demo: bool,
    },
    /// In front of what is there already; at least one is given.
    Front {
        /// Address of a Recorder.
        recorder: Option<String>,
        /// Folder of a Recorder's store, which is only read; not together with `recorder`.
        store: Option<PathBuf>,
        /// Address of a broker.
        mqtt: Option<String>,
    },
}

/// Whether and where MQTT over TCP is taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MqttListen {
    /// Not at all.
    Off,
    /// There, if nobody else is: the person did not ask for it.
    IfFree(SocketAddr),
    /// There.
    At(SocketAddr),
}

/// What was typed cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// No address and port.
    NotAnAddress {
        /// Which option.
        option: &'static str,
        /// What was typed.
        typed: String,
    },
    /// Other machines could reach it.
    NotLoopback {
        /// Which option.
        option: &'static str,
        /// What was typed.
        typed: String,
    },
    /// The system names no folder for program data.
    NoDataFolder,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnAddress { option, typed } => {
                write!(f, "{option} {typed}: an address and a port are needed, such as 127.0.0.1:8084")
            }
            Self::NotLoopback { option, typed } => write!(
                f,
                "{option} {typed}: refused, because there are no accounts yet and everyone who can reach this address \
                 could see where everybody is; use a loopback address such as 127.0.0.1"
            ),
            Self::NoDataFolder => {
                write!(f, "this system names no folder for program data; name one with --data")
            }
        }
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Makes what the program needs of what was typed.
    ///
    /// # Errors
    /// When an address is none, or other machines could reach it, or no data folder is known.
    pub fn resolve(args: Args) -> Result<Self, SettingsError> {
        let folder = args.data.or_else(platform_data_folder).ok_or(SettingsError::NoDataFolder)?;
        let data = if args.demo { folder.join("demo") } else { folder };
        let listen = loopback("--listen", &args.listen)?;
        let role = if args.recorder.is_some() || args.store.is_some() || args.mqtt.is_some() {
            Role::Front { recorder: args.recorder, store: args.store, mqtt: args.mqtt }
        } else {
            let mqtt = match args.mqtt_listen.as_deref() {
                None => MqttListen::IfFree(SocketAddr::from((Ipv4Addr::LOCALHOST, 1883))),
                Some("off") => MqttListen::Off,
                Some(typed) => MqttListen::At(loopback("--mqtt-listen", typed)?),
            };
            Role::Alone { mqtt, demo: args.demo }
        };
        Ok(Self { data, listen, role })
    }
}

fn platform_data_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "owntracks-dashboard")?;
    Some(folders.data_dir().to_owned())
}

fn loopback(option: &'static str, typed: &str) -> Result<SocketAddr, SettingsError> {
    let address = typed.replacen("localhost:", "127.0.0.1:", 1).parse::<SocketAddr>();
    match address {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err(SettingsError::NotLoopback { option, typed: typed.to_owned() }),
        Err(_) => Err(SettingsError::NotAnAddress { option, typed: typed.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn resolve(typed: &[&str]) -> Result<Settings, SettingsError> {
        let typed = ["owntracks-dashboard", "--data", "store"].iter().chain(typed);
        Settings::resolve(Args::try_parse_from(typed).unwrap())
    }

    #[test]
    fn by_default_it_stands_alone() {
        let settings = resolve(&[]).unwrap();
        assert_eq!(settings.data, PathBuf::from("store"));
        assert_eq!(settings.listen.to_string(), "127.0.0.1:8084");
        let mqtt = MqttListen::IfFree("127.0.0.1:1883".parse().unwrap());
        assert_eq!(settings.role, Role::Alone { mqtt, demo: false });
    }

    #[test]
    fn the_demo_never_touches_the_real_store() {
        assert_eq!(resolve(&["--demo"]).unwrap().data, PathBuf::from("store/demo"));
    }

    #[test]
    fn other_machines_are_kept_out() {
        for address in ["0.0.0.0:8084", "192.168.1.5:80", "[::]:80"] {
            let error = resolve(&["--listen", address]).unwrap_err();
            assert!(matches!(error, SettingsError::NotLoopback { .. }), "{address}");
            assert!(error.to_string().contains("accounts"));
            assert!(resolve(&["--mqtt-listen", address]).is_err());
        }
        assert!(matches!(resolve(&["--listen", "8084"]), Err(SettingsError::NotAnAddress { .. })));
        assert_eq!(resolve(&["--listen", "[::1]:0"]).unwrap().listen.port(), 0);
        assert_eq!(resolve(&["--listen", "localhost:81"]).unwrap().listen.to_string(), "127.0.0.1:81");
    }

    #[test]
    fn in_front_of_others_there_is_no_own_broker() {
        let role = resolve(&["--recorder", "http://127.0.0.1:8083"]).unwrap().role;
        assert_eq!(
            role,
            Role::Front { recorder: Some("http://127.0.0.1:8083".into()), store: None, mqtt: None }
        );
        let role = resolve(&["--store", "/var/store", "--mqtt", "mqtt://127.0.0.1"]).unwrap().role;
        let (store, mqtt) = (Some("/var/store".into()), Some("mqtt://127.0.0.1".into()));
        assert_eq!(role, Role::Front { recorder: None, store, mqtt });
        let twice = ["owntracks-dashboard", "--store", "/x", "--recorder", "http://127.0.0.1"];
        assert!(Args::try_parse_from(twice).is_err(), "one history is enough");
        let both = ["owntracks-dashboard", "--demo", "--mqtt", "mqtt://127.0.0.1"];
        assert!(Args::try_parse_from(both).is_err(), "a demo household does not go to somebody's broker");
    }
}
