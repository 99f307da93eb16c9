//! A record of a dashboard that was changed since.

use super::*;

/// The same dashboard, after it was changed.
mod changed {
    use super::*;

    #[components]
    pub struct Desk {
        pub extra: Label,
        pub scene: Dial,
        pub content: Frame,
        /// It was a piece of the page.
        #[dynamic]
        pub hello: Log,
        #[dynamic]
        pub name: Dial,
        pub lamps: Many<String, Lamp>,
    }

    impl Dashboard for Desk {
        type Device = ();
        type Session = ();
        const CALLBACKS: Callbacks<Self> = callbacks![];

        fn layout(self) -> Element {
            let lamps = self.lamps.each(|_, lamp| place((lamp.level, lamp.shown, lamp.log)));
            place((self.extra, self.scene, self.content, lamps))
        }
    }
}

#[test]
fn of_a_record_of_another_version_what_fits_is_shown_and_the_rest_is_named() {
    let folder = Folder::new();
    recorded(&folder.file(), vec![Op::Scene(3), Op::Level(0, 7)]);
    let mut replay = Replay::open::<changed::Desk>(&folder.file());
    let told = replay.told.join("\n");
    for part in [
        "the dashboard has changed since the record was made",
        "the record has these, which the dashboard has no longer: book.levels, book.lines, click.click, code.value",
        "the dashboard has these, which are not in the record: extra.text, ",
        "`name.value` is not shown: its type has changed, or its value is not in the record",
    ] {
        assert!(told.contains(part), "{part:?} is not in:\n{told}");
    }
    let (_, to) = replay.run.span();
    let seen = replay.moved(|run, touched| run.seek(to, touched).unwrap());
    assert_eq!(seen["scene.value"], "3.0 None false");
    assert_eq!(seen["lamps[a].shown.text"], "\"a: 7\" None false");
    assert!(seen["name.value"].contains("its type has changed"), "{}", seen["name.value"]);
    assert!(seen["content.children"].contains("scene 3"), "{}", seen["content.children"]);
}
