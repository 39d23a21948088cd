//! ACL check: whether the user may call every command that the scripts call.
//!
//! The trap: a script that is denied a command half way has already written. So each command is tried on its own first,
//! on a key that holds a plain string: a command for another type then answers `WRONGTYPE`, which is permission enough,
//! and creates nothing.

use redis::{Cmd, ErrorKind, RedisError, ServerErrorKind, Value};
use tokio::time::timeout;

use super::super::RedisStore;
use super::super::connect::{OPERATION, Wire};
use super::super::errors::{DeadlineError, unavailable};
use crate::domain::{AccountId, SlotTag};
use crate::store::{Error, Finding, Level, Result};

/// What the scripts call, with arguments after the key that change nothing worth keeping.
const IN_SCRIPTS: [&[&str]; 18] = [
    &["SET", "1", "PX", "60000"],
    &["GET"],
    &["EXISTS"],
    &["PEXPIRE", "60000"],
    &["HSET", "a", "1"],
    &["HGET", "a"],
    &["HMGET", "a"],
    &["HGETALL"],
    &["HDEL", "a"],
    &["ZADD", "1", "a"],
    &["ZRANGE", "0", "0"],
    &["ZSCORE", "a"],
    &["ZREM", "a"],
    &["ZREMRANGEBYSCORE", "0", "0"],
    &["SADD", "a"],
    &["SREM", "a"],
    &["SMEMBERS"],
    &["DEL"],
];

/// What is sent besides scripts and what they call.
/// Not `+config|get`, by which `appendfsync` could be seen: whoever may call it reads Redis' own passwords.
const BESIDES: &str =
    "+eval +evalsha +hello +select +ping +info +time +pttl +wait +role +cluster|slots +asking";

/// The ACL rule that our user needs, to be put behind `ACL SETUSER NAME on >PASSWORD`.
#[must_use]
pub fn acl_rule(prefix: &str) -> String {
    let commands: Vec<_> = IN_SCRIPTS.iter().map(|words| format!("+{}", words[0].to_lowercase())).collect();
    format!("resetchannels ~{prefix}:* -@all {} {BESIDES}", commands.join(" "))
}

impl RedisStore {
    /// Tries each command by itself; a finding that names all that were denied, and one all that are unknown.
    pub(super) async fn missing_commands(&self) -> Result<Vec<Finding>> {
        const WHY: &str = "shares or claims would fail half way";
        let (mut denied, mut unknown) = (Vec::new(), Vec::new());
        for (name, command) in self.probes()? {
            match self.probe(&command).await? {
                Err(error) if is_denied(&error) => denied.push(name),
                Err(error) if is_unknown(&error) => unknown.push(name),
                _ => {}
            }
        }
        let mut findings = Vec::new();
        if !denied.is_empty() {
            let what = format!("our user may not: {}", denied.join(", "));
            let hint = format!("ACL rule: {}", acl_rule(self.names().prefix()));
            findings.push(Finding::new(Level::Error, what, WHY).hint(hint));
        }
        if !unknown.is_empty() {
            let what = format!("the server does not know: {}", unknown.join(", "));
            findings.push(Finding::new(Level::Error, what, WHY).hint(RENAMED));
        }
        Ok(findings)
    }

    fn probes(&self) -> Result<Vec<(String, Cmd)>> {
        let names = self.names();
        let tag = SlotTag::parse("acl").ok_or(Error::Corrupt("a tag"))?;
        let (key, nobody) = (names.ready(tag), AccountId([0; 32]));
        let command = |words: &[&str], key: &[u8]| {
            let mut command = redis::cmd(words[0]);
            command.arg(key).arg(&words[1..]);
            command
        };
        let mut probes: Vec<_> =
            IN_SCRIPTS.iter().map(|words| (words[0].to_lowercase(), command(words, &key))).collect();
        for (script, text) in [("EVAL", "return 1"), ("EVALSHA", "0000000000000000000000000000000000000000")]
        {
            let mut command = redis::cmd(script);
            command.arg(text).arg(1).arg(&key);
            probes.push((script.to_lowercase(), command));
        }
        let (account, recent) = (names.account(&nobody), names.recent(&nobody));
        for key in [names.accounts(), names.canary(), names.outbox(0), account, recent] {
            let shown = format!("keys like `{}`", String::from_utf8_lossy(&key));
            probes.push((shown, command(&["EXISTS"], &key)));
        }
        Ok(probes)
    }

    async fn probe(&self, command: &Cmd) -> Result<std::result::Result<Value, RedisError>> {
        let (wire, _) = self.runner().shared().wire().await.map_err(unavailable)?;
        let answer = async {
            match wire {
                Wire::Node(mut connection) => command.query_async(&mut connection).await,
                Wire::Cluster(mut connection) => command.query_async(&mut connection).await,
            }
        };
        timeout(OPERATION, answer).await.map_err(|_| unavailable(DeadlineError::Answer))
    }
}

/// What to do about a command that the server does not know.
pub(super) const RENAMED: &str = "a `rename-command` in its configuration hides them: take it out, and keep others from \
                                  them by an ACL instead (docs/redis.md)";

pub(super) fn is_denied(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoPerm)
}

/// Redis and Valkey say this of a command that was renamed, and of one that never was.
pub(super) fn is_unknown(error: &RedisError) -> bool {
    error.detail().is_some_and(|detail| detail.starts_with("unknown command"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every command that a script calls is tried, and no other.
    #[test]
    fn the_list_is_what_the_scripts_call() {
        let tried: std::collections::BTreeSet<_> = IN_SCRIPTS.iter().map(|words| words[0]).collect();
        let mut called: std::collections::BTreeSet<&str> = super::super::super::scripts::all()
            .into_iter()
            .flat_map(|(_, script)| script.text.split("call('").skip(1))
            .map(|rest| rest.split('\'').next().unwrap())
            .collect();
        assert!(called.remove("INFO"), "asked for by name");
        for name in ["TIME", "PTTL"] {
            assert!(called.remove(name), "done without where it is not allowed");
        }
        assert_eq!(tried, called);
    }
}
