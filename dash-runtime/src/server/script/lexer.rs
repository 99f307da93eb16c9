//! Splits JavaScript into tokens, as far as is needed to tell code from comments, strings, templates and regular
//! expressions.
//!
//! A `/` is either a division or the beginning of a regular expression. That depends on the tokens before it. In a few
//! places (after `}`, `++` and `--`) only a parser can decide it, and there the lexer refuses the module.

use super::Fault;

/// The kind of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Word,
    Number,
    String,
    /// A template literal with its whole content.
    Template,
    Regex,
    /// A punctuator: one character, or `++`, `--` and `=>`.
    Punct,
}

/// A token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// The text between this token and the previous one: blanks, line ends, comments.
    pub(super) gap: Gap<'a>,
    /// The line in which it begins, counted from 1.
    pub(super) line: usize,
    /// The number of open brackets around it. A bracket itself counts as outside.
    pub(super) depth: usize,
    /// Whether it is the `)` of a condition (see [`Open`]).
    pub(super) ends_condition: bool,
}

impl Token<'_> {
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Punct) && self.text == text
    }
}

/// The text between two tokens.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Gap<'a> {
    pub(super) text: &'a str,
    /// Whether it has a line end, which JavaScript may take as the end of a statement.
    pub(super) has_line_end: bool,
}

/// The tokens of a module.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Fault> {
    let mut lexer = Lexer { text, at: 0, line: 1, open: Vec::new(), tokens: Vec::new() };
    // A file may begin with a byte order mark.
    lexer.skip_if("\u{feff}");
    while let Some(token) = lexer.next()? {
        lexer.tokens.push(token);
    }
    match lexer.open.last() {
        Some(open) => Err(Fault::new(open.line, format!("this `{}` is never closed", open.bracket))),
        None => Ok(lexer.tokens),
    }
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    open: Vec<Open>,
    tokens: Vec<Token<'a>>,
}

/// An open bracket.
struct Open {
    bracket: char,
    line: usize,
    /// Whether it contains the condition of `if`, `while`, `for` or `with`. A statement follows after it, not an
    /// operator.
    condition: bool,
}

/// Words that can be followed by an expression.
const BEFORE_EXPRESSION: [&str; 11] =
    ["return", "typeof", "instanceof", "in", "new", "delete", "void", "throw", "case", "do", "else"];
/// Words that are keywords in some places and names in others.
const CONTEXTUAL: [&str; 3] = ["of", "yield", "await"];

fn is_word(letter: char) -> bool {
    // `#` begins a private name, `\` an escape in a name.
    match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '$' | '#' | '\\' => true,
        _ => !letter.is_ascii() && !is_blank(letter),
    }
}

fn is_line_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn is_blank(letter: char) -> bool {
    match letter {
        ' ' | '\n' => true,
        'a'..='z' | 'A'..='Z' | '0'..='9' => false,
        _ => letter.is_whitespace() || letter == '\u{feff}',
    }
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        // Nearly all characters are ASCII. Without an optimizer, this is much faster than reading them as any character.
        match self.text.as_bytes().get(self.at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            _ => self.rest().chars().next(),
        }
    }

    /// Advances by one character.
    fn step(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        self.line += usize::from(letter == '\n');
        Some(letter)
    }

    fn skip_if(&mut self, text: &str) -> bool {
        let there = self.text.as_bytes()[self.at..].starts_with(text.as_bytes());
        if there {
            // `text` has no line end.
            self.at += text.len();
        }
        there
    }

    fn skip_while(&mut self, is: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is) {
            self.step();
        }
    }

    fn next(&mut self) -> Result<Option<Token<'a>>, Fault> {
        let gap = self.gap()?;
        let (begin, line) = (self.at, self.line);
        let Some(letter) = self.peek() else { return Ok(None) };
        let mut depth = self.open.len();
        let mut ends_condition = false;
        let kind = match letter {
            '"' | '\'' => self.string(letter)?,
            '`' => self.template()?,
            '/' if self.begins_regex()? => self.regex()?,
            '0'..='9' => {
                self.skip_while(|letter| is_word(letter) || letter == '.');
                Kind::Number
            }
            _ if is_word(letter) => {
                self.skip_while(is_word);
                Kind::Word
            }
            _ => {
                ends_condition = self.punct(letter)?;
                depth = depth.min(self.open.len());
                Kind::Punct
            }
        };
        Ok(Some(Token { kind, text: &self.text[begin..self.at], gap, line, depth, ends_condition }))
    }

    /// Skips blanks and comments up to the next token.
    fn gap(&mut self) -> Result<Gap<'a>, Fault> {
        let (begin, line) = (self.at, self.line);
        loop {
            self.skip_while(is_blank);
            if self.skip_if("//") {
                self.at = self.rest().find(is_line_end).map_or(self.text.len(), |length| self.at + length);
            } else if self.skip_if("/*") {
                let length =
                    self.rest().find("*/").ok_or_else(|| Fault::new(self.line, "this comment is never closed"))?;
                let comment = &self.rest()[..length];
                self.line += comment.matches('\n').count();
                self.at += length + 2;
            } else {
                break;
            }
        }
        let text = &self.text[begin..self.at];
        let has_line_end = self.line > line || text.contains(is_line_end);
        Ok(Gap { text, has_line_end })
    }

    fn string(&mut self, quote: char) -> Result<Kind, Fault> {
        let line = self.line;
        self.step();
        loop {
            match self.step() {
                Some('\\') => {
                    self.step();
                }
                Some(letter) if letter == quote => return Ok(Kind::String),
                Some('\n' | '\r') | None => return Err(Fault::new(line, "this string is never closed")),
                Some(_) => {}
            }
        }
    }

    fn template(&mut self) -> Result<Kind, Fault> {
        let line = self.line;
        self.step();
        loop {
            if self.skip_if("${") {
                self.substitution(line)?;
                continue;
            }
            match self.step() {
                Some('\\') => {
                    self.step();
                }
                Some('`') => return Ok(Kind::Template),
                Some(_) => {}
                None => return Err(Fault::new(line, "this template is never closed")),
            }
        }
    }

    /// The code in a template, up to its `}`.
    fn substitution(&mut self, line: usize) -> Result<(), Fault> {
        let outside = (std::mem::take(&mut self.open), std::mem::take(&mut self.tokens));
        self.open.push(Open { bracket: '{', line, condition: false });
        while !self.open.is_empty() {
            let token = self.next()?.ok_or_else(|| Fault::new(line, "this template is never closed"))?;
            self.tokens.push(token);
        }
        (self.open, self.tokens) = outside;
        Ok(())
    }

    fn regex(&mut self) -> Result<Kind, Fault> {
        let line = self.line;
        self.step();
        let mut in_class = false;
        loop {
            match self.step() {
                Some('\\') => {
                    self.step();
                }
                Some('[') => in_class = true,
                Some(']') => in_class = false,
                Some('/') if !in_class => break,
                Some(letter) if is_line_end(letter) => {
                    return Err(Fault::new(line, "this regular expression is never closed"));
                }
                None => return Err(Fault::new(line, "this regular expression is never closed")),
                Some(_) => {}
            }
        }
        self.skip_while(is_word);
        Ok(Kind::Regex)
    }

    /// Reads a punctuator. Returns whether it closes a condition.
    fn punct(&mut self, letter: char) -> Result<bool, Fault> {
        if matches!(letter, '+' | '-' | '=') && ["++", "--", "=>"].iter().any(|long| self.skip_if(long)) {
            return Ok(false);
        }
        self.step();
        let wanted = match letter {
            '(' | '[' | '{' => {
                let condition = letter == '(' && self.begins_condition();
                self.open.push(Open { bracket: letter, line: self.line, condition });
                return Ok(false);
            }
            ')' => '(',
            ']' => '[',
            '}' => '{',
            _ => return Ok(false),
        };
        match self.open.pop() {
            Some(open) if open.bracket == wanted => Ok(open.condition),
            _ => Err(Fault::new(self.line, format!("this `{letter}` has no matching `{wanted}`"))),
        }
    }

    /// The word `back` tokens before the last one, if it is a keyword or a plain name. After a dot, any word is a
    /// property name.
    fn word(&self, back: usize) -> Option<&'a str> {
        let at = self.tokens.len().checked_sub(back + 1)?;
        let dotted = at.checked_sub(1).is_some_and(|before| self.tokens[before].is("."));
        (self.tokens[at].kind == Kind::Word && !dotted).then_some(self.tokens[at].text)
    }

    /// Whether a `(` at this point begins the condition of a statement.
    fn begins_condition(&self) -> bool {
        match self.word(0) {
            Some("if" | "while" | "for" | "with") => true,
            Some("await") => self.word(1) == Some("for"),
            _ => false,
        }
    }

    /// Whether a `/` at this point begins a regular expression. Otherwise it is a division.
    fn begins_regex(&self) -> Result<bool, Fault> {
        let Some(last) = self.tokens.last() else { return Ok(true) };
        match (last.kind, last.text) {
            (Kind::Punct, "}" | "++" | "--") => Err(self.unsure(last.text)),
            (Kind::Punct, ")") => Ok(last.ends_condition),
            (Kind::Punct, "]") => Ok(false),
            (Kind::Punct, _) => Ok(true),
            (Kind::Word, _) => match self.word(0) {
                Some(word) if CONTEXTUAL.contains(&word) => Err(self.unsure(word)),
                Some(word) => Ok(BEFORE_EXPRESSION.contains(&word)),
                None => Ok(false),
            },
            (Kind::Number | Kind::String | Kind::Template | Kind::Regex, _) => Ok(false),
        }
    }

    fn unsure(&self, before: &str) -> Fault {
        let message = format!(
            "a `/` after `{before}` may be a division or begin a regular expression: put the expression before it, or the \
             regular expression, into parentheses or a constant"
        );
        Fault::new(self.line, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<(Kind, &str)> {
        tokens(text).unwrap().into_iter().map(|token| (token.kind, token.text)).collect()
    }

    /// The tokens of one kind.
    fn of(kind: Kind, text: &str) -> Vec<&str> {
        texts(text).into_iter().filter(|(other, _)| *other == kind).map(|(_, text)| text).collect()
    }

    #[test]
    fn what_looks_like_a_comment_in_a_text_is_text() {
        assert_eq!(
            of(Kind::String, r#"a = "/* b */" + '// c' + "it\"s // d";"#),
            [r#""/* b */""#, "'// c'", r#""it\"s // d""#]
        );
        assert_eq!(of(Kind::Template, "a = `/* ${b /* } */ + `}`} // c`;"), ["`/* ${b /* } */ + `}`} // c`"]);
        assert_eq!(of(Kind::Regex, r"a = /[/*]\/\/'/gu; b"), [r"/[/*]\/\/'/gu"]);
    }

    #[test]
    fn a_slash_divides_or_begins_a_regular_expression() {
        for (text, regexes) in [
            ("a / b / c", 0),
            ("a\n / b /\nc", 0),
            ("f(x) / 2 / 3", 0),
            ("a[0] / 2 / 3", 0),
            ("1 / 2 / 3", 0),
            ("1..toFixed() / 2 / 3", 0),
            ("'4' / 2 / `3`", 0),
            ("a.return / 2 / 3", 0),
            ("this.#of / 2 / 3", 0),
            ("if (a) /b/.test(c)", 1),
            ("for (const a of b) /c/.test(a)", 1),
            ("for await (const a of b) /c/.test(a)", 1),
            ("a.if(b) / c / d", 0),
            ("return /a/", 1),
            ("x = /a/ / /b/", 2),
            ("[/a/, /b/].map((c) => /d/.test(c))", 3),
            ("a ? /b/ : /c/", 2),
            ("typeof /a/", 1),
            ("!/a/.test(b) && /c/.test(d)", 2),
            ("`${a / b / c}${/d/}`", 0),
        ] {
            assert_eq!(of(Kind::Regex, text).len(), regexes, "{text}");
        }
    }

    #[test]
    fn an_undecidable_slash_is_refused_with_its_line() {
        for text in ["a\n}\n/b/.c", "a\n\nb++ / c", "\n\nyield /a/"] {
            let fault = tokens(&format!("{{{text}")).unwrap_err();
            assert_eq!(fault.line, 3, "{text}");
            assert!(fault.message.contains("may be a division"), "{fault}");
        }
    }

    #[test]
    fn what_is_not_closed_is_refused_with_its_line() {
        for (text, line, message) in [
            ("a\nf(", 2, "this `(` is never closed"),
            ("a\nf(]", 2, "this `]` has no matching `[`"),
            ("}", 1, "this `}` has no matching `{`"),
            ("\n'a\n'", 2, "this string is never closed"),
            ("`a\n${b", 1, "this template is never closed"),
            ("`a\n${`b`}", 1, "this template is never closed"),
            ("a\n/* b\n", 2, "this comment is never closed"),
            ("\na = /b\n/", 2, "this regular expression is never closed"),
        ] {
            assert_eq!(tokens(text).unwrap_err(), Fault::new(line, message), "{text}");
        }
    }

    #[test]
    fn lines_and_depths_are_counted() {
        let tokens = tokens("/* a\n */ f(\n  [`\n`, g],\n);\n").unwrap();
        let found: Vec<_> = tokens.iter().map(|token| (token.text, token.line, token.depth)).collect();
        let wanted =
            [("f", 2, 0), ("(", 2, 0), ("[", 3, 1), ("`\n`", 3, 2), (",", 4, 2), ("g", 4, 2), ("]", 4, 1), (",", 4, 1)];
        assert_eq!(found[..8], wanted);
        assert_eq!(found[8..], [(")", 5, 0), (";", 5, 0)]);
        assert!(tokens[0].gap.has_line_end && !tokens[1].gap.has_line_end);
    }
}
