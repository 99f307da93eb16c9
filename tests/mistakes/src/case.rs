//! The cases, as they are written in a file.

/// A program with one mistake.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) source: String,
}

/// Reads the cases of a file.
pub(crate) fn read(text: &str) -> Result<Vec<Case>, String> {
    let mut cases = Vec::new();
    for part in text.split("=== ").skip(1) {
        let (name, body) = part.split_once('\n').ok_or_else(|| format!("`{part}` has no lines"))?;
        cases.push(Case { name: name.trim().to_owned(), source: source(name, body)? });
    }
    Ok(cases)
}

fn source(name: &str, body: &str) -> Result<String, String> {
    let (mut crate_attributes, mut lines) = (Vec::new(), vec!["use dash_devices::prelude::*;".to_owned()]);
    for line in body.trim_end().lines() {
        if let Some(short) = line.strip_prefix("@D ") {
            lines.extend(dashboard(short).ok_or_else(|| format!("{name}: `@D` has fewer than four parts"))?);
        } else if line.starts_with("#![") {
            crate_attributes.push(line.to_owned());
        } else {
            lines.push(line.to_owned());
        }
    }
    if !lines.iter().any(|line| line.contains("fn main")) {
        lines.push("fn main() {}".to_owned());
    }
    crate_attributes.append(&mut lines);
    crate_attributes.push(String::new());
    Ok(crate_attributes.join("\n"))
}

/// The implementation of `Dashboard` for `device | session | callbacks | layout | further items`.
fn dashboard(short: &str) -> Option<Vec<String>> {
    let mut parts = short.trim().split(" | ").map(str::trim);
    let mut part =
        || parts.next().map(|part| (part.replace('§', ""), if part.contains('§') { " // HERE" } else { "" }));
    let ((device, at_device), (session, at_session)) = (part()?, part()?);
    let ((callbacks, at_callbacks), (layout, at_layout)) = (part()?, part()?);
    let mut lines = vec![
        "impl Dashboard for Ui {".to_owned(),
        format!("    type Device = {device};{at_device}"),
        format!("    type Session = {session};{at_session}"),
        format!("    const CALLBACKS: Callbacks<Self> = callbacks![{callbacks}];{at_callbacks}"),
    ];
    lines.extend(parts.map(|item| format!("    {item}")));
    lines.extend([
        "    fn layout(self) -> Element {".to_owned(),
        format!("        {layout}{at_layout}"),
        "    }".to_owned(),
        "}".to_owned(),
    ]);
    Some(lines)
}
