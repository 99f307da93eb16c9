//! A live table of clients for the administrator, and actions on one client: `examples/example3a`.

use std::time::Duration;

use crate::support::{Browser, Guarded, Tab, browser_test, log_in, log_out};

/// The names in the administrator's list, in the order in which the clients connected.
const NAMES: &str = "[...document.querySelectorAll('#visitors tbody tr')].map((row) => row.children[0].textContent)";

/// Says what its user does, which enters.
async fn enter(tab: &Tab<'_>, doing: &str) {
    tab.focus("#doing input").await;
    tab.run("document.querySelector('#doing input').select()").await;
    tab.keys(doing).await;
    tab.press("Enter").await;
}

fn lab(browser: &Browser, test: &str) -> Guarded {
    let users = [("eve", "admin"), ("max", "admin"), ("ada", "member"), ("grace", "member")];
    Guarded::start(browser, "example3a", test, &users)
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

/// Waits for the state of this client's page in the administrator's table.
async fn page_is(admin: &Tab<'_>, name: &str, state: &str) {
    admin
        .until(&format!(
            "[...document.querySelectorAll('#visitors tbody tr')].some((row) => row.children[0].textContent === {name:?} \
             && row.children[5].textContent === {state:?})"
        ))
        .await;
}

/// The notes on a page.
async fn notes(tab: &Tab<'_>) -> Vec<String> {
    tab.js("[...document.querySelectorAll('.dd-note > span')].map((note) => note.textContent)").await
}

/// Waits for what this client does, in the administrator's table.
async fn does(admin: &Tab<'_>, name: &str, doing: &str) {
    admin
        .until(&format!(
            "[...document.querySelectorAll('#visitors tbody tr')].some((row) => row.children[0].textContent === {name:?} \
             && row.children[6].textContent === {doing:?})"
        ))
        .await;
}

#[test]
fn the_administrator_sees_who_comes_enters_looks_away_leaves_and_goes_and_nobody_else_does() {
    browser_test(async |browser| {
        let lab = lab(browser, "table");
        let admin = lab.open(browser, "eve").await;
        sees(&admin, &["eve"]).await;
        let ada = lab.visit(browser, "ada").await;
        sees(&admin, &["eve", "guest"]).await;
        log_in(&ada, "ada").await;
        sees(&admin, &["eve", "ada"]).await;
        ada.click("#enter button").await;
        ada.wait_for_text("#message", "Say what you do here.").await;
        assert_eq!(ada.toasts().await, [""; 0], "an answer, not a failure");
        enter(&ada, "measure").await;
        does(&admin, "ada", "measure").await;
        ada.wait_for_text("#content h3", "Welcome, ada").await;
        let third = lab.open(browser, "max").await;
        sees(&admin, &["eve", "ada", "max"]).await;
        sees(&third, &["eve", "ada", "max"]).await;
        sees(&ada, &[]).await;
        page_is(&admin, "ada", "visible").await;
        ada.minimize(true).await;
        page_is(&admin, "ada", "hidden").await;
        page_is(&admin, "eve", "visible").await;
        ada.minimize(false).await;
        page_is(&admin, "ada", "visible").await;
        let row: Vec<String> = admin
            .js("[...document.querySelector('#visitors tbody tr:nth-child(2)').children].map((cell) => cell.textContent)")
            .await;
        assert_eq!((row[3].as_str(), &row[4]), ("127.0.0.1", &lab.host("ada")));
        let [hours, minutes, seconds] = row[2].split(':').collect::<Vec<_>>()[..] else { panic!("{row:?}") };
        for (part, limit) in [(hours, 24), (minutes, 60), (seconds, 60)] {
            assert!(part.parse::<u32>().unwrap() < limit, "{row:?}");
        }
        ada.click("#leave button").await;
        does(&admin, "ada", "").await;
        // A page that is left sends a goodbye.
        ada.go("about:blank").await;
        sees(&admin, &["eve", "max"]).await;
        // An administrator who logs out sees nothing more.
        log_out(&third).await;
        third.until_live().await;
        sees(&third, &[]).await;
        sees(&admin, &["eve", "guest"]).await;
    });
}

#[test]
fn a_message_is_a_note_on_one_page_until_it_is_put_away_and_who_is_shown_out_stays_logged_in() {
    browser_test(async |browser| {
        let lab = lab(browser, "message");
        let admin = lab.open(browser, "eve").await;
        let (ada, grace) = (lab.open(browser, "ada").await, lab.open(browser, "grace").await);
        enter(&ada, "measure").await;
        enter(&grace, "compile").await;
        sees(&admin, &["eve", "ada", "grace"]).await;
        choose(&admin, "ada").await;
        admin.focus("#words input").await;
        admin.keys("Tea is ready").await;
        admin.click("#send button").await;
        ada.until("document.querySelector('.dd-note')").await;
        assert_eq!(notes(&ada).await, ["Tea is ready"]);
        // Announced politely, not as an alert.
        assert_eq!(ada.attribute(".dd-notes", "role").await.as_deref(), Some("log"));
        assert_eq!(ada.attribute(".dd-note", "role").await, None);
        admin.until("document.querySelector('#words input').value === ''").await;
        ada.focus(".dd-note button").await;
        ada.press("Enter").await;
        ada.until("!document.querySelector('.dd-note')").await;
        choose(&admin, "grace").await;
        does(&admin, "grace", "compile").await;
        admin.click("#show_out button").await;
        grace
            .until("!document.querySelector('#content h3') && !document.querySelector('#enter button').disabled")
            .await;
        does(&admin, "grace", "").await;
        sees(&admin, &["eve", "ada", "grace"]).await;
        for tab in [&admin, &grace] {
            assert_eq!(notes(tab).await, [""; 0], "the message was for one");
        }
        ada.wait_for_text("#content h3", "Welcome, ada").await;
    });
}

#[test]
fn who_is_disconnected_reads_why_and_comes_back_by_a_button_as_who_it_was() {
    browser_test(async |browser| {
        let lab = lab(browser, "disconnect");
        let (admin, ada) = (lab.open(browser, "eve").await, lab.open(browser, "ada").await);
        enter(&ada, "measure").await;
        sees(&admin, &["eve", "ada"]).await;
        ada.run("globalThis.sameDocument = true").await;
        choose(&admin, "ada").await;
        admin.click("#disconnect button").await;
        ada.until("document.documentElement.dataset.link === 'disconnected'").await;
        assert_eq!(ada.text("#dd-status span").await, "Disconnected: the administrator has closed the connection");
        sees(&admin, &["eve"]).await;
        // Longer than the reconnect delay of a page that was cut off, and with all events that trigger a reconnect.
        tokio::time::sleep(Duration::from_secs(2)).await;
        ada.run("dispatchEvent(new Event('online')); dispatchEvent(new Event('pageshow'))").await;
        ada.click("#leave button").await;
        ada.until("document.querySelector('.dd-toast')").await;
        assert!(ada.toasts().await[0].contains("no connection"));
        sees(&admin, &["eve"]).await;
        ada.focus("#dd-status button").await;
        ada.press("Enter").await;
        ada.until_live().await;
        assert_eq!(ada.text("#dd-status").await, "");
        does(&admin, "ada", "measure").await;
        ada.wait_for_text("#content h3", "Welcome, ada").await;
        assert!(ada.js::<bool>("globalThis.sameDocument === true").await);
        ada.click("#leave button").await;
        does(&admin, "ada", "").await;
    });
}

/// What only the administrator has is on no other page, and commands for it are refused as if it did not exist.
#[test]
fn buttons_that_are_on_no_page_cannot_be_pressed() {
    browser_test(async |browser| {
        let lab = lab(browser, "forged");
        let (admin, ada) = (lab.open(browser, "eve").await, lab.open(browser, "ada").await);
        sees(&admin, &["eve", "ada"]).await;
        assert!(ada.js::<bool>("!document.querySelector('#visitors, #disconnect, #whom')").await);
        let number: u32 = admin
            .js("JSON.parse(document.getElementById('dd-state').textContent).props\
                 .findIndex(([id, name]) => id === 'disconnect' && name === 'click')")
            .await;
        let refused: String = ada
            .js(&format!(
                "await new Promise((done) => {{ \
                 const state = JSON.parse(document.getElementById('dd-state').textContent); \
                 const socket = new WebSocket(new URL(state.socket, location.href.replace('http', 'ws'))); \
                 socket.onopen = () => socket.send(JSON.stringify({{ t: 'hello', protocol: 3, schema: state.schema, \
                 epoch: state.epoch, rev: state.rev, session: null }})); \
                 socket.onmessage = ({{ data }}) => {{ const frame = JSON.parse(data); \
                 if (frame.t === 'welcome') socket.send(JSON.stringify({{ n: 1, p: {number}, v: null }})); \
                 const told = frame.a?.find(([n]) => n === 1); if (told) done(told[2]); }}; }})"
            ))
            .await;
        assert_eq!(refused, "unknown_property");
    });
}
