//! Curves of x against y: what is drawn, what pointer and keys read, and what follows a change.

use dash_devices::prelude::*;

use crate::support::{Server, browser_test};

#[components]
struct Ui {
    add: Button,
    clear: Button,
    chart: XY,
}

/// Adds a point to the first curve, or removes all curves.
#[callback_shared(output = Ui::chart.curves)]
fn change(
    count: &mut u32,
    #[input(Ui::add.click)] add: Option<()>,
    #[input(Ui::clear.click)] clear: Option<()>,
) -> Edit<Vec<Curve>> {
    if clear.is_some() {
        return Edit::list().clear();
    }
    if add.is_none() {
        return Edit::list();
    }
    *count += 1;
    let x = f64::from(*count);
    Edit::with(move |curves: &mut Vec<Curve>| {
        if let Some(curve) = curves.first_mut() {
            curve.points.push([Some(2.0 + x), Some(10.0 * x)]);
        }
    })
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![change];

    fn layout(self) -> Element {
        let rise = Curve::new("Rise").points([(Some(0.0), Some(0.0)), (None, None), (Some(2.0), Some(10.0))]);
        let fall = Curve::new("Fall").points([(0.0, 10.0), (2.0, 0.0)]).dots().colour(7);
        let chart = self.chart.label("Sweep").x_label("Voltage").x_unit("V").y_label("Current").y_unit("mA");
        page("Curves", (self.add, self.clear, chart.curves([rise, fall])))
    }
}

/// The number of pixels of a curve's colour.
fn pixels(curve: u32) -> String {
    format!(
        "((entry) => {{ if (!entry) return 0; const canvas = document.querySelector('#chart canvas'); \
         const [r, g, b] = getComputedStyle(entry, '::before').backgroundColor.match(/[0-9.]+/g).map(Number); \
         const {{ data }} = canvas.getContext('2d', {{ willReadFrequently: true }})\
           .getImageData(0, 0, canvas.width, canvas.height); \
         let count = 0; for (let at = 0; at < data.length; at += 4) \
           count += Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b) < 12; \
         return count; }})(document.querySelector('#chart .dd-chart-legend > li:nth-child({curve})'))"
    )
}

#[test]
fn curves_are_drawn_and_follow_what_callbacks_add_and_replace() {
    browser_test(async |browser| {
        browser.allow("willReadFrequently");
        let server = Server::start::<Ui>(0).await;
        let tab = browser.open(&server.url()).await;
        for curve in [1, 2] {
            tab.until(&format!("{} > 10", pixels(curve))).await;
        }
        // Two single points, because the line is interrupted between them. Then a line follows.
        let single = tab.js::<u32>(&pixels(1)).await;
        tab.click("#add button").await;
        tab.click("#add button").await;
        tab.until("document.querySelector('#chart').props.curves[0].points.length === 5").await;
        tab.until(&format!("{} > {single}", pixels(1))).await;
        tab.click("#clear button").await;
        tab.until("document.querySelectorAll('#chart .dd-chart-legend > li').length === 0").await;
        assert_eq!(
            tab.attribute("#chart .dd-chart-plot", "aria-label").await.as_deref(),
            Some("Sweep: chart. Arrow keys read values.")
        );
    });
}

#[test]
fn pointer_and_keys_read_points() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(0).await;
        let tab = browser.open(&server.url()).await;
        let read =
            |curve: u32| format!("document.querySelector('#chart li:nth-child({curve}) .dd-chart-value').textContent");
        let said = "document.querySelector('#chart [role=status]').textContent";
        // Near the upper right corner is the last point of the first curve.
        let corner = tab.point("#chart .dd-chart-plot", 0.95, 0.1).await;
        tab.mouse("mouseMoved", corner, false).await;
        tab.until(&format!("{} === '2\\u00a0V, 10\\u00a0mA'", read(1))).await;
        assert_eq!(tab.js::<String>(&read(2)).await, "");
        tab.mouse("mouseMoved", (5.0, 5.0), false).await;
        tab.until(&format!("{} === ''", read(1))).await;

        tab.focus("#chart .dd-chart-plot").await;
        tab.press("ArrowRight").await;
        tab.until(&format!("{said} === 'Rise: 0\\u00a0V, 0\\u00a0mA'")).await;
        // The point without numbers is skipped.
        tab.press("ArrowRight").await;
        tab.until(&format!("{said} === 'Rise: 2\\u00a0V, 10\\u00a0mA'")).await;
        tab.press("ArrowDown").await;
        tab.until(&format!("{said} === 'Fall: 0\\u00a0V, 10\\u00a0mA'")).await;
        tab.press("End").await;
        tab.until(&format!("{} === '2\\u00a0V, 0\\u00a0mA'", read(2))).await;
        tab.press("Escape").await;
        tab.until(&format!("{} === ''", read(2))).await;
    });
}
