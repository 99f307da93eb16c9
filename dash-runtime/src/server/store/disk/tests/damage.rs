//! Files that are damaged or missing.

use super::*;

/// What the sample store has: the newest value of each key.
type Kept = BTreeMap<(Table, Vec<u8>), Vec<u8>>;

/// The files of a store with tables in both keyspaces and a journal, what is in it, and every value that was ever in it.
fn sample() -> (Files, Kept) {
    let folder = Folder::fast();
    let mut kept = Kept::new();
    for round in 0..3 {
        let store = DiskStore::open_sized(&folder.path(), Limits::both(4000)).unwrap();
        for number in 0..40_u64 {
            let state = format!("state {}", number % 7);
            let block = format!("block {:05}", number + round * 100);
            let entries = [(Table::States, state), (Table::Histories, block)].map(|(table, key)| {
                let value = record(&key, number + round * 100);
                kept.insert((table, key.clone().into_bytes()), value.clone());
                entry(table, &key, &value)
            });
            store.append(&entries, if number % 10 == 0 { Level::Power } else { Level::Crash }).unwrap();
        }
        // Something to find in the tables, whenever the thread of fjall gets there.
        let begin = Instant::now();
        let files = store.files().unwrap();
        while [&files.states, &files.histories].iter().any(|keyspace| keyspace.table_count() == 0) {
            assert!(begin.elapsed() < Duration::from_secs(60), "no table is written");
            std::thread::sleep(Duration::from_millis(1));
        }
        store.append(&[], Level::Power).unwrap();
    }
    (files(&folder.path()), kept)
}

fn everything(store: &DiskStore) -> Result<Kept, StoreError> {
    let mut found = Kept::new();
    for table in [Table::States, Table::Histories] {
        found.extend(store.load(table, b"")?.into_iter().map(|(key, value)| ((table, key), value)));
        let mut backwards: Vec<Pair> = Vec::new();
        store.range(table, b"".as_slice()..&[255], Order::Descending, &mut |key, value| {
            backwards.push((key.to_vec(), value.to_vec()));
            ControlFlow::Continue(())
        })?;
        let forwards = found.iter().filter(|((of, _), _)| *of == table).map(|((_, key), value)| (key, value));
        assert!(backwards.iter().rev().map(|(key, value)| (key, value)).eq(forwards));
    }
    Ok(found)
}

/// Opens a store with these files. It must have what was kept, or say that it is damaged. Then nothing of it may be lost:
/// with the damaged files as they were it has what was kept.
fn whole_or_damaged(folder: &Folder, files_now: &Files, good: &Files, kept: &Kept, what: &str) -> Option<StoreError> {
    write_files(&folder.path(), files_now);
    let error = match DiskStore::open(folder.path()).and_then(|store| everything(&store)) {
        Ok(found) => {
            assert!(found == *kept, "{what}: something else is read");
            return None;
        }
        Err(error) => error,
    };
    assert!(
        matches!(error.fault(), StoreFault::Damaged | StoreFault::NewerVersion),
        "{what} is not reported as damage: {error:?}"
    );
    for path in files_now.keys().filter(|path| !good.contains_key(*path)) {
        fs::remove_file(folder.path().join(path)).unwrap();
        // It may have been the only one in its folder.
        let _ = fs::remove_dir(folder.path().join(path).parent().unwrap());
    }
    for (path, bytes) in good.iter().filter(|(path, bytes)| files_now.get(*path) != Some(*bytes)) {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let store = DiskStore::open(folder.path()).unwrap_or_else(|error| panic!("{what}, repaired: {error:?}"));
    assert!(everything(&store).unwrap() == *kept, "{what}, repaired: something is lost");
    Some(error)
}

#[test]
fn a_changed_bit_in_any_file_is_found_or_harmless() {
    let (files, kept) = sample();
    let folder = Folder::fast();
    assert!(whole_or_damaged(&folder, &files, &files, &kept, "nothing").is_none());
    let rounds: usize = std::env::var("DASH_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(30);
    let mut harmless = BTreeMap::<PathBuf, usize>::new();
    for (path, bytes) in files.iter().filter(|(path, _)| !path.ends_with("lock")) {
        // A prime, so that the bits are spread too.
        let step = (bytes.len() * 8 / rounds).max(1) | 1;
        for bit in (0..bytes.len() * 8).step_by(step) {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap()[bit / 8] ^= 1 << (bit % 8);
            let what = format!("bit {bit} of {}", path.display());
            match whole_or_damaged(&folder, &changed, &files, &kept, &what) {
                None => *harmless.entry(path.clone()).or_default() += 1,
                Some(error) if error.fault() == StoreFault::Damaged => {
                    let name = path.to_string_lossy().into_owned();
                    // A list that is named wrongly is reported as the list that is named.
                    assert!(
                        error.to_string().contains(&name) || path.ends_with("current") || path.ends_with("secured"),
                        "{what} is reported as: {error}"
                    );
                    assert!(error.to_string().contains("move the directory of the store away"), "{error}");
                }
                Some(_) => {}
            }
        }
    }
    println!("changed bits without consequence: {harmless:?}");
    for certain in ["format", "db/version", "db/keyspaces/1/current"] {
        assert!(!harmless.contains_key(Path::new(certain)), "a changed bit in {certain} is not found");
    }
}

#[test]
fn a_missing_or_cut_file_is_found_or_harmless() {
    let (files, kept) = sample();
    let folder = Folder::fast();
    for (path, bytes) in &files {
        let mut changed = files.clone();
        changed.remove(path);
        let harmless =
            whole_or_damaged(&folder, &changed, &files, &kept, &format!("without {}", path.display())).is_none();
        // The lock and the mark are made again. Old lists are only waste.
        let known = path.ends_with("lock") || path.ends_with("secured") || !path.starts_with("db");
        assert!(
            !harmless || known || path.file_name().unwrap().to_string_lossy().starts_with('v'),
            "{}",
            path.display()
        );
        for len in [0, 1, bytes.len() / 2, bytes.len().saturating_sub(1)] {
            let mut changed = files.clone();
            changed.get_mut(path).unwrap().truncate(len);
            whole_or_damaged(&folder, &changed, &files, &kept, &format!("{} of {len} bytes", path.display()));
        }
    }
}

#[test]
fn a_missing_or_foreign_folder_removes_nothing() {
    let (files, kept) = sample();
    let folder = Folder::fast();
    for keyspace in 0..3 {
        let mut changed = files.clone();
        changed.retain(|path, _| !path.starts_with(format!("db/keyspaces/{keyspace}")));
        assert!(whole_or_damaged(&folder, &changed, &files, &kept, &format!("without keyspace {keyspace}")).is_some());
    }
    // Which numbers the tables of the sample have depends on how busy the machine was.
    let folder_of_table = "db/keyspaces/1/tables/999999/9";
    assert!(!files.contains_key(Path::new(folder_of_table).parent().unwrap()));
    for foreign in ["db/keyspaces/7/current", "db/keyspaces/x/y", "db/keyspaces/1/tables/x", folder_of_table] {
        let mut changed = files.clone();
        changed.insert(foreign.into(), Vec::new());
        assert!(whole_or_damaged(&folder, &changed, &files, &kept, foreign).is_some(), "{foreign}");
    }
}
