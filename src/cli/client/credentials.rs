//! Credentials: an account and its API token.
//!
//! There is no `--token`: a command line can be read by every user of the machine, and stays in the shell's history.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ureq::http::HeaderValue;
use zeroize::Zeroizing;

use super::error::ClientError;
use super::hidden::Hidden;
use super::options::ServerArguments;
use super::variables::{TOKEN, USER, variable};
use super::{input, prompt};

/// Credentials of an account.
#[derive(Debug)]
pub(super) struct Credentials {
    user: String,
    token: Hidden,
}

impl Credentials {
    /// The account that the call names, if any; its token is not asked for yet.
    pub(super) fn user(arguments: &ServerArguments) -> Result<Option<String>, ClientError> {
        if arguments.anonymous {
            return Ok(None);
        }
        let user = match &arguments.user {
            Some(user) => Some(user.clone()),
            None => variable(USER)?,
        };
        if user.is_none() && (arguments.token_file.is_some() || variable(TOKEN)?.is_some()) {
            return Err(ClientError::call(
                "there is a token and no account\nhint: --user or READONCE_USER; --anonymous sends neither",
            ));
        }
        if user.as_deref().is_some_and(|user| user.contains(':') || user.contains(char::is_control)) {
            return Err(ClientError::call(
                "an account's name has no `:` in it\nhint: the token is READONCE_TOKEN, or --token-file",
            ));
        }
        Ok(user)
    }

    /// With the token from a file, the environment, or a prompt.
    pub(super) fn of(user: String, arguments: &ServerArguments) -> Result<Self, ClientError> {
        let token = if let Some(path) = &arguments.token_file {
            Hidden::new(input::file(path)?.trim().to_owned())
        } else if let Some(token) = variable(TOKEN)? {
            Hidden::new(token)
        } else {
            prompt::ask("API token (not shown): ", "READONCE_TOKEN or --token-file")?
        };
        if token.expose().is_empty() {
            return Err(ClientError::call("the token is empty\nhint: READONCE_TOKEN, or --token-file"));
        }
        Ok(Self { user, token })
    }

    /// The header that carries them.
    pub(super) fn header(&self) -> Result<HeaderValue, ClientError> {
        let pair = Zeroizing::new(format!("{}:{}", self.user, self.token.expose()));
        let text = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        let mut value =
            HeaderValue::from_str(&text).map_err(|_| ClientError::call("the credentials cannot be sent"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}
