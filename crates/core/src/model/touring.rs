//! The tours of one device, asked of a Recorder by HTTP: listed, made, ended. A machine of its own beside the model, as
//! [`super::viewing`] is.

use crate::owntracks::FriendId;
use crate::owntracks::recorder::{
    Tour, TourAnswer, end_tour, list_tours, make_tour, read_tours, tour_request_url, view_url,
};
use crate::time::TimeRange;

use super::command::RequestId;
use super::event::{HttpAnswer, HttpFailure};
use super::text::Url;
use super::viewing::ViewAddress;

/// Something that happened to the tours.
#[derive(Clone, Debug, PartialEq)]
pub enum TouringEvent {
    /// The person chose whose to see.
    Chose(FriendId),
    /// The person wants to try again.
    Retried,
    /// The person wants a tour of this time.
    Wished {
        /// What to call it; perhaps nothing.
        label: String,
        /// Which time.
        range: TimeRange,
    },
    /// The person ended the tour with this id.
    Ended(String),
    /// A `Post` was answered, or failed.
    Answered {
        /// Which.
        request: RequestId,
        /// How.
        answer: Result<HttpAnswer, HttpFailure>,
    },
}

/// Wanted from outside: send this as `text/plain`, with the login that the browser has for the Recorder's origin, if that is the
/// page's own. Answered by [`TouringEvent::Answered`].
#[derive(Clone, Debug, PartialEq)]
pub struct Post {
    /// Id of the request.
    pub request: RequestId,
    /// Absolute URL.
    pub url: String,
    /// What to send.
    pub body: String,
}

/// How things are with the tours.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TouringState {
    /// Nobody was chosen.
    #[default]
    Nobody,
    /// The answer is still to come.
    Asking,
    /// These are all.
    Listed,
    /// The Recorder says nothing of tours.
    NoAnswer,
    /// The Recorder answers in a way that only the device itself can read.
    Encrypted,
    /// It could not be asked.
    Failed(HttpFailure),
}

/// One tour, as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct TourView {
    /// What the Recorder says.
    pub tour: Tour,
    /// An `http:` or `https:` link for others.
    pub link: String,
    /// The same view as this page asks for it, at the address by which it reaches the Recorder; `None` where the browser would
    /// refuse.
    pub address: Option<ViewAddress>,
}

/// What is shown of the tours.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TouringView {
    /// Whose.
    pub friend: Option<FriendId>,
    /// How things are.
    pub state: TouringState,
    /// All of them, in the Recorder's order.
    pub tours: Vec<TourView>,
    /// The one that was made last.
    pub made: Option<String>,
}

/// The tours of a device.
#[derive(Debug)]
pub struct Touring {
    page_url: String,
    recorder_url: String,
    view: TouringView,
    last_request: u32,
    /// The question under way, and whether its answer is the list.
    asked: Option<(RequestId, bool)>,
}

impl Touring {
    /// Nobody's yet, of the Recorder at `recorder_url`.
    pub fn new(page_url: String, recorder_url: String) -> Self {
        Self { page_url, recorder_url, view: TouringView::default(), last_request: 0, asked: None }
    }

    /// What is shown now.
    pub fn view(&self) -> &TouringView {
        &self.view
    }

    /// Takes in what happened. Performs nothing.
    pub fn update(&mut self, event: TouringEvent) -> Option<Post> {
        match event {
            TouringEvent::Chose(friend) => {
                self.view = TouringView { friend: Some(friend), ..TouringView::default() };
                self.ask(list_tours(), true)
            }
            TouringEvent::Retried => self.ask(list_tours(), true),
            TouringEvent::Wished { label, range } => self.ask(make_tour(&label, range), false),
            TouringEvent::Ended(uuid) => self.ask(end_tour(&uuid), false),
            TouringEvent::Answered { request, answer } => {
                let (_, is_list) = self.asked.take_if(|(asked, _)| *asked == request)?;
                self.take_answer(answer, is_list)
            }
        }
    }

    fn ask(&mut self, body: String, is_list: bool) -> Option<Post> {
        let url = tour_request_url(&self.recorder_url, self.view.friend.as_ref()?);
        self.last_request = self.last_request.wrapping_add(1);
        let request = RequestId(self.last_request);
        self.asked = Some((request, is_list));
        self.view.state = TouringState::Asking;
        Some(Post { request, url, body })
    }

    fn take_answer(&mut self, answer: Result<HttpAnswer, HttpFailure>, is_list: bool) -> Option<Post> {
        match read(answer) {
            Ok(TourAnswer::List(tours)) => {
                self.view.tours = tours.into_iter().map(|tour| self.shown(tour)).collect();
                self.view.state = TouringState::Listed;
            }
            Ok(TourAnswer::Made(tour)) => {
                self.view.made = Some(tour.uuid);
                return self.ask(list_tours(), true);
            }
            Ok(TourAnswer::Encrypted) => self.view.state = TouringState::Encrypted,
            // Whether a tour was ended, and whether one could be made, the list tells.
            Ok(TourAnswer::None) if !is_list => return self.ask(list_tours(), true),
            Ok(TourAnswer::None) => self.view.state = TouringState::NoAnswer,
            Err(failure) => self.view.state = TouringState::Failed(failure),
        }
        None
    }

    fn shown(&self, tour: Tour) -> TourView {
        let said = tour.url.as_deref().and_then(Url::parse).filter(Url::is_web).map(|url| url.to_string());
        let link = said.unwrap_or_else(|| view_url(&self.recorder_url, &tour.uuid));
        let address = ViewAddress::find(&tour.uuid, &self.page_url, Some(&self.recorder_url)).ok();
        TourView { tour, link, address }
    }
}

fn read(answer: Result<HttpAnswer, HttpFailure>) -> Result<TourAnswer, HttpFailure> {
    match answer? {
        HttpAnswer { status: 200, body } => {
            read_tours(&body).map_err(|bad| HttpFailure::BadAnswer { what: bad.to_string() })
        }
        // No such door: a server that is no Recorder, or one that lets nobody post.
        HttpAnswer { status: 404 | 405, .. } => Ok(TourAnswer::None),
        HttpAnswer { status, .. } => Err(HttpFailure::Status { status, text: String::new() }),
    }
}
