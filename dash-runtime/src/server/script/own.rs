//! The user's modules, which are served unchanged. Checks their imports.

use super::{Source, module};

/// The name of the page's script in these modules.
const SCRIPT: &str = "./dash.js";

/// Imports that cannot work, each with file and line. `exported` has the exports of the page's script, and `libraries` the
/// names of the libraries that are served beside it.
///
/// The browser reports any other fault of the module, and the page shows it at the component that needs the module.
pub(crate) fn faults_of_own(source: &Source<'_>, exported: &[String], libraries: &[&str]) -> Vec<String> {
    let mut faults = Vec::new();
    for (line, from, names) in module::imports_of(source.text) {
        let mut fault = |message: String| faults.push(super::Fault::new(line, message).within(source.file));
        // An absolute path may be a file that the program serves itself.
        if from.starts_with('/') && !from.starts_with("//") {
            continue;
        }
        if from.strip_prefix("./").is_some_and(|name| libraries.contains(&name)) {
            continue;
        }
        if from != SCRIPT {
            fault(format!(
                "`{from}` is not served with this module: it can import only from \"{SCRIPT}\", which exports {}",
                listed(exported)
            ));
            continue;
        }
        for name in names.unwrap_or_default().iter().filter(|name| exported.iter().all(|other| other != name.name)) {
            fault(format!("\"{SCRIPT}\" does not export `{}`, only {}", name.name, listed(exported)));
        }
    }
    faults
}

fn listed(names: &[String]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        faults_of_own(&Source { file: "dial.js", text }, &["Component", "define"].map(String::from), &["three.js"])
    }

    #[test]
    fn what_a_module_of_the_user_imports_must_be_there() {
        for good in [
            "import { Component, define } from \"./dash.js\";",
            "import * as dash from './dash.js'\n",
            "import * as three from './three.js'\n",
            "import chart, { a } from \"/static/chart.js\";",
            "const text = 'import { a } from \"./b.js\";'; const c = import.meta.url;",
            "// import { a } from \"./b.js\";",
            "a = b++ / c; this is (no JavaScript",
            "export const a = \"./b.js\"; export { a as c }",
        ] {
            assert_eq!(faults(good), [""; 0], "{good}");
        }
        for (wrong, fault) in [
            (
                "\nimport { a } from \"../../dash-runtime/client/element.js\";",
                "dial.js:2: `../../dash-runtime/client/element.js` is not",
            ),
            (
                "import { a } from \"dash\";",
                "dial.js:1: `dash` is not served with this module: it can import only from \"./dash.js\", which exports `Component`, `define`",
            ),
            ("import a, { b } from \"./b.js\"", "dial.js:1: `./b.js` is not served"),
            ("import \"https://example.org/a.js\";", "dial.js:1: `https://example.org/a.js` is not served"),
            ("export * from \"./b.js\";", "dial.js:1: `./b.js` is not served"),
            (
                "import { component } from \"./dash.js\";",
                "dial.js:1: \"./dash.js\" does not export `component`, only `Component`, `define`",
            ),
        ] {
            let found = faults(wrong);
            assert!(matches!(&found[..], [one] if one.starts_with(fault)), "{wrong}: {found:?}");
        }
    }
}
