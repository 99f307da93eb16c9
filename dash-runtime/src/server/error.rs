//! Errors before and while a dashboard is served.

use std::{error, fmt, io};

use super::{record::RecordError, store::StoreError};

/// The error of [`Serve::serve`](crate::server::Serve::serve) and of making an app.
pub struct Error {
    kind: Kind,
}

impl fmt::Debug for Error {
    /// The same text as [`Display`](fmt::Display), with the cause. This is the text that `fn main() -> Result<..>`
    /// prints.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        // Some texts have the cause in themselves.
        match error::Error::source(self).map(ToString::to_string) {
            Some(source) if !self.to_string().ends_with(&source) => write!(f, " ({source})"),
            _ => Ok(()),
        }
    }
}

enum Kind {
    Layout(Vec<String>),
    Modules(Vec<String>),
    Devices(Vec<String>),
    Hosts(Vec<String>),
    Users(String),
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "only the feature makes it"))]
    Tls(String),
    Bind {
        setting: &'static str,
        address: String,
        source: io::Error,
    },
    Io(io::Error),
    Random(getrandom::Error),
    Store(StoreError),
    Record(RecordError),
    Command(String),
    #[cfg(feature = "nats")]
    Fabric(String),
}

impl Error {
    pub(crate) const fn layout(faults: Vec<String>) -> Self {
        Self { kind: Kind::Layout(faults) }
    }

    pub(crate) const fn modules(faults: Vec<String>) -> Self {
        Self { kind: Kind::Modules(faults) }
    }

    pub(crate) const fn devices(faults: Vec<String>) -> Self {
        Self { kind: Kind::Devices(faults) }
    }

    pub(crate) const fn hosts(faults: Vec<String>) -> Self {
        Self { kind: Kind::Hosts(faults) }
    }

    pub(crate) const fn users(fault: String) -> Self {
        Self { kind: Kind::Users(fault) }
    }

    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "only the feature makes it"))]
    pub(crate) const fn tls(fault: String) -> Self {
        Self { kind: Kind::Tls(fault) }
    }

    /// `setting` is the environment variable with the address.
    pub(crate) const fn bind(setting: &'static str, address: String, source: io::Error) -> Self {
        Self { kind: Kind::Bind { setting, address, source } }
    }

    pub(crate) const fn random(source: getrandom::Error) -> Self {
        Self { kind: Kind::Random(source) }
    }

    pub(crate) const fn store(source: StoreError) -> Self {
        Self { kind: Kind::Store(source) }
    }

    pub(crate) const fn record(source: RecordError) -> Self {
        Self { kind: Kind::Record(source) }
    }

    /// Whether the record of a run cannot be written or read. [`source`](error::Error::source) is a [`RecordError`].
    pub const fn is_record(&self) -> bool {
        matches!(self.kind, Kind::Record(_))
    }

    pub(crate) const fn command(fault: String) -> Self {
        Self { kind: Kind::Command(fault) }
    }

    #[cfg(feature = "nats")]
    pub(crate) const fn fabric(fault: String) -> Self {
        Self { kind: Kind::Fabric(fault) }
    }

    /// Whether the address of the broker or the name of the device cannot be used (`DASH_FABRIC`, `App::fabric`, `Relay::new`).
    #[cfg(feature = "nats")]
    pub const fn is_fabric(&self) -> bool {
        matches!(self.kind, Kind::Fabric(_))
    }

    /// Whether the store cannot be opened or read. [`source`](error::Error::source) is a
    /// [`StoreError`].
    pub const fn is_store(&self) -> bool {
        matches!(self.kind, Kind::Store(_))
    }

    /// Whether the layout has a fault. A restart does not help.
    pub const fn is_layout(&self) -> bool {
        matches!(self.kind, Kind::Layout(_))
    }

    /// Whether a JavaScript module of the dashboard cannot be served.
    pub const fn is_modules(&self) -> bool {
        matches!(self.kind, Kind::Modules(_))
    }

    /// Whether the devices cannot be served under these keys.
    pub const fn is_devices(&self) -> bool {
        matches!(self.kind, Kind::Devices(_))
    }

    /// Whether a setting is not what it should be: an allowed host, origin or frame, a trusted proxy or a base path
    /// (`DASH_HOSTS`, `DASH_ORIGINS`, `DASH_FRAMES`, `DASH_PROXIES`, `DASH_BASE`, and the same of `App`).
    pub const fn is_hosts(&self) -> bool {
        matches!(self.kind, Kind::Hosts(_))
    }

    /// Whether the users cannot be read, a command for the users file failed, or the record of commands cannot be written.
    pub const fn is_users(&self) -> bool {
        matches!(self.kind, Kind::Users(_))
    }

    /// Whether the server cannot encrypt: its certificate cannot be used, or a setting of the encryption is not what it
    /// should be (`DASH_TLS_CERT`, `DASH_TLS_KEY`, `DASH_TLS_NAMES`, `DASH_TLS_FOLDER`, and the same of `App`).
    pub const fn is_tls(&self) -> bool {
        matches!(self.kind, Kind::Tls(_))
    }

    /// Whether the server cannot listen on the address.
    pub const fn is_bind(&self) -> bool {
        matches!(self.kind, Kind::Bind { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Layout(faults) => {
                f.write_str("the dashboard cannot start:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
            }
            Kind::Modules(faults) => {
                f.write_str("JavaScript modules cannot be served:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
            }
            Kind::Devices(faults) => {
                f.write_str("the devices cannot be served:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
            }
            Kind::Hosts(faults) => {
                f.write_str("settings of the server cannot be used:")?;
                faults.iter().try_for_each(|fault| write!(f, "\n  - {fault}"))
            }
            Kind::Users(fault) | Kind::Tls(fault) | Kind::Command(fault) => f.write_str(fault),
            #[cfg(feature = "nats")]
            Kind::Fabric(fault) => f.write_str(fault),
            Kind::Bind { setting, address, source } if source.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "{address} is in use: another program listens there; choose an address with {setting}, such as {setting}=127.0.0.1:0 for any free port"
                )
            }
            Kind::Bind { setting, address, source } if source.kind() == io::ErrorKind::PermissionDenied => {
                write!(
                    f,
                    "the system does not let this program listen on {address}: ports below 1024 need a right for it. Choose a higher port with {setting}, or give the file of the program the right, on Linux with `setcap cap_net_bind_service=+ep`"
                )
            }
            Kind::Bind { setting, address, source } if source.kind() == io::ErrorKind::AddrNotAvailable => {
                write!(
                    f,
                    "{address} is not an address of this machine: choose one of its own with {setting}, or all of them with {setting}=0.0.0.0:8050"
                )
            }
            Kind::Bind { setting, address, .. } => {
                write!(f, "cannot listen on `{address}`: {setting} is an address and a port, such as 0.0.0.0:8050")
            }
            Kind::Io(_) => f.write_str("input or output failed"),
            Kind::Store(source) => source.fmt(f),
            Kind::Record(source) => source.fmt(f),
            Kind::Random(_) => f.write_str("the system has no random numbers for session tokens"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match &self.kind {
            Kind::Layout(_)
            | Kind::Modules(_)
            | Kind::Devices(_)
            | Kind::Hosts(_)
            | Kind::Users(_)
            | Kind::Tls(_)
            | Kind::Command(_) => None,
            #[cfg(feature = "nats")]
            Kind::Fabric(_) => None,
            Kind::Bind { source, .. } | Kind::Io(source) => Some(source),
            Kind::Random(source) => Some(source),
            Kind::Store(source) => Some(source),
            Kind::Record(source) => Some(source),
        }
    }
}

impl From<io::Error> for Error {
    fn from(source: io::Error) -> Self {
        Self { kind: Kind::Io(source) }
    }
}

/// The result of [`Serve::serve`](crate::server::Serve::serve).
pub type Result<T, E = Error> = std::result::Result<T, E>;

#[cfg(test)]
mod tests {
    use super::*;

    /// Fault: the system refused a port below 1024, and the message said how an address is written.
    #[test]
    fn fault_a_refused_port_was_told_as_an_address_that_is_none() {
        for (kind, said) in [
            (io::ErrorKind::PermissionDenied, "0.0.0.0:443: ports below 1024 need a right for it"),
            (io::ErrorKind::AddrNotAvailable, "0.0.0.0:443 is not an address of this machine"),
            (io::ErrorKind::InvalidInput, "DASH_BIND is an address and a port"),
        ] {
            let error = Error::bind("DASH_BIND", "0.0.0.0:443".to_owned(), kind.into());
            assert!(error.to_string().contains(said) && error.to_string().contains("DASH_BIND"), "{error}");
        }
    }
}
