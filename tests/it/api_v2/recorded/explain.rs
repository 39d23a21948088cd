//! The differences on purpose: the rule of v2-contract.md, the recorded requests it is about, and what differs.

/// A rule, the beginning of the names of the requests (all, when empty), and what their differences are or begin with.
struct Rule(&'static str, &'static [&'static str], &'static [&'static str]);

const RULES: &[Rule] = &[
    Rule("§4: no request id in bodies", &[], &["-request_id"]),
    Rule("§4: every error has its text and its type", &[], &["+error", "+error_type"]),
    Rule("§3: one message for every wrong credential", &["cred-", "addr-"], &["message "]),
    Rule("§11, 20: a customer id is no user", &["receipt-custid"], &["status 200 > 401"]),
    Rule("§3: an e-mail in any case", &["cred-conceal-uppercase-user"], &["status 401 > 200"]),
    Rule(
        "§11, 17: times are integers",
        &[],
        &[
            ".record.created ",
            ".record.updated ",
            ".record.receipt.created ",
            ".record.receipt.updated ",
            ".record.metadata.created ",
            ".record.metadata.updated ",
            ".record.secret.created ",
            ".record.secret.updated ",
            ".records[].created ",
            ".records[].updated ",
            ".details.now ",
            ".details.revealed_receipts[].created ",
            ".details.revealed_receipts[].updated ",
            ".details.pending_receipts[].created ",
            ".details.pending_receipts[].updated ",
        ],
    ),
    Rule(
        "§11, 12: looks are not recorded",
        &[],
        &[
            ".record.previewed Integer > Null",
            ".record.viewed Integer > Null",
            ".records[].previewed Integer > Null",
            ".records[].viewed Integer > Null",
            ".details.first_access Fraction > Null",
            ".details.last_access Fraction > Null",
            ".details.revealed_receipts[].previewed Integer > Null",
            ".details.revealed_receipts[].viewed Integer > Null",
        ],
    ),
    Rule(
        "§13, 2: the kind is not kept",
        &[],
        &[
            ".record.kind Text > Null",
            ".records[].kind Text > Null",
            ".details.revealed_receipts[].kind Text > Null",
            ".details.pending_receipts[].kind Text > Null",
        ],
    ),
    Rule(
        "§13, 3: the link in the answer that creates",
        &[],
        &[".record.receipt +share_url", ".record.metadata +share_url"],
    ),
    Rule(
        "§6: no secret's id in lists",
        &[],
        &[
            ".records[].secret_identifier Text > Null",
            ".details.revealed_receipts[].secret_identifier Text > Null",
            ".details.pending_receipts[].secret_identifier Text > Null",
        ],
    ),
    Rule("§8.3: no word on passphrases in a look", &[], &[".details -correct_passphrase"]),
    Rule("§11, 2: no value by a receipt", &["generate-"], &[".details.secret_value Text > Null"]),
    Rule(
        "§11, 1: a GET gives nothing out",
        &["addr-show-continue-true"],
        &[".record -secret_value", ".details.one_liner Bool > Null"],
    ),
    Rule("§11, 3: what is gone is told as such", &["burn-", "life-"], &[" +record", " +details"]),
    Rule(
        "§8.7: a burned record says so",
        &["burn-"],
        &[".record -secret_identifier", ".record.burned Null > Integer", ".record +secret_state"],
    ),
    Rule("§11, 5: burned without a passphrase", &["burn-pp-2"], &["status 422 > 200"]),
    Rule("§11, 6: no oracle without `continue`", &["limit-empty-5"], &["status 422 > 200"]),
    Rule("§11, 11: no shortest passphrase", &["extra-locale-outside"], &["status 422 > 200"]),
    Rule("§11, 13: no memo", &["patch-"], &["status 200 > 404"]),
    Rule("§11, 13: no memo to be read", &["receipt-"], &[".record.memo Text > Null"]),
    Rule(
        "§11, 14: wrong shapes are told",
        &["generate-length-0", "generate-sets-string", "conceal-secret-true"],
        &["status 500 > 422"],
    ),
    Rule("§5: no set of characters is none", &["generate-sets-none"], &["status 200 > 422"]),
    Rule("§5: a list is no domain", &["share-domain-list-anon"], &["status 200 > 422"]),
    Rule(
        "§2: what is malformed is told",
        &["conceal-raw-nul-json", "continue-malformed-json"],
        &["an empty body"],
    ),
    Rule("§2: what is no path is not found", &["path-bad-percent"], &["status 500 > 404"]),
    Rule("§8.8: scopes are ignored", &["recent-scope-domain"], &["status 422 > 200"]),
    Rule("§11, 15: no id is echoed", &["id-receipt", "receipt-"], &["error \"identifier: "]),
    Rule("§10: how many tries there were is not told", &["limit-"], &["-max_attempts"]),
    Rule(
        "§5: this server sends no mail",
        &["recipient-one-auth", "recipient-upper-blanks-auth"],
        &["status 200 > 422"],
    ),
];

/// The rule by which a difference of this request is meant.
pub(super) fn rule(case: &str, difference: &str) -> Option<&'static str> {
    let is_about = |Rule(_, cases, differences): &&Rule| {
        (cases.is_empty() || cases.iter().any(|start| case.starts_with(start)))
            && differences.iter().any(|start| difference.starts_with(start))
    };
    RULES.iter().find(is_about).map(|Rule(rule, ..)| *rule)
}

/// All of them.
pub(super) fn rules() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|Rule(rule, ..)| *rule)
}
