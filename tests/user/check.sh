#!/bin/sh
# Packs the packages that are published, and tests a crate whose only dependencies are these packed packages.
#
# `cargo package` would build each package to verify it. Building this crate is less work and proves more: each package has
# all of its files, and a user needs no other dependency. The versions of all other crates are those in `Cargo.lock`.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
packages=$target/package
user=$target/user

rm -rf "$packages" "$user"
cargo package --workspace --exclude browser-tests --no-verify --allow-dirty
mkdir -p "$user"
cp -R tests/user/Cargo.toml tests/user/src Cargo.lock "$user"
printf '\n[patch.crates-io]\n' >>"$user/Cargo.toml"
for crate in "$packages"/*.crate; do
    # `m` ignores the times in the archive. They are always the same, so cargo would not notice that a file has changed.
    tar -xzmf "$crate" -C "$packages"
    package=$(basename "$crate" .crate)
    for file in LICENSE-APACHE LICENSE-MIT README.md; do
        [ -s "$packages/$package/$file" ] || { echo "$package has no $file" && exit 1; }
    done
    printf '%s = { path = "%s" }\n' "${package%-*}" "$packages/$package" >>"$user/Cargo.toml"
done
cargo test --manifest-path "$user/Cargo.toml" --target-dir "$target"
