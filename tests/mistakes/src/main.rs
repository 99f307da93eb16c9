//! `cargo run -p mistakes` compiles all mistakes in `cases/` and says how many of them get one error, at the line that is
//! marked with `// HERE`, and in the words of users. The figure is followed by the cases that fall short, and the whole
//! text of the compiler is in `target/mistakes/errors.txt`. `cargo run -p mistakes -- first` takes `cases/first.txt` only.
//!
//! `tests/ui` has the exact texts for one example of each kind. This package has many examples without texts, so that a
//! change shows what it does to all of them. See `tests/README.md` for the format of the cases.

#![allow(clippy::print_stdout, reason = "the figures are what this program is for")]

use std::{
    collections::BTreeMap,
    env, error, fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

mod case;
mod verdict;

use case::Case;
use verdict::Verdict;

type Errors = BTreeMap<String, Vec<Value>>;

fn main() -> Result<(), Box<dyn error::Error>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = own.join("../..").canonicalize()?;
    let only = env::args().nth(1);
    let mut files: Vec<PathBuf> =
        fs::read_dir(own.join("cases"))?.map(|file| Ok(file?.path())).collect::<io::Result<_>>()?;
    files.retain(|file| only.is_none() || file.file_stem().and_then(|stem| stem.to_str()) == only.as_deref());
    files.sort();
    if files.is_empty() {
        return Err(format!("there are no cases in `{}` with this name", own.join("cases").display()).into());
    }
    let mut errors = String::new();
    for file in &files {
        let set = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let cases = case::read(&fs::read_to_string(file)?)?;
        let found = compile(&root, &set, &cases)?;
        errors.push_str(&report(&set, &cases, &found));
    }
    fs::write(root.join("target/mistakes/errors.txt"), errors)?;
    Ok(())
}

/// Compiles each case as a program of one package, which is cheaper than a package each.
fn compile(root: &Path, set: &str, cases: &[Case]) -> Result<Errors, Box<dyn error::Error>> {
    let package = root.join("target/mistakes").join(set);
    let bin = package.join("src/bin");
    if bin.exists() {
        fs::remove_dir_all(&bin)?;
    }
    fs::create_dir_all(&bin)?;
    fs::write(package.join("Cargo.toml"), manifest(root))?;
    // The same versions as in the workspace.
    fs::copy(root.join("Cargo.lock"), package.join("Cargo.lock"))?;
    for case in cases {
        fs::write(bin.join(format!("{}.rs", case.name)), &case.source)?;
    }
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--bins", "--keep-going", "--message-format=json"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", root.join("target/mistakes/target"))
        .stderr(Stdio::inherit())
        .output()?;
    let mut errors = Errors::new();
    let (mut checked, lines) = (false, String::from_utf8(output.stdout)?);
    for line in lines.lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let name = message["target"]["name"].as_str().unwrap_or_default();
        checked |= name == "dash_devices";
        let (reason, message) = (message["reason"].as_str(), &message["message"]);
        if reason != Some("compiler-message") || !verdict::is_error(message) {
            continue;
        }
        let of_case = errors.entry(name.to_owned()).or_default();
        if !of_case.iter().any(|other| other["rendered"] == message["rendered"]) {
            of_case.push(message.clone());
        }
    }
    match checked {
        true => Ok(errors),
        false => Err("dash-devices itself does not compile, so no case was checked".into()),
    }
}

fn manifest(root: &Path) -> String {
    let root = root.display();
    format!(
        "[package]\nname = \"mistakes-cases\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n\
         dash-devices = {{ path = '{root}', features = [\"users\", \"store\"] }}\n\
         schemars = \"1\"\nserde = {{ version = \"1\", features = [\"derive\"] }}\n\
         tokio = {{ version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }}\n\n[profile.dev]\ndebug = 0\n"
    )
}

/// Prints the figures of a set. Returns all its errors, as the compiler writes them.
fn report(set: &str, cases: &[Case], errors: &Errors) -> String {
    let (mut good, mut short, mut text) = (0_usize, String::new(), String::new());
    for case in cases {
        let of_case = errors.get(&case.name).map(Vec::as_slice).unwrap_or_default();
        let verdict = Verdict::of(case, of_case);
        if verdict.is_good() {
            good += 1;
        } else {
            short.push_str(&format!("  {}: {verdict}\n", case.name));
        }
        text.push_str(&format!("##### {set}: {}: {verdict}\n", case.name));
        text.extend(of_case.iter().filter_map(|message| message["rendered"].as_str()));
    }
    let tenths = good * 1000 / cases.len().max(1);
    println!("{set}: {good} of {} mistakes are as promised ({}.{} %)\n{short}", cases.len(), tenths / 10, tenths % 10);
    text
}
