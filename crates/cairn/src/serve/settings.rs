//! What can be set about the server, defined once: flags, environment, file and reference come from here.
//!
//! A field's id is its name everywhere: `smtp_url` is `--smtp-url`, `CAIRN_SMTP_URL`, and `url` in the table `[smtp]` of the
//! file. [`crate::config`] makes these three of it and knows in which order they win.
#![allow(
    rustdoc::bare_urls,
    reason = "the comment of a flag is its help, in which brackets would be printed"
)]

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use app::clock::Zone;
use app::domain::diagnostic::{Diagnostic, Place};
use clap::Args;

use crate::secret::Secret;

const LOGS: &str = "Logs and metrics";
const LIMITS: &str = "Limits";
const MAIL: &str = "Mail";
const SIGN_IN: &str = "Signing in";
const RETENTION: &str = "How long things are kept";
const HOOKS: &str = "Web hooks";

/// Where everything is kept: what each command needs that works on the database of a server.
#[derive(Args, Clone, Debug)]
pub struct StoreSettings {
    /// The configuration file [default: `cairn.toml` of the working folder, where there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Where everything is kept: a file of SQLite, or postgres://USER:PASSWORD@HOST/NAME
    #[arg(long, value_name = "DATABASE", default_value = "cairn.db")]
    pub database: Secret,
    /// A file that holds the database's address, instead of `database`
    #[arg(long, value_name = "FILE")]
    pub database_file: Option<PathBuf>,
}

impl StoreSettings {
    /// Takes secrets from their files. What cannot be read is said.
    pub fn finish(&mut self) -> Vec<Diagnostic> {
        let mut problems = vec![];
        let file = self.database_file.as_deref();
        if let Some(database) = secret_of("database_file", file, &mut problems) {
            self.database = database;
        }
        if self.database.reveal().is_empty() {
            problems.push(wrong("database", "is empty").help(
                "name a file, as in cairn.db, or a database, as in postgres://cairn@localhost/cairn",
            ));
        }
        problems
    }

    /// The database as a person may see it: a file's name, or where a database is without its password.
    pub fn shown(&self) -> String {
        shown(self.database.reveal())
    }
}

/// Everything that can be set about a running server.
#[derive(Args, Clone, Debug)]
pub struct Settings {
    /// Where everything is kept.
    #[command(flatten)]
    pub store: StoreSettings,
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = USUAL_ADDRESS, value_parser = address)]
    pub listen: SocketAddr,
    /// Where people reach the server, as links in mails say it; cookies are kept to HTTPS where it begins with https://
    #[arg(long, value_name = "URL", value_parser = PublicUrl::parse)]
    pub public_url: Option<PublicUrl>,
    /// Networks of proxies that are believed when they say whose request they pass on, as in 127.0.0.1 or 10.0.0.0/8
    #[arg(long, value_name = "NETWORK", value_delimiter = ',', value_parser = Network::parse)]
    pub trusted_proxies: Vec<Network>,
    /// How long running requests may take to finish when the server is told to stop
    #[arg(long, value_name = "TIME", default_value = "20s", value_parser = time)]
    pub stop_within: Duration,
    /// How often the database is asked whether another server changed something
    #[arg(long, value_name = "TIME", default_value = "300ms", value_parser = time)]
    pub refresh_every: Duration,
    /// What is written down.
    #[command(flatten)]
    pub log: LogSettings,
    /// What is counted, and where it is shown.
    #[command(flatten)]
    pub metrics: MetricsSettings,
    /// How much is taken at once.
    #[command(flatten)]
    pub limits: LimitSettings,
    /// How mail is sent.
    #[command(flatten)]
    pub smtp: SmtpSettings,
    /// Signing in with an identity provider.
    #[command(flatten)]
    pub oidc: OidcSettings,
    /// How long somebody stays signed in.
    #[command(flatten)]
    pub session: SessionSettings,
    /// How long things are kept.
    #[command(flatten)]
    pub retention: RetentionSettings,
    /// Whom web hooks may tell.
    #[command(flatten)]
    pub hooks: HookSettings,
    /// Programs of the user's own.
    #[arg(skip)]
    pub programs: Vec<PathBuf>,
    /// Where "today" is.
    #[arg(skip)]
    pub time_zone: Zone,
    /// Is it the demo, which is opened by an address that signs in?
    #[arg(skip)]
    pub demo: bool,
}

/// What is written down about the server's work.
#[derive(Args, Clone, Debug)]
pub struct LogSettings {
    /// How a line is written: text for people, json for machines, or auto, which is text on a terminal and json elsewhere
    #[arg(id = "log_format", long = "log-format", value_name = "FORMAT", default_value = "auto", help_heading = LOGS, value_enum)]
    pub format: LogFormat,
    /// What is written: error, warn, info, debug or trace, also per part as in info,sqlx=warn; of libraries never more than info
    #[arg(id = "log_level", long = "log-level", value_name = "LEVEL", default_value = "info", help_heading = LOGS, value_parser = level)]
    pub level: String,
}

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    // Text on a terminal, JSON elsewhere.
    Auto,
    // For people.
    Text,
    // For machines.
    Json,
}

/// What is counted, and where it is shown.
#[derive(Args, Clone, Debug)]
pub struct MetricsSettings {
    /// Whether `/metrics` answers
    #[arg(id = "metrics_enabled", long = "metrics-enabled", value_name = "YES", default_value = "true", action = clap::ArgAction::Set, help_heading = LOGS, hide_possible_values = true)]
    pub enabled: bool,
    /// Another address on which `/metrics` answers, instead of on the first
    #[arg(id = "metrics_listen", long = "metrics-listen", value_name = "ADDRESS", help_heading = LOGS, value_parser = address)]
    pub listen: Option<SocketAddr>,
}

/// How much is taken at once.
#[derive(Args, Clone, Debug)]
pub struct LimitSettings {
    /// The largest body of a request that uploads no file
    #[arg(id = "limits_body", long = "limits-body", value_name = "SIZE", default_value = "2MiB", help_heading = LIMITS, value_parser = size)]
    pub body: usize,
    /// The largest upload
    #[arg(id = "limits_upload", long = "limits-upload", value_name = "SIZE", default_value = "1GiB", help_heading = LIMITS, value_parser = size)]
    pub upload: usize,
    /// The longest head of a request
    #[arg(id = "limits_head", long = "limits-head", value_name = "SIZE", default_value = "32KiB", help_heading = LIMITS, value_parser = head_size)]
    pub head: usize,
    /// The longest address of a request
    #[arg(id = "limits_address", long = "limits-address", value_name = "SIZE", default_value = "8KiB", help_heading = LIMITS, value_parser = size)]
    pub address: usize,
    /// How long a request may take
    #[arg(id = "limits_time", long = "limits-time", value_name = "TIME", default_value = "30s", help_heading = LIMITS, value_parser = time)]
    pub time: Duration,
    /// How long an upload may take
    #[arg(id = "limits_upload_time", long = "limits-upload-time", value_name = "TIME", default_value = "15m", help_heading = LIMITS, value_parser = time)]
    pub upload_time: Duration,
    /// How many requests are worked on at once; the next ones are asked to come again
    #[arg(id = "limits_requests", long = "limits-requests", value_name = "COUNT", default_value = "256", help_heading = LIMITS, value_parser = count)]
    pub requests: usize,
    /// How many connections are open at once; the next ones wait
    #[arg(id = "limits_connections", long = "limits-connections", value_name = "COUNT", default_value = "4096", help_heading = LIMITS, value_parser = count)]
    pub connections: usize,
}

/// How mail is sent. Without an address nothing is sent, and what would have been sent is shown to administrators.
#[derive(Args, Clone, Debug)]
pub struct SmtpSettings {
    /// The mail server: smtps://USER:PASSWORD@HOST, or smtp://…?tls=required for STARTTLS
    #[arg(id = "smtp_url", long = "smtp-url", value_name = "URL", help_heading = MAIL)]
    pub url: Option<Secret>,
    /// A file that holds the address of the mail server, instead of `smtp.url`
    #[arg(id = "smtp_url_file", long = "smtp-url-file", value_name = "FILE", help_heading = MAIL)]
    pub url_file: Option<PathBuf>,
    /// Whom mails come from, as in Cairn <cairn@example.com>
    #[arg(id = "smtp_from", long = "smtp-from", value_name = "ADDRESS", help_heading = MAIL, value_parser = mailbox)]
    pub from: Option<String>,
}

/// Signing in with an identity provider (OpenID Connect).
#[derive(Args, Clone, Debug)]
pub struct OidcSettings {
    /// The identity provider, as it names itself: https://login.example.com
    #[arg(id = "oidc_issuer", long = "oidc-issuer", value_name = "URL", help_heading = SIGN_IN, value_parser = web_address)]
    pub issuer: Option<String>,
    /// What the provider calls this server
    #[arg(id = "oidc_client_id", long = "oidc-client-id", value_name = "ID", help_heading = SIGN_IN)]
    pub client_id: Option<String>,
    /// The secret that the provider gave this server
    #[arg(id = "oidc_client_secret", long = "oidc-client-secret", value_name = "SECRET", help_heading = SIGN_IN)]
    pub client_secret: Option<Secret>,
    /// A file that holds that secret, instead of `oidc.client_secret`
    #[arg(id = "oidc_client_secret_file", long = "oidc-client-secret-file", value_name = "FILE", help_heading = SIGN_IN)]
    pub client_secret_file: Option<PathBuf>,
    /// What the button to sign in with it says
    #[arg(id = "oidc_label", long = "oidc-label", value_name = "TEXT", default_value = "Sign in with your organization", help_heading = SIGN_IN)]
    pub label: String,
}

/// How long somebody stays signed in.
#[derive(Args, Clone, Debug)]
pub struct SessionSettings {
    /// How long without a request until somebody is signed out
    #[arg(id = "session_idle", long = "session-idle", value_name = "TIME", default_value = "12h", help_heading = SIGN_IN, value_parser = time)]
    pub idle: Duration,
    /// How long until somebody is signed out in any case
    #[arg(id = "session_lifetime", long = "session-lifetime", value_name = "TIME", default_value = "30d", help_heading = SIGN_IN, value_parser = time)]
    pub lifetime: Duration,
    /// Whether an administrator must have a second factor
    #[arg(id = "session_second_factor_for_administrators", long = "session-second-factor-for-administrators", value_name = "YES", default_value = "false", action = clap::ArgAction::Set, help_heading = SIGN_IN, hide_possible_values = true)]
    pub administrators_need_factor: bool,
}

/// How long things are kept. Evidence and decisions are kept for ever, and so is the chain of the audit log.
#[derive(Args, Clone, Debug)]
pub struct RetentionSettings {
    /// How long sessions that ended are listed
    #[arg(id = "retention_sessions", long = "retention-sessions", value_name = "TIME", default_value = "90d", help_heading = RETENTION, value_parser = time)]
    pub sessions: Duration,
    /// How long a request with an idempotency key is answered again as the first time
    #[arg(id = "retention_keys", long = "retention-keys", value_name = "TIME", default_value = "24h", help_heading = RETENTION, value_parser = time)]
    pub keys: Duration,
    /// How long deliveries of web hooks and mails are listed
    #[arg(id = "retention_deliveries", long = "retention-deliveries", value_name = "TIME", default_value = "30d", help_heading = RETENTION, value_parser = time)]
    pub deliveries: Duration,
    /// How long imports that ended are listed, with what they showed; then they can no longer be undone
    #[arg(id = "retention_imports", long = "retention-imports", value_name = "TIME", default_value = "400d", help_heading = RETENTION, value_parser = time)]
    pub imports: Duration,
    /// How long an import waits for somebody before it is given up, and what was handed in is removed
    #[arg(id = "retention_uploads", long = "retention-uploads", value_name = "TIME", default_value = "30d", help_heading = RETENTION, value_parser = time)]
    pub uploads: Duration,
}

/// Whom web hooks may tell.
#[derive(Args, Clone, Debug)]
pub struct HookSettings {
    /// Whether web hooks may tell addresses that only this network reaches, and without HTTPS
    #[arg(id = "hooks_private", long = "hooks-private", value_name = "YES", default_value = "false", action = clap::ArgAction::Set, help_heading = HOOKS, hide_possible_values = true)]
    pub private: bool,
}

impl Settings {
    /// Each setting by its key in the file, as the file would say it; secrets are left out, and so is what nobody set.
    pub fn listed(&self) -> Vec<(&'static str, Option<String>)> {
        let seconds = |time: &Duration| Some(format!("{}ms", time.as_millis()));
        let bytes = |size: usize| Some(size.to_string());
        let networks = self.trusted_proxies.iter().map(Network::to_string);
        let networks: Vec<String> = networks.collect();
        let programs = self.programs.iter().map(|p| p.display().to_string());
        let programs: Vec<String> = programs.collect();
        let joined = |all: Vec<String>| (!all.is_empty()).then(|| all.join(", "));
        vec![
            ("database", Some(self.store.shown())),
            ("hooks.private", Some(self.hooks.private.to_string())),
            ("limits.address", bytes(self.limits.address)),
            ("limits.body", bytes(self.limits.body)),
            ("limits.connections", bytes(self.limits.connections)),
            ("limits.head", bytes(self.limits.head)),
            ("limits.requests", bytes(self.limits.requests)),
            ("limits.time", seconds(&self.limits.time)),
            ("limits.upload", bytes(self.limits.upload)),
            ("limits.upload_time", seconds(&self.limits.upload_time)),
            ("listen", Some(self.listen.to_string())),
            ("log.level", Some(self.log.level.clone())),
            ("metrics.enabled", Some(self.metrics.enabled.to_string())),
            ("metrics.listen", self.metrics.listen.map(|a| a.to_string())),
            ("oidc.client_id", self.oidc.client_id.clone()),
            ("oidc.client_secret", None),
            ("oidc.issuer", self.oidc.issuer.clone()),
            ("oidc.label", Some(self.oidc.label.clone())),
            ("programs", joined(programs)),
            (
                "public_url",
                self.public_url.as_ref().map(|url| url.as_str().to_owned()),
            ),
            ("refresh_every", seconds(&self.refresh_every)),
            ("retention.deliveries", seconds(&self.retention.deliveries)),
            ("retention.keys", seconds(&self.retention.keys)),
            ("retention.sessions", seconds(&self.retention.sessions)),
            ("session.idle", seconds(&self.session.idle)),
            ("session.lifetime", seconds(&self.session.lifetime)),
            (
                "session.second_factor_for_administrators",
                Some(self.session.administrators_need_factor.to_string()),
            ),
            ("smtp.from", self.smtp.from.clone()),
            ("smtp.url", None),
            ("stop_within", seconds(&self.stop_within)),
            ("trusted_proxies", joined(networks)),
        ]
    }

    /// Takes secrets from their files, and looks at what only settings together can tell. All problems are given.
    pub fn finish(&mut self) -> Vec<Diagnostic> {
        let mut problems = self.store.finish();
        let file = self.smtp.url_file.as_deref();
        if let Some(url) = secret_of("smtp.url_file", file, &mut problems) {
            self.smtp.url = Some(url);
        }
        let file = self.oidc.client_secret_file.as_deref();
        if let Some(secret) = secret_of("oidc.client_secret_file", file, &mut problems) {
            self.oidc.client_secret = Some(secret);
        }
        if let Some(url) = &self.smtp.url {
            let url = url.reveal();
            if !url.starts_with("smtp://") && !url.starts_with("smtps://") {
                problems.push(wrong("smtp.url", "is no mail server").help(
                    "one is written smtps://USER:PASSWORD@HOST, or smtp://USER:PASSWORD@HOST:587?tls=required",
                ));
            }
            if self.smtp.from.is_none() {
                problems.push(lacks("smtp.url", "smtp.from"));
            }
        }
        let oidc = &self.oidc;
        let given = [
            ("oidc.issuer", oidc.issuer.is_some()),
            ("oidc.client_id", oidc.client_id.is_some()),
            ("oidc.client_secret", oidc.client_secret.is_some()),
        ];
        if let Some((some, _)) = given.iter().find(|(_, given)| *given) {
            let lacking = given.iter().filter(|(_, given)| !given);
            problems.extend(lacking.map(|(name, _)| lacks(some, name)));
            if self.public_url.is_none() {
                problems.push(lacks(some, "public_url"));
            }
        }
        if self.session.idle > self.session.lifetime {
            problems.push(
                wrong("session.idle", "is longer than `session.lifetime`")
                    .help("somebody is signed out after `session.lifetime` in any case"),
            );
        }
        if self.limits.body > self.limits.upload {
            problems.push(
                wrong("limits.body", "is larger than `limits.upload`")
                    .help("an upload may be at least as large as any other body"),
            );
        }
        problems
    }

    /// May cookies only travel over HTTPS? Where people reach the server says it.
    pub fn is_secure(&self) -> bool {
        self.public_url.as_ref().is_some_and(PublicUrl::is_secure)
    }
}

/// A problem with the value of a setting.
fn wrong(setting: &str, what: &str) -> Diagnostic {
    Diagnostic::error(
        "wrong-setting",
        format!("`{setting}` {what}"),
        Place::default(),
    )
}

/// A setting that means nothing without another one.
fn lacks(given: &str, lacking: &str) -> Diagnostic {
    Diagnostic::error(
        "missing-setting",
        format!("`{given}` is set, and `{lacking}` is not"),
        Place::default(),
    )
    .help("one goes with the other; docs/configuration.md says what each is")
}

/// The secret in a file, without the end of its last line.
fn secret_of(setting: &str, file: Option<&Path>, problems: &mut Vec<Diagnostic>) -> Option<Secret> {
    let file = file?;
    match std::fs::read_to_string(file) {
        Ok(text) if !text.trim().is_empty() => {
            Some(Secret::from(text.trim_end_matches(['\r', '\n'])))
        }
        Ok(_) => {
            problems.push(wrong(
                setting,
                &format!("names `{}`, which is empty", file.display()),
            ));
            None
        }
        Err(error) => {
            problems.push(
                wrong(
                    setting,
                    &format!("names `{}`, which cannot be read: {error}", file.display()),
                )
                .help("whoever runs the server must be able to read the file"),
            );
            None
        }
    }
}

/// An address of a database without what only its server may know.
fn shown(database: &str) -> String {
    let Some((scheme, rest)) = database.split_once("://") else {
        return database.to_owned();
    };
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    // The password may hold an `@` of its own, so the last one counts.
    let rest = match rest.rsplit_once('@') {
        Some((who, place)) => {
            let user = who.split(':').next().unwrap_or_default();
            format!("{user}@{place}")
        }
        None => rest.to_owned(),
    };
    format!("{scheme}://{rest}")
}

/// Where people reach the server: `https://cairn.example.com`, without a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

/// Where the server listens where nothing else is set.
pub const USUAL_ADDRESS: &str = "127.0.0.1:7373";

impl PublicUrl {
    /// Reads one. `Err` says how one is written.
    pub fn parse(text: &str) -> Result<PublicUrl, String> {
        let url = web_address(text)?;
        let host = url.split_once("://").map_or("", |(_, host)| host);
        if host.contains('/') {
            return Err(
                "the server answers at the root of its host: leave out the path".to_owned(),
            );
        }
        Ok(PublicUrl(url.to_ascii_lowercase()))
    }

    /// Does it begin with `https://`?
    pub fn is_secure(&self) -> bool {
        self.0.starts_with("https://")
    }

    /// As it is written, without a slash at the end. It is also the origin that browsers send.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The addresses of a network: `10.0.0.0/8`, or one address alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    /// So many bits at the beginning are the network's.
    bits: u32,
}

impl std::fmt::Display for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Network {
    /// Reads one. `Err` says how one is written.
    pub fn parse(text: &str) -> Result<Network, String> {
        let wrong = || "a network is written 127.0.0.1, 10.0.0.0/8 or fd00::/8".to_owned();
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| wrong())?;
        let all = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.trim().parse().map_err(|_| wrong())?,
            None => all,
        };
        if bits > all {
            return Err(wrong());
        }
        Ok(Network { address, bits })
    }

    /// Is an address in it? An IPv4 address that is written as IPv6 is the IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        fn wide(address: IpAddr) -> (u128, u32) {
            match address.to_canonical() {
                IpAddr::V4(four) => (u128::from(four.to_bits()) << 96, 32),
                IpAddr::V6(six) => (six.to_bits(), 128),
            }
        }
        let ((own, width), (other, other_width)) = (wide(self.address), wide(address));
        let unlike = own ^ other;
        width == other_width && (self.bits == 0 || unlike >> (128 - self.bits) == 0)
    }
}

/// Where to listen, such as `127.0.0.1:7373`, `0.0.0.0:80` or `[::]:7373`.
fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text
        .strip_prefix("localhost:")
        .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse().map_err(|_| {
        "an address is written 127.0.0.1:7373, 0.0.0.0:7373 for every network, or [::]:7373"
            .to_owned()
    })
}

/// An address of the web, without a slash at its end.
fn web_address(text: &str) -> Result<String, String> {
    let wrong = || "an address is written https://cairn.example.com".to_owned();
    let text = text.trim().trim_end_matches('/');
    let uri: axum::http::Uri = text.parse().map_err(|_| wrong())?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_host = uri
        .authority()
        .is_some_and(|a| !a.host().is_empty() && !a.as_str().contains('@'));
    if known && has_host && uri.query().is_none() && !text.contains('#') {
        Ok(text.to_owned())
    } else {
        Err(wrong())
    }
}

fn mailbox(text: &str) -> Result<String, String> {
    let address = text
        .rsplit_once('<')
        .map_or(text, |(_, rest)| rest.trim_end_matches('>'));
    match address.trim().split_once('@') {
        Some((who, place)) if !who.is_empty() && place.contains('.') || place_is_local(text) => {
            Ok(text.trim().to_owned())
        }
        _ => {
            Err("an address is written cairn@example.com, or Cairn <cairn@example.com>".to_owned())
        }
    }
}

fn place_is_local(text: &str) -> bool {
    text.contains("@localhost")
}

fn level(text: &str) -> Result<String, String> {
    tracing_subscriber::EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|_| "a level is one of error, warn, info, debug and trace, also per part as in info,sqlx=warn".to_owned())
}

/// A span of time such as `300ms`, `20s`, `15m`, `12h` or `90d`.
pub fn time(text: &str) -> Result<Duration, String> {
    let wrong = || {
        "a time is written as a number and ms, s, m, h or d, as in 20s, 15m, 12h or 90d".to_owned()
    };
    let (number, unit) = number_and_unit(text).ok_or_else(wrong)?;
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60 * 1_000,
        "h" => 60 * 60 * 1_000,
        "d" => 24 * 60 * 60 * 1_000,
        _ => return Err(wrong()),
    };
    let a_hundred_years = 100 * 365 * 24 * 60 * 60 * 1_000;
    match number.checked_mul(milliseconds) {
        Some(0) => Err("a time is at least one millisecond".to_owned()),
        Some(span) if span <= a_hundred_years => Ok(Duration::from_millis(span)),
        _ => Err("a time is at most a hundred years".to_owned()),
    }
}

/// So many bytes, such as `512KiB`, `2MiB` or `1GiB`; a number alone is bytes.
fn size(text: &str) -> Result<usize, String> {
    let wrong = || {
        "a size is written as a number and KiB, MiB or GiB, as in 512KiB, 2MiB or 1GiB".to_owned()
    };
    let (number, unit) = number_and_unit(text).ok_or_else(wrong)?;
    let shift = match unit {
        "" | "B" => 0,
        "KiB" => 10,
        "MiB" => 20,
        "GiB" => 30,
        _ => return Err(wrong()),
    };
    let bytes = number
        .checked_mul(1 << shift)
        .and_then(|bytes| usize::try_from(bytes).ok());
    bytes.filter(|bytes| *bytes > 0).ok_or_else(wrong)
}

/// A size of a request's head, within what can be read as one.
fn head_size(text: &str) -> Result<usize, String> {
    match size(text)? {
        bytes @ 8_192..=1_048_576 => Ok(bytes),
        _ => Err("the head of a request may be limited to between 8KiB and 1MiB".to_owned()),
    }
}

fn count(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(count @ 1..=1_000_000) => Ok(count),
        _ => Err("a count is a number between 1 and 1000000".to_owned()),
    }
}

fn number_and_unit(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let at = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    Some((number.parse().ok()?, unit.trim()))
}

#[cfg(test)]
impl Default for LimitSettings {
    fn default() -> LimitSettings {
        Settings::of(&[]).limits
    }
}

impl Settings {
    /// Settings as these flags say them, whatever stands in a file or the environment.
    pub fn from_flags<T: Into<std::ffi::OsString> + Clone>(
        flags: &[T],
    ) -> Result<Settings, Diagnostic> {
        use clap::FromArgMatches as _;
        let command = Settings::augment_args(clap::Command::new("cairn")).no_binary_name(true);
        let found = command
            .try_get_matches_from(flags.iter().cloned())
            .and_then(|matches| Settings::from_arg_matches(&matches));
        found
            .map_err(|error| Diagnostic::error("bad-settings", error.to_string(), Place::default()))
    }

    /// The same for tests.
    #[cfg(test)]
    pub fn of(flags: &[&str]) -> Settings {
        Settings::from_flags(flags).expect("settings")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_that_share_its_first_bits() {
        let check = |network: &str, address: &str, expected: bool| {
            let network = Network::parse(network).expect("a network");
            let address = address.parse().expect("an address");
            assert_eq!(network.contains(address), expected, "{address}");
        };
        check("10.0.0.0/8", "10.255.255.255", true);
        check("10.0.0.0/8", "11.0.0.0", false);
        check("127.0.0.1", "127.0.0.1", true);
        check("127.0.0.1", "127.0.0.2", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("0.0.0.0/0", "2001:db8::1", false);
        check("10.0.0.0/8", "::ffff:10.1.2.3", true);
        check("fd00::/8", "fd12::1", true);
        check("fd00::/8", "fe80::1", false);
    }

    #[test]
    fn a_database_is_shown_without_its_password() {
        let check = |database: &str, expected: &str| assert_eq!(shown(database), expected);
        check("cairn.db", "cairn.db");
        check(
            "postgres://cairn:p@ss@db:5432/cairn",
            "postgres://cairn@db:5432/cairn",
        );
        check(
            "postgres://db/cairn?password=hunter2",
            "postgres://db/cairn",
        );
    }

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(time("90d"), Ok(Duration::from_secs(90 * 86_400)));
        assert_eq!(time("20 s"), Ok(Duration::from_secs(20)));
        assert!(time("20").is_err() && time("0s").is_err() && time("99999999d").is_err());
        assert_eq!(size("2MiB"), Ok(2 << 20));
        assert_eq!(size("2048"), Ok(2048));
        assert!(size("2MB").is_err() && size("").is_err() && size("0").is_err());
    }
}
