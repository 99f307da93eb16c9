//! A relay: serves the pages of devices that are elsewhere, over the broker that `DASH_FABRIC` names.
//!
//! ```text
//! DASH_FABRIC=tls://hub.example.org:4222 DASH_FABRIC_CREDS=relay.creds DASH_BIND=0.0.0.0:8050 dash-relay
//! ```

use std::process::ExitCode;

use dash_devices::Relay;

#[tokio::main]
async fn main() -> ExitCode {
    let result = match std::env::var("DASH_FABRIC") {
        Ok(servers) => Relay::new(servers).serve().await,
        Err(_) => {
            return failed(
                "DASH_FABRIC is not set. It has the address of the broker, such as nats://hub.example.org:4222",
            );
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&format!("{error:?}")),
    }
}

#[allow(clippy::print_stderr, reason = "the person who starts the program reads it")]
fn failed(why: &str) -> ExitCode {
    eprintln!("dash-relay: {why}");
    ExitCode::FAILURE
}
