//! Components and scripts of the user's own: a broken module is shown on its components, and everything else works.

use axum::{extract::Request, http::StatusCode, middleware::Next, response::IntoResponse as _};
use dash_devices::{App, Component, component::prelude::*, prelude::*};
use tokio::net::TcpListener;

use crate::support::{Tab, browser_test};

/// A component of the user's own, which counts.
#[derive(Component)]
#[component(tag = "my-good", script = "modules/good.js")]
struct Good {
    id: ComponentId,
    count: u32,
    #[prop(event)]
    click: Event<()>,
}

impl Render for Good {
    fn render(&self, html: &mut Html) {
        html.tag("button").attr("type", "button").text("Count");
        html.tag("output").text("");
    }
}

macro_rules! broken {
    ($($name:ident $tag:literal $script:literal,)*) => {
        $(
            #[derive(Component)]
            #[component(tag = $tag, script = $script)]
            struct $name {
                id: ComponentId,
                text: String,
            }

            impl Render for $name {
                fn render(&self, html: &mut Html) {
                    html.tag("output").text(&self.text);
                    html.tag("button").attr("type", "button").text("Press");
                }
            }
        )*
    };
}

broken! {
    Syntax "my-syntax" "modules/syntax.js",
    Throws "my-throws" "modules/throws.js",
    Forgets "my-forgets" "modules/forgets.js",
    Gone "my-gone" "modules/gone.js",
}

#[components]
struct Ui {
    level: Slider,
    readout: Text,
    ohms: Text,
    good: Good,
    syntax: Syntax,
    throws: Throws,
    forgets: Forgets,
    gone: Gone,
    more: Switch,
    later: Container,
    #[dynamic]
    second: Syntax,
}

#[callback_shared(output = Ui::readout.text)]
fn read(#[input(Ui::level.value)] level: f64) -> String {
    format!("{level} %")
}

#[callback_shared(on = Ui::good.click, output = Ui::good.count)]
fn count(#[state(Ui::good.count)] count: u32) -> u32 {
    count + 1
}

#[callback_shared(output = Ui::later.children)]
fn show(#[input(Ui::more.on)] more: bool) -> Element {
    if more { row(Ui::second.place().text("second")) } else { row(()) }
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![read, count, show];
    const BINDINGS: Bindings<Self> = bindings![script("modules/ohms.js", Ui::level.value, Ui::ohms.text)];

    fn layout(self) -> Element {
        let own = (self.good, self.syntax.text("one"), self.throws.text("two"), self.forgets.text("three"));
        let rest = (self.gone.text("four"), self.more.label("More"), self.later);
        page("Modules", (self.level.label("Level"), self.readout, self.ohms.text("…"), row(own), row(rest)))
    }
}

/// Serves the dashboard, but not the module of `Gone`.
async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let without_gone = async |request: Request, next: Next| match request.uri().path().contains("/gone-") {
        true => StatusCode::NOT_FOUND.into_response(),
        false => next.run(request).await,
    };
    let router = App::new::<Ui>(()).unwrap().into_router().unwrap().layer(axum::middleware::from_fn(without_gone));
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The message on the component.
async fn said(tab: &Tab<'_>, id: &str) -> String {
    tab.until(&format!("document.querySelector('#{id} > .dd-broken[role=alert]')")).await;
    tab.text(&format!("#{id} > .dd-broken")).await
}

#[test]
fn a_broken_module_is_shown_on_its_components_and_stops_nothing_else() {
    browser_test(async |browser| {
        for text in ["SyntaxError", "this module throws", "gone-", "`ohms` failed"] {
            browser.allow(text);
        }
        let url = serve().await;
        let tab = browser.open(&url).await;
        for (id, reason) in [
            ("syntax", "SyntaxError"),
            ("throws", "RangeError: this module throws"),
            ("forgets", "its module does not define <my-forgets>"),
            ("gone", "Failed to fetch"),
        ] {
            let said = said(&tab, id).await;
            assert!(said.starts_with(&format!("{id} does not work.")), "{said}");
            assert!(said.contains(reason), "{id}: {said}");
            assert!(tab.attribute(&format!("#{id} button"), "inert").await.is_some(), "{id}: nobody hears this button");
        }
        tab.until("document.getElementById('ohms').dataset.bad?.includes('`ohms` failed')").await;

        // Everything else works: a component of the library, and one of the user's own.
        tab.until_live().await;
        tab.focus("#level input").await;
        tab.press("ArrowRight").await;
        tab.wait_for_text("#readout", "1 %").await;
        tab.click("#good button").await;
        tab.wait_for_text("#good output", "2").await;
        assert_eq!(tab.toasts().await, [""; 0]);

        // An element that is added later shows it too.
        tab.click("#more input").await;
        assert!(said(&tab, "second").await.contains("SyntaxError"));
        assert_eq!(tab.text("#second output").await, "second");
    });
}
