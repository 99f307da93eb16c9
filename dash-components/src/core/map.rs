use std::ops::RangeInclusive;

use dash_macros::{Component, value};
use dash_runtime::{component::prelude::*, look::Item};

use super::{chart, indicator::Tone};

/// A map of a plane: where things are, which ways they have gone or will go, and where they may not go.
///
/// x goes to the right (east) and y goes up (north), and a step has the same length in both directions. A callback
/// replaces what is shown, or adds points to a track with an edit (`Edit::with`), of which only the difference is sent. The
/// pointer reads the nearest thing, and the arrow keys go from one to the next.
///
/// With [`clickable`](Map::clickable), a press on the map sends its place. With the keyboard, the arrow keys move a cross,
/// and Enter sends its place. A finger that scrolls the page sends nothing.
///
/// ```
/// # use dash_components::{Fence, Map, Pose, Tone, Track};
/// # fn of(map: Map) -> Map {
/// map.label("Yard")
///     .fences([Fence::new("Yard").points([(-5.0, -5.0), (5.0, -5.0), (5.0, 5.0), (-5.0, 5.0)])])
///     .clickable(true)
/// # }
/// // What callbacks return for `poses` and `tracks`:
/// let poses = vec![Pose::new("Rover", 1.0, 2.5).heading(45.0)];
/// let tracks = vec![Track::new("Plan").points([(1.0, 2.5), (4.0, 4.0)]).planned()];
/// # let _ = (poses, tracks);
/// ```
#[derive(Component)]
#[component(tag = "dd-map", script = "map.js", style = ["chart.css", "map.css"], bundled)]
pub struct Map {
    id: ComponentId,
    /// The ways that were gone, or are planned. Default: none.
    #[prop(no_setter)]
    tracks: Vec<Track>,
    /// What is where. Default: nothing.
    #[prop(no_setter)]
    poses: Vec<Pose>,
    /// Areas. Default: none.
    #[prop(no_setter)]
    fences: Vec<Fence>,
    /// Somebody has pressed a place on the map. The browser sends it, and only if the map is `clickable`.
    #[prop(event)]
    click: Event<MapPoint>,
    /// The visible name. Empty (the default): no visible name.
    label: String,
    /// The unit of x and y. Default: `m`.
    #[prop(default = "m".to_owned())]
    unit: String,
    /// The left end, in `unit`. `None` (the default): follows from what is shown.
    #[prop(no_setter)]
    x_min: Option<f64>,
    /// The right end. `None` (the default): follows from what is shown.
    #[prop(no_setter)]
    x_max: Option<f64>,
    /// The lower end. `None` (the default): follows from what is shown.
    #[prop(no_setter)]
    y_min: Option<f64>,
    /// The upper end. `None` (the default): follows from what is shown.
    #[prop(no_setter)]
    y_max: Option<f64>,
    /// Whether a press on the map sends its place. Default: `false`.
    clickable: bool,
    /// Whether the map is disabled: the server refuses presses, also those that were on their way. Default: `false`.
    disabled: bool,
}

/// A place on a [`Map`], in its unit.
#[value]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct MapPoint {
    /// To the right.
    pub x: f64,
    /// Up.
    pub y: f64,
}

/// A way on a [`Map`].
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Track {
    /// The name in the legend.
    pub name: String,
    /// The points, each with x and y, in the order in which a line connects them. Where a number is missing, the line is
    /// interrupted.
    pub points: Vec<[Option<f64>; 2]>,
    /// Whether it is planned, and not gone: the line is dashed.
    pub planned: bool,
    /// The colour: one of the theme's series colours 1 to 10. `None`: the colour follows from the position.
    pub colour: Option<u8>,
}

impl Track {
    /// Creates a track with this name and without points.
    pub fn new(name: impl IntoValue<String>) -> Self {
        Self { name: name.into_value(), ..Self::default() }
    }

    /// Sets the points, in the order in which a line connects them: x and y, as numbers or `Option`s of numbers.
    #[must_use]
    pub fn points<X: IntoValue<Option<f64>>, Y: IntoValue<Option<f64>>>(
        mut self,
        points: impl IntoIterator<Item = (X, Y)>,
    ) -> Self {
        self.points = chart::pairs(points);
        self
    }

    /// It is planned, and not gone.
    #[must_use]
    pub fn planned(mut self) -> Self {
        self.planned = true;
        self
    }

    /// Sets the colour: one of the theme's series colours 1 to 10.
    #[must_use]
    pub fn colour(mut self, colour: u8) -> Self {
        self.colour = Some(colour);
        self
    }
}

/// Something that is somewhere on a [`Map`], and may look in a direction.
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Pose {
    /// The name in the legend and on the map.
    pub name: String,
    /// Where it is to the right. Not a number: it is not drawn.
    pub x: f64,
    /// Where it is upwards.
    pub y: f64,
    /// Where it looks, in degrees clockwise from up (north), as on a [`Compass`](crate::Compass). `None`: nowhere. A yaw
    /// in radians, counted from the x axis to the left, is `90.0 - yaw.to_degrees()`.
    pub heading: Option<f64>,
    /// The colour: one of the theme's series colours 1 to 10. `None`: the colour follows from the position, so the first
    /// pose has the colour of the first track.
    pub colour: Option<u8>,
}

impl Pose {
    /// Creates a pose with this name and place, which looks nowhere.
    pub fn new(name: impl IntoValue<String>, x: f64, y: f64) -> Self {
        Self { name: name.into_value(), x, y, ..Self::default() }
    }

    /// Sets where it looks, in degrees clockwise from up (north).
    #[must_use]
    pub fn heading(mut self, degrees: f64) -> Self {
        self.heading = Some(degrees);
        self
    }

    /// Sets the colour: one of the theme's series colours 1 to 10.
    #[must_use]
    pub fn colour(mut self, colour: u8) -> Self {
        self.colour = Some(colour);
        self
    }
}

/// An area of a [`Map`].
#[value]
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Fence {
    /// What is written in the area. Empty: nothing.
    pub name: String,
    /// The corners, each with x and y. The last one is connected with the first one.
    pub points: Vec<[f64; 2]>,
    /// What it means. Default: `Neutral`.
    pub tone: Option<Tone>,
}

impl Fence {
    /// Creates an area with this name and without corners.
    pub fn new(name: impl IntoValue<String>) -> Self {
        Self { name: name.into_value(), ..Self::default() }
    }

    /// Sets the corners: x and y.
    #[must_use]
    pub fn points(mut self, points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.points = points.into_iter().map(|(x, y)| [x, y]).collect();
        self
    }

    /// Sets what the area means, such as `Tone::Bad` for one in which nothing may be.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = Some(tone);
        self
    }
}

impl Map {
    /// Sets the tracks.
    #[must_use]
    pub fn tracks(mut self, tracks: impl IntoIterator<Item = Track>) -> Self {
        self.tracks = tracks.into_iter().collect();
        self
    }

    /// Sets what is where.
    #[must_use]
    pub fn poses(mut self, poses: impl IntoIterator<Item = Pose>) -> Self {
        self.poses = poses.into_iter().collect();
        self
    }

    /// Sets the areas.
    #[must_use]
    pub fn fences(mut self, fences: impl IntoIterator<Item = Fence>) -> Self {
        self.fences = fences.into_iter().collect();
        self
    }

    /// Sets the left and the right end. More is shown if the place on the page has another shape.
    #[must_use]
    pub fn x_range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.x_min, self.x_max) = chart::ends(range);
        self
    }

    /// Sets the lower and the upper end.
    #[must_use]
    pub fn y_range(mut self, range: RangeInclusive<f64>) -> Self {
        (self.y_min, self.y_max) = chart::ends(range);
        self
    }
}

impl View for Map {
    fn view(p: MapBound, look: &mut Look) {
        chart::caption(look, p.label);
        let how =
            p.clickable.choose(": map. Arrow keys move a cross, Enter sends its place.", ": map. Arrow keys read.");
        let spoken = p.label.or(words_of_id()).then(how);
        chart::plot_with(look, "dd-chart-plot dd-map-plot", spoken, |plot| plot.flag("data-presses", p.clickable));
        look.tag("ul").attr("class", "dd-chart-legend dd-map-legend").inner(|look| {
            look.each(p.tracks, |track: Item<Track>, look| {
                let given = track.value.field("colour", |track| &track.colour);
                look.tag("li")
                    .attr("data-colour", chart::colour(track, given))
                    .flag("data-planned", track.value.field("planned", |track| &track.planned))
                    .inner(|look| {
                        let name = track.value.field("name", |track| &track.name);
                        look.tag("span").attr("class", "dd-chart-name").text(name);
                    });
            });
        });
        look.tag("ul").attr("class", "dd-chart-legend dd-map-legend dd-map-poses").inner(|look| {
            look.each(p.poses, |pose: Item<Pose>, look| {
                let given = pose.value.field("colour", |pose| &pose.colour);
                look.tag("li").attr("data-colour", chart::colour(pose, given)).inner(|look| {
                    let name = pose.value.field("name", |pose| &pose.name);
                    look.tag("span").attr("class", "dd-chart-name").text(name);
                });
            });
        });
        chart::reading(look);
        chart::status(look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn what_is_on_the_map_is_in_the_legend_before_the_script() {
        let map = component::<Map>()
            .label("Yard <1>")
            .tracks([Track::new("gone"), Track::new("plan").planned()])
            .poses([Pose::new("rover <b>", 1.0, 2.0), Pose::new("dock", 0.0, 0.0).colour(7)]);
        let parts = [
            ">Yard &lt;1&gt;<",
            "aria-label=\"Yard &lt;1&gt;: map. Arrow keys read.\"><canvas",
            "<li data-colour=\"1\"><span class=\"dd-chart-name\">gone</span>",
            "<li data-colour=\"2\" data-planned>",
            "dd-map-poses\"><li data-colour=\"1\"><span class=\"dd-chart-name\">rover &lt;b&gt;</span>",
            "<li data-colour=\"7\"><span class=\"dd-chart-name\">dock</span>",
        ];
        assert_has(&map, &parts);
    }

    #[test]
    fn a_map_that_sends_places_says_how() {
        assert_has(&component::<Map>().clickable(true), &[": map. Arrow keys move a cross, Enter sends its place."]);
    }

    #[test]
    fn what_is_no_number_is_missing_for_the_page() -> serde_json::Result<()> {
        let pose = serde_json::to_string(&Pose::new("a", f64::NAN, 1.0))?;
        assert_eq!(pose, r#"{"name":"a","x":null,"y":1.0,"heading":null,"colour":null}"#);
        let fence = Fence::new("yard").points([(0.0, 1.0)]).tone(Tone::Bad);
        assert_eq!(serde_json::to_string(&fence)?, r#"{"name":"yard","points":[[0.0,1.0]],"tone":"bad"}"#);
        Ok(())
    }
}
