//! A banner: there while it has something to say, and read by a screen reader when it begins.

use dash_devices::{App, prelude::*};

use crate::support::{Server, browser_test};

#[components]
struct Plant {
    service: Banner,
    pump: Indicator,
}

impl Dashboard for Plant {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        page("Plant", (self.service.title("Service"), card("Pump", self.pump)))
    }
}

#[test]
fn a_banner_takes_no_space_without_a_text_and_is_a_line_of_its_own_with_one() {
    browser_test(async |browser| {
        let mut handle = None;
        let app = App::with::<Plant>(|given| handle = Some(given)).unwrap();
        let (server, handle) = (Server::start_app(app).await, handle.unwrap());
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        let top = "document.querySelector('.dd-card').getBoundingClientRect().top";
        let before: f64 = tab.js(top).await;
        let region = "document.querySelector('#service [role=status]').checkVisibility()";
        assert!(tab.js::<bool>(region).await, "a screen reader watches it");
        let say = |text: &str, tone| {
            handle.push(changes![Plant::service.text = text.to_owned(), Plant::service.tone = tone]).unwrap();
        };
        say("The door switch is bridged.", Tone::Warn);
        tab.until("document.querySelector('.dd-banner')?.textContent.includes('Service The door switch is bridged.')")
            .await;
        // One line of at least 44 px, across the page, and the distance to the card.
        let moved = tab.js::<f64>(top).await - before;
        assert!((44.0..90.0).contains(&moved), "{moved} px");
        let width =
            "document.querySelector('.dd-banner').offsetWidth / document.querySelector('.dd-cards').offsetWidth";
        assert!(tab.js::<f64>(width).await > 0.99);
        say("The cooling has failed.", Tone::Bad);
        tab.until("document.querySelector('#service [role=alert] .dd-banner[data-tone=bad]')").await;
        say("", Tone::Ok);
        tab.until("!document.querySelector('.dd-banner')").await;
        assert_eq!(tab.js::<f64>(top).await, before);
    });
}
