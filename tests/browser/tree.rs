//! A tree and a value: opened, closed and selected by keys and by mouse.

use dash_devices::prelude::*;

use crate::{
    panel::Seen,
    support::{Server, browser_test, eventually, put},
};

#[components]
struct Parts {
    parts: Tree,
    state: Json,
    next: Button,
}

#[callback_shared]
fn select(seen: &mut Seen, #[input(Parts::parts.selected)] node: &str) {
    seen.note(format!("selected {node}"));
}

/// The value changes while somebody looks into it.
#[callback_shared(on = Parts::next.click, output = Parts::state.value)]
fn next(_seen: &mut Seen) -> JsonTree {
    JsonTree::of(&[("volts", [1.5, 2.5])].into_iter().collect::<std::collections::BTreeMap<_, _>>()).unwrap()
}

impl Dashboard for Parts {
    type Device = Seen;
    type Session = ();
    const CALLBACKS: Callbacks<Self> = callbacks![select, next];

    fn layout(self) -> Element {
        let hand = TreeNode::new("hand", "Hand").children([TreeNode::new("grip", "Grip")]);
        let arm = TreeNode::new("arm", "Arm").children([TreeNode::new("elbow", "Elbow"), hand]);
        let state = JsonTree::of(&[("volts", [1.0, 2.0])].into_iter().collect::<std::collections::BTreeMap<_, _>>());
        page(
            "Parts",
            card(
                "Parts",
                (
                    self.parts.nodes([arm, TreeNode::new("base", "Base")]),
                    self.state.value(state.unwrap()),
                    self.next.label("Next"),
                ),
            ),
        )
    }
}

/// The nodes of the visible lines of a component.
fn visible(id: &str) -> String {
    format!(
        "[...document.querySelectorAll('#{id} .dd-tree-line:not([hidden])')].map((line) => line.dataset.node).join()"
    )
}

/// The node that a screen reader is at.
const ACTIVE: &str = "document.getElementById(document.querySelector('#parts .dd-tree').getAttribute('aria-activedescendant'))?.dataset.node";

#[test]
fn a_tree_is_opened_and_selected_with_the_keyboard_on_all_pages() {
    browser_test(async |browser| {
        let seen = Seen::default();
        let server = Server::start::<Parts>(seen.clone()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.until(&format!("{} === 'arm,base'", visible("parts"))).await;
        hand.focus("#parts .dd-tree").await;
        for (key, active) in [("ArrowRight", "arm"), ("ArrowRight", "elbow"), ("ArrowDown", "hand"), ("End", "base")] {
            hand.press(key).await;
            hand.until(&format!("{ACTIVE} === {active:?}")).await;
        }
        other.until(&format!("{} === 'arm,elbow,hand,base'", visible("parts"))).await;
        // Letters lead to the next line that begins with them. Nothing is selected on the way.
        hand.keys("ha").await;
        hand.until(&format!("{ACTIVE} === 'hand'")).await;
        assert_eq!(seen.all(), ["selected "]);
        hand.press("Enter").await;
        eventually("the node is selected", async || (seen.all().last()? == "selected hand").then_some(())).await;
        other.until("document.querySelector('#parts [data-node=hand]').getAttribute('aria-selected') === 'true'").await;
        // The active line is closed away, and the line around it is active.
        hand.press("ArrowLeft").await;
        hand.until(&format!("{ACTIVE} === 'arm'")).await;
        hand.press("ArrowLeft").await;
        other.until(&format!("{} === 'arm,base'", visible("parts"))).await;
        // Only what is there can be selected.
        assert!(put(server.address, "/api/props/parts/selected", "\"gone\"").await.starts_with("HTTP/1.1 4"));
    });
}

#[test]
fn what_a_person_has_opened_of_a_value_stays_open_on_the_own_page_when_it_changes() {
    browser_test(async |browser| {
        let server = Server::start::<Parts>(Seen::default()).await;
        let (hand, other) = browser.two_tabs(&server.url()).await;
        hand.click("#state [data-node='/volts'] .dd-tree-value").await;
        hand.until(&format!("{} === '/volts,/volts/0,/volts/1'", visible("state"))).await;
        hand.click("#next button").await;
        for tab in [&hand, &other] {
            tab.until("document.querySelector(\"#state [data-node='/volts/1']\").textContent === '12.5'").await;
        }
        assert_eq!(hand.js::<String>(&visible("state")).await, "/volts,/volts/0,/volts/1");
        assert_eq!(other.js::<String>(&visible("state")).await, "/volts");
    });
}
