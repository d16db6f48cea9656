//! Ids and links: random, handed out once, kept as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A new id of 90 random bits behind a letter that says of what it is.
pub(crate) fn fresh_id(of: char) -> String {
    let bits: [u8; 12] = rand::random();
    format!("{of}{}", URL_SAFE_NO_PAD.encode(bits))
}

/// The secret part of a link. Nothing prints it but [`LinkSecret::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct LinkSecret(String);

impl LinkSecret {
    /// A new one of 256 random bits.
    pub(crate) fn fresh() -> LinkSecret {
        let bits: [u8; 32] = rand::random();
        LinkSecret(URL_SAFE_NO_PAD.encode(bits))
    }

    /// The secret itself, to put it into a link.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for LinkSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkSecret(…)")
    }
}

/// What is kept of a secret. It has too many bits to be guessed, so that a fast hash will do.
pub(crate) fn hash_of(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.trim().as_bytes()).to_vec()
}
