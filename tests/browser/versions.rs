//! A changed program is started again while a page is open. The page continues if the parts that it uses have not
//! changed. Otherwise it is reloaded.

use std::net::SocketAddr;

use dash_devices::prelude::*;

use crate::support::{Browser, Server, Tab, browser_test};

/// A version of the dashboard: its components in their order, the text of its callback, and the layout.
macro_rules! version {
    ($version:ident { $($field:ident: $ty:ty),* } $read:literal, $layout:expr) => {
        mod $version {
            use super::*;

            #[components]
            pub(super) struct Ui {
                $($field: $ty,)*
            }

            #[callback_shared(output = Ui::readout.text)]
            fn read(#[input(Ui::level.value)] level: f64) -> String {
                format!($read, level)
            }

            impl Dashboard for Ui {
                type Device = ();
                type Session = ();
                const CALLBACKS: Callbacks<Self> = callbacks![read];

                fn layout(self) -> Element {
                    let layout: fn(Self) -> Element = $layout;
                    layout(self)
                }
            }
        }
    };
}

version! { first { level: Slider, readout: Text, note: Input } "{} %", |ui| {
    page("Version", (ui.level.label("Level"), ui.readout, ui.note.label("Note")))
} }
// New components before, between and after the old ones.
version! { grown { title: Text, level: Slider, peak: Gauge, readout: Text, note: Input, more: Text } "{} percent", |ui| {
    page("Version", (ui.title, ui.level.label("Level"), ui.peak, ui.readout, ui.note.label("Note"), ui.more))
} }
// Without the new components, and in another order.
version! { sorted { note: Input, readout: Text, level: Slider } "{} of 100", |ui| {
    page("Version", (ui.level.label("Level"), ui.readout, ui.note.label("Note")))
} }
version! { removed { level: Slider, readout: Text } "{} left", |ui| {
    page("Version", (ui.level.label("Level"), ui.readout))
} }
// The number of the slider now belongs to a field or to nothing.
version! { retyped { level: NumberInput, readout: Text } "{:?}", |ui| {
    page("Version", (ui.level.label("Level"), ui.readout))
} }

const KEPT: &str = "globalThis.kept === true";

async fn next<D: Dashboard<Device = ()>>(address: SocketAddr, before: Server) -> Server {
    before.stop().await;
    Server::start_at::<D>(address, ()).await
}

async fn move_to(tab: &Tab<'_>, key: &str, shown: &str) {
    tab.focus("#level input").await;
    tab.press(key).await;
    tab.wait_for_text("#readout", shown).await;
}

fn allow_cuts(browser: &Browser) {
    for text in ["WebSocket connection to", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"] {
        browser.allow(text);
    }
}

#[test]
fn an_open_page_goes_on_with_another_version_as_long_as_what_it_uses_is_there() {
    browser_test(async |browser| {
        allow_cuts(browser);
        let server = Server::start::<first::Ui>(()).await;
        let address = server.address;
        let tab = browser.open(&server.url()).await;
        tab.run("globalThis.kept = true").await;
        move_to(&tab, "End", "100 %").await;

        let server = next::<grown::Ui>(address, server).await;
        tab.wait_for_text("#readout", "0 percent").await;
        // The key held the slider for a second.
        tab.until("document.querySelector('#level input').valueAsNumber === 0").await;
        move_to(&tab, "ArrowRight", "1 percent").await;
        let server = next::<sorted::Ui>(address, server).await;
        tab.wait_for_text("#readout", "0 of 100").await;
        tab.until("document.querySelector('#level input').valueAsNumber === 0").await;
        move_to(&tab, "End", "100 of 100").await;
        assert!(tab.js::<bool>(KEPT).await, "it was never loaded anew");

        // The page has a field that was removed, so it is reloaded.
        let server = next::<removed::Ui>(address, server).await;
        tab.until(&format!("!({KEPT}) && document.readyState === 'complete'")).await;
        tab.wait_for_text("#readout", "0 left").await;
        move_to(&tab, "End", "100 left").await;

        tab.run("globalThis.kept = true").await;
        let _server = next::<retyped::Ui>(address, server).await;
        tab.until(&format!("!({KEPT}) && document.querySelector('dd-number-input#level')")).await;
        tab.until_live().await;
    });
}
