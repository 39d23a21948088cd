//! Hex encoding, and escaping of control characters in text for terminals and messages.

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
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from((high? << 4) | low?).ok()?;
    }
    Some(bytes)
}

/// Untrusted text, safe to show in a message: one line, every control character as its escape (`\n`, `\u{1b}`).
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    escape_controls(text, &[], &mut shown);
    shown
}

/// Appends `text` to `shown`, every control character but those of `kept` as its escape.
pub fn escape_controls(text: &str, kept: &[char], shown: &mut String) {
    for c in text.chars() {
        if c.is_control() && !kept.contains(&c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
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
    }

    #[test]
    fn control_characters_become_visible() {
        assert_eq!(printable("a\u{1b}[2Jb\n\u{9b}c\0\té"), "a\\u{1b}[2Jb\\n\\u{9b}c\\u{0}\\té");
        let mut shown = String::new();
        escape_controls("a\n\t\r\u{7f}", &['\n', '\t'], &mut shown);
        assert_eq!(shown, "a\n\t\\r\\u{7f}");
    }
}
