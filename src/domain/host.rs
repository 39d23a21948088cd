//! What a host name looks like (RFC 1123): the one rule behind settings, share domains and e-mail addresses.

/// Whether `text` is a host name in ASCII: at most 253 characters, in labels of 1 to 63 letters, digits and hyphens that
/// neither begin nor end with a hyphen. Says nothing of its last label, which callers judge each in their own way.
#[must_use]
pub fn is_host_name(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_and_lengths() {
        let label = "a".repeat(63);
        let longest = format!("{}.a", ["a"; 126].join("."));
        for good in ["localhost", "a.b", "a-b.example.org", "1.2", &label, &longest] {
            assert!(is_host_name(good), "{good}");
        }
        for bad in [
            "",
            ".",
            "a.",
            ".a",
            "a..b",
            "-a",
            "a-",
            "a b",
            "a_b",
            "ü",
            &format!("{label}a"),
            &format!("{longest}a"),
        ] {
            assert!(!is_host_name(bad), "{bad}");
        }
    }
}
