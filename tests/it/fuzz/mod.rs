//! Mutated inputs: what reads strangers' bytes, files and stores is given what it takes, damaged in many ways, so many times in the
//! gate and as often as one likes by `scripts/fuzz` (ADR 0089, docs/dev/testing.md). What is to hold of *any* input is in `params`,
//! `parsers` and `ttl`; here it is what damage may do to a good one.

#![expect(clippy::print_stdout, reason = "figures and seeds are what somebody runs more of them for")]

mod addresses;
mod config;
mod corpus;
mod import;
mod mutate;
mod oidc;
mod params;
mod record;
mod restore;
mod run;
mod sealed;
mod share;
