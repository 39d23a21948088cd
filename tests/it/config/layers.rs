//! Which layer wins, and where a value is said to come from.

use super::*;

#[test]
fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
    let file = "region = 'file'\nlisten = '127.0.0.1:1'\nkeyring_file = 'file.keys'";
    let loaded = Given::file(file)
        .and("READONCE_LISTEN", "127.0.0.1:2")
        .and("READONCE_KEYRING_FILE", "environment.keys")
        .flags(Flags { keyring: Some("flag.keys".to_owned()), ..Flags::default() })
        .loaded();
    assert_eq!(loaded.settings.region.as_ref().unwrap().as_str(), "file");
    assert_eq!(loaded.settings.listen.to_string(), "127.0.0.1:2");
    assert_eq!(loaded.settings.keyring_file, Path::new("flag.keys"));
    assert_eq!(loaded.source("region"), Some("file readonce.toml"));
    assert_eq!(loaded.source("listen"), Some("environment READONCE_LISTEN"));
    assert_eq!(loaded.source("keyring_file"), Some("flag --keyring"));
    assert_eq!(loaded.source("store.url"), Some("default"));
    assert_eq!(loaded.source("nothing"), None);
}

#[test]
fn every_flag_sets_its_setting() {
    let flags = Flags {
        listen: Some("[::]:1".to_owned()),
        base_url: Some("https://X.example/ots/".to_owned()),
        store: Some("rediss://cache.example".to_owned()),
        keyring: Some("k".to_owned()),
        region: Some("eu".to_owned()),
        config: None,
    };
    let settings = Given::nothing().flags(flags).loaded().settings;
    assert_eq!(settings.listen.to_string(), "[::]:1");
    assert_eq!(settings.base_url.unwrap().as_str(), "https://x.example/ots");
    assert_eq!(settings.store.url.redacted(), "rediss://cache.example");
    assert_eq!(settings.keyring_file, Path::new("k"));
    assert_eq!(settings.region.unwrap().as_str(), "eu");
}

#[test]
fn the_named_file_is_read_and_not_the_usual_one() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["readonce", "variable", "flag"] {
        std::fs::write(directory.path().join(format!("{name}.toml")), format!("region = '{name}'")).unwrap();
    }
    let region = |variables: &[(&str, &str)], config: Option<&str>| {
        let flags = Flags { config: config.map(Into::into), ..Flags::default() };
        let loaded = load_in(directory.path(), variables, &flags).unwrap();
        loaded.source("region").unwrap().to_owned()
    };
    let variable = [("READONCE_CONFIG", "variable.toml")];
    assert_eq!(region(&[], None), "file readonce.toml");
    assert_eq!(region(&[("READONCE_CONFIG", "")], None), "file readonce.toml");
    assert_eq!(region(&variable, None), "file variable.toml");
    assert_eq!(region(&variable, Some("flag.toml")), "file flag.toml");
    let absolute = directory.path().join("flag.toml");
    let absolute = absolute.to_str().unwrap();
    assert_eq!(region(&variable, Some(absolute)), format!("file {absolute}"));
}

#[test]
fn a_named_file_that_is_missing_is_refused() {
    assert_eq!(
        Given::variable("READONCE_CONFIG", "/nowhere/x.toml").refusal(),
        "cannot read the configuration file `/nowhere/x.toml`: no such file (environment variable `READONCE_CONFIG`)"
    );
    let flags = Flags { config: Some("x.toml".into()), ..Flags::default() };
    assert_eq!(
        Given::nothing().flags(flags).refusal(),
        "cannot read the configuration file `x.toml`: no such file (flag `--config`)"
    );
}

#[test]
fn a_bad_value_is_refused_even_where_it_is_overridden() {
    assert_eq!(
        Given::file("listen = 'here'").and("READONCE_LISTEN", "127.0.0.1:1").refusal(),
        "`listen`: expected an IP address and a port, or `unix:` and a path, found `here` (file `readonce.toml`, line 1)\n\
         hint: for example `127.0.0.1:7143`, `[::]:7143` for every address, `unix:/run/readonce/readonce.sock`"
    );
}

#[test]
fn lists_are_replaced_and_not_added_to() {
    let loaded = Given::file("http.trusted_proxies = ['10.0.0.0/8', '::1']")
        .and("READONCE_HTTP__TRUSTED_PROXIES", "192.0.2.0/24")
        .loaded();
    assert_eq!(loaded.settings.http.trusted_proxies.len(), 1);
}

/// `store` was one text, and goes on being one.
#[test]
fn a_store_is_a_text_or_a_table() {
    let of = |given: Given| {
        let loaded = given.loaded();
        let (store, create) = (&loaded.settings.store, loaded.settings.store.create);
        let sources = ["store.url", "store.create"].map(|key| loaded.source(key).unwrap().to_owned());
        (store.url.redacted(), create, sources.join(", "))
    };
    let there = "sqlite:/there.db".to_owned();
    let text = "store = 'sqlite:/there.db'";
    assert_eq!(of(Given::file(text)), (there.clone(), true, "file readonce.toml, default".to_owned()));
    let table = "[store]\nurl = 'sqlite:/there.db'\ncreate = false";
    let both = (there.clone(), false, "file readonce.toml, file readonce.toml".to_owned());
    assert_eq!(of(Given::file(table)), both);
    // Each half over the other form.
    let variable = Given::file(text).and("READONCE_STORE__CREATE", "false");
    let source = "file readonce.toml, environment READONCE_STORE__CREATE".to_owned();
    assert_eq!(of(variable), (there, false, source));
    for name in ["READONCE_STORE", "READONCE_STORE__URL"] {
        let (url, create, source) = of(Given::file(table).and(name, "redis://h"));
        assert_eq!((url.as_str(), create), ("redis://h", false), "{name}");
        assert_eq!(source, format!("environment {name}, file readonce.toml"));
    }
    assert_eq!(
        Given::file("[store]\nurl = 'nowhere'").refusal().lines().next().unwrap(),
        "`store.url`: expected the address of a store (file `readonce.toml`, line 2)"
    );
    assert_eq!(
        Given::variable("READONCE_STORE__CREATE", "no").refusal(),
        "`store.create`: expected `true` or `false`, found `no` (environment variable `READONCE_STORE__CREATE`)"
    );
}
