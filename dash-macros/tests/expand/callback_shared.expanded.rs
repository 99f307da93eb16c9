#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
/// Sets the brightness.
pub fn set_brightness(camera: &mut Camera, percent: f64) -> String {
    camera.set_brightness(percent);
    format!("{percent:.0} %")
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
pub enum set_brightness {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for set_brightness {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        reads: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::brightness).value,
                ),
            ),
        ],
        triggers: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::brightness).value,
                ),
            ),
        ],
        outputs: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::readout).text,
                ),
            ),
        ],
        ..::dash_devices::__private::Spec::new(
            "set_brightness",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for set_brightness
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
    <__Dashboard as ::dash_devices::__private::Dashboard>::Device: ::dash_devices::__private::Lend<
        Camera,
    >,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::Some(
            ::dash_devices::__private::Borrow::of::<
                <__Dashboard as ::dash_devices::__private::Dashboard>::Device,
                Camera,
            >(),
        ),
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_read0 = (
                ::dash_devices::__private::read_input(
                    __dd_call,
                    0usize,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::brightness).value,
                    ),
                ),
            );
            let __dd_p1: f64 = ::dash_devices::__private::given::<
                f64,
                _,
                _,
            >(__dd_read0.0);
            let __dd_device = ::dash_devices::__private::Call::device::<
                <__Dashboard as ::dash_devices::__private::Dashboard>::Device,
                Camera,
            >(__dd_call);
            let __dd_returned = (set_brightness(__dd_device, __dd_p1),);
            let __dd_outcome = ::dash_devices::__private::outcome_one(
                ::dash_devices::__private::output(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::readout).text,
                    ),
                ),
                __dd_returned.0,
            );
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        }),
        check: ::core::option::Option::None,
    };
}
const _: () = {
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::brightness).value,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::readout).text,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::readout).text,
        ),
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn read(probe: &mut Probe) -> (f64, Vec<Sample>) {
    probe.read()
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum read {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for read {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        outputs: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::temperature).value,
                ),
            ),
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::history).points,
                ),
            ),
        ],
        every: ::core::option::Option::Some(
            ::dash_devices::__private::Every::Fixed(
                ::core::time::Duration::new(0u64, 100000000u32),
            ),
        ),
        queue: ::dash_devices::__private::Queue::All,
        initial: false,
        ..::dash_devices::__private::Spec::new(
            "read",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for read
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
    <__Dashboard as ::dash_devices::__private::Dashboard>::Device: ::dash_devices::__private::Lend<
        Probe,
    >,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::Some(
            ::dash_devices::__private::Borrow::of::<
                <__Dashboard as ::dash_devices::__private::Dashboard>::Device,
                Probe,
            >(),
        ),
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_device = ::dash_devices::__private::Call::device::<
                <__Dashboard as ::dash_devices::__private::Dashboard>::Device,
                Probe,
            >(__dd_call);
            let __dd_returned = (read(__dd_device),);
            let __dd_outcome = {
                let (__dd_e0, __dd_e1) = __dd_returned.0;
                let __dd_part0 = (__dd_e0,);
                let __dd_part1 = (__dd_e1,);
                ::dash_devices::__private::Outcome::unchanged()
                    .and(
                        ::dash_devices::__private::outcome_one(
                            ::dash_devices::__private::output(
                                ::dash_devices::__private::prop(
                                    ::dash_devices::__private::step(<Ui>::temperature).value,
                                ),
                            ),
                            __dd_part0.0,
                        ),
                    )
                    .and(
                        ::dash_devices::__private::outcome_one(
                            ::dash_devices::__private::output(
                                ::dash_devices::__private::prop(
                                    ::dash_devices::__private::step(<Ui>::history).points,
                                ),
                            ),
                            __dd_part1.0,
                        ),
                    )
            };
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        }),
        check: ::core::option::Option::None,
    };
}
const _: () = {
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::temperature).value,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::history).points,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::temperature).value,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::history).points,
        ),
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn tick(_client: Option<Client>) {}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum tick {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for tick {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        every: ::core::option::Option::Some(
            ::dash_devices::__private::period(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::period).value,
                ),
            ),
        ),
        params: &[<Option<Client> as ::dash_devices::__private::SharedParam>::OF],
        ..::dash_devices::__private::Spec::new(
            "tick",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for tick
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_p0: Option<Client> = <Option<
                Client,
            > as ::dash_devices::__private::SharedParam>::extract(__dd_call);
            let __dd_returned = (tick(__dd_p0),);
            let __dd_outcome = ::dash_devices::__private::outcome_of_nothing(
                __dd_returned.0,
            );
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        }),
        check: ::core::option::Option::None,
    };
}
const _: () = {
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::period).value,
        ),
    );
    ::dash_devices::__private::can_be_cancelled(
        <Option<Client> as ::dash_devices::__private::SharedParam>::OF,
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn look() {}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum look {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for look {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        every: ::core::option::Option::Some(
            ::dash_devices::__private::Every::Fixed(
                ::core::time::Duration::new(0u64, 500000000u32),
            ),
        ),
        watched: true,
        ..::dash_devices::__private::Spec::new(
            "look",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for look
where
    __Dashboard: ::dash_devices::__private::Dashboard,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_returned = (look(),);
            let __dd_outcome = ::dash_devices::__private::outcome_of_nothing(
                __dd_returned.0,
            );
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        }),
        check: ::core::option::Option::None,
    };
}
