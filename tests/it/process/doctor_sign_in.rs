//! What `readonce doctor` says of signing in: whether the check it advises tells a proxy that is right from one that is not, and what
//! it finds at a provider.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use serde_json::json;

use crate::support::certificates::Authority;
use crate::support::oidc::House;
use crate::support::relay::Wrong;
use crate::support::signer::Signer;
use crate::support::tls_front::TlsFront;
use crate::support::{Home, Ran, UNLIMITED};

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
        let told = Ran::of(doctor).stdout;
        let (_, line) = told.split_once("this has to print 0: ").unwrap_or_else(|| panic!("{told}"));
        let ran = Ran::of(home.shell(line.lines().next().unwrap()));
        assert_eq!(ran.stdout.trim(), count, "{ran:?}");
    }
}

/// What it says with a provider of this issuer, whose client secret is in a file of `home`, and one more variable.
fn doctor(home: &Home, issuer: &str, more: (&str, &str)) -> String {
    let mut command = home.command(&["doctor"]);
    command
        .env("READONCE_OIDC__ISSUER", issuer)
        .env("READONCE_OIDC__CLIENT_ID", "readonce")
        .env("READONCE_OIDC__CLIENT_SECRET_FILE", home.file("client-secret"))
        .env(more.0, more.1);
    Ran::of(command).stdout
}

#[test]
fn doctor_asks_the_provider() {
    let house = House::with("", &[]);
    let issuer = house.relay.issuer();
    let base_url = ("READONCE_BASE_URL", "https://secrets.example.org/ots");
    let doctor = |issuer: &str| doctor(&house.home, issuer, base_url);
    let said = doctor(&issuer);
    assert!(said.contains("the redirect address to register at the provider is https://secrets.example.org/ots/sign-in/provider/back"), "{said}");
    assert!(
        said.contains(&format!("ok    sign-in: the provider answers, is {issuer}, and has keys")),
        "{said}"
    );
    // A slash too many: both are named.
    let said = doctor(&format!("{issuer}/"));
    assert!(
        said.contains(&format!(
            "FAIL  sign-in: `oidc.issuer` is `{issuer}/`, and the provider calls itself `{issuer}`"
        )),
        "{said}"
    );
    house.home.write("client-secret", "a b~c:d\n");
    assert!(!doctor(&issuer).contains("providers read differently"), "it is sent in the body");
    house.home.write("client-secret", "\n");
    let said = doctor(&issuer);
    assert!(said.contains("FAIL  there is no secret in `"), "{said}");
    house.relay.be(Wrong::Status(503));
    house.home.write("client-secret", "s\n");
    assert!(
        doctor(&issuer).contains("the provider's discovery document cannot be had: the answer is status 503")
    );
}

/// Over TLS, with the certificates that the system trusts, or `SSL_CERT_FILE` names.
#[test]
fn a_provider_is_met_over_tls() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let behind = listener.local_addr().unwrap().port();
    // It calls itself what it is called. Asked twice, for its document and its keys.
    let answering = thread::spawn(move || {
        for stream in listener.incoming().take(2) {
            let mut stream = BufReader::new(stream.unwrap());
            let lines = stream.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty());
            let lines: Vec<String> = lines.collect();
            let host = lines
                .iter()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("host: ").map(str::to_owned));
            let issuer = format!("https://{}", host.unwrap());
            let body = if lines[0].contains("/keys") {
                json!({ "keys": [Signer::new("k").jwk()] })
            } else {
                json!({
                    "issuer": issuer, "jwks_uri": format!("{issuer}/keys"), "token_endpoint": format!("{issuer}/token"),
                    "authorization_endpoint": format!("{issuer}/auth"), "userinfo_endpoint": format!("{issuer}/me"),
                })
            }
            .to_string();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.get_mut().write_all(format!("{head}{body}").as_bytes()).unwrap();
        }
    });
    let (ours, other) = (Authority::new(), Authority::new());
    let front = TlsFront::to(behind, ours.certify("provider", &["localhost"]));
    let home = Home::new();
    home.write("client-secret", "s\n");
    let doctor = |trusted: &Authority| {
        doctor(&home, &front.url(), ("SSL_CERT_FILE", trusted.file().to_str().unwrap()))
    };
    let said = doctor(&ours);
    assert!(said.contains(&format!("the provider answers, is {}, and has keys", front.url())), "{said}");
    answering.join().unwrap();
    let said = doctor(&other);
    assert!(said.contains("discovery document cannot be had: invalid peer certificate"), "{said}");
}
