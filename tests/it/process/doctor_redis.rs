//! What `readonce doctor` says of a Redis whose fail-over would undo what was acknowledged.

use std::os::unix::fs::OpenOptionsExt as _;

use super::doctor::doctor;
use crate::support::Home;
use crate::support::redis_group::Watched;

#[test]
fn a_fail_over_that_gives_a_value_out_twice_is_told_with_what_to_do() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let group = runtime.block_on(Watched::start());
    runtime.block_on(group.master.call(&["CONFIG", "SET", "min-replicas-to-write", "1"]));
    let home = Home::new();
    let key = home.run(&["key", "generate"]).succeeded().stdout;
    let mut file = std::fs::File::options();
    let mut file = file.write(true).create_new(true).mode(0o600).open(home.file("keys")).unwrap();
    std::io::Write::write_all(&mut file, key.as_bytes()).unwrap();
    let settings = |confirm: &str| {
        let text =
            format!("store = \"{}\"\nkeyring_file = \"keys\"\nredis.confirm = \"{confirm}\"\n", group.url());
        home.write("readonce.toml", &text);
    };
    settings("none");
    doctor(&home, 0)
        .has("warn", &["read ones come back", "`redis.confirm = \"replicas:1\"`"])
        .has("warn", &["`min-replicas-max-lag` is 10 s", "both the same ones", "12000 or more"])
        .has("warn", &["no append-only file", "`appendonly yes` and `appendfsync always`"]);
    settings("replicas:1");
    doctor(&home, 0).has("ok", &["whichever takes over has what was acknowledged"]);
}
