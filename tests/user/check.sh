#!/bin/sh
# Packs the published packages, and tests a crate that depends only on the packed versions.
#
# `cargo package` would verify each package with a build. One build of this crate is faster and proves more: each
# package has all its files, and they are sufficient for a user. The dependencies are those of `Cargo.lock`.
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
packages=$target/package
user=$target/user

rm -rf "$packages" "$user"
cargo package --workspace --exclude browser-tests --exclude ui-tests --exclude mistakes --exclude benches --no-verify --allow-dirty
mkdir -p "$user"
cp -R tests/user/Cargo.toml tests/user/build.rs tests/user/src Cargo.lock tests/support/large.rs "$user"
printf '\n[patch.crates-io]\n' >>"$user/Cargo.toml"
for crate in "$packages"/*.crate; do
    # Without the times in the archive, which are constant: cargo would not notice a changed file.
    tar -xzmf "$crate" -C "$packages"
    package=$(basename "$crate" .crate)
    for file in LICENSE-APACHE LICENSE-MIT README.md; do
        [ -s "$packages/$package/$file" ] || { echo "$package has no $file" && exit 1; }
    done
    printf '%s = { path = "%s" }\n' "${package%-*}" "$packages/$package" >>"$user/Cargo.toml"
done
cargo test --manifest-path "$user/Cargo.toml" --target-dir "$target"
