//! What the macros understood, without how it was written.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Attribute, Expr, LitStr, Path, Type, Visibility};

use crate::syntax::{
    callback::{Every, Guard, Hook, Queue},
    function::Rate,
    port::{Place, Port},
};

/// Who sees what a callback writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `#[callback_shared]`: everyone.
    Shared,
    /// `#[callback]`: the client that asked.
    Private,
}

/// The annotated function as a callback.
#[derive(Debug)]
pub(crate) struct Callback {
    /// The function's name, which the type beside it gets too.
    pub(crate) name: Ident,
    /// The function's visibility, which the type gets too.
    pub(crate) vis: Visibility,
    /// `#[cfg]`s of the function: the type is there when the function is.
    pub(crate) cfgs: Vec<Attribute>,
    /// Who sees the outputs.
    pub(crate) scope: Scope,
    /// Whether the function is asynchronous.
    pub(crate) is_async: bool,
    /// The parameters, in their order.
    pub(crate) params: Vec<Param>,
    /// What starts it besides the inputs.
    pub(crate) on: Vec<Port>,
    /// What starts it and is no property, with the place of the word.
    pub(crate) hooks: Vec<(Span, Hook)>,
    /// What it writes, in the order of the returned tuple.
    pub(crate) outputs: Vec<Port>,
    /// What an `Err` is written to, in the order of its tuple. Empty: an `Err` is a failure.
    pub(crate) alternates: Vec<Port>,
    /// What has another value while it runs.
    pub(crate) guards: Vec<Guard>,
    /// What cancels it.
    pub(crate) cancels: Vec<Port>,
    /// The return type, for its place; the function's name if there is none.
    pub(crate) returns: TokenStream,
    /// When it runs by itself.
    pub(crate) every: Option<Every>,
    /// Whether it does so only while somebody looks.
    pub(crate) watched: bool,
    /// What becomes of values that wait, if the user said it.
    pub(crate) queue: Option<Queue>,
    /// Whether it also runs at the start.
    pub(crate) initial: bool,
    /// What is told of a run that fails.
    pub(crate) on_error: Option<Path>,
    /// Whether browsers send what starts it by a request for each command.
    pub(crate) by_http: bool,
}

/// A parameter of a callback.
#[derive(Debug)]
pub(crate) enum Param {
    /// A property.
    Read(Read),
    /// A property that it sets while it runs.
    Progress(Progress),
    /// `&mut T` of the device.
    Device(Type),
    /// `&mut T` of the client's session.
    Session(Type),
    /// The key of the row that it runs for.
    Key(Key),
    /// Made from the run, by its type.
    Extract(Type),
}

/// A parameter that is the key of a row.
#[derive(Debug)]
pub(crate) struct Key {
    /// The parameter's name, if it is not taken apart.
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
    /// How often browsers send it, if not at once.
    pub(crate) rate: Option<Rate>,
    /// Whether the parameter is a reference to the value.
    pub(crate) by_ref: bool,
    /// The parameter's type, with the `&` if there is one.
    pub(crate) ty: Type,
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

    /// The list for whose rows it runs, if it runs for one row at a time.
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

    /// All properties that are named anywhere.
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
            .chain(every)
    }

    /// The properties that it sets while it runs.
    pub(crate) fn progress(&self) -> impl Iterator<Item = &Port> {
        self.params.iter().filter_map(|param| match param {
            Param::Progress(progress) => Some(&progress.port),
            _ => None,
        })
    }

    /// All that is written while it runs.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Port> {
        self.guards.iter().map(|guard| &guard.port).chain(self.progress())
    }

    /// All properties that it may write, each once: one may be an output and an alternate, for a run writes only either.
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
    /// The custom element's name; missing only if that was noted as a fault.
    pub(crate) tag: Option<LitStr>,
    /// The file of the ES module; missing only if that was noted as a fault.
    pub(crate) script: Option<LitStr>,
    /// The file of the stylesheet.
    pub(crate) style: Option<LitStr>,
    /// The module is a part of the page's one script.
    pub(crate) bundled: bool,
    /// The type of the first field, for its place.
    pub(crate) id: Type,
    /// The properties, whose number is their place here.
    pub(crate) props: Vec<Prop>,
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
    /// The value to begin with, if it is not the type's default.
    pub(crate) default: Option<Expr>,
    /// Whether it must be given in `layout`, and where that is said.
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
        /// What a value from the browser must satisfy.
        checks: Vec<Check>,
    },
    Event {
        /// What that which it carries must satisfy.
        checks: Vec<Check>,
    },
    Stream {
        /// How many items are kept; missing only if that was noted as a fault.
        ring: Option<Expr>,
    },
}

/// What a value from the browser must satisfy. A sibling is its name where it is used, and its place.
#[derive(Debug)]
pub(crate) enum Check {
    Within { key: Span, min: (Ident, usize), max: (Ident, usize) },
    OneOf { key: Span, options: (Ident, usize) },
    MaxLen { key: Span, limit: Expr },
}
