//! How this server proves to the token endpoint who it is.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{ClientAuth, Discovery, Settings};

/// Whether everybody sends and reads a text alike, form-urlencoded or not. Half of the providers that were tried do not
/// decode what RFC 6749 §2.3.1 says to encode.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

/// `Basic` or `Post`. Chosen once and not by trial: a status 500 is what some answer to a wrong secret.
pub(super) fn choose(settings: &Settings, discovery: &Discovery) -> ClientAuth {
    let offers = |method: &str| {
        discovery.auth_methods.as_ref().is_some_and(|methods| methods.iter().any(|one| one == method))
    };
    let plain = is_plain_client(settings);
    match settings.client_auth {
        ClientAuth::Auto if offers("client_secret_post") && (!plain || !offers("client_secret_basic")) => {
            ClientAuth::Post
        }
        // Where nothing is said, it is what the specification says (Discovery, section 3).
        ClientAuth::Auto => ClientAuth::Basic,
        chosen => chosen,
    }
}

/// Whether id and secret go where providers may read them differently.
pub(super) fn is_doubtful(settings: &Settings, discovery: &Discovery) -> bool {
    choose(settings, discovery) == ClientAuth::Basic && !is_plain_client(settings)
}

fn is_plain_client(settings: &Settings) -> bool {
    is_plain(&settings.client_id) && is_plain(settings.client_secret.expose())
}

/// The value of `Authorization`.
pub(super) fn basic(settings: &Settings) -> Zeroizing<String> {
    let encoded =
        |text: &str| Zeroizing::new(form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>());
    let (id, secret) = (encoded(&settings.client_id), encoded(settings.client_secret.expose()));
    let pair = Zeroizing::new(format!("{}:{}", *id, *secret));
    let pair = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    Zeroizing::new(format!("Basic {}", *pair))
}
