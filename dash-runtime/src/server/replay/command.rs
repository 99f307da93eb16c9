//! The commands of a dashboard's own program for the record of a run.

use std::{ffi::OsString, path::PathBuf};

const HELP: &str = "\
replay run.ddlog            serves the dashboard from the record of a run, without its device
export run.ddlog run.mcap   writes the record as an MCAP file, for Foxglove and Rerun";

/// What the program shall do with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    Replay(PathBuf),
    Export(PathBuf, PathBuf),
}

impl Command {
    /// The command in these arguments, without the name of the program. `None` if they are not one, so that the program
    /// goes on as usual.
    ///
    /// # Errors
    /// What is wrong with the command. A typing error must not start the device.
    pub(crate) fn of(args: &[OsString]) -> Result<Option<Self>, String> {
        // Paths may be anything. A word that is no UTF-8 is none of these commands.
        let is_record = |path: &OsString| path.to_string_lossy().contains(".ddlog");
        match args {
            [word, path] if word == "replay" => Ok(Some(Self::Replay(path.into()))),
            [word, from, to] if word == "export" && is_record(from) => Ok(Some(Self::Export(from.into(), to.into()))),
            // Other words may be arguments of the program itself.
            [word, ..] if word == "replay" => Err(format!("this is not a command; these are:\n{HELP}")),
            [word, from, ..] if word == "export" && is_record(from) => {
                Err(format!("this is not a command; these are:\n{HELP}"))
            }
            _ => Ok(None),
        }
    }

    /// The command with which the program was started.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn given() -> Result<Option<Self>, String> {
        Self::of(&std::env::args_os().skip(1).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_known_and_a_typing_error_does_not_start_the_device() {
        let of = |line: &str| Command::of(&line.split_whitespace().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of("replay run.ddlog"), Ok(Some(Command::Replay("run.ddlog".into()))));
        assert_eq!(
            of("export run.ddlog.1 run.mcap"),
            Ok(Some(Command::Export("run.ddlog.1".into(), "run.mcap".into())))
        );
        for wrong in ["replay", "replay a b", "export run.ddlog", "export run.ddlog a b"] {
            assert!(of(wrong).unwrap_err().contains("replay run.ddlog"), "{wrong}");
        }
        for own in ["", "serve", "export", "export table.csv", "--port 7"] {
            assert_eq!(of(own), Ok(None), "{own}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn fault_an_argument_that_is_no_utf8_panics() {
        use std::os::unix::ffi::OsStringExt as _;
        let latin = OsString::from_vec(b"caf\xe9.ddlog".to_vec());
        assert_eq!(Command::of(&["--map".into(), latin.clone()]), Ok(None));
        assert_eq!(Command::of(std::slice::from_ref(&latin)), Ok(None));
        assert_eq!(Command::of(&["replay".into(), latin.clone()]), Ok(Some(Command::Replay(latin.clone().into()))));
        let export = Command::Export(latin.clone().into(), latin.clone().into());
        assert_eq!(Command::of(&["export".into(), latin.clone(), latin]), Ok(Some(export)));
    }
}
