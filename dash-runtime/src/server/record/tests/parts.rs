//! A large record becomes several files, and nothing is lost between them.

use super::*;

/// What the thread does with files, in order. A file is the number of files that were opened until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Did {
    Open(usize),
    Write(usize),
    Sync(usize),
}

/// A disk that stands still when the test says so, and that tells what was done with it.
#[derive(Clone, Default)]
struct Told(Arc<ToldState>);

#[derive(Default)]
struct ToldState {
    stands: Mutex<()>,
    did: Mutex<Vec<Did>>,
    /// Whether no further file can be opened.
    is_closed: AtomicBool,
}

struct ToldFile(Told, usize, fs::File);

impl io::Write for ToldFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        drop(self.0.0.stands.lock());
        self.0.did(Did::Write(self.1));
        self.2.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.2.flush()
    }
}

impl Medium for ToldFile {
    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.2.cut(len)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.0.did(Did::Sync(self.1));
        self.2.sync()
    }
}

impl Told {
    fn did(&self, did: Did) {
        self.0.did.lock().unwrap().push(did);
    }

    fn all(&self) -> Vec<Did> {
        self.0.did.lock().unwrap().clone()
    }

    fn parts(&self) -> usize {
        self.all().iter().filter(|did| matches!(did, Did::Open(_))).count()
    }

    fn start(&self, recording: &Recording, header: &Header) -> Writer {
        let disk = self.clone();
        let open = move |path: &Path| -> io::Result<Box<dyn Medium>> {
            if disk.0.is_closed.load(Ordering::Acquire) {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            let file = fs::File::create_new(path)?;
            let number = disk.parts() + 1;
            disk.did(Did::Open(number));
            Ok(Box::new(ToldFile(disk.clone(), number, file)))
        };
        Writer::start_with(recording, header, Box::new(open)).unwrap()
    }
}

const SIZE: u64 = 1024 * 1024;

fn recorded_on(disk: &Told, folder: &Folder) -> InMemory {
    let mut app = InMemory::new::<Desk>(()).unwrap();
    app.record_with(|header| Ok(disk.start(&Recording::new(folder.file()).size(SIZE), header))).unwrap();
    app
}

/// The parts of the record, the oldest first.
fn parts(folder: &Folder) -> Vec<PathBuf> {
    let older = (1..20).rev().map(|number| folder.0.join(format!("run.ddlog.{number}")));
    older.chain([folder.file()]).filter(|part| part.exists()).collect()
}

/// The texts of `hello`, and the numbers of the commands, in all parts.
fn in_all(parts: &[PathBuf]) -> (Vec<u32>, Vec<u64>) {
    let (mut texts, mut commands) = (Vec::new(), Vec::new());
    for part in parts {
        let mut run = Run::open(part).unwrap();
        assert_eq!(run.gaps(), [0; 0], "{part:?}");
        let hello = run.header().props.iter().position(|prop| prop.name == "hello.text").unwrap();
        run.walk(|moment, walked| {
            match walked {
                Walked::State(_) => {
                    let held = moment.values.get(&super::super::Place::Prop(hello));
                    let Some(text) = held.and_then(|held| held.value.clone()) else { return Ok(()) };
                    let text = serde_json::from_str::<String>(&text).unwrap();
                    texts.extend(text.split(' ').next().and_then(|number| number.parse::<u32>().ok()));
                }
                Walked::Other(entry) if entry.kind == Kind::Audit => {
                    let body: serde_json::Value = serde_json::from_slice(&entry.body).unwrap();
                    commands.push(body["n"].as_u64().unwrap());
                }
                Walked::Other(_) => {}
            }
            Ok(())
        })
        .unwrap();
    }
    texts.dedup();
    (texts, commands)
}

fn is_without_a_hole<T: Copy + PartialEq + TryInto<u64> + std::fmt::Debug>(numbers: &[T], last: u64) {
    let numbers: Vec<u64> = numbers.iter().map(|number| (*number).try_into().ok().unwrap()).collect();
    assert!(numbers.windows(2).all(|two| two[1] == two[0] + 1), "{numbers:?}");
    assert_eq!(numbers.last(), Some(&last));
}

#[test]
fn fault_changes_and_commands_are_lost_when_a_new_file_begins() {
    let (folder, disk) = (Folder::new(), Told::default());
    let mut app = recorded_on(&disk, &folder);
    let ada = app.join();
    let scene = app.number("scene", "value").unwrap();
    let mut number = 0;
    while disk.parts() < 4 {
        // The disk stands still, so that the queue has more than is written at once, and events are behind those with which
        // the file is large enough.
        let stands = disk.0.stands.lock().unwrap();
        for _ in 0..100 {
            number += 1;
            app.advance(Duration::from_millis(100));
            app.push(changes!(Desk::hello.text = format!("{number} {}", "x".repeat(6_000)))).unwrap();
            app.send(&ada, &format!(r#"{{"n":{number},"p":{scene},"v":{}}}"#, number % 90));
            app.frames(&ada);
        }
        drop(stands);
        drained(&app);
        assert!(number < 2000, "no new file begins");
    }
    assert_eq!(app.recorder().report()["lost"], 0);
    drop(app);
    let (texts, commands) = in_all(&parts(&folder));
    is_without_a_hole(&texts, number);
    is_without_a_hole(&commands, number);
    assert!(texts.len() > 60, "{texts:?}");
}

#[test]
fn fault_a_state_larger_than_a_quarter_of_the_size_makes_a_file_of_each_change() {
    let (folder, disk) = (Folder::new(), Told::default());
    let mut app = recorded_on(&disk, &folder);
    app.push(changes!(Desk::hello.text = "x".repeat(300_000))).unwrap();
    for level in 0..60 {
        app.advance(Duration::from_millis(10));
        app.push(changes!(Desk::name.value = format!("n{level}"))).unwrap();
        drained(&app);
    }
    assert!(disk.parts() < 4, "{:?}", disk.all());
    let (_, seen) = app.seen();
    drop(app);
    let mut replay = Replay::open::<Desk>(&folder.file());
    assert!(replay.all().len() > 40);
    ends_with(&folder.file(), &seen);
}

#[test]
fn fault_the_head_file_has_no_state_until_the_next_change() {
    let (folder, disk) = (Folder::new(), Told::default());
    let mut app = recorded_on(&disk, &folder);
    for round in 0.. {
        app.push(changes!(Desk::hello.text = format!("{round} {}", "x".repeat(10_000)))).unwrap();
        drained(&app);
        // As after a crash: what is on the disk at this moment.
        assert!(Run::open(&folder.file()).is_ok(), "after {round} changes");
        if disk.parts() == 3 {
            break;
        }
        assert!(round < 500, "no new file begins");
    }
}

#[test]
fn fault_the_end_of_an_older_part_is_lost_at_a_power_failure() {
    let (folder, disk) = (Folder::new(), Told::default());
    let mut app = recorded_on(&disk, &folder);
    for round in 0..300 {
        app.push(changes!(Desk::hello.text = format!("{round} {}", "x".repeat(10_000)))).unwrap();
        drained(&app);
    }
    drop(app);
    let did = disk.all();
    let opened: Vec<usize> = (0..did.len()).filter(|at| matches!(did[*at], Did::Open(number) if number > 1)).collect();
    assert!(opened.len() > 2);
    for at in opened {
        let Did::Open(number) = did[at] else { unreachable!() };
        assert_eq!(did[at - 1], Did::Sync(number - 1), "before file {number} is opened");
        assert!(!did[at..].contains(&Did::Write(number - 1)), "file {} is written later", number - 1);
    }
}

#[test]
fn a_new_file_that_cannot_be_opened_is_tried_again_and_costs_one_gap() {
    let (folder, disk) = (Folder::new(), Told::default());
    let mut app = recorded_on(&disk, &folder);
    disk.0.is_closed.store(true, Ordering::Release);
    let recorder = app.recorder();
    let until = |app: &mut InMemory, is: &dyn Fn() -> bool| {
        for round in 0.. {
            assert!(round < 2000, "in vain");
            app.push(changes!(Desk::hello.text = format!("{round} {}", "x".repeat(10_000)))).unwrap();
            drained(app);
            if is() {
                return;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    until(&mut app, &|| !recorder.is_written());
    // It is tried again and again meanwhile.
    let written = fs::metadata(folder.0.join("run.ddlog.1")).unwrap().len();
    for round in 0..20 {
        app.push(changes!(Desk::scene.value = f64::from(round))).unwrap();
        drained(&app);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(fs::metadata(folder.0.join("run.ddlog.1")).unwrap().len(), written, "the older part grows");
    disk.0.is_closed.store(false, Ordering::Release);
    until(&mut app, &|| recorder.is_written());
    until(&mut app, &|| Run::open(&folder.file()).is_ok());
    let (_, seen) = app.seen();
    drop(app);
    assert_eq!(ends_with(&folder.file(), &seen).len(), 1);
}

/// What is on the disk if the program ends at any moment between two files: the older part is whole, and what follows it is
/// missing, empty, or has its begin.
#[test]
fn fault_a_crash_between_two_files_left_a_record_that_could_not_be_replayed() {
    let (folder, disk) = (Folder::new(), Told::default());
    let mut app = recorded_on(&disk, &folder);
    let mut round = 0;
    while disk.parts() < 3 {
        round += 1;
        app.push(changes!(Desk::hello.text = format!("{round} {}", "x".repeat(10_000)))).unwrap();
        drained(&app);
        assert!(round < 500, "no new file begins");
    }
    drop(app);
    let head = fs::read(folder.file()).unwrap();
    let whole = fs::read(folder.0.join("run.ddlog.1")).unwrap();
    let older = fs::read(folder.0.join("run.ddlog.2")).unwrap();
    let last = {
        let mut run = Run::open(&folder.0.join("run.ddlog.1")).unwrap();
        let end = run.span().1;
        run.seek(end, &mut Touched::default()).unwrap();
        run.moment().values.clone()
    };
    // The begin of a file, which is written with the first state in one piece, but may be torn anywhere.
    let header = 12 + 25 + u32::from_le_bytes(head[12..16].try_into().unwrap()) as usize;
    let begins =
        [None, Some(0), Some(5), Some(8), Some(12), Some(20), Some(header - 1), Some(header), Some(header + 30)];
    for (kept, zeros) in begins.into_iter().map(|kept| (kept, 0)).chain([(Some(0), 4_096)]) {
        let folder = Folder::new();
        fs::write(folder.0.join("run.ddlog.1"), &whole).unwrap();
        fs::write(folder.0.join("run.ddlog.2"), &older).unwrap();
        if let Some(kept) = kept {
            fs::write(folder.file(), [&head[..kept], &vec![0; zeros]].concat()).unwrap();
        }
        let what = format!("{kept:?} bytes and {zeros} zeros");
        let mut run = Run::open(&folder.file()).unwrap_or_else(|error| panic!("{what}: {error}"));
        let end = run.span().1;
        run.seek(end, &mut Touched::default()).unwrap();
        assert_eq!(run.moment().values, last, "{what}");
        // The next start goes on behind it, and loses no part.
        recorded(&folder.file(), vec![Op::Scene(3)]);
        assert_eq!(Run::open(&folder.file()).unwrap().path(), folder.file(), "{what}");
        let parts: Vec<Vec<u8>> = parts(&folder).iter().map(|part| fs::read(part).unwrap()).collect();
        let at = parts.iter().position(|part| *part == whole).unwrap_or_else(|| panic!("{what}: the part is lost"));
        assert!(parts[at - 1] == older, "{what}");
    }
}

#[test]
fn fault_a_program_that_ended_while_it_started_again_and_again_pushed_out_the_record() {
    let folder = Folder::new();
    recorded(&folder.file(), vec![Op::Scene(3)]);
    let whole = fs::read(folder.file()).unwrap();
    let header = Run::open(&folder.file()).unwrap().header().clone();
    for _ in 0..30 {
        // It ends before anything has happened.
        Writer::start(&Recording::new(folder.file()), &header).unwrap().finish();
    }
    assert!(fs::read(folder.0.join("run.ddlog.1")).unwrap() == whole, "another file is the newest part");
    assert!(!folder.0.join("run.ddlog.2").exists());
}

/// A crash between two renames leaves out a number.
#[test]
fn a_part_without_a_number_before_it_is_kept_and_shown() {
    let folder = Folder::new();
    recorded(&folder.file(), vec![Op::Scene(1)]);
    fs::rename(folder.file(), folder.0.join("run.ddlog.2")).unwrap();
    let oldest = fs::read(folder.0.join("run.ddlog.2")).unwrap();
    assert!(Run::open(&folder.file()).is_ok_and(|run| run.path().ends_with("run.ddlog.2")));
    recorded(&folder.file(), vec![Op::Scene(2)]);
    recorded(&folder.file(), vec![Op::Scene(3)]);
    assert!(parts(&folder).iter().any(|part| fs::read(part).unwrap() == oldest), "{:?}", parts(&folder));
    // A file of somebody else is no part of a record.
    fs::write(folder.file(), b"a letter").unwrap();
    assert!(Run::open(&folder.file()).unwrap_err().to_string().contains("not the record of a run"));
    recorded(&folder.file(), vec![Op::Scene(4)]);
    assert_eq!(fs::read(folder.0.join("run.ddlog.1")).unwrap(), b"a letter", "it is not removed");
}
