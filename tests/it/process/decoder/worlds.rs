//! What running servers have sealed, on each store: own secrets under two root keys, and another server's secrets.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::decode;
use crate::import::old::{Expected, OldServer, Recorded};
use crate::process::shared_store::{DURABLE, Region};
use crate::support::brought::{self, ARGON2ID, BCRYPT, bring_home};
use crate::support::{Account, Client, Home, Ran, SOON, Shared, UNLIMITED, wait_for};

const RECIPIENT: &str = "recipient@example.net";
const VALUE: &str = "ein Schlüssel — 秘密 🔑\n";
/// Nobody listens there, so a notification waits.
const MAIL: &[(&str, &str)] =
    &[("READONCE_SMTP__URL", "smtp://127.0.0.1:1"), ("READONCE_SMTP__FROM", "secrets@example.org")];

/// A folder of a server, and how the decoder finds its store and keyring.
struct World<'a> {
    home: &'a Home,
    store: (&'static str, Value),
    keyring: PathBuf,
}

impl<'a> World<'a> {
    fn on_sqlite(home: &'a Home) -> Self {
        let store = ("sqlite", json!(home.file("data/readonce.db")));
        Self { home, store, keyring: home.file("data/readonce.keys") }
    }

    fn on_redis(region: &'a Region) -> Self {
        let store = ("redis", json!(region.redis.port()));
        Self { home: &region.home, store, keyring: region.home.file("keys") }
    }

    /// The decoder, run with these keys.
    fn decode(&self, account: &Account, shares: &[(&Shared, Option<&str>)]) -> Ran {
        let share = |(shared, passphrase): &(&Shared, Option<&str>)| json!({"link": shared.secret, "receipt": shared.receipt, "passphrase": passphrase});
        let job = json!({
            self.store.0: self.store.1,
            "keyring": self.keyring,
            "network": "127.0.0.1",
            "account": {"email": account.email, "token": account.token},
            "shares": shares.iter().map(share).collect::<Vec<_>>(),
        });
        self.home.write("job.json", &job.to_string());
        decode(&["open".as_ref(), &self.home.file("job.json")])
    }

    /// What it opens with them.
    fn opened(&self, account: &Account, shares: &[(&Shared, Option<&str>)]) -> Value {
        serde_json::from_str(&self.decode(account, shares).succeeded().stdout).unwrap()
    }

    /// The names of the keyring's keys, the one that writes first.
    fn keys(&self) -> Vec<String> {
        let listed = self.home.run(&["key", "list"]).succeeded().stdout;
        listed.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
    }
}

/// What the API says of a share, in the decoder's words; its link too, while it is unread.
fn answered(client: &Client, shared: &Shared) -> Value {
    let receipt = client.receipt(shared).ok().json();
    let (state, recipient) = (receipt["state"].as_str().unwrap(), receipt["recipient"][0].as_str());
    json!({
        "state": if state == "received" { "revealed" } else { state },
        "ttl": receipt["ttl"],
        "owner": if receipt["custid"] == "anon" { Value::Null } else { receipt["custid"].clone() },
        "recipient": recipient.unwrap_or_default(),
        "link": if state == "new" { receipt["secret_key"].clone() } else { Value::Null },
    })
}

/// The decoder's share has these members.
#[track_caller]
fn has(opened: &Value, expected: &Value) {
    for (member, expected) in expected.as_object().unwrap() {
        assert_eq!(&opened[member], expected, "`{member}` of {opened}");
    }
}

/// Shares of every kind, read and compared; and the account's side of them.
fn opens_what_a_server_sealed(world: &World<'_>) {
    let account = world.home.account("Anna@example.org");
    world.home.run(&["account", "token", "add", "Anna@example.org", "--name", "build server"]).succeeded();
    world.home.run(&["account", "set", "Anna@example.org", "--notify", "expired,read"]).succeeded();
    let server = world.home.serve_with(UNLIMITED);
    let old = server.client().share("under the key before");
    server.stop();
    world.home.run(&["key", "add"]).succeeded();
    world.home.run(&["key", "rotate"]).succeeded();
    let keys = world.keys();

    let server = world.home.serve_with(&[UNLIMITED, MAIL].concat());
    let (owner, anonymous) = (server.client_of(&account), server.client());
    let plain = owner.share(VALUE);
    let sent =
        [("secret", VALUE), ("passphrase", "pässword — 秘密"), ("recipient", RECIPIENT), ("ttl", "3600")];
    let mailed = Shared::of(&owner.post("/share", &sent).ok());
    let long = "0123456789".repeat(900);
    let large = anonymous.share(&long);
    let (read, burned) = (owner.share("read"), anonymous.share_locked("burned", "sesame"));
    anonymous.reads_once(&read, "read");
    anonymous.burn(&burned).ok();
    anonymous.unlock(&mailed, "wrong").unknown();
    wait_for("a mail server that is not there", SOON, || {
        world.home.run(&["mail", "list"]).stdout.contains("  failed 1  ").then_some(())
    });

    let shares = [
        (&old, None),
        (&plain, None),
        (&mailed, Some("pässword — 秘密")),
        (&large, None),
        (&read, None),
        (&burned, Some("sesame")),
    ];
    let opened = world.opened(&account, &shares);
    for (number, (shared, passphrase)) in shares.iter().enumerate() {
        let share = &opened["shares"][number];
        has(share, &answered(&anonymous, shared));
        assert_eq!(share["protected"], passphrase.is_some(), "{share}");
    }
    let shares = &opened["shares"];
    has(&shares[0], &json!({"value": "under the key before", "kdf": 0, "key": keys[1]}));
    has(
        &shares[1],
        &json!({"value": VALUE, "kdf": 0, "key": keys[0], "owner": "Anna@example.org", "tries": 0}),
    );
    has(&shares[2], &json!({"value": VALUE, "kdf": 1, "key": keys[0], "ttl": 3600, "guarded": true}));
    has(&shares[2], &json!({"tries": 1, "tries_of_network": 1, "tries_of_others": 0}));
    has(&shares[3], &json!({"value": long, "owner": null}));
    has(&shares[4], &json!({"state": "revealed", "value": null, "link": null}));
    has(&shares[5], &json!({"state": "burned", "value": null, "link": null, "tries": 0}));

    assert_eq!((&opened["canary"], &opened["canary_key"]), (&json!("readonce"), &json!(keys[0])));
    let expected = json!({
        "email": "Anna@example.org", "plan": "default", "disabled": false, "locale": null, "token_fits": true,
        "tokens": ["build server"], "notify": 5
    });
    assert_eq!(opened["account"], expected);
    let mine = [4, 2, 1].map(|number| &shares[number]["mid"]);
    assert_eq!(opened["mine"], json!(mine), "what the account shared, newest first");
    let listed = owner.get("/api/v1/private/recent").ok().json();
    let listed: Vec<_> = listed.as_array().unwrap().iter().map(|item| item["metadata_key"].clone()).collect();
    assert_eq!((opened["recent"].as_array().unwrap(), listed.len()), (&listed, 3));
    let expected = json!([{
        "to": RECIPIENT, "sharer": "Anna@example.org", "link": mailed.secret, "share_domain": "",
        "protected": true, "locale": "en", "attempts": 1, "failure": 1, "dead": false,
    }]);
    assert_eq!(opened["notifications"], expected);
    // Of what was shared while there was no mail, and without an account, nobody is told.
    let mut expected: Vec<_> = [(&plain, None), (&mailed, None), (&read, Some("read"))]
        .map(|(shared, end)| json!({"ends": "read,expired", "receipt": shared.receipt[..8], "end": end}))
        .into();
    let mut notices = opened["notices"].as_array().unwrap().clone();
    for list in [&mut expected, &mut notices] {
        list.sort_by_key(|notice| notice["receipt"].to_string());
    }
    assert_eq!(notices, expected);
    assert_eq!(opened["legacy"], 0);

    let stranger = Account { token: "0".repeat(40), ..account };
    let refused = world.decode(&stranger, &[]);
    assert!(refused.code == Some(1) && refused.stderr.contains("the tag does not fit"), "{refused:?}");
    server.stop();
}

/// The secrets of a recorded server, after `readonce import`: opened ones sealed anew, protected ones as they were.
fn opens_what_was_imported(world: &World<'_>) {
    let old = OldServer::of(Recorded::one());
    old.import_into(world.home, &[]).succeeded();
    let server = world.home.serve_with(UNLIMITED);
    let (account, all) = (old.recorded.account(), old.recorded.expected());
    let keys = |expected: &'_ Expected| {
        Some(expected.passphrase.clone()).filter(|passphrase| !passphrase.is_empty())
    };
    let passphrases: Vec<_> = all.iter().map(keys).collect();
    let shares: Vec<_> = all
        .iter()
        .zip(&passphrases)
        .map(|(expected, passphrase)| (&expected.shared, passphrase.as_deref()))
        .collect();
    let opened = world.opened(&account, &shares);
    let mut kinds = BTreeMap::<_, u32>::new();
    for (share, expected) in opened["shares"].as_array().unwrap().iter().zip(&all) {
        has(share, &answered(&server.client(), &expected.shared));
        has(share, &json!({"ttl": expected.ttl, "protected": !expected.passphrase.is_empty()}));
        if ["new", "viewed"].contains(&expected.state.as_str()) {
            let kdf = if expected.passphrase.is_empty() { 0 } else { 4 };
            *kinds.entry(kdf).or_default() += 1;
            has(share, &json!({"value": expected.value, "kdf": kdf, "guarded": true}));
        } else {
            has(share, &json!({"value": null, "link": null}));
        }
    }
    assert_eq!(kinds, BTreeMap::from([(0, 8), (4, 3)]));
    assert_eq!((&opened["legacy"], &opened["canary"]), (&json!(3), &json!("readonce")));
    has(&opened["account"], &json!({"email": account.email, "token_fits": true}));
    let listed: Vec<_> =
        opened["recent"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    let of_account = all.iter().filter(|expected| expected.owner == account.email);
    let of_account: Vec<_> = of_account.map(|expected| expected.shared.receipt.as_str()).collect();
    assert_eq!(listed.len(), of_account.len(), "{listed:?}");
    assert!(listed.iter().all(|key| of_account.contains(key)), "{listed:?}");
    server.stop();
}

#[test]
fn it_opens_what_a_server_sealed_on_sqlite() {
    opens_what_a_server_sealed(&World::on_sqlite(&Home::new()));
}

#[test]
fn it_opens_what_a_server_sealed_on_redis() {
    opens_what_a_server_sealed(&World::on_redis(&Region::new(DURABLE)));
}

#[test]
fn it_opens_what_was_imported_on_sqlite() {
    opens_what_was_imported(&World::on_sqlite(&Home::new()));
}

#[test]
fn it_opens_what_was_imported_on_redis() {
    opens_what_was_imported(&World::on_redis(&Region::new(DURABLE)));
}

/// What could be opened at home is sealed anew, with the hash of its passphrase that the other server had.
#[test]
fn it_opens_what_was_sealed_anew() {
    let home = Home::new();
    let account = home.account("anna@example.org");
    let brought: Vec<_> = [None, Some(ARGON2ID), Some(BCRYPT)]
        .into_iter()
        .flat_map(|hash| bring_home(&home, 1, hash).into_iter().map(move |shared| (shared, hash)))
        .collect();
    let given = brought.iter().map(|(shared, hash)| (shared, hash.map(|_| "open sesame")));
    let shares: Vec<_> = given.collect();
    let opened = World::on_sqlite(&home).opened(&account, &shares);
    for ((shared, hash), share) in brought.iter().zip(opened["shares"].as_array().unwrap()) {
        let kdf = if hash.is_some() { 5 } else { 0 };
        has(
            share,
            &json!({"value": brought::VALUE, "kdf": kdf, "guarded": true, "state": "new", "link": shared.secret}),
        );
    }
    assert_eq!(opened["legacy"], 0);
}
