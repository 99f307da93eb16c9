//! People log in, and a private callback places a panel for each of them: `examples/example3`.

use crate::support::{Browser, Guarded, Tab, browser_test, log_in, log_out, put};

fn lab(browser: &Browser, test: &str) -> Guarded {
    Guarded::start(browser, "example3", test, &[("ada", "member"), ("grace", "member")])
}

/// Whether the lamp is on this page and is enabled.
const OPEN: &str = "document.querySelector('#brightness input')?.disabled === false";

async fn is_outside(tab: &Tab<'_>) {
    tab.until("document.querySelector('#content').textContent.includes('have logged in')").await;
    assert!(tab.js::<bool>("!document.querySelector('#content h3, #brightness, #readout')").await);
}

async fn is_inside(tab: &Tab<'_>, name: &str) {
    tab.wait_for_text("#content h3", &format!("Welcome, {name}")).await;
    tab.until(OPEN).await;
}

#[test]
fn each_member_has_a_panel_of_their_own_and_all_members_share_the_lamp() {
    browser_test(async |browser| {
        let lab = lab(browser, "panels");
        let (ada, grace) = (lab.visit(browser, "ada").await, lab.open(browser, "grace").await);
        is_outside(&ada).await;
        is_inside(&grace, "grace").await;
        log_in(&ada, "ada").await;
        is_inside(&ada, "ada").await;
        grace.focus("#brightness input").await;
        grace.press("End").await;
        for tab in [&ada, &grace] {
            tab.wait_for_text("#readout", "The lamp is at 100 %").await;
        }
        ada.until("document.querySelector('#brightness input').value === '100'").await;

        log_out(&ada).await;
        ada.until_live().await;
        is_outside(&ada).await;
        is_inside(&grace, "grace").await;
        // The lamp changes while one user is logged out, and has its current value after the next login.
        grace.press("Home").await;
        grace.wait_for_text("#readout", "The lamp is at 0 %").await;
        log_in(&ada, "ada").await;
        is_inside(&ada, "ada").await;
        ada.wait_for_text("#readout", "The lamp is at 0 %").await;
        assert_eq!(ada.value("#brightness input").await, "0");
        // Who loads the page again is still logged in.
        ada.reload().await;
        ada.until_live().await;
        is_inside(&ada, "ada").await;
    });
}

#[test]
fn a_refusal_that_is_an_answer_is_told_on_one_page_alone() {
    browser_test(async |browser| {
        let lab = lab(browser, "answer");
        let (ada, grace) = (lab.open(browser, "ada").await, lab.open(browser, "grace").await);
        ada.focus("#nickname input").await;
        ada.keys("Countess of Lovelace").await;
        ada.press("Enter").await;
        ada.wait_for_text("#message", "A nickname has 1 to 12 letters.").await;
        assert_eq!(ada.toasts().await, [""; 0], "an answer, not a failure");
        is_inside(&ada, "ada").await;
        ada.run("document.querySelector('#nickname input').select()").await;
        ada.keys("Countess").await;
        ada.press("Enter").await;
        is_inside(&ada, "Countess").await;
        ada.wait_for_text("#message", "").await;
        is_inside(&grace, "grace").await;
        assert_eq!(grace.text("#message").await, "", "what one was told is not the other's");
    });
}

#[test]
fn a_guest_moves_nothing_although_somebody_has_the_lamp() {
    browser_test(async |browser| {
        let lab = lab(browser, "guest");
        let (guest, ada) = (lab.visit(browser, "guest").await, lab.open(browser, "ada").await);
        is_inside(&ada, "ada").await;
        is_outside(&guest).await;
        guest.until("document.querySelector('#nickname input').disabled").await;
        let answer = put(lab.example.address, "/api/props/brightness/value", "50").await;
        assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("needs the role member"), "{answer}");
        ada.wait_for_text("#readout", "The lamp is at 0 %").await;
    });
}
