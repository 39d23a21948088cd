//! The configuration file, damaged: it is read, and what is shown of it is read again as the same; or it is refused with the name of
//! the file and a hint. A password in it is shown by neither.

use std::path::Path;

use readonce::config::{Flags, Loaded, load};

use super::run::fuzz;

fn read(folder: &Path, text: &[u8]) -> Result<Loaded, String> {
    std::fs::write(folder.join("readonce.toml"), text).unwrap();
    load(&Flags::default(), [], folder).map_err(|error| error.to_string())
}

/// The settings that may hold one. A splice may put it into any other, which is shown as it is.
const WITH_A_PASSWORD: [&str; 2] = ["store", "smtp.url"];

/// What is shown, without where it comes from.
fn shown(loaded: &Loaded) -> Vec<String> {
    loaded.show().lines().map(|line| line.rsplit_once("    # ").unwrap().0.to_owned()).collect()
}

#[test]
fn config() {
    let folder = tempfile::tempdir().unwrap();
    let words = [
        "[",
        "]",
        "[[",
        "=",
        "\"",
        "'''",
        "true",
        "1979-05-27",
        "0x",
        "nan",
        "limits",
        "redis",
        "ttl_max = ",
    ];
    fuzz("config", 300, &words, |input| match read(folder.path(), input) {
        Ok(loaded) => {
            let shown = shown(&loaded);
            let is_secret = |line: &String| {
                line.contains(":word@") && WITH_A_PASSWORD.iter().any(|key| line.starts_with(key))
            };
            assert!(!shown.iter().any(is_secret), "a password is shown");
            if shown.iter().any(|line| line.contains("[redacted]")) {
                return true;
            }
            let again = read(folder.path(), shown.join("\n").as_bytes())
                .unwrap_or_else(|error| panic!("{error}: {shown:?}"));
            assert_eq!(self::shown(&again), shown, "read again, it is another");
            true
        }
        Err(error) => {
            assert!(error.contains("readonce.toml"), "{error}");
            let named = error.strip_prefix('`');
            let is_another =
                named.is_some_and(|named| !WITH_A_PASSWORD.iter().any(|key| named.starts_with(key)));
            assert!(is_another || !error.contains(":word@"), "a password is shown: {error}");
            false
        }
    });
}
