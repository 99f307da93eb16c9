//! Enter in a text field: an event with a text as its payload.

use dash_devices::prelude::*;
use serde_json::Value;

use crate::support::{Outcome, Served};

#[components]
struct Ui {
    line: Input,
    log: Text,
}

/// The submitted texts, with the field's value at that time.
#[derive(Default)]
struct Log(Vec<String>);

#[callback_shared(output = Ui::log.text)]
fn note(log: &mut Log, #[input(Ui::line.submit)] sent: Option<String>, #[state(Ui::line.value)] typed: &str) -> String {
    log.0.extend(sent.map(|sent| format!("{sent} of {typed}")));
    log.0.join(", ")
}

impl Dashboard for Ui {
    type Device = Log;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![note];

    fn layout(self) -> Element {
        page("Log", (self.line, self.log))
    }
}

#[tokio::test]
async fn each_enter_counts_with_its_own_text_whatever_somebody_else_types() {
    let app = Served::new::<Ui>(Log::default()).await;
    let (mut ada, mut bob) = (app.join().await, app.join().await);
    ada.apply("line.value", "one").await;
    bob.apply("line.value", "two").await;
    for text in ["one", "one"] {
        ada.apply("line.submit", text).await;
    }
    bob.apply("line.submit", "two").await;
    for browser in [&mut ada, &mut bob] {
        browser.sees("log.text", "one of two, one of two, two of two").await;
    }
}

#[tokio::test]
async fn what_an_event_carries_is_checked_as_a_value_is() {
    let app = Served::new::<Ui>(Log::default()).await;
    let mut browser = app.join().await;
    let refused = browser.outcome_of("line.submit", "x".repeat(10_001)).await;
    assert_eq!(refused.kind(), "out_of_range");
    for wrong in [Value::Null, Value::from(3)] {
        assert_eq!(browser.outcome_of("line.submit", wrong).await.kind(), "wrong_type");
    }
    assert_eq!(browser.outcome_of("line.submit", "x".repeat(10_000)).await, Outcome::Applied);
}
