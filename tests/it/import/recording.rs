//! Recorded upstream servers (tests/upstream), and what is expected of them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use readonce::domain::{Clock as _, SystemClock};
use redis::Pipeline;
use serde_json::Value;

use crate::support::{Account, Shared};

/// Hash fields that are times.
const TIMES: [&str; 10] = [
    "created",
    "updated",
    "viewed",
    "received",
    "revealed",
    "burned",
    "last_login",
    "receipt_viewed_at",
    "secret_value_shown_at",
    "suspended_at",
];
/// What lives no longer than this is looked at by a test of its own, at once.
const FLEETING: u64 = 600;

/// A recording.
pub(crate) struct Recorded(Value);

/// What was shared there.
pub(crate) struct Expected {
    pub(crate) name: String,
    pub(crate) shared: Shared,
    /// Empty when there is nothing to be read.
    pub(crate) value: String,
    pub(crate) passphrase: String,
    pub(crate) state: String,
    pub(crate) owner: String,
    pub(crate) ttl: u64,
    pub(crate) recipient: Value,
    pub(crate) share_domain: String,
    /// It cannot be read there, either.
    pub(crate) is_unreadable: bool,
    /// Seconds that its secret had left when it was recorded; none when it was gone.
    pub(crate) secret_left: Option<u64>,
    /// The same for its receipt. Here a receipt lives no longer than twice its secret.
    pub(crate) receipt_left: u64,
}

impl Expected {
    /// Whether a value is to be read.
    pub(crate) fn is_open(&self) -> bool {
        !self.is_unreadable && ["new", "viewed"].contains(&self.state.as_str())
    }

    pub(super) fn is_fleeting(&self) -> bool {
        self.receipt_left < FLEETING
    }
}

impl Recorded {
    /// Those up to v0.23.
    pub(super) fn both() -> [Self; 2] {
        [include_str!("../../upstream/v0.20.5.json"), include_str!("../../upstream/v0.23.6.json")]
            .map(Self::of)
    }

    /// The later one of these.
    pub(crate) fn one() -> Self {
        let [_, later] = Self::both();
        later
    }

    /// v0.26.
    pub(crate) fn newer() -> Self {
        Self::of(include_str!("../../upstream/v0.26.json"))
    }

    /// v0.26 after a rotation of its secret.
    pub(super) fn rotated() -> Self {
        Self::of(include_str!("../../upstream/v0.26-rotated.json"))
    }

    /// [`one`](Self::one), upgraded by the scripts of v0.24.
    pub(super) fn upgraded() -> Self {
        Self::of(include_str!("../../upstream/v0.23-upgraded-by-0.24.5.json"))
    }

    fn of(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    /// The server's secret.
    pub(crate) fn secret(&self) -> &str {
        self.0["global_secret"].as_str().unwrap()
    }

    /// All secrets it has had, the current one first.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let previous = self.0["previous_secrets"].as_array().into_iter().flatten();
        let previous = previous.map(|secret| secret.as_str().unwrap());
        std::iter::once(self.secret()).chain(previous).collect()
    }

    pub(crate) fn account(&self) -> Account {
        self.accounts().swap_remove(0)
    }

    /// Accounts that have a token.
    pub(super) fn accounts(&self) -> Vec<Account> {
        let account = |entry: &Value| {
            let text = |name: &str| entry[name].as_str().map(str::to_owned);
            Some(Account { email: text("user")?, token: text("token")? })
        };
        self.0["accounts"].as_array().unwrap().iter().filter_map(account).collect()
    }

    /// The account with this address, which has a token.
    pub(super) fn account_of(&self, email: &str) -> Account {
        self.accounts().into_iter().find(|account| account.email == email).unwrap()
    }

    pub(crate) fn expected(&self) -> Vec<Expected> {
        let expected = |entry: &Value| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            let shared = Shared { secret: text("secret_key"), receipt: text("metadata_key") };
            let left = |kinds: &[&str], key: &str| {
                let keys: Vec<String> = kinds.iter().map(|kind| format!("{kind}:{key}:object")).collect();
                let mut records = self.0["dump"].as_array().unwrap().iter();
                let record = records.find(|record| keys.iter().any(|key| record["key"] == key.as_str()))?;
                Some(record["pttl"].as_u64().unwrap() / 1000)
            };
            let ttl = entry["ttl"].as_u64().unwrap();
            let taken = self.0["taken"].as_u64().unwrap();
            let age = entry["created"].as_u64().map_or(0, |created| taken - created);
            Expected {
                name: text("name"),
                value: text("value"),
                passphrase: text("passphrase"),
                state: text("state"),
                // Whoever is no account any more is nobody.
                owner: if entry["owner_purged"] == true { "anon".to_owned() } else { text("custid") },
                ttl,
                recipient: entry["recipient"].clone(),
                share_domain: text("share_domain"),
                is_unreadable: entry["unreadable"] == true,
                secret_left: left(&["secret"], &shared.secret),
                receipt_left: left(&["metadata", "receipt"], &shared.receipt).unwrap().min(2 * ttl - age),
                shared,
            }
        };
        self.0["expect"].as_array().unwrap().iter().map(expected).collect()
    }

    /// The one called so.
    pub(crate) fn named(&self, name: &str) -> Expected {
        self.expected().into_iter().find(|expected| expected.name == name).unwrap()
    }

    /// The first one of this owner.
    pub(super) fn first_of(&self, owner: &str) -> Expected {
        self.expected().into_iter().find(|expected| expected.owner == owner).unwrap()
    }

    /// Whether it is of v0.24 or later.
    pub(super) fn is_newer(&self) -> bool {
        !self.0["dump"].as_array().unwrap().iter().any(|record| record["db"] == 8)
    }

    /// What passphrases and passwords were hashed to, without how.
    pub(super) fn digests(&self) -> Vec<String> {
        let records = self.0["dump"].as_array().unwrap().iter();
        let hashes = records.filter_map(|record| record["value"].get("passphrase"));
        let hashes =
            hashes.map(|hash| String::from_utf8(decoded(hash)).unwrap().trim_matches('"').to_owned());
        let digest = |hash: String| Some(hash.rsplit_once('$')?.1.chars().rev().take(31).collect::<String>());
        hashes.filter_map(digest).map(|reversed| reversed.chars().rev().collect()).collect()
    }

    /// The key in Redis of the record of the account with this address.
    pub(super) fn account_key(&self, email: &str) -> String {
        let mut records = self.0["dump"].as_array().unwrap().iter();
        let quoted = format!("\"{email}\"");
        let is_its = |record: &&Value| {
            let key = record["key"].as_str().unwrap();
            let is_account = key.starts_with("customer:") && key.ends_with(":object");
            is_account && decoded(&record["value"]["email"]) == quoted.as_bytes()
        };
        records.find(is_its).unwrap()["key"].as_str().unwrap().to_owned()
    }

    /// Everything of it but keys that begin with `but`, with its times moved to the present.
    pub(super) fn load(&self, but: Option<&str>) -> Pipeline {
        let moved = SystemClock.now().0 - self.0["taken"].as_u64().unwrap();
        let mut pipeline = Pipeline::new();
        for record in self.0["dump"].as_array().unwrap() {
            let key = record["key"].as_str().unwrap();
            if but.is_some_and(|but| key.starts_with(but)) {
                continue;
            }
            pipeline.cmd("SELECT").arg(record["db"].as_u64().unwrap());
            match record["type"].as_str().unwrap() {
                "hash" => {
                    let command = pipeline.cmd("HSET").arg(key);
                    for (field, value) in record["value"].as_object().unwrap() {
                        let value = decoded(value);
                        let is_time = TIMES.contains(&field.as_str());
                        command.arg(field).arg(if is_time { at(value, moved) } else { value });
                    }
                }
                "zset" => {
                    let command = pipeline.cmd("ZADD").arg(key);
                    for member in record["value"].as_array().unwrap() {
                        #[expect(clippy::cast_precision_loss, reason = "seconds have room in it")]
                        let score = member[1].as_f64().unwrap() + moved as f64;
                        command.arg(score).arg(decoded(&member[0]));
                    }
                }
                "set" => {
                    let members = record["value"].as_array().unwrap().iter().map(decoded);
                    pipeline.cmd("SADD").arg(key).arg(members.collect::<Vec<_>>());
                }
                "string" => {
                    pipeline.cmd("SET").arg(key).arg(decoded(&record["value"]));
                }
                other => panic!("a {other} in the recording"),
            }
            if let Some(lives) = record["pttl"].as_u64() {
                pipeline.cmd("PEXPIRE").arg(key).arg(lives);
            }
        }
        pipeline
    }
}

/// A time so many seconds later; what is none, such as `null`, stays.
fn at(time: Vec<u8>, moved: u64) -> Vec<u8> {
    let text = String::from_utf8(time).unwrap();
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), ""), |(whole, rest)| (whole, rest));
    let Ok(seconds) = whole.parse::<u64>() else { return text.into_bytes() };
    let dot = if fraction.is_empty() { "" } else { "." };
    format!("{}{dot}{fraction}", seconds + moved).into_bytes()
}

fn decoded(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap()).unwrap()
}
