//! Passwords: which will do, and how they are kept.
//!
//! By NIST SP 800-63B: long enough, not one that anybody would try first, and no rule about which characters it is made of.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

use super::slip;
use crate::refusal::Refusal;

/// Characters that a password has at least.
pub const LEAST_CHARACTERS: usize = 12;
/// Bytes of which a password has at most: more is no safer and only costs time.
const MOST_BYTES: usize = 1_000;
/// Different characters that a password has at least: `aaaaaaaaaaaa` and `123123123123` are tried first.
const LEAST_DIFFERENT: usize = 5;
/// Passwords that wait to be hashed, from where on others are asked to come again.
const MOST_WAITING: usize = 64;

/// What it costs to try one password.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over that memory.
    pub passes: u32,
    /// Passwords that are hashed at once; others wait.
    pub at_once: usize,
}

/// 19 MiB and two passes, as the OWASP cheat sheet on storing passwords asks of argon2id.
impl Default for Cost {
    fn default() -> Cost {
        Cost {
            memory: 19 * 1_024,
            passes: 2,
            at_once: 4,
        }
    }
}

/// Hashes passwords, so many at once, away from the threads that answer requests.
#[derive(Debug)]
pub struct Hasher {
    cost: Cost,
    turns: Semaphore,
    waiting: AtomicUsize,
    nobody: OnceLock<String>,
}

struct Waiting<'h>(&'h AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

fn argon2(cost: Cost) -> Argon2<'static> {
    let params = Params::new(cost.memory, cost.passes, 1, None)
        .expect("a cost is within the bounds of argon2");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hashed(cost: Cost, password: &[u8]) -> String {
    argon2(cost)
        .hash_password(password)
        .expect("a password of limited length and a salt of the system can be hashed")
        .to_string()
}

impl Hasher {
    /// One of a cost.
    pub fn new(cost: Cost) -> Hasher {
        Hasher {
            cost,
            turns: Semaphore::new(cost.at_once.max(1)),
            waiting: AtomicUsize::new(0),
            nobody: OnceLock::new(),
        }
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let _waiting = Waiting(&self.waiting);
        if before >= MOST_WAITING {
            return Err(Refusal::TooOften { seconds: 5 });
        }
        let _turn = self
            .turns
            .acquire()
            .await
            .expect("nobody closes the semaphore");
        Ok(tokio::task::spawn_blocking(work)
            .await
            .expect("hashing does not panic"))
    }

    /// The hash of a password, as a PHC string.
    pub(super) async fn hash(&self, password: &str) -> Result<String, Refusal> {
        let (cost, password) = (self.cost, password.as_bytes().to_vec());
        self.in_turn(move || hashed(cost, &password)).await
    }

    /// Is it the password of this hash? Where there is no hash, the same work is done against nobody's, and the answer is no.
    pub(super) async fn matches(&self, password: &str, phc: Option<&str>) -> Result<bool, Refusal> {
        let nobody = match self.nobody.get() {
            Some(nobody) => nobody.clone(),
            None => {
                let made = self.hash("whose password nobody knows").await?;
                self.nobody.get_or_init(|| made).clone()
            }
        };
        let there = phc.is_some();
        let phc = phc.map_or(nobody, str::to_owned);
        // More than this is nobody's password; it is not hashed in full, whoever's it is said to be.
        let password: Vec<u8> = password.bytes().take(MOST_BYTES + 1).collect();
        let same = self
            .in_turn(move || {
                PasswordHash::new(&phc)
                    .is_ok_and(|hash| Argon2::default().verify_password(&password, &hash).is_ok())
            })
            .await?;
        Ok(there && same)
    }

    /// Was this hash made at another cost than today's?
    pub(super) fn is_outdated(&self, phc: &str) -> bool {
        let asked = format!("m={},t={},p=1", self.cost.memory, self.cost.passes);
        !phc.contains(&format!("$argon2id$v=19${asked}$"))
    }
}

/// That a password will do for somebody of this address and name.
pub(super) fn check(password: &str, email: &str, name: &str) -> Result<(), Refusal> {
    let help = "several words that do not belong together are easy to keep in mind";
    let wrong = |message: String| Err(slip("weak-password", message, "password", help));
    let characters = password.chars().count();
    if characters < LEAST_CHARACTERS {
        return wrong(format!(
            "a password has at least {LEAST_CHARACTERS} characters, and this one has {characters}"
        ));
    }
    if password.len() > MOST_BYTES {
        return wrong(format!("a password has at most {MOST_BYTES} bytes"));
    }
    let mut different: Vec<char> = password.to_lowercase().chars().collect();
    let in_a_row = different
        .windows(2)
        .filter(|pair| {
            matches!(
                u32::from(pair[1]).wrapping_sub(u32::from(pair[0])),
                0 | 1 | u32::MAX
            )
        })
        .count();
    if in_a_row * 4 >= (characters - 1) * 3 {
        return wrong("a password is more than characters in their order".to_owned());
    }
    different.sort_unstable();
    different.dedup();
    if different.len() < LEAST_DIFFERENT {
        return wrong("a password is made of more than a few different characters".to_owned());
    }
    let plain = |text: &str| -> String {
        let kept = text.chars().filter(|c| c.is_alphanumeric());
        kept.flat_map(char::to_lowercase).collect()
    };
    let given = plain(password);
    let local = email.split('@').next().unwrap_or_default();
    let own = [plain(email), plain(local), plain(name), "cairn".to_owned()];
    let rest = |own: &String| {
        let left = given.replace(own.as_str(), "");
        !own.is_empty() && left.len() < given.len() && left.chars().count() < 6
    };
    if own.iter().any(rest) {
        return wrong("a password is more than the own name or address".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weak(password: &str) -> bool {
        check(password, "amara.okafor@harbor.example", "Amara Okafor").is_err()
    }

    #[test]
    fn a_password_is_long_enough_from_its_twelfth_character_on() {
        assert!(weak("horse staple"[..11].trim()));
        assert!(weak("horsestaple"));
        assert!(!weak("horse staple"));
        assert!(!weak("пароль лошади"));
    }

    #[test]
    fn no_characters_are_asked_for_but_the_first_guesses_are_refused() {
        for first in [
            "aaaaaaaaaaaaaaaa",
            "123123123123",
            "abcdefghijklmnop",
            "987654321098",
            "amara.okafor@harbor.example",
            "AmaraOkafor2026",
            "cairncairncairn",
        ] {
            assert!(weak(first), "{first}");
        }
        assert!(!weak("all lower case and no digit"));
    }

    #[test]
    fn the_cost_is_the_one_that_owasp_asks_for() {
        let phc = hashed(Cost::default(), b"x");
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(!Hasher::new(Cost::default()).is_outdated(&phc));
        let cheap = Cost {
            memory: 8,
            passes: 1,
            at_once: 1,
        };
        assert!(Hasher::new(Cost::default()).is_outdated(&hashed(cheap, b"x")));
    }
}
