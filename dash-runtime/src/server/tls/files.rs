//! A certificate and its private key in files.

use std::{fs, io, path::Path, sync::Arc};

use rustls::{
    Error, InconsistentKeys, ServerConfig,
    crypto::ring::{default_provider, sign::any_supported_type},
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime},
    sign::CertifiedKey,
};

use super::{
    pem::{self, Section},
    validity::{Validity, day, validity},
};
use crate::words::log;

/// The largest file that is read, in bytes. A certificate with its chain has some thousand.
const LARGEST: u64 = 1024 * 1024;

/// A certificate that can be used.
pub(super) struct Loaded {
    pub(super) config: Arc<ServerConfig>,
    pub(super) certificate: CertificateDer<'static>,
}

/// Reads a certificate with its chain, and its private key. `now` decides whether it has expired.
///
/// # Errors
/// What is wrong, with the file and the line, and what to do.
pub(super) fn load(certificate: &Path, key: &Path, now: UnixTime) -> Result<Loaded, String> {
    let (chain, line) = chain(certificate)?;
    let Some(first) = chain.first().cloned() else { return Err(no_certificate(certificate, "")) };
    let at = format!("{}:{line}", certificate.display());
    match validity(&first, now) {
        Ok(Validity::Now) => {}
        Ok(Validity::Ended(end)) => {
            return Err(format!("{at}: the certificate has expired on {}: renew it", day(end)));
        }
        // A machine without a clock of its own has a wrong time until it is told the right one.
        Ok(Validity::Later(begin)) => log::warn(&format_args!(
            "{at}: the certificate is valid only from {} on: check the clock of this machine",
            day(begin)
        )),
        Err(error) => return Err(format!("{at}: the certificate cannot be read ({error}): make a new one")),
    }
    let secret = private_key(key)?;
    let config = configure(chain, &secret).map_err(|why| match why {
        Unusable::Kind => format!(
            "{}: this kind of key is not supported: use ECDSA with P-256 or P-384, Ed25519, or RSA with 2048 to 8192 bits",
            key.display()
        ),
        Unusable::Other => format!(
            "{}: the key does not belong to the certificate in {}: give the two files that were made together; the \
             server's own certificate must be the first one in its file",
            key.display(),
            certificate.display()
        ),
        Unusable::Fault(error) => format!("{at}: the certificate cannot be used: {error}"),
    })?;
    Ok(Loaded { config, certificate: first })
}

/// The certificates in a file, and the line of the first one.
fn chain(path: &Path) -> Result<(Vec<CertificateDer<'static>>, usize), String> {
    let text = read(path, "certificate", "DASH_TLS_CERT or App::tls")?;
    let sections = sections(path, &text)?;
    let mut chain = Vec::new();
    for section in sections.iter().filter(|section| section.label == "CERTIFICATE") {
        chain.push(section.certificate().map_err(|why| said(path, section.line, &why))?);
    }
    if chain.is_empty() {
        let has_key = sections.iter().any(Section::is_key);
        let why = if has_key { " It has a private key: were the two files exchanged?" } else { "" };
        return Err(no_certificate(path, why));
    }
    let first = sections.iter().find(|section| section.label == "CERTIFICATE");
    Ok((chain, first.map_or(1, |section| section.line)))
}

fn no_certificate(path: &Path, why: &str) -> String {
    format!(
        "{}: there is no certificate in this file. A certificate in the PEM form begins with the line \
         `-----BEGIN CERTIFICATE-----`.{why}",
        path.display()
    )
}

fn private_key(path: &Path) -> Result<PrivateKeyDer<'static>, String> {
    let text = read(path, "private key", "DASH_TLS_KEY or App::tls")?;
    let sections = sections(path, &text)?;
    if let Some(section) = sections.iter().find(|section| section.is_key()) {
        warn_if_readable(path);
        return section.key().map_err(|why| said(path, section.line, &why));
    }
    if let Some(section) = sections.iter().find(|section| section.label == "ENCRYPTED PRIVATE KEY") {
        let why = "the key is encrypted with a password, which the server does not have: decrypt it, for example with \
                   `openssl pkey -in key.pem -out plain.pem`";
        return Err(said(path, section.line, why));
    }
    let other = sections.iter().any(|section| section.label == "CERTIFICATE");
    let why = if other { " It has a certificate: were the two files exchanged?" } else { "" };
    Err(format!(
        "{}: there is no private key in this file. A private key in the PEM form begins with the line `-----BEGIN \
         PRIVATE KEY-----`.{why}",
        path.display()
    ))
}

/// Whoever has the key can pretend to be the server.
fn warn_if_readable(path: &Path) {
    #[cfg(unix)]
    if let Ok(about) = fs::metadata(path)
        && std::os::unix::fs::MetadataExt::mode(&about) & 0o004 != 0
    {
        let name = path.display();
        log::warn(&format_args!(
            "{name}: everybody on this machine can read the key: change that with `chmod 600 {name}`"
        ));
    }
    #[cfg(not(unix))]
    let _ = path;
}

fn read(path: &Path, what: &str, setting: &str) -> Result<String, String> {
    let name = path.display();
    let explain = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => format!("{name}: there is no such file: give the path of the {what} with {setting}"),
        io::ErrorKind::PermissionDenied => format!(
            "{name}: the user who runs the server may not read the {what}: change the owner or the permissions of the file"
        ),
        _ => format!("{name}: the {what} cannot be read: {error}"),
    };
    let about = fs::metadata(path).map_err(explain)?;
    if about.is_dir() {
        return Err(format!("{name}: this is a folder: give the path of the file with the {what}"));
    }
    if about.len() > LARGEST {
        return Err(format!("{name}: the file is larger than {LARGEST} bytes, so it is not a {what}"));
    }
    let bytes = fs::read(path).map_err(explain)?;
    // The first byte of a certificate or a key in the binary form.
    if bytes.first() == Some(&0x30) && std::str::from_utf8(&bytes).is_err() {
        return Err(format!("{name}: the file is in the DER form, and PEM is needed: convert it with openssl"));
    }
    String::from_utf8(bytes)
        .map_err(|_| format!("{name}: the file is not a text, so it is not a {what} in the PEM form"))
}

fn sections<'a>(path: &Path, text: &'a str) -> Result<Vec<Section<'a>>, String> {
    pem::sections(text).map_err(|(line, why)| said(path, line, &why))
}

fn said(path: &Path, line: usize, why: &str) -> String {
    format!("{}:{line}: {why}", path.display())
}

enum Unusable {
    /// The kind of the key is not supported.
    Kind,
    /// The key is of another certificate.
    Other,
    Fault(Error),
}

fn configure(chain: Vec<CertificateDer<'static>>, key: &PrivateKeyDer<'_>) -> Result<Arc<ServerConfig>, Unusable> {
    let signing = any_supported_type(key).map_err(|_| Unusable::Kind)?;
    let certified = CertifiedKey::new(chain, signing);
    match certified.keys_match() {
        Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => {}
        Err(Error::InconsistentKeys(_)) => return Err(Unusable::Other),
        Err(error) => return Err(Unusable::Fault(error)),
    }
    let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(Unusable::Fault)?;
    let only = rustls::sign::SingleCertAndKey::from(certified);
    let mut config = builder.with_no_client_auth().with_cert_resolver(Arc::new(only));
    // The server does not speak HTTP/2.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
