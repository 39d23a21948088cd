//! The client: the real program, against the real server and against a stand-in for upstream.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::support::Home;
use crate::support::upstream::Upstream;

mod bytes;
mod calls;
mod credentials;
mod examples;
mod links;
mod output;
mod prompts;
mod proxy;
mod round_trip;
mod terminal;
mod tls;
mod trouble;
mod upstream;
mod variables;
mod waiting;

/// What a call of the client left behind, byte for byte.
#[derive(Debug)]
struct Said {
    code: i32,
    stdout: Vec<u8>,
    stderr: String,
}

impl Said {
    /// Its output as a text without the last line break.
    #[track_caller]
    fn line(&self) -> String {
        assert_eq!(self.code, 0, "{}", self.stderr);
        let text = String::from_utf8(self.stdout.clone()).unwrap();
        text.strip_suffix('\n').unwrap_or_else(|| panic!("no line break behind {text:?}")).to_owned()
    }

    /// It ended with this code, wrote nothing to stdout, and said each of `texts`.
    #[track_caller]
    fn ended(self, code: i32, texts: &[&str]) -> Self {
        assert_eq!((self.code, self.stdout.as_slice()), (code, &b""[..]), "{}", self.stderr);
        self.saying(texts)
    }

    #[track_caller]
    fn saying(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "`{text}` is not in: {}", self.stderr);
        }
        self
    }
}

/// The client in a folder of its own, aimed at one server.
struct Caller {
    home: Home,
    url: String,
    variables: Vec<(String, String)>,
}

impl Caller {
    fn of(url: impl Into<String>) -> Self {
        Self { home: Home::new(), url: url.into(), variables: Vec::new() }
    }

    fn of_upstream(upstream: &Upstream) -> Self {
        Self::of(upstream.url())
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    fn signed_in(self, user: &str, token: &str) -> Self {
        self.with("READONCE_USER", user).with("READONCE_TOKEN", token)
    }

    /// `readonce ARGUMENTS…`, which knows nothing of the proxies of whoever runs the tests.
    fn command(&self, arguments: &[&str]) -> Command {
        self.prepared(self.home.command(arguments))
    }

    fn prepared(&self, mut command: Command) -> Command {
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command.env("READONCE_URL", &self.url);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(arguments, b"")
    }

    /// The same with something on stdin.
    fn run_with(&self, arguments: &[&str], stdin: &[u8]) -> Said {
        run(self.command(arguments), stdin)
    }

    /// Shares a text, and hands back the link and the receipt's link.
    #[track_caller]
    fn share(&self, text: &str, more: &[&str]) -> (String, String) {
        let said = self.run_with(&[&["share", "--receipt", "--quiet"], more].concat(), text.as_bytes());
        let lines = said.line();
        let (link, receipt) = lines.split_once('\n').unwrap_or_else(|| panic!("two lines: {lines}"));
        assert_eq!(said.stderr, "");
        (link.to_owned(), receipt.to_owned())
    }
}

fn run(mut command: Command, stdin: &[u8]) -> Said {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program can be run");
    // A program that does not read goes away.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin);
    let output = child.wait_with_output().expect("a child");
    Said {
        code: output.status.code().expect("no signal"),
        stdout: output.stdout,
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}
