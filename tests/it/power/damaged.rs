//! Backups that are there whole or not at all, and a restore over a database that cannot be read, whose log must not be taken for
//! that of the restored one.

use std::fs;
use std::path::Path;

use readonce::store::sqlite::Backup;
use rusqlite::Connection;

use super::audit::Violation;
use super::book::{Book, Deeds};
use super::calls::Deed;
use super::cuts::{Cut, cut_each, cuts, disk_after, started};
use super::loss::{ALL, Loss, Spared};
use super::scenes::{self, BACKUP, DATABASE, Scene};
use super::{seed, wanted};
use crate::support::{Home, UNLIMITED};

/// When the first command said this.
fn said(scene: &Scene, text: &str) -> usize {
    let is_it =
        |deed: &Deed| matches!(deed, Deed::Said(said) if String::from_utf8_lossy(said).contains(text));
    scene.log.steps.iter().position(|step| is_it(&step.call.deed)).expect("a command that tells")
}

pub(super) fn backups_are_whole(scene: &Scene) {
    let (told, seed) = (said(scene, "backup    "), seed());
    let cuts = cuts(&scene.book, scene.log.steps.len(), wanted(40), seed);
    let found = cut_each(&scene.log, &cuts, |left, cut| {
        let file = left.join(BACKUP);
        match Backup::open(&file) {
            Ok(_) => Ok(()),
            Err(_) if cut.steps <= told && !file.exists() => Ok(()),
            Err(error) => Err(format!("{error}")),
        }
    });
    println!("backups, seed {seed}: {found}");
    assert!(found.violations.is_empty(), "{found}");
}

/// How a database begins.
const MAGIC: &[u8] = b"SQLite format 3\0";

/// A database that does not look like one any more, so that its log is left where it is.
fn damage(database: &Path) {
    let mut bytes = fs::read(database).unwrap();
    bytes[..MAGIC.len()].fill(0x5a);
    fs::write(database, bytes).unwrap();
}

#[test]
fn a_restore_over_a_damaged_database_takes_nothing_of_its_log() {
    let (home, mut deeds) = (Home::new(), Deeds::default());
    let server = home.serve_with(UNLIMITED);
    deeds.share_some(&server.client(), 3);
    home.run(&["backup", BACKUP]).succeeded();
    (0..20).for_each(|_| drop(server.client().share(&"later".repeat(1000))));
    server.kill();
    damage(&home.file(DATABASE));
    deeds.secrets.iter_mut().for_each(|secret| secret.is_old = true);
    let scene = scenes::scene("restore over a damaged database", home, |watched, own| {
        *own = deeds;
        watched.run(&["restore", BACKUP, "--accept-unconfirmed"], &[]).succeeded();
    });
    let (told, seed) = (said(&scene, "restored  "), seed());
    let mut cuts = cuts(&scene.book, scene.log.steps.len(), wanted(80), seed);
    // What counts is the order of the last changes of names.
    for (steps, spared) in (told - 20..told + 2).flat_map(|steps| ALL.map(|spared| (steps, spared))) {
        cuts.extend((0..4).map(|number| Cut { steps, spared, seed: seed + number }));
    }
    cuts.sort_by_key(|cut| cut.steps);
    let found = cut_each(&scene.log, &cuts, |left, cut| {
        let is_new = fs::read(left.join(DATABASE)).is_ok_and(|bytes| bytes.starts_with(MAGIC));
        if is_new {
            sound(left)
        } else if cut.steps <= told {
            Ok(())
        } else {
            Err("the old one is back".to_owned())
        }
    });
    println!("{}, {} steps, seed {seed}: {found}", scene.name, scene.log.steps.len());
    assert!(found.violations.is_empty(), "{found}");
    let left = Home::new();
    let disk = disk_after(&scene.log, scene.log.steps.len());
    Loss::of(&disk, Spared::Nothing, 0).write_into(&left.file(""));
    started(&left, &Book::of(&scene.deeds, &scene.log.steps), usize::MAX).unwrap();
}

/// SQLite finds it in order, with whatever lies beside it, and it has what the backup had.
fn sound(left: &Path) -> Result<(), Violation> {
    let db = Connection::open(left.join(DATABASE)).unwrap();
    let ask =
        |sql: &str| db.query_one(sql, [], |row| row.get::<_, String>(0)).map_err(|error| error.to_string());
    match (ask("PRAGMA integrity_check(1)")?.as_str(), ask("SELECT count(*) || '' FROM secrets")?.as_str()) {
        ("ok", "3") => Ok(()),
        (check, count) => Err(format!("{check}, {count} secrets")),
    }
}
