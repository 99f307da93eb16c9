#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn begin() -> String {
    "begun".to_owned()
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum begin {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for begin {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        triggers: &[
            ::dash_devices::__private::trigger(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::reset).click,
                ),
            ),
        ],
        hooks: ::dash_devices::__private::Hooks {
            start: true,
            ..::dash_devices::__private::Hooks::NONE
        },
        outputs: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::log).lines,
                ),
            ),
        ],
        ..::dash_devices::__private::Spec::new(
            "begin",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Shared,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for begin
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_returned = (begin(),);
            let __dd_outcome = ::dash_devices::__private::outcome_one(
                ::dash_devices::__private::output(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::log).lines,
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
            ::dash_devices::__private::step(<Ui>::reset).click,
        ),
    );
    ::dash_devices::__private::of_all(
        ::dash_devices::__private::prop(::dash_devices::__private::step(<Ui>::log).lines),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(::dash_devices::__private::step(<Ui>::log).lines),
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
async fn welcome(visit: &mut Visit, client: Client) -> String {
    format!("{}", client.id())
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum welcome {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for welcome {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        hooks: ::dash_devices::__private::Hooks {
            connect: true,
            ..::dash_devices::__private::Hooks::NONE
        },
        outputs: &[
            ::dash_devices::__private::port(
                ::dash_devices::__private::prop(
                    ::dash_devices::__private::step(<Ui>::greeting).text,
                ),
            ),
        ],
        params: &[<Client as ::dash_devices::__private::PrivateParam>::OF],
        session: ::core::option::Option::Some({
            #[allow(unused_imports)]
            use ::dash_devices::__private::NoSessionCopy as _;
            ::dash_devices::__private::SessionCopy::<Visit>::SESSION
        }),
        ..::dash_devices::__private::Spec::new(
            "welcome",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Private,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for welcome
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group: ::dash_devices::__private::Shows<Ui>,
    <__Dashboard as ::dash_devices::__private::Dashboard>::Session: ::dash_devices::__private::SessionIs<
        Visit,
    >,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Async(|__dd_call| ::std::boxed::Box::pin(async move {
            let __dd_p1: Client = <Client as ::dash_devices::__private::PrivateParam>::extract(
                __dd_call,
            );
            let __dd_session = ::dash_devices::__private::Call::session::<
                Visit,
            >(__dd_call);
            let __dd_returned = (
                ::dash_devices::__private::send_future(welcome(__dd_session, __dd_p1))
                    .await,
            );
            let __dd_outcome = ::dash_devices::__private::outcome_one(
                ::dash_devices::__private::output(
                    ::dash_devices::__private::prop(
                        ::dash_devices::__private::step(<Ui>::greeting).text,
                    ),
                ),
                __dd_returned.0,
            );
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        })),
        check: ::core::option::Option::None,
    };
}
const _: () = {
    ::dash_devices::__private::written_for_one(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::greeting).text,
        ),
    );
    ::dash_devices::__private::not_of_a_gate(
        ::dash_devices::__private::prop(
            ::dash_devices::__private::step(<Ui>::greeting).text,
        ),
    );
    ::dash_devices::__private::can_be_cancelled(
        <Client as ::dash_devices::__private::PrivateParam>::OF,
    );
};
#[deny(
    dead_code,
    reason = "a callback runs if `callbacks![..]` of its dashboard lists it"
)]
fn farewell(visit: &mut Visit) {
    visit.ended = true;
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum farewell {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for farewell {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec {
        hooks: ::dash_devices::__private::Hooks {
            disconnect: true,
            ..::dash_devices::__private::Hooks::NONE
        },
        session: ::core::option::Option::Some({
            #[allow(unused_imports)]
            use ::dash_devices::__private::NoSessionCopy as _;
            ::dash_devices::__private::SessionCopy::<Visit>::SESSION
        }),
        ..::dash_devices::__private::Spec::new(
            "farewell",
            ::core::file!(),
            ::core::line!(),
            ::dash_devices::__private::Scope::Private,
        )
    };
}
#[automatically_derived]
impl<__Dashboard, __Group> ::dash_devices::__private::CallbackFor<__Dashboard, __Group>
for farewell
where
    __Dashboard: ::dash_devices::__private::Dashboard,
    <__Dashboard as ::dash_devices::__private::Dashboard>::Session: ::dash_devices::__private::SessionIs<
        Visit,
    >,
{
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|__dd_call| {
            let __dd_session = ::dash_devices::__private::Call::session::<
                Visit,
            >(__dd_call);
            let __dd_returned = (farewell(__dd_session),);
            let __dd_outcome = ::dash_devices::__private::outcome_of_nothing(
                __dd_returned.0,
            );
            ::dash_devices::__private::finish(__dd_call, __dd_outcome);
        }),
        check: ::core::option::Option::None,
    };
}
