use std::{error, fmt, sync::OnceLock};

use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;
use serde_json::{Map, Value as Any};

use super::{chart, table::Cell};

/// The usual height, in CSS pixels.
const HEIGHT: f64 = 320.0;

/// plotly.js, as the crate `plotly` has it.
const PLOTLY_JS: Library = Library::new("plotly.js", plotly_js);

/// Any figure of [plotly](https://plotly.com/javascript): the kinds of charts that no other component draws.
///
/// Needs the feature `plotly`. Figures are made with the crate `plotly`, a dependency of your program: `plotly = "0.14"`. Its
/// plotly.js (4.6 MB, 1.4 MB compressed) is served by the program itself and never by others. Browsers load it when a graph
/// comes into view for the first time, and keep it.
/// The other charts, such as a [`Trend`](crate::Trend) for values over time, need a hundredth of that.
///
/// A figure has the colours and the font of the page, in each theme, where it does not set them itself. It keeps what a
/// viewer has zoomed when a callback replaces it. What a viewer zooms, or switches in the legend, is for the own page only.
///
/// ```
/// # use dash_components::{Figure, Graph, GraphPoints};
/// use plotly::{Histogram, Plot, Scatter};
///
/// # fn of(curve: Graph) -> Graph {
/// curve.label("Curve").height(400)
/// # }
/// // What a callback returns for `figure`:
/// let mut figure = Plot::new();
/// figure.add_trace(Scatter::new(vec![0.0, 1.0, 2.0], vec![0.0, 1.0, 4.0]).name("y"));
/// let figure = Figure::from(figure);
///
/// // What a callback returns for `extend`: a point more for the first trace.
/// let more = GraphPoints::new(0).point(3.0, 9.0);
/// # let _ = (figure, more);
/// ```
///
/// The page's content security policy stays as strict as without a graph, so some things of plotly do not work:
///
/// - `splom` and `parcoords`, which compile code in the browser. `scattergl` and `scatterpolargl` do it too, so they are drawn
///   as `scatter` and `scatterpolar`: some ten thousand points without effort. 3-D traces work, where the browser has WebGL.
/// - Maps with tiles (`scattermap`, `choroplethmap`, `densitymap`, and the same with `mapbox`), which need workers and other
///   servers. `scattergeo` and `choropleth` need the outlines of countries, from an address of your own in `topojsonURL` of
///   the configuration.
/// - The button that saves a picture, and LaTeX in texts.
///
/// On a touch screen a finger scrolls the page, unless the figure sets `dragmode`. A screen reader reads its name, the title
/// of the figure and what the traces are. The arrow keys read the points of a trace and go to the next trace, Home and End go
/// to its ends, and Enter is a click on the point.
#[derive(Component)]
#[component(tag = "dd-graph", script = "graph.js", style = "graph.css", library = PLOTLY_JS, bundled)]
pub struct Graph {
    id: ComponentId,
    /// The figure. Default: no trace.
    figure: Figure,
    /// Points that are drawn after those of the figure, also of one that comes later. The server keeps the last 2000 items
    /// for clients that connect later, so all clients draw the same.
    #[prop(stream, ring = 2000)]
    extend: Stream<GraphPoints>,
    /// The largest number of points of a trace to which `extend` adds some: the newest ones. At least 1. Default: 1000.
    #[prop(default = 1000, no_setter)]
    keep: u32,
    /// Somebody has clicked points. The payload has one point of each trace at this place.
    #[prop(event)]
    click: Event<Vec<GraphPoint>>,
    /// The pointer of a viewer is over other points than before, or over none: then the payload is empty. At most ten times a
    /// second for each page.
    #[prop(event)]
    hover: Event<Vec<GraphPoint>>,
    /// Somebody has selected points, with a box or with a lasso, or nothing any more.
    #[prop(event)]
    select: Event<GraphSelection>,
    /// Somebody has zoomed or moved axes. The payload has those that have changed.
    #[prop(event)]
    relayout: Event<Vec<AxisRange>>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The height in CSS pixels, from 80 to 4000. Default: 320. In a card that is higher, the figure takes the remaining space.
    #[prop(default = HEIGHT)]
    height: f64,
    /// Whether pages send no events. What people do in the figure stays on their own page. Default: `false`.
    disabled: bool,
}

impl Graph {
    /// Sets the largest number of points of a trace to which `extend` adds some, at least 1.
    #[must_use]
    pub fn keep(mut self, points: u32) -> Self {
        self.keep = points.max(1);
        self
    }
}

/// A plotly figure: its traces, its layout and its configuration, in the
/// [form that plotly.js takes](https://plotly.com/javascript/reference/index/).
///
/// Made from a `plotly::Plot`, or from JSON ([`Figure::try_from`]). Animation frames are not drawn.
#[value]
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    data: Vec<Any>,
    layout: Map<String, Any>,
    config: Map<String, Any>,
    /// What a screen reader says: the title, and what the traces are.
    about: String,
}

impl Figure {
    /// A figure with these traces. Each is a JSON object.
    pub fn new(data: Vec<Any>, layout: Map<String, Any>, config: Map<String, Any>) -> Self {
        let about = about(&data, &layout);
        Self { data, layout, config, about }
    }

    /// The traces.
    pub fn data(&self) -> &[Any] {
        &self.data
    }

    /// The layout.
    pub fn layout(&self) -> &Map<String, Any> {
        &self.layout
    }

    /// The configuration.
    pub fn config(&self) -> &Map<String, Any> {
        &self.config
    }
}

/// No trace.
impl Default for Figure {
    fn default() -> Self {
        Self::new(Vec::new(), Map::new(), Map::new())
    }
}

impl From<&plotly::Plot> for Figure {
    /// If the plot cannot be written as JSON, the figure has no traces, and its title says why.
    fn from(plot: &plotly::Plot) -> Self {
        let written = serde_json::to_value(plot).map_err(|error| error.to_string());
        written.and_then(|json| Self::try_from(json).map_err(|error| error.to_string())).unwrap_or_else(|why| {
            let title = format!("This figure cannot be drawn: {why}");
            Self::new(
                Vec::new(),
                Map::from_iter([("title".to_owned(), serde_json::json!({ "text": title }))]),
                Map::new(),
            )
        })
    }
}

impl From<plotly::Plot> for Figure {
    fn from(plot: plotly::Plot) -> Self {
        Self::from(&plot)
    }
}

impl TryFrom<Any> for Figure {
    type Error = NotAFigure;

    /// Reads `{"data": [..], "layout": {..}, "config": {..}}`, of which only `data` is required. Other fields are ignored.
    fn try_from(json: Any) -> Result<Self, NotAFigure> {
        let Any::Object(mut fields) = json else {
            return Err(NotAFigure(format!("it is {}, not an object with the field `data`", kind(&json))));
        };
        let data = match fields.remove("data") {
            Some(Any::Array(data)) => data,
            Some(other) => return Err(NotAFigure(format!("its `data` is {}, not a list of traces", kind(&other)))),
            None => return Err(NotAFigure("it has no field `data` with a list of traces".to_owned())),
        };
        if let Some((at, trace)) = data.iter().enumerate().find(|(_, trace)| !trace.is_object()) {
            return Err(NotAFigure(format!("trace {at} in its `data` is {}, not an object", kind(trace))));
        }
        let mut object = |name: &str| match fields.remove(name) {
            Some(Any::Object(object)) => Ok(object),
            None | Some(Any::Null) => Ok(Map::new()),
            Some(other) => Err(NotAFigure(format!("its `{name}` is {}, not an object", kind(&other)))),
        };
        Ok(Self::new(data, object("layout")?, object("config")?))
    }
}

/// Why a JSON value is no [`Figure`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAFigure(String);

impl fmt::Display for NotAFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is no plotly figure: {}", self.0)
    }
}

impl error::Error for NotAFigure {}

fn kind(json: &Any) -> &'static str {
    match json {
        Any::Null => "null",
        Any::Bool(_) => "a boolean",
        Any::Number(_) => "a number",
        Any::String(_) => "a text",
        Any::Array(_) => "a list",
        Any::Object(_) => "an object",
    }
}

/// How many traces are named for a screen reader.
const NAMED: usize = 6;

fn about(data: &[Any], layout: &Map<String, Any>) -> String {
    let title = layout.get("title").and_then(|title| title.as_str().or_else(|| title.get("text")?.as_str()));
    let named = |trace: &Any| {
        let kind = trace.get("type").and_then(Any::as_str).unwrap_or("scatter");
        match trace.get("name").and_then(Any::as_str) {
            Some(name) => format!("{} ({kind})", plain(name)),
            None => kind.to_owned(),
        }
    };
    let mut traces: Vec<_> = data.iter().take(NAMED).map(named).collect();
    if data.len() > NAMED {
        traces.push(format!("and {} more", data.len() - NAMED));
    }
    let count = match data.len() {
        0 => "no traces".to_owned(),
        1 => format!("1 trace: {}", traces.join(", ")),
        count => format!("{count} traces: {}", traces.join(", ")),
    };
    match title.map(plain).filter(|title| !title.is_empty()) {
        Some(title) => format!("{title}. Figure with {count}"),
        None => format!("figure with {count}"),
    }
}

/// A text of plotly without its tags, such as `<b>` and `<br>`.
fn plain(text: &str) -> String {
    let mut parts = text.split('<');
    let first = parts.next().unwrap_or_default().to_owned();
    let rest =
        parts.map(|part| part.split_once('>').map_or_else(|| format!("<{part}"), |(_, text)| format!(" {text}")));
    let whole = [first].into_iter().chain(rest).collect::<String>();
    whole.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Points that `extend` adds to a trace of a [`Graph`].
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct GraphPoints {
    /// The index of the trace in the figure, from 0. Points for a trace that the figure does not have are not drawn.
    pub trace: u32,
    /// The x values: numbers, categories, or dates as texts, for example `2026-03-01 12:30:00`.
    pub x: Vec<Cell>,
    /// The y values, as many. [`Cell::Empty`] interrupts a line.
    pub y: Vec<Cell>,
    /// Whether the points that the trace had before are removed, also those of the figure.
    pub restart: bool,
}

impl GraphPoints {
    /// No points yet, for the trace with this index.
    pub fn new(trace: u32) -> Self {
        Self { trace, ..Self::default() }
    }

    /// Adds a point.
    #[must_use]
    pub fn point(mut self, x: impl IntoValue<Cell>, y: impl IntoValue<Cell>) -> Self {
        self.x.push(x.into_value());
        self.y.push(y.into_value());
        self
    }

    /// Adds points.
    #[must_use]
    pub fn points<X: IntoValue<Cell>, Y: IntoValue<Cell>>(self, points: impl IntoIterator<Item = (X, Y)>) -> Self {
        points.into_iter().fold(self, |all, (x, y)| all.point(x, y))
    }

    /// Removes the points that the trace had before.
    #[must_use]
    pub fn restart(mut self) -> Self {
        self.restart = true;
        self
    }
}

/// A point of a [`Graph`] that somebody has clicked, selected or pointed at.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct GraphPoint {
    /// The index of the trace in the figure, from 0.
    pub trace: u32,
    /// The index of the point in its trace, as it is drawn, from 0. `None` for a cell of a matrix, as of a heatmap.
    pub index: Option<u32>,
    /// The name of the trace. Empty: it has none.
    pub name: String,
    /// The x value: a number, or a text for a category or a date. [`Cell::Empty`]: none, as in a pie.
    pub x: Cell,
    /// The y value.
    pub y: Cell,
    /// The value of a cell of a matrix (z), or of a part of a pie.
    pub value: Cell,
    /// The name of a part of a pie. Empty: none.
    pub label: String,
}

/// What somebody has selected in a [`Graph`].
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct GraphSelection {
    /// The selected points, at most 200.
    pub points: Vec<GraphPoint>,
    /// The number of all selected points.
    pub count: u32,
    /// The range of a box, for each of its axes. Empty for a lasso, or if nothing is selected any more.
    pub axes: Vec<AxisRange>,
}

/// What an axis of a [`Graph`] shows.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct AxisRange {
    /// The name of the axis in the layout: `xaxis`, `yaxis`, `xaxis2`.
    pub axis: String,
    /// The value at its beginning: a number, or a text for a date. [`Cell::Empty`]: not known, because it is automatic.
    pub from: Cell,
    /// The value at its end.
    pub to: Cell,
    /// Whether the range follows from the values again.
    pub automatic: bool,
}

/// The text of plotly.js. It is in the crate as the first part of a page.
fn plotly_js() -> Result<&'static str, String> {
    static TEXT: OnceLock<Option<Box<str>>> = OnceLock::new();
    let find = || script_in(&plotly::Plot::offline_js_sources()).map(Box::from);
    TEXT.get_or_init(find).as_deref().ok_or_else(|| {
        "the crate `plotly` has no plotly.js where it was expected: use the version that dash-devices names".to_owned()
    })
}

/// The script element with plotly.js in it, without its tags.
fn script_in(html: &str) -> Option<&str> {
    const BEGIN: &str = "<script type=\"text/javascript\">";
    let scripts = html.split(BEGIN).skip(1).filter_map(|rest| Some(rest.split_once("</script>")?.0));
    scripts.into_iter().find(|script| script.trim_start().starts_with("/**\n* plotly.js v"))
}

impl View for Graph {
    fn view(p: GraphBound, look: &mut Look) {
        chart::caption(look, p.label);
        let about = p.figure.field("about", |figure: &Figure| &figure.about);
        let spoken = p.label.or(words_of_id()).then(": ").then(about);
        look.tag("div").attr("class", "dd-graph-box").attr("role", "figure").attr("aria-label", spoken).inner(|look| {
            // It has the height, because the page allows no style attributes.
            let room = look.tag("svg").attr("class", "dd-graph-room").attr("aria-hidden", "true");
            room.attr("width", 1).attr("height", p.height.or(HEIGHT).at_least(80.0).at_most(4000.0)).empty();
            // The script fills both.
            look.tag("div").attr("class", "dd-graph-plot").empty();
            look.tag("p").attr("class", "dd-graph-note").text("The figure is loading.");
            // Not around the plot: its texts change under the pointer, and a press on a control whose words have just changed
            // is dropped.
            let keys = look.tag("div").attr("class", "dd-graph-keys").attr("role", "img").attr("tabindex", 0);
            keys.attr("aria-label", chart::spoken(p.label, ": figure. Arrow keys read values.")).empty();
        });
        chart::status(look);
    }
}

#[cfg(test)]
mod tests {
    use plotly::{Bar, Layout, Plot, Scatter};
    use serde_json::json;

    use super::*;
    use crate::core::testing::{assert_has, component};

    fn plot() -> Plot {
        let mut plot = Plot::new();
        plot.add_trace(Scatter::new(vec![0.0, f64::NAN], vec![1.0, 2.0]).name("A <b>b</b>"));
        plot.add_trace(Bar::new(vec!["x"], vec![3]));
        plot.set_layout(Layout::new().title("Two<br>lines"));
        plot
    }

    #[test]
    fn a_plot_of_the_crate_is_a_figure() {
        let figure = Figure::from(&plot());
        assert_eq!(figure, plot().into());
        assert_eq!(figure.data()[0]["x"], json!([0.0, null]));
        assert_eq!(figure.data()[1]["type"], "bar");
        assert_eq!(figure.layout()["title"]["text"], "Two<br>lines");
    }

    #[test]
    fn a_screen_reader_says_the_title_and_what_the_traces_are() {
        let graph = component::<Graph>().figure(plot()).label("Motor");
        assert_has(
            &graph,
            &["aria-label=\"Motor: Two lines. Figure with 2 traces: A b (scatter), bar\"", "The figure is loading."],
        );
        assert_has(&component::<Graph>(), &["aria-label=\"left motor: figure with no traces\""]);
        let many = vec![json!({ "type": "pie" }); 8];
        let about = Figure::new(many, Map::new(), Map::new()).about;
        assert_eq!(about, "figure with 8 traces: pie, pie, pie, pie, pie, pie, and 2 more");
        assert_eq!(plain("a < b <i>c</i>"), "a < b c");
    }

    #[test]
    fn the_height_is_there_before_the_script() {
        assert_has(&component::<Graph>(), &["<svg class=\"dd-graph-room\"", "height=\"320\""]);
        assert_has(&component::<Graph>().height(-5), &["height=\"80\""]);
        assert_has(&component::<Graph>().height(f64::NAN), &["height=\"320\""]);
    }

    #[test]
    fn json_that_is_no_figure_says_what_is_wrong() {
        let fault = |json: Any| Figure::try_from(json).map_err(|fault| fault.to_string()).err().unwrap_or_default();
        for (json, why) in [
            (json!([]), "it is a list, not an object with the field `data`"),
            (json!({ "layout": {} }), "it has no field `data` with a list of traces"),
            (json!({ "data": {} }), "its `data` is an object, not a list of traces"),
            (json!({ "data": [{}, 1] }), "trace 1 in its `data` is a number, not an object"),
            (json!({ "data": [], "layout": "a" }), "its `layout` is a text, not an object"),
            (json!({ "data": [], "config": [] }), "its `config` is a list, not an object"),
        ] {
            assert_eq!(fault(json), format!("this is no plotly figure: {why}"));
        }
        assert_eq!(fault(json!({ "data": [{}], "layout": null, "frames": [] })), "");
    }

    #[test]
    fn points_have_as_many_x_as_y() {
        let points = GraphPoints::new(1).point(1, 2.5).points([("b", None), ("c", Some(4.0))]).restart();
        let json = serde_json::to_value(points).unwrap_or_default();
        assert_eq!(json, json!({ "trace": 1, "x": [1.0, "b", "c"], "y": [2.5, null, 4.0], "restart": true }));
    }

    #[test]
    fn what_a_page_sends_is_read() -> serde_json::Result<()> {
        let sent = json!({
            "points": [{ "trace": 1, "index": null, "name": "", "x": "2026-03-01", "y": 2, "value": null, "label": "" }],
            "count": 1,
            "axes": [{ "axis": "xaxis2", "from": 1, "to": null, "automatic": false }],
        });
        let GraphSelection { points, count, axes } = serde_json::from_value(sent)?;
        assert_eq!((&points[0].x, &points[0].y, count), (&Cell::from("2026-03-01"), &Cell::from(2), 1));
        assert_eq!((&*axes[0].axis, &axes[0].to), ("xaxis2", &Cell::Empty));
        Ok(())
    }

    /// Fails if another version of the crate has its script elsewhere.
    #[test]
    fn plotly_js_is_taken_out_of_the_crate() -> Result<(), String> {
        let text = plotly_js()?;
        assert!(text.len() > 4_000_000 && text.len() < 5_000_000, "{}", text.len());
        assert!(text.trim_end().ends_with("}));") && text.contains("window.Plotly = Plotly;"));
        assert!(!text.contains("MathJax.js v3") && !text.contains("</script"));
        assert_eq!(script_in("<script type=\"text/javascript\">let a;</script>"), None);
        Ok(())
    }

    #[test]
    fn the_script_keeps_as_many_items_as_the_server() {
        let script = Graph::INFO.script.map_or("", |script| script.source);
        let ring = Graph::INFO.props.iter().find(|prop| prop.name == "extend").map_or(0, |prop| prop.ring);
        assert!(script.contains(&format!("const GRAPH_RING = {ring};")));
    }
}
