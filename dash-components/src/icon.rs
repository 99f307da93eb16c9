//! Icons by name.
//!
//! An icon is one line on a square of 24 by 24, drawn where it stands. So it needs no request and no font, it has the
//! colour of the text around it, and a page has only the icons that it shows.

use std::borrow::Cow;

use dash_macros::value;
use dash_runtime::{
    element::{Children, Element, IntoElement},
    look::{Bound, Look, TextTerm},
};

macro_rules! icons {
    ($($(#[doc = $doc:literal])* $icon:ident $path:literal;)*) => {
        /// An icon, for a [`navigation`](crate::navigation), a [`card`](crate::card), a button, or any place on a page.
        ///
        /// ```
        /// # use dash_components::{Icon, card, row};
        /// # let _ =
        /// card((Icon::Camera, "Camera"), row((Icon::Clock, "since 14:02")))
        /// # ;
        /// ```
        ///
        /// It has no name for a screen reader: write what it means beside it. Its JSON is its line, so a page gets only
        /// the icons that it shows.
        #[value]
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String")]
        #[non_exhaustive]
        pub enum Icon {
            /// No icon.
            #[default]
            None,
            $($(#[doc = $doc])* $icon,)*
        }

        impl Icon {
            /// All icons, without [`Icon::None`].
            pub const ALL: &'static [Self] = &[$(Self::$icon),*];

            /// Its line, as the attribute `d` of an SVG `path` on a square of 24 by 24.
            pub const fn path(self) -> &'static str {
                match self {
                    Self::None => "",
                    $(Self::$icon => $path,)*
                }
            }
        }
    };
}

icons! {
    /// A house: the first page.
    Home "M4 11.5 12 4.5l8 7M6 10v9.5h12V10M10 19.5v-5h4v5";
    /// A dial.
    Gauge "M5.5 18a8.5 8.5 0 1 1 13 0M12 13.5 15.5 9";
    /// A curve.
    Chart "M4 4v16h16M7 15l4-5 3 3 5-7";
    /// Rows and columns.
    Table "M4 5h16v14H4ZM4 10h16M10 5v14";
    /// Lines with points before them.
    List "M8.5 6.5H20M8.5 12H20M8.5 17.5H20M4.5 6.5h.01M4.5 12h.01M4.5 17.5h.01";
    /// Controls to set something.
    Settings "M4 8h7M15 8h5M13 5.5v5M4 16h3M11 16h9M9 13.5v5";
    /// A window with a prompt.
    Terminal "M3.5 5h17v14h-17ZM7 9.5l3 2.5-3 2.5M12.5 15H16";
    /// A map.
    Map "M3.5 6.5 9 4l6 2.5L20.5 4v13.5L15 20l-6-2.5L3.5 20ZM9 4v13.5M15 6.5V20";
    /// A needle in a ring.
    Compass "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM15 9l-1.7 4.3L9 15l1.7-4.3Z";
    /// A video camera.
    Camera "M4.5 7h9A1.5 1.5 0 0 1 15 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7ZM15 11l6-3.5v9L15 13";
    /// A picture.
    Picture "M4 5.5h16v13H4ZM4 15.5l4.5-4.5 4 4 3-2.5 4.5 4M15.5 9h.01";
    /// A stick on a base.
    Joystick "M12 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM12 9.5V15M5 20v-2a3 3 0 0 1 3-3h8a3 3 0 0 1 3 3v2Z";
    /// A machine with eyes.
    Robot "M5 9h14v10H5ZM12 9V5M12 4.5h.01M9 13h.01M15 13h.01M9.5 16.5h5M2.5 12.5v3M21.5 12.5v3";
    /// An integrated circuit.
    Chip "M7 7h10v10H7ZM10 3.5V7M14 3.5V7M10 17v3.5M14 17v3.5M3.5 10H7M3.5 14H7M17 10h3.5M17 14h3.5";
    /// Three boxes that are connected.
    Network "M9 4h6v5H9ZM3.5 15h6v5h-6ZM14.5 15h6v5h-6ZM12 9v3M6.5 15v-3h11v3";
    /// A motor, as in a circuit diagram.
    Motor "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM8.7 15V9.2l3.3 4 3.3-4V15";
    /// A pump, as in a flow diagram.
    Pump "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM8 5.1 20 12 8 18.9";
    /// A valve, as in a flow diagram.
    Valve "M4 9v9l8-4.5ZM20 9v9l-8-4.5ZM12 13.5V6M8.5 6h7";
    /// Three blades.
    Fan "M12 10.3a1.7 1.7 0 1 0 0 3.4 1.7 1.7 0 0 0 0-3.4ZM12 10.3C10.5 7 11.5 4 14 4s3.5 3.5-.6 7M13.5 12.9c3.6-.5 5.7 1.9 4.5 4.1s-4.9 1.4-5.9-3.3M10.5 12.9C8.3 15.8 5.1 16 4 13.8s1.1-4.9 6.4-2.6";
    /// A lamp.
    Light "M9.5 18.5h5M10.5 21h3M9 15.5c-1.7-1.2-2.7-3-2.7-5a5.7 5.7 0 0 1 11.4 0c0 2-1 3.8-2.7 5Z";
    /// A thermometer.
    Temperature "M12 3a2 2 0 0 1 2 2v8.4a4.2 4.2 0 1 1-4 0V5a2 2 0 0 1 2-2ZM12 9v8";
    /// A drop.
    Water "M12 3.5c3.6 4.1 5.8 7.1 5.8 10.2a5.8 5.8 0 0 1-11.6 0C6.2 10.6 8.4 7.6 12 3.5Z";
    /// A plant.
    Plant "M12 20v-8M12 14.5C7.5 14.5 5 12 5 7.5c4.5 0 7 2.5 7 7ZM12 12c0-3.5 2.3-6 7-6 0 4.2-2.4 6-7 6Z";
    /// A flash: voltage, power.
    Power "M13 3 5.5 13.5H11L10 21l8-11h-5.5Z";
    /// A switch to turn something on or off.
    OnOff "M12 3.5v8M7.2 7a7.5 7.5 0 1 0 9.6 0";
    /// A battery.
    Battery "M4.5 8h12A1.5 1.5 0 0 1 18 9.5v5a1.5 1.5 0 0 1-1.5 1.5h-12A1.5 1.5 0 0 1 3 14.5v-5A1.5 1.5 0 0 1 4.5 8ZM21 11v2M6.5 11v2M9.5 11v2";
    /// A plug.
    Plug "M9 3.5V8M15 3.5V8M6.5 8h11v3a5.5 5.5 0 0 1-11 0ZM12 16.5v4";
    /// A wave: sound, a signal.
    Signal "M3 12h2.5l2-6 3.5 13 3.5-15 2.5 8H21";
    /// A radio link.
    Link "M3 10a13 13 0 0 1 18 0M6.2 13.4a8.3 8.3 0 0 1 11.6 0M9.3 16.7a3.9 3.9 0 0 1 5.4 0M12 19.7h.01";
    /// A radio link that is cut.
    NoLink "M4 4l16 16M3 10a13 13 0 0 1 4.6-2.9M11.5 6.3A13 13 0 0 1 21 10M6.2 13.4a8.3 8.3 0 0 1 4-2.2M9.3 16.7a3.9 3.9 0 0 1 5.4 0M12 19.7h.01";
    /// An octagon: stop.
    Stop "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3Z";
    /// A triangle to the right: start.
    Play "M8 5.5v13l10.5-6.5Z";
    /// Two bars.
    Pause "M9 5.5v13M15 5.5v13";
    /// A disc in a ring: record.
    Record "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z";
    /// A triangle with an exclamation mark.
    Warning "M12 4 21 19.5H3ZM12 10v4.5M12 17h.01";
    /// An octagon with an exclamation mark.
    Alarm "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3ZM12 7.5v5.5M12 16.3h.01";
    /// A bell.
    Bell "M6.5 17v-6a5.5 5.5 0 0 1 11 0v6ZM4.5 17h15M10.5 20h3";
    /// A letter i in a ring.
    Info "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 11v5M12 8h.01";
    /// A tick.
    Check "M5 12.5l5 5L19.5 7";
    /// A tick in a ring.
    Ok "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM8.5 12.2l2.5 2.5 4.7-5";
    /// A cross.
    Close "M6 6l12 12M18 6 6 18";
    /// A clock.
    Clock "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 7.5V12l3 2";
    /// A clock that goes back.
    History "M4.5 12a7.5 7.5 0 1 0 2.4-5.5L4 9M4 4.5V9h4.5M12 8v4l2.8 1.8";
    /// Three lines: a menu.
    Menu "M4 7h16M4 12h16M4 17h16";
    /// Three points.
    More "M5.5 11.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1ZM12 11.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1ZM18.5 11.5a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1Z";
    /// A plus sign.
    Plus "M12 5v14M5 12h14";
    /// A minus sign.
    Minus "M5 12h14";
    /// An arrow to the left.
    ArrowLeft "M19.5 12h-15M10.5 6l-6 6 6 6";
    /// An arrow to the right.
    ArrowRight "M4.5 12h15M13.5 6l6 6-6 6";
    /// An arrow upwards.
    ArrowUp "M12 19.5v-15M6 10.5l6-6 6 6";
    /// An arrow downwards.
    ArrowDown "M12 4.5v15M6 13.5l6 6 6-6";
    /// An arrow in a circle.
    Refresh "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L20 9.5M20 4.5v5h-5";
    /// Four corners.
    Expand "M9 4H4v5M15 4h5v5M9 20H4v-5M15 20h5v-5";
    /// An arrow into a tray.
    Download "M12 4v11M7.5 10.5 12 15l4.5-4.5M4.5 19.5h15";
    /// An arrow out of a tray.
    Upload "M12 15V4M7.5 8.5 12 4l4.5 4.5M4.5 19.5h15";
    /// Two sheets.
    Copy "M9 8.5h11V20H9ZM15 8.5V4H4v11.5h5";
    /// A sheet.
    File "M6 3.5h8l4.5 4.5v12.5H6ZM14 3.5V8h4.5";
    /// A folder.
    Folder "M3.5 6h6l2 2.5h9V19h-17Z";
    /// A lens.
    Search "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12ZM15 15l5 5";
    /// A pencil.
    Edit "M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5Z";
    /// A bin.
    Delete "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7";
    /// A closed lock.
    Lock "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3";
    /// An open lock.
    Unlock "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2";
    /// A person.
    User "M12 12a3.8 3.8 0 1 0 0-7.6 3.8 3.8 0 0 0 0 7.6ZM4.5 20c.8-3.4 3.8-5 7.5-5s6.7 1.6 7.5 5";
    /// An open hand: who is in control.
    Hand "M8 13V6.5a1.5 1.5 0 0 1 3 0V11M11 11V5a1.5 1.5 0 0 1 3 0v6M14 11V6.5a1.5 1.5 0 0 1 3 0V14c0 3.6-2.2 6-5.5 6-2.6 0-4-1.2-5.2-3.4L4.3 13.2a1.4 1.4 0 0 1 2.4-1.4L8 13.5";
    /// An eye.
    Eye "M2.5 12S6 5.5 12 5.5s9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z";
    /// A flag.
    Flag "M5.5 21V4h12l-2.5 4.5 2.5 4.5h-12";
    /// The sun.
    Sun "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M5.6 18.4 7 17M17 7l1.4-1.4";
    /// The moon.
    Moon "M20 14.5A8.4 8.4 0 1 1 9.5 4 6.7 6.7 0 0 0 20 14.5Z";
}

impl IntoElement for Icon {
    fn into_element(self) -> Element {
        let icon =
            Element::new("svg").attr("class", "dd-icon").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true");
        icon.children(Element::new("path").attr("d", self.path()))
    }
}

impl Children for Icon {
    fn push_into(self, children: &mut Vec<Element>) {
        children.push(self.into_element());
    }
}

/// Records an icon in a view. `path` is a property with an [`Icon`], or the path of one.
pub(crate) fn draw(look: &mut Look, path: impl TextTerm) {
    look.tag("svg").attr("class", "dd-icon").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true").inner(|look| {
        look.tag("path").attr("d", path).empty();
    });
}

/// Records an icon in a view that is there if the property is not [`Icon::None`].
pub(crate) fn optional(look: &mut Look, icon: Bound<Icon>) {
    let svg = look.tag("svg").attr("class", "dd-icon").attr("viewBox", "0 0 24 24").attr("aria-hidden", "true");
    svg.flag("hidden", icon.is_known().not()).inner(|look| look.tag("path").attr("d", icon).empty());
}

impl From<Icon> for String {
    fn from(icon: Icon) -> Self {
        icon.path().to_owned()
    }
}

impl TryFrom<String> for Icon {
    type Error = &'static str;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        let mut known = [Self::None].iter().chain(Self::ALL);
        known.find(|icon| icon.path() == path).copied().ok_or("this is not the line of an icon")
    }
}

/// The title of a card or a section: a text, or an icon and a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Title {
    pub(crate) icon: Icon,
    pub(crate) text: Cow<'static, str>,
}

macro_rules! titles {
    ($($text:ty),*) => {$(
        impl From<$text> for Title {
            fn from(text: $text) -> Self {
                Self { icon: Icon::None, text: text.into() }
            }
        }

        impl From<(Icon, $text)> for Title {
            fn from((icon, text): (Icon, $text)) -> Self {
                Self { icon, text: text.into() }
            }
        }
    )*};
}

titles!(&'static str, String, Cow<'static, str>);

#[cfg(test)]
mod tests {
    use dash_runtime::html::Html;

    use super::*;

    #[test]
    fn an_icon_is_one_line_on_its_square() {
        for icon in Icon::ALL {
            let path = icon.path();
            assert!(path.starts_with('M'), "{icon:?}");
            let letters = path.chars().filter(char::is_ascii_alphabetic).all(|c| "MLHVCSAZmlhvcsaz".contains(c));
            let marks = path.chars().filter(|c| !c.is_ascii_alphanumeric()).all(|c| " .-".contains(c));
            assert!(letters && marks, "{icon:?}: {path}");
            assert_eq!(Icon::ALL.iter().filter(|other| other.path() == path).count(), 1, "{icon:?} is there twice");
        }
    }

    #[test]
    fn it_is_drawn_where_it_stands_and_has_no_name() {
        let mut html = Html::new();
        html.element(&Icon::Check.into_element());
        let drawn = "<svg class=\"dd-icon\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"M5 12.5l5 5L19.5 7\">";
        assert!(html.into_string().starts_with(drawn));
    }

    #[test]
    fn its_json_is_its_line() {
        let json = serde_json::to_string(&Icon::Check).unwrap();
        assert_eq!(json, "\"M5 12.5l5 5L19.5 7\"");
        assert_eq!(serde_json::from_str::<Icon>(&json).unwrap(), Icon::Check);
        assert_eq!(serde_json::from_str::<Icon>("\"\"").unwrap(), Icon::None);
        assert!(serde_json::from_str::<Icon>("\"M0 0\"").is_err());
    }
}
