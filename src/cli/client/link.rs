//! What names a secret on the command line: a link, or the key alone. A link also says which server has it.

use super::address::Address;
use super::error::ClientError;
use super::hidden::Hidden;
use crate::domain::text::without_punctuation;

/// Keys are 30 to 63 characters, whichever server made them; shorter ones are refused by servers too, and are words such
/// as `recent` that mean something else in a path.
const SHORTEST: usize = 20;
const LONGEST: usize = 128;

/// Which of the two keys of a secret is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// The recipient's: it reads.
    Secret,
    /// The sharer's: it shows the receipt, and burns.
    Receipt,
}

/// A secret, or its receipt.
#[derive(Debug)]
pub(super) struct LinkTarget {
    /// The server, when a link names it.
    pub(super) address: Option<Address>,
    pub(super) key: Hidden,
}

impl LinkTarget {
    /// Reads a link or a key, whatever a sentence put around it. No message shows it: whoever reads a log could open it.
    pub(super) fn parse(text: &str, wanted: Side) -> Result<Self, ClientError> {
        let text = without_punctuation(text);
        let neither = || {
            ClientError::call(
                "this is neither a link nor a key\nhint: a link is https://HOST/secret/KEY, that of the receipt https://HOST/private/KEY",
            )
        };
        if !text.contains('/') {
            return if is_key(text) {
                Ok(Self { address: None, key: Hidden::new(text.into()) })
            } else {
                Err(neither())
            };
        }
        if !text.contains("://") {
            return Err(neither());
        }
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let path = without_punctuation(path).trim_end_matches('/');
        let path = path.strip_suffix("/burn").unwrap_or(path);
        let (rest, key) = path.rsplit_once('/').ok_or_else(neither)?;
        let (base, word) = rest.rsplit_once('/').ok_or_else(neither)?;
        let side = match word {
            "secret" => Side::Secret,
            "private" | "metadata" | "receipt" => Side::Receipt,
            _ => return Err(neither()),
        };
        if !is_key(key) {
            return Err(neither());
        }
        if side != wanted {
            return Err(ClientError::call(match wanted {
                Side::Secret => {
                    "this is the link of the receipt, which reads nothing\nhint: the one to read has /secret/ in it"
                }
                Side::Receipt => {
                    "this link reads the secret\nhint: the receipt's link has /private/ or /receipt/ in it; `share --receipt` prints it"
                }
            }));
        }
        Ok(Self { address: Some(Address::parse(base)?), key: Hidden::new(key.into()) })
    }
}

/// Whether it can be a key: what else stood there would be a part of the path.
pub(super) fn is_key(text: &str) -> bool {
    (SHORTEST..=LONGEST).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "153l8vbwqx5taskp92pf05uvgjefvu9";

    fn read(text: &str, side: Side) -> Result<(Option<String>, String), ClientError> {
        let target = LinkTarget::parse(&text.replace("KEY", KEY), side)?;
        let base = target.address.map(|address| address.link("", "").trim_end_matches('/').to_owned());
        Ok((base, target.key.expose().to_owned()))
    }

    #[test]
    fn keys_and_links_are_read() {
        for (text, side, base) in [
            ("KEY", Side::Secret, None),
            (" KEY\n", Side::Receipt, None),
            ("https://x.example/secret/KEY", Side::Secret, Some("https://x.example")),
            ("https://x.example/secret/KEY/?a=b#c", Side::Secret, Some("https://x.example")),
            ("http://x.example:8080/ots/secret/KEY", Side::Secret, Some("http://x.example:8080/ots")),
            ("https://x.example/api/v1/secret/KEY", Side::Secret, Some("https://x.example")),
            ("https://x.example/private/KEY", Side::Receipt, Some("https://x.example")),
            ("https://x.example/metadata/KEY", Side::Receipt, Some("https://x.example")),
            ("https://x.example/secret/KEY.", Side::Secret, Some("https://x.example")),
            ("<https://x.example/secret/KEY>,", Side::Secret, Some("https://x.example")),
            ("https://x.example/secret/KEY%20", Side::Secret, Some("https://x.example")),
            ("(https://x.example/secret/KEY)?a=b", Side::Secret, Some("https://x.example")),
            ("KEY).", Side::Secret, None),
            ("https://x.example/receipt/KEY/burn", Side::Receipt, Some("https://x.example")),
        ] {
            assert_eq!(read(text, side).unwrap(), (base.map(str::to_owned), KEY.to_owned()), "{text}");
        }
    }

    #[test]
    fn other_things_are_refused_and_not_shown() {
        for (text, side) in [
            ("", Side::Secret),
            ("recent", Side::Receipt),
            ("KEY KEY", Side::Secret),
            ("../../../../../../../etc", Side::Secret),
            ("KEY%2e%2e", Side::Secret),
            ("x.example/secret/KEY", Side::Secret),
            ("https://x.example/KEY", Side::Secret),
            ("https://x.example/other/KEY", Side::Secret),
            ("https://x.example/secret/", Side::Secret),
            ("https://x.example/private/KEY", Side::Secret),
            ("https://x.example/secret/KEY", Side::Receipt),
            ("ftp://x.example/secret/KEY", Side::Secret),
            ("https:///secret/KEY", Side::Secret),
            ("https://u:p@x.example/secret/KEY", Side::Secret),
        ] {
            let message = read(text, side).unwrap_err().to_string();
            assert!(!message.contains(KEY), "{text}: {message}");
        }
    }
}
