//! Paths as the routes expect them: without the sub-path of `base_url`, without one slash at the end (contract §2).

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// How the paths of routes begin that have more than one segment.
const OURS: [&str; 7] =
    ["/api/v1/", "/health/", "/secret/", "/private/", "/receipt/", "/metadata/", "/assets/"];

/// Rewrites a request's URI; `base` is the path of `base_url`, empty or `/x/y`.
#[must_use]
pub fn normalise(uri: Uri, base: &str) -> Uri {
    let path = uri.path();
    if path.is_empty() {
        return uri; // `CONNECT host:port` has none, and is no request for `/`
    }
    let inner = strip_base(path, base);
    let trimmed = match inner.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => inner,
    };
    if trimmed.len() == path.len() {
        return uri;
    }
    let changed = match uri.query() {
        Some(query) => format!("{trimmed}?{query}"),
        None => trimmed.to_owned(),
    };
    match PathAndQuery::try_from(changed) {
        Ok(path_and_query) => {
            let mut parts = uri.into_parts();
            parts.path_and_query = Some(path_and_query);
            Uri::from_parts(parts).unwrap_or_default()
        }
        Err(_) => uri,
    }
}

/// A proxy may hand the sub-path on or take it away; both work, also when the sub-path is `/api`, with which our own paths
/// begin.
fn strip_base<'a>(path: &'a str, base: &str) -> &'a str {
    let ours = |path: &str| OURS.iter().any(|start| path.starts_with(start));
    match path.strip_prefix(base) {
        Some("") => "/",
        Some(rest) if rest.starts_with('/') && (ours(rest) || !ours(path)) => rest,
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slash_at_the_end_and_the_sub_path_are_dropped() {
        let normal = |uri: &str, base: &str| normalise(uri.parse().unwrap(), base).to_string();
        assert_eq!(normal("/api/v1/status/", ""), "/api/v1/status");
        assert_eq!(normal("/api/v1/status/?locale=de", ""), "/api/v1/status?locale=de");
        assert_eq!(normal("/api/v1/status//", ""), "/api/v1/status/");
        assert_eq!(normal("/", ""), "/");
        assert_eq!(normal("/ots/api/v1/share?a=b", "/ots"), "/api/v1/share?a=b");
        assert_eq!(normal("/api/v1/share", "/ots"), "/api/v1/share");
        assert_eq!(normal("/otsx/share", "/ots"), "/otsx/share");
        assert_eq!(normal("/ots", "/ots"), "/");
        assert_eq!(normal("/ots/", "/ots"), "/");
        assert_eq!(normal("/api/v1/status", "/api"), "/api/v1/status");
        assert_eq!(normal("/api/api/v1/status/", "/api"), "/api/v1/status");
        assert_eq!(normal("/api/health/live", "/api"), "/health/live");
        assert_eq!(normal("/api/secret/abc", "/api"), "/secret/abc");
        assert_eq!(normal("/api/v1/status", "/api/v1"), "/api/v1/status");
        assert_eq!(normal("/health/live", "/health"), "/health/live");
        assert_eq!(normal("/secret/abc", "/secret"), "/secret/abc");
        assert_eq!(normal("/secret/secret/abc", "/secret"), "/secret/abc");
        assert_eq!(normal("localhost:443", ""), "localhost:443");
        assert_eq!(normal("http://localhost", "/ots"), "http://localhost/");
    }
}
