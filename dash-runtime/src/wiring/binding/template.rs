//! The text of `format`, with one placeholder for the value, as in `"{:.1} °C"`.

/// The text before the value, the number of its decimals, and the text after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Template {
    before: &'static str,
    pub(crate) digits: Option<u8>,
    after: &'static str,
}

impl Template {
    /// In place of a text with a fault.
    pub(crate) const EMPTY: Self = Self { before: "", digits: None, after: "" };

    /// Reads a text in the syntax of `format!`: `{}` or `{:.1}` for the value, `{{` and `}}` for braces.
    ///
    /// # Errors
    /// What is wrong with the text, and what to write instead.
    pub(crate) const fn of(text: &'static str) -> Result<Self, &'static str> {
        match Self::find(text) {
            Ok(Some(template)) => Ok(template),
            Ok(None) => Err("this text has no place for the value: write `{}` where it belongs"),
            Err(why) => Err(why),
        }
    }

    /// The same, for a text that need not have a place for a value.
    pub(crate) const fn find(text: &'static str) -> Result<Option<Self>, &'static str> {
        let bytes = text.as_bytes();
        let mut found = None;
        let mut at = 0;
        while at < bytes.len() {
            let twice = at + 1 < bytes.len() && bytes[at + 1] == bytes[at];
            match bytes[at] {
                b'{' | b'}' if twice => at += 2,
                b'}' => return Err("this text has a `}` too many: a brace itself is written `}}`"),
                b'{' => {
                    if found.is_some() {
                        return Err("this text has a second place for a value, and there is only one value");
                    }
                    let Some((digits, end)) = place(bytes, at) else {
                        return Err(
                            "the place of a value is written `{}` or, with a number of decimals up to 20, `{:.1}`",
                        );
                    };
                    found = Some((at, digits, end));
                    at = end;
                }
                _ => at += 1,
            }
        }
        match found {
            Some((start, digits, end)) => {
                Ok(Some(Self { before: text.split_at(start).0, digits, after: text.split_at(end).1 }))
            }
            None => Ok(None),
        }
    }

    pub(crate) fn before(&self) -> String {
        plain(self.before)
    }

    pub(crate) fn after(&self) -> String {
        plain(self.after)
    }

    /// The text with `value` in place of the placeholder.
    pub(crate) fn with(&self, value: &str) -> String {
        format!("{}{value}{}", self.before(), self.after())
    }
}

/// The decimals of the placeholder that begins at `start`, and its end.
const fn place(bytes: &[u8], start: usize) -> Option<(Option<u8>, usize)> {
    let mut at = start + 1;
    if at < bytes.len() && bytes[at] == b'}' {
        return Some((None, at + 1));
    }
    if at + 2 >= bytes.len() || bytes[at] != b':' || bytes[at + 1] != b'.' {
        return None;
    }
    at += 2;
    let first = at;
    let mut digits = 0;
    while at < bytes.len() && bytes[at].is_ascii_digit() && digits <= 20 {
        digits = digits * 10 + (bytes[at] - b'0');
        at += 1;
    }
    if at > first && digits <= 20 && at < bytes.len() && bytes[at] == b'}' {
        Some((Some(digits), at + 1))
    } else {
        None
    }
}

/// The text with single braces for double ones.
pub(crate) fn plain(text: &str) -> String {
    text.replace("{{", "{").replace("}}", "}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_one_place_for_the_value() {
        let cases = [
            ("{}", "", None, ""),
            ("{:.1} °C", "", Some(1), " °C"),
            ("{:.0}", "", Some(0), ""),
            ("about {:.20}!", "about ", Some(20), "!"),
            ("{{{}}}", "{", None, "}"),
            ("{{}} is {}", "{} is ", None, ""),
        ];
        for (text, before, digits, after) in cases {
            let template = Template::of(text).unwrap();
            assert_eq!((&*template.before(), template.digits, &*template.after()), (before, digits, after), "{text}");
        }
    }

    #[test]
    fn what_is_no_such_text_is_told_apart() {
        for (text, why) in [
            ("", "no place"),
            ("°C", "no place"),
            ("{} {}", "second place"),
            ("{", "is written"),
            ("{:.}", "is written"),
            ("{:.1", "is written"),
            ("{:.21}", "is written"),
            ("{:.999}", "is written"),
            ("{:>8}", "is written"),
            ("{value}", "is written"),
            ("}", "too many"),
        ] {
            let fault = Template::of(text).unwrap_err();
            assert!(fault.contains(why), "{text}: {fault}");
        }
    }
}
