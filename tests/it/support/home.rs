//! A folder that one installation lives in, and the program run there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use super::server::{Ran, Server};

/// Settings for load: no limits, and passphrases that cost nothing.
pub(crate) const UNLIMITED: &[(&str, &str)] = &[
    ("READONCE_LIMITS__CREATE", "0"),
    ("READONCE_LIMITS__READ", "0"),
    ("READONCE_LIMITS__LOGIN", "0"),
    ("READONCE_LIMITS__ANONYMOUS_SECRETS", "0"),
    ("READONCE_LIMITS__ANONYMOUS_BYTES", "0"),
    ("READONCE_LIMITS__FREE_DISK_ANONYMOUS", "0"),
    ("READONCE_LIMITS__FREE_DISK", "0"),
    ("READONCE_PASSPHRASE__COST", "4"),
    ("READONCE_INSECURE_TEST", "1"),
];

/// An account, and the token that was shown once.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) email: String,
    pub(crate) token: String,
}

impl Account {
    /// By `readonce`, which is run with `account create EMAIL --json` behind what `command` has.
    pub(crate) fn create(mut command: Command, email: &str) -> Self {
        command.args(["account", "create", email, "--json"]);
        let ran = Ran::of(command).succeeded();
        let created: Value = serde_json::from_str(&ran.stdout).expect("one line of JSON");
        let text = |name: &str| created[name].as_str().expect("a text").to_owned();
        Self { email: text("email"), token: text("token") }
    }
}

/// The working directory of the program; gone when the test ends.
pub(crate) struct Home(TempDir);

impl Home {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// A file or folder in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.file(name), text).expect("a file can be written");
    }

    /// `readonce ARGUMENTS…`, which knows nothing of the settings of whoever runs the tests.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_readonce"));
        command.args(arguments);
        self.at_home(command)
    }

    /// `sh -c SCRIPT`, in which `"$READONCE"` is the program.
    pub(crate) fn shell(&self, script: &str) -> Command {
        let mut command = Command::new("sh");
        command
            .args(["-c", &script.replace("\"$READONCE\"", &format!("'{}'", env!("CARGO_BIN_EXE_readonce")))]);
        self.at_home(command)
    }

    /// Another program, which finds `readonce` in its path.
    pub(crate) fn other(&self, program: &str, arguments: &[&str]) -> Command {
        let own = Path::new(env!("CARGO_BIN_EXE_readonce")).parent().expect("the folder of the program");
        let path = std::env::var("PATH").unwrap_or_default();
        let mut command = Command::new(program);
        command.args(arguments).env("PATH", format!("{}:{path}", own.display()));
        self.at_home(command)
    }

    fn at_home(&self, mut command: Command) -> Command {
        command.current_dir(self.0.path());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("READONCE_") || name == "RUST_LOG" {
                command.env_remove(name);
            }
        }
        // For whoever looks at one test (docs/dev/testing.md); a test that needs a level sets its own afterwards.
        if let Some(level) = std::env::var_os("TEST_LOG") {
            command.env("RUST_LOG", level);
        }
        command
    }

    /// Runs `readonce ARGUMENTS…` to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments))
    }

    /// `readonce account create EMAIL --json`.
    pub(crate) fn account(&self, email: &str) -> Account {
        Account::create(self.command(&[]), email)
    }

    /// `readonce serve` on a free port.
    pub(crate) fn serve(&self) -> Server {
        self.serve_with(&[])
    }

    /// The same with more variables.
    pub(crate) fn serve_with(&self, variables: &[(&str, &str)]) -> Server {
        self.try_serve(variables).unwrap_or_else(|ran| panic!("the server ended: {ran:?}"))
    }

    /// The same, but it may refuse to start.
    pub(crate) fn try_serve(&self, variables: &[(&str, &str)]) -> Result<Server, Ran> {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        command.envs(variables.iter().copied());
        Server::start(command)
    }

    /// Every file in the `data` folder, with its content.
    pub(crate) fn data(&self) -> Vec<(String, Vec<u8>)> {
        let files = fs::read_dir(self.file("data")).expect("the data folder");
        files
            .filter_map(|file| {
                let path = file.expect("an entry of the data folder").path();
                // A journal may vanish between listing and reading.
                Some((name(&path), fs::read(path).ok()?))
            })
            .collect()
    }
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
