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
