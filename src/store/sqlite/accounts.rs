//! The accounts table: create, find, list, change, bind, delete.

use rusqlite::{OptionalExtension as _, Row, params};

use super::queue::Txn;
use super::rows::{seconds, time};
use super::{lists, tokens};
use crate::domain::{
    Account, AccountId, Binding, Day, EmailAddress, Locale, SecretEnds, Timestamp, TokenDigest,
};
use crate::store::{Bound, Error, Result};

const COLUMNS: &str =
    "id, email, plan, token, created, disabled, locale, sessions, binding, token_created, token_used, notify";

pub(super) fn create(txn: &Txn<'_>, account: &Account) -> Result<bool> {
    let sql = format!(
        "INSERT INTO accounts ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL, ?9, ?10, ?11) \
         ON CONFLICT DO NOTHING"
    );
    let created = txn.prepare_cached(&sql)?.execute(params![
        account.id.0,
        account.email.as_str(),
        account.plan,
        account.token.0,
        seconds(account.created),
        account.disabled,
        account.locale.map(Locale::tag),
        i64::try_from(account.sessions).unwrap_or(0),
        (account.token_created != account.created).then(|| seconds(account.token_created)),
        account.token_used.map(|day| day.0),
        account.notify.code(),
    ])?;
    Ok(created > 0)
}

pub(super) fn find(txn: &Txn<'_>, id: AccountId) -> Result<Option<Account>> {
    let mut statement = txn.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1"))?;
    let mut found = statement.query([id.0])?;
    found.next()?.map(read).transpose()
}

pub(super) fn bound_to(txn: &Txn<'_>, binding: Binding) -> Result<Option<Account>> {
    let mut statement = txn.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts WHERE binding = ?1"))?;
    let mut found = statement.query([binding.0])?;
    found.next()?.map(read).transpose()
}

pub(super) fn all(txn: &Txn<'_>) -> Result<Vec<Account>> {
    let mut statement = txn.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts ORDER BY email, id"))?;
    let mut found = statement.query([])?;
    let mut accounts = Vec::new();
    while let Some(row) = found.next()? {
        accounts.push(read(row)?);
    }
    Ok(accounts)
}

pub(super) fn set_token(txn: &Txn<'_>, id: AccountId, token: TokenDigest, now: Timestamp) -> Result<bool> {
    let changed = txn
        .prepare_cached(
            "UPDATE accounts SET token = ?2, token_created = ?3, token_used = NULL, sessions = sessions + 1 \
             WHERE id = ?1",
        )?
        .execute(params![id.0, token.0, seconds(now)])?;
    if changed > 0 && tokens::count(txn, id)? == 0 {
        lists::empty(txn, id)?;
    }
    Ok(changed > 0)
}

pub(super) fn set_disabled(txn: &Txn<'_>, id: AccountId, disabled: bool) -> Result<bool> {
    let changed = txn
        .prepare_cached("UPDATE accounts SET disabled = ?2, sessions = sessions + ?2 WHERE id = ?1")?
        .execute(params![id.0, disabled])?;
    Ok(changed > 0)
}

pub(super) fn end_sessions(txn: &Txn<'_>, id: AccountId) -> Result<bool> {
    let changed =
        txn.prepare_cached("UPDATE accounts SET sessions = sessions + 1 WHERE id = ?1")?.execute([id.0])?;
    Ok(changed > 0)
}

pub(super) fn set_notify(txn: &Txn<'_>, id: AccountId, notify: SecretEnds) -> Result<bool> {
    let changed = txn
        .prepare_cached("UPDATE accounts SET notify = ?2 WHERE id = ?1")?
        .execute(params![id.0, notify.code()])?;
    Ok(changed > 0)
}

pub(super) fn bind(txn: &Txn<'_>, id: AccountId, binding: Binding) -> Result<Bound> {
    let bound = txn
        .prepare_cached("SELECT binding FROM accounts WHERE id = ?1")?
        .query_one([id.0], |row| row.get::<_, Option<[u8; 32]>>(0))
        .optional()?;
    match bound {
        None => return Ok(Bound::NoAccount),
        Some(Some(bound)) if bound == binding.0 => return Ok(Bound::Bound),
        Some(Some(_)) => return Ok(Bound::ToAnother),
        Some(None) => {}
    }
    let changed = txn
        .prepare_cached("UPDATE OR IGNORE accounts SET binding = ?2 WHERE id = ?1")?
        .execute(params![id.0, binding.0])?;
    Ok(if changed > 0 { Bound::Bound } else { Bound::Elsewhere })
}

pub(super) fn unbind(txn: &Txn<'_>, id: AccountId) -> Result<bool> {
    let sql = "UPDATE accounts SET binding = NULL WHERE id = ?1 AND binding IS NOT NULL";
    let changed = txn.prepare_cached(sql)?.execute([id.0])?;
    if changed > 0 {
        txn.erased();
    }
    Ok(changed > 0)
}

pub(super) fn delete(txn: &Txn<'_>, id: AccountId) -> Result<bool> {
    let deleted = txn.prepare_cached("DELETE FROM accounts WHERE id = ?1")?.execute([id.0])?;
    if deleted > 0 {
        lists::empty(txn, id)?;
        txn.erased();
    }
    Ok(deleted > 0)
}

fn read(row: &Row<'_>) -> Result<Account> {
    let email = row.get_ref(1)?.as_str().ok().and_then(EmailAddress::parse);
    let locale: Option<String> = row.get(6)?;
    let created = time(row.get(4)?);
    Ok(Account {
        id: AccountId(row.get(0)?),
        email: email.ok_or(Error::Corrupt("an account's e-mail is no address"))?,
        plan: row.get(2)?,
        token: TokenDigest(row.get(3)?),
        token_created: row.get::<_, Option<i64>>(9)?.map_or(created, time),
        token_used: row.get::<_, Option<u32>>(10)?.map(Day),
        created,
        disabled: row.get(5)?,
        // A language that a later version spoke: the default will do.
        locale: locale.as_deref().and_then(Locale::parse),
        sessions: u64::try_from(row.get::<_, i64>(7)?).unwrap_or(0),
        binding: row.get::<_, Option<[u8; 32]>>(8)?.map(Binding),
        notify: SecretEnds::from_code(row.get(11)?),
    })
}
