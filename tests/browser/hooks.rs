//! Clients that connect and leave are visible to the connected ones.

use dash_devices::prelude::*;

use crate::support::{Cable, Server, Tab, browser_test};

#[components]
struct Ui {
    greeting: Text,
    inside: Text,
    farewell: Text,
}

/// The number of times that this client has connected.
#[derive(Default)]
struct Visits(u32);

/// The connected clients, by their numbers.
#[derive(Default)]
struct House(Vec<String>);

#[callback(on = connect, output = Ui::greeting.text)]
fn greet(#[session] visits: &mut Visits, client: Client) -> String {
    visits.0 += 1;
    format!("guest {}, visit {}", client.id(), visits.0)
}

#[callback(on = disconnect)]
async fn part(#[session] visits: &mut Visits, client: Client, handle: Handle<Ui>) {
    let words = format!("guest {} left after visit {}", client.id(), visits.0);
    handle.push(changes![Ui::farewell.text = words]).unwrap();
}

#[callback_shared(on = (connect, disconnect), output = Ui::inside.text)]
fn count(house: &mut House, trigger: Trigger, client: Option<Client>) -> Option<String> {
    let guest = client?.id().to_string();
    if trigger.is_connect() {
        house.0.push(guest);
    } else {
        house.0.retain(|other| *other != guest);
    }
    Some(house.0.join(" and "))
}

impl Dashboard for Ui {
    type Device = House;
    type Session = Visits;
    const CALLBACKS: Callbacks<Self> = callbacks![greet, part, count];

    fn layout(self) -> Element {
        page("House", (self.greeting.label("You"), self.inside.label("Inside"), self.farewell.label("Last to leave")))
    }
}

async fn sees(tab: &Tab<'_>, greeting: &str, inside: &str, farewell: &str) {
    for (id, text) in [("greeting", greeting), ("inside", inside), ("farewell", farewell)] {
        tab.wait_for_text(&format!("#{id} .dd-text-value"), text).await;
    }
}

#[test]
fn who_comes_and_who_leaves_is_seen_by_the_others_also_after_a_reload() {
    browser_test(async |browser| {
        let server = Server::start::<Ui>(House::default()).await;
        let ada = browser.open(&server.url()).await;
        sees(&ada, "guest 1, visit 1", "1", "").await;
        let bob = browser.open(&server.url()).await;
        sees(&bob, "guest 2, visit 1", "1 and 2", "").await;
        sees(&ada, "guest 1, visit 1", "1 and 2", "").await;
        // A reloaded page is a new client, and the old one has left at once.
        bob.reload().await;
        bob.until_live().await;
        for (tab, greeting) in [(&ada, "guest 1, visit 1"), (&bob, "guest 3, visit 1")] {
            sees(tab, greeting, "1 and 3", "guest 2 left after visit 1").await;
        }
        ada.go("about:blank").await;
        sees(&bob, "guest 3, visit 1", "3", "guest 1 left after visit 1").await;
    });
}

#[test]
fn a_page_that_was_cut_off_has_left_after_a_while_and_comes_back_as_who_it_was() {
    browser_test(async |browser| {
        browser.allow("ERR_CONNECTION");
        browser.allow("WebSocket connection to");
        let server = Server::start::<Ui>(House::default()).await;
        let mut cable = Cable::to(server.address).await;
        let ada = browser.open(&server.url()).await;
        let bob = browser.open(&cable.url()).await;
        sees(&ada, "guest 1, visit 1", "1 and 2", "").await;
        // A short cut has no effect.
        cable.cut().await;
        bob.until("document.documentElement.dataset.link === 'lost'").await;
        cable.mend().await;
        bob.until_live().await;
        sees(&bob, "guest 2, visit 1", "1 and 2", "").await;
        sees(&ada, "guest 1, visit 1", "1 and 2", "").await;
        // Connected clients see a long cut.
        cable.cut().await;
        sees(&ada, "guest 1, visit 1", "1", "guest 2 left after visit 1").await;
        cable.mend().await;
        bob.until_live().await;
        for (tab, greeting) in [(&ada, "guest 1, visit 1"), (&bob, "guest 2, visit 2")] {
            sees(tab, greeting, "1 and 2", "guest 2 left after visit 1").await;
        }
    });
}
