//! Converts the parsed input to the model: both attributes become one [`Callback`].

use quote::ToTokens;
use syn::{Ident, ReturnType, Type, TypeReference};

use crate::{
    check,
    diag::Faults,
    docs,
    model::{Callback, Key, Param, Progress, Read, Scope},
    syntax::{
        callback::{CallbackArgs, Refused, Transport},
        function::{self, Function, Role},
        port::Port,
        returned,
    },
};

/// The callback, as far as it could be parsed. Faults are added to `faults`.
pub(crate) fn callback(
    scope: Scope,
    args: CallbackArgs,
    function: &Function,
    params: Vec<function::Param>,
    faults: &mut Faults,
) -> Callback {
    check::signature::run(&function.sig, faults);
    // Also if that input has another fault: the message that nothing starts the callback would be wrong.
    let starts = args.every.is_some() || params.iter().any(|param| matches!(param.role, Role::Input(..)));
    // A parameter that could not be parsed may have been an input.
    let incomplete = args.incomplete || params.iter().any(|param| matches!(param.role, Role::Unknown));
    let row = params.iter().find_map(|param| param.role.port()?.row()).or_else(|| args.ports().find_map(Port::row));
    let row = row.map(|(_, word)| word.to_string());
    let params: Vec<Param> =
        params.into_iter().filter_map(|written| param(scope, written, row.as_deref(), faults)).collect();
    let sig = &function.sig;
    let clock = args.every.as_ref().map(|(key, _)| *key);
    let lifespan = args.lifespan_key;
    let on = args.on.unwrap_or_default();
    if !incomplete {
        check::ports::when_has_a_clock(args.watched, args.every.is_some(), faults);
    }
    let revert = args.refused.filter(|(_, refused)| *refused == Refused::Revert).map(|(key, _)| key);
    check::ports::revert_can_happen(revert, &sig.output, faults);
    let callback = Callback {
        name: sig.ident.clone(),
        vis: function.vis.clone(),
        cfgs: docs::cfgs(&function.attrs).cloned().collect(),
        scope,
        is_async: sig.asyncness.is_some(),
        params,
        on: on.ports,
        hooks: on.hooks,
        outputs: args.output.unwrap_or_default(),
        alternates: args.alternate.unwrap_or_default(),
        guards: args.running.unwrap_or_default(),
        cancels: args.cancel.unwrap_or_default(),
        output: returned::written(&sig.output).cloned(),
        returns: match &sig.output {
            ReturnType::Type(_, ty) => ty.to_token_stream(),
            ReturnType::Default => sig.ident.to_token_stream(),
        },
        every: args
            .every
            .as_ref()
            .and_then(|(span, _)| check::ports::every(scope, *span, faults))
            .and(args.every)
            .map(|(_, every)| every),
        watched: args.watched.is_some(),
        queue: args.queue,
        initial: args.initial.unwrap_or(true),
        deadline: args.deadline,
        lifespan: args.lifespan,
        revert: check::ports::revert_is_shared(scope, args.refused, faults),
        on_error: args.on_error,
        needs: args.needs.as_ref().map(|(_, role)| role.clone()),
        reveals: args.reveals.unwrap_or_default(),
        under: args.under.as_ref().map(|(_, places)| places.clone()).unwrap_or_default(),
        check: args.check.as_ref().map(|(_, function)| function.clone()),
        by_http: matches!(args.transport, Some((_, Transport::Http))),
    };
    check::ports::no_self(&callback, faults);
    if !incomplete {
        check::ports::inputs_are_checked(&callback, args.check.map(|(key, _)| key), faults);
        check::ports::something_starts_it(&callback, starts, faults);
        check::ports::transport_has_something_to_carry(&callback, args.transport.map(|(key, _)| key), faults);
        check::ports::commands_start_it(
            &callback,
            args.needs.map(|(key, _)| key),
            lifespan,
            args.under.map(|(key, _)| key),
            faults,
        );
        check::ports::outputs_are_returned(&callback, &sig.output, faults);
        check::ports::reveals_what_it_reads(&callback, faults);
        check::returned::run(&callback, faults);
    }
    check::ports::run(&callback, faults);
    check::rows::run(&callback, clock, !incomplete, faults);
    callback
}

fn param(scope: Scope, written: function::Param, row: Option<&str>, faults: &mut Faults) -> Option<Param> {
    let ty = written.ty;
    match written.role {
        Role::Input(port, rate) => {
            Some(Param::Read(Read { by_ref: by_ref(&ty, &port, faults)?, port, starts: true, rate, ty }))
        }
        Role::State(port) => {
            Some(Param::Read(Read { by_ref: by_ref(&ty, &port, faults)?, port, starts: false, rate: None, ty }))
        }
        Role::Progress(_) if as_reference(&ty).is_some() => {
            faults.on(&ty, "what sets a property while the callback runs is passed by value: write `ProgressSink<f64>`, with the type of the property");
            None
        }
        Role::Progress(port) => Some(Param::Progress(Progress { port, ty })),
        Role::Session if scope == Scope::Shared => {
            faults.on(
                &ty,
                "a shared callback has no single client whose session it could borrow: make it a `#[callback]`, which runs for the client that asked",
            );
            None
        }
        Role::Session => match as_reference(&ty) {
            Some(TypeReference { mutability: Some(_), elem, .. }) => Some(Param::Session((**elem).clone())),
            _ => {
                let owned = as_reference(&ty).map_or(&ty, |reference| &reference.elem).to_token_stream();
                faults.on(&ty, format!("a session is borrowed: write `&mut {owned}`"));
                None
            }
        },
        Role::Key => match as_reference(&ty) {
            Some(TypeReference { mutability: Some(_), elem, .. }) => {
                let elem = elem.to_token_stream();
                faults.on(&ty, format!("the key of a row stays what it is: write `{elem}` or `&{elem}`"));
                None
            }
            reference => {
                let by_ref = reference.is_some();
                Some(Param::Key(Key { name: written.name, by_ref, ty }))
            }
        },
        Role::Plain => plain(ty, written.name.as_ref(), row, faults),
        Role::Unknown => None,
    }
}

/// A parameter without an attribute.
fn plain(ty: Type, name: Option<&Ident>, row: Option<&str>, faults: &mut Faults) -> Option<Param> {
    if let (Some(name), Some(row)) = (name, row)
        && name == row
    {
        faults.on(&ty, format!("`{name}` is the key of the row: write `#[key]` before the parameter"));
        return None;
    }
    let missing = match returned::name(as_reference(&ty).map_or(&ty, |reference| &reference.elem)).as_deref() {
        Some("ProgressSink") => {
            Some("this parameter needs the property that it sets: write `#[progress(Ui::bar.value)]` before it")
        }
        Some("User") if as_reference(&ty).is_none() => {
            Some("a clock or the program may start it too, and then there is no user: take `Option<User>`")
        }
        Some("Rows") => Some(
            "this parameter needs the property whose values it has: write `#[input(Ui::lamps[..].on.on)]` or `#[state(Ui::lamps[..].on.on)]` before it",
        ),
        _ => None,
    };
    if let Some(message) = missing {
        faults.on(&ty, message);
        return None;
    }
    match as_reference(&ty) {
        Some(TypeReference { mutability: Some(_), elem, .. }) => Some(Param::Device((**elem).clone())),
        Some(TypeReference { elem, .. }) if is_made_for_the_run(elem) => {
            let elem = elem.to_token_stream().to_string().replace(' ', "");
            faults.on(&ty, format!("this is made for each run and passed by value: write `{elem}`"));
            None
        }
        Some(TypeReference { elem, .. }) => {
            let elem = elem.to_token_stream();
            faults.on(
                &ty,
                format!("write `&mut {elem}` to borrow the device, or `#[input(Ui::..)]` or `#[state(Ui::..)]` before the parameter to read a property"),
            );
            None
        }
        None if matches!(ty, Type::ImplTrait(_)) => {
            faults.on(&ty, "a parameter of a callback has one type: name it instead of `impl ..`");
            None
        }
        None => Some(Param::Extract(ty)),
    }
}

/// Whether it has the name of a type of the library that a callback can take. A device has a name of its own.
fn is_made_for_the_run(ty: &Type) -> bool {
    const NAMES: [&str; 6] = ["Cancellation", "Client", "Clients", "Handle", "Place", "Trigger"];
    returned::name(ty).is_some_and(|name| NAMES.contains(&name.as_str()))
}

/// Why no value comes with its quality in a parameter of this type. `None` if it does, or comes without it.
fn no_reading(ty: &Type, port: &Port) -> Option<String> {
    let text = |ty: &Type| ty.to_token_stream().to_string().replace(' ', "");
    let value = as_reference(ty).map_or(ty, |reference| &reference.elem);
    let reading = |ty| match returned::arguments(ty, "Reading")?.as_slice() {
        [inner] => Some(*inner),
        _ => None,
    };
    let rows = |ty| match returned::arguments(ty, "Rows")?.as_slice() {
        [key, value] => Some((*key, *value)),
        _ => None,
    };
    let of_rows = |key, value| {
        let (key, value) = (text(key), text(value));
        format!(
            "a `Reading` is of one property, and this is that of all rows: write `&Rows<{key}, {value}>`, which has the values alone"
        )
    };
    let in_rows = rows(value).and_then(|(key, value)| Some((key, reading(value)?)));
    if let Some((key, value)) = in_rows.or_else(|| rows(reading(value)?)) {
        return port.is_all().then(|| of_rows(key, value));
    }
    let inner = as_reference(reading(value)?)?;
    let owned = match &*inner.elem {
        Type::Slice(slice) => format!("Vec<{}>", text(&slice.elem)),
        elem if text(elem) == "str" => "String".to_owned(),
        elem => text(elem),
    };
    Some(format!("a `Reading` owns its value: write `Reading<{owned}>`"))
}

/// Whether a property's value is passed by reference.
fn by_ref(ty: &Type, port: &Port, faults: &mut Faults) -> Option<bool> {
    if let Some(why) = no_reading(ty, port) {
        faults.on(ty, why);
        return None;
    }
    match as_reference(ty) {
        Some(TypeReference { mutability: Some(_), elem, .. }) => {
            let elem = elem.to_token_stream();
            faults.on(ty, format!("a property's value is read, not changed in place: write `{elem}` or `&{elem}`, and return what should be shown"));
            None
        }
        Some(TypeReference { elem, .. }) if returned::arguments(elem, "Reading").is_some() => {
            let elem = elem.to_token_stream();
            faults.on(
                ty,
                format!("a value with its quality is made for this run: write `{}`", elem.to_string().replace(' ', "")),
            );
            None
        }
        Some(TypeReference { lifetime: Some(lifetime), elem, .. }) if lifetime.ident == "static" => {
            let elem = elem.to_token_stream();
            faults.on(
                ty,
                format!("a property's value is lent for one run: write `&{elem}`, and copy what should be kept"),
            );
            None
        }
        Some(_) => Some(true),
        None if matches!(ty, Type::ImplTrait(_)) => {
            faults.on(ty, "a parameter of a callback has one type: write the type of the property");
            None
        }
        None => Some(false),
    }
}

/// The type as a reference, without the invisible group that `macro_rules` puts around types.
fn as_reference(ty: &Type) -> Option<&TypeReference> {
    match ty {
        Type::Reference(reference) => Some(reference),
        Type::Group(group) => as_reference(&group.elem),
        Type::Paren(paren) => as_reference(&paren.elem),
        _ => None,
    }
}
