//! Types that hold secrets: they show nothing, are not copied about, and are wiped.

use std::fmt::{Debug, Display, Write as _};
use std::fs::File;
use std::os::unix::fs::FileExt as _;

use readonce::config::{self, Flags};
use readonce::domain::address::{Credentials, RedisUrl, SmtpUrl, StoreUrl};
use readonce::domain::key::generate_pair;
use readonce::domain::{
    ApiToken, EmailAddress, Passphrase, Plaintext, ReceiptKey, SecretKey, Timestamp, TokenDigest,
};
use readonce::http::basic::{Basic, parse_basic};
use readonce::http::params::Params;
use readonce::service::{GenerateRequest, ShareOptions, ShareRequest};
use readonce::vault::{HashPool, Keyring, PassphraseHash, RingKey, RootKey, Vault, account_id, token_digest};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::architecture::sources;

/// The types that hold a secret, and where each is declared.
const SECRET: &[(&str, &str)] = &[
    ("Key", "domain/key.rs"),
    ("Plaintext", "domain/plaintext.rs"),
    ("Passphrase", "domain/passphrase.rs"),
    ("ApiToken", "domain/token.rs"),
    ("RootKey", "vault/root_key.rs"),
    ("Prk", "vault/derive.rs"),
    ("PassphraseHash", "vault/passphrase_hash.rs"),
    ("Params", "http/params/mod.rs"),
    ("Value", "http/params/tree.rs"),
    ("Basic", "http/basic.rs"),
    ("ShareOptions", "service/secrets/share.rs"),
    ("ShareRequest", "service/secrets/share.rs"),
    ("GenerateRequest", "service/secrets/generate.rs"),
    ("ApiError", "api/v1/error.rs"),
    ("ApiError", "api/v2/error.rs"),
    ("Credentials", "domain/address/credentials.rs"),
    ("RedisUrl", "domain/address/redis.rs"),
    ("StoreUrl", "domain/address/store.rs"),
    ("SmtpUrl", "domain/address/smtp.rs"),
    ("Hidden", "cli/client/hidden.rs"),
    ("Form", "cli/client/form.rs"),
    ("Answer", "cli/client/answer.rs"),
];

/// A struct or an enum as it is written.
struct Declared {
    file: String,
    name: String,
    attributes: String,
    body: String,
}

impl Declared {
    fn derives(&self, what: &str) -> bool {
        let derives = self.attributes.split("derive(").skip(1).filter_map(|rest| rest.split(')').next());
        derives.flat_map(|list| list.split(',')).any(|name| name.trim().rsplit("::").next() == Some(what))
    }
}

/// Every type of the program, the tests' own left out.
fn declared() -> Vec<Declared> {
    let mut found = Vec::new();
    for (file, _, code) in sources() {
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap();
        let mut attributes = String::new();
        let mut lines = code.lines();
        while let Some(line) = lines.next() {
            let item = line.trim_start().trim_start_matches("pub ").trim_start_matches("pub(super) ");
            let named = item.strip_prefix("struct ").or_else(|| item.strip_prefix("enum "));
            if let Some(rest) = named {
                let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap().to_owned();
                let mut body = line.to_owned();
                let open = |body: &str| body.matches(['{', '(']).count() > body.matches(['}', ')']).count();
                while open(&body) || !body.trim_end().ends_with(['}', ';']) {
                    body.push('\n');
                    body.push_str(lines.next().unwrap_or_else(|| panic!("{file}: {name} does not end")));
                }
                found.push(Declared {
                    file: file.clone(),
                    name,
                    attributes: std::mem::take(&mut attributes),
                    body,
                });
            } else if item.starts_with("#[") || (!attributes.is_empty() && !item.contains("fn ")) {
                attributes.push_str(line);
            } else {
                attributes.clear();
            }
        }
    }
    found
}

/// Fields whose names say that their plain text is a secret.
const TELLING: &[&str] =
    &["passphrase", "password", "token", "secret", "value", "key", "secret_key", "metadata_key"];
/// Fields that are called so and hold none.
const HARMLESS: &[(&str, &str)] = &[
    ("Effective", "config/show.rs"), // redacted before it comes there
    ("Call", "store/redis/run.rs"),  // the name of a Redis key, with the hash of a link key in it
];
const PLAIN: &[&str] = &["String", "&'a str", "Vec<u8>", "Option<String>", "Option<&'a str>", "Box<str>"];

#[test]
fn no_type_with_a_secret_in_it_derives_a_way_to_show_it() {
    let all = declared();
    assert!(all.len() > 100, "only {} types were found", all.len());
    for one in &all {
        let holds_text = one.body.contains("Zeroizing<")
            || TELLING
                .iter()
                .any(|name| PLAIN.iter().any(|plain| one.body.contains(&format!(" {name}: {plain},"))));
        if HARMLESS.contains(&(one.name.as_str(), one.file.as_str())) {
            continue;
        }
        let listed = SECRET.iter().any(|(name, file)| *name == one.name && *file == one.file);
        if holds_text || listed {
            assert!(!one.derives("Debug"), "{}: {} derives Debug", one.file, one.name);
            assert!(!one.derives("Hash"), "{}: {} derives Hash", one.file, one.name);
        }
        // What goes over the wire is made for it, and nothing else is turned into text by a library.
        if one.derives("Serialize") {
            let meant = [
                "api/v1/wire.rs",
                "api/v1/error.rs",
                "api/v2/error.rs",
                "api/v2/info.rs",
                "api/v2/wire/mod.rs",
                "api/v2/wire/receipt.rs",
                "api/v2/wire/recent.rs",
                "api/v2/wire/secret.rs",
                "cli/account/list.rs",
                "cli/account/mod.rs",
                "cli/account/token.rs",
                "cli/mail.rs",
            ];
            assert!(meant.contains(&one.file.as_str()), "{}: {} derives Serialize", one.file, one.name);
        }
    }
}

#[test]
fn every_secret_type_is_wiped_and_has_no_text_of_its_own() {
    let all = declared();
    let code: String = sources().into_iter().map(|(.., code)| code).collect();
    for (name, file) in SECRET {
        let one = all.iter().find(|one| one.name == *name && one.file == *file);
        let one = one.unwrap_or_else(|| panic!("{file}: no type `{name}`; hint: correct the list"));
        for shown in ["fmt::Display", "Display", "Serialize", "serde::Serialize"] {
            assert!(
                !code.contains(&format!("impl {shown} for {name} ")),
                "{name} can be made text by {shown}"
            );
        }
        let settings = ["ApiError", "Basic", "ShareOptions", "ShareRequest", "GenerateRequest", "Prk"];
        // An address keeps its password in `Credentials`, and shows what it was written like without it.
        let wiped = one.derives("ZeroizeOnDrop")
            || ["Zeroizing<", "Option<Credentials>", "Redis(RedisUrl)"]
                .iter()
                .any(|text| one.body.contains(text));
        assert!(wiped || settings.contains(name), "{file}: {name} is not wiped when dropped");
    }
}

/// Compiles only when the type does not implement the trait: with it, `probe` would have two meanings.
macro_rules! is_not {
    ($type:ty: $($trait:path),+) => {
        $({
            trait Probe<A> {
                fn probe() {}
            }
            struct Other;
            impl<T: ?Sized> Probe<()> for T {}
            impl<T: ?Sized + $trait> Probe<Other> for T {}
            <$type as Probe<_>>::probe();
        })+
    };
}

#[test]
fn the_compiler_agrees() {
    is_not!(SecretKey: Display, Serialize, std::hash::Hash, Ord);
    is_not!(ReceiptKey: Display, Serialize, std::hash::Hash, Ord);
    is_not!(Plaintext: Display, Serialize, Clone, PartialEq, AsRef<str>);
    is_not!(Passphrase: Display, Serialize, Clone, PartialEq, AsRef<str>);
    is_not!(ApiToken: Display, Serialize, PartialEq, AsRef<str>);
    is_not!(TokenDigest: Display, Serialize, PartialEq);
    is_not!(RootKey: Display, Serialize, PartialEq);
    is_not!(RingKey: Display, Serialize);
    is_not!(Keyring: Display, Serialize);
    is_not!(Vault: Display, Serialize);
    is_not!(PassphraseHash: Display, Serialize, Clone, PartialEq);
    is_not!(Params: Display, Serialize, Clone);
    is_not!(Basic: Display, Serialize, Clone);
    is_not!(ShareOptions: Debug, Display, Serialize);
    is_not!(ShareRequest: Debug, Display, Serialize);
    is_not!(GenerateRequest: Debug, Display, Serialize);
    is_not!(Credentials: Display, Serialize, std::hash::Hash);
    is_not!(RedisUrl: Display, Serialize);
    is_not!(StoreUrl: Display, Serialize);
    is_not!(SmtpUrl: Display, Serialize);
    // Keys and root keys are plain arrays: only their being wiped makes them something to drop.
    assert!(std::mem::needs_drop::<SecretKey>() && std::mem::needs_drop::<ReceiptKey>());
    assert!(std::mem::needs_drop::<RootKey>());
}

#[test]
fn debug_shows_none_of_them() {
    let mut shown = String::new();
    let mut markers = Vec::new();
    let mut see = |thing: &dyn Debug| write!(shown, "{thing:?}\n{thing:#?}\n").unwrap();
    let (secret, receipt) = generate_pair();
    markers.extend([secret.expose()[3..].to_owned(), receipt.expose()[3..].to_owned()]);
    see(&secret);
    see(&receipt);
    let text = |text: &str| Zeroizing::new(text.to_owned());
    see(&Plaintext::new(text("marker-value")));
    see(&Passphrase::parse(text("marker-passphrase")).unwrap());
    let token = ApiToken::presented(text("marker-token"));
    see(&token);
    see(&token_digest(&account_id("a@example.org"), &token));
    see(&EmailAddress::parse("marker-user@example.org"));
    see(&Params::parse(Some("marker-name=marker-parameter"), None, b"").unwrap());
    see(&parse_basic([b"Basic bWFya2VyLXVzZXI6bWFya2VyLXRva2Vu".as_slice()]));
    let url = RedisUrl::parse("redis://someone:marker-password@localhost:1").unwrap();
    see(&(&url, url.redacted(), url.credentials(), url.topology()));
    let ring = Keyring::generate(Timestamp(1));
    let line = ring.writer().to_line();
    markers.push(line.split([':', ' ']).nth(1).unwrap().to_owned());
    let root = RootKey::from_bytes([0x4d; 32]);
    see(&root);
    // By itself: names of keys are hex, too, and drawn.
    assert!(!format!("{root:?}{root:#?}").contains("4d4d"));
    markers.extend(["77, 77".to_owned(), "4d4d4d4d".to_owned()]);
    see(&ring);
    see(&Vault::new(ring, HashPool::new(4)));
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("READONCE_STORE", "redis://someone:marker-store@localhost:1"),
        ("READONCE_SMTP__URL", "smtp://someone:marker-mail@localhost:1"),
        ("READONCE_SMTP__FROM", "from@example.org"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    see(&config::load(&Flags::default(), variables, folder.path()).unwrap());

    markers.push("marker".to_owned());
    for marker in markers {
        assert!(!shown.contains(&marker), "`{marker}` is in {shown}");
    }
    assert!(shown.contains("Plaintext[..]") && shown.contains("[redacted]"), "{shown}");
}

/// Reads this process's own memory, as an attacker would who gets a dump of it.
fn memory(at: usize, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    File::open("/proc/self/mem").unwrap().read_exact_at(&mut bytes, at as u64).unwrap();
    bytes
}

/// Long enough that the allocator's own notes, at both ends, do not overwrite the middle.
const LONG: usize = 4096;

fn middle_of(text: &str) -> usize {
    text.as_ptr() as usize + LONG / 4
}

#[test]
fn a_dropped_value_is_wiped_from_memory() {
    let seen_after = |drop_at: &dyn Fn(Zeroizing<String>) -> usize| {
        let text = Zeroizing::new("w1pe-me!".repeat(LONG / 8));
        let at = drop_at(text);
        memory(at, LONG / 2).windows(8).filter(|bytes| *bytes == b"w1pe-me!").count()
    };
    for _ in 0..20 {
        let left = seen_after(&|text| {
            let value = Plaintext::new(text);
            middle_of(value.expose())
        });
        assert_eq!(left, 0, "the value is still there");
    }
    // The look itself works: what is dropped without being wiped can be seen, unless somebody took its place at once.
    let kept = (0..1000).any(|_| {
        seen_after(&|text| {
            let plain: String = text.as_str().to_owned();
            middle_of(&plain)
        }) > 0
    });
    assert!(kept, "nothing is ever left in memory, so this test shows nothing");
}
