//! Normalises request paths: without the sub-path of `base_url`, without one slash at the end (v1-contract.md §2); below v2
//! with one slash where there are several (v2-contract.md §2).

use std::borrow::Cow;

use axum::http::Uri;
use axum::http::uri::PathAndQuery;

/// Turns the path of a request into one that routes expect.
#[derive(Clone, Debug)]
pub struct Normaliser {
    /// The path of `base_url`, empty or `/x/y`.
    base: String,
    /// Where the paths of routes begin that have more than one segment, such as `/secret`.
    routes: Vec<&'static str>,
    /// Below which path several slashes are as good as one.
    slack: &'static str,
}

impl Normaliser {
    /// For a server below `base`, the path of `base_url`: empty or `/x/y`. `routes` is where the paths of its routes begin, as
    /// far as they have more than one segment; below `slack`, one of them, several slashes are as good as one.
    #[must_use]
    pub fn new(base: &str, routes: Vec<&'static str>, slack: &'static str) -> Self {
        Self { base: base.to_owned(), routes, slack }
    }

    /// Rewrites a request's URI.
    #[must_use]
    pub fn normalise(&self, uri: Uri) -> Uri {
        let path = uri.path();
        if path.is_empty() {
            return uri; // `CONNECT host:port` has none, and is no request for `/`
        }
        let inner = self.with_single_slashes(self.strip_base(path));
        let trimmed = match inner.strip_suffix('/') {
            Some(rest) if !rest.is_empty() => rest,
            _ => &inner,
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

    fn with_single_slashes<'a>(&self, path: &'a str) -> Cow<'a, str> {
        if path.contains("//") {
            let segments: Vec<_> = path.split('/').filter(|segment| !segment.is_empty()).collect();
            let single = format!("/{}", segments.join("/"));
            if is_below(&single, self.slack) {
                return single.into();
            }
        }
        path.into()
    }

    /// A proxy may hand the sub-path on or take it away; both work, also when the sub-path is `/api`, with which our own paths
    /// begin.
    fn strip_base<'a>(&self, path: &'a str) -> &'a str {
        let is_route = |path: &str| self.routes.iter().any(|start| is_below(path, start));
        match path.strip_prefix(&*self.base) {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') && (is_route(rest) || !is_route(path)) => rest,
            _ => path,
        }
    }
}

/// Whether `path` leads further than `start`, as `/api/v1/x` does than `/api/v1`.
#[must_use]
pub fn is_below(path: &str, start: &str) -> bool {
    path.strip_prefix(start).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slash_at_the_end_and_the_sub_path_are_dropped() {
        let normal = |uri: &str, base: &str| {
            let normaliser =
                Normaliser::new(base, vec!["/api/v1", "/api/v2", "/health", "/secret"], "/api/v2");
            normaliser.normalise(uri.parse().unwrap()).to_string()
        };
        assert_eq!(normal("/api/v1/status/", ""), "/api/v1/status");
        assert_eq!(normal("/api/v1/status/?locale=de", ""), "/api/v1/status?locale=de");
        assert_eq!(normal("/api/v1/status//", ""), "/api/v1/status/");
        assert_eq!(normal("//api/v2///status//?a=//", ""), "/api/v2/status?a=//");
        assert_eq!(normal("/ots/api/v2//status", "/ots"), "/api/v2/status");
        assert_eq!(normal("//api/v1//status", ""), "//api/v1//status");
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
