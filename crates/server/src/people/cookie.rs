//! Cookies: how browsers are told to keep one, and which they brought.

use axum::http::{HeaderMap, HeaderValue, header};

use super::identify::Whence;

/// Along with which requests a browser sends a cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those that pages of ours make.
    OwnPages,
    /// Also when somebody follows a link here from another site.
    OwnSite,
    /// Also in a frame of another site's page, and then in frames of that site only. Browsers want TLS for it; without, it
    /// is as [`Reach::OwnSite`], which frames of the same site (another port, another name below one domain) get, too.
    Frames,
}

/// The text of a `Set-Cookie` header. It has no path: browsers then take the folder of the page, below whatever path of a
/// proxy. `kept_s` is how many seconds the browser keeps it; without, until it is closed.
pub fn set_cookie(name: &str, value: &str, reach: Reach, secure: bool, kept_s: Option<i64>) -> String {
    let reach = match (reach, secure) {
        (Reach::OwnPages, _) => "Strict",
        (Reach::Frames, true) => "None; Partitioned",
        (Reach::OwnSite | Reach::Frames, _) => "Lax",
    };
    let secure = if secure { "; Secure" } else { "" };
    let kept = kept_s.map_or_else(String::new, |kept_s| format!("; Max-Age={kept_s}"));
    format!("{name}={value}; HttpOnly; SameSite={reach}{secure}{kept}")
}

/// Whether the browser came by TLS: ours, that of a trusted proxy, or by what the browser itself says.
pub fn is_secure(whence: Whence, headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    whence.secure || origin.is_some_and(|origin| origin.starts_with(b"https://"))
}

/// The value of a cookie. Two of one name are possible, from folders above: the first is the nearest.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lists = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lists.flat_map(|list| list.split(';')).find_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name && !value.is_empty()).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_goes_no_further_than_it_must() {
        let told = |reach, secure| set_cookie("n", "v", reach, secure, None);
        assert_eq!(told(Reach::OwnPages, true), "n=v; HttpOnly; SameSite=Strict; Secure");
        assert_eq!(told(Reach::OwnSite, true), "n=v; HttpOnly; SameSite=Lax; Secure");
        assert_eq!(told(Reach::Frames, true), "n=v; HttpOnly; SameSite=None; Partitioned; Secure");
        assert_eq!(told(Reach::Frames, false), "n=v; HttpOnly; SameSite=Lax");
        assert_eq!(
            set_cookie("n", "", Reach::OwnSite, false, Some(0)),
            "n=; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let sent = HeaderMap::from_iter([(
            header::COOKIE,
            HeaderValue::from_static("a=b; owntracks-login=token; x"),
        )]);
        assert_eq!(cookie(&sent, "owntracks-login"), Some("token"));
        assert_eq!(cookie(&sent, "owntracks"), None);
    }
}
