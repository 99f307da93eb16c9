//! The current picture in the first paint, for a page whose script is slow or does not run.

use std::time::Duration;

use dash_devices::{PictureFormat, prelude::*};
use serde_json::json;

use crate::support::{Cable, Server, browser_test};

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

#[components]
struct Watch {
    camera: Image,
    late: Image,
    alarm: Indicator,
    calm: Indicator,
}

/// A camera: a new picture each time.
#[callback_shared(every = "50ms", output = Watch::camera.source)]
fn film(count: &mut u32) -> Picture {
    *count += 1;
    let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'><title>{count}</title></svg>");
    Picture::new(PictureFormat::Svg, svg)
}

impl Dashboard for Watch {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![film];

    fn layout(self) -> Element {
        let alarm = self.alarm.label("Too hot").tone(Tone::Bad).on(true);
        page("Watch", (self.camera.size(40.0, 30.0), self.late, alarm, self.calm.label("Light").on(true)))
    }
}

/// Whether a picture is shown, and the browser has no sign of a broken one in its place.
const WHOLE: &str = "(({ hidden, complete, naturalWidth }) => !hidden && complete && naturalWidth === 40)\
                     (document.querySelector('#camera img'))";

#[test]
fn b2_a_camera_became_a_broken_icon_when_the_link_was_lost() {
    browser_test(async |browser| {
        for text in
            ["WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "404"]
        {
            browser.allow(text);
        }
        let server = Server::start::<Watch>(0).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until(WHOLE).await;
        // It counts each moment at which the picture is broken or gone.
        tab.run(&format!("globalThis.broken = 0; setInterval(() => {{ broken += !({WHOLE}); }}, 20);")).await;
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let old = "getComputedStyle(document.querySelector('#camera > *')).filter.includes('grayscale')";
        assert!(tab.js::<bool>(old).await, "it looks old");
        cable.mend().await;
        tab.until_live().await;
        let picture = tab.js::<String>("document.querySelector('#camera img').src").await;
        tab.until(&format!("document.querySelector('#camera img').src !== {picture:?}")).await;
        assert_eq!(tab.js::<u32>("broken").await, 0);
    });
}

#[test]
fn b4_a_picture_of_the_run_before_was_a_broken_icon_after_a_restart() {
    browser_test(async |browser| {
        for text in
            ["WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "404"]
        {
            browser.allow(text);
        }
        let server = Server::start::<Ui>(0).await;
        let address = server.address;
        let tab = browser.open(&server.url()).await;
        tab.click("#shoot button").await;
        tab.until(&format!("{WIDTH} === 10")).await;
        server.stop().await;
        let _server = Server::start_at::<Ui>(address, 1).await;
        // The new run has no picture, and the page says so.
        tab.until(&format!("{WIDTH} === -1")).await;
        tab.wait_for_text("#photo .dd-image-none", "No picture.").await;
        tab.click("#shoot button").await;
        tab.until(&format!("{WIDTH} === 20")).await;
        // A picture that the server does not have any more: the one before stays, and is marked.
        tab.run(
            "const image = document.getElementById('photo'); \
             image.props.source = { id: '0'.repeat(32) }; image.update('source');",
        )
        .await;
        tab.wait_for_text("#photo .dd-image-none", "The newest picture could not be loaded.").await;
        assert_eq!(tab.js::<i32>(WIDTH).await, 20);
        tab.click("#shoot button").await;
        tab.until(&format!("{WIDTH} === 30")).await;
        tab.until("!document.querySelector('#photo .dd-image-frame').hasAttribute('data-late')").await;
    });
}

#[test]
fn an_active_alarm_turned_grey_with_everything_else_when_the_link_was_lost() {
    browser_test(async |browser| {
        for text in ["WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"]
        {
            browser.allow(text);
        }
        let server = Server::start::<Watch>(0).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        // Up to the root, nothing takes the colour of the alarm.
        let grey = |id: &str| {
            format!(
                "(() => {{ for (let at = document.querySelector('#{id} .dd-indicator-disc'); at; at = at.parentElement) \
                 if (getComputedStyle(at).filter !== 'none') return true; return false; }})()"
            )
        };
        assert!(!tab.js::<bool>(&grey("alarm")).await, "it is recognized as an alarm");
        assert!(tab.js::<bool>(&grey("calm")).await, "all else is shown as old");
        let words: String =
            tab.js("getComputedStyle(document.querySelector('#alarm .dd-indicator'), '::after').content").await;
        assert!(words.starts_with("\"as of ") && words.len() == "\"as of 12:00:00\"".len(), "{words}");
        cable.mend().await;
        tab.until_live().await;
        assert!(!tab.js::<bool>(&grey("calm")).await);
        let words: String =
            tab.js("getComputedStyle(document.querySelector('#alarm .dd-indicator'), '::after').content").await;
        assert_eq!(words, "none");
    });
}
