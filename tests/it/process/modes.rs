//! File systems that keep no modes, as Docker Desktop, WSL and CIFS have them. Here it is bindfs, told to ignore `chmod`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{Home, UNLIMITED, skipped};

/// A folder in which every file is everybody's. Dropped, it is unmounted.
struct WithoutModes(PathBuf);

impl WithoutModes {
    /// Mounts it at `data`; `None`, and a word about it, where nothing can be mounted.
    fn at_data(home: &Home) -> Option<Self> {
        for name in ["under", "data"] {
            fs::create_dir(home.file(name)).unwrap();
        }
        let mut bindfs = Command::new("bindfs");
        bindfs.args(["-p", "0777", "--chmod-ignore"]).arg(home.file("under")).arg(home.file("data"));
        let told = bindfs.output().expect("bindfs; hint: `apt-get install bindfs`");
        if told.status.success() {
            return Some(Self(home.file("data")));
        }
        skipped(&format!("nothing can be mounted: {}", String::from_utf8_lossy(&told.stderr)));
        None
    }
}

impl Drop for WithoutModes {
    fn drop(&mut self) {
        let ended = Command::new("fusermount").arg("-u").arg(&self.0).status();
        assert!(ended.is_ok_and(|status| status.success()) || std::thread::panicking());
    }
}

#[test]
fn a_file_system_that_keeps_no_modes_is_told_at_the_first_start() {
    let home = Home::new();
    let Some(_mounted) = WithoutModes::at_data(&home) else { return };
    for start in ["first", "second"] {
        let ran = home.try_serve(UNLIMITED).err().unwrap_or_else(|| panic!("the {start} start serves"));
        ran.refused_saying(&["data/readonce.keys` can be read by others (mode 0777)", "READONCE_KEYRING"]);
        assert!(!home.file("under/readonce.keys").exists(), "keys were written for others to read");
    }
    home.run(&["account", "create", "ann@example.org"]).refused_saying(&["can be read by others"]);
    // One that was made elsewhere and copied here.
    fs::write(home.file("under/readonce.keys"), home.run(&["key", "generate"]).succeeded().stdout).unwrap();
    let told = home.run(&["doctor"]);
    assert_eq!(told.code, Some(1), "{told:?}");
    for text in ["readonce.keys` can be read by others (mode 0777)", "keeps no modes", "READONCE_KEYRING"] {
        assert!(told.stdout.contains(text), "{text}: {told:?}");
    }
    home.run(&["key", "add"]).refused_saying(&["can be read by others"]);

    // The ways out that the hint names.
    let key = fs::read_to_string(home.file("under/readonce.keys")).unwrap();
    fs::remove_file(home.file("under/readonce.keys")).unwrap();
    let server = home.serve_with(&[UNLIMITED, &[("READONCE_KEYRING", key.trim())]].concat());
    let client = server.client();
    client.reads_once(&client.share("value"), "value");
    server.stop();
    for name in fs::read_dir(home.file("under")).unwrap().map(|entry| entry.unwrap().path()) {
        fs::remove_file(name).unwrap();
    }
    let elsewhere = home.file("keys/readonce.keys");
    home.serve_with(&[UNLIMITED, &[("READONCE_KEYRING_FILE", elsewhere.to_str().unwrap())]].concat()).stop();
    assert_eq!(elsewhere.metadata().unwrap().permissions().mode() & 0o7777, 0o600);
}
