//! The accounts table: create, find, list, change, delete.

use rusqlite::{Row, params};

use super::lists;
use super::queue::Txn;
use super::rows::{seconds, time};
use crate::domain::{Account, AccountId, EmailAddress, Locale, TokenDigest};
use crate::store::{Error, Result};

const COLUMNS: &str = "id, email, plan, token, created, disabled, locale";

pub(super) fn create(txn: &Txn<'_>, account: &Account) -> Result<bool> {
    let sql = format!(
        "INSERT INTO accounts ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING"
    );
    let created = txn.prepare_cached(&sql)?.execute(params![
        account.id.0,
        account.email.as_str(),
        account.plan,
        account.token.0,
        seconds(account.created),
        account.disabled,
        account.locale.map(Locale::tag),
    ])?;
    Ok(created > 0)
}

pub(super) fn find(txn: &Txn<'_>, id: AccountId) -> Result<Option<Account>> {
    let mut statement = txn.prepare_cached(&format!("SELECT {COLUMNS} FROM accounts WHERE id = ?1"))?;
    let mut found = statement.query([id.0])?;
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

pub(super) fn set_token(txn: &Txn<'_>, id: AccountId, token: TokenDigest) -> Result<bool> {
    let changed = txn
        .prepare_cached("UPDATE accounts SET token = ?2 WHERE id = ?1")?
        .execute(params![id.0, token.0])?;
    if changed > 0 {
        lists::empty(txn, id)?;
    }
    Ok(changed > 0)
}

pub(super) fn set_disabled(txn: &Txn<'_>, id: AccountId, disabled: bool) -> Result<bool> {
    let changed = txn
        .prepare_cached("UPDATE accounts SET disabled = ?2 WHERE id = ?1")?
        .execute(params![id.0, disabled])?;
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
    Ok(Account {
        id: AccountId(row.get(0)?),
        email: email.ok_or(Error::Corrupt("an account's e-mail is no address"))?,
        plan: row.get(2)?,
        token: TokenDigest(row.get(3)?),
        created: time(row.get(4)?),
        disabled: row.get(5)?,
        // A language that a later version spoke: the default will do.
        locale: locale.as_deref().and_then(Locale::parse),
    })
}
