//! Where in a TOML text a key stands.
//!
//! figment forgets lines, so the text is read once more, for keys only. It need not understand values: it runs over text
//! that the real parser has accepted, and what it does not find is named without a line.

/// A key or a table's head, and its line, counted from 1.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    pub(super) table: bool,
}

/// The line of `path`: its own, that of the first key below it, or that of the inline value which holds it.
pub(super) fn line_of(text: &str, path: &[&str]) -> Option<usize> {
    let keys = keys(text);
    let begins = |long: &[&str], short: &[&str]| long.starts_with(short);
    let at_or_below = keys.iter().find(|key| begins(&borrowed(&key.path), path));
    let around = || keys.iter().find(|key| !key.table && begins(path, &borrowed(&key.path)));
    // A table that lacks a key: its head.
    let head = || keys.iter().rfind(|key| key.table && begins(path, &borrowed(&key.path)));
    at_or_below.or_else(around).or_else(head).map(|key| key.line)
}

/// Every key and table in order. Tables of a list have their place in the path, from 0.
pub(super) fn keys(text: &str) -> Vec<Key> {
    let mut found: Vec<Key> = Vec::new();
    let mut table: Vec<String> = Vec::new();
    let mut in_long_text = false;
    for (index, line) in text.lines().enumerate() {
        let was_in_long_text = in_long_text;
        let fences = line.matches("\"\"\"").count() + line.matches("'''").count();
        in_long_text ^= fences % 2 == 1;
        let line = line.trim_start();
        if was_in_long_text || line.starts_with('#') {
            continue;
        }
        let key = |path, table| Key { path, line: index + 1, table };
        if let Some(head) =
            line.strip_prefix("[[").and_then(dotted_key).filter(|(_, rest)| rest.starts_with("]]"))
        {
            let before = |known: &&Key| known.table && known.path[..known.path.len() - 1] == head.0;
            let place = found.iter().filter(before).count();
            table = head.0.iter().cloned().chain([place.to_string()]).collect();
            found.push(key(table.clone(), true));
        } else if let Some(head) =
            line.strip_prefix('[').and_then(dotted_key).filter(|(_, rest)| rest.starts_with(']'))
        {
            table = head.0;
            found.push(key(table.clone(), true));
        } else if let Some((path, _)) = dotted_key(line).filter(|(_, rest)| rest.starts_with('=')) {
            found.push(key(table.iter().cloned().chain(path).collect(), false));
        }
    }
    found
}

/// `a."b".c` at the start of `text`, and what follows it.
fn dotted_key(text: &str) -> Option<(Vec<String>, &str)> {
    let mut path = Vec::new();
    let mut rest = text.trim_start();
    loop {
        let (part, after) = if let quote @ ('"' | '\'') = rest.chars().next()? {
            rest[1..].split_once(quote)?
        } else {
            let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
            rest.split_at(rest.find(|c| !bare(c)).unwrap_or(rest.len()))
        };
        if part.is_empty() {
            return None;
        }
        path.push(part.to_owned());
        rest = after.trim_start();
        match rest.strip_prefix('.') {
            Some(more) => rest = more.trim_start(),
            None => return Some((path, rest)),
        }
    }
}

fn borrowed(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"# listen = "not this one"
listen = "x"
limits.create = 1
[ limits ] # [not.this]
 "window"  = 2
plans = { pro = { ttl_max = 1 } }
long = """
read = 1
"""
list = [
  "read = 1",
]
[[domains]]
host = "a"
[[domains]]
host = "b"
[plans.'x']
create = 1
"#;

    #[test]
    fn keys_are_found_where_they_are() {
        for (path, line) in [
            (&["listen"][..], Some(2)),
            (&["limits", "create"], Some(3)),
            (&["limits"], Some(3)),
            (&["limits", "window"], Some(5)),
            (&["limits", "plans", "pro", "ttl_max"], Some(6)),
            (&["limits", "long"], Some(7)),
            (&["limits", "list", "0"], Some(10)),
            (&["domains"], Some(13)),
            (&["domains", "0", "host"], Some(14)),
            (&["domains", "1", "host"], Some(16)),
            (&["domains", "1", "accounts"], Some(15)),
            (&["plans", "x", "create"], Some(18)),
            (&["plans", "x"], Some(17)),
            (&["store"], None),
        ] {
            assert_eq!(line_of(TEXT, path), line, "{path:?}");
        }
    }
}
