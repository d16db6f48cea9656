//! One import by the API, from the first byte to its taking back.

use super::fresh::{Answer, Fresh, boss, on_both};

const TABLE: &str = "Who,Qualification,earned_on\n\
    ada,AWS Certified Cloud Practitioner,2024-01-10\n\
    ada,Knitting for Beginners,2024-01-11\n\
    ben,AWS Certified Cloud Practitioner,2024-02-11\n\
    ben,AWS Certified Developer - Associate,soon\n\
    ben,AWS Certified SysOps Administrator - Associate,never\n";

async fn send(fresh: &Fresh, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    fresh.ask(Some(&boss()), method, path, headers, body).await
}

on_both! {
    async fn a_file_is_handed_in_shown_mapped_confirmed_and_taken_back(fresh: Fresh) {
        let begun = send(&fresh, "POST", "/partners/north/imports", "", "{}").await;
        assert_eq!(begun.status, 201, "{}", begun.text);
        let at = begun.header("location").trim_start_matches("/api/v1").to_owned();
        assert_eq!(begun.json()["state"], "receiving");

        // In pieces, of which the second one is sent to the wrong place at first.
        let file = format!("{at}/files/credentials.csv");
        let (one, two) = TABLE.split_at(40);
        let bytes = "content-type: application/octet-stream";
        let first = send(&fresh, "PUT", &format!("{file}?more=true"), bytes, one).await;
        assert_eq!((first.status.as_u16(), &first.json()["bytes"], &first.json()["whole"]), (200, &40.into(), &false.into()), "{}", first.text);
        let wrong = send(&fresh, "PUT", &format!("{file}?at=7"), bytes, two).await;
        assert_eq!(wrong.status, 409, "{}", wrong.text);
        let rest = send(&fresh, "PUT", &format!("{file}?at=40"), bytes, two).await;
        assert_eq!((rest.status.as_u16(), &rest.json()["bytes"], &rest.json()["whole"]), (200, &TABLE.len().into(), &true.into()), "{}", rest.text);
        let form = send(&fresh, "PUT", &format!("{at}/files/x.csv"), "content-type: multipart/form-data; boundary=x", "x").await;
        assert_eq!(form.status, 415, "{}", form.text);

        // The columns are not known by their names, and are mapped.
        let blind = send(&fresh, "POST", &format!("{at}/preview"), "", "{}").await;
        assert_eq!(blind.status, 200, "{}", blind.text);
        let column = |of: &Answer, n: usize| of.json()["preview"]["files"][0]["columns"][n]["field"].clone();
        assert_eq!(column(&blind, 1), serde_json::Value::Null, "{}", blind.text);
        let options = r#"{"options":{"all":{"columns":{"Who":"person","Qualification":"credential"}}}}"#;
        let shown = send(&fresh, "POST", &format!("{at}/preview"), "", options).await;
        assert_eq!(column(&shown, 1), "credential", "{}", shown.text);
        let preview = &shown.json()["preview"];
        assert_eq!((&preview["files"][0]["accepted"], &preview["refused"]["new"]), (&3.into(), &2.into()), "{}", shown.text);
        assert_eq!(preview["names"][0]["name"], "Knitting for Beginners");

        // The name is set aside in one step, and the preview that is made anew knows it.
        let name = r#"{"kind":"credentials","name":"Knitting for Beginners","entry":null}"#;
        let settled = send(&fresh, "POST", "/partners/north/names", "", name).await;
        assert_eq!(settled.status, 200, "{}", settled.text);
        let shown = send(&fresh, "POST", &format!("{at}/preview"), "", "{}").await;
        assert_eq!(shown.json()["preview"]["names"].as_array().map(Vec::len), Some(0), "{}", shown.text);

        // By what becomes of rows, page by page.
        let list = format!("{at}/rows?group=added&limit=2");
        let page = fresh.get(&list).await.json();
        assert_eq!(page["items"].as_array().map(Vec::len), Some(2));
        let next = page["next"].as_str().expect("a cursor").to_owned();
        let last = fresh.get(&format!("{list}&cursor={next}")).await.json();
        assert_eq!((last["items"].as_array().map(Vec::len), last["next"].as_str()), (Some(1), None));
        let other = fresh.get(&format!("{at}/rows?group=refused&cursor={next}")).await;
        assert_eq!(other.status, 400, "{}", other.text);
        assert_eq!(fresh.get(&format!("{at}/progress")).await.json()["running"], false);

        // Only what was seen is confirmed.
        let seen = begun.header("etag");
        let stale = send(&fresh, "POST", &format!("{at}/confirm"), &format!("if-match: {seen}"), "").await;
        assert_eq!(stale.status, 412, "{}", stale.text);
        let unseen = send(&fresh, "POST", &format!("{at}/confirm"), "", "").await;
        assert_eq!(unseen.status, 428, "{}", unseen.text);
        let seen = format!("if-match: {}", shown.header("etag"));
        let done = send(&fresh, "POST", &format!("{at}/confirm"), &seen, "").await;
        assert_eq!((done.status.as_u16(), &done.json()["state"]), (200, &"confirmed".into()), "{}", done.text);
        let there = fresh.get("/partners/north/records/credentials").await.json();
        assert_eq!(there["items"].as_array().map(Vec::len), Some(3));
        let mappings = fresh.get("/partners/north/mappings").await.json();
        let mapping = &mappings["items"][0];
        assert_eq!(mapping["choice"]["columns"]["Qualification"], "credential");

        // One refused row is mended, the other one let go.
        let refused = fresh.get("/partners/north/refused").await.json();
        let rows: Vec<_> = refused["items"].as_array().expect("rows").iter().filter(|r| r["kind"] == "credentials").collect();
        assert_eq!(rows.len(), 2);
        let row = |n: usize| format!("/partners/north/refused/{}", rows[n]["version"]);
        let cells = r#"{"cells":{"person":"ben","credential":"AWS Certified Developer - Associate","earned_on":"2024-03-01"}}"#;
        let mended = send(&fresh, "PUT", &row(0), "", cells).await;
        assert_eq!(mended.status, 200, "{}", mended.text);
        assert_eq!(send(&fresh, "PUT", &row(0), "", cells).await.status, 409);
        assert_eq!(send(&fresh, "DELETE", &row(1), "", "").await.status, 204);

        // A record is corrected; undoing keeps it only where that is said.
        let (version, cells) = (&there["items"][0]["version"], &there["items"][0]["cells"]);
        let mut cells = cells.clone();
        cells["expires_on"] = "2027-01-10".into();
        let record = format!("/partners/north/records/credentials/{version}");
        let corrected = send(&fresh, "PUT", &record, "if-match: *", &serde_json::json!({ "cells": cells }).to_string()).await;
        assert_eq!(corrected.status, 200, "{}", corrected.text);
        let later = fresh.get(&format!("{at}/later")).await.json();
        assert!(later["items"].as_array().is_some_and(|l| l.iter().any(|r| r["kind"] == "credentials")), "{later}");
        let undo = send(&fresh, "POST", &format!("{at}/undo"), "if-match: *", "{}").await;
        assert_eq!((undo.status.as_u16(), undo.json()["code"].as_str()), (422, Some("changed-since")), "{}", undo.text);
        let undo = send(&fresh, "POST", &format!("{at}/undo"), "if-match: *", r#"{"keep_later":true}"#).await;
        assert_eq!((undo.status.as_u16(), &undo.json()["state"]), (200, &"undone".into()), "{}", undo.text);
        let left = fresh.get("/partners/north/records/credentials").await.json();
        // What was corrected, and what was mended since.
        assert_eq!(left["items"].as_array().map(Vec::len), Some(2), "{left}");
        let listed = fresh.get("/partners/north/imports?limit=1").await.json();
        assert_eq!((listed["items"].as_array().map(Vec::len), listed["next"].is_string()), (Some(1), true));
    }

    async fn a_file_of_which_a_piece_is_missing_is_not_read(fresh: Fresh) {
        let begun = send(&fresh, "POST", "/partners/north/imports", "", "{}").await;
        let at = begun.header("location").trim_start_matches("/api/v1").to_owned();
        send(&fresh, "PUT", &format!("{at}/files/people.csv?more=true"), "content-type: text/csv", "person,na").await;
        let early = send(&fresh, "POST", &format!("{at}/preview"), "", "{}").await;
        assert_eq!((&early.json()["state"], &early.json()["preview"]["hindrances"][0]["code"]), (&"failed".into(), &"not-whole".into()), "{}", early.text);
        let gone = send(&fresh, "DELETE", &at, "if-match: *", "").await;
        assert_eq!(gone.json()["state"], "discarded", "{}", gone.text);
    }

    async fn an_import_of_several_partners_is_an_administrator_s(fresh: Fresh) {
        let lead = crate::api::tests::fresh::actor(app::access::Role::AllianceLead);
        let refused = fresh.ask(Some(&lead), "POST", "/imports", "", "{}").await;
        assert_eq!(refused.status, 403, "{}", refused.text);
        let begun = send(&fresh, "POST", "/imports", "", "{}").await;
        let at = begun.header("location").trim_start_matches("/api/v1").to_owned();
        let table = "partner,person,registered_on\nnorth,cyd,2024-01-01\nwest,dot,2024-01-02\n";
        let sent = send(&fresh, "PUT", &format!("{at}/files/people.csv"), "content-type: text/csv", table).await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        let shown = send(&fresh, "POST", &format!("{at}/preview"), "", "{}").await;
        assert_eq!(shown.json()["preview"]["new_partners"], serde_json::json!(["west"]), "{}", shown.text);
        let hidden = fresh.ask(Some(&lead), "GET", &at, "", "").await;
        assert_eq!(hidden.status, 404, "{}", hidden.text);
        let done = send(&fresh, "POST", &format!("{at}/confirm"), "if-match: *", "").await;
        assert_eq!(done.status, 200, "{}", done.text);
        assert_eq!(fresh.get("/partners/west/records/people").await.json()["items"].as_array().map(Vec::len), Some(1));
        let gone = send(&fresh, "DELETE", &at, "if-match: *", "").await;
        assert_eq!(gone.status, 422, "{}", gone.text);
    }
}
