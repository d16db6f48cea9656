//! The description of the API: one OpenAPI page made of what stands beside each handler, and what holds for all of them.

use std::sync::OnceLock;

use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::shapes;
use crate::serve::state::AppState;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Cairn",
        version = "v1",
        description = "Where a partner stands on every vendor program, why, and what moves it. Days are ISO days, moments RFC 3339 in UTC, amounts and other exact numbers texts: a decimal, or a fraction such as `100/3`. Lists have `items`, and `next` where they come page by page.",
        license(name = "Apache-2.0 OR MIT", identifier = "Apache-2.0 OR MIT")
    ),
    servers((url = "/api/v1", description = "This server")),
    components(schemas(shapes::Problem, shapes::Diagnostic)),
    tags(
        (name = "server", description = "What answers here"),
        (name = "accounts", description = "Who asks, accounts, sessions and tokens"),
        (name = "partners", description = "Partners, and who has a role there"),
        (name = "standings", description = "Where a partner stands, why, since when, and what lies ahead"),
        (name = "records", description = "Evidence, record by record"),
        (name = "programs", description = "Programs, editions and the vocabulary"),
        (name = "imports", description = "Evidence, file by file"),
        (name = "work", description = "Tasks, comments, notices, ratings, links, files, and what waits"),
        (name = "hooks", description = "Web hooks for changed standings"),
        (name = "audit", description = "Who did what, decisions, exports and persons"),
    ),
)]
struct Description;

/// A router that describes itself.
pub fn begin() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
}

/// The description as JSON, with a line feed at its end.
pub fn text() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| crate::json::text(&described()))
}

/// The description.
fn described() -> Value {
    let (_, api) = super::all().split_for_parts();
    let mut api = serde_json::to_value(api).unwrap_or_default();
    api["openapi"] = json!("3.1.0");
    api["components"]["securitySchemes"] = json!({
        "token": { "type": "http", "scheme": "bearer", "description": "A token of the API" },
        "session": { "type": "apiKey", "in": "cookie", "name": "cairn", "description": "The session of a browser; `__Host-cairn` where people come by HTTPS" },
    });
    api["security"] = json!([{ "token": [] }, { "session": [] }]);
    let Some(paths) = api["paths"].as_object_mut() else {
        return api;
    };
    for (path, item) in paths {
        let Some(operations) = item.as_object_mut() else {
            continue;
        };
        for (method, operation) in operations {
            if let Some(operation) = operation.as_object_mut() {
                finish(path, method, operation);
            }
        }
    }
    api
}

/// What holds for every operation: the headers that all understand, and the problems that may come.
fn finish(path: &str, method: &str, operation: &mut Map<String, Value>) {
    let is_open = operation.get("security").is_some_and(|s| *s == json!([{}]));
    if is_open {
        operation.insert("security".to_owned(), json!([]));
    }
    let has_body = operation.contains_key("requestBody");
    if let Some(body) = operation.get_mut("requestBody") {
        body["required"] = json!(true);
    }
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    let (mut needs_match, mut names_partner) = (false, false);
    if let Some(parameters) = parameters.as_array_mut() {
        for parameter in &mut *parameters {
            needs_match |= parameter["name"] == "If-Match";
            names_partner |= parameter["name"] == "partner";
            if parameter["schema"].get("default").is_some() {
                parameter["required"] = json!(false);
            }
            // A parameter that is left out is left out; there is no way to write a null.
            if let Some(types) = parameter["schema"]["type"].as_array().cloned() {
                parameter["schema"]["type"] =
                    types.into_iter().find(|t| *t != "null").unwrap_or_default();
            }
            let one_of = parameter["schema"]["oneOf"].as_array().cloned();
            if let Some(of) = one_of.and_then(|of| of.into_iter().find(|of| of["type"] != "null")) {
                parameter["schema"] = of;
            }
            if parameter["in"] == "path" && parameter["schema"]["type"] == "string" {
                parameter["schema"]["minLength"] = json!(1);
            }
        }
        if method == "get" {
            parameters.push(json!({ "name": "If-None-Match", "in": "header", "required": false, "description": "An `ETag` that you have: the answer is 304 where it is still right", "schema": { "type": "string" } }));
        }
        if method == "post" && !is_open && !super::twice::SECRET.contains(&path) {
            parameters.push(json!({ "name": "Idempotency-Key", "in": "header", "required": false, "description": "A text of your own: the same request with the same key is carried out once, and answered the same for a day", "schema": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$" } }));
        }
    }
    let mut problems = vec![
        (400, "The request cannot be understood"),
        (414, "The address is longer than is taken"),
        (500, "A slip of ours"),
        (
            503,
            "Loading, or as much to do as may be; `Retry-After` says when to ask again",
        ),
    ];
    if !is_open {
        problems.push((401, "Nobody is signed in, or the token is not known"));
        problems.push((403, "You may not do this"));
        problems.push((429, "Asked too often; `Retry-After` says when to ask again"));
        problems.push((
            422,
            "What was asked or sent has slips; `problems` lists them",
        ));
    }
    if path.contains('{') || names_partner {
        problems.push((404, "There is no such thing, or you may not know of it"));
    }
    if has_body {
        problems.push((413, "More was sent than is taken"));
        problems.push((415, "The body is of a type that is not taken here"));
    }
    if matches!(method, "post" | "put" | "patch" | "delete") && !is_open {
        problems.push((
            409,
            "It stands against what is there, or was changed meanwhile",
        ));
    }
    if needs_match {
        problems.push((412, "Another version stands than `If-Match` names"));
        problems.push((428, "`If-Match` is missing"));
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    let Some(responses) = responses.as_object_mut() else {
        return;
    };
    if method == "get" {
        if let Some(answer) = responses.get_mut("200") {
            answer["headers"]["ETag"] =
                json!({ "description": "The tag of the answer", "schema": { "type": "string" } });
        }
        responses.insert(
            "304".to_owned(),
            json!({ "description": "What `If-None-Match` names is still right" }),
        );
    }
    for (status, description) in problems {
        let before = responses.get(&status.to_string());
        let said = before.and_then(|r| r["description"].as_str().map(str::to_owned));
        let said = said.unwrap_or_else(|| description.to_owned());
        responses.insert(
            status.to_string(),
            json!({
                "description": said,
                "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } },
            }),
        );
    }
    responses.sort_keys();
}

/// An id as a part of an address.
pub fn segment(id: &str) -> String {
    id.bytes()
        .map(|b| match b {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(b).to_string()
            }
            _ => format!("%{b:02X}"),
        })
        .collect()
}
