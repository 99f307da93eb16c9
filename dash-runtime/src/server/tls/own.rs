//! A certificate that the server makes for itself. No authority vouches for it, so a browser asks the person once, who
//! compares the fingerprint.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use rcgen::{CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose};
use rustls::pki_types::{ServerName, UnixTime};
use time::OffsetDateTime;

use super::{
    files::{self, Loaded},
    validity::{day, ends_within, fingerprint},
};
use crate::{server::replace::replace, words::log};

const DAY: Duration = Duration::from_secs(24 * 3600);
/// How long a new certificate is valid. Apple's systems take no longer ones than 825 days, also if a person trusts them.
const VALID: Duration = DAY.saturating_mul(730);
/// It is valid already so long before it is made, for machines whose clocks are slow.
const BEFORE: Duration = DAY;
/// So long before its end a new one is made.
const NEAR: Duration = DAY.saturating_mul(30);

/// The first line of the file with a certificate that the server has made. The names follow.
const MADE_FOR: &str = "Made by dash-devices for: ";

/// What is needed to make a certificate again.
#[derive(Debug, Clone)]
pub(super) struct Own {
    names: Vec<String>,
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
}

/// Reads a name or an address that a certificate is to be for.
///
/// # Errors
/// Why it is neither.
pub(super) fn name(text: &str) -> Result<String, String> {
    let plain = text.trim().to_ascii_lowercase();
    match ServerName::try_from(plain.as_str()) {
        Ok(ServerName::DnsName(_) | ServerName::IpAddress(_)) => Ok(plain),
        _ => Err(format!(
            "`{}` is not a name for a certificate: it is a host name such as `rover.local`, or an address such as `192.168.1.7`",
            text.trim()
        )),
    }
}

/// Whether a name is an address.
pub(super) fn is_address(name: &str) -> bool {
    name.parse::<std::net::IpAddr>().is_ok()
}

impl Own {
    /// A certificate for these names, in `<stem>.cert.pem` and `<stem>.key.pem`.
    pub(super) fn new(names: Vec<String>, stem: &Path) -> Self {
        let beside = |ending: &str| {
            let mut name = stem.file_name().unwrap_or_default().to_owned();
            name.push(ending);
            stem.with_file_name(name)
        };
        Self { names, certificate: beside(".cert.pem"), key: beside(".key.pem") }
    }

    fn head(&self) -> String {
        format!("{MADE_FOR}{}\n", self.names.join(", "))
    }

    /// The certificate from before, or a new one if there is none, if it was for other names, or if it ends soon.
    ///
    /// # Errors
    /// If the files cannot be written, or are not those of this server.
    pub(super) fn open(&self, now: UnixTime) -> Result<Loaded, String> {
        let why = match fs::read_to_string(&self.certificate) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if self.key.exists() {
                    return Err(self.foreign(&self.key));
                }
                return self.make(now);
            }
            Err(error) => return Err(format!("{}: cannot be read: {error}", self.certificate.display())),
            Ok(text) if !text.starts_with(MADE_FOR) => return Err(self.foreign(&self.certificate)),
            Ok(text) if !text.starts_with(&self.head()) => "it was for other names".to_owned(),
            Ok(_) => match files::load(&self.certificate, &self.key, now) {
                Ok(loaded) if !ends_within(&loaded.certificate, now, NEAR) => return Ok(loaded),
                Ok(_) => "it ends soon".to_owned(),
                Err(why) => why,
            },
        };
        log::warn(&format_args!("a new certificate replaces the one in {}: {why}", self.certificate.display()));
        self.make(now)
    }

    fn foreign(&self, path: &Path) -> String {
        format!(
            "{}: the server has not made this file, so it does not replace it: use App::tls (DASH_TLS_CERT, \
             DASH_TLS_KEY) for a certificate of your own, or give another folder with DASH_TLS_FOLDER",
            path.display()
        )
    }

    /// Whether it must be made again because its end is near.
    pub(super) fn is_due(loaded: &Loaded, now: UnixTime) -> bool {
        ends_within(&loaded.certificate, now, NEAR)
    }

    fn make(&self, now: UnixTime) -> Result<Loaded, String> {
        let failed = |error: rcgen::Error| format!("a certificate cannot be made: {error}");
        let key = KeyPair::generate().map_err(failed)?;
        let certificate = self.params(now).and_then(|params| params.self_signed(&key)).map_err(failed)?;
        let write = |path: &Path, text: &str| {
            replace(path, text.as_bytes()).map_err(|error| {
                format!("{}: cannot be written: {error}: give a folder for it with DASH_TLS_FOLDER", path.display())
            })
        };
        // The certificate comes last: whoever has it has the key that belongs to it.
        write(&self.key, &key.serialize_pem())?;
        write(&self.certificate, &(self.head() + &certificate.pem()))?;
        let loaded = files::load(&self.certificate, &self.key, now)?;
        tracing::info!(
            "made a certificate for {}: its SHA-256 fingerprint is {}, and it is valid until {}",
            self.names.join(", "),
            fingerprint(&loaded.certificate),
            day(UnixTime::since_unix_epoch(Duration::from_secs(now.as_secs()) + VALID)),
        );
        Ok(loaded)
    }

    fn params(&self, now: UnixTime) -> Result<CertificateParams, rcgen::Error> {
        let mut params = CertificateParams::new(self.names.clone())?;
        let now = i64::try_from(now.as_secs()).ok().and_then(|now| OffsetDateTime::from_unix_timestamp(now).ok());
        let now = now.ok_or(rcgen::Error::Time)?;
        params.not_before = now - BEFORE;
        params.not_after = now + VALID;
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, self.names.first().map_or("dash-devices", String::as_str));
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        Ok(params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(PathBuf);

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn folder(name: &str) -> Folder {
        let folder = std::env::temp_dir().join(format!("dash-own-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    fn own(folder: &Folder, names: &[&str]) -> Own {
        Own::new(names.iter().map(|name| (*name).to_owned()).collect(), &folder.0.join("users"))
    }

    fn later(days: u32) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(UnixTime::now().as_secs()) + DAY * days)
    }

    #[test]
    fn a_certificate_is_kept_until_its_names_change_or_its_end_is_near() {
        let folder = folder("kept");
        let print = |names: &[&str], days| own(&folder, names).open(later(days)).map(|it| fingerprint(&it.certificate));
        let names = ["rover.local", "192.168.1.7", "fd00::7"];
        let first = print(&names, 0).unwrap();
        assert_eq!(print(&names, 0).unwrap(), first);
        assert_eq!(print(&names, 699).unwrap(), first);
        let second = print(&names, 701).unwrap();
        assert_ne!(second, first, "it ends soon");
        assert_eq!(print(&names, 701).unwrap(), second);
        let third = print(&names[..1], 701).unwrap();
        assert_ne!(third, second, "it is for fewer names");
        fs::remove_file(folder.0.join("users.key.pem")).unwrap();
        assert_ne!(print(&names[..1], 701).unwrap(), third, "its key is gone");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder("mode");
        let own = own(&folder, &["rover.local"]);
        own.open(UnixTime::now()).map(drop).unwrap();
        assert_eq!(fs::metadata(&own.key).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn files_of_somebody_else_are_not_replaced() {
        let folder = folder("foreign");
        for file in ["users.cert.pem", "users.key.pem"] {
            let path = folder.0.join(file);
            fs::write(&path, "-----BEGIN CERTIFICATE-----\n").unwrap();
            let why = own(&folder, &["rover.local"]).open(UnixTime::now()).map(drop).unwrap_err();
            assert!(why.contains(file) && why.contains("has not made this file"), "{why}");
            assert_eq!(fs::read_to_string(&path).unwrap(), "-----BEGIN CERTIFICATE-----\n");
            fs::remove_file(path).unwrap();
        }
    }

    #[test]
    fn a_certificate_of_a_machine_whose_clock_was_wrong_is_replaced() {
        let folder = folder("clock");
        let own = own(&folder, &["rover.local"]);
        let made = own.open(UnixTime::since_unix_epoch(DAY * 2)).unwrap();
        assert!(Own::is_due(&made, UnixTime::now()));
        assert!(!Own::is_due(&own.open(UnixTime::now()).unwrap(), UnixTime::now()));
    }

    #[test]
    fn what_is_no_name_for_a_certificate_is_told() {
        for good in ["rover.local", "Rover.local ", "192.168.1.7", "fd00::7", "localhost"] {
            assert!(name(good).is_ok(), "{good}");
        }
        for bad in ["", "a b", "*.lab", "https://rover.local", "rover.local:8050", "[fd00::7]", "a..b", "-----BEGIN"] {
            assert!(name(bad).is_err(), "{bad}");
        }
    }
}
