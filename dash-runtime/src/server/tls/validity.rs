//! From when to when a certificate is valid, and what identifies it.

use std::{fmt::Write as _, time::Duration};

use rustls::{
    crypto::ring::default_provider,
    pki_types::{CertificateDer, UnixTime},
};
use time::OffsetDateTime;
use webpki::{EndEntityCert, Error, KeyUsage};

/// When a certificate is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Validity {
    Now,
    /// From this time on.
    Later(UnixTime),
    /// Until this time.
    Ended(UnixTime),
}

/// Whether the certificate is valid at this time.
///
/// # Errors
/// If it cannot be read.
pub(super) fn validity(certificate: &CertificateDer<'_>, at: UnixTime) -> Result<Validity, Error> {
    let certificate = EndEntityCert::try_from(certificate)?;
    let algorithms = default_provider().signature_verification_algorithms.all;
    // The time is checked first. Nobody is trusted here, so the check ends with another error if the time fits.
    match certificate.verify_for_usage(algorithms, &[], &[], at, KeyUsage::server_auth(), None, None) {
        Err(Error::CertExpired { not_after, .. }) => Ok(Validity::Ended(not_after)),
        Err(Error::CertNotValidYet { not_before, .. }) => Ok(Validity::Later(not_before)),
        Err(Error::InvalidCertValidity) => Err(Error::InvalidCertValidity),
        _ => Ok(Validity::Now),
    }
}

/// Whether the certificate ends within this time after `now`.
pub(super) fn ends_within(certificate: &CertificateDer<'_>, now: UnixTime, time: Duration) -> bool {
    let later = UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()).saturating_add(time));
    matches!(validity(certificate, later), Ok(Validity::Ended(_)))
}

/// The day of this time, such as `2026-01-31`.
pub(super) fn day(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds)
        .map_or_else(|_| "an unknown day".to_owned(), |time| time.date().to_string())
}

/// The SHA-256 hash of a certificate, as browsers show it: `AB:CD:…`.
pub(super) fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, certificate);
    hash.as_ref().iter().enumerate().fold(String::new(), |mut text, (at, byte)| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{}{byte:02X}", if at == 0 { "" } else { ":" });
        text
    })
}
