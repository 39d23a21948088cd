//! Parameters as a urlencoded form: the one encoding that every v1 server reads.

use form_urlencoded::byte_serialize;
use zeroize::Zeroizing;

/// The body of a request. Wiped when dropped.
pub(super) struct Form(Zeroizing<String>);

impl Form {
    /// Encodes parameters. Room for all of it is made at once: text that grows leaves copies behind.
    pub(super) fn of(parameters: &[(&str, &str)]) -> Self {
        let room = parameters.iter().map(|(name, value)| 3 * (name.len() + value.len()) + 2).sum();
        let mut text = Zeroizing::new(String::with_capacity(room));
        for (name, value) in parameters {
            if !text.is_empty() {
                text.push('&');
            }
            byte_serialize(name.as_bytes()).for_each(|part| text.push_str(part));
            text.push('=');
            byte_serialize(value.as_bytes()).for_each(|part| text.push_str(part));
        }
        Self(text)
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_its_form() {
        let form = Form::of(&[("secret", "a b&c=d+e%\0\r\né"), ("ttl", "60")]);
        assert_eq!(form.as_bytes(), b"secret=a+b%26c%3Dd%2Be%25%00%0D%0A%C3%A9&ttl=60");
    }
}
