//! The rule: who may see whom, and who may publish as whom. Nothing else decides about either.
//!
//! Every door asks here for every person and every message, with the household as it is at that moment, so that a change
//! holds from the next message on, whatever connection was opened before it.
//!
//! * While there are no accounts whoever is on this machine sees everything.
//! * People of the household see themselves, and each other but for the exceptions in the table.
//! * Owners also see names that are in the histories and belong to nobody.
//! * A device sees what its person sees, and publishes as itself.
//! * People publish to their own branch only.
//! * Commands, configurations and requests are seen by nobody but the person they are for. A device sees only its own.
//! * A guest sees the people of the share while it lasts, and nothing but locations of them.

use dashboard_core::owntracks::{FriendId, Topic};
use dashboard_core::time::UnixSeconds;

use super::Household;
use super::register::{Name, Person};
use super::share::Share;
use super::viewer::{Proof, Viewer};

/// What follows the device in a topic that is between a person and their devices: it may hold passwords.
const PRIVATE_SUFFIXES: [&str; 3] = ["cmd", "dump", "request"];

/// Whether `viewer` may see where `friend` is and was, and its card.
pub fn may_see(household: &Household, viewer: &Viewer, friend: &FriendId, now_s: UnixSeconds) -> bool {
    match viewer {
        Viewer::Open => household.register.is_empty(),
        Viewer::Nobody => false,
        Viewer::Person { .. } | Viewer::Device { .. } => {
            entitled(household, viewer).is_some_and(|person| sees(household, person, friend.user()))
        }
        Viewer::Guest { .. } => guest(household, viewer, now_s)
            .is_some_and(|share| share.people.iter().any(|shared| shared.person.as_str() == friend.user())),
    }
}

/// Whether `viewer` may receive what is published to `topic`.
pub fn may_receive(household: &Household, viewer: &Viewer, topic: &str, now_s: UnixSeconds) -> bool {
    if *viewer == Viewer::Open {
        return household.register.is_empty();
    }
    let Some(topic) = Topic::parse(topic) else {
        // It says nothing about anybody; the household's own automation.
        return is_owner(household, viewer);
    };
    let friend = topic.friend();
    let private = topic.suffix().split('/').any(|level| PRIVATE_SUFFIXES.contains(&level));
    match viewer {
        Viewer::Guest { .. } | Viewer::Nobody => false, // guests have a door of their own
        Viewer::Device { person, device, .. } if private => {
            entitled(household, viewer).is_some()
                && friend.user() == person.as_str()
                && friend.device() == device.as_str()
        }
        Viewer::Person { name, .. } if private => {
            entitled(household, viewer).is_some() && friend.user() == name.as_str()
        }
        _ => may_see(household, viewer, &friend, now_s),
    }
}

/// Whether `viewer` may publish to `topic`.
pub fn may_publish(household: &Household, viewer: &Viewer, topic: &str) -> bool {
    // Topics with `$` are the server's own.
    if topic.starts_with('$') {
        return false;
    }
    if *viewer == Viewer::Open {
        return household.register.is_empty();
    }
    let Some(friend) = Topic::parse(topic).map(|topic| topic.friend()) else { return false };
    let own = entitled(household, viewer).is_some_and(|person| person.is(&friend));
    match viewer {
        Viewer::Device { device, .. } => own && friend.device() == device.as_str(),
        _ => own,
    }
}

/// Whether `viewer` may read the histories, the list of people and the page: somebody of the household, not a device.
pub fn may_read(household: &Household, viewer: &Viewer) -> bool {
    match viewer {
        Viewer::Open => household.register.is_empty(),
        Viewer::Person { .. } => entitled(household, viewer).is_some(),
        Viewer::Device { .. } | Viewer::Nobody | Viewer::Guest { .. } => false,
    }
}

/// Whether `viewer` may decide who belongs to the household and who sees whom.
pub fn is_owner(household: &Household, viewer: &Viewer) -> bool {
    matches!(viewer, Viewer::Person { .. }) && entitled(household, viewer).is_some_and(|person| person.owner)
}

/// Whether `viewer` may show `person` to guests: themselves, and owners whom they see.
pub fn may_share(household: &Household, viewer: &Viewer, person: &Name) -> bool {
    matches!(viewer, Viewer::Person { .. })
        && entitled(household, viewer).is_some_and(|by| shares(household, by, person))
}

/// The person that `viewer` is, or whose device it is, as long as what shows it holds.
pub fn entitled<'a>(household: &'a Household, viewer: &Viewer) -> Option<&'a Person> {
    let person = household.register.person(viewer.person()?.as_str())?;
    let holds = match viewer {
        Viewer::Person { proof: Proof::Proxy, .. } => true,
        Viewer::Person { proof: Proof::Password(mark), .. } => {
            person.password.as_ref().is_some_and(|password| password.mark() == *mark)
        }
        Viewer::Person { proof: Proof::Session(token), .. } => household.sessions.holds(token, person),
        Viewer::Device { device, secret, .. } => {
            person.devices.iter().any(|known| known.name == *device && known.secret == *secret)
        }
        Viewer::Open | Viewer::Nobody | Viewer::Guest { .. } => false,
    };
    holds.then_some(person)
}

/// The share that a guest came by, as long as it lasts, with those people only whom its maker may still show.
pub fn guest(household: &Household, viewer: &Viewer, now_s: UnixSeconds) -> Option<Share> {
    let Viewer::Guest { share, session } = viewer else { return None };
    if !household.sessions.opened(session, share) {
        return None;
    }
    let share = household.register.shares.iter().find(|known| known.id == *share)?;
    let by = household.register.person(share.by.as_str())?;
    let mut share = share.clone();
    share.people.retain(|shared| shares(household, by, &shared.person));
    (!share.is_over(now_s) && !share.people.is_empty()).then_some(share)
}

fn sees(household: &Household, viewer: &Person, seen: &str) -> bool {
    let register = &household.register;
    match register.person(seen) {
        Some(_) if viewer.name.as_str() == seen => true,
        Some(_) => {
            !register.hidden.iter().any(|hidden| hidden.viewer == viewer.name && hidden.seen.as_str() == seen)
        }
        None => viewer.owner,
    }
}

fn shares(household: &Household, by: &Person, person: &Name) -> bool {
    let known = household.register.person(person.as_str()).is_some();
    known && (by.name == *person || (by.owner && sees(household, by, person.as_str())))
}
