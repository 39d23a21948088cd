//! Sign-in by an OpenID Connect provider: the authorization code flow of one configured client (OpenID Connect Core, section 3.1).
//!
//! ```text
//! start ──► the browser goes to the provider, and comes back ──► finish: code ──► tokens ──► claims ──► Person
//!    └──────────────── discovery and keys, kept for an hour ────────────────┘
//! ```
//!
//! Signatures, algorithms, issuer and audience are judged by `jsonwebtoken` over ring (ADR 0084). What OpenID Connect asks
//! for besides is in [`id_token`], one check after the other, and what real providers do otherwise than one would think is a
//! test on what they really said (`tests/oidc-recorded`).
//!
//! The trap: everything a provider says is written by somebody else. It is bounded in size and time, no redirect of it is
//! followed, none of its texts gets into a page, and no claim of anybody gets into a log.

mod client_auth;
mod discovery;
mod fetch;
mod finish;
pub mod id_token;
mod issuer;
mod keys;
mod person;
mod provider;
mod refusal;
mod settings;
mod start;
mod verifier;

pub use discovery::Discovery;
pub use fetch::{Endpoint, FetchError};
pub use finish::Answer;
pub use issuer::{Issuer, IssuerError};
pub use keys::Keys;
pub use person::{Email, Person, person};
pub use provider::Provider;
pub use refusal::{Family, Refusal};
pub use settings::{Allowed, ClientAuth, ClientSecret, Settings};
pub use start::Attempt;
