//! Named tokens: a row each. They end with their account by a trigger, whichever version deletes it.

use rusqlite::{OptionalExtension as _, Row, params};

use super::accounts;
use super::queue::Txn;
use super::rows::{seconds, time};
use crate::domain::{Account, AccountId, Day, NamedToken, TokenDigest, TokenId, TokenName};
use crate::store::{Added, Error, MOST_TOKENS, Result, TokenUse};

const COLUMNS: &str = "name, digest, created, expires, used";

pub(super) fn with_account(
    txn: &Txn<'_>,
    id: AccountId,
    token: TokenId,
) -> Result<Option<(Account, Option<NamedToken>)>> {
    let Some(account) = accounts::find(txn, id)? else { return Ok(None) };
    let sql = format!("SELECT {COLUMNS} FROM tokens WHERE account = ?1 AND id = ?2");
    let mut statement = txn.prepare_cached(&sql)?;
    let mut found = statement.query(params![id.0, token.0])?;
    let token = found.next()?.map(read).transpose()?;
    Ok(Some((account, token)))
}

pub(super) fn all(txn: &Txn<'_>, id: AccountId) -> Result<Vec<NamedToken>> {
    let sql = format!("SELECT {COLUMNS} FROM tokens WHERE account = ?1 ORDER BY created DESC, id");
    let mut statement = txn.prepare_cached(&sql)?;
    let mut found = statement.query([id.0])?;
    let mut tokens = Vec::new();
    while let Some(row) = found.next()? {
        tokens.push(read(row)?);
    }
    Ok(tokens)
}

pub(super) fn count(txn: &Txn<'_>, id: AccountId) -> Result<usize> {
    let sql = "SELECT count(*) FROM tokens WHERE account = ?1";
    let count: i64 = txn.prepare_cached(sql)?.query_one([id.0], |row| row.get(0))?;
    Ok(usize::try_from(count).unwrap_or(0))
}

pub(super) fn add(txn: &Txn<'_>, id: AccountId, token: &NamedToken) -> Result<Added> {
    let there = txn.prepare_cached("SELECT 1 FROM accounts WHERE id = ?1")?.query_one([id.0], |_| Ok(()));
    if there.optional()?.is_none() {
        return Ok(Added::NoAccount);
    }
    if count(txn, id)? >= MOST_TOKENS {
        return Ok(Added::TooMany);
    }
    let sql = format!("INSERT INTO tokens (account, id, {COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    txn.prepare_cached(&sql)?.execute(params![
        id.0,
        token.digest.id().0,
        token.name.as_str(),
        token.digest.0,
        seconds(token.created),
        token.expires.map(seconds),
        token.used.map(|day| day.0),
    ])?;
    Ok(Added::Added)
}

pub(super) fn revoke(txn: &Txn<'_>, id: AccountId, token: TokenId) -> Result<bool> {
    let sql = "DELETE FROM tokens WHERE account = ?1 AND id = ?2";
    let revoked = txn.prepare_cached(sql)?.execute(params![id.0, token.0])?;
    if revoked > 0 {
        txn.erased();
    }
    Ok(revoked > 0)
}

pub(super) fn note_uses(txn: &Txn<'_>, uses: &[TokenUse]) -> Result<()> {
    for TokenUse { account, token, day } in uses {
        match token {
            None => {
                let sql = "UPDATE accounts SET token_used = ?2 WHERE id = ?1";
                txn.prepare_cached(sql)?.execute(params![account.0, day.0])?;
            }
            Some(token) => {
                let sql = "UPDATE tokens SET used = ?3 WHERE account = ?1 AND id = ?2";
                txn.prepare_cached(sql)?.execute(params![account.0, token.0, day.0])?;
            }
        }
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<NamedToken> {
    let name = row.get_ref(0)?.as_str().ok().and_then(TokenName::parse);
    Ok(NamedToken {
        name: name.ok_or(Error::Corrupt("the name of a token"))?,
        digest: TokenDigest(row.get(1)?),
        created: time(row.get(2)?),
        expires: row.get::<_, Option<i64>>(3)?.map(time),
        used: row.get::<_, Option<u32>>(4)?.map(Day),
    })
}
