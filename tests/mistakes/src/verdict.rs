//! Whether the errors of a case are what is promised.

use std::fmt;

use serde_json::Value;

use crate::case::Case;

/// Words of the expansion, and of rustc about traits that users have never heard of.
const NOT_OF_USERS: [&str; 7] =
    ["__private", "__Fresh", "_DASH", "private::", "dash_runtime::", "kind::", "the trait bound"];

/// What is wrong with the errors of a case.
pub(crate) struct Verdict {
    count: usize,
    elsewhere: bool,
    words: bool,
}

impl Verdict {
    pub(crate) fn of(case: &Case, errors: &[Value]) -> Self {
        let Some(first) = errors.first() else { return Self { count: 0, elsewhere: false, words: false } };
        let here = |line: u64| {
            let line = usize::try_from(line).ok().and_then(|line| case.source.lines().nth(line.checked_sub(1)?));
            line.is_some_and(|line| line.contains("// HERE"))
        };
        let labels = spans(first).iter().filter_map(|span| span["label"].as_str());
        let text: Vec<&str> = first["message"].as_str().into_iter().chain(labels).collect();
        Self {
            count: errors.len(),
            elsewhere: !lines(first, &case.name).into_iter().any(here),
            words: text.iter().any(|text| NOT_OF_USERS.iter().any(|word| text.contains(word))),
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.count == 1 && !self.elsewhere && !self.words
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            0 => return f.write_str("not refused"),
            1 => f.write_str("one error")?,
            count => write!(f, "{count} errors")?,
        }
        if self.elsewhere {
            f.write_str(", at another line")?;
        }
        if self.words {
            f.write_str(", not in the words of users")?;
        }
        Ok(())
    }
}

/// Whether a message is an error of its own, and not the sum at the end.
pub(crate) fn is_error(message: &Value) -> bool {
    let text = message["message"].as_str().unwrap_or_default();
    let sum = text.starts_with("aborting") || text.starts_with("could not");
    !sum && message["level"].as_str().is_some_and(|level| level.starts_with("error"))
}

fn spans(message: &Value) -> &[Value] {
    message["spans"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The lines of the case that the error marks, through the macros in between.
fn lines(message: &Value, name: &str) -> Vec<u64> {
    let mut lines = Vec::new();
    for span in spans(message).iter().filter(|span| span["is_primary"] == true) {
        let mut span = Some(span);
        while let Some(at) = span.filter(|at| !at.is_null()) {
            let file = at["file_name"].as_str().unwrap_or_default();
            if let (true, Some(from), Some(to)) =
                (file.ends_with(&format!("/{name}.rs")), at["line_start"].as_u64(), at["line_end"].as_u64())
            {
                lines.extend(from..=to);
            }
            span = at.get("expansion").and_then(|expansion| expansion.get("span"));
        }
    }
    lines
}
