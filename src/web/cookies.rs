//! Cookies: their names, and how they are set, found and dropped. Only the pages of people who sign in have any; what is in them
//! is sealed by the service (ADR 0081).

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::Pages;

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cookie {
    /// Who signed in.
    Session,
    /// A sign-in that is on its way over a provider.
    Provider,
}

impl Cookie {
    /// Its name behind the prefix.
    fn stem(self) -> &'static str {
        match self {
            Self::Session => "readonce-session",
            Self::Provider => "readonce-provider",
        }
    }
}

impl Pages {
    /// Has the browser keep this for so many seconds.
    pub(super) fn set_cookie(&self, response: &mut Response, cookie: Cookie, value: &str, seconds: u64) {
        let (name, rest) = self.dress(cookie);
        add(response, &format!("{name}={value}; {rest}; Max-Age={seconds}"));
    }

    /// Has the browser forget it.
    pub(super) fn drop_cookie(&self, response: &mut Response, cookie: Cookie) {
        let (name, rest) = self.dress(cookie);
        add(response, &format!("{name}=; {rest}; Max-Age=0"));
    }

    /// What the browser brings. Where there are two, one was set by somebody else on the same domain, and neither counts.
    pub(super) fn cookie<'h>(&self, headers: &'h HeaderMap, cookie: Cookie) -> Option<&'h str> {
        let (name, _) = self.dress(cookie);
        // In one line with what other applications of this host set, which may be any bytes.
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
        let mut values = pairs
            .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
            .filter_map(|(of, value)| (of == name).then_some(value));
        match (values.next(), values.next()) {
            (value, None) => value,
            (_, Some(_)) => None,
        }
    }

    /// Its whole name, and where and how it is sent. A prefix has browsers see to it that nobody but this very host set it, over
    /// TLS; below a path, another path's pages do not get it. Without TLS there is no such thing.
    fn dress(&self, cookie: Cookie) -> (String, String) {
        let base = &self.app().service().policy().base_url;
        let (prefix, path) = match (base.is_https(), base.path()) {
            (true, "") => ("__Host-", "/"),
            (true, path) => ("__Secure-", path),
            (false, "") => ("", "/"),
            (false, path) => ("", path),
        };
        let secure = if base.is_https() { "; Secure" } else { "" };
        (format!("{prefix}{}", cookie.stem()), format!("Path={path}{secure}; HttpOnly; SameSite=Lax"))
    }
}

fn add(response: &mut Response, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}
