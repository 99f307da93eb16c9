//! One run of a callback: what it borrows, reads and writes.

use std::{any::Any, fmt, sync::Arc};

use crate::callback::{
    lend::{Lend, Part, reach},
    task::{Cancellation, Outlet},
    trigger::Trigger,
};
use crate::{
    client::Client,
    edit::Patch,
    handle::{Handle, backend::Backend},
    place::Place,
    prop::{InputKind, Prop, PropKey, PropValue},
    reading::Rating,
    rights::User,
    rows::{RowKey, Rows},
    value::Value,
};

/// One run of a callback. The runtime fills it, the code from the attribute reads it and writes the results, and the
/// runtime takes the borrowed parts back.
///
/// # Panics
/// The accessors panic if the run was not filled as the callback's [`Spec`](crate::callback::spec::Spec) says. The plan
/// guarantees that it is. A panic here is caught and reported like one of the callback.
#[derive(Default)]
pub struct Call {
    /// In the order of `Spec::reads`. `None` for an event that did not happen.
    pub(crate) reads: Vec<Option<Value>>,
    /// For reads of all rows of a list: the index of the read, and the key and value of each row.
    pub(crate) rows: Vec<(usize, Vec<(Value, Value)>)>,
    /// For parameters that are readings.
    pub(crate) ratings: Vec<Rating>,
    /// The key of the row, if it runs for one row.
    pub(crate) key: Option<Value>,
    pub(crate) device: Option<Part>,
    pub(crate) session: Option<Part>,
    pub(crate) client: Option<Client>,
    /// Who sent the command that started it.
    pub(crate) user: Option<User>,
    pub(crate) place: Place,
    /// The name of the callback.
    pub(crate) callback: &'static str,
    pub(crate) trigger: Trigger,
    /// The dashboard of the run, for handles.
    pub(crate) backend: Option<Arc<dyn Backend>>,
    /// For a callback that can be cancelled.
    pub(crate) task: Option<Cancellation>,
    /// For a callback that sets properties while it runs.
    pub(crate) outlet: Option<Outlet>,
    pub(crate) writes: Vec<(PropKey, Write)>,
    pub(crate) failure: Option<String>,
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("reads", &self.reads)
            .field("client", &self.client)
            .field("writes", &self.writes)
            .field("failure", &self.failure)
            .finish_non_exhaustive()
    }
}

/// What a callback did to one output.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    Set(Value),
    Append(Vec<Value>),
    /// Changes a part of a state.
    Edit(Patch),
}

impl Write {
    /// For a state: the new value.
    pub(crate) fn state(&self) -> Option<&Value> {
        match self {
            Self::Set(value) => Some(value),
            Self::Edit(patch) => patch.result(),
            Self::Append(_) => None,
        }
    }
}

/// The message of the accessors' panics.
const MISFILLED: &str =
    "a run that does not match its callback's wiring; this is a bug in dash-devices, please report it";

impl Call {
    /// The parameter at index `at` of the reads.
    pub fn read<T: PropValue, K: InputKind>(&self, at: usize, _prop: Prop<T, K>) -> K::Param<T> {
        let value = self.reads.get(at).and_then(Option::as_ref);
        let Some(param) = K::param::<T>(value) else { panic!("{MISFILLED}") };
        param
    }

    /// Like [`read`](Self::read) without a copy, for parameters that are references.
    pub fn read_shared<T: PropValue, K: crate::prop::StateKind>(&self, at: usize, _prop: Prop<T, K>) -> Arc<T> {
        let value = self.reads.get(at).and_then(Option::as_ref).and_then(Value::share);
        let Some(value) = value else { panic!("{MISFILLED}") };
        value
    }

    /// What is known about the value at index `at` of the reads.
    pub(crate) fn rating(&self, at: usize) -> Rating {
        let Some(rating) = self.ratings.iter().find(|rating| rating.at == at) else { panic!("{MISFILLED}") };
        rating.clone()
    }

    /// The values in all rows, for the parameter at index `at` of the reads.
    pub(crate) fn read_rows<K: RowKey, T: PropValue>(&self, at: usize) -> Rows<K, T> {
        let Some((_, rows)) = self.rows.iter().find(|(place, _)| *place == at) else { panic!("{MISFILLED}") };
        let typed = rows.iter().map(|(key, value)| Some((key.get::<K>()?.clone(), value.get::<T>()?.clone())));
        let Some(rows) = typed.collect() else { panic!("{MISFILLED}") };
        rows
    }

    /// The key of the row that it runs for.
    pub(crate) fn key<K: RowKey>(&self) -> Arc<K> {
        let Some(key) = self.key.as_ref().and_then(Value::share) else { panic!("{MISFILLED}") };
        key
    }

    /// The `T` of the device `D`.
    pub fn device<D: Lend<T> + 'static, T: 'static>(&mut self) -> &mut T {
        let Some(part) = self.device.as_mut().and_then(reach::<D, T>) else { panic!("{MISFILLED}") };
        part
    }

    /// The `T` of the device and the client's session at the same time.
    pub fn device_and_session<D: Lend<T> + 'static, T: 'static, S: Any>(&mut self) -> (&mut T, &mut S) {
        let device = self.device.as_mut().and_then(reach::<D, T>);
        let session = self.session.as_mut().and_then(|session| session.downcast_mut::<S>());
        let (Some(device), Some(session)) = (device, session) else { panic!("{MISFILLED}") };
        (device, session)
    }

    /// The client's session.
    pub fn session<S: Any>(&mut self) -> &mut S {
        let Some(session) = self.session.as_mut().and_then(|session| session.downcast_mut()) else {
            panic!("{MISFILLED}")
        };
        session
    }

    /// The client whose command started this run, if there is one.
    pub fn client(&self) -> Option<&Client> {
        self.client.as_ref()
    }

    /// Who sent the command that started this run, if a command did.
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref()
    }

    /// The dashboard of the run.
    pub(crate) fn handle<D>(&self) -> Handle<D> {
        let Some(backend) = &self.backend else { panic!("{MISFILLED}") };
        Handle::new(Arc::clone(backend)).of_callback(self.callback)
    }
}
