//! Refuses request heads that hyper lets through: too large, ambiguous (`Host`, `Transfer-Encoding`: request smuggling), or
//! with a compressed body.
//!
//! hyper's buffer bounds a head only roughly, and only while it is incomplete. And what a proxy in front and we could read
//! in two ways is refused, not guessed. The trap: a `Content-Length` beside chunks cannot be refused here, because hyper has
//! removed the length by now; it goes by the chunks and closes the connection after the answer.

use axum::body::HttpBody as _;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Version, header};
use axum::response::{IntoResponse, Response};

use super::origin;

/// The longest head taken: request line and fields (security-design.md §6).
const LIMIT: usize = 32 * 1024;

/// Why a head is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// Longer than 32 KiB.
    TooLarge,
    /// HTTP/1.1 wants exactly one `Host` (RFC 9112 §3.2). Nothing here is made of it, but a proxy may route by it.
    NotOneHost,
    /// Anything but `chunked`, once: who else reads this connection may see another end of the body.
    BadTransferEncoding,
    /// A compressed body: a few bytes could become very many.
    Encoded,
    /// Another site used somebody's browser to call the API.
    CrossSite,
}

/// Checks a head. Costs no allocation.
pub fn check(request: &Request) -> Result<(), Refusal> {
    let headers = request.headers();
    if length(request) > LIMIT {
        return Err(Refusal::TooLarge);
    }
    if request.version() == Version::HTTP_11 && !has_one_host(headers) {
        return Err(Refusal::NotOneHost);
    }
    if !is_chunked_at_most(headers) {
        return Err(Refusal::BadTransferEncoding);
    }
    if !is_plain(headers) && !request.body().is_end_stream() {
        return Err(Refusal::Encoded);
    }
    Ok(())
}

/// Checks a head of a call of the API, which no site has a browser make without asking.
pub fn check_call(request: &Request) -> Result<(), Refusal> {
    check(request)?;
    if origin::is_sent_blindly(request.headers()) { Err(Refusal::CrossSite) } else { Ok(()) }
}

/// The head's bytes as they were on the wire, but for blanks around values and what of the path was cut off.
fn length(request: &Request) -> usize {
    let uri = request.uri();
    let path = uri.path_and_query().map_or(0, |path| path.as_str().len());
    let authority = uri.authority().map_or(0, |authority| authority.as_str().len() + "http://".len());
    let line = request.method().as_str().len() + path + authority + "  HTTP/1.1\r\n".len();
    let fields =
        request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len());
    line + fields.sum::<usize>() + "\r\n".len()
}

fn has_one_host(headers: &HeaderMap) -> bool {
    let mut hosts = headers.get_all(header::HOST).iter();
    // Host, port, IPv6 brackets: what can stand there has none of these.
    let is_host = |host: &HeaderValue| {
        !host
            .as_bytes()
            .iter()
            .any(|byte| matches!(byte, b' ' | b'\t' | b',' | b'/' | b'\\' | b'@' | b'?' | b'#'))
    };
    hosts.next().is_some_and(is_host) && hosts.next().is_none()
}

fn is_chunked_at_most(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    codings.next().is_none_or(|coding| coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked"))
        && codings.next().is_none()
}

fn is_plain(headers: &HeaderMap) -> bool {
    let plain = |coding: &HeaderValue| {
        let coding = coding.as_bytes().trim_ascii();
        coding.is_empty() || coding.eq_ignore_ascii_case(b"identity")
    };
    headers.get_all(header::CONTENT_ENCODING).iter().all(plain)
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::TooLarge => (
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                r#"{"message":"The request's head is too large"}"#,
            ),
            Self::NotOneHost => (
                StatusCode::BAD_REQUEST,
                r#"{"error":"Bad Request","message":"A request needs one valid Host"}"#,
            ),
            Self::BadTransferEncoding => (
                StatusCode::BAD_REQUEST,
                r#"{"error":"Bad Request","message":"The only transfer encoding understood is chunked"}"#,
            ),
            Self::Encoded => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                r#"{"message":"A compressed body is not understood: send it without Content-Encoding"}"#,
            ),
            Self::CrossSite => (
                StatusCode::FORBIDDEN,
                r#"{"error":"Forbidden","message":"Another website made this browser send a request"}"#,
            ),
        };
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let mut response = (status, [(header::CONTENT_TYPE, json)], body).into_response();
        if !matches!(self, Self::Encoded | Self::CrossSite) {
            // Where the next request begins is anybody's guess.
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn checked(version: Version, lines: &[(&str, &str)], body: &'static str) -> Result<(), Refusal> {
        let mut request = Request::post("/api/v1/share").version(version);
        for (name, value) in lines {
            request = request.header(*name, *value);
        }
        check(&request.body(Body::from(body)).unwrap())
    }

    #[test]
    fn one_host_and_a_valid_one() {
        for host in ["secrets.example", "secrets.example:443", "[::1]:80", "", "a_b", "xn--bcher-kva.example"]
        {
            assert_eq!(checked(Version::HTTP_11, &[("host", host)], ""), Ok(()), "{host}");
        }
        for host in ["a b", "a,b", "a/b", "a@b", "a?b", "a#b", "a\\b", "a\tb"] {
            assert_eq!(checked(Version::HTTP_11, &[("host", host)], ""), Err(Refusal::NotOneHost), "{host}");
        }
        let two = [("host", "a"), ("host", "a")];
        assert_eq!(checked(Version::HTTP_11, &two, ""), Err(Refusal::NotOneHost));
        assert_eq!(checked(Version::HTTP_11, &[], ""), Err(Refusal::NotOneHost));
        assert_eq!(checked(Version::HTTP_10, &[], ""), Ok(()));
    }

    #[test]
    fn encodings() {
        let with = |name, value, body| checked(Version::HTTP_11, &[("host", "a"), (name, value)], body);
        for plain in ["", "identity", "Identity "] {
            assert_eq!(with("content-encoding", plain, "x"), Ok(()), "{plain}");
        }
        for coding in ["gzip", "br", "identity, gzip", "utf-8", "deflate"] {
            assert_eq!(with("content-encoding", coding, "x"), Err(Refusal::Encoded), "{coding}");
            assert_eq!(with("content-encoding", coding, ""), Ok(()), "{coding}: nothing is encoded");
        }
        assert_eq!(with("transfer-encoding", "Chunked", "x"), Ok(()));
        for coding in ["gzip, chunked", "chunked, chunked", "identity", "", "xchunked"] {
            assert_eq!(with("transfer-encoding", coding, "x"), Err(Refusal::BadTransferEncoding), "{coding}");
        }
        let twice = [("host", "a"), ("transfer-encoding", "chunked"), ("transfer-encoding", "chunked")];
        assert_eq!(checked(Version::HTTP_11, &twice, "x"), Err(Refusal::BadTransferEncoding));
    }

    /// The limit is on the bytes of the wire.
    #[test]
    fn the_length_is_that_of_the_wire() {
        let wire = |padding: usize| {
            let head = format!("GET /a?b=c HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n", "y".repeat(padding));
            let request = Request::get("/a?b=c").header("host", "a").header("x", "y".repeat(padding));
            (head.len(), request.body(Body::empty()).unwrap())
        };
        let (length_of_wire, request) = wire(7);
        assert_eq!(length(&request), length_of_wire);
        let room = LIMIT - wire(0).0;
        assert_eq!(check(&wire(room).1), Ok(()));
        assert_eq!(check(&wire(room + 1).1), Err(Refusal::TooLarge));
    }
}
