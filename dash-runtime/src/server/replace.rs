//! Replaces files that only their owner may read.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Replaces a file as a whole: after a crash there is either the old file or the new one. A new file is readable only by
/// its owner. A file that exists keeps its owner and its permissions, and if the path is a link, the file behind it is
/// replaced.
///
/// # Errors
/// If it cannot be written, or its owner cannot be kept, because another user runs this.
pub(super) fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let path = &fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let new = path.with_file_name(name);
    // What a crash has left, or somebody else has put there, may have other permissions or lead elsewhere.
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    let written = (|| {
        keep_owner(path, &file)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&new, path)
    })();
    if written.is_err() {
        // It is of no use, and may have a part of the content.
        let _ = fs::remove_file(&new);
    }
    written
}

/// Gives the new file the owner and the permissions of the old one.
#[cfg(unix)]
fn keep_owner(old: &Path, new: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let old = match fs::metadata(old) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let mut mode = old.mode() & 0o777;
    let own = new.metadata()?;
    if own.uid() != old.uid() {
        fchown(new, Some(old.uid()), Some(old.gid())).map_err(|error| {
            let why = format!(
                "it belongs to the user with the number {}, which cannot be kept: run this as that user, or as root",
                old.uid()
            );
            io::Error::new(error.kind(), why)
        })?;
    } else if own.gid() != old.gid() && fchown(new, None, Some(old.gid())).is_err() {
        // The permissions of the group were meant for another one.
        mode &= !0o070;
    }
    new.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn keep_owner(_old: &Path, _new: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};

    use super::*;

    fn folder(name: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("dash-replace-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn fault_a_command_took_the_file_from_the_user_of_the_server() {
        let folder = folder("owner");
        let file = folder.join("users.toml");
        replace(&file, b"old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        // Only root can give a file away. Others keep the owner anyway.
        let given = chown(&file, Some(4711), Some(4712)).is_ok();
        let owner =
            |file: &Path| fs::metadata(file).map(|about| (about.uid(), about.gid(), about.mode() & 0o777)).unwrap();
        let before = owner(&file);
        replace(&file, b"new").unwrap();
        assert_eq!((owner(&file), fs::read(&file).unwrap()), (before, b"new".to_vec()));
        assert!(!given || before == (4711, 4712, 0o640));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_link_stays_and_the_file_behind_it_is_replaced() {
        let folder = folder("link");
        let (file, link) = (folder.join("real.toml"), folder.join("users.toml"));
        fs::write(&file, "old").unwrap();
        symlink(&file, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        fs::remove_dir_all(folder).unwrap();
    }
}
