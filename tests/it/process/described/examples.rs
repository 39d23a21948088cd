//! The examples of answers have exactly the members that their schemas know.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Api, V1, V2};

#[test]
fn every_example_of_an_answer_fits_its_schema() {
    for (api, least) in [(V1, 60), (V2, 50)] {
        let checked = fitting_examples(&api);
        assert!(checked > least, "{}: only {checked} examples were found", api.base);
    }
}

/// Fits each example of an answer into its schema; how many there are.
fn fitting_examples(api: &Api) -> usize {
    let document = api.document();
    let mut checked = 0;
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let shared = document["components"]["responses"].as_object().unwrap().values();
    let answers: Vec<_> = operations
        .flat_map(|operation| operation["responses"].as_object().unwrap().values())
        .chain(shared)
        .filter(|answer| answer["$ref"].is_null())
        .collect();
    for answer in answers {
        let content = &answer["content"]["application/json"];
        let several =
            content["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
        let one = content.get("example");
        for example in several.chain(one) {
            fits(&document, &content["schema"], example);
            checked += 1;
        }
    }
    checked
}

/// Type, known words, required and known members; what these schemas use. Panics where one does not fit.
pub(super) fn fits(document: &Value, schema: &Value, example: &Value) {
    if let Err(why) = fit(document, schema, example) {
        panic!("{why}: {example}");
    }
}

fn fit(document: &Value, schema: &Value, example: &Value) -> Result<(), String> {
    let schema = found(document, schema);
    if let Some(either) = schema["anyOf"].as_array() {
        let reasons: Vec<_> = either.iter().filter_map(|one| fit(document, one, example).err()).collect();
        return if reasons.len() < either.len() { Ok(()) } else { Err(reasons.join("; or ")) };
    }
    let (mut known, mut required) = (BTreeMap::new(), Vec::new());
    for part in parts(document, schema) {
        fit_type(part, example)?;
        known.extend(part["properties"].as_object().into_iter().flatten());
        required.extend(part["required"].as_array().into_iter().flatten().filter_map(Value::as_str));
    }
    for item in example.as_array().into_iter().flatten() {
        fit(document, &schema["items"], item)?;
    }
    let Some(members) = example.as_object().filter(|_| !known.is_empty()) else { return Ok(()) };
    for (name, value) in members {
        let schema = known.get(name).ok_or_else(|| format!("`{name}` is in no schema"))?;
        fit(document, schema, value).map_err(|why| format!("{name}: {why}"))?;
    }
    match required.iter().find(|name| !members.contains_key(**name)) {
        Some(missing) => Err(format!("{missing} is missing")),
        None => Ok(()),
    }
}

/// What has a name, where it stands.
pub(super) fn found<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let Some(place) = schema["$ref"].as_str() else { return schema };
    document.pointer(place.strip_prefix('#').expect("a place in the document")).expect("it stands there")
}

/// The schemas that one is put together of, or it alone.
fn parts<'a>(document: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    match schema["allOf"].as_array() {
        Some(all) => all.iter().map(|part| found(document, part)).collect(),
        None => vec![schema],
    }
}

fn fit_type(schema: &Value, example: &Value) -> Result<(), String> {
    let types = match &schema["type"] {
        Value::Array(types) => types.clone(),
        one => vec![one.clone()],
    };
    let kind = match example {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.contains(&kind.into()) {
        return Err(format!("{kind} is none of {types:?}"));
    }
    match schema["enum"].as_array() {
        Some(words) if !words.contains(example) => Err(format!("{example} is none of {words:?}")),
        _ => Ok(()),
    }
}
