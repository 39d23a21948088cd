//! `application/x-www-form-urlencoded`, of a body or a query string.
//!
//! Strict where the usual readers are lenient: they keep `%zz` as it stands and replace bytes that are not UTF-8, which
//! would store another secret than was sent.

use std::mem;

use zeroize::Zeroizing;

use super::{MAX_COUNT, NOT_UTF8, Params, ParamsError, TOO_MANY};

const BAD_PERCENT: ParamsError =
    ParamsError::Malformed("The percent-encoding of the parameters is malformed");

/// Reads pairs separated by `&`. A pair without `=` has an empty value; nothing between two `&` is no pair.
///
/// Blanks before a name do not count, as with Rack: `secret=x& passphrase=y` would be stored without its passphrase.
pub(super) fn parse(text: &[u8]) -> Result<Params, ParamsError> {
    let mut params = Params::default();
    let pairs = text.split(|byte| *byte == b'&').map(without_blanks);
    for (count, pair) in pairs.filter(|pair| !pair.is_empty()).enumerate() {
        if count == MAX_COUNT {
            return Err(TOO_MANY);
        }
        let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (&pair[..at], &pair[at + 1..]),
            None => (pair, &[][..]),
        };
        params.add(decode(name)?, decode(value)?)?;
    }
    Ok(params)
}

fn without_blanks(mut pair: &[u8]) -> &[u8] {
    while let [b' ', rest @ ..] = pair {
        pair = rest;
    }
    pair
}

/// Decodes in one pass into one buffer that never grows, so that no copy is left behind.
fn decode(encoded: &[u8]) -> Result<Zeroizing<String>, ParamsError> {
    let mut text = Zeroizing::new(Vec::with_capacity(encoded.len()));
    let mut rest = encoded;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'%' | b'+')) {
        text.extend_from_slice(&rest[..at]);
        rest = match &rest[at..] {
            [b'+', rest @ ..] => {
                text.push(b' ');
                rest
            }
            [_, high, low, rest @ ..] => {
                text.push(digit(*high)? << 4 | digit(*low)?);
                rest
            }
            _ => return Err(BAD_PERCENT),
        };
    }
    text.extend_from_slice(rest);
    String::from_utf8(mem::take(&mut *text)).map(Zeroizing::new).map_err(|error| {
        drop(Zeroizing::new(error.into_bytes()));
        NOT_UTF8
    })
}

fn digit(byte: u8) -> Result<u8, ParamsError> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        b'A'..=b'F' => Ok(byte - b'A' + 10),
        _ => Err(BAD_PERCENT),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes() {
        let params = parse("a=x+y%26%3d%2B&&b&c=1=2&d=ü%C3%BC&e=1;f=2&g=%00&%68=i&".as_bytes()).unwrap();
        for (name, text) in
            [("a", "x y&=+"), ("b", ""), ("c", "1=2"), ("d", "üü"), ("e", "1;f=2"), ("g", "\0"), ("h", "i")]
        {
            assert_eq!(params.text(name), Some(text), "{name}");
        }
    }

    #[test]
    fn blanks_before_a_name_do_not_count() {
        let params = parse(b" a=1&  b= 2 & & c =3").unwrap();
        assert_eq!(
            (params.text("a"), params.text("b"), params.text("c ")),
            (Some("1"), Some(" 2 "), Some("3"))
        );
    }

    #[test]
    fn refuses_what_it_cannot_decode() {
        for text in ["a=%", "a=%4", "a=%zz", "a=%4g", "a=%+1", "%=a", "a=%%41", "a=b%2"] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), BAD_PERCENT, "{text}");
        }
        for text in [&b"a=\xff"[..], b"a=%ff", b"a=%c3", b"a=%C3+%BC", b"\xc3=a", b"a=%ed%a0%80"] {
            assert_eq!(parse(text).unwrap_err(), NOT_UTF8);
        }
    }
}
