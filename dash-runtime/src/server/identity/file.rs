//! The users file.
//!
//! ```toml
//! [users.ada]
//! id = "52f1ac0993b6e170"
//! role = "operator"
//! password = "$argon2id$v=19$m=19456,t=2,p=1$…"
//!
//! [tokens.logger]
//! id = "c41d07be8fa2396d"
//! role = "guest"
//! token = "blake2:…"
//! ```
//!
//! People may edit it, and comments stay when a command changes it. Passwords are stored as argon2id hashes (RFC 9106)
//! in the PHC format, and tokens, which are 256 random bits, as BLAKE2b hashes.
//!
//! The `id` tells an entry from an earlier one with the same name, which may have been another person. The commands make it.
//! An entry that somebody has written without one has an id that follows from its password or token.

use std::{
    collections::BTreeMap,
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use toml_edit::{Document, DocumentMut, Item, Table, value};

use super::{
    names,
    secret::{Digest, Secret},
};
use crate::{
    rights::{self, Roles},
    server::replace::replace,
    words::log,
};

/// The longest name of a user, in characters.
pub(super) const NAME: usize = 64;
/// The shortest password, in characters (NIST SP 800-63B, section 5.1.1).
const SHORTEST: usize = 8;
/// The longest password, in bytes, so that nobody makes the server hash megabytes.
pub(super) const LONGEST: usize = 1024;

/// The users and programs of a dashboard.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Users {
    people: BTreeMap<String, Person>,
    programs: BTreeMap<Digest, Program>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    pub(super) level: u8,
    pub(super) id: u64,
    /// In the PHC format.
    password: String,
    /// Distinguishes this password from the ones before.
    pub(super) digest: Digest,
}

/// A program with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Program {
    pub(super) name: String,
    pub(super) level: u8,
    pub(super) id: u64,
}

impl Users {
    /// Reads the file. A file that does not exist has no users.
    ///
    /// # Errors
    /// What is wrong with the file, with its name and the line.
    pub(crate) fn read(path: &Path, roles: &Roles) -> Result<Self, String> {
        match fs::read_to_string(path) {
            Ok(text) => {
                let users = Self::parse(&text, roles).map_err(|fault| fault.said(path, &text))?;
                users.tell_alike(path);
                Ok(users)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(format!("{}: cannot be read: {error}", path.display())),
        }
    }

    /// Tells in the log which names look alike. They are not refused: their users could not log in any more.
    fn tell_alike(&self, path: &Path) {
        let names = self.people.keys().chain(self.programs.values().map(|program| &program.name));
        for (name, first) in names::alike(names.map(String::as_str)) {
            let line = || format!("{}: the name {name:?} looks like {first:?}", path.display());
            if log::is_rare("alike", 8, line) {
                log::warn(&format_args!("{}: give one of them another name", line()));
            }
        }
    }

    fn parse(text: &str, roles: &Roles) -> Result<Self, Fault> {
        let document = Document::parse(text).map_err(|error| Fault::new(error.message(), error.span()))?;
        let mut users = Self::default();
        for (part, item) in document.iter() {
            let entries =
                item.as_table().ok_or_else(|| Fault::new("this is not a table of users or tokens", item.span()));
            match part {
                "users" => {
                    for (name, item) in entries?.iter() {
                        let entry = Entry::of(name, item, "password")?;
                        let (password, span) = entry.text("password")?;
                        let is_hash =
                            PasswordHash::new(password).is_ok_and(|hash| hash.algorithm.as_str() == "argon2id");
                        if !is_hash {
                            return Err(Fault::new(
                                "a password is stored as an argon2id hash, which the command `user password` makes",
                                span,
                            ));
                        }
                        let person = Person {
                            level: entry.level(roles)?,
                            id: entry.id(password)?,
                            password: password.to_owned(),
                            digest: Digest::of(password),
                        };
                        users.people.insert(name.to_owned(), person);
                    }
                }
                "tokens" => {
                    for (name, item) in entries?.iter() {
                        let entry = Entry::of(name, item, "token")?;
                        let (token, span) = entry.text("token")?;
                        let digest = Digest::parse(token).ok_or_else(|| {
                            Fault::new("a token is stored as a hash, which the command `token add` makes", span)
                        })?;
                        let program =
                            Program { name: name.to_owned(), level: entry.level(roles)?, id: entry.id(token)? };
                        users.programs.insert(digest, program);
                    }
                }
                other => {
                    let why = format!("there is no part `{other}` here: the file has `users` and `tokens`");
                    return Err(Fault::new(why, document.key(other).and_then(toml_edit::Key::span)));
                }
            }
        }
        Ok(users)
    }

    /// The person with this name.
    pub(super) fn person(&self, name: &str) -> Option<&Person> {
        self.people.get(name)
    }

    /// The program with this token.
    pub(super) fn program(&self, token: &Secret) -> Option<&Program> {
        self.programs.get(&token.digest())
    }

    /// The program with this name, whose token has this number.
    pub(super) fn program_of(&self, number: u64, name: &str) -> Option<&Program> {
        let mut programs = self.programs.iter();
        let is_it = |(digest, program): &(&Digest, &Program)| digest.number() == number && program.name == name;
        programs.find(is_it).map(|(_, program)| program)
    }

    /// Whether there is a person or a program with this name and id.
    pub(super) fn has(&self, name: &str, id: u64) -> bool {
        self.person(name).is_some_and(|person| person.id == id)
            || self.programs.values().any(|program| program.name == name && program.id == id)
    }

    /// Whether there is nobody in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.people.is_empty() && self.programs.is_empty()
    }

    /// Whether the password is that of the user. Takes the same time if there is no such user.
    pub(super) fn is_password(&self, name: &str, password: &str) -> bool {
        let known = self.people.get(name);
        let hash = match known.or_else(|| self.stand_in(name)) {
            Some(person) => &*person.password,
            None => nobody(),
        };
        let fits = password.len() <= LONGEST && PasswordHash::new(hash).is_ok_and(|hash| verify(password, &hash));
        fits && known.is_some()
    }
}

impl Users {
    /// Whose hash is computed for a name that is unknown: it has the parameters of the users' own hashes, which people may
    /// have made with other ones than ours. For one name it is always the same user.
    fn stand_in(&self, name: &str) -> Option<&Person> {
        let count = u64::try_from(self.people.len()).ok().filter(|count| *count > 0)?;
        let at = usize::try_from(Digest::of(name).number() % count).ok()?;
        self.people.values().nth(at)
    }
}

fn verify(password: &str, hash: &PasswordHash) -> bool {
    #[cfg(test)]
    tests::WORK.with_borrow_mut(|work| work.push(hash.params.to_string()));
    Argon2::default().verify_password(password.as_bytes(), hash).is_ok()
}

/// The hash of a random password that nobody knows.
fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    // Without random numbers there is no hash, and then no login succeeds either.
    HASH.get_or_init(|| Secret::new().ok().and_then(|secret| hash(secret.as_str()).ok()).unwrap_or_default())
}

/// Hashes a password with the default parameters of [`Argon2`], which are those that OWASP recommends: 19 MiB, two
/// passes.
fn hash(password: &str) -> Result<String, String> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|error| format!("the password cannot be hashed: {error}"))
}

/// A fault of the file, and where it is.
#[derive(Debug)]
struct Fault {
    why: String,
    span: Option<Range<usize>>,
}

impl Fault {
    fn new(why: impl Into<String>, span: Option<Range<usize>>) -> Self {
        Self { why: why.into(), span }
    }

    fn said(self, path: &Path, text: &str) -> String {
        let before = self.span.and_then(|span| text.get(..span.start));
        let line = before.map(|before| format!(":{}", before.matches('\n').count() + 1)).unwrap_or_default();
        format!("{}{line}: {}", path.display(), self.why)
    }
}

/// One user or program.
struct Entry<'a> {
    name: &'a str,
    table: &'a dyn toml_edit::TableLike,
    span: Option<Range<usize>>,
}

impl<'a> Entry<'a> {
    /// `secret` is the name of what it has besides the role and the id.
    fn of(name: &'a str, item: &'a Item, secret: &str) -> Result<Self, Fault> {
        let span = item.span();
        check_name(name).map_err(|why| Fault::new(why, span.clone()))?;
        let table = item.as_table_like().ok_or_else(|| Fault::new(format!("`{name}` is not a table"), span.clone()))?;
        for (key, item) in table.iter() {
            if !["role", secret, "id"].contains(&key) {
                let why = format!("there is no `{key}` here: a user has `role` and `{secret}`");
                return Err(Fault::new(why, item.span()));
            }
        }
        Ok(Self { name, table, span })
    }

    fn text(&self, key: &str) -> Result<(&'a str, Option<Range<usize>>), Fault> {
        let item = self.table.get(key).ok_or_else(|| {
            let why = format!("`{}` has no `{key}`", self.name);
            Fault::new(why, self.span.clone())
        })?;
        let text = item.as_str().ok_or_else(|| Fault::new(format!("`{key}` is not a text"), item.span()))?;
        Ok((text, item.span()))
    }

    fn level(&self, roles: &Roles) -> Result<u8, Fault> {
        let (role, span) = self.text("role")?;
        roles.level(role).map_err(|why| Fault::new(why, span))
    }

    /// The id, which follows from the `secret` if the entry has none.
    fn id(&self, secret: &str) -> Result<u64, Fault> {
        if self.table.get("id").is_none() {
            return Ok(id_of(secret));
        }
        let (id, span) = self.text("id")?;
        let is_id = id.len() == 16 && id.bytes().all(|digit| digit.is_ascii_hexdigit());
        let read = is_id.then(|| u64::from_str_radix(id, 16).ok()).flatten();
        read.ok_or_else(|| {
            let why = "an id has 16 hexadecimal digits. Without the line, the entry gets one of its own";
            Fault::new(why, span)
        })
    }
}

/// The id of an entry that has none. It is as hard to guess as the hash.
fn id_of(secret: &str) -> u64 {
    Digest::of(secret).number()
}

/// An id, as it is written.
fn written(id: u64) -> String {
    format!("{id:016x}")
}

/// A name is written in the file, in logs and on the page.
fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() || name.chars().count() > NAME || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(format!("{name:?} is not a name: a name has 1 to {NAME} characters, and no spaces"));
    }
    rights::check_name(name).map_err(|why| format!("{name:?} is not a name: {why}"))
}

/// The file, to change it.
pub(crate) struct Editor {
    path: PathBuf,
    document: DocumentMut,
}

impl Editor {
    /// Reads the file. A file that does not exist is made when it is saved.
    ///
    /// # Errors
    /// What is wrong with the file. Then nothing is changed.
    pub(crate) fn open(path: &Path, roles: &Roles) -> Result<Self, String> {
        Users::read(path, roles)?;
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(format!("{}: cannot be read: {error}", path.display())),
        };
        let document = text.parse::<DocumentMut>().map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self { path: path.to_owned(), document })
    }

    fn part(&mut self, part: &str) -> Option<&mut Table> {
        let mut new = Table::new();
        // Only its entries have a header.
        new.set_implicit(true);
        self.document.entry(part).or_insert(Item::Table(new)).as_table_mut()
    }

    /// The names in a part.
    fn names(&self, part: &str) -> Vec<String> {
        let table = self.document.get(part).and_then(Item::as_table);
        table.map(|table| table.iter().map(|(name, _)| name.to_owned()).collect()).unwrap_or_default()
    }

    fn entry(&mut self, part: &str, name: &str) -> Result<&mut Item, String> {
        let table = self.part(part).and_then(|table| table.get_mut(name));
        table.ok_or_else(|| format!("there is no {name:?}"))
    }

    fn add(&mut self, part: &str, name: &str, fields: &[(&str, &str)]) -> Result<(), String> {
        check_name(name)?;
        if self.names(part).iter().any(|known| known == name) {
            return Err(format!("there is a {name:?} already"));
        }
        // Of people and of programs: the record has both by their names.
        let others = [self.names("users"), self.names("tokens")].concat();
        names::check_new(name, others.iter().map(|other| &**other))?;
        let random = Secret::new().map_err(|error| format!("the system has no random numbers: {error}"))?;
        let id = written(random.digest().number());
        let Some(table) = self.part(part) else { return Err(format!("`{part}` is not a table")) };
        let entry = [("id", &*id)].into_iter().chain(fields.iter().copied()).map(|(key, text)| (key, value(text)));
        table.insert(name, Item::Table(entry.collect()));
        Ok(())
    }

    /// Adds a person.
    ///
    /// # Errors
    /// If the name is not one or is taken, or the password is too short or too long.
    pub(crate) fn add_person(&mut self, name: &str, role: &str, password: &str) -> Result<(), String> {
        let hash = hashed(password)?;
        self.add("users", name, &[("role", role), ("password", &hash)])
    }

    /// Changes a person's password.
    ///
    /// # Errors
    /// If there is no such user, or the password is too short or too long.
    pub(crate) fn set_password(&mut self, name: &str, password: &str) -> Result<(), String> {
        let hash = hashed(password)?;
        let entry = self.entry("users", name)?;
        // She is the same person, so the id that followed from the old password stays.
        let old = entry.get("password").and_then(Item::as_str).unwrap_or_default().to_owned();
        if entry.get("id").is_none() {
            entry["id"] = value(written(id_of(&old)));
        }
        entry["password"] = value(hash);
        Ok(())
    }

    /// Changes the role of a person or a program.
    ///
    /// # Errors
    /// If there is none with this name.
    pub(crate) fn set_role(&mut self, part: &str, name: &str, role: &str) -> Result<(), String> {
        self.entry(part, name)?["role"] = value(role);
        Ok(())
    }

    /// Adds a program.
    ///
    /// # Errors
    /// If the name is not one or is taken.
    pub(crate) fn add_program(&mut self, name: &str, role: &str, token: &Secret) -> Result<(), String> {
        self.add("tokens", name, &[("role", role), ("token", &token.digest().to_string())])
    }

    /// Removes a person or a program.
    ///
    /// # Errors
    /// If there is none with this name.
    pub(crate) fn remove(&mut self, part: &str, name: &str) -> Result<(), String> {
        let removed = self.part(part).and_then(|table| table.remove(name));
        removed.map(|_| ()).ok_or_else(|| format!("there is no {name:?}"))
    }

    /// The names in a part, each with its role.
    pub(crate) fn list(&mut self, part: &str) -> Vec<(String, String)> {
        let entry = |(name, item): (&str, &Item)| {
            let role = item.get("role").and_then(Item::as_str).unwrap_or_default();
            (name.to_owned(), role.to_owned())
        };
        self.part(part).map(|table| table.iter().map(entry).collect()).unwrap_or_default()
    }

    /// Writes the file as a whole, or leaves the old one.
    ///
    /// # Errors
    /// If it cannot be written.
    pub(crate) fn save(&self) -> Result<(), String> {
        replace(&self.path, self.document.to_string().as_bytes())
            .map_err(|error| format!("{}: cannot be written: {error}", self.path.display()))
    }
}

fn hashed(password: &str) -> Result<String, String> {
    if password.chars().count() < SHORTEST {
        return Err(format!("a password has at least {SHORTEST} characters"));
    }
    if password.len() > LONGEST {
        return Err(format!("a password has at most {LONGEST} bytes"));
    }
    hash(password)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use argon2::{Algorithm, Params, Version};

    use super::*;

    thread_local! {
        /// The parameters of each hash that was computed.
        pub(super) static WORK: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    /// Users whose hashes have these parameters: memory in KiB, and passes.
    fn users(of: &[(&str, u32, u32)]) -> Users {
        let entry = |(name, memory, passes): &(&str, u32, u32)| {
            let argon =
                Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(*memory, *passes, 1, None).unwrap());
            let hash = argon.hash_password(b"correct horse").unwrap();
            format!("[users.{name}]\nrole = \"user\"\npassword = \"{hash}\"\n")
        };
        let text: String = of.iter().map(entry).collect();
        Users::parse(&text, &Roles::of::<()>()).unwrap_or_else(|_| panic!("{text}"))
    }

    fn work(users: &Users, name: &str, password: &str) -> (bool, Vec<String>) {
        WORK.take();
        (users.is_password(name, password), WORK.take())
    }

    /// A difference in the work is one in the time of the answer, which tells whether a name exists.
    #[test]
    fn fault_an_unknown_name_could_be_told_by_the_time_if_hashes_have_other_parameters() {
        let lab = users(&[("ada", 64, 3), ("eve", 64, 3)]);
        let known = work(&lab, "ada", "correct horse");
        assert!(known.0);
        assert_eq!(known.1.len(), 1, "one hash for one try");
        for (name, password) in [("ada", "wrong"), ("eve", ""), ("bob", "correct horse"), ("bob", "wrong"), ("", "")] {
            assert_eq!(work(&lab, name, password), (false, known.1.clone()), "{name:?} with {password:?}");
        }
        // If they differ among each other, an unknown name has always the same of them.
        let mixed = users(&[("ada", 64, 1), ("eve", 128, 2)]);
        let [ada, eve] = ["ada", "eve"].map(|name| work(&mixed, name, "wrong").1);
        assert_ne!(ada, eve);
        for name in ["bob", "cy", "dora", "Ada"] {
            let first = work(&mixed, name, "wrong").1;
            assert!(first == ada || first == eve, "{first:?}");
            assert_eq!(work(&mixed, name, "correct horse"), (false, first), "{name}");
        }
        // Nobody at all is the same work too.
        assert_eq!(work(&Users::default(), "ada", "wrong").1.len(), 1);
        // What is too long for a password is not computed, whoever it is for.
        for name in ["ada", "bob"] {
            assert!(work(&lab, name, &"x".repeat(LONGEST + 1)).1.is_empty());
        }
    }
}
