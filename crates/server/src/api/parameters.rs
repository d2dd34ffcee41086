//! Parameters of a request, wherever they stand.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use dashboard_core::owntracks::FriendId;

/// Parameters from the query, from a posted form, and from `X-Limit-…` headers, by which a proxy limits what somebody may
/// see: they win over the other two.
#[derive(Debug)]
pub struct Parameters {
    headers: HeaderMap,
    pairs: Vec<(String, String)>,
}

impl Parameters {
    /// The parameters in a query string.
    pub fn from_query(headers: HeaderMap, query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { headers, pairs }
    }

    /// All parameters of a request with this query and body.
    pub fn read(headers: &HeaderMap, query: Option<&str>, body: &[u8]) -> Self {
        let is_form = headers
            .get(header::CONTENT_TYPE)
            .map(|value| value.as_bytes().to_ascii_lowercase())
            .is_some_and(|value| value.starts_with(b"application/x-www-form-urlencoded"));
        let mut parameters = Self::from_query(headers.clone(), query.unwrap_or_default());
        if is_form {
            parameters.pairs.extend(form_urlencoded::parse(body).into_owned());
        }
        parameters
    }

    /// The value of `name`; empty ones count as missing.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.limit(name).or_else(|| self.given(name))
    }

    /// What a proxy sets for `name`.
    pub fn limit(&self, name: &str) -> Option<&str> {
        let value = self.headers.get(format!("x-limit-{name}")).and_then(|value| value.to_str().ok());
        value.filter(|value| !value.is_empty())
    }

    /// What was asked for as `name`, whatever a proxy sets.
    pub fn given(&self, name: &str) -> Option<&str> {
        let given = self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        given.filter(|value| !value.is_empty())
    }

    /// The device of a user asked for; both are needed.
    pub fn friend(&self) -> Option<FriendId> {
        FriendId::new(self.get("user")?, self.get("device")?)
    }

    /// The user asked for, folded as in the store.
    pub fn user(&self) -> Option<String> {
        self.get("user").and_then(fold)
    }

    /// The device asked for, folded as in the store.
    pub fn device(&self) -> Option<String> {
        self.get("device").and_then(fold)
    }

    /// The chosen fields; `None` for all.
    pub fn fields(&self) -> Option<Vec<&str>> {
        Some(self.get("fields")?.split(',').map(str::trim).collect())
    }
}

impl<S: Send + Sync> FromRequest<S> for Parameters {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let request = Request::new(body);
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self::read(&parts.headers, parts.uri.query(), &body))
    }
}

fn fold(name: &str) -> Option<String> {
    FriendId::new(name, name).map(|folded| folded.user().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_win_and_names_are_folded() {
        let mut headers = HeaderMap::new();
        headers.insert("X-Limit-User", "Carol".parse().unwrap());
        let parameters =
            Parameters::from_query(headers, "user=bob&device=T%C3%A9l+1&fields=tst,%20SSID&from=");
        assert_eq!(parameters.user().as_deref(), Some("carol"));
        assert_eq!(parameters.device().as_deref(), Some("t--l-1"));
        assert_eq!(parameters.fields(), Some(vec!["tst", "SSID"]));
        assert_eq!(parameters.get("from"), None);
    }
}
