//! The layers of the crate (ARCHITECTURE.md): each layer names only the layers before it. The test reports each other name
//! with file and line.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// The lowest layer first.
const LAYERS: [&str; 7] = ["wire", "words", "view", "wiring", "run", "engine", "server"];

/// Modules outside the layers, with the highest layer that they may name. `named` and `private` only re-export, and `testing` uses the
/// server.
const BESIDE: [(&str, &str); 3] = [("named", "server"), ("private", "server"), ("testing", "server")];

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

/// The layer of each module that code can name as `crate::module`. Such a module is a layer itself, or a module in a layer
/// that `lib.rs` re-exports.
fn layers() -> BTreeMap<String, usize> {
    let layer_of = |layer: &str| LAYERS.iter().position(|name| *name == layer).unwrap();
    let mut layers: BTreeMap<String, usize> = LAYERS.iter().map(|name| ((*name).to_owned(), layer_of(name))).collect();
    layers.extend(BESIDE.map(|(module, layer)| (module.to_owned(), layer_of(layer))));
    let lib = code(&fs::read_to_string(source().join("lib.rs")).unwrap());
    let lib = lib.replace("crate::", "");
    for (at, _) in lib.match_indices("use ") {
        let mut paths = Vec::new();
        expand("", &lib[at + "use ".len()..], 0, &mut paths);
        for (_, path) in paths {
            let mut words = path.split("::");
            if let (Some(layer), Some(module)) = (words.next(), words.next())
                && LAYERS.contains(&layer)
            {
                layers.insert(module.to_owned(), layer_of(layer));
            }
        }
    }
    layers
}

/// The code without comments and without the tests at its end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let line = |line: &str| line.split("//").next().unwrap_or_default().to_owned() + "\n";
    text.lines().map(line).collect()
}

/// The modules of the crate that the code names with `crate::a::b` or `use crate::{a::b, c}`, each with its line. `callback`
/// has modules of two layers, so for `callback::spec` the result has `spec`.
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
            // `callback` also re-exports these three items directly.
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

/// Appends the paths in a tree such as `a::{b, c::d}`, each with its position. Returns the length of the tree.
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
        // Skips `as name` after a path.
        let tail = text[next + len..].find([',', '}']).unwrap_or(0);
        next += len + tail;
    }
}

#[test]
fn each_layer_names_only_those_before_it() {
    let layers = layers();
    let mut wrong = Vec::new();
    for path in files(&source()) {
        let inner = path.strip_prefix(source()).unwrap();
        let own = inner.components().next().unwrap().as_os_str().to_str().unwrap();
        let own = own.trim_end_matches(".rs");
        // `lib.rs` re-exports all layers. The tests of a layer may use the whole crate.
        if own == "lib" || inner.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs")
        {
            continue;
        }
        let layer = layers[own];
        for (line, module) in named(&code(&fs::read_to_string(&path).unwrap())) {
            match layers.get(&module) {
                Some(other) if *other > layer => wrong.push(format!(
                    "dash-runtime/src/{}:{line}: `{}` names `{module}`, which is in the layer `{}` above it",
                    inner.display(),
                    LAYERS[layer],
                    LAYERS[*other]
                )),
                Some(_) => {}
                None => {
                    wrong
                        .push(format!("dash-runtime/src/{}:{line}: `crate::{module}` is in no layer", inner.display()));
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
