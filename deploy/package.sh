#!/usr/bin/env bash
# Makes the Debian package: a static binary, its manual pages and completions, the unit, a configuration file.
# Needs cargo, a C compiler, and cargo-deb (`cargo install cargo-deb --locked`).
#
#   deploy/package.sh                   builds, and prints where the package is
#   deploy/package.sh PATH/TO/readonce  packs a binary that is already there
set -euo pipefail
cd "$(dirname "$0")/.."

# Better now than after the build.
if ! cargo deb --version >/dev/null 2>&1; then
  echo "$0: cargo-deb is missing: cargo install cargo-deb --locked" >&2
  exit 1
fi

binary=${1:-}
if [[ -z $binary ]]; then
  # Naming the target keeps build scripts and macros out of the static flags.
  target=$(rustc -vV | sed -n 's/^host: //p')
  RUSTFLAGS="-C target-feature=+crt-static" cargo build --locked --release --bin readonce --target "$target"
  binary=target/$target/release/readonce
fi
mkdir -p target/release
[[ $binary -ef target/release/readonce ]] || install "$binary" target/release/readonce

rm -rf target/package
mkdir -p target/package/man
"$binary" man target/package/man
"$binary" completions bash >target/package/readonce.bash
"$binary" completions zsh >target/package/_readonce
"$binary" completions fish >target/package/readonce.fish

cargo deb --no-build
