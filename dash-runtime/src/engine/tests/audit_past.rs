//! Records of former runs on a page: the dashboard as it is now says who may see them.

use std::time::Duration;

use super::audit_shown::{Lathe, Rank, join, lathe, shown};
use crate::engine::audit::{PastRecord, RecordOutcome};

fn past(number: u64, prop: &str, old: &str, new: &str) -> PastRecord {
    PastRecord {
        number,
        time: Duration::from_secs(number),
        user: "ada".to_owned(),
        prop: prop.to_owned(),
        old: (!old.is_empty()).then(|| old.to_owned()),
        new: (!new.is_empty()).then(|| new.to_owned()),
        outcome: RecordOutcome::Applied,
        why: None,
        times: 1,
    }
}

#[test]
fn records_of_a_former_run_are_shown_to_who_sees_their_properties_now() {
    let mut sim = lathe();
    // They are read before the start, when there is no page yet. But the pages of these tests begin with what everybody sees.
    let (gus, eve) = (join(&mut sim, "gus", Rank::Guest), join(&mut sim, "eve", Rank::Admin));
    sim.engine.restore_records(vec![
        past(1, "speed.value", "1.0", "2.0"),
        past(2, "key.value", "\"a\"", "\"planted\""),
        // They were no secrets when the file was written.
        past(3, "pin.value", "\"b\"", "\"planted\""),
        past(4, "search.value", "\"c\"", "\"planted\""),
        past(5, "gone.value", "\"d\"", "\"planted\""),
        past(6, "reset.click", "", ""),
        PastRecord {
            outcome: RecordOutcome::Failed,
            why: Some("planted".to_owned()),
            ..past(7, "reset.click", "", "")
        },
        // A stick that was held: its begin, two moves, and its end.
        past(8, "stick.value", "0.0", "5.0"),
        past(9, "stick.value", "5.0", "6.0"),
        past(10, "stick.value", "6.0", "7.0"),
        PastRecord { outcome: RecordOutcome::Released, ..past(11, "stick.value", "7.0", "0.0") },
    ]);
    let numbers = |records: &[crate::record::AuditRecord]| records.iter().map(|record| record.n).collect::<Vec<_>>();
    sim.poll(gus);
    let guest = shown(&mut sim, gus);
    assert_eq!(numbers(&guest), [1, 3, 4, 6, 7, 8, 11]);
    assert!(!serde_json::to_string(&guest).unwrap().contains("planted"), "{guest:?}");
    assert!((guest[0].time - 1.0).abs() < 0.001 && guest[0].new.as_deref() == Some("2.0"), "{:?}", guest[0]);
    sim.poll(eve);
    let admin = shown(&mut sim, eve);
    assert_eq!(numbers(&admin), [1, 2, 3, 4, 5, 6, 7, 8, 11]);
    assert_eq!(admin[1].new.as_deref(), Some("\"planted\""), "she may see it");
    // Guests see that it has failed, so nobody sees why on a page.
    assert_eq!((admin[6].outcome.as_str(), admin[6].why.as_deref()), ("failed", None));
    for hidden in [&admin[2], &admin[3], &admin[4]] {
        assert!(hidden.hidden && hidden.old.is_none() && hidden.new.is_none(), "{hidden:?}");
    }
}

#[test]
fn new_records_come_behind_those_of_before_and_their_numbers_go_on() {
    let mut sim = lathe();
    sim.engine.restore_records(vec![past(41, "speed.value", "1.0", "2.0")]);
    let ada = join(&mut sim, "ada", Rank::Admin);
    sim.send(ada, Lathe::speed.value, 5.0);
    let records = shown(&mut sim, ada);
    let facts: Vec<_> = records.iter().map(|record| (record.n, record.new.as_deref())).collect();
    assert_eq!(facts, [(41, Some("2.0")), (42, Some("5.0"))]);
}

#[test]
fn as_many_records_of_before_are_kept_as_a_page_keeps_and_one_user_pushes_out_only_her_own() {
    let of_others =
        (1..=3).map(|number| PastRecord { user: "bob".to_owned(), ..past(number, "speed.value", "1.0", "2.0") });
    let many = (4..=900).map(|number| past(number, "speed.value", "1.0", "2.0"));
    let mut sim = lathe();
    sim.engine.restore_records(of_others.chain(many).collect());
    let eve = join(&mut sim, "eve", Rank::Admin);
    let records = shown(&mut sim, eve);
    assert_eq!((records.len(), records.iter().filter(|record| record.user == "bob").count()), (500, 3));
    assert_eq!(records.last().unwrap().n, 900);
}
