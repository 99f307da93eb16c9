use dash_macros::Component;
use dash_runtime::{
    component::prelude::*,
    look::{Bound, constant},
    picture::Picture,
};

/// The live picture of a camera.
///
/// The pictures travel over the page's own connection. A page gets the next picture when it has drawn the last one, so a
/// slow link shows fewer pictures and never old ones, and what people do is not delayed by more than one picture. A page
/// that nobody looks at, and a camera that is scrolled away, get none. When no picture comes, the last one stays, is
/// dimmed, and tells its age. Pictures are never stored in the cache of a browser.
///
/// It shows JPEG, PNG, WebP, GIF and BMP. For a drawing (SVG), and for a picture that must be there without a script, use
/// an [`Image`](crate::Image).
///
/// ```
/// # use dash_components::Camera;
/// # fn of(front: Camera) -> Camera {
/// front.label("Front").size(640.0, 480.0).stale_after(1.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-camera", script = "camera.js", style = "camera.css", bundled)]
pub struct Camera {
    id: ComponentId,
    // The script finds the pictures by the first property.
    /// The newest picture. `None` (the default): there is no picture.
    source: Option<Picture>,
    /// The name, which is shown on the picture. It is also the description for a screen reader. Empty (the default): no
    /// visible name.
    label: String,
    /// The width of the pictures, in their own pixels, at least 1. Default: 640. Width and height give only the aspect
    /// ratio. On the page the picture is as wide as its place.
    #[prop(default = 640.0)]
    width: f64,
    /// The height of the pictures, in their own pixels, at least 1. Default: 480.
    #[prop(default = 480.0)]
    height: f64,
    /// The age, in seconds, from which the last picture is shown as old. Default: 2. A camera that takes a picture from
    /// time to time sets a longer one. `None`: pictures are old only without a connection.
    #[prop(default = Some(2.0), no_setter)]
    stale_after: Option<f64>,
}

impl Camera {
    /// Sets the size of the expected pictures, in pixels.
    #[must_use]
    pub fn size(self, width: f64, height: f64) -> Self {
        self.width(width).height(height)
    }

    /// Sets the age, in seconds, from which the last picture is shown as old. `None`: only without a connection.
    #[must_use]
    pub fn stale_after(mut self, seconds: impl IntoValue<Option<f64>>) -> Self {
        self.stale_after = seconds.into_value();
        self
    }
}

impl View for Camera {
    fn view(p: CameraBound, look: &mut Look) {
        // A value that is not a length counts as 1.
        let side = |side: Bound<f64>| constant(1.0).at_least(side.or(1));
        let room = constant("0 0 ").then(side(p.width).short()).then(" ").then(side(p.height).short());
        look.tag("figure").attr("class", "dd-camera").inner(|look| {
            // A canvas has the size of its pictures. This empty drawing has the size of the place.
            look.tag("svg").attr("class", "dd-camera-room").attr("viewBox", room).attr("aria-hidden", "true").empty();
            look.tag("canvas")
                .attr("class", "dd-camera-picture")
                .attr("role", "img")
                .attr("aria-label", p.label.or(words_of_id()))
                .empty();
            // The script writes what depends on the pictures.
            look.tag("div").attr("class", "dd-camera-veil").inner(|look| {
                look.tag("span").attr("class", "dd-camera-none").text("No picture.");
                look.tag("span").attr("class", "dd-camera-old").attr("role", "status").empty();
                look.tag("span").attr("class", "dd-camera-age").attr("aria-hidden", "true").empty();
            });
            look.tag("figcaption")
                .attr("class", "dd-camera-chip dd-camera-name")
                .flag("hidden", p.label.is_missing())
                .text(p.label);
            look.tag("span").attr("class", "dd-camera-chip dd-camera-rate").attr("aria-hidden", "true").empty();
        });
    }
}

#[cfg(test)]
mod tests {
    use dash_runtime::picture::PictureFormat;

    use super::*;
    use crate::core::testing::{assert_has, component, drawn};

    #[test]
    fn the_page_reserves_space_and_says_that_there_is_no_picture() {
        let camera = component::<Camera>().size(160.0, 120.0).label("Front <1>");
        let parts = ["viewBox=\"0 0 160 120\"", "aria-label=\"Front &lt;1&gt;\"", ">No picture.<", ">Front &lt;1&gt;<"];
        assert_has(&camera, &parts);
        let camera = component::<Camera>().source(Picture::new(PictureFormat::Jpeg, vec![]));
        assert_has(&camera, &["viewBox=\"0 0 640 480\"", "aria-label=\"left motor\"", ">No picture.<"]);
    }

    #[test]
    fn its_picture_is_not_in_the_document() {
        let camera = component::<Camera>().source(Picture::new(PictureFormat::Jpeg, vec![1]));
        assert!(!drawn(&camera).contains("<img"), "it would be loaded by HTTP in addition");
    }

    #[test]
    fn an_invalid_size_reserves_one_pixel() {
        assert_has(&component::<Camera>().size(f64::NAN, -3.0), &["viewBox=\"0 0 1 1\""]);
    }

    /// The script takes the number of the first property.
    #[test]
    fn the_picture_is_the_first_property() {
        assert_eq!(Camera::INFO.props[0].name, "source");
    }
}
