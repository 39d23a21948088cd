//! Which encoding a Content-Type means, and the `name=value` parameters of such headers.

use super::ParamsError;

/// How a body is written.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Media {
    /// A form.
    Urlencoded,
    /// What no client means: taken for a form, or for what it looks like.
    Other,
    /// A form or JSON: the body tells.
    Unsaid,
    Multipart {
        boundary: Vec<u8>,
    },
    Json,
}

/// RFC 2046 §5.1.1
const LONGEST_BOUNDARY: usize = 70;

const BAD_BOUNDARY: ParamsError = ParamsError::Malformed("The multipart body has no usable boundary");

impl Media {
    /// What the Content-Type says. Two headers joined by a comma count as the first.
    pub(super) fn of(content_type: Option<&[u8]>) -> Result<Self, ParamsError> {
        let header = content_type.unwrap_or_default();
        let end = header.iter().position(|byte| matches!(byte, b';' | b',')).unwrap_or(header.len());
        let essence = header[..end].trim_ascii();
        if essence.eq_ignore_ascii_case(b"application/json") {
            return Ok(Self::Json);
        }
        let is_json = essence.last_chunk::<5>().is_some_and(|end| end.eq_ignore_ascii_case(b"+json"));
        if is_json
            || [&b""[..], b"text/plain", b"text/json"].iter().any(|one| essence.eq_ignore_ascii_case(one))
        {
            return Ok(Self::Unsaid);
        }
        if essence.eq_ignore_ascii_case(b"application/x-www-form-urlencoded") {
            return Ok(Self::Urlencoded);
        }
        if !essence.eq_ignore_ascii_case(b"multipart/form-data") {
            return Ok(Self::Other);
        }
        match parameter(header, "boundary") {
            Some(boundary) if (1..=LONGEST_BOUNDARY).contains(&boundary.len()) => {
                Ok(Self::Multipart { boundary })
            }
            _ => Err(BAD_BOUNDARY),
        }
    }
}

/// A parameter behind the first `;` of a header, such as `name` of `form-data; name="ttl"`.
pub(super) fn parameter(header: &[u8], wanted: &str) -> Option<Vec<u8>> {
    let start = header.iter().position(|byte| *byte == b';')?;
    let mut rest = &header[start..];
    loop {
        while let [b';' | b' ' | b'\t', after @ ..] = rest {
            rest = after;
        }
        if rest.is_empty() {
            return None;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'=' | b';')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        rest = after;
        if let [b'=', after @ ..] = rest {
            let (value, after) = value(after.trim_ascii_start());
            if name.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()) {
                return Some(value);
            }
            rest = after;
        }
    }
}

/// The value that `text` begins with, quoted or bare, and what follows it.
fn value(text: &[u8]) -> (Vec<u8>, &[u8]) {
    let [b'"', quoted @ ..] = text else {
        let end =
            text.iter().position(|byte| matches!(byte, b';' | b',' | b' ' | b'\t')).unwrap_or(text.len());
        return (text[..end].to_vec(), &text[end..]);
    };
    let (mut value, mut rest) = (Vec::new(), quoted);
    loop {
        rest = match rest {
            [] => return (value, rest),
            [b'"', after @ ..] => return (value, after),
            // Before anything else a backslash is itself: some clients send file names with bare ones.
            [b'\\', escaped @ (b'"' | b'\\'), after @ ..] => {
                value.push(*escaped);
                after
            }
            [byte, after @ ..] => {
                value.push(*byte);
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn multipart(boundary: &str) -> Media {
        Media::Multipart { boundary: boundary.as_bytes().to_vec() }
    }

    #[test]
    fn what_content_types_mean() {
        for (content_type, media) in [
            ("", Media::Unsaid),
            ("; charset=utf-8", Media::Unsaid),
            ("text/plain;charset=utf-8", Media::Unsaid),
            ("TEXT/JSON", Media::Unsaid),
            ("application/problem+JSON", Media::Unsaid),
            ("application/x-www-form-urlencoded;charset=utf-8", Media::Urlencoded),
            ("text/html, application/json", Media::Other),
            ("application/jsonp", Media::Other),
            ("application/json", Media::Json),
            (" Application/JSON ; charset=utf-8", Media::Json),
            ("multipart/form-data; boundary=----x", multipart("----x")),
            ("Multipart/Form-Data;charset=utf-8; Boundary = \"a b\\\"c\"", multipart("a b\"c")),
            ("multipart/form-data; boundary=x, text/html", multipart("x")),
        ] {
            assert_eq!(Media::of(Some(content_type.as_bytes())), Ok(media), "{content_type}");
        }
        assert_eq!(Media::of(None), Ok(Media::Unsaid));
    }

    #[test]
    fn a_multipart_body_needs_a_boundary() {
        let long = format!("multipart/form-data; boundary={}", "x".repeat(LONGEST_BOUNDARY + 1));
        for content_type in
            ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary", &long]
        {
            assert_eq!(Media::of(Some(content_type.as_bytes())), Err(BAD_BOUNDARY), "{content_type}");
        }
    }

    #[test]
    fn a_parameter_inside_another_ones_quotes_is_none() {
        let header = br#"form-data; filename="a; name=b"; =; flag; name="c""#;
        assert_eq!(parameter(header, "name"), Some(b"c".to_vec()));
        assert_eq!(parameter(header, "flag"), None);
        assert_eq!(parameter(br#"form-data; name="never closed"#, "name"), Some(b"never closed".to_vec()));
    }
}
