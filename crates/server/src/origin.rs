//! Origins as browsers write them: scheme, host and port of a page, and nothing else.

/// The origin in `typed`, in small letters, as it goes into headers and is compared; `None` for anything else, wildcards
/// included: whoever may have the dashboard in a frame is named.
pub fn parse(typed: &str) -> Option<String> {
    let uri = typed.parse::<axum::http::Uri>().ok()?;
    let has_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    // A semicolon, fine in a name by the letter of the standard, would end a directive of the policy that it goes into.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    let host_only = uri.authority().is_some_and(|authority| authority.as_str().bytes().all(is_plain));
    let is_origin =
        has_scheme && host_only && uri.path() == "/" && uri.query().is_none() && !typed.ends_with('/');
    is_origin.then(|| typed.to_ascii_lowercase())
}

/// A list of them, apart by commas or spaces.
pub fn parse_list(typed: &str) -> Option<Vec<String>> {
    typed.split([',', ' ', '\n', '\r']).filter(|one| !one.is_empty()).map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_whole_and_nothing_else() {
        let typed = "https://Home.example, http://192.168.1.5:8123";
        assert_eq!(parse_list(typed).unwrap(), ["https://home.example", "http://192.168.1.5:8123"]);
        assert_eq!(parse_list(" ").unwrap(), [""; 0]);
        for typed in [
            "*",
            "https://*.example",
            "home.example",
            "https://home.example/",
            "https://home.example/map",
            "https://a@b",
            "https://a;script-src",
            "https://a\u{e4}.example",
            "https://a\r\nX-Injected: 1",
            "ftp://a",
            "'self'",
        ] {
            assert_eq!(parse(typed), None, "{typed}");
        }
    }
}
