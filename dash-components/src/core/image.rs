use dash_macros::Component;
use dash_runtime::{component::prelude::*, picture::Picture};

/// A picture: of a camera, of a plot that a device draws.
///
/// A client that is slower than the pictures come shows the newest one when it is done with the last, and skips those in
/// between. The room for the picture is there before it comes, so that nothing moves.
///
/// ```
/// # use dash_components::Image;
/// # fn of(picture: Image) -> Image {
/// picture.label("The front door").size(640.0, 480.0)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-image", script = "image.js", style = "image.css", bundled)]
pub struct Image {
    id: ComponentId,
    /// What is shown; `None` when there is no picture.
    source: Option<Picture>,
    /// What it shows: below it, and for those who cannot see it. Empty: no visible name.
    label: String,
    /// The width of the room for it, in pixels of the picture. With the height it gives the shape; on the page it is as
    /// wide as there is room.
    #[prop(default = 640.0)]
    width: f64,
    /// The height of the room for it, in pixels of the picture.
    #[prop(default = 480.0)]
    height: f64,
}

impl Image {
    /// The size of the pictures that will come, in pixels.
    #[must_use]
    pub fn size(self, width: f64, height: f64) -> Self {
        self.width(width).height(height)
    }
}

impl Render for Image {
    fn render(&self, html: &mut Html) {
        html.tag("figure").attr("class", "dd-image").inner(|html| {
            html.tag("div").attr("class", "dd-image-frame").inner(|html| {
                // An image without a source has no size. A drawing with nothing in it has one.
                html.tag("svg")
                    .attr("class", "dd-image-room")
                    .attr("viewBox", format!("0 0 {} {}", extent(self.width), extent(self.height)))
                    .attr("aria-hidden", "true")
                    .empty();
                html.tag("span").attr("class", "dd-image-none").text(words_for(self.source.as_ref()));
                let name = if self.label.is_empty() { super::words(self.id) } else { self.label.clone() };
                let address = self.source.as_ref().and_then(|picture| html.picture(picture));
                html.tag("img")
                    .attr("class", "dd-image-picture")
                    .attr("alt", name)
                    .flag("hidden", address.is_none())
                    .opt("src", address)
                    .void();
            });
            html.tag("figcaption").attr("class", "dd-image-label").text(&self.label);
        });
    }
}

/// A side of the room: what is no length counts as one pixel.
fn extent(side: f64) -> f64 {
    if side.is_finite() && side >= 1.0 { side } else { 1.0 }
}

fn words_for(source: Option<&Picture>) -> &'static str {
    if source.is_some() { "The picture is loading." } else { "No picture." }
}

#[cfg(test)]
mod tests {
    use dash_runtime::picture::PictureFormat;

    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn there_is_room_for_a_picture_before_it_comes() {
        let image = component::<Image>().size(160.0, 120.0).label("The <door>");
        assert_has(
            &image,
            &[
                "viewBox=\"0 0 160 120\"",
                ">No picture.<",
                "alt=\"The &lt;door&gt;\" hidden",
                "The &lt;door&gt;</figcaption>",
            ],
        );
        let image = component::<Image>().source(Picture::new(PictureFormat::Png, vec![]));
        assert_has(&image, &["viewBox=\"0 0 640 480\"", ">The picture is loading.<", "alt=\"left motor\""]);
    }

    #[test]
    fn a_size_that_is_none_leaves_some_room() {
        assert_has(&component::<Image>().size(f64::NAN, -3.0), &["viewBox=\"0 0 1 1\""]);
    }
}
