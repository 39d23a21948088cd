//! What old clients' contract makes a trap of stands where people look.

use super::read;

#[test]
fn lifetimes_with_a_unit_and_ignored_secrets_are_told_where_parameters_are() {
    let description: serde_json::Value = serde_json::from_str(&read("docs/openapi.json")).unwrap();
    let properties = |path: &str| {
        let place = format!(
            "/paths/{path}/post/requestBody/content/application~1json/schema/properties/ttl/description"
        );
        description.pointer(&place).unwrap().as_str().unwrap().to_owned()
    };
    let generate = description["paths"]["/generate"]["post"]["description"].as_str().unwrap();
    for (what, text, told) in [
        ("share's ttl, described", properties("~1share"), "`1h`"),
        ("generate's ttl, described", properties("~1generate"), "`1h`"),
        ("generate, described", generate.to_owned(), "`secret` is ignored"),
        ("docs/api.md", read("docs/api.md"), "`1h`"),
        ("docs/api.md", read("docs/api.md"), "`secret` is ignored"),
        ("docs/troubleshooting.md", read("docs/troubleshooting.md"), "`ttl=1h`"),
        ("docs/troubleshooting.md", read("docs/troubleshooting.md"), "`secret` is ignored"),
    ] {
        assert!(text.contains(told), "{what} does not say {told}");
    }
}
