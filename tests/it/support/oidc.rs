//! A real OpenID Connect provider (npm's `oidc-provider`, `oidc_provider.mjs` beside this file), a relay in front of it, and a
//! server that is its client.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::relay::Relay;
use super::{Home, Server, UNLIMITED};

/// Where a provider sends people back to.
pub(crate) const BACK: &str = "/sign-in/provider/back";

/// A running provider. Dropped, it is ended.
pub(crate) struct OidcProvider(Child);

impl OidcProvider {
    /// npm's, which is known by the relay's address.
    fn of_npm(relay: &Relay, redirect_uri: &str) -> Self {
        let mut command = Command::new("node");
        command.arg(root().join("tests/it/support/oidc_provider.mjs"));
        command.arg(root().join("target/tools/oidc-provider")).args([&relay.issuer(), redirect_uri]);
        Self::start(command, relay)
    }

    /// Canaille, which takes the name that it is asked by.
    fn canaille(relay: &Relay, redirect_uri: &str) -> Self {
        let mut command = Command::new("python3");
        command.arg(root().join("tests/it/support/canaille.py"));
        command.arg(root().join("target/tools/canaille")).arg(redirect_uri);
        Self::start(command, relay)
    }

    fn start(mut command: Command, relay: &Relay) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command
            .spawn()
            .unwrap_or_else(|error| panic!("no provider: {error}\nhint: `scripts/test` installs it"));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| line.unwrap().strip_prefix("listening on ")?.parse().ok());
        // What it says later is read, too, or it would end for want of a reader.
        thread::spawn(move || lines.for_each(drop));
        relay.hand_to(port.expect("a provider that listens; `scripts/test` installs it"));
        Self(child)
    }
}

impl Drop for OidcProvider {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A server whose people sign in with a provider.
pub(crate) struct House {
    pub(crate) server: Server,
    pub(crate) relay: Relay,
    pub(crate) home: Home,
    _provider: OidcProvider,
}

impl House {
    /// With more lines of settings and more variables.
    pub(crate) fn with(settings: &str, variables: &[(&str, &str)]) -> Self {
        Self::of(OidcProvider::of_npm, "", settings, variables)
    }

    /// The same with Canaille.
    pub(crate) fn of_canaille(variables: &[(&str, &str)]) -> Self {
        Self::of(OidcProvider::canaille, "/", "", variables)
    }

    /// `end` is what its issuer ends with.
    fn of(
        provider: impl FnOnce(&Relay, &str) -> OidcProvider,
        end: &str,
        settings: &str,
        variables: &[(&str, &str)],
    ) -> Self {
        let (home, relay) = (Home::new(), Relay::start());
        home.write("client-secret", "s3cr3t-of-the-tests\n");
        home.write("readonce.toml", settings);
        let secret = home.file("client-secret");
        let issuer = format!("{}{end}", relay.issuer());
        let own = [
            ("READONCE_OIDC__ISSUER", issuer.as_str()),
            ("READONCE_OIDC__CLIENT_ID", "readonce"),
            ("READONCE_OIDC__CLIENT_SECRET_FILE", secret.to_str().unwrap()),
        ];
        let server = home.serve_with(&[UNLIMITED, &own, variables].concat());
        let provider = provider(&relay, &format!("http://{}{BACK}", server.address()));
        Self { server, relay, home, _provider: provider }
    }

    /// The address of a page.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }
}
