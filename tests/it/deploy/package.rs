//! The Debian package: its unit, its configuration, its manual pages. `deploy/package.sh` makes it; that takes minutes, so
//! here is what of it can be wrong without being built.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixDatagram;

use rustix::process::Signal;

use super::{changed, shipped};
use crate::support::{Home, Server, UNLIMITED};

/// The lines of the unit's `[Service]`.
fn service() -> Vec<(String, String)> {
    let unit = shipped("deploy/systemd/readonce.service");
    let section = unit.split_once("[Service]\n").unwrap().1.split_once("[Install]").unwrap().0;
    let lines = section.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| line.split_once('=')).map(|(name, value)| (name.into(), value.into())).collect()
}

/// What a directive is set to. One that may stand there several times is asked for with its value.
fn directive(name: &str) -> String {
    service().into_iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("no {name}=")).1
}

#[test]
fn the_unit_keeps_the_service_in_its_place() {
    for (name, value) in [
        ("Type", "notify"),
        ("DynamicUser", "yes"),
        ("StateDirectory", "readonce"),
        ("ProtectSystem", "strict"),
        ("ProtectHome", "yes"),
        ("PrivateDevices", "yes"),
        ("PrivateTmp", "yes"),
        ("NoNewPrivileges", "yes"),
        ("MemoryDenyWriteExecute", "yes"),
        ("CapabilityBoundingSet", ""),
        ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
        ("RestrictNamespaces", "yes"),
        ("SystemCallArchitectures", "native"),
        ("SystemCallFilter", "@system-service"),
        ("UMask", "0077"),
        ("LimitCORE", "0"),
        ("MemorySwapMax", "0"),
    ] {
        assert_eq!(directive(name), value, "{name}");
    }
}

/// A server that starts before the clock is right would keep for a day what has expired.
#[test]
fn the_unit_waits_for_network_and_clock() {
    let unit = shipped("deploy/systemd/readonce.service");
    for directive in ["Wants", "After"] {
        let line = format!("\n{directive}=network-online.target time-sync.target\n");
        assert!(unit.contains(&line), "no `{}` in: {unit}", line.trim());
    }
}

/// The unit's own command line, with its variable, over what `LoadCredential=` and `StateDirectory=` would make.
#[test]
fn the_units_command_serves_with_the_packages_settings() {
    let home = Home::new();
    let credentials = home.file("credentials");
    fs::create_dir(&credentials).unwrap();
    let key = home.run(&["key", "generate"]).succeeded().stdout;
    let state = home.file("state");
    let settings = changed(
        shipped("deploy/debian/readonce.toml"),
        &[("/var/lib/readonce", state.to_str().unwrap()), ("127.0.0.1:7143", "127.0.0.1:0")],
    );
    for (name, text) in [("readonce.toml", &settings), ("readonce.keys", &key)] {
        let loaded = service().into_iter().find(|(known, value)| {
            known == "LoadCredential" && *value == format!("{name}:/etc/readonce/{name}")
        });
        assert!(loaded.is_some(), "{name} is not loaded");
        fs::write(credentials.join(name), text).unwrap();
        // As systemd leaves it: an access list for the service's user, whose mask shows as the group's.
        fs::set_permissions(credentials.join(name), fs::Permissions::from_mode(0o440)).unwrap();
    }
    let folder = credentials.to_str().unwrap();
    let command_line = directive("ExecStart").replace("%d", folder);
    let arguments: Vec<&str> = command_line.split(' ').skip(1).collect();
    let environment = directive("Environment").replace("%d", folder);
    let (name, value) = environment.split_once('=').unwrap();

    let socket = UnixDatagram::bind(home.file("notify")).unwrap();
    socket.set_read_timeout(Some(crate::support::SOON)).unwrap();
    let mut command = home.command(&arguments);
    command.env(name, value).env("CREDENTIALS_DIRECTORY", folder);
    command.env("NOTIFY_SOCKET", home.file("notify")).envs(UNLIMITED.iter().copied());
    let server = Server::start(command).unwrap_or_else(|ran| panic!("it ended: {ran:?}"));

    assert_eq!(heard(&socket), "READY=1");
    let client = server.client();
    client.reads_once(&client.share("as a service"), "as a service");
    assert!(state.join("readonce.db").exists());
    assert!(!home.file("data").exists(), "nothing goes where the unit does not let it");
    server.signal(Signal::TERM);
    assert_eq!(heard(&socket), "STOPPING=1");
    server.ended().succeeded();
}

fn heard(socket: &UnixDatagram) -> String {
    let mut buffer = [0; 256];
    let length = socket.recv(&mut buffer).expect("the supervisor is told");
    String::from_utf8_lossy(&buffer[..length]).trim().to_owned()
}

/// The settings that are only proposed have to be right too.
#[test]
fn every_proposed_setting_of_the_package_is_one() {
    let shipped = shipped("deploy/debian/readonce.toml");
    let mut proposed = 0;
    let lines = shipped.lines().map(|line| match line.strip_prefix("# ") {
        Some(setting) if setting.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')) => {
            proposed += 1;
            setting
        }
        _ => line,
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let home = Home::new();
    fs::write(home.file("readonce.toml"), &text).unwrap();
    let shown = home.run(&["config", "show"]).succeeded().stdout;
    assert_eq!(proposed, 3, "{text}");
    assert_eq!(shown.matches("readonce.toml").count(), 6, "each line counts: {shown}");
}

/// What the package takes in has to be there, and what it needs made is made by the command.
#[test]
fn the_package_has_what_it_names() {
    let home = Home::new();
    fs::create_dir(home.file("man")).unwrap();
    home.run(&["man", home.file("man").to_str().unwrap()]).succeeded();
    let page = fs::read_to_string(home.file("man/readonce-key-rotate.1")).unwrap();
    assert!(page.contains("Make the newest key the active (encrypting) key"), "{page}");
    assert!(home.file("man/readonce.1").exists());
    home.run(&["man", "/dev/null"]).refused_saying(&["cannot write manual pages", "hint: "]);
    for shell in ["bash", "zsh", "fish"] {
        let script = home.run(&["completions", shell]).succeeded().stdout;
        assert!(script.contains("rotate") && script.contains("keyring"), "{shell}: {script}");
    }

    let manifest = shipped("Cargo.toml");
    let assets = manifest.split_once("assets = [\n").unwrap().1.split_once("\n]").unwrap().0;
    for line in assets.lines() {
        let source = line.split('"').nth(1).unwrap();
        if !source.starts_with("target/") {
            let folder = source.trim_end_matches("*.md").trim_end_matches('*');
            assert!(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).exists(), "{source}");
        }
    }
    let script = shipped("deploy/package.sh");
    for made in ["target/package/man", "target/package/readonce.bash", "target/package/_readonce"] {
        assert!(script.contains(made) && assets.contains(made), "{made}");
    }
}
