//! The Lua scripts: one per operation, called by `EVALSHA`, and by `EVAL` where the server does not have it cached.
//!
//! The trap: only scripts, no functions or libraries loaded in advance. A flushed cache, a new replica or a new
//! cluster node then costs one more round trip, never a failure.
//!
//! At `maxmemory` a server runs a script only up to its first write that takes memory, unless its first line says that it
//! may go on. What lets a secret leave says so, its counted tries included; what stores one never does (ADR 0043).

use std::sync::LazyLock;

/// A script with its hash.
#[derive(Debug)]
pub(super) struct Script {
    /// The text, shared head included.
    pub(super) text: &'static str,
    /// The hash the server knows it by.
    pub(super) hash: String,
    /// Whether it can change anything: decides what a lost answer means.
    pub(super) writes: bool,
}

impl Script {
    fn new(text: &'static str, writes: bool) -> Self {
        Self { text, hash: redis::Script::new(text).get_hash().to_owned(), writes }
    }
}

macro_rules! scripts {
    ($($name:ident = $file:literal, $writes:literal $(, $first_line:literal)?;)*) => {
        $(pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
            let text = concat!($($first_line,)? include_str!("scripts/prelude.lua"), include_str!($file));
            Script::new(text, $writes)
        });)*

        /// All of them, for the tests.
        #[cfg(test)]
        pub(super) fn all() -> Vec<(&'static str, &'static Script)> {
            vec![$(($file, &*$name)),*]
        }
    };
}

scripts! {
    PUT = "scripts/put.lua", true;
    TAKE = "scripts/take.lua", true, "#!lua flags=allow-oom\n";
    ADOPT = "scripts/adopt.lua", true;
    POINT = "scripts/point.lua", true;
    LEGACY = "scripts/legacy.lua", true;
    THERE = "scripts/there.lua", false;
    GIVE_BACK = "scripts/give_back.lua", true, "#!lua flags=allow-oom\n";
    ORPHAN = "scripts/orphan.lua", true, "#!lua flags=allow-oom\n";
    RECEIPT = "scripts/receipt.lua", false;
    TRIES = "scripts/tries.lua", false;
    LOOK = "scripts/look.lua", false;
    ENTRY_ADD = "scripts/entry_add.lua", true;
    ENTRIES_DROP = "scripts/entries_drop.lua", true;
    NOTIFICATION_LEASE = "scripts/notification_lease.lua", true;
    NOTIFICATION_CHANGE = "scripts/notification_change.lua", true;
    NOTIFICATION_REMOVE = "scripts/notification_remove.lua", true;
    NOTIFICATION_READ = "scripts/notification_read.lua", false;
    NOTICE_LEASE = "scripts/notice_lease.lua", true;
    NOTICE_READ = "scripts/notice_read.lua", false;
    NOTICES_LATER = "scripts/notices_later.lua", false;
    NOTICES_TURN = "scripts/notices_turn.lua", true;
    OUTBOX_ADD = "scripts/outbox_add.lua", true;
    OUTBOX_DROP = "scripts/outbox_drop.lua", true;
    OUTBOX_MOVE = "scripts/outbox_move.lua", true;
    OUTBOX_DUE = "scripts/outbox_due.lua", true;
    OUTBOX_EXPIRED = "scripts/outbox_expired.lua", false;
    OUTBOX_LIST = "scripts/outbox_list.lua", false;
    OUTBOX_DEPTH = "scripts/outbox_depth.lua", false;
    RECENT = "scripts/recent.lua", false;
    ACCOUNT_CREATE = "scripts/account_create.lua", true;
    ACCOUNT_READ = "scripts/account_read.lua", false;
    ACCOUNT_TOKENS = "scripts/account_tokens.lua", false;
    ACCOUNT_TOKEN = "scripts/account_token.lua", true;
    ACCOUNT_SESSIONS = "scripts/account_sessions.lua", true;
    ACCOUNT_NOTIFY = "scripts/account_notify.lua", true;
    ACCOUNT_BIND = "scripts/account_bind.lua", true;
    BINDING = "scripts/binding.lua", true;
    TOKEN_ADD = "scripts/token_add.lua", true;
    TOKEN_DROP = "scripts/token_drop.lua", true;
    TOKEN_USED = "scripts/token_used.lua", true;
    ACCOUNT_DELETE = "scripts/account_delete.lua", true;
    AUDIT = "scripts/audit.lua", true;
    INDEX = "scripts/index.lua", true;
    CANARY = "scripts/canary.lua", true;
    READY = "scripts/ready.lua", true;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands that write, as the scripts call them.
    const WRITES: [&str; 10] = [
        "'SET'",
        "'HSET'",
        "'HDEL'",
        "'DEL'",
        "'PEXPIRE'",
        "'ZADD'",
        "'ZREM'",
        "'SADD'",
        "'SREM'",
        "'ZREMRANGEBYSCORE'",
    ];

    #[test]
    fn a_script_says_that_it_writes_if_and_only_if_it_does() {
        for (file, script) in all() {
            assert_eq!(WRITES.iter().any(|call| script.text.contains(call)), script.writes, "{file}");
        }
    }

    #[test]
    fn what_lets_a_secret_leave_goes_on_without_memory_and_nothing_else_does() {
        let mut those: Vec<_> =
            all().into_iter().filter(|(_, script)| script.text.starts_with("#!")).collect();
        assert!(those.iter().all(|(_, script)| script.text.starts_with("#!lua flags=allow-oom\n")));
        those.sort_by_key(|(file, _)| *file);
        let names: Vec<_> = those.iter().map(|(file, _)| *file).collect();
        assert_eq!(names, ["scripts/give_back.lua", "scripts/orphan.lua", "scripts/take.lua"]);
    }

    #[test]
    fn a_script_explains_its_key_and_has_one() {
        for (file, script) in all() {
            let own = script.text.split_once("few_replicas = ").unwrap().1.split_once("\n\n").unwrap().1;
            assert!(own.starts_with("-- ") && own.contains("--   KEYS[1] "), "{file}");
            assert!(
                !script.text.contains("KEYS[2]"),
                "{file}: a second key would be refused while a slot moves"
            );
        }
    }
}
