//! Large libraries of others, which the scripts of components load when they need them.
//!
//! A module imports a library by its name, from its own folder: `import("./three.js")`. That address leads to the file
//! itself, whose name has the hash of its content. So the file stays in the browser's cache when the page's script changes,
//! and the script needs no list of addresses. The folder's name has the hashes of all libraries too, so what the short
//! address leads to never changes.

use super::assets::{Asset, hash_of};
use crate::{component::Library, hash};

/// The libraries of one dashboard.
pub(crate) struct Libraries(Vec<(&'static str, Asset)>);

impl Libraries {
    /// The libraries that these components declare. Several components may declare the same one.
    ///
    /// # Errors
    /// Names that are no file names, names with two texts, and libraries that are not there.
    pub(super) fn of<'a>(declared: impl Iterator<Item = &'a Library>) -> Result<Self, Vec<String>> {
        let (mut found, mut faults) = (Self(Vec::new()), Vec::new());
        for library in declared {
            if let Err(fault) = found.add(library) {
                faults.push(format!("library `{}`: {fault}", library.name));
            }
        }
        if faults.is_empty() { Ok(found) } else { Err(faults) }
    }

    fn add(&mut self, library: &Library) -> Result<(), String> {
        let name = library.name;
        let is_known = |letter: char| matches!(letter, 'a'..='z' | '0'..='9' | '-' | '_' | '.');
        let stem = name.strip_suffix(".js").filter(|stem| !stem.is_empty() && name.chars().all(is_known));
        let Some(stem) = stem.filter(|stem| !stem.starts_with('.')) else {
            return Err(
                "its name must be lowercase letters, digits, `-`, `_` and `.`, with `.js` at its end".to_owned()
            );
        };
        if stem == "dash" {
            return Err("this is the name of the page's script: choose another name".to_owned());
        }
        let text = (library.source)()?;
        let file = format!("{stem}-{:016x}.js", hash_of(text));
        match self.0.iter().find(|(other, _)| *other == name) {
            Some((_, asset)) if asset.name == file => {}
            Some(_) => return Err("two components declare libraries with this name and different texts".to_owned()),
            None => self.0.push((name, Asset::large(file, text))),
        }
        Ok(())
    }

    /// The names that modules import.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(name, _)| *name)
    }

    pub(super) fn assets(&self) -> impl Iterator<Item = &Asset> {
        self.0.iter().map(|(_, asset)| asset)
    }

    /// The hash together with those of all libraries.
    pub(super) fn add_to(&self, hash: u64) -> u64 {
        self.assets().fold(hash, |hash, asset| hash::fnv1a(hash, asset.name.as_bytes()))
    }

    /// The address of the library with this name, relative to the folder of the modules.
    pub(super) fn address(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(other, _)| *other == name).map(|(_, asset)| format!("../{}", asset.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Library = Library::new("one.js", || Ok("export const one = 1;"));

    #[test]
    fn a_library_that_several_components_declare_is_served_once() {
        let all = Libraries::of([&ONE, &ONE].into_iter()).unwrap_or_else(|faults| panic!("{faults:?}"));
        let [asset] = &all.assets().collect::<Vec<_>>()[..] else { panic!("not one") };
        assert!(!asset.is_compressed(), "compressed before anybody asked");
        assert_eq!(all.address("one.js"), Some(format!("../{}", asset.name)));
        assert_eq!(all.address("two.js"), None);
        assert_ne!(all.add_to(1), 1);
    }

    #[test]
    fn what_cannot_be_served_is_an_error() {
        let faults = |libraries: &[Library]| Libraries::of(libraries.iter()).err().unwrap_or_default();
        let other = Library::new("one.js", || Ok("export const one = 2;"));
        assert_eq!(
            faults(&[ONE, other]),
            ["library `one.js`: two components declare libraries with this name and different texts"]
        );
        let gone = Library::new("gone.js", || Err("the crate has no script".to_owned()));
        assert_eq!(faults(&[gone]), ["library `gone.js`: the crate has no script"]);
        for name in ["", ".js", "one", "../one.js", "One.js", "a/b.js", "a b.js", "..js"] {
            let fault = faults(&[Library::new(name, ONE.source)]);
            assert!(fault[0].contains("its name must be"), "{name}: {fault:?}");
        }
        let script = Library::new("dash.js", ONE.source);
        assert!(faults(&[script])[0].contains("this is the name of the page's script"));
    }
}
