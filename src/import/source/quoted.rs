//! Fields and members as upstream keeps them from v0.24 on: JSON texts.
//!
//! The trap: they are not always. A text may stand there without its quotes, and what upstream's scripts upgraded from v0.23
//! has ciphertext between quotes, of which only control characters, quotes and backslashes are escaped: the other bytes are as they
//! were, and no UTF-8. So bytes are unescaped, and what is no JSON string is taken as it stands.

use zeroize::{Zeroize as _, Zeroizing};

use crate::domain::text::unhex;

/// The text or bytes that a field stands for; empty for `null`. Numbers, objects and what is no JSON stay as they are.
pub(super) fn unquoted(mut stored: Vec<u8>) -> Vec<u8> {
    if stored == b"null" {
        return Vec::new();
    }
    let Some(inner) = stored.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return stored;
    };
    match unescaped(inner) {
        Some(mut text) => {
            stored.zeroize();
            std::mem::take(&mut *text)
        }
        None => stored,
    }
}

/// What stands between quotes; `None` when that is no JSON string.
fn unescaped(inner: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::with_capacity(inner.len()));
    let mut rest = inner;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        match byte {
            b'"' => return None,
            b'\\' => {
                let (escape, after) = rest.split_first()?;
                rest = after;
                match escape {
                    b'"' | b'\\' | b'/' => text.push(*escape),
                    b'b' => text.push(8),
                    b'f' => text.push(12),
                    b'n' => text.push(b'\n'),
                    b'r' => text.push(b'\r'),
                    b't' => text.push(b'\t'),
                    b'u' => {
                        let (character, after) = character(rest)?;
                        rest = after;
                        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                    _ => return None,
                }
            }
            byte => text.push(*byte),
        }
    }
    Some(text)
}

/// The character of four digits after `\u`, or of two such escapes that are a pair; and what follows.
fn character(digits: &[u8]) -> Option<(char, &[u8])> {
    let (first, rest) = unit(digits)?;
    if let Some(character) = char::from_u32(u32::from(first)) {
        return Some((character, rest));
    }
    let (second, rest) = unit(rest.strip_prefix(b"\\u")?)?;
    let character = char::decode_utf16([first, second]).next()?.ok()?;
    Some((character, rest))
}

fn unit(digits: &[u8]) -> Option<(u16, &[u8])> {
    let (digits, rest) = digits.split_first_chunk::<4>()?;
    Some((u16::from_be_bytes(unhex(std::str::from_utf8(digits).ok()?)?), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_undone_and_nothing_else() {
        for (stored, expected) in [
            (&b"\"golden@example.com\""[..], &b"golden@example.com"[..]),
            (b"golden@example.com", b"golden@example.com"),
            (b"null", b""),
            (b"\"null\"", b"null"),
            (b"\"\"", b""),
            (b"", b""),
            (b"\"", b"\""),
            (b"1795901537.22034", b"1795901537.22034"),
            (b"true", b"true"),
            (b"{\"a\":\"b\"}", b"{\"a\":\"b\"}"),
            (b"\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\\u0000\\u001F\"", b"a\"b\\c/\x08\x0c\n\r\t\0\x1f"),
            (b"\"\xff\\u001f\x80\"", b"\xff\x1f\x80"),
            ("\"\\u00e9\\ud83d\\udd11\"".as_bytes(), "é🔑".as_bytes()),
            // No JSON strings: as they are.
            (b"\"a\"b\"", b"\"a\"b\""),
            (b"\"a\\\"", b"\"a\\\""),
            (b"\"\\x\"", b"\"\\x\""),
            (b"\"\\u12\"", b"\"\\u12\""),
            (b"\"\\u+123\"", b"\"\\u+123\""),
            (b"\"\\ud83d\"", b"\"\\ud83d\""),
            (b"\"\\ud83d\\u0041\"", b"\"\\ud83d\\u0041\""),
        ] {
            assert_eq!(unquoted(stored.to_vec()), expected, "{}", stored.escape_ascii());
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_was_quoted_comes_out(text in "\\PC{0,40}|[\\x00-\\x7f]{0,40}") {
            let stored = serde_json::to_vec(&text).unwrap();
            proptest::prop_assert_eq!(unquoted(stored), text.into_bytes());
        }

        /// As upstream's upgrade wrote ciphertext: what is not ASCII stays raw.
        #[test]
        fn bytes_come_out_too(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..60)) {
            let mut stored = vec![b'"'];
            for byte in &bytes {
                match byte {
                    b'"' | b'\\' => stored.extend([b'\\', *byte]),
                    0..0x20 => stored.extend(format!("\\u{byte:04x}").into_bytes()),
                    _ => stored.push(*byte),
                }
            }
            stored.push(b'"');
            proptest::prop_assert_eq!(unquoted(stored), bytes);
        }
    }
}
