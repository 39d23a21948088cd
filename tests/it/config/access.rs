//! `[access]`: how people sign in at the pages.

use super::*;
use readonce::domain::address::HostName;

#[test]
fn what_cannot_be_is_refused_in_words() {
    for (file, refusal) in [
        (
            "access.session = 299",
            "`access.session`: expected 300 to 2592000, found `299` (file `readonce.toml`, line 1)",
        ),
        (
            "access.join_plan = 'pro'",
            "`access.join_plan`: there is no such plan (file `readonce.toml`, line 1)\n\
             hint: the plans are `default`",
        ),
        (
            "access.user_header = 'Cookie'",
            "`access.user_header`: expected the name of a header that only the proxy uses, found `Cookie` \
             (file `readonce.toml`, line 1)\n\
             hint: for example `Remote-Email`; letters, digits, `-` and `_`, and none that HTTP or this server has a use for",
        ),
        (
            "access.user_header = 'Remote-Email'",
            "`access.user_header`: a proxy says by it who somebody is, and none is trusted (file `readonce.toml`, line 1)\n\
             hint: name the proxy's address in `http.trusted_proxies`",
        ),
        (
            "access.user_header = 'Remote-Email'\naccess.session = 0\nhttp.trusted_proxies = ['10.0.0.2']",
            "`access.user_header`: it signs people in at the pages, and `access.session` is 0, which takes the sign-in off them \
             (file `readonce.toml`, line 1)",
        ),
        (
            "access.join = 'everyone'",
            "`access.join`: expected `never`, `anyone`, or domains of e-mail addresses, found `everyone` \
             (file `readonce.toml`, line 1)\n\
             hint: for example `[\"example.org\"]`: only what stands behind the `@`, and no domain below it",
        ),
        (
            "access.join = ['example.org', '@example.net']",
            "`access.join`: expected `never`, `anyone`, or domains of e-mail addresses, found `@example.net` \
             (file `readonce.toml`, line 1)\n\
             hint: for example `[\"example.org\"]`: only what stands behind the `@`, and no domain below it",
        ),
        (
            "access.join = 5",
            "`access.join`: expected `never`, `anyone`, or a list of domains, found `5` (file `readonce.toml`, line 1)",
        ),
    ] {
        assert_eq!(Given::file(file).refusal(), refusal);
    }
}

#[test]
fn domains_are_a_list_in_a_file_and_stand_one_after_the_other_in_a_variable() {
    let domains = |texts: [&str; 2]| Join::Domains(texts.map(|text| HostName::parse(text).unwrap()).into());
    let expected = domains(["example.org", "xn--bcher-kva.example"]);
    let file = Given::file("access.join = ['Example.org', 'bücher.example']").loaded();
    assert_eq!(file.settings.access.join, expected);
    assert!(
        file.show().contains("access.join = [\"Example.org\", \"bücher.example\"]    # file readonce.toml\n")
    );
    let variable = Given::variable("READONCE_ACCESS__JOIN", "example.org, bücher.example").loaded();
    assert_eq!(variable.settings.access.join, expected);
    for (text, join) in [("anyone", Join::Anyone), ("never", Join::Never)] {
        assert_eq!(Given::variable("READONCE_ACCESS__JOIN", text).loaded().settings.access.join, join);
    }
    assert_eq!(Given::file("access.join = []").loaded().settings.access.join, Join::Never);
    let off = Given::file("access.session = 0").loaded().settings;
    assert_eq!(off.access.session, 0);
}
