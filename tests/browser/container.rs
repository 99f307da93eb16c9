//! Content that callbacks put on the page while it is open.

use dash_devices::prelude::*;

use crate::support::{Server, browser_test};

#[components]
struct Ui {
    rows: Slider,
    list: Container,
    whose: Input,
    greeting: Container,
}

/// A list, a drawing, and elements that must be refused.
#[callback_shared(output = Ui::list.children)]
fn list(#[input(Ui::rows.value)] rows: f64) -> (Element, Element, Element) {
    let rows = 0..rows as u32;
    let bars = rows
        .clone()
        .map(|row| Element::new("rect").attr("x", (row * 8).to_string()).attr("width", "6").attr("height", "12"));
    let drawing = Element::new("svg").attr("viewBox", "0 0 80 12").attr("width", "160").attr("height", "24");
    let items = rows.map(|row| Element::new("li").children(format!("Row <{row}>")));
    (
        Element::new("ul").children(items.collect::<Vec<_>>()),
        drawing.children(bars.collect::<Vec<_>>()),
        Element::new("script").children("document.title = 'run';"),
    )
}

#[callback(output = Ui::greeting.children)]
fn greet(#[input(Ui::whose.value)] name: &str) -> Element {
    card(
        "Greeting",
        Element::new("p").attr("id", "hello").attr("onclick", "alert(1)").children(format!("Hello {name}")),
    )
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![list, greet];

    fn layout(self) -> Element {
        page(
            "Content",
            (
                card("List", (self.rows.label("Rows").range(0.0..=10.0).step(1.0).value(2.0), self.list)),
                card("Name", self.whose.label("Name")),
                self.greeting,
            ),
        )
    }
}

const ITEMS: &str = "[...document.querySelectorAll('#list li')].map((item) => item.textContent)";
/// The real widths in the drawing. Only SVG elements have them.
const BARS: &str = "[...document.querySelectorAll('#list svg rect')].map((bar) => bar.getBBox().width)";

#[test]
fn content_that_a_callback_makes_is_built_without_html_and_the_same_in_every_tab() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.focus("#rows input").await;
        left.press("ArrowRight").await;
        for tab in [&left, &right] {
            tab.until("document.querySelectorAll('#list li').length === 3").await;
            assert_eq!(tab.js::<Vec<String>>(ITEMS).await, ["Row <0>", "Row <1>", "Row <2>"]);
            assert_eq!(tab.js::<Vec<f64>>(BARS).await, [6.0, 6.0, 6.0]);
            assert_eq!(tab.js::<u32>("document.querySelectorAll('#list script').length").await, 0);
            assert_eq!(tab.js::<String>("document.title").await, "Content");
        }
        right.reload().await;
        right.until_live().await;
        assert_eq!(right.js::<Vec<String>>(ITEMS).await, ["Row <0>", "Row <1>", "Row <2>"]);
    });
}

#[test]
fn a_private_view_is_in_one_tab_only_and_what_stays_is_not_built_anew() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        for tab in [&left, &right] {
            tab.wait_for_text("#hello", "Hello ").await;
        }
        left.run("globalThis.before = document.querySelector('#hello');").await;
        left.focus("#whose input").await;
        left.keys("Ada").await;
        left.wait_for_text("#hello", "Hello Ada").await;
        assert!(left.js::<bool>("before.isConnected && !before.hasAttribute('onclick')").await);
        right.focus("#whose input").await;
        right.keys("B").await;
        right.wait_for_text("#hello", "Hello B").await;
        assert_eq!(left.text("#hello").await, "Hello Ada");
    });
}

/// B3 of the first users. The container has no box, so its content must be as wide as beside it.
mod width {
    use super::*;

    #[components]
    struct Wide {
        outer: Container,
        inner: Container,
        text: Text,
        in_row: Container,
    }

    impl Dashboard for Wide {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            let full = |id: &'static str| card("Full", "").width(Width::Full).attr("id", id);
            let narrow = |id: &'static str| card("Narrow", "").attr("id", id);
            page(
                "Widths",
                (
                    full("beside"),
                    narrow("one"),
                    self.outer.children((
                        narrow("two"),
                        full("inside"),
                        self.text.text("a line of its own"),
                        self.inner.children((full("deeper"), narrow("three"))),
                    )),
                    narrow("four"),
                    row((narrow("left"), self.in_row.children(narrow("right")))),
                ),
            )
        }
    }

    #[test]
    fn fault_a_full_width_card_in_a_container_is_one_column_wide() {
        browser_test(async |browser| {
            let server = Server::start::<Wide>(()).await;
            let tab = browser.open(&server.url()).await;
            tab.until_live().await;
            let widths = async |ids: &[&str]| -> Vec<u32> {
                tab.js(&format!("{ids:?}.map((id) => document.getElementById(id).offsetWidth)")).await
            };
            let full = widths(&["beside", "inside", "deeper", "text"]).await;
            assert_eq!(full, [full[0]; 4]);
            let narrow = widths(&["one", "two", "three", "four"]).await;
            assert!(
                narrow.iter().all(|width| *width < full[0]) && narrow.iter().all(|width| *width == narrow[0]),
                "{narrow:?}"
            );
            let row = widths(&["left", "right"]).await;
            assert_eq!(row[0], row[1], "cards in a row share it");
        });
    }
}
