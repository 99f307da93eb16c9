#!/bin/sh
# Packs the packages that are published, and tests a crate that depends on them as they are packed, and on nothing else.
#
# `cargo package` would build each of them to verify it. One build of this crate is less work and proves more: that each has
# all of its files, and that they are enough for a user. The dependencies are those of `Cargo.lock`.
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
    # Without the times in the archive, which are always the same: cargo would not see that a file has changed.
    tar -xzmf "$crate" -C "$packages"
    package=$(basename "$crate" .crate)
    for file in LICENSE-APACHE LICENSE-MIT README.md; do
        [ -s "$packages/$package/$file" ] || { echo "$package has no $file" && exit 1; }
    done
    printf '%s = { path = "%s" }\n' "${package%-*}" "$packages/$package" >>"$user/Cargo.toml"
done
cargo test --manifest-path "$user/Cargo.toml" --target-dir "$target"
