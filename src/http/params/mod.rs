//! The parameters of a request, wherever a client puts them: query string, urlencoded, multipart or JSON body.
//!
//! Clients written over fourteen years send them in every way there is, and with Content-Types that do not fit, so
//! this room is lenient about *where* parameters are and strict about *how* they are written: bytes that do not decode
//! are an error, because a secret that arrives changed is worse than one that is refused.
//!
//! Everything becomes one tree of texts, lists and named parameters, as Rack would build it: query and body are merged,
//! the body wins. Types are the reader's business: the number `3600` of a JSON body and the `3600` of a form are the
//! same text here.
//!
//! The trap: names are wiped like values. A caller who forgets `secret=` sends the secret as a name.

mod json;
mod media;
mod multipart;
mod read;
mod tree;
mod urlencoded;

use std::fmt;

use zeroize::Zeroizing;

use media::Media;
use tree::Value;

/// Parameters one source may hold. No client sends twenty; looking names up one by one stays cheap below this.
const MAX_COUNT: usize = 256;
/// How deep parameters may be nested, the outermost level counted (security-design.md §6).
const MAX_DEPTH: usize = 16;

/// Named parameters: those of a request, or those nested under one name of it. Wiped when dropped.
#[derive(Default)]
pub struct Params(Vec<(Zeroizing<String>, Value)>);

/// Why parameters could not be read. Never holds any part of the request.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ParamsError {
    /// The JSON body is well-formed but not an object.
    #[error("Incorrect payload format")]
    NotAnObject,
    /// The bytes do not decode, or nest too deeply, or contradict each other; says which, in a fixed sentence.
    #[error("{0}")]
    Malformed(&'static str),
    /// A parameter has another shape than it is read as: a list or an object where one value is meant, say.
    #[error("`{name}` has to be {wanted}")]
    Shape {
        /// The parameter, as this server calls it.
        name: &'static str,
        /// What it has to be.
        wanted: &'static str,
    },
}

const TOO_MANY: ParamsError = ParamsError::Malformed("The request has too many parameters");
const TOO_DEEP: ParamsError = ParamsError::Malformed("The parameters are nested too deeply");
const NOT_UTF8: ParamsError = ParamsError::Malformed("The parameters are not valid UTF-8");
const CALLED_A_FORM: ParamsError = ParamsError::Malformed(
    "The body is JSON, but its Content-Type is that of something else: send application/json",
);

impl Params {
    /// Reads the parameters of a request; those of the body win over those of the query.
    ///
    /// `content_type` is the *first* Content-Type header; a second one is not looked at. Only `application/json` and
    /// `multipart/form-data` mean what they say, any other (or none) is taken for urlencoded, as clients need it; but JSON
    /// that is not called a form is read as JSON (ADR 0021), and JSON that is called one is refused: read as a form, it
    /// would hold nothing, or half of what was sent. An empty body holds no parameters whatever its type.
    pub fn parse(query: Option<&str>, content_type: Option<&[u8]>, body: &[u8]) -> Result<Self, ParamsError> {
        Self::read(query, content_type, body, false)
    }

    /// The same, but a body of any other type than a form's or a multipart form's is JSON where it begins as an object or a
    /// list does, and then has to be one: a burn whose "no" could not be read must not be a burn (v2-contract.md §2).
    pub fn parse_by_look(
        query: Option<&str>,
        content_type: Option<&[u8]>,
        body: &[u8],
    ) -> Result<Self, ParamsError> {
        // Called a form, it is an object with nothing in it all the same.
        let body = if body.trim_ascii() == b"{}" { b"" } else { body };
        Self::read(query, content_type, body, true)
    }

    /// `by_look`: whether what is called neither JSON nor a form is JSON where it begins as such.
    fn read(
        query: Option<&str>,
        content_type: Option<&[u8]>,
        body: &[u8],
        by_look: bool,
    ) -> Result<Self, ParamsError> {
        let mut params = if body.is_empty() {
            Self::default()
        } else {
            match Media::of(content_type)? {
                Media::Json => json::parse(body)?,
                Media::Multipart { boundary } => multipart::parse(&boundary, body)?,
                Media::Unsaid | Media::Other if by_look && json::begins(body) => json::parse(body)?,
                Media::Unsaid if json::is_meant(body) => json::parse(body)?,
                Media::Urlencoded | Media::Other if json::is_meant(body) => return Err(CALLED_A_FORM),
                Media::Unsaid | Media::Urlencoded | Media::Other => urlencoded::parse(body)?,
            }
        };
        if let Some(query) = query {
            params.fill(urlencoded::parse(query.as_bytes())?);
        }
        Ok(params)
    }

    /// When `secret` holds named parameters (`secret[ttl]=60`, as `/create` was called for some years), those are the
    /// request's parameters, and only those, but for the locale, which belongs to the request and not to the secret.
    /// Otherwise the parameters as they are.
    #[must_use]
    pub fn unwrap_secret(mut self) -> Self {
        match self.get_mut("secret") {
            Some(Value::Map(nested)) => {
                let mut nested = std::mem::take(nested);
                self.0.retain(|(name, _)| name.as_str() == "locale");
                nested.fill(self);
                nested
            }
            _ => self,
        }
    }

    /// Takes over those of `others` whose name is not there yet.
    fn fill(&mut self, others: Self) {
        for (name, value) in others.0 {
            if self.get(&name).is_none() {
                self.0.push((name, value));
            }
        }
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Params[..]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str, content_type: &str, body: &str) -> Result<Params, ParamsError> {
        Params::parse(Some(query), Some(content_type.as_bytes()), body.as_bytes())
    }

    #[test]
    fn the_body_wins_and_the_query_fills_in() {
        let params = parse("secret=query&ttl=60", "", "secret=body&passphrase=p").unwrap();
        assert_eq!(params.text("secret"), Some("body"));
        assert_eq!(params.text("ttl"), Some("60"));
        assert_eq!(params.text("passphrase"), Some("p"));

        let params = parse("ttl=60", "application/json", r#"{"ttl": null}"#).unwrap();
        assert_eq!(params.text("ttl"), None);
    }

    #[test]
    fn an_empty_body_may_have_any_type() {
        for content_type in ["", "application/json; charset=utf-8", "text/html", "multipart/form-data"] {
            let params = parse("secret=s", content_type, "").unwrap();
            assert_eq!(params.text("secret"), Some("s"), "{content_type}");
        }
    }

    #[test]
    fn the_types_that_clients_put_on_forms() {
        for content_type in [
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=UTF-8",
            "text/html; charset=utf-8",
            "text/html, application/x-www-form-urlencoded",
            "nonsense",
        ] {
            let params = parse("", content_type, "secret=a+b&").unwrap();
            assert_eq!(params.text("secret"), Some("a b"), "{content_type}");
        }
        let params = Params::parse(None, None, b"secret=a+b").unwrap();
        assert_eq!(params.text("secret"), Some("a b"));
    }

    #[test]
    fn json_is_read_as_json_or_refused_whatever_it_is_called() {
        let body = " \r\n{ \"secret\": \"p&secret=q\", \"ttl\": 60}";
        for content_type in ["", "text/plain", "Text/JSON; charset=utf-8", "application/vnd.x+json"] {
            for body in [body.to_owned(), format!("\u{feff}{body}")] {
                let params = parse("", content_type, &body).unwrap();
                assert_eq!(params.text("secret"), Some("p&secret=q"), "{content_type}");
                assert_eq!(params.text("ttl"), Some("60"), "{content_type}");
            }
            assert_eq!(parse("", content_type, "[{\"ttl\": 60}]").unwrap_err(), ParamsError::NotAnObject);
            assert!(matches!(parse("", content_type, "{\"ttl\": 60"), Err(ParamsError::Malformed(_))));
        }
        for content_type in
            ["application/x-www-form-urlencoded; charset=utf-8", "text/html", "application/octet-stream"]
        {
            for body in [body, "{}", "{ }\n", "{\"ttl\"", "[\"ttl\"]", "[ {}]"] {
                assert_eq!(
                    parse("", content_type, body).unwrap_err(),
                    CALLED_A_FORM,
                    "{content_type} {body}"
                );
            }
        }
        // Forms all the same.
        for body in ["secret={\"a\":1}", "{a}=1&secret=s", "{=1", "[a]=1", "[]=1", "&{\"a\":1}"] {
            for content_type in ["", "application/x-www-form-urlencoded"] {
                assert!(parse("", content_type, body).is_ok(), "{content_type} {body}");
            }
        }
    }

    #[test]
    fn by_its_look_a_body_that_begins_as_json_is_json_or_refused() {
        let by_look = |content_type: &str, body: &str| {
            Params::parse_by_look(None, Some(content_type.as_bytes()), body.as_bytes())
        };
        for content_type in ["", "text/plain", "application/octet-stream", "text/html", "application/json"] {
            let params = by_look(content_type, " {\"continue\": false}").unwrap();
            assert_eq!(params.text("continue"), Some("false"), "{content_type}");
            for body in ["{'continue': false}", "{continue:false}", "{,}", "{/*c*/\"continue\":false}", "{"] {
                assert!(
                    matches!(by_look(content_type, body), Err(ParamsError::Malformed(_))),
                    "{content_type} {body}"
                );
            }
            for body in ["[false]", "[]"] {
                assert_eq!(
                    by_look(content_type, body).unwrap_err(),
                    ParamsError::NotAnObject,
                    "{content_type} {body}"
                );
            }
        }
        let form = "application/x-www-form-urlencoded";
        assert!(by_look(form, "{}").unwrap().0.is_empty());
        assert_eq!(by_look(form, "{\"continue\": false}").unwrap_err(), CALLED_A_FORM);
        assert_eq!(by_look("text/plain", "continue=false").unwrap().text("continue"), Some("false"));
    }

    #[test]
    fn parameters_nested_under_secret_are_the_parameters() {
        for (content_type, body) in [
            ("", "secret[secret]=s&secret%5Bttl%5D=60&passphrase=outer&locale=de"),
            ("application/json", r#"{"secret":{"secret":"s","ttl":60},"passphrase":"outer","locale":"de"}"#),
        ] {
            let params = parse("", content_type, body).unwrap().unwrap_secret();
            assert_eq!(params.text("secret"), Some("s"));
            assert_eq!(params.text("ttl"), Some("60"));
            assert_eq!(params.text("passphrase"), None);
            assert_eq!(params.text("locale"), Some("de"));
        }
        let params = parse("", "", "secret=s&ttl=60").unwrap().unwrap_secret();
        assert_eq!((params.text("secret"), params.text("ttl")), (Some("s"), Some("60")));
    }

    #[test]
    fn no_more_parameters_than_the_limit() {
        let names = |count: usize| (0..count).map(|n| format!("n{n}=")).collect::<Vec<_>>().join("&");
        assert!(parse("", "", &names(MAX_COUNT)).is_ok());
        assert_eq!(parse("", "", &names(MAX_COUNT + 1)).unwrap_err(), TOO_MANY);
        let numbers = |count: usize| format!("{{\"a\":[{}0]}}", "0,".repeat(count - 2));
        assert!(parse("", "application/json", &numbers(MAX_COUNT)).is_ok());
        assert!(parse("", "application/json", &numbers(MAX_COUNT + 1)).is_err());
    }

    #[test]
    fn nothing_shows_in_debug() {
        let params = parse("", "", "secret=hunter2").unwrap();
        assert_eq!(format!("{params:?}"), "Params[..]");
    }
}
