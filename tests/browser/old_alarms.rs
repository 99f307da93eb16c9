//! Without a link, what needs somebody keeps its colour and says its age, also where it is one of several.

use dash_devices::prelude::*;

use crate::support::{Cable, Server, browser_test};

#[components]
struct Plant {
    health: StatusList,
    phase: StateMachine,
}

impl Dashboard for Plant {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let health = self.health.items([
            Status::new("Pump", Tone::Ok, "running"),
            Status::new("Filter", Tone::Warn, "change soon"),
            Status::new("Valve", Tone::Bad, "stuck"),
        ]);
        let states = [
            MachineState::new("run", "Running").to(["fault"]).tone(Tone::Ok),
            MachineState::new("fault", "Fault").to(["run"]).tone(Tone::Bad),
        ];
        page("Plant", card("Now", (health, self.phase.states(states).current("fault"))))
    }
}

/// The colour of a part, and the filters on the way to it.
const LOOKS: &str = "((selector) => {
    const part = document.querySelector(selector);
    const { color, fill } = getComputedStyle(part);
    const filters = [];
    for (let at = part; at; at = at.parentElement) filters.push(getComputedStyle(at).filter);
    return `${color} ${fill} ${filters.filter((one) => one !== 'none')}`;
})";

#[test]
fn fault_a_line_with_an_alarm_was_grey_without_a_link() {
    browser_test(async |browser| {
        for text in ["ERR_CONNECTION", "WebSocket connection to", "request failed"] {
            browser.allow(text);
        }
        let server = Server::start::<Plant>(()).await;
        let mut cable = Cable::to(server.address).await;
        let tab = browser.open(&cable.url()).await;
        tab.until("document.querySelector('.dd-machine-name[data-alarm]')").await;
        let alarms = [
            ".dd-status:nth-child(2) > .dd-status-word",
            ".dd-status:nth-child(3) > .dd-status-word",
            ".dd-status:nth-child(3) > svg",
            ".dd-machine-state[data-current]",
            ".dd-machine-name[data-current]",
        ];
        let good = [".dd-status:nth-child(1) > svg", ".dd-machine-state:not([data-current])"];
        let looks = async |selector: &str| tab.js::<String>(&format!("{LOOKS}({selector:?})")).await;
        let mut before = Vec::new();
        for selector in alarms {
            before.push(looks(selector).await);
        }
        cable.cut().await;
        tab.until("document.documentElement.dataset.link === 'lost'").await;
        for (selector, before) in alarms.iter().zip(before) {
            assert_eq!(looks(selector).await, before, "{selector}");
        }
        for selector in good {
            assert!(looks(selector).await.contains("grayscale"), "{selector}");
        }
        let says = async |selector: &str| {
            tab.js::<String>(&format!("getComputedStyle(document.querySelector({selector:?}), '::after').content"))
                .await
        };
        for selector in [".dd-status:nth-child(2)", ".dd-status:nth-child(3)", ".dd-machine"] {
            assert!(says(selector).await.contains("as of"), "{selector}");
        }
        for selector in [".dd-status:nth-child(1)", ".dd-status-list"] {
            assert!(!says(selector).await.contains("as of"), "{selector}");
        }
    });
}
