//! A view of some Recorder that the person opened: a link `…/view/<id>` that somebody sent, or a tour of their own.
//!
//! A machine of its own beside the model, as nothing else of the page is concerned: its state, what happened
//! ([`ViewingEvent`]), what is wanted from outside ([`ViewingCommand`]), what is shown ([`ViewingView`]). So all of it is in the
//! second part of the page's module.

mod address;

use std::rc::Rc;

use crate::geo::LatLon;
use crate::owntracks::recorder::{
    SharedPlace, read_shared_line, read_shared_place, shared_line_url, shared_place_url,
};
use crate::time::UnixMillis;
use crate::track::thin;

use super::command::RequestId;
use super::event::{HttpAnswer, HttpFailure};
use super::friends::names::{Named, initials};
use super::palette;
use super::query::{Query, VIEW_PARAMETER};

pub use address::{NotAView, ViewAddress};

/// The newest place is asked for this often while somebody looks.
pub const ASK_EVERY_MS: i64 = 60_000;

/// After so long without an answer the newest place does not simply continue the line: it is asked for again.
const LINE_OUTDATED_MS: i64 = 5 * ASK_EVERY_MS;

/// A line has at most so many vertices: it is drawn as a whole, by the page.
pub const MAX_VERTICES: usize = 10_000;

/// How close a lone place is looked at when its owner proposes nothing.
const PLACE_ZOOM: f64 = 14.0;

/// No closer than a street, no farther than the world, whatever the owner proposes.
const MAX_ZOOM: f64 = 18.0;
const MIN_ZOOM: f64 = 2.0;

/// The view that a page's query names, as it is written there.
pub fn linked_view(query: &Query) -> Option<&str> {
    let named = query.unknown.iter().rev().find(|(name, _)| name == VIEW_PARAMETER);
    named.map(|(_, link)| link.as_str()).filter(|link| !link.is_empty())
}

/// Something that happened to the view.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewingEvent {
    /// The person opened it.
    Opened(ViewAddress),
    /// The person closed it.
    Closed,
    /// The person wants to try again.
    Retried,
    /// Somebody looks at the page; told every second or so while that is so.
    Looked,
    /// A `Get` was answered, or failed.
    Answered {
        /// Which.
        request: RequestId,
        /// How.
        answer: Result<HttpAnswer, HttpFailure>,
    },
}

/// Something wanted from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewingCommand {
    /// Ask for this, without login and headers. Answered by `Answered`.
    Get {
        /// Id of the request.
        request: RequestId,
        /// Absolute URL.
        url: String,
    },
    /// Have the map show all of these places, or one of them from this zoom.
    LookAt {
        /// Places, at least one.
        places: Vec<LatLon>,
        /// For a lone place.
        zoom: f64,
    },
}

/// Why a view cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewTrouble {
    /// There is no such view, or no longer.
    Gone,
    /// It wants a login that browsers ask for only where it is opened itself.
    WantsLogin,
    /// Its owner gave it a time that the Recorder does not understand.
    BadTime,
    /// Anything else.
    Failed(HttpFailure),
}

/// How things are with the view.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ViewingState {
    /// None is open.
    #[default]
    Closed,
    /// The first answer is still to come.
    Loading,
    /// Somebody is seen.
    Shown,
    /// There is nothing in the view's time.
    Empty,
    /// Nothing can be seen.
    Failed(ViewTrouble),
}

/// Whose the view is, and where they are.
#[derive(Clone, Debug, PartialEq)]
pub struct ViewedPerson {
    /// What the Recorder says.
    pub shared: SharedPlace,
    /// Name on the card, or user and device.
    pub name: String,
    /// One or two characters.
    pub initials: String,
    /// Palette index.
    pub colour: u8,
}

/// What is shown of a view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewingView {
    /// Which is open.
    pub address: Option<ViewAddress>,
    /// How things are with it.
    pub state: ViewingState,
    /// Who is seen.
    pub person: Option<Rc<ViewedPerson>>,
    /// Where they have been, at most [`MAX_VERTICES`] places.
    pub line: Rc<[LatLon]>,
    /// The line did not come.
    pub line_failed: bool,
    /// The last question for the newest place was not answered: what is seen is older.
    pub not_renewed: bool,
}

/// The view that is open, if one is.
#[derive(Debug, Default)]
pub struct Viewing {
    view: ViewingView,
    last_request: u32,
    /// Questions under way; answers to all others are dropped.
    place_asked: Option<RequestId>,
    line_asked: Option<RequestId>,
    /// When the newest place was last asked for, and when it last came.
    asked_at: UnixMillis,
    renewed_at: UnixMillis,
    /// The map has not been moved to it yet.
    look_is_due: bool,
}

impl Viewing {
    /// What is shown now.
    pub fn view(&self) -> &ViewingView {
        &self.view
    }

    /// Takes in what happened at `now`. Performs nothing.
    pub fn update(&mut self, event: ViewingEvent, now: UnixMillis) -> Vec<ViewingCommand> {
        let mut wanted = Vec::new();
        match event {
            ViewingEvent::Opened(address) => {
                self.close();
                self.view.address = Some(address);
                self.view.state = ViewingState::Loading;
                self.look_is_due = true;
                self.ask(true, now, &mut wanted);
            }
            ViewingEvent::Closed => self.close(),
            ViewingEvent::Retried => {
                if matches!(self.view.state, ViewingState::Failed(_) | ViewingState::Empty) {
                    self.view.state = ViewingState::Loading;
                }
                self.ask(true, now, &mut wanted);
            }
            ViewingEvent::Looked => {
                if self.is_due(now) {
                    let outdated = now.ms_since(self.renewed_at) > LINE_OUTDATED_MS;
                    let all = outdated || self.view.line_failed || self.view.state != ViewingState::Shown;
                    self.ask(all, now, &mut wanted);
                }
            }
            ViewingEvent::Answered { request, answer } => {
                if self.place_asked == Some(request) {
                    self.place_asked = None;
                    self.take_place(answer, now);
                } else if self.line_asked == Some(request) {
                    self.line_asked = None;
                    self.take_line(answer);
                }
                self.look(&mut wanted);
            }
        }
        wanted
    }

    fn close(&mut self) {
        *self = Self { last_request: self.last_request, ..Self::default() };
    }

    /// Whoever is gone may come back, and a time may begin; what wants a login wants it every time.
    fn is_due(&self, now: UnixMillis) -> bool {
        let is_hopeless = matches!(
            self.view.state,
            ViewingState::Closed | ViewingState::Failed(ViewTrouble::WantsLogin | ViewTrouble::BadTime)
        );
        let is_quiet = self.place_asked.is_none() && self.line_asked.is_none();
        !is_hopeless && is_quiet && now.ms_since(self.asked_at) >= ASK_EVERY_MS
    }

    fn ask(&mut self, all: bool, now: UnixMillis, wanted: &mut Vec<ViewingCommand>) {
        let Some(url) = self.view.address.as_ref().map(|address| address.url().to_owned()) else { return };
        self.asked_at = now;
        let mut get = |url| {
            self.last_request = self.last_request.wrapping_add(1);
            let request = RequestId(self.last_request);
            wanted.push(ViewingCommand::Get { request, url });
            Some(request)
        };
        self.place_asked = get(shared_place_url(&url));
        if all {
            self.line_asked = get(shared_line_url(&url));
        }
    }

    fn take_place(&mut self, answer: Result<HttpAnswer, HttpFailure>, now: UnixMillis) {
        match read(answer, read_shared_place) {
            Ok(Some(shared)) => {
                (self.renewed_at, self.view.not_renewed) = (now, false);
                self.continue_line(&shared);
                self.view.person = Some(Rc::new(ViewedPerson::new(shared)));
                self.view.state = ViewingState::Shown;
            }
            Ok(None) => {
                (self.renewed_at, self.view.not_renewed) = (now, false);
                self.forget(ViewingState::Empty);
            }
            // What was seen stays as long as nobody says that it is over.
            Err(ViewTrouble::Failed(_)) if self.view.state == ViewingState::Shown => {
                self.view.not_renewed = true;
            }
            Err(trouble) => self.forget(ViewingState::Failed(trouble)),
        }
    }

    fn take_line(&mut self, answer: Result<HttpAnswer, HttpFailure>) {
        match read(answer, read_shared_line) {
            Ok(line) => {
                self.view.line = thin(&line.places, MAX_VERTICES).into();
                self.view.line_failed = false;
            }
            // A line that was seen stays, as a place does.
            Err(_) => self.view.line_failed = self.view.line.is_empty(),
        }
    }

    fn forget(&mut self, state: ViewingState) {
        (self.view.person, self.view.line, self.view.state) = (None, Rc::default(), state);
    }

    /// A new place lies at the end of the line that is known, unless the line is asked for anyway.
    fn continue_line(&mut self, shared: &SharedPlace) {
        let known = self.view.person.as_ref().map(|person| &person.shared.location);
        let is_newer = known.is_some_and(|known| known.time_s < shared.location.time_s);
        if is_newer && self.line_asked.is_none() && !self.view.line.is_empty() {
            let mut line = self.view.line.to_vec();
            line.push(shared.location.position);
            self.view.line = thin(&line, MAX_VERTICES).into();
        }
    }

    /// Has the map look there, once, when everything has come.
    fn look(&mut self, wanted: &mut Vec<ViewingCommand>) {
        let all_came = self.place_asked.is_none() && self.line_asked.is_none();
        let Some(person) = self.view.person.as_ref().filter(|_| self.look_is_due && all_came) else { return };
        let mut places = self.view.line.to_vec();
        places.push(person.shared.location.position);
        let zoom = person.shared.zoom.unwrap_or(PLACE_ZOOM).clamp(MIN_ZOOM, MAX_ZOOM);
        wanted.push(ViewingCommand::LookAt { places, zoom });
        self.look_is_due = false;
    }
}

impl ViewedPerson {
    fn new(shared: SharedPlace) -> Self {
        let card_name = shared.location.card.as_ref().and_then(|card| card.name.clone());
        let own_name = card_name.as_deref().or(shared.location.tracker_id.as_deref());
        let named = Named { id: &shared.friend, own_name, spelling: Some(&shared.names) };
        let initials = initials(&named);
        let colour = palette::assign(std::iter::once(&shared.friend)).first().copied().unwrap_or(0);
        let name = card_name.unwrap_or_else(|| format!("{}/{}", shared.names.user, shared.names.device));
        Self { shared, name, initials, colour }
    }
}

/// What an answer says, or why it says nothing.
fn read<T, E: std::fmt::Display>(
    answer: Result<HttpAnswer, HttpFailure>,
    reader: fn(&[u8]) -> Result<T, E>,
) -> Result<T, ViewTrouble> {
    match answer.map_err(ViewTrouble::Failed)? {
        HttpAnswer { status: 200, body } => {
            reader(&body).map_err(|bad| ViewTrouble::Failed(HttpFailure::BadAnswer { what: bad.to_string() }))
        }
        HttpAnswer { status: 401 | 403, .. } => Err(ViewTrouble::WantsLogin),
        HttpAnswer { status: 404 | 410, .. } => Err(ViewTrouble::Gone),
        HttpAnswer { status: 416, .. } => Err(ViewTrouble::BadTime),
        HttpAnswer { status, .. } => {
            Err(ViewTrouble::Failed(HttpFailure::Status { status, text: String::new() }))
        }
    }
}
