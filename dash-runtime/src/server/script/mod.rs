//! JavaScript modules as the server sends them: those of the library joined into one script ([`join`]), and the user's own
//! as they are, after a look at what they import ([`own`]).
//!
//! A bundler is far too heavy for a dozen files whose form we decide ourselves; text replacement breaks code. So there is a
//! lexer that knows comments, strings, templates and regular expressions, and a reader of the few forms of `import` and
//! `export` that our modules use. Both refuse what they are not sure of, with the file and the line.

mod join;
mod lexer;
mod module;
mod own;

use std::fmt;

#[cfg(test)]
pub(super) use join::Script;
pub(super) use join::join;
pub(super) use own::faults_of_own;

/// A module as it is in its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// Its path, for messages. Its last part names the module in imports.
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Source<'a> {
    /// What other modules call it: `page` for `client/page.js`.
    fn name(&self) -> &'a str {
        name_in(self.file)
    }
}

/// The name of the module that a path or an address leads to.
fn name_in(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".js").unwrap_or(file)
}

/// Why a module is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    line: usize,
    message: String,
}

impl Fault {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }

    /// With the file that it is in.
    fn within(&self, file: &str) -> String {
        format!("{file}:{self}")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}
