//! The text in a field belongs to the user who types it until the field loses the focus.

use crate::{
    panel::{Bench, Panel},
    support::{Server, browser_test},
};

const NOTE: &str = "#note input";
const CARET: &str = "document.querySelector('#note input').selectionStart";

#[test]
fn two_who_type_into_one_field_are_never_overwritten_and_agree_in_the_end() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.focus(NOTE).await;
        right.focus(NOTE).await;
        // Records the text in each field after each key, when the page draws a frame.
        for tab in [&left, &right] {
            tab.run(
                "globalThis.shown = []; const field = document.querySelector('#note input'); \
                 const look = () => { if (shown.at(-1) !== field.value) shown.push(field.value); \
                 requestAnimationFrame(look); }; look()",
            )
            .await;
        }
        // Also the text in a field with a caret stays. What others write stands beside it.
        left.keys("?").await;
        right.until("document.querySelector('#note .dd-beside')?.textContent === 'now ?'").await;
        right.keys("!").await;
        let (mut in_left, mut in_right) = ("?".to_owned(), "!".to_owned());
        for (a, b) in "the valve is open".chars().zip("close it at once!".chars()) {
            left.keys(&a.to_string()).await;
            right.keys(&b.to_string()).await;
            in_left.push(a);
            in_right.push(b);
            assert_eq!(left.value(NOTE).await, in_left);
            assert_eq!(right.value(NOTE).await, in_right);
        }
        // The last typed text is the server's value, and all pages show it beside their own text.
        for tab in [&left, &right] {
            tab.wait_for_text("#echo", &in_right).await;
            let (caret, end) = (tab.js::<usize>(CARET).await, tab.value(NOTE).await.len());
            assert_eq!(caret, end, "the caret stays where the hand is");
        }
        assert_eq!(left.value(NOTE).await, in_left, "this person has not left the field");
        for (tab, typed) in [(&left, &in_left), (&right, &in_right)] {
            let shown: Vec<String> = tab.js("shown").await;
            let strange = shown.iter().find(|text| !typed.starts_with(text.as_str()));
            assert_eq!(strange, None, "only what was typed here was ever in this field");
        }
        left.blur().await;
        right.blur().await;
        for tab in [&left, &right] {
            tab.until(&format!("document.querySelector('{NOTE}').value === {in_right:?}")).await;
        }
    });
}

#[test]
fn the_caret_stays_in_the_middle_of_a_text_while_others_change_it() {
    browser_test(async |browser| {
        let server = Server::start::<Panel>(Bench::counted(0)).await;
        let (left, right) = browser.two_tabs(&server.url()).await;
        left.focus(NOTE).await;
        left.keys("open").await;
        right.until(&format!("document.querySelector('{NOTE}').value === 'open'")).await;
        for _ in 0..2 {
            left.press("ArrowLeft").await;
        }
        left.keys("-").await;
        right.wait_for_text("#echo", "op-en").await;
        right.focus(NOTE).await;
        right.press("End").await;
        right.keys("ed").await;
        left.wait_for_text("#echo", "op-ened").await;
        assert_eq!(left.value(NOTE).await, "op-en");
        assert_eq!(left.js::<u32>(CARET).await, 3);
        left.keys("-").await;
        assert_eq!(left.value(NOTE).await, "op--en");
        right.wait_for_text("#echo", "op--en").await;
        assert_eq!(right.value(NOTE).await, "op-ened");
        right.blur().await;
        right.until(&format!("document.querySelector('{NOTE}').value === 'op--en'")).await;
    });
}
