//! How a program reaches its broker: the addresses, and with what it proves who it is. All of it is read and checked before
//! anything starts.

use std::{
    fmt, fs,
    net::IpAddr,
    path::{Path, PathBuf},
};

use async_nats::{ConnectOptions, ServerAddr};

use crate::words::log;

/// What was set: with the methods of a program, or in the environment.
#[derive(Debug, Clone, Default)]
pub(in crate::server) struct Given {
    pub(in crate::server) domain: Option<String>,
    /// A file with a user and a password, an NKey, or a JWT with its key.
    pub(in crate::server) credentials: Option<PathBuf>,
    /// A file with the certificates of the authorities that vouch for the broker.
    pub(in crate::server) authority: Option<PathBuf>,
}

impl Given {
    /// Reads `DASH_FABRIC_DOMAIN`, `DASH_FABRIC_CREDS` and `DASH_FABRIC_CA`. A variable that is empty counts as not set.
    pub(super) fn read_environment(&mut self) {
        let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        if let Some(domain) = variable("DASH_FABRIC_DOMAIN") {
            self.domain = Some(domain.to_string_lossy().into_owned());
        }
        self.credentials = variable("DASH_FABRIC_CREDS").map(PathBuf::from).or_else(|| self.credentials.take());
        self.authority = variable("DASH_FABRIC_CA").map(PathBuf::from).or_else(|| self.authority.take());
    }

    /// Reads the addresses and the files.
    ///
    /// # Errors
    /// Which of them cannot be used, and what to do.
    pub(super) fn checked(self, servers: &str) -> Result<Access, String> {
        let Self { domain, credentials, authority } = self;
        let servers = self::servers(servers)?;
        let in_address = in_address(&servers);
        let login = match (&credentials, in_address) {
            (Some(_), Some(_)) => {
                return Err(
                    "the broker is told twice who this program is: leave the user out of its address, or leave \
                            the file with the credentials out (DASH_FABRIC_CREDS)"
                        .to_owned(),
                );
            }
            (Some(file), None) => Some(read(file)?),
            (None, in_address) => in_address,
        };
        if let Some(file) = &authority {
            is_certificate(file)?;
            if !is_encrypted(&servers) {
                return Err("the certificate of an authority (DASH_FABRIC_CA) is for a broker with TLS: begin its \
                            address with `tls://`"
                    .to_owned());
            }
        }
        let domain = domain.as_deref().map(self::domain).transpose()?.map(str::to_owned);
        let access = Access { servers, domain, login, authority };
        access.warn();
        Ok(access)
    }
}

/// How a program reaches its broker.
#[derive(Debug, Clone)]
pub(in crate::server) struct Access {
    pub(super) servers: Vec<ServerAddr>,
    /// The JetStream domain of the broker, if it has one.
    pub(super) domain: Option<String>,
    login: Option<Login>,
    authority: Option<PathBuf>,
}

impl Access {
    /// Adds what a connection needs.
    ///
    /// # Errors
    /// If the credentials cannot be used.
    pub(super) fn add_to(&self, options: ConnectOptions) -> Result<ConnectOptions, String> {
        let options = match &self.login {
            None => options,
            Some(Login::User { user, password }) => options.user_and_password(user.clone(), password.clone()),
            Some(Login::Token(token)) => options.token(token.clone()),
            Some(Login::NKey(seed)) => options.nkey(seed.clone()),
            Some(Login::Jwt(text)) => {
                options.credentials(text).map_err(|error| format!("the credentials cannot be used: {error}"))?
            }
        };
        Ok(match &self.authority {
            Some(file) => options.add_root_certificates(file.clone()),
            None => options,
        })
    }

    /// Whether the connections are to be encrypted.
    pub(super) fn is_encrypted(&self) -> bool {
        is_encrypted(&self.servers)
    }

    /// Warns of brokers on other machines that anybody on the way can use, because the address has no TLS or there is no
    /// login. Whoever can use the broker can move the devices.
    fn warn(&self) {
        for server in &self.servers {
            if let Some(why) = unguarded(server, self.login.as_ref()) {
                log::warn(&why);
            }
        }
    }
}

/// With what a program proves who it is.
#[derive(Clone, PartialEq, Eq)]
enum Login {
    User {
        user: String,
        password: String,
    },
    Token(String),
    /// The seed of a key, which never leaves the program.
    NKey(String),
    /// A JWT and the seed of its key, in the form of a `.creds` file.
    Jwt(String),
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // No secret is in a log.
        f.write_str(match self {
            Self::User { .. } => "User",
            Self::Token(_) => "Token",
            Self::NKey(_) => "NKey",
            Self::Jwt(_) => "Jwt",
        })
    }
}

/// Reads a file with credentials, in one of three forms.
///
/// # Errors
/// What is wrong with it, without its content.
fn read(file: &Path) -> Result<Login, String> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| {
        format!("the file with the credentials for the broker, {name} (DASH_FABRIC_CREDS), cannot be read: {error}")
    })?;
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let seed = lines().find(|line| is_seed(line));
    let login = match (text.contains("BEGIN NATS USER JWT"), seed, lines().collect::<Vec<_>>().as_slice()) {
        (true, Some(_), _) => Some(Login::Jwt(text.clone())),
        (false, Some(seed), _) => Some(Login::NKey(seed.to_owned())),
        (false, None, [line]) => line
            .split_once(':')
            .filter(|(user, _)| !user.is_empty())
            .map(|(user, password)| Login::User { user: user.to_owned(), password: password.to_owned() }),
        _ => None,
    };
    // The client reads the key as well, and says so only when it connects.
    let is_usable = match &login {
        Some(Login::Jwt(text)) => ConnectOptions::with_credentials(text).is_ok(),
        Some(_) => true,
        None => false,
    };
    login.filter(|_| is_usable).ok_or_else(|| {
        format!(
            "the file with the credentials for the broker, {name} (DASH_FABRIC_CREDS), has none: it has a line such as \
             `user:password`, the seed of an NKey of a user (`SU..`), or it is a `.creds` file with a JWT"
        )
    })
}

/// Whether the line is the seed of a user's NKey: 58 letters in base 32.
fn is_seed(line: &str) -> bool {
    line.len() == 58
        && line.starts_with("SU")
        && line.bytes().all(|letter| letter.is_ascii_uppercase() || (b'2'..=b'7').contains(&letter))
}

/// Checks that the file has a certificate. Without one, the client would trust nobody and not say why.
fn is_certificate(file: &Path) -> Result<(), String> {
    let name = file.display();
    match fs::read_to_string(file) {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => Ok(()),
        Ok(_) => Err(format!(
            "the file with the authority of the broker, {name} (DASH_FABRIC_CA), has no certificate in the PEM form, which \
             begins with `-----BEGIN CERTIFICATE-----`"
        )),
        Err(error) => {
            Err(format!("the file with the authority of the broker, {name} (DASH_FABRIC_CA), cannot be read: {error}"))
        }
    }
}

/// Reads the addresses of one or several servers, with commas between them.
///
/// # Errors
/// Why they are none.
fn servers(text: &str) -> Result<Vec<ServerAddr>, String> {
    let server = |address: &str| {
        let read: Result<ServerAddr, _> = address.trim().parse();
        // Without the address, which may have a password.
        let server = read.map_err(|_| "it is no address".to_owned())?;
        if server.is_websocket() {
            return Err("it begins with `ws`, and WebSockets to the broker are not supported".to_owned());
        }
        if server.host().is_empty() { Err("it has no host".to_owned()) } else { Ok(server) }
    };
    text.split(',').map(server).collect::<Result<Vec<_>, _>>().map_err(|why| {
        format!("the address of the broker cannot be used, because {why}. Write `nats://host:4222`, or `tls://user:password@host`")
    })
}

fn is_encrypted(servers: &[ServerAddr]) -> bool {
    servers.iter().any(ServerAddr::tls_required)
}

/// The user and the password in the addresses, or a token: the first ones, since all are servers of one broker. The client
/// does not read them from the address.
fn in_address(servers: &[ServerAddr]) -> Option<Login> {
    let (user, password) = servers.iter().find_map(|server| Some((server.username()?, server.password())))?;
    let user = decoded(user);
    Some(match password {
        Some(password) => Login::User { user, password: decoded(password) },
        None => Login::Token(user),
    })
}

/// A part of an address without its percent-encoding. A plus sign is one.
fn decoded(part: &str) -> String {
    let value = format!("={}", part.replace('+', "%2B").replace('&', "%26"));
    form_urlencoded::parse(value.as_bytes()).map(|(_, part)| part.into_owned()).collect()
}

fn unguarded(server: &ServerAddr, login: Option<&Login>) -> Option<String> {
    let host = server.host();
    let is_here = host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    // A key signs what the broker asks, and is not sent.
    let secret = match login {
        Some(Login::User { .. } | Login::Token(_)) => ", also the password",
        Some(Login::NKey(_) | Login::Jwt(_)) | None => "",
    };
    let (what, danger) = match (is_here, server.tls_required(), login.is_some()) {
        (true, _, _) | (_, true, true) => return None,
        (_, true, false) => ("no user", "anybody who reaches it can use every device".to_owned()),
        (_, false, true) => ("no TLS", format!("anybody on the way can read and change everything{secret}")),
        (_, false, false) => {
            ("no TLS and no user", "anybody on the way or who reaches it can use every device".to_owned())
        }
    };
    Some(format!(
        "the address of the broker at {host} has {what}: {danger}. Write `tls://user:password@host`, or `tls://host` with a \
         file of credentials (DASH_FABRIC_CREDS), or use it only in a network that you trust"
    ))
}

/// Reads the name of a JetStream domain.
///
/// # Errors
/// Why it is none.
fn domain(text: &str) -> Result<&str, String> {
    let is_letter = |letter: u8| letter.is_ascii_alphanumeric() || b"-_".contains(&letter);
    match !text.is_empty() && text.bytes().all(is_letter) {
        true => Ok(text),
        false => Err(format!("`{text}` is not a JetStream domain: it has letters from a to z, digits, `-` and `_`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_broker_is_read_and_a_wrong_one_is_named_without_its_password() {
        for good in ["nats://127.0.0.1:4222", "broker.local", "tls://me:secret@hub", "nats://a, nats://b"] {
            assert!(servers(good).is_ok(), "{good}");
        }
        for bad in ["", "http://me:secret@hub", "nats://", "ws://hub", "nats://a:x"] {
            let why = servers(bad).unwrap_err();
            assert!(why.contains("nats://host:4222") && !why.contains("secret"), "{bad}: {why}");
        }
    }

    /// Fault: the client of the broker leaves the user in the address out, so no broker with users could be used.
    #[test]
    fn fault_the_user_and_the_password_in_an_address_were_not_used() {
        let user = |user: &str, password: &str| {
            let [user, password] = [user, password].map(str::to_owned);
            Some(Login::User { user, password })
        };
        for (address, login) in [
            ("tls://me:secret@hub", user("me", "secret")),
            ("nats://a, nats://me:a%40b+c&d=e%20f@b", user("me", "a@b+c&d=e f")),
            ("nats://s3cret@hub", Some(Login::Token("s3cret".to_owned()))),
            ("nats://hub", None),
        ] {
            assert_eq!(in_address(&servers(address).unwrap()), login, "{address}");
        }
    }

    /// Fault: the broker of the guide was open to the network, and nobody said so.
    #[test]
    fn a_broker_on_another_machine_without_tls_or_a_user_is_warned_of() {
        let why = |address: &str| {
            let servers = servers(address).unwrap();
            unguarded(&servers[0], in_address(&servers).as_ref())
        };
        for good in ["nats://127.0.0.1", "localhost", "nats://[::1]:4222", "nats://127.1.2.3", "tls://me:secret@hub"] {
            assert_eq!(why(good), None, "{good}");
        }
        for (bad, what) in [
            ("nats://hub", "no TLS and no user"),
            ("hub", "no TLS and no user"),
            ("nats://me:secret@hub", "no TLS"),
            ("tls://192.168.1.7", "no user"),
            ("nats://localhost.example.org", "no TLS and no user"),
        ] {
            let why = why(bad).unwrap();
            assert!(why.contains(&format!("has {what}: ")) && !why.contains("secret"), "{bad}: {why}");
        }
        let with_key = |address: &str| unguarded(&servers(address).unwrap()[0], Some(&Login::NKey(String::new())));
        assert_eq!(with_key("tls://hub"), None);
        assert!(!with_key("nats://hub").unwrap().contains("password,"));
    }

    const SEED: &str = "SUAIO3FHUX5PNV2LQIIP7TZ3N4L7TX3W53MQGEIVYFIGA635OZCKEYHFLM";

    fn jwt() -> String {
        format!(
            "-----BEGIN NATS USER JWT-----\neyJ0eXAiOiJqd3QiLCJhbGciOiJlZDI1NTE5\n------END NATS USER JWT------\n\n\
             -----BEGIN USER NKEY SEED-----\n{SEED}\n------END USER NKEY SEED------\n"
        )
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn credentials_are_read_from_a_file_in_three_forms() {
        for (text, login) in [
            ("owner:a:b\n", Login::User { user: "owner".to_owned(), password: "a:b".to_owned() }),
            ("# who\n\n owner:x \n", Login::User { user: "owner".to_owned(), password: "x".to_owned() }),
            (SEED, Login::NKey(SEED.to_owned())),
            (&*jwt(), Login::Jwt(jwt())),
        ] {
            assert_eq!(read(file(text).path()).unwrap(), login, "{text}");
        }
        for (text, secret) in [
            ("", "x"),
            ("owner", "owner"),
            (":geheim", "geheim"),
            ("a:geheim\nb:geheim", "geheim"),
            ("SUAIO3FHUX5PNV2LQIIP7TZ3N4L7TX3W53MQGEIVYFIGA635OZCKEYHFL", "SUAIO"),
            (&jwt().replace("SUAIO3FHUX5PNV2LQI", "SUAIO3FHUX5PNV2LQA"), "SUAIO"),
            ("-----BEGIN NATS USER JWT-----\neyJ\n", "eyJ"),
        ] {
            let why = read(file(text).path()).unwrap_err();
            assert!(why.contains("DASH_FABRIC_CREDS") && why.contains("user:password"), "{text}: {why}");
            assert!(secret == "x" || !why.contains(secret), "{why}");
        }
        assert!(read(Path::new("/there/is/none")).unwrap_err().contains("cannot be read"));
        assert!(!format!("{:?}", Login::NKey(SEED.to_owned())).contains("SUAIO"));
    }

    #[test]
    fn a_setting_that_would_be_of_no_use_is_an_error() {
        let creds = file("owner:x");
        let authority = file("-----BEGIN CERTIFICATE-----\n");
        let given = |credentials: bool, authority: Option<&Path>| Given {
            domain: None,
            credentials: credentials.then(|| creds.path().to_owned()),
            authority: authority.map(Path::to_owned),
        };
        let why = |given: Given, servers: &str| given.checked(servers).unwrap_err();
        assert!(why(given(true, None), "tls://me:secret@hub").contains("twice"));
        assert!(why(given(false, Some(authority.path())), "nats://hub").contains("tls://"));
        assert!(why(given(false, Some(creds.path())), "tls://hub").contains("BEGIN CERTIFICATE"));
        assert!(why(given(false, Some(Path::new("/none"))), "tls://hub").contains("cannot be read"));
        assert!(given(true, Some(authority.path())).checked("tls://hub").is_ok());
    }
}
