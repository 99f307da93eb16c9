//! A login form whose content a private callback replaces: `examples/example3`.

use crate::support::{Example, Tab, browser_test};

/// Fills in the form and presses the button.
async fn enter(tab: &Tab<'_>, user: &str, password: &str) {
    for (field, text) in [("#user input", user), ("#password input", password)] {
        tab.focus(field).await;
        tab.run(&format!("document.querySelector({field:?}).select()")).await;
        tab.keys(text).await;
    }
    tab.click("#log_in button").await;
}

/// Whether the lamp is on this page and is enabled.
const OPEN: &str = "document.querySelector('#brightness input')?.disabled === false";

async fn is_outside(tab: &Tab<'_>) {
    tab.until(&format!("!({OPEN}) && !document.querySelector('#content h3')")).await;
}

async fn is_inside(tab: &Tab<'_>, user: &str) {
    tab.wait_for_text("#content h3", &format!("Welcome, {user}")).await;
    tab.until(OPEN).await;
}

#[test]
fn each_page_has_its_own_content_and_a_wrong_password_is_told_on_it_alone() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example3");
        let (ada, grace) = browser.two_tabs(&example.url()).await;
        for tab in [&ada, &grace] {
            is_outside(tab).await;
            assert!(tab.js::<bool>("!document.querySelector('#brightness, #readout')").await);
        }
        assert_eq!(ada.attribute("#password input", "type").await.as_deref(), Some("password"));
        enter(&ada, "ada", "guess").await;
        ada.wait_for_text("#message", "Name or password is wrong.").await;
        is_outside(&ada).await;
        assert_eq!(ada.toasts().await, [""; 0], "an answer, not a failure");

        enter(&ada, "ada", "engine").await;
        is_inside(&ada, "ada").await;
        is_outside(&grace).await;
        assert_eq!(grace.text("#message").await, "", "what one was told is not the other's");
        // With the Enter key instead of the button.
        grace.focus("#user input").await;
        grace.keys("grace").await;
        grace.focus("#password input").await;
        grace.keys("compiler").await;
        grace.press("Enter").await;
        is_inside(&grace, "grace").await;
        grace.until("document.querySelector('#password input').value === ''").await;
        assert_eq!(ada.text("#content h3").await, "Welcome, ada");

        // All users who have logged in share the content.
        grace.focus("#brightness input").await;
        grace.press("End").await;
        for tab in [&ada, &grace] {
            tab.wait_for_text("#readout", "The lamp is at 100 %").await;
        }
        ada.until("document.querySelector('#brightness input').value === '100'").await;

        ada.click("#log_out button").await;
        is_outside(&ada).await;
        assert_eq!(ada.value("#user input").await, "ada", "the name is kept, the password is not");
        assert_eq!(ada.value("#password input").await, "");
        assert_eq!(ada.text("#message").await, "");
        is_inside(&grace, "grace").await;
        // The lamp changes while one user is logged out, and has its current value after the next login.
        grace.press("Home").await;
        grace.wait_for_text("#readout", "The lamp is at 0 %").await;
        enter(&ada, "ada", "engine").await;
        is_inside(&ada, "ada").await;
        ada.wait_for_text("#readout", "The lamp is at 0 %").await;
        assert_eq!(ada.value("#brightness input").await, "0");
    });
}

#[test]
fn who_loads_the_page_again_is_somebody_new_and_outside() {
    browser_test(async |browser| {
        let example = Example::start(browser, "example3");
        let (ada, grace) = browser.two_tabs(&example.url()).await;
        for (tab, user, password) in [(&ada, "ada", "engine"), (&grace, "grace", "compiler")] {
            enter(tab, user, password).await;
            is_inside(tab, user).await;
        }
        ada.reload().await;
        ada.until_live().await;
        is_outside(&ada).await;
        assert_eq!(ada.value("#user input").await, "");
        is_inside(&grace, "grace").await;
    });
}
