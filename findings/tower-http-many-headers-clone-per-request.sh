#!/usr/bin/env bash
# tower-http 0.7.1, SetMultipleResponseHeadersLayer: the list of headers is copied for every request.
#
# The guess: one layer that sets six fixed headers costs a request less than six layers that set one each, since it wraps the service once and the
# values are static. It is the other way round: six `SetResponseHeaderLayer`s add 3 heap allocations to a request, the one
# `SetMultipleResponseHeadersLayer` with the same six `HeaderValue::from_static` adds about ten times as many, because its list (names, values and closures behind
# boxes) is cloned with every call. Whoever puts security headers on every answer of a small server pays for that with each request.
#
# Seen with tower-http 0.7.1, axum 0.8.9, rustc 1.95, release build, allocations of one request counted by allocation-counter 0.8.1:
#     a request: 12 allocations; six single layers add 3, the one layer of six adds 31
# Exits 0 as long as the one layer costs at least three times what the six cost.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir src
cat >Cargo.toml <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"
[dependencies]
allocation-counter = "=0.8.1"
axum = { version = "=0.8.9", default-features = false }
tower = { version = "=0.5.3", features = ["util"] }
tower-http = { version = "=0.7.1", features = ["set-header"] }
tokio = { version = "1", features = ["rt", "macros"] }
TOML
cat >src/main.rs <<'RUST'
use axum::{Router, body::Body, http::{HeaderName, HeaderValue, Request}, routing::get};
use tower::ServiceExt as _;
use tower_http::set_header::response::{SetMultipleResponseHeadersLayer, SetResponseHeaderLayer};

const HEADERS: [(&str, &str); 6] = [
    ("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"), ("cross-origin-resource-policy", "same-origin"), ("permissions-policy", "camera=()"),
];

fn allocations(router: &Router) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut counts: Vec<u64> = (0..21)
        .map(|_| {
            let (router, request) = (router.clone(), Request::get("/").body(Body::empty()).unwrap());
            let mut answer = None;
            let counted = allocation_counter::measure(|| answer = Some(runtime.block_on(router.oneshot(request)).unwrap()));
            drop(answer);
            counted.count_total
        })
        .collect();
    counts.sort_unstable();
    counts[10]
}

fn main() {
    let plain = Router::new().route("/", get(|| async { "" }));
    let name = |text: &'static str| HeaderName::from_static(text);
    // All in one `Router::layer`, so that only the layers themselves differ.
    let single = plain.clone().layer((
        SetResponseHeaderLayer::overriding(name(HEADERS[0].0), HeaderValue::from_static(HEADERS[0].1)),
        SetResponseHeaderLayer::overriding(name(HEADERS[1].0), HeaderValue::from_static(HEADERS[1].1)),
        SetResponseHeaderLayer::overriding(name(HEADERS[2].0), HeaderValue::from_static(HEADERS[2].1)),
        SetResponseHeaderLayer::overriding(name(HEADERS[3].0), HeaderValue::from_static(HEADERS[3].1)),
        SetResponseHeaderLayer::overriding(name(HEADERS[4].0), HeaderValue::from_static(HEADERS[4].1)),
        SetResponseHeaderLayer::overriding(name(HEADERS[5].0), HeaderValue::from_static(HEADERS[5].1)),
    ));
    let list = HEADERS.map(|(header, value)| (name(header), HeaderValue::from_static(value)).into());
    let multiple = plain.clone().layer(SetMultipleResponseHeadersLayer::overriding(list.to_vec()));
    let identity = plain.layer(tower::layer::util::Identity::new());
    let none = allocations(&identity);
    println!("{} {} {}", none, allocations(&single) - none, allocations(&multiple) - none);
}
RUST
cargo run --release --quiet >out
read -r none single multiple <out
echo "a request: $none allocations; six single layers add $single, the one layer of six adds $multiple"
((multiple >= 3 * single && single > 0))
