//! A terminal: what a device writes, with its colours, and commands to it.

use dash_devices::{Terminal, prelude::*};

use crate::{
    panel::Seen,
    support::{Server, Tab, browser_test, eventually},
};

#[components]
struct Console {
    console: Terminal,
    more: Button,
}

/// A device that answers with what it has got. The button makes it write many lines at once, and a progress that stays
/// on its line.
#[callback_shared(on = start, output = Console::console.output)]
fn run(
    seen: &mut Seen,
    #[input(Console::console.line)] line: Option<String>,
    #[input(Console::more.click)] more: Option<()>,
) -> Vec<String> {
    if more.is_some() {
        let lines = (0..3000).map(|n| format!("line {n}\n")).collect();
        return vec![lines, " 1 %".to_owned(), "\r99 %".to_owned()];
    }
    let Some(line) = line else { return vec!["ready\n<b id=\"evil\">no markup</b>\n".to_owned(), "> ".to_owned()] };
    let echo = Terminal::echo(&line);
    seen.note(line);
    vec![echo, "\x1b[1;32mo".to_owned(), "k\x1b[0m\n".to_owned()]
}

impl Dashboard for Console {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![run];

    fn layout(self) -> Element {
        page("Console", card("Console", (self.console.limit(500), self.more.label("More"))))
    }
}

const FIELD: &str = "#console input";
const LINES: &str = "[...document.querySelectorAll('.dd-term-line')].map((line) => line.textContent)";

async fn ends_with(tab: &Tab<'_>, text: &str) {
    tab.until(&format!("{LINES}.at(-1) === {text:?}")).await;
}

/// How far the end of the output is below what is visible, in CSS pixels.
const BELOW: &str = "(() => { const box = document.querySelector('.dd-term-box'); return box.scrollHeight - box.scrollTop - box.clientHeight; })()";

#[test]
fn a_terminal_shows_colours_sends_commands_and_remembers_them() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Console>(seen.clone()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        ends_with(&hand, "> ").await;
        assert_eq!(hand.js::<u32>("document.querySelectorAll('#evil').length").await, 0);
        hand.focus(FIELD).await;
        for command in ["VOLT 5", "OUTP ON"] {
            hand.keys(command).await;
            hand.press("Enter").await;
            eventually("the command arrives", async || seen.all().iter().any(|line| line == command).then_some(()))
                .await;
            assert_eq!(hand.value(FIELD).await, "");
        }
        // Everybody sees it, also who comes later, and pieces of one word are one word.
        let late = browser.open(&server.url()).await;
        for tab in [&hand, &other, &late] {
            ends_with(tab, "ok").await;
            let shown: Vec<String> = tab.js(LINES).await;
            assert_eq!(
                shown,
                ["ready", "<b id=\"evil\">no markup</b>", "> > VOLT 5", "ok", "> OUTP ON", "ok"],
                "the prompt stands before the first command"
            );
            let bold: Vec<String> =
                tab.js("[...document.querySelectorAll('.dd-term-bold')].map((part) => part.textContent)").await;
            assert_eq!(bold, ["ok", "ok"]);
            let colour: String = tab.js("document.querySelector('.dd-term-bold').style.color").await;
            assert_eq!(colour, "rgb(86, 208, 137)");
        }
        hand.keys("not ent").await;
        for (key, text) in [("ArrowUp", "OUTP ON"), ("ArrowUp", "VOLT 5"), ("ArrowDown", "OUTP ON")] {
            hand.press(key).await;
            assert_eq!(hand.value(FIELD).await, text);
        }
        hand.press("ArrowDown").await;
        assert_eq!(hand.value(FIELD).await, "not ent");
    });
}

#[test]
fn a_terminal_follows_the_newest_line_unless_a_person_reads_and_keeps_no_more_than_its_limit() {
    browser_test(async |browser| {
        let server = Server::start::<Console>(Seen::default()).await;
        let tab = browser.open(&server.url()).await;
        tab.until_live().await;
        tab.click("#more button").await;
        ends_with(&tab, "99 %").await;
        let lines: Vec<String> = tab.js(LINES).await;
        assert_eq!((lines.len(), &*lines[0]), (501, "line 2500"), "500 lines and the one that is not finished");
        tab.until(&format!("{BELOW} < 2")).await;
        // Who reads stays at what is read, although lines before it go.
        tab.run("document.querySelector('.dd-term-box').scrollTop -= 1500").await;
        tab.until("document.querySelector('.dd-term-follow').getAttribute('aria-pressed') === 'false'").await;
        let before: f64 = tab.js(BELOW).await;
        tab.focus(FIELD).await;
        tab.run("document.querySelector('#more button').click()").await;
        tab.until(&format!("{LINES}.length === 501 && {LINES}[0] === 'line 2500' && {BELOW} > {before}")).await;
        // A command shows its answer.
        tab.keys("x").await;
        tab.press("Enter").await;
        ends_with(&tab, "ok").await;
        tab.until(&format!("{BELOW} < 2")).await;
        assert_eq!(tab.attribute(".dd-term-follow", "aria-pressed").await.as_deref(), Some("true"));
    });
}
