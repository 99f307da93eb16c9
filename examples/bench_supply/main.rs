//! A power supply on a serial line that answers slowly: set-points beside measured values, an alarm, and an output that is
//! switched off at once, also while a query is on the line.
//!
//! ```text
//! cargo run --example bench_supply
//! ```
//!
//! The supply is simulated, at the other end of a pseudo terminal; the driver is as for a real one. Raise the voltage
//! until the current passes its alarm. Type a command such as `VOLT 40`, which the supply refuses. With `DASH_QUERY_MS=1000`
//! each measurement takes a second: a set-point then waits for the measurement on the line, but neither the button that
//! switches the output off nor the acknowledgement of an alarm does.

#![allow(clippy::needless_pass_by_value, reason = "the library passes parameters of callbacks by value")]

mod instrument;
mod panel;
mod scpi;

use std::{env, time::Duration};

use instrument::Instrument;

#[tokio::main]
async fn main() -> dash_devices::Result<()> {
    let millis = env::var("DASH_QUERY_MS").ok().and_then(|millis| millis.parse().ok());
    let (line, _) = Instrument::start(Duration::from_millis(millis.unwrap_or(80)))?;
    panel::app(line)?.serve().await
}
