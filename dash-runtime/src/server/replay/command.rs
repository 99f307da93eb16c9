//! The commands of a dashboard's own program for the record of a run.

use std::path::PathBuf;

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
    pub(crate) fn of(args: &[String]) -> Result<Option<Self>, String> {
        match args {
            [word, path] if word == "replay" => Ok(Some(Self::Replay(path.into()))),
            [word, from, to] if word == "export" && from.contains(".ddlog") => {
                Ok(Some(Self::Export(from.into(), to.into())))
            }
            // Other words may be arguments of the program itself.
            [word, ..] if word == "replay" => Err(format!("this is not a command; these are:\n{HELP}")),
            [word, from, ..] if word == "export" && from.contains(".ddlog") => {
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
        Self::of(&std::env::args().skip(1).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_known_and_a_typing_error_does_not_start_the_device() {
        let of = |line: &str| Command::of(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
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
}
