//! The cards of a page fill their lines at every width, also those that callbacks place.

use dash_devices::{App, prelude::*};
use serde_json::json;

use crate::support::{Browser, Example, Server, Tab, browser_test, phone, post};

/// The widths of a phone, a small and a usual tablet, a tablet on its side, and screens.
const WIDTHS: [u32; 7] = [390, 600, 820, 1024, 1280, 1920, 2560];

#[components]
struct Cards {
    curve: Trend,
    gauge: Gauge,
    long: Gauge,
    cpu: Text,
    memory: Text,
    level: Slider,
    placed: Container,
    more: Button,
}

#[callback_shared(on = Cards::more.click, output = Cards::placed.children)]
fn place() -> Element {
    Element::of((0..5).map(|n| card(format!("Placed {n}"), text("later"))).collect::<Vec<_>>())
}

impl Dashboard for Cards {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![place];

    fn layout(self) -> Element {
        let tile = |n: u32| card(format!("Tile {n}"), text("7")).width(Width::Narrow);
        page(
            "Cards",
            (
                section("Tiles", (1..=7).map(tile).collect::<Vec<_>>()),
                section(
                    "Cards",
                    (
                        card("Curve", self.curve.series(["a"])).width(Width::Wide),
                        card("Processor", self.cpu),
                        card("Memory", (self.memory, self.long.range(0.0..=1e9).value(12_345_678.0))),
                        card("Gauge", self.gauge.range(0.0..=1e12).value(1e11)),
                        card("Whole", "a line of its own").width(Width::Full),
                        card("Level", self.level),
                    ),
                ),
                section(
                    "Placed",
                    (
                        card("More", self.more.label("More")),
                        self.placed.children((card("Wide", "1").width(Width::Wide), card("One", "2"))),
                        card("Last", "3"),
                    ),
                ),
            ),
        )
    }
}

/// The lines of all boxes with cards: for each the place of its left and right end, and the gaps in it, in pixels.
const LINES: &str = "[...document.querySelectorAll('.dd-cards')].map((box) => {
    const frame = box.getBoundingClientRect();
    const hasBox = (node) => getComputedStyle(node).display !== 'contents';
    const isIn = (node) => node.parentElement.closest('.dd-cards') === box;
    const slots = [...box.querySelectorAll('.dd-card, .dd-pile, .dd-section')].filter(isIn)
        .filter((node) => hasBox(node) && ![node.parentElement.closest('.dd-pile')].some((pile) => pile && hasBox(pile)))
        .map((node) => node.getBoundingClientRect());
    const lines = Map.groupBy(slots, ({ top }) => Math.round(top));
    return [...lines.values()].map((line) => ({
        left: line[0].left - frame.left,
        right: frame.right - line.at(-1).right,
        widest: Math.max(0, ...line.slice(1).map((slot, at) => slot.left - line[at].right)),
        heights: new Set(line.map(({ height }) => Math.round(height))).size,
        cards: line.length,
    }));
})";

#[derive(Debug, serde::Deserialize)]
struct Line {
    left: f64,
    right: f64,
    widest: f64,
    heights: u32,
    cards: usize,
}

async fn assert_full(tab: &Tab<'_>, width: u32) -> Vec<Vec<Line>> {
    let boxes: Vec<Vec<Line>> = tab.js(LINES).await;
    for line in boxes.iter().flatten() {
        assert!(line.left.abs() < 1.0 && line.right.abs() < 1.0, "a hole at the end at {width}: {line:?}");
        assert!(line.widest < 17.0, "a hole between cards at {width}: {line:?}");
        assert_eq!(line.heights, 1, "a hole below a card at {width}: {line:?}");
    }
    let overflow: i32 = tab.js("document.documentElement.scrollWidth - innerWidth").await;
    assert!(overflow <= 0, "the page is {overflow} px too wide at {width}");
    boxes
}

#[test]
fn there_are_no_holes_at_any_width() {
    browser_test(async |browser| {
        let server = Server::start::<Cards>(()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        // Gauges side by side had numbers of different size if one of them was long.
        let sizes: Vec<f64> = tab
            .js("[...document.querySelectorAll('.dd-gauge-value')].map((text) => \
                 Number.parseFloat(getComputedStyle(text).fontSize) / text.parentElement.clientWidth)")
            .await;
        assert!(sizes.len() == 2 && sizes.iter().all(|size| (size - 0.07).abs() < 0.001), "{sizes:?}");
        for round in 0..2 {
            let mut tiles = Vec::new();
            for width in WIDTHS {
                let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
                tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
                let boxes = assert_full(&tab, width).await;
                tiles.push(boxes[1].iter().map(|line| line.cards).collect::<Vec<_>>());
            }
            if round == 0 {
                // The lines of one group are about equally long.
                let at = |width: u32| &tiles[WIDTHS.iter().position(|other| *other == width).unwrap()];
                assert_eq!((at(390), at(1280), at(2560)), (&vec![2, 2, 2, 1], &vec![4, 3], &vec![7]));
                tab.cdp("Emulation.clearDeviceMetricsOverride", json!({})).await;
                post(server.address, "/api/props/more/click", "null").await;
                tab.until("document.querySelectorAll('#placed > .dd-card').length === 5").await;
            }
        }
    });
}

/// The cards with free space below what is in them: their titles, and the part of their height that is free. The curve of a
/// chart is as high as its card.
const FREE: &str = "[...document.querySelectorAll('.dd-card')].map((card) => {
    const frame = card.getBoundingClientRect();
    const end = Math.max(...[...card.children].map((part) => part.getBoundingClientRect().bottom));
    return [card.querySelector('.dd-card-title').textContent, (frame.bottom - end) / frame.height];
})";

/// A table is as high as its rows, which nobody knows when the lines are made.
async fn assert_cards_are_used(browser: &Browser, name: &str, most: f64, but: &str) {
    let example = Example::start(browser, name);
    let tab = browser.open(&example.url()).await;
    tab.until_live().await;
    for width in [1280, 1920] {
        let metrics = json!({ "width": width, "height": 1600, "deviceScaleFactor": 1, "mobile": false });
        tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let cards: Vec<(String, f64)> = tab.js(FREE).await;
        println!("{name} {width} {cards:?}");
        for (title, free) in cards {
            assert!(free < most || title == but, "{free:.2} of {title} in {name} is free at {width}");
        }
    }
}

#[test]
fn fault_cards_of_the_host_were_half_empty_beside_two_gauges() {
    browser_test(async |browser| assert_cards_are_used(browser, "host", 0.45, "Temperatures").await);
}

#[test]
fn fault_the_set_points_of_the_bench_were_half_empty() {
    browser_test(async |browser| assert_cards_are_used(browser, "bench_supply", 0.45, "").await);
}

#[test]
fn fault_the_instrument_of_the_bench_was_half_empty_beside_a_pile_of_two_cards() {
    browser_test(async |browser| {
        let example = Example::start(browser, "bench_supply");
        let tab = browser.open(&example.url()).await;
        tab.until_live().await;
        let metrics = json!({ "width": 1024, "height": 1600, "deviceScaleFactor": 1, "mobile": false });
        tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
        tab.until("document.querySelectorAll('dd-status-list li, dd-status-list [role=listitem]').length === 3").await;
        let cards: Vec<(String, f64)> = tab.js(FREE).await;
        let (_, free) = cards.iter().find(|(title, _)| title == "Instrument").unwrap();
        assert!(*free < 0.25, "{free:.2} of it is free");
        // Its three cards stand in one line.
        let tops: Vec<f64> = tab
            .js("[...document.querySelectorAll('.dd-card')].filter((card) => \
                 /Switch|Alarm|Instrument/.test(card.querySelector('.dd-card-title').textContent)) \
                 .map((card) => card.getBoundingClientRect().top)")
            .await;
        assert_eq!(tops, [tops[0]; 3]);
    });
}

#[components]
struct Presets {
    presets: [Button; 4],
}

impl Dashboard for Presets {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let presets = ["3.3 V", "5 V", "12 V", "24 V"].into_iter().zip(self.presets);
        page("Presets", card("Voltage", row(presets.map(|(volts, preset)| preset.label(volts)).collect::<Vec<_>>())))
    }
}

#[test]
fn fault_the_last_of_four_buttons_stood_alone_in_a_narrow_card() {
    browser_test(async |browser| {
        let server = Server::start::<Presets>(()).await;
        let tab = browser.open(&server.url()).await;
        for (width, lines) in [(300, vec![2, 2]), (1280, vec![4])] {
            let metrics = json!({ "width": width, "height": 700, "deviceScaleFactor": 1, "mobile": false });
            tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
            let places: Vec<(f64, f64, f64, f64)> = tab
                .js("[...document.querySelectorAll('dd-button')].map((button) => {
                    const { left, right, top, bottom } = button.getBoundingClientRect();
                    return [left, right, top, bottom];
                })")
                .await;
            let mut tops: Vec<f64> = places.iter().map(|place| place.2).collect();
            tops.dedup();
            let counts: Vec<_> = tops.iter().map(|top| places.iter().filter(|place| place.2 == *top).count()).collect();
            assert_eq!(counts, lines, "at {width}: {places:?}");
            let distance = |one: f64, other: f64| (other - one - 12.0).abs() < 0.5;
            assert!(distance(places[0].1, places[1].0), "side by side: {places:?}");
            assert!(lines.len() == 1 || distance(places[0].3, places[2].2), "below each other: {places:?}");
            // The card is as high as without the distance below the last line.
            let pad: f64 = tab
                .js("(() => {
                    const card = document.querySelector('.dd-card').getBoundingClientRect();
                    return card.bottom - Math.max(...[...document.querySelectorAll('dd-button')]
                        .map((button) => button.getBoundingClientRect().bottom));
                })()")
                .await;
            assert!((pad - 17.0).abs() < 1.0, "{pad} px below the last line at {width}");
        }
    });
}

#[components]
struct Dials {
    volts: Gauge,
    amperes: Gauge,
    watts: Gauge,
}

impl Dashboard for Dials {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Dials", card("Output", grid((self.volts, self.amperes, self.watts)).width(Width::Narrow)))
    }
}

#[test]
fn fault_the_third_gauge_stood_alone_at_the_left_of_a_phone() {
    browser_test(async |browser| {
        let server = Server::start::<Dials>(()).await;
        let tab = phone(browser, &server, 700).await;
        let places: Vec<(f64, f64)> = tab
            .js("[...document.querySelectorAll('dd-gauge > svg, .dd-grid')].map((part) => \
                 (({ left, right, top }) => [(left + right) / 2, top])(part.getBoundingClientRect()))")
            .await;
        let [grid, volts, amperes, watts] = *places else { panic!("{places:?}") };
        assert!(volts.1 == amperes.1 && watts.1 > volts.1, "two and one: {places:?}");
        let widths: Vec<f64> =
            tab.js("[...document.querySelectorAll('dd-gauge > svg')].map((dial) => dial.clientWidth)").await;
        assert!(widths.iter().all(|width| *width == widths[0]), "numbers of one size: {widths:?}");
        assert!((grid.0 - watts.0).abs() < 1.0 && (volts.0 + amperes.0 - 2.0 * grid.0).abs() < 1.0, "{places:?}");
    });
}

#[components]
struct Whole {
    high: Text,
    low: Text,
    lines: Log,
}

impl Dashboard for Whole {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page(
            "Whole",
            (
                card("Grid", grid((self.high, self.low)).width(Width::Full)).width(Width::Full),
                card("Lines", self.lines),
                card("Beside", text("a card")),
                card("Beside too", text("a card")),
            ),
        )
    }
}

/// A page with a grid of one column, and a log in a card of a third of the line.
async fn whole(browser: &Browser) -> (Server, Tab<'_>) {
    let mut handle = None;
    let server = Server::start_app(App::with::<Whole>(|own| handle = Some(own)).unwrap()).await;
    let line = LogLine::warn("the answer to MEAS:VOLT? took longer than the time that the line allows");
    handle.unwrap().push(changes![Whole::lines.lines = line]).unwrap();
    let tab = browser.open(&server.url()).await;
    tab.until_live().await;
    (server, tab)
}

#[test]
fn fault_a_grid_of_the_whole_width_had_several_columns() {
    browser_test(async |browser| {
        let (_server, tab) = whole(browser).await;
        for width in WIDTHS {
            let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
            tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
            let columns = "getComputedStyle(document.querySelector('.dd-grid')).gridTemplateColumns.split(' ').length";
            assert_eq!(tab.js::<u32>(columns).await, 1, "at {width}");
        }
    });
}

#[test]
fn fault_the_text_of_a_log_in_a_narrow_card_was_out_of_sight() {
    browser_test(async |browser| {
        let (_server, tab) = whole(browser).await;
        tab.until("document.querySelector('.dd-log-text')").await;
        for (width, is_below) in [(390, true), (820, true), (1920, false)] {
            let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
            tab.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
            let [time, word, text]: [[f64; 2]; 3] = tab
                .js("['time', 'word', 'text'].map((part) => {
                    const box = document.querySelector(`.dd-log-${part}`).getBoundingClientRect();
                    return [box.left, box.top];
                })")
                .await;
            assert_eq!(time[1], word[1], "one line at {width}");
            assert_eq!((text[0] == time[0], text[1] > time[1]), (is_below, is_below), "at {width}: {time:?} {text:?}");
            // A line is as high as what is in it: the next one begins below.
            let inside = "(() => {
                const line = document.querySelector('.dd-log-line').getBoundingClientRect();
                return document.querySelector('.dd-log-text').getBoundingClientRect().bottom <= line.bottom;
            })()";
            assert!(tab.js::<bool>(inside).await, "at {width}");
        }
    });
}

#[components]
struct Tiles {
    air: Stat,
    air_lately: Sparkline,
    sun: Stat,
    sun_lately: Sparkline,
}

impl Dashboard for Tiles {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let long = "measured above the glass, in the middle of the roof";
        page(
            "Tiles",
            (
                card("", (self.air.label("Air").note("in the shade"), self.air_lately)).width(Width::Narrow),
                card("", (self.sun.label("Sun").note(long), self.sun_lately)).width(Width::Narrow),
            ),
        )
    }
}

#[test]
fn fault_curves_of_two_tiles_were_at_different_heights() {
    browser_test(async |browser| {
        let server = Server::start::<Tiles>(()).await;
        let tab = phone(browser, &server, 700).await;
        let bottoms = |parts: &str| {
            format!("[...document.querySelectorAll('{parts}')].map((part) => part.getBoundingClientRect().bottom)")
        };
        let notes: Vec<f64> = tab.js(&bottoms("dd-stat")).await;
        assert!(notes[1] - notes[0] > 10.0, "one note has more lines: {notes:?}");
        let curves: Vec<f64> = tab.js(&bottoms("dd-sparkline")).await;
        assert_eq!(curves[0], curves[1]);
    });
}
