use dash_macros::{Component, value};
use dash_runtime::component::prelude::*;

use super::button::ButtonTone;
use crate::icon::{self, Icon};

/// A button that tells where the person is, as the person's own device knows it.
///
/// The browser asks the person first. Nothing is asked before a press, and each press tells one place. The button says in
/// words what came of it. Browsers tell a place only to pages that they trust: over HTTPS, or on the own computer. The
/// button says so on all others.
///
/// ```
/// # use dash_components::{Geolocation, LocationFault, Position};
/// // A callback with `#[input(Ui::here.located)]` and `#[input(Ui::here.failed)]`:
/// fn goal(located: Option<Position>, failed: Option<LocationFault>) -> String {
///     match (located, failed) {
///         (Some(at), _) => format!("{:.5}, {:.5} within {:.0} m", at.latitude, at.longitude, at.accuracy),
///         (None, Some(fault)) => fault.to_string(),
///         (None, None) => String::new(),
///     }
/// }
/// # assert_eq!(goal(None, Some(LocationFault::Refused)), "the person has not allowed it");
/// # fn of(here: Geolocation) -> Geolocation {
/// here.label("Come here").patience(20.0)
/// # }
/// ```
#[derive(Component)]
#[component(
    tag = "dd-geolocation",
    script = "geolocation.js",
    style = ["button.css", "geolocation.css"],
    bundled
)]
pub struct Geolocation {
    id: ComponentId,
    /// The place, after a press. The browser sends it.
    #[prop(event)]
    located: Event<Position>,
    /// A press has brought no place. The browser sends it.
    #[prop(event)]
    failed: Event<LocationFault>,
    /// The text on the button. Default: `Use my location`.
    #[prop(default = "Use my location".to_owned())]
    label: String,
    /// The icon before the text. Default: a compass.
    #[prop(default = Icon::Compass)]
    icon: Icon,
    /// The visual style. Default: `Normal`.
    tone: ButtonTone,
    /// Whether the device shall be as exact as it can, which takes longer and needs more power. Default: `true`.
    #[prop(default = true)]
    exact: bool,
    /// How long the page waits for the device, in seconds, from 1 to 120. The time in which the person decides is not
    /// counted. Default: 10.
    #[prop(default = 10.0)]
    patience: f64,
    /// The greatest age of a place that the device knows already, in seconds, from 0 to 3600. Default: 0.
    max_age: f64,
    /// Whether the button is disabled, for pages and for programs. Default: `false`.
    disabled: bool,
}

/// Where a person is, as a browser tells it. It comes from a browser, so it may be invented.
#[value]
#[derive(Debug, Clone, Copy, PartialEq)]
#[serde(try_from = "Told", into = "Told")]
#[non_exhaustive]
pub struct Position {
    /// Degrees north of the equator (WGS 84), from -90 to 90.
    pub latitude: f64,
    /// Degrees east of Greenwich (WGS 84), from -180 to 180.
    pub longitude: f64,
    /// The person is within this distance in metres with a probability of 95 %. At least 0.
    pub accuracy: f64,
    /// Metres above the ellipsoid. `None`: unknown.
    pub altitude: Option<f64>,
    /// The accuracy of the altitude in metres. `None`: unknown.
    pub altitude_accuracy: Option<f64>,
    /// The direction of the movement in degrees from the north clockwise, from 0 to 360. `None`: unknown, or at rest.
    pub heading: Option<f64>,
    /// The speed in metres per second. `None`: unknown.
    pub speed: Option<f64>,
    /// When the device was there, in seconds since 1970 by its own clock.
    pub time: f64,
}

/// What a browser sends for a [`Position`].
#[value]
#[derive(Clone, Copy)]
struct Told {
    latitude: f64,
    longitude: f64,
    accuracy: f64,
    altitude: Option<f64>,
    altitude_accuracy: Option<f64>,
    heading: Option<f64>,
    speed: Option<f64>,
    time: f64,
}

impl TryFrom<Told> for Position {
    type Error = String;

    /// Fails for what is no place on the earth.
    fn try_from(told: Told) -> Result<Self, String> {
        let Told { latitude, longitude, accuracy, altitude, altitude_accuracy, heading, speed, time } = told;
        let least = |value: Option<f64>| value.is_none_or(|value| value >= 0.0);
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return Err(format!("{latitude}, {longitude} is no place on the earth"));
        }
        if accuracy < 0.0 || !least(altitude_accuracy) || !least(speed) || time < 0.0 {
            return Err("an accuracy, a speed and a time are not below zero".to_owned());
        }
        if heading.is_some_and(|heading| !(0.0..=360.0).contains(&heading)) {
            return Err("a heading is from 0 to 360".to_owned());
        }
        Ok(Self { latitude, longitude, accuracy, altitude, altitude_accuracy, heading, speed, time })
    }
}

impl From<Position> for Told {
    fn from(at: Position) -> Self {
        let Position { latitude, longitude, accuracy, altitude, altitude_accuracy, heading, speed, time } = at;
        Self { latitude, longitude, accuracy, altitude, altitude_accuracy, heading, speed, time }
    }
}

/// Why a [`Geolocation`] has brought no place.
#[value]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum LocationFault {
    /// The person, or the settings of the browser, have not allowed it.
    Refused,
    /// The device does not know where it is.
    Unknown,
    /// The device has not answered within [`patience`](GeolocationProps::patience).
    Late,
}

impl std::fmt::Display for LocationFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Refused => "the person has not allowed it",
            Self::Unknown => "the device does not know where it is",
            Self::Late => "the device has not answered in time",
        })
    }
}

impl View for Geolocation {
    fn view(p: GeolocationBound, look: &mut Look) {
        let button = look.tag("button").attr("type", "button").attr("class", "dd-button").attr("data-tone", p.tone);
        button.flag("disabled", p.disabled).inner(|look| {
            icon::optional(look, p.icon);
            look.tag("span").text(p.label.or(words_of_id()));
        });
        // The script says what came of it.
        look.tag("span").attr("class", "dd-place-note").attr("role", "status").empty();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_is_a_button_with_words_for_what_came_of_it() {
        let here = component::<Geolocation>().label("Come <here>").tone(ButtonTone::Primary);
        assert_has(
            &here,
            &[
                "<button type=\"button\" class=\"dd-button\" data-tone=\"primary\"><svg",
                ">Come &lt;here&gt;</span></button>",
                "role=\"status\"></span>",
            ],
        );
        assert_has(&component::<Geolocation>().disabled(true), &[" disabled>", ">Use my location<"]);
    }

    #[test]
    fn a_place_that_is_none_is_refused() {
        let place = |latitude: f64, longitude: f64, more: &str| {
            let json = format!(
                r#"{{"latitude":{latitude},"longitude":{longitude},"accuracy":12.5,"altitude":null,
                "altitude_accuracy":null,"heading":null,"speed":null,"time":1.5{more}}}"#
            );
            serde_json::from_str::<Position>(&json)
        };
        let at = place(48.1, -11.5, "").unwrap();
        assert_eq!((at.latitude, at.longitude, at.accuracy, at.altitude), (48.1, -11.5, 12.5, None));
        assert_eq!(serde_json::from_value::<Position>(serde_json::to_value(at).unwrap()).unwrap(), at);
        for (latitude, longitude) in [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.5)] {
            assert!(place(latitude, longitude, "").is_err(), "{latitude} {longitude}");
        }
        for wrong in ["-1", "null", "\"1\""] {
            let json = serde_json::to_string(&at).unwrap();
            assert!(serde_json::from_str::<Position>(&json.replace("12.5", wrong)).is_err(), "{wrong}");
        }
        let json = serde_json::to_string(&at).unwrap().replace("\"heading\":null", "\"heading\":400");
        assert!(serde_json::from_str::<Position>(&json).is_err());
    }
}
