//! From what was typed to where to connect, or what is wrong with it. Nothing is tried here.

use dashboard_core::model::sealed::is_topic_filter;
use dashboard_core::model::view::ConnectionView;
use dashboard_core::model::{
    ConnectForm, Credentials, DEFAULT_TOPICS, Endpoints, MqttEndpoint, Passphrases, RecorderEndpoint,
};

/// What is wrong with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// Neither of the two addresses.
    NothingGiven,
    /// Not an `http:` or `https:` URL.
    RecorderUrl,
    /// Not a `ws:` or `wss:` URL.
    MqttUrl,
    /// `user:password@` in a URL, which ends up in places where secrets must not be.
    SecretInUrl,
    /// `ws:` from an `https:` page.
    MqttMixedContent,
    /// `http:` from an `https:` page.
    RecorderMixedContent,
    /// A topic filter MQTT does not allow.
    Topics,
    /// MQTT 3.1.1 forbids a password without a user.
    PasswordWithoutUser,
    /// The apps cut passphrases at 32 bytes, so a longer one is a mistake.
    PassphraseTooLong,
    /// An import that is no configuration.
    Import,
}

/// What the dialog's fields hold.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Address of the Recorder.
    pub recorder: String,
    /// Address of the broker.
    pub mqtt: String,
    /// MQTT user.
    pub username: String,
    /// MQTT password.
    pub password: String,
    /// Topic filters, one per line.
    pub topics: String,
    /// Passphrases besides those that are kept, one per line.
    pub passphrases: String,
    /// Keep the secrets on this device.
    pub remember: bool,
}

const PASSPHRASE_MAX_BYTES: usize = 32;

impl Typed {
    /// What is configured already, ready to be changed. Secrets stay where they are: left empty, they are kept.
    pub fn from_connection(known: &ConnectionView) -> Self {
        let topics =
            if known.topics.is_empty() { DEFAULT_TOPICS.join("\n") } else { known.topics.join("\n") };
        Self {
            recorder: known.recorder_url.clone(),
            mqtt: known.mqtt_url.clone(),
            username: known.username.clone(),
            topics,
            remember: known.remembered,
            ..Self::default()
        }
    }

    /// Whether a password left empty is the kept one: for the same user at the same address only.
    pub fn keeps_password(&self, known: &ConnectionView) -> bool {
        known.has_password && self.mqtt.trim() == known.mqtt_url && self.username == known.username
    }

    /// The broker's address, as long as it is still the one that only the link named.
    pub fn linked_broker<'a>(&self, known: &'a ConnectionView) -> Option<&'a str> {
        let is_linked = known.mqtt_from_link && self.mqtt.trim() == known.mqtt_url;
        is_linked.then_some(known.mqtt_url.as_str())
    }

    /// Where to connect. `page_is_secure` when the page came by `https:`, whose browser then refuses anything less.
    pub fn check(&self, page_is_secure: bool) -> Result<ConnectForm, FormError> {
        let (recorder, mqtt) = (self.recorder.trim(), self.mqtt.trim());
        if recorder.is_empty() && mqtt.is_empty() {
            return Err(FormError::NothingGiven);
        }
        let passphrases = lines(&self.passphrases);
        if passphrases.iter().any(|passphrase| passphrase.len() > PASSPHRASE_MAX_BYTES) {
            return Err(FormError::PassphraseTooLong);
        }
        let credentials = self.credentials()?;
        let endpoints = Endpoints {
            recorder: (!recorder.is_empty())
                .then(|| recorder_endpoint(recorder, page_is_secure))
                .transpose()?,
            mqtt: (!mqtt.is_empty())
                .then(|| mqtt_endpoint(mqtt, lines(&self.topics), credentials.clone(), page_is_secure))
                .transpose()?,
        };
        Ok(ConnectForm {
            endpoints,
            credentials,
            keys: Passphrases::new(passphrases),
            remember: self.remember,
        })
    }

    fn credentials(&self) -> Result<Option<Credentials>, FormError> {
        match (self.username.is_empty(), self.password.is_empty()) {
            (true, true) => Ok(None),
            (true, false) => Err(FormError::PasswordWithoutUser),
            _ => Ok(Some(Credentials { username: self.username.clone(), password: self.password.clone() })),
        }
    }
}

fn recorder_endpoint(url: &str, page_is_secure: bool) -> Result<RecorderEndpoint, FormError> {
    let host = host(url, ["http://", "https://"]).ok_or(FormError::RecorderUrl)??;
    if page_is_secure && !starts_with(url, "https://") && !is_this_computer(host) {
        return Err(FormError::RecorderMixedContent);
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    Ok(RecorderEndpoint { url: if path.ends_with('/') { path.into() } else { format!("{path}/") } })
}

fn mqtt_endpoint(
    url: &str,
    topics: Vec<String>,
    credentials: Option<Credentials>,
    page_is_secure: bool,
) -> Result<MqttEndpoint, FormError> {
    let host = host(url, ["ws://", "wss://"]).ok_or(FormError::MqttUrl)??;
    if page_is_secure && !starts_with(url, "wss://") && !is_this_computer(host) {
        return Err(FormError::MqttMixedContent);
    }
    let topics = if topics.is_empty() { DEFAULT_TOPICS.map(str::to_owned).to_vec() } else { topics };
    if !topics.iter().all(|topic| is_topic_filter(topic)) {
        return Err(FormError::Topics);
    }
    Ok(MqttEndpoint { url: url.into(), topics, credentials })
}

/// Host and port of a URL with one of these schemes; `None` for another scheme or no host at all.
fn host<'a>(url: &'a str, schemes: [&str; 2]) -> Option<Result<&'a str, FormError>> {
    let scheme = schemes.into_iter().find(|scheme| starts_with(url, scheme))?;
    let authority = url[scheme.len()..].split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() || url.contains(char::is_whitespace) {
        return None;
    }
    Some(if authority.contains('@') { Err(FormError::SecretInUrl) } else { Ok(authority) })
}

/// Schemes are the same in upper case, and phone keyboards like to begin with it.
fn starts_with(url: &str, scheme: &str) -> bool {
    url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Browsers trust this very computer without TLS.
fn is_this_computer(authority: &str) -> bool {
    let is = |name: &str| {
        authority.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
    };
    ["localhost", "127.0.0.1", "[::1]"].into_iter().any(is)
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn typed(recorder: &str, mqtt: &str) -> Typed {
        Typed { recorder: recorder.into(), mqtt: mqtt.into(), ..Typed::default() }
    }

    #[wasm_bindgen_test]
    fn one_address_is_enough_and_is_completed() {
        let form = typed("https://home.example/owntracks", "").check(true).unwrap();
        assert_eq!(form.endpoints.recorder.unwrap().url, "https://home.example/owntracks/");
        assert_eq!(form.endpoints.mqtt, None);
        let form = typed("", "WSS://home.example/mqtt").check(true).unwrap();
        assert_eq!(form.endpoints.mqtt.unwrap().topics, DEFAULT_TOPICS);
    }

    #[wasm_bindgen_test]
    fn starts_from_what_is_there() {
        let known = ConnectionView {
            mqtt_url: "wss://home.example/mqtt".into(),
            mqtt_from_link: true,
            topics: vec!["a/+/+".into(), "b/+/+".into()],
            username: "jane".into(),
            has_password: true,
            remembered: true,
            ..ConnectionView::default()
        };
        let typed = Typed::from_connection(&known);
        let form = typed.check(true).unwrap();
        assert_eq!(form.endpoints.mqtt.unwrap().topics, known.topics);
        assert_eq!(form.credentials.unwrap().password, "", "the model knows it");
        assert!(form.remember && form.keys.is_empty());
        assert!(typed.keeps_password(&known));
        assert_eq!(typed.linked_broker(&known), Some("wss://home.example/mqtt"));
        let elsewhere = Typed { mqtt: "wss://elsewhere.example/".into(), ..typed.clone() };
        assert!(!elsewhere.keeps_password(&known));
        assert_eq!(elsewhere.linked_broker(&known), None);
        assert!(!Typed { username: "john".into(), ..typed }.keeps_password(&known));
        assert_eq!(Typed::from_connection(&ConnectionView::default()).topics, DEFAULT_TOPICS.join("\n"));
    }

    #[wasm_bindgen_test]
    fn says_what_is_wrong() {
        let problem = |typed: Typed, secure| typed.check(secure).err();
        assert_eq!(problem(typed(" ", ""), false), Some(FormError::NothingGiven));
        assert_eq!(problem(typed("home.example", ""), false), Some(FormError::RecorderUrl));
        assert_eq!(problem(typed("", "mqtt://home.example"), false), Some(FormError::MqttUrl));
        assert_eq!(problem(typed("", "ws://me:secret@home.example/"), false), Some(FormError::SecretInUrl));
        assert_eq!(problem(typed("", "ws://home.example/"), true), Some(FormError::MqttMixedContent));
        assert_eq!(problem(typed("http://home.example/", ""), true), Some(FormError::RecorderMixedContent));
        assert_eq!(problem(typed("http://localhost:8083/", ""), true), None);
        assert_eq!(
            problem(typed("http://localhost.example/", ""), true),
            Some(FormError::RecorderMixedContent)
        );
        let topics = Typed { topics: "owntracks/a+/b".into(), ..typed("", "ws://home.example/") };
        assert_eq!(problem(topics, false), Some(FormError::Topics));
        let password = Typed { password: "secret".into(), ..typed("", "ws://home.example/") };
        assert_eq!(problem(password, false), Some(FormError::PasswordWithoutUser));
        let passphrase = Typed { passphrases: "x".repeat(33), ..typed("", "ws://home.example/") };
        assert_eq!(problem(passphrase, false), Some(FormError::PassphraseTooLong));
    }
}
