//! Signing in with a provider of OpenID Connect: the code flow with PKCE and a nonce.
//!
//! What ties the way there to the way back is one secret that the browser keeps: the state, the nonce and the verifier
//! follow from it, and the database holds its hash alone. So nobody can finish in one browser what began in another.

use std::sync::Arc;
use std::time::Duration;

use domain::instant::Instant;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreProviderMetadata, CoreTokenResponse,
    CoreUserInfoClaims,
};
use openidconnect::reqwest;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, Scope, TokenResponse as _,
};
use store::{AccountRow, AccountState, Tx};

use super::{Accounts, Begun, Entry, LINK, Secret, Visitor, slip};
use crate::refusal::Refusal;

/// Seconds in which somebody must be back from the provider.
const VISIT_SECONDS: i64 = 900;
/// Seconds after which a provider is asked again what it is.
const KNOWN_SECONDS: i64 = 600;

/// A provider of sign-in.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Its address, below which `/.well-known/openid-configuration` is.
    pub issuer: String,
    /// As whom it knows this server.
    pub client_id: String,
    /// The secret that it gave this server; none for a public client.
    pub client_secret: Option<Secret>,
    /// What it is called on the page.
    pub label: String,
}

impl ProviderSettings {
    /// A provider, with the secret that it gave this server.
    pub fn new(issuer: &str, client_id: &str, client_secret: Option<&str>, label: &str) -> Self {
        ProviderSettings {
            issuer: issuer.to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.map(Secret::given),
            label: label.to_owned(),
        }
    }
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What the provider said of itself, and when.
#[derive(Debug, Default)]
pub(super) struct Discovered(tokio::sync::Mutex<Option<(Instant, Arc<Client>)>>);

/// Where to send the browser, and what it must keep until it is back.
#[derive(Clone, Debug)]
pub struct Departure {
    /// The page of the provider.
    pub url: String,
    /// What the browser keeps; shown once.
    pub secret: Secret,
}

/// Who somebody is at the provider.
struct Identity {
    subject: String,
    /// The address, where the provider vouches for it.
    email: Option<String>,
    name: Option<String>,
}

fn failed(what: &'static str, error: &dyn std::error::Error) -> Refusal {
    let mut why = error.to_string();
    let mut behind = error.source();
    while let Some(source) = behind {
        why = format!("{why}: {source}");
        behind = source.source();
    }
    tracing::warn!(what, why, "sign-in with the provider failed");
    unanswered()
}

fn unanswered() -> Refusal {
    slip(
        "provider-failed",
        "the provider of sign-in did not answer as it should",
        "provider",
        "try again, or sign in with a password",
    )
}

fn no_account() -> Refusal {
    slip(
        "no-account",
        "nobody was invited here with the address for which the provider vouches",
        "provider",
        "ask for an invitation to that address",
    )
}

fn http() -> Result<reqwest::Client, Refusal> {
    reqwest::ClientBuilder::new()
        // A provider that sends this server elsewhere could make it ask what only it can reach.
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(15))
        .build()
        .map_err(|e| failed("client", &e))
}

/// The page to go to afterwards: one of this server.
fn local(back: &str) -> String {
    let is_local = back.starts_with('/')
        && !back[1..].starts_with(['/', '\\'])
        && back.chars().all(|c| !c.is_control());
    if is_local { back } else { "/" }.to_owned()
}

impl Accounts<'_> {
    fn provider(&self) -> Result<&ProviderSettings, Refusal> {
        let provider = self.door.settings.provider.as_ref();
        provider.ok_or_else(|| Refusal::no("provider", "of sign-in"))
    }

    /// The address to which the provider sends browsers back, which it must know.
    pub fn provider_returns_to(&self) -> String {
        format!("{}/sign-in/provider", self.door.settings.public_url)
    }

    async fn client(&self) -> Result<Arc<Client>, Refusal> {
        let provider = self.provider()?;
        let now = self.clock.now();
        let mut known = self.door.provider.0.lock().await;
        if let Some((at, client)) = &*known
            && now < at.plus_seconds(KNOWN_SECONDS)
        {
            return Ok(client.clone());
        }
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(|e| failed("issuer", &e))?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &http()?)
            .await
            .map_err(|e| failed("discovery", &e))?;
        let returns = RedirectUrl::new(self.provider_returns_to())
            .map_err(|e| failed("public address", &e))?;
        let secret = provider.client_secret.as_ref();
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(provider.client_id.clone()),
            secret.map(|s| ClientSecret::new(s.reveal().to_owned())),
        )
        .set_redirect_uri(returns);
        let client = Arc::new(client);
        *known = Some((now, client.clone()));
        Ok(client)
    }

    /// Sends a browser to the provider; once it is signed in, it goes to the page `back` of this server.
    pub async fn depart(&self, back: &str, visitor: &Visitor) -> Result<Departure, Refusal> {
        self.within(&[(LINK, &visitor.network())]).await?;
        let client = self.client().await?;
        let secret = Secret::new("");
        let verifier = PkceCodeVerifier::new(secret.derived("verifier"));
        let (state, nonce) = (secret.derived("state"), secret.derived("nonce"));
        let (url, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .add_scope(Scope::new("email".to_owned()))
            .add_scope(Scope::new("profile".to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        let mut tx = self.write().await?;
        let until = self.clock.now().plus_seconds(VISIT_SECONDS);
        tx.insert_visit(&secret.hash(), &local(back), until).await?;
        tx.commit().await?;
        Ok(Departure {
            url: url.to_string(),
            secret,
        })
    }

    /// Takes a browser in that is back from the provider, and says to which page it goes.
    ///
    /// Somebody who was here before is known by what the provider calls them. Somebody new is linked to the account of the
    /// address for which the provider vouches, where there is one that may sign in or that was invited.
    pub async fn arrive(
        &self,
        secret: &str,
        state: &str,
        code: &str,
        visitor: &Visitor,
    ) -> Result<(Begun, String), Refusal> {
        self.within(&[(LINK, &visitor.network())]).await?;
        let secret = Secret::given(secret);
        let expected = Secret::given(&secret.derived("state"));
        // Hashes are compared, which tells nothing of how much of the two is alike.
        if expected.hash() != Secret::given(state).hash() {
            return Err(Refusal::SignIn);
        }
        let mut tx = self.write().await?;
        let back = tx.take_visit(&secret.hash(), self.clock.now()).await?;
        let back = back.ok_or(Refusal::SignIn)?;
        tx.commit().await?;
        let identity = self.identity(&secret, code).await?;
        let issuer = self.provider()?.issuer.clone();

        let mut tx = self.write().await?;
        tx.decide_accounts().await?;
        let account = match tx.account_of_identity(&issuer, &identity.subject).await? {
            Some(id) => self.existing(&mut tx, &id).await?,
            None => self.link_identity(&mut tx, &issuer, &identity).await?,
        };
        if account.state != AccountState::Active {
            let id = &account.account;
            let mut tx = self.write_after(tx).await?;
            self.note_failure(&mut tx, Entry::of(id, "sign-in-failed", id))
                .await?;
            tx.commit().await?;
            return Err(no_account());
        }
        let begun = self.begin(&mut tx, &account, visitor, "provider").await?;
        tx.commit().await?;
        Ok((begun, back))
    }

    /// Another transaction, once one was given up.
    async fn write_after(&self, given_up: Tx) -> Result<Tx, Refusal> {
        drop(given_up);
        Ok(self.write().await?)
    }

    async fn link_identity(
        &self,
        tx: &mut Tx,
        issuer: &str,
        identity: &Identity,
    ) -> Result<AccountRow, Refusal> {
        let now = self.clock.now();
        let email = identity.email.as_ref().ok_or_else(no_account)?;
        let account = tx.account_of(email).await?;
        let mut account = account.ok_or_else(no_account)?;
        let id = account.account.clone();
        match account.state {
            AccountState::Disabled => return Ok(account),
            AccountState::Active => {}
            AccountState::Invited => {
                let invitations = tx.invitations_of(&id, now).await?;
                if invitations.is_empty() {
                    return Err(no_account());
                }
                let name = identity.name.as_deref().unwrap_or(&account.email);
                let name = super::checked_name(name).unwrap_or_else(|_| account.email.clone());
                self.activate(tx, &mut account, &name).await?;
                for invitation in &invitations {
                    self.accept(tx, invitation, &id).await?;
                }
            }
        }
        tx.insert_identity(issuer, &identity.subject, &id, now)
            .await?;
        self.note(tx, Entry::of(&id, "link-provider", &id)).await?;
        Ok(account)
    }

    /// Exchanges a code for who somebody is.
    async fn identity(&self, secret: &Secret, code: &str) -> Result<Identity, Refusal> {
        let client = self.client().await?;
        let http = http()?;
        let tokens: CoreTokenResponse = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|e| failed("token endpoint", &e))?
            .set_pkce_verifier(PkceCodeVerifier::new(secret.derived("verifier")))
            .request_async(&http)
            .await
            .map_err(|e| failed("exchange of the code", &e))?;
        let nonce = Nonce::new(secret.derived("nonce"));
        let claims = match self.claims(&client, &tokens, &nonce) {
            Ok(claims) => claims,
            Err(_) => {
                // The provider may have changed its keys since it was asked.
                *self.door.provider.0.lock().await = None;
                let client = self.client().await?;
                self.claims(&client, &tokens, &nonce)?
            }
        };
        let subject = claims.subject().clone();
        let mut identity = Identity {
            subject: subject.to_string(),
            email: None,
            name: None,
        };
        let vouched = claims.email_verified() == Some(true);
        identity.email = claims.email().filter(|_| vouched).map(|e| e.to_string());
        identity.name = claims
            .name()
            .and_then(|n| n.get(None))
            .map(|n| n.to_string());
        if claims.email().is_none() && client.user_info_url().is_some() {
            let more: CoreUserInfoClaims = client
                .user_info(tokens.access_token().clone(), Some(subject))
                .map_err(|e| failed("user info endpoint", &e))?
                .request_async(&http)
                .await
                .map_err(|e| failed("user info", &e))?;
            let vouched = more.email_verified() == Some(true);
            identity.email = more.email().filter(|_| vouched).map(|e| e.to_string());
            identity.name = more
                .name()
                .and_then(|n| n.get(None))
                .map(|n| n.to_string())
                .or(identity.name);
        }
        Ok(identity)
    }

    /// What the token says, once its signature, its issuer, its audience, its times and its nonce were checked.
    fn claims(
        &self,
        client: &Client,
        tokens: &CoreTokenResponse,
        nonce: &Nonce,
    ) -> Result<CoreIdTokenClaims, Refusal> {
        let verifier = client.id_token_verifier();
        let token = tokens.id_token().ok_or_else(unanswered)?;
        let claims = token
            .claims(&verifier, nonce)
            .map_err(|e| failed("token", &e))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token.signing_alg().map_err(|e| failed("token", &e))?;
            let key = token
                .signing_key(&verifier)
                .map_err(|e| failed("token", &e))?;
            let there = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|e| failed("token", &e))?;
            if there != *expected {
                return Err(unanswered());
            }
        }
        Ok(claims.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::local;

    #[test]
    fn nobody_is_sent_to_another_server_afterwards() {
        for (back, to) in [
            ("/partners/north", "/partners/north"),
            ("/", "/"),
            ("", "/"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nb", "/"),
        ] {
            assert_eq!(local(back), to, "{back}");
        }
    }
}
