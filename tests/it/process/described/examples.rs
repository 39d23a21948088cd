//! The examples of answers have exactly the members that their schemas know.

use serde_json::Value;

use super::DOCUMENT;

#[test]
fn every_example_of_an_answer_fits_its_schema() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
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
    assert!(checked > 60, "only {checked} examples were found");
}

/// Type, required and known members; what these schemas use.
pub(super) fn fits(document: &Value, schema: &Value, example: &Value) {
    if let Some(name) = schema["$ref"].as_str() {
        let name = name.strip_prefix('#').expect("a place in the document");
        return fits(document, document.pointer(name).expect("a schema"), example);
    }
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
    assert!(types.contains(&kind.into()), "{example} is none of {types:?}");
    for item in example.as_array().into_iter().flatten() {
        fits(document, &schema["items"], item);
    }
    let Some(known) = schema["properties"].as_object() else { return };
    for (name, value) in example.as_object().unwrap() {
        fits(document, known.get(name).unwrap_or_else(|| panic!("`{name}` is in no schema")), value);
    }
    for name in schema["required"].as_array().unwrap() {
        assert!(!example[name.as_str().unwrap()].is_null(), "{name} is not in {example}");
    }
}
