//! A house to be robbed: a service over a real store, whose bytes at rest can be read, changed and put back.

use std::sync::Arc;
use std::time::Duration;

use readonce::domain::address::{BaseUrl, SmtpUrl};
use readonce::domain::{
    Account, ApiToken, ClientNetwork, Clock as _, EmailAddress, FakeClock, Passphrase, PassphraseRule,
    Plaintext, PresentedPassphrase, ReceiptKey, SecretKey, State, StoredReceipt, SystemClock,
};
use readonce::domain::{Mailbox, ReplyTo};
use readonce::mail::smtp::Deadlines;
use readonce::mail::{Mailer, SmtpMailer, SmtpSettings};
use readonce::service::{
    Access, Caller, Error, Join, Plan, Policy, ReadPermit, ReceiptPermit, Service, ServiceBuilder,
    ShareOptions, ShareRequest, SignedIn,
};
use readonce::store::Store;
use readonce::store::sqlite::SqliteStore;
use readonce::vault::{HashPool, Keyring, Vault};
use zeroize::Zeroizing;

use super::rows::Place;
use crate::api_v1::app::OFF;
use crate::support::redis::{Server, open};

/// What a secret of the house is made of.
pub(super) struct Loot {
    pub(super) link: SecretKey,
    pub(super) receipt_key: ReceiptKey,
    pub(super) receipt: StoredReceipt,
}

pub(super) struct House {
    pub(super) name: &'static str,
    pub(super) clock: Arc<FakeClock>,
    pub(super) vault: Arc<Vault>,
    pub(super) store: Arc<dyn Store>,
    pub(super) service: Service,
    pub(super) place: Place,
}

/// Lifetimes of the secrets here, in seconds.
pub(super) const TTL: u32 = 604_800;

fn policy() -> Policy {
    Policy {
        ttl: readonce::domain::TtlPolicy { min: 60, default: TTL, max: TTL },
        max_size: 10_000,
        passphrase: PassphraseRule::default(),
        plans: [(
            "default".to_owned(),
            Plan { ttl_max: 2_592_000, max_size: 10_000, create: 0, ..Plan::default() },
        )]
        .into(),
        tries: 5,
        window: Duration::from_mins(15),
        limits: OFF,
        create: Access::Anyone,
        metadata: Access::Anyone,
        session: Duration::from_hours(8),
        join: Join::Never,
        join_plan: "default".to_owned(),
        base_url: BaseUrl::parse("https://secrets.example.org").unwrap(),
        domains: Vec::new(),
        locale: readonce::domain::Locale::En,
        notifications_per_hour: 20,
    }
}

/// A mail server that is away: notifications wait for it, and nobody here sends them.
fn mailer(clock: &Arc<FakeClock>) -> Arc<dyn Mailer> {
    let settings = SmtpSettings {
        url: SmtpUrl::parse("smtp://localhost:1").unwrap(),
        ca: None,
        from: Mailbox::parse("secrets@example.org").unwrap(),
        reply_to: ReplyTo::Sharer,
        public_host: "secrets.example.org".to_owned(),
        deadlines: Deadlines::default(),
    };
    Arc::new(SmtpMailer::new(settings, clock.clone()).unwrap())
}

pub(super) fn network(last: u8) -> ClientNetwork {
    ClientNetwork::of([198, 51, 100, last].into())
}

pub(super) fn text(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

pub(super) fn presented(word: Option<&str>) -> PresentedPassphrase {
    PresentedPassphrase::parse(word.map(text))
}

pub(super) fn passphrase(word: &str) -> Passphrase {
    Passphrase::parse(text(word)).unwrap()
}

impl House {
    /// One on each store.
    pub(super) async fn both() -> [Self; 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("readonce.db");
        let file = Arc::new(SqliteStore::open(&path).unwrap());
        // Everything as text that can be searched: a compressed dump would hide what is in it.
        let server = Server::with(&[
            "--save",
            "",
            "--appendonly",
            "yes",
            "--aof-use-rdb-preamble",
            "no",
            "--rdbcompression",
            "no",
        ])
        .await;
        let redis = Arc::new(open(&server.url()).await);
        [
            Self::new("SQLite", file, Place::File { _folder: folder, path }),
            Self::new("Redis", redis, Place::Redis(server)),
        ]
    }

    fn new(name: &'static str, store: Arc<dyn Store>, place: Place) -> Self {
        let clock = Arc::new(FakeClock::at(SystemClock.now()));
        let vault = Arc::new(Vault::new(Keyring::generate(clock.now()), HashPool::new(4)));
        let service = ServiceBuilder::new(store.clone(), vault.clone(), clock.clone(), policy())
            .mailer(mailer(&clock))
            .build();
        Self { name, clock, vault, store, service, place }
    }

    /// An attacker's own server on this store, with another keyring.
    pub(super) fn with_keyring(&self, ring: Keyring) -> Service {
        let vault = Arc::new(Vault::new(ring, HashPool::new(4)));
        ServiceBuilder::new(self.store.clone(), vault, self.clock.clone(), policy()).build()
    }

    /// The keyring, as its file says it.
    pub(super) fn keyring(&self) -> Keyring {
        Keyring::parse(&self.vault.ring().to_text()).unwrap()
    }

    pub(super) async fn account(&self, email: &str) -> (Account, ApiToken) {
        let email = EmailAddress::parse(email).unwrap();
        self.service.accounts().create(email, "default".to_owned()).await.unwrap().unwrap()
    }

    pub(super) async fn sign_in(&self, email: &str, token: &ApiToken) -> Result<SignedIn, Error> {
        self.service.accounts().sign_in(network(1), email, token.clone()).await
    }

    pub(super) async fn share(&self, value: &str, word: Option<&str>) -> Loot {
        self.share_as(None, value, word).await
    }

    pub(super) async fn share_as(&self, who: Option<SignedIn>, value: &str, word: Option<&str>) -> Loot {
        self.share_with(who, value, word, &[]).await
    }

    /// The same, with a notification for whoever is named.
    pub(super) async fn share_with(
        &self,
        who: Option<SignedIn>,
        value: &str,
        word: Option<&str>,
        recipients: &[&str],
    ) -> Loot {
        let caller = Caller { network: network(1), signed_in: who.map(Box::new) };
        let options = ShareOptions {
            passphrase: presented(word),
            ttl: None,
            recipients: recipients.iter().map(|address| (*address).to_owned()).collect(),
            share_domain: String::new(),
            locale: None,
        };
        let request = ShareRequest { secret: Plaintext::new(text(value)), options };
        let creator = self.service.admit_create(caller).unwrap();
        let shared = self.service.secrets().share(&creator, request).await.unwrap();
        Loot { link: shared.secret_key, receipt_key: shared.receipt_key, receipt: shared.receipt }
    }

    pub(super) fn holder(&self, from: ClientNetwork) -> ReceiptPermit {
        self.service.admit_receipt(Caller { network: from, signed_in: None }).unwrap()
    }

    pub(super) fn reader(&self, from: ClientNetwork) -> ReadPermit {
        self.service.admit_read(Caller { network: from, signed_in: None }).unwrap()
    }

    /// How it stands with a secret, by its receipt.
    pub(super) async fn state(&self, loot: &Loot) -> State {
        let view = self.service.secrets().receipt(&self.holder(network(1)), &loot.receipt_key).await;
        view.unwrap().receipt.state
    }

    /// What comes of burning it.
    pub(super) async fn burn(&self, loot: &Loot, word: Option<&str>) -> Result<(), Error> {
        let holder = self.holder(network(1));
        self.service.secrets().burn(&holder, &loot.receipt_key, presented(word)).await.map(drop)
    }

    /// What a reader from `from` gets for this link.
    pub(super) async fn reveal(
        &self,
        from: ClientNetwork,
        link: &SecretKey,
        word: Option<&str>,
    ) -> Result<String, Error> {
        let revealed = self.service.secrets().reveal(&self.reader(from), link, presented(word)).await?;
        Ok(revealed.plaintext.expose().to_owned())
    }
}
