//! What seventeen providers, or settings of one, really answered (`tests/oidc-recorded`), with the clock at the token's `iat`.

use std::fs;
use std::path::Path;

use readonce::domain::{EmailAddress, Timestamp};
use readonce::oidc::{Allowed, Discovery, Email, Family, Keys, Refusal, Settings, id_token, person};
use serde_json::{Map, Value};

use super::{object, settings};

/// A recording.
struct Recorded(Value);

impl Recorded {
    fn named(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/oidc-recorded/{name}.json"));
        Self(serde_json::from_slice(&fs::read(path).unwrap()).unwrap())
    }

    fn text(&self, pointer: &str) -> &str {
        self.0.pointer(pointer).and_then(Value::as_str).unwrap()
    }

    /// As the client that it was recorded with.
    fn settings(&self) -> Settings {
        let claims = &self.0["id_token_claims"];
        let client = claims["aud"].as_str().or_else(|| claims["aud"][0].as_str()).unwrap();
        settings(self.text("/issuer_given"), client)
    }

    fn userinfo(&self) -> Map<String, Value> {
        object(&self.0["userinfo"])
    }

    /// Signs in: `sub` and the address, or why not.
    fn sign_in(&self, settings: &Settings) -> Result<(String, Email), Refusal> {
        let discovery = Discovery::read(&settings.issuer, &object(&self.0["discovery"]))?;
        let keys = Keys::read(&object(&self.0["jwks"]))?;
        let now = Timestamp(self.0["id_token_claims"]["iat"].as_u64().unwrap());
        let nonce = self.text("/id_token_claims/nonce");
        let token = self.text("/token_answer/id_token");
        let token = id_token::check(settings, &discovery, &keys, token, nonce, now)?;
        let userinfo = token.lacks(settings).then(|| self.userinfo());
        let person = person(settings, &token, userinfo.as_ref())?;
        assert_eq!(person.issuer, self.text("/issuer_given"));
        Ok((person.subject, person.email))
    }
}

fn verified(address: &str) -> Email {
    Email::Verified(EmailAddress::parse(address).unwrap())
}

/// Every one of them: the person, or the refusal that its rule gives.
#[test]
fn each_signs_in_or_is_refused_for_its_reason() {
    let alice = || verified("alice@example.org");
    let dwho = || verified("dwho@example.org");
    let cases = [
        // No `email_verified` at all, though announced; RS512 unasked, `auth_time` with a fraction.
        ("canaille-0.3.6-rsa", Ok(("alice", Email::Unverified))),
        // The key that comes first is of another kind, and no key says its algorithm or use.
        ("canaille-0.3.6-ed25519-first", Ok(("alice", Email::Unverified))),
        ("django-oauth-toolkit-3.4.1-additional-claims", Ok(("1", Email::Unverified))),
        ("django-oauth-toolkit-3.4.1-defaults", Ok(("1", Email::None))),
        // The address is at userinfo only.
        ("django-oidc-provider-0.9.0", Ok(("1", alice()))),
        // `auth_time` 0; pairwise subjects, other ones at userinfo, which is not asked.
        ("glewlwyd-2.7.5-on-demand", Ok(("5I1ejIpYMXmRNMjPPELfRXo8FU1uj6Op", Email::Unverified))),
        ("glewlwyd-2.7.5-public-mandatory", Ok(("GlFEcTHGdhxvbFzFSFLwiFaFIycwFOhm", Email::Unverified))),
        // No `kid` in the header, none in the key set; the text "1" is not `true`.
        ("lemonldap-ng-2.16.1", Ok(("dwho", Email::Unverified))),
        ("lemonldap-ng-2.16.1-forced-claims", Ok(("dwho", dwho()))),
        ("lemonldap-ng-2.16.1-kid-typed", Ok(("dwho", Email::Unverified))),
        // A shared secret signs: whoever has it could be anybody.
        ("lemonldap-ng-2.16.1-hs512", Err(Refusal::Algorithm("HS512".into()))),
        ("oauth2-mock-server-8.2.3", Ok(("johndoe", Email::None))),
        ("oidc-provider-9.13.3-claims", Ok(("alice", alice()))),
        ("oidc-provider-9.13.3-defaults", Ok(("alice", Email::None))),
        // The new name of EdDSA, which the library does not know.
        ("oidc-provider-9.13.3-many-keys-ed25519", Err(Refusal::Algorithm("Ed25519".into()))),
        // The text "true" is not `true`.
        ("oidc-provider-9.13.3-many-keys-es", Ok(("alice", Email::Unverified))),
        // A `kid` in the key set, none in the header.
        ("oidc-provider-mock-0.3.4", Ok(("alice", alice()))),
    ];
    let files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oidc-recorded")).unwrap();
    assert_eq!(files.count(), cases.len(), "a recording for every case");
    for (name, expected) in cases {
        let recorded = Recorded::named(name);
        let expected = expected.map(|(subject, email)| (subject.to_owned(), email));
        assert_eq!(recorded.sign_in(&recorded.settings()), expected, "{name}");
    }
}

/// What the operator may say of an issuer with one tenant.
#[test]
fn an_address_that_is_trusted_counts() {
    for name in ["canaille-0.3.6-rsa", "lemonldap-ng-2.16.1", "glewlwyd-2.7.5-on-demand"] {
        let recorded = Recorded::named(name);
        let settings = Settings { trust_email: true, ..recorded.settings() };
        assert!(matches!(recorded.sign_in(&settings), Ok((_, Email::Verified(_)))), "{name}");
    }
    // Where none is named, there is none to trust.
    let recorded = Recorded::named("django-oauth-toolkit-3.4.1-defaults");
    let settings = Settings { trust_email: true, ..recorded.settings() };
    assert_eq!(recorded.sign_in(&settings), Ok(("1".into(), Email::None)));
}

/// A lone value as a text, values as a list, in the token, at userinfo, nowhere.
#[test]
fn the_operator_lets_in_whom_a_claim_names() {
    let allowed = |claim: &str, value: &str| {
        Some(Allowed { claim: claim.into(), values: vec!["x".into(), value.into()] })
    };
    for (name, claim, value, let_in) in [
        ("oidc-provider-mock-0.3.4", "groups", "ops", true),
        ("oidc-provider-mock-0.3.4", "groups", "op", false),
        ("oidc-provider-mock-0.3.4", "groups", "OPS", false),
        ("oidc-provider-mock-0.3.4", "groups", "staff,ops", false),
        ("oidc-provider-9.13.3-claims", "groups", "staff", true),
        ("oidc-provider-9.13.3-many-keys-es", "groups", "staff", true),
        ("oidc-provider-9.13.3-many-keys-es", "groups", "sta", false),
        ("lemonldap-ng-2.16.1", "groups", "timelords", true),
        ("canaille-0.3.6-rsa", "sub", "alice", true),
        ("canaille-0.3.6-rsa", "roles", "alice", false),
        ("canaille-0.3.6-rsa", "updated_at", "1795906623", false),
    ] {
        let recorded = Recorded::named(name);
        let settings = Settings { allowed: allowed(claim, value), ..recorded.settings() };
        let came = recorded.sign_in(&settings);
        assert_eq!(came.is_ok(), let_in, "{name}: {claim} {value}: {came:?}");
        assert!(let_in || came == Err(Refusal::NotAllowed), "{name}");
    }
    // Asked for what the token lacks, this one speaks of somebody else.
    let recorded = Recorded::named("glewlwyd-2.7.5-on-demand");
    let settings = Settings { allowed: allowed("groups", "staff"), ..recorded.settings() };
    assert_eq!(recorded.sign_in(&settings), Err(Refusal::OtherUserinfo));
}

/// The other client, the other issuer, the other time.
#[test]
fn a_recording_is_good_for_its_own_client_issuer_and_time() {
    let recorded = Recorded::named("canaille-0.3.6-rsa");
    let good = recorded.settings();
    let other = Settings { client_id: "other".into(), ..good.clone() };
    assert_eq!(recorded.sign_in(&other), Err(Refusal::Audience));
    // To this provider the slash is part of its name.
    let other = settings("http://127.0.0.1:18131", "plain");
    let mismatch = recorded.sign_in(&other).unwrap_err();
    assert_eq!(mismatch.family(), Family::Setup);
    let said = mismatch.to_string();
    assert!(
        said.contains("`http://127.0.0.1:18131`") && said.contains("`http://127.0.0.1:18131/`"),
        "{said}"
    );

    let discovery = Discovery::read(&good.issuer, &object(&recorded.0["discovery"])).unwrap();
    let keys = Keys::read(&object(&recorded.0["jwks"])).unwrap();
    let (token, nonce) = (recorded.text("/token_answer/id_token"), recorded.text("/id_token_claims/nonce"));
    let at = |seconds| id_token::check(&good, &discovery, &keys, token, nonce, Timestamp(seconds)).err();
    let (iat, exp) = (1_795_906_701, 1_795_910_301);
    assert_eq!(
        (at(iat - 120), at(iat - 121)),
        (None, Some(Refusal::NotYet)),
        "the clocks are two minutes apart"
    );
    assert_eq!((at(exp + 119), at(exp + 120)), (None, Some(Refusal::Expired)));
    let keys_of_another = Keys::read(&object(&Recorded::named("lemonldap-ng-2.16.1").0["jwks"])).unwrap();
    let other = id_token::check(&good, &discovery, &keys_of_another, token, nonce, Timestamp(iat)).err();
    assert_eq!(other, Some(Refusal::Signature));
}
