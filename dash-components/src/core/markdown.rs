use std::borrow::Cow;

use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, element::Element};
use pulldown_cmark::{Alignment, CodeBlockKind, Event as Piece, HeadingLevel, Options as Syntax, Parser, Tag, TagEnd};

/// A formatted text: headings, lists, tables, links, code.
///
/// The server reads the Markdown (CommonMark, with tables and struck-out text) and makes elements of it. HTML in it is
/// shown as text, and a link leads only to the web, to a mail address or to a place in the dashboard. A picture is shown
/// as its description, because a page loads nothing from elsewhere.
///
/// ```
/// # use dash_components::{Markdown, Marked};
/// # fn of(notes: Markdown) -> Markdown {
/// notes.text("## Before you start\n\n1. Close the *valve*.\n2. Read <https://example.org/manual>.")
/// # }
/// // A callback with `output = Ui::notes.text`:
/// fn report(seconds: f64) -> Marked {
///     Marked::new(format!("The pump ran for **{seconds:.0} s**."))
/// }
/// # assert_eq!(report(3.0).source(), "The pump ran for **3 s**.");
/// ```
#[derive(Component)]
#[component(tag = "dd-markdown", script = "markdown.js", style = "markdown.css", bundled)]
pub struct Markdown {
    id: ComponentId,
    /// The text. Default: empty. Callbacks write it.
    #[prop(no_setter)]
    text: Marked,
}

impl Markdown {
    /// Sets the text.
    #[must_use]
    pub fn text(mut self, markdown: impl IntoValue<Marked>) -> Self {
        self.text = markdown.into_value();
        self
    }
}

/// A text in Markdown, for a [`Markdown`]. Its JSON has the text and the elements that it becomes.
#[value]
#[derive(Debug, Clone, Default)]
#[serde(from = "Source")]
pub struct Marked {
    text: String,
    tree: Element,
}

/// What is read of the JSON of a [`Marked`].
#[value]
#[derive(Debug)]
struct Source {
    text: String,
}

impl From<Source> for Marked {
    fn from(source: Source) -> Self {
        Self::new(source.text)
    }
}

impl<T: Into<String>> From<T> for Marked {
    fn from(markdown: T) -> Self {
        Self::new(markdown)
    }
}

impl Marked {
    /// Reads Markdown.
    pub fn new(markdown: impl IntoValue<String>) -> Self {
        let text = markdown.into_value();
        Self { tree: elements(&text), text }
    }

    /// The text as it was written.
    pub fn source(&self) -> &str {
        &self.text
    }
}

/// Elements are not nested deeper than this. A text can have thousands of levels, and each needs a part of the stack.
const DEPTH: usize = 24;

fn elements(text: &str) -> Element {
    let mut open: Vec<Open> = vec![Open::default()];
    // How many elements are open that have no element of their own, because they would be too deep.
    let mut flat = 0;
    let mut aligned: Vec<Alignment> = Vec::new();
    let mut column = 0;
    let mut is_head = false;
    for piece in Parser::new_ext(text, Syntax::ENABLE_TABLES | Syntax::ENABLE_STRIKETHROUGH | Syntax::ENABLE_TASKLISTS)
    {
        let add = |open: &mut Vec<Open>, element: Element| {
            if let Some(last) = open.last_mut() {
                last.children.push(element);
            }
        };
        match piece {
            Piece::Start(tag) => {
                match &tag {
                    Tag::Table(columns) => aligned.clone_from(columns),
                    Tag::TableHead => (is_head, column) = (true, 0),
                    Tag::TableRow => column = 0,
                    _ => {}
                }
                if open.len() > DEPTH {
                    flat += 1;
                    continue;
                }
                let alignment = aligned.get(column).copied().unwrap_or(Alignment::None);
                open.push(Open { element: start(&tag, alignment, is_head), children: Vec::new() });
            }
            Piece::End(end) => {
                match end {
                    TagEnd::TableHead => is_head = false,
                    TagEnd::TableCell => column += 1,
                    _ => {}
                }
                if flat > 0 {
                    flat -= 1;
                } else if open.len() > 1
                    && let Some(Open { element, children }) = open.pop()
                {
                    let done = match element {
                        Some(element) => element.children(children),
                        None => Element::of(children),
                    };
                    add(&mut open, done);
                }
            }
            // HTML is text.
            Piece::Text(text) | Piece::Html(text) | Piece::InlineHtml(text) => {
                add(&mut open, Element::text(text.into_string()));
            }
            Piece::Code(text) => add(&mut open, Element::new("code").children(text.into_string())),
            Piece::SoftBreak => add(&mut open, Element::text("\n")),
            Piece::HardBreak => add(&mut open, Element::new("br")),
            Piece::Rule => add(&mut open, Element::new("hr")),
            Piece::TaskListMarker(done) => add(&mut open, Element::text(if done { "☑ " } else { "☐ " })),
            // Not switched on.
            Piece::InlineMath(_) | Piece::DisplayMath(_) | Piece::FootnoteReference(_) => {}
        }
    }
    let whole = open.into_iter().next().map(|root| root.children).unwrap_or_default();
    Element::new("div").attr("class", "dd-marked").children(whole)
}

/// An element that is being read. Without an element of its own, its children belong to what is around it.
#[derive(Default)]
struct Open {
    element: Option<Element>,
    children: Vec<Element>,
}

fn start(tag: &Tag<'_>, alignment: Alignment, is_head: bool) -> Option<Element> {
    Some(match tag {
        Tag::Paragraph => Element::new("p"),
        // The page has the first level, and a card the second.
        Tag::Heading { level: HeadingLevel::H1, .. } => Element::new("h3"),
        Tag::Heading { level: HeadingLevel::H2, .. } => Element::new("h4"),
        Tag::Heading { level: HeadingLevel::H3, .. } => Element::new("h5"),
        Tag::Heading { .. } => Element::new("h6"),
        Tag::BlockQuote(_) => Element::new("blockquote"),
        Tag::CodeBlock(kind) => {
            // Its lines may be long, and a keyboard must be able to scroll.
            let block = Element::new("pre").attr("tabindex", "0");
            match kind {
                CodeBlockKind::Fenced(language) if !language.is_empty() => {
                    block.attr("data-language", language.to_string())
                }
                CodeBlockKind::Fenced(_) | CodeBlockKind::Indented => block,
            }
        }
        Tag::List(None) => Element::new("ul"),
        Tag::List(Some(1)) => Element::new("ol"),
        Tag::List(Some(first)) => Element::new("ol").attr("start", first.to_string()),
        Tag::Item => Element::new("li"),
        Tag::Emphasis => Element::new("em"),
        Tag::Strong => Element::new("strong"),
        Tag::Strikethrough => Element::new("s"),
        Tag::Table(_) => Element::new("table"),
        Tag::TableHead => Element::new("tr"),
        Tag::TableRow => Element::new("tr"),
        Tag::TableCell => {
            let cell = Element::new(if is_head { "th" } else { "td" });
            match alignment {
                Alignment::None | Alignment::Left => cell,
                Alignment::Center => cell.attr("data-align", "center"),
                Alignment::Right => cell.attr("data-align", "end"),
            }
        }
        Tag::Link { dest_url, .. } => {
            let address = harmless(dest_url)?;
            let link = Element::new("a").attr("href", address.clone());
            if address.starts_with('/') || address.starts_with("mailto:") {
                link
            } else {
                // It would replace the dashboard.
                link.attr("target", "_blank").attr("rel", "noopener noreferrer")
            }
        }
        // Their descriptions are their content. The others are not switched on.
        _ => return None,
    })
}

/// The address of a link, if it leads to the web, to a mail address or to a place in the dashboard.
fn harmless(address: &str) -> Option<Cow<'static, str>> {
    let is_plain = address.chars().all(|letter| !letter.is_whitespace() && !letter.is_control() && letter != '\\');
    let lower = address.to_ascii_lowercase();
    let is_known = ["https://", "http://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    // Two slashes would lead to another host.
    let is_place = address.starts_with('/') && !address.starts_with("//");
    (is_plain && (is_known || is_place)).then(|| Cow::Owned(address.to_owned()))
}

// Not a view: the text becomes a tree of elements on the server, and a view has no word for a tree. `showTree` draws the same
// tree in the page, so nothing is written twice.
impl Render for Markdown {
    fn render(&self, html: &mut Html) {
        html.element(&self.text.tree);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{component, drawn};

    fn marked(text: &str) -> String {
        let drawn = drawn(&component::<Markdown>().text(text));
        drawn.replace("<div class=\"dd-marked\">", "").replace("</div>", "")
    }

    #[test]
    fn markdown_becomes_elements() {
        assert_eq!(
            marked("# A\n\nb *c* **d** ~~e~~ `f<g>`"),
            "<h3>A</h3><p>b <em>c</em> <strong>d</strong> <s>e</s> <code>f&lt;g&gt;</code></p>"
        );
        assert_eq!(marked("- a\n- b\n\n3. c"), "<ul><li>a</li><li>b</li></ul><ol start=\"3\"><li>c</li></ol>");
        assert_eq!(
            marked("```rust\nlet a = 1 < 2;\n```"),
            "<pre tabindex=\"0\" data-language=\"rust\">let a = 1 &lt; 2;\n</pre>"
        );
        assert_eq!(
            marked("|a|b|\n|-|-:|\n|1|2|"),
            "<table><tr><th>a</th><th data-align=\"end\">b</th></tr><tr><td>1</td><td data-align=\"end\">2</td></tr></table>"
        );
        assert_eq!(marked("a  \nb\n\n---\n- [x] c"), "<p>a<br>b</p><hr><ul><li>☑ c</li></ul>");
    }

    #[test]
    fn html_in_it_is_text() {
        let html = marked("<script>alert(1)</script>\n\na <img src=x onerror=alert(1)> b");
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(1)") && html.contains("&lt;img src=x"), "{html}");
    }

    #[test]
    fn a_link_leads_nowhere_dangerous_and_a_picture_loads_nothing() {
        for bad in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "vbscript:x",
            "&#106;avascript:x",
            "file:///etc/passwd",
            "/\\evil.example",
        ] {
            let html = marked(&format!("[text](<{bad}>)"));
            assert_eq!(html, "<p>text</p>", "{bad}");
        }
        assert_eq!(marked("[a](/map/2)"), "<p><a href=\"/map/2\">a</a></p>");
        assert_eq!(
            marked("<https://a.b/?c&d>"),
            "<p><a href=\"https://a.b/?c&amp;d\" target=\"_blank\" rel=\"noopener noreferrer\">https://a.b/?c&amp;d</a></p>"
        );
        assert_eq!(marked("![the pump](https://a.b/c.png)"), "<p>the pump</p>");
    }

    #[test]
    fn a_text_with_very_many_levels_is_shown_flat() {
        let deep = format!("{}end", "> ".repeat(20_000));
        assert!(marked(&deep).contains("end"));
        let html = marked(&format!("{}x{}", "*a ".repeat(5_000), "*".repeat(5_000)));
        assert!(html.matches("<em>").count() < 5_000);
    }

    #[test]
    fn its_json_is_read_again() {
        let json = serde_json::to_string(&Marked::new("*a*")).unwrap();
        assert_eq!(json, r#"{"text":"*a*","tree":[["div",{"class":"dd-marked"},[["p",{},[["em",{},["a"]]]]]]]}"#);
        assert_eq!(serde_json::from_str::<Marked>(&json).unwrap().source(), "*a*");
    }
}
