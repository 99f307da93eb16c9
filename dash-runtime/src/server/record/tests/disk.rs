//! Disks that are full or stand still, places that cannot be written, and the bound on the size.

use super::*;

/// A disk that is full, or that stands still, when the test says so.
#[derive(Clone, Default)]
struct Disk(Arc<DiskState>);

#[derive(Default)]
struct DiskState {
    is_full: AtomicBool,
    stands: Mutex<()>,
}

struct DiskFile(Disk, fs::File);

impl io::Write for DiskFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        drop(self.0.0.stands.lock());
        if !self.0.0.is_full.load(Ordering::Acquire) {
            return self.1.write(bytes);
        }
        // A part fits.
        if bytes.len() < 8 { Err(io::ErrorKind::StorageFull.into()) } else { self.1.write(&bytes[..bytes.len() / 2]) }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.1.flush()
    }
}

impl Medium for DiskFile {
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.1.cut(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.1.sync()
    }
}

impl Disk {
    fn start(&self, path: &Path, header: &Header) -> Writer {
        let disk = self.clone();
        let open = move |path: &Path| -> io::Result<Box<dyn Medium>> {
            Ok(Box::new(DiskFile(disk.clone(), fs::File::create_new(path)?)))
        };
        Writer::start_with(&Recording::new(path), header, Box::new(open)).unwrap()
    }
}

#[test]
fn a_full_disk_is_told_the_dashboard_goes_on_and_so_does_the_record_after_a_gap() {
    let (folder, disk) = (Folder::new(), Disk::default());
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record_with(|header| Ok(disk.start(&folder.file(), header))).unwrap();
    let recorder = app.recorder();
    let until = |app: &mut InMemory, is: &dyn Fn() -> bool| {
        for round in 0.. {
            assert!(round < 2000, "in vain");
            apply(app, Op::Scene(round as u8 % 90));
            if is() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    until(&mut app, &|| true);
    disk.0.is_full.store(true, Ordering::Release);
    until(&mut app, &|| !recorder.is_written());
    assert_eq!(recorder.report()["status"], "failing");
    apply(&mut app, Op::Scene(7));
    disk.0.is_full.store(false, Ordering::Release);
    until(&mut app, &|| recorder.is_written());
    std::thread::sleep(Duration::from_millis(50));
    apply(&mut app, Op::Scene(3));
    apply(&mut app, Op::Scene(4));
    assert!(recorder.report()["lost"].as_u64().unwrap() > 0);
    let (_, seen) = app.seen();
    drop(app);
    assert!(!ends_with(&folder.file(), &seen).is_empty());
}

#[test]
fn a_disk_that_stands_still_costs_a_gap_and_nobody_waits_for_it() {
    let (folder, disk) = (Folder::new(), Disk::default());
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record_with(|header| Ok(disk.start(&folder.file(), header))).unwrap();
    let recorder = app.recorder();
    drained(&app);
    let stands = disk.0.stands.lock().unwrap();
    let lost = || recorder.report()["lost"].as_u64().unwrap();
    // More than wait in the queue and than the thread may have taken of it.
    let all = QUEUE * 3;
    for round in 0..all {
        app.push(changes!(Desk::hello.text = round.to_string())).unwrap();
    }
    let waiting = recorder.report()["waiting"].as_u64().unwrap();
    assert_eq!(waiting + lost(), all as u64, "each of them is in one of both");
    assert!(lost() > 0 && waiting >= QUEUE as u64);
    drop(stands);
    let lost = lost();
    drained(&app);
    app.push(changes!(Desk::hello.text = "after".to_owned())).unwrap();
    assert_eq!(recorder.report()["lost"].as_u64().unwrap(), lost);
    let (_, seen) = app.seen();
    drop(app);
    assert_eq!(ends_with(&folder.file(), &seen).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_place_that_cannot_be_written_is_an_error_at_the_start_and_only_the_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    let mut app = InMemory::new::<Desk>(()).unwrap();
    for path in [folder.0.join("no/such/run.ddlog"), folder.0.clone(), "/proc/run.ddlog".into()] {
        let error = app.record(path.as_path()).unwrap_err();
        assert!(error.is_record() && error.to_string().contains("cannot be written"), "{error}");
    }
    assert!(folder.0.is_dir(), "a directory is not pushed away");
    app.record(folder.file()).unwrap();
    assert_eq!(fs::metadata(folder.file()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_record_that_is_there_becomes_an_older_part_and_all_parts_have_a_bound() {
    let folder = Folder::new();
    recorded(&folder.file(), vec![Op::Scene(1)]);
    let first = fs::read(folder.file()).unwrap();
    recorded(&folder.file(), vec![Op::Scene(2)]);
    assert_eq!(fs::read(folder.0.join("run.ddlog.1")).unwrap(), first);
    let size = 1024 * 1024;
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record(Recording::new(folder.file()).size(size)).unwrap();
    let long = "x".repeat(20_000);
    for round in 0..200_u32 {
        app.push(changes!(Desk::hello.text = format!("{round}{long}"))).unwrap();
        if round % 10 == 0 {
            // The thread says when it needs a keyframe.
            drained(&app);
        }
    }
    drop(app);
    let parts: Vec<PathBuf> = fs::read_dir(&folder.0).unwrap().map(|entry| entry.unwrap().path()).collect();
    let all: u64 = parts.iter().map(|part| fs::metadata(part).unwrap().len()).sum();
    assert!(parts.len() > 2 && all <= size, "{all} bytes in {parts:?}");
    for part in &parts {
        assert!(Run::open(part).is_ok_and(|run| run.lost() == 0), "{part:?}");
    }
}
