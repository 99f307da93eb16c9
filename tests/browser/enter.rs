//! Enter in a text field: the current text is sent, after everything that was typed before.

use dash_devices::prelude::*;

use crate::support::{Server, Tab, browser_test};

#[components]
struct Ui {
    line: Input,
    later: Input,
    rated: Input,
    said: Text,
    echo: Text,
}

#[derive(Default)]
struct Minutes(Vec<String>);

impl Minutes {
    /// Records the submitted text and the field's shared value at that time. Then the field is cleared.
    fn note(&mut self, sent: Option<String>, typed: &str) -> Option<&'static str> {
        self.0.push(format!("{}/{typed}", sent?));
        Some("")
    }
}

#[callback_shared(output = (Ui::said.text, Ui::line.value, Ui::later.value, Ui::rated.value))]
fn say(
    minutes: &mut Minutes,
    #[input(Ui::line.submit)] line: Option<String>,
    #[state(Ui::line.value)] line_now: &str,
    #[input(Ui::later.submit)] later: Option<String>,
    #[state(Ui::later.value)] later_now: &str,
    #[input(Ui::rated.submit)] rated: Option<String>,
    #[state(Ui::rated.value)] rated_now: &str,
) -> (Option<String>, Option<&'static str>, Option<&'static str>, Option<&'static str>) {
    let [line, later, rated] =
        [(line, line_now), (later, later_now), (rated, rated_now)].map(|(sent, typed)| minutes.note(sent, typed));
    (Some(minutes.0.join(" ")), line, later, rated)
}

/// Typed text is sent with a long delay, but not later than the Enter key.
#[callback_shared(output = Ui::echo.text)]
fn echo(#[input(Ui::rated.value, debounce = "5s")] text: String) -> String {
    text
}

impl Dashboard for Ui {
    type Device = Minutes;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![say, echo];

    fn layout(self) -> Element {
        let fields =
            (self.line.label("At once"), self.later.label("Later").send_on(SendOn::Change), self.rated.label("Rated"));
        page("Talk", card("Talk", (column(fields), self.said, self.echo)))
    }
}

async fn enter(tab: &Tab<'_>, id: &str, text: &str) {
    tab.focus(&format!("#{id} input")).await;
    tab.keys(text).await;
    tab.press("Enter").await;
}

async fn until_said(tabs: [&Tab<'_>; 2], said: &str) {
    for tab in tabs {
        tab.wait_for_text("#said .dd-text-value", said).await;
    }
}

#[test]
fn enter_sends_the_text_after_the_value_and_the_field_can_be_emptied_under_the_caret() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(Minutes::default()).await;
        let (ada, bob) = browser.two_tabs(&server.url()).await;
        let mut said = Vec::new();
        for (tab, id, text) in
            [(&ada, "line", "one"), (&bob, "later", "two"), (&ada, "rated", "three"), (&ada, "line", "four")]
        {
            enter(tab, id, text).await;
            said.push(format!("{text}/{text}"));
            until_said([&ada, &bob], &said.join(" ")).await;
            // The caret is still in the field.
            for tab in [&ada, &bob] {
                tab.until(&format!("document.querySelector('#{id} input').value === ''")).await;
            }
            assert!(tab.js::<bool>(&format!("document.activeElement === document.querySelector('#{id} input')")).await);
        }
        // An empty line also counts, and leaving the field afterwards sends nothing more.
        bob.focus("#later input").await;
        bob.press("Enter").await;
        bob.blur().await;
        ada.focus("#line input").await;
        ada.press("Enter").await;
        said.extend(["/".to_owned(), "/".to_owned()]);
        until_said([&ada, &bob], &said.join(" ")).await;
    });
}

#[test]
fn an_enter_key_that_is_held_is_one_press() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(Minutes::default()).await;
        let (ada, bob) = browser.two_tabs(&server.url()).await;
        ada.focus("#line input").await;
        ada.keys("x").await;
        for repeat in [false, true, true, true] {
            let key = serde_json::json!({
                "type": "keyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r", "autoRepeat": repeat,
            });
            ada.cdp("Input.dispatchKeyEvent", key).await;
        }
        enter(&bob, "later", "y").await;
        until_said([&ada, &bob], "x/x y/y").await;
    });
}
