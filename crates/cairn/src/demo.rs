//! `demo --serve`: the made-up partner in a running product, opened by an address that signs in once.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use app::access::{Actor, Role};
use app::accounts::{Accounts, Begun, Visitor};
use app::clock::Clock;
use app::domain::business::BusinessDays;
use app::domain::calendar::Day;
use app::domain::diagnostic::{Diagnostic, Place};
use app::imports::{ImportOptions, Target};
use app::office::Office;
use app::refusal::Refusal;
use app::settings::{FirstRun, PartnerSettings};
use app::store::Store;

use crate::args::Common;
use crate::output;
use crate::run::{Outcome, programs};
use crate::serve::load::why;
use crate::serve::settings::Settings;

/// Who looks around in the demo.
pub const EMAIL: &str = "amara@harborcloud.example";

/// What they are called.
pub const NAME: &str = "Amara Okafor";

/// Where the partner of the demo is: its time zone and its currency.
const ZONE: &str = "America/Los_Angeles";
const CURRENCY: &str = "USD";

/// The holidays of the demo's calendar: month, day, name.
const HOLIDAYS: [(i8, i8, &str); 4] = [
    (1, 1, "New Year’s Day"),
    (6, 19, "Juneteenth"),
    (7, 4, "Independence Day"),
    (12, 25, "Christmas Day"),
];

/// Serves the demo from a database beside its folder. One that is there already is served as it is.
pub fn serve(common: &Common, folder: &Path, today: Day, listen: SocketAddr) -> Outcome {
    let database = beside(folder);
    if !database.exists()
        && let Err(problem) = fill(common, folder, today, &database)
    {
        // Half a demo would be served the next time.
        for ending in ["", "-wal", "-shm"] {
            let mut path = database.clone().into_os_string();
            path.push(ending);
            let _ = std::fs::remove_file(path);
        }
        return Err(problem);
    }
    output::answer(&format!(
        "\nServing {} with everything in it; delete it to begin anew. Ctrl+C ends it.\n",
        database.display()
    ));
    let flags = [
        "--listen".to_owned(),
        listen.to_string(),
        "--database".to_owned(),
        database.display().to_string(),
        "--log-level".to_owned(),
        "warn".to_owned(),
    ];
    let mut settings = Settings::from_flags(&flags)?;
    settings.demo = true;
    settings.programs = common.programs.clone();
    settings.time_zone = common.time_zone.clone();
    crate::serve::serve(settings)
}

/// The database of a demo's folder: `cairn-demo.db` for `cairn-demo`.
fn beside(folder: &Path) -> PathBuf {
    let mut path = folder.components().as_path().as_os_str().to_owned();
    path.push(".db");
    PathBuf::from(path)
}

fn failed(message: String) -> Diagnostic {
    Diagnostic::error("unavailable", message, Place::default())
}

fn said(refusal: Refusal) -> Diagnostic {
    match refusal {
        Refusal::Problems(mut problems) if !problems.is_empty() => problems.remove(0),
        Refusal::Store(error) => failed(format!("the database does not answer: {}", why(&error))),
        other => failed(other.to_string()),
    }
}

fn fill(common: &Common, folder: &Path, today: Day, database: &Path) -> Result<(), Diagnostic> {
    let loaded = programs(common)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| failed(format!("no work can be begun: {error}")))?;
    runtime.block_on(async {
        let store = Store::open(&database.to_string_lossy()).await;
        let store = store.map_err(|error| {
            failed(format!(
                "the database `{}` cannot be used: {}",
                database.display(),
                why(&error)
            ))
        })?;
        let clock = Clock::in_zone(common.time_zone.clone());
        let office = Office::new(store, Arc::new(loaded), clock);
        let done = bring(&office, folder, today).await;
        office.store.close().await;
        done.map_err(said)
    })
}

/// Imports the folder as the partner's evidence, and says what a first run says.
async fn bring(office: &Office, folder: &Path, today: Day) -> Result<(), Refusal> {
    office.refresh().await?;
    let actor = Actor::system("demo");
    office
        .add_partner(&actor, app::demo::PARTNER, "Harbor Cloud Services")
        .await?;
    let target = Target::Partner(app::demo::PARTNER.to_owned());
    let options = ImportOptions::default();
    let begun = office
        .start_import(&actor, &target, Some(folder), &options)
        .await?;
    let shown = office.preview_import(&actor, &begun.id, None).await?;
    let done = office
        .confirm_import(&actor, &begun.id, shown.version)
        .await?;
    drop(done);
    let year = today.date().year();
    let years = [year, year + 1];
    let holidays: Vec<(Day, String)> = years
        .into_iter()
        .flat_map(|year| HOLIDAYS.map(|(month, day, name)| (year, month, day, name)))
        .filter_map(|(year, month, day, name)| {
            let day = Day::parse(&format!("{year:04}-{month:02}-{day:02}"))?;
            Some((day, name.to_owned()))
        })
        .collect();
    let usual = PartnerSettings::default();
    let days = BusinessDays::new(&[5, 6], holidays.iter().map(|(day, _)| *day).collect());
    let first = FirstRun {
        settings: PartnerSettings {
            currency: Some(CURRENCY.to_owned()),
            zone: ZONE.to_owned(),
            days: days.unwrap_or_default(),
            holidays,
            ..usual
        },
        ..FirstRun::default()
    };
    office.set_up(&actor, app::demo::PARTNER, &first).await?;
    Ok(())
}

/// The address that signs the visitor of the demo in, once; an earlier one works no more once this one was followed.
pub async fn address(accounts: &Accounts<'_>) -> Result<String, Refusal> {
    let actor = Actor::system("demo");
    let url = match accounts.find(&actor, EMAIL).await {
        Ok(account) => match accounts.make_reset(&actor, &account).await {
            Ok(url) => Some(url),
            // They were invited and have not come yet.
            Err(Refusal::Problems(_)) => invite(accounts, &actor).await?,
            Err(other) => return Err(other),
        },
        Err(_) => invite(accounts, &actor).await?,
    };
    let url = url.ok_or(Refusal::SignIn)?;
    let url = url.reveal();
    let (place, key) = url.split_once("?key=").unwrap_or((url, ""));
    let place = place.rsplit_once('/').map_or(place, |(host, _)| host);
    Ok(format!("{place}/demo?key={key}"))
}

async fn invite(
    accounts: &Accounts<'_>,
    actor: &Actor,
) -> Result<Option<app::accounts::Secret>, Refusal> {
    let role = Role::Administrator;
    Ok(accounts.invite(actor, EMAIL, role, None, None).await?.url)
}

/// Signs in whoever holds the key of that address. The key is the password from then on, until the next start.
pub async fn enter(
    accounts: &Accounts<'_>,
    key: &str,
    visitor: &Visitor,
) -> Result<Begun, Refusal> {
    match accounts.accept_invitation(key, NAME, key, visitor).await {
        Ok(begun) => Ok(begun),
        Err(_) => {
            accounts.finish_reset(key, key, visitor).await?;
            accounts.sign_in(EMAIL, key, visitor).await
        }
    }
}
