//! Checks what README.md, ARCHITECTURE.md and CONTRIBUTING.md claim: excerpts, compile errors and paths.
//!
//! After a change of the shortest example or of a message: `TRYBUILD=overwrite cargo test --test docs`, then
//! `TRYBUILD=overwrite cargo test -p ui-tests -- ui trybuild=readme`, then correct README.md until this passes.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{fs, path::Path};

const EXAMPLE: &str = "examples/brightness/main.rs";

/// The mistakes behind README's errors, each made in the shortest example: name, replaced text, new text.
const MISTAKES: &[(&str, &[(&str, &str)])] = &[
    ("typo", &[("#[input(Ui::brightness.value)]", "#[input(Ui::brigthness.value)]")]),
    ("two_writers", &[("output = Ui::flashes.text", "output = Ui::readout.text")]),
    ("wrong_type", &[("-> String {\n    lamp", "-> f64 {\n    lamp"), ("format!(\"{percent:.0} %\")", "percent")]),
    ("no_device", &[("type Device = Lamp;", "type Device = ();"), ("Lamp { percent: 0.0 }", "()")]),
];

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The fenced blocks of a language.
fn blocks(markdown: &str, language: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut block: Option<(bool, String)> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), &mut block) {
            (Some(info), None) => block = Some((info == language, String::new())),
            (Some(_), Some((wanted, text))) => {
                if *wanted {
                    found.push(std::mem::take(text));
                }
                block = None;
            }
            (None, Some((_, text))) => *text += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    found
}

#[test]
fn each_component_is_in_the_list_with_its_properties() {
    let list = read("docs/components.md");
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("dash-components/schema");
    let files = fs::read_dir(schema).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let missing: Vec<String> =
        files.filter(|file| !list.contains(&format!("(../dash-components/schema/{file})"))).collect();
    assert_eq!(missing, [""; 0], "docs/components.md has no link to them");
}

#[test]
fn excerpts_are_what_is_in_the_files() {
    let files = |paths: &[&str]| paths.iter().map(|path| read(path)).collect::<Vec<_>>();
    let component = files(&["dash-components/src/core/text.rs"]);
    let tank = files(&["examples/tank/tank.js", "examples/tank/main.rs"]);
    let cases = [
        ("README.md", vec!["rust"], files(&[EXAMPLE])),
        ("CONTRIBUTING.md", vec!["rust"], component),
        ("docs/guide/components.md", vec!["js"], tank),
    ];
    for (document, languages, sources) in cases {
        let text = read(document);
        for language in languages {
            let blocks = blocks(&text, language);
            assert!(!blocks.is_empty(), "{document} has no {language}");
            for block in blocks {
                let there = sources.iter().any(|source| source.contains(&block));
                assert!(there, "{document} shows what is not in the file:\n{block}");
            }
        }
    }
}

#[test]
fn the_compile_errors_shown_are_what_the_compiler_says() {
    let example = read(EXAMPLE);
    let mut said = String::new();
    for (name, replacements) in MISTAKES {
        let path = format!("tests/ui/readme/fail/{name}.rs");
        let wrong = replacements.iter().fold(example.clone(), |text, (right, wrong)| {
            assert!(text.contains(right), "{EXAMPLE} has no `{right}`");
            text.replace(right, wrong)
        });
        if std::env::var_os("TRYBUILD").is_some_and(|value| value == "overwrite") {
            fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path), &wrong).unwrap();
        }
        assert!(read(&path) == wrong, "{path} is not {EXAMPLE} with its mistake");
        let golden = read(&format!("tests/ui/readme/fail/{name}.stderr"));
        said += &golden.replace("$DIR/", "").replace(&format!("readme/fail/{name}.rs"), EXAMPLE);
    }
    let errors = blocks(&read("README.md"), "text");
    assert_eq!(errors.len(), MISTAKES.len());
    for error in errors {
        // Omitted lines are written as a separate line between the parts.
        let mut parts = error.split("[...]\n");
        let first = parts.next().unwrap_or_default();
        let at = said.find(first).unwrap_or_else(|| panic!("the compiler does not say:\n{first}"));
        let mut rest = &said[at..];
        for part in parts {
            let at = rest.find(part).unwrap_or_else(|| panic!("the compiler does not say:\n{part}"));
            rest = &rest[at..];
        }
    }
}

/// The documentation compiles this component.
#[test]
fn the_first_component_of_the_guide_is_short() {
    let text = read("docs/guide/components.md");
    let (_, text) = text.split_once("## Your first component").unwrap_or_default();
    let first = blocks(text, "").into_iter().next().unwrap_or_default();
    assert!(first.contains("impl View for Tank") && first.lines().count() <= 30, "{first}");
}

/// Words in code spans, link targets and shell commands that look like paths of this repository.
fn paths(markdown: &str) -> Vec<String> {
    let mut fenced = false;
    let prose = markdown.lines().filter(|line| {
        let fence = line.starts_with("```");
        fenced ^= fence;
        !fenced && !fence
    });
    let prose: String = prose.flat_map(|line| [line, "\n"]).collect();
    let code = prose.split('`').skip(1).step_by(2);
    let links = markdown.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let pictures = ["src=\"", "srcset=\""].into_iter().flat_map(|key| markdown.split(key).skip(1));
    let pictures = pictures.filter_map(|rest| rest.split('"').next());
    let shell = blocks(markdown, "sh");
    let words =
        code.chain(links).chain(pictures).chain(shell.iter().map(String::as_str)).flat_map(str::split_whitespace);
    let folders = [
        "dash-macros/",
        "dash-runtime/",
        "dash-components/",
        "src/",
        "tests/",
        "examples/",
        "docs/",
        "benches/",
        ".ci/",
        "./",
    ];
    let files = [".md", ".toml", ".sh", ".json"];
    words
        .map(|word| word.trim_matches(['(', ')', ',', ';', ':']))
        .filter(|word| !word.contains(['*', '<', '$']) && !word.contains("://"))
        .filter(|word| {
            folders.iter().any(|folder| word.starts_with(folder)) || files.iter().any(|end| word.ends_with(end))
        })
        .map(str::to_owned)
        .collect()
}

#[test]
fn paths_exist() {
    for document in ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"] {
        let paths = paths(&read(document));
        assert!(paths.len() > 3, "{document} names {paths:?}");
        for path in paths {
            let there = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path).exists();
            assert!(there, "{document} names `{path}`, which is not there");
        }
    }
}

/// The package names after `-p` in commands.
fn packages(markdown: &str) -> impl Iterator<Item = &str> {
    markdown.split(" -p ").skip(1).filter_map(|rest| rest.split([' ', '`', '\n']).next())
}

#[test]
fn commands_name_packages_that_exist() {
    let manifests =
        ["", "dash-macros/", "dash-runtime/", "dash-components/", "tests/browser/", "tests/ui/", "tests/mistakes/"]
            .map(|folder| read(&format!("{folder}Cargo.toml")));
    for document in ["README.md", "CONTRIBUTING.md", "docs/parity.md", "tests/README.md"] {
        for package in packages(&read(document)) {
            let name = format!("\nname = \"{package}\"\n");
            let there = manifests.iter().any(|manifest| manifest.contains(&name));
            assert!(there, "{document} has a command for `{package}`, which is no package of this workspace");
        }
    }
}

/// The rows of the tables of a document, which have three columns. The last one has the tests.
fn rows(document: &str) -> Vec<[String; 3]> {
    let text = read(document);
    let is_head = |line: &str| line.starts_with("| ---") || line.ends_with("| proof |") || line.ends_with("| tests |");
    let rows = text.lines().filter(|line| line.starts_with('|') && !is_head(line));
    let cells = |row: &str| {
        let cells: Vec<String> = row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect();
        cells.try_into().unwrap_or_else(|cells| panic!("not three cells: {cells:?}"))
    };
    rows.map(cells).collect()
}

/// Whether the file has a test with this name: a Rust function below `#[test]` or similar, or a title in JavaScript.
fn has_test(file: &str, name: &str) -> bool {
    let text = read(file);
    if file.ends_with(".js") {
        return text.contains(&format!("test(\"{name}\""));
    }
    text.match_indices(&format!("fn {name}(")).any(|(at, _)| {
        let above = text[..at].rfind('\n').map_or("", |end| &text[..end]);
        let mut above =
            above.lines().rev().map(str::trim).take_while(|line| line.starts_with("#[") || line.starts_with("//"));
        above.any(|line| line.starts_with("#[test]") || line.starts_with("#[tokio::test"))
    })
}

/// Checks that each of the tests in this cell exists.
fn tests_exist(what: &str, cell: &str) {
    for test in cell.split("<br>") {
        let test = test.trim_matches('`');
        let found = match test.split_once("::") {
            Some((file, name)) => has_test(file, name),
            // A compile-time case, and the compiler's message for it.
            None => {
                let has_message = !test.contains("/fail/") || !read(&test.replace(".rs", ".stderr")).is_empty();
                test.starts_with("tests/ui/") && !read(test).is_empty() && has_message
            }
        };
        assert!(found, "{what}: `{test}` is not there");
    }
}

#[test]
fn each_fault_that_was_found_names_tests_that_exist() {
    let rows = rows("docs/faults.md");
    assert!(rows.len() > 70, "{} rows", rows.len());
    for [fault, found, tests] in rows {
        assert!(!found.is_empty(), "{fault}: who found it?");
        tests_exist(&fault, &tests);
    }
    // Each section of the findings has its table.
    assert_eq!(read("docs/faults.md").matches("\n## ").count(), read("docs/faults.md").matches("| tests |\n").count());
}

/// Words of the expansions, and of rustc about traits that users have never heard of: as in `tests/mistakes/`.
const NOT_OF_USERS: [&str; 7] =
    ["__private", "__Fresh", "_DASH", "private::", "dash_runtime::", "kind::", "the trait bound"];

/// These have one, for a reason.
const WITH_SUCH_WORDS: [&str; 3] = [
    // The label has the path of a generic implementation, which rustc names: see `tests/README.md`.
    "tests/ui/fleet/fail/in_a_row.stderr",
    "tests/ui/rows/fail/dynamic_in_a_row.stderr",
    // The sentence is about `Clone`, which users know.
    "tests/ui/clients/fail/session_without_clone.stderr",
];

#[test]
fn no_error_of_the_compiler_names_what_expansions_use() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui");
    let topics = fs::read_dir(ui).unwrap().map(|topic| topic.unwrap().path().join("fail")).filter(|fail| fail.is_dir());
    let files = topics.flat_map(|fail| fs::read_dir(fail).unwrap()).map(|file| file.unwrap().path());
    let (mut count, mut found) = (0, Vec::new());
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "stderr")) {
        count += 1;
        let text = fs::read_to_string(&file).unwrap();
        // The sentence of each error, and what is written beside its mark.
        let mut told: Vec<&str> = Vec::new();
        for error in text.split("\n\n") {
            let lines: Vec<&str> = error.lines().collect();
            if lines.first().is_some_and(|line| line.starts_with("error")) {
                told.extend(lines.first());
                told.extend(lines.iter().find(|line| line.contains('^')));
            }
        }
        if told.iter().any(|line| NOT_OF_USERS.iter().any(|word| line.contains(word))) {
            let file = file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
            found.push(file.to_string_lossy().into_owned());
        }
    }
    found.sort();
    let mut expected = WITH_SUCH_WORDS.to_vec();
    expected.sort_unstable();
    assert!(count > 500, "{count} messages");
    assert_eq!(found, expected);
}

#[test]
fn each_row_of_the_table_of_features_names_tests_that_exist_or_says_why_there_is_none() {
    let rows = rows("docs/parity.md");
    assert!(rows.len() > 100, "{} rows", rows.len());
    for [there, here, tests] in rows {
        assert!(!here.starts_with("Not yet"), "{there}: say why, or build it");
        // A skipped feature may name a test of its replacement.
        if here.starts_with("Skip") && tests == "–" {
            continue;
        }
        tests_exist(&there, &tests);
    }
}

/// The folders in `examples/`.
fn examples() -> Vec<String> {
    let folder = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).unwrap();
    let mut names: Vec<_> = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn every_example_is_listed_and_begins_with_the_command_that_runs_it() {
    for name in examples() {
        let text = read(&format!("examples/{name}/main.rs"));
        let top: String =
            text.lines().take_while(|line| line.starts_with("//!")).flat_map(|line| [line, "\n"]).collect();
        assert!(
            read("README.md").contains(&format!("| `examples/{name}` |")),
            "README.md does not list examples/{name}"
        );
        let commands: Vec<_> = top.lines().filter(|line| line.starts_with("//! cargo run ")).collect();
        assert!(
            matches!(commands[..], [command] if command.ends_with(&format!(" --example {name}"))),
            "examples/{name}: {commands:?}"
        );
    }
}

#[test]
fn the_pictures_are_small_enough() {
    for name in ["bench_supply-light.png", "bench_supply-dark.png"] {
        let size = fs::metadata(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures").join(name)).unwrap().len();
        assert!(size < 250_000, "{name} has {size} bytes");
    }
}

/// The names at the end of a `use` tree: for `a::{b, c::{D, E as _}}` they are `b`, `D` and `E as _`.
fn leaves(tree: &str) -> Vec<String> {
    let tree = tree.trim();
    let Some((_, inside)) = tree.split_once('{') else {
        return vec![tree.rsplit("::").next().unwrap_or_default().trim().to_owned()];
    };
    let Some(inside) = inside.trim_end().strip_suffix('}') else { panic!("a tree that is not closed: {inside}") };
    let (mut parts, mut depth, mut part) = (Vec::new(), 0_u32, String::new());
    for c in inside.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 {
            parts.push(std::mem::take(&mut part));
        } else {
            part.push(c);
        }
    }
    parts.push(part);
    parts.iter().filter(|part| !part.trim().is_empty()).flat_map(|part| leaves(part)).collect()
}

/// A user's crate gets each of these names without asking for it, so new ones need care.
#[test]
fn the_prelude_has_these_names_and_no_others() {
    let source = read("src/lib.rs");
    let (_, prelude) = source.split_once("pub mod prelude {\n").expect("a prelude");
    let (prelude, _) = prelude.split_once("\n}\n").expect("its end");
    let code: String = prelude.lines().filter(|line| !line.trim().starts_with("//")).collect();
    let uses = code.split(';').filter(|part| !part.trim().is_empty());
    let mut names: Vec<_> = uses.flat_map(|part| leaves(part.trim().trim_start_matches("pub use"))).collect();
    names.sort_unstable();
    let expected = "Alarm, Alarms, Align, AlignExt as _, Armed, Attachment, AttitudeIndicator, AudioFrame, AudioLevel, AuditLog, Axes, \
        AxisRange, Badge, Banner, Bar, Bars, Battery, Bindings, Bins, BrowserStore, Button, ButtonTone, Callbacks, \
        Camera, Cancellation, Cause, Cell, Checklist, Choice, Choices, Client, Clients, Clipboard, Code, Color, \
        ColorPicker, Column, Combobox, Compass, Condition, Container, Control, Curve, Dashboard, Date, \
        DatePicker, DateRange, DateRangePicker, Device, Dialog, Download, Drawer, Dropdown, Edit, Element, \
        EventMarker, Failure, Fence, Figure, Gauge, Geolocation, Graph, GraphPoint, GraphPoints, GraphSelection, \
        Handle, Heatmap, HelpExt as _, Histogram, HoldButton, Icon, Image, Indicator, Input, IntoElement, Joystick, Jpeg, \
        Json, JsonTree, Kept, KeyboardShortcut, Keypad, Knob, LedDisplay, LocationFault, Log, LogLevel, LogLine, \
        MachineState, Many, Map, MapPoint, Markdown, Marked, Matrix, Meter, MultiSelect, NumberInput, Pad, \
        PadButton, PadPoint, Picture, Place, Pose, Position, PowerButton, PrecisionInput, Progress, \
        ProgressSink, QrCode, QrText, Quality, RadioItems, RangeSlider, Reading, Received, Role, Route, Route, Router, RowAlign, Rows, \
        Sample, SegmentedControl, SendOn, Series, Serve as _, SessionOf, Severity, Slider, Span, Sparkline, \
        Spectrum, Split, Stat, StateGraph, StateMachine, Status, StatusList, Stop, Stops, Sweep, Switch, Table, Tabs, \
        Tank, Terminal, Text, Textarea, ThemeSwitch, Thermometer, TimeOfDay, TimePicker, Tone, Tooltip, Track, \
        Tree, TreeNode, TreeNodes, Trend, Trigger, Upload, Video, Waterfall, Width, WidthExt as _, XY, \
        accordion, bindings, brand, callback, callback_shared, callbacks, card, changes, column, components, \
        dock, grid, header, heading, link, navigation, not_found_view, page, row, section, spacer, text, value, view";
    assert_eq!(names.join(", "), expected);
}

/// All Rust sources below a folder.
fn sources(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target" && name != "node_modules") {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            *found += &fs::read_to_string(&path).unwrap();
        }
    }
}

#[test]
fn each_test_that_proves_a_protection_is_there() {
    let mut code = String::new();
    for folder in ["tests", "dash-runtime", "dash-components"] {
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut code);
    }
    let text = read("docs/security.md");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| S")).collect();
    assert_eq!(rows.len(), 29, "S24 and S25 share a row");
    let (_, promises) = text.split_once("| promise | tests |").expect("the table of promises");
    let promises: Vec<&str> = promises.lines().skip(2).take_while(|line| line.starts_with('|')).collect();
    assert!(promises.len() > 25, "{}", promises.len());
    let proofs = rows.iter().filter_map(|row| row.split('|').nth(3));
    for proof in proofs.chain(promises.iter().filter_map(|row| row.split('|').nth(2))) {
        assert!(proof.contains('`'), "there is no test: {proof}");
        for name in proof.split('`').skip(1).step_by(2) {
            // The error of the compiler for a mistake, or the tests of a module of the script.
            let is_file = [".rs", ".test.js"].iter().any(|ending| name.ends_with(ending));
            let is_there = match is_file {
                true => Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name).exists(),
                false => code.contains(&format!("fn {name}(")),
            };
            assert!(is_there, "docs/security.md names {name}, which is no test");
        }
    }
}

/// Relays are the feature `nats`. Without it, no package of the broker is compiled, and with it, there is one.
#[test]
fn a_dashboard_without_relays_compiles_nothing_of_the_broker() {
    let packages = |features: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO"));
        command.args(["tree", "--offline", "--edges", "normal,build", "--prefix", "none"]).args(features);
        let output = command.args(["--package", "dash-devices"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let has_broker = |features: &[&str]| packages(features).lines().any(|line| line.starts_with("async-nats "));
    assert!(!has_broker(&[]), "the default features");
    assert!(has_broker(&["--features", "nats"]));
}
