//! The current picture in the first paint, for a page whose script is slow or does not run.

use std::time::Duration;

use dash_devices::{PictureFormat, prelude::*};
use serde_json::json;

use crate::support::{Server, browser_test};

#[components]
struct Ui {
    shoot: Button,
    photo: Image,
    none: Image,
}

/// Squares, each a little larger than the previous one.
#[callback_shared(on = Ui::shoot.click, output = Ui::photo.source)]
fn shoot(count: &mut u32) -> Picture {
    *count += 1;
    let side = 10 * *count;
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='{side}' height='{side}'><rect width='9' height='9'/></svg>"
    );
    Picture::new(PictureFormat::Svg, svg)
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![shoot];

    fn layout(self) -> Element {
        page("Photo", (self.shoot, self.photo.size(40.0, 30.0), self.none))
    }
}

/// The width of the picture that is shown.
const WIDTH: &str = "(({ hidden, naturalWidth }) => hidden ? -1 : naturalWidth)(document.querySelector('#photo img'))";

#[test]
fn the_picture_of_now_is_there_without_a_script_and_stays_when_the_script_comes() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(0).await;
        let hand = browser.open(&server.url()).await;
        hand.click("#shoot button").await;
        hand.until(&format!("{WIDTH} === 10")).await;
        let late = browser.tab().await;
        // Without the page's own scripts, only the server's rendering is visible.
        late.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
        late.go(&server.url()).await;
        late.until(&format!("{WIDTH} === 10")).await;
        assert!(late.js::<bool>("document.querySelector('#none img').hidden").await);
        late.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
        // Records whether the picture is hidden at any time while the script starts.
        late.before_the_page(
            "globalThis.gone = 0; addEventListener('DOMContentLoaded', () => { \
             new MutationObserver(() => { gone += document.querySelector('#photo img').hidden; }) \
             .observe(document.querySelector('#photo'), { subtree: true, attributes: true }); });",
        )
        .await;
        late.reload().await;
        late.until_live().await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!((late.js::<u32>("gone").await, late.js::<i32>(WIDTH).await), (0, 10));
        hand.click("#shoot button").await;
        for tab in [&hand, &late] {
            tab.until(&format!("{WIDTH} === 20")).await;
        }
    });
}
