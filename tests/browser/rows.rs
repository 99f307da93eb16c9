//! Rows that are added, removed and moved while a user works in them.

use std::net::SocketAddr;

use dash_devices::prelude::*;

use crate::support::{Example, Server, Tab, browser_test};

#[components]
struct Lamp {
    name: Input,
    on: Switch,
    level: Slider,
    state: Text,
    switched: Trend,
    remove: Button,
}

#[components]
struct Ui {
    add: Button,
    turn: Button,
    lamps: Many<u32, Lamp>,
    all: Text,
}

/// One callback writes the list of rows, for all buttons.
#[callback_shared(output = Ui::lamps.rows, initial = false)]
fn arrange(
    #[input(Ui::add.click)] add: Option<()>,
    #[input(Ui::turn.click)] turn: Option<()>,
    #[input(Ui::lamps[..].remove.click)] gone: &Rows<u32, ()>,
    #[state(Ui::lamps.rows)] mut rows: Vec<u32>,
) -> Vec<u32> {
    rows.retain(|row| gone.get(row).is_none());
    if add.is_some() {
        // In the middle, so that other rows must move.
        rows.insert(rows.len() / 2, rows.iter().max().map_or(1, |last| last + 1));
    }
    if turn.is_some() {
        rows.reverse();
    }
    rows
}

#[callback_shared(output = (Ui::lamps[key].state.text, Ui::lamps[key].switched.points))]
fn state(
    #[key] key: u32,
    #[input(Ui::lamps[key].on.on)] on: bool,
    #[input(Ui::lamps[key].level.value)] level: f64,
    #[input(Ui::lamps[key].name.value)] name: &str,
) -> (String, Vec<Sample>) {
    let point = Sample { t: 1.0, values: vec![Some(level)] };
    (format!("{key} {name} {} {level}", if on { "on" } else { "off" }), vec![point])
}

#[callback_shared(output = Ui::all.text)]
fn all(#[input(Ui::lamps[..].state.text)] states: Rows<u32, String>) -> String {
    states.values().map(String::as_str).collect::<Vec<_>>().join(", ")
}

impl Dashboard for Ui {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![arrange, state, all];

    fn layout(self) -> Element {
        let lamps = self.lamps.rows([1, 2, 3]).each(|key, lamp| {
            let Lamp { name, on, level, state, switched, remove } = lamp;
            let name = name.label("Name").send_on(SendOn::Change);
            let switched = switched.series(["level"]).window(10.0);
            let controls = (name, on.label("On"), level.label("Level"), state, switched, remove.label("Remove"));
            card(format!("Lamp {key}"), controls)
        });
        page("Rows", (card("All", (self.add.label("Add"), self.turn.label("Turn round"), self.all)), lamps))
    }
}

/// The selector of an element in the row with this key.
fn inside(key: u32, what: &str) -> String {
    format!("dd-row[data-key='{key}'] {what}")
}

async fn until_order(tab: &Tab<'_>, keys: &[u32]) {
    let order = "[...document.querySelectorAll('#lamps > dd-row')].map((row) => Number(row.dataset.key))";
    tab.until(&format!("JSON.stringify({order}) === {:?}", serde_json::to_string(keys).unwrap())).await;
}

/// The typed text, the position of the caret, and whether the field has kept the focus.
async fn field(tab: &Tab<'_>) -> (String, usize, bool) {
    tab.js("(({ value, selectionStart }) => [value, selectionStart, globalThis.field === document.activeElement])(document.activeElement)").await
}

#[test]
fn who_types_in_a_row_is_not_disturbed_by_rows_that_come_go_and_change_places() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.focus(&inside(3, "input[type=text]")).await;
        left.keys("ab").await;
        left.press("ArrowLeft").await;
        left.run("globalThis.field = document.activeElement").await;
        let changes: [(&str, &[u32]); 6] = [
            ("#add button", &[1, 4, 2, 3]),
            ("#turn button", &[3, 2, 4, 1]),
            ("dd-row[data-key='2'] dd-button button", &[3, 4, 1]),
            ("#add button", &[3, 5, 4, 1]),
            ("dd-row[data-key='1'] dd-button button", &[3, 5, 4]),
            ("#turn button", &[4, 5, 3]),
        ];
        for (button, keys) in changes {
            right.click(button).await;
            for tab in [&left, &right] {
                until_order(tab, keys).await;
            }
            assert_eq!(field(&left).await, ("ab".to_owned(), 1, true), "{keys:?}");
        }
        left.keys("-").await;
        left.press("Enter").await;
        for tab in [&left, &right] {
            tab.wait_for_text(&inside(3, "dd-text"), "3 a-b off 0").await;
            tab.wait_for_text("#all", "4  off 0, 5  off 0, 3 a-b off 0").await;
        }
        assert_eq!(right.value(&inside(3, "input[type=text]")).await, "a-b");
        let late = browser.open(&server.url()).await;
        for tab in [&left, &right, &late] {
            tab.go(&server.url()).await;
            tab.until_live().await;
            until_order(tab, &[4, 5, 3]).await;
            assert_eq!(tab.value(&inside(3, "input[type=text]")).await, "a-b");
            tab.wait_for_text("#all", "4  off 0, 5  off 0, 3 a-b off 0").await;
        }
    });
}

#[test]
fn a_row_that_comes_works_like_those_that_were_there() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        right.click("#add button").await;
        until_order(&left, &[1, 4, 2, 3]).await;
        left.click(&inside(4, "dd-switch input")).await;
        right.wait_for_text(&inside(4, "dd-text"), "4  on 0").await;
        assert!(right.js::<bool>(&format!("document.querySelector({:?}).checked", inside(4, "dd-switch input"))).await);
        right.click(&inside(2, "dd-switch input")).await;
        for tab in [&left, &right] {
            tab.wait_for_text("#all", "1  off 0, 4  on 0, 2  on 0, 3  off 0").await;
        }
        // A card looks the same, whether it came with the page or was added later.
        let late = browser.open(&server.url()).await;
        let look = "[...document.querySelectorAll('dd-row')].map((row) => row.innerText)";
        assert_eq!(left.js::<Vec<String>>(look).await, late.js::<Vec<String>>(look).await);
        // Rows share the lines of the page with the card before them: all of a line are equally wide.
        let lines = "[...Map.groupBy(document.querySelectorAll('.dd-card'), (card) => Math.round(card.getBoundingClientRect().top)).values()]
            .map((line) => line.map((card) => Math.round(card.getBoundingClientRect().width)))";
        let lines: Vec<Vec<u32>> = left.js(lines).await;
        assert!(lines[0].len() > 2, "rows are in the grid of the page: {lines:?}");
        assert!(
            lines
                .iter()
                .flatten()
                .zip(lines.iter().flat_map(|line| line.iter().map(|_| line[0])))
                .all(|(width, first)| width.abs_diff(first) <= 1),
            "{lines:?}"
        );
    });
}

#[test]
fn a_slider_is_moved_on_while_other_rows_go_round_it() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        let grip = left.grab(&inside(2, "dd-slider input"), 0.1).await;
        grip.slide(0.1, 0.3, 5).await;
        // The row with the slider stays in the middle, below the pointer.
        right.click("#turn button").await;
        until_order(&left, &[3, 2, 1]).await;
        grip.slide(0.3, 0.9, 10).await;
        grip.release(0.9).await;
        let level: String = left.value(&inside(2, "dd-slider input")).await;
        assert!(level.parse::<f64>().unwrap() > 80.0, "{level}");
        for tab in [&left, &right] {
            tab.wait_for_text(&inside(2, "dd-text"), &format!("2  off {level}")).await;
        }
    });
}

#[test]
fn what_is_typed_in_a_row_that_goes_goes_with_it() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(()).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.focus(&inside(2, "input[type=text]")).await;
        left.keys("lost").await;
        right.click(&inside(2, "dd-button button")).await;
        until_order(&left, &[1, 3]).await;
        left.click(&inside(3, "dd-switch input")).await;
        for tab in [&left, &right] {
            tab.wait_for_text("#all", "1  off 0, 3  on 0").await;
            assert_eq!(tab.toasts().await, Vec::<String>::new());
        }
    });
}

#[test]
fn after_a_restart_a_page_shows_the_rows_of_the_new_server() {
    browser_test(async |browser| {
        let first = Server::start::<Ui>(()).await;
        let (address, url): (SocketAddr, String) = (first.address, first.url());
        let (left, right) = browser.two_tabs(&url).await;
        for tab in [&left, &right] {
            tab.click(&inside(1, "dd-switch input")).await;
            tab.click("#add button").await;
        }
        for tab in [&left, &right] {
            until_order(tab, &[1, 4, 5, 2, 3]).await;
        }
        left.click(&inside(2, "dd-button button")).await;
        until_order(&right, &[1, 4, 5, 3]).await;
        browser.allow("ERR_CONNECTION");
        first.stop().await;
        let _second = Server::start_at::<Ui>(address, ()).await;
        for tab in [&left, &right] {
            until_order(tab, &[1, 2, 3]).await;
            tab.wait_for_text("#all", "1  off 0, 2  off 0, 3  off 0").await;
        }
        left.click(&inside(2, "dd-switch input")).await;
        right.wait_for_text("#all", "1  off 0, 2  on 0, 3  off 0").await;
    });
}

#[test]
fn the_workshop_has_as_many_lamps_as_people_want() {
    browser_test(async |browser| {
        let workshop = Example::start(browser, "rows");
        let (left, right) = browser.two_tabs(&workshop.url()).await;
        left.wait_for_text("#lit", "1 of 3 lamps are on").await;
        left.click("#add button").await;
        until_order(&right, &[1, 2, 3, 4]).await;
        right.click(&inside(4, "dd-switch input")).await;
        left.wait_for_text("#lit", "2 of 4 lamps are on").await;
        left.wait_for_text("#power .dd-progress-value", "31 / 240\u{a0}W").await;
        left.click(&inside(4, "dd-button:first-of-type button")).await;
        // A click goes to a point of the window: the rows must have moved before.
        until_order(&right, &[4, 1, 2, 3]).await;
        right.click(&inside(1, "dd-button:last-of-type button")).await;
        for tab in [&left, &right] {
            until_order(tab, &[4, 2, 3]).await;
            tab.wait_for_text("#lit", "1 of 3 lamps are on").await;
        }
        right.click("#off button").await;
        for tab in [&left, &right] {
            tab.wait_for_text("#lit", "0 of 3 lamps are on").await;
            tab.wait_for_text(&inside(4, ".dd-progress-value"), "0.0 / 24.0\u{a0}W").await;
        }
        left.click("#add button").await;
        until_order(&right, &[4, 2, 3, 5]).await;
    });
}
