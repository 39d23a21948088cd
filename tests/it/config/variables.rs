//! Which variables are settings, what their text is read as, and what becomes of the others.

use super::*;

/// As a file with the line ends of Windows leaves them: a store of that name would be a new, empty one.
#[test]
fn with_a_blank_or_a_line_end_around_them_are_refused() {
    for (name, value, named) in [
        ("READONCE_STORE", "sqlite:./data/readonce.db\r", "ends with `\\r`"),
        ("READONCE_STORE", "sqlite:./data/readonce.db ", "ends with a blank"),
        ("READONCE_KEYRING_FILE", "k\r", "ends with `\\r`"),
        ("READONCE_KEYRING_FILE", "\tk", "begins with `\\t`"),
        ("READONCE_LISTEN", "127.0.0.1:7143\r", "ends with `\\r`"),
        ("READONCE_LIMITS__CREATE", "7 ", "ends with a blank"),
        ("READONCE_HTTP__TRUSTED_PROXIES", "10.0.0.0/8\r", "ends with `\\r`"),
        ("READONCE_SMTP__URL", "smtps://u:hunter2@h\n", "ends with `\\n`"),
        ("READONCE_PLANS__PRO__CREATE", " 7", "begins with a blank"),
        ("READONCE_CONFIG", "readonce.toml\r", "ends with `\\r`"),
    ] {
        assert_eq!(
            Given::variable(name, value).refusal(),
            format!(
                "the value {named} (environment variable `{name}`)\nhint: leave it out; a file with the line ends of Windows \
                 brings `\\r`, `echo` brings `\\n`"
            )
        );
    }
}

/// Whatever layer says so: a part of an address that nobody reads must not become a part of a file's name.
#[test]
fn and_other_layers_hold_no_path_with_more_in_it() {
    for (name, value, refusal) in [
        (
            "READONCE_STORE",
            "sqlite:a.db?mode=ro",
            "`store`: expected a path after `sqlite:`, without `?` and `#`",
        ),
        ("READONCE_STORE", "sqlite:~/x.db", "`store`: expected a path after `sqlite:`, found `~`"),
        ("READONCE_SMTP__URL", "smtps://h?timeout=5", "`smtp.url`: expected no `?` and no `#`"),
        ("READONCE_KEYRING_FILE", "~/keyring", "`keyring_file`: expected a path, found `~/keyring`"),
    ] {
        let said = Given::variable(name, value).refusal();
        assert!(said.starts_with(refusal) && said.contains("\nhint: "), "{said}");
    }
    for file in [
        "store = \"sqlite:a.db\\r\"",
        "store = 'sqlite:a.db '",
        "keyring_file = 'k '",
        "keyring_file = \"k\\r\"",
    ] {
        let said = Given::file(file).refusal();
        assert!(said.contains("path") || said.contains("blanks"), "{file}: {said}");
    }
}

/// Every setting of the file can be given by a variable; its text is read as the default's type.
#[test]
fn set_every_setting() {
    let given: Vec<(String, String)> = leaves(DEFAULT_TOML)
        .into_iter()
        .map(|(key, value)| {
            let value = match value {
                Leaf::Text(text) => text,
                Leaf::Number(number) => number.to_string(),
                Leaf::Bool(value) => value.to_string(),
                Leaf::List(values) => {
                    let text = |value: &Leaf| match value {
                        Leaf::Text(text) => text.clone(),
                        other => panic!("{key}: {other:?}"),
                    };
                    values.iter().map(text).collect::<Vec<_>>().join(",")
                }
            };
            (format!("READONCE_{}", key.replace('.', "__").to_ascii_uppercase()), value)
        })
        .collect();
    let directory = tempfile::tempdir().unwrap();
    let loaded = load(&Flags::default(), given.clone(), directory.path()).unwrap();
    assert!(loaded.warnings.is_empty());
    for key in leaves(DEFAULT_TOML).into_keys() {
        let name = format!("READONCE_{}", key.replace('.', "__").to_ascii_uppercase());
        assert_eq!(loaded.source(&key), Some(format!("environment {name}").as_str()));
    }
}

#[test]
fn keep_text_that_looks_like_a_number() {
    let settings = Given::variable("READONCE_REGION", "007")
        .and("READONCE_KEYRING_FILE", "12")
        .and("READONCE_REDIS__CA_FILE", "true")
        .loaded()
        .settings;
    assert_eq!(settings.region.unwrap().as_str(), "007");
    assert_eq!(settings.keyring_file, Path::new("12"));
    assert_eq!(settings.redis.ca_file.as_deref(), Some(Path::new("true")));
}

#[test]
fn hold_numbers_truths_and_lists() {
    let settings = Given::variable("READONCE_LIMITS__ANONYMOUS_BYTES", "5000000000")
        .and("READONCE_WEB__ENABLED", "false")
        .and("READONCE_HTTP__TRUSTED_PROXIES", "10.1.2.3/8, 192.0.2.1,2001:db8::/32")
        .loaded()
        .settings;
    assert_eq!(settings.limits.anonymous_bytes, 5_000_000_000);
    assert!(!settings.web.enabled);
    let proxies: Vec<String> = settings.http.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"]);
}

#[test]
fn empty_lists_are_empty() {
    let loaded = Given::file("http.trusted_proxies = ['10.0.0.0/8']")
        .and("READONCE_HTTP__TRUSTED_PROXIES", "")
        .loaded();
    assert!(loaded.settings.http.trusted_proxies.is_empty());
}

#[test]
fn make_plans() {
    let loaded = Given::variable("READONCE_PLANS__PRO__TTL_MAX", "1209600")
        .and("READONCE_PLANS__PRO_2__CREATE", "0")
        .and("READONCE_PLANS__DEFAULT__MAX_SIZE", "20000")
        .and("READONCE_LIMITS__CREATE", "7")
        .loaded();
    let plan = |name| loaded.settings.plans[name];
    assert_eq!(plan("pro"), Plan { ttl_max: 1_209_600, max_size: 20_000, create: 7, ..Plan::default() });
    assert_eq!(plan("pro_2"), Plan { ttl_max: 2_592_000, max_size: 20_000, create: 0, ..Plan::default() });
    assert_eq!(plan("default"), Plan { ttl_max: 2_592_000, max_size: 20_000, create: 7, ..Plan::default() });
    assert_eq!(loaded.settings.plans.keys().collect::<Vec<_>>(), ["default", "pro", "pro_2"]);
}

#[test]
fn of_our_prefix_that_are_no_settings_are_ignored_with_one_warning() {
    let loaded = Given::variable("READONCE_SERVICE_HOST", "10.0.0.1")
        .and("READONCE_PORT", "tcp://10.0.0.1:7143")
        .and("READONCE_LIMITS", "hush")
        .and("READONCE", "hush")
        .and("PATH", "hush")
        .loaded();
    assert_eq!(
        loaded.warnings,
        ["ignored environment variables that are no settings: `READONCE_LIMITS`, `READONCE_PORT`, \
          `READONCE_SERVICE_HOST`"]
    );
}

#[test]
fn reserved_ones_are_nobodys_business() {
    let loaded = Given::variable("READONCE_KEYRING", "a key")
        .and("READONCE_URL", "http://127.0.0.1")
        .and("READONCE_USER", "a@example.org")
        .and("READONCE_TOKEN", "a token")
        .and("READONCE_LINK", "https://x.example/secret/KEY")
        .and("READONCE_INSECURE_TEST", "0")
        .and("READONCE_CONFIG", "")
        .loaded();
    assert!(loaded.warnings.is_empty());
    assert!(!loaded.insecure_test);
    assert!(Given::variable("READONCE_INSECURE_TEST", "1").loaded().insecure_test);
}

#[test]
fn unknown_settings_are_refused_by_name() {
    for (name, hint) in [
        ("READONCE_LIMITS__CREAT", "did you mean `READONCE_LIMITS__CREATE`?"),
        ("READONCE_limits__create", "every setting is in config/default.toml; `a.b` is `READONCE_A__B`"),
        ("READONCE_LISTEN__PORT", "every setting is in config/default.toml; `a.b` is `READONCE_A__B`"),
        ("READONCE__LISTEN", "did you mean `READONCE_LISTEN`?"),
        ("READONCE_PLANS__PRO", "every setting is in config/default.toml; `a.b` is `READONCE_A__B`"),
        ("READONCE_PLANS____CREATE", "every setting is in config/default.toml; `a.b` is `READONCE_A__B`"),
    ] {
        assert_eq!(
            Given::variable(name, "hush").refusal(),
            format!("unknown setting (environment variable `{name}`)\nhint: {hint}")
        );
    }
}

#[test]
fn cannot_hold_lists_of_tables() {
    for (name, table) in [
        ("READONCE_DOMAINS__0__HOST", "domains"),
        ("READONCE_REGIONS__NAME", "regions"),
        ("READONCE_WEB__LINKS", "web.links"),
        ("READONCE_WEB__LINKS__0__URL", "web.links"),
    ] {
        assert_eq!(
            Given::variable(name, "hush").refusal(),
            format!(
                "`{table}`: a variable cannot hold it (environment variable `{name}`)\n\
                 hint: write `[[{table}]]` into the configuration file"
            )
        );
    }
}

#[test]
fn with_a_bad_value_are_named() {
    for (name, value, refusal) in [
        ("READONCE_LIMITS__CREATE", "many", "`limits.create`: expected a whole number, found `many`"),
        ("READONCE_LIMITS__CREATE", "", "`limits.create`: expected a whole number, found nothing"),
        ("READONCE_LIMITS__CREATE", "1.5", "`limits.create`: expected a whole number, found `1.5`"),
        (
            "READONCE_LIMITS__CREATE",
            "-1",
            "`limits.create`: expected a whole number from 0 to 4294967295, found `-1`",
        ),
        (
            "READONCE_LIMITS__CREATE",
            "4294967296",
            "`limits.create`: expected a whole number from 0 to 4294967295, found `4294967296`",
        ),
        ("READONCE_WEB__ENABLED", "yes", "`web.enabled`: expected `true` or `false`, found `yes`"),
        ("READONCE_WEB__REVEAL", "show", "`web.reveal`: expected `click` or `type`, found `show`"),
        (
            "READONCE_WEB__NAME",
            "a\nb",
            "`web.name`: expected one line of at most 60 characters, without blanks around it, found `a\\nb`",
        ),
        ("READONCE_ACCESS__CREATE", "all", "`access.create`: expected `anyone` or `account`, found `all`"),
        (
            "READONCE_LOCALE",
            "it",
            "`locale`: expected one of `en`, `de`, `sv`, `bg`, `zh`, `fr`, `es`, found `it`",
        ),
        ("READONCE_LOG__FORMAT", "a\nb", "`log.format`: expected `text` or `json`, found `a\\nb`"),
        (
            "READONCE_HTTP__TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            "`http.trusted_proxies[1]`: expected a network such as `10.0.0.0/8` or `2001:db8::/32`, \
             one address, or `unix`, found `proxy`",
        ),
        (
            "READONCE_REDIS__CONFIRM",
            "replicas:0",
            "`redis.confirm`: expected `none` or `replicas:N`, N at least 1, found `replicas:0`",
        ),
        (
            "READONCE_SMTP__REPLY_TO",
            "always",
            "`smtp.reply_to`: expected `never`, `same-domain` or `sharer`, found `always`",
        ),
        ("READONCE_KEYRING_FILE", "", "`keyring_file`: expected a path, found nothing"),
        (
            "READONCE_REGION",
            "e u",
            "`region`: expected at most 32 letters, digits, hyphens or underscores, found `e u`",
        ),
    ] {
        assert_eq!(
            Given::variable(name, value).refusal(),
            format!("{refusal} (environment variable `{name}`)")
        );
    }
    assert_eq!(
        Given::variable("READONCE_SMTP__FROM", "postmaster").refusal(),
        "`smtp.from`: expected an e-mail address such as `secrets@example.org`, perhaps with a name, found `postmaster` \
         (environment variable `READONCE_SMTP__FROM`)\n\
         hint: `Example Corp <secrets@example.org>`; the name has at most 64 characters and no `@`"
    );
}
