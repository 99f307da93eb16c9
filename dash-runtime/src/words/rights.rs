//! Who a client is, and what it may see and do.
//!
//! A dashboard names its roles with an enum of its own. They are ordered: a later variant may do everything that an
//! earlier one may. Inside, a role is its place in that order, its *level*.

use crate::into_value::IntoValue;
use std::{fmt, sync::Arc};

/// A level of which no role is higher: the person at the machine, when nobody has to log in.
pub(crate) const HIGHEST: u8 = u8::MAX;

/// The roles of a dashboard, lowest first. `#[derive(Role)]` implements it for an enum without fields.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an enum of roles",
    label = "not roles",
    note = "the roles are an enum with `#[derive(Role)]`, with the lowest role first: `enum Role {{ Guest, Operator, Admin }}`",
    note = "a role is written as one of its variants, without quotes: `Role::Operator`"
)]
pub trait Role: Sized + 'static {
    /// Distinguishes the enums of roles of one program.
    #[doc(hidden)]
    const ID: u64;

    /// The names of the roles, lowest first, as they are written in a users file: `Operator` is `operator`, and
    /// `ReadOnly` is `read-only`.
    const NAMES: &'static [&'static str];

    /// The place in the order. The lowest role has 0.
    fn level(&self) -> u8;

    /// The role with this level, or the highest one if the level is too large.
    fn from_level(level: u8) -> Self;
}

/// A dashboard without roles: everybody may do everything.
impl Role for () {
    const ID: u64 = 0;
    const NAMES: &'static [&'static str] = &[];

    fn level(&self) -> u8 {
        0
    }

    fn from_level(_: u8) -> Self {}
}

/// For expansions: `Self`, the roles of a dashboard, is `T`.
#[diagnostic::on_unimplemented(
    message = "`{T}` is not the enum of roles of this dashboard",
    label = "a `{T}`, but the roles of this dashboard are `{Self}`",
    note = "the struct says once which roles there are: `#[components(role = Role)]`"
)]
pub trait RoleIs<T> {}
impl<T> RoleIs<T> for T {}

/// What is required to see and to write a property, as levels. 0 requires nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    pub(crate) sees: u8,
    pub(crate) needs: u8,
    /// `#[private]`: each client has its own value.
    pub(crate) private: bool,
    /// `#[secret]`: the value is in no record.
    pub(crate) secret: bool,
    /// `#[takes(..)]`: the level at which a client may take a `Control` over. `None`: the highest role.
    pub(crate) takes: Option<u8>,
    /// Whether `needs` is said, so that it does not follow from the dashboard's default.
    pub(crate) says_needs: bool,
}

impl Rights {
    /// Everybody sees and writes it, unless the dashboard has a default.
    pub const NONE: Self = Self { sees: 0, needs: 0, private: false, secret: false, takes: None, says_needs: false };

    /// For expansions: the bit of a packed number that says that `needs` was written.
    pub const SAYS_NEEDS: u32 = 1 << 31;

    /// For expansions: the rights of a field, as one number.
    pub const fn packed(sees: u8, needs: u8, private: bool, secret: bool) -> u32 {
        (secret as u32) << 17 | (private as u32) << 16 | (sees as u32) << 8 | needs as u32
    }

    /// For expansions: the packed rights of a field that may be taken over from this level on.
    pub const fn taken_by(packed: u32, level: u8) -> u32 {
        // 0 says nothing, so the levels begin with 1. An enum of roles has fewer than 255 variants.
        packed | ((level as u32 + 1) << 18)
    }

    pub(crate) const fn unpack(packed: u32) -> Self {
        let (private, secret) = (packed >> 16 & 1 == 1, packed >> 17 & 1 == 1);
        let takes = match packed >> 18 & 0x1ff {
            0 => None,
            level => Some((level - 1) as u8),
        };
        let says_needs = packed & Self::SAYS_NEEDS != 0;
        Self { sees: (packed >> 8) as u8, needs: packed as u8, private, secret, takes, says_needs }
    }

    /// What both require.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self {
            sees: higher(self.sees, other.sees),
            needs: higher(self.needs, other.needs),
            private: self.private || other.private,
            secret: self.secret || other.secret,
            // That of the field itself comes last.
            takes: if other.takes.is_some() { other.takes } else { self.takes },
            says_needs: self.says_needs || other.says_needs,
        }
    }
}

/// The higher level.
pub(crate) const fn higher(a: u8, b: u8) -> u8 {
    if a > b { a } else { b }
}

/// The names of the roles of one dashboard, lowest first, and the number of their enum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Roles {
    id: u64,
    names: &'static [&'static str],
}

impl Roles {
    pub(crate) const fn of<R: Role>() -> Self {
        Self { id: R::ID, names: R::NAMES }
    }

    /// The name of the role with this level. Empty for a dashboard without roles.
    pub(crate) fn name(&self, level: u8) -> &'static str {
        self.names.get(usize::from(level)).or(self.names.last()).copied().unwrap_or_default()
    }

    /// The names of the roles, the lowest first.
    pub(crate) const fn names(&self) -> &'static [&'static str] {
        self.names
    }

    /// The level of the highest role.
    pub(crate) fn highest(&self) -> u8 {
        u8::try_from(self.names.len().saturating_sub(1)).unwrap_or(HIGHEST)
    }

    /// Whether this is the enum with this number.
    pub(crate) const fn has_id(&self, id: u64) -> bool {
        self.id == id
    }

    /// The level of the role with this name.
    ///
    /// # Errors
    /// The names of the roles.
    #[cfg(any(feature = "users", feature = "testing"))]
    pub(crate) fn level(&self, name: &str) -> Result<u8, String> {
        // A dashboard without roles has one, which needs no name.
        if self.names.is_empty() {
            return if name == "user" { Ok(0) } else { Err("this dashboard has no roles: write `user`".to_owned()) };
        }
        let found = self.names.iter().position(|known| known.eq_ignore_ascii_case(name));
        let found = found.and_then(|at| u8::try_from(at).ok());
        found.ok_or_else(|| format!("there is no role {name:?}: the roles are {}", self.names.join(", ")))
    }

    /// The user with this name and level, who has logged in with this login.
    #[cfg(any(feature = "users", feature = "testing", test))]
    pub(crate) fn user(&self, name: &str, level: u8, login: Option<Login>) -> User {
        User { name: Arc::from(name), level, roles: Some(*self), login, before: None }
    }

    /// The name of the user's role here, as a record has it. Empty without roles. `None` for a user who may do everything
    /// in each dashboard.
    pub(crate) fn recorded(&self, user: &User) -> Option<&'static str> {
        user.roles.map(|_| self.name(self.level_of(user)))
    }

    /// Whether the user has one of these roles.
    pub(crate) fn has(&self, user: &User) -> bool {
        user.roles.is_none_or(|roles| roles.id == self.id)
    }

    /// The user's level here: 0 if the user has a role of another enum.
    pub(crate) fn level_of(&self, user: &User) -> u8 {
        match user.roles {
            None => HIGHEST,
            Some(roles) if roles.id == self.id => user.level,
            Some(_) => 0,
        }
    }
}

/// The reason on a control that a client may not use.
pub(crate) fn needs_role(role: &str) -> String {
    format!("needs the role {role}")
}

/// For whom something is drawn: a client that does not see or may not change everything.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Viewer {
    pub(crate) level: u8,
    pub(crate) roles: Roles,
}

impl fmt::Debug for Roles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.names).finish()
    }
}

/// Who operates a client: a name, and a role of the dashboard's own enum.
///
/// A dashboard that asks nobody to log in has one user with the name `local`, who may do everything.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    name: Arc<str>,
    level: u8,
    /// `None` for a user who may do everything in each dashboard.
    roles: Option<Roles>,
    /// Which login, if the user has logged in here.
    login: Option<Login>,
    /// The level and the roles that the user was admitted with, if the program has given another role.
    before: Option<(u8, Option<Roles>)>,
}

/// A login of a person or a program of this server's users file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Login {
    /// Stands for the secret of the login, or for the token.
    pub(crate) number: u64,
    /// The id of the entry in the users file.
    pub(crate) entry: u64,
}

/// The name of somebody who has logged in, wherever that was.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LoginName {
    /// The id of the entry in this server's users file. Who is removed from it and added again has another id, because it
    /// may be another person; a person and a program with the same name have two. `None`: named by a proxy or by the
    /// program.
    pub(crate) entry: Option<u64>,
    pub(crate) name: Arc<str>,
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            // For people: a name from elsewhere may have a space, and look like this.
            Some(entry) => write!(f, "{entry:016x} {}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// The name of everybody who has not logged in, where the dashboard has a guest.
pub(crate) const GUEST: &str = "guest";
/// The name of everybody where nobody logs in.
const LOCAL: &str = "local";

/// Who has wanted what a callback or a thread of the program changes, in the record. `program: recipe` is the callback
/// `recipe`.
pub(crate) const PROGRAM: &str = "program";

/// Whether a person or a program may have this name: it stands in files, in logs and on pages, and nobody must be taken for
/// somebody else.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn check_name(name: &str) -> Result<(), &'static str> {
    // As a whole, because marks of scripts such as Devanagari belong to the letter before them.
    let plain: String = name.chars().filter(|letter| !matches!(letter, '"' | '\'' | '\\')).collect();
    if plain.escape_debug().to_string() != plain {
        return Err("a name has no letters that are invisible, or that change how the others are shown");
    }
    let first = name.split(':').next().unwrap_or_default().trim();
    if first.eq_ignore_ascii_case(PROGRAM) {
        return Err("`program` stands in the record for what the program itself changes");
    }
    if [GUEST, LOCAL].iter().any(|taken| taken.eq_ignore_ascii_case(name)) {
        return Err("`guest` and `local` are the names of those who have not logged in");
    }
    Ok(())
}

impl User {
    /// The user with this name and role. A `tower` layer that knows who sends a request inserts one into the
    /// extensions of the request.
    #[expect(clippy::needless_pass_by_value, reason = "a role is an enum without fields, written in place")]
    pub fn new<R: Role>(name: impl IntoValue<Arc<str>>, role: R) -> Self {
        Self { name: name.into_value(), level: role.level(), roles: Some(Roles::of::<R>()), login: None, before: None }
    }

    /// The place of the user's role in the order of its enum.
    pub(crate) const fn level(&self) -> u8 {
        self.level
    }

    /// A user with this name and the same role.
    pub(crate) fn named(&self, name: &str) -> Self {
        Self { name: Arc::from(name), ..self.clone() }
    }

    /// The user of a dashboard that asks nobody to log in.
    pub(crate) fn local() -> Self {
        Self { name: Arc::from(LOCAL), level: HIGHEST, roles: None, login: None, before: None }
    }

    /// A user who may do only what the lowest role may.
    pub(crate) fn nobody() -> Self {
        Self { name: Arc::from(""), level: 0, roles: Some(Roles::of::<()>()), login: None, before: None }
    }

    /// The same user with the role that the program gives.
    pub(crate) fn granted(&self, level: u8, roles: Roles) -> Self {
        let before = self.before.unwrap_or((self.level, self.roles));
        Self { level, roles: Some(roles), before: Some(before), ..self.clone() }
    }

    /// The user as the login, the proxy or the program's layer has admitted her.
    pub(crate) fn admitted(&self) -> Self {
        let (level, roles) = self.before.unwrap_or((self.level, self.roles));
        Self { level, roles, before: None, ..self.clone() }
    }

    /// Which login, if the user has logged in here.
    #[cfg(feature = "users")]
    pub(crate) const fn login(&self) -> Option<Login> {
        self.login
    }

    /// Whether a proxy or the program has named her. Then this server does not learn when her login there ends.
    pub(crate) fn is_named_elsewhere(&self) -> bool {
        self.login.is_none() && self.login_name().is_some()
    }

    /// Who has logged in. `None` for those who have not: the guest, and everybody where nobody logs in.
    pub(crate) fn login_name(&self) -> Option<LoginName> {
        let is_login = !matches!(&*self.name, "" | GUEST | LOCAL);
        is_login.then(|| self.identity())
    }

    /// The name, and the entry in the users file if there is one. Only the user for whom something was kept has the same.
    pub(crate) fn identity(&self) -> LoginName {
        LoginName { entry: self.login.map(|login| login.entry), name: Arc::clone(&self.name) }
    }

    /// The name of the role. Empty without roles.
    pub(crate) fn role_name(&self) -> &'static str {
        self.roles.map_or("", |roles| roles.name(self.level))
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The role, if it is one of `R`. A user who may do everything has the highest role.
    pub fn role<R: Role>(&self) -> Option<R> {
        self.roles.is_none_or(|roles| roles.id == R::ID).then(|| R::from_level(self.level))
    }

    /// Whether the user has this role or a higher one.
    #[expect(clippy::needless_pass_by_value, reason = "a role is an enum without fields, written in place")]
    pub fn may<R: Role>(&self, role: R) -> bool {
        self.roles.is_none_or(|roles| roles.id == R::ID) && self.level >= role.level()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let role = self.roles.map(|roles| roles.name(self.level));
        f.debug_struct("User").field("name", &self.name).field("role", &role).finish()
    }
}

impl fmt::Display for User {
    /// The name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Lab {
        Guest,
        Operator,
    }

    impl Role for Lab {
        const ID: u64 = 1;
        const NAMES: &'static [&'static str] = &["guest", "operator"];

        fn level(&self) -> u8 {
            match self {
                Self::Guest => 0,
                Self::Operator => 1,
            }
        }

        fn from_level(level: u8) -> Self {
            if level == 0 { Self::Guest } else { Self::Operator }
        }
    }

    #[test]
    fn a_higher_role_may_do_what_a_lower_one_may() {
        let (guest, operator) = (User::new("gus", Lab::Guest), User::new("ada", Lab::Operator));
        assert!(operator.may(Lab::Guest) && operator.may(Lab::Operator) && guest.may(Lab::Guest));
        assert!(!guest.may(Lab::Operator));
        assert_eq!((operator.role(), guest.role()), (Some(Lab::Operator), Some(Lab::Guest)));
    }

    #[test]
    fn who_need_not_log_in_may_do_everything() {
        assert!(User::local().may(Lab::Operator));
        assert_eq!(User::local().role(), Some(Lab::Operator));
        assert_eq!(Roles::of::<Lab>().level_of(&User::local()), HIGHEST);
    }

    #[test]
    fn a_role_of_another_dashboard_is_the_lowest_here() {
        enum Other {}
        impl Role for Other {
            const ID: u64 = 2;
            const NAMES: &'static [&'static str] = &["boss"];

            fn level(&self) -> u8 {
                match *self {}
            }

            fn from_level(_: u8) -> Self {
                unreachable!("no user has this role")
            }
        }
        let ada = User::new("ada", Lab::Operator);
        assert_eq!(Roles::of::<Other>().level_of(&ada), 0);
        assert!(ada.role::<Other>().is_none());
    }

    #[test]
    fn rights_add_up() {
        let group = Rights::unpack(Rights::packed(2, 1, false, true) | Rights::SAYS_NEEDS);
        let own = Rights::unpack(Rights::packed(0, 3, true, false));
        let all = Rights { sees: 2, needs: 3, private: true, secret: true, takes: None, says_needs: true };
        assert_eq!(group.and(own), all);
        let taken = Rights::unpack(Rights::taken_by(Rights::packed(0, 0, false, false) | Rights::SAYS_NEEDS, 255));
        assert_eq!((taken.takes, taken.says_needs, taken.needs), (Some(255), true, 0));
        assert_eq!(Rights::unpack(Rights::packed(0, 0, false, false)), Rights::NONE);
    }
}
