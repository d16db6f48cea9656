//! Files as the tools of the trade write them, read with the shipped vocabulary: nothing renamed, nothing tidied up.
//!
//! The columns are public ones (the ACE portal's export of December 2023 and its import template of March 2023, Partner
//! Center's reports, ConnectWise, Autotask); the rows are made up. The two profit and loss accounts are written as their
//! makers describe them, and were not seen in a file that one of them wrote; the import says so.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cairn_exchange::{Encoding, Options, read_folder_with};
use domain::evidence::Cell;
use domain::library::Library;
use expect_test::{Expect, expect};

fn toml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is there")
        .map(|e| e.expect("an entry").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            toml_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
}

/// The shipped vocabulary, without programs.
fn library() -> Arc<Library> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut paths = Vec::new();
    toml_files(&root.join("vocabulary"), &mut paths);
    let texts: Vec<(String, String)> = paths
        .iter()
        .map(|p| {
            let name = p
                .strip_prefix(&root)
                .expect("below the root")
                .to_string_lossy()
                .replace('\\', "/");
            (name, fs::read_to_string(p).expect("text"))
        })
        .collect();
    Arc::new(Library::read(texts.iter().map(|(n, t)| (n.as_str(), t.as_str()))).0)
}

/// What a file is read as: its facts, then its problems but the notes about columns that are left out.
fn check(file: &str, options: &Options, expected: Expect) {
    let path = Path::new("tests/exports").join(file);
    let imported =
        read_folder_with(&path, &library(), options, &mut |_| ()).expect("the file is there");
    let evidence = &imported.evidence;
    let mut text = String::new();
    for (at, kind) in evidence.vocabulary.kinds.values().enumerate() {
        let table = &evidence.tables[at];
        for partner in 0..evidence.partners.len() {
            for row in table.rows(partner) {
                let _ = write!(text, "{} of {}:", kind.name, evidence.partner_id(partner));
                for (field, column) in kind.fields.keys().zip(&table.columns) {
                    let _ = match column.cell(row) {
                        Cell::Empty => Ok(()),
                        Cell::Day(day) => write!(text, " {field}={day}"),
                        Cell::Text(code) => {
                            write!(text, " {field}={}", evidence.strings.text(code))
                        }
                        Cell::Number(number) => write!(text, " {field}={number}"),
                    };
                }
                text.push('\n');
            }
        }
    }
    for problem in imported
        .problems
        .iter()
        .filter(|p| !["unknown-column", "column-unused"].contains(&p.code))
    {
        let _ = writeln!(text, "{problem}");
    }
    expected.assert_eq(&text.replace("tests/exports/", ""));
}

#[test]
fn the_ace_portals_export_has_no_launched_day_and_none_is_invented() {
    check(
        "ace portal export.csv",
        &Options::default(),
        expect![[r#"
            opportunities of own: opportunity=O1000001 customer=Rosewood Care title=Move the records, phase 1 origin=partner stage=launched estimated_mrr=1500 currency=USD target_close_on=2023-06-07
            opportunities of own: opportunity=O1000002 customer=Eastgate Credit Union title=Backup origin=vendor estimated_mrr=700 currency=USD target_close_on=2023-06-30
            kind-guessed: read as `opportunities`, by its columns: `Opportunity Id` as opportunity, `Customer Company Name` as customer, `Partner Project Title` as title, `Stage` as stage, `Target Close Date(MM/DD/YYYY)` as target_close_on, `Closed Reason` as lost_because, `Estimated AWS Monthly Recurring Revenue` as estimated_mrr, `Opportunity Ownership` as origin
              --> ace portal export.csv
              help: if it is something else, give the file the name of its kind, as in opportunities.csv
            no-opening-day: no column says `launched_on`, so no row of `opportunities` counts yet
              --> ace portal export.csv:1
              help: if one of `Target Close Date(MM/DD/YYYY)`, `Date Created(MM/DD/YYYY)`, `Last Updated Date(MM/DD/YYYY)`, `Contract Effective Date/Term Start Date(MM/DD/YYYY)`, `Contract Expiration Date(MM/DD/YYYY)` and `Created Date` says it, copy that column under the name `launched_on`
            partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> ace portal export.csv
              help: add a table `partners` with a column `partner` to give it its own id
            bad-date: `13/01/2024` is no day
              --> ace portal export.csv:4  Target Close Date(MM/DD/YYYY)
              help: the header says month first: write 06/30/2022, or 2022-06-30
            launch-not-approved: 1 row has the stage `Launched` without the status `Approved`, so its stage is read as not known
              --> ace portal export.csv:3
              help: a launch counts once the vendor has approved it: export again when it has
        "#]],
    );
}

#[test]
fn the_ace_import_template_has_no_id_of_an_opportunity() {
    check(
        "ace import template.csv",
        &Options::default(),
        expect![[r#"
            kind-guessed: read as `opportunities`, by its columns: `Customer Company Name (required)` as customer, `Partner Project Title (required)` as title, `Estimated AWS Monthly Recurring Revenue (required)` as estimated_mrr, `Target Close Date (mm/dd/yyyy) (required)` as target_close_on, `Stage` as stage
              --> ace import template.csv
              help: if it is something else, give the file the name of its kind, as in opportunities.csv
            no-opening-day: no column says `launched_on`, so no row of `opportunities` counts yet
              --> ace import template.csv:1
              help: if `Target Close Date (mm/dd/yyyy) (required)` says it, copy that column under the name `launched_on`
            missing-column: `opportunities` needs the column `opportunity`, so no row can be read
              --> ace import template.csv
              help: if one of `Is Opportunity from Marketing Activity? (required)`, `Did an AWS Account Rep for this customer support you in this opportunity?`, `Partner CRM Unique Identifier` and `Opportunity Owner Email` holds it, call it `opportunity` in the header
            partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> ace import template.csv
              help: add a table `partners` with a column `partner` to give it its own id
        "#]],
    );
}

#[test]
fn a_certifications_export_with_semicolons_in_windows_1252_is_read() {
    let options = Options {
        encoding: Encoding::Windows1252,
        ..Options::default()
    };
    check(
        "Certifications export 2024.csv",
        &options,
        expect![[r#"
        credentials of own: person=ann@acme.example credential=solutions-architect-associate earned_on=2022-03-01 expires_on=2025-03-01
        credentials of own: person=bob@acme.example credential=cloud-practitioner earned_on=2022-03-01 expires_on=2025-03-01
        kind-guessed: read as `credentials`, by its columns: `Email` as person, `Certification Name` as credential, `Award Date` as earned_on, `Expiration Date` as expires_on
          --> Certifications export 2024.csv
          help: if it is something else, give the file the name of its kind, as in credentials.csv
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> Certifications export 2024.csv
          help: add a table `partners` with a column `partner` to give it its own id
        ambiguous-date: `05/06/2022` is 2022-05-06 or 2022-06-05
          --> Certifications export 2024.csv:4  Award Date
          help: write the day as 2022-06-30, or say in the header which comes first: `earned_on (MM/DD/YYYY)`
    "#]],
    );
}

#[test]
fn partner_centers_reports_are_read() {
    check(
        "TrainingCompletions.tsv",
        &Options::default(),
        expect![[r#"
            credentials of 4711: person=ann@acme.example credential=Microsoft Certified: Azure Administrator Associate earned_on=2022-03-01 expires_on=2023-03-01
            kind-guessed: read as `credentials`, by its columns: `TrainingTitle` as credential, `Email` as person, `TrainingCompletionDate` as earned_on, `ExpirationDate` as expires_on, `MPNId` as partner
              --> TrainingCompletions.tsv
              help: if it is something else, give the file the name of its kind, as in credentials.csv
            other-vendor: 1 row is of another vendor: `Microsoft Certified: Azure Administrator Associate`
              --> TrainingCompletions.tsv:2  TrainingTitle
              help: they are kept, and count in no program that lists the catalogs it knows
        "#]],
    );
    check(
        "OfficeUsage.csv",
        &Options::default(),
        expect![[r#"
        usage of 4711: customer=t-1 product=Exchange read_on=2022-03-01 active_users=1100 seats=1200
        kind-guessed: read as `usage`, by its columns: `CustomerTenantId` as customer, `WorkloadName` as product, `Month` as read_on, `PaidAvailableUnits` as seats, `MonthlyActiveUsers` as active_users, `MPNId` as partner
          --> OfficeUsage.csv
          help: if it is something else, give the file the name of its kind, as in usage.csv
    "#]],
    );
}

#[test]
fn exports_of_service_tools_are_read() {
    check(
        "connectwise agreements.csv",
        &Options::default(),
        expect![[r#"
            kind-guessed: read as `contracts`, by its columns: `id` as contract, `name` as title, `type` as package, `company` as customer, `startDate` as starts_on, `endDate` as ends_on, `dateCancelled` as cancelled_on, `billAmount` as monthly_amount, `billingCycle` as billing
              --> connectwise agreements.csv
              help: if it is something else, give the file the name of its kind, as in contracts.csv
            partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> connectwise agreements.csv
              help: add a table `partners` with a column `partner` to give it its own id
            missing-currency: the amount has no currency
              --> connectwise agreements.csv:2  billAmount
              help: write its code into the column `currency`, such as USD
        "#]],
    );
    check(
        "autotask time.csv",
        &Options::default(),
        expect![[r#"
        time of own: entry=1 person=7 contract=12 worked_on=2022-01-03 hours=1.5 billable=yes
        kind-guessed: read as `time`, by its columns: `id` as entry, `resourceID` as person, `dateWorked` as worked_on, `hoursWorked` as hours, `isBillable` as billable, `contractID` as contract
          --> autotask time.csv
          help: if it is something else, give the file the name of its kind, as in time.csv
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> autotask time.csv
          help: add a table `partners` with a column `partner` to give it its own id
    "#]],
    );
}

#[test]
fn contracts_of_other_service_tools_are_read() {
    check(
        "halopsa contracts.csv",
        &Options::default(),
        expect![[r#"
        kind-guessed: read as `contracts`, by its columns: `id` as contract, `client_id` as customer, `startdate` as starts_on, `enddate` as ends_on, `type` as package, `billingfrequency` as billing, `value` as monthly_amount
          --> halopsa contracts.csv
          help: if it is something else, give the file the name of its kind, as in contracts.csv
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> halopsa contracts.csv
          help: add a table `partners` with a column `partner` to give it its own id
        missing-currency: the amount has no currency
          --> halopsa contracts.csv:2  value
          help: write its code into the column `currency`, such as USD
        missing-currency: the amount has no currency
          --> halopsa contracts.csv:3  value
          help: write its code into the column `currency`, such as USD
    "#]],
    );
    check(
        "autotask contracts.csv",
        &Options::default(),
        expect![[r#"
        contracts of own: contract=7001 customer=Rosewood Care title=Managed desktop package=managed starts_on=2025-02-01 ends_on=2026-01-31
        contracts of own: contract=7002 customer=Eastgate Credit Union title=Help desk package=basic-support starts_on=2025-03-15 ends_on=2026-03-14
        kind-guessed: read as `contracts`, by its columns: `id` as contract, `contractName` as title, `companyID` as customer, `contractType` as package, `startDate` as starts_on, `endDate` as ends_on
          --> autotask contracts.csv
          help: if it is something else, give the file the name of its kind, as in contracts.csv
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> autotask contracts.csv
          help: add a table `partners` with a column `partner` to give it its own id
    "#]],
    );
}

#[test]
fn opportunities_with_the_names_of_the_ace_interface_are_read() {
    check(
        "ace api opportunities.csv",
        &Options::default(),
        expect![[r#"
            opportunities of own: opportunity=O1000011 customer=Rosewood Care title=Move the records, phase 1 origin=partner stage=qualified estimated_mrr=1500 currency=USD target_close_on=2025-06-07
            opportunities of own: opportunity=O1000012 customer=Eastgate Credit Union title=Backup origin=vendor stage=committed estimated_mrr=700 currency=USD target_close_on=2025-06-30
            kind-guessed: read as `opportunities`, by its columns: `apnCrmUniqueIdentifier` as opportunity, `customerCompanyName` as customer, `partnerProjectTitle` as title, `opportunityOwnership` as origin, `stage` as stage, `expectedMonthlyAwsRevenue` as estimated_mrr, `targetCloseDate` as target_close_on
              --> ace api opportunities.csv
              help: if it is something else, give the file the name of its kind, as in opportunities.csv
            no-opening-day: no column says `launched_on`, so no row of `opportunities` counts yet
              --> ace api opportunities.csv:1
              help: if `targetCloseDate` says it, copy that column under the name `launched_on`
            partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> ace api opportunities.csv
              help: add a table `partners` with a column `partner` to give it its own id
        "#]],
    );
}

#[test]
fn a_workbooks_days_are_counted_from_1900_or_from_1904() {
    let read = expect![[r#"
        people of own: person=1001 name=Ann registered_on=2022-06-30
        people of own: person=1003 name==cmd registered_on=2022-06-30
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> team 1900.xlsx [People]
          help: add a table `partners` with a column `partner` to give it its own id
        bad-date: `44742` is no day
          --> team 1900.xlsx [People]:6  registered_on
          help: this looks like a spreadsheet's count of days: format the column as a date before it is saved
    "#]];
    check("team 1900.xlsx", &Options::default(), read);
    check(
        "team 1904.xlsx",
        &Options::default(),
        expect![[r#"
        people of own: person=1001 name=Ann registered_on=2022-06-30
        people of own: person=1003 name==cmd registered_on=2022-06-30
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> team 1904.xlsx [People]
          help: add a table `partners` with a column `partner` to give it its own id
        bad-date: `43280` is no day
          --> team 1904.xlsx [People]:6  registered_on
          help: this looks like a spreadsheet's count of days: format the column as a date before it is saved
    "#]],
    );
}

#[test]
fn a_profit_and_loss_account_by_month_is_turned_and_its_totals_are_left_out() {
    let dollars = Options {
        currency: Some("USD".to_owned()),
        ..Options::default()
    };
    check(
        "quickbooks profit and loss.csv",
        &dollars,
        expect![[r#"
        statements of own: account=Cloud resale section=income amount=21400 currency=USD booked_on=2026-01-31
        statements of own: account=Cloud resale section=income amount=22050.5 currency=USD booked_on=2026-02-28
        statements of own: account=Cloud resale section=income amount=22310 currency=USD booked_on=2026-03-31
        statements of own: account=Managed services section=income amount=48200 currency=USD booked_on=2026-01-31
        statements of own: account=Managed services section=income amount=49000 currency=USD booked_on=2026-02-28
        statements of own: account=Managed services section=income amount=51150 currency=USD booked_on=2026-03-31
        statements of own: account=Services: Projects section=income amount=9800 currency=USD booked_on=2026-01-31
        statements of own: account=Services: Projects section=income amount=14400 currency=USD booked_on=2026-03-31
        statements of own: account=Services: Trainings section=income amount=1200 currency=USD booked_on=2026-02-28
        statements of own: account=Cloud bought section=cost-of-sales amount=19600 currency=USD booked_on=2026-01-31
        statements of own: account=Cloud bought section=cost-of-sales amount=20100 currency=USD booked_on=2026-02-28
        statements of own: account=Cloud bought section=cost-of-sales amount=20400 currency=USD booked_on=2026-03-31
        statements of own: account=Desk wages section=cost-of-sales amount=26300 currency=USD booked_on=2026-01-31
        statements of own: account=Desk wages section=cost-of-sales amount=26300 currency=USD booked_on=2026-02-28
        statements of own: account=Desk wages section=cost-of-sales amount=27900 currency=USD booked_on=2026-03-31
        statements of own: account=Payroll section=expense amount=11000 currency=USD booked_on=2026-01-31
        statements of own: account=Payroll section=expense amount=11000 currency=USD booked_on=2026-02-28
        statements of own: account=Payroll section=expense amount=11000 currency=USD booked_on=2026-03-31
        statements of own: account=Payroll: Payroll taxes section=expense amount=1100 currency=USD booked_on=2026-01-31
        statements of own: account=Payroll: Payroll taxes section=expense amount=1100 currency=USD booked_on=2026-02-28
        statements of own: account=Payroll: Payroll taxes section=expense amount=1100 currency=USD booked_on=2026-03-31
        statements of own: account=Refunds section=expense amount=-250 currency=USD booked_on=2026-01-31
        statements of own: account=Interest earned section=other-income amount=12.4 currency=USD booked_on=2026-01-31
        statements of own: account=Interest earned section=other-income amount=12.1 currency=USD booked_on=2026-02-28
        statements of own: account=Interest earned section=other-income amount=11.9 currency=USD booked_on=2026-03-31
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> quickbooks profit and loss.csv
          help: add a table `partners` with a column `partner` to give it its own id
        accounts-by-month: read as accounts by month: 10 accounts, 3 months, 25 amounts; 10 rows of totals and results are left out; not read: `Total`
          --> quickbooks profit and loss.csv:5
          help: this layout was made from descriptions of QuickBooks Online and Xero, not from a file that one of them wrote; compare its totals with theirs
    "#]],
    );
}

#[test]
fn months_may_run_backwards_and_sections_have_other_names() {
    let pounds = Options {
        currency: Some("GBP".to_owned()),
        ..Options::default()
    };
    check(
        "xero profit and loss.csv",
        &pounds,
        expect![[r#"
        statements of own: account=Consulting section=income amount=3900 currency=GBP booked_on=2026-01-31
        statements of own: account=Consulting section=income amount=4200 currency=GBP booked_on=2026-02-28
        statements of own: account=Support contracts section=income amount=17850 currency=GBP booked_on=2026-01-31
        statements of own: account=Support contracts section=income amount=18100 currency=GBP booked_on=2026-02-28
        statements of own: account=Subcontractors section=cost-of-sales amount=1950 currency=GBP booked_on=2026-01-31
        statements of own: account=Subcontractors section=cost-of-sales amount=2100 currency=GBP booked_on=2026-02-28
        statements of own: account=Rent section=expense amount=1800 currency=GBP booked_on=2026-01-31
        statements of own: account=Rent section=expense amount=1800 currency=GBP booked_on=2026-02-28
        statements of own: account=Wages section=expense amount=9700 currency=GBP booked_on=2026-01-31
        statements of own: account=Wages section=expense amount=9700 currency=GBP booked_on=2026-02-28
        partner-assumed: no table names a partner, so all rows are of one, called `own`
          --> xero profit and loss.csv
          help: add a table `partners` with a column `partner` to give it its own id
        accounts-by-month: read as accounts by month: 5 accounts, 2 months, 10 amounts; 5 rows of totals and results are left out
          --> xero profit and loss.csv:5
          help: this layout was made from descriptions of QuickBooks Online and Xero, not from a file that one of them wrote; compare its totals with theirs
    "#]],
    );
}

#[test]
fn hours_of_a_service_desk_are_read_by_their_columns() {
    check(
        "connectwise time.csv",
        &Options::default(),
        expect![[r#"
            time of own: entry=9001 person=mlopez customer=Acme Clinics contract=Managed Desk worked_on=2026-03-02 hours=1.25 billable=no work=support
            time of own: entry=9002 person=mlopez customer=Beta Foods worked_on=2026-03-03 hours=6 billable=yes work=project
            kind-guessed: read as `time`, by its columns: `Time Entry Id` as entry, `Member` as person, `Company` as customer, `Agreement` as contract, `Work Type` as work, `Time Start` as worked_on, `Actual Hours` as hours, `Billable Option` as billable
              --> connectwise time.csv
              help: if it is something else, give the file the name of its kind, as in time.csv
            partner-assumed: no table names a partner, so all rows are of one, called `own`
              --> connectwise time.csv
              help: add a table `partners` with a column `partner` to give it its own id
        "#]],
    );
}
