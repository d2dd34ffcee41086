//! The household's past, as the Recorder would have kept it, written in seconds.

use std::io;

use dashboard_core::owntracks::FriendId;
use dashboard_core::owntracks::rec::{LOCATION_KIND, RecLine};
use dashboard_core::time::UnixSeconds;

use super::diary::{Doing, Span};
use super::household::{PEOPLE, Person};
use super::life::Life;
use super::report::{Regions, Report, Trigger};
use super::town::Mode;
use crate::store::Archive;

/// Seconds between reports of somebody who stays.
const PING_EVERY_S: f64 = 30.0 * 60.0;

/// The friend that `person` is to everybody else.
pub fn friend(person: &Person) -> Option<FriendId> {
    FriendId::new(person.user, person.device)
}

/// When everybody whose history is in `archive` was last recorded, latest last.
///
/// # Errors
/// When a history cannot be read.
pub fn newest_s(archive: &Archive) -> io::Result<Option<UnixSeconds>> {
    let mut newest = None;
    for person in &PEOPLE {
        if let Some(friend) = friend(person) {
            newest = newest.max(archive.newest_s(&friend)?);
        }
    }
    Ok(newest)
}

/// Writes what everybody did after `from_s`, or after what is recorded already, up to `to_s`. Each person's days are
/// worked out on a thread of their own.
///
/// # Errors
/// When the disk refuses.
pub fn write(archive: &Archive, life: &Life, from_s: UnixSeconds, to_s: UnixSeconds) -> io::Result<usize> {
    std::thread::scope(|scope| {
        let workers: Vec<_> = PEOPLE
            .iter()
            .map(|person| scope.spawn(move || write_person(archive, life, person, from_s, to_s)))
            .collect();
        let mut reports = 0;
        for worker in workers {
            reports +=
                worker.join().unwrap_or_else(|_| Err(io::Error::other("a history could not be made up")))?;
        }
        Ok(reports)
    })
}

fn write_person(
    archive: &Archive,
    life: &Life,
    person: &Person,
    from_s: UnixSeconds,
    to_s: UnixSeconds,
) -> io::Result<usize> {
    let Some(friend) = friend(person) else { return Ok(0) };
    let from_s = archive.newest_s(&friend)?.map_or(from_s, |newest_s| newest_s.max(from_s));
    let mut lines = Vec::new();
    let mut before: Option<Regions> = None;
    for (time_s, trigger) in instants(life, person, from_s, to_s) {
        let situation = life.at(person, time_s as f64);
        let report = Report { life, person, time_s, situation, trigger };
        for transition in before.map(|before| report.transitions(before)).unwrap_or_default() {
            lines.push((time_s, RecLine { time_s, kind: "event", json: &transition }.to_string()));
        }
        before = Some(report.regions());
        lines.push((time_s, RecLine { time_s, kind: LOCATION_KIND, json: &report.location() }.to_string()));
    }
    archive.append(&friend, &lines)?;
    Ok(lines.len())
}

/// When and why `person` reports after `from_s` up to `to_s`, in order.
pub fn instants(
    life: &Life,
    person: &Person,
    from_s: UnixSeconds,
    to_s: UnixSeconds,
) -> Vec<(UnixSeconds, Trigger)> {
    let mut instants = Vec::new();
    for Span { start_s, end_s, doing } in life.spans(person, from_s as f64, to_s as f64) {
        let (every_s, trigger) = match &doing {
            Doing::Staying(_) => (PING_EVERY_S, Trigger::Ping),
            Doing::Travelling(journey) => (reported_every_s(journey.mode), Trigger::Movement),
        };
        let mut time_s = start_s;
        while time_s < end_s {
            instants.push((time_s.ceil() as UnixSeconds, trigger));
            time_s += every_s;
        }
    }
    instants.retain(|(time_s, _)| from_s < *time_s && *time_s <= to_s);
    instants.dedup_by_key(|(time_s, _)| *time_s);
    instants
}

/// Seconds between the reports of somebody who moves.
fn reported_every_s(mode: Mode) -> f64 {
    match mode {
        Mode::Walk => 55.0,
        Mode::Bike => 35.0,
        Mode::Bus => 28.0,
        Mode::Car => 20.0,
        Mode::Train => 30.0,
    }
}
