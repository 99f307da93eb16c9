//! The wire: JSON text frames over one WebSocket, or, for a page that gets none, over a stream of events and requests, versioned by [`VERSION`] and
//! the hash of the dashboard's schema.
//!
//! | from the client | |
//! | --- | --- |
//! | `{"t":"hello","protocol":3,"schema":"…","epoch":"…","rev":17,"session":null}` | always first: what the page holds; with `"path":"/lamp/3"` on a dashboard with several pages, and `"hidden":true` if nobody can see the page |
//! | `{"n":1,"p":3,"v":40.5,"a":1200}` | command `n` (1, 2, 3 …): property 3 shall be 40.5; asked 1200 ms ago |
//! | `{"t":"view","hidden":true}` | from now on nobody can see this page, or, with `false`, somebody can |
//! | `{"t":"bye"}` | this page is closed or left |
//! | `{"t":"ping"}` | is anybody there? answered `{"t":"pong"}` |
//!
//! | from the server | |
//! | --- | --- |
//! | `{"t":"welcome","epoch":"…","session":"…","last":12}` | go on; 12 is the last command number seen |
//! | `{"t":"reload"}` | another protocol is spoken now: load the page anew |
//! | `{"t":"table","schema":"…","size":12,"components":[["level","…",0]]}` | another version of the dashboard is running now (see below) |
//! | `{"t":"disconnected","why":"…"}` | the program has disconnected this page: do not come back before the person wants it |
//! | `{"t":"refused","kind":"…","why":"…"}` | a frame that was no command |
//! | `{"r":42,"w":[[2,[1,4],[[4,"7",[…]]]]],"p":[[3,40.5]],"d":[[5,[…]]],"s":[[9,[…]]],"q":[[7,"why"]],"a":[[1,0,42]],"m":["…"]}` | everything up to revision 42, as one change |
//!
//! In an update `w` has lists whose rows are others now: the property with the keys, the numbers of the rows in their order,
//! and of rows that the page may not have the number, the key and what it looks like. A property in row 4 has its number in
//! any row plus 4 times the number of all properties. `p` has whole values, `d` operations on the values that the page has (listed in [`edit`](crate::edit)), `s`
//! items of streams, `q` what is wrong with a value or null, `a` outcomes, `m` notes for the person.
//!
//! # What may change
//!
//! Both sides ignore fields of frames that they do not know: what one of them can do without needs no new protocol. Everything
//! else that an older page or server would misread raises [`VERSION`], and pages of another one load themselves anew.
//!
//! The *schema* in a hello stands for the table of components that the page was loaded with. If the server has another table, it
//! answers with that, and closes. Each component in it has its id, a hash, and the number of its first property; `size` is the
//! number of all properties. The hash is of what a page uses of a component: its element and module, the names, kinds and JSON
//! schemas of its properties, and the bindings to it. The page goes on if **each component that it was loaded with is there under
//! its id with the same hash**. Then it says hello with the new schema, translates the numbers that have moved, and ignores
//! components that it does not know. Otherwise it loads itself anew; also when a component that it does not know is put on it,
//! because it could not keep that up to date.
//!
//! A command of a property with `transport = http` is the body of a `PUT` to `_dash/command`, with the session in
//! `Dash-Session` and what the page shows in `Dash-Place` (`<epoch>-<revision>`). Its number is the next one of the same
//! count. The answer is an update with the states that are newer; it is no place to go on from, and the socket tells them
//! again.
//!
//! Without a WebSocket the hello is the body of a `POST` to `_dash/stream`. Its answer are server-sent events with a frame
//! each; the last may be `close` with the `code` that a socket would be closed with. The page's other frames are the body of a
//! `PUT` to the same path, as a list, with its session in `Dash-Session` and the stream's number, from the header of the
//! answer, in `Dash-Stream`. The next such request is sent when this one is answered.

#[cfg(test)]
mod cases;
pub(crate) mod client;
pub(crate) mod close;
pub mod limits;
pub(crate) mod server;

/// The protocol that this crate speaks. Raised with every change that an older page would misread.
pub const VERSION: u32 = 3;

/// Below the path of a page: its script, its stylesheet, its socket, its pictures.
pub(crate) const FOLDER: &str = "_dash";
