//! The floors of the house (ARCHITECTURE.md): each names only those before it. What names one behind it is told with file
//! and line.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// From the ground up.
const FLOORS: [&str; 7] = ["wire", "words", "view", "wiring", "run", "engine", "server"];

/// What stands beside the floors: `private` only re-exports, and `testing` is a guest of the server.
const BESIDE: [(&str, &str); 2] = [("private", "server"), ("testing", "server")];

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> = entries
        .flat_map(|path| match path.is_dir() {
            true => files(&path),
            false => vec![path],
        })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    found.sort();
    found
}

/// On which floor each module is that code can name as `crate::module`: a floor itself, or, as `lib.rs` re-exports them by
/// their names, a module of one.
fn places() -> BTreeMap<String, usize> {
    let floor_of = |floor: &str| FLOORS.iter().position(|name| *name == floor).unwrap();
    let mut places: BTreeMap<String, usize> = FLOORS.iter().map(|name| ((*name).to_owned(), floor_of(name))).collect();
    places.extend(BESIDE.map(|(module, floor)| (module.to_owned(), floor_of(floor))));
    let lib = code(&fs::read_to_string(source().join("lib.rs")).unwrap());
    let lib = lib.replace("crate::", "");
    for (at, _) in lib.match_indices("use ") {
        let mut paths = Vec::new();
        expand("", &lib[at + "use ".len()..], 0, &mut paths);
        for (_, path) in paths {
            let mut words = path.split("::");
            if let (Some(floor), Some(module)) = (words.next(), words.next())
                && FLOORS.contains(&floor)
            {
                places.insert(module.to_owned(), floor_of(floor));
            }
        }
    }
    places
}

/// Code without comments and without the tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let line = |line: &str| line.split("//").next().unwrap_or_default().to_owned() + "\n";
    text.lines().map(line).collect()
}

/// The modules of the crate that code names, each with the line: from `crate::a::b` and `use crate::{a::b, c}`. Of
/// `callback::spec`, which gathers modules of two floors under one name, the module behind it counts.
fn named(code: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_') {
            continue;
        }
        let mut paths = Vec::new();
        expand("", &code[at + "crate::".len()..], at + "crate::".len(), &mut paths);
        for (at, path) in paths {
            let line = code[..at].lines().count().max(1);
            let mut words = path.split("::").filter(|word| *word != "callback" && *word != "self");
            // `callback::Callbacks` is re-exported, too.
            let module = match words.next().unwrap_or("callback") {
                "Callbacks" | "CallbackFor" => "run",
                "Wired" => "wiring",
                module => module,
            };
            found.push((line, module.to_owned()));
        }
    }
    found
}

/// The paths in a tree such as `a::{b, c::d}`, each with its place. Returns how long the tree is.
fn expand(prefix: &str, text: &str, at: usize, paths: &mut Vec<(usize, String)>) -> usize {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':')).unwrap_or(text.len());
    let path = format!("{prefix}{}", &text[..end]);
    if !text[end..].starts_with('{') || !(path.is_empty() || path.ends_with("::")) {
        paths.push((at, path.trim_end_matches(':').to_owned()));
        return end;
    }
    let mut next = end + 1;
    loop {
        let rest = &text[next..];
        let gap = rest.find(|c: char| !(c.is_whitespace() || c == ',')).unwrap_or(rest.len());
        next += gap;
        if text[next..].starts_with('}') || next >= text.len() {
            return next + 1;
        }
        let len = expand(&path, &text[next..], at + next, paths);
        // `as name` behind a path.
        let tail = text[next + len..].find([',', '}']).unwrap_or(0);
        next += len + tail;
    }
}

#[test]
fn each_floor_names_only_those_before_it() {
    let places = places();
    let mut wrong = Vec::new();
    for path in files(&source()) {
        let inner = path.strip_prefix(source()).unwrap();
        let own = inner.components().next().unwrap().as_os_str().to_str().unwrap();
        let own = own.trim_end_matches(".rs");
        // `lib.rs` re-exports all floors. A floor's tests may use the whole house.
        if own == "lib" || inner.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
        {
            continue;
        }
        let floor = places[own];
        for (line, module) in named(&code(&fs::read_to_string(&path).unwrap())) {
            match places.get(&module) {
                Some(other) if *other > floor => wrong.push(format!(
                    "dash-runtime/src/{}:{line}: `{}` names `{module}`, which is on the floor `{}` above it",
                    inner.display(),
                    FLOORS[floor],
                    FLOORS[*other]
                )),
                Some(_) => {}
                None => {
                    wrong
                        .push(format!("dash-runtime/src/{}:{line}: `crate::{module}` is on no floor", inner.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} imports point upwards:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn private_only_re_exports() {
    let text = code(&fs::read_to_string(source().join("private.rs")).unwrap());
    let defined: Vec<&str> = text
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.starts_with("pub use"))
        .filter(|line| {
            ["pub ", "fn ", "struct ", "enum ", "trait ", "impl", "const ", "mod "]
                .iter()
                .any(|word| line.starts_with(word))
        })
        .collect();
    assert!(defined.is_empty(), "`private` defines: {defined:?}");
}

#[test]
fn a_tree_of_imports_is_read_with_its_lines() {
    let code = "use crate::{\n    a::{self, b},\n    callback::{call::Call as C, spec::{X, Y}},\n    words::prop,\n};\nfn f() { crate::server::g() }\n";
    let named = named(code);
    let expected = [(2, "a"), (2, "a"), (3, "call"), (3, "spec"), (3, "spec"), (4, "words"), (6, "server")];
    assert_eq!(named, expected.map(|(line, module)| (line, module.to_owned())));
}
