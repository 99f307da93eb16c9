//! The past of records: the older lines of a log that shows too few to scroll, and what has happened to alarms.

use dash_devices::{App, prelude::*, store::MemoryStore};

use crate::support::{Server, browser_test};

#[components]
struct Plant {
    #[keep(for = "30d")]
    journal: Log,
    #[keep(for = "30d")]
    alarms: Alarms,
    door: Indicator,
}

impl Dashboard for Plant {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];
    const BINDINGS: Bindings<Self> = bindings![alarm(Plant::door.on, Plant::alarms, "The door is open", equals = true)];

    fn layout(self) -> Element {
        page("Plant", (self.alarms, card("Journal", self.journal), self.door))
    }
}

#[test]
fn older_lines_than_the_filter_leaves_and_older_events_of_alarms_are_asked_for() {
    browser_test(async |browser| {
        let mut handle = None;
        let app = App::with::<Plant>(|given| handle = Some(given)).unwrap().store_in(MemoryStore::new());
        let server = Server::start_app(app).await;
        let handle = handle.unwrap();
        let text = |at: i32| if at == 50 { "the needle".to_owned() } else { format!("line {at}") };
        let lines: Vec<_> = (0..1_300).map(|at| LogLine::info(text(at))).collect();
        handle.push(changes![Plant::journal.lines = lines]).unwrap();
        // Each time it opens is an event, and each time it closes one.
        for is_open in (0..30).flat_map(|_| [true, false]) {
            handle.push(changes![Plant::door.on = is_open]).unwrap();
        }
        let tab = browser.open(&server.url()).await;
        // The page has the newest thousand lines, and scrolls to those before.
        let more = "#journal .dd-log-head > button:last-of-type";
        tab.until("document.querySelector('#journal .dd-log-note').textContent === '1000 lines'").await;
        assert!(tab.js::<bool>(&format!("document.querySelector('{more}').hidden")).await);
        tab.click("#journal .dd-log-filter").await;
        tab.keys("needle").await;
        let count = "parseInt(document.querySelector('#journal .dd-log-note').textContent)";
        let shown = "document.querySelectorAll('#journal .dd-log-line').length";
        tab.until(&format!("{shown} === 0 && {count} === 1000")).await;
        // The server tells some of the first page again, because of equal times, so the second one has the rest.
        for least in [1_001, 1_300] {
            tab.until(&format!("!document.querySelector('{more}').hidden")).await;
            tab.click(more).await;
            tab.until(&format!("{count} >= {least}")).await;
        }
        tab.until(&format!("{shown} === 1 && {count} === 1300")).await;
        tab.until(&format!("document.querySelector('{more}').hidden")).await;
        // While there is no alarm, no room is taken for one. The bell opens the list with what has happened.
        let shown = "document.querySelector('#alarms').getBoundingClientRect().height";
        let past = "document.querySelector('#alarms .dd-alarms-past').getBoundingClientRect().height";
        tab.until("document.querySelectorAll('#alarms .dd-alarm').length === 1").await;
        assert!(tab.js::<bool>(&format!("{shown} > 0 && {past} === 0")).await, "an alarm is there, its past is not");
        tab.click("#alarms .dd-alarm-acknowledge").await;
        tab.until(&format!("{shown} === 0")).await;
        tab.click(".dd-bell").await;
        tab.until(&format!("{past} > 0")).await;
        assert!(tab.text("#alarms").await.contains("No alarms"));
        let events = "document.querySelectorAll('#alarms .dd-alarms-past li').length";
        assert_eq!(tab.js::<u32>(events).await, 0, "nothing is drawn that nobody looks at");
        tab.click("#alarms .dd-alarms-past > summary").await;
        // The newest twenty of the start, and that somebody has seen the alarm.
        tab.until(&format!("{events} === 21")).await;
        tab.click("#alarms .dd-alarms-past > button").await;
        tab.until(&format!("{events} > 50 && document.querySelector('#alarms .dd-alarms-past > button').hidden")).await;
        let first = tab.text("#alarms .dd-alarms-past li:last-child .dd-alarms-change").await;
        assert_eq!(first, "Raised", "the first of all is the last in the list");
        tab.click(".dd-bell").await;
        tab.until(&format!("{shown} === 0")).await;
    });
}
