//! URLs of endpoints: resolved against the page, and written in one way, because secrets are looked up by them.

/// Schemes a page can fetch from or connect to, with their usual ports.
const SCHEMES: [(&str, &str); 4] = [("http", "80"), ("https", "443"), ("ws", "80"), ("wss", "443")];

/// An absolute `http:`, `https:`, `ws:` or `wss:` URL in parts, without user, password and fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    scheme: &'static str,
    /// Host and, when unusual, port; lower case.
    authority: String,
    /// Begins with `/`, without `.` and `..`.
    path: String,
    /// With its `?`, or empty.
    query: String,
}

impl Url {
    /// Reads an absolute URL. `None` for other schemes, an empty host, and characters that browsers read in surprising
    /// ways (blanks, control characters, backslashes, quotes).
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let (scheme, usual_port) =
            SCHEMES.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(scheme))?;
        Self::from_parts(scheme, usual_port, rest)
    }

    /// Reads a URL that may be relative to this one: `x`, `../x`, `/x`, `?x`, `//host/x`, or absolute.
    pub fn join(&self, relative: &str) -> Option<Self> {
        let relative = without_fragment(relative.trim());
        if has_scheme(relative) {
            return Self::parse(relative);
        }
        if let Some(rest) = relative.strip_prefix("//") {
            let (scheme, usual_port) = SCHEMES.into_iter().find(|(known, _)| *known == self.scheme)?;
            return Self::from_parts(scheme, usual_port, rest);
        }
        let (path, query) = split_query(relative);
        is_plain(relative).then(|| Self {
            path: match path {
                "" => self.path.clone(),
                _ if path.starts_with('/') => without_dots(path),
                _ => without_dots(&format!("{}{path}", self.folder())),
            },
            query: if relative.is_empty() { self.query.clone() } else { query.to_owned() },
            ..self.clone()
        })
    }

    /// The same with `ws` for `http` and `wss` for `https`.
    #[must_use]
    pub fn for_web_socket(self) -> Self {
        let scheme = match self.scheme {
            "http" => "ws",
            "https" => "wss",
            other => other,
        };
        Self { scheme, ..self }
    }

    /// The same with `http` for `ws` and `https` for `wss`, as a folder: without query, ending in `/`.
    #[must_use]
    pub fn for_http_folder(self) -> Self {
        let scheme = match self.scheme {
            "ws" => "http",
            "wss" => "https",
            other => other,
        };
        let path = if self.path.ends_with('/') { self.path } else { format!("{}/", self.path) };
        Self { scheme, path, query: String::new(), ..self }
    }

    /// The folder this URL is in, then that folder's parents, up to the root; as whole URLs.
    pub fn folders(&self) -> Vec<String> {
        let folder = self.folder();
        let ends = folder.match_indices('/').map(|(index, _)| index).rev();
        ends.map(|end| format!("{}{}", self.origin(), &folder[..=end])).collect()
    }

    /// Scheme, host and port, e.g. `https://home.example`.
    pub fn origin(&self) -> String {
        format!("{}://{}", self.scheme, self.authority)
    }

    /// Whether it names an `http:` or `https:` origin and nothing in it.
    pub fn is_only_origin(&self) -> bool {
        let is_named = !self.authority.contains('*');
        is_named && matches!(self.scheme, "http" | "https") && self.path == "/" && self.query.is_empty()
    }

    /// Its path, which begins with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The same without query.
    #[must_use]
    pub fn without_query(self) -> Self {
        Self { query: String::new(), ..self }
    }

    /// Whether it can be fetched and opened in a browser.
    pub fn is_web(&self) -> bool {
        matches!(self.scheme, "http" | "https")
    }

    /// Whether it is of this computer itself, which secure pages may talk to.
    pub fn is_loopback(&self) -> bool {
        let host = match self.authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => &self.authority,
        };
        matches!(host, "localhost" | "[::1]" | "127.0.0.1")
    }

    /// Whether the connection is encrypted.
    pub fn is_secure(&self) -> bool {
        matches!(self.scheme, "https" | "wss")
    }

    fn from_parts(scheme: &'static str, usual_port: &str, rest: &str) -> Option<Self> {
        let rest = without_fragment(rest);
        let authority_length = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path_and_query) = rest.split_at(authority_length);
        let (path, query) = split_query(path_and_query);
        let host_and_port = authority.rsplit_once('@').map_or(authority, |(_secret, host)| host);
        let host_and_port = match host_and_port.rsplit_once(':') {
            Some((host, port)) if port.is_empty() || port == usual_port => host,
            Some((_, port)) if !port.ends_with(']') && port.parse::<u16>().is_err() => return None,
            _ => host_and_port,
        };
        // No name in the network has an empty part, but for the last, which stands for the root of all names.
        let is_host = !host_and_port.is_empty()
            && !host_and_port.starts_with([':', '.'])
            && !host_and_port.contains("..");
        (is_host && is_plain(rest)).then(|| Self {
            scheme,
            authority: host_and_port.to_ascii_lowercase(),
            path: if path.is_empty() { "/".into() } else { without_dots(path) },
            query: query.to_owned(),
        })
    }

    fn folder(&self) -> &str {
        // The path begins with a slash, so that there is a last one.
        self.path.rfind('/').map_or("/", |end| &self.path[..=end])
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}://{}{}{}", self.scheme, self.authority, self.path, self.query)
    }
}

/// The absolute URL that `relative` means on a page (or in a folder) at `base`, without user, password and fragment.
/// Only `http:`, `https:`, `ws:` and `wss:`; a `base` of another kind (`file:`) leaves absolute ones.
pub fn resolve_url(base: &str, relative: &str) -> Option<String> {
    resolve(base, relative).map(|url| url.to_string())
}

/// The URL of an MQTT broker's WebSocket: as [`resolve_url`], with `ws` for `http` and `wss` for `https`.
pub fn mqtt_url(page_url: &str, text: &str) -> Option<String> {
    resolve(page_url, text).map(|url| url.for_web_socket().to_string())
}

/// The URL of a Recorder: as [`resolve_url`], with `http` for `ws` and `https` for `wss`, without query, ending in `/`.
pub fn recorder_url(page_url: &str, text: &str) -> Option<String> {
    resolve(page_url, text).map(|url| url.for_http_folder().to_string())
}

fn resolve(base: &str, relative: &str) -> Option<Url> {
    Url::parse(base).map_or_else(|| Url::parse(relative), |base| base.join(relative))
}

/// Whether text begins with a scheme: letters, digits, `+`, `-`, `.`, then a colon. `host:8083/x` does, too, and is then
/// of an unknown scheme, as for a browser.
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    })
}

fn is_plain(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>' | '`'))
}

fn without_fragment(text: &str) -> &str {
    text.split_once('#').map_or(text, |(before, _)| before)
}

/// Path and query, the query with its `?`.
fn split_query(text: &str) -> (&str, &str) {
    text.split_at(text.find('?').unwrap_or(text.len()))
}

/// A path with `.` and `..` carried out; `..` at the root stays there.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_dots = matches!(segment, "." | "..");
        if segment == ".." {
            kept.pop();
        }
        if !is_dots {
            kept.push(segment);
        } else if segments.peek().is_none() {
            kept.push("");
        }
    }
    format!("/{}", kept.join("/"))
}
