//! Logins: what is kept of them, and how long they last.

use std::io;
use std::path::Path;

use dashboard_core::time::UnixSeconds;
use serde::{Deserialize, Serialize};

use super::register::{Name, Person};
use super::share::ShareId;
use super::token::TokenHash;

/// A login lasts so long after it was last used, on a device where somebody wants to stay logged in.
pub const LASTING_S: UnixSeconds = 60 * 86_400;

/// And so long elsewhere; the browser forgets it earlier, when it is closed.
pub const SHORT_S: UnixSeconds = 86_400;

/// What was opened by a link is forgotten after this long.
const GUEST_S: UnixSeconds = 60 * 86_400;

/// Logins of one person at once; the one unused for longest makes room.
const MAX_PER_PERSON: usize = 50;

/// Opened links at once.
const MAX_GUESTS: usize = 5_000;

/// How exactly it is kept when a login was last used: writing a file at every request would be too much.
const SEEN_EVERY_S: UnixSeconds = 3_600;

/// All logins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sessions {
    #[serde(default)]
    logins: Vec<Login>,
    #[serde(default)]
    guests: Vec<Opened>,
    /// How often links were opened.
    #[serde(default)]
    views: Vec<Views>,
    /// Browsers that somebody logged in with, oldest first.
    #[serde(default)]
    known: Vec<KnownBrowser>,
}

/// How often a link was opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Views {
    share: ShareId,
    count: u64,
    last_s: UnixSeconds,
}

/// A browser that somebody logged in with before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KnownBrowser {
    token: TokenHash,
    person: Name,
}

/// One login.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Login {
    token: TokenHash,
    person: Name,
    /// Of the password at that time: with another one it is over.
    password_mark: String,
    seen_at_s: UnixSeconds,
    lasting: bool,
}

/// A guest who opened a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Opened {
    token: TokenHash,
    share: ShareId,
    at_s: UnixSeconds,
}

impl Login {
    fn is_over(&self, now_s: UnixSeconds) -> bool {
        now_s - self.seen_at_s > if self.lasting { LASTING_S } else { SHORT_S }
    }
}

impl Sessions {
    /// Reads what was kept; without a file, or with a damaged one, everybody logs in again.
    pub fn load(path: &Path) -> Self {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).unwrap_or_else(|error| {
                tracing::warn!("{}: {error}; everybody has to log in again", path.display());
                Self::default()
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::default(),
            Err(error) => {
                tracing::warn!("{}: {error}; everybody has to log in again", path.display());
                Self::default()
            }
        }
    }

    /// The content of the file.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default() // plain data: there is nothing to fail
    }

    /// Begins a login of `person`, whose password has `password_mark`.
    pub fn begin(
        &mut self,
        token: TokenHash,
        person: &Name,
        password_mark: String,
        lasting: bool,
        now_s: UnixSeconds,
    ) {
        self.logins.retain(|login| !login.is_over(now_s));
        while self.logins.iter().filter(|login| login.person == *person).count() >= MAX_PER_PERSON {
            let oldest = self.logins.iter().enumerate().filter(|(_, login)| login.person == *person);
            let Some((index, _)) = oldest.min_by_key(|(_, login)| login.seen_at_s) else { break };
            self.logins.remove(index);
        }
        self.logins.push(Login { token, person: person.clone(), password_mark, seen_at_s: now_s, lasting });
    }

    /// Whose login it is and whether it lasts, unless it is over. Whether it still holds is for the rule to say.
    pub fn find(&self, token: &TokenHash, now_s: UnixSeconds) -> Option<(&Name, bool)> {
        let login = self.logins.iter().find(|login| login.token == *token && !login.is_over(now_s))?;
        Some((&login.person, login.lasting))
    }

    /// Whether `token` is a login of `person` with the password they have now.
    pub fn holds(&self, token: &TokenHash, person: &Person) -> bool {
        let mark = || person.password.as_ref().map(super::password::PasswordHash::mark);
        self.logins.iter().any(|login| {
            login.token == *token
                && login.person == person.name
                && mark().as_deref() == Some(login.password_mark.as_str())
        })
    }

    /// Whether it is time to note that `token` was used.
    pub fn is_due(&self, token: &TokenHash, now_s: UnixSeconds) -> bool {
        self.logins.iter().any(|login| login.token == *token && now_s - login.seen_at_s >= SEEN_EVERY_S)
    }

    /// Notes that `token` was used.
    pub fn seen(&mut self, token: &TokenHash, now_s: UnixSeconds) {
        for login in self.logins.iter_mut().filter(|login| login.token == *token) {
            login.seen_at_s = now_s;
        }
    }

    /// Ends one login, or one opened link.
    pub fn end(&mut self, token: &TokenHash) {
        self.logins.retain(|login| login.token != *token);
        self.guests.retain(|guest| guest.token != *token);
    }

    /// Ends all logins of `person`.
    pub fn end_all(&mut self, person: &Name) {
        self.logins.retain(|login| login.person != *person);
    }

    /// How many logins `person` has.
    pub fn count(&self, person: &Name, now_s: UnixSeconds) -> usize {
        self.logins.iter().filter(|login| login.person == *person && !login.is_over(now_s)).count()
    }

    /// Notes that `person` logged in with the browser that got `token`.
    pub fn know(&mut self, token: TokenHash, person: &Name) {
        let mut count = self.known.iter().filter(|known| known.person == *person).count();
        self.known.retain(|known| {
            let goes = known.person == *person && count >= MAX_PER_PERSON;
            count -= usize::from(goes);
            !goes
        });
        self.known.push(KnownBrowser { token, person: person.clone() });
    }

    /// Whether `person` logged in with the browser that has `token`.
    pub fn is_known(&self, token: &TokenHash, person: &Name) -> bool {
        self.known.iter().any(|known| known.token == *token && known.person == *person)
    }

    /// A guest opened a link.
    pub fn open(&mut self, token: TokenHash, share: ShareId, now_s: UnixSeconds) {
        self.guests.retain(|guest| now_s - guest.at_s <= GUEST_S);
        if self.guests.len() >= MAX_GUESTS {
            self.guests.remove(0);
        }
        match self.views.iter_mut().find(|views| views.share == share) {
            Some(views) => {
                views.count += 1;
                views.last_s = now_s;
            }
            None => self.views.push(Views { share: share.clone(), count: 1, last_s: now_s }),
        }
        if self.views.len() > MAX_GUESTS {
            self.views.remove(0);
        }
        self.guests.push(Opened { token, share, at_s: now_s });
    }

    /// How often a link was opened, and when last.
    pub fn views(&self, share: &ShareId) -> Option<(u64, UnixSeconds)> {
        let views = self.views.iter().find(|views| views.share == *share)?;
        Some((views.count, views.last_s))
    }

    /// Whether `token` opened `share`.
    pub fn opened(&self, token: &TokenHash, share: &ShareId) -> bool {
        self.guests.iter().any(|guest| guest.token == *token && guest.share == *share)
    }
}

#[cfg(test)]
mod tests {
    use super::super::password::PasswordHash;
    use super::*;

    fn person(name: &str) -> Person {
        Person::new(Name::parse(name).unwrap(), false, Some(PasswordHash::unusable()))
    }

    #[test]
    fn a_login_lasts_from_when_it_was_last_used() {
        let alice = person("alice");
        let mark = alice.password.as_ref().unwrap().mark();
        let mut sessions = Sessions::default();
        let (short, lasting) = (TokenHash::of("short"), TokenHash::of("lasting"));
        sessions.begin(short.clone(), &alice.name, mark.clone(), false, 0);
        sessions.begin(lasting.clone(), &alice.name, mark, true, 0);
        assert!(sessions.find(&short, SHORT_S).is_some() && sessions.find(&short, SHORT_S + 1).is_none());
        assert!(sessions.is_due(&lasting, SEEN_EVERY_S));
        sessions.seen(&lasting, SHORT_S);
        assert!(sessions.find(&lasting, SHORT_S + LASTING_S).is_some());
        sessions.end_all(&alice.name);
        assert_eq!(sessions, Sessions::default());
    }

    #[test]
    fn another_password_ends_it() {
        let mut alice = person("alice");
        let token = TokenHash::of("token");
        let mut sessions = Sessions::default();
        sessions.begin(token.clone(), &alice.name, alice.password.as_ref().unwrap().mark(), true, 0);
        assert!(sessions.holds(&token, &alice));
        assert!(!sessions.holds(&token, &person("bob")));
        alice.password = None;
        assert!(!sessions.holds(&token, &alice));
    }

    #[test]
    fn the_number_is_bounded() {
        let alice = person("alice");
        let mut sessions = Sessions::default();
        for index in 0..=MAX_PER_PERSON {
            let token = TokenHash::of(&index.to_string());
            sessions.begin(token, &alice.name, String::new(), true, UnixSeconds::try_from(index).unwrap());
        }
        assert_eq!(sessions.count(&alice.name, 0), MAX_PER_PERSON);
        assert!(sessions.find(&TokenHash::of("0"), 0).is_none(), "the one unused for longest");
    }
}
