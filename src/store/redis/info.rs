//! Parser of the `INFO` reply.

use std::collections::HashMap;

/// The fields of an `INFO` answer.
#[derive(Debug)]
pub(super) struct Info(HashMap<String, String>);

impl Info {
    pub(super) fn parse(text: &str) -> Self {
        let fields =
            text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(':'));
        Self(fields.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect())
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    pub(super) fn is_on(&self, name: &str) -> bool {
        self.text(name) == Some("1")
    }

    /// The first part of the version.
    pub(super) fn major(&self) -> Option<u64> {
        self.text("redis_version")?.split('.').next()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found() {
        let info =
            Info::parse("# Server\r\nredis_version:7.0.15\r\nuptime:3\r\n\r\n# Memory\r\naof_enabled:1\r\n");
        assert_eq!(info.major(), Some(7));
        assert_eq!(info.number("uptime"), Some(3));
        assert!(info.is_on("aof_enabled"));
        assert_eq!(info.text("Server"), None);
    }
}
