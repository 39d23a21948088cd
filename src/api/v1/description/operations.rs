//! The operations, in the order in which the API's documentation always told them.

use serde_json::{Value, json};
use utoipa::openapi::link::{Link, LinkBuilder};
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, Schema, Type};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};

use super::examples::{self, RECEIPT, SECRET};
use super::parameters::{self, Field};
use super::{EITHER, errors, signed_in};
use crate::service::Error;

/// An operation and where it stands.
pub(super) struct Described {
    pub(super) path: String,
    pub(super) method: HttpMethod,
    pub(super) operation: Operation,
}

/// Every operation.
pub(super) fn all() -> Vec<Described> {
    let mut all = vec![
        post(
            "/share",
            creating(
                "share",
                "private",
                "Share a secret",
                examples::shared(),
                &parameters::share(),
                &share_errors(),
            ),
        ),
        post("/create", create()),
        post("/generate", generate()),
        post("/secret/{key}", reveal()),
    ];
    // `recent` before the keys: it is no key.
    for name in ["private", "metadata", "receipt"] {
        for method in EITHER {
            all.push(at(format!("/{name}/recent"), method.clone(), recent(name, &method)));
            all.push(at(format!("/{name}/{{key}}"), method.clone(), receipt(name, &method)));
        }
        all.push(at(format!("/{name}/{{key}}/burn"), HttpMethod::Post, burn(name)));
    }
    all.push(at("/status".into(), HttpMethod::Get, status()));
    all.push(at("/authcheck".into(), HttpMethod::Get, authcheck()));
    all.push(at("/openapi.json".into(), HttpMethod::Get, description()));
    all
}

fn post(path: &str, described: OperationBuilder) -> Described {
    at(path.to_owned(), HttpMethod::Post, described)
}

fn at(path: String, method: HttpMethod, described: OperationBuilder) -> Described {
    Described { path, method, operation: errors::shared(described).build() }
}

/// An operation that makes a secret; its answer links to the reading of the receipt under this name.
fn creating(
    id: &str,
    receipt_name: &str,
    summary: &str,
    example: Value,
    fields: &[Field],
    refusals: &[(&'static str, Error)],
) -> OperationBuilder {
    let answer = ResponseBuilder::new()
        .description("It is stored, durably.")
        .content("application/json", content(named("Metadata"), example))
        .link("read", key_link("reveal", "secret_key"))
        .link("look", key_link(receipt_name, "metadata_key"))
        .link("get", key_link(&format!("get_{receipt_name}"), "metadata_key"))
        .link("burn", key_link(&format!("burn_{receipt_name}"), "metadata_key"));
    OperationBuilder::new()
        .operation_id(Some(id))
        .summary(Some(summary))
        .tag("create")
        .parameters(Some(parameters::in_query(fields)))
        .parameter(parameters::locale())
        .request_body(Some(parameters::in_body(fields)))
        .response("200", answer)
        .response("404", errors::refused("Refused: nothing is stored.", None, refusals))
}

/// Lets tools go on from the answer, as people do.
fn key_link(operation: &str, member: &str) -> Link {
    LinkBuilder::new().operation_id(operation).parameter("key", format!("$response.body#/{member}")).build()
}

fn share_errors() -> Vec<(&'static str, Error)> {
    let mut errors = vec![("empty", Error::Empty), ("too_big", Error::TooBig { max: 10_000 })];
    errors.extend(common_errors());
    errors
}

fn common_errors() -> Vec<(&'static str, Error)> {
    vec![
        ("passphrase_too_long", Error::PassphraseTooLong),
        ("mail_needs_account", Error::MailNeedsAccount),
        ("undeliverable", Error::Undeliverable("nobody".into())),
        ("no_mail", Error::NoMail),
        ("unknown_domain", Error::UnknownDomain("other.example".into())),
        ("foreign_domain", Error::ForeignDomain("theirs.example".into())),
    ]
}

fn create() -> OperationBuilder {
    let about = "The same under another name. The parameters may also stand under `secret`, as `secret[secret]` and `secret[ttl]`: then only those count.";
    creating(
        "create",
        "metadata",
        "Share a secret",
        examples::shared(),
        &parameters::share(),
        &share_errors(),
    )
    .description(Some(about))
}

fn generate() -> OperationBuilder {
    let mut errors = common_errors();
    errors.push((
        "bad_rule",
        Error::BadPasswordRule("Generated password length must be no more than 128 characters"),
    ));
    creating(
        "generate",
        "receipt",
        "Share a password made up by the server",
        examples::generated(),
        &parameters::generate(),
        &errors,
    )
    .description(Some("The answer shows the password as `value`, this once."))
}

fn reveal() -> OperationBuilder {
    let about = "The passphrase, if the secret has one.";
    let fields = parameters::passphrase(about);
    OperationBuilder::new()
        .operation_id(Some("reveal"))
        .summary(Some("Read a secret, once"))
        .description(Some("Of any number of requests one gets the value. A wrong passphrase keeps the secret, and is answered like an unknown key."))
        .tag("read")
        .parameter(parameters::key("The `secret_key`.", SECRET))
        .parameters(Some(parameters::in_query(&fields)))
        .request_body(Some(parameters::in_body(&fields)))
        .response("200", answer("The value. The server has it no more.", "RevealAnswer", examples::revealed()))
        .response("404", unknown("The key never was, was read, burned or expired; or the passphrase is wrong.", SECRET, None))
}

fn receipt(name: &str, method: &HttpMethod) -> OperationBuilder {
    OperationBuilder::new()
        .operation_id(Some(id(name, method)))
        .summary(Some("See what became of a secret"))
        .description(Some(
            "Changes nothing, and never shows the value. `private`, `metadata` and `receipt` are one.",
        ))
        .tag("receipt")
        .parameter(parameters::key("The `metadata_key`.", RECEIPT))
        .response("200", answer("Its state.", "Metadata", examples::received()))
        .response("404", unknown("No such receipt.", RECEIPT, None))
}

fn burn(name: &str) -> OperationBuilder {
    let fields = parameters::passphrase("None is needed. One that is sent has to be right.");
    OperationBuilder::new()
        .operation_id(Some(format!("burn_{name}")))
        .summary(Some("Destroy a secret unread"))
        .tag("receipt")
        .parameter(parameters::key("The `metadata_key`.", RECEIPT))
        .parameters(Some(parameters::in_query(&fields)))
        .request_body(Some(parameters::in_body(&fields)))
        .response("200", answer("Nobody will read it.", "BurnAnswer", examples::burned()))
        .response(
            "404",
            unknown(
                "No such receipt, or nothing left to burn.",
                RECEIPT,
                Some(("wrong_passphrase", Error::WrongPassphrase)),
            ),
        )
}

fn recent(name: &str, method: &HttpMethod) -> OperationBuilder {
    let list: Schema = ArrayBuilder::new().items(named("Metadata")).into();
    let answer = ResponseBuilder::new()
        .description("Those of the last 30 days, newest first.")
        .content("application/json", content(list.into(), examples::listed()));
    OperationBuilder::new()
        .operation_id(Some(id(&format!("recent_{name}"), method)))
        .summary(Some("List the account's own secrets"))
        .tag("account")
        .security(signed_in())
        .response("200", answer)
        .response("404", errors::refused("Credentials are missing or wrong.", None, &[]))
}

fn status() -> OperationBuilder {
    OperationBuilder::new()
        .operation_id(Some("status"))
        .summary(Some("Ask whether the server is up"))
        .tag("server")
        .parameter(parameters::locale())
        .response("200", answer("It is.", "StatusAnswer", examples::nominal()))
        .response("404", errors::refused("Credentials are wrong.", None, &[]))
}

fn authcheck() -> OperationBuilder {
    OperationBuilder::new()
        .operation_id(Some("authcheck"))
        .summary(Some("Check credentials"))
        .tag("account")
        .parameter(parameters::locale())
        .security(signed_in())
        .response("200", answer("They are right.", "StatusAnswer", examples::nominal()))
        .response("404", errors::refused("Credentials are missing or wrong.", None, &[]))
}

fn description() -> OperationBuilder {
    let schema: Schema = ObjectBuilder::new().schema_type(Type::Object).into();
    let answer = ResponseBuilder::new()
        .description("OpenAPI 3.1.")
        .content("application/json", content(schema.into(), json!({"openapi": "3.1.0"})));
    OperationBuilder::new()
        .operation_id(Some("description"))
        .summary(Some("Get this description"))
        .tag("server")
        .response("200", answer)
        .response("404", errors::refused("Credentials are wrong.", None, &[]))
}

fn id(name: &str, method: &HttpMethod) -> String {
    if *method == HttpMethod::Post { name.to_owned() } else { format!("get_{name}") }
}

fn answer(description: &str, schema: &str, example: Value) -> ResponseBuilder {
    ResponseBuilder::new()
        .description(description)
        .content("application/json", content(named(schema), example))
}

fn unknown(description: &str, key: &str, more: Option<(&'static str, Error)>) -> utoipa::openapi::Response {
    let mut errors = vec![("unknown", Error::UnknownSecret)];
    errors.extend(more);
    errors::refused(description, Some(key), &errors)
}

fn named(schema: &str) -> RefOr<Schema> {
    Ref::from_schema_name(schema).into()
}

fn content(schema: RefOr<Schema>, example: Value) -> utoipa::openapi::Content {
    ContentBuilder::new().schema(Some(schema)).example(Some(example)).build()
}
