//! The queue of one lane, without an engine.

use std::collections::BTreeMap;

use crate::{
    client::ClientId,
    engine::item::{Cause, Changed, Changes, Content, Item, Merge, Number, Scopes, TakesEffect, Ticket},
    engine::lane::Lane,
    numbers::{CallbackNo, PropNo},
    value::Value,
};

const X: PropNo = PropNo::new(0);
const Y: PropNo = PropNo::new(1);
const CLICK: PropNo = PropNo::new(2);

fn command(client: u64, number: u64, prop: PropNo, may_merge: bool) -> Item {
    let client = ClientId(client);
    let content = Content::Value(Value::new(number).unwrap());
    let changes = Changes {
        scopes: Scopes::Shared,
        values: [(prop, Changed { content, effect: TakesEffect::At(1) })].into_iter().collect(),
        new_rows: Vec::new(),
        merge: if may_merge { Merge::Newest } else { Merge::Never },
        expires: None,
        dropped: None,
        cancelled: BTreeMap::new(),
        releases: false,
    };
    let ticket = Ticket { client, number: Number::Frame(number) };
    Item { client: Some(client), ticket: Some(ticket), cause: Cause::Changes(changes) }
}

fn number(ticket: Ticket) -> u64 {
    match ticket.number {
        Number::Frame(number) => number,
        Number::Request(request) => panic!("{request:?}"),
    }
}

fn set(client: u64, number: u64, prop: PropNo) -> Item {
    command(client, number, prop, true)
}

fn click(client: u64, number: u64) -> Item {
    command(client, number, CLICK, false)
}

fn seen(client: u64, prop: PropNo) -> Item {
    let values = BTreeMap::from([(prop, Value::new(0).unwrap())]);
    Item { client: Some(ClientId(client)), ticket: None, cause: Cause::Changes(Changes::view(values)) }
}

/// The waiting items, as client and number, and the properties in view updates of a client.
fn queue(lane: &mut Lane) -> Vec<String> {
    let mut all = Vec::new();
    while let Some(item) = lane.next() {
        let client = item.client.map_or(0, |client| client.0);
        all.push(match item.cause {
            Cause::Changes(changes) if changes.merge == Merge::View => {
                format!("{client} sees {:?}", changes.values.keys().map(|prop| prop.place()).collect::<Vec<_>>())
            }
            Cause::Changes(_) => format!("{client}.{}", number(item.ticket.unwrap())),
            Cause::Start => format!("{client} starts"),
            Cause::Hook(hook) => format!("{client} {hook:?}"),
            Cause::Tick(source) => format!("tick {}", source.place()),
            Cause::Quality(starts) => format!("quality {}", starts.len()),
        });
    }
    all
}

fn offered(items: impl IntoIterator<Item = Item>) -> (Vec<String>, Vec<u64>) {
    let mut lane = Lane::default();
    let replaced = items.into_iter().filter_map(|item| lane.offer(item)).map(number).collect();
    (queue(&mut lane), replaced)
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn the_newest_value_of_one_client_survives_at_the_end_of_the_queue() {
    assert_eq!(offered([set(1, 1, X), set(2, 1, X), set(1, 2, X)]), (names(&["2.1", "1.2"]), vec![1]));
}

#[test]
fn values_of_different_clients_and_properties_do_not_replace_each_other() {
    assert_eq!(offered([set(1, 1, X), set(1, 2, Y), set(2, 1, X)]).1, Vec::<u64>::new());
}

#[test]
fn nothing_is_moved_past_a_command_of_the_same_client() {
    let (waits, replaced) = offered([set(1, 1, X), set(1, 2, Y), set(1, 3, X)]);
    assert_eq!((waits, replaced), (names(&["1.1", "1.2", "1.3"]), vec![]));
}

#[test]
fn nothing_is_moved_past_anybodys_event() {
    let (waits, replaced) = offered([set(1, 1, X), click(2, 1), set(1, 2, X)]);
    assert_eq!((waits, replaced), (names(&["1.1", "2.1", "1.2"]), vec![]));
}

#[test]
fn view_updates_do_not_block_a_merge() {
    let (waits, replaced) = offered([set(1, 1, X), seen(1, Y), seen(2, Y), set(1, 2, X)]);
    assert_eq!((waits, replaced), (names(&["1 sees [1]", "2 sees [1]", "1.2"]), vec![1]));
}

#[test]
fn events_are_never_merged() {
    assert_eq!(offered([click(1, 1), click(1, 2)]), (names(&["1.1", "1.2"]), vec![]));
}

#[test]
fn view_updates_of_a_client_merge() {
    let (waits, _) = offered([seen(1, X), seen(2, X), seen(1, Y)]);
    assert_eq!(waits, ["1 sees [0, 1]", "2 sees [0]"]);
    let (waits, _) = offered([seen(1, X), click(1, 1), seen(1, Y)]);
    assert_eq!(waits, ["1 sees [0]", "1.1", "1 sees [1]"], "but not past a command of the client");
}

#[test]
fn a_view_update_does_not_overtake_the_change_that_it_shows() {
    let (waits, _) = offered([set(2, 1, X), seen(1, X), set(3, 1, X), seen(1, X), seen(1, Y)]);
    assert_eq!(waits, ["2.1", "1 sees [0]", "3.1", "1 sees [0, 1]"]);
    let (waits, _) = offered([seen(1, X), set(3, 1, Y), seen(1, X)]);
    assert_eq!(waits, ["1 sees [0]", "3.1"], "a change of another property does not block the merge");
}

#[test]
fn at_most_two_view_updates_of_a_client_wait() {
    let often = (0..9).flat_map(|number| [set(2, number, X), seen(1, X)]);
    assert_eq!(offered(often).0, ["1 sees [0]", "2.8", "1 sees [0]"]);
    let between = (0..9).flat_map(|number| [set(1, number, X), seen(1, Y), set(2, number, Y)]);
    assert_eq!(offered(between).0, ["1 sees [1]", "1 sees [1]", "1.8", "1 sees [1]", "2.8"]);
}

#[test]
fn only_commands_take_room_and_merging_takes_none() {
    let mut lane = Lane::default();
    lane.offer(seen(1, X));
    lane.offer(seen(2, X));
    let has_room = |lane: &Lane, client: u64, prop: PropNo, merge: Merge| {
        lane.bounded() < 2
            || !lane.needs_place(Some(ClientId(client)), true, merge, &[(prop, ())].into_iter().collect())
    };
    assert!(has_room(&lane, 1, CLICK, Merge::Never));
    lane.offer(click(2, 1));
    lane.offer(set(1, 1, X));
    assert!(!has_room(&lane, 1, CLICK, Merge::Never));
    assert!(!has_room(&lane, 1, Y, Merge::Newest));
    assert!(has_room(&lane, 1, X, Merge::Newest));
    assert!(!has_room(&lane, 2, X, Merge::Newest));
}

#[test]
fn of_a_forgotten_client_only_commands_stay() {
    let mut lane = Lane::default();
    for item in
        [seen(1, X), click(1, 1), Item { client: Some(ClientId(1)), ticket: None, cause: Cause::Start }, seen(2, X)]
    {
        lane.offer(item);
    }
    lane.forget(ClientId(1));
    assert_eq!(queue(&mut lane), ["1.1", "2 sees [0]"]);
}

#[test]
fn a_tick_that_waits_is_found() {
    let mut lane = Lane::default();
    lane.offer(Item { client: None, ticket: None, cause: Cause::Tick(CallbackNo::new(3)) });
    assert!(lane.has_tick(CallbackNo::new(3)) && !lane.has_tick(CallbackNo::new(4)) && !lane.is_idle());
    assert_eq!(queue(&mut lane), ["tick 3"]);
    assert!(lane.is_idle());
}
