//! Named tokens on Redis: fields of their account, two each, which an instance of an earlier version passes over.
//!
//! `k` and the id: the digest (32 bytes), u64 created, u64 expires (0 for never), the name. `u` and the id: the day of its last
//! use, decimal; left out before there was any.

use super::accounts::{field, number};
use super::parallel::{AT_ONCE, each};
use super::record::array;
use super::reply::{self, all_bytes, flag, list};
use super::run::{call, decimal};
use super::{RedisStore, scripts};
use crate::domain::{AccountId, Day, NamedToken, Timestamp, TokenDigest, TokenId, TokenName};
use crate::store::{Added, Error, MOST_TOKENS, Result, TokenUse};

const DAMAGED: Error = Error::Corrupt("a token");
/// Digest, created, expires.
const HEAD: usize = 32 + 8 + 8;

impl RedisStore {
    pub(super) async fn named_tokens(&self, id: &AccountId) -> Result<Vec<NamedToken>> {
        let answer = self.run(&scripts::ACCOUNT_TOKENS, call(self.names().account(id), [])).await?;
        let fields = all_bytes(list(answer)?)?;
        let (pairs, _) = fields.as_chunks::<2>();
        let mut tokens = Vec::new();
        for [name, record] in pairs.iter().filter(|[name, _]| name.first() == Some(&b'k')) {
            let used = pairs.iter().find(|[of, _]| of[0] == b'u' && of[1..] == name[1..]);
            tokens.push(read(record, used.map(|[_, day]| day.clone()))?);
        }
        tokens.sort_by_key(|token| (std::cmp::Reverse(token.created), token.digest.id()));
        Ok(tokens)
    }

    pub(super) async fn add_named_token(&self, id: &AccountId, token: &NamedToken) -> Result<Added> {
        let args = [record_field(token.digest.id()), record(token), decimal(MOST_TOKENS as u64)];
        let answer = self.run_confirmed(&scripts::TOKEN_ADD, call(self.names().account(id), args)).await?;
        Ok(match reply::number(&answer)? {
            1 => Added::Added,
            0 => Added::TooMany,
            _ => Added::NoAccount,
        })
    }

    pub(super) async fn drop_named_token(&self, id: &AccountId, token: &TokenId) -> Result<bool> {
        let args = [record_field(*token), day_field(*token)];
        flag(&self.run_confirmed(&scripts::TOKEN_DROP, call(self.names().account(id), args)).await?)
    }

    pub(super) async fn note_days(&self, uses: &[TokenUse]) -> Result<()> {
        for some in uses.chunks(AT_ONCE) {
            let requests = some.iter().map(|TokenUse { account, token, day }| {
                let (record, day_of) = match token {
                    Some(token) => (record_field(*token), day_field(*token)),
                    None => (field::TOKEN.into(), field::TOKEN_USED.into()),
                };
                let call = call(self.names().account(account), [record, day_of, decimal(day.0.into())]);
                let store = self.clone();
                async move { store.run(&scripts::TOKEN_USED, call).await }
            });
            for noted in each(requests).await {
                noted?;
            }
        }
        Ok(())
    }
}

/// The name of the field that a token's record is in.
pub(super) fn record_field(token: TokenId) -> Vec<u8> {
    [b"k".as_slice(), &token.0].concat()
}

/// The name of the field that says when it was used last.
pub(super) fn day_field(token: TokenId) -> Vec<u8> {
    [b"u".as_slice(), &token.0].concat()
}

fn record(token: &NamedToken) -> Vec<u8> {
    let expires = token.expires.unwrap_or(Timestamp(0));
    let times = [token.created.0, expires.0].map(u64::to_be_bytes);
    [token.digest.0.as_slice(), times.as_flattened(), token.name.as_str().as_bytes()].concat()
}

pub(super) fn read(record: &[u8], used: Option<Vec<u8>>) -> Result<NamedToken> {
    let (head, name) = record.split_at_checked(HEAD).ok_or(DAMAGED)?;
    let time = |at: usize| array(&head[at..at + 8]).map(u64::from_be_bytes);
    let name = std::str::from_utf8(name).ok().and_then(TokenName::parse);
    Ok(NamedToken {
        name: name.ok_or(DAMAGED)?,
        digest: TokenDigest(array(&head[..32])?),
        created: Timestamp(time(32)?),
        expires: Some(Timestamp(time(40)?)).filter(|expires| expires.0 > 0),
        used: day(used)?,
    })
}

/// A day in decimal, if there is one.
pub(super) fn day(value: Option<Vec<u8>>) -> Result<Option<Day>> {
    let day = number(value)?.map(u32::try_from).transpose();
    day.map(|day| day.map(Day)).map_err(|_| DAMAGED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vectors::Vector;

    #[test]
    fn the_published_vector() {
        let vector = Vector::named("redis-token");
        let token = read(&vector.hex("record"), Some(vector.text("day").into_bytes())).unwrap();
        assert_eq!(token.name.as_str(), vector.text("name"));
        assert_eq!(token.digest.0, vector.array("digest"));
        assert_eq!(token.created.0, vector.int::<u64>("created"));
        assert_eq!(token.expires, Some(Timestamp(vector.int("expires"))));
        assert_eq!(token.used.unwrap().to_string(), vector.text("last-use"));
        assert_eq!(record(&token), vector.hex("record"));
        assert_eq!(record_field(token.digest.id()), vector.hex("field"));
    }

    proptest::proptest! {
        #[test]
        fn any_record_is_read_or_damaged(record: Vec<u8>, day: Option<Vec<u8>>) {
            let _ = read(&record, day);
        }
    }
}
