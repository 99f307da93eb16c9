//! `examples/bench_supply`: what a person does on a slow line does not wait for it.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::instrument::Instrument;
use crate::support::{Browser, Served, eventually};

#[path = "../../examples/bench_supply/instrument.rs"]
mod instrument;
#[path = "../../examples/bench_supply/panel.rs"]
mod panel;
#[path = "../../examples/bench_supply/scpi.rs"]
mod scpi;

/// A panel whose output is on, with more current than its alarm allows, and a supply that measures for so long.
async fn bench(measurement: Duration) -> (Served, Instrument, Browser) {
    let (line, instrument) = Instrument::start(measurement).unwrap();
    let served = Served::app(panel::app(line).unwrap()).await;
    let mut tab = served.join().await;
    tab.apply("amperes.value", 2.0).await;
    tab.apply("volts.value", 12.0).await;
    tab.apply("output.on", true).await;
    tab.until("the alarm", |tab| tab.value("alarms.items")[0]["state"] == "active").await;
    (served, instrument, tab)
}

/// Acknowledges the first alarm.
async fn acknowledge(tab: &mut Browser) {
    let alarm = &tab.value("alarms.items")[0];
    let occurrence = json!({ "id": alarm["id"], "number": alarm["number"] });
    tab.apply("alarms.acknowledge", occurrence).await;
}

/// When the supply carried out this command, if it did so after `since`.
fn carried_out(instrument: &Instrument, command: &str, since: Instant) -> Option<Instant> {
    instrument.journal().into_iter().find(|(at, text)| text == command && *at >= since).map(|(at, _)| at)
}

#[tokio::test(flavor = "multi_thread")]
async fn n5_off_and_acknowledge_act_within_300_ms_while_a_query_takes_a_second() {
    let (served, instrument, mut tab) = bench(Duration::from_secs(1)).await;
    let begun = Instant::now();
    acknowledge(&mut tab).await;
    tab.until("the acknowledgement", |tab| tab.value("alarms.items")[0]["state"] == "acknowledged").await;
    assert!(begun.elapsed() < Duration::from_millis(300), "acknowledged after {:?}", begun.elapsed());
    let begun = Instant::now();
    tab.set("stop.press", Value::Null).await;
    tab.sees("stop.state", "stopped").await;
    let off = eventually("OUTP OFF", async || carried_out(&instrument, "OUTP OFF", begun)).await;
    assert!(off - begun < Duration::from_millis(300), "off after {:?}", off - begun);
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_stop_and_its_reset_the_output_stays_off() {
    let (served, instrument, mut tab) = bench(Duration::from_millis(5)).await;
    tab.set("stop.press", Value::Null).await;
    tab.sees("output.on", false).await;
    tab.sees("stop.state", "stopped").await;
    let begun = Instant::now();
    tab.apply("stop.reset", Value::Null).await;
    tab.sees("is_on.on", false).await;
    // The alarm is over, and nobody has acknowledged it.
    tab.until("the end of the alarm", |tab| tab.value("alarms.items")[0]["state"] == "cleared").await;
    acknowledge(&mut tab).await;
    tab.sees("alarms.items", json!([])).await;
    assert_eq!(carried_out(&instrument, "OUTP ON", begun), None);
    // And it can be switched on again.
    tab.apply("output.on", true).await;
    tab.sees("is_on.on", true).await;
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_supply_refuses_is_told_in_its_own_words_and_the_rest_goes_on() {
    let (served, _, mut tab) = bench(Duration::from_millis(5)).await;
    let outcome = tab.outcome_of("command.submit", "VOLT 40").await;
    assert!(format!("{outcome:?}").contains("-222,\\\"Data out of range\\\""), "{outcome:?}");
    tab.apply("volts.value", 3.0).await;
    tab.until("the new voltage", |tab| tab.value("voltage.value").as_f64().is_some_and(|v| (v - 3.0).abs() < 0.01))
        .await;
    let outcome = tab.outcome_of("command.submit", "nonsense?").await;
    assert!(format!("{outcome:?}").contains("no answer to nonsense?"), "{outcome:?}");
    // The next answer is the one to the next query, although one is missing.
    tab.apply("volts.value", 6.0).await;
    tab.until("the new voltage", |tab| tab.value("voltage.value").as_f64().is_some_and(|v| (v - 6.0).abs() < 0.01))
        .await;
    served.stop().await;
}
