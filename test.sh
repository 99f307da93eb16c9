#!/bin/sh
# All checks and tests of this repository. Stops at the first that fails.
#
# Needs Rust with rustfmt and clippy, a C linker, Node.js 18 or newer with npm, and Chromium with its driver. As root on
# Debian it installs those of them that are missing, but not Rust.

set -eu
cd "$(dirname "$0")"

# --- What has to be there ---------------------------------------------------------------------------------------------

have() {
    command -v "$1" >/dev/null 2>&1
}

fail() {
    printf 'test.sh: %s\n' "$*" >&2
    exit 1
}

have cargo || fail "Rust is missing: https://rustup.rs"
cargo fmt --version >/dev/null 2>&1 || fail "rustfmt is missing: rustup component add rustfmt"
cargo clippy --version >/dev/null 2>&1 || fail "clippy is missing: rustup component add clippy"

missing=""
have cc || missing="$missing gcc libc6-dev"
have node || missing="$missing nodejs"
have npm || missing="$missing npm"
have chromium || have chromium-browser || have google-chrome || missing="$missing chromium"
have chromedriver || missing="$missing chromium-driver"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && have apt-get; then
        printf 'installing%s\n' "$missing"
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 # one word for each package
        { apt-get -q update && apt-get -qy install --no-install-recommends $missing; } >/dev/null ||
            fail "apt-get could not install$missing"
    else
        fail "these Debian packages, or what they hold, are missing: apt-get install$missing"
    fi
fi
[ "$(node -p 'process.versions.node.split(".")[0] >= 18')" = true ] ||
    fail "Node.js $(node --version) is too old: 18 or newer is needed"

# --- The steps --------------------------------------------------------------------------------------------------------

mkdir -p target
log="target/test.log"
begin=$(date +%s)

# step NAME COMMAND...: what the command says is shown only if it fails.
step() {
    name=$1
    shift
    printf '%-32s ' "$name"
    start=$(date +%s)
    if "$@" >"$log" 2>&1 </dev/null; then
        printf '%4d s\n' "$(($(date +%s) - start))"
    else
        printf 'failed\n\n'
        grep -vE '^test .* ok$' "$log" || true
        printf '\n'
        fail "failed: $name ($*)"
    fi
}

step "format" cargo fmt --all --check
step "lints" cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
step "documentation" env RUSTDOCFLAGS=-Dwarnings cargo doc --quiet --no-deps --workspace --all-features
step "packages for the client checks" npm ci --no-audit --no-fund
step "client script" npm run check
step "test programs" cargo test --quiet --workspace --all-features --no-run
# As programs, too: the browser tests run them.
step "examples" cargo build --quiet --workspace --all-features --examples
step "tests" cargo test --workspace --all-features --no-fail-fast
# The end of each test program: how many tests passed.
grep -E '^ *(Running|Doc-tests) |^test result' "$log" | sed 's/ (target.*//'
# A release differs from what was tested in what `debug_assertions` includes, and in the optimizer, which is not ours to test.
# Without a release build all dependencies are compiled already.
set --
for package in dash-devices dash-devices-macros dash-devices-runtime dash-devices-components; do
    set -- "$@" --config "profile.dev.package.$package.debug-assertions=false"
done
step "without debug assertions" cargo check --quiet --workspace --all-features --examples "$@"
# All that it needs has been downloaded.
step "packages" env CARGO_NET_OFFLINE=true tests/user/check.sh
if cargo deny --version >/dev/null 2>&1; then
    step "licences and sources" cargo deny --all-features check bans licenses sources
else
    printf '%-32s skipped: cargo-deny is not installed\n' "licences and sources"
fi

printf 'all passed in %d s\n' "$(($(date +%s) - begin))"
