//! promtool's word on the scrape and the alert rules; and that rules and documentation name metrics that are there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::with_mail;
use crate::support::{Home, Ran};

fn project(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn promtool(arguments: &[&str]) {
    let mut command = Command::new("promtool");
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    Ran::of(command).succeeded();
}

/// A scrape of a server that has all there is, and the names of its metrics.
fn scrape() -> (String, BTreeSet<String>) {
    let home = Home::new();
    let server = with_mail(&home);
    server.client().share("value");
    let scrape = server.scrape();
    server.stop();
    let types = scrape.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let names = types.map(|rest| rest.split(' ').next().unwrap().to_owned()).collect();
    (scrape, names)
}

/// Words of `text` that are names of metrics of ours.
fn named(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| word.starts_with("readonce_") || word.starts_with("process_"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn promtool_accepts_rules_scrape_and_configuration() {
    promtool(&["check", "rules", "deploy/prometheus/alerts.yml"]);
    promtool(&["test", "rules", "tests/prometheus/alerts.yml"]);
    promtool(&["check", "config", "deploy/prometheus/prometheus.yml"]);
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), scrape().0).unwrap();
    let mut command = Command::new("sh");
    let ran = Ran::of({
        command.args(["-c", "promtool check metrics <\"$0\""]).arg(file.path());
        command
    });
    let ran = ran.succeeded();
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""), "promtool has nothing to remark");
}

#[test]
fn every_metric_that_a_rule_names_is_in_a_real_scrape() {
    let rules = fs::read_to_string(project("deploy/prometheus/alerts.yml")).unwrap();
    let code: Vec<_> = rules.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
    let wanted = named(&code.join("\n"));
    assert!(wanted.len() >= 6, "{wanted:?}");
    let (text, names) = scrape();
    assert!(wanted.is_subset(&names), "{:?} is not in:\n{text}", wanted.difference(&names));
    assert_eq!(rules.matches("- alert: ").count(), 8);
    // Each has a test that sees it fire, and names the same labels.
    let tests = fs::read_to_string(project("tests/prometheus/alerts.yml")).unwrap();
    for name in rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")) {
        assert!(tests.contains(&format!("alertname: {name}\n        exp_alerts:\n")), "{name}");
    }
}

#[test]
fn the_documentation_names_every_metric_with_its_type_and_no_other() {
    let document = fs::read_to_string(project("docs/metrics.md")).unwrap();
    let rows: BTreeSet<String> = document
        .lines()
        .filter_map(|line| line.strip_prefix("| `"))
        .filter_map(|line| {
            let (name, rest) = line.split_once("` | ")?;
            let kind = rest.split(" | ").next()?;
            ["counter", "gauge", "histogram"].contains(&kind).then(|| format!("{name} {kind}"))
        })
        .collect();
    let (text, _) = scrape();
    let told: BTreeSet<String> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")).map(str::to_owned).collect();
    assert_eq!(rows, told);
    for alert in [
        "StoreDown",
        "Unavailable",
        "RateLimitSurge",
        "PassphrasesRefused",
        "MailStuck",
        "MailLogin",
        "MailExpired",
    ] {
        assert!(document.contains(&format!("`Readonce{alert}`")), "{alert}");
    }
}
