//! Escapes a value as text of an element, so that the element's `textContent` is the value, byte for byte.
//!
//! The trap: a parser of HTML drops a line feed right after `<pre>` and `<textarea>`, makes a bare CR or CRLF
//! an LF, and has no way to hold a NUL. The first two have a remedy; for NUL its picture is shown, and the value goes along
//! in base64 for the copy button.

use std::fmt::{self, Write as _};

use askama::filters::HtmlSafe;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// Stands at the very beginning of a `<pre>` or `<textarea>`.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl HtmlSafe for Escaped<'_> {}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('\n')?; // the one that is dropped
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '\r', '\0']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'\r' => "&#13;",
                _ => "\u{2400}",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// The value in base64 when an element cannot hold it.
pub(super) fn nul_as_base64(value: &str) -> Option<Zeroizing<String>> {
    value.contains('\0').then(|| Zeroizing::new(STANDARD.encode(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_read_as_something_else_is_written_otherwise() {
        for (value, html) in [
            ("", "\n"),
            ("plain \"text\" 'ü' 🔑", "\nplain \"text\" 'ü' 🔑"),
            ("\nfirst", "\n\nfirst"),
            ("a\r\nb\rc\n", "\na&#13;\nb&#13;c\n"),
            ("</pre><script>&amp;", "\n&lt;/pre&gt;&lt;script&gt;&amp;amp;"),
            ("a\0b", "\na\u{2400}b"),
        ] {
            assert_eq!(Escaped(value).to_string(), html);
        }
        assert!(nul_as_base64("\u{2400}\r\n").is_none());
        assert_eq!(nul_as_base64("a\0b").as_deref().map(String::as_str), Some("YQBi"));
    }
}
