//! What `readonce doctor` says of signing in, and that the check it advises tells a proxy that is right from one that is not.

use crate::support::{Home, UNLIMITED};

fn told(settings: &str) -> String {
    let home = Home::new();
    home.write("readonce.toml", settings);
    home.run(&["doctor"]).stdout
}

#[test]
fn who_is_believed_is_told() {
    let told_of = |settings| {
        let told = told(settings);
        let lines: Vec<_> = told.lines().map(str::to_owned).collect();
        let at = lines.iter().position(|line| line.contains("sign")).unwrap_or_else(|| panic!("{told}"));
        lines[at..].join("\n")
    };
    assert!(told_of("").starts_with("ok    sign-in: by API token; no header is believed"));
    assert!(told_of("access.session = 0").starts_with("ok    sign-in: nobody signs in at the pages"));
    assert!(told_of("web.enabled = false").starts_with("ok    sign-in: nobody signs in at the pages"));
    let in_the_clear = told_of("base_url = 'http://secrets.example.org'");
    assert!(
        in_the_clear.starts_with("warn  people sign in at http://secrets.example.org without TLS"),
        "{in_the_clear}"
    );
    let header = "access.user_header = 'Remote-Email'\nhttp.trusted_proxies = ['10.0.0.2']\n";
    let by_header = told_of(header);
    assert!(
        by_header.starts_with("ok    sign-in: whoever comes from 10.0.0.2/32 says in `Remote-Email`"),
        "{by_header}"
    );
    let home = Home::new();
    home.write("readonce.toml", &format!("{header}http.proxy_protocol = true\n"));
    let both = home.run(&["doctor"]).stdout;
    assert!(
        both.contains("warn  `access.user_header` is `Remote-Email`, and with `http.proxy_protocol`"),
        "{both}"
    );
}

/// The advised line, against a server that believes whoever asks, and one that believes somebody else.
#[test]
fn the_advised_line_counts_forged_names() {
    for (trusted, count) in [("127.0.0.1", "1"), ("10.0.0.2", "0")] {
        let home = Home::new();
        let settings =
            [("READONCE_ACCESS__USER_HEADER", "Remote-Email"), ("READONCE_HTTP__TRUSTED_PROXIES", trusted)];
        let server = home.serve_with(&[UNLIMITED, &settings].concat());
        let mut doctor = home.command(&["doctor"]);
        doctor.envs(settings).env("READONCE_BASE_URL", format!("http://{}", server.address()));
        let told = crate::support::Ran::of(doctor).stdout;
        let (_, line) = told.split_once("this has to print 0: ").unwrap_or_else(|| panic!("{told}"));
        let ran = crate::support::Ran::of(home.shell(line.lines().next().unwrap()));
        assert_eq!(ran.stdout.trim(), count, "{ran:?}");
    }
}
