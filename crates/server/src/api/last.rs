//! `/api/0/last`: the newest location of each device, with the card.

use axum::extract::State;
use axum::response::Response;
use dashboard_core::time::format_rfc3339;

use super::{Api, Parameters, locations};
use crate::json::Builder;
use crate::people::Pass;

/// Answers with an array of those who may be seen; with `{}` when nothing at all is known, as the Recorder does.
pub async fn last(State(api): State<Api>, pass: Pass, parameters: Parameters) -> Response {
    let mut located = api.store.latest().located();
    located.retain(|(friend, ..)| pass.may_see(friend));
    if located.is_empty() {
        return super::json("{}");
    }
    let (user, device, fields) = (parameters.user(), parameters.device(), parameters.fields());
    let mut body = vec![b'['];
    for (friend, fix, known) in located {
        let wanted = match (&user, &device) {
            (Some(user), Some(device)) => user == friend.user() && device == friend.device(),
            (Some(user), None) => user == friend.user(),
            (None, Some(_)) => false, // a device without its user
            (None, None) => true,
        };
        if !wanted {
            continue;
        }
        let mut object = Builder::from_object(&fix.object);
        let iso = format_rfc3339(fix.time_s);
        object.text("isotst", &iso).text("disptst", &locations::display_time(&iso));
        let object = known.with_card(&object.finish());
        if body.len() > 1 {
            body.push(b',');
        }
        body.extend(match &fields {
            Some(fields) => locations::choose(&object, fields, |_| None),
            None => object,
        });
    }
    body.push(b']');
    super::json(body)
}
