//! The legend of a trend switches its series off and on, by mouse, finger and keyboard.

use std::time::{Duration, SystemTime};

use dash_devices::{App, Handle, prelude::*};

use crate::support::{Server, Tab, browser_test, phone};

#[derive(Route)]
enum Room {
    #[route("/")]
    Chart,
    #[route("/other")]
    Other,
    #[route(not_found)]
    Nowhere,
}

#[components]
struct Bench {
    router: Router,
    #[dynamic]
    chart: Trend,
}

#[callback(output = Bench::router.children)]
fn room(#[input(Bench::router.path)] path: &dash_devices::Path) -> Element {
    match path.route() {
        Room::Chart => {
            let series = [Series::new("Voltage").unit("V").bad_above(9), Series::new("Power").unit("W")];
            let chart = Bench::chart.place().label("Bench").series(series).window(10.0);
            view("Chart", (card("Bench", chart), link(Room::Other, "Other")))
        }
        Room::Other => view("Other", link(Room::Chart, "Chart")),
        Room::Nowhere => not_found_view("Nothing here", text("There is no such page.")),
    }
}

impl Dashboard for Bench {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![room];

    fn layout(self) -> Element {
        page("Bench", self.router)
    }
}

/// Eleven samples: up to 10 V and 1000 W.
async fn bench() -> (Server, Handle<Bench>) {
    let mut handle = None;
    let server = Server::start_app(App::with::<Bench>(|given| handle = Some(given)).unwrap()).await;
    let handle = handle.unwrap();
    let end = SystemTime::now();
    let sample = |second: u32| {
        let at = end - Duration::from_secs(10) + Duration::from_secs(second.into());
        Sample::at(at, [f64::from(second), 100.0 * f64::from(second)])
    };
    handle.push(changes![Bench::chart.points = (0..=10).map(sample).collect::<Vec<_>>()]).unwrap();
    (server, handle)
}

/// Remembers the texts of the last drawing of a canvas.
const TEXTS: &str = "globalThis.texts = []; {
    const { clearRect, fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        globalThis.texts = [];
        clearRect.apply(this, box);
    };
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        globalThis.texts.push(text);
        fillText.call(this, text, ...place);
    };
}";

/// Whether the value axis reaches the watts.
const WATTS: &str = "texts.some((text) => /^[0-9]+$/.test(text) && Number(text) >= 200)";
/// Whether it is an axis of volts alone.
const VOLTS: &str = "texts.includes('10\u{a0}V')";
const LIMIT: &str = "texts.some((text) => text.includes('alarm above 9'))";

fn switch(number: u32) -> String {
    format!("#chart .dd-trend-legend > li:nth-child({number}) > button")
}

async fn until_pressed(tab: &Tab<'_>, number: u32, on: bool) {
    let pressed = format!("document.querySelector({:?})?.getAttribute('aria-pressed') === '{on}'", switch(number));
    tab.until(&pressed).await;
}

#[test]
fn the_legend_switches_series_and_their_limits_and_the_axis_fits_what_is_shown() {
    browser_test(async |browser| {
        let (server, _handle) = bench().await;
        let tab = browser.tab().await;
        tab.before_the_page(TEXTS).await;
        tab.go(&server.url()).await;
        tab.until(&format!("{WATTS} && {LIMIT} && !{VOLTS}")).await;
        until_pressed(&tab, 2, true).await;
        // A mouse needs no more room than a line of text, with numbers that are larger than the names.
        let height = "document.querySelector('#chart .dd-trend-legend > li').getBoundingClientRect().height";
        let height: f64 = tab.js(height).await;
        assert!((24.0..=26.0).contains(&height), "{height} px");
        tab.click(&switch(2)).await;
        until_pressed(&tab, 2, false).await;
        tab.until(&format!("{VOLTS} && {LIMIT} && !{WATTS}")).await;
        // The value of now stays, and its alarm too.
        tab.focus(&switch(1)).await;
        tab.press(" ").await;
        until_pressed(&tab, 1, false).await;
        tab.until(&format!("!{LIMIT}")).await;
        let zone = "document.querySelector('#chart .dd-trend-zone').textContent";
        assert_eq!(tab.js::<String>(zone).await, "alarm");
        // A screen reader hears what is shown.
        tab.press("Enter").await;
        until_pressed(&tab, 1, true).await;
        tab.focus("#chart .dd-chart-plot").await;
        tab.press("ArrowLeft").await;
        let said = "document.querySelector('#chart [role=status]').textContent";
        tab.until(&format!("{said}.includes('Voltage')")).await;
        assert!(!tab.js::<String>(said).await.contains("Power"));
        // Another page of the dashboard, and back.
        tab.click("a[data-route='/other']").await;
        tab.until("!document.querySelector('#chart')").await;
        tab.click("a[data-route='/']").await;
        until_pressed(&tab, 2, false).await;
        tab.until(&format!("{VOLTS} && !{WATTS}")).await;
        tab.click(&switch(2)).await;
        tab.until(&format!("{WATTS} && !{VOLTS}")).await;
    });
}

#[test]
fn a_finger_switches_a_series_anywhere_on_its_entry() {
    browser_test(async |browser| {
        let (server, _handle) = bench().await;
        let tab = phone(browser, &server, 800).await;
        until_pressed(&tab, 2, true).await;
        let entry = "document.querySelector('#chart .dd-trend-legend > li:nth-child(2)').getBoundingClientRect()";
        let (width, height) = (format!("{entry}.width"), format!("{entry}.height"));
        assert!(tab.js::<f64>(&width).await >= 44.0 && tab.js::<f64>(&height).await >= 44.0);
        tab.tap("#chart .dd-trend-legend > li:nth-child(2) .dd-chart-value").await;
        until_pressed(&tab, 2, false).await;
        until_pressed(&tab, 1, true).await;
    });
}
