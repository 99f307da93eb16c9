//! Directories that cannot be used.

use super::*;

#[cfg(unix)]
#[test]
fn the_directory_is_for_this_user_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    drop(DiskStore::open(folder.path().join("deep")).unwrap());
    let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(""), mode("deep"), mode("deep/lock")), (0o700, 0o700, 0o600));
}

#[test]
fn a_directory_that_is_in_use_is_refused() {
    let folder = Folder::new();
    let store = DiskStore::open(folder.path()).unwrap();
    let text = "data: another process uses this directory; stop it or name another directory";
    assert_says(&refused(&folder.path()), StoreFault::InUse, text);
    drop(store);
    DiskStore::open(folder.path()).unwrap();
}

#[test]
fn a_newer_format_is_refused() {
    let folder = Folder::new();
    drop(DiskStore::open(folder.path()).unwrap());
    for (file, newer, text) in [
        ("format", &b"dash-devices store 3\n"[..], "(format 3, known up to 2)"),
        ("db/version", b"FJL\x04", "(format 4, known up to 3)"),
    ] {
        let path = folder.path().join(file);
        let before = fs::read(&path).unwrap();
        fs::write(&path, newer).unwrap();
        assert_says(&refused(&folder.path()), StoreFault::NewerVersion, text);
        fs::write(&path, before).unwrap();
    }
    DiskStore::open(folder.path()).unwrap();
}

#[test]
fn a_directory_of_the_first_format_is_read_and_becomes_one_of_this_format() {
    let folder = Folder::new();
    let store = DiskStore::open(folder.path()).unwrap();
    store.append(&[entry(Table::States, "a", b"1"), entry(Table::Histories, "b", b"2")], Level::Power).unwrap();
    drop(store);
    fs::remove_file(folder.path().join("recent")).unwrap();
    fs::write(folder.path().join("format"), "dash-devices store 1\n").unwrap();
    let store = DiskStore::open(folder.path()).unwrap();
    assert_eq!(store.load(Table::States, b"").unwrap(), [(b"a".into(), b"1".into())]);
    assert_eq!(store.load(Table::Histories, b"").unwrap(), [(b"b".into(), b"2".into())]);
    assert_eq!(fs::read(folder.path().join("format")).unwrap(), b"dash-devices store 2\n");
}

#[test]
fn a_file_is_no_directory() {
    let folder = Folder::new();
    fs::write(folder.path(), "a file").unwrap();
    for path in [folder.path(), folder.path().join("below")] {
        let text = "is not a directory; name a directory for the store";
        assert_says(&refused(&path), StoreFault::Io, text);
    }
}

#[test]
fn a_directory_with_other_files_is_left_alone() {
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    fs::write(folder.path().join("letter.txt"), "Dear all").unwrap();
    let text = "it is no store, but has other files; name a new or an empty directory";
    assert_says(&refused(&folder.path()), StoreFault::Io, text);
    assert_eq!(files(&folder.path()).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_directory_without_the_right_to_write_is_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    if rustix::process::geteuid().is_root() {
        // Root may write everywhere. `a_read_only_disk_is_refused` is for root.
        return;
    }
    let folder = Folder::new();
    fs::create_dir(folder.path()).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o500)).unwrap();
    let error = refused(&folder.path());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert_says(&error, StoreFault::ReadOnly, "cannot be written; the program needs the right to write there");
}

#[test]
fn a_creation_that_did_not_end_is_made_again() {
    let folder = Folder::new();
    let done = Folder::new();
    drop(DiskStore::open(done.path()).unwrap());
    // Each moment between two steps: the lock, the format, the database that is made, its name.
    let whole = files(&done.path());
    let at =
        |paths: &[&str]| paths.iter().map(|path| (PathBuf::from(path), whole[&PathBuf::from(path)].clone())).collect();
    let mut steps: Vec<Files> = vec![at(&[]), at(&["lock"]), at(&["lock", "format"])];
    let mut made = steps[2].clone();
    made.insert("db.new/0.jnl".into(), Vec::new());
    made.insert("format.new".into(), Vec::new());
    steps.push(made);
    for step in steps {
        let _ = fs::remove_dir_all(folder.path());
        fs::create_dir(folder.path()).unwrap();
        for (path, bytes) in step {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        let store = DiskStore::open(folder.path()).unwrap();
        store.append(&[entry(Table::States, "a", b"1")], Level::Power).unwrap();
    }
}
