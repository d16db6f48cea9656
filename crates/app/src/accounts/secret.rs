//! Secrets: random, shown once, kept as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A secret that is handed to somebody. It is printed by nothing but [`Secret::reveal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one of 256 random bits, behind a prefix.
    pub(super) fn new(prefix: &str) -> Secret {
        let bits: [u8; 32] = rand::random();
        Secret(format!("{prefix}{}", URL_SAFE_NO_PAD.encode(bits)))
    }

    /// What somebody handed back.
    pub(super) fn given(text: &str) -> Secret {
        Secret(text.trim().to_owned())
    }

    /// The secret itself, to hand it over.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it. It has too many bits to be guessed, so that a fast hash will do.
    pub(super) fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    /// Another secret that follows from this one and tells nothing of it.
    pub(super) fn derived(&self, purpose: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(purpose.as_bytes());
        hash.update([0]);
        hash.update(self.0.as_bytes());
        URL_SAFE_NO_PAD.encode(hash.finalize())
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
