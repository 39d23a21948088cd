//! The cases of both contracts, asked of the real server by a program that is none of ours: Python's own HTTP client.

use std::process::Command;

use crate::support::{Account, Home, Ran, Server, UNLIMITED};

#[test]
fn every_case_of_the_contract_holds() {
    let home = Home::new();
    let account = home.account("cases@example.com");
    let server = home.serve_with(UNLIMITED);
    every_case_holds(&server, &account);
    server.stop();
}

/// Runs all cases, the slow ones too, and shows what the program says of those that fail.
pub(super) fn every_case_holds(server: &Server, account: &Account) {
    for cases in ["cases.json", "cases-v2.json"] {
        let mut asking = Command::new("python3");
        asking.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contract"));
        asking.env("PYTHONDONTWRITEBYTECODE", "1");
        let address = format!("http://{}", server.address());
        asking.args(["run_cases.py", &address, &account.email, &account.token, cases]);
        let ran = Ran::of(asking);
        let last = ran.stdout.lines().last().unwrap_or_default();
        assert!(
            ran.code == Some(0) && last.ends_with(" passed, 0 failed") && !last.starts_with("0 "),
            "{cases}: {}",
            ran.stdout
        );
    }
}
