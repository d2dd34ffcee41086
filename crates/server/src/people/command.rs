//! `owntracks-dashboard user …`: works on the data folder, whether or not a server runs on it.

use std::error::Error;
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;

use super::file::RegisterFile;
use super::password::{PasswordHash, Typed};
use super::register::{Name, Person, Refused};
use crate::args::UserCommand;

/// Does what was typed.
///
/// # Errors
/// When it cannot be done; the sentence is for the person.
pub fn run(folder: &Path, command: UserCommand) -> Result<(), Box<dyn Error>> {
    let file = RegisterFile::in_folder(folder);
    let mut out = io::stdout();
    match command {
        UserCommand::Add { name, owner, no_login } => {
            let name = Name::parse(&name).ok_or(Refused::BadName)?;
            let first = file.load()?.0.is_empty();
            let password = if no_login { None } else { Some(ask_password(&name)?) };
            let owner = owner || (first && !no_login);
            let added = name.clone();
            file.change(|register| register.add(Person::new(added, owner, password)))?;
            let role = if owner { ", an owner" } else { "" };
            writeln!(out, "{name} belongs to the household now{role}.")?;
        }
        UserCommand::List => {
            for person in file.load()?.0.people {
                let role = match (person.owner, person.password.is_some()) {
                    (true, _) => "owner",
                    (false, true) => "member",
                    (false, false) => "no login",
                };
                let devices: Vec<_> = person.devices.iter().map(|device| device.name.as_str()).collect();
                writeln!(out, "{}\t{role}\t{}", person.name, devices.join(" "))?;
            }
        }
        UserCommand::Remove { name } => {
            let name = Name::parse(&name).ok_or(Refused::BadName)?;
            file.change(|register| register.remove(&name))?;
            writeln!(out, "{name} no longer belongs to the household. The history stays in rec/{name}/.")?;
        }
        UserCommand::Password { name } => {
            let name = Name::parse(&name).ok_or(Refused::BadName)?;
            file.load()?.0.person(name.as_str()).ok_or(Refused::NobodyOfThatName)?;
            let password = ask_password(&name)?;
            file.change(|register| register.set_password(&name, password))?;
            writeln!(out, "{name} has a new password, and is logged out everywhere.")?;
        }
    }
    Ok(())
}

/// Asks for a password twice, without showing it; from a pipe it is one line.
fn ask_password(name: &Name) -> Result<PasswordHash, Box<dyn Error>> {
    let typed = if io::stdin().is_terminal() {
        let first = rpassword::prompt_password(format!("Password for {name}: "))?;
        if rpassword::prompt_password("Again: ")? != first {
            return Err("the two are not the same".into());
        }
        first
    } else {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    let typed = Typed::new(typed);
    typed.check(name.as_str())?;
    Ok(PasswordHash::of(&typed)?)
}
