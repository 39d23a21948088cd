//! Recent: an account's own shares of the last 30 days, newest first (v1-contract.md §7.6).
//!
//! Put together in small steps, between which the store serves others (ADR 0053). What a step finds to be gone is taken
//! off the list, so that it is found once; if the clock may be believed (ADR 0041).

use std::collections::{BTreeSet, HashSet};

use super::turns::Turn;
use super::{ReceiptView, Secrets};
use crate::domain::receipt::SealedEntry;
use crate::domain::{KeyId, ReceiptId, ReceiptKey, Timestamp};
use crate::service::{AccountPermit, Error, SignedIn, deadline};
use crate::store::{LIST_KEPT, ListedEntry};
use crate::vault::{self, receipt_id};

/// Seconds a share stays in the list.
const SPAN: u64 = 30 * 24 * 3600;
/// Shares a list shows at most.
const LIMIT: usize = 1000;
/// Entries of one step: half a millisecond's work for a thread of the store, and for ours.
const STEP: usize = 64;
/// Steps for one caller: through a whole list, since a script that shares for a minute each must not push out what lives for
/// a week.
const MOST_STEPS: usize = LIST_KEPT / STEP + 1;
/// How old an entry has to be, in seconds, before a receipt that is not there is taken for gone: stores may write it after
/// its entry, and clocks differ.
const SETTLED: u64 = 3600;

/// An account's recent shares. As large as an answer gets: to be dropped soon, and its turn when the answer has left.
#[derive(Debug)]
pub struct RecentList {
    /// Newest first. Their secret keys are not shown.
    pub views: Vec<ReceiptView>,
    /// The account's turn.
    pub turn: Turn,
    /// Shares since then are in it.
    pub since: Timestamp,
    /// When this was true.
    pub now: Timestamp,
}

impl Secrets {
    /// The caller's recent shares whose receipts are still there.
    pub async fn recent(&self, permit: &AccountPermit) -> Result<RecentList, Error> {
        deadline::for_read(async {
            let signed_in = permit.signed_in();
            let turn = self.turns.take(signed_in.account.id).await?;
            let _at_work = self.turns.work().await?;
            let now = self.clock.now();
            Ok(RecentList { views: self.list(signed_in, now).await?, turn, since: now.minus(SPAN), now })
        })
        .await
    }

    async fn list(&self, signed_in: &SignedIn, now: Timestamp) -> Result<Vec<ReceiptView>, Error> {
        let id = &signed_in.account.id;
        let mut listing = Listing { views: Vec::new(), shown: HashSet::new(), looked_for: BTreeSet::new() };
        let (mut after, mut past) = (None, self.clock_watch.long_past());
        for _ in 0..MOST_STEPS {
            let page = self.store.recent(id, now.minus(SPAN), after.as_ref(), STEP).await?;
            let mut gone = self.step(signed_in, page.entries, now, &mut listing).await?;
            gone.retain(|listed| {
                past.is_some_and(|past| listed.expires.is_none_or(|expires| expires <= past))
            });
            if !gone.is_empty() && self.store.forget_entries(id, gone).await.is_err() {
                past = None; // no reason not to answer; the next caller finds them again
            }
            after = page.next;
            if after.is_none() || listing.views.len() >= LIMIT {
                break;
            }
            tokio::task::yield_now().await;
        }
        listing.views.truncate(LIMIT);
        Ok(listing.views)
    }

    /// Adds what a page has to show; answers the entries whose receipts are gone.
    async fn step(
        &self,
        signed_in: &SignedIn,
        page: Vec<ListedEntry>,
        now: Timestamp,
        listing: &mut Listing,
    ) -> Result<Vec<ListedEntry>, Error> {
        let is_over = |listed: &ListedEntry| listed.expires.is_some_and(|expires| expires <= now);
        let (mut gone, page): (Vec<_>, Vec<_>) = page.into_iter().partition(is_over);
        let keys = self.open_entries(signed_in, &page, &mut listing.looked_for).await;
        let opened: Vec<_> =
            page.into_iter().zip(keys).filter_map(|(listed, key)| Some((listed, key?))).collect();
        let ids: Vec<_> = opened.iter().map(|(_, key)| (key.tag(), receipt_id(key))).collect();
        let mut receipts = if ids.is_empty() { Vec::new() } else { self.store.receipts(&ids, now).await? };
        let mut now = now;
        if receipts.iter().flatten().any(|receipt| self.has_ended_since(now, receipt)) {
            now = self.clock.now();
            receipts = self.store.receipts(&ids, now).await?;
        }
        for ((listed, receipt_key), receipt) in opened.into_iter().zip(receipts) {
            match receipt {
                Some(receipt) if listing.shown.insert(receipt.mid) => {
                    listing.views.push(ReceiptView { receipt_key, receipt, secret_key: None, now });
                }
                None if listed.expires.is_none() && listed.entry.created.plus(SETTLED) < now => {
                    gone.push(listed);
                }
                Some(_) | None => {}
            }
        }
        Ok(gone)
    }

    /// Opens what opens, after a look for keys that are new here. An entry that does not open even then was sealed under a
    /// retired key: its receipt cannot be named any more.
    async fn open_entries(
        &self,
        signed_in: &SignedIn,
        entries: &[ListedEntry],
        looked_for: &mut BTreeSet<KeyId>,
    ) -> Vec<Option<ReceiptKey>> {
        let Some(token) = &signed_in.token else {
            return entries.iter().map(|_| None).collect(); // a session opens none
        };
        let open = |ListedEntry { entry: SealedEntry { sealed, .. }, .. }: &ListedEntry| {
            self.vault.open_entry(&signed_in.account.id, token, sealed)
        };
        let opened: Vec<_> = entries.iter().map(open).collect();
        let mut learned = false;
        for result in &opened {
            if let Err(vault::Error::UnknownKey(kid)) = result
                && looked_for.insert(*kid)
            {
                learned |= self.keys.reload_for(*kid).await;
            }
        }
        if learned {
            return entries.iter().map(|entry| open(entry).ok()).collect();
        }
        opened.into_iter().map(Result::ok).collect()
    }
}

/// What was put together so far.
struct Listing {
    views: Vec<ReceiptView>,
    /// A store may show an entry twice, where others are taken off meanwhile.
    shown: HashSet<ReceiptId>,
    /// Keys that were not in the ring, each looked for once.
    looked_for: BTreeSet<KeyId>,
}
