//! A reply of a mail server (RFC 5321 §4.2): three digits that decide, and words that are shown to operators.
//!
//! The trap: the words may be in any encoding. Nothing but the digits is needed to know what became of an email, so a
//! reply is read as bytes, and what is no UTF-8 in its words is replaced.

use std::fmt;
use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _};

/// The most bytes a reply may have. RFC 5321 §4.5.3.1.5 allows 512 a line; who sends more than this does not speak SMTP.
const LONGEST: u64 = 64 * 1024;

/// A reply: its digits, and the words of its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The three digits, 200 to 599.
    pub code: u16,
    /// What stands behind the digits, a line each; at least one. They may quote an address: never log them.
    pub lines: Vec<String>,
}

impl Reply {
    /// Reads one reply, and nothing behind it. `InvalidData` for what is no reply, `UnexpectedEof` when the server hangs up.
    pub(super) async fn read(from: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Self> {
        let mut from = from.take(LONGEST);
        let (mut code, mut lines) = (None, Vec::new());
        loop {
            let mut line = Vec::new();
            from.read_until(b'\n', &mut line).await?;
            let Some(line) = line.strip_suffix(b"\n") else {
                return Err(if from.limit() == 0 { no_reply() } else { io::ErrorKind::UnexpectedEof.into() });
            };
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let (this, rest) = line.split_at_checked(3).ok_or_else(no_reply)?;
            let this = digits(this).ok_or_else(no_reply)?;
            // All lines of a reply have the same digits.
            if *code.get_or_insert(this) != this {
                return Err(no_reply());
            }
            let (goes_on, words) = match rest {
                [] => (false, rest),
                [b' ', words @ ..] => (false, words),
                [b'-', words @ ..] => (true, words),
                _ => return Err(no_reply()),
            };
            lines.push(shown(words));
            if !goes_on {
                return Ok(Self { code: this, lines });
            }
        }
    }

    /// The enhanced status code that the words begin with, such as `5.1.1` (RFC 3463): class, subject, detail.
    #[must_use]
    pub fn enhanced(&self) -> Option<[u16; 3]> {
        let word = self.lines.first()?.split_ascii_whitespace().next()?;
        let mut parts = word.split('.').map(|part| {
            let is_number = (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { part.parse().ok() } else { None }
        });
        let code = [parts.next()??, parts.next()??, parts.next()??];
        (parts.next().is_none() && code[0] == self.code / 100).then_some(code)
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.lines.join(" "))
    }
}

/// Words as they can be shown: when they are no UTF-8, nobody knows what the bytes from 0x80 on are.
fn shown(words: &[u8]) -> String {
    let or_replaced =
        |byte: &u8| if byte.is_ascii() { char::from(*byte) } else { char::REPLACEMENT_CHARACTER };
    let replaced = |_| words.iter().map(or_replaced).collect();
    std::str::from_utf8(words).map_or_else(replaced, str::to_owned)
}

fn digits(text: &[u8]) -> Option<u16> {
    let [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9'] = text else { return None };
    Some(text.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
}

fn no_reply() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "what the server sent is no SMTP reply")
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(bytes: &[u8]) -> io::Result<Reply> {
        Reply::read(&mut &*bytes).await
    }

    #[tokio::test]
    async fn the_digits_decide_in_any_encoding() {
        for (bytes, code, words) in [
            (&b"250 2.0.0 taken\r\n"[..], 250, "2.0.0 taken"),
            (b"550 Empf\xe4nger unbekannt\r\n", 550, "Empf\u{fffd}nger unbekannt"), // Latin-1
            (b"535 \xd3\xc3\xbb\xa7\r\n", 535, "\u{fffd}\u{fffd}\u{fffd}\u{fffd}"), // GBK
            ("451 später\r\n".as_bytes(), 451, "später"),
            (b"354\r\n", 354, ""),
            (b"220 \n", 220, ""),
        ] {
            let reply = read(bytes).await.unwrap();
            assert_eq!((reply.code, &*reply.lines), (code, &[words.to_owned()][..]));
        }
        let many = read(b"250-mail.example\r\n250-SIZE 1\xff\r\n250 HELP\r\n").await.unwrap();
        assert_eq!((many.code, many.lines.len()), (250, 3));
        assert_eq!(many.to_string(), "250 mail.example SIZE 1\u{fffd} HELP");
    }

    #[tokio::test]
    async fn no_more_is_read_than_one_reply() {
        let mut bytes = &b"220 one\r\n250 two\r\n"[..];
        assert_eq!(Reply::read(&mut bytes).await.unwrap().code, 220);
        assert_eq!(bytes, b"250 two\r\n");
    }

    #[tokio::test]
    async fn what_is_no_reply_is_none() {
        for bytes in [
            &b"HTTP/1.1 400 Bad Request\r\n"[..],
            b"25 x\r\n",
            b"250x\r\n",
            b"650 x\r\n",
            b"\xb2\xb5\xb0 x\r\n",
            b"250-one\r\n251 two\r\n",
            b"\r\n",
        ] {
            assert_eq!(read(bytes).await.unwrap_err().kind(), io::ErrorKind::InvalidData, "{bytes:?}");
        }
        for bytes in [&b""[..], b"250 tak", b"250-one\r\n", b"250-one\r\n25"] {
            assert_eq!(read(bytes).await.unwrap_err().kind(), io::ErrorKind::UnexpectedEof, "{bytes:?}");
        }
        let endless = b"250-more\r\n".repeat(10_000);
        assert_eq!(read(&endless).await.unwrap_err().kind(), io::ErrorKind::InvalidData);
    }

    #[tokio::test]
    async fn enhanced_codes_are_read_where_they_belong() {
        for (line, code) in [
            ("550 5.1.1 unknown", Some([5, 1, 1])),
            ("554 5.7.123\u{e4}", None),
            ("554 5.7.25", Some([5, 7, 25])),
            ("550 4.1.1 of another class", None),
            ("550 5.1 short", None),
            ("550 5.1.1.1 long", None),
            ("550 5.1.1111 x", None),
            ("550 no such user", None),
            ("550", None),
        ] {
            assert_eq!(read(format!("{line}\r\n").as_bytes()).await.unwrap().enhanced(), code, "{line}");
        }
    }
}
