use dash_macros::Component;
use dash_runtime::component::prelude::*;

/// A film of the dashboard's own server, for example what a camera has recorded. Callbacks start it, stop it and choose its
/// place, and see when the person does.
///
/// All clients have one state, as in every component: if one person starts the film, it runs on each page. With `#[private]`
/// each person watches alone. A page that nobody has touched starts only films without sound: browsers forbid the rest, and
/// the component says so.
///
/// The film comes from a route of the program (`App::routes`). To go to a place in a long film, the route must answer
/// requests for ranges, as the file service of `tower-http` does. The policy of the page allows no other servers. For live
/// pictures there is [`Camera`](crate::Camera).
///
/// ```
/// # use dash_components::Video;
/// # fn of(film: Video) -> Video {
/// film.label("Run 7").source("media/run-7.webm").size(1280.0, 720.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-video", script = "video.js", style = ["image.css", "video.css"], bundled)]
pub struct Video {
    id: ComponentId,
    /// The address of the film, relative to the dashboard. Empty (the default): there is no film.
    source: String,
    /// Whether the film runs. Default: `false`. Callbacks write it. The browser writes it when the person starts or stops the
    /// film, and when it ends.
    #[prop(writable)]
    playing: bool,
    /// The place in the film in seconds from its start. Default: 0. Callbacks write it. The browser writes it when the person
    /// goes to another place, and when the film stops. It does not follow the film while that runs.
    #[prop(writable, within(start, most))]
    position: f64,
    /// The least place, in seconds. Default: 0.
    start: f64,
    /// The greatest place, in seconds. Default: 86 400, a day.
    #[prop(default = 86_400.0)]
    most: f64,
    /// The film has come to its end. The browser sends it.
    #[prop(event)]
    ended: Event<()>,
    /// Whether it has no sound. Default: `true`, so that it can start by itself.
    #[prop(default = true)]
    muted: bool,
    /// Whether it starts again when it has come to its end. Default: `false`.
    repeat: bool,
    /// The words below the film, which are also its name for a screen reader. Empty (the default): no words.
    label: String,
    /// The width of the film, in its own pixels, at least 1. Default: 1280. Width and height give only the aspect ratio.
    #[prop(default = 1280.0)]
    width: f64,
    /// The height of the film, in its own pixels, at least 1. Default: 720.
    #[prop(default = 720.0)]
    height: f64,
    /// Whether the person can neither start, stop nor move it. Default: `false`. Callbacks still can.
    disabled: bool,
}

impl Video {
    /// Sets the size of the film, in pixels.
    #[must_use]
    pub fn size(self, width: f64, height: f64) -> Self {
        self.width(width).height(height)
    }
}

impl View for Video {
    fn view(p: VideoBound, look: &mut Look) {
        let side = |side: dash_runtime::look::Bound<f64>| side.at_least(1).or(1);
        look.tag("figure").attr("class", "dd-image").inner(|look| {
            look.tag("div").attr("class", "dd-image-frame dd-video-frame").inner(|look| {
                // It keeps the room of the film before that has arrived.
                let room = look.tag("svg").attr("class", "dd-image-room").attr("aria-hidden", "true");
                let size = side(p.width).plain().then(" ").then(side(p.height).plain());
                room.attr("viewBox", constant("0 0 ").then(size)).empty();
                // The script gives it its address and its state: those of an element that runs are no attributes.
                let film = look.tag("video").attr("class", "dd-image-picture dd-video").attr("preload", "metadata");
                let film = film.attr("aria-label", p.label.or(words_of_id())).flag("playsinline", true);
                let film = film.flag("controls", p.disabled.not()).flag("loop", p.repeat).flag("muted", p.muted);
                film.flag("hidden", p.source.is_missing()).empty();
                let none = look.tag("div").attr("class", "dd-image-none dd-video-note").attr("role", "status");
                none.text(p.source.is_known().choose("", "No film."));
            });
            look.tag("figcaption").attr("class", "dd-image-label").text(p.label);
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn it_keeps_its_room_and_says_that_there_is_no_film() {
        let film = component::<Video>().label("Run <7>").size(640.0, 480.0);
        assert_has(
            &film,
            &[
                "viewBox=\"0 0 640 480\"",
                "<video class=\"dd-image-picture dd-video\" preload=\"metadata\" aria-label=\"Run &lt;7&gt;\" playsinline",
                " controls muted hidden></video>",
                ">No film.</div>",
                "Run &lt;7&gt;</figcaption>",
            ],
        );
        let film = film.source("media/run-7.webm").disabled(true).repeat(true).muted(false);
        assert_has(&film, &["playsinline loop></video>", "role=\"status\"></div>"]);
        assert!(!drawn(&film).contains("src="), "the script knows where the dashboard is");
        assert_has(&component::<Video>().size(f64::NAN, -3.0), &["viewBox=\"0 0 1 1\""]);
    }
}
