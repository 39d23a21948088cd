//! `multipart/form-data` (RFC 7578), read from a body that is already there.
//!
//! Every part is a text parameter, whether it has a file name or not. Some libraries, which write parts as they write mail,
//! send files in base64: those are decoded. Other encodings are refused, as their text is not what was sent. Written here rather than taken from a library: the
//! one at hand reads streams, and copies parts through buffers that are not wiped.

use std::str;

use base64::engine::Engine as _;
use base64::engine::general_purpose::STANDARD_PAD_INDIFFERENT;
use zeroize::Zeroizing;

use super::media::parameter;
use super::{MAX_COUNT, NOT_UTF8, Params, ParamsError, TOO_MANY};

const MALFORMED: ParamsError = ParamsError::Malformed("The multipart body is malformed");
const BAD_BASE64: ParamsError = ParamsError::Malformed("The base64 of a part is malformed");
const UNKNOWN_ENCODING: ParamsError = ParamsError::Malformed(
    "The Content-Transfer-Encoding of a part is not one of base64, binary, 8bit, 7bit",
);

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
        let Head { name, is_base64 } = head(headers)?;
        params.add(name, if is_base64 { text(&decode(content)?)? } else { text(content)? })?;
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

/// What the headers of a part say.
struct Head {
    name: Zeroizing<String>,
    is_base64: bool,
}

/// Reads the headers of a part. One without a name is an error: it may be the secret.
fn head(headers: &[u8]) -> Result<Head, ParamsError> {
    let (mut name, mut encoding) = (None, None);
    for line in headers.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()) {
        // A line that is no header is most likely a boundary, the end of a part without content.
        let colon = line.iter().position(|byte| *byte == b':').ok_or(MALFORMED)?;
        let (field, value) = (line[..colon].trim_ascii(), line[colon + 1..].trim_ascii());
        if field.eq_ignore_ascii_case(b"content-disposition") {
            name = parameter(line, "name").map(Zeroizing::new);
        } else if field.eq_ignore_ascii_case(b"content-transfer-encoding")
            && encoding.replace(value).is_some()
        {
            return Err(MALFORMED);
        }
    }
    let is = |known: &[u8]| encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case(known));
    let is_plain = encoding.is_none() || is(b"") || is(b"7bit") || is(b"8bit") || is(b"binary");
    if !is_plain && !is(b"base64") {
        return Err(UNKNOWN_ENCODING);
    }
    Ok(Head { name: text(&name.ok_or(MALFORMED)?)?, is_base64: !is_plain })
}

/// Decodes base64, whose lines may be broken anywhere.
fn decode(content: &[u8]) -> Result<Zeroizing<Vec<u8>>, ParamsError> {
    let mut encoded = Zeroizing::new(Vec::with_capacity(content.len()));
    encoded.extend(content.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let mut decoded = Zeroizing::new(vec![0; base64::decoded_len_estimate(encoded.len())]);
    let length = STANDARD_PAD_INDIFFERENT.decode_slice(&*encoded, &mut decoded).map_err(|_| BAD_BASE64)?;
    decoded.truncate(length);
    Ok(decoded)
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
        assert_eq!((params.text("recipient"), params.list("recipient")), (None, vec![]));
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

    fn encoded(encoding: &str, content: &str) -> Result<Params, ParamsError> {
        read(&format!(
            "----b\nContent-Disposition: form-data; name=a; filename=id\nContent-Transfer-Encoding:{encoding}\n\n{content}\n----b--"
        ))
    }

    #[test]
    fn a_part_is_what_its_encoding_says() {
        for encoding in ["base64", " BASE64 ", "\tBase64"] {
            for (content, text) in [
                ("aGVsbG8=", "hello"),
                ("aGVs\nbG8=\n", "hello"),
                ("aGVsbG8", "hello"),
                ("", ""),
                ("YQ0KYg==", "a\r\nb"),
            ] {
                assert_eq!(
                    encoded(encoding, content).unwrap().text("a"),
                    Some(text),
                    "{encoding} {content:?}"
                );
            }
            for content in ["hello!", "aGVsbG8=x", "a", "aGVsbG9=", "a-_b"] {
                assert_eq!(encoded(encoding, content).unwrap_err(), BAD_BASE64, "{encoding} {content:?}");
            }
            assert_eq!(encoded(encoding, "/w==").unwrap_err(), NOT_UTF8);
        }
        for encoding in [" 7bit", " 8Bit", "binary", " "] {
            assert_eq!(encoded(encoding, "aGVsbG8=").unwrap().text("a"), Some("aGVsbG8="), "{encoding}");
        }
        for encoding in [" quoted-printable", " x-uuencode", " base64, base64", " gzip"] {
            assert_eq!(encoded(encoding, "a=3Db").unwrap_err(), UNKNOWN_ENCODING, "{encoding}");
        }
        assert_eq!(encoded("7bit\nContent-Transfer-Encoding: base64", "aGVsbG8=").unwrap_err(), MALFORMED);
    }

    #[test]
    fn no_more_parts_than_the_limit() {
        let body = |count| "----b\nContent-Disposition: form-data; name=a\n\n\n".repeat(count) + "----b--";
        assert!(read(&body(MAX_COUNT)).is_ok());
        assert_eq!(read(&body(MAX_COUNT + 1)).unwrap_err(), TOO_MANY);
    }
}
