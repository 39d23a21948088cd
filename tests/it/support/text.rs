//! How clients write values into requests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use readonce::domain::random;

pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// An urlencoded form.
pub(crate) fn form(parameters: &[(&str, &str)]) -> String {
    let pairs: Vec<_> =
        parameters.iter().map(|(name, value)| format!("{}={}", percent(name), percent(value))).collect();
    pairs.join("&")
}

/// Percent-encodes all but letters, digits and `-_.~`.
pub(crate) fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// A key as another server makes them: of so many characters of the alphabet of keys, without a zero, which could be at the beginning.
pub(crate) fn link_key(length: usize) -> String {
    let mut drawn = vec![0; length];
    random::draw(b"123456789abcdefghijklmnopqrstuvwxyz", &mut drawn);
    String::from_utf8(drawn).unwrap()
}
