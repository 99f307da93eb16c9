#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
async fn shoot(
    camera: &mut Camera,
    client: Client,
    login: &mut Login,
    label: &str,
) -> Result<(), CameraError> {
    camera.capture(login, label).await
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum shoot {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for shoot {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        reads: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<ui::Other>::label).text,
                ),
            ),
        ],
        triggers: &[
            ::dash_devices::__private::trigger(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::shoot).click,
                ),
            ),
        ],
        params: &[<Client as ::dash_devices::__private::PrivateParam>::OF],
        session: ::core::option::Option::Some({
            #[allow(unused_imports)]
            use ::dash_devices::__private::NoSessionCopy as _;
            ::dash_devices::__private::SessionCopy::<Login>::SESSION
        }),
        ..::dash_devices::__private::Spec::new(
            "shoot",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Private,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for shoot
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<ui::Other>,
    __Group: ::dash_devices::__private::Shows<Ui>,
    <__Dashboard as ::dash_devices::__private::Dashboard>::Session: ::dash_devices::__private::SessionIs<
        Login,
    >,
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
        body: ::dash_devices::__private::Body::Async(|__dd_call| ::std::boxed::Box::pin(async move {
            let __dd_p1: Client = <Client as ::dash_devices::__private::PrivateParam>::extract(
                __dd_call,
            );
            let __dd_read0 = (
                ::dash_devices::__private::read_shared(
                    __dd_call,
                    0usize,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<ui::Other>::label).text,
                    ),
                ),
            );
            let __dd_p3: &str = &*__dd_read0.0;
            let (__dd_device, __dd_session) = ::dash_devices::__private::Call::device_and_session::<
                <__Dashboard as ::dash_devices::__private::Dashboard>::Device,
                Camera,
                Login,
            >(__dd_call);
            let __dd_returned = (
                ::dash_devices::__private::send_future(
                        shoot(__dd_device, __dd_p1, __dd_session, __dd_p3),
                    )
                    .await,
            );
            let __dd_outcome = match __dd_returned.0 {
                ::core::result::Result::Ok(__dd_ok) => {
                    let __dd_normal = (__dd_ok,);
                    ::dash_devices::__private::outcome_of_nothing(__dd_normal.0)
                }
                ::core::result::Result::Err(__dd_err) => {
                    let __dd_error = (__dd_err,);
                    ::dash_devices::__private::failed(__dd_error.0)
                }
            };
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        })),
        check: ::core::option::Option::None,
    };
}
const _: () = {
    ::dash_devices::__private::can_be_cancelled(
        <Client as ::dash_devices::__private::PrivateParam>::OF,
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn login(password: &str) -> Result<String, (String, String)> {
    open(password)
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum login {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for login {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        reads: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::password).value,
                ),
            ),
        ],
        triggers: &[
            ::dash_devices::__private::trigger(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::login).click,
                ),
            ),
        ],
        outputs: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::secret).text,
                ),
            ),
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::refusal).text,
                ),
            ),
        ],
        ..::dash_devices::__private::Spec::new(
            "login",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Private,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for login
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_read0 = (
                ::dash_devices::__private::read_shared(
                    __dd_call,
                    0usize,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::password).value,
                    ),
                ),
            );
            let __dd_p0: &str = &*__dd_read0.0;
            let __dd_returned = (login(__dd_p0),);
            let __dd_outcome = match __dd_returned.0 {
                ::core::result::Result::Ok(__dd_ok) => {
                    let __dd_normal = (__dd_ok,);
                    ::dash_devices::__private::outcome_one(
                        ::dash_devices::__private::output(
                            ::dash_devices::__private::prop(
                                ::dash_devices::__private::step(<Ui>::secret).text,
                            ),
                        ),
                        __dd_normal.0,
                    )
                }
                ::core::result::Result::Err(__dd_err) => {
                    let __dd_error = (__dd_err,);
                    ::dash_devices::__private::outcome_alternate(
                        (
                            ::dash_devices::__private::output(
                                ::dash_devices::__private::prop(
                                    ::dash_devices::__private::step(<Ui>::refusal).text,
                                ),
                            ),
                            ::dash_devices::__private::output(
                                ::dash_devices::__private::prop(
                                    ::dash_devices::__private::step(<Ui>::secret).text,
                                ),
                            ),
                        ),
                        __dd_error.0,
                    )
                }
            };
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        }),
        check: ::core::option::Option::None,
    };
}
const _: () = {
    ::dash_devices::__private::written_for_one(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::secret).text,
        ),
    );
    ::dash_devices::__private::written_for_one(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::refusal).text,
        ),
    );
    ::dash_devices::__private::written_for_one(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::secret).text,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::secret).text,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::refusal).text,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::secret).text,
        ),
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn slow() {}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum slow {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for slow {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        triggers: &[
            ::dash_devices::__private::trigger(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::login).click,
                ),
            ),
        ],
        guards: &[
            ::dash_devices::__private::Guard {
                port: ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::login).disabled,
                    ),
                ),
                value: || ::dash_devices::__private::held(
                    ::dash_devices::__private::guarded(
                        ::dash_devices::__private::prop(
                            ::dash_devices::__private::step(<Ui>::login).disabled,
                        ),
                    ),
                    true,
                ),
            },
            ::dash_devices::__private::Guard {
                port: ::dash_devices::__private::port(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::secret).text,
                    ),
                ),
                value: || ::dash_devices::__private::held(
                    ::dash_devices::__private::guarded(
                        ::dash_devices::__private::prop(
                            ::dash_devices::__private::step(<Ui>::secret).text,
                        ),
                    ),
                    "…",
                ),
            },
        ],
        ..::dash_devices::__private::Spec::new(
            "slow",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Private,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for slow
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_returned = (slow(),);
            let __dd_outcome = ::dash_devices::__private::outcome_of_nothing(
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
            ::dash_devices::__private::step(<Ui>::login).disabled,
        ),
    );
    ::dash_devices::__private::written_for_one(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::secret).text,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::login).disabled,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::secret).text,
        ),
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
async fn scan(task: Cancellation, bar: ProgressSink<f64>) {
    bar.set(0.5);
    task.cancelled().await;
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum scan {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for scan {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        triggers: &[
            ::dash_devices::__private::trigger(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::scan).click,
                ),
            ),
        ],
        progress: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::bar).value,
                ),
            ),
        ],
        cancels: &[
            ::dash_devices::__private::cancels(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::stop).click,
                ),
            ),
        ],
        params: &[<Cancellation as ::dash_devices::__private::SharedParam>::OF],
        ..::dash_devices::__private::Spec::new(
            "scan",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for scan
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Async(|__dd_call| ::std::boxed::Box::pin(async move {
            let __dd_p0: Cancellation = <Cancellation as ::dash_devices::__private::SharedParam>::extract(
                __dd_call,
            );
            let __dd_live1 = (
                ::dash_devices::__private::progress(
                    __dd_call,
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::bar).value,
                    ),
                ),
            );
            let __dd_p1: ProgressSink<f64> = ::dash_devices::__private::given::<
                ProgressSink<f64>,
                _,
                _,
            >(__dd_live1.0);
            let __dd_returned = (
                ::dash_devices::__private::send_future(scan(__dd_p0, __dd_p1)).await,
            );
            let __dd_outcome = ::dash_devices::__private::outcome_of_nothing(
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
            ::dash_devices::__private::step(<Ui>::scan).click,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(::dash_devices::__private::step(<Ui>::bar).value),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::stop).click,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(::dash_devices::__private::step(<Ui>::bar).value),
    );
};
