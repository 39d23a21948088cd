//! What `config show` prints.

use super::*;
use readonce::domain::address::StoreUrl;

#[test]
fn tells_every_setting_in_the_files_order() {
    let shown = Given::nothing().loaded().show();
    assert_eq!(
        shown,
        r#"listen = "127.0.0.1:7143"    # default
base_url = ""    # default
keyring_file = "./data/readonce.keys"    # default
region = ""    # default
locale = "en"    # default
store.url = "sqlite:./data/readonce.db"    # default
store.create = true    # default
access.create = "anyone"    # default
access.metadata = "anyone"    # default
access.session = 28800    # default
access.user_header = ""    # default
access.join = "never"    # default
access.join_plan = "default"    # default
secrets.max_size = 10000    # default
secrets.ttl_min = 60    # default
secrets.ttl_default = 604800    # default
secrets.ttl_max_anonymous = 604800    # default
secrets.ttl_max = 2592000    # default
plans.default.ttl_max = 2592000    # default
plans.default.max_size = 10000    # default
plans.default.create = 1000    # default
plans.default.passphrase_required = false    # default
plans.default.passphrase_min_length = 0    # default
passphrase.cost = 12    # default
passphrase.tries = 5    # default
passphrase.window = 900    # default
passphrase.required = false    # default
passphrase.min_length = 0    # default
limits.create = 1000    # default
limits.read = 1000    # default
limits.window = 1200    # default
limits.login = 100    # default
limits.anonymous_secrets = 5000    # default
limits.anonymous_bytes = 20971520    # default
limits.free_disk_anonymous = 268435456    # default
limits.free_disk = 67108864    # default
api.v2 = true    # default
http.trusted_proxies = []    # default
http.idle_timeout = 75    # default
http.socket_mode = "0660"    # default
http.socket_group = ""    # default
http.proxy_protocol = false    # default
web.enabled = true    # default
web.name = ""    # default
web.contact = ""    # default
web.logo = ""    # default
web.lifetimes = []    # default
web.reveal = "click"    # default
web.second_answer = true    # default
oidc.issuer = ""    # default
oidc.client_id = ""    # default
oidc.client_secret_file = ""    # default
oidc.client_auth = "auto"    # default
oidc.scopes = ["openid", "email", "profile"]    # default
oidc.trust_email = false    # default
oidc.allowed.claim = ""    # default
oidc.allowed.values = []    # default
smtp.url = ""    # default
smtp.from = ""    # default
smtp.reply_to = "same-domain"    # default
smtp.ca_file = ""    # default
smtp.per_hour = 20    # default
redis.confirm = "none"    # default
redis.ca_file = ""    # default
redis.cert_file = ""    # default
redis.key_file = ""    # default
drain.delay = 0    # default
metrics.listen = ""    # default
audit.to = ""    # default
log.format = "text"    # default
"#
    );
}

#[test]
fn tells_sources_and_what_stands_in() {
    let loaded = Given::file(
        "[plans.pro]\nttl_max = 120\n[[domains]]\nhost = 'a.example'\naccounts = ['anna@example.org']\n\
         [[regions]]\nname = 'us'\nurl = 'https://us.example'\n\
         [[web.links]]\nlabel = 'Imprint & \"more\"'\nurl = '/imprint'",
    )
    .and("READONCE_LIMITS__CREATE", "3")
    .and("READONCE_HTTP__TRUSTED_PROXIES", "10.0.0.0/8,::1")
    .flags(Flags { region: Some("eu".to_owned()), ..Flags::default() })
    .loaded();
    let shown = loaded.show();
    for line in [
        r#"region = "eu"    # flag --region"#,
        "limits.create = 3    # environment READONCE_LIMITS__CREATE",
        "plans.default.create = 3    # environment READONCE_LIMITS__CREATE",
        "plans.pro.ttl_max = 120    # file readonce.toml",
        "plans.pro.max_size = 10000    # default",
        "plans.pro.create = 3    # environment READONCE_LIMITS__CREATE",
        r#"http.trusted_proxies = ["10.0.0.0/8", "::1"]    # environment READONCE_HTTP__TRUSTED_PROXIES"#,
        r#"domains = [{ host = "a.example", accounts = ["anna@example.org"] }]    # file readonce.toml"#,
        r#"web.links = [{ label = "Imprint & \"more\"", url = "/imprint" }]    # file readonce.toml"#,
        r#"regions = [{ name = "us", url = "https://us.example" }]    # file readonce.toml"#,
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}\n{shown}");
    }
}

/// What is shown can be used as a file again, and comes to the same.
#[test]
fn is_toml_again() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("readonce.toml");
    let text = "keyring_file = 'a\"\\b#\t'\nsecrets.ttl_min = 61\nplans.pro.create = 4";
    std::fs::write(&file, text).unwrap();
    let once = load_in(directory.path(), &[], &Flags::default()).unwrap();
    std::fs::write(&file, once.show()).unwrap();
    let twice = load_in(directory.path(), &[], &Flags::default()).unwrap();
    assert_eq!(twice.settings.keyring_file, Path::new("a\"\\b#\t"));
    assert_eq!(leaves(&twice.show()), leaves(&once.show()));
}

#[test]
fn redacts_passwords_and_never_knows_the_keys() {
    let loaded = Given::variable("READONCE_STORE", "redis://user:hunter2@host:6379/0")
        .and("READONCE_SMTP__URL", "smtps://post:hunter2@mail.example:465")
        .and("READONCE_SMTP__FROM", "a@example.org")
        .and("READONCE_KEYRING", "hunter2")
        .and("READONCE_TOKEN", "hunter2")
        .loaded();
    let shown = loaded.show();
    assert!(
        shown.contains(
            "store.url = \"redis://user:[redacted]@host:6379/0\"    # environment READONCE_STORE\n"
        )
    );
    assert!(shown.contains(
        "smtp.url = \"smtps://post:[redacted]@mail.example:465\"    # environment READONCE_SMTP__URL\n"
    ));
    for text in [shown, format!("{loaded:?}"), format!("{:#?}", loaded.settings)] {
        assert!(!text.contains("hunter2"), "{text}");
    }
    let StoreUrl::Redis(url) = &loaded.settings.store.url else { panic!("another store: {loaded:?}") };
    assert_eq!(url.credentials().unwrap().password.as_str(), "hunter2");
}

#[test]
fn knows_every_kind_of_store() {
    for (address, shown) in [
        ("valkey://u:hunter2@h:1/3", "valkey://u:[redacted]@h:1/3"),
        ("valkeys://:hunter2@h", "valkeys://:[redacted]@h"),
        ("rediss-sentinel://u:hunter2@a:1,b/main/2", "rediss-sentinel://u:[redacted]@a:1,b/main/2"),
    ] {
        let told = Given::variable("READONCE_STORE", address).loaded().show();
        assert!(
            told.contains(&format!("store.url = \"{shown}\"    # environment READONCE_STORE\n")),
            "{told}"
        );
    }
}
