use dash_macros::Component;
use dash_runtime::{component::prelude::*, picture::Picture};

/// A picture, for example from a camera or a plot that a device draws.
///
/// A client that loads pictures more slowly than they arrive loads the newest one next and skips those in between. The
/// page reserves the space for the picture before it arrives, so that the layout does not move.
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
    /// The picture. `None` (the default): there is no picture.
    source: Option<Picture>,
    /// The caption below the picture, which is also its description for a screen reader. Empty (the default): no
    /// caption.
    label: String,
    /// The width of the picture, in its own pixels, at least 1. Default: 640. Width and height give only the aspect
    /// ratio. On the page the picture is as wide as its place.
    #[prop(default = 640.0)]
    width: f64,
    /// The height of the picture, in its own pixels, at least 1. Default: 480.
    #[prop(default = 480.0)]
    height: f64,
}

impl Image {
    /// Sets the size of the expected pictures, in pixels.
    #[must_use]
    pub fn size(self, width: f64, height: f64) -> Self {
        self.width(width).height(height)
    }
}

// Not a view: the first paint has the picture without a script, at an address that the server makes for this document. The
// script replaces the whole element by one that has finished loading, so a binding to it would be lost.
impl Render for Image {
    fn render(&self, html: &mut Html) {
        html.tag("figure").attr("class", "dd-image").inner(|html| {
            html.tag("div").attr("class", "dd-image-frame").inner(|html| {
                // An image without a source has no size. An empty SVG drawing has one.
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

/// One side of the reserved space, in pixels. A value that is not a length counts as 1.
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
    fn the_page_reserves_space_for_a_picture_before_it_arrives() {
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
    fn an_invalid_size_reserves_one_pixel() {
        assert_has(&component::<Image>().size(f64::NAN, -3.0), &["viewBox=\"0 0 1 1\""]);
    }
}
