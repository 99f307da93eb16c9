//! Cards of which some roles see nothing.

use super::*;

#[components(role = Lab)]
struct Hall {
    light: Switch,
    #[sees(Lab::Admin)]
    log: Text,
    #[sees(Lab::Admin)]
    more: Text,
}

impl Dashboard for Hall {
    type Device = ();
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![];

    fn layout(self) -> Element {
        let log = card("Who did what", (text("The newest first."), self.log));
        page("Hall", (card("Light", (self.light, self.more)), section("Record", log), card("Note", text("Closed"))))
    }
}

#[tokio::test]
async fn fault_a_card_stayed_empty_for_who_sees_none_of_its_components() {
    let titles = async |role| {
        let app = Served::app(App::new::<Hall>(()).unwrap().guest(role)).await;
        let document = app.get("/").await.text();
        app.stop().await;
        ["Light", "Record", "Who did what", "Note"].map(|title| document.contains(&format!(">{title}<")))
    };
    assert_eq!(titles(Lab::Admin).await, [true; 4]);
    assert_eq!(titles(Lab::Guest).await, [true, false, false, true], "what is left has a component or has none at all");
}
