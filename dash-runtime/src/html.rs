//! Writing HTML: everything that goes in is escaped, so that a value can never become markup.

use std::fmt::{self, Display, Write as _};

/// An HTML text under construction.
#[derive(Debug, Default)]
pub struct Html {
    out: String,
}

impl Html {
    /// Empty.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts an element. Nothing is written to close it until the returned [`Tag`] is ended with
    /// [`void`](Tag::void), [`empty`](Tag::empty), [`text`](Tag::text) or [`inner`](Tag::inner).
    #[must_use = "end the tag with `.void()`, `.empty()`, `.text(..)` or `.inner(..)`"]
    pub fn tag(&mut self, name: &'static str) -> Tag<'_> {
        self.out.push('<');
        self.out.push_str(name);
        Tag { html: self, name }
    }

    /// Text, escaped.
    pub fn text(&mut self, text: impl Display) {
        escaped(&mut self.out, text);
    }

    /// Text that is markup already. Only for constants and for what this type itself wrote.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// What was written so far.
    pub fn as_str(&self) -> &str {
        &self.out
    }

    /// The whole text.
    pub fn into_string(self) -> String {
        self.out
    }
}

/// An element whose attributes are being written.
#[derive(Debug)]
pub struct Tag<'a> {
    html: &'a mut Html,
    name: &'static str,
}

impl Tag<'_> {
    /// `name="value"`, escaped.
    #[must_use]
    pub fn attr(self, name: &str, value: impl Display) -> Self {
        self.html.out.push(' ');
        self.html.out.push_str(name);
        self.html.out.push_str("=\"");
        escaped(&mut self.html.out, value);
        self.html.out.push('"');
        self
    }

    /// `name="value"` if there is a value.
    #[must_use]
    pub fn opt(self, name: &str, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.attr(name, value),
            None => self,
        }
    }

    /// `name` without a value, if `on`.
    #[must_use]
    pub fn flag(self, name: &str, on: bool) -> Self {
        if on {
            self.html.out.push(' ');
            self.html.out.push_str(name);
        }
        self
    }

    /// Ends an element that never has content, such as `input`.
    pub fn void(self) {
        self.html.out.push('>');
    }

    /// Ends an element without content.
    pub fn empty(self) {
        self.inner(|_| {});
    }

    /// Ends an element whose content is this text, escaped.
    pub fn text(self, text: impl Display) {
        self.inner(|html| html.text(text));
    }

    /// Ends an element with the content that `write` writes.
    pub fn inner(self, write: impl FnOnce(&mut Html)) {
        let Self { html, name } = self;
        html.out.push('>');
        write(html);
        html.out.push_str("</");
        html.out.push_str(name);
        html.out.push('>');
    }
}

fn escaped(out: &mut String, text: impl Display) {
    // Writing to a string fails only when the value's own `Display` does; what it wrote until then stands.
    let _ = write!(Escape(out), "{text}");
}

/// Escapes for content and for double-quoted attributes alike.
struct Escape<'a>(&'a mut String);

impl fmt::Write for Escape<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for part in text.split_inclusive(['&', '<', '>', '"', '\'']) {
            let (plain, special) = match part.char_indices().next_back() {
                Some((at, '&')) => (&part[..at], "&amp;"),
                Some((at, '<')) => (&part[..at], "&lt;"),
                Some((at, '>')) => (&part[..at], "&gt;"),
                Some((at, '"')) => (&part[..at], "&quot;"),
                Some((at, '\'')) => (&part[..at], "&#39;"),
                _ => (part, ""),
            };
            self.0.push_str(plain);
            self.0.push_str(special);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_in_as_text_never_comes_out_as_markup() {
        let mut html = Html::new();
        html.tag("p").attr("title", "a\"b'<&>").flag("hidden", true).text("<script>x && 'y'</script>");
        assert_eq!(
            html.into_string(),
            "<p title=\"a&quot;b&#39;&lt;&amp;&gt;\" hidden>&lt;script&gt;x &amp;&amp; &#39;y&#39;&lt;/script&gt;</p>"
        );
    }
}
