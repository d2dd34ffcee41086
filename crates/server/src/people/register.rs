//! Who belongs to the household and what was agreed: the content of `people.json`.
//!
//! Names are folded as the store folds them, because a person here and a person in the histories are the same one.

use std::fmt;

use dashboard_core::owntracks::FriendId;
use dashboard_core::time::UnixSeconds;
use serde::{Deserialize, Serialize};

use super::password::PasswordHash;
use super::share::{Share, Zone};
use super::token::TokenHash;

/// Longest name, in bytes: user and device together must be a file name.
pub const MAX_NAME_BYTES: usize = 64;

/// People at most; a household, with room for a club.
pub const MAX_PEOPLE: usize = 500;

/// Devices of one person at most.
pub const MAX_DEVICES: usize = 50;

/// The form of the file that is understood.
const VERSION: u32 = 1;

/// A name of a person or a device: `a`–`z`, `0`–`9` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

impl Name {
    /// Reads a name as somebody types it: capitals are taken for small letters. `None` for anything that the store would
    /// fold into something else, for nothing, and for what is too long.
    pub fn parse(typed: &str) -> Option<Self> {
        let name = typed.trim().to_ascii_lowercase();
        let fits = (1..=MAX_NAME_BYTES).contains(&name.len());
        let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        (fits && plain).then_some(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).filter(|name| name.0 == text).ok_or("a name of a-z, 0-9 and - is needed")
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    version: u32,
    /// Sorted by name.
    pub people: Vec<Person>,
    /// The exceptions from “the household sees each other”.
    #[serde(default)]
    pub hidden: Vec<Hidden>,
    /// Read-only links for guests.
    #[serde(default)]
    pub shares: Vec<Share>,
}

/// Somebody who belongs to the household.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// User in topics and histories, and at the login.
    pub name: Name,
    /// May change who belongs to the household and who sees whom.
    #[serde(default)]
    pub owner: bool,
    /// Without one nobody can log in by this name: a car, a child.
    #[serde(default)]
    pub password: Option<PasswordHash>,
    /// Devices with credentials of their own.
    #[serde(default)]
    pub devices: Vec<Device>,
    /// Where guests do not see this person.
    #[serde(default)]
    pub zones: Vec<Zone>,
}

/// A device with a credential of its own, with which it publishes as itself and as nobody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Device in topics and histories.
    pub name: Name,
    /// What it logs in with, instead of the person's password.
    pub secret: TokenHash,
    /// When it was made.
    pub made_at_s: UnixSeconds,
}

/// `viewer` does not see `seen`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Hidden {
    /// Who does not see.
    pub viewer: Name,
    /// Who is not seen.
    pub seen: Name,
}

impl Default for Register {
    fn default() -> Self {
        Self { version: VERSION, people: Vec::new(), hidden: Vec::new(), shares: Vec::new() }
    }
}

/// What somebody wanted of the register cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No name of `a`–`z`, `0`–`9` and `-`.
    BadName,
    /// That name belongs to somebody.
    NameTaken,
    /// Nobody has that name.
    NobodyOfThatName,
    /// There would be no owner with a password left.
    LastOwner,
    /// The first person is an owner with a password.
    FirstIsOwner,
    /// The password is too short, too long or the name itself.
    BadPassword,
    /// There is no such device or share.
    NoSuchThing,
    /// The household is as large as it can be.
    TooMany,
    /// The share makes no sense: nobody in it, or over before it begins.
    BadShare,
    /// The zone has no centre or radius.
    BadZone,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::BadName => "a name has letters a-z, digits and -, at most 64",
            Self::NameTaken => "that name is taken",
            Self::NobodyOfThatName => "nobody has that name",
            Self::LastOwner => "somebody must stay owner, with a password",
            Self::FirstIsOwner => "the first person is an owner and needs a password",
            Self::BadPassword => "a password has 8 to 200 characters and is not the name",
            Self::NoSuchThing => "that is gone already",
            Self::TooMany => "there is no room for more",
            Self::BadShare => "a share needs somebody in it and must end after it begins",
            Self::BadZone => "a zone needs a name, a centre and a radius of 50 to 50,000 metres",
        })
    }
}

impl std::error::Error for Refused {}

impl Register {
    /// Reads the content of the file.
    ///
    /// # Errors
    /// A sentence, when it is no register: half a register could let in or show too much.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let register: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if register.version != VERSION {
            return Err(format!("it has version {}, this program reads {VERSION}", register.version));
        }
        let names: Vec<_> = register.people.iter().map(|person| &person.name).collect();
        if !names.is_sorted_by(|a, b| a < b) {
            return Err("people are not sorted by name, or one is there twice".into());
        }
        Ok(register)
    }

    /// The content of the file.
    pub fn to_json(&self) -> Vec<u8> {
        let mut json = serde_json::to_vec_pretty(self).unwrap_or_default(); // plain data: there is nothing to fail
        json.push(b'\n');
        json
    }

    /// Nobody was ever added: whoever reaches the server on loopback may do everything.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Somebody can log in and decide: the server may face the world.
    pub fn has_owner(&self) -> bool {
        self.people.iter().any(Person::can_own)
    }

    /// The person of that name.
    pub fn person(&self, name: &str) -> Option<&Person> {
        let found = self.people.binary_search_by(|person| person.name.as_str().cmp(name));
        found.ok().and_then(|index| self.people.get(index))
    }

    fn person_mut(&mut self, name: &Name) -> Result<&mut Person, Refused> {
        self.people.iter_mut().find(|person| person.name == *name).ok_or(Refused::NobodyOfThatName)
    }

    /// Adds somebody. The first one must be able to decide.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn add(&mut self, person: Person) -> Result<(), Refused> {
        if self.people.len() >= MAX_PEOPLE {
            return Err(Refused::TooMany);
        }
        if self.people.is_empty() && !person.can_own() {
            return Err(Refused::FirstIsOwner);
        }
        match self.people.binary_search_by(|known| known.name.cmp(&person.name)) {
            Ok(_) => Err(Refused::NameTaken),
            Err(index) => {
                self.people.insert(index, person);
                Ok(())
            }
        }
    }

    /// Removes somebody with devices, exceptions and shares. The history stays, and from then on only owners see it.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn remove(&mut self, name: &Name) -> Result<(), Refused> {
        self.person_mut(name)?;
        self.changed_people(|register| {
            register.people.retain(|person| person.name != *name);
            register.hidden.retain(|hidden| hidden.viewer != *name && hidden.seen != *name);
            for share in &mut register.shares {
                share.people.retain(|shared| shared.person != *name);
            }
            register.shares.retain(|share| share.by != *name && !share.people.is_empty());
        })
    }

    /// Makes or unmakes an owner.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn set_owner(&mut self, name: &Name, owner: bool) -> Result<(), Refused> {
        self.person_mut(name)?;
        self.changed_people(|register| {
            if let Ok(person) = register.person_mut(name) {
                person.owner = owner;
            }
        })
    }

    /// Gives somebody a new password; all who use the old one are out.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn set_password(&mut self, name: &Name, password: PasswordHash) -> Result<(), Refused> {
        self.person_mut(name)?.password = Some(password);
        Ok(())
    }

    /// Gives a device a credential, in place of an earlier one of the same device.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn set_device(&mut self, name: &Name, device: Device) -> Result<(), Refused> {
        let person = self.person_mut(name)?;
        person.devices.retain(|known| known.name != device.name);
        if person.devices.len() >= MAX_DEVICES {
            return Err(Refused::TooMany);
        }
        person.devices.push(device);
        person.devices.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(())
    }

    /// Takes a device its credential.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn revoke_device(&mut self, name: &Name, device: &Name) -> Result<(), Refused> {
        let person = self.person_mut(name)?;
        let before = person.devices.len();
        person.devices.retain(|known| known.name != *device);
        if person.devices.len() == before { Err(Refused::NoSuchThing) } else { Ok(()) }
    }

    /// Says whether `viewer` sees `seen`. Everybody sees themselves.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn set_sight(&mut self, viewer: &Name, seen: &Name, sees: bool) -> Result<(), Refused> {
        self.person_mut(viewer)?;
        self.person_mut(seen)?;
        let exception = Hidden { viewer: viewer.clone(), seen: seen.clone() };
        self.hidden.retain(|hidden| *hidden != exception);
        if !sees && viewer != seen {
            self.hidden.push(exception);
            self.hidden.sort();
        }
        Ok(())
    }

    /// Adds a privacy zone, in place of an earlier one of the same name.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn set_zone(&mut self, name: &Name, zone: Zone) -> Result<(), Refused> {
        let person = self.person_mut(name)?;
        person.zones.retain(|known| known.name != zone.name);
        if person.zones.len() >= MAX_DEVICES {
            return Err(Refused::TooMany);
        }
        person.zones.push(zone);
        Ok(())
    }

    /// Takes a privacy zone away.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn remove_zone(&mut self, name: &Name, zone: &str) -> Result<(), Refused> {
        self.person_mut(name)?.zones.retain(|known| known.name != zone);
        Ok(())
    }

    /// Changes people, unless that would leave nobody who can decide.
    fn changed_people(&mut self, change: impl FnOnce(&mut Self)) -> Result<(), Refused> {
        let mut changed = self.clone();
        change(&mut changed);
        if !changed.has_owner() {
            return Err(Refused::LastOwner);
        }
        *self = changed;
        Ok(())
    }
}

impl Person {
    /// Somebody new.
    pub fn new(name: Name, owner: bool, password: Option<PasswordHash>) -> Self {
        Self { name, owner, password, devices: Vec::new(), zones: Vec::new() }
    }

    fn can_own(&self) -> bool {
        self.owner && self.password.is_some()
    }

    /// Whether `friend` is a device of this person.
    pub fn is(&self, friend: &FriendId) -> bool {
        self.name.as_str() == friend.user()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text).unwrap()
    }

    fn household(names: &[&str]) -> Register {
        let mut register = Register::default();
        for (index, text) in names.iter().enumerate() {
            let password = PasswordHash::unusable();
            register.add(Person::new(name(text), index == 0, Some(password))).unwrap();
        }
        register
    }

    #[test]
    fn names_are_those_of_the_store() {
        assert_eq!(name(" Alice-2 ").as_str(), "alice-2");
        for typed in ["", "al ice", "élodie", "a/b", "a+b", "..", &"a".repeat(65)] {
            assert_eq!(Name::parse(typed), None, "{typed}");
        }
        for text in ["alice", "a-b-0"] {
            assert_eq!(FriendId::new(text, text).unwrap().user(), name(text).as_str());
        }
    }

    #[test]
    fn somebody_can_always_decide() {
        let mut register = Register::default();
        let child = Person::new(name("kid"), true, None);
        assert_eq!(register.add(child), Err(Refused::FirstIsOwner));
        let mut register = household(&["alice", "bob"]);
        assert_eq!(register.remove(&name("alice")), Err(Refused::LastOwner));
        assert_eq!(register.set_owner(&name("alice"), false), Err(Refused::LastOwner));
        register.set_owner(&name("bob"), true).unwrap();
        register.remove(&name("alice")).unwrap();
        assert!(register.has_owner() && register.person("alice").is_none());
    }

    #[test]
    fn what_is_written_is_read_again() {
        let mut register = household(&["bob", "alice"]);
        register.set_sight(&name("alice"), &name("bob"), false).unwrap();
        let device = Device { name: name("phone"), secret: TokenHash::of("x"), made_at_s: 1_795_353_100 };
        register.set_device(&name("alice"), device).unwrap();
        assert_eq!(Register::from_json(&register.to_json()), Ok(register));
    }

    #[test]
    fn what_is_no_register_is_none() {
        let twice = household(&["alice"]);
        let twice = Register { people: [&twice.people[..], &twice.people[..]].concat(), ..twice };
        for bytes in [
            &b""[..],
            b"{}",
            br#"{"version":2,"people":[]}"#,
            br#"{"version":1,"people":[{"name":"Al ice"}]}"#,
            &twice.to_json(),
        ] {
            assert!(Register::from_json(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn who_is_removed_leaves_nothing_behind() {
        let mut register = household(&["alice", "bob"]);
        register.set_sight(&name("alice"), &name("bob"), false).unwrap();
        register.remove(&name("bob")).unwrap();
        assert!(register.hidden.is_empty());
        register.add(Person::new(name("bob"), false, None)).unwrap();
        assert!(register.person("bob").unwrap().devices.is_empty());
    }
}
