//! Which functions a JavaScript module exports, as far as a constant can tell.

/// A longer file is not searched, because rustc rejects constants that take too long.
const LONGEST: usize = 100_000;

/// Whether the module exports a function with this name. Text in comments counts too: this finds files without the
/// function, and does not replace a parser.
///
/// It looks for `export function name`, `export const name` and the like, and for the name in `export { .. }`.
pub(super) const fn exports(source: &str, name: &str) -> bool {
    let (source, name) = (source.as_bytes(), name.as_bytes());
    if source.len() > LONGEST {
        return true;
    }
    let mut at = 0;
    while at < source.len() {
        if source[at] == b'e' && is_word(source, at, b"export") && exports_here(source, at + 6, name) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether what follows an `export` is this name.
const fn exports_here(source: &[u8], from: usize, name: &[u8]) -> bool {
    let mut at = blank(source, from);
    if at < source.len() && source[at] == b'{' {
        while at < source.len() && source[at] != b'}' {
            if is_word(source, at, name) {
                return true;
            }
            at += 1;
        }
        return false;
    }
    let words: [&[u8]; 5] = [b"async", b"function", b"const", b"let", b"var"];
    let mut i = 0;
    while i < words.len() {
        if is_word(source, at, words[i]) {
            at = blank(source, at + words[i].len());
        }
        i += 1;
    }
    is_word(source, at, name)
}

/// The first place from `at` on that is no white space.
const fn blank(source: &[u8], mut at: usize) -> usize {
    while at < source.len() && source[at].is_ascii_whitespace() {
        at += 1;
    }
    at
}

/// Whether the word stands there by itself.
const fn is_word(source: &[u8], at: usize, word: &[u8]) -> bool {
    if at + word.len() > source.len() || (at > 0 && is_letter(source[at - 1])) {
        return false;
    }
    let mut i = 0;
    while i < word.len() {
        if source[at + i] != word[i] {
            return false;
        }
        i += 1;
    }
    at + i == source.len() || !is_letter(source[at + i])
}

/// Whether a name may have this byte in it.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 128
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exported_function_is_found() {
        for source in [
            "export function watts(a) {}",
            "/** Watts. */\nexport function watts(a, b) {\n}",
            "export async function watts() {}",
            "export const watts = (a) => a;",
            "function watts() {}\nexport { other, watts };",
            "const f = 1; export { f as watts }",
        ] {
            assert!(exports(source, "watts"), "{source}");
        }
    }

    #[test]
    fn a_module_without_it_is_found() {
        for source in [
            "",
            "function watts() {}",
            "export function volts() {}",
            "export function watts2() {}",
            "export { volts }; function watts() {}",
            "export default function () {}",
            "module.exports = { watts };",
            "export",
        ] {
            assert!(!exports(source, "watts"), "{source}");
        }
    }
}
