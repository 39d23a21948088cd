//! `multipart/form-data` (RFC 7578), read from a body that is already there.
//!
//! Every part is a text parameter, whether it has a file name or not. Written here rather than taken from a library: the
//! one at hand reads streams, and copies parts through buffers that are not wiped.

use std::str;

use zeroize::Zeroizing;

use super::media::parameter;
use super::{MAX_COUNT, NOT_UTF8, Params, ParamsError, TOO_MANY};

const MALFORMED: ParamsError = ParamsError::Malformed("The multipart body is malformed");

/// Reads the parts. What stands before the first boundary and behind the last is ignored.
pub(super) fn parse(boundary: &[u8], body: &[u8]) -> Result<Params, ParamsError> {
    // The line end before a boundary belongs to it, not to the part; the first boundary may do without.
    let delimiter = [b"\r\n--", boundary].concat();
    let mut rest = match body.strip_prefix(&delimiter[2..]) {
        Some(rest) => rest,
        None => split(body, &delimiter)?.1,
    };
    let mut params = Params::default();
    let mut count = 0;
    while !rest.starts_with(b"--") {
        if count == MAX_COUNT {
            return Err(TOO_MANY);
        }
        count += 1;
        while let [b' ' | b'\t', after @ ..] = rest {
            rest = after;
        }
        // The boundary's line end is looked for together with the headers, of which there may be none.
        if !rest.starts_with(b"\r\n") {
            return Err(MALFORMED);
        }
        let (headers, part) = split(rest, b"\r\n\r\n")?;
        let (content, after) = split(part, &delimiter)?;
        params.add(name(headers)?, text(content)?)?;
        rest = after;
    }
    Ok(params)
}

/// What is before and behind the first `line`, which begins with a line end.
fn split<'a>(bytes: &'a [u8], line: &[u8]) -> Result<(&'a [u8], &'a [u8]), ParamsError> {
    let mut from = 0;
    while let Some(found) = bytes[from..].iter().position(|byte| *byte == b'\r') {
        let at = from + found;
        if let Some(behind) = bytes[at..].strip_prefix(line) {
            return Ok((&bytes[..at], behind));
        }
        from = at + 1;
    }
    Err(MALFORMED)
}

/// The name in the headers of a part. A part without one is an error: it may be the secret.
fn name(headers: &[u8]) -> Result<Zeroizing<String>, ParamsError> {
    let mut name = None;
    for line in headers.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        // A line that is no header is most likely a boundary, the end of a part without content.
        let colon = line.iter().position(|byte| *byte == b':').ok_or(MALFORMED)?;
        if line[..colon].trim_ascii().eq_ignore_ascii_case(b"content-disposition") {
            name = parameter(line, "name").map(Zeroizing::new);
        }
    }
    text(&name.ok_or(MALFORMED)?)
}

fn text(bytes: &[u8]) -> Result<Zeroizing<String>, ParamsError> {
    let text = str::from_utf8(bytes).map_err(|_| NOT_UTF8)?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Params, ParamsError> {
        parse(b"--b", body.replace('\n', "\r\n").as_bytes())
    }

    #[test]
    fn parts_as_clients_write_them() {
        let params = read(concat!(
            "a preamble\n",
            "----b\nContent-Disposition: form-data; name=\"secret\"\n\n\n--two lines-\n\n",
            "----b \t\ncontent-type: text/plain; charset=utf-8\ncontent-disposition:form-data;name=ttl\n\n60\n",
            "----b\nContent-Disposition: form-data; filename=\"name=x\"; name=\"f\\\"\"\n\nfile ü\n",
            "----b\nContent-Disposition: form-data; name=\"recipient[]\"\n\n\n",
            "----b--an epilogue",
        ))
        .unwrap();
        assert_eq!(params.text("secret"), Some("\r\n--two lines-\r\n"));
        assert_eq!(params.text("ttl"), Some("60"));
        assert_eq!(params.text("f\""), Some("file ü"));
        assert_eq!(params.text("recipient"), Some(""));
        assert!(read("----b--").unwrap().0.is_empty());
    }

    #[test]
    fn refuses_what_is_cut_off_or_has_no_name() {
        let whole = "----b\nContent-Disposition: form-data; name=\"a\"\n\nx\n----b--";
        assert!(read(whole).is_ok());
        for end in 0..whole.len() {
            assert_eq!(read(&whole[..end]).unwrap_err(), MALFORMED, "{:?}", &whole[..end]);
        }
        for body in [
            "----b\n\nx\n----b--",
            "----b\nContent-Disposition: form-data\n\nx\n----b--",
            "----b\nContent-Type: text/plain; name=a\n\nx\n----b--",
            "----b\nContent-Disposition: form-data; name=a\n----b\nContent-Disposition: form-data; name=b\n\nx\n----b--",
            "----bContent-Disposition: form-data; name=a\n\nx\n----b--",
        ] {
            assert_eq!(read(body).unwrap_err(), MALFORMED, "{body:?}");
        }
        let not_utf8 = b"----b\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n----b--";
        assert_eq!(parse(b"--b", not_utf8).unwrap_err(), NOT_UTF8);
    }

    #[test]
    fn no_more_parts_than_the_limit() {
        let body = |count| "----b\nContent-Disposition: form-data; name=a\n\n\n".repeat(count) + "----b--";
        assert!(read(&body(MAX_COUNT)).is_ok());
        assert_eq!(read(&body(MAX_COUNT + 1)).unwrap_err(), TOO_MANY);
    }
}
