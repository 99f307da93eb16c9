//! `Control`: who is in control, and what is under it.

use super::*;

#[test]
fn without_control_nothing_under_it_can_be_changed() {
    let (mut sim, ada, bob) = two();
    let number = sim.send(ada, Rover::speed.value, 10.0);
    let why = refusal(&mut sim, ada, number).unwrap();
    assert!(why.contains("speed.value") && why.contains("nobody is in control"), "{why}");
    sim.click(ada, Rover::drive.ask);
    assert_eq!(holder(&sim), "ada");
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(takes(&mut sim, ada, number));
    let number = sim.send(bob, Rover::speed.value, 20.0);
    assert!(refusal(&mut sim, bob, number).unwrap().contains("ada is in control"));
    assert_eq!(moves(&sim), [1010.0]);
    // What is under no control goes on.
    let number = sim.send(bob, Rover::light.value, 5.0);
    assert!(takes(&mut sim, bob, number));
}

#[test]
fn everybody_sees_who_is_in_control_and_who_asks() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.rest();
    for at in [ada, bob] {
        assert_eq!(sim.shown(at, Rover::drive.holder), "ada");
        assert_eq!(sim.shown(at, Rover::drive.held), true);
        assert_eq!(sim.shown(at, Rover::drive.asking), json!(["bob"]));
    }
    assert_eq!((sim.shown(ada, Rover::drive.mine), sim.shown(bob, Rover::drive.mine)), (json!("holds"), json!("asks")));
    let late = sim.join_as(driver("cy"));
    sim.rest();
    assert_eq!(
        (sim.shown(late, Rover::drive.holder), sim.shown(late, Rover::drive.mine)),
        (json!("ada"), json!("none"))
    );
}

#[test]
fn a_hand_over_is_one_change_in_one_order() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.rest();
    let before = sim.engine.rev();
    sim.click(ada, Rover::drive.give);
    let slots = [sim.prop_no(Rover::drive.holder), sim.prop_no(Rover::drive.asking)];
    let revs = slots.map(|prop| sim.engine.slot(prop).rev());
    assert!(revs[0] == revs[1] && revs[0] > before, "{revs:?}");
    sim.rest();
    assert_eq!((holder(&sim).as_str(), sim.shown(bob, Rover::drive.mine)), ("bob", json!("holds")));
    assert_eq!(sim.shown(ada, Rover::drive.mine), "none");
    assert_eq!(sim.shown(ada, Rover::drive.asking), json!([]));
}

#[test]
fn who_gives_it_back_leaves_it_free_and_who_asks_can_stop_asking() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.click(bob, Rover::drive.give);
    sim.click(ada, Rover::drive.give);
    sim.rest();
    assert_eq!(holder(&sim), "");
    assert_eq!(sim.shown(bob, Rover::drive.mine), "none");
    let number = sim.click(ada, Rover::drive.give);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("you are not in control"));
}

#[test]
fn the_holder_keeps_control_although_somebody_asks() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.click(ada, Rover::drive.keep);
    sim.rest();
    assert_eq!((holder(&sim).as_str(), sim.shown(bob, Rover::drive.mine)), ("ada", json!("none")));
    let number = sim.click(bob, Rover::drive.keep);
    assert!(!takes(&mut sim, bob, number));
}

#[test]
fn only_the_right_takes_control_over() {
    let (mut sim, ada, bob) = two();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    sim.click(ada, Rover::drive.ask);
    let number = sim.click(bob, Rover::drive.take);
    assert!(refusal(&mut sim, bob, number).unwrap().contains("needs the role chief"));
    sim.click(eve, Rover::drive.take);
    assert_eq!(holder(&sim), "eve");
    let disabled = sim.prop_no(Rover::drive.disabled);
    let view = sim.engine.view_for(&driver("bob"));
    let shown = sim.engine.plan().value_json(view, disabled, sim.engine.slot(disabled));
    assert_eq!(shown.as_deref(), Some("false"), "a driver can ask");
    // The page of a driver does not offer it, and that of a chief does.
    let may = sim.prop_no(Rover::drive.may_take);
    let shown = |user: &User| {
        let view = sim.engine.view_for(user);
        sim.engine.plan().value_json(view, may, sim.engine.slot(may)).unwrap()
    };
    assert_eq!((shown(&driver("bob")).as_str(), shown(&User::new("eve", Crew::Chief)).as_str()), ("false", "true"));
}

#[test]
fn a_guest_can_not_ask() {
    let mut sim = rover();
    let gus = sim.join_as(User::new("gus", Crew::Guest));
    for event in [Rover::drive.ask, Rover::drive.take, Rover::armed.arm, Rover::stop.reset] {
        let number = sim.click(gus, event);
        assert!(refusal(&mut sim, gus, number).unwrap().contains("needs the role"));
    }
    assert_eq!(holder(&sim), "");
}

#[test]
fn control_ends_when_the_page_is_closed() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.close(ada);
    assert_eq!(holder(&sim), "bob");
    sim.close(bob);
    assert_eq!(holder(&sim), "");
}

#[test]
fn control_outlives_a_short_cut_and_not_a_long_one() {
    let (mut sim, ada, bob) = two();
    sim.click(ada, Rover::drive.ask);
    sim.cut(ada);
    sim.pass(4000);
    sim.connect(ada);
    sim.pass(4000);
    assert_eq!(holder(&sim), "ada");
    sim.cut(ada);
    sim.pass(5000);
    assert_eq!(holder(&sim), "");
    sim.connect(ada);
    sim.rest();
    assert_eq!(sim.shown(ada, Rover::drive.mine), "none");
    let number = sim.send(ada, Rover::speed.value, 10.0);
    assert!(!takes(&mut sim, ada, number));
    sim.click(bob, Rover::drive.ask);
    assert_eq!(holder(&sim), "bob");
}

#[test]
fn control_that_is_not_used_ends() {
    let (mut sim, ada, _) = two();
    sim.click(ada, Rover::drive.ask);
    for _ in 0..5 {
        sim.pass(100_000);
        sim.send(ada, Rover::speed.value, 10.0);
        sim.finish_all();
    }
    assert_eq!(holder(&sim), "ada");
    sim.pass(120_000);
    assert_eq!(holder(&sim), "");
}

#[test]
fn who_holds_a_control_down_uses_it() {
    let (mut sim, ada, _) = driving();
    sim.send(ada, Rover::stick.value, 10.0);
    sim.finish_all();
    for _ in 0..2000 {
        sim.pass(100);
        sim.poll(ada);
        let texts = std::mem::take(&mut sim.pages[ada].texts);
        if let Some((_, rest)) = texts.rsplit_once("\"b\":[") {
            let beat: u64 = rest.split_once(']').unwrap().0.parse().unwrap();
            let prop = sim.no(Rover::stick.value);
            sim.deliver(ada, &json!({ "t": "held", "beat": beat, "held": [prop] }).to_string());
        }
    }
    assert_eq!(holder(&sim), "ada");
}

#[test]
fn who_asks_gets_control_if_the_holder_does_not_answer_for_that_time() {
    let (mut sim, ada, bob) = two();
    sim.push(changes![Rover::drive.grant_after = 10.0]).unwrap();
    sim.click(ada, Rover::drive.ask);
    sim.click(bob, Rover::drive.ask);
    sim.pass(9999);
    assert_eq!(holder(&sim), "ada");
    sim.pass(1);
    assert_eq!(holder(&sim), "bob");
}

#[test]
fn who_loses_control_lets_go() {
    let (mut sim, ada, _) = driving();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    sim.send(ada, Rover::stick.value, 40.0);
    sim.finish_all();
    sim.click(eve, Rover::drive.take);
    sim.finish_all();
    assert_eq!(moves(&sim), [40.0, 0.0]);
}

#[test]
fn a_command_of_an_older_grant_is_refused() {
    let (mut sim, ada, _) = two();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    sim.pass(10_000);
    sim.click(ada, Rover::drive.ask);
    sim.pass(1000);
    sim.click(eve, Rover::drive.take);
    sim.click(ada, Rover::drive.ask);
    sim.click(eve, Rover::drive.give);
    assert_eq!(holder(&sim), "ada");
    sim.pass(100);
    // It was made under the first grant, and arrives under the third.
    let prop = sim.no(Rover::speed.value);
    let number = sim.pages[ada].sent.keys().next_back().unwrap() + 1;
    sim.deliver(ada, &json!({ "n": number, "p": prop, "v": 10.0, "a": 500 }).to_string());
    assert!(refusal(&mut sim, ada, number).unwrap().contains("before this page got control"));
    assert!(moves(&sim).is_empty());
}

#[test]
fn what_waits_does_not_move_anything_after_the_hand_over() {
    let (mut sim, ada, _) = driving();
    let eve = sim.join_as(User::new("eve", Crew::Chief));
    // The first run goes on. The next value waits.
    sim.send(ada, Rover::speed.value, 10.0);
    let number = sim.send(ada, Rover::speed.value, 20.0);
    sim.click(eve, Rover::drive.take);
    assert!(refusal(&mut sim, ada, number).unwrap().contains("control has passed"));
    assert_eq!(moves(&sim), [1010.0]);
    // Everybody sees that the device does not have it.
    sim.poll(eve);
    let shown = sim.bad(eve, Rover::speed.value).unwrap();
    assert!(shown.contains("wanted 20") && shown.contains("control has passed"), "{shown}");
}

#[test]
fn a_callback_is_under_control_too() {
    let (mut sim, ada, bob) = two();
    let number = sim.click(bob, Rover::honk.click);
    assert!(refusal(&mut sim, bob, number).unwrap().contains("nobody is in control"));
    sim.click(ada, Rover::drive.ask);
    let number = sim.click(ada, Rover::honk.click);
    assert!(takes(&mut sim, ada, number));
}

#[test]
fn a_program_gets_control_like_everybody_and_loses_it_when_it_is_silent() {
    let (mut sim, ada, _) = two();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    sim.ask((1, None, None), Rover::speed.value, 10.0).unwrap();
    assert!(sim.ask((2, None, None), Rover::speed.value, 20.0).is_err());
    sim.finish_all();
    let number = sim.click(ada, Rover::drive.ask);
    assert!(takes(&mut sim, ada, number));
    assert_eq!(moves(&sim), [1010.0]);
    sim.pass(60_000);
    assert_eq!(holder(&sim), "ada");
}

#[test]
fn a_batch_is_under_control_too() {
    let (mut sim, ..) = two();
    let asked = sim.ask_all(Asking::default(), &[("light.value", json!(1.0)), ("speed.value", json!(10.0))]);
    assert!(matches!(asked, Err(NotTaken::Items(items)) if items.len() == 1));
    assert!(moves(&sim).is_empty());
}

#[test]
fn fault_a_batch_that_presses_the_stop_moves_the_device_afterwards() {
    let mut sim = rover();
    sim.ask((1, None, None), Rover::drive.ask, json!(null)).unwrap();
    let asking = || Asking { address: Some([127, 0, 0, 1].into()), ..Asking::default() };
    let wanted = [("stop.press", json!(null)), ("speed.value", json!(50.0)), ("light.value", json!(7.0))];
    let NotTaken::Items(refused) = sim.ask_all(asking(), &wanted).unwrap_err() else { panic!("refused as a whole") };
    assert_eq!(refused.iter().map(|(at, refusal)| (*at, refusal.kind())).collect::<Vec<_>>(), [(1, "stop")]);
    sim.finish_all();
    sim.finish_stops();
    assert!(moves(&sim).is_empty(), "{:?}", moves(&sim));
    assert_eq!(halts(&sim), 1, "the stop is pressed all the same");
}

#[test]
fn a_gate_that_fewer_roles_see_than_what_is_under_it_is_a_fault() {
    #[components(role = Crew)]
    pub struct Hidden {
        #[sees(Crew::Chief)]
        pub drive: Lease,
        #[under(drive)]
        pub speed: Dial,
    }
    impl Dashboard for Hidden {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place((self.drive, self.speed))
        }
    }
    let faults = Plan::of::<Hidden>().err().unwrap();
    assert!(faults[0].contains("more roles see `speed` than `drive`"), "{faults:?}");
}

#[test]
fn fault_a_component_without_properties_beside_a_gate_stops_the_page() {
    #[components]
    pub struct Ruled {
        pub drive: Lease,
        #[under(drive)]
        pub speed: Dial,
        pub rule: Rule,
    }
    impl Dashboard for Ruled {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            place((self.drive, self.speed, self.rule))
        }
    }
    let plan = Plan::of::<Ruled>().unwrap().plan;
    let under: Vec<_> = plan.gates.iter().flat_map(|gate| &gate.components).copied().collect();
    assert_eq!(under, [plan.first_of(1)]);
}

#[test]
fn a_callback_with_rights_that_a_press_starts_is_a_fault() {
    #[components(role = Crew)]
    pub struct Bypass {
        pub stop: Halt,
        pub told: Label,
    }
    #[callback_shared(on = Bypass::stop.press, output = Bypass::told.text, needs = Crew::Chief)]
    fn tell() -> String {
        "pressed".to_owned()
    }
    impl Dashboard for Bypass {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![tell];

        fn stops(_: &()) -> Stops<Self> {
            Stops::new().on(Self::stop, || ())
        }

        fn layout(self) -> Element {
            place((self.stop, self.told))
        }
    }
    let faults = Plan::of::<Bypass>().err().unwrap();
    assert!(faults[0].contains("`tell` has `needs` or `under`"), "{faults:?}");
}

#[test]
fn the_program_itself_is_not_under_control() {
    let (mut sim, ..) = two();
    sim.push(changes![Rover::speed.value = 30.0]).unwrap();
    sim.finish_all();
    assert_eq!(moves(&sim), [1030.0]);
}

/// A proxy is asked again who somebody is, but not in the middle of that.
#[test]
fn who_is_in_control_drives_until_control_ends() {
    let (mut sim, ada, bob) = driving();
    let drives = |sim: &Sim, at: At| sim.engine.drives(sim.pages[at].id);
    assert_eq!((drives(&sim, ada), drives(&sim, bob)), (true, false));
    sim.send(ada, Rover::stick.value, 40.0);
    sim.rest();
    // What she holds is released with the control.
    sim.click(ada, Rover::drive.give);
    sim.rest();
    assert!(!drives(&sim, ada));
}

#[test]
fn control_belongs_to_a_page_and_not_to_its_user() {
    let (mut sim, ada, _) = driving();
    let second = sim.join_as(driver("ada"));
    let number = sim.send(second, Rover::stick.value, 40.0);
    let why = refusal(&mut sim, second, number).unwrap();
    assert!(why.contains("ada is in control"), "{why}");
    // It asks like everybody else, and the first page decides.
    sim.click(second, Rover::drive.ask);
    let number = sim.send(second, Rover::stick.value, 40.0);
    assert!(refusal(&mut sim, second, number).is_some());
    sim.click(ada, Rover::drive.give);
    assert_eq!((holder(&sim).as_str(), sim.engine.drives(sim.pages[second].id)), ("ada", true));
}
