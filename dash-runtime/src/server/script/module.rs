//! Reads the imports and exports of a module, and the remaining code.

use super::{
    Fault, Source,
    lexer::{self, Kind, Token},
};

/// A module that has been read.
#[derive(Debug)]
pub(super) struct Module<'a> {
    /// The name in imports.
    pub(super) name: &'a str,
    pub(super) imports: Vec<Import<'a>>,
    pub(super) exports: Vec<Export<'a>>,
    /// Its code without imports and without the word `export`.
    pub(super) code: Vec<Token<'a>>,
}

/// `import { a as b } from "./c.js";`
#[derive(Debug)]
pub(super) struct Import<'a> {
    pub(super) line: usize,
    /// `./c.js`
    pub(super) from: &'a str,
    pub(super) names: Vec<Renamed<'a>>,
}

/// `a as b`. For a plain `a`, both are `a`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Renamed<'a> {
    pub(super) name: &'a str,
    pub(super) alias: &'a str,
}

/// An export: other modules import it as `alias`, and the module itself calls it `name`.
pub(super) type Export<'a> = Renamed<'a>;

const IMPORT: &str = "an import is written `import { a, b as c } from \"./module.js\";`";
const EXPORT: &str = "an export is written before `class`, `const`, `function` or `async function` and one name, or as \
                      `export { a, b as c };`";

/// Reads a module of the library.
pub(super) fn read<'a>(source: &Source<'a>) -> Result<Module<'a>, Fault> {
    let tokens = lexer::tokens(source.text)?;
    let mut module = Module { name: source.name(), imports: Vec::new(), exports: Vec::new(), code: Vec::new() };
    let mut left = Reader { tokens: &tokens };
    let mut dotted = false;
    while let Some(token) = left.next() {
        let is_name = std::mem::replace(&mut dotted, token.is("."));
        let begins = |word: &str| token.depth == 0 && token.is(word) && !is_name;
        if begins("import") && !left.sees("(") && !left.sees(".") {
            module.imports.push(left.import(token.line)?);
        } else if begins("export") {
            let is_declaration = left.export(token.line, &mut module.exports)?;
            // The declaration takes the place of the word `export`.
            let first = if is_declaration { left.next() } else { None };
            module.code.extend(first.map(|first| Token { gap: token.gap, ..first }));
        } else if begins("await") {
            return Err(Fault::new(
                token.line,
                "`await` is not allowed at the top level: all modules are joined into one",
            ));
        } else {
            module.code.push(token);
        }
    }
    Ok(module)
}

/// The imports of any module, as far as they can be read. The names are `None` if the import has another form than a
/// list of names.
pub(super) fn imports_of<'a>(text: &'a str) -> Vec<(usize, &'a str, Option<Vec<Renamed<'a>>>)> {
    // The browser reports a module that is not valid JavaScript.
    let Ok(tokens) = lexer::tokens(text) else { return Vec::new() };
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let dotted = at.checked_sub(1).is_some_and(|before| tokens[before].is("."));
        if token.depth > 0 || dotted || !(token.is("import") || token.is("export")) {
            continue;
        }
        let rest = Reader { tokens: &tokens[at + 1..] };
        if let (true, Ok(import)) = (token.is("import"), Reader { tokens: rest.tokens }.import(token.line)) {
            found.push((token.line, import.from, Some(import.names)));
        } else if let Some(from) = rest.from() {
            found.push((token.line, from, None));
        }
    }
    found
}

struct Reader<'t, 'a> {
    tokens: &'t [Token<'a>],
}

impl<'a> Reader<'_, 'a> {
    fn next(&mut self) -> Option<Token<'a>> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    fn sees(&self, text: &str) -> bool {
        self.tokens.first().is_some_and(|token| token.is(text))
    }

    fn take(&mut self, text: &str) -> bool {
        let there = self.sees(text);
        if there {
            self.next();
        }
        there
    }

    fn word(&mut self) -> Option<&'a str> {
        self.next().filter(|token| token.kind == Kind::Word).map(|token| token.text)
    }

    /// A string without escapes.
    fn address(&mut self) -> Option<&'a str> {
        let text = self.next().filter(|token| token.kind == Kind::String)?.text;
        let address = &text[1..text.len() - 1];
        (!address.contains('\\')).then_some(address)
    }

    /// The end of a statement.
    fn end(&mut self) -> Option<()> {
        let ends = self.take(";") || self.tokens.first().is_none_or(|next| next.gap.has_line_end);
        ends.then_some(())
    }

    /// The rest of an `import` statement.
    fn import(&mut self, line: usize) -> Result<Import<'a>, Fault> {
        self.import_parts(line).ok_or_else(|| Fault::new(line, IMPORT))
    }

    fn import_parts(&mut self, line: usize) -> Option<Import<'a>> {
        let names = if self.take("{") {
            let names = self.names()?;
            if !self.take("from") {
                return None;
            }
            names
        } else {
            Vec::new()
        };
        let from = self.address()?;
        self.end()?;
        Some(Import { line, from, names })
    }

    /// `a, b as c }`
    fn names(&mut self) -> Option<Vec<Renamed<'a>>> {
        let mut names = Vec::new();
        while !self.take("}") {
            let name = self.word()?;
            let alias = if self.take("as") { self.word()? } else { name };
            names.push(Renamed { name, alias });
            if !self.take(",") && !self.sees("}") {
                return None;
            }
        }
        Some(names)
    }

    /// The rest of an `export`. Returns true for a declaration, which stays in the code, and false for a list, which is
    /// removed.
    fn export(&mut self, line: usize, exports: &mut Vec<Export<'a>>) -> Result<bool, Fault> {
        let fault = || Fault::new(line, EXPORT);
        if self.take("{") {
            exports.extend(self.names().ok_or_else(fault)?);
            self.end().ok_or_else(fault)?;
            return Ok(false);
        }
        let mut declaration = Reader { tokens: self.tokens };
        let constant = declaration.take("const");
        let known = constant || declaration.take("class") || {
            declaration.take("async");
            let function = declaration.take("function");
            declaration.take("*");
            function
        };
        let name = known.then(|| declaration.word()).flatten().ok_or_else(fault)?;
        if constant && !declaration.is_only_one() {
            return Err(fault());
        }
        exports.push(Renamed { name, alias: name });
        Ok(true)
    }

    /// Whether a `const` declares only one name.
    fn is_only_one(&self) -> bool {
        let Some(first) = self.tokens.first() else { return false };
        let statement = self.tokens.iter().take_while(|token| !(token.depth == first.depth && token.is(";")));
        first.is("=") && !statement.into_iter().any(|token| token.depth == first.depth && token.is(","))
    }

    /// The address after `from`, or directly after `import`.
    fn from(&self) -> Option<&'a str> {
        let statement = self.tokens.iter().take_while(|token| !token.is(";") && !token.is("=") && !token.is("("));
        let parts: Vec<_> = statement.collect();
        let at = parts.iter().position(|token| token.depth == 0 && token.kind == Kind::String)?;
        let follows = at == 0 || parts[at - 1].is("from");
        follows.then(|| Reader { tokens: &[*parts[at]] }.address()).flatten()
    }
}
