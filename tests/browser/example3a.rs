//! A live list of clients for the administrator, and a word to one of them: `examples/example3a`.

use crate::support::{Example, Tab, browser_test};

/// The names in the administrator's list, in the order in which the clients came.
const NAMES: &str = "[...document.querySelectorAll('#visitors tbody tr')].map((row) => row.children[0].textContent)";

/// Fills in the form and presses the Enter key.
async fn enter(tab: &Tab<'_>, user: &str, password: &str) {
    for (field, text) in [("#user input", user), ("#password input", password)] {
        tab.focus(field).await;
        tab.run(&format!("document.querySelector({field:?}).select()")).await;
        tab.keys(text).await;
    }
    tab.press("Enter").await;
}

async fn sees(tab: &Tab<'_>, names: &[&str]) {
    tab.until(&format!("JSON.stringify({NAMES}) === {:?}", serde_json::to_string(names).unwrap())).await;
}

/// Chooses the client with this name in the list.
async fn choose(admin: &Tab<'_>, name: &str) {
    admin
        .run(&format!(
            "const field = document.querySelector('#whom select'); \
             field.value = [...field.options].find((option) => option.label.endsWith(': {name}')).value; \
             field.dispatchEvent(new Event('input', {{ bubbles: true }})); \
             field.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        ))
        .await;
}

#[test]
fn the_administrator_sees_who_comes_enters_leaves_and_goes_and_nobody_else_does() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example3a");
        let (admin, ada) = browser.two_tabs(&example.url()).await;
        enter(&admin, "admin", "root").await;
        sees(&admin, &["admin", "nobody yet"]).await;
        enter(&ada, "ada", "wrong").await;
        ada.wait_for_text("#message", "Name or password is wrong.").await;
        enter(&ada, "ada", "engine").await;
        sees(&admin, &["admin", "ada"]).await;
        let third = browser.open(&example.url()).await;
        sees(&admin, &["admin", "ada", "nobody yet"]).await;
        for tab in [&ada, &third] {
            sees(tab, &[]).await;
        }
        ada.click("#log_out button").await;
        sees(&admin, &["admin", "nobody yet", "nobody yet"]).await;
        // A page that is left says goodbye.
        ada.go("about:blank").await;
        sees(&admin, &["admin", "nobody yet"]).await;
        // There may be more than one administrator, and one that leaves sees nothing more.
        enter(&third, "admin", "root").await;
        for tab in [&admin, &third] {
            sees(tab, &["admin", "admin"]).await;
        }
        admin.click("#log_out button").await;
        sees(&admin, &[]).await;
        sees(&third, &["nobody yet", "admin"]).await;
    });
}

#[test]
fn a_message_reaches_one_client_and_who_is_shown_out_sees_the_form() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example3a");
        let (admin, ada) = browser.two_tabs(&example.url()).await;
        let grace = browser.open(&example.url()).await;
        enter(&admin, "admin", "root").await;
        enter(&ada, "ada", "engine").await;
        enter(&grace, "grace", "compiler").await;
        sees(&admin, &["admin", "ada", "grace"]).await;
        choose(&admin, "ada").await;
        admin.focus("#words input").await;
        admin.keys("Tea is ready").await;
        admin.click("#send button").await;
        ada.wait_for_text("#notice", "Tea is ready").await;
        admin.until("document.querySelector('#words input').value === ''").await;
        choose(&admin, "grace").await;
        admin.click("#show_out button").await;
        grace
            .until("!document.querySelector('#content h3') && !document.querySelector('#log_in button').disabled")
            .await;
        sees(&admin, &["admin", "ada", "nobody yet"]).await;
        for tab in [&admin, &grace] {
            assert_eq!(tab.text("#notice").await, "–", "the message was for one");
        }
        ada.wait_for_text("#content h3", "Welcome, ada").await;
    });
}
