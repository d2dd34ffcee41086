//! What the program needs, made of what was typed.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use axum::http::HeaderName;

use crate::args::Args;
use crate::origin;
use crate::people::identify::{Network, Proxies};
use crate::tls::CertificateFiles;

/// What the program needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Folder of the store and of `config.json`.
    pub data: PathBuf,
    /// Address of the page.
    pub listen: SocketAddr,
    /// With these the page has TLS.
    pub tls: Option<CertificateFiles>,
    /// Reverse proxies whose word counts.
    pub proxies: Proxies,
    /// Origins whose pages may have the dashboard in a frame.
    pub embed_origins: Vec<String>,
    /// People can log in within such frames, also where the page around is of another site.
    pub embed_login: bool,
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
        /// MQTT over TLS, where it is taken in.
        mqtts: Option<SocketAddr>,
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
        /// File with user and password for the broker.
        mqtt_login: Option<PathBuf>,
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
    /// Other machines could reach it, and there are no accounts.
    NotLoopback {
        /// Which option.
        option: &'static str,
        /// What was typed.
        typed: String,
    },
    /// No address or network.
    NotANetwork {
        /// What was typed.
        typed: String,
    },
    /// No name of a header.
    NotAHeader {
        /// What was typed.
        typed: String,
    },
    /// No origin such as browsers write.
    NotAnOrigin {
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
                 could see where everybody is; make an owner first, with 'owntracks-dashboard user add NAME', or use a \
                 loopback address such as 127.0.0.1"
            ),
            Self::NotANetwork { typed } => write!(
                f,
                "--trust-proxy {typed}: an address or a network is needed, such as 127.0.0.1 or 10.0.0.0/8"
            ),
            Self::NotAHeader { typed } => {
                write!(f, "--trust-proxy-header {typed}: the name of a header is needed, such as Remote-User")
            }
            Self::NotAnOrigin { typed } => {
                write!(
                    f,
                    "--embed {typed}: scheme and host are needed and nothing else, such as https://home.example"
                )
            }
            Self::NoDataFolder => {
                write!(f, "this system names no folder for program data; name one with --data")
            }
        }
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Plain, and with no proxy in front.
    pub fn new(data: PathBuf, listen: SocketAddr, role: Role) -> Self {
        let (tls, proxies, embed_origins) = (None, Proxies::default(), Vec::new());
        Self { data, listen, tls, proxies, embed_origins, embed_login: false, role }
    }

    /// Makes what the program needs of what was typed.
    ///
    /// # Errors
    /// When an address is none, or no data folder is known.
    pub fn resolve(args: Args) -> Result<Self, SettingsError> {
        let folder = data_folder(args.data)?;
        let data = if args.demo { folder.join("demo") } else { folder };
        let listen = address("--listen", &args.listen)?;
        let tls = match (args.tls_cert, args.tls_key) {
            (Some(certificate), Some(key)) => Some(CertificateFiles { certificate, key }),
            _ => None, // one without the other does not come this far
        };
        let networks = args
            .trust_proxy
            .into_iter()
            .map(|typed| Network::parse(&typed).ok_or(SettingsError::NotANetwork { typed }));
        let user_header = args
            .trust_proxy_header
            .map(|typed| HeaderName::try_from(&typed).map_err(|_| SettingsError::NotAHeader { typed }));
        let proxies =
            Proxies { networks: networks.collect::<Result<_, _>>()?, user_header: user_header.transpose()? };
        let role = if args.recorder.is_some() || args.store.is_some() || args.mqtt.is_some() {
            Role::Front {
                recorder: args.recorder,
                store: args.store,
                mqtt: args.mqtt,
                mqtt_login: args.mqtt_login,
            }
        } else {
            let mqtt = match args.mqtt_listen.as_deref() {
                None => MqttListen::IfFree(SocketAddr::from((Ipv4Addr::LOCALHOST, 1883))),
                Some("off") => MqttListen::Off,
                Some(typed) => MqttListen::At(address("--mqtt-listen", typed)?),
            };
            let mqtts = args.mqtts_listen.map(|typed| address("--mqtts-listen", &typed)).transpose()?;
            Role::Alone { mqtt, mqtts, demo: args.demo }
        };
        let embed_origins = args
            .embed
            .into_iter()
            .map(|typed| origin::parse(&typed).ok_or(SettingsError::NotAnOrigin { typed }))
            .collect::<Result<_, _>>()?;
        Ok(Self { data, listen, tls, proxies, embed_origins, embed_login: args.embed_login, role })
    }

    /// Refuses addresses that other machines can reach, until somebody of the household can log in and decide.
    ///
    /// # Errors
    /// [`SettingsError::NotLoopback`].
    pub fn check_reach(&self, has_owner: bool) -> Result<(), SettingsError> {
        let mut reached = vec![("--listen", self.listen)];
        if let Role::Alone { mqtt, mqtts, .. } = &self.role {
            if let MqttListen::At(address) | MqttListen::IfFree(address) = mqtt {
                reached.push(("--mqtt-listen", *address));
            }
            reached.extend(mqtts.map(|address| ("--mqtts-listen", address)));
        }
        match reached.into_iter().find(|(_, address)| !has_owner && !address.ip().is_loopback()) {
            Some((option, address)) => Err(SettingsError::NotLoopback { option, typed: address.to_string() }),
            None => Ok(()),
        }
    }
}

/// The data folder that was typed, or the system's.
///
/// # Errors
/// [`SettingsError::NoDataFolder`].
pub fn data_folder(typed: Option<PathBuf>) -> Result<PathBuf, SettingsError> {
    typed.or_else(platform_data_folder).ok_or(SettingsError::NoDataFolder)
}

fn platform_data_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "owntracks-dashboard")?;
    Some(folders.data_dir().to_owned())
}

fn address(option: &'static str, typed: &str) -> Result<SocketAddr, SettingsError> {
    let address = typed.replacen("localhost:", "127.0.0.1:", 1).parse::<SocketAddr>();
    address.map_err(|_| SettingsError::NotAnAddress { option, typed: typed.to_owned() })
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
        assert_eq!(settings.role, Role::Alone { mqtt, mqtts: None, demo: false });
    }

    #[test]
    fn the_demo_never_touches_the_real_store() {
        assert_eq!(resolve(&["--demo"]).unwrap().data, PathBuf::from("store/demo"));
    }

    #[test]
    fn other_machines_are_kept_out_until_there_is_an_owner() {
        let tls = ["--tls-cert", "a.pem", "--tls-key", "b.pem"];
        for address in ["0.0.0.0:8084", "192.168.1.5:80", "[::]:80"] {
            for option in ["--listen", "--mqtt-listen", "--mqtts-listen"] {
                let settings = resolve(&[&[option, address], &tls[..]].concat()).unwrap();
                let error = settings.check_reach(false).unwrap_err();
                assert!(error.to_string().contains("there are no accounts yet"), "{error}");
                assert!(error.to_string().starts_with(option), "{error}");
                assert_eq!(settings.check_reach(true), Ok(()));
            }
        }
        assert!(matches!(resolve(&["--listen", "8084"]), Err(SettingsError::NotAnAddress { .. })));
        for address in ["[::1]:0", "localhost:81"] {
            assert_eq!(resolve(&["--listen", address]).unwrap().check_reach(false), Ok(()));
        }
        assert_eq!(resolve(&["--listen", "localhost:81"]).unwrap().listen.to_string(), "127.0.0.1:81");
    }

    #[test]
    fn proxies_are_named() {
        let typed = ["--trust-proxy", "127.0.0.1,10.0.0.0/8", "--trust-proxy-header", "Remote-User"];
        let proxies = resolve(&typed).unwrap().proxies;
        assert_eq!(proxies.networks.len(), 2);
        assert_eq!(proxies.user_header, Some(HeaderName::from_static("remote-user")));
        assert!(matches!(
            resolve(&["--trust-proxy", "home.example"]),
            Err(SettingsError::NotANetwork { .. })
        ));
        let nowhere = ["owntracks-dashboard", "--trust-proxy-header", "Remote-User"];
        assert!(Args::try_parse_from(nowhere).is_err(), "a header alone would be anybody's");
    }

    #[test]
    fn frames_are_for_whole_origins() {
        let typed_for_frames = ["--embed", "https://Home.example", "--embed", "http://192.168.1.5:8123"];
        assert_eq!(
            resolve(&typed_for_frames).unwrap().embed_origins,
            ["https://home.example", "http://192.168.1.5:8123"]
        );
        let typed = Args::try_parse_from(["owntracks-dashboard", "--data", "store", "--embed", "*"]).unwrap();
        assert!(matches!(Settings::resolve(typed), Err(SettingsError::NotAnOrigin { .. })));
        assert!(!resolve(&typed_for_frames).unwrap().embed_login, "only where it was asked for");
        let alone = ["owntracks-dashboard", "--embed-login"];
        assert!(Args::try_parse_from(alone).is_err(), "in whose frames?");
    }

    #[test]
    fn in_front_of_others_there_is_no_own_broker() {
        let role = resolve(&["--recorder", "http://127.0.0.1:8083"]).unwrap().role;
        let recorder = Some("http://127.0.0.1:8083".into());
        assert_eq!(role, Role::Front { recorder, store: None, mqtt: None, mqtt_login: None });
        let role = resolve(&["--store", "/var/store", "--mqtt", "mqtt://127.0.0.1"]).unwrap().role;
        let (store, mqtt) = (Some("/var/store".into()), Some("mqtt://127.0.0.1".into()));
        assert_eq!(role, Role::Front { recorder: None, store, mqtt, mqtt_login: None });
        let twice = ["owntracks-dashboard", "--store", "/x", "--recorder", "http://127.0.0.1"];
        assert!(Args::try_parse_from(twice).is_err(), "one history is enough");
        let both = ["owntracks-dashboard", "--demo", "--mqtt", "mqtt://127.0.0.1"];
        assert!(Args::try_parse_from(both).is_err(), "a demo household does not go to somebody's broker");
    }
}
