//! What is shipped for deployment, checked by running what of it can run here: no container engine, no cluster, no systemd.

use std::fs;
use std::path::Path;

mod backlog;
mod behind;
mod debian_page;
mod every;
mod front;
mod image;
mod installation;
mod kubernetes;
mod moving;
mod package;
mod peers;
mod people;
mod regions;
mod relay;
mod right_address;
mod rolling;
mod signed_in;
mod step_by_step;
mod terminated;
mod trickle;

/// How browsers and v1's clients send their bodies.
const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");

/// A file of this repository.
fn shipped(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// A copy of an example in which `changes` are made and nothing else. Each has to be there to be changed.
fn changed(mut example: String, changes: &[(&str, &str)]) -> String {
    for (shipped, here) in changes {
        assert!(example.contains(shipped), "the example has no `{shipped}`");
        example = example.replace(shipped, here);
    }
    example
}
