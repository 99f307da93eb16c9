//! A trend with two axes, limits and markers: what it says about them, and the files that it makes of them.

use std::{
    fs,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use dash_devices::{App, Handle, prelude::*, store::MemoryStore};

use crate::{
    support::{Server, Tab, browser_test, eventually},
    texts::Folder,
};

#[components]
struct Bench {
    chart: Trend,
}

impl Dashboard for Bench {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let series = [Series::new("Voltage").unit("V"), Series::new("Current").unit("mA").right()];
        let chart = self.chart.label("Bench").series(series).window(10.0).warn_above(7).bad_above(9).export(true);
        page("Bench", card("Bench", chart))
    }
}

/// 2026-01-01T00:00:00Z
const START: u64 = 1_767_225_600;

/// Eleven samples, one in each second, and an event between two of them.
async fn bench() -> (Server, Handle<Bench>) {
    let mut handle = None;
    let server = Server::start_app(App::with::<Bench>(|given| handle = Some(given)).unwrap()).await;
    let handle = handle.unwrap();
    let at = |tenths: u64| UNIX_EPOCH + Duration::from_millis(1_000 * START + 100 * tenths);
    let sample = |second: u32| {
        let volts = (second != 3).then_some(f64::from(second));
        Sample::at(at(10 * u64::from(second)), [volts, Some(100.0 * f64::from(second))])
    };
    let samples: Vec<_> = (0..=10).map(sample).collect();
    let event = EventMarker::at(at(52), "Load on").tone(Tone::Accent);
    handle.push(changes![Bench::chart.points = samples, Bench::chart.markers = vec![event]]).unwrap();
    (server, handle)
}

fn entry(number: u32, part: &str) -> String {
    format!("document.querySelector('#chart .dd-trend-legend > li:nth-child({number}) {part}').textContent")
}

#[test]
fn the_legend_says_what_is_beyond_a_limit_and_the_keyboard_reads_events() {
    browser_test(async |browser| {
        let (server, _handle) = bench().await;
        let tab = browser.open(&server.url()).await;
        tab.until(&format!("{} === 'alarm'", entry(1, ".dd-trend-zone"))).await;
        // The limits belong to the left axis. 1000 mA are at the right one.
        assert_eq!(tab.js::<String>(&entry(2, ".dd-trend-zone")).await, "");
        assert_eq!(tab.js::<String>(&entry(2, ".dd-trend-side")).await, "right axis");
        tab.focus("#chart .dd-chart-plot").await;
        for zone in ["warning", "warning", ""] {
            tab.press("ArrowLeft").await;
            tab.until(&format!("{} === '{zone}'", entry(1, ".dd-trend-zone"))).await;
        }
        let said = "document.querySelector('#chart [role=status]').textContent";
        assert!(!tab.js::<String>(said).await.contains("Load on"));
        tab.press("ArrowLeft").await;
        tab.press("ArrowLeft").await;
        tab.until(&format!("{said}.endsWith('Voltage 5.0 V, Current 500 mA, Load on')")).await;
    });
}

async fn saved(tab: &Tab<'_>, folder: &Folder, kind: &str) -> Vec<u8> {
    tab.click(&format!("#chart [data-export={kind}]")).await;
    let file = folder.0.join(format!("Bench-2026-01-01T00-00-10.{kind}"));
    eventually("the file", async || fs::read(&file).ok().filter(|bytes| !bytes.is_empty())).await
}

#[test]
fn what_a_trend_shows_is_saved_as_a_table_and_as_a_picture() {
    browser_test(async |browser| {
        let (server, _handle) = bench().await;
        let folder = Folder::new("trend-files");
        let (tab, other) = browser.two_tabs(&server.url()).await;
        browser.save_downloads(&folder.0).await;
        tab.until(&format!("{} === 'alarm'", entry(1, ".dd-trend-zone"))).await;
        let table = String::from_utf8(saved(&tab, &folder, "csv").await).unwrap();
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 1 + 11 + 1, "{table}");
        assert_eq!(lines[..2], ["time,Voltage [V],Current [mA],event", "2026-01-01T00:00:00.000000Z,0,0,"]);
        assert_eq!(lines[4], "2026-01-01T00:00:03.000000Z,,300,");
        assert_eq!(lines[6..8], ["2026-01-01T00:00:05.000000Z,5,500,", "2026-01-01T00:00:05.200000Z,,,Load on"]);
        let picture = saved(&tab, &folder, "png").await;
        assert_eq!(picture[..8], *b"\x89PNG\r\n\x1a\n");
        let width = u32::from_be_bytes(picture[16..20].try_into().unwrap());
        let plot = tab.js::<u32>("document.querySelector('#chart canvas').width").await;
        assert!(width > plot, "{width} {plot}");
        drop(other);
    });
}

#[components]
struct Logger {
    #[keep(for = "1d")]
    chart: Trend,
}

impl Dashboard for Logger {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Logger", card("Logger", self.chart.label("Kept").series(["a"]).window(60.0).export(true)))
    }
}

/// The page has 2 000 samples, and of the past as many as it has pixels.
#[test]
fn the_table_of_a_kept_history_has_the_samples_that_no_page_has() {
    browser_test(async |browser| {
        let mut handle = None;
        let app = App::with::<Logger>(|given| handle = Some(given)).unwrap().store_in(MemoryStore::new());
        let server = Server::start_app(app).await;
        // What is older than a day is not kept.
        let start = SystemTime::now() - Duration::from_secs(6_000);
        let sample = |second: u32| Sample::at(start + Duration::from_secs(u64::from(second)), [f64::from(second)]);
        let samples: Vec<_> = (0..6_000).map(sample).collect();
        handle.unwrap().push(changes![Logger::chart.points = samples]).unwrap();
        let folder = Folder::new("kept-files");
        let (tab, other) = browser.two_tabs(&server.url()).await;
        browser.save_downloads(&folder.0).await;
        tab.until(&format!("{} === '5999'", entry(1, ".dd-chart-value"))).await;
        tab.focus("#chart .dd-chart-plot").await;
        // From a minute to more than two hours.
        for _ in 0..7 {
            tab.keys("-").await;
        }
        tab.until("document.querySelector('#chart .dd-chart-plot').hasAttribute('data-past')").await;
        tab.click("#chart [data-export=csv]").await;
        let table = eventually("the file", async || {
            let file = fs::read_dir(&folder.0).unwrap().map(|file| file.unwrap().path());
            let file = { file }.find(|path| path.extension().is_some_and(|ending| ending == "csv"))?;
            fs::read_to_string(file).ok().filter(|text| !text.is_empty())
        })
        .await;
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 1 + 6_000);
        assert_eq!(lines[0], "time,a");
        let fields: Vec<_> = [lines[1], lines[6_000]].into_iter().filter_map(|line| line.split_once("Z,")).collect();
        assert_eq!((fields[0].1, fields[1].1), ("0", "5999"));
        drop(other);
    });
}
