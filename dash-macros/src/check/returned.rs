//! Checks of the return type, as far as it is written out. The library's traits check the rest.

use quote::ToTokens;
use syn::Type;

use crate::{
    diag::Faults,
    model::Callback,
    syntax::{port::Port, returned},
};

/// All checks of the return type. Skip them if a part of the input could not be parsed.
pub(crate) fn run(callback: &Callback, faults: &mut Faults) {
    let Some(ty) = &callback.output else { return };
    if let Some(output) = returned::future(ty) {
        let output = output.map_or_else(|| "..".to_owned(), text);
        faults.on(
            ty,
            format!("a future that is returned would never run: write `async fn {}(..) -> {output}`", callback.name),
        );
        return;
    }
    if let Some((normal, error)) = returned::option(ty).and_then(returned::result) {
        let right = format!("Result<Option<{}>, {}>", text(normal), text(error));
        faults.on(ty, format!("a callback that can fail returns a `Result` around everything else: write `{right}`, where `Ok(None)` means \"no change\""));
        return;
    }
    let normal = returned::result(ty).map_or(ty, |(normal, _)| normal);
    if callback.alternates.is_empty() || !std::ptr::eq(normal, ty) {
        one_value_for_each(&callback.outputs, normal, faults);
    }
}

fn one_value_for_each(outputs: &[Port], ty: &Type, faults: &mut Faults) {
    // Too many outputs are a fault by themselves.
    if outputs.len() < 2 || outputs.len() > super::ports::MOST_OUTPUTS {
        return;
    }
    let ty = returned::option(ty).unwrap_or(ty);
    let (has, names) = (outputs.len(), named(outputs));
    match returned::tuple(ty) {
        Some(types) if types.len() != has => {
            let returns = types.len();
            faults.on(ty, format!("this callback has {has} outputs, {names}, and returns {returns} values: return a tuple with one value for each, in this order"));
        }
        None if returned::is_one_value(ty) => {
            faults.on(ty, format!("this callback has {has} outputs, {names}, and returns one value: return a tuple with one value for each, in this order"));
        }
        _ => {}
    }
}

/// `` `Ui::a.text` and `Ui::b.value` ``
fn named(outputs: &[Port]) -> String {
    let names: Vec<_> = outputs.iter().map(|port| format!("`{}`", port.text())).collect();
    match names.as_slice() {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        other => other.concat(),
    }
}

/// The type as it is usually written.
fn text(ty: &Type) -> String {
    ty.to_token_stream()
        .to_string()
        .replace(" :: ", "::")
        .replace(" < ", "<")
        .replace(" >", ">")
        .replace(" ,", ",")
        .replace("& ", "&")
}
