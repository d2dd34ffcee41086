//! What every door holds of whoever came through it: the question to the rule, and word of when the answer changes.

use std::fmt;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use dashboard_core::owntracks::FriendId;

use super::register::Name;
use super::share::{Share, Zone};
use super::viewer::Viewer;
use super::{Household, People, rule};
use crate::clock;

/// A viewer, and the household that it looks at.
#[derive(Clone)]
pub struct Pass {
    people: Arc<People>,
    viewer: Viewer,
}

impl fmt::Debug for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.viewer.fmt(f)
    }
}

/// What a viewer sees, to be compared with what it sees later.
#[derive(PartialEq, Eq)]
struct Sight {
    entitled: bool,
    owner: bool,
    people: Vec<Name>,
    share: Option<Share>,
    /// The private places of the people in the share, which guests see nothing within.
    zones: Vec<Vec<Zone>>,
}

impl Pass {
    /// A pass for `viewer`.
    pub fn new(people: Arc<People>, viewer: Viewer) -> Self {
        Self { people, viewer }
    }

    /// Who came.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// The household.
    pub fn people(&self) -> &Arc<People> {
        &self.people
    }

    /// See [`rule::may_see`].
    pub fn may_see(&self, friend: &FriendId) -> bool {
        rule::may_see(&self.people.now.borrow(), &self.viewer, friend, clock::now_s())
    }

    /// Whether any device of `user` may be seen; `user` is folded.
    pub fn may_see_user(&self, user: &str) -> bool {
        FriendId::new(user, user).is_some_and(|friend| self.may_see(&friend))
    }

    /// See [`rule::may_receive`].
    pub fn may_receive(&self, topic: &str) -> bool {
        rule::may_receive(&self.people.now.borrow(), &self.viewer, topic, clock::now_s())
    }

    /// See [`rule::may_publish`].
    pub fn may_publish(&self, topic: &str) -> bool {
        rule::may_publish(&self.people.now.borrow(), &self.viewer, topic)
    }

    /// See [`rule::may_read`].
    pub fn may_read(&self) -> bool {
        rule::may_read(&self.people.now.borrow(), &self.viewer)
    }

    /// Whether what showed who this is still holds.
    pub fn holds(&self) -> bool {
        let household = self.people.now.borrow();
        match &self.viewer {
            Viewer::Open => household.register.is_empty(),
            Viewer::Nobody => false,
            Viewer::Guest { .. } => rule::guest(&household, &self.viewer, clock::now_s()).is_some(),
            Viewer::Person { .. } | Viewer::Device { .. } => {
                rule::entitled(&household, &self.viewer).is_some()
            }
        }
    }

    /// The share a guest came by, while it lasts.
    pub fn share(&self) -> Option<Share> {
        rule::guest(&self.people.now.borrow(), &self.viewer, clock::now_s())
    }

    /// Ends when this viewer sees more, less or otherwise than at the call, or is no longer who it was. Connections are
    /// closed then: whoever may still come comes again and gets what there is for them.
    pub async fn changed(&self) {
        let mut changes = self.people.now.subscribe();
        let before = self.sight(&changes.borrow_and_update());
        if !self.holds() {
            return; // it changed since the pass was given
        }
        while changes.changed().await.is_ok() {
            if self.sight(&changes.borrow_and_update()) != before {
                return;
            }
        }
    }

    fn sight(&self, household: &Household) -> Sight {
        let now_s = clock::now_s();
        let sees = |name: &Name| {
            FriendId::new(name.as_str(), name.as_str())
                .is_some_and(|friend| rule::may_see(household, &self.viewer, &friend, now_s))
        };
        let names = household.register.people.iter().map(|person| &person.name);
        let share = rule::guest(household, &self.viewer, now_s);
        let shown = share.iter().flat_map(|share| &share.people);
        let shown = shown.filter_map(|shared| household.register.person(shared.person.as_str()));
        let zones = shown.map(|person| person.zones.clone()).collect();
        Sight {
            entitled: rule::entitled(household, &self.viewer).is_some()
                || (self.viewer == Viewer::Open && household.register.is_empty()),
            owner: rule::is_owner(household, &self.viewer),
            people: names.filter(|name| sees(name)).cloned().collect(),
            share,
            zones,
        }
    }
}

/// The guard of all routes gives every request its pass. Without one nothing is answered.
impl<S: Send + Sync> FromRequestParts<S> for Pass {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| StatusCode::FORBIDDEN.into_response())
    }
}
