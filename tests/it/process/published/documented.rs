//! The lines of curl that upstream's pages show for v1, as they stand there but for host, account and keys, in the order
//! of the pages: create, generate, retrieve, metadata, burn, recent.
//!
//! `SECRET` and `NUMBER_IN_SECONDS` are sent as they are: whoever copies a line may leave them. The latter is no number,
//! which counts as the shortest lifetime.

use serde_json::Value;

use super::curl::curl;
use super::world;

#[test]
fn every_line_of_upstreams_pages_in_their_order() {
    let (_home, account, server) = world();
    let run = |line: &str, key: &Value| {
        let key = key.as_str().unwrap_or_default();
        let line = line.replace("USERNAME:APITOKEN", "USER:TOKEN").replacen("curl", "curl -s", 1);
        let line = line.replace("https://us.onetimesecret.com/api/v1", "URL");
        curl(&server, &account, &line.replace("SECRET_KEY", key).replace("METADATA_KEY", key))
    };
    let none = Value::Null;
    let email = Value::from(account.email.as_str());
    let (anonymous, shortest, asked) = (Value::from("anon"), Value::from(60), Value::from(3600));

    // Creating
    let by_account = run(
        "curl -X POST -u 'USERNAME:APITOKEN' -d 'secret=SECRET&ttl=NUMBER_IN_SECONDS' https://us.onetimesecret.com/api/v1/share",
        &none,
    );
    assert_eq!((&by_account["custid"], &by_account["ttl"]), (&email, &shortest));
    let shared =
        run("curl -X POST -d 'secret=SECRET&ttl=3600' https://us.onetimesecret.com/api/v1/share", &none);
    assert_eq!((&shared["custid"], &shared["ttl"]), (&anonymous, &asked));
    let generated = run(
        "curl -X POST -u 'USERNAME:APITOKEN' -d 'ttl=NUMBER_IN_SECONDS' https://us.onetimesecret.com/api/v1/generate",
        &none,
    );
    assert_eq!((&generated["custid"], &generated["ttl"]), (&email, &shortest));
    let made_up = run("curl -X POST -d 'ttl=3600' https://us.onetimesecret.com/api/v1/generate", &none);
    assert_eq!((&made_up["custid"], &made_up["ttl"]), (&anonymous, &asked));

    // Retrieving
    let retrieve =
        "curl -X POST -u 'USERNAME:APITOKEN' https://us.onetimesecret.com/api/v1/secret/SECRET_KEY";
    assert_eq!(run(retrieve, &by_account["secret_key"])["value"], "SECRET");
    let retrieve = "curl -X POST https://us.onetimesecret.com/api/v1/secret/SECRET_KEY";
    assert_eq!(run(retrieve, &shared["secret_key"])["value"], "SECRET");
    assert_eq!(run(retrieve, &made_up["secret_key"])["value"], made_up["value"]);
    assert_eq!(run(retrieve, &made_up["secret_key"])["message"], "Unknown secret");
    let metadata =
        "curl -X POST -u 'USERNAME:APITOKEN' https://us.onetimesecret.com/api/v1/private/METADATA_KEY";
    let seen = run(metadata, &by_account["metadata_key"]);
    assert_eq!((&seen["state"], seen["received"].is_u64()), (&"received".into(), true));
    let unread = run(metadata, &generated["metadata_key"]);
    assert_eq!((&unread["state"], &unread["secret_key"]), (&"new".into(), &generated["secret_key"]));
    let burn =
        "curl -X POST -u 'USERNAME:APITOKEN' https://us.onetimesecret.com/api/v1/private/METADATA_KEY/burn";
    let burned = run(burn, &generated["metadata_key"]);
    assert_eq!(burned["state"]["state"], "burned");
    let recent = "curl -u 'USERNAME:APITOKEN' https://us.onetimesecret.com/api/v1/private/recent";
    let list = run(recent, &none);
    let fates: Vec<_> = list.as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(fates.len(), 2, "the account's own and no others: {list}");
    assert!(["received", "burned"].iter().all(|state| fates.contains(&&Value::from(*state))), "{list}");
    assert!(list.as_array().unwrap().iter().all(|one| one["secret_key"].is_null()), "{list}");
    let status = run("curl -u 'USERNAME:APITOKEN' https://us.onetimesecret.com/api/v1/status", &none);
    assert_eq!(status["status"], "nominal");
    server.stop();
}
