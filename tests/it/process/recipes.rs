//! `docs/recipes.md`, run as it stands there but for the server's address, through a way on which every URL is written down: none
//! has a value or a passphrase in it.

use std::fs;

use yaml_rust2::YamlLoader;

use crate::support::document::{block_with, blocks};
use crate::support::overheard::Overheard;
use crate::support::{Home, Ran, Server, Shared, UNLIMITED};

const PAGE: &str = "docs/recipes.md";
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// What stands for the server in the page.
const EXAMPLE: &str = "https://secrets.example.org";
const VALUE: &str = "marker-välue & 50%\n\"second\" line";
const PASSPHRASE: &str = "marker-swordfish";

struct Kitchen {
    home: Home,
    server: Server,
    way: Overheard,
}

impl Kitchen {
    fn new() -> Self {
        let home = Home::new();
        let server = home.serve_with(UNLIMITED);
        let way = Overheard::to(server.address());
        Self { home, server, way }
    }

    fn url(&self) -> String {
        format!("http://{}", self.way.address())
    }

    /// A block with this server's address in it.
    fn here(&self, block: &str) -> String {
        block.replace(EXAMPLE, &self.url())
    }

    /// The secret of the link in this text.
    fn shared(&self, link: &str) -> Shared {
        let key = link.trim().strip_prefix(&format!("{}/secret/", self.url()));
        Shared {
            secret: key.unwrap_or_else(|| panic!("no link of ours: {link}")).to_owned(),
            receipt: String::new(),
        }
    }

    /// No URL of at least this many had a value or a passphrase in it.
    fn ends(self, requests: usize) {
        let heard = self.way.requests();
        assert!(heard.len() >= requests, "{heard:?}");
        for request in heard {
            assert!(!request.contains("marker") && !request.contains('?'), "{request}");
        }
        self.server.stop();
    }
}

#[test]
fn python_shares_and_reads() {
    let kitchen = Kitchen::new();
    let [module] = blocks(PAGE, "python").try_into().unwrap();
    kitchen.home.write("recipe.py", &module);
    kitchen.home.write(
        "use.py",
        &format!(
            "from recipe import share, read\nserver = {:?}\nvalue = {VALUE:?}\n\
             assert read(share(server, value, ttl=600)) == value\n\
             link = share(server, value, passphrase={PASSPHRASE:?})\n\
             try:\n    read(link, 'wrong')\nexcept RuntimeError as error:\n    assert str(error) == 'Unknown secret', error\n\
             assert read(link, {PASSPHRASE:?}) == value\n",
            kitchen.url()
        ),
    );
    let mut command = kitchen.home.other("python3", &["use.py"]);
    command.env("PYTHONPATH", format!("{ROOT}/target/tools/onetimesecret"));
    Ran::of(command).succeeded();
    kitchen.ends(5);
}

#[test]
fn node_shares_and_reads() {
    let kitchen = Kitchen::new();
    let [module] = blocks(PAGE, "js").try_into().unwrap();
    kitchen.home.write("recipe.mjs", &module);
    kitchen.home.write(
        "use.mjs",
        &format!(
            "import assert from 'node:assert';\nimport {{ share, read }} from './recipe.mjs';\n\
             const server = {:?}, value = {VALUE:?};\n\
             assert.strictEqual(await read(await share(server, value, {{ ttl: 600 }})), value);\n\
             const link = await share(server, value, {{ passphrase: {PASSPHRASE:?} }});\n\
             await assert.rejects(read(link, 'wrong'), /Unknown secret/);\n\
             assert.strictEqual(await read(link, {PASSPHRASE:?}), value);\n",
            kitchen.url()
        ),
    );
    Ran::of(kitchen.home.other("node", &["use.mjs"])).succeeded();
    kitchen.ends(5);
}

#[test]
fn actions_step_hands_a_password_over() {
    let kitchen = Kitchen::new();
    let text = kitchen.here(&block_with(PAGE, "yaml", "GITHUB_STEP_SUMMARY"));
    let workflow = YamlLoader::load_from_str(&text).unwrap();
    let step = &workflow[0]["steps"][0];
    let ran = |values: [&str; 2]| {
        // As a runner starts bash, with the variables of the step.
        let mut command = kitchen.home.other(
            "bash",
            &["--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].as_str().unwrap()],
        );
        let mut values = values.into_iter();
        for (name, value) in step["env"].as_hash().unwrap() {
            let value = value.as_str().unwrap();
            let value = if value.starts_with("${{ secrets.") { values.next().unwrap() } else { value };
            command.env(name.as_str().unwrap(), value);
        }
        command.env("GITHUB_STEP_SUMMARY", kitchen.home.file("summary"));
        Ran::of(command)
    };
    for missing in [["", PASSPHRASE], [VALUE, ""]] {
        let refused = ran(missing);
        assert!(refused.code != Some(0) && refused.stderr.contains("is not set"), "{refused:?}");
    }
    let done = ran([VALUE, PASSPHRASE]).succeeded();
    assert_eq!(done.stdout, "", "nothing for the log");
    let shared = kitchen.shared(&fs::read_to_string(kitchen.home.file("summary")).unwrap());
    kitchen.server.client().reveal(&shared).unknown();
    assert_eq!(kitchen.server.client().unlock(&shared, PASSPHRASE).ok().member("value"), VALUE);
    kitchen.ends(1);
}

#[test]
fn ansible_shares_and_logs_nothing() {
    let kitchen = Kitchen::new();
    kitchen.home.write("play.yml", &kitchen.here(&block_with(PAGE, "yaml", "ansible.builtin.uri")));
    kitchen.home.write("db-password", &format!("{VALUE}\n"));
    let mut command = kitchen.home.other(
        "python3",
        &[
            "-m",
            "ansible.cli.playbook",
            "-vvv",
            "-i",
            "localhost,",
            "-c",
            "local",
            "-e",
            "ansible_python_interpreter={{ ansible_playbook_python }}",
            "play.yml",
        ],
    );
    command.env("PYTHONPATH", format!("{ROOT}/target/tools/ansible")).env("HOME", kitchen.home.file(""));
    command.env("LC_ALL", "C.UTF-8").env("ANSIBLE_LOCAL_TEMP", kitchen.home.file("local"));
    let ran = Ran::of(command);
    assert_eq!(ran.code, Some(0), "hint: scripts/test installs ansible-core\n{}{}", ran.stdout, ran.stderr);
    let link = fs::read_to_string(kitchen.home.file("link")).unwrap();
    let shared = kitchen.shared(&link);
    for secret in ["marker", &shared.secret] {
        assert!(!ran.stdout.contains(secret) && !ran.stderr.contains(secret), "{ran:?}");
    }
    kitchen.server.client().reads_once(&shared, VALUE);
    kitchen.ends(1);
}

#[test]
fn terraforms_command_shares() {
    let kitchen = Kitchen::new();
    let block = kitchen.here(&block_with(PAGE, "hcl", "local-exec"));
    let line = block.lines().find_map(|line| line.trim().strip_prefix("command     = \"")).unwrap();
    let script = line.strip_suffix('"').unwrap().replace("\\\"", "\"");
    let mut command = kitchen.home.other("sh", &["-c", &script]);
    command.env("READONCE_URL", kitchen.url()).env("SECRET", VALUE);
    Ran::of(command).succeeded();
    let shared = kitchen.shared(&fs::read_to_string(kitchen.home.file("handed-over.link")).unwrap());
    kitchen.server.client().reads_once(&shared, VALUE);
    kitchen.ends(1);
}

#[test]
fn crons_line_generates() {
    let kitchen = Kitchen::new();
    let line = kitchen.here(&block_with(PAGE, "crontab", "generate"));
    let line = crate::process::backup::cron_command(&line);
    Ran::of(kitchen.home.other("sh", &["-c", &line])).succeeded();
    let shared = kitchen.shared(&fs::read_to_string(kitchen.home.file("guests.link")).unwrap());
    assert_eq!(kitchen.server.client().reveal(&shared).ok().member("value").chars().count(), 16);
    kitchen.ends(1);
}

/// What is not run is said not to be, and nothing else is.
#[test]
fn what_is_not_run_says_so() {
    let text = fs::read_to_string(format!("{ROOT}/{PAGE}")).unwrap();
    let sections: Vec<_> = text.split("\n## ").skip(1).collect();
    assert_eq!(sections.len(), 7);
    for section in sections {
        let run = !["PowerShell", "Terraform"].iter().any(|name| section.starts_with(name));
        assert_eq!(!section.contains("Not run by our tests"), run, "{section}");
    }
}
