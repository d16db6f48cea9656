//! The reference of settings, and files with slips.

use std::fmt::Write as _;

use expect_test::{Expect, expect, expect_file};

use super::*;

/// What is wrong with a file, and what is taken from it.
fn check(text: &str, expected: Expect) {
    let mut out = String::new();
    match Said::read("cairn.toml", text) {
        Ok(said) => {
            for (id, values) in &said.0 {
                writeln!(out, "{id}: {}", values.join(" | ")).expect("text");
            }
        }
        Err(problems) => {
            for problem in problems {
                writeln!(out, "{problem}").expect("text");
            }
        }
    }
    expected.assert_eq(&out);
}

#[test]
fn a_file_says_settings_by_their_keys() {
    check(
        "listen = \"0.0.0.0:80\"\nprograms = [\"ours\"]\ntrusted_proxies = [\"10.0.0.0/8\", \"127.0.0.1\"]\n\n[limits]\nrequests = 8\n\n[metrics]\nenabled = false\n",
        expect![[r#"
            limits_requests: 8
            listen: 0.0.0.0:80
            metrics_enabled: false
            programs: ours
            trusted_proxies: 10.0.0.0/8 | 127.0.0.1
        "#]],
    );
}

#[test]
fn every_slip_of_a_file_is_said_with_its_place() {
    check(
        "lisen = \"0.0.0.0:80\"\nstop_within = 20\nmetric = 3\n\n[limits]\nbdy = \"1MiB\"\nbody = [\"1MiB\"]\n\n[log]\nformat = \"xml\"\nwords = 1\n\n[smtp]\nurl = 7\nurl_fil = \"x\"\n",
        expect![[r#"
            unknown-setting: there is no setting `lisen`
              --> cairn.toml:1:1
              help: did you mean `listen`?
            wrong-setting: `stop_within` cannot be `20`
              --> cairn.toml:2:15
              help: a time is written as a number and ms, s, m, h or d, as in 20s, 15m, 12h or 90d
            unknown-setting: there is no setting `metric`
              --> cairn.toml:3:1
              help: did you mean `metrics`, `metrics.listen` or `metrics.enabled`?
            unknown-setting: there is no setting `limits.bdy`
              --> cairn.toml:6:1
              help: did you mean `limits.body`, `limits` or `limits.head`?
            wrong-setting: `limits.body` takes one value
              --> cairn.toml:7:8
            wrong-setting: `log.format` cannot be `xml`
              --> cairn.toml:10:10
              help: it is `auto`, `text` or `json`
            unknown-setting: there is no setting `log.words`
              --> cairn.toml:11:1
              help: the settings of `log` are format, level
            unknown-setting: there is no setting `smtp.url_fil`
              --> cairn.toml:15:1
              help: did you mean `smtp.url_file`, `smtp.url` or `smtp`?
        "#]],
    );
}

#[test]
fn a_secret_in_a_file_is_not_repeated_in_what_is_wrong_with_it() {
    check(
        "[oidc]\nclient_secret = \"\"\nissuer = \"hunter2\"\n\n[smtp]\nurl = [\"hunter2\"]\n",
        expect![[r#"
            wrong-setting: `oidc.issuer` cannot be `hunter2`
              --> cairn.toml:3:10
              help: an address is written https://cairn.example.com
            wrong-setting: `smtp.url` takes one value
              --> cairn.toml:6:7
        "#]],
    );
}

#[test]
fn each_setting_has_its_flag_its_variable_and_its_key_by_one_rule() {
    for arg in settings() {
        let id = arg.get_id().to_string();
        assert_eq!(
            arg.get_long().map(|long| long.replace('-', "_")),
            Some(id.clone())
        );
        assert!(arg.get_help().is_some(), "{id} says what it is");
    }
}

fn section(title: &str, page: &mut String, args: &[&Arg]) {
    write!(
        page,
        "## {title}\n\n| in the file | flag and variable | default | |\n|---|---|---|---|\n"
    )
    .expect("text");
    for arg in args {
        let id = arg.get_id().as_str();
        let default: Vec<String> = arg
            .get_default_values()
            .iter()
            .map(|v| format!("`{}`", v.display()))
            .collect();
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.replace('|', "\\|");
        // `config` names the file, so it cannot stand in it.
        let key = if id == "config" {
            String::new()
        } else {
            format!("`{}`", key(id))
        };
        writeln!(
            page,
            "| {key} | `--{}`<br>`{}` | {} | {help} |",
            arg.get_long().unwrap_or_default(),
            variable(id),
            default.join(", "),
        )
        .expect("text");
    }
    page.push('\n');
}

#[test]
fn the_reference_of_settings_is_what_the_flags_say() {
    let mut page = "# Configuration\n\n\
        This page is generated: `UPDATE_EXPECT=1 cargo test -p cairn config` writes it anew.\n\n\
        `cairn serve` runs without any setting: on this computer alone, with everything in `cairn.db` of the working folder. Settings come\n\
        from a file, from the environment and from flags. A variable wins over the file, a flag over both.\n\n\
        The file is TOML: `--config FILE`, else `CAIRN_CONFIG`, else `cairn.toml` of the working folder where there is one. Keys with a dot\n\
        stand in a table:\n\n\
        ```toml\n\
        listen = \"127.0.0.1:7373\"\n\
        public_url = \"https://cairn.example.com\"\n\
        database_file = \"/etc/cairn/database\"\n\
        trusted_proxies = [\"127.0.0.1\"]\n\n\
        [smtp]\n\
        url_file = \"/etc/cairn/smtp\"\n\
        from = \"Cairn <cairn@example.com>\"\n\
        ```\n\n\
        A setting that there is not, or a value that it cannot have, is said with its line, and nothing starts (exit code 2).\n\
        Times are written `20s`, `15m`, `12h` or `90d`; sizes `512KiB`, `2MiB` or `1GiB`. Lists are `[\"a\", \"b\"]` in the file, and\n\
        `a,b` or repeated flags elsewhere. Files and folders are seen from the folder in which the server is started.\n\n\
        **Secrets.** A flag can be seen by everybody on the computer who lists processes. A setting that holds a secret therefore has a second one that ends\n\
        in `_file` and names a file with nothing else in it; where it is set, it is used. No secret is ever printed, neither by a log nor by\n\
        an error.\n\n"
        .to_owned();
    let args = settings();
    let cli = Cli::command();
    let everywhere: Vec<&Arg> = cli
        .get_arguments()
        .filter(|arg| EVERYWHERE.iter().any(|id| arg.get_id() == id))
        .collect();
    let mut titles: Vec<Option<&str>> = vec![];
    for arg in &args {
        if !titles.contains(&arg.get_help_heading()) {
            titles.push(arg.get_help_heading());
        }
    }
    for title in titles {
        let mut of: Vec<&Arg> = args
            .iter()
            .filter(|arg| arg.get_help_heading() == title)
            .collect();
        if title.is_none() {
            of.extend(&everywhere);
        }
        section(title.unwrap_or("The server"), &mut page, &of);
    }
    expect_file!["../../../../docs/configuration.md"].assert_eq(page.trim_end());
}
