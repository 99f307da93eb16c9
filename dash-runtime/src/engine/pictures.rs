//! Pictures over the link of a page. The page asks for another picture of a property when it has drawn the last one, and
//! names that one. So at most one picture of each property is on its way to a page, and a page that is slow misses the
//! pictures in between.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use super::{Engine, session::SocketNo};
use crate::{
    client::ClientId,
    numbers::{PropNo, PropRange},
    picture::Picture,
    protocol::client::Refusal,
};

/// What one page is owed. A new connection begins with nothing.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    /// The properties of which the page wants the next picture, in the order in which it has asked. Cameras that share a
    /// page take turns.
    wanted: VecDeque<PropNo>,
    /// For each property that the page has asked for: the picture that the page shows, or that was sent to it.
    given: BTreeMap<PropNo, Given>,
}

#[derive(Debug, Default)]
struct Given {
    name: Option<String>,
    /// Whether it was sent over this connection, so that the page must have got it before there is another one.
    sent: bool,
}

impl Pictures {
    /// The page shows the picture `has` of the property and wants another one, and has got `got` over this connection.
    /// Returns whether it is owed one: until the page has got the picture that was sent to it, asking again changes nothing.
    fn ask(&mut self, prop: PropNo, has: Option<&str>, got: Option<&str>) -> bool {
        let given = self.given.entry(prop).or_default();
        if given.sent && given.name.as_deref() != got {
            return false;
        }
        *given = Given { name: has.map(str::to_owned), sent: false };
        if !self.wanted.contains(&prop) {
            self.wanted.push_back(prop);
        }
        true
    }

    /// Takes the first property that the page wants a picture of and that has another one now.
    fn take(&mut self, current: impl Fn(PropNo) -> Option<Picture>) -> Option<(PropNo, Picture)> {
        let (at, picture) = self.wanted.iter().enumerate().find_map(|(at, prop)| {
            let picture = current(*prop)?;
            let known = self.given.get(prop).and_then(|given| given.name.as_deref());
            (known != Some(&*picture.name())).then_some((at, picture))
        })?;
        let prop = self.wanted.remove(at)?;
        self.given.insert(prop, Given { name: Some(picture.name()), sent: true });
        Some((prop, picture))
    }

    /// Forgets these cells, because their row is removed.
    pub(super) fn remove_cells(&mut self, cells: &PropRange) {
        self.wanted.retain(|prop| !cells.contains(prop));
        self.given.extract_if(cells.clone(), |_, _| true).for_each(drop);
    }
}

/// A picture for a page.
#[derive(Debug)]
pub(crate) struct Due {
    pub(crate) prop: PropNo,
    pub(crate) picture: Picture,
}

impl Engine {
    /// The page shows the picture `has` of a property, and wants another one. The last one that it has got over this
    /// connection is `got`. Returns whether there may be one to send.
    ///
    /// # Errors
    /// There is no such property, its value is no picture, or the client sends too many frames.
    pub(crate) fn ask_for_picture(
        &mut self,
        now: Duration,
        id: ClientId,
        prop: u64,
        has: Option<&str>,
        got: Option<&str>,
    ) -> Result<bool, Refusal> {
        let view = self.roster.get(id).and_then(|session| self.plan.rights.view(session.level));
        // What a client may not see does not exist for it.
        let number = self.plan.read_number(prop).filter(|number| !self.plan.hides(view, *number));
        let number = number.ok_or(Refusal::UnknownProperty(prop))?;
        if !self.has(number) || !self.is_shown(id, self.plan.prop(number).component_no) {
            // A callback may have replaced the component meanwhile. The page asks again when it comes back.
            return Ok(false);
        }
        if !self.seen_by(id, number).value().is_some_and(Picture::is_type_of) {
            return Err(Refusal::Malformed(format!("property {prop} has no pictures")));
        }
        let Some(session) = self.roster.get_mut(id) else { return Ok(false) };
        session.commands.may_command(now, &self.limits)?;
        Ok(session.pictures.ask(number, has, got))
    }

    /// The next picture for this socket. `None`: the page wants none, or has the newest ones.
    pub(crate) fn poll_picture(&mut self, id: ClientId, socket: SocketNo) -> Option<Due> {
        let Self { plan, roster, truth, .. } = self;
        let session = roster.get_mut(id).filter(|session| session.presence.socket() == Some(socket))?;
        if session.pictures.wanted.is_empty() {
            return None;
        }
        let view = plan.rights.view(session.level);
        let own = &session.own;
        let (prop, picture) = session.pictures.take(|prop| {
            let slot = own.get(&prop).unwrap_or_else(|| truth.store.slot(prop));
            slot.value().filter(|_| !plan.hides(view, prop)).and_then(Picture::of).cloned()
        })?;
        Some(Due { prop, picture })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{numbers::Numbering, picture::PictureFormat};

    fn prop(number: u64) -> PropNo {
        Numbering::read(number).unwrap()
    }

    fn picture() -> Picture {
        Picture::new(PictureFormat::Jpeg, vec![1])
    }

    #[test]
    fn a_page_gets_the_next_picture_when_it_has_the_last() {
        let (mut pictures, camera) = (Pictures::default(), prop(3));
        let (first, second, third) = (picture(), picture(), picture());
        let take = |pictures: &mut Pictures, now: &Picture| pictures.take(|_| Some(now.clone()));
        assert_eq!(take(&mut pictures, &first), None, "it has not asked");
        assert!(pictures.ask(camera, None, None));
        assert_eq!(take(&mut pictures, &first), Some((camera, first.clone())));
        // The first is on its way. However often the page asks, no second one follows it.
        assert!(!pictures.ask(camera, None, None));
        assert_eq!(take(&mut pictures, &second), None);
        assert!(pictures.ask(camera, Some(&first.name()), Some(&first.name())));
        assert_eq!(take(&mut pictures, &first), None, "it has this one");
        assert_eq!(take(&mut pictures, &third), Some((camera, third)), "the newest, and not the second");
    }

    #[test]
    fn fault_a_camera_that_was_placed_anew_got_no_picture() {
        let (mut pictures, camera) = (Pictures::default(), prop(3));
        let only = picture();
        let take = |pictures: &mut Pictures| pictures.take(|_| Some(only.clone()));
        pictures.ask(camera, None, None);
        assert!(take(&mut pictures).is_some());
        // A new element shows nothing. The picture that came was for the one before.
        assert!(pictures.ask(camera, None, Some(&only.name())));
        assert_eq!(take(&mut pictures), Some((camera, only.clone())));
        assert!(!pictures.ask(camera, None, None), "the picture is on its way");
    }

    #[test]
    fn cameras_of_one_page_take_turns() {
        let (mut pictures, cameras) = (Pictures::default(), [prop(3), prop(5)]);
        let mut given = Vec::new();
        let mut last = [None, None];
        for _ in 0..6 {
            for (camera, last) in cameras.iter().zip(&last) {
                pictures.ask(*camera, Option::as_deref(last), Option::as_deref(last));
            }
            let (camera, picture) = pictures.take(|_| Some(picture())).unwrap();
            let at = usize::from(camera == cameras[1]);
            last[at] = Some(picture.name());
            given.push(at);
        }
        assert_eq!(given, [0, 1, 0, 1, 0, 1]);
    }

    #[test]
    fn a_page_that_shows_no_picture_waits_for_the_first() {
        let (mut pictures, camera) = (Pictures::default(), prop(3));
        pictures.ask(camera, None, None);
        assert_eq!(pictures.take(|_| None), None);
        assert!(pictures.take(|_| Some(picture())).is_some());
    }
}
