//! Edits of a value: only the changed part of the page is updated, in every tab.

use dash_devices::prelude::*;

use crate::support::{Server, browser_test};

#[components]
struct Ui {
    add: Button,
    first: Button,
    table: Table,
    note: Input,
    mine: Table,
}

#[callback_shared(on = Ui::first.click, output = Ui::table.rows)]
fn change(count: &mut u32, #[input(Ui::add.click)] add: Option<()>) -> Edit<Vec<Vec<Cell>>> {
    if add.is_none() {
        return Edit::list().remove(0);
    }
    *count += 1;
    Edit::list().push(vec![Cell::from(*count), "added".into()])
}

#[callback(initial = false, queue = all, output = Ui::mine.rows)]
fn note(#[input(Ui::note.value)] note: &str) -> Edit<Vec<Vec<Cell>>> {
    Edit::list().insert(0, vec![note.into()]).truncate(2)
}

impl Dashboard for Ui {
    type Device = u32;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![change, note];

    fn layout(self) -> Element {
        let rows: Vec<Vec<Cell>> = (1..=30).map(|row| vec![Cell::from(row), "from the start".into()]).collect();
        let table = self.table.columns([Column::number("No"), Column::text("Name")]).key(0).rows(rows);
        let buttons = row((self.add.label("Add a row"), self.first.label("Remove the first")));
        page("Edits", (buttons, table, self.note.label("Note"), self.mine.columns([Column::text("Mine")])))
    }
}

const ROWS: &str = "document.querySelector('#table tbody').rows";

#[test]
fn a_row_more_and_a_row_less_touch_no_other_row_in_any_tab() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(30).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        for tab in [&hand, &other] {
            tab.run(&format!(
                "globalThis.seen = 0; globalThis.tenth = {ROWS}[9]; new MutationObserver((list) => {{ seen += list.length; }})\
                 .observe(document.querySelector('#table tbody'), {{ childList: true, characterData: true, subtree: true }})"
            ))
            .await;
        }
        hand.click("#add button").await;
        hand.click("#add button").await;
        hand.click("#first button").await;
        for tab in [&hand, &other] {
            tab.until(&format!("{ROWS}.length === 31 && {ROWS}[30].textContent === '32added'")).await;
            tab.until(&format!("{ROWS}[0].textContent === '2from the start' && {ROWS}[8] === tenth")).await;
            let touched: u32 = tab.js("seen").await;
            assert!(touched <= 3, "{touched} changes for two rows more and one less");
        }
        let late = browser.open(&server.url()).await;
        assert_eq!(late.js::<u32>(&format!("{ROWS}.length")).await, 31);
        late.until(&format!("{ROWS}[30].textContent === '32added'")).await;
    });
}

#[test]
fn a_private_list_grows_in_its_own_tab_only() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(30).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        let mine = "[...document.querySelectorAll('#mine tbody tr')].map((row) => row.textContent)";
        hand.focus("#note input").await;
        hand.keys("abc").await;
        hand.until(&format!("{mine}.join() === 'abc,ab'")).await;
        other.focus("#note input").await;
        other.keys("x").await;
        other.until(&format!("{mine}.join() === 'x'")).await;
        assert_eq!(hand.js::<Vec<String>>(mine).await, ["abc", "ab"]);
    });
}
