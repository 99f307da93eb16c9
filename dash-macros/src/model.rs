//! The meaning of the user's input, independent of its syntax.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, Generics, LitStr, Path, Type, Visibility};

use crate::syntax::{
    callback::{Every, Guard, Hook, Queue},
    function::Rate,
    path::Place,
    port::Port,
    returned,
};

/// The clients that see what a callback writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `#[callback_shared]`: all clients.
    Shared,
    /// `#[callback]`: the client that caused the run.
    Private,
}

/// The annotated function as a callback.
#[derive(Debug)]
pub(crate) struct Callback {
    /// The function's name, which is also the name of the type beside it.
    pub(crate) name: Ident,
    /// The function's visibility, which the type has too.
    pub(crate) vis: Visibility,
    /// The function's `#[cfg]`s, which the type needs too.
    pub(crate) cfgs: Vec<Attribute>,
    /// The clients that see the outputs.
    pub(crate) scope: Scope,
    /// Whether the function is asynchronous.
    pub(crate) is_async: bool,
    /// The parameters, in their order.
    pub(crate) params: Vec<Param>,
    /// Properties that start it, in addition to the inputs.
    pub(crate) on: Vec<Port>,
    /// What starts it and is not a property, with the span of the word.
    pub(crate) hooks: Vec<(Span, Hook)>,
    /// The properties that it writes, in the order of the returned tuple.
    pub(crate) outputs: Vec<Port>,
    /// The properties that an `Err` is written to, in the order of its tuple. Empty: an `Err` is a failure.
    pub(crate) alternates: Vec<Port>,
    /// Properties that have another value while it runs.
    pub(crate) guards: Vec<Guard>,
    /// Properties that cancel it.
    pub(crate) cancels: Vec<Port>,
    /// The return type, if there is one.
    pub(crate) output: Option<Type>,
    /// The return type, for its span. The function's name if there is no return type.
    pub(crate) returns: TokenStream,
    /// The period, if it runs periodically.
    pub(crate) every: Option<Every>,
    /// Whether it runs periodically only while a page is visible or a program subscribes.
    pub(crate) watched: bool,
    /// The policy for waiting values, if the user set it.
    pub(crate) queue: Option<Queue>,
    /// Whether it also runs at the start.
    pub(crate) initial: bool,
    /// The time after which a run, or a source that is silent, is marked, if the user set it.
    pub(crate) deadline: Option<Duration>,
    /// The largest age of a command that starts it, if the user set it.
    pub(crate) lifespan: Option<Duration>,
    /// Whether a failed run takes the values back that started it.
    pub(crate) revert: bool,
    /// The function that is called for a failed run.
    pub(crate) on_error: Option<Path>,
    /// Whether browsers send each command that starts it by an HTTP request.
    pub(crate) by_http: bool,
    /// The role that a command that starts it needs.
    pub(crate) needs: Option<Expr>,
    /// The properties that only some roles may see, and that it may show to all who see its outputs.
    pub(crate) reveals: Vec<Port>,
    /// The components that decide whether what starts it may be changed now.
    pub(crate) under: Vec<Place>,
    /// The function that may refuse the values that start it.
    pub(crate) check: Option<Path>,
}

/// A parameter of a callback.
#[derive(Debug)]
pub(crate) enum Param {
    /// The value of a property.
    Read(Read),
    /// A property that the callback sets while it runs.
    Progress(Progress),
    /// `&mut T` of the device.
    Device(Type),
    /// `&mut T` of the client's session.
    Session(Type),
    /// The key of the row that the callback runs for.
    Key(Key),
    /// A value that the library makes from the run, selected by its type.
    Extract(Type),
}

/// A parameter that is the key of a row.
#[derive(Debug)]
pub(crate) struct Key {
    /// The parameter's name, if it is not a pattern.
    pub(crate) name: Option<Ident>,
    /// Whether the parameter is a reference to the key.
    pub(crate) by_ref: bool,
    /// The parameter's type, with the `&` if there is one.
    pub(crate) ty: Type,
}

/// A parameter that sets a property while the callback runs.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) port: Port,
    pub(crate) ty: Type,
}

/// A parameter that is a property's value.
#[derive(Debug)]
pub(crate) struct Read {
    /// Which property.
    pub(crate) port: Port,
    /// Whether its change starts the callback.
    pub(crate) starts: bool,
    /// The rate at which browsers send it, if not at once.
    pub(crate) rate: Option<Rate>,
    /// Whether the parameter is a reference to the value.
    pub(crate) by_ref: bool,
    /// The parameter's type, with the `&` if there is one.
    pub(crate) ty: Type,
}

impl Read {
    /// Whether it is written as `Reading<..>`: the value with its quality.
    pub(crate) fn is_reading(&self) -> bool {
        let is_one = !self.port.is_several() && !self.port.is_all();
        is_one && returned::arguments(&self.ty, "Reading").is_some_and(|arguments| arguments.len() == 1)
    }
}

impl Callback {
    /// The properties that are parameters, in the order of the parameters.
    pub(crate) fn reads(&self) -> impl Iterator<Item = &Read> {
        self.params.iter().filter_map(|param| match param {
            Param::Read(read) => Some(read),
            _ => None,
        })
    }

    /// The part of the device that is borrowed.
    pub(crate) fn device(&self) -> Option<&Type> {
        self.params.iter().find_map(|param| match param {
            Param::Device(ty) => Some(ty),
            _ => None,
        })
    }

    /// The session that is borrowed.
    pub(crate) fn session(&self) -> Option<&Type> {
        self.params.iter().find_map(|param| match param {
            Param::Session(ty) => Some(ty),
            _ => None,
        })
    }

    /// The parameters that are the key.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        self.params.iter().filter_map(|param| match param {
            Param::Key(key) => Some(key),
            _ => None,
        })
    }

    /// The list, if the callback runs for one of its rows at a time.
    pub(crate) fn list(&self) -> Option<Place> {
        self.ports().find_map(Port::row).map(|(list, _)| list)
    }

    /// The types of the plain parameters.
    pub(crate) fn extracts(&self) -> impl Iterator<Item = &Type> {
        self.params.iter().filter_map(|param| match param {
            Param::Extract(ty) => Some(ty),
            _ => None,
        })
    }

    /// All properties that the callback names.
    pub(crate) fn ports(&self) -> impl Iterator<Item = &Port> {
        let every = match &self.every {
            Some(Every::Prop(port)) => Some(port),
            _ => None,
        };
        self.reads()
            .map(|read| &read.port)
            .chain(&self.on)
            .chain(&self.outputs)
            .chain(&self.alternates)
            .chain(self.live())
            .chain(&self.cancels)
            .chain(&self.reveals)
            .chain(every)
    }

    /// The properties that it sets with `#[progress]`.
    pub(crate) fn progress(&self) -> impl Iterator<Item = &Port> {
        self.params.iter().filter_map(|param| match param {
            Param::Progress(progress) => Some(&progress.port),
            _ => None,
        })
    }

    /// All properties that it writes while it runs.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Port> {
        self.guards.iter().map(|guard| &guard.port).chain(self.progress())
    }

    /// All properties that it may write, each once. A property may be an output and an alternate, because a run writes
    /// only one of them.
    pub(crate) fn writes(&self) -> Vec<Port> {
        let outputs: Vec<Port> = self.outputs.iter().flat_map(Port::each).collect();
        let texts: Vec<String> = outputs.iter().map(Port::text).collect();
        let alternates = self.alternates.iter().flat_map(Port::each).filter(|port| !texts.contains(&port.text()));
        outputs.into_iter().chain(alternates).collect()
    }
}

/// A struct with `#[derive(Component)]`.
#[derive(Debug)]
pub(crate) struct Component {
    pub(crate) name: Ident,
    pub(crate) vis: Visibility,
    /// The doc comment's text.
    pub(crate) doc: String,
    /// The custom element's name. `None` only if a fault was added for it.
    pub(crate) tag: Option<LitStr>,
    /// The file of the ES module. `None` only if a fault was added for it.
    pub(crate) script: Option<LitStr>,
    /// The files of the stylesheets, in the order in which the page has them.
    pub(crate) styles: Vec<LitStr>,
    /// Whether the module is part of the page's one script.
    pub(crate) bundled: bool,
    /// What kind of gate it is, if it decides whether other components may be changed.
    pub(crate) gate: Option<Ident>,
    /// The constant with the large library that the script loads.
    pub(crate) library: Option<syn::Path>,
    /// The type of the first field, for its span.
    pub(crate) id: Type,
    /// The properties. A property's number is its index here.
    pub(crate) props: Vec<Prop>,
    /// Empty, unless a fault was added for them.
    pub(crate) generics: Generics,
    /// The fault of an item that has no fields with names, and so no properties.
    pub(crate) no_fields: Option<syn::Error>,
    /// Whether values of it can be made. Otherwise there is a fault.
    pub(crate) is_whole: bool,
}

/// A property of a component.
#[derive(Debug)]
pub(crate) struct Prop {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    /// The doc comments.
    pub(crate) docs: Vec<Attribute>,
    /// Their text.
    pub(crate) doc: String,
    pub(crate) kind: Kind,
    /// The starting value, if it is not the type's default.
    pub(crate) default: Option<Expr>,
    /// The span of `required`, if `layout` must set the property.
    pub(crate) required: Option<Span>,
    /// Whether a builder method is generated.
    pub(crate) setter: bool,
}

/// How a property behaves.
#[derive(Debug)]
pub(crate) enum Kind {
    State {
        /// Whether the browser may write it.
        writable: bool,
        /// Whether each client has a value of its own.
        own: bool,
        /// Whether it is the state of a gate, which the server alone sets.
        by_server: bool,
        /// The checks of a value from the browser.
        checks: Vec<Check>,
        /// If a value is in effect only while the user holds the control: the sibling with the deadline.
        held: Option<(Ident, usize)>,
    },
    Event {
        /// The checks of the payload.
        checks: Vec<Check>,
    },
    Stream {
        /// The number of items that are kept. `None` only if a fault was added for it.
        ring: Option<Expr>,
        /// If its items have a time, so that their history can be kept.
        history: Option<Span>,
    },
}

/// A check of a value from the browser. A sibling property is given by its name at its use and by its index.
#[derive(Debug)]
pub(crate) enum Check {
    Within { key: Span, min: (Ident, usize), max: (Ident, usize) },
    OneOf { key: Span, options: (Ident, usize) },
    MaxLen { key: Span, limit: Expr },
}
