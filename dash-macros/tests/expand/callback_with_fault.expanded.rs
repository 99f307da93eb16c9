#[allow(dead_code)]
fn set_brightness(percent: f64) -> String {
    format!("{percent:.0} %")
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum set_brightness {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for set_brightness {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec::new(
        "set_brightness",
        ::core::file!(),
        ::core::line!(),
        ::dash_devices::__private::Scope::Shared,
    );
}
#[automatically_derived]
impl<
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group,
> ::dash_devices::__private::CallbackFor<__Dashboard, __Group> for set_brightness {
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|_| {}),
        check: ::core::option::Option::None,
    };
}
::core::compile_error! {
    "there is no key `outptu` here; did you mean `output`?"
}
