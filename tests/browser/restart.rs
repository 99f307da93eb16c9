//! The server is restarted, with its store, while people work.

use dash_devices::{App, prelude::*, store::MemoryStore};

use crate::{
    link::{assert_same_document, expect_cuts, mark},
    panel::Seen,
    support::{Server, browser_test},
};

#[components]
struct Bench {
    #[keep]
    level: Slider,
    #[keep]
    note: Input,
    #[keep(text)]
    count: Text,
    add: Button,
    shown: Text,
}

#[callback_shared(output = Bench::shown.text)]
fn set(seen: &mut Seen, #[input(Bench::level.value)] level: f64, #[input(Bench::note.value)] note: &str) -> String {
    seen.note(format!("{level:.0} {note}"));
    format!("{level:.0} {note}")
}

#[callback_shared(on = Bench::add.click, output = Bench::count.text)]
fn add(#[state(Bench::count.text)] before: &str) -> String {
    (before.parse::<u32>().unwrap_or(0) + 1).to_string()
}

impl Dashboard for Bench {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![set, add];

    fn layout(self) -> Element {
        let level = self.level.label("Level").step(1.0);
        page("Bench", (level, self.note.label("Note"), self.count, self.add.label("Add"), self.shown))
    }
}

/// One person drags a slider and another one types: both go on, nothing is doubled, and nothing comes back.
#[test]
fn a_restart_while_two_people_work_interrupts_neither_of_them() {
    browser_test(async |browser| {
        expect_cuts(browser);
        let (store, seen) = (MemoryStore::new(), Seen::default());
        let app = |seen: &Seen| App::new::<Bench>(seen.clone()).unwrap().store_in(store.clone());
        let first = Server::start_app(app(&seen)).await;
        let address = first.address;
        let (ada, bob) = browser.two_tabs(&first.url()).await;
        for tab in [&ada, &bob] {
            mark(tab).await;
        }
        bob.click("#add button").await;
        ada.wait_for_text("#count", "1").await;
        let grip = ada.grab("#level input", 0.2).await;
        grip.slide(0.2, 0.4, 4).await;
        bob.focus("#note input").await;
        bob.keys("half").await;
        ada.until("document.querySelector('#shown').textContent.endsWith(' half')").await;

        first.stop().await;
        for tab in [&ada, &bob] {
            tab.until("document.documentElement.dataset.link === 'lost'").await;
        }
        grip.slide(0.4, 0.6, 4).await;
        bob.keys(" a").await;
        let after = Seen::default();
        let second = Server::serve(address, app(&after)).await;
        for tab in [&ada, &bob] {
            tab.until("['restarted', 'live'].includes(document.documentElement.dataset.link)").await;
            tab.wait_for_text("#count", "1").await;
        }
        // What each of them has in the hand is as they left it.
        let level = "document.querySelector('#level input').valueAsNumber";
        let held = ada.js::<f64>(level).await;
        assert!((held - 60.0).abs() < 5.0, "{held}");
        assert_eq!(bob.value("#note input").await, "half a");
        bob.keys(" sentence").await;
        grip.slide(0.6, 0.8, 4).await;
        grip.release(0.8).await;
        bob.press("Enter").await;
        let end = format!("{} half a sentence", ada.js::<f64>(level).await);
        assert!(end.starts_with("79") || end.starts_with("8"), "{end}");
        for tab in [&ada, &bob] {
            tab.wait_for_text("#shown", &end).await;
            tab.until(&format!("{level} === {}", end.split(' ').next().unwrap())).await;
            tab.until("document.querySelector('#note input').value === 'half a sentence'").await;
            tab.click("#add button").await;
        }
        for tab in [&ada, &bob] {
            tab.wait_for_text("#count", "3").await;
            assert_same_document(tab).await;
        }
        // The new device got the kept set-points first, and then only what they have done.
        let (before, after) = (seen.all(), after.all());
        assert_eq!(after.first(), before.last(), "{before:?}, {after:?}");
        assert_eq!(after.last(), Some(&end));
        second.stop().await;
    });
}
