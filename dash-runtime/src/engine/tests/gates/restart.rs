//! A restart of the program: nobody is in control then, and what belongs to a grant of before never takes effect.

use super::*;

/// The page of a driver who was in control before the restart, and another driver, in the new process. Also the text of a
/// command that she made under her grant there, after the process had run for ten minutes.
fn after_a_restart() -> (Sim, At, At, String) {
    let mut sim = rover();
    let made = json!({ "n": 7, "p": sim.no(Rover::speed.value), "v": 50.0, "at": 600_000 }).to_string();
    let mut page = sim.load();
    page.user = driver("ada");
    (page.epoch, page.session) = ("e0".to_owned(), "of the former process".to_owned());
    sim.pages.push(page);
    sim.connect(0);
    let bob = sim.join_as(driver("bob"));
    sim.rest();
    (sim, 0, bob, made)
}

/// Sends the command of before once more, with a number that the new process has not seen. Returns why it was refused.
fn refused(sim: &mut Sim, ada: At, made: &str) -> String {
    let mut frame: serde_json::Value = serde_json::from_str(made).unwrap();
    let number = sim.pages[ada].sent.keys().next_back().map_or(1, |last| last + 1);
    frame["n"] = number.into();
    sim.pages[ada].sent.insert(number, frame.to_string());
    sim.deliver(ada, &frame.to_string());
    let why = refusal(sim, ada, number).expect("refused");
    assert!(moves(sim).is_empty(), "{why}");
    why
}

#[test]
fn nobody_is_in_control_after_a_restart_and_a_session_of_before_says_nothing() {
    let (mut sim, ada, bob, made) = after_a_restart();
    assert_eq!((holder(&sim), armed_state(&sim)), (String::new(), ArmedState::Disarmed));
    assert!(refused(&mut sim, ada, &made).contains("nobody is in control"));
    sim.click(bob, Rover::drive.ask);
    // The first grant of this process has the number that hers had.
    assert_eq!(holder(&sim), "bob");
    assert!(refused(&mut sim, ada, &made).contains("bob is in control"));
}

#[test]
fn fault_a_command_of_a_grant_of_the_former_process_took_effect_under_a_grant_of_this_one() {
    let (mut sim, ada, _, made) = after_a_restart();
    sim.pass(5_000);
    sim.click(ada, Rover::drive.ask);
    sim.pass(1_000);
    assert_eq!(holder(&sim), "ada");
    // Its time is one of the former process, whose clock had counted further.
    assert!(refused(&mut sim, ada, &made).contains("before this page got control"));
    // Its age says the same.
    let aged = made.replace("\"at\":600000", "\"a\":6000");
    assert_ne!(aged, made);
    assert!(refused(&mut sim, ada, &aged).contains("before this page got control"));
    let number = sim.send(ada, Rover::speed.value, 20.0);
    assert!(takes(&mut sim, ada, number), "what she does now takes effect");
    assert_eq!(moves(&sim), [1020.0]);
}

#[test]
fn a_request_for_a_session_of_before_is_refused() {
    let (mut sim, ada, _, made) = after_a_restart();
    sim.click(ada, Rover::drive.ask);
    sim.pages[ada].session = "of the former process".to_owned();
    let refused = sim.deliver_by_request(ada, &made).map(|asked| asked.request);
    assert!(matches!(refused, Err(crate::protocol::client::Refusal::NoSession)), "{refused:?}");
    assert!(moves(&sim).is_empty());
}
