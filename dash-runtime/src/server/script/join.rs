//! Joins modules into one script. Each module becomes a block, which has its own scope, after the modules that it
//! imports.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    Fault, Source,
    lexer::{Kind, Token},
    module::{self, Module},
    name_in,
};

/// Part of all names that the joiner makes. No module may use such a name.
const RESERVED: &str = "$$";
/// The object with the exports of all modules.
const ALL: &str = "$$";

/// The joined script.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Script {
    pub(crate) text: String,
    /// The names that other modules can import from it.
    pub(crate) exports: Vec<String>,
}

/// Makes a script that runs all of `parts` and then the module `entry`, with the modules of `library` that they import.
/// It exports what `entry` exports.
///
/// Everything that the joiner does not support, each with file and line.
pub(crate) fn join(library: &[Source<'_>], parts: &[Source<'_>], entry: &str) -> Result<Script, Vec<String>> {
    let mut faults = Vec::new();
    let read = read_needed(library, parts, entry, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    for (source, module) in read.values() {
        let wrong = wrong_imports(module, &read).chain(reserved(module));
        faults.extend(wrong.map(|fault| fault.within(source.file)));
    }
    let ordered = match order(&read, entry) {
        Ok(ordered) if faults.is_empty() => ordered,
        Ok(_) => return Err(faults),
        Err(circle) => {
            faults.push(circle);
            return Err(faults);
        }
    };
    let keys = Keys::new(read.values().map(|(_, module)| module));
    let mut text = format!("const {ALL}={{}};\n");
    for name in ordered {
        write_module(&read[name].1, &keys, &mut text);
    }
    let exports = read.get(entry).map(|(_, module)| module.exports.as_slice()).unwrap_or_default();
    let mut exports: Vec<_> = exports.iter().map(|export| export.alias.to_owned()).collect();
    exports.sort();
    if !exports.is_empty() {
        // Writing to a string cannot fail.
        let pairs: Vec<_> = exports.iter().map(|name| pair(&keys.of(entry, name), name)).collect();
        let _ = writeln!(text, "export const{{{}}}={ALL};", pairs.join(","));
    }
    Ok(Script { text, exports })
}

/// Modules with their sources, by their names.
type Modules<'m, 's> = BTreeMap<&'m str, (&'s Source<'m>, Module<'m>)>;

/// Reads `parts`, the module `entry`, and the modules of `library` that they import. Most dashboards need half of the
/// library, and reading takes most of the time until a server starts.
fn read_needed<'m, 's>(
    library: &'s [Source<'m>],
    parts: &'s [Source<'m>],
    entry: &str,
    faults: &mut Vec<String>,
) -> Modules<'m, 's> {
    let mut read = Modules::new();
    let entry = library.iter().filter(|source| source.name() == entry);
    let mut left: Vec<_> = entry.chain(parts).collect();
    let mut next = 0;
    while let Some(source) = left.get(next).copied() {
        next += 1;
        match read.get(source.name()) {
            None => {}
            // Several modules import one, and a component of the library may be in both lists.
            Some((known, _)) if known.text == source.text => continue,
            Some(_) => {
                faults.push(Fault::new(1, "another module has this name").within(source.file));
                continue;
            }
        }
        match module::read(source) {
            Ok(module) => {
                for import in &module.imports {
                    let other = library.iter().find(|other| other.name() == name_in(import.from));
                    // Each once, also if it cannot be read.
                    left.extend(other.filter(|other| !left.iter().any(|known| std::ptr::eq(*known, *other))));
                }
                read.insert(source.name(), (source, module));
            }
            Err(fault) => faults.push(fault.within(source.file)),
        }
    }
    read
}

/// Imports of missing modules, and of names that a module does not export.
fn wrong_imports<'m>(module: &'m Module<'_>, all: &'m Modules<'_, '_>) -> impl Iterator<Item = Fault> + 'm {
    module.imports.iter().flat_map(move |import| {
        let from = all.get(name_in(import.from));
        let missing = from.is_none().then(|| format!("there is no module `{}`", import.from));
        let names = from.map(|(_, other)| {
            let unknown =
                import.names.iter().filter(|name| other.exports.iter().all(|export| export.alias != name.name));
            unknown.map(|name| format!("`{}` does not export `{}`", import.from, name.name))
        });
        missing.into_iter().chain(names.into_iter().flatten()).map(|message| Fault::new(import.line, message))
    })
}

fn reserved(module: &Module<'_>) -> impl Iterator<Item = Fault> {
    let taken = module.code.iter().filter(|token| token.kind == Kind::Word && token.text.contains(RESERVED));
    taken.map(|token| Fault::new(token.line, format!("names that contain `{RESERVED}` are reserved for the joiner")))
}

/// The modules in an order in which each comes after those that it imports. `entry` is last.
fn order<'m>(all: &Modules<'m, '_>, entry: &'m str) -> Result<Vec<&'m str>, String> {
    let mut waiting: Vec<_> = all.keys().copied().filter(|name| *name != entry).chain([entry]).collect();
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let is_ready = |name: &&str| {
            let mut imports = all[name].1.imports.iter().map(|import| name_in(import.from));
            imports.all(|import| ordered.contains(&import) || !all.contains_key(import))
        };
        match waiting.iter().position(is_ready) {
            // The entry starts after everything else has run.
            Some(at) if waiting[at] != entry || waiting.len() == 1 => ordered.push(waiting.remove(at)),
            _ => {
                return Err(format!(
                    "these modules import each other in a circle, or one of them imports the entry module: {}",
                    waiting.join(", ")
                ));
            }
        }
    }
    Ok(ordered)
}

/// Writes `{const{a}=$$; .. Object.assign($$,{b})}`. A block has its own scope.
fn write_module(module: &Module<'_>, keys: &Keys<'_>, out: &mut String) {
    out.push('{');
    let imports = module
        .imports
        .iter()
        .flat_map(|import| import.names.iter().map(|name| pair(&keys.of(name_in(import.from), name.name), name.alias)));
    let imports: Vec<_> = imports.collect();
    if !imports.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(out, "const{{{}}}={ALL};", imports.join(","));
    }
    let mut before: Option<&Token<'_>> = None;
    for token in &module.code {
        out.push_str(before.map_or("", |before| between(before, token)));
        out.push_str(token.text);
        before = Some(token);
    }
    let exports: Vec<_> =
        module.exports.iter().map(|export| pair(&keys.of(module.name, export.alias), export.name)).collect();
    if !exports.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(out, "\nObject.assign({ALL},{{{}}})", exports.join(","));
    }
    out.push_str("}\n");
}

/// The keys of all exports. A key is the exported name. If several modules export the same name, the key also has the
/// module's name.
struct Keys<'a> {
    shared: BTreeSet<&'a str>,
}

impl<'a> Keys<'a> {
    fn new<'m>(modules: impl Iterator<Item = &'m Module<'a>>) -> Self
    where
        'a: 'm,
    {
        let mut seen = BTreeSet::new();
        let names = modules.flat_map(|module| module.exports.iter().map(|export| export.alias));
        Self { shared: names.filter(|name| !seen.insert(*name)).collect() }
    }

    fn of(&self, module: &str, name: &str) -> String {
        if self.shared.contains(name) { format!("{name}{RESERVED}{module}") } else { name.to_owned() }
    }
}

/// The shortest gap between two tokens that keeps their meaning.
fn between(before: &Token<'_>, token: &Token<'_>) -> &'static str {
    // Punctuators that cannot merge with a neighbour into a longer valid punctuator.
    const ALONE: [&str; 12] = ["(", ")", "[", "]", "{", "}", ";", ",", ":", "=", "=>", "?"];
    const NEVER_ENDS: [&str; 8] = ["(", "[", "{", ";", ",", ":", "=", "=>"];
    let is = |token: &Token<'_>, set: &[&str]| token.kind == Kind::Punct && set.contains(&token.text);
    match token.gap {
        gap if gap.text.is_empty() => "",
        // A line end becomes a blank if no statement can end here, or if it ends here anyway.
        gap if gap.has_line_end && !is(before, &NEVER_ENDS) && !is(token, &[")", "]", "}"]) => "\n",
        _ if is(before, &ALONE) || is(token, &ALONE) => "",
        _ if is_operand(before) && is_operator(token) || is_operator(before) && is_operand(token) => "",
        _ => " ",
    }
}

fn is_operator(token: &Token<'_>) -> bool {
    // A dot could become part of a number.
    token.kind == Kind::Punct && token.text != "."
}

fn is_operand(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Word | Kind::Number | Kind::String | Kind::Template)
}

/// `key:value`, for an object or a pattern.
fn pair(key: &str, value: &str) -> String {
    if key == value { key.to_owned() } else { format!("{key}:{value}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join_all(files: &[(&str, &str)]) -> Result<String, Vec<String>> {
        let sources: Vec<_> = files.iter().map(|(file, text)| Source { file, text }).collect();
        join(&sources[..1], &sources[1..], "main").map(|script| script.text)
    }

    #[test]
    fn each_module_has_its_own_scope() {
        let joined = join_all(&[
            (
                "client/main.js",
                "import { A, two as second } from \"./a.js\";\nconst hidden = A + second;\nexport { hidden as shown };\n",
            ),
            ("client/a.js", "// one\nconst hidden = 1;\nexport const A = hidden;\nexport async function two() {}\n"),
        ]);
        let wanted = "const $$={};\n\
                      {const hidden=1;const A=hidden;async function two(){}\nObject.assign($$,{A,two})}\n\
                      {const{A,two:second}=$$;const hidden=A+second;\nObject.assign($$,{shown:hidden})}\n\
                      export const{shown}=$$;\n";
        assert_eq!(joined.as_deref(), Ok(wanted));
    }

    /// Regression test: the joiner deleted every line that begins with `*`.
    #[test]
    fn a_product_over_two_lines_stays_what_it_is() {
        let text =
            "/**\n * A B.\n */\nexport const area = (a, b) => a\n  * b; // c\nconst c = /* d */ area(1,/* e\n */2);";
        let joined = join_all(&[("main.js", text)]).unwrap();
        assert!(joined.contains("{const area=(a,b)=>a\n*b;const c=area(1,2);\n"), "{joined}");
    }

    #[test]
    fn texts_templates_and_regular_expressions_are_never_changed() {
        for (code, kept) in [
            ("const a = `\n  // b\n\n    * c\n`;", "=`\n  // b\n\n    * c\n`;"),
            ("const a = \"import { b } from 'c'\";", "=\"import { b } from 'c'\";"),
            (r#"const a = /\/\* export  /.test("/*");"#, r#"=/\/\* export  /.test("/*");"#),
            ("const a = import.meta.url;", "const a=import.meta.url;"),
            ("const a = () => import(\"./b.js\");", "const a=()=>import(\"./b.js\");"),
            ("const a = { import: 1, export: 2 }.import;", "{import:1,export:2}.import;"),
        ] {
            let joined = join_all(&[("main.js", code)]).unwrap();
            assert!(joined.contains(kept), "{joined}");
        }
    }

    #[test]
    fn a_gap_between_tokens_stays_where_it_means_something() {
        for code in [
            "a + +b - -c+ ++d",
            "a < !--b",
            "1 .toFixed()",
            "a / /b/.c",
            "x = a\n(b)",
            "return_\n[a]",
            "let a\n++b",
            "typeof a in b instanceof c",
            "class A{static b\nstatic c}",
        ] {
            let spaced = code.replace(' ', "  ").replace('\n', "\n\n  // d\n  ");
            let [once, twice] = [code, &spaced].map(|code| join_all(&[("main.js", code)]).unwrap());
            assert_eq!(once, twice);
            let gaps = |text: &str| text.split([' ', '\n']).filter(|part| !part.is_empty()).count();
            assert!(gaps(&once) > 3 || code.starts_with("x ="), "{once}");
        }
        let joined = join_all(&[("main.js", "a + +b; a < !--c; d / /e/; 1 .f; let g\n++h\n(i)\n[j]")]).unwrap();
        assert!(joined.contains("a+ +b;a< !--c;d/ /e/;1 .f;let g\n++h\n(i)\n[j]"), "{joined}");
    }

    #[test]
    fn unused_modules_are_left_out() {
        let library: Vec<_> = [
            ("client/main.js", "import { b } from \"./b.js\"; b();"),
            ("client/a.js", "export const a = 1;"),
            ("client/b.js", "export const b = 2;"),
            ("client/c.js", "import { a } from \"./a.js\"; export const c = a;"),
        ]
        .map(|(file, text)| Source { file, text })
        .into();
        let part = Source { file: "part.js", text: "import { c } from \"../client/c.js\"; c();" };
        let names = |parts: &[Source<'_>]| {
            let text = join(&library, parts, "main").unwrap().text;
            ["{a}", "{b}", "{c}"].map(|name| text.contains(&format!("Object.assign($$,{name})")))
        };
        assert_eq!(names(&[]), [false, true, false]);
        assert_eq!(names(&[part]), [true, true, true]);
    }

    #[test]
    fn fault_a_faulty_module_was_reported_for_each_of_its_importers() {
        let library =
            [("main.js", "import \"./a.js\"; import \"./b.js\";"), ("a.js", "import \"./b.js\";"), ("b.js", "f(")]
                .map(|(file, text)| Source { file, text });
        assert_eq!(join(&library, &[], "main").unwrap_err(), ["b.js:1: this `(` is never closed"]);
    }

    #[test]
    fn two_modules_can_export_the_same_name() {
        let joined = join_all(&[
            ("main.js", "import { a } from \"./b.js\"; import { a as second } from \"./c.js\"; a + second;"),
            ("b.js", "export const a = 1;"),
            ("c.js", "export const a = 2;"),
        ]);
        let wanted = "const $$={};\n{const a=1;\nObject.assign($$,{a$$b:a})}\n{const a=2;\nObject.assign($$,{a$$c:a})}\n\
                      {const{a$$b:a,a$$c:second}=$$;a+second;}\n";
        assert_eq!(joined.as_deref(), Ok(wanted));
    }

    #[test]
    fn unsupported_syntax_is_an_error_with_file_and_line() {
        for (code, fault) in [
            ("\nimport a from \"./b.js\";", "m.js:2: an import is written"),
            ("import * as a from \"./b.js\";", "m.js:1: an import is written"),
            ("import { a } from \"./b.js\" with { type: \"json\" };", "m.js:1: an import is written"),
            ("\n\nexport default 1;", "m.js:3: an export is written"),
            ("export * from \"./b.js\";", "m.js:1: an export is written"),
            ("export let a = 1;", "m.js:1: an export is written"),
            ("export const { a } = b;", "m.js:1: an export is written"),
            ("export const a = f(1, 2), b = 1;", "m.js:1: an export is written"),
            ("export { a } from \"./b.js\";", "m.js:1: an export is written"),
            ("a();\nawait b();", "m.js:2: `await` is not allowed at the top level"),
            ("const $$a = 1;", "m.js:1: names that contain `$$`"),
            ("import { a } from \"./b.js\";", "m.js:1: there is no module `./b.js`"),
            ("import { a } from \"./main.js\";", "m.js:1: `./main.js` does not export `a`"),
            ("f(\n", "m.js:1: this `(` is never closed"),
        ] {
            let faults = join_all(&[("main.js", ""), ("m.js", code)]).unwrap_err();
            assert!(faults[0].starts_with(fault), "{code}: {faults:?}");
        }
    }

    #[test]
    fn modules_that_import_each_other_are_refused() {
        let faults = join_all(&[
            ("main.js", "import \"./a.js\";"),
            ("a.js", "import { b } from \"./b.js\";\nexport const a = b;"),
            ("b.js", "import { a } from \"./a.js\";\nexport const b = a;"),
        ]);
        assert!(faults.unwrap_err()[0].contains("in a circle"), "a and b");
        let twice = join_all(&[("main.js", ""), ("x/a.js", ""), ("y/a.js", "b;")]);
        assert_eq!(twice, Err(vec!["y/a.js:1: another module has this name".to_owned()]));
    }
}
