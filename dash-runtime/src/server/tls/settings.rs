//! What a program says about the encryption of its server.

use crate::into_value::IntoValue;
use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    live::{Live, Source},
    own::{self, Own},
};
use crate::server::{App, serving::listed};

/// Whether and how a server encrypts.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    certificate: Option<Wanted>,
    /// The folder for a certificate that the server makes.
    folder: Option<PathBuf>,
    /// An address for plain HTTP, which leads to HTTPS.
    redirect: Option<String>,
    faults: Vec<String>,
}

#[derive(Debug)]
enum Wanted {
    Files {
        certificate: PathBuf,
        key: PathBuf,
    },
    /// A certificate that the server makes for these names.
    Own(Vec<String>),
}

/// What encrypts a server.
pub(crate) struct Tls {
    pub(crate) live: Arc<Live>,
    /// An address for plain HTTP.
    pub(crate) redirect: Option<String>,
}

/// The value of an environment variable. One that is empty counts as not set.
fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

impl Settings {
    /// Takes what the environment says.
    pub(crate) fn read_environment(&mut self) {
        let names = listed("DASH_TLS_NAMES");
        match (variable("DASH_TLS_CERT"), variable("DASH_TLS_KEY")) {
            (Some(_), _) | (_, Some(_)) if !names.is_empty() => self.faults.push(
                "DASH_TLS_NAMES is for a certificate that the server makes, and DASH_TLS_CERT is for one in a file: set \
                 one of them"
                    .to_owned(),
            ),
            (Some(certificate), Some(key)) => self.certificate = Some(Wanted::Files { certificate, key }),
            (Some(_), None) => {
                self.faults.push("DASH_TLS_CERT needs the private key: give its file with DASH_TLS_KEY".to_owned());
            }
            (None, Some(_)) => {
                self.faults.push("DASH_TLS_KEY needs the certificate: give its file with DASH_TLS_CERT".to_owned());
            }
            (None, None) if !names.is_empty() => self.own(names),
            (None, None) => {}
        }
        self.folder = variable("DASH_TLS_FOLDER").or_else(|| self.folder.take());
        self.redirect =
            env::var("DASH_HTTP_REDIRECT").ok().filter(|to| !to.is_empty()).or_else(|| self.redirect.take());
    }

    /// Uses a certificate and its key in files.
    pub(in crate::server) fn files(&mut self, certificate: &Path, key: &Path) {
        let (certificate, key) = (certificate.to_owned(), key.to_owned());
        self.certificate = Some(Wanted::Files { certificate, key });
    }

    /// Keeps a certificate that the server makes in this folder.
    pub(in crate::server) fn keep_in(&mut self, folder: &Path) {
        self.folder = Some(folder.to_owned());
    }

    /// Leads from plain HTTP at this address to HTTPS.
    pub(in crate::server) fn redirect_from(&mut self, address: &str) {
        self.redirect = Some(address.to_owned());
    }

    /// Makes a certificate for these names.
    pub(in crate::server) fn own(&mut self, names: impl IntoIterator<Item = String>) {
        let mut known: Vec<String> = Vec::new();
        for name in names {
            match own::name(&name) {
                Ok(name) if !known.contains(&name) => known.push(name),
                Ok(_) => {}
                Err(why) => self.faults.push(why),
            }
        }
        if known.is_empty() && self.faults.is_empty() {
            self.faults.push("a certificate needs at least one host name or address that it is for".to_owned());
        }
        self.certificate = Some(Wanted::Own(known));
    }

    /// Whether the server is to encrypt.
    pub(crate) const fn is_wanted(&self) -> bool {
        self.certificate.is_some() || self.redirect.is_some() || !self.faults.is_empty()
    }

    /// The host names of a certificate that the server makes.
    pub(crate) fn host_names(&self) -> Vec<String> {
        match &self.certificate {
            Some(Wanted::Own(names)) => names.iter().filter(|name| !own::is_address(name)).cloned().collect(),
            _ => Vec::new(),
        }
    }

    /// Reads the certificate, or makes it. `users` is the users file, if there is one.
    ///
    /// # Errors
    /// What is wrong with a setting or a file.
    pub(crate) fn open(self, users: Option<&Path>) -> Result<Option<Tls>, String> {
        if !self.faults.is_empty() {
            return Err(format!("the server cannot encrypt:\n  - {}", self.faults.join("\n  - ")));
        }
        let source = match self.certificate {
            None if self.redirect.is_some() => {
                return Err("a redirect to HTTPS (DASH_HTTP_REDIRECT, App::redirect_http) needs a certificate: set \
                            DASH_TLS_CERT and DASH_TLS_KEY, or DASH_TLS_NAMES"
                    .to_owned());
            }
            None => return Ok(None),
            Some(Wanted::Files { certificate, key }) => Source::Files { certificate, key },
            Some(Wanted::Own(names)) => {
                let stem = match (self.folder, users) {
                    (Some(folder), _) => folder.join("tls"),
                    (None, Some(users)) => users.with_extension(""),
                    (None, None) => {
                        return Err("the certificate that the server makes needs a folder where it is kept: set \
                                    DASH_TLS_FOLDER or App::tls_folder. With a users file, it is kept beside that"
                            .to_owned());
                    }
                };
                Source::Own(Own::new(names, &stem))
            }
        };
        Ok(Some(Tls { live: Arc::new(Live::open(source)?), redirect: self.redirect }))
    }
}

impl App {
    /// Encrypts all connections with this certificate and its private key, which are files in the PEM form. The
    /// certificate's file also has those of the authorities between it and the root, as `fullchain.pem` of an ACME client.
    /// `DASH_TLS_CERT` and `DASH_TLS_KEY` override the paths.
    ///
    /// If the files change while the server runs, new connections use the new certificate within some seconds. Files with
    /// a fault change nothing, and the log says what is wrong. At the start it is an [`Error`](crate::error::Error), as is
    /// a certificate that has expired.
    ///
    /// A browser that uses plain HTTP at the same port is led to HTTPS: see also [`redirect_http`](Self::redirect_http).
    ///
    /// Needs the feature `tls`.
    #[must_use]
    pub fn tls(mut self, certificate: impl AsRef<Path>, key: impl AsRef<Path>) -> Self {
        self.own.tls.files(certificate.as_ref(), key.as_ref());
        self
    }

    /// Encrypts all connections with a certificate that the server makes for these host names and addresses, such as
    /// `["rover.local", "192.168.1.7"]`. `DASH_TLS_NAMES` overrides them, separated by commas. The names are also
    /// [allowed](Self::allow_host).
    ///
    /// No authority vouches for the certificate, so each browser warns once. The person compares the SHA-256 fingerprint
    /// that the server prints at the start. The certificate is valid for two years. It is kept with its key beside the
    /// [users file](Self::users), or in the [folder](Self::tls_folder) that is named. A new one is made if the names
    /// change, and 30 days before its end.
    ///
    /// Needs the feature `tls`.
    #[must_use]
    pub fn tls_self_signed(mut self, names: impl IntoIterator<Item = impl IntoValue<String>>) -> Self {
        self.own.tls.own(names.into_iter().map(IntoValue::into_value));
        self
    }

    /// Keeps the certificate that the server [makes](Self::tls_self_signed), and its key, in this folder: `tls.cert.pem`
    /// and `tls.key.pem`. Each server needs a folder of its own. `DASH_TLS_FOLDER` overrides it. Needs the feature `tls`.
    #[must_use]
    pub fn tls_folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.own.tls.keep_in(folder.as_ref());
        self
    }

    /// Also listens on this address, such as `0.0.0.0:80`, for plain HTTP, and leads browsers from there to HTTPS.
    /// `DASH_HTTP_REDIRECT` overrides it. Without a certificate it is an [`Error`](crate::error::Error) at the start. Needs
    /// the feature `tls`.
    #[must_use]
    pub fn redirect_http(mut self, address: &str) -> Self {
        self.own.tls.redirect_from(address);
        self
    }
}
