//! What only a browser shows: a film of the own server plays under the page's policy, and a value that a browser keeps is
//! there again after a reload, for this browser alone.

use axum::{Router, http::header, routing::get};
use dash_devices::{App, KeptFault, prelude::*};

use crate::support::{Server, browser_test};

#[components]
struct Ui {
    start: Button,
    film: Video,
    seen: Text,
    add: Button,
    count: Text,
    kept: BrowserStore,
}

#[callback_shared(on = Ui::start.click, output = Ui::film.playing)]
fn start() -> bool {
    true
}

#[callback_shared(on = Ui::film.ended, output = Ui::seen.text)]
fn end() -> &'static str {
    "to its end"
}

#[callback(on = Ui::add.click, output = Ui::kept.value)]
fn add(#[state(Ui::kept.value)] kept: &Kept) -> Result<Kept, KeptFault> {
    Kept::new(&(kept.read::<u32>()?.unwrap_or(0) + 1))
}

#[callback(output = Ui::count.text)]
fn tell(#[input(Ui::kept.value)] kept: &Kept) -> String {
    kept.read::<u32>().map_or_else(|fault| fault.to_string(), |count| count.unwrap_or(0).to_string())
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![start, end, add, tell];

    fn layout(self) -> Element {
        let film = self.film.label("Grey").source("media/grey.webm").size(320.0, 180.0);
        page("Film", (self.start, film, self.seen, self.add, self.count, self.kept))
    }
}

/// 1.6 seconds of 32 × 18 grey pixels.
async fn grey() -> ([(header::HeaderName, &'static str); 1], &'static [u8]) {
    ([(header::CONTENT_TYPE, "video/webm")], include_bytes!("films/grey.webm"))
}

fn app() -> App {
    App::new::<Ui>(()).unwrap().routes(Router::new().route("/media/grey.webm", get(grey)))
}

#[test]
fn a_film_of_the_own_server_plays_to_its_end_when_a_callback_starts_it() {
    browser_test(async |browser| {
        let server = Server::start_app(app()).await;
        let tab = browser.open(&server.url()).await;
        tab.until("document.querySelector('video').readyState > 0").await;
        tab.click("#start button").await;
        tab.wait_for_text("#seen .dd-text-value", "to its end").await;
        // The state followed, and the place is that of the end.
        tab.until("document.getElementById('film').props.playing === false").await;
        tab.until("document.getElementById('film').props.position > 1").await;
    });
}

#[test]
fn a_value_that_a_browser_keeps_is_there_after_a_reload_and_in_its_other_tabs() {
    browser_test(async |browser| {
        let server = Server::start_app(app()).await;
        let tab = browser.open(&server.url()).await;
        tab.wait_for_text("#count .dd-text-value", "0").await;
        tab.click("#add button").await;
        tab.wait_for_text("#count .dd-text-value", "1").await;
        tab.reload().await;
        tab.wait_for_text("#count .dd-text-value", "1").await;
        let other = browser.open(&server.url()).await;
        other.wait_for_text("#count .dd-text-value", "1").await;
        other.click("#add button").await;
        for tab in [&tab, &other] {
            tab.wait_for_text("#count .dd-text-value", "2").await;
        }
        // What a person has written there by hand is told as what it is.
        let forge = "Object.keys(localStorage).forEach((key) => { localStorage[key] = '{\"x\":'; })";
        tab.run(forge).await;
        tab.reload().await;
        tab.until("document.querySelector('#count').textContent.startsWith('the browser keeps something else')").await;
    });
}
