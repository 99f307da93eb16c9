//! Texts of compile errors, built in constants.

use super::spec::Spec;
use crate::{place::ANY_ROW, prop::Port};

/// The longest message. It has room for a circle of a few dozen callbacks. A longer message is cut.
const MESSAGE: usize = 2048;

/// A text built in a constant.
pub(crate) struct Message {
    text: [u8; MESSAGE],
    len: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self { text: [0; MESSAGE], len: 0 }
    }

    /// Appends `part` completely or not at all, so that the text stays valid UTF-8.
    pub(crate) const fn put(mut self, part: &str) -> Self {
        let part = part.as_bytes();
        if self.len + part.len() <= MESSAGE {
            let mut i = 0;
            while i < part.len() {
                self.text[self.len] = part[i];
                self.len += 1;
                i += 1;
            }
        }
        self
    }

    /// `` `slider.value` ``, `` `left.speed.value` ``
    pub(crate) const fn port(self, port: &Port) -> Self {
        let group = self.put("`").path(port.place);
        let group = if port.place.is_empty() { group } else { group.put(".") };
        group.path(port.component()).put(".").put(port.name).put("`")
    }

    /// `` `shoot` ``, `` `set_speed` for `left` ``
    pub(crate) const fn name(self, spec: &Spec) -> Self {
        let named = self.put("`").put(spec.name).put("`");
        if spec.place().is_empty() { named } else { named.put(" for `").path(spec.place()).put("`") }
    }

    /// An id as it is written in Rust: `left.speed`, `lamps[3]`, `lamps[key].on`.
    pub(crate) const fn path(mut self, id: &str) -> Self {
        let bytes = id.as_bytes();
        let (mut i, mut from, mut number) = (0, 0, false);
        while i <= bytes.len() {
            if i == bytes.len() || bytes[i] == b'-' {
                let part = id.split_at(i).0.split_at(from).1;
                self = self.put(if is_any_row(part) { "key" } else { part });
                self = if number { self.put("]") } else { self };
                if i < bytes.len() {
                    let rest = bytes.split_at(i + 1).1;
                    number = !rest.is_empty() && (rest[0].is_ascii_digit() || rest[0] == ANY_ROW.as_bytes()[0]);
                    self = self.put(if number { "[" } else { "." });
                }
                from = i + 1;
            }
            i += 1;
        }
        self
    }

    /// The callback's name and place: `` `shoot` (src/main.rs:12) ``
    pub(crate) const fn place(self, spec: &Spec) -> Self {
        self.name(spec).put(" (").put(spec.file).put(":").number(spec.line).put(")")
    }

    pub(crate) const fn number(mut self, number: u32) -> Self {
        if number >= 10 {
            self = self.number(number / 10);
        }
        let digit = (number % 10) as usize;
        self.put(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"][digit])
    }

    pub(crate) const fn as_str(&self) -> &str {
        match std::str::from_utf8(self.text.split_at(self.len).0) {
            Ok(text) => text,
            Err(_) => "the wiring is wrong",
        }
    }
}

/// Whether this part of an id stands for any row.
const fn is_any_row(part: &str) -> bool {
    part.len() == ANY_ROW.len() && part.as_bytes()[0] == ANY_ROW.as_bytes()[0]
}
