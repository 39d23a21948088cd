//! Signatures of tokens, checked by ring: the cryptography that TLS has here already, given to `jsonwebtoken`.
//!
//! Public keys only. Nothing is signed, and no private key of anybody is ever here.

use std::sync::Once;

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{self, Verifier};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind, EncodingKey};
use ring::signature as of_ring;

/// Has `jsonwebtoken` ask this file. Needed before any token is read; often is as good as once.
pub(super) fn install() {
    static PROVIDER: CryptoProvider = CryptoProvider {
        signer_factory: no_signer,
        verifier_factory: verifier,
        // For thumbprints and private keys, of which there are none.
        key_utils: KeyUtils::new_unimplemented(),
    };
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Nothing else here installs one.
        let _ = PROVIDER.install_default();
    });
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library's signature")]
fn no_signer(_: &Algorithm, _: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Err(ErrorKind::UnsupportedAlgorithm.into())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the library's signature")]
fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    let how = how(*algorithm).ok_or(ErrorKind::UnsupportedAlgorithm)?;
    if key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidKeyFormat.into());
    }
    Ok(Box::new(OfRing { algorithm: *algorithm, how, key: key.clone() }))
}

enum How {
    Rsa(&'static of_ring::RsaParameters),
    Curve(&'static dyn of_ring::VerificationAlgorithm),
}

fn how(algorithm: Algorithm) -> Option<How> {
    Some(match algorithm {
        Algorithm::RS256 => How::Rsa(&of_ring::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => How::Rsa(&of_ring::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => How::Rsa(&of_ring::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => How::Rsa(&of_ring::RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => How::Rsa(&of_ring::RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => How::Rsa(&of_ring::RSA_PSS_2048_8192_SHA512),
        Algorithm::ES256 => How::Curve(&of_ring::ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => How::Curve(&of_ring::ECDSA_P384_SHA384_FIXED),
        Algorithm::EdDSA => How::Curve(&of_ring::ED25519),
        _ => return None,
    })
}

struct OfRing {
    algorithm: Algorithm,
    how: How,
    key: DecodingKey,
}

impl Verifier<Vec<u8>> for OfRing {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        let checked = match (&self.how, self.key.kind()) {
            (How::Rsa(how), DecodingKeyKind::RsaModulusExponent { n, e }) => {
                of_ring::RsaPublicKeyComponents { n, e }.verify(how, message, signature)
            }
            (How::Curve(how), DecodingKeyKind::SecretOrDer(key)) => {
                of_ring::UnparsedPublicKey::new(*how, key).verify(message, signature)
            }
            _ => Err(ring::error::Unspecified),
        };
        checked.map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for OfRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}
