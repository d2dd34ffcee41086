//! What a mosquitto broker needs, so that a login can read and nothing else.

use super::login::BrokerLogin;

/// Lines for mosquitto's `acl_file`: the user may read these topics, and write none. Neither a user name nor a filter has line
/// breaks in it ([`BrokerLogin::new`]), so that nobody else's rights can be written by them.
pub fn acl_lines(login: &BrokerLogin) -> String {
    let user = login.endpoint.credentials.as_ref().map_or("", |known| known.username.as_str());
    let mut lines = format!("user {user}\n");
    for topic in &login.endpoint.topics {
        lines.push_str("topic read ");
        lines.push_str(topic);
        lines.push('\n');
    }
    lines
}

/// The command that gives the user its password, for a shell of the computer that mosquitto runs on.
pub fn password_command(login: &BrokerLogin) -> String {
    let known = login.endpoint.credentials.clone().unwrap_or_default();
    let (user, password) = (quoted(&known.username), quoted(&known.password));
    format!("mosquitto_passwd -b /etc/mosquitto/passwd {user} {password}")
}

/// As one word of a shell, whatever is in it.
fn quoted(text: &str) -> String {
    let is_plain =
        text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b)) && !text.starts_with('-');
    if is_plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
