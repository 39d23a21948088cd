//! What callers do, noted as it is acknowledged.

use super::book::{Deeds, End, PASSPHRASE, Secret, WRONG};
use crate::support::Client;

impl Deeds {
    /// Shares an unprotected secret; its number.
    pub(super) fn share(&mut self, client: &Client) -> usize {
        self.add(client, 24, false)
    }

    pub(super) fn share_some(&mut self, client: &Client, number: usize) {
        for _ in 0..number {
            self.share(client);
        }
    }

    /// Shares one of this length.
    pub(super) fn add(&mut self, client: &Client, length: usize, is_protected: bool) -> usize {
        let value = format!("value-{}-{}", self.secrets.len(), "v".repeat(length));
        let keys = if is_protected { client.share_locked(&value, PASSPHRASE) } else { client.share(&value) };
        self.secrets.push(Secret { is_protected, ..Secret::new(value, keys) });
        self.secrets.len() - 1
    }

    pub(super) fn read(&mut self, client: &Client, number: usize) {
        let secret = &mut self.secrets[number];
        let answer = if secret.is_protected {
            client.unlock(&secret.keys, PASSPHRASE)
        } else {
            client.reveal(&secret.keys)
        };
        assert_eq!(answer.ok().member("value"), secret.value);
        secret.end = Some(End::Read);
    }

    pub(super) fn burn(&mut self, client: &Client, number: usize) {
        client.burn(&self.secrets[number].keys).ok();
        self.secrets[number].end = Some(End::Burned);
    }

    pub(super) fn guess(&mut self, client: &Client, number: usize) {
        client.unlock(&self.secrets[number].keys, WRONG).unknown();
        self.secrets[number].tries += 1;
    }
}
