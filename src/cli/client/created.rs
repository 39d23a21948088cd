//! What `share` and `generate` have in common: the parameters, and what is printed.

use clap::Args;

use super::address::Address;
use super::answer::{Answer, RequestKind};
use super::error::{ClientError, Exit};
use super::hidden::Hidden;
use super::link::is_key;
use super::passphrase::PassphraseArguments;
use super::server::Server;
use super::ttl;
use super::wire::Metadata;
use crate::cli::say;

/// Parameters of both.
#[derive(Args, Debug)]
pub(super) struct CreateArguments {
    /// How long it may be read, such as 90s, 2h, 7d, or plain seconds; the server may shorten it
    #[arg(long, value_name = "TIME", value_parser = ttl::parse)]
    pub(super) ttl: Option<u64>,
    #[command(flatten)]
    pub(super) passphrase: PassphraseArguments,
    /// Have the server mail the link to this address; takes an account
    #[arg(long, value_name = "EMAIL")]
    pub(super) recipient: Option<String>,
    /// A link domain that the server has besides its own
    #[arg(long, value_name = "HOST")]
    pub(super) share_domain: Option<String>,
    /// What links begin with, when people reach the server under another address than --url
    #[arg(long, value_name = "URL")]
    pub(super) link_url: Option<String>,
    /// Print the receipt's link too, in a line of its own: it shows what became of the secret, and burns it
    #[arg(long, conflicts_with = "json")]
    pub(super) receipt: bool,
    /// Print the server's whole answer
    #[arg(long)]
    pub(super) json: bool,
}

/// Refuses to begin where nobody could read the link, before anything is read or asked.
pub(super) fn need_output() -> anyhow::Result<()> {
    say::need_stdout("the server was not asked, nothing is shared")
}

impl CreateArguments {
    /// Asks the server for a new secret; `own` are the verb's own parameters.
    pub(super) fn ask(
        &self,
        server: &Server,
        path: &str,
        own: &[(&str, &str)],
    ) -> Result<Answer, ClientError> {
        // First: a secret that was shared and has no link is lost.
        self.link_address()?;
        let ttl = self.ttl.map(|ttl| ttl.to_string());
        let passphrase = self.passphrase.for_new()?;
        let optional = [
            ("ttl", ttl.as_deref()),
            ("passphrase", passphrase.as_ref().map(Hidden::expose)),
            ("recipient", self.recipient.as_deref()),
            ("share_domain", self.share_domain.as_deref()),
        ];
        let given = optional.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let parameters: Vec<_> = own.iter().copied().chain(given).collect();
        server.post(path, &parameters, RequestKind::Create)
    }

    /// Prints what came of it. `shows_value` is for `generate --show`.
    pub(super) fn print(&self, server: &Server, answer: &Answer, shows_value: bool) -> anyhow::Result<()> {
        let made: Metadata = answer.success()?;
        if !is_key(made.secret_key.expose()) {
            return Err(ClientError::new(Exit::Failed, "the server names no key of the secret").into());
        }
        if let (Some(asked), Some(kept)) = (self.ttl, made.ttl.0)
            // Old servers report twice the lifetime: that of the receipt.
            && kept < asked
        {
            server.note(&format!(
                "note: the server keeps it for {}, not {}",
                ttl::to_text(kept),
                ttl::to_text(asked)
            ));
        }
        if self.recipient.is_some() && made.recipient.0.is_empty() {
            server.note(
                "warning: the server names no recipient: it may have dropped the address and mailed nothing",
            );
        }
        if self.json {
            return say::result(&format!("{}\n", String::from_utf8_lossy(answer.body()).trim_end()));
        }
        let base = self.base(server, &made)?;
        let mut lines = Hidden::new(format!("{}\n", base.link("secret", made.secret_key.expose())));
        if shows_value {
            // It takes one line: those behind it would move.
            if made.value.expose().contains(char::is_control) {
                let message = "the server's password is not one line of text\nhint: it is not shown; --json prints the server's answer";
                return Err(ClientError::new(Exit::Failed, message).into());
            }
            lines = Hidden::new(format!("{}{}\n", lines.expose(), made.value.expose()));
        }
        let receipt = made.metadata_key.expose();
        if self.receipt && is_key(receipt) {
            lines = Hidden::new(format!("{}{}\n", lines.expose(), base.link("private", receipt)));
        }
        say::result(lines.expose())
    }

    /// What links begin with.
    fn base(&self, server: &Server, made: &Metadata) -> Result<Address, ClientError> {
        let domain = made.share_domain.0.trim();
        let named = match self.link_address()? {
            Some(address) => Some(address),
            None if domain.is_empty() => None,
            // What is no address is not worth a link: the server's own address opens it, too.
            None if domain.contains("://") => Address::parse(domain).ok(),
            None => Address::parse(&format!("https://{domain}")).ok(),
        };
        Ok(named.unwrap_or_else(|| server.address().clone()))
    }

    fn link_address(&self) -> Result<Option<Address>, ClientError> {
        self.link_url.as_deref().map(Address::parse).transpose()
    }
}
