//! Published clients, as they are installed by name, against the built server: each does everything it can.
//!
//! Where a client has an option for the server's address, it is the only thing changed.

use std::process::Command;

use crate::support::{Account, Home, Ran, Server, Shared, UNLIMITED};

mod curl;
mod documented;
mod page;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn installed(program: &str, script: &str, server: &Server, account: &Account) -> Command {
    let mut command = Command::new(program);
    command.arg(format!("{ROOT}/tests/it/process/published/{script}"));
    command.args([&format!("http://{}", server.address()), &account.email, &account.token]);
    command
}

fn world() -> (Home, Account, Server) {
    let home = Home::new();
    let account = home.account("owner@example.com");
    let server = home.serve_with(UNLIMITED);
    (home, account, server)
}

#[test]
fn python_onetimesecret() {
    let (_home, account, server) = world();
    let mut command = installed("python3", "client.py", &server, &account);
    command.env("PYTHONPATH", format!("{ROOT}/target/tools/onetimesecret"));
    let ran = Ran::of(command);
    assert_eq!(ran.code, Some(0), "hint: scripts/test installs the client: {ran:?}");
    let base = format!("http://{}/secret/", server.address());
    let keys: Vec<_> = ran.stdout.lines().map(|link| link.strip_prefix(&base).unwrap().to_owned()).collect();
    for (key, value) in keys.into_iter().zip(["of an account", "of nobody"]) {
        server.client().reads_once(&Shared { secret: key, receipt: String::new() }, value);
    }
    let list = server.client_of(&account).get("/api/v1/private/recent").json();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["ttl"]), (1, &900.into()), "its own default");
    server.stop();
}

#[test]
fn node_onetimesecret_api() {
    let (_home, account, server) = world();
    let mut command = installed("node", "client.js", &server, &account);
    command.env("NODE_PATH", format!("{ROOT}/target/tools/node/node_modules"));
    let ran = Ran::of(command);
    assert_eq!(ran.code, Some(0), "hint: scripts/test installs the client: {ran:?}");
    assert_eq!(ran.stdout, "every operation works\n");
    server.stop();
}
