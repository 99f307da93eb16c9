//! JavaScript modules for the browser. The modules of the library are joined into one script ([`join`]). The user's
//! modules are served unchanged, after a check of their imports ([`own`]).
//!
//! A bundler would be far too large for a few dozen files whose form this project decides, and text replacement breaks
//! code. So there is a lexer that knows comments, strings, templates and regular expressions, and a reader for the few
//! forms of `import` and `export` that the modules use. Both refuse what they cannot decide, with file and line.

mod join;
mod lexer;
mod module;
mod own;

use std::fmt;

#[cfg(test)]
pub(super) use join::Script;
pub(super) use join::join;
pub(super) use own::faults_of_own;

/// The source of a module.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// Its path, for messages. The last part is the module's name in imports.
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl<'a> Source<'a> {
    /// The name in imports: `page` for `client/page.js`.
    fn name(&self) -> &'a str {
        name_in(self.file)
    }
}

/// The module name in a path or address.
fn name_in(path: &str) -> &str {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.strip_suffix(".js").unwrap_or(file)
}

/// Why a module is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    line: usize,
    message: String,
}

impl Fault {
    fn new(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }

    /// The text of the fault, with the file.
    fn within(&self, file: &str) -> String {
        format!("{file}:{self}")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.line, self.message)
    }
}
