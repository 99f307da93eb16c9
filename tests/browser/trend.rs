//! Live charts, and their history for a page that is opened later.

use std::time::{Duration, SystemTime};

use dash_devices::prelude::*;

use crate::support::{Server, browser_test, get};

#[components]
struct Recorder {
    again: Button,
    history: Trend,
}

/// Half a minute of a wave in the past, as one list.
struct Probe;

#[callback_shared(on = Recorder::again.click, output = Recorder::history.points)]
fn measure(_probe: &mut Probe) -> Vec<Sample> {
    let now = SystemTime::now();
    let sample = |at: u32| {
        Sample::at(now - Duration::from_millis(100) * (300 - at), [50.0 + 40.0 * (f64::from(at) / 9.0).sin()])
    };
    (0..=300).map(sample).collect()
}

impl Dashboard for Recorder {
    type Device = Probe;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure];

    fn layout(self) -> Element {
        page(
            "Recorder",
            (self.again.label("Measure"), self.history.label("Wave").series(["wave"]).window(30.0).min(0.0).max(100.0)),
        )
    }
}

/// The share of the chart's pixel columns that contain the colour of the line.
pub(crate) const DRAWN: &str = "(() => {
    const canvas = document.querySelector('#history canvas');
    if (!canvas?.width || !canvas.height) return 0;
    // A copy, because reading slows a canvas down, and the browser warns about that.
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
    let columns = 0;
    for (let x = 0; x < canvas.width; x++) {
        for (let y = 0; y < canvas.height; y++) {
            const [red, green, blue, alpha] = pixels.subarray(4 * (y * canvas.width + x));
            if (alpha > 150 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) { columns++; break; }
        }
    }
    return columns / canvas.width;
})()";

#[test]
fn the_trends_history_is_there_for_a_late_joiner() {
    browser_test(async |browser| {
        let server = Server::start::<Recorder>(Probe).await;
        let early = browser.open(&server.url()).await;
        assert_eq!(early.js::<f64>(DRAWN).await, 0.0, "there is no line yet");
        early.click("#again button").await;
        early.until(&format!("{DRAWN} > 0.9")).await;
        let late = browser.open(&server.url()).await;
        late.until(&format!("{DRAWN} > 0.9")).await;
        // Both pages draw the same samples, so the images are equal.
        let picture = "document.querySelector('#history canvas').toDataURL()";
        assert!(late.js::<String>(picture).await == early.js::<String>(picture).await, "the pictures differ");
        let value = "document.querySelector('#history .dd-chart-value').textContent";
        early.until(&format!("{value} !== '–'")).await;
        late.until(&format!("{value} === {:?}", early.js::<String>(value).await)).await;
    });
}

#[derive(Route)]
enum Hall {
    #[route("/")]
    Overview,
    #[route("/history")]
    History,
    #[route(not_found)]
    Nowhere,
}

#[components]
struct Halls {
    router: Router,
    #[dynamic]
    history: Trend,
    again: Button,
}

#[callback_shared(on = Halls::again.click, output = Halls::history.points)]
fn measure_hall(probe: &mut Probe) -> Vec<Sample> {
    measure(probe)
}

/// The chart is on one of the pages only.
#[callback(output = Halls::router.children)]
fn hall(#[input(Halls::router.path)] path: &dash_devices::Path) -> Element {
    let history = || Halls::history.place().label("Wave").series(["wave"]).window(30.0).min(0.0).max(100.0);
    match path.route() {
        Hall::Overview => view("Overview", link(Hall::History, "History")),
        Hall::History => view("History", card("History", history())),
        Hall::Nowhere => not_found_view("Nothing here", text("There is no such page.")),
    }
}

impl Dashboard for Halls {
    type Device = Probe;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure_hall, hall];

    fn layout(self) -> Element {
        page("Halls", (self.again.label("Measure"), self.router))
    }
}

#[test]
fn the_items_of_charts_that_are_not_on_the_page_were_shipped_with_it() {
    browser_test(async |browser| {
        let server = Server::start::<Halls>(Probe).await;
        let tab = browser.open(&server.url()).await;
        tab.click("#again button").await;
        tab.until("document.querySelector('#again').dataset.pending === undefined").await;
        let with = get(server.address, "/history").await;
        let without = get(server.address, "/").await;
        assert!(with.matches("\"values\":[").count() > 300, "the page with the chart has its samples");
        assert_eq!(without.matches("{\"t\":").count(), 0, "the page without it has none");
        // They come when the chart comes onto the page.
        let late = browser.open(&server.url()).await;
        late.click("a[data-route='/history']").await;
        late.until(&format!("{DRAWN} > 0.9")).await;
        // A sample that comes afterwards is added to them.
        tab.click("#again button").await;
        late.until(&format!("{DRAWN} > 0.9")).await;
    });
}
