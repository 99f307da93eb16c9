//! Spectra: peaks, what is read, and the rows that a late joiner gets.

use dash_devices::{App, Handle, prelude::*};

use crate::support::{Browser, Server, Tab, browser_test};

#[components]
struct Ui {
    now: Spectrum,
    lately: Waterfall,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let now = self.now.label("Microphone").frequencies(0.0..=1_000.0).log(true).peak_hold(true);
        page("Spectra", (now, self.lately.label("Lately").frequencies(0.0..=1_000.0).range(-100.0..=0.0)))
    }
}

async fn spectra(browser: &Browser) -> (Server, Tab<'_>, Handle<Ui>) {
    let mut handle = None;
    let server = Server::start_app(App::with::<Ui>(|given| handle = Some(given)).unwrap()).await;
    let tab = browser.open(&server.url()).await;
    (server, tab, handle.unwrap())
}

/// Eleven levels, of which one is high.
fn sweep(high: usize, level: f64) -> Sweep {
    Sweep::now((0..11).map(|at| if at == high { level } else { -80.0 }))
}

fn reading(component: &str) -> String {
    format!("document.querySelector('#{component} .dd-chart-reading').textContent")
}

#[test]
fn a_spectrum_names_its_peak_and_holds_the_highest_levels() {
    browser_test(async |browser| {
        let (_server, tab, handle) = spectra(browser).await;
        handle.push(changes![Ui::now.sweep = sweep(4, -20.0)]).unwrap();
        tab.until(&format!("{} === 'Peak at 400\\u00a0Hz: -20.0\\u00a0dB'", reading("now"))).await;
        handle.push(changes![Ui::now.sweep = sweep(7, -30.0)]).unwrap();
        tab.until(&format!("{} === 'Peak at 700\\u00a0Hz: -30.0\\u00a0dB'", reading("now"))).await;
        tab.focus("#now .dd-chart-plot").await;
        let said = "document.querySelector('#now [role=status]').textContent";
        // Reading begins at the peak.
        tab.press("ArrowLeft").await;
        tab.until(&format!("{said} === '700\\u00a0Hz: -30.0\\u00a0dB, highest -30.0\\u00a0dB'")).await;
        for _ in 0..3 {
            tab.press("ArrowLeft").await;
        }
        tab.until(&format!("{said} === '400\\u00a0Hz: -80.0\\u00a0dB, highest -20.0\\u00a0dB'")).await;
        tab.click("#now .dd-spectrum-clear").await;
        tab.focus("#now .dd-chart-plot").await;
        tab.press("End").await;
        for _ in 0..6 {
            tab.press("ArrowLeft").await;
        }
        tab.until(&format!("{said} === '400\\u00a0Hz: -80.0\\u00a0dB, highest -80.0\\u00a0dB'")).await;
    });
}

#[test]
fn a_late_joiner_of_a_waterfall_gets_the_last_rows() {
    browser_test(async |browser| {
        let (server, tab, handle) = spectra(browser).await;
        let rows: Vec<_> = (0..150).map(|at| sweep(at % 11, -20.0)).collect();
        handle.push(changes![Ui::lately.rows = rows]).unwrap();
        let ends =
            "[...document.querySelectorAll('#lately .dd-chart-scale > span')].map((end) => end.textContent).join('|')";
        tab.until(&format!("{ends} === '-100||0\\u00a0dB'")).await;
        let late = browser.open(&server.url()).await;
        late.until(&format!("{ends} === '-100||0\\u00a0dB'")).await;
        let said = "document.querySelector('#lately [role=status]').textContent";
        for page in [&tab, &late] {
            page.focus("#lately .dd-chart-plot").await;
            page.press("End").await;
            page.until(&format!("{said}.startsWith('500\\u00a0Hz, ')")).await;
            // The newest row is number 149, so 149 % 11 = 6 is high.
            page.press("ArrowRight").await;
            page.until(&format!("{said}.startsWith('600\\u00a0Hz, ') && {said}.endsWith(': -20.0\\u00a0dB')")).await;
            // 119 rows further down is the oldest one that is kept: number 30, whose level 8 is high.
            page.run(
                "for (let at = 0; at < 200; at++) document.querySelector('#lately .dd-chart-plot')\
                 .dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));",
            )
            .await;
            page.press("ArrowRight").await;
            page.press("ArrowRight").await;
            page.until(&format!("{said}.startsWith('800\\u00a0Hz, ') && {said}.endsWith(': -20.0\\u00a0dB')")).await;
        }
    });
}
