//! Whose a record is: up to v0.23 it names the account's e-mail address, from v0.24 on an identifier that has to be looked up.

use std::collections::HashMap;

use super::Error;
use super::record::Fields;
use super::source::{HashReply, Layout, Old, RecordKind};

/// Addresses of accounts by their identifiers, as far as they were asked for.
pub(super) struct Addresses {
    layout: Layout,
    /// `None` for one that is no account any more, and for one that several addresses lead to until it is read.
    known: HashMap<String, Option<String>>,
    /// Identifiers by address, in lower case: the account that is signed in with it.
    indexed: HashMap<String, String>,
    /// Accounts that have to be read, as the index has several addresses for them.
    unclear: Vec<String>,
}

impl Addresses {
    /// Reads the index.
    pub(super) async fn load(old: &Old) -> Result<Self, Error> {
        let mut addresses = Self {
            layout: old.layout(),
            known: HashMap::new(),
            indexed: HashMap::new(),
            unclear: Vec::new(),
        };
        for (address, id) in old.addresses().await? {
            addresses.indexed.insert(address.to_lowercase(), id.clone());
            let before = addresses.known.insert(id.clone(), Some(address));
            if before.is_some() {
                addresses.unclear.push(id);
            }
        }
        for id in &addresses.unclear {
            addresses.known.remove(id);
        }
        Ok(addresses)
    }

    /// The address that an account is signed in with: the index's, or, if that is unclear or lacks it, the record's; `None` when that
    /// one is another account's.
    pub(super) fn of_account<'a>(&'a self, identifier: &'a str, fields: Fields<'a>) -> Option<&'a str> {
        match self.layout {
            Layout::Databases => Some(identifier),
            Layout::OneDatabase => {
                let known = self.known.get(identifier).and_then(Option::as_deref);
                known.or_else(|| self.own(identifier, fields.text("email")))
            }
        }
    }

    /// The address of an account's record, unless the index has another account for it: nobody signs in to this one.
    fn own<'a>(&self, identifier: &str, address: &'a str) -> Option<&'a str> {
        let indexed = self.indexed.get(&address.to_lowercase());
        indexed.is_none_or(|indexed| indexed == identifier).then_some(address)
    }

    /// Looks up the owners of these records, as far as they are not known.
    pub(super) async fn learn(&mut self, old: &Old, records: &[HashReply]) -> Result<(), Error> {
        if self.layout == Layout::Databases {
            return Ok(());
        }
        let mut unknown: Vec<&str> =
            records.iter().filter_map(Fields::of_reply).filter_map(Fields::owner).collect();
        unknown.retain(|id| !self.known.contains_key(*id));
        unknown.sort_unstable();
        unknown.dedup();
        let found = old.hashes(RecordKind::Account, &unknown).await?;
        for (id, account) in unknown.into_iter().zip(&found) {
            let address = Fields::of_reply(account).map(|fields| fields.text("email"));
            let address = address.filter(|text| !text.is_empty());
            let address = address.and_then(|address| self.own(id, address)).map(str::to_owned);
            self.known.insert(id.to_owned(), address);
        }
        Ok(())
    }

    /// The address of whoever shared a record; `None` when that was nobody, or an account that is gone.
    pub(super) fn owner(&self, fields: Fields<'_>) -> Option<String> {
        let named = fields.owner()?;
        match self.layout {
            Layout::Databases => Some(named.to_owned()),
            Layout::OneDatabase => self.known.get(named)?.clone(),
        }
    }
}
