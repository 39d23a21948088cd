//! The words of every refusal.

use super::*;

#[test]
fn of_a_file_name_the_key_and_the_line() {
    for (file, refusal) in [
        (
            "# mine\n\n[limits]\ncreate = 'many'\n",
            "`limits.create`: expected a whole number, found `many` (file `readonce.toml`, line 4)",
        ),
        ("limits = 5", "`limits`: expected a table, found `5` (file `readonce.toml`, line 1)"),
        ("plans = 5", "`plans`: expected a table, found `5` (file `readonce.toml`, line 1)"),
        ("plans.default = 5", "`plans.default`: expected a table, found `5` (file `readonce.toml`, line 1)"),
        (
            "[plans.default]\ncreate = []\n[plans.a]\nttl_max = 60",
            "`plans.default.create`: expected a whole number, found a list (file `readonce.toml`, line 2)",
        ),
        ("plans.pro = 'x'", "`plans.pro`: expected a table, found `x` (file `readonce.toml`, line 1)"),
        ("region = 1.50", "`region`: expected text in quotes, found `1.50` (file `readonce.toml`, line 1)"),
        (
            "limits.read = 0xffffffffffffffffffffffffffffffffffff",
            "`limits.read`: expected a whole number, found `0xffffffffffffffffffffffffffffffffffff` \
             (file `readonce.toml`, line 1)",
        ),
        ("\nregion = 5", "`region`: expected text in quotes, found `5` (file `readonce.toml`, line 2)"),
        (
            "[web]\nenabled = 'true'",
            "`web.enabled`: expected `true` or `false`, found `true` (file `readonce.toml`, line 2)",
        ),
        (
            "http.trusted_proxies = '10.0.0.0/8'",
            "`http.trusted_proxies`: expected a list, found `10.0.0.0/8` (file `readonce.toml`, line 1)",
        ),
        (
            "plans.pro = { ttl_max = [] }",
            "`plans.pro.ttl_max`: expected a whole number, found a list (file `readonce.toml`, line 1)",
        ),
        (
            "[plans.'a b']\ncreate = 1",
            "`plans.a b`: expected a plan's name of at most 32 letters, digits, hyphens or underscores, \
             found `a b` (file `readonce.toml`, line 1)",
        ),
        (
            "plans.1.ttl_max = 'x'",
            "`plans.1.ttl_max`: expected a whole number, found `x` (file `readonce.toml`, line 1)",
        ),
        (
            "[limits]\ncreat = 5",
            "`limits.creat`: unknown setting (file `readonce.toml`, line 2)\n\
             hint: did you mean `limits.create`?",
        ),
        (
            "[limts]\ncreate = 5",
            "`limts`: unknown setting (file `readonce.toml`, line 1)\nhint: did you mean `limits`?",
        ),
        (
            "[plans.pro]\nttlmax = 5",
            "`plans.pro.ttlmax`: unknown setting (file `readonce.toml`, line 2)\n\
             hint: did you mean `plans.pro.ttl_max`?",
        ),
        (
            "colour = 'red'",
            "`colour`: unknown setting (file `readonce.toml`, line 1)\n\
             hint: every setting is in config/default.toml",
        ),
        (
            "[[domains]]\nhost = 'a.example'\n[[domains]]\naccounts = []",
            "`domains[1].host`: missing (file `readonce.toml`, line 3)",
        ),
        (
            "[[domains]]\nhost = 'https://a.example'",
            "`domains[0].host`: expected a host name, found `https://a.example` (file `readonce.toml`, line 2)\n\
             hint: only the name, for example `secrets.example.org`, without `https://`, port or path",
        ),
        (
            "[[domains]]\nhost = 'a.example'\n[[domains]]\nhost = 'A.example'",
            "`domains[1].host`: `a.example` is there already (file `readonce.toml`, line 4)",
        ),
        (
            "[[domains]]\nhost = 'a.example'\naccounts = ['anna']",
            "`domains[0].accounts[0]`: expected an e-mail address such as `secrets@example.org`, \
             found `anna` (file `readonce.toml`, line 3)",
        ),
        (
            "[[regions]]\nname = 'us'\nurl = 'us.example.org'",
            "`regions[0].url`: expected an address such as `https://secrets.example.org`, \
             found `us.example.org` (file `readonce.toml`, line 3)\n\
             hint: `http://` or `https://`, a host, perhaps a port and a path; no `?`, no `#`",
        ),
    ] {
        assert_eq!(Given::file(file).refusal(), refusal);
    }
}

#[test]
fn of_what_the_pages_say_of_the_operator_name_the_key_and_the_line() {
    for (file, refusal) in [
        (
            "web.contact = 'us'",
            "`web.contact`: expected an e-mail address or the address of a page, found `us` \
             (file `readonce.toml`, line 1)\n\
             hint: for example `help@example.org`, `https://www.example.org/help` or `/help`",
        ),
        (
            "[[web.links]]\nlabel = 'Imprint'\nurl = 'javascript:alert(1)'",
            "`web.links[0].url`: expected the address of a page, found `javascript:alert(1)` \
             (file `readonce.toml`, line 3)\n\
             hint: `https://…`, `http://…`, `mailto:…`, or a path of this host such as `/imprint`; \
             no user before the host, no blanks",
        ),
        ("[[web.links]]\nurl = '/imprint'", "`web.links[0].label`: missing (file `readonce.toml`, line 1)"),
        (
            "[web]\nlinks = [\n{ label = 'a', url = '/' },\n{ label = 'a', url = '/b' }]",
            "`web.links[1].label`: `a` is there already (file `readonce.toml`, line 4)",
        ),
        (
            "[web]\nlinks = [{ label = 'a', url = '/' }, { label = 'b', url = '/' }, { label = 'c', url = '/' }, \
             { label = 'd', url = '/' }, { label = 'e', url = '/' }, { label = 'f', url = '/' }]",
            "`web.links`: expected at most 5 links, found 6 (file `readonce.toml`, line 2)",
        ),
    ] {
        assert_eq!(Given::file(file).refusal(), refusal);
    }
}

#[test]
fn of_a_flag_name_the_flag() {
    let flags = Flags { base_url: Some("https://x.example/?a=b".to_owned()), ..Flags::default() };
    assert_eq!(
        Given::nothing().flags(flags).refusal(),
        "`base_url`: expected an address such as `https://secrets.example.org`, found `https://x.example/?a=b` \
         (flag `--base-url`)\n\
         hint: `http://` or `https://`, a host, perhaps a port and a path; no `?`, no `#`"
    );
}

#[test]
fn of_broken_files_show_nothing_of_them() {
    assert_eq!(
        Given::file("region = 'eu'\nstore = \"redis://:hunter2@host\nlisten = ''").refusal(),
        "this is not TOML: invalid basic string, expected `\"` (file `readonce.toml`, line 2)"
    );
    assert_eq!(
        Given::file("store = 'redis://:hunter2@a'\nstore = 'redis://:hunter2@b'").refusal(),
        "this is not TOML: duplicate key (file `readonce.toml`, line 2)"
    );
}

#[test]
fn of_unquoted_passwords_show_nothing_of_them() {
    for line in [
        "store = redis://:hunter2@h",
        "store = hunter2",
        "store = 'hunter2",
        "store = \"hunter2\\q\"",
        "store = 'redis://' hunter2",
        "store = [hunter2]",
        "smtp = { url = hunter2 }",
        "smtp.url 'hunter2'",
        "smtp.url = 'a' = 'hunter2'",
        "store = '''hunter2",
        "store = 2000-01-01hunter2",
        "store = 0xhunter2",
    ] {
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("readonce.toml"), format!("\n{line}\n")).unwrap();
        let refusal = load_in(directory.path(), &[], &Flags::default()).unwrap_err();
        assert!(refusal.starts_with("this is not TOML: "), "{refusal}");
        assert!(!refusal.contains("hunter2") && !refusal.contains('\n'), "{refusal}");
    }
}

#[test]
fn never_show_a_password() {
    for (name, value, refusal) in [
        (
            "READONCE_STORE",
            "postgres://u:hunter2@h",
            "`store`: expected the address of a store (environment variable `READONCE_STORE`)\n\
             hint: `sqlite:PATH`, `redis://HOST:PORT`, `redis-sentinel://HOST:PORT,HOST:PORT/MASTER` or \
             `redis-cluster://HOST:PORT,HOST:PORT`; over TLS `rediss://`, `rediss-sentinel://` or \
             `rediss-cluster://`; `valkey://` and `valkeys://` are `redis://` and `rediss://`",
        ),
        (
            "READONCE_STORE",
            "sqlite:",
            "`store`: expected a path after `sqlite:` (environment variable `READONCE_STORE`)",
        ),
        (
            "READONCE_SMTP__URL",
            "u:hunter2@h",
            "`smtp.url`: expected the address of a mail server (environment variable `READONCE_SMTP__URL`)\n\
             hint: `smtp://`, `smtp+starttls://` or `smtps://`, then `USER:PASSWORD@HOST:PORT`",
        ),
        (
            "READONCE_BASE_URL",
            "https://u:hunter2@h",
            "`base_url`: user and password do not belong into this address (environment variable \
             `READONCE_BASE_URL`)",
        ),
    ] {
        assert_eq!(Given::variable(name, value).refusal(), refusal);
    }
    for file in
        ["store = ['redis://:hunter2@h']", "smtp.url = { 'hunter2' = 1 }", "store = 42", "smtp.url = 42"]
    {
        let refusal = Given::file(file).refusal();
        assert!(!refusal.contains("hunter2") && !refusal.contains("42"), "{refusal}");
    }
}

#[test]
fn show_nobody_who_stands_before_a_host() {
    let link = "[[web.links]]\nlabel = 'x'\nurl = 'https://anna:hunter2@example.org/imprint'";
    let refusal = Given::file(link).refusal();
    assert!(refusal.contains("found `https://[redacted]@example.org/imprint`"), "{refusal}");
}

#[test]
fn of_numbers_out_of_bounds_name_key_and_source() {
    for (name, value, refusal) in [
        ("READONCE_LIMITS__WINDOW", "0", "`limits.window`: expected at least 1, found `0`"),
        ("READONCE_PASSPHRASE__WINDOW", "0", "`passphrase.window`: expected at least 1, found `0`"),
        ("READONCE_PASSPHRASE__TRIES", "0", "`passphrase.tries`: expected at least 1, found `0`"),
        ("READONCE_PASSPHRASE__COST", "15", "`passphrase.cost`: expected 10 to 14, found `15`"),
        ("READONCE_PASSPHRASE__COST", "3", "`passphrase.cost`: expected 10 to 14, found `3`"),
        ("READONCE_PASSPHRASE__MIN_LENGTH", "129", "`passphrase.min_length`: expected 0 to 128, found `129`"),
        (
            "READONCE_PASSPHRASE__REQUIRED",
            "1",
            "`passphrase.required`: expected `true` or `false`, found `1`",
        ),
        (
            "READONCE_PLANS__PRO__PASSPHRASE_MIN_LENGTH",
            "129",
            "`plans.pro.passphrase_min_length`: expected 0 to 128, found `129`",
        ),
        ("READONCE_WEB__LIFETIMES", "3600,1h", "`web.lifetimes[1]`: expected a whole number, found `1h`"),
        (
            "READONCE_WEB__LIFETIMES",
            "3600,59",
            "`web.lifetimes`: `59` is not within `secrets.ttl_min` and `secrets.ttl_max`, 60 to 2592000",
        ),
        ("READONCE_SMTP__PER_HOUR", "0", "`smtp.per_hour`: expected at least 1, found `0`"),
        ("READONCE_SECRETS__MAX_SIZE", "0", "`secrets.max_size`: expected 1 to 1000000, found `0`"),
        (
            "READONCE_SECRETS__MAX_SIZE",
            "1000001",
            "`secrets.max_size`: expected 1 to 1000000, found `1000001`",
        ),
        ("READONCE_PLANS__PRO__MAX_SIZE", "0", "`plans.pro.max_size`: expected 1 to 1000000, found `0`"),
        ("READONCE_SECRETS__TTL_MIN", "0", "`secrets.ttl_min`: expected at least 1, found `0`"),
        (
            "READONCE_SECRETS__TTL_MAX",
            "31536001",
            "`secrets.ttl_max`: expected 1 to 31536000, found `31536001`",
        ),
        (
            "READONCE_PLANS__PRO__TTL_MAX",
            "31536001",
            "`plans.pro.ttl_max`: expected 1 to 31536000, found `31536001`",
        ),
        (
            "READONCE_PLANS__DEFAULT__TTL_MAX",
            "59",
            "`secrets.ttl_min`: `60` (default) is more than `plans.default.ttl_max`, which is `59`",
        ),
        (
            "READONCE_SECRETS__TTL_DEFAULT",
            "604801",
            "`secrets.ttl_default`: `604801` (environment variable `READONCE_SECRETS__TTL_DEFAULT`) is more than \
             `secrets.ttl_max_anonymous`, which is `604800` (default)",
        ),
    ] {
        let refused = Given::variable(name, value).refusal();
        let whole = if refusal.ends_with(')') {
            refusal.to_owned()
        } else {
            format!("{refusal} (environment variable `{name}`)")
        };
        assert_eq!(refused, whole);
    }
    assert_eq!(
        Given::file("[secrets]\nttl_min = 700000").refusal(),
        "`secrets.ttl_min`: `700000` (file `readonce.toml`, line 2) is more than `secrets.ttl_default`, \
         which is `604800` (default)"
    );
    assert_eq!(
        Given::file("[secrets]\nttl_max = 600000").refusal(),
        "`secrets.ttl_max_anonymous`: `604800` (default) is more than `secrets.ttl_max`, which is `600000` \
         (file `readonce.toml`, line 2)"
    );
}

#[test]
fn bounds_are_allowed_themselves() {
    let loaded = Given::file(
        "[secrets]\nttl_min = 1\nttl_default = 31536000\nttl_max_anonymous = 31536000\nttl_max = 31536000\n\
         max_size = 1000000\n[passphrase]\ncost = 14\ntries = 1\nwindow = 1\n[limits]\nwindow = 1\n\
         [plans.a]\nttl_max = 31536000\nmax_size = 1000000\n[plans.b]\nttl_max = 1\nmax_size = 1",
    );
    assert!(loaded.load().is_ok());
    assert!(Given::variable("READONCE_PASSPHRASE__COST", "10").load().is_ok());
}

#[test]
fn cheap_hashing_is_for_tests() {
    assert_eq!(
        Given::variable("READONCE_PASSPHRASE__COST", "9").refusal(),
        "`passphrase.cost`: expected 10 to 14, found `9` (environment variable `READONCE_PASSPHRASE__COST`)\n\
         hint: 4 to 9 is for tests, with `READONCE_INSECURE_TEST=1`"
    );
    let cheap = |cost| Given::variable("READONCE_PASSPHRASE__COST", cost).and("READONCE_INSECURE_TEST", "1");
    assert_eq!(cheap("4").loaded().settings.passphrase.cost, 4);
    assert_eq!(
        cheap("3").refusal(),
        "`passphrase.cost`: expected 4 to 14, found `3` (environment variable `READONCE_PASSPHRASE__COST`)"
    );
}

#[test]
fn of_halves_name_the_other_half() {
    assert_eq!(
        Given::variable("READONCE_SMTP__URL", "smtp://localhost").refusal(),
        "`smtp.from`: empty, but `smtp.url` is set (environment variable `READONCE_SMTP__URL`)\n\
         hint: set the address that emails come from"
    );
    assert_eq!(
        Given::file("redis.key_file = 'k'").refusal(),
        "`redis.cert_file`: empty, but `redis.key_file` is set (file `readonce.toml`, line 1)"
    );
    assert_eq!(
        Given::file("redis.cert_file = 'c'").refusal(),
        "`redis.key_file`: empty, but `redis.cert_file` is set (file `readonce.toml`, line 1)"
    );
    let whole =
        Given::variable("READONCE_SMTP__URL", "smtp://localhost").and("READONCE_SMTP__FROM", "a@example.org");
    assert_eq!(whole.loaded().settings.smtp.from.unwrap().address.as_str(), "a@example.org");
}

/// A provider that is half set up, or that anybody on the way could speak for.
#[test]
fn of_a_provider_say_what_is_missing() {
    let whole =
        "[oidc]\nissuer = 'https://login.example.org/'\nclient_id = 'readonce'\nclient_secret_file = 's'\n";
    let file = |more: &str| Given::file(format!("{whole}{more}").leak());
    let settings = file("allowed = { claim = 'groups', values = ['staff, all'] }").loaded().settings.oidc;
    assert_eq!(settings.issuer.unwrap().as_str(), "https://login.example.org/");
    assert_eq!(settings.allowed.values, ["staff, all"]);
    for (given, refusal) in [
        (
            Given::file("oidc.issuer = 'https://login.example.org'"),
            "`oidc.client_id`: empty, but `oidc.issuer` is set (file `readonce.toml`, line 1)\n\
             hint: the provider gives a client both an id and a secret",
        ),
        (
            Given::file("[oidc]\nissuer = 'https://login.example.org'\nclient_id = 'x'"),
            "`oidc.client_secret_file`: empty, but `oidc.issuer` is set (file `readonce.toml`, line 2)\n\
             hint: the provider gives a client both an id and a secret",
        ),
        (
            Given::file("oidc.client_id = 'x'"),
            "`oidc.issuer`: empty, but `oidc.client_id` is set (file `readonce.toml`, line 1)",
        ),
        (
            Given::file("oidc.client_secret_file = 'x'"),
            "`oidc.issuer`: empty, but `oidc.client_secret_file` is set (file `readonce.toml`, line 1)",
        ),
        (
            Given::file("oidc.issuer = 'http://login.example.org'"),
            "`oidc.issuer`: the provider's answers would cross the network in the clear (file `readonce.toml`, line 1)\n\
             hint: use `https://`; `http://` is for a provider on this very machine",
        ),
        (
            Given::file("oidc.issuer = 'login.example.org'"),
            "`oidc.issuer`: expected an address such as `https://secrets.example.org` (file `readonce.toml`, line 1)",
        ),
        (
            Given::file("oidc.client_auth = 'jwt'"),
            "`oidc.client_auth`: expected `auto`, `basic` or `post`, found `jwt` (file `readonce.toml`, line 1)",
        ),
        (
            file("scopes = ['email']"),
            "`oidc.scopes`: `openid` is missing (file `readonce.toml`, line 5)\n\
             hint: without it, a provider does not say who somebody is",
        ),
        (
            file("scopes = ['openid', 'a b']"),
            "`oidc.scopes[1]`: expected the name of one scope, without blanks and quotes (file `readonce.toml`, line 5)",
        ),
        (
            file("allowed.claim = 'groups'"),
            "`oidc.allowed.values`: empty, but `oidc.allowed.claim` is set (file `readonce.toml`, line 5)\n\
             hint: name the values that let in",
        ),
        (
            file("allowed.values = ['staff']"),
            "`oidc.allowed.claim`: empty, but `oidc.allowed.values` is set (file `readonce.toml`, line 5)",
        ),
    ] {
        assert_eq!(given.refusal(), refusal);
    }
}

/// Whatever reads the settings refuses the same, so that `config show`, `doctor` and `serve` agree.
#[test]
fn of_a_stores_address_say_what_is_wrong_where_and_nothing_of_it() {
    let number = "expected nothing after the host, or the number of a database";
    let number_hint = "`redis://HOST:PORT` or `redis://HOST:PORT/0`";
    let encoding = "user or password is not percent-encoded UTF-8";
    let encoding_hint = "write a `%` itself as `%25`";
    let credentials = "expected a user and a password before the `@`";
    let credentials_hint = "`USER:PASSWORD@HOST`; a password alone is `:PASSWORD@HOST`";
    let query = "expected no `?` and no `#`: this address takes no options";
    let query_hint =
        "leave out what begins there; TLS is chosen by the scheme, certificates by their own settings";
    let host = "expected a host, or hosts separated by commas, each perhaps with a port";
    let host_hint =
        "`HOST:PORT`; an IPv6 address stands in brackets, and nothing of a host is percent-encoded";
    for (address, what, hint) in [
        ("redis://h:1/notanumber", number, number_hint),
        ("valkey://u:hunter2@h:1/-1", number, number_hint),
        ("redis://h?x=1", query, query_hint),
        ("rediss://u:hunter2@h/0?ssl=no", query, query_hint),
        ("redis://hunter2@h", credentials, credentials_hint),
        ("redis://hunter2:@h", credentials, credentials_hint),
        ("redis://a%20b:1", host, host_hint),
        ("redis://u:hunter2@::1", host, host_hint),
        (
            "redis-cluster://h/3",
            "expected nothing after the hosts: a cluster has one database",
            "`redis-cluster://HOST:PORT,HOST:PORT`",
        ),
        ("redis://u:hunter2%zz@h", encoding, encoding_hint),
        ("redis://u:hunter2%ff@h", encoding, encoding_hint),
        (
            "rediss-sentinel://u:hunter2@h:1",
            "expected the name of the master after the hosts",
            "`redis-sentinel://HOST:PORT,HOST:PORT/MASTER`",
        ),
        (
            "redis://u:hunter2@h:0",
            "expected a port from 1 to 65535 after the host",
            "`HOST:PORT`, or only the host",
        ),
    ] {
        let flags = Flags { store: Some(address.to_owned()), ..Flags::default() };
        let told = |origin: &str| format!("`store`: {what} ({origin})\nhint: {hint}");
        assert_eq!(
            Given::variable("READONCE_STORE", address).refusal(),
            told("environment variable `READONCE_STORE`")
        );
        assert_eq!(Given::nothing().flags(flags).refusal(), told("flag `--store`"), "{address}");
    }
}
