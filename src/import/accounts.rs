//! Import of accounts with their tokens, and of their recent lists, which can be sealed because the token is known.

use std::collections::HashSet;

use super::addresses::Addresses;
use super::record::{Fields, OldAccount};
use super::report::{Report, Skip};
use super::source::{HashReply, Layout, Old, RecordKind, ScanProgress};
use super::{Error, Import};
use crate::domain::receipt::NewEntry;
use crate::domain::{Account, AccountId, ApiToken, ReceiptKey, Timestamp};
use crate::store::Store;
use crate::vault::{account_id, matches_token, token_digest};

/// The age of the oldest entry of a list, in seconds (v1-contract.md §7.6).
const MAX_AGE: u64 = 30 * 24 * 3600;
/// The most entries of a list.
const MAX_ENTRIES: usize = 10_000;
/// Entries that are worked on at a time.
const CHUNK: usize = 200;
/// The plan of accounts that name none.
const DEFAULT_PLAN: &str = "default";

impl Import {
    pub(super) async fn accounts(
        &self,
        old: &Old,
        addresses: &Addresses,
        report: &mut Report,
        steps: &mut ScanProgress<'_>,
    ) -> Result<(), Error> {
        let Some(mut scan) = old.scan(RecordKind::Account) else { return Ok(()) };
        while let Some(identifiers) = scan.next().await? {
            steps.step();
            let names: Vec<&str> = identifiers.iter().map(String::as_str).collect();
            for (identifier, found) in names.iter().zip(old.hashes(RecordKind::Account, &names).await?) {
                let read = match &found {
                    // Names of v0.23 beside the identifiers of v0.24, after an upgrade where it was.
                    HashReply::Hash(_) if old.layout() == Layout::OneDatabase && identifier.contains('@') => {
                        Err(Skip::Older)
                    }
                    HashReply::Hash(hash) => {
                        let fields = Fields::of(hash);
                        match addresses.of_account(identifier, fields) {
                            Some(address) => OldAccount::read(identifier, address, fields),
                            None => Err(Skip::Deleted),
                        }
                    }
                    HashReply::Missing => Err(Skip::Deleted), // since it was listed
                    HashReply::WrongType => Err(Skip::NoRecord),
                };
                match read {
                    Ok(account) => self.account(old, identifier, account, report).await?,
                    Err(why) => report.accounts.skip(why),
                }
            }
        }
        Ok(())
    }

    async fn account(
        &self,
        old: &Old,
        identifier: &str,
        account: OldAccount,
        report: &mut Report,
    ) -> Result<(), Error> {
        let id = account_id(account.email.as_str());
        // A token generated here is known to nobody: `account token` makes another.
        let token = account.token.clone().unwrap_or_else(ApiToken::generate);
        if let Some(store) = &self.store {
            let now = self.now();
            let plan = if is_name(&account.plan) { account.plan.clone() } else { DEFAULT_PLAN.to_owned() };
            let created = account.created.unwrap_or(now).min(now);
            let digest = token_digest(&id, &token);
            let new = Account {
                disabled: account.is_suspended,
                locale: account.locale,
                ..Account::new(id, account.email.clone(), plan, digest, created)
            };
            if !store.create_account(new).await? {
                let stored = store.account(&id).await?;
                let is_same = stored.as_ref().is_some_and(|it| matches_token(&id, &token, &it.token));
                // Whoever made an account here did not do so in the second in which that one was made there.
                let was_brought =
                    is_same || stored.as_ref().is_some_and(|it| account.created == Some(it.created));
                let is_accepted = stored.is_some_and(|it| !it.disabled);
                if account.is_suspended && was_brought && is_accepted && store.set_disabled(&id, true).await?
                {
                    report.suspended_since += 1;
                }
                if !is_same && account.token.is_some() {
                    report.accounts.skip(Skip::OtherToken);
                    return Ok(());
                }
                report.accounts.there += 1;
                return self.list(old, identifier, id, account.token.as_ref(), report).await;
            }
        }
        report.accounts.taken += 1;
        report.unverified += u64::from(!account.is_verified);
        report.suspended += u64::from(account.is_suspended);
        report.with_id += u64::from(account.has_id);
        report.without_token += u64::from(account.token.is_none());
        if !account.plan.is_empty() && !self.plans.contains(&account.plan) {
            let shown = if is_name(&account.plan) { account.plan } else { "(no name)".to_owned() };
            *report.unknown_plans.entry(shown).or_default() += 1;
        }
        self.list(old, identifier, id, account.token.as_ref(), report).await
    }

    /// Adds the entries that the list does not have yet.
    async fn list(
        &self,
        old: &Old,
        identifier: &str,
        id: AccountId,
        token: Option<&ApiToken>,
        report: &mut Report,
    ) -> Result<(), Error> {
        let Some(token) = token else { return Ok(()) };
        let Some(members) = old.list(identifier, self.now().minus(MAX_AGE).0, MAX_ENTRIES).await? else {
            report.entries.skip(Skip::NoRecord);
            return Ok(());
        };
        let mut known_receipts = match &self.store {
            Some(store) if !members.is_empty() => self.known_receipts(&**store, id, token).await?,
            _ => HashSet::new(),
        };
        for chunk in members.chunks(CHUNK) {
            let keys: Vec<&str> = chunk.iter().map(|(key, _)| key.as_str()).collect();
            let there = old.exist(RecordKind::Receipt, &keys).await?;
            let mut entries = Vec::new();
            for ((key, created), is_there) in chunk.iter().zip(there) {
                let Some(key) = ReceiptKey::parse(key) else {
                    report.entries.skip(Skip::BadKey);
                    continue;
                };
                if !is_there {
                    report.entries.skip(Skip::NoReceipt);
                } else if !known_receipts.insert(crate::vault::receipt_id(&key)) {
                    report.entries.there += 1;
                } else {
                    let sealed = self.vault.seal_entry(&id, token, &key);
                    entries.push((NewEntry { owner: id, sealed }, Timestamp(*created)));
                }
            }
            report.entries.taken += entries.len() as u64;
            if let Some(store) = &self.store {
                store.import_entries(entries).await?;
            }
        }
        Ok(())
    }

    /// The receipts already in the list, as far as the entries open.
    async fn known_receipts(
        &self,
        store: &dyn Store,
        id: AccountId,
        token: &ApiToken,
    ) -> Result<HashSet<crate::domain::ReceiptId>, Error> {
        let mut known = HashSet::new();
        let mut after = None;
        loop {
            let page = store.recent(&id, Timestamp(0), after.as_ref(), CHUNK).await?;
            let keys =
                page.entries.iter().filter_map(|it| self.vault.open_entry(&id, token, &it.entry.sealed).ok());
            known.extend(keys.map(|key| crate::vault::receipt_id(&key)));
            after = page.next;
            if after.is_none() {
                return Ok(known);
            }
        }
    }
}

/// Whether this is a valid plan name, in the configuration and in the report.
fn is_name(plan: &str) -> bool {
    (1..=32).contains(&plan.len())
        && plan.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}
