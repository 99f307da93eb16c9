//! Histograms and heat maps: what is drawn, what pointer and keys read, and what follows a change.

use dash_devices::{App, Handle, prelude::*};

use crate::support::{Browser, Server, Tab, browser_test};

#[components]
struct Ui {
    jitter: Histogram,
    plate: Heatmap,
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let plate = self.plate.label("Plate").unit("°C").digits(1).x_range(0.0..=200.0).x_unit("mm");
        page("Grids", (self.jitter.label("Jitter").unit("ms"), plate))
    }
}

async fn grids(browser: &Browser) -> (Server, Tab<'_>, Handle<Ui>) {
    let mut handle = None;
    let server = Server::start_app(App::with::<Ui>(|given| handle = Some(given)).unwrap()).await;
    let tab = browser.open(&server.url()).await;
    (server, tab, handle.unwrap())
}

fn reading(component: &str) -> String {
    format!("document.querySelector('#{component} .dd-chart-reading').textContent")
}

#[test]
fn a_histogram_counts_and_its_bins_are_read() {
    browser_test(async |browser| {
        let (_server, tab, handle) = grids(browser).await;
        tab.until(&format!("{} === '0 values'", reading("jitter"))).await;
        let bins = Bins::of([0.5, 0.6, 2.5, 9.0, f64::NAN], 4, 0.0..=4.0);
        handle.push(changes![Ui::jitter.bins = bins]).unwrap();
        tab.until(&format!("{} === '4 values, 1 above, 1 not a number'", reading("jitter"))).await;
        // The first bin is at the left, behind the labels of the axis.
        tab.mouse("mouseMoved", tab.point("#jitter .dd-chart-plot", 0.15, 0.5).await, false).await;
        tab.until(&format!("{} === '0 to 1\\u00a0ms: 2 of 4 (50.0\\u00a0%)'", reading("jitter"))).await;
        tab.focus("#jitter .dd-chart-plot").await;
        tab.press("End").await;
        let said = "document.querySelector('#jitter [role=status]').textContent";
        tab.until(&format!("{said} === '3 to 4\\u00a0ms: 0 of 4 (0.0\\u00a0%)'")).await;
        tab.press("ArrowLeft").await;
        tab.until(&format!("{said} === '2 to 3\\u00a0ms: 1 of 4 (25.0\\u00a0%)'")).await;
        tab.press("Escape").await;
        tab.until(&format!("{} === '4 values, 1 above, 1 not a number'", reading("jitter"))).await;
    });
}

/// The colour in the middle of a heat map's upper left and lower right quarter.
const COLOURS: &str = "(() => {
    const canvas = document.querySelector('#plate canvas');
    const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    return [[0.3, 0.25], [0.8, 0.75]].map(([x, y]) =>
        [...copy.getImageData(Math.round(x * canvas.width), Math.round(y * canvas.height), 1, 1).data.slice(0, 3)]);
})()";

#[test]
fn a_heat_map_of_512_by_512_numbers_is_drawn_and_its_cells_are_read() {
    browser_test(async |browser| {
        let (_server, tab, handle) = grids(browser).await;
        let cells =
            |least: f32| Matrix::new(512, 512, move |column, row| least + if column + row < 512 { 0.0 } else { 9.0 });
        handle.push(changes![Ui::plate.cells = Some(Picture::from(cells(20.0)))]).unwrap();
        let ends =
            "[...document.querySelectorAll('#plate .dd-chart-scale > span')].map((end) => end.textContent).join('|')";
        tab.until(&format!("{ends} === '20||29\\u00a0°C'")).await;
        let dark_then_light = format!(
            "(([[r, g, b], [red, green, blue]]) => b > 1.2 * r && b > 1.2 * g && red > 200 && green > 200 && blue < red)({COLOURS})"
        );
        tab.until(&dark_then_light).await;
        assert_eq!(tab.js::<String>(&reading("plate")).await, "lowest 20.0\u{a0}°C, highest 29.0\u{a0}°C");
        tab.mouse("mouseMoved", tab.point("#plate .dd-chart-plot", 0.8, 0.75).await, false).await;
        tab.until(&format!("{}.endsWith(': 29.0\\u00a0°C')", reading("plate"))).await;
        // A finger hides what it reads: the reading stays when it is lifted.
        let touch = |event: &str| {
            format!(
                "document.querySelector('#plate .dd-chart-plot')\
                 .dispatchEvent(new PointerEvent('{event}', {{ pointerType: 'touch' }}))"
            )
        };
        tab.run(&touch("pointerleave")).await;
        assert!(tab.js::<String>(&reading("plate")).await.ends_with(": 29.0\u{a0}°C"));
        tab.run(&touch("pointercancel")).await;
        assert!(tab.js::<String>(&reading("plate")).await.starts_with("lowest "));
        tab.focus("#plate .dd-chart-plot").await;
        tab.press("Home").await;
        tab.press("Home").await;
        let said = "document.querySelector('#plate [role=status]').textContent";
        tab.until(&format!("{said}.startsWith('0.195313\\u00a0mm, ') && {said}.endsWith(': 20.0\\u00a0°C')")).await;
        // The next numbers come, and then there are none.
        handle.push(changes![Ui::plate.cells = Some(Picture::from(cells(-5.0)))]).unwrap();
        tab.until(&format!("{ends} === '-5||4\\u00a0°C'")).await;
        handle.push(changes![Ui::plate.cells = None::<Picture>]).unwrap();
        tab.until(&format!("{ends} === '||'")).await;
    });
}
