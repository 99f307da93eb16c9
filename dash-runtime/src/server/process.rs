//! The process of a served dashboard: its log, its signals and its end.

use std::{net::SocketAddr, time::Duration};

use crate::words::log;

/// Writes the log to the standard error, so that failed callbacks leave a trace even if the program has not set up a
/// log.
pub(super) fn log_to_stderr() {
    // An error means that the program has its own subscriber, which is used instead.
    let _ = tracing::dispatcher::set_global_default(log::to_stderr());
}

#[allow(clippy::print_stdout, reason = "the person who starts the program needs the address")]
pub(super) fn announce(address: SocketAddr, reach: Reach, encrypted: &Encryption) {
    let scheme = if encrypted.is_on { "https" } else { "http" };
    let what = if matches!(reach, Reach::Relay) { "Relay" } else { "Dashboard" };
    println!("{what} on {scheme}://{address}/");
    if let Some(fingerprint) = &encrypted.fingerprint {
        println!("The SHA-256 fingerprint of its certificate is {fingerprint}");
    }
    if let Some(plain) = encrypted.plain {
        println!("http://{plain}/ leads there");
    }
    if let Some(warning) = warning(address, reach, encrypted.is_on) {
        println!("{warning}");
    }
}

/// How the server encrypts.
#[derive(Debug, Default)]
pub(super) struct Encryption {
    pub(super) is_on: bool,
    /// Of a certificate that the server has made.
    pub(super) fingerprint: Option<String>,
    /// The address for plain HTTP, which leads to HTTPS.
    pub(super) plain: Option<SocketAddr>,
}

/// What those get who reach the address.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reach {
    /// The login page, or what guests may see.
    Login,
    /// The dashboard.
    All,
    /// A relay: its list, and of each device what this device gives them.
    #[cfg_attr(not(feature = "nats"), allow(dead_code, reason = "only relays say it"))]
    Relay,
}

/// What the person should know who lets others in.
fn warning(address: SocketAddr, reach: Reach, is_encrypted: bool) -> Option<&'static str> {
    let reaches_others = !address.ip().to_canonical().is_loopback();
    let warning = match (reach, is_encrypted) {
        (Reach::Login, _) => return None,
        (Reach::All, true) => "Everybody in this network can see and use it: there is no login.",
        (Reach::All, false) => "Everybody in this network can see and use it: there is no login, and no encryption.",
        (Reach::Relay, true) => {
            "Everybody in this network can see the list of devices, and can use those that have no login of their own."
        }
        (Reach::Relay, false) => {
            "Everybody in this network can see the list of devices, and can use those that have no login of their own. \
             There is no encryption."
        }
    };
    reaches_others.then_some(warning)
}

/// Terminates the process if it has not ended after a short time. A tokio runtime that is dropped waits for its
/// threads. So a callback that blocks one of them (an `async fn` that never awaits, or a `fn` that runs in place) would
/// keep the process alive.
pub(super) fn end_by_force() {
    /// Together with [`Limits::shutdown`], less than a second.
    const MOMENT: Duration = Duration::from_millis(200);
    let end = || {
        std::thread::sleep(MOMENT);
        std::process::exit(0);
    };
    if let Err(error) = std::thread::Builder::new().name("dash-end".to_owned()).spawn(end) {
        tracing::error!(%error, "no thread to end the program");
    }
}

/// Ctrl-C, or the signal of `kill` and service managers.
pub(super) async fn stop_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s01_who_lets_everybody_in_is_told_in_one_line() {
        for (address, reach, warns) in [
            ("127.0.0.1:8050", Reach::All, false),
            ("[::1]:8050", Reach::All, false),
            ("[::ffff:127.0.0.1]:8050", Reach::All, false),
            ("0.0.0.0:8050", Reach::All, true),
            ("[::]:8050", Reach::All, true),
            ("192.168.1.5:8050", Reach::All, true),
            ("192.168.1.5:8050", Reach::Relay, true),
            ("127.0.0.1:8050", Reach::Relay, false),
            ("192.168.1.5:8050", Reach::Login, false),
        ] {
            for encrypted in [false, true] {
                let line = warning(address.parse().unwrap(), reach, encrypted);
                assert_eq!(line.is_some(), warns, "{address} {reach:?}");
                assert!(line.is_none_or(|line| line.contains("no encryption") != encrypted), "{line:?}");
            }
        }
    }

    #[test]
    fn fault_a_relay_said_that_there_is_no_login_although_devices_have_one() {
        let line = warning("192.168.1.5:8050".parse().unwrap(), Reach::Relay, true).unwrap();
        assert!(line.contains("no login of their own"), "{line}");
    }
}
