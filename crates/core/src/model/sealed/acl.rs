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
