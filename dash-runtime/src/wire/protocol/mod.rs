//! The wire protocol: JSON text frames and pictures over one WebSocket. A page without a WebSocket uses a stream of server-sent
//! events and HTTP requests instead. The protocol is versioned by [`VERSION`] and by the hash of the dashboard's
//! schema.
//!
//! | from the client | |
//! | --- | --- |
//! | `{"t":"hello","protocol":3,"schema":"…","epoch":"…","rev":17,"session":null}` | always first: the state of the page; with `"path":"/lamp/3"` on a dashboard with several pages, and `"hidden":true` if the page is hidden. `"turn":2` counts the connections of the page: a hello with a lower number than the last one of its session was given up by the page, and is not answered |
//! | `{"n":1,"p":3,"v":40.5,"at":81200}` | command `n` (1, 2, 3 …): set property 3 to 40.5; the person did that when the server's clock showed 81 200 ms (see below) |
//! | `{"t":"view","hidden":true}` | the page is hidden from now on, or visible with `false` |
//! | `{"t":"stream","p":9}` | the page shows stream 9 now, which its document did not have: send all of it |
//! | `{"t":"picture","p":9,"has":"00f1…"}` | the page shows this picture of property 9 and takes another one (see below); without `has`, it shows none |
//! | `{"t":"bye"}` | this page is closed, or the person has left it |
//! | `{"t":"ping"}` | the server answers `{"t":"pong","now":81500}`, with its clock in milliseconds |
//!
//! | from the server | |
//! | --- | --- |
//! | `{"t":"welcome","epoch":"…","session":"…","last":12,"now":81000}` | the hello is accepted; 12 is the last command number that the server has received; its clock shows 81 000 ms |
//! | `{"t":"reload"}` | the server has another protocol version: reload the page |
//! | `{"t":"table","schema":"…","size":12,"components":[["level","…",0]]}` | the server has another version of the dashboard (see below) |
//! | `{"t":"disconnected","why":"…"}` | the program has disconnected this page: reconnect only when the person asks for it |
//! | `{"t":"refused","kind":"…","why":"…"}` | a frame that was not a command was refused |
//! | `{"r":42,"w":[[2,[1,4],[[4,"7",[…]]]]],"p":[[3,40.5]],"d":[[5,[…]]],"s":[[9,[…]]],"q":[[7,"why"]],"a":[[1,0,42]],"m":["…"]}` | an update: everything up to revision 42, as one change |
//!
//! The fields of an update:
//!
//! - `w`: lists whose rows have changed. Each entry has the property with the keys, the numbers of all rows in their
//!   order, and the rows that the page may not have yet, each with its number, its key and its elements.
//! - `p`: whole values.
//! - `d`: operations on the values that the page has (listed in [`edit`](crate::edit)).
//! - `s`: items of streams.
//! - `q`: for each property, the reason why its value is not good, or null if it is good. `[7,"why",1]`: the device has
//!   refused the value.
//! - `a`: outcomes of commands.
//! - `m`: notes for the person.
//!
//! The number of a property in row 4 is its number in the table plus 4 times the size of the table.
//!
//! # The age of a command
//!
//! The server's clock counts milliseconds since the start of the program. It is monotonic, and `now` in a welcome and in
//! a pong is its time. A page has a monotonic clock too. When it receives `now`, it knows that the server's clock shows
//! at least that. It keeps the largest difference of the two clocks that it has learned in this way, so `at` is never
//! later than the moment of the action, and earlier by no more than the shortest time that a `now` has taken to the
//! page. (It allows for a drift of 200 ppm between the clocks.) The age of a command is the server's clock minus `at`. So it
//! contains the time in the page, the time on the wire, and the time in which the process of the server stood still.
//! A sender without such a clock writes `"a":1200` instead: the person did that 1200 ms ago. The greater of the two ages
//! counts.
//!
//! # Large frames
//!
//! To a page whose hello has `"parts":true`, a large frame is sent in parts (`parts.rs`). Such a page also gets
//! `"rev":42` in its welcome: an update to that revision follows in any case. The page shows itself as live when it has
//! that update, so a connection that is too slow to bring it is never shown as live.
//!
//! # Pictures
//!
//! The value of a property with a picture is a reference. The page can fetch its bytes by HTTP. Over a socket, it can ask
//! for them instead: for the next picture that differs from the one it shows. The answer is a binary frame, as soon as
//! there is such a picture. It begins with a line of JSON, `{"p":9,"id":"00f2…","type":"image/jpeg","made":81200}`, and
//! the file follows the newline. `made` is the server's clock when the picture was made. Until the page names this
//! picture, the server sends no other one of this property. So at most one picture of a property is on its way, and
//! outcomes of commands are never behind more than that. The page names it in `has` or, if it does not show the picture
//! that it has got, as a component that is new on the page, in `got`.
//!
//! # Compatibility
//!
//! Both sides ignore unknown fields of frames. A new field that the other side can do without needs no new protocol
//! version. Every change that an older page or server would misread raises [`VERSION`]. A page with another version
//! reloads itself.
//!
//! The *schema* in a hello identifies the table of components that the page was loaded with. If the server has another
//! table, it answers with its table and closes the connection. The table lists each component with its id, a hash, and
//! the number of its first property. `size` is the number of all properties. The hash covers what a page uses of a
//! component: its element and module, the names, kinds and JSON schemas of its properties, and the bindings to it.
//!
//! The page goes on if **each component that it was loaded with is in the table under the same id with the same hash**.
//! It then sends a hello with the new schema, translates the numbers that have changed, and ignores the components that
//! it does not know. Otherwise it reloads. It also reloads when an update places a component on it that it does not
//! know, because it could not keep that component up to date.
//!
//! A command of a property with `transport = http` is the body of a `PUT` to `_dash/command`. Its header `Dash-Session`
//! has the session, and `Dash-Place` has the revision that the page shows (`<epoch>-<revision>`). It is numbered
//! together with the commands over the socket. The answer is an update with the newer states. The page does not resume
//! from the revision of this update, and the socket sends these values again.
//!
//! Without a WebSocket, the hello is the body of a `POST` to `_dash/stream`. The response is a stream of server-sent
//! events, one per frame. The last event may be `close`, with the `code` that a socket would be closed with. The page
//! sends its other frames as a list in the body of a `PUT` to the same path. The header `Dash-Session` has its session.
//! `Dash-Stream` has the number of the stream, which is in the header of the response. The page sends the next such
//! request when this one is answered.
//!
//! # Relays
//!
//! A relay is a client for all pages that only watch there. With `{"t":"whole"}` it asks for all values beside the next frame:
//! that message is two frames with a newline between them, of the same revision. Over a socket that it opens to ask whether
//! there is the session of a page, the answer `{"t":"nobody","unused":true}` says that there is none, and that none was ever
//! begun with this token.

#[cfg(test)]
mod cases;
pub(crate) mod client;
pub(crate) mod close;
pub mod limits;
pub(crate) mod parts;
pub(crate) mod server;

/// The protocol version of this crate. It is raised with every change that an older page would misread.
pub const VERSION: u32 = 3;

/// The folder below the path of a page, with its script, stylesheet, socket and pictures.
pub(crate) const FOLDER: &str = "_dash";
