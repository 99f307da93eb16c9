#[derive(Role)]
enum Lab {
    Guest,
    ReadOnly,
}
#[deny(
    dead_code,
    reason = "`layout` places each component, as in `self.slider`; callbacks place those marked `#[dynamic]`"
)]
struct Ui {
    speed: Slider,
    lamps: [Lamp; 2],
    level: Gauge,
}
#[allow(
    non_upper_case_globals,
    dead_code,
    missing_docs,
    private_interfaces,
    unreachable_pub
)]
impl Ui {
    const speed: <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::Props = <<Slider as ::dash_devices::__private::Field<
        Ui,
        0usize,
    >>::At<
        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_0 }>,
        0usize,
    > as ::dash_devices::__private::Placed>::PROPS;
    const lamps: [<Lamp as ::dash_devices::__private::Field<
        Ui,
        1usize,
    >>::Props; 2usize] = [
        <<Lamp as ::dash_devices::__private::Field<
            Ui,
            1usize,
        >>::At<
            ::dash_devices::__private::Each<
                ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_1 }>,
                1usize,
                2usize,
            >,
            0usize,
        > as ::dash_devices::__private::Placed>::PROPS,
        <<Lamp as ::dash_devices::__private::Field<
            Ui,
            1usize,
        >>::At<
            ::dash_devices::__private::Each<
                ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_1 }>,
                1usize,
                2usize,
            >,
            1usize,
        > as ::dash_devices::__private::Placed>::PROPS,
    ];
    const level: <Gauge as ::dash_devices::__private::Field<Ui, 2usize>>::Props = <<Gauge as ::dash_devices::__private::Field<
        Ui,
        2usize,
    >>::At<
        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_2 }>,
        2usize,
    > as ::dash_devices::__private::Placed>::PROPS;
    #[doc(hidden)]
    const __DD_NEEDS: ::core::primitive::u8 = {
        ::dash_devices::__private::given_role(&Lab::ReadOnly).check::<Ui>();
        Lab::ReadOnly as ::core::primitive::u8
    };
    #[doc(hidden)]
    const __DD_RIGHTS_0: ::core::primitive::u32 = ::dash_devices::__private::Rights::packed(
        0,
        Ui::__DD_NEEDS,
        false,
        false,
    ) | ::dash_devices::__private::Rights::SAYS_NEEDS;
    #[doc(hidden)]
    const __DD_RIGHTS_1: ::core::primitive::u32 = ::dash_devices::__private::Rights::packed(
        {
            ::dash_devices::__private::given_role(&Lab::ReadOnly).check::<Ui>();
            Lab::ReadOnly as ::core::primitive::u8
        },
        {
            ::dash_devices::__private::given_role(&Lab::Guest).check::<Ui>();
            Lab::Guest as ::core::primitive::u8
        },
        false,
        false,
    ) | ::dash_devices::__private::Rights::SAYS_NEEDS;
    #[doc(hidden)]
    const __DD_RIGHTS_2: ::core::primitive::u32 = ::dash_devices::__private::Rights::packed(
        0,
        Ui::__DD_NEEDS,
        true,
        false,
    ) | ::dash_devices::__private::Rights::SAYS_NEEDS;
}
#[automatically_derived]
impl ::dash_devices::__private::Page for Ui {
    const OWNER: ::core::primitive::u64 = ::dash_devices::__private::owner(
        ::core::module_path!(),
        "Ui",
    );
    const PREFIX: &'static ::core::primitive::str = "";
    const BASE: ::core::primitive::usize = 0;
    const FIELDS: ::dash_devices::__private::Fields = ::dash_devices::__private::Fields::Named(
        &[
            ("speed", <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::COUNT),
            (
                "lamps",
                <Lamp as ::dash_devices::__private::Field<Ui, 1usize>>::COUNT * 2usize,
            ),
            ("level", <Gauge as ::dash_devices::__private::Field<Ui, 2usize>>::COUNT),
        ],
    );
    type Role = Lab;
}
#[automatically_derived]
impl ::dash_devices::__private::Components for Ui {
    const NAME: &'static ::core::primitive::str = "Ui";
    fn components() -> ::dash_devices::__private::List {
        ::dash_devices::__private::list::<
            Ui,
        >(|__dd_list| {
            ::dash_devices::__private::roles::<Ui>(__dd_list);
            let _ = <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<
                ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_0 }>,
                0usize,
            > as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    0usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    1usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
            ];
            let _ = <<Gauge as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<
                ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_2 }>,
                2usize,
            > as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = __dd_list;
        })
    }
    fn build() -> Self {
        Self {
            speed: <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<
                ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_0 }>,
                0usize,
            > as ::dash_devices::__private::Placed>::build(),
            lamps: [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    0usize,
                > as ::dash_devices::__private::Placed>::build(),
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    1usize,
                > as ::dash_devices::__private::Placed>::build(),
            ],
            level: <<Gauge as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<
                ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_2 }>,
                2usize,
            > as ::dash_devices::__private::Placed>::build(),
        }
    }
}
#[automatically_derived]
impl ::dash_devices::__private::Shows<Self> for Ui {}
#[allow(unused_lifetimes)]
const _: () = {
    const _: () = {
        ::dash_devices::__private::rows_without_list(
            <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Lamp as ::dash_devices::__private::Field<Ui, 1usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Gauge as ::dash_devices::__private::Field<Ui, 2usize>>::ROWS_HAVE_LIST,
        );
    };
    const _: () = ::dash_devices::__private::needs_writable(
        <Lamp as ::dash_devices::__private::Field<Ui, 1usize>>::WRITABLE,
    );
    const __DD_ROLE: ::core::primitive::u64 = ::dash_devices::__private::role_id::<Ui>();
    const _: () = ::dash_devices::__private::one_role(
        __DD_ROLE,
        <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::ROLE,
    );
    const _: () = ::dash_devices::__private::one_role(
        __DD_ROLE,
        <Lamp as ::dash_devices::__private::Field<Ui, 1usize>>::ROLE,
    );
    const _: () = ::dash_devices::__private::one_role(
        __DD_ROLE,
        <Gauge as ::dash_devices::__private::Field<Ui, 2usize>>::ROLE,
    );
    impl Ui {
        #[deny(dead_code)]
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        fn __dd_placed_by_callbacks(&self) {
            let Self { speed, lamps, level } = self;
            let _ = speed;
            let _ = lamps;
            let _ = level;
        }
    }
    #[allow(
        dead_code,
        missing_debug_implementations,
        private_interfaces,
        private_bounds,
        unreachable_pub
    )]
    pub struct UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        pub speed: <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::Props,
        pub lamps: [<Lamp as ::dash_devices::__private::Field<
            Ui,
            1usize,
        >>::Props; 2usize],
        pub level: <Gauge as ::dash_devices::__private::Field<Ui, 2usize>>::Props,
        __dd_base: ::dash_devices::__private::Base,
    }
    #[automatically_derived]
    impl ::core::clone::Clone for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        #[allow(clippy::expl_impl_clone_on_copy, clippy::non_canonical_clone_impl)]
        fn clone(&self) -> Self {
            Self {
                speed: self.speed,
                lamps: self.lamps,
                level: self.level,
                __dd_base: self.__dd_base,
            }
        }
    }
    #[automatically_derived]
    impl ::core::marker::Copy for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {}
    #[allow(dead_code, unreachable_pub)]
    impl UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        pub const fn __dd_at(&self) -> ::dash_devices::__private::At<Ui> {
            ::dash_devices::__private::At::new(self.__dd_base)
        }
        pub const fn __dd_is_dynamic(&self) {}
    }
    #[automatically_derived]
    impl ::dash_devices::__private::Step for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        type Itself = Self;
    }
    #[automatically_derived]
    impl ::dash_devices::__private::AtRow for UiProps
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        fn at_row(self, __dd_row: ::dash_devices::__private::InRow) -> Self {
            let _ = __dd_row;
            Self {
                speed: ::dash_devices::__private::AtRow::at_row(self.speed, __dd_row),
                lamps: ::dash_devices::__private::AtRow::at_row(self.lamps, __dd_row),
                level: ::dash_devices::__private::AtRow::at_row(self.level, __dd_row),
                __dd_base: self.__dd_base,
            }
        }
    }
    #[automatically_derived]
    impl<
        __Page: ::dash_devices::__private::Page,
    > ::dash_devices::__private::Group<__Page> for Ui
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = UiProps {
            speed: <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<
                ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_0 }>,
                0usize,
            > as ::dash_devices::__private::Placed>::PROPS,
            lamps: [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    0usize,
                > as ::dash_devices::__private::Placed>::PROPS,
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    1usize,
                > as ::dash_devices::__private::Placed>::PROPS,
            ],
            level: <<Gauge as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<
                ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_2 }>,
                2usize,
            > as ::dash_devices::__private::Placed>::PROPS,
            __dd_base: ::dash_devices::__private::base::<__Page, Ui>(),
        };
        fn list(__dd_list: &mut ::dash_devices::__private::List) {
            ::dash_devices::__private::roles::<Ui>(__dd_list);
            let _ = <<Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<
                ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_0 }>,
                0usize,
            > as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = [
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    0usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
                <<Lamp as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<
                    ::dash_devices::__private::Each<
                        ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_1 }>,
                        1usize,
                        2usize,
                    >,
                    1usize,
                > as ::dash_devices::__private::Placed>::list(__dd_list),
            ];
            let _ = <<Gauge as ::dash_devices::__private::Field<
                Ui,
                2usize,
            >>::At<
                ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_2 }>,
                2usize,
            > as ::dash_devices::__private::Placed>::list(__dd_list);
            let _ = __dd_list;
        }
        fn build() -> Self {
            Self {
                speed: <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    0usize,
                >>::At<
                    ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_0 }>,
                    0usize,
                > as ::dash_devices::__private::Placed>::build(),
                lamps: [
                    <<Lamp as ::dash_devices::__private::Field<
                        Ui,
                        1usize,
                    >>::At<
                        ::dash_devices::__private::Each<
                            ::dash_devices::__private::With<
                                __Page,
                                { <Ui>::__DD_RIGHTS_1 },
                            >,
                            1usize,
                            2usize,
                        >,
                        0usize,
                    > as ::dash_devices::__private::Placed>::build(),
                    <<Lamp as ::dash_devices::__private::Field<
                        Ui,
                        1usize,
                    >>::At<
                        ::dash_devices::__private::Each<
                            ::dash_devices::__private::With<
                                __Page,
                                { <Ui>::__DD_RIGHTS_1 },
                            >,
                            1usize,
                            2usize,
                        >,
                        1usize,
                    > as ::dash_devices::__private::Placed>::build(),
                ],
                level: <<Gauge as ::dash_devices::__private::Field<
                    Ui,
                    2usize,
                >>::At<
                    ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_2 }>,
                    2usize,
                > as ::dash_devices::__private::Placed>::build(),
            }
        }
    }
    #[automatically_derived]
    impl<
        __Page: ::dash_devices::__private::Page,
        const __N: ::core::primitive::usize,
    > ::dash_devices::__private::Field<__Page, __N> for Ui
    where
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Lamp: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 2usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = <Ui as ::dash_devices::__private::Group<
            ::dash_devices::__private::In<__Page, __N, Ui>,
        >>::PROPS;
        const COUNT: ::core::primitive::usize = ::dash_devices::__private::count::<Ui>();
        const HAS_LIST: ::core::primitive::bool = false
            || <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_LIST
            || <Lamp as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_LIST
            || <Gauge as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_LIST;
        const HAS_HISTORY: ::core::primitive::bool = false
            || <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_HISTORY
            || <Lamp as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_HISTORY
            || <Gauge as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_HISTORY;
        const ROLE: ::core::primitive::u64 = __DD_ROLE;
        type At<
            __Other: ::dash_devices::__private::Page,
            const __M: ::core::primitive::usize,
        > = ::dash_devices::__private::Put<Self, __Other, __M>;
        fn list(__dd_list: &mut ::dash_devices::__private::List) {
            <Ui as ::dash_devices::__private::Group<
                ::dash_devices::__private::In<__Page, __N, Ui>,
            >>::list(__dd_list);
        }
        fn build() -> Self {
            <Ui as ::dash_devices::__private::Group<
                ::dash_devices::__private::In<__Page, __N, Ui>,
            >>::build()
        }
    }
};
#[allow(dead_code)]
fn show(speed: f64) -> f64 {
    speed
}
#[doc(hidden)]
#[allow(non_camel_case_types, missing_debug_implementations, unreachable_pub)]
enum show {}
#[automatically_derived]
impl ::dash_devices::__private::Wired for show {
    const SPEC: ::dash_devices::__private::Spec = ::dash_devices::__private::Spec::new(
        "show",
        ::core::file!(),
        ::core::line!(),
        ::dash_devices::__private::Scope::Shared,
    );
}
#[automatically_derived]
impl<
    __Dashboard: ::dash_devices::__private::Dashboard,
    __Group,
> ::dash_devices::__private::CallbackFor<__Dashboard, __Group> for show {
    const DEF: ::dash_devices::__private::CallbackDef = ::dash_devices::__private::CallbackDef {
        spec: <Self as ::dash_devices::__private::Wired>::SPEC,
        borrow: ::core::option::Option::None,
        body: ::dash_devices::__private::Body::Sync(|_| {}),
        check: ::core::option::Option::None,
    };
}
::core::compile_error! {
    "`show` does not read `Ui::lamps[0].on`, so it cannot show it: name what it reads, or leave this out"
}
