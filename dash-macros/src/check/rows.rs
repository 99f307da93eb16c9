//! Checks of a callback's references to rows of lists.

use std::collections::HashMap;

use proc_macro2::Span;

use crate::{diag::Faults, model::Callback, syntax::port::Port};

/// All checks of one callback's rows. `every` is the span of that key. `complete` is false if a part of the input could
/// not be parsed: a missing key may then be misspelt.
pub(crate) fn run(callback: &Callback, every: Option<Span>, complete: bool, faults: &mut Faults) {
    one_row(callback, faults);
    one_key(callback, complete, faults);
    one_way_to_write(callback, faults);
    one_way_to_start(callback, faults);
    all_rows_only_where_rows_are_meant(callback, faults);
    nothing_that_is_not_of_a_row(callback, every, faults);
}

/// All `[key]` name the same row of the same list.
fn one_row(callback: &Callback, faults: &mut Faults) {
    let mut first: Option<(String, String, String)> = None;
    // The parameter says what the row is called, if a property says the same.
    let called = callback.keys().find_map(|key| key.name.as_ref()).map(ToString::to_string);
    let says = |port: &&Port| called.is_some() && port.row().map(|(_, word)| word.to_string()) == called;
    let (same, others): (Vec<_>, Vec<_>) = callback.ports().partition(says);
    for port in same.into_iter().chain(others) {
        let Some((list, word)) = port.row() else { continue };
        if list.is_several() {
            faults.on(
                port,
                "each of these lists has rows of its own: write which element, as in `Ui::rooms[3].lamps[key].on.on`",
            );
            continue;
        }
        let (text, list, word) = (port.text(), list.name(), word.to_string());
        match &first {
            None => first = Some((text, list, word)),
            Some((_, of, _)) if *of != list => faults.on(
                port,
                format!("this callback runs for a row of `{of}`, and `{text}` is in a row of `{list}`: take all rows of one of them, with `[..]`"),
            ),
            Some((other, _, called)) if *called != word => faults.on(
                port,
                format!("a callback runs for one row, which is called `{called}` in `{other}`: write `[{called}]` here too"),
            ),
            Some(_) => {}
        }
    }
}

/// `#[key]` is the key of that row.
fn one_key(callback: &Callback, complete: bool, faults: &mut Faults) {
    let row = callback.ports().find(|port| port.row().is_some());
    let is_named =
        |name: &proc_macro2::Ident| callback.ports().any(|port| port.row().is_some_and(|(_, word)| word == name));
    for (at, key) in callback.keys().enumerate() {
        if at > 0 {
            faults.on(&key.ty, "a callback runs for one row, and its key is a parameter already: leave this one out");
            continue;
        }
        let Some((port, (_, word))) = row.and_then(|port| Some((port, port.row()?))) else {
            if complete {
                let on_all = callback.ports().find(|port| port.is_all());
                let example =
                    on_all.map_or("Ui::lamps[key].on.on".to_owned(), |port| port.text().replace("[..]", "[key]"));
                faults.on(
                    &key.ty,
                    format!("`#[key]` is the key of a row, and no property here is in one row: write `{example}`, or leave this parameter out"),
                );
            }
            continue;
        };
        let text = port.text();
        // A key parameter that is a pattern has no name.
        if let Some(name) = key.name.as_ref().filter(|name| *name != word && !is_named(name)) {
            faults.on(
                name,
                format!("the key of the row is called `{word}` in `{text}`: call the parameter `{word}` too"),
            );
        }
    }
}

/// A callback does not write the same property both in one row and in all rows.
fn one_way_to_write(callback: &Callback, faults: &mut Faults) {
    let mut seen: HashMap<String, String> = HashMap::new();
    for port in callback.outputs.iter().chain(&callback.alternates).chain(callback.live()) {
        let text = port.text();
        let other = seen.entry(port.template()).or_insert_with(|| text.clone());
        if *other != text {
            faults.on(
                port,
                format!(
                    "`{other}` and `{text}` are the same property: write the one row, or all that the function names"
                ),
            );
        }
    }
}

/// A property of rows starts either a run for its row or a run for each row, not both.
fn one_way_to_start(callback: &Callback, faults: &mut Faults) {
    let inputs = callback.reads().filter(|read| read.starts).map(|read| &read.port);
    let mut seen: HashMap<String, String> = HashMap::new();
    for port in inputs.chain(&callback.on) {
        let text = port.text();
        let other = seen.entry(port.template()).or_insert_with(|| text.clone());
        if *other != text {
            faults.on(port, format!("`{other}` starts this callback already, and is the same property: a `#[state({text})]` is read without starting anything"));
        }
    }
}

fn all_rows_only_where_rows_are_meant(callback: &Callback, faults: &mut Faults) {
    for port in callback.alternates.iter().filter(|port| port.is_all()) {
        faults.on(
            port,
            "an alternate is one property: write `[key]` for the row that the callback runs for, or a property that is in no list",
        );
    }
    for port in callback.cancels.iter().filter(|port| port.rows().is_some()) {
        faults.on(port, "a property of a row cannot cancel a callback: write one that is in no list, as in `cancel = Ui::stop.click`");
    }
}

/// Clock and cancellation do not belong to a row.
fn nothing_that_is_not_of_a_row(callback: &Callback, every: Option<Span>, faults: &mut Faults) {
    let Some(row) = callback.ports().find(|port| port.row().is_some()).map(Port::text) else { return };
    if let Some(key) = every {
        faults.at(
            key,
            format!("`every` runs a callback once, and `{row}` lets it run for one row at a time: take all rows, with `[..]`"),
        );
    }
    for port in callback.cancels.iter().filter(|port| port.rows().is_none()) {
        faults.on(
            port,
            format!("`{row}` lets this callback run for one row at a time, and what cancels it would not say which: leave `cancel` out"),
        );
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;

    use crate::{entry, model::Scope};

    /// The expansion of the attribute with `args` on a function with `params`.
    fn expanded(args: &str, params: &str) -> String {
        let tokens = |text: &str| text.parse::<TokenStream>().expect(text);
        entry::callback(Scope::Shared, tokens(args), tokens(&format!("fn f({params}) -> X {{}}"))).to_string()
    }

    #[test]
    fn each_fault_has_its_message() {
        const ON: &str = "#[input(Ui::a[key].on.value)] on: bool";
        for (args, params, answer) in [
            ("", "#[input(Ui::a[key].x)] x: f64, #[state(Ui::b[key].x)] y: f64", "is in a row of `Ui::b`"),
            ("", "#[input(Ui::a[key].x)] x: f64, #[state(Ui::a[row].y)] y: f64", "write `[key]` here too"),
            ("", "#[input(Ui::g[0..2].a[key].x)] x: [f64; 2]", "each of these lists has rows of its own"),
            ("on = Ui::go.click", "#[key] key: u32", "no property here is in one row"),
            ("on = Ui::go.click", "#[key] key: u32, #[state(Ui::a[..].on.value)] on: X", "write `Ui::a[key].on.value`"),
            ("", "#[key] id: u32, #[input(Ui::a[key].on.value)] on: bool", "call the parameter `key` too"),
            ("", "#[key] key: u32, #[key] key: u32, #[input(Ui::a[key].on.value)] on: bool", "is a parameter already"),
            ("", "#[key] key: &mut u32, #[input(Ui::a[key].on.value)] on: bool", "write `u32` or `&u32`"),
            ("", "#[key(Ui::a)] key: u32, #[input(Ui::a[key].on.value)] on: bool", "write `#[key]` alone"),
            ("output = (Ui::a[key].x, Ui::a[..].x)", ON, "are the same property"),
            ("output = Ui::a[key].x, alternate = Ui::a[..].x", ON, "an alternate is one property"),
            ("output = Ui::a[..].x, running(Ui::a[key].x = 1.0)", ON, "are the same property"),
            ("", "#[input(Ui::a[key].x)] x: f64, #[input(Ui::a[..].x)] y: Rows<u32, f64>", "a `#[state(Ui::a[..].x)]`"),
            ("on = Ui::a[..].on.value", ON, "starts this callback already"),
            ("running(Ui::a[..].x = 1.0)", ON, "are those of all rows"),
            ("cancel = Ui::a[key].stop.click", ON, "a property of a row cannot cancel"),
            ("cancel = Ui::stop.click", ON, "would not say which"),
            ("key = u32", ON, "the key of a row is a parameter"),
            ("every = \"1s\"", ON, "runs a callback once"),
            ("every = Ui::a[..].x", "", "are those of all rows"),
        ] {
            let expanded = expanded(args, params);
            assert!(expanded.contains(answer), "{args} {params}: {expanded}");
        }
    }

    #[test]
    fn valid_combinations_are_no_fault() {
        for (args, params) in [
            ("output = Ui::a[key].x", "#[key] key: u32, #[input(Ui::a[key].on.value)] on: bool"),
            ("output = Ui::a[key].x", "#[key] (a, b): (u32, u32), #[input(Ui::a[key].on.value)] on: bool"),
            ("output = Ui::a[key].x", "#[input(crate::Ui::a[key].on.value)] on: bool"),
            ("output = Ui::a[k].x", "#[key] mut k: &str, #[input(Ui::a[k].on.value)] on: bool"),
            ("output = (Ui::a[key].x, Ui::b[..].x)", "#[input(Ui::a[key].on.value)] on: bool"),
            ("alternate = Ui::a[key].x", "#[input(Ui::a[key].x)] x: f64, #[state(Ui::a[..].x)] all: Rows<u32, f64>"),
            ("on = (Ui::a[..].x, connect), output = Ui::b[key].x", ""),
            ("every = \"1s\", output = Ui::a[..].x", ""),
            ("cancel = Ui::stop.click, output = Ui::a[..].x", "#[input(Ui::a[..].x)] x: Rows<u32, f64>"),
        ] {
            let expanded = expanded(args, params);
            assert!(!expanded.contains("compile_error"), "{args} {params}: {expanded}");
        }
    }
}
