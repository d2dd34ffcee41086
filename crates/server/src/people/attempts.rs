//! Wrong passwords: how many more may be tried, and when.
//!
//! Two allowances fill up again by themselves, one per address and one per name, so that neither one machine against many
//! names nor many machines against one name get far. A wrong password takes from both, a right one from neither. A browser
//! that somebody logged in with before has an allowance of its own for that name: whoever attacks a name cannot keep its
//! owner out of the page on their own devices, and devices with credentials of their own do not pass here at all.
//!
//! Names that do not exist are treated like those that do.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// Wrong passwords at once, and how long until one more is allowed.
#[derive(Clone, Copy)]
struct Allowance {
    burst: u32,
    every: Duration,
}

/// From one address.
const ADDRESS: Allowance = Allowance { burst: 10, every: Duration::from_secs(6) };

/// For one name: 1,200 an hour at most, against passwords of at least eight characters.
const NAME: Allowance = Allowance { burst: 20, every: Duration::from_secs(3) };

/// From a browser that is known for the name.
const KNOWN: Allowance = Allowance { burst: 10, every: Duration::from_secs(6) };

/// Addresses and names remembered; beyond it those with nothing against them are forgotten, then the oldest quarter.
const MAX_REMEMBERED: usize = 20_000;

/// Who tries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// From where.
    pub address: IpAddr,
    /// Under which name.
    pub name: String,
    /// The browser was used to log in by this name before.
    pub known: bool,
}

/// Too many wrong passwords; no other one is looked at before this time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait(pub Duration);

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Key {
    Address(IpAddr),
    Name(String),
    Known(String),
}

/// What was tried lately.
#[derive(Debug, Default)]
pub struct Attempts(HashMap<Key, Used>);

/// What is used of an allowance: so many at that time.
#[derive(Clone, Copy, Debug)]
struct Used {
    count: f64,
    at: Instant,
}

impl Used {
    fn now(self, allowance: Allowance, now: Instant) -> f64 {
        let given_back = now.saturating_duration_since(self.at).as_secs_f64() / allowance.every.as_secs_f64();
        (self.count - given_back).max(0.0)
    }
}

impl Key {
    fn allowance(&self) -> Allowance {
        match self {
            Self::Address(_) => ADDRESS,
            Self::Name(_) => NAME,
            Self::Known(_) => KNOWN,
        }
    }
}

impl Attempt {
    fn keys(&self) -> Vec<Key> {
        let name = self.name.to_ascii_lowercase();
        if self.known {
            return vec![Key::Known(name)];
        }
        vec![Key::Address(network(self.address)), Key::Name(name)]
    }
}

impl Attempts {
    /// Takes one try from the allowances, before the password is looked at: many tries at the same moment do not get
    /// around it. A right password gives it back by [`Self::was_right`].
    ///
    /// # Errors
    /// How long to wait.
    pub fn take(&mut self, attempt: &Attempt, now: Instant) -> Result<(), Wait> {
        let keys = attempt.keys();
        for key in &keys {
            let allowance = key.allowance();
            let used = self.0.get(key).map_or(0.0, |used| used.now(allowance, now));
            let over = used + 1.0 - f64::from(allowance.burst);
            if over > 0.0 {
                return Err(Wait(allowance.every.mul_f64(over)));
            }
        }
        for key in keys {
            let allowance = key.allowance();
            let used = self.0.entry(key).or_insert(Used { count: 0.0, at: now });
            *used = Used { count: used.now(allowance, now) + 1.0, at: now };
        }
        self.forget(now);
        Ok(())
    }

    /// The password was right: the try does not count.
    pub fn was_right(&mut self, attempt: &Attempt) {
        for key in attempt.keys() {
            if let Some(used) = self.0.get_mut(&key) {
                used.count = (used.count - 1.0).max(0.0);
            }
        }
    }

    fn forget(&mut self, now: Instant) {
        if self.0.len() <= MAX_REMEMBERED {
            return;
        }
        self.0.retain(|key, used| used.now(key.allowance(), now) > 0.0);
        if self.0.len() <= MAX_REMEMBERED {
            return;
        }
        // A quarter at once, so that this does not happen at every try.
        let mut times: Vec<_> = self.0.values().map(|used| used.at).collect();
        let quarter = times.len() / 4;
        let (_, oldest_kept, _) = times.select_nth_unstable(quarter);
        let oldest_kept = *oldest_kept;
        self.0.retain(|_, used| used.at > oldest_kept);
    }
}

/// What one customer of an internet provider has at least: with IPv6 a whole network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((u128::from(address) & (u128::MAX << 64)).into()),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(address: &str, name: &str) -> Attempt {
        Attempt { address: address.parse().unwrap(), name: name.into(), known: false }
    }

    fn tries(attempts: &mut Attempts, attempt: &Attempt, now: Instant) -> usize {
        (0..1000).take_while(|_| attempts.take(attempt, now).is_ok()).count()
    }

    #[test]
    fn one_address_gets_ten_and_then_one_every_six_seconds() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        let mallory = attempt("192.0.2.1", "alice");
        assert_eq!(tries(&mut attempts, &mallory, now), 10);
        let Err(Wait(wait)) = attempts.take(&mallory, now) else { panic!("used up") };
        assert!(wait <= Duration::from_secs(6));
        assert!(attempts.take(&attempt("192.0.2.1", "bob"), now).is_err(), "under another name, too");
        assert_eq!(tries(&mut attempts, &mallory, now + Duration::from_secs(60)), 10);
    }

    #[test]
    fn many_addresses_against_one_name_do_not_get_far() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        let got: usize = (0..100)
            .map(|last| tries(&mut attempts, &attempt(&format!("192.0.2.{last}"), "Alice"), now))
            .sum();
        assert_eq!(got, 20);
        let later = now + Duration::from_secs(3600);
        assert!(attempts.take(&attempt("192.0.2.200", "alice"), later).is_ok(), "not locked out for long");
    }

    #[test]
    fn a_known_browser_is_not_kept_out_by_an_attack() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for last in 0..100 {
            tries(&mut attempts, &attempt(&format!("192.0.2.{last}"), "alice"), now);
        }
        let own = Attempt { known: true, ..attempt("192.0.2.1", "alice") };
        assert_eq!(tries(&mut attempts, &own, now), 10);
    }

    #[test]
    fn right_passwords_do_not_count() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        let alice = attempt("2001:db8::1", "alice");
        for _ in 0..1000 {
            attempts.take(&alice, now).unwrap();
            attempts.was_right(&alice);
        }
        assert_eq!(tries(&mut attempts, &alice, now), 10);
        assert!(attempts.take(&attempt("2001:db8::2", "bob"), now).is_err(), "the same network");
        assert!(attempts.take(&attempt("2001:db8:1::2", "bob"), now).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let (mut attempts, now) = (Attempts::default(), Instant::now());
        for index in 0..MAX_REMEMBERED + 50 {
            let address = IpAddr::from(u32::try_from(index).unwrap().to_be_bytes());
            let later = now + Duration::from_micros(u64::try_from(index).unwrap());
            let _ = attempts.take(&Attempt { address, name: index.to_string(), known: false }, later);
        }
        assert!(attempts.0.len() <= MAX_REMEMBERED);
    }
}
