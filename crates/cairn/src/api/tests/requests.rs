//! What requests come to: conditions, pages, filters, problems.

use expect_test::expect;

use super::fresh::{boss, on_both};

/// The version of the record that the answer is about.
fn version(of: &super::fresh::Answer) -> i64 {
    of.json()["version"].as_i64().expect("a version")
}

on_both! {
    async fn a_record_is_added_corrected_and_withdrawn_and_its_history_stays(fresh: Fresh) {
        let boss = boss();
        let person = r#"{"cells":{"person":"cyd","name":"Cyd","registered_on":"2024-01-01"}}"#;
        let added = fresh.ask(Some(&boss), "POST", "/partners/north/records/people", "", person).await;
        assert_eq!(added.status, 201, "{}", added.text);
        let first = version(&added);
        assert_eq!(added.header("etag"), format!("\"{first}\""));
        let at = added.header("location").trim_start_matches("/api/v1").to_owned();
        let other = r#"{"cells":{"person":"cyd","name":"Cyd Gray","registered_on":"2024-01-01"}}"#;

        let unconditional = fresh.ask(Some(&boss), "PUT", &at, "", other).await;
        assert_eq!(unconditional.status, 428, "{}", unconditional.text);
        let wrong = fresh.ask(Some(&boss), "PUT", &at, "if-match: \"1\"", other).await;
        assert_eq!(wrong.status, 412, "{}", wrong.text);
        let right = format!("if-match: \"{first}\"");
        let corrected = fresh.ask(Some(&boss), "PUT", &at, &right, other).await;
        assert_eq!(corrected.status, 200, "{}", corrected.text);
        // The address of any version leads to what stands now.
        let now = fresh.get(&at).await;
        assert_eq!(version(&now), version(&corrected));
        let late = fresh.ask(Some(&boss), "PUT", &at, &right, person).await;
        assert_eq!(late.status, 412, "{}", late.text);

        let gone = fresh.ask(Some(&boss), "DELETE", &at, "if-match: *", "").await;
        assert_eq!((gone.status.as_u16(), gone.text.as_str()), (204, ""));
        assert_eq!(fresh.get(&at).await.status, 404);
        let history = fresh.get(&format!("{at}/history")).await.json();
        let said: Vec<String> = history["items"].as_array().expect("a list").iter()
            .map(|s| s["cells"]["name"].as_str().unwrap_or("withdrawn").to_owned()).collect();
        assert_eq!(said, ["Cyd", "Cyd Gray", "withdrawn"]);
    }

    async fn several_edits_are_carried_out_together_or_not_at_all(fresh: Fresh) {
        let (_, ada) = fresh.records[0];
        let edits = format!(r#"{{"edits":[
            {{"do":"add","kind":"people","cells":{{"person":"cyd","registered_on":"2024-01-01"}}}},
            {{"do":"withdraw","version":{ada}}},
            {{"do":"withdraw","version":999999}}]}}"#);
        let all = fresh.ask(Some(&boss()), "POST", "/partners/north/edits", "", &edits).await;
        assert_eq!(all.status, 404, "{}", all.text);
        let people = fresh.get("/partners/north/records/people").await.json();
        assert_eq!(people["items"].as_array().map(Vec::len), Some(2));
        let edits = edits.replace(r#",
            {"do":"withdraw","version":999999}"#, "");
        let all = fresh.ask(Some(&boss()), "POST", "/partners/north/edits", "", &edits).await;
        assert_eq!(all.status, 200, "{}", all.text);
        let again = fresh.ask(Some(&boss()), "POST", "/partners/north/edits", "", &format!(r#"{{"edits":[{{"do":"withdraw","version":{ada}}}]}}"#)).await;
        assert_eq!(again.status, 409, "{}", again.text);
    }

    async fn companies_are_laid_beside_each_other_for_whoever_may_read_them(fresh: Fresh) {
        let all = fresh.get("/companies").await.json();
        assert_eq!(all["partners"], 2, "{all}");
        let lead = crate::api::tests::fresh::actor(app::access::Role::AllianceLead);
        let own = fresh.ask(Some(&lead), "GET", "/companies?sort=danger", "", "").await.json();
        assert_eq!((&own["partners"], &own["left_out"]), (&serde_json::json!(1), &serde_json::json!(0)));
        let items = own["items"].as_array().expect("a list");
        assert!(!items.is_empty() && items.iter().all(|line| line["partner"] == "north"), "{own}");
        let one = fresh.get("/companies?program=aws-services-path&q=SOU").await.json();
        let lines: Vec<&str> = one["items"].as_array().expect("a list").iter().filter_map(|l| l["partner"].as_str()).collect();
        assert_eq!(lines, ["south"], "{one}");
        assert_eq!(fresh.get("/companies?state=odd").await.status, 400);
    }

    async fn a_scorecard_is_handed_out_as_one_file_in_either_language(fresh: Fresh) {
        let path = "/partners/north/programs/aws-services-path/scorecard.html";
        let english = fresh.get(path).await;
        assert_eq!(english.header("content-type"), "text/html; charset=utf-8");
        assert!(english.text.contains("<html lang=\"en\""));
        let german = fresh.get(&format!("{path}?language=de&all_levels=true")).await;
        assert!(german.text.contains("<html lang=\"de\"") && !german.text.contains("<script"));
        let asked = fresh.ask(Some(&boss()), "GET", path, "accept-language: de", "").await;
        assert!(asked.text.contains("<html lang=\"de\""));
        let has = format!("if-none-match: {}", english.header("etag"));
        assert_eq!(fresh.ask(Some(&boss()), "GET", path, &has, "").await.status, 304);
        assert_eq!(fresh.get(&format!("{path}?language=fr")).await.status, 400);
    }

    async fn what_is_read_again_is_not_sent_again_until_it_changes(fresh: Fresh) {
        let boss = boss();
        for path in ["/partners/north/programs/aws-services-path/scorecard", "/partners/north/records/people", "/kinds"] {
            let first = fresh.get(path).await;
            assert_eq!(first.status, 200, "{path}: {}", first.text);
            let has = format!("if-none-match: {}", first.header("etag"));
            let second = fresh.ask(Some(&boss), "GET", path, &has, "").await;
            assert_eq!((second.status.as_u16(), second.text.as_str()), (304, ""), "{path}");
            assert_eq!(second.header("etag"), first.header("etag"));
        }
        let path = "/partners/north/programs/aws-services-path/scorecard";
        let (north, south) = (fresh.get(path).await, fresh.get(&path.replace("north", "south")).await);
        let person = r#"{"cells":{"person":"cyd","registered_on":"2024-01-01"}}"#;
        fresh.ask(Some(&boss), "POST", "/partners/north/records/people", "", person).await;
        let has = format!("if-none-match: {}", north.header("etag"));
        assert_eq!(fresh.ask(Some(&boss), "GET", path, &has, "").await.status, 200);
        // What concerns one partner leaves the answers about another one as they are.
        let has = format!("if-none-match: {}", south.header("etag"));
        let other = fresh.ask(Some(&boss), "GET", &path.replace("north", "south"), &has, "").await;
        assert_eq!(other.status, 304);
    }

    async fn lists_are_filtered_sorted_and_read_page_by_page(fresh: Fresh) {
        let boss = boss();
        let edits: Vec<String> = (0..7).map(|n| format!(
            r#"{{"do":"add","kind":"opportunities","cells":{{"opportunity":"x{n}","origin":"vendor","stage":"launched","estimated_mrr":"{}","currency":"USD","launched_on":"2024-04-0{}"}}}}"#,
            [90, 1000, 5, 77, 800, 12, 60][n], n + 1,
        )).collect();
        let body = format!(r#"{{"edits":[{}]}}"#, edits.join(","));
        let done = fresh.ask(Some(&boss), "POST", "/partners/north/edits", "", &body).await;
        assert_eq!(done.status, 200, "{}", done.text);
        let list = "/partners/north/records/opportunities?where=origin%3Dvendor&sort=-estimated_mrr&limit=3";
        let (mut amounts, mut path) = (vec![], list.to_owned());
        loop {
            let page = fresh.get(&path).await.json();
            let items = page["items"].as_array().expect("a list").clone();
            assert!(items.len() <= 3);
            amounts.extend(items.iter().map(|i| i["cells"]["estimated_mrr"].as_str().expect("a text").to_owned()));
            match page["next"].as_str() {
                Some(next) => path = format!("{list}&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(amounts, ["1000", "800", "90", "77", "60", "12", "5"]);
        let found = fresh.get("/partners/north/records/opportunities?contains=X3").await.json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
    }

    async fn what_was_known_at_a_moment_is_answered_as_it_was_then(fresh: Fresh) {
        let later = app::domain::instant::Instant::parse("2024-06-28T13:00:00Z").expect("a moment");
        fresh.office.clock.set(later);
        let person = r#"{"cells":{"person":"cyd","credential":"AWS Certified Cloud Practitioner","earned_on":"2024-05-01"}}"#;
        let (_, ada) = fresh.records[0];
        let renamed = r#"{"cells":{"person":"ada","name":"Other","registered_on":"2023-01-01","left_on":"2024-02-02"}}"#;
        let at = format!("/partners/north/records/people/{ada}");
        assert_eq!(fresh.ask(Some(&boss()), "PUT", &at, "if-match: *", renamed).await.status, 200);
        let added = fresh.ask(Some(&boss()), "POST", "/partners/north/records/credentials", "", person).await;
        assert!(added.status == 201 || added.status == 422, "{}", added.text);
        let card = "/partners/north/programs/aws-services-path/scorecard";
        let before = fresh.get(&format!("{card}?known_at=2024-06-28T12:30:00Z")).await;
        assert_eq!(before.status, 200, "{}", before.text);
        let never = fresh.get(&format!("{card}?known_at=2020-01-01T00:00:00Z")).await;
        assert_eq!(never.status, 200, "{}", never.text);
        assert_ne!(before.json()["holds"], never.json()["holds"]);
    }

    async fn what_differs_between_two_days_is_listed(fresh: Fresh) {
        let path = "/partners/north/programs/aws-services-path/differences?from_as_of=2024-02-01";
        let found = fresh.get(path).await;
        assert_eq!(found.status, 200, "{}", found.text);
        let rows = found.json()["rows"].as_array().expect("rows").len();
        assert!(rows > 0, "{}", found.text);
        let same = fresh.get("/partners/north/programs/aws-services-path/differences").await.json();
        assert_eq!(same["rows"].as_array().map(Vec::len), Some(0));
    }

    async fn everybody_is_one_table_in_three_forms(fresh: Fresh) {
        let path = "/programs/aws-services-path/standings";
        let boss = boss();
        let csv = fresh.ask(Some(&boss), "GET", path, "accept: text/csv", "").await;
        let lines: Vec<&str> = csv.text.lines().collect();
        assert_eq!(lines.len(), 3, "{}", csv.text);
        assert!(lines[0].starts_with("partner,level,level_most,"));
        assert!(lines[1].starts_with("north,") && lines[2].starts_with("south,"));
        let json = fresh.get(path).await.json();
        assert_eq!(json.as_array().map(Vec::len), Some(2));
        let lines = fresh.ask(Some(&boss), "GET", path, "accept: application/x-ndjson", "").await;
        assert_eq!(lines.text.lines().count(), 2);
    }

    async fn a_request_with_a_key_is_carried_out_once(fresh: Fresh) {
        let boss = boss();
        let person = r#"{"cells":{"person":"cyd","registered_on":"2024-01-01"}}"#;
        let path = "/partners/north/records/people";
        let key = "idempotency-key: k-1";
        let first = fresh.ask(Some(&boss), "POST", path, key, person).await;
        assert_eq!(first.status, 201, "{}", first.text);
        let again = fresh.ask(Some(&boss), "POST", path, key, person).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        assert_eq!(again.header("idempotency-replayed"), "true");
        for name in ["etag", "location", "content-type"] {
            assert_eq!(again.header(name), first.header(name), "{name}");
        }
        // Without the key it is another request, and there is such a record by now.
        assert_eq!(fresh.ask(Some(&boss), "POST", path, "", person).await.status, 422);
        let other = fresh.ask(Some(&boss), "POST", path, key, &person.replace("cyd", "dot")).await;
        assert_eq!((other.status.as_u16(), other.json()["code"].as_str()), (422, Some("key-used")));
        // A key is of the account that used it.
        let lead = crate::api::tests::fresh::actor(app::access::Role::AllianceLead);
        assert_eq!(fresh.ask(Some(&lead), "POST", path, key, &person.replace("cyd", "dot")).await.status, 201);
        // A refusal is repeated too.
        let key = "idempotency-key: k-2";
        let refused = fresh.ask(Some(&boss), "POST", path, key, person).await;
        let again = fresh.ask(Some(&boss), "POST", path, key, person).await;
        assert_eq!((refused.status.as_u16(), again.status.as_u16()), (422, 422));
        assert_eq!(again.json()["code"], refused.json()["code"]);
    }

    async fn two_of_the_same_key_at_once_are_one(fresh: Fresh) {
        let boss = boss();
        let person = r#"{"cells":{"person":"cyd","registered_on":"2024-01-01"}}"#;
        let one = || fresh.ask(Some(&boss), "POST", "/partners/north/records/people", "idempotency-key: k", person);
        let (a, b) = tokio::join!(one(), one());
        let mut statuses = [a.status.as_u16(), b.status.as_u16()];
        statuses.sort_unstable();
        assert!(statuses == [201, 201] || statuses == [201, 409], "{statuses:?} {} {}", a.text, b.text);
        let people = fresh.get("/partners/north/records/people").await.json();
        assert_eq!(people["items"].as_array().map(Vec::len), Some(3));
    }
}

#[tokio::test]
async fn slips_are_named_with_their_place_and_the_codes_of_the_command_line() {
    let fresh = super::fresh::sqlite().await;
    let boss = boss();
    let mut text = String::new();
    for (method, path, headers, body) in [
        ("GET", "/partners/north/standings?asof=2024-01-01", "", ""),
        ("GET", "/partners/north/standings?as_of=2024-02-30", "", ""),
        (
            "GET",
            "/partners/north/standings?as_of=2024-02-01&as_of=2024-02-02",
            "",
            "",
        ),
        ("GET", "/partners/north/programs/nothing/scorecard", "", ""),
        (
            "GET",
            "/partners/north/programs/aws-services-path/scorecard?edition=2000",
            "",
            "",
        ),
        ("GET", "/partners/north/records/people?sort=height", "", ""),
        ("GET", "/partners?cursor=00", "", ""),
        ("GET", "/partners?limit=0", "", ""),
        ("GET", "/partners/north/records/people/abc", "", ""),
        (
            "POST",
            "/partners/north/records/people",
            "",
            r#"{"cells":{"person":"x","registered":"2024-01-01"}}"#,
        ),
        (
            "POST",
            "/partners/north/records/people",
            "",
            r#"{"cells":{"person":"x","registered_on":"1 May"}}"#,
        ),
        (
            "POST",
            "/partners/north/records/people",
            "",
            r#"{"cells":{"person":1}}"#,
        ),
        ("POST", "/partners/north/records/people", "", r#"{"cells":"#),
        (
            "POST",
            "/partners/north/records/people",
            "content-type: text/plain",
            "x",
        ),
        ("POST", "/partners", "", r#"{"id":"north"}"#),
        ("POST", "/kinds", "", "{}"),
        ("GET", "/nothing", "", ""),
    ] {
        let answer = fresh.ask(Some(&boss), method, path, headers, body).await;
        let json = answer.json();
        let word = |key: &str| json[key].as_str().unwrap_or_default().to_owned();
        text += &format!(
            "{method} {path} {}\n  {} {}: {}\n",
            body,
            answer.status.as_u16(),
            word("code"),
            word("detail")
        );
    }
    expect![[r#"
        GET /partners/north/standings?asof=2024-01-01 
          400 unknown-parameter: `asof` is no parameter of this address
        GET /partners/north/standings?as_of=2024-02-30 
          400 bad-parameter: `as_of`: the month 2024-02 has no day 30
        GET /partners/north/standings?as_of=2024-02-01&as_of=2024-02-02 
          400 bad-parameter: `as_of`: it is there more than once
        GET /partners/north/programs/nothing/scorecard 
          404 not-found: there is no program `nothing`
        GET /partners/north/programs/aws-services-path/scorecard?edition=2000 
          422 unknown-edition: `aws-services-path` has no edition `2000`
        GET /partners/north/records/people?sort=height 
          400 bad-parameter: `sort`: `people` has no column `height`
        GET /partners?cursor=00 
          400 bad-parameter: `cursor`: it is no cursor of this list
        GET /partners?limit=0 
          400 bad-parameter: `limit`: it is a number from 1 to 1000
        GET /partners/north/records/people/abc 
          404 not-found: there is no record `abc`
        POST /partners/north/records/people {"cells":{"person":"x","registered":"2024-01-01"}}
          422 unknown-column: `people` has no column `registered`
        POST /partners/north/records/people {"cells":{"person":"x","registered_on":"1 May"}}
          422 bad-date: `1 May` is no day
        POST /partners/north/records/people {"cells":{"person":1}}
          422 wrong-shape: invalid type: integer `1`, expected a string (line 1, column 20)
        POST /partners/north/records/people {"cells":
          400 malformed: the body is no JSON (line 1, column 9)
        POST /partners/north/records/people x
          415 wrong-type: 
        POST /partners {"id":"north"}
          409 partner-exists: there is a partner `north`
        POST /kinds {}
          405 wrong-method: 
        GET /nothing 
          404 not-found: 
    "#]]
    .assert_eq(&text);
}
