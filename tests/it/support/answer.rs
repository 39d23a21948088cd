//! An HTTP answer, read off the wire by hand: what a library would hide is what some tests are about.

use std::io::{self, BufRead, Read};

use serde_json::Value;

/// Status, header lines and body.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Reads one; `with_body` is false for the answer to HEAD.
    pub(crate) fn read(from: &mut impl BufRead, with_body: bool) -> io::Result<Self> {
        let mut answer = Self::read_head(from)?;
        let bodiless = !with_body || answer.status < 200 || answer.status == 204 || answer.status == 304;
        if bodiless {
            return Ok(answer);
        }
        if answer.header("transfer-encoding").is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
            answer.body = read_chunks(from)?;
        } else if let Some(length) = answer.header("content-length") {
            answer.body = vec![0; length.parse().map_err(|_| malformed("Content-Length"))?];
            from.read_exact(&mut answer.body)?;
        } else {
            from.read_to_end(&mut answer.body)?;
        }
        Ok(answer)
    }

    /// Reads status line and headers only.
    pub(crate) fn read_head(from: &mut impl BufRead) -> io::Result<Self> {
        let line = read_line(from)?;
        let status =
            line.strip_prefix("HTTP/1.").and_then(|rest| rest.get(2..5)).and_then(|code| code.parse().ok());
        let mut answer =
            Self { status: status.ok_or_else(|| malformed(&line))?, headers: Vec::new(), body: Vec::new() };
        loop {
            let line = read_line(from)?;
            if line.is_empty() {
                return Ok(answer);
            }
            let (name, value) = line.split_once(':').ok_or_else(|| malformed(&line))?;
            answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }

    /// The only header line of this name, if there is one.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_str());
        assert!(values.next().is_none(), "two `{name}` in {self:?}");
        value
    }

    /// The cookie that it sets, as a browser brings it back: name and value.
    #[track_caller]
    pub(crate) fn cookie(&self) -> String {
        let set = self.header("set-cookie").unwrap_or_else(|| panic!("no cookie: {self:?}"));
        set.split(';').next().unwrap_or_default().to_owned()
    }

    /// What follows the first `mark` of a page, up to the next quote.
    #[track_caller]
    pub(crate) fn after(&self, mark: &str) -> String {
        let page = self.text();
        let (_, rest) = page.split_once(mark).unwrap_or_else(|| panic!("no `{mark}` in {page}"));
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, which has to be JSON and say so.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let media = self.header("content-type").unwrap_or_default();
        assert!(media.starts_with("application/json"), "no JSON: {self:?}");
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The text of a member, which has to be there.
    #[track_caller]
    pub(crate) fn member(&self, name: &str) -> String {
        let json = self.json();
        json[name].as_str().unwrap_or_else(|| panic!("no text `{name}` in {}", self.text())).to_owned()
    }

    /// It is a 200.
    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }

    /// It is an error of this status with this `message`.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, message: &str) -> Self {
        assert_eq!((self.status, self.reason().as_str()), (status, message), "{}", self.text());
        self
    }

    /// It is the answer to a key that never was, was read, burned or expired.
    #[track_caller]
    pub(crate) fn unknown(self) -> Self {
        self.refused(404, "Unknown secret")
    }

    /// What a refusal says to people: v2's have types, and their text under another name.
    #[track_caller]
    pub(crate) fn reason(&self) -> String {
        self.member(if self.json()["error_type"].is_string() { "error" } else { "message" })
    }

    /// It says, as it has to, that the store is out, and when to come back.
    #[track_caller]
    pub(crate) fn unavailable(self) -> Self {
        assert_eq!(self.status, 503, "{}", self.text());
        assert!(!self.reason().is_empty());
        let wait = self.header("retry-after").and_then(|seconds| seconds.parse::<u32>().ok());
        assert!(wait.is_some_and(|seconds| seconds > 0), "no Retry-After: {self:?}");
        self
    }
}

fn read_chunks(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = read_line(from)?;
        let length = u64::from_str_radix(line.split(';').next().unwrap_or_default().trim(), 16)
            .map_err(|_| malformed(&line))?;
        from.take(length).read_to_end(&mut body)?;
        if length == 0 {
            while !read_line(from)?.is_empty() {}
            return Ok(body);
        }
        read_line(from)?;
    }
}

/// One line without its end. The end of the stream is an error.
fn read_line(from: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("no HTTP answer: {what}"))
}
