//! The scripts of docs/client.md, run as they stand there.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use super::{Caller, Said, run};
use crate::support::upstream::{TOKEN, USER, Upstream};
use crate::support::{Home, UNLIMITED};

/// The scripts below a heading.
fn examples(heading: &str) -> Vec<&'static str> {
    let page = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/client.md"));
    let (_, rest) = page.split_once(&format!("### {heading}\n")).expect("the heading");
    let section = rest.split("\n##").next().expect("its end");
    section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().expect("its end")).collect()
}

/// Runs a script in which `readonce` is found, and a program that no test can have for real writes down what it got.
fn play(caller: &Caller, script: &str, absent: &str, variables: &[(&str, &str)]) -> Said {
    let programs = caller.home.file("programs");
    fs::create_dir(&programs).unwrap();
    symlink(env!("CARGO_BIN_EXE_readonce"), programs.join("readonce")).unwrap();
    if !absent.is_empty() {
        write_program(
            &programs.join(absent),
            "#!/bin/sh\necho \"$0 $*\" | sed 's|.*/||' > called\ncat password > got 2>&- || cat > got\n",
        );
    }
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut command = caller.prepared(caller.home.shell(&format!("set -u\n{script}")));
    command.env("PATH", path).envs(variables.iter().copied());
    run(command, b"")
}

fn write_program(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_ci_job_hands_a_token_to_another() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()))
        .with("READONCE_PASSPHRASE", "a protected variable");
    let script = examples("A CI job hands a token to another")[0];
    let script =
        format!("{script}\nprintf %s \"$DEPLOY_TOKEN\"; readonce get --link-file token.link || exit $?");
    // The second job knows the token from the link alone.
    let script = script.replace("# the job that needs it", "DEPLOY_TOKEN=forgotten");
    let said = play(&caller, &script, "", &[("DEPLOY_TOKEN", "tok$en %s")]);
    assert_eq!((said.code, said.stdout.as_slice()), (3, &b"tok$en %s"[..]), "{}", said.stderr);
    server.stop();
}

/// Against the stand-in, which takes recipients without sending anything.
#[test]
fn a_password_reset_by_mail() {
    let upstream = Upstream::start();
    let script = examples("A password reset by mail")[0];
    let variables = [("EMAIL", "someone@example.org"), ("LOGIN", "someone")];
    let caller = Caller::of_upstream(&upstream).signed_in(USER, TOKEN);
    let said = play(&caller, script, "chpasswd", &variables);
    assert_eq!((said.code, said.stdout.as_slice()), (0, &b""[..]), "{}", said.stderr);
    assert_eq!(fs::read(caller.home.file("got")).unwrap(), b"someone:SG2S&7vq3sub\n");
    let heard = &upstream.heard()[0];
    assert_eq!(
        (&*heard.parameters["recipient"], &*heard.parameters["ttl"]),
        ("someone@example.org", "86400")
    );

    // One that cannot be set is worth nothing, and a server that says no sets nothing.
    let caller = Caller::of_upstream(&upstream).signed_in(USER, TOKEN);
    let failing = script.replace("| chpasswd;", "| { chpasswd; false; };");
    let said = play(&caller, &failing, "chpasswd", &variables);
    assert_eq!((said.code, said.stdout.as_slice()), (1, &b"burned\n"[..]), "{}", said.stderr);
    let caller = Caller::of_upstream(&upstream).signed_in(USER, "wrong");
    assert_eq!(play(&caller, script, "chpasswd", &variables).code, 5);
    assert!(!caller.home.file("got").exists());
}

#[test]
fn a_secret_for_a_cluster() {
    let home = Home::new();
    let server = home.serve_with(UNLIMITED);
    let caller = Caller::of(format!("http://{}", server.address()));
    fs::write(caller.home.file("db-password"), "from a file\n").unwrap();
    let [sharer, reader] = examples("A secret for a cluster, handed over by `kubectl`")[..] else {
        panic!("two")
    };
    // Two people in one shell: the first waits behind the second's back.
    let waiting = format!("{} &", sharer.trim_end());
    let script = format!("{waiting}\nsed -n 1p links >link\n{reader}\nwait $!");
    let said = play(&caller, &script, "kubectl", &[]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.starts_with(b"state      received\n"), "{said:?}");
    assert_eq!(fs::read(caller.home.file("got")).unwrap(), b"from a file");
    let call = fs::read_to_string(caller.home.file("called")).unwrap();
    assert_eq!(call, "kubectl create secret generic db --from-file=password\n");
    assert!(!caller.home.file("password").exists());
    server.stop();
}
