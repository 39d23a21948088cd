//! What every operation may answer besides 200, with the texts of the table of errors.

use serde_json::{Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::OperationBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{ComponentsBuilder, ContentBuilder, Header, Ref, Response, ResponseBuilder};

use super::super::error::{Body, message};
use crate::service::Error;

/// What stands in components for all operations: status, name, description, whether it says when to come back, example.
const SHARED: [(&str, &str, &str, bool, &str); 8] = [
    (
        "400",
        "Malformed",
        "The request does not decode, or its head is ambiguous.",
        false,
        "The parameters are not valid UTF-8",
    ),
    (
        "408",
        "Slow",
        "The body did not come within 10 seconds.",
        false,
        "The request body did not arrive in time",
    ),
    ("413", "TooLarge", "The body is longer than the server takes.", false, "The request is too large"),
    (
        "415",
        "Compressed",
        "The body has a Content-Encoding.",
        false,
        "A compressed body is not understood: send it without Content-Encoding",
    ),
    ("429", "Limited", "Asked too often, or too many wrong passphrases or log-ins.", true, ""),
    ("431", "HeadTooLarge", "The head is longer than 32 KiB.", false, "The request's head is too large"),
    ("500", "Failed", "A fault of the server.", false, "An unexpected error occurred :["),
    (
        "503",
        "Unavailable",
        "The store or the cores are out for the moment. `message` says when a secret may have been consumed.",
        true,
        "Service temporarily unavailable. Please try again shortly.",
    ),
];

/// Adds the shared responses, and the schema of their bodies.
pub(super) fn components(components: ComponentsBuilder) -> ComponentsBuilder {
    SHARED.iter().fold(
        components.schema_from::<Body<'_>>(),
        |components, (status, name, description, wait, text)| {
            let limited = message(&Error::Limited { retry_after: std::time::Duration::ZERO });
            let text = if *status == "429" { &limited } else { *text };
            let example = match *status {
                "400" => json!({"error": "Bad Request", "message": text}),
                _ => json!({ "message": text }),
            };
            let content = ContentBuilder::new().schema(Some(body())).example(Some(example)).build();
            let response =
                ResponseBuilder::new().description(*description).content("application/json", content);
            let response = if *wait { response.header("Retry-After", retry_after()) } else { response };
            components.response(*name, response)
        },
    )
}

/// Adds the responses that every operation may give.
pub(super) fn shared(operation: OperationBuilder) -> OperationBuilder {
    SHARED.iter().fold(operation, |operation, (status, name, ..)| {
        operation.response(*status, Ref::from_response_name(*name))
    })
}

/// A 404, with an example of each of these; "Not authorized" is always one of them.
pub(super) fn refused(description: &str, key: Option<&str>, errors: &[(&str, Error)]) -> Response {
    let signing_in = [("not_authorized", Error::NotAuthorized)];
    let examples = signing_in.iter().chain(errors).map(|(name, error)| {
        let value = ExampleBuilder::new().value(Some(example(error, key))).build();
        ((*name).to_owned(), value)
    });
    let content = ContentBuilder::new().schema(Some(body())).examples_from_iter(examples).build();
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content)
        .header("X-OTS-Intended-Status", intended())
        .build()
}

fn example(error: &Error, key: Option<&str>) -> Value {
    match (error, key) {
        (Error::UnknownSecret, Some(key)) => json!({"secret_key": key, "message": message(error)}),
        _ => json!({"message": message(error)}),
    }
}

fn body() -> Ref {
    Ref::from_schema_name("Failure")
}

fn intended() -> Header {
    let known = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["400", "401"]));
    HeaderBuilder::new()
        .schema(Some(known))
        .description(Some("401 for bad or missing credentials, 400 for refused parameters. Absent for an unknown key or path."))
        .build()
}

fn retry_after() -> Header {
    let seconds = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(1));
    HeaderBuilder::new().schema(Some(seconds)).description(Some("Seconds to wait, always there.")).build()
}
