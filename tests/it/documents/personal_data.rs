//! What is kept about people is told for every table of the database.

use super::read;

#[test]
fn every_table_has_its_row() {
    let page = read("docs/personal-data.md");
    let rows: Vec<_> = page.lines().filter(|line| line.starts_with("| ")).collect();
    let mut tables = 0;
    let files = [
        "0001_secrets_and_accounts",
        "0002_outbox",
        "0003_lists",
        "0004_outbox_turns",
        "0005_tokens_and_sessions",
        "0006_notices",
    ];
    for file in files {
        for statement in read(&format!("migrations/{file}.sql")).split("CREATE TABLE ").skip(1) {
            let table = statement.split_whitespace().next().unwrap();
            let name = format!("`{table}`");
            let told =
                rows.iter().any(|row| row.split('|').nth(3).is_some_and(|place| place.contains(&name)));
            assert!(told, "{table} is in no row of {page}");
            tables += 1;
        }
    }
    assert_eq!((tables, std::fs::read_dir(super::root().join("migrations")).unwrap().count()), (9, 6));
}

/// Whoever asks who read a secret finds the answer where operators look.
#[test]
fn it_says_who_read_it_and_is_found() {
    let page = read("docs/personal-data.md");
    for told in ["## Who read it, and when?", "nobody knows", "twice the lifetime", "no cookies"] {
        assert!(page.contains(told), "{told}");
    }
    for leading in ["docs/README.md", "docs/running.md"] {
        assert!(read(leading).contains("(personal-data.md)"), "{leading} does not lead there");
    }
}
