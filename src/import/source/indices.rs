//! What the old server keeps beside records: an account's list, addresses of accounts, what tells it its secret.

use super::super::Error;
use super::{Layout, Old, is_of_another_type, unquoted};

/// `COUNT` of an HSCAN step.
const COUNT: u64 = 500;

/// Names and contents of a hash.
type Pairs = Vec<(Vec<u8>, Vec<u8>)>;

impl Old {
    /// The newest members of an account's list since a time, oldest first, with their times; `None` when it is no list.
    pub(in crate::import) async fn list(
        &self,
        account: &str,
        since: u64,
        limit: usize,
    ) -> Result<Option<Vec<(String, u64)>>, Error> {
        let Some(database) = &self.accounts else { return Ok(Some(Vec::new())) };
        let list = match self.layout {
            Layout::Databases => "metadata",
            Layout::OneDatabase => "receipts",
        };
        let mut command = redis::cmd("ZREVRANGEBYSCORE");
        command.arg(format!("customer:{account}:{list}")).arg("+inf").arg(since);
        command.arg("WITHSCORES").arg("LIMIT").arg(0).arg(limit);
        let mut members: Vec<(Vec<u8>, f64)> =
            match command.query_async(&mut database.connection.clone()).await {
                Err(error) if is_of_another_type(&error) => return Ok(None),
                answer => answer?,
            };
        members.reverse();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "scores are unix seconds"
        )]
        let listed = |(member, score)| {
            // Up to v0.23 they are bare, and so they stay when they are upgraded.
            let member = if self.layout == Layout::OneDatabase { unquoted(member) } else { member };
            Some((String::from_utf8(member).ok()?, score as u64))
        };
        Ok(Some(members.into_iter().filter_map(listed).collect()))
    }

    /// Every address with the identifier of its account; none up to v0.23, where the address is the identifier.
    pub(in crate::import) async fn addresses(&self) -> Result<Vec<(String, String)>, Error> {
        let (Some(database), Layout::OneDatabase) = (&self.accounts, self.layout) else {
            return Ok(Vec::new());
        };
        let mut connection = database.connection.clone();
        let (mut cursor, mut found) = (0, Vec::new());
        loop {
            let mut command = redis::cmd("HSCAN");
            command.arg("customer:email_index").arg(cursor).arg("COUNT").arg(COUNT);
            let (next, pairs): (u64, Pairs) = match command.query_async(&mut connection).await {
                Err(error) if is_of_another_type(&error) => return Ok(found),
                answer => answer?,
            };
            // Bare from v0.26 on, before that in quotes.
            let text = |bytes| String::from_utf8(unquoted(bytes)).ok();
            found.extend(pairs.into_iter().filter_map(|(address, id)| Some((text(address)?, text(id)?))));
            cursor = next;
            if cursor == 0 {
                return Ok(found);
            }
        }
    }

    /// What tells the server its secret, 64 hex digits; `None` before v0.26.
    pub(in crate::import) async fn secret_verifier(&self) -> Result<Option<String>, Error> {
        let (Some(database), Layout::OneDatabase) = (&self.secrets, self.layout) else { return Ok(None) };
        let mut command = redis::cmd("GET");
        command.arg("onetime:secret_verifier");
        let stored: Option<Vec<u8>> = match command.query_async(&mut database.connection.clone()).await {
            Err(error) if is_of_another_type(&error) => return Ok(None),
            answer => answer?,
        };
        let text = stored.and_then(|stored| String::from_utf8(unquoted(stored)).ok());
        Ok(text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()))
    }
}
