//! The image and the compose file, as far as they can be checked without a container engine.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use yaml_rust2::YamlLoader;

use super::shipped;
use crate::architecture::sources;
use crate::support::Home;
use crate::support::document::block_with;
use crate::support::eventually;
use crate::support::ports::free_port;
use crate::support::redis::Server as Redis;
use readonce::domain::SystemClock;
use readonce::domain::address::RedisUrl;
use readonce::store::redis::{RedisStore, Settings};
use readonce::store::{Level, Maintenance as _};

/// The arguments of the compose file's Valkey, its password filled in.
fn store_arguments() -> Vec<String> {
    let compose = shipped("docker-compose.yml");
    let command =
        compose.split_once("      valkey-server ").unwrap().1.split_once("    healthcheck:").unwrap().0;
    let unquoted = |word: &str| word.trim_matches('"').replace("${VALKEY_PASSWORD:?set", "pw");
    let mut arguments: Vec<String> = command.split_ascii_whitespace().map(unquoted).collect();
    // `${NAME:?set it in .env}` has blanks.
    arguments.retain(|word| !["it", "in", ".env}"].contains(&word.as_str()));
    arguments
}

#[tokio::test]
async fn the_compose_files_store_is_fit_and_its_user_may_do_all_that_is_needed() {
    let arguments = store_arguments();
    assert!(arguments.contains(&">pw".to_owned()), "{arguments:?}");
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let server = Redis::launch(free_port(), &arguments);
    let url = format!("redis://readonce:pw@127.0.0.1:{}", server.port());
    let settings = Settings::new(RedisUrl::parse(&url).unwrap());
    let store =
        eventually("our user is let in", || async { RedisStore::open(settings.clone()).await.ok() }).await;
    let findings = store.preflight(&SystemClock).await.unwrap();
    // Our user may not ask how often the file is synced: that shows passwords. The file says it.
    let (unseen, others): (Vec<_>, Vec<_>) =
        findings.iter().partition(|finding| finding.what.contains("how often it is synced cannot be seen"));
    assert!(unseen.len() == 1 && unseen[0].level == Level::Note, "{findings:?}");
    let bad: Vec<_> = others.iter().filter(|finding| finding.level != Level::Info).collect();
    assert!(bad.is_empty(), "{bad:?}");
    assert!(arguments.windows(2).any(|pair| pair == ["--appendfsync", "always"]), "{arguments:?}");
    assert!(!arguments.iter().any(|argument| argument.contains("+config")), "{arguments:?}");
}

/// Docker's own mode for secrets, 0444, is refused; the document's is taken.
#[test]
fn a_keyring_as_a_docker_secret_has_the_mode_that_is_documented() {
    let documented = block_with("docs/keys.md", "yaml", "READONCE_KEYRING_FILE");
    let documented = &YamlLoader::load_from_str(&documented).unwrap()[0];
    let service = &documented["services"]["readonce"];
    let secret = &service["secrets"][0];
    let user = secret["uid"].as_str().unwrap();
    assert!(shipped("Dockerfile").contains(&format!("USER {user}:{}\n", secret["gid"].as_str().unwrap())));
    let path = service["environment"]["READONCE_KEYRING_FILE"].as_str().unwrap();
    assert_eq!(path, format!("/run/secrets/{}", secret["source"].as_str().unwrap()));

    let home = Home::new();
    let key = home.run(&["key", "generate"]).succeeded().stdout;
    home.write("readonce.keys", &key);
    // YAML of compose reads 0400 as octal; this library, of YAML 1.2, as the text or number that it looks like.
    let digits = secret["mode"].as_i64().unwrap().to_string();
    for (mode, is_taken) in [(0o444, false), (u32::from_str_radix(&digits, 8).unwrap(), true)] {
        fs::set_permissions(home.file("readonce.keys"), fs::Permissions::from_mode(mode)).unwrap();
        match home.try_serve(&[("READONCE_KEYRING_FILE", "readonce.keys")]) {
            Ok(server) => {
                assert!(is_taken, "{mode:o}");
                server.stop();
            }
            Err(ran) => assert!(!is_taken && ran.stderr.contains("mode 0444"), "{mode:o}: {ran:?}"),
        }
    }
}

#[test]
fn the_image_has_what_it_names() {
    let dockerfile = shipped("Dockerfile");
    let ignored = shipped(".dockerignore");
    for line in dockerfile.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from")) {
        let mut words: Vec<&str> = line.split(' ').skip(1).collect();
        words.pop();
        for source in words {
            assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(source).exists(), "{source} is not there");
            assert!(ignored.contains(&format!("!{source}\n")), "{source} is kept out of the build");
        }
    }
}

/// What is compiled in besides the code has to be in the build: the image cannot be built here to see.
#[test]
fn the_image_is_built_from_everything_the_code_includes() {
    let copied: Vec<String> = shipped("Dockerfile")
        .lines()
        .filter_map(|line| line.strip_prefix("COPY "))
        .flat_map(|line| line.split(' ').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = 0;
    for (file, _, code) in sources() {
        let beside = root.join("src").join(&file);
        let quoted = code.split('"').filter(|text| text.starts_with("../"));
        for included in quoted.filter_map(|path| beside.parent()?.join(path).canonicalize().ok()) {
            // A `../` that leads out of the project is no include: texts have them too.
            let Ok(included) = included.strip_prefix(root) else { continue };
            let is_copied = copied.iter().any(|copied| included.starts_with(copied));
            assert!(is_copied, "{file} includes {included:?}");
            found += 1;
        }
    }
    assert!(found > 2, "no includes were found");
    // Where the templates are; without it they are looked for elsewhere.
    assert!(copied.iter().any(|name| name == "askama.toml"));
}
