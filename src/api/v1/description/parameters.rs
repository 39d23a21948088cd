//! Parameters of requests, in each of the four encodings.
//!
//! A body is not required, but one that is sent should be whole, so that tools ask for the secret there. What a body lacks
//! may stand in the query string, which no schema can say.

use serde_json::{Value, json};
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::{
    Array, ArrayBuilder, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type,
};
use utoipa::openapi::{ContentBuilder, RefOr, Required};

use super::examples::PASSPHRASE;

/// A parameter: its name and what it means, its shape as a text of a form, its shape in JSON, an example.
pub(super) struct Field {
    name: &'static str,
    description: &'static str,
    form: Schema,
    json: Schema,
    example: Option<Value>,
}

impl Field {
    fn new(name: &'static str, description: &'static str, form: Schema, json: Schema) -> Self {
        Self { name, description, form, json, example: None }
    }

    fn with(self, example: impl Into<Value>) -> Self {
        Self { example: Some(example.into()), ..self }
    }
}

/// Those of `share` and `create`.
pub(super) fn share() -> Vec<Field> {
    let about = "What is shared: any text, kept byte for byte. At most 10000 bytes of UTF-8 unless the server is configured otherwise. It has to be given and not empty.";
    let mut fields = vec![Field::new("secret", about, filled(), filled()).with("hello")];
    fields.extend(common());
    fields
}

/// Those of `generate`.
pub(super) fn generate() -> Vec<Field> {
    let mut fields: Vec<_> = common();
    let about = "Characters of the password; 12 when it is not given, at most 128.";
    fields.push(Field::new("length", about, text(), number()).with(20));
    let sets = ["uppercase", "lowercase", "numbers", "symbols", "exclude_ambiguous"];
    // A text under this name counts as not given, so that no type is told.
    let sets = sets.into_iter().fold(ObjectBuilder::new().schema_type(SchemaType::AnyValue), |sets, name| {
        let flag = SchemaType::from_iter([Type::Boolean, Type::Number, Type::String]);
        sets.property(name, ObjectBuilder::new().schema_type(flag).default(Some(true.into())))
    });
    let about = "What the password is made of; every set is on unless it is switched off. In a form: `character_sets[symbols]=false`.";
    fields.push(Field::new("character_sets", about, anything(), sets.into()).with(json!({"symbols": false})));
    fields
}

/// Those of reading a secret and of burning it.
pub(super) fn passphrase(about: &'static str) -> Vec<Field> {
    vec![Field::new("passphrase", about, text(), text()).with(PASSPHRASE)]
}

fn common() -> Vec<Field> {
    let ttl = "Seconds until the secret expires unread; shorter or longer than the server allows is cut to what it allows. Leading digits count, other text is the shortest. Not given, empty or 0: 604800.";
    let passphrase =
        "What it takes to read the secret, besides its key. At most 128 characters; empty means none.";
    let recipient = "Whom to send the link by e-mail; accounts only. Of several addresses the first gets a letter. In a form also `recipient[]`.";
    let domain = "The host of the link, if it shall be another one of this server's.";
    let several: Array = ArrayBuilder::new().items(RefOr::T(text())).build();
    let one_or_more = OneOfBuilder::new().item(text()).item(several);
    vec![
        Field::new("ttl", ttl, text(), number()).with(3600),
        Field::new("passphrase", passphrase, text(), text()),
        Field::new("recipient", recipient, text(), one_or_more.into()),
        Field::new("share_domain", domain, text(), text()),
    ]
}

/// The `locale`, which any request may name in its query string.
pub(super) fn locale() -> Parameter {
    query(
        "locale",
        "A language the server has, such as `de`; others count as not given.",
        text().into(),
        Some("en".into()),
    )
}

/// The `{key}` of a path.
pub(super) fn key(description: &str, example: &str) -> Parameter {
    ParameterBuilder::new()
        .name("key")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(text()))
        .example(Some(example.into()))
        .build()
}

/// All of them in the query string.
pub(super) fn in_query(fields: &[Field]) -> Vec<Parameter> {
    // A query string has no objects but in names, which OpenAPI cannot say.
    let plain = fields.iter().filter(|field| field.name != "character_sets");
    plain.map(|field| query(field.name, field.description, field.form.clone().into(), None)).collect()
}

fn query(name: &str, description: &str, schema: RefOr<Schema>, example: Option<Value>) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(schema))
        .example(example)
        .build()
}

/// All of them in a body, as the three types that are read as what they are.
pub(super) fn in_body(fields: &[Field]) -> RequestBody {
    let example: serde_json::Map<_, _> =
        fields.iter().filter_map(|field| Some((field.name.to_owned(), field.example.clone()?))).collect();
    let content = |schema: Object, example: &serde_json::Map<String, Value>| {
        ContentBuilder::new().schema(Some(schema)).example(Some(example.clone().into())).build()
    };
    let mut form_example = example.clone();
    form_example.remove("character_sets");
    RequestBodyBuilder::new()
        .description(Some("Empty, or the parameters in one of these encodings."))
        .required(Some(Required::False))
        .content("application/x-www-form-urlencoded", content(object(fields, true), &form_example))
        .content("multipart/form-data", content(object(fields, true), &form_example))
        .content("application/json", content(object(fields, false), &example))
        .build()
}

fn object(fields: &[Field], form: bool) -> Object {
    let fields = fields.iter().filter(|field| !form || field.name != "character_sets");
    fields
        .fold(ObjectBuilder::new().schema_type(Type::Object), |object, field| {
            let schema = if form { &field.form } else { &field.json };
            let object = object.property(field.name, described(schema.clone(), field.description));
            if field.name == "secret" { object.required("secret") } else { object }
        })
        .build()
}

fn described(schema: Schema, description: &str) -> Schema {
    match schema {
        Schema::Object(mut object) => {
            object.description = Some(description.to_owned());
            Schema::Object(object)
        }
        Schema::OneOf(mut one) => {
            one.description = Some(description.to_owned());
            Schema::OneOf(one)
        }
        other => other,
    }
}

fn filled() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).into()
}

fn text() -> Schema {
    ObjectBuilder::new().schema_type(Type::String).into()
}

/// Digits as a number or as a text; of a fraction the whole part.
fn number() -> Schema {
    ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::Number, Type::String])).into()
}

fn anything() -> Schema {
    ObjectBuilder::new().schema_type(SchemaType::AnyValue).into()
}
