//! A page that is opened by its address, loaded again, or come back to has all items of each stream on it.

use std::time::{Duration, SystemTime};

use dash_devices::{
    AudioFrame, AudioLevel, AuditLog, ChannelLevel, EventMarker, Figure, Graph, GraphPoints, Log, LogLine, Path,
    Sparkline, Sweep, Terminal, Tone, Waterfall, prelude::*,
};
use serde_json::json;

use crate::{
    support::{Server, Tab, browser_test},
    trend::DRAWN,
};

#[components]
struct Rooms {
    router: Router,
    again: Button,
    fixed: Log,
    #[dynamic]
    history: Trend,
    #[dynamic]
    spark: Sparkline,
    #[dynamic]
    log: Log,
    #[dynamic]
    console: Terminal,
    #[dynamic]
    fall: Waterfall,
    #[dynamic]
    loud: AudioLevel,
    #[dynamic]
    figure: Graph,
    #[dynamic]
    commands: AuditLog,
}

fn wave(at: u32) -> f64 {
    50.0 + 40.0 * (f64::from(at) / 9.0).sin()
}

/// Half a minute of measurements, at once.
#[callback_shared(on = Rooms::again.click, output = (
    Rooms::history.points, Rooms::spark.values, Rooms::fall.rows, Rooms::loud.levels,
))]
fn measure() -> (Vec<Sample>, Vec<Option<f64>>, Vec<Sweep>, Vec<AudioFrame>) {
    let now = SystemTime::now();
    let time = |at: u32| now - Duration::from_millis(100) * (300 - at);
    let sweep = |at: u32| Sweep::at(time(at), (0..64).map(|place| wave(at + place)));
    (
        (0..=300).map(|at| Sample::at(time(at), [wave(at)])).collect(),
        (0..60).map(|at| Some(wave(at))).collect(),
        (240..300).map(sweep).collect(),
        vec![AudioFrame(vec![ChannelLevel { level: -20.0, peak: 0.0 }])],
    )
}

#[callback_shared(on = Rooms::again.click, output = (Rooms::fixed.lines, Rooms::log.lines, Rooms::console.output))]
fn write() -> (Vec<LogLine>, Vec<LogLine>, Vec<String>) {
    (
        vec![LogLine::info("fixed line")],
        vec![LogLine::info("first line"), LogLine::info("last line")],
        vec!["first output\n".to_owned(), "last output\n".to_owned()],
    )
}

/// An event in the middle of the measurements, and two points for a figure that has one.
#[callback_shared(on = Rooms::again.click, output = (Rooms::history.markers, Rooms::figure.extend))]
fn mark() -> (EventMarker, GraphPoints) {
    let middle = SystemTime::now() - Duration::from_secs(15);
    (EventMarker::at(middle, "Door").tone(Tone::Bad), GraphPoints::new(0).points([(4, 16), (5, 25)]))
}

#[callback(output = Rooms::router.children)]
fn room(#[input(Rooms::router.path)] path: &Path) -> Element {
    let name = match path.as_str() {
        "/" => "Hall",
        "/kitchen" => "Kitchen",
        _ => return view("Garden", text("Nothing is measured here.")),
    };
    let history = Rooms::history.place().label(name).series(["wave"]).window(30.0).min(0.0).max(100.0);
    let fall = Rooms::fall.place().label("Fall").frequencies(0.0..=64.0).range(0.0..=100.0);
    let figure = json!({ "data": [{ "name": "Curve", "x": [3], "y": [9] }] });
    let figure = Rooms::figure.place().label("Curve").figure(Figure::try_from(figure).unwrap_or_default());
    // Charts are drawn only in sight, so they come first.
    view(
        name,
        (
            card(name, (history, Rooms::spark.place())).width(Width::Wide),
            card("Sound", (Rooms::loud.place().label("Loud"), fall)),
            card("Figure", figure.height(160)),
            card("Texts", (Rooms::log.place(), Rooms::console.place())),
            card("Commands", Rooms::commands.place()),
        ),
    )
}

impl Dashboard for Rooms {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![measure, write, mark, room];

    fn layout(self) -> Element {
        page("House", (self.again.label("Measure"), self.fixed, self.router))
    }
}

/// The number of red pixels of the trend: its marker is red, and its line is not.
const RED: &str = "(() => {
    const canvas = document.querySelector('#history canvas');
    if (!canvas?.width || !canvas.height) return 0;
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const pixels = copy.getImageData(0, 0, canvas.width, canvas.height).data;
    let count = 0;
    for (let at = 0; at < pixels.length; at += 4) {
        const [red, green, blue] = pixels.subarray(at, at + 3);
        if (pixels[at + 3] > 150 && red - Math.max(green, blue) > 60) count++;
    }
    return count;
})()";

/// For each stream, whether the page shows its items.
fn shown() -> Vec<(&'static str, String)> {
    let has = |id: &str, text: &str| format!("document.querySelector('{id}').textContent.includes('{text}')");
    vec![
        ("a log of the layout", has("#fixed", "fixed line")),
        // The labels of the axis take a tenth of a narrow one.
        ("a trend", format!("{DRAWN} > 0.8")),
        ("the markers of a trend", format!("{RED} > 20")),
        (
            "points of a figure",
            "document.querySelector('#figure .dd-graph-plot')?.data?.[0].x.join() === '3,4,5'".to_owned(),
        ),
        ("records of commands", has("#commands tbody", "again.click")),
        ("a sparkline", "(document.querySelector('#spark path')?.getAttribute('d') ?? '').length > 100".to_owned()),
        ("a log", format!("{} && {}", has("#log", "first line"), has("#log", "last line"))),
        ("a terminal", format!("{} && {}", has("#console", "first output"), has("#console", "last output"))),
        ("a waterfall", format!("{} > 0.5", DRAWN.replace("#history", "#fall"))),
        // The bar falls without further frames. The lamp of a clipped signal stays on.
        ("levels of sound", "!document.querySelector('#loud .dd-audio-clip').disabled".to_owned()),
    ]
}

async fn is_whole(tab: &Tab<'_>) {
    // Charts are drawn only in sight.
    let metrics = json!({ "width": 1280, "height": 2000, "deviceScaleFactor": 1, "mobile": false });
    tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    for (_, condition) in shown() {
        tab.until(&condition).await;
    }
}

/// The page has the items, and what comes a moment later does not wipe them.
async fn stays_whole(tab: &Tab<'_>) {
    is_whole(tab).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    for (what, condition) in shown() {
        assert!(tab.js::<bool>(&condition).await, "{what} was wiped");
    }
}

#[test]
fn fault_b1_a_stream_on_a_routed_page_was_empty_after_it_was_loaded_again_or_opened_by_its_address() {
    browser_test(async |browser| {
        let server = Server::start::<Rooms>(()).await;
        let tab = browser.open(&server.url()).await;
        for (what, condition) in shown() {
            assert!(!tab.js::<bool>(&condition).await, "{what} has items before there are any");
        }
        tab.click("#again button").await;
        is_whole(&tab).await;
        tab.reload().await;
        tab.until_live().await;
        // The private callback places them once more.
        stays_whole(&tab).await;
        let late = browser.open(&format!("{}kitchen", server.url())).await;
        late.until_live().await;
        stays_whole(&late).await;
        // They leave the page, and come back with it.
        let garden = browser.open(&format!("{}garden", server.url())).await;
        garden.run("history.pushState(null, '', 'kitchen'); dispatchEvent(new PopStateEvent('popstate'))").await;
        garden.until("document.querySelector('#history canvas') !== null").await;
        stays_whole(&garden).await;
    });
}
