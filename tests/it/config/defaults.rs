//! `config/default.toml` is the code's equal, and says what was decided.

use super::*;

/// The tables of the product's decisions, written out once more. `plans.default.create` follows `limits.create`.
const DECIDED: &str = r#"
    listen = "127.0.0.1:7143"
    base_url = ""
    store.url = "sqlite:./data/readonce.db"
    store.create = true
    keyring_file = "./data/readonce.keys"
    region = ""
    locale = "en"
    limits.create = 1000
    limits.read = 1000
    limits.window = 1200
    limits.login = 100
    limits.anonymous_secrets = 5000
    limits.anonymous_bytes = 20971520
    limits.free_disk_anonymous = 268435456
    limits.free_disk = 67108864
    secrets.max_size = 10000
    secrets.ttl_min = 60
    secrets.ttl_default = 604800
    secrets.ttl_max_anonymous = 604800
    secrets.ttl_max = 2592000
    plans.default.ttl_max = 2592000
    plans.default.max_size = 10000
    passphrase.cost = 12
    passphrase.tries = 5
    passphrase.window = 900
    passphrase.required = false
    passphrase.min_length = 0
    api.v2 = true
    http.trusted_proxies = []
    http.idle_timeout = 75
    http.socket_mode = "0660"
    http.socket_group = ""
    http.proxy_protocol = false
    access.create = "anyone"
    access.metadata = "anyone"
    access.session = 28800
    access.user_header = ""
    access.join = "never"
    access.join_plan = "default"
    smtp.url = ""
    smtp.from = ""
    smtp.reply_to = "same-domain"
    smtp.ca_file = ""
    smtp.per_hour = 20
    redis.confirm = "none"
    redis.ca_file = ""
    redis.cert_file = ""
    redis.key_file = ""
    web.enabled = true
    web.name = ""
    web.contact = ""
    web.logo = ""
    web.lifetimes = []
    web.reveal = "click"
    web.second_answer = true
    oidc.issuer = ""
    oidc.client_id = ""
    oidc.client_secret_file = ""
    oidc.client_auth = "auto"
    oidc.scopes = ["openid", "email", "profile"]
    oidc.trust_email = false
    oidc.allowed.claim = ""
    oidc.allowed.values = []
    drain.delay = 0
    metrics.listen = ""
    audit.to = ""
    log.format = "text"
"#;

#[test]
fn are_those_decided() {
    assert_eq!(leaves(DEFAULT_TOML), leaves(DECIDED));
}

#[test]
fn are_the_settings_when_nothing_is_given() {
    let loaded = Given::nothing().loaded();
    let settings = loaded.settings;
    assert_eq!(settings.listen.to_string(), "127.0.0.1:7143");
    assert_eq!(settings.base_url, None);
    assert_eq!(settings.store.url.sqlite_path(), Some(Path::new("./data/readonce.db")));
    assert_eq!(settings.keyring_file, Path::new("./data/readonce.keys"));
    assert_eq!(settings.region, None);
    assert_eq!((settings.access.create, settings.access.metadata), (Access::Anyone, Access::Anyone));
    assert_eq!((settings.access.session, &settings.access.user_header), (28_800, &None));
    assert_eq!((settings.access.join, settings.access.join_plan.as_str()), (Join::Never, "default"));
    assert_eq!(settings.secrets.ttl_max_anonymous, 604_800);
    assert_eq!(
        settings.plans["default"],
        Plan { ttl_max: 2_592_000, max_size: 10_000, create: 1000, ..Plan::default() }
    );
    assert_eq!(settings.plans.get("pro"), None);
    assert_eq!(settings.passphrase.cost, 12);
    assert_eq!(settings.limits.anonymous_bytes, 20 * 1024 * 1024);
    assert!(settings.api.v2);
    assert!(settings.http.trusted_proxies.is_empty());
    assert_eq!(settings.http.idle_timeout, 75);
    assert!(settings.web.enabled);
    assert!(settings.web.name.is_none() && settings.web.contact.is_none() && settings.web.links.is_empty());
    assert_eq!(settings.web.reveal, Reveal::Click);
    assert!(settings.web.second_answer);
    assert_eq!((settings.oidc.issuer, settings.oidc.allowed.rule()), (None, None));
    assert_eq!(settings.smtp.url, None);
    assert_eq!(settings.smtp.reply_to, readonce::domain::ReplyTo::SameDomain);
    assert_eq!(settings.redis.confirm, Confirm::None);
    assert_eq!(settings.drain.delay, 0);
    assert_eq!(settings.metrics.listen, None);
    assert_eq!(settings.log.format, Format::Text);
    assert!(settings.domains.is_empty() && settings.regions.is_empty());
    assert!(loaded.warnings.is_empty());
    assert!(!loaded.insecure_test);
}

#[test]
fn name_no_setting_that_the_code_does_not_know() {
    let loaded = Given::file(DEFAULT_TOML).loaded();
    for key in leaves(DEFAULT_TOML).into_keys() {
        assert_eq!(loaded.source(&key), Some("file readonce.toml"), "{key}");
    }
}

#[test]
fn examples_in_comments_are_settings() {
    let examples = DEFAULT_TOML
        .replace("# create = 1000", "create = 77")
        .replace("# passphrase_required = false", "passphrase_required = true")
        .replace("# passphrase_min_length = 0", "passphrase_min_length = 9")
        .replace("\n# [[", "\n[[")
        .replace("\n# host = ", "\nhost = ")
        .replace("\n# accounts = ", "\naccounts = ")
        .replace("\n# label = ", "\nlabel = ")
        .replace("\n# name = ", "\nname = ")
        .replace("\n# url = ", "\nurl = ");
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("readonce.toml"), examples).unwrap();
    let settings = load_in(directory.path(), &[], &Flags::default()).unwrap().settings;
    let default = settings.plans["default"];
    assert_eq!((default.create, default.passphrase_required, default.passphrase_min_length), (77, true, 9));
    assert_eq!(settings.domains[0].host.as_str(), "secrets.example.org");
    assert_eq!(settings.domains[0].accounts[0].as_str(), "anna@example.org");
    assert_eq!(settings.web.links[0].label.as_str(), "Imprint");
    assert_eq!(settings.web.links[0].url.as_str(), "https://www.example.org/imprint");
    assert_eq!(settings.regions[0].name.as_str(), "us");
    assert_eq!(settings.regions[0].url.as_str(), "https://us.example.org");
}

#[test]
fn have_a_sentence_each() {
    let lines: Vec<&str> = DEFAULT_TOML.lines().collect();
    let commented = [
        "# create = 1000",
        "# passphrase_required = false",
        "# passphrase_min_length = 0",
        "# [[domains]]",
        "# [[regions]]",
    ];
    for (index, line) in lines.iter().enumerate() {
        let setting = !line.starts_with('#') && line.contains(" = ");
        if setting || commented.contains(line) {
            let sentence = lines[index - 1];
            assert!(sentence.starts_with("# "), "nothing above `{line}`");
            assert!(sentence.ends_with('.'), "no sentence: {sentence}");
        }
    }
}

#[test]
fn name_every_language() {
    let line =
        DEFAULT_TOML.lines().find(|line| line.starts_with("# The language of emails and pages")).unwrap();
    for locale in readonce::domain::Locale::ALL {
        assert!(line.contains(&format!("\"{}\"", locale.tag())), "`{}` is not in: {line}", locale.tag());
    }
}

#[test]
fn say_their_unit() {
    let lines: Vec<&str> = DEFAULT_TOML.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        let number = line.rsplit_once(" = ").is_some_and(|(_, value)| value.parse::<u64>().is_ok());
        if number {
            let units = ["seconds", "bytes", "a number of", "a power of two"];
            assert!(units.iter().any(|unit| lines[index - 1].contains(unit)), "no unit above `{line}`");
        }
    }
}
