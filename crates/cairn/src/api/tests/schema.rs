//! Holds a value against a schema of the description. A key that the schema does not know is a breach too: every answer is
//! described in full.

use serde_json::Value;

fn api() -> &'static Value {
    static API: std::sync::OnceLock<Value> = std::sync::OnceLock::new();
    API.get_or_init(|| serde_json::from_str(crate::api::spec::text()).expect("JSON"))
}

/// What is wrong with a value, each with its place.
pub fn breaches(schema: &Value, value: &Value) -> Vec<String> {
    let mut found = vec![];
    check(schema, value, "", &mut found);
    found
}

/// What is wrong with an answer of an operation.
pub fn of_answer(operation: &Value, status: u16, media: &str, text: &str) -> Vec<String> {
    let response = &operation["responses"][status.to_string()];
    if response.is_null() {
        return vec![format!("the status {status} is not described")];
    }
    let Some(content) = response.get("content") else {
        return if text.is_empty() {
            vec![]
        } else {
            vec![format!("{status} has a body, and none is described")]
        };
    };
    let schema = &content[media]["schema"];
    if schema.is_null() {
        return vec![format!(
            "{status} is of the type {media}, which is not described"
        )];
    }
    if media.ends_with("json") && !media.contains("nd") {
        match serde_json::from_str(text) {
            Ok(value) => breaches(schema, &value),
            Err(error) => vec![format!("no JSON: {error}")],
        }
    } else {
        vec![]
    }
}

fn check(schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let pointer = name.trim_start_matches('#');
        match api().pointer(pointer) {
            Some(schema) => check(schema, value, at, found),
            None => found.push(format!("{at}: {name} is not there")),
        }
        return;
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(options) = schema[key].as_array() {
            let fits = |option: &Value| breaches(option, value).is_empty();
            if !options.iter().any(fits) {
                found.push(format!("{at}: {value} is none of what it may be"));
            }
            return;
        }
    }
    if let Some(all) = schema["allOf"].as_array() {
        // Parts of one object: together they know all of its keys.
        let mut keys = vec![];
        for part in all {
            let part = resolved(part);
            keys.extend(
                part["properties"]
                    .as_object()
                    .into_iter()
                    .flatten()
                    .map(|(k, _)| k.clone()),
            );
            if part.get("additionalProperties").is_some() {
                return;
            }
            let mut of_part = vec![];
            check(part, value, at, &mut of_part);
            of_part.retain(|f| !f.ends_with("is not described"));
            found.extend(of_part);
        }
        for key in value.as_object().into_iter().flatten().map(|(k, _)| k) {
            if !keys.contains(key) {
                found.push(format!("{at}/{key}: is not described"));
            }
        }
        return;
    }
    let allowed: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(n) if n.is_i64() || n.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !allowed.is_empty() && !allowed.contains(&is) {
        found.push(format!("{at}: {value} is no {}", allowed.join(" or ")));
        return;
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{at}: {value} is none of the words"));
    }
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                check(&schema["items"], item, &format!("{at}/{n}"), found);
            }
        }
        Value::Object(object) => {
            let properties = schema["properties"].as_object();
            for name in schema["required"].as_array().into_iter().flatten() {
                if !object.contains_key(name.as_str().unwrap_or_default()) {
                    found.push(format!("{at}: {name} is missing"));
                }
            }
            let free = properties.is_none();
            for (key, value) in object {
                let at = format!("{at}/{key}");
                match properties.and_then(|p| p.get(key)) {
                    Some(schema) => check(schema, value, &at, found),
                    None if schema.get("additionalProperties").is_some() => {
                        check(&schema["additionalProperties"], value, &at, found);
                    }
                    None if free => {}
                    None => found.push(format!("{at}: is not described")),
                }
            }
        }
        _ => {}
    }
}

fn resolved(schema: &Value) -> &Value {
    schema["$ref"]
        .as_str()
        .and_then(|name| api().pointer(name.trim_start_matches('#')))
        .unwrap_or(schema)
}
