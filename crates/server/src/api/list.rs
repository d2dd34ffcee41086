//! `/api/0/list`: users, devices of a user, months of a device.

use std::io;

use axum::extract::State;
use axum::response::Response;
use dashboard_core::owntracks::FriendId;
use serde_json::Value;

use super::{Api, Parameters};
use crate::people::Pass;

/// Answers with sorted names. What is unknown is answered like the Recorder does, with 200 and an `error`.
pub async fn list(State(api): State<Api>, pass: Pass, parameters: Parameters) -> Response {
    let (user, device) = (parameters.user(), parameters.device());
    let missing_device = device.is_some();
    let names = tokio::task::spawn_blocking(move || match (user, device) {
        (Some(user), Some(device)) => match FriendId::new(&user, &device) {
            Some(friend) => api.store.months(&friend),
            None => Ok(Vec::new()), // folded names are not empty
        },
        (Some(user), None) => api.store.devices(&user),
        (None, _) => api.store.users().map(|mut users| {
            users.retain(|user| pass.may_see_user(user));
            users
        }),
    });
    match names.await.unwrap_or_else(|panic| Err(io::Error::other(panic))) {
        Ok(names) => super::json(format!(r#"{{"results":{}}}"#, Value::from(names))),
        Err(error) if error.kind() == io::ErrorKind::NotFound && missing_device => {
            super::json(r#"{"error":"Cannot lsscan requested directory"}"#)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            super::json(r#"{"error":"Cannot open requested directory"}"#)
        }
        Err(error) => super::failure(&error),
    }
}
