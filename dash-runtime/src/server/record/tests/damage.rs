//! Records that are cut, damaged, or none.

use super::*;

#[test]
fn what_was_torn_off_or_is_damaged_is_left_out_and_all_before_it_is_used() {
    let whole = bytes_of(some_run());
    let folder = Folder::new();
    let states = |bytes: &[u8]| {
        fs::write(folder.file(), bytes).unwrap();
        let mut replay = Replay::open::<Desk>(&folder.file());
        (replay.all(), replay.run.lost())
    };
    let (all, lost) = states(&whole);
    assert!(all.len() > 30 && lost == 0, "{} states", all.len());
    let keyframe_end = {
        let mut at = 12;
        for _ in 0..2 {
            at += frame::HEAD + u32::from_le_bytes(whole[at..at + 4].try_into().unwrap()) as usize;
        }
        at
    };
    for cut in (keyframe_end..whole.len()).step_by(397) {
        let (some, _) = states(&whole[..cut]);
        assert_eq!(some, all[..some.len()], "cut at {cut}");
        let mut damaged = whole.clone();
        damaged[cut] ^= 0x10;
        let (some, lost) = states(&damaged);
        assert_eq!(some, all[..some.len()], "damaged at {cut}");
        assert!(lost > 0 && some.len() < all.len() || cut + frame::HEAD >= whole.len(), "damaged at {cut}");
    }
    // A crash in the middle of a write leaves zeros.
    let (some, lost) = states(&[&whole[..], &[0; 300]].concat());
    assert_eq!((some, lost), (all, 300));
}

#[test]
fn a_file_that_is_none_or_of_another_version_is_named() {
    let folder = Folder::new();
    let why = |bytes: &[u8]| {
        fs::write(folder.file(), bytes).unwrap();
        Run::open(&folder.file()).unwrap_err().to_string()
    };
    let whole = bytes_of(vec![Op::Click]);
    let mut newer = whole.clone();
    newer[8] = 9;
    assert!(why(&newer).contains("its form is 9, and this program reads forms up to 2"), "{}", why(&newer));
    newer[8] = 1;
    assert!(why(&newer).contains("its form is 1, and this program reads forms from 2 on"), "{}", why(&newer));
    for none in [&b""[..], b"ddlog", b"{}", b"ddlog\n\0\0\x01\0\0\0", &[0; 4096]] {
        assert!(why(none).contains("this is not the record of a run"), "{}", why(none));
    }
    assert!(why(&whole[..40]).contains("the begin of the record is damaged"), "{}", why(&whole[..40]));
    let header = 12 + frame::HEAD + u32::from_le_bytes(whole[12..16].try_into().unwrap()) as usize;
    assert!(why(&whole[..header]).contains("has no state"), "{}", why(&whole[..header]));
    assert!(Run::open(&folder.0.join("gone.ddlog")).unwrap_err().to_string().contains("gone.ddlog"));
    assert!(Run::open(&folder.0).is_err());
}
