//! Figures of plotly: events reach callbacks, points are added, the theme is followed, and the page's policy holds.

use dash_devices::{App, Handle, prelude::*};
use serde_json::{Value, json};

use crate::support::{Browser, Server, Tab, browser_test};

#[components]
struct Ui {
    theme: ThemeSwitch,
    graph: Graph,
    told: Text,
    zoomed: Text,
    bars: Graph,
    pie: Graph,
    heat: Graph,
    contour: Graph,
}

#[callback_shared(output = Ui::told.text)]
fn tell(#[input(Ui::graph.click)] points: Option<Vec<GraphPoint>>) -> String {
    let one = |point: GraphPoint| format!("{} {:?} {:?} {:?}", point.name, point.index, point.x, point.y);
    points.into_iter().flatten().map(one).collect()
}

#[callback_shared(output = Ui::zoomed.text)]
fn zoom(#[input(Ui::graph.relayout)] axes: Option<Vec<AxisRange>>) -> String {
    axes.into_iter().flatten().map(|range| format!("{} {}|", range.axis, range.automatic)).collect()
}

/// Bold text, a matrix that is smoothed and a scale with lines: what plotly.js has style attributes for.
fn figure(trace: Value, title: &str) -> Figure {
    let layout = json!({ "title": { "text": format!("<b>{title}</b>") }, "dragmode": "zoom" });
    Figure::try_from(json!({ "data": [trace], "layout": layout })).unwrap()
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![tell, zoom];

    fn layout(self) -> Element {
        let curve = json!({ "name": "Curve", "x": [0, 1, 2], "y": [0, 1, 4] });
        let matrix = json!([[1, 2, 3], [2, 3, 4], [3, 4, 9]]);
        let bars = figure(json!({ "type": "bar", "x": ["a", "b"], "y": [1, 2] }), "Bars");
        let pie = figure(json!({ "type": "pie", "labels": ["a", "b"], "values": [1, 2] }), "Pie");
        let heat = figure(json!({ "type": "heatmap", "z": matrix }), "Heat");
        let contour = figure(json!({ "type": "contour", "z": matrix, "contours": { "showlabels": true } }), "Contour");
        page(
            "Figures",
            (
                self.theme.night(true),
                self.graph.label("Curve").figure(figure(curve, "First")).keep(4),
                row((self.told, self.zoomed)),
                column((
                    self.bars.figure(bars),
                    self.pie.figure(pie),
                    self.heat.figure(heat),
                    self.contour.figure(contour),
                )),
            ),
        )
    }
}

async fn figures(browser: &Browser) -> (Server, Tab<'_>, Handle<Ui>) {
    let mut handle = None;
    let server = Server::start_app(App::with::<Ui>(|given| handle = Some(given)).unwrap()).await;
    let tab = browser.open(&server.url()).await;
    tab.until(&drawn("graph")).await;
    (server, tab, handle.unwrap())
}

fn drawn(graph: &str) -> String {
    format!("document.querySelector('#{graph} .main-svg') && document.querySelector('#{graph} .dd-graph-note').hidden")
}

const PLOT: &str = "document.querySelector('#graph .dd-graph-plot')";

/// Where a point of the curve is on the page.
async fn place(tab: &Tab<'_>, x: f64, y: f64) -> (f64, f64) {
    let [x, y]: [f64; 2] = tab
        .js(&format!(
            "(() => {{ const plot = {PLOT}; plot.scrollIntoView({{ block: 'center', behavior: 'instant' }}); \
             const {{ left, top }} = plot.getBoundingClientRect(); const {{ xaxis, yaxis }} = plot._fullLayout; \
             return [left + xaxis._offset + xaxis.l2p({x}), top + yaxis._offset + yaxis.l2p({y})]; }})()"
        ))
        .await;
    (x, y)
}

async fn shown(tab: &Tab<'_>) -> [Value; 2] {
    tab.js(&format!("[{PLOT}.data[0].x, {PLOT}.data[0].y]")).await
}

#[test]
fn a_click_on_a_point_reaches_a_callback_and_a_zoomed_view_stays() {
    browser_test(async |browser| {
        let (_server, tab, handle) = figures(browser).await;
        let point = place(&tab, 1.0, 1.0).await;
        for (kind, down) in [("mouseMoved", false), ("mousePressed", true), ("mouseReleased", false)] {
            tab.mouse(kind, point, down).await;
        }
        tab.wait_for_text("#told", "Curve Some(1) Number(1.0) Number(1.0)").await;
        // A box over half of the width.
        let (from, to) = (place(&tab, 0.5, 0.5).await, place(&tab, 1.5, 3.0).await);
        tab.mouse("mouseMoved", from, false).await;
        tab.mouse("mousePressed", from, true).await;
        tab.mouse("mouseMoved", ((from.0 + to.0) / 2.0, (from.1 + to.1) / 2.0), true).await;
        tab.mouse("mouseMoved", to, true).await;
        tab.mouse("mouseReleased", to, false).await;
        tab.wait_for_text("#zoomed", "xaxis false|yaxis false|").await;
        let range = format!("{PLOT}._fullLayout.xaxis.range");
        let zoomed: [f64; 2] = tab.js(&range).await;
        assert!(zoomed[0] > 0.3 && zoomed[1] < 1.7, "{zoomed:?}");
        let other = json!({ "name": "Curve", "x": [0, 1, 20], "y": [0, 1, 400] });
        handle.push(changes![Ui::graph.figure = figure(other, "Second")]).unwrap();
        tab.until("document.querySelector('#graph .gtitle').textContent === 'Second'").await;
        assert_eq!(tab.js::<[f64; 2]>(&range).await, zoomed);
        let spoken = tab.attribute("#graph [role=figure]", "aria-label").await;
        assert_eq!(spoken.as_deref(), Some("Curve: Second. Figure with 1 trace: Curve (scatter)"));
    });
}

#[test]
fn points_are_added_for_all_clients_alike_and_the_theme_is_followed() {
    browser_test(async |browser| {
        let (server, tab, handle) = figures(browser).await;
        let points = vec![GraphPoints::new(0).point(3, 9), GraphPoints::new(0).points([(4, 16), (5, 25)])];
        handle.push(changes![Ui::graph.extend = points]).unwrap();
        tab.until(&format!("{PLOT}.data[0].x.at(-1) === 5")).await;
        let late = browser.open(&server.url()).await;
        late.until(&drawn("graph")).await;
        late.until(&format!("{PLOT}.data[0].x.at(-1) === 5")).await;
        for page in [&tab, &late] {
            // `keep` is 4.
            assert_eq!(shown(page).await, [json!([2, 3, 4, 5]), json!([4, 9, 16, 25])]);
        }
        let text = format!("getComputedStyle({PLOT}.querySelector('.gtitle')).fill");
        let light: String = late.js(&text).await;
        late.run("document.querySelector('dd-theme-switch [data-choice=dark]').click()").await;
        late.until(&format!("{text} !== '{light}'")).await;
        let is_page = format!("{text} === getComputedStyle(document.querySelector('#graph .dd-graph-box')).caretColor");
        late.until(&is_page).await;
    });
}

/// The browser's complaints fail the test: the content security policy is the same as without figures.
#[test]
fn all_kinds_are_drawn_under_the_policy_of_the_page_and_elements_that_are_moved_are_drawn_again() {
    browser_test(async |browser| {
        let (_server, tab, _handle) = figures(browser).await;
        for graph in ["bars", "pie", "heat", "contour"] {
            tab.run(&format!("document.querySelector('#{graph}').scrollIntoView({{ behavior: 'instant' }})")).await;
            tab.until(&drawn(graph)).await;
        }
        let weight = "getComputedStyle(document.querySelector('#bars .gtitle tspan')).fontWeight";
        assert_eq!(tab.js::<String>(weight).await, "700");
        let smooth = "getComputedStyle(document.querySelector('#heat .hm image')).imageRendering";
        assert_eq!(tab.js::<String>(smooth).await, "pixelated");
        // One file for all, which the browser keeps.
        let loads = "performance.getEntriesByType('resource').filter(({ name }) => /plotly/.test(name)).length";
        assert_eq!(tab.js::<u32>(loads).await, 1);
        tab.run("window.taken = document.querySelector('#bars'); taken.remove()").await;
        tab.until("!taken.querySelector('.main-svg')").await;
        tab.run("document.querySelector('main').append(taken); taken.scrollIntoView({ behavior: 'instant' })").await;
        tab.until(&drawn("bars")).await;
    });
}

#[test]
fn keys_read_the_points_of_a_figure_and_press_them() {
    browser_test(async |browser| {
        let (_server, tab, handle) = figures(browser).await;
        let said = |graph: &str, words: &str| {
            format!("document.querySelector('#{graph} [role=status]').textContent === {words:?}")
        };
        let traces = json!([
            { "name": "<b>Rise</b>", "x": [0, 1, 2], "y": [0, 1, 4] },
            { "name": "Hidden", "x": [0], "y": [9], "visible": "legendonly" },
            { "name": "Fall", "x": [0, 1.5], "y": [4, 0.5] },
        ]);
        handle.push(changes![Ui::graph.figure = Figure::try_from(json!({ "data": traces })).unwrap()]).unwrap();
        tab.until(&format!("{PLOT}.data.length === 3")).await;
        tab.focus("#graph .dd-graph-keys").await;
        for (key, words) in [
            ("ArrowRight", "Rise: 0, 0"),
            ("ArrowRight", "Rise: 1, 1"),
            ("End", "Rise: 2, 4"),
            ("ArrowRight", "Rise: 2, 4"),
            ("Home", "Rise: 0, 0"),
            ("ArrowDown", "Fall: 0, 4"),
            ("ArrowRight", "Fall: 1.5, 0.5"),
        ] {
            tab.press(key).await;
            tab.until(&said("graph", words)).await;
            // plotly.js shows the point that is read.
            tab.until("document.querySelector('#graph .hoverlayer .hovertext') !== null").await;
        }
        tab.press("Enter").await;
        tab.wait_for_text("#told", "Fall Some(1) Number(1.5) Number(0.5)").await;
        tab.press("Escape").await;
        tab.until("document.querySelector('#graph .hoverlayer .hovertext') === null").await;
        // The focus is to be seen, and the name of what has it says what the keys do.
        assert!(tab.js::<bool>("getComputedStyle(document.activeElement).outlineStyle !== 'none'").await);
        // Parts and cells are read as well.
        for (graph, first, second) in
            [("pie", "trace 0: a, 1", "trace 0: b, 2"), ("heat", "trace 0: 0, 0, 1", "trace 0: 1, 0, 2")]
        {
            tab.run(&format!("document.querySelector('#{graph}').scrollIntoView({{ behavior: 'instant' }})")).await;
            tab.until(&drawn(graph)).await;
            tab.focus(&format!("#{graph} .dd-graph-keys")).await;
            for words in [first, second] {
                tab.press("ArrowRight").await;
                tab.until(&said(graph, words)).await;
            }
        }
    });
}
