//! Refused and failed commands are shown, and the control returns to the server's value.

use dash_devices::prelude::*;

use crate::{
    panel::{Bench, Panel, Seen},
    support::{Server, browser_test},
};

#[test]
fn a_refused_command_returns_the_control_to_the_truth_and_tells_why() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Panel>(Bench::new(&seen)).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        // A manipulated or old page: its slider has a larger range than the device.
        hand.run("document.querySelector('#level input').max = 1000").await;
        hand.focus("#level input").await;
        hand.press("End").await;
        hand.until("document.querySelector('#level').dataset.failed === 'refused'").await;
        hand.until("document.querySelector('#level input').value === '25'").await;
        assert_eq!(hand.text("#level .dd-slider-value").await, "25");
        let why = hand.attribute("#level", "title").await.unwrap();
        assert!(why.contains("refused") && why.contains("100"), "{why}");
        let toasts = hand.toasts().await;
        assert!(matches!(&toasts[..], [one] if one.contains("Level") && one.contains("100")), "{toasts:?}");
        // The next valid command removes the mark.
        hand.press("ArrowLeft").await;
        hand.wait_for_text("#readout", "24 %").await;
        hand.until("document.querySelector('#level').dataset.failed === undefined").await;
        other.wait_for_text("#readout", "24 %").await;
        assert_eq!(other.toasts().await, [""; 0], "nobody else hears of it");
        assert_eq!(seen.all(), ["level 25", "tenfold 250", "level 24", "tenfold 240"]);
    });
}

#[test]
fn a_failing_callback_is_shown_to_the_asker_only() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (asker, other) = browser.two_tabs(&server.url()).await;
        asker.click("#valve button").await;
        asker.until("document.querySelector('.dd-toast')").await;
        let toasts = asker.toasts().await;
        // Once, and without the name of the function: the label, and what the device has said.
        let [toast] = &toasts[..] else { panic!("{toasts:?}") };
        let lines: Vec<&str> = toast.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["Open the valve", "failed: the valve is stuck", "×"]);
        assert_eq!(asker.attribute("#valve", "data-failed").await.as_deref(), Some("failed"));
        // A second failure: the message gets a count, and no second message is added.
        asker.click("#valve button").await;
        asker.until("document.querySelector('.dd-toast').innerText.includes('2×')").await;
        // When this command is finished, everything that the first one caused has arrived at the other page.
        asker.click("#add button").await;
        other.wait_for_text("#count", "1").await;
        assert_eq!(other.toasts().await, [""; 0]);
        assert_eq!(other.attribute("#valve", "data-failed").await, None);
        // The user closes the message.
        asker.click(".dd-toast-close").await;
        asker.until("!document.querySelector('.dd-toast')").await;
    });
}

#[components]
struct Oven {
    heat: Slider,
    speed: NumberInput,
    light: Switch,
}

/// It takes nothing above 50, and has no light.
struct Heater;

#[callback_shared]
fn set_heat(_heater: &mut Heater, #[input(Oven::heat.value)] heat: f64) -> Result<(), &'static str> {
    if heat > 50.0 { Err("too hot") } else { Ok(()) }
}

#[callback_shared(refused = revert)]
fn set_speed(_heater: &mut Heater, #[input(Oven::speed.value)] speed: f64) -> Result<(), &'static str> {
    if speed > 50.0 { Err("too fast") } else { Ok(()) }
}

#[callback_shared(refused = revert)]
fn set_light(_heater: &mut Heater, #[input(Oven::light.on)] on: bool) -> Result<(), &'static str> {
    if on { Err("no light is connected") } else { Ok(()) }
}

impl Dashboard for Oven {
    type Device = Heater;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set_heat, set_speed, set_light];

    fn layout(self) -> Element {
        let speed = self.speed.label("Fan").unit("rpm").value(20.0);
        page(
            "Oven",
            card("Oven", (self.heat.label("Heat").unit("°C").value(49.0).step(1), speed, self.light.label("Light"))),
        )
    }
}

#[test]
fn p6_fault_every_page_but_the_askers_showed_a_refused_value_as_if_it_were_in_effect() {
    browser_test(async |browser| {
        let server = Server::start::<Oven>(Heater).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.focus("#heat input").await;
        hand.press("ArrowRight").await;
        hand.press("ArrowRight").await;
        let told = [
            ("heat", "wanted 51, device has 50, refused: too hot"),
            ("speed", "wanted 80, device has 20, refused: too fast"),
            ("light", "wanted on, device has off, refused: no light is connected"),
        ];
        hand.focus("#speed input").await;
        hand.run("document.querySelector('#speed input').select()").await;
        hand.keys("80").await;
        hand.press("Enter").await;
        // Each mark moves what is below it, and a mouse does not follow.
        for (id, words) in &told[..2] {
            hand.wait_for_text(&format!("#{id} > .dd-refused"), words).await;
        }
        hand.click("#light input").await;
        let newcomer = browser.tab().await;
        newcomer.go(&server.url()).await;
        for tab in [&hand, &other, &newcomer] {
            for (id, words) in told {
                tab.wait_for_text(&format!("#{id} > .dd-refused"), words).await;
                assert_eq!(tab.attribute(&format!("#{id}"), "data-refused").await.as_deref(), Some(words));
            }
            // Kept, and taken back.
            assert_eq!(tab.text("#heat .dd-slider-value").await, "51");
            tab.until("document.querySelector('#speed input').value === '20'").await;
            tab.until("!document.querySelector('#light input').checked").await;
        }
        // Before any script: the server has rendered the mark.
        let page = crate::support::get(server.address, "/").await;
        assert!(
            page.contains("role=\"status\">wanted 51, device has 50, refused: too hot</span></dd-slider>"),
            "{page}"
        );
        other.focus("#heat input").await;
        other.press("ArrowLeft").await;
        for tab in [&hand, &other, &newcomer] {
            tab.until("document.querySelector('#heat > .dd-refused') === null").await;
            assert_eq!(tab.attribute("#heat", "data-failed").await, None);
        }
    });
}
