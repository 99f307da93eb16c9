#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn switch(key: u32, on: bool, name: &str, bar: ProgressSink<f64>) -> (f64, [f64; 2]) {
    work(key, on, name, bar)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum switch {}
#[automatically_derived]
#[allow(unconditional_panic)]
impl ::dash_devices::__private::Wired for switch {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        reads: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .on
                            .value,
                    ),
                )
                .keyed(),
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .name
                            .text,
                    ),
                )
                .keyed(),
        ],
        triggers: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .on
                            .value,
                    ),
                )
                .keyed(),
        ],
        rates: &[
            ::dash_devices::__private::rated(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(
                            ::dash_devices::__private::row(
                                ::dash_devices::__private::rows_of(&<Ui>::lamps),
                            ),
                        )
                        .on
                        .value,
                ),
                ::dash_devices::__private::Rate::Throttle(50u32),
            ),
        ],
        outputs: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .level
                            .value,
                    ),
                )
                .keyed(),
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .dimmers[0]
                            .value,
                    ),
                )
                .keyed(),
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .dimmers[1]
                            .value,
                    ),
                )
                .keyed(),
        ],
        guards: &[
            ::dash_devices::__private::Guard {
                port: ::dash_devices::__private::port(
                        ::dash_devices::__private::prop(
                            ::dash_devices::__private::step(
                                    ::dash_devices::__private::row(
                                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                    ),
                                )
                                .on
                                .disabled,
                        ),
                    )
                    .keyed(),
                value: || ::dash_devices::__private::held(
                    ::dash_devices::__private::guarded(
                        ::dash_devices::__private::prop(
                            ::dash_devices::__private::step(
                                    ::dash_devices::__private::row(
                                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                    ),
                                )
                                .on
                                .disabled,
                        ),
                    ),
                    true,
                ),
            },
        ],
        progress: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .bar
                            .value,
                    ),
                )
                .keyed(),
        ],
        key: ::core::option::Option::Some(
            ::dash_devices::__private::rows_port(
                ::dash_devices::__private::rows_of(&<Ui>::lamps),
            ),
        ),
        ..::dash_devices::__private::Spec::new(
            "switch",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
#[allow(unconditional_panic)]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for switch
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_key0 = (
                ::dash_devices::__private::key(
                    __dd_call,
                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                ),
            );
            let __dd_p0: u32 = ::dash_devices::__private::given::<
                u32,
                _,
                _,
            >(__dd_key0.0);
            let __dd_read0 = (
                ::dash_devices::__private::read_input(
                    __dd_call,
                    0usize,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .on
                            .value,
                    ),
                ),
            );
            let __dd_p1: bool = ::dash_devices::__private::given::<
                bool,
                _,
                _,
            >(__dd_read0.0);
            let __dd_read1 = (
                ::dash_devices::__private::read_shared(
                    __dd_call,
                    1usize,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .name
                            .text,
                    ),
                ),
            );
            let __dd_p2: &str = &*__dd_read1.0;
            let __dd_live3 = (
                ::dash_devices::__private::progress(
                    __dd_call,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .bar
                            .value,
                    ),
                ),
            );
            let __dd_p3: ProgressSink<f64> = ::dash_devices::__private::given::<
                ProgressSink<f64>,
                _,
                _,
            >(__dd_live3.0);
            let __dd_returned = (switch(__dd_p0, __dd_p1, __dd_p2, __dd_p3),);
            let __dd_outcome = {
                let (__dd_e0, __dd_e1) = __dd_returned.0;
                let __dd_part0 = (__dd_e0,);
                let __dd_part1 = (__dd_e1,);
                ::dash_devices::__private::Outcome::unchanged()
                    .and(
                        ::dash_devices::__private::outcome_one(
                            ::dash_devices::__private::output(
                                ::dash_devices::__private::prop(
                                    ::dash_devices::__private::step(
                                            ::dash_devices::__private::row(
                                                ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                            ),
                                        )
                                        .level
                                        .value,
                                ),
                            ),
                            __dd_part0.0,
                        ),
                    )
                    .and(
                        ::dash_devices::__private::outcome_each(
                            [
                                ::dash_devices::__private::output(
                                    ::dash_devices::__private::prop(
                                        ::dash_devices::__private::step(
                                                ::dash_devices::__private::row(
                                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                                ),
                                            )
                                            .dimmers[0]
                                            .value,
                                    ),
                                ),
                                ::dash_devices::__private::output(
                                    ::dash_devices::__private::prop(
                                        ::dash_devices::__private::step(
                                                ::dash_devices::__private::row(
                                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                                ),
                                            )
                                            .dimmers[1]
                                            .value,
                                    ),
                                ),
                            ],
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
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .on
                .value,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .name
                .text,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .level
                .value,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .on
                .disabled,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .bar
                .value,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .level
                .value,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .on
                .disabled,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .bar
                .value,
        ),
    );
    ::dash_devices::__private::at_a_rate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .on
                .value,
        ),
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn all_off(stopped: Rows<String, ()>, levels: &Rows<String, f64>) -> Rows<String, f64> {
    down(stopped, levels)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum all_off {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for all_off {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        reads: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(
                                        &::dash_devices::__private::step(<Ui>::left).lamps,
                                    ),
                                ),
                            )
                            .stop
                            .click,
                    ),
                )
                .all(
                    ::dash_devices::__private::rows_port(
                        ::dash_devices::__private::rows_of(
                            &::dash_devices::__private::step(<Ui>::left).lamps,
                        ),
                    ),
                ),
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(
                                        &::dash_devices::__private::step(<Ui>::left).lamps,
                                    ),
                                ),
                            )
                            .level
                            .value,
                    ),
                )
                .all(
                    ::dash_devices::__private::rows_port(
                        ::dash_devices::__private::rows_of(
                            &::dash_devices::__private::step(<Ui>::left).lamps,
                        ),
                    ),
                ),
        ],
        triggers: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(
                                        &::dash_devices::__private::step(<Ui>::left).lamps,
                                    ),
                                ),
                            )
                            .stop
                            .click,
                    ),
                )
                .all(
                    ::dash_devices::__private::rows_port(
                        ::dash_devices::__private::rows_of(
                            &::dash_devices::__private::step(<Ui>::left).lamps,
                        ),
                    ),
                ),
            ::dash_devices::__private::trigger(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::off).click,
                ),
            ),
        ],
        outputs: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(
                                        &::dash_devices::__private::step(<Ui>::left).lamps,
                                    ),
                                ),
                            )
                            .level
                            .value,
                    ),
                )
                .all(
                    ::dash_devices::__private::rows_port(
                        ::dash_devices::__private::rows_of(
                            &::dash_devices::__private::step(<Ui>::left).lamps,
                        ),
                    ),
                ),
        ],
        ..::dash_devices::__private::Spec::new(
            "all_off",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Private,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for all_off
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_read0 = (
                ::dash_devices::__private::read_input_rows(
                    __dd_call,
                    0usize,
                    ::dash_devices::__private::rows_of(
                        &::dash_devices::__private::step(<Ui>::left).lamps,
                    ),
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(
                                        &::dash_devices::__private::step(<Ui>::left).lamps,
                                    ),
                                ),
                            )
                            .stop
                            .click,
                    ),
                ),
            );
            let __dd_p0: Rows<String, ()> = ::dash_devices::__private::given::<
                Rows<String, ()>,
                _,
                _,
            >(__dd_read0.0);
            let __dd_read1 = (
                ::dash_devices::__private::read_state_rows(
                    __dd_call,
                    1usize,
                    ::dash_devices::__private::rows_of(
                        &::dash_devices::__private::step(<Ui>::left).lamps,
                    ),
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(
                                        &::dash_devices::__private::step(<Ui>::left).lamps,
                                    ),
                                ),
                            )
                            .level
                            .value,
                    ),
                ),
            );
            let __dd_p1: &Rows<String, f64> = &__dd_read1.0;
            let __dd_returned = (all_off(__dd_p0, __dd_p1),);
            let __dd_outcome = ::dash_devices::__private::outcome_rows(
                ::dash_devices::__private::output_rows(
                    ::dash_devices::__private::rows_of(
                        &::dash_devices::__private::step(<Ui>::left).lamps,
                    ),
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(
                                        &::dash_devices::__private::step(<Ui>::left).lamps,
                                    ),
                                ),
                            )
                            .level
                            .value,
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
    ::dash_devices::__private::written_for_one(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(
                            &::dash_devices::__private::step(<Ui>::left).lamps,
                        ),
                    ),
                )
                .level
                .value,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(
                            &::dash_devices::__private::step(<Ui>::left).lamps,
                        ),
                    ),
                )
                .level
                .value,
        ),
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
async fn remove(k: &str, _: Option<()>, rows: Vec<String>) -> Vec<String> {
    rows.into_iter().filter(|row| row != k).collect()
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum remove {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for remove {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        reads: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .remove
                            .click,
                    ),
                )
                .keyed(),
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(<Ui>::lamps.rows),
            ),
        ],
        triggers: &[
            ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .remove
                            .click,
                    ),
                )
                .keyed(),
        ],
        outputs: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(<Ui>::lamps.rows),
            ),
        ],
        key: ::core::option::Option::Some(
            ::dash_devices::__private::rows_port(
                ::dash_devices::__private::rows_of(&<Ui>::lamps),
            ),
        ),
        ..::dash_devices::__private::Spec::new(
            "remove",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for remove
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Async(|__dd_call| ::std::boxed::Box::pin(async move {
            let __dd_key0 = (
                ::dash_devices::__private::key_shared(
                    __dd_call,
                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                ),
            );
            let __dd_p0: &str = &*__dd_key0.0;
            let __dd_read0 = (
                ::dash_devices::__private::read_input(
                    __dd_call,
                    0usize,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(
                                ::dash_devices::__private::row(
                                    ::dash_devices::__private::rows_of(&<Ui>::lamps),
                                ),
                            )
                            .remove
                            .click,
                    ),
                ),
            );
            let __dd_p1: Option<()> = ::dash_devices::__private::given::<
                Option<()>,
                _,
                _,
            >(__dd_read0.0);
            let __dd_read1 = (
                ::dash_devices::__private::read_state(
                    __dd_call,
                    1usize,
                    ::dash_devices::__private::prop(<Ui>::lamps.rows),
                ),
            );
            let __dd_p2: Vec<String> = ::dash_devices::__private::given::<
                Vec<String>,
                _,
                _,
            >(__dd_read1.0);
            let __dd_returned = (
                ::dash_devices::__private::send_future(remove(__dd_p0, __dd_p1, __dd_p2))
                    .await,
            );
            let __dd_outcome = ::dash_devices::__private::outcome_one(
                ::dash_devices::__private::output(
                    ::dash_devices::__private::prop(<Ui>::lamps.rows),
                ),
                __dd_returned.0,
            );
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        })),
        check: ::core::option::Option::None,
    };
}
const _: () = {
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(
                    ::dash_devices::__private::row(
                        ::dash_devices::__private::rows_of(&<Ui>::lamps),
                    ),
                )
                .remove
                .click,
        ),
    );
    ::dash_devices::__private::of_all(::dash_devices::__private::prop(<Ui>::lamps.rows));
    ::dash_devices::__private::of_all(::dash_devices::__private::prop(<Ui>::lamps.rows));
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(<Ui>::lamps.rows),
    );
};
fn changes() -> Changes<Ui> {
    let mut __dd_changes = ::dash_devices::__private::Changes::<Ui>::new();
    ::dash_devices::__private::put_change(
        &mut __dd_changes,
        ::dash_devices::__private::push_port(
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(<Ui>::lamps.row(3 + 4)).on.value,
            ),
        ),
        true,
    );
    ::dash_devices::__private::put_change(
        &mut __dd_changes,
        ::dash_devices::__private::push_port(
            ::dash_devices::__private::prop(
                ::dash_devices::__private::step(
                        ::dash_devices::__private::step(<Ui>::left)
                            .lamps
                            .row("door".to_owned()),
                    )
                    .level
                    .value,
            ),
        ),
        0.5,
    );
    __dd_changes
}
