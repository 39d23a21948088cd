//! Settings: the layers, the words of every refusal, and that `config/default.toml` is the code's equal.

use std::collections::BTreeMap;
use std::path::Path;

use figment::Figment;
use figment::providers::{Format, Toml};
use figment::value::{Dict, Value};
use readonce::config::{
    Confirm, DEFAULT_TOML, Flags, Loaded, LogFormat, Plan, Reveal, Settings, StoreScheme, Who, load,
};

/// An installation to be: a directory with perhaps a `readonce.toml`, variables and flags. Nothing of this process.
#[derive(Default)]
struct Given {
    file: Option<&'static str>,
    variables: Vec<(&'static str, &'static str)>,
    flags: Flags,
}

impl Given {
    fn nothing() -> Self {
        Self::default()
    }

    fn file(text: &'static str) -> Self {
        Self { file: Some(text), ..Self::default() }
    }

    fn variable(name: &'static str, value: &'static str) -> Self {
        Self::default().and(name, value)
    }

    fn and(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn flags(mut self, flags: Flags) -> Self {
        self.flags = flags;
        self
    }

    fn load(self) -> Result<Loaded, String> {
        let directory = tempfile::tempdir().unwrap();
        if let Some(text) = self.file {
            std::fs::write(directory.path().join("readonce.toml"), text).unwrap();
        }
        load_in(directory.path(), &self.variables, &self.flags)
    }

    fn loaded(self) -> Loaded {
        self.load().unwrap()
    }

    fn refusal(self) -> String {
        self.load().unwrap_err()
    }
}

fn load_in(directory: &Path, variables: &[(&str, &str)], flags: &Flags) -> Result<Loaded, String> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    load(flags, variables, directory).map_err(|error| error.to_string())
}

fn text(value: &str) -> Option<String> {
    Some(value.to_owned())
}

/// Leaf keys and values of a TOML text.
fn leaves(toml: &str) -> BTreeMap<String, Value> {
    fn collect(dict: Dict, above: &str, leaves: &mut BTreeMap<String, Value>) {
        for (key, value) in dict {
            match value {
                Value::Dict(_, inner) => collect(inner, &format!("{above}{key}."), leaves),
                value => drop(leaves.insert(format!("{above}{key}"), value)),
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(Toml::from_str(toml).unwrap(), "", &mut found);
    found
}

mod defaults {
    use super::*;

    /// The tables of the product's decisions, written out once more. `plans.default.create` follows `limits.create`.
    const DECIDED: &str = r#"
        listen = "127.0.0.1:7143"
        base_url = ""
        store = "sqlite:./data/readonce.db"
        keyring_file = "./data/readonce.keys"
        region = ""
        limits.create = 1000
        limits.read = 1000
        limits.window = 1200
        limits.login = 100
        limits.anonymous_secrets = 5000
        limits.anonymous_bytes = 20971520
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
        http.trusted_proxies = []
        access.create = "anyone"
        access.metadata = "anyone"
        smtp.url = ""
        smtp.from = ""
        smtp.per_hour = 20
        redis.confirm = "none"
        redis.ca_file = ""
        redis.cert_file = ""
        redis.key_file = ""
        web.enabled = true
        web.reveal = "click"
        drain.delay = 0
        metrics.listen = ""
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
        assert_eq!(settings.store.scheme(), StoreScheme::Sqlite);
        assert_eq!(settings.store.sqlite_path(), Some(Path::new("./data/readonce.db")));
        assert_eq!(settings.keyring_file, Path::new("./data/readonce.keys"));
        assert_eq!(settings.region, None);
        assert_eq!((settings.access.create, settings.access.metadata), (Who::Anyone, Who::Anyone));
        assert_eq!(settings.secrets.ttl_max_anonymous, 604_800);
        assert_eq!(
            settings.plan("default"),
            Some(Plan { ttl_max: 2_592_000, max_size: 10_000, create: 1000 })
        );
        assert_eq!(settings.plan("pro"), None);
        assert_eq!(settings.passphrase.cost, 12);
        assert_eq!(settings.limits.anonymous_bytes, 20 * 1024 * 1024);
        assert!(settings.http.trusted_proxies.is_empty());
        assert!(settings.web.enabled);
        assert_eq!(settings.web.reveal, Reveal::Click);
        assert_eq!(settings.smtp.url, None);
        assert_eq!(settings.redis.confirm, Confirm::None);
        assert_eq!(settings.drain.delay, 0);
        assert_eq!(settings.metrics.listen, None);
        assert_eq!(settings.log.format, LogFormat::Text);
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

    /// A field of the code that the file lacks would fail the first test of all; this shows that it does: no line can go.
    #[test]
    fn name_every_setting_that_the_code_knows() {
        let lines: Vec<&str> = DEFAULT_TOML.lines().collect();
        let settings = lines.iter().filter(|line| !line.starts_with('#') && line.contains(" = "));
        assert_eq!(settings.count(), leaves(DEFAULT_TOML).len());
        for (without, line) in lines.iter().enumerate() {
            if line.starts_with('#') || !line.contains(" = ") {
                continue;
            }
            let rest: Vec<&str> = [&lines[..without], &lines[without + 1..]].concat();
            let settings = Figment::from(Toml::string(&rest.join("\n"))).extract::<Settings>();
            assert!(settings.is_err(), "loads without `{line}`");
        }
    }

    #[test]
    fn examples_in_comments_are_settings() {
        let examples = DEFAULT_TOML
            .replace("# create = 1000", "create = 77")
            .replace("\n# [[", "\n[[")
            .replace("\n# host = ", "\nhost = ")
            .replace("\n# accounts = ", "\naccounts = ")
            .replace("\n# name = ", "\nname = ")
            .replace("\n# url = ", "\nurl = ");
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("readonce.toml"), examples).unwrap();
        let settings = load_in(directory.path(), &[], &Flags::default()).unwrap().settings;
        assert_eq!(settings.plan("default").unwrap().create, 77);
        assert_eq!(settings.domains[0].host.as_str(), "secrets.example.org");
        assert_eq!(settings.domains[0].accounts[0].as_str(), "anna@example.org");
        assert_eq!(settings.regions[0].name.as_str(), "us");
        assert_eq!(settings.regions[0].url.as_str(), "https://us.example.org");
    }

    #[test]
    fn have_a_sentence_each() {
        let lines: Vec<&str> = DEFAULT_TOML.lines().collect();
        let commented = ["# create = 1000", "# [[domains]]", "# [[regions]]"];
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
}

mod layers {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_environment_over_the_file_over_the_default() {
        let file = "region = 'file'\nlisten = '127.0.0.1:1'\nkeyring_file = 'file.keys'";
        let loaded = Given::file(file)
            .and("READONCE_LISTEN", "127.0.0.1:2")
            .and("READONCE_KEYRING_FILE", "environment.keys")
            .flags(Flags { keyring: text("flag.keys"), ..Flags::default() })
            .loaded();
        assert_eq!(loaded.settings.region.as_ref().unwrap().as_str(), "file");
        assert_eq!(loaded.settings.listen.port(), 2);
        assert_eq!(loaded.settings.keyring_file, Path::new("flag.keys"));
        assert_eq!(loaded.source("region"), Some("file readonce.toml"));
        assert_eq!(loaded.source("listen"), Some("environment READONCE_LISTEN"));
        assert_eq!(loaded.source("keyring_file"), Some("flag --keyring"));
        assert_eq!(loaded.source("store"), Some("default"));
        assert_eq!(loaded.source("nothing"), None);
    }

    #[test]
    fn every_flag_sets_its_setting() {
        let flags = Flags {
            listen: text("[::]:1"),
            base_url: text("https://X.example/ots/"),
            store: text("rediss://cache.example"),
            keyring: text("k"),
            region: text("eu"),
            config: None,
        };
        let settings = Given::nothing().flags(flags).loaded().settings;
        assert_eq!(settings.listen.to_string(), "[::]:1");
        assert_eq!(settings.base_url.unwrap().as_str(), "https://x.example/ots");
        assert_eq!(settings.store.expose(), "rediss://cache.example");
        assert_eq!(settings.keyring_file, Path::new("k"));
        assert_eq!(settings.region.unwrap().as_str(), "eu");
    }

    #[test]
    fn the_named_file_is_read_and_not_the_usual_one() {
        let directory = tempfile::tempdir().unwrap();
        for name in ["readonce", "variable", "flag"] {
            std::fs::write(directory.path().join(format!("{name}.toml")), format!("region = '{name}'"))
                .unwrap();
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
            "`listen`: expected an IP address and a port, found `here` (file `readonce.toml`, line 1)\n\
             hint: for example `127.0.0.1:7143`, or `[::]:7143` for every address"
        );
    }

    #[test]
    fn lists_are_replaced_and_not_added_to() {
        let loaded = Given::file("http.trusted_proxies = ['10.0.0.0/8', '::1']")
            .and("READONCE_HTTP__TRUSTED_PROXIES", "192.0.2.0/24")
            .loaded();
        assert_eq!(loaded.settings.http.trusted_proxies.len(), 1);
    }
}

mod variables {
    use super::*;

    /// Every setting of the file can be given by a variable; its text is read as the default's type.
    #[test]
    fn set_every_setting() {
        let given: Vec<(String, String)> = leaves(DEFAULT_TOML)
            .into_iter()
            .map(|(key, value)| {
                let value = match value {
                    Value::String(_, text) => text,
                    Value::Num(_, number) => number.to_i128().unwrap().to_string(),
                    Value::Bool(_, value) => value.to_string(),
                    Value::Array(_, values) if values.is_empty() => String::new(),
                    other => panic!("{key}: {other:?}"),
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
        let plan = |name| loaded.settings.plan(name).unwrap();
        assert_eq!(plan("pro"), Plan { ttl_max: 1_209_600, max_size: 20_000, create: 7 });
        assert_eq!(plan("pro_2"), Plan { ttl_max: 2_592_000, max_size: 20_000, create: 0 });
        assert_eq!(plan("default"), Plan { ttl_max: 2_592_000, max_size: 20_000, create: 7 });
        assert_eq!(loaded.settings.plans.names().collect::<Vec<_>>(), ["default", "pro", "pro_2"]);
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
        for (name, table) in [("READONCE_DOMAINS__0__HOST", "domains"), ("READONCE_REGIONS__NAME", "regions")]
        {
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
                "READONCE_ACCESS__CREATE",
                "all",
                "`access.create`: expected `anyone` or `account`, found `all`",
            ),
            ("READONCE_LOG__FORMAT", "a\nb", "`log.format`: expected `text` or `json`, found `a\\nb`"),
            (
                "READONCE_HTTP__TRUSTED_PROXIES",
                "10.0.0.0/8,proxy",
                "`http.trusted_proxies[1]`: expected a network such as `10.0.0.0/8` or `2001:db8::/32`, \
                 or one address, found `proxy`",
            ),
            (
                "READONCE_REDIS__CONFIRM",
                "replicas:0",
                "`redis.confirm`: expected `none` or `replicas:N`, N at least 1, found `replicas:0`",
            ),
            ("READONCE_KEYRING_FILE", "", "`keyring_file`: expected a path, found nothing"),
            (
                "READONCE_REGION",
                "e u",
                "`region`: expected at most 32 letters, digits, hyphens or underscores, found `e u`",
            ),
            (
                "READONCE_SMTP__FROM",
                "postmaster",
                "`smtp.from`: expected an e-mail address such as `secrets@example.org`, found `postmaster`",
            ),
        ] {
            assert_eq!(
                Given::variable(name, value).refusal(),
                format!("{refusal} (environment variable `{name}`)")
            );
        }
    }
}

mod refusals {
    use super::*;

    #[test]
    fn of_a_file_name_the_key_and_the_line() {
        for (file, refusal) in [
            (
                "# mine\n\n[limits]\ncreate = 'many'\n",
                "`limits.create`: expected a whole number, found `many` (file `readonce.toml`, line 4)",
            ),
            ("limits = 5", "`limits`: expected a table, found `5` (file `readonce.toml`, line 1)"),
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
    fn of_a_flag_name_the_flag() {
        let flags = Flags { base_url: text("https://x.example/?a=b"), ..Flags::default() };
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
            "this is not TOML: invalid basic string (file `readonce.toml`, line 2)"
        );
        assert_eq!(
            Given::file("store = 'redis://:hunter2@a'\nstore = 'redis://:hunter2@b'").refusal(),
            "this is not TOML: duplicate key `store` in document root (file `readonce.toml`, line 2)"
        );
    }

    #[test]
    fn never_show_a_password() {
        for (name, value, refusal) in [
            (
                "READONCE_STORE",
                "postgres://u:hunter2@h",
                "`store`: expected the address of a store (environment variable `READONCE_STORE`)\n\
                 hint: `sqlite:PATH`, `redis://HOST:PORT`, `rediss://`, \
                 `redis-sentinel://HOST:PORT,HOST:PORT/MASTER`, `redis-cluster://HOST:PORT,HOST:PORT` or \
                 `rediss-cluster://`",
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
    fn of_numbers_out_of_bounds_name_key_and_source() {
        for (name, value, refusal) in [
            ("READONCE_LIMITS__WINDOW", "0", "`limits.window`: expected at least 1, found `0`"),
            ("READONCE_PASSPHRASE__WINDOW", "0", "`passphrase.window`: expected at least 1, found `0`"),
            ("READONCE_PASSPHRASE__TRIES", "0", "`passphrase.tries`: expected at least 1, found `0`"),
            ("READONCE_PASSPHRASE__COST", "15", "`passphrase.cost`: expected 10 to 14, found `15`"),
            ("READONCE_PASSPHRASE__COST", "3", "`passphrase.cost`: expected 10 to 14, found `3`"),
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
        let cheap =
            |cost| Given::variable("READONCE_PASSPHRASE__COST", cost).and("READONCE_INSECURE_TEST", "1");
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
             hint: set the address that letters come from"
        );
        assert_eq!(
            Given::file("redis.key_file = 'k'").refusal(),
            "`redis.cert_file`: empty, but `redis.key_file` is set (file `readonce.toml`, line 1)"
        );
        assert_eq!(
            Given::file("redis.cert_file = 'c'").refusal(),
            "`redis.key_file`: empty, but `redis.cert_file` is set (file `readonce.toml`, line 1)"
        );
        let whole = Given::variable("READONCE_SMTP__URL", "smtp://localhost")
            .and("READONCE_SMTP__FROM", "a@example.org");
        assert_eq!(whole.loaded().settings.smtp.from.unwrap().as_str(), "a@example.org");
    }
}

mod plans {
    use super::*;

    #[test]
    fn fill_up_from_the_default_plan() {
        let settings = Given::file("[plans.default]\ncreate = 5\nmax_size = 7\n[plans.pro]\nttl_max = 100")
            .loaded()
            .settings;
        assert_eq!(settings.plan("pro"), Some(Plan { ttl_max: 100, max_size: 7, create: 5 }));
    }

    #[test]
    fn are_bounded_by_the_longest_lifetime_of_all() {
        let loaded = Given::file("[plans.pro]\nttl_max = 5000000").loaded();
        assert_eq!(loaded.settings.plan("pro").unwrap().ttl_max, 2_592_000);
        assert_eq!(
            loaded.warnings,
            ["`plans.pro.ttl_max` is `5000000`, but `secrets.ttl_max` cuts it to `2592000` (default)"]
        );
        let lowered = Given::file("secrets.ttl_max = 604800").loaded();
        assert_eq!(lowered.settings.plan("default").unwrap().ttl_max, 604_800);
        assert!(lowered.warnings.is_empty());
    }

    #[test]
    fn decide_the_body_limit() {
        assert_eq!(Given::nothing().loaded().settings.body_limit(), 64 * 1024);
        let of = |file| Given::file(file).loaded().settings.body_limit();
        assert_eq!(of("secrets.max_size = 100000"), 604_096);
        assert_eq!(of("plans.pro.max_size = 1000000"), 6_004_096);
        assert_eq!(of("secrets.max_size = 10240"), 64 * 1024);
        assert_eq!(of("secrets.max_size = 10241"), 64 * 1024 + 6);
    }
}

mod show {
    use super::*;

    #[test]
    fn tells_every_setting_in_the_files_order() {
        let shown = Given::nothing().loaded().show();
        assert_eq!(
            shown,
            r#"listen = "127.0.0.1:7143"    # default
base_url = ""    # default
store = "sqlite:./data/readonce.db"    # default
keyring_file = "./data/readonce.keys"    # default
region = ""    # default
access.create = "anyone"    # default
access.metadata = "anyone"    # default
secrets.max_size = 10000    # default
secrets.ttl_min = 60    # default
secrets.ttl_default = 604800    # default
secrets.ttl_max_anonymous = 604800    # default
secrets.ttl_max = 2592000    # default
plans.default.ttl_max = 2592000    # default
plans.default.max_size = 10000    # default
plans.default.create = 1000    # default
passphrase.cost = 12    # default
passphrase.tries = 5    # default
passphrase.window = 900    # default
limits.create = 1000    # default
limits.read = 1000    # default
limits.window = 1200    # default
limits.login = 100    # default
limits.anonymous_secrets = 5000    # default
limits.anonymous_bytes = 20971520    # default
http.trusted_proxies = []    # default
web.enabled = true    # default
web.reveal = "click"    # default
smtp.url = ""    # default
smtp.from = ""    # default
smtp.per_hour = 20    # default
redis.confirm = "none"    # default
redis.ca_file = ""    # default
redis.cert_file = ""    # default
redis.key_file = ""    # default
drain.delay = 0    # default
metrics.listen = ""    # default
log.format = "text"    # default
"#
        );
    }

    #[test]
    fn tells_sources_and_what_stands_in() {
        let loaded = Given::file(
            "[plans.pro]\nttl_max = 120\n[[domains]]\nhost = 'a.example'\naccounts = ['anna@example.org']\n\
             [[regions]]\nname = 'us'\nurl = 'https://us.example'",
        )
        .and("READONCE_LIMITS__CREATE", "3")
        .and("READONCE_HTTP__TRUSTED_PROXIES", "10.0.0.0/8,::1")
        .flags(Flags { region: text("eu"), ..Flags::default() })
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
            r#"domains = [{ accounts = ["anna@example.org"], host = "a.example" }]    # file readonce.toml"#,
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
                "store = \"redis://user:[redacted]@host:6379/0\"    # environment READONCE_STORE\n"
            )
        );
        assert!(shown.contains(
            "smtp.url = \"smtps://post:[redacted]@mail.example:465\"    # environment READONCE_SMTP__URL\n"
        ));
        for text in [shown, format!("{loaded:?}"), format!("{:#?}", loaded.settings)] {
            assert!(!text.contains("hunter2"), "{text}");
        }
        assert_eq!(loaded.settings.store.expose(), "redis://user:hunter2@host:6379/0");
    }
}
