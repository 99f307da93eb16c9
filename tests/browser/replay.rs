//! The page of a replay: its bar, which all viewers share, and a page that goes forward and back in time.

use std::path::PathBuf;

use dash_devices::{App, prelude::*};

use crate::support::{Server, browser_test, post, put};

#[components]
struct Lamp {
    on: Switch,
    shown: Text,
}

#[components]
struct Ui {
    speed: Slider,
    wanted: Text,
    scene: Container,
    #[dynamic]
    hello: Text,
    add: Button,
    lamps: Many<u32, Lamp>,
    trend: Trend,
}

#[callback_shared(output = (Ui::wanted.text, Ui::scene.children, Ui::trend.points))]
fn drive(#[input(Ui::speed.value)] speed: f64) -> (String, Element, Sample) {
    let scene = if speed > 50.0 { card("Fast", Ui::hello.place().text("Hold on")) } else { text("slow") };
    (format!("{speed} %"), scene, Sample::now([speed]))
}

#[callback_shared(on = Ui::add.click, output = Ui::lamps.rows)]
fn add(#[state(Ui::lamps.rows)] rows: Vec<u32>) -> Vec<u32> {
    let next = rows.last().map_or(1, |last| last + 1);
    rows.into_iter().chain([next]).collect()
}

#[callback_shared(output = Ui::lamps[key].shown.text)]
fn light(#[key] key: u32, #[input(Ui::lamps[key].on.on)] on: bool) -> String {
    format!("lamp {key} is {}", if on { "on" } else { "off" })
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![drive, add, light];

    fn layout(self) -> Element {
        let lamps = self.lamps.each(|key, lamp| card(format!("Lamp {key}"), (lamp.on, lamp.shown)));
        let trend = self.trend.series([Series::new("speed")]);
        page(
            "Press",
            (card("Speed", (self.speed.label("Speed"), self.wanted, self.add.label("Add"))), self.scene, lamps, trend),
        )
    }
}

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A run: the speed is 20, a lamp comes, it is switched on, another one comes, the speed is 80.
async fn recorded(name: &str) -> (Folder, PathBuf) {
    let folder = Folder(std::env::temp_dir().join(format!("dash-replay-page-{name}-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join("run.ddlog");
    let server = Server::start_app(App::new::<Ui>(()).unwrap().record(file.as_path())).await;
    for (path, value) in [("speed/value", "20"), ("", ""), ("lamps-1-on/on", "true"), ("", ""), ("speed/value", "80")] {
        match path {
            "" => _ = post(server.address, "/api/props/add/click", "null").await,
            path => _ = put(server.address, &format!("/api/props/{path}"), value).await,
        }
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
    }
    server.stop().await;
    (folder, file)
}

const LAMPS: &str = "document.querySelectorAll('#lamps dd-switch').length";
/// The number in the legend of the chart.
const TREND: &str = "Number.parseFloat(document.querySelector('#trend .dd-chart-value')?.textContent)";
const SLIDER: &str = "dash-replay input";

#[test]
fn the_bar_moves_the_run_for_everybody_and_the_page_goes_back_in_time() {
    browser_test(async |browser| {
        let (_folder, file) = recorded("shared").await;
        let server = Server::start_app(App::replay::<Ui>(file).unwrap()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.until("!document.querySelector('dash-replay input').disabled").await;
        // The first state is that before the first callback.
        hand.wait_for_text("#wanted", "").await;
        // By the keyboard.
        hand.focus(SLIDER).await;
        hand.press("End").await;
        for tab in [&hand, &other] {
            tab.wait_for_text("#wanted", "80 %").await;
            tab.wait_for_text("#hello", "Hold on").await;
            tab.until(&format!("{LAMPS} === 2")).await;
            tab.until("document.querySelector('#lamps dd-switch input').checked").await;
            tab.until(&format!("{TREND} === 80")).await;
        }
        // The last change was of the speed: one step back undoes it, and the next ones the lamps.
        hand.click("[data-do=back]").await;
        for tab in [&hand, &other] {
            tab.wait_for_text("#wanted", "20 %").await;
            tab.until("!document.querySelector('#hello')").await;
            tab.until(&format!("{TREND} === 20")).await;
        }
        other.focus(SLIDER).await;
        other.press("Home").await;
        for tab in [&hand, &other] {
            tab.wait_for_text("#wanted", "").await;
            tab.until(&format!("{LAMPS} === 0")).await;
        }
        // It plays to its end, and the button says what it does next.
        hand.focus("[data-do=play]").await;
        hand.press("Enter").await;
        hand.wait_for_text("#wanted", "80 %").await;
        hand.until("document.querySelector('[data-do=play]').getAttribute('aria-label') === 'Play'").await;
        other.wait_for_text("#wanted", "80 %").await;
        let spoken = hand.attribute(SLIDER, "aria-valuetext").await.unwrap();
        assert!(spoken.starts_with("0:00."), "{spoken}");
    });
}

#[test]
fn nothing_on_the_page_of_a_replay_can_be_operated_except_its_bar() {
    browser_test(async |browser| {
        let (_folder, file) = recorded("locked").await;
        let server = Server::start_app(App::replay::<Ui>(file).unwrap()).await;
        let tab = browser.open(&server.url()).await;
        tab.until("!document.querySelector('dash-replay input').disabled").await;
        tab.focus(SLIDER).await;
        tab.press("End").await;
        tab.until(&format!("{LAMPS} === 2")).await;
        let open = "[...document.querySelectorAll('.dd-page :is(input, button, select)')].filter((e) => !e.disabled).map((e) => e.outerHTML)";
        assert_eq!(tab.js::<Vec<String>>(open).await, [""; 0]);
        // Also in a page that opens later, where the server has drawn the rows and the piece.
        let late = browser.open(&server.url()).await;
        late.until(&format!("{LAMPS} === 2")).await;
        late.wait_for_text("#hello", "Hold on").await;
        assert_eq!(late.js::<Vec<String>>(open).await, [""; 0]);
        late.until("!document.querySelector('dash-replay input').disabled").await;
    });
}
