//! The commands of a dashboard's own program that change its users file.

use std::{
    io::{self, BufRead as _, IsTerminal as _},
    path::Path,
};

use super::{file::Editor, secret::Secret};
use crate::rights::Roles;

const HELP: &str = "\
user list                            all users and programs
user add <name> --role <role>        adds a user; the password is asked for
user role <name> <role>              changes a role
user password <name>                 changes a password
user remove <name>                   removes a user
token add <name> --role <role>       adds a program, and prints its token once
token remove <name>                  removes a program";

/// Carries out a command. `None` if the arguments are not one, so that the program goes on as usual.
///
/// # Errors
/// What is wrong with the command or the file.
pub(crate) fn run(
    args: &[String],
    path: &Path,
    roles: &Roles,
    password: impl FnOnce() -> Result<String, String>,
) -> Option<Result<String, String>> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match &args[..] {
        ["user" | "token", rest @ ..] => Some(carry_out(args[0], rest, path, roles, password)),
        // A typing error must not start the device. Other words may be arguments of the program itself.
        [wrong, ..] if ["user", "users", "token", "tokens"].contains(&wrong.to_lowercase().as_str()) => {
            Some(Err(format!("`{wrong}` is not a command; these are:\n{HELP}")))
        }
        _ => None,
    }
}

fn carry_out(
    what: &str,
    args: &[&str],
    path: &Path,
    roles: &Roles,
    password: impl FnOnce() -> Result<String, String>,
) -> Result<String, String> {
    let role = |role: &str| roles.level(role).map(|_| role.to_ascii_lowercase());
    let part = if what == "user" { "users" } else { "tokens" };
    let mut file = Editor::open(path, roles)?;
    let said = match (what, args) {
        ("user", ["list"]) => {
            let mut lines = vec![];
            for (part, what) in [("users", "user"), ("tokens", "token")] {
                lines.extend(file.list(part).into_iter().map(|(name, role)| format!("{what} {name} ({role})")));
            }
            if lines.is_empty() {
                return Ok("there is no user yet: `user add <name> --role <role>` adds one".to_owned());
            }
            return Ok(lines.join("\n"));
        }
        ("user", ["add", name, "--role", wanted] | ["add", "--role", wanted, name]) => {
            file.add_person(name, &role(wanted)?, &password()?)?;
            format!("{name} can log in now")
        }
        ("user", ["password", name]) => {
            file.set_password(name, &password()?)?;
            format!("{name} has a new password")
        }
        ("user", ["role", name, wanted]) => {
            let role = role(wanted)?;
            file.set_role(part, name, &role)?;
            format!("{name} has the role {role}")
        }
        ("token", ["add", name, "--role", wanted] | ["add", "--role", wanted, name]) => {
            let secret = Secret::new().map_err(|error| format!("the system has no random numbers: {error}"))?;
            file.add_program(name, &role(wanted)?, &secret)?;
            let token = secret.as_str();
            format!(
                "The token of {name}, which is shown only now:\n{token}\nUse it as `Authorization: Bearer {token}`."
            )
        }
        (_, ["remove", name]) => {
            file.remove(part, name)?;
            format!("{name} is removed")
        }
        _ => return Err(format!("this is not a command; these are:\n{HELP}")),
    };
    file.save()?;
    Ok(said)
}

/// Reads a password twice from the terminal, without showing it, or one line if the input is not a terminal.
///
/// # Errors
/// If there is no input, or the two passwords differ.
pub(crate) fn ask() -> Result<String, String> {
    let failed = |error: io::Error| format!("no password could be read: {error}");
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line).map_err(failed)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password("Password: ").map_err(failed)?;
    let again = rpassword::prompt_password("Again: ").map_err(failed)?;
    if password == again { Ok(password) } else { Err("the two passwords are not the same".to_owned()) }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::PathBuf};

    use super::*;
    use crate::server::identity::file::Users;

    fn roles() -> Roles {
        #[derive(dash_macros::Role)]
        enum Lab {
            Guest,
            Operator,
        }
        let _ = (Lab::Guest, Lab::Operator);
        Roles::of::<Lab>()
    }

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("dash-command-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            fs::create_dir_all(&path).unwrap();
            Self(path)
        }

        fn file(&self) -> PathBuf {
            self.0.join("users.toml")
        }

        fn run(&self, command: &str) -> Result<String, String> {
            let args: Vec<String> = command.split(' ').map(str::to_owned).collect();
            run(&args, &self.file(), &roles(), || Ok("correct horse".to_owned())).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn users_are_added_changed_listed_and_removed() {
        let folder = Folder::new("users");
        folder.run("user add ada --role operator").unwrap();
        folder.run("user add --role guest bob").unwrap();
        assert_eq!(folder.run("user list").unwrap(), "user ada (operator)\nuser bob (guest)");
        let users = Users::read(&folder.file(), &roles()).unwrap();
        assert!(users.is_password("ada", "correct horse") && !users.is_password("ada", "wrong"));
        assert!(!users.is_password("eve", "correct horse"));
        folder.run("user role ada Guest").unwrap();
        folder.run("user remove bob").unwrap();
        assert_eq!(folder.run("user list").unwrap(), "user ada (guest)");
        let text = fs::read_to_string(folder.file()).unwrap();
        assert!(text.contains("$argon2id$v=19$m=19456,t=2,p=1$") && !text.contains("correct horse"), "{text}");
    }

    #[test]
    fn fault_a_typing_error_started_the_device() {
        let folder = Folder::new("typo");
        for command in ["users", "users list", "Token add logger", "tokens"] {
            let error = folder.run(command).unwrap_err();
            assert!(error.contains("is not a command; these are:\nuser list"), "{command}: {error}");
        }
        assert!(folder.run("user list").unwrap().contains("there is no user yet"));
    }

    #[test]
    fn the_comments_of_people_stay() {
        let folder = Folder::new("comments");
        folder.run("user add ada --role operator").unwrap();
        let text = format!("# The lab.\n{}# The end.\n", fs::read_to_string(folder.file()).unwrap());
        fs::write(folder.file(), &text).unwrap();
        folder.run("user role ada guest").unwrap();
        let after = fs::read_to_string(folder.file()).unwrap();
        assert_eq!(after, text.replace("\"operator\"", "\"guest\""));
    }

    #[test]
    fn a_token_is_shown_once() {
        let folder = Folder::new("token");
        let said = folder.run("token add logger --role guest").unwrap();
        let token = Secret::shown(said.lines().nth(1).unwrap()).unwrap();
        assert!(!fs::read_to_string(folder.file()).unwrap().contains(token.as_str()));
        let users = Users::read(&folder.file(), &roles()).unwrap();
        assert_eq!(users.program(&token).map(|program| &*program.name), Some("logger"));
        folder.run("token remove logger").unwrap();
        assert!(Users::read(&folder.file(), &roles()).unwrap().is_empty());
    }

    #[test]
    fn a_command_that_is_none_changes_nothing_and_says_what_there_is() {
        let folder = Folder::new("faults");
        folder.run("user add ada --role operator").unwrap();
        let before = fs::read_to_string(folder.file()).unwrap();
        for (command, why) in [
            ("user", "these are"),
            ("user add", "these are"),
            ("user add bob", "these are"),
            // A password is never an argument, which other users of the machine could read.
            ("user add bob --role guest --password correct-horse", "these are"),
            ("user add bob correct-horse --role guest", "these are"),
            ("user password ada correct-horse", "these are"),
            ("user add bob --role boss", "there is no role \"boss\": the roles are guest, operator"),
            ("user add ada --role guest", "there is a \"ada\" already"),
            ("user role eve guest", "there is no \"eve\""),
            ("user password eve", "there is no \"eve\""),
            ("token remove logger", "there is no \"logger\""),
        ] {
            let error = folder.run(command).unwrap_err();
            assert!(error.contains(why), "{command}: {error}");
            assert_eq!(fs::read_to_string(folder.file()).unwrap(), before, "{command}");
        }
        let args = ["user", "add", "eve", "--role", "guest"].map(str::to_owned);
        for password in ["short", &"x".repeat(2000)] {
            assert!(run(&args, &folder.file(), &roles(), || Ok(password.to_owned())).unwrap().is_err());
        }
        assert!(run(&["serve".to_owned()], &folder.file(), &roles(), || Ok(String::new())).is_none());
    }

    #[test]
    fn fault_a_new_name_was_compared_with_no_name_of_the_file() {
        let folder = Folder::new("alike");
        folder.run("user add ada --role operator").unwrap();
        for command in
            ["user add Ada --role guest", "token add ada --role guest", "user add \u{430}d\u{430} --role guest"]
        {
            let error = folder.run(command).unwrap_err();
            assert!(error.contains("is not a good name"), "{command}: {error}");
        }
        folder.run("token add logger --role guest").unwrap();
        assert!(folder.run("user add 1ogger --role guest").unwrap_err().contains("looks like \"logger\""));
        assert_eq!(folder.run("user list").unwrap(), "user ada (operator)\ntoken logger (guest)");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_the_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::new("mode");
        folder.run("user add ada --role operator").unwrap();
        assert_eq!(fs::metadata(folder.file()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn fault_a_file_that_was_left_by_a_crash_made_the_passwords_readable_for_all() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = Folder::new("left");
        let left = folder.0.join("users.toml.new");
        fs::write(&left, "").unwrap();
        fs::set_permissions(&left, fs::Permissions::from_mode(0o644)).unwrap();
        folder.run("user add ada --role operator").unwrap();
        assert_eq!(fs::metadata(folder.file()).unwrap().permissions().mode() & 0o777, 0o600);
        // A link that somebody else has put there leads nowhere.
        let other = folder.0.join("other");
        std::os::unix::fs::symlink(&other, &left).unwrap();
        folder.run("user role ada guest").unwrap();
        assert!(!other.exists());
    }

    #[test]
    fn fault_a_name_could_be_that_of_who_has_not_logged_in_or_look_like_another_one() {
        let folder = Folder::new("names");
        for (name, why) in [
            ("guest", "those who have not logged in"),
            ("Local", "those who have not logged in"),
            ("ada\u{200b}", "invisible"),
            ("ada\u{202e}", "invisible"),
            ("\u{feff}ada", "invisible"),
            ("a\u{ad}da", "invisible"),
            ("\u{301}ada", "invisible"),
            ("\u{85}", "no spaces"),
        ] {
            for what in ["user", "token"] {
                let error = folder.run(&format!("{what} add {name} --role guest")).unwrap_err();
                assert!(error.contains(why) && error.contains("is not a name"), "{name:?}: {error}");
            }
            let text = format!("\n\n[users.{}]\nrole = \"guest\"\n", serde_json::to_string(name).unwrap());
            fs::write(folder.file(), text).unwrap();
            let error = Users::read(&folder.file(), &roles()).unwrap_err();
            assert!(error.contains("users.toml:3: ") && error.contains(why), "{name:?}: {error}");
            fs::remove_file(folder.file()).unwrap();
        }
        for name in ["ada", "größe", "अदिति", "o'hara", "日本", "ada@lab.local", "guests"] {
            folder.run(&format!("user add {name} --role guest")).unwrap();
        }
    }
}
