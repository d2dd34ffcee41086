//! Who may connect, publish and receive: the one place that decides.
//!
//! There are no accounts yet, and the server listens on loopback only, so whoever reaches it may come in. Topics that
//! begin with `$` are the server's own and nobody else publishes to them.

/// Who asks to come in.
#[derive(Clone, Copy, Debug)]
pub struct Credentials<'a> {
    /// User name, if one was given.
    pub user: Option<&'a str>,
    /// Password, if one was given. Any bytes.
    pub password: Option<Password<'a>>,
}

/// A password, which no log shows.
#[derive(Clone, Copy)]
pub struct Password<'a>(pub &'a [u8]);

impl std::fmt::Debug for Password<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(hidden)")
    }
}

/// Somebody who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    /// The user name that was given; proves nothing as long as there are no accounts.
    pub user: Option<String>,
}

/// The credentials are not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAuthorized;

/// Decides whether a client may connect.
///
/// # Errors
/// [`NotAuthorized`] when the credentials are wrong; without accounts none are.
pub fn admit(credentials: Credentials<'_>) -> Result<Visitor, NotAuthorized> {
    Ok(Visitor { user: credentials.user.map(str::to_owned) })
}

/// Whether `visitor` may publish to `topic`.
#[must_use]
pub fn may_publish(_visitor: &Visitor, topic: &str) -> bool {
    !topic.starts_with('$')
}

/// Whether `visitor` may see what is published to `topic`.
#[must_use]
pub fn may_receive(_visitor: &Visitor, _topic: &str) -> bool {
    true
}
