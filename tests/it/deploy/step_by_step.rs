//! `docs/proxies.md`, followed: nginx step by step with the certificate to try it out, and the password at the proxy.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use super::behind::nobody;
use super::front::{Front, HOST};
use super::installation::Installation;
use super::{FORM, shipped};
use crate::support::certificates::Authority;
use crate::support::document::block_with;
use crate::support::{Client, Home, Ran, Shared, UNLIMITED};

const PAGE: &str = "docs/proxies.md";

/// What an operator types, in folders of this test's; left out is what it takes a machine of one's own for.
fn follow(home: &Home, block: &str) {
    let root = env!("CARGO_MANIFEST_DIR");
    let own = |name: &str| home.file(name).to_str().unwrap().to_owned();
    let typed = block
        .replace(" deploy/", &format!(" {root}/deploy/"))
        .replace("/etc/nginx/conf.d", &own("conf.d"))
        .replace("/usr/share/readonce", &own("share"))
        .replace("/etc/ssl/readonce", &own("ssl"))
        .replace("YOUR.NAME", "localhost");
    let elsewhere = ["sudo apt ", "sudo editor ", "sudo systemctl ", "sudo nginx "];
    let lines = typed.lines().filter(|line| !elsewhere.iter().any(|start| line.starts_with(start)));
    let script: Vec<_> = lines.map(|line| line.replacen("sudo ", "", 1)).collect();
    Ran::of(home.other("sh", &["-ec", &script.join("\n")])).succeeded();
}

#[test]
fn nginx_with_the_certificate_to_try_it_out() {
    let home = Home::new();
    fs::create_dir(home.file("conf.d")).unwrap();
    follow(&home, &block_with(PAGE, "sh", "sudo apt install nginx-light"));
    follow(&home, &block_with(PAGE, "sh", "openssl req"));
    for page in ["away", "unknown", "too-large"] {
        assert!(home.file(&format!("share/pages/{page}.html")).exists(), "{page}");
    }
    let certificate = home.file("ssl/fullchain.pem");
    let mut example = fs::read_to_string(home.file("conf.d/readonce.conf")).unwrap();
    assert!(!example.contains(HOST), "the name is replaced everywhere: {example}");
    for name in ["fullchain.pem", "privkey.pem"] {
        let own = home.file(&format!("ssl/{name}"));
        example = example.replace(&format!("/etc/ssl/readonce/{name}"), own.to_str().unwrap());
    }

    let installation =
        Installation::new(&[UNLIMITED, &[("READONCE_BASE_URL", "https://localhost")]].concat());
    let server = installation.instance();
    let (one, other) = (server.address().to_string(), nobody().to_string());
    let changes = [("127.0.0.1:7143", one.as_str()), ("127.0.0.1:7144", &other)];
    let front = Front::nginx(&example, &Arc::new(Authority::new()), &["localhost"], &changes);

    // The last block's questions, asked of this nginx.
    let asked = block_with(PAGE, "sh", "curl https://YOUR.NAME/health/ready").replace(
        "curl ",
        &format!("curl -fsS --connect-to ::127.0.0.1:{} --cacert {} ", front.port(), certificate.display()),
    );
    follow(&home, &asked);
    // Our own client takes the certificate as its authority.
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, front.port()));
    let mut share = home.other("sh", &["-c", "printf hello | readonce share --ca-file ssl/fullchain.pem"]);
    share.env("READONCE_URL", format!("https://localhost:{}", address.port()));
    let shared = Ran::of(share).succeeded();
    let key = shared.stdout.trim().rsplit('/').next().unwrap().to_owned();
    server.client().reads_once(&Shared { secret: key, receipt: String::new() }, "hello");
    server.stop();
}

#[test]
fn staff_shares_by_a_password_and_everybody_reads() {
    let home = Home::new();
    fs::set_permissions(home.file(""), fs::Permissions::from_mode(0o711)).unwrap(); // nginx has another user
    let hash = Ran::of(home.other("openssl", &["passwd", "-6", "a password"])).succeeded().stdout;
    home.write("htpasswd", &format!("ann:{hash}"));
    let block = block_with(PAGE, "nginx", "auth_basic");
    let example = shipped("deploy/nginx/readonce.conf");
    let (before, after) = example.split_once("    location / {\n        proxy_pass").unwrap();
    let example = format!("{before}{block}    location / {{\n        proxy_pass{after}");

    let installation =
        Installation::new(&[UNLIMITED, &[("READONCE_BASE_URL", "https://secrets.example.org")]].concat());
    let server = installation.instance();
    let (one, other) = (server.address().to_string(), nobody().to_string());
    let passwords = home.file("htpasswd");
    let changes = [
        ("127.0.0.1:7143", one.as_str()),
        ("127.0.0.1:7144", &other),
        ("/etc/nginx/readonce.htpasswd", passwords.to_str().unwrap()),
    ];
    let front = Front::nginx(&example, &Arc::new(Authority::new()), &[HOST], &changes);
    let anyone = front.serving();
    let staff = Client::over(front.way(HOST)).signed_in("ann", "a password");

    anyone.get("/").ok();
    for path in [
        "/",
        "/api/v1/share",
        "/api/v1/generate",
        "/api/v1/create",
        "/api/v1/share/",
        "/api/v1//share",
        "/api/v2/secret/conceal",
        "/api/v2/secret/generate/",
        "/api/v2/guest/secret/conceal",
        "/api/v2//guest/secret/generate",
    ] {
        let refused = anyone.ask("POST", path, &[FORM], Some(b"secret=x"));
        assert_eq!(refused.status, 401, "{path}: {}", refused.text());
    }
    assert_eq!(staff.get("/").status, 200);
    let created = staff.post("/share", &[("secret", "from the staff")]).ok();
    assert_eq!(created.member("custid"), "anon");
    anyone.reads_once(&Shared::of(&created), "from the staff");
    let wrong = Client::over(front.way(HOST)).signed_in("ann", "another");
    assert_eq!(wrong.post("/share", &[("secret", "x")]).status, 401);
    // What the page of troubleshooting says of credentials that are handed on.
    staff.get("/api/v1/status").refused(404, "Not authorized");
    server.stop();
}
