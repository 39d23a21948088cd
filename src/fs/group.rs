//! Groups of users by name.

use std::io::{self, ErrorKind};

/// The number of a group: of one in `/etc/group`, or the number itself.
pub fn group_id(name: &str) -> io::Result<u32> {
    if let Ok(number) = name.parse() {
        return Ok(number);
    }
    let number = |line: &str| {
        let mut fields = line.split(':');
        (fields.next() == Some(name)).then(|| fields.nth(1)?.parse().ok()).flatten()
    };
    let groups = std::fs::read_to_string("/etc/group")?;
    groups.lines().find_map(number).ok_or_else(|| {
        io::Error::new(
            ErrorKind::NotFound,
            format!("there is no group `{name}` in /etc/group; its number does as well"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_name_or_number() {
        assert_eq!(group_id("root").unwrap(), 0);
        assert_eq!(group_id("4711").unwrap(), 4711);
        let error = group_id("no-such-group").unwrap_err().to_string();
        assert!(error.contains("`no-such-group`"), "{error}");
    }
}
