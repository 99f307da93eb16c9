//! Names that people would take for another name. A new user or program cannot have one.
//!
//! A name of the users file stands in the record, on pages and in the log, and decides whom people trust. So its letters
//! are of one script, and it does not look like a name that is there. This is no complete list of letters that look alike:
//! it has those of the scripts that have many of them in common with Latin.

use std::collections::BTreeMap;

use crate::rights::PROGRAM;

/// Checks a new name. `others` are the names that there are.
///
/// # Errors
/// What is wrong with it.
pub(super) fn check_new<'a>(name: &str, mut others: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let refused = |why: &str| Err(format!("{name:?} is not a good name: {why}"));
    if name.chars().any(is_accent) {
        return refused("it has an accent as a letter of its own: write the letter and its accent as one letter");
    }
    if let Some(letter) = name.chars().find(|letter| is_variant(*letter)) {
        return refused(&format!("`{letter}` is a variant of an ordinary letter: write the ordinary one"));
    }
    let mut scripts = name.chars().filter(|letter| letter.is_alphabetic()).map(|letter| (letter, Script::of(letter)));
    if let Some((first, script)) = scripts.next()
        && let Some((other, _)) = scripts.find(|(_, other)| *other != script)
    {
        let why = format!("`{first}` and `{other}` are letters of different scripts, and such letters may look alike");
        return refused(&why);
    }
    let (own, low) = (outline(name), name.to_lowercase());
    if ["guest", "local"].iter().any(|taken| outline(taken) == own) {
        return refused("it looks like the name of those who have not logged in");
    }
    let first = name.split(':').next().unwrap_or_default().trim();
    if outline(first) == outline(PROGRAM) {
        return refused("it looks like what the record says of the program itself");
    }
    match others.find(|other| outline(other) == own || other.to_lowercase() == low) {
        Some(other) => refused(&format!("it looks like {other:?}, which there is already")),
        None => Ok(()),
    }
}

/// The names that look like one before them, each with that one. Whoever writes the users file may give such names, and
/// must know it.
pub(super) fn alike<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(&'a str, &'a str)> {
    let mut seen: BTreeMap<String, &str> = ["guest", "local"].map(|name| (outline(name), name)).into();
    let look_alike = |name: &'a str| {
        let first = *seen.entry(outline(name)).or_insert(name);
        (first != name).then_some((name, first))
    };
    names.filter_map(look_alike).collect()
}

/// Which letters belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Arabic,
    /// Languages of East Asia mix their scripts in one word.
    EastAsian,
    /// The first block of another script that has several.
    Blocks(u32),
    /// Most other scripts have one block of 128 letters.
    Block(u32),
}

impl Script {
    const fn of(letter: char) -> Self {
        match letter as u32 {
            0x41..=0x2ff | 0x1d00..=0x1dbf | 0x1e00..=0x1eff | 0x2c60..=0x2c7f | 0xa720..=0xa7ff | 0xab30..=0xab6f => {
                Self::Latin
            }
            0x370..=0x3ff | 0x1f00..=0x1fff => Self::Greek,
            0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Self::Cyrillic,
            0x600..=0x6ff | 0x750..=0x77f | 0x870..=0x8ff | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Self::Arabic,
            0x1100..=0x11ff
            | 0x2e80..=0x9fff
            | 0xa960..=0xa97f
            | 0xac00..=0xd7ff
            | 0xf900..=0xfaff
            | 0x1b000..=0x1b16f
            | 0x20000..=0x3ffff => Self::EastAsian,
            0x530..=0x58f => Self::Blocks(0x530),
            0x590..=0x5ff => Self::Blocks(0x590),
            0xf00..=0xfff => Self::Blocks(0xf00),
            0x1000..=0x109f | 0xa9e0..=0xa9ff | 0xaa60..=0xaa7f => Self::Blocks(0x1000),
            0x10a0..=0x10ff | 0x1c90..=0x1cbf | 0x2d00..=0x2d2f => Self::Blocks(0x10a0),
            0x1200..=0x139f | 0x2d80..=0x2ddf | 0xab00..=0xab2f => Self::Blocks(0x1200),
            0x13a0..=0x13ff | 0xab70..=0xabbf => Self::Blocks(0x13a0),
            0x1400..=0x167f | 0x18b0..=0x18ff => Self::Blocks(0x1400),
            0x1800..=0x18af => Self::Blocks(0x1800),
            number => Self::Block(number >> 7),
        }
    }
}

/// Marks that belong to the letter before them, in scripts that have letters with accents as one letter too.
const fn is_accent(letter: char) -> bool {
    matches!(letter as u32, 0x300..=0x36f | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x20d0..=0x20ff | 0xfe20..=0xfe2f)
}

/// Letters and digits that are another form of ordinary ones: wide, bold, raised, in a circle, or several as one.
const fn is_variant(letter: char) -> bool {
    matches!(
        letter as u32,
        0xaa | 0xb2 | 0xb3 | 0xb9 | 0xba
            | 0x2b0..=0x2ff
            | 0x2070..=0x209f
            | 0x2100..=0x218f
            | 0x2460..=0x24ff
            | 0xfb00..=0xfb06
            | 0xff00..=0xffef
            | 0x1d400..=0x1d7ff
            | 0x1f100..=0x1f1ff
    )
}

/// Each letter that looks like a Latin one, in its order.
const ALIKE: [(&str, &str); 6] = [
    // Cyrillic, large and small.
    ("АВЕЅЈКМНОРСТУХԚԜ", "abesjkmhopctyxqw"),
    ("авеѕіјкмнорстухԁһԛԝ", "abesijkmhopctyxdhqw"),
    // Greek, large and small.
    ("ΑΒΕΖΗΚΜΝΟΡΤΥΧ", "abezhkmnoptyx"),
    ("αβγηικνορτυχω", "abynikvoptuxw"),
    // Armenian.
    ("օոսհցզյ", "onuhgqj"),
    // What differs only in some fonts.
    ("I1|ıІӀӏΙ0O‐‑‒–—−’‘`ʼ", "lllllllloo------''''"),
];

/// A text that is the same for names that look alike.
fn outline(name: &str) -> String {
    let alike = |letter: char| {
        let mut pairs = ALIKE.iter().flat_map(|(these, those)| these.chars().zip(those.chars()));
        pairs.find(|(this, _)| *this == letter).map(|(_, that)| that)
    };
    let mut out = String::new();
    for letter in name.chars() {
        match alike(letter) {
            Some(latin) => out.push(latin),
            None => out.extend(letter.to_lowercase().map(|low| alike(low).unwrap_or(low))),
        }
    }
    out.replace("rn", "m").replace("vv", "w")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_that_looks_like_another_one_has_one() {
        for (these, those) in ALIKE {
            assert_eq!(these.chars().count(), those.chars().count(), "{these}");
        }
    }

    #[test]
    fn fault_names_of_the_users_file_that_look_alike_were_not_told() {
        let names = ["ada", "biII", "bill", "boris", "аdа", "ada", "Iocal"];
        let told = [("bill", "biII"), ("аdа", "ada"), ("Iocal", "local")];
        assert_eq!(alike(names.into_iter()), told, "a person and a program may have one name");
    }

    #[test]
    fn fault_a_new_user_could_have_a_name_that_looks_like_another_one() {
        let there = ["ada", "bill", "Oslo", "carmen", "größe"];
        let why = |name: &str| check_new(name, there.into_iter()).unwrap_err();
        // Cyrillic and Greek letters among Latin ones.
        for name in ["аda", "boрis", "αlan", "gueѕt"] {
            assert!(why(name).contains("letters of different scripts"), "{name}: {}", why(name));
        }
        // A whole name in another script, another case, and what differs only in some fonts.
        for name in ["Ada", "ADA", "biII", "bi11", "0slo", "oslo", "carrnen"] {
            assert!(why(name).contains("looks like \""), "{name}: {}", why(name));
        }
        let cyrillic = ["осе"];
        assert!(check_new("oce", cyrillic.into_iter()).unwrap_err().contains("looks like \"осе\""));
        assert!(check_new("осе", ["oce"].into_iter()).is_err());
        for name in ["LocaI", "1oca1", "GUEST"] {
            assert!(why(name).contains("those who have not logged in"), "{name}: {}", why(name));
        }
        for (name, part) in [("ａda", "variant"), ("𝐚da", "variant"), ("eve²", "variant"), ("gro\u{308}ße", "accent")]
        {
            assert!(why(name).contains(part), "{name}: {}", why(name));
        }
        for name in [
            "ida",
            "bob",
            "grösse",
            "Борис",
            "Ελένη",
            "अदिति",
            "日本のカナ",
            "한국",
            "محمد",
            "o'hara",
            "ada2",
            "ada@lab.local",
        ] {
            check_new(name, there.into_iter()).unwrap();
        }
    }
}
