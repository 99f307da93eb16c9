#!/bin/sh
# Runs all checks and tests of this repository. Stops at the first failure.
#
# Needs Rust with rustfmt and clippy, a C linker, Node.js 18 or newer with npm, Chromium with its driver, the proxies nginx
# and Caddy, and the broker nats-server. When it runs as root on Debian, it installs those of them that are missing, except
# Rust.

set -eu
cd "$(dirname "$0")"

# --- Required programs ------------------------------------------------------------------------------------------------

have() {
    command -v "$1" >/dev/null 2>&1
}

fail() {
    printf 'test.sh: %s\n' "$*" >&2
    exit 1
}

have cargo || fail "Rust is missing. Install it from https://rustup.rs"
cargo fmt --version >/dev/null 2>&1 || fail "rustfmt is missing. Install it with: rustup component add rustfmt"
cargo clippy --version >/dev/null 2>&1 || fail "clippy is missing. Install it with: rustup component add clippy"

missing=""
have cc || missing="$missing gcc libc6-dev"
have node || missing="$missing nodejs"
have npm || missing="$missing npm"
have chromium || have chromium-browser || have google-chrome || missing="$missing chromium"
have chromedriver || missing="$missing chromium-driver"
# Debian has nginx in a folder that only root has in its path.
have nginx || [ -x /usr/sbin/nginx ] || missing="$missing nginx"
have caddy || missing="$missing caddy"
have nats-server || missing="$missing nats-server"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && have apt-get; then
        printf 'installing%s\n' "$missing"
        export DEBIAN_FRONTEND=noninteractive
        # shellcheck disable=SC2086 # each package is a separate argument
        { apt-get -q update && apt-get -qy install --no-install-recommends $missing; } >/dev/null ||
            fail "apt-get could not install$missing"
    else
        fail "programs are missing. Install them as root, on Debian with: apt-get install$missing"
    fi
fi
[ "$(node -p 'process.versions.node.split(".")[0] >= 18')" = true ] ||
    fail "Node.js $(node --version) is too old. Install version 18 or newer"

# --- The steps --------------------------------------------------------------------------------------------------------

mkdir -p target
log="target/test.log"
begin=$(date +%s)

# step NAME COMMAND...: runs the command, and shows its output only if it fails.
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
# After a failure, nothing that was started here goes on behind the next run.
trap wait EXIT
# joined <process> <log>: waits for a command that was started beside the others, and prints what it printed.
joined() {
    result=0
    wait "$1" || result=$?
    cat "$2"
    return "$result"
}
client_log="target/client.log"
{ npm ci --no-audit --no-fund && npm run check; } >"$client_log" 2>&1 </dev/null &
client=$!
step "lints" cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
step "client script" joined "$client" "$client_log"
step "documentation" env RUSTDOCFLAGS=-Dwarnings cargo doc --quiet --no-deps --workspace --all-features
step "test programs" cargo test --quiet --workspace --all-features --no-run
# The browser tests start the examples as programs.
step "examples" cargo build --quiet --workspace --all-features --examples
# The browser tests mostly wait for the browser, so the cases of the compiler's messages run beside them, and the other
# tests beside the check of the packages. Cargo can select test programs by their names only: no other name may begin with
# b or u.
[ "$(ls -d tests/[bu]* dash-*/tests/[bu]* 2>/dev/null | tr '\n' ' ')" = "tests/browser tests/ui tests/user " ] ||
    fail "the name of a test program other than tests/browser and tests/ui begins with b or u: test.sh would not run it"
# Prints the last line of each test program in the log: how many tests passed.
sums() {
    grep -E '^ *(Running|Doc-tests) |^test result' "$log" | sed 's/ (target.*//'
}
ui_log="target/ui.log"
cargo test --workspace --all-features --test ui >"$ui_log" 2>&1 </dev/null &
ui=$!
step "browser tests" cargo test --workspace --all-features --test browser
sums
tests_log="target/tests.log"
cargo test --workspace --all-features --no-fail-fast --lib --example host --test '[!bu]*' >"$tests_log" 2>&1 </dev/null &
tests=$!
# All dependencies have been downloaded by now.
step "packages" env CARGO_NET_OFFLINE=true tests/user/check.sh
step "tests" joined "$tests" "$tests_log"
sums
step "documentation examples" cargo test --workspace --all-features --doc
sums
# A release build differs from the tested build in the code under `debug_assertions` and in the optimizer. We do not test
# the optimizer. This check reuses the compiled dependencies, but a release build would compile them again.
set --
for package in dash-devices dash-devices-macros dash-devices-runtime dash-devices-components; do
    set -- "$@" --config "profile.dev.package.$package.debug-assertions=false"
done
step "without debug assertions" cargo check --quiet --workspace --all-features --examples "$@"
step "compiler messages" joined "$ui" "$ui_log"
sums
if cargo deny --version >/dev/null 2>&1; then
    step "licences and sources" cargo deny --workspace --all-features check bans licenses sources
else
    printf '%-32s skipped: cargo-deny is not installed\n' "licences and sources"
fi

printf 'all passed in %d s\n' "$(($(date +%s) - begin))"
