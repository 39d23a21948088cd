//! Clients that are made from the description, by `openapi-python-client` and by `openapi-typescript`: they share and read, and
//! neither offers a way to put a value into a URL.

use std::fs;
use std::os::unix::fs::symlink;

use super::examples::found;
use super::{Api, ROOT, V1, V2};
use crate::support::overheard::Overheard;
use crate::support::{Home, Ran, UNLIMITED};

/// Nothing that must not be logged is a parameter of a query.
#[test]
fn no_secret_passphrase_or_recipient_is_described_as_part_of_a_url() {
    let mut looked_at = 0;
    for api in [V1, V2] {
        let description = api.document();
        let items = description["paths"].as_object().unwrap().iter();
        let operations = items.flat_map(|(path, item)| {
            item.as_object().unwrap().values().map(move |operation| (path, operation))
        });
        for (path, operation) in operations {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let parameter = found(&description, parameter);
                let (name, place) = (parameter["name"].as_str().unwrap(), parameter["in"].as_str().unwrap());
                assert!(
                    place == "path" || !["secret", "passphrase", "recipient", "continue"].contains(&name),
                    "{path}: {name} in {place}"
                );
                looked_at += 1;
            }
        }
    }
    assert!(looked_at > 30, "only {looked_at} parameters were found");
}

/// Runs a client of a generated package against a server, and looks at the URLs that it asked for.
fn shares_and_reads(api: &Api, home: &Home, program: &[&str], packages: &str) {
    let server = home.serve_with(UNLIMITED);
    let way = Overheard::to(server.address());
    let address = format!("http://{}{}", way.address(), api.base);
    let mut command = home.other(program[0], &[&program[1..], &[address.as_str()]].concat());
    command.env("PYTHONPATH", packages).env("PYTHONDONTWRITEBYTECODE", "1");
    let ran = Ran::of(command);
    assert_eq!((ran.code, ran.stdout.trim()), (Some(0), "shared and read"), "{ran:?}");
    let requests = way.requests();
    assert!(requests.len() >= 6, "{requests:?}");
    for request in requests {
        assert!(!request.contains("marker"), "{request}");
    }
    server.stop();
}

#[test]
fn a_python_client_shares_and_reads_with_no_value_in_a_url() {
    python_client(&V1, "v1", "generated.py");
}

#[test]
fn a_python_client_of_v2_shares_and_reads_with_no_value_in_a_url() {
    python_client(&V2, "v2", "generated_v2.py");
}

fn python_client(api: &Api, package: &str, script: &str) {
    let home = Home::new();
    let tools = format!("{ROOT}/target/tools/openapi-python-client");
    // No formatter is run over what is generated.
    home.write("settings.yaml", "post_hooks: []\n");
    let arguments = ["-m", "openapi_python_client", "generate", "--path", api.file, "--meta", "none"];
    let output = ["--output-path", package, "--config", "settings.yaml"];
    let mut generate = home.other("python3", &[&arguments[..], &output].concat());
    generate.env("PYTHONPATH", &tools);
    let ran = Ran::of(generate);
    assert_eq!(ran.code, Some(0), "hint: scripts/test installs openapi-python-client: {ran:?}");
    assert!(!ran.stdout.contains("Warning"), "{}", ran.stdout);
    let script = format!("{ROOT}/tests/it/process/described/{script}");
    shares_and_reads(api, &home, &["python3", &script], &format!("{tools}:{}", home.file("").display()));
}

#[test]
fn a_typescript_client_shares_and_reads_with_no_value_in_a_url() {
    let home = Home::new();
    let modules = format!("{ROOT}/target/tools/openapi-typescript/node_modules");
    symlink(&modules, home.file("node_modules")).unwrap();
    let run = |arguments: &[&str]| {
        let ran = Ran::of(home.other("node", arguments));
        assert_eq!(ran.code, Some(0), "hint: scripts/test installs openapi-typescript: {ran:?}");
    };
    run(&["node_modules/openapi-typescript/bin/cli.js", V1.file, "-o", "v1.d.ts"]);
    fs::copy(format!("{ROOT}/tests/it/process/described/generated.mts"), home.file("generated.mts")).unwrap();
    // Strict: what the description does not allow is an error, and the script says where it expects one.
    let compile = [
        "node_modules/typescript/bin/tsc",
        "--strict",
        "--skipLibCheck",
        "--module",
        "nodenext",
        "--target",
        "es2022",
    ];
    run(&[&compile[..], &["--lib", "es2022,dom,dom.iterable", "generated.mts"]].concat());
    shares_and_reads(&V1, &home, &["node", "generated.mjs"], "");
}
