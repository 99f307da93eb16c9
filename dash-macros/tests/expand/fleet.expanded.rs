#[deny(
    dead_code,
    reason = "`layout` places each component, as in `self.slider`; callbacks place those marked `#[dynamic]`"
)]
struct Ui {
    battery: Gauge,
    speed: Slider,
    doors: [Switch; 2],
    level: Meter,
}
#[allow(
    non_upper_case_globals,
    dead_code,
    missing_docs,
    private_interfaces,
    unreachable_pub
)]
impl Ui {
    const battery: <Gauge as ::dash_devices::__private::Field<Ui, 0usize>>::Props = <<Gauge as ::dash_devices::__private::Field<
        Ui,
        0usize,
    >>::At<Ui, 0usize> as ::dash_devices::__private::Placed>::PROPS;
    const speed: <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::Props = <<Slider as ::dash_devices::__private::Field<
        Ui,
        1usize,
    >>::At<Ui, 1usize> as ::dash_devices::__private::Placed>::PROPS;
    const doors: [<Switch as ::dash_devices::__private::Field<
        Ui,
        2usize,
    >>::Props; 2usize] = [
        <<Switch as ::dash_devices::__private::Field<
            Ui,
            2usize,
        >>::At<
            ::dash_devices::__private::Each<Ui, 2usize, 2usize>,
            0usize,
        > as ::dash_devices::__private::Placed>::PROPS,
        <<Switch as ::dash_devices::__private::Field<
            Ui,
            2usize,
        >>::At<
            ::dash_devices::__private::Each<Ui, 2usize, 2usize>,
            1usize,
        > as ::dash_devices::__private::Placed>::PROPS,
    ];
    const level: <Meter as ::dash_devices::__private::Field<Ui, 3usize>>::Props = <<Meter as ::dash_devices::__private::Field<
        Ui,
        3usize,
    >>::At<
        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_3 }>,
        3usize,
    > as ::dash_devices::__private::Placed>::PROPS;
    #[doc(hidden)]
    const __DD_RIGHTS_3: ::core::primitive::u32 = ::dash_devices::__private::Rights::packed(
        {
            ::dash_devices::__private::given_role(&Role::Guest).check::<Ui>();
            Role::Guest as ::core::primitive::u8
        },
        0,
        false,
        false,
    );
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
            ("battery", <Gauge as ::dash_devices::__private::Field<Ui, 0usize>>::COUNT),
            ("speed", <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::COUNT),
            (
                "doors",
                <Switch as ::dash_devices::__private::Field<Ui, 2usize>>::COUNT * 2usize,
            ),
            ("level", <Meter as ::dash_devices::__private::Field<Ui, 3usize>>::COUNT),
        ],
    );
    type Role = Role;
}
#[automatically_derived]
impl ::dash_devices::__private::Components for Ui {
    const NAME: &'static ::core::primitive::str = "Ui";
    fn components() -> ::dash_devices::__private::List {
        ::dash_devices::__private::list::<
            Ui,
        >(|__dd_list| {
            ::dash_devices::__private::roles::<Ui>(__dd_list);
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &[const { ::dash_devices::__private::shown_in_fleet(&Ui::battery) }],
                    ::core::option::Option::None,
                    ::core::option::Option::None,
                ),
                |__dd_list| {
                    let _ = <<Gauge as ::dash_devices::__private::Field<
                        Ui,
                        0usize,
                    >>::At<
                        Ui,
                        0usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &["value", "max"],
                    ::core::option::Option::None,
                    ::core::option::Option::None,
                ),
                |__dd_list| {
                    let _ = <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        1usize,
                    >>::At<
                        Ui,
                        1usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &[
                        const {
                            ::dash_devices::__private::shown_in_fleet(&Ui::doors[0])
                        },
                    ],
                    ::core::option::Option::Some("Door"),
                    ::core::option::Option::None,
                ),
                |__dd_list| {
                    let _ = [
                        <<Switch as ::dash_devices::__private::Field<
                            Ui,
                            2usize,
                        >>::At<
                            ::dash_devices::__private::Each<Ui, 2usize, 2usize>,
                            0usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                        <<Switch as ::dash_devices::__private::Field<
                            Ui,
                            2usize,
                        >>::At<
                            ::dash_devices::__private::Each<Ui, 2usize, 2usize>,
                            1usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                    ];
                },
            );
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &["value"],
                    ::core::option::Option::None,
                    ::core::option::Option::Some("%"),
                ),
                |__dd_list| {
                    let _ = <<Meter as ::dash_devices::__private::Field<
                        Ui,
                        3usize,
                    >>::At<
                        ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_3 }>,
                        3usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            let _ = __dd_list;
        })
    }
    fn build() -> Self {
        Self {
            battery: <<Gauge as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::At<Ui, 0usize> as ::dash_devices::__private::Placed>::build(),
            speed: <<Slider as ::dash_devices::__private::Field<
                Ui,
                1usize,
            >>::At<Ui, 1usize> as ::dash_devices::__private::Placed>::build(),
            doors: [
                <<Switch as ::dash_devices::__private::Field<
                    Ui,
                    2usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 2usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::build(),
                <<Switch as ::dash_devices::__private::Field<
                    Ui,
                    2usize,
                >>::At<
                    ::dash_devices::__private::Each<Ui, 2usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::build(),
            ],
            level: <<Meter as ::dash_devices::__private::Field<
                Ui,
                3usize,
            >>::At<
                ::dash_devices::__private::With<Ui, { <Ui>::__DD_RIGHTS_3 }>,
                3usize,
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
            <Gauge as ::dash_devices::__private::Field<Ui, 0usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Switch as ::dash_devices::__private::Field<Ui, 2usize>>::ROWS_HAVE_LIST,
        );
        ::dash_devices::__private::rows_without_list(
            <Meter as ::dash_devices::__private::Field<Ui, 3usize>>::ROWS_HAVE_LIST,
        );
    };
    const _: () = ::dash_devices::__private::in_fleet(&Ui::speed.value);
    const _: () = ::dash_devices::__private::in_fleet(&Ui::speed.max);
    const _: () = ::dash_devices::__private::fleet_for_everybody(Ui::__DD_RIGHTS_3);
    const _: () = ::dash_devices::__private::in_fleet(&Ui::level.value);
    const __DD_ROLE: ::core::primitive::u64 = ::dash_devices::__private::role_id::<Ui>();
    const _: () = ::dash_devices::__private::one_role(
        __DD_ROLE,
        <Gauge as ::dash_devices::__private::Field<Ui, 0usize>>::ROLE,
    );
    const _: () = ::dash_devices::__private::one_role(
        __DD_ROLE,
        <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::ROLE,
    );
    const _: () = ::dash_devices::__private::one_role(
        __DD_ROLE,
        <Switch as ::dash_devices::__private::Field<Ui, 2usize>>::ROLE,
    );
    const _: () = ::dash_devices::__private::one_role(
        __DD_ROLE,
        <Meter as ::dash_devices::__private::Field<Ui, 3usize>>::ROLE,
    );
    impl Ui {
        #[deny(dead_code)]
        #[doc(hidden)]
        #[allow(unreachable_pub)]
        fn __dd_placed_by_callbacks(&self) {
            let Self { battery, speed, doors, level } = self;
            let _ = battery;
            let _ = speed;
            let _ = doors;
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
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        pub battery: <Gauge as ::dash_devices::__private::Field<Ui, 0usize>>::Props,
        pub speed: <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::Props,
        pub doors: [<Switch as ::dash_devices::__private::Field<
            Ui,
            2usize,
        >>::Props; 2usize],
        pub level: <Meter as ::dash_devices::__private::Field<Ui, 3usize>>::Props,
        __dd_base: ::dash_devices::__private::Base,
    }
    #[automatically_derived]
    impl ::core::clone::Clone for UiProps
    where
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        #[allow(clippy::expl_impl_clone_on_copy, clippy::non_canonical_clone_impl)]
        fn clone(&self) -> Self {
            Self {
                battery: self.battery,
                speed: self.speed,
                doors: self.doors,
                level: self.level,
                __dd_base: self.__dd_base,
            }
        }
    }
    #[automatically_derived]
    impl ::core::marker::Copy for UiProps
    where
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {}
    #[allow(dead_code, unreachable_pub)]
    impl UiProps
    where
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        pub const fn __dd_at(&self) -> ::dash_devices::__private::At<Ui> {
            ::dash_devices::__private::At::new(self.__dd_base)
        }
        pub const fn __dd_is_dynamic(&self) {}
    }
    #[automatically_derived]
    impl ::dash_devices::__private::Step for UiProps
    where
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        type Itself = Self;
    }
    #[automatically_derived]
    impl ::dash_devices::__private::AtRow for UiProps
    where
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        fn at_row(self, __dd_row: ::dash_devices::__private::InRow) -> Self {
            let _ = __dd_row;
            Self {
                battery: ::dash_devices::__private::AtRow::at_row(
                    self.battery,
                    __dd_row,
                ),
                speed: ::dash_devices::__private::AtRow::at_row(self.speed, __dd_row),
                doors: ::dash_devices::__private::AtRow::at_row(self.doors, __dd_row),
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
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = UiProps {
            battery: ::dash_devices::__private::fleet_outside_rows::<
                __Page,
                0usize,
                _,
            >(
                <<Gauge as ::dash_devices::__private::Field<
                    Ui,
                    0usize,
                >>::At<__Page, 0usize> as ::dash_devices::__private::Placed>::PROPS,
            ),
            speed: ::dash_devices::__private::fleet_outside_rows::<
                __Page,
                1usize,
                _,
            >(
                <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<__Page, 1usize> as ::dash_devices::__private::Placed>::PROPS,
            ),
            doors: ::dash_devices::__private::fleet_outside_rows::<
                __Page,
                2usize,
                _,
            >([
                <<Switch as ::dash_devices::__private::Field<
                    Ui,
                    2usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 2usize, 2usize>,
                    0usize,
                > as ::dash_devices::__private::Placed>::PROPS,
                <<Switch as ::dash_devices::__private::Field<
                    Ui,
                    2usize,
                >>::At<
                    ::dash_devices::__private::Each<__Page, 2usize, 2usize>,
                    1usize,
                > as ::dash_devices::__private::Placed>::PROPS,
            ]),
            level: ::dash_devices::__private::fleet_outside_rows::<
                __Page,
                3usize,
                _,
            >(
                <<Meter as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_3 }>,
                    3usize,
                > as ::dash_devices::__private::Placed>::PROPS,
            ),
            __dd_base: ::dash_devices::__private::base::<__Page, Ui>(),
        };
        fn list(__dd_list: &mut ::dash_devices::__private::List) {
            ::dash_devices::__private::roles::<Ui>(__dd_list);
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &[const { ::dash_devices::__private::shown_in_fleet(&Ui::battery) }],
                    ::core::option::Option::None,
                    ::core::option::Option::None,
                ),
                |__dd_list| {
                    let _ = <<Gauge as ::dash_devices::__private::Field<
                        Ui,
                        0usize,
                    >>::At<
                        __Page,
                        0usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &["value", "max"],
                    ::core::option::Option::None,
                    ::core::option::Option::None,
                ),
                |__dd_list| {
                    let _ = <<Slider as ::dash_devices::__private::Field<
                        Ui,
                        1usize,
                    >>::At<
                        __Page,
                        1usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &[
                        const {
                            ::dash_devices::__private::shown_in_fleet(&Ui::doors[0])
                        },
                    ],
                    ::core::option::Option::Some("Door"),
                    ::core::option::Option::None,
                ),
                |__dd_list| {
                    let _ = [
                        <<Switch as ::dash_devices::__private::Field<
                            Ui,
                            2usize,
                        >>::At<
                            ::dash_devices::__private::Each<__Page, 2usize, 2usize>,
                            0usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                        <<Switch as ::dash_devices::__private::Field<
                            Ui,
                            2usize,
                        >>::At<
                            ::dash_devices::__private::Each<__Page, 2usize, 2usize>,
                            1usize,
                        > as ::dash_devices::__private::Placed>::list(__dd_list),
                    ];
                },
            );
            ::dash_devices::__private::fleet(
                __dd_list,
                ::dash_devices::__private::Fleet::of(
                    &["value"],
                    ::core::option::Option::None,
                    ::core::option::Option::Some("%"),
                ),
                |__dd_list| {
                    let _ = <<Meter as ::dash_devices::__private::Field<
                        Ui,
                        3usize,
                    >>::At<
                        ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_3 }>,
                        3usize,
                    > as ::dash_devices::__private::Placed>::list(__dd_list);
                },
            );
            let _ = __dd_list;
        }
        fn build() -> Self {
            Self {
                battery: <<Gauge as ::dash_devices::__private::Field<
                    Ui,
                    0usize,
                >>::At<__Page, 0usize> as ::dash_devices::__private::Placed>::build(),
                speed: <<Slider as ::dash_devices::__private::Field<
                    Ui,
                    1usize,
                >>::At<__Page, 1usize> as ::dash_devices::__private::Placed>::build(),
                doors: [
                    <<Switch as ::dash_devices::__private::Field<
                        Ui,
                        2usize,
                    >>::At<
                        ::dash_devices::__private::Each<__Page, 2usize, 2usize>,
                        0usize,
                    > as ::dash_devices::__private::Placed>::build(),
                    <<Switch as ::dash_devices::__private::Field<
                        Ui,
                        2usize,
                    >>::At<
                        ::dash_devices::__private::Each<__Page, 2usize, 2usize>,
                        1usize,
                    > as ::dash_devices::__private::Placed>::build(),
                ],
                level: <<Meter as ::dash_devices::__private::Field<
                    Ui,
                    3usize,
                >>::At<
                    ::dash_devices::__private::With<__Page, { <Ui>::__DD_RIGHTS_3 }>,
                    3usize,
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
        for<'__dd> Gauge: ::dash_devices::__private::Field<Ui, 0usize>,
        for<'__dd> Slider: ::dash_devices::__private::Field<Ui, 1usize>,
        for<'__dd> Switch: ::dash_devices::__private::Field<Ui, 2usize>,
        for<'__dd> Meter: ::dash_devices::__private::Field<Ui, 3usize>,
    {
        type Props = UiProps;
        const PROPS: Self::Props = <Ui as ::dash_devices::__private::Group<
            ::dash_devices::__private::In<__Page, __N, Ui>,
        >>::PROPS;
        const COUNT: ::core::primitive::usize = ::dash_devices::__private::count::<Ui>();
        const HAS_LIST: ::core::primitive::bool = false
            || <Gauge as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_LIST
            || <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_LIST
            || <Switch as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_LIST
            || <Meter as ::dash_devices::__private::Field<Ui, 3usize>>::HAS_LIST;
        const HAS_HISTORY: ::core::primitive::bool = false
            || <Gauge as ::dash_devices::__private::Field<Ui, 0usize>>::HAS_HISTORY
            || <Slider as ::dash_devices::__private::Field<Ui, 1usize>>::HAS_HISTORY
            || <Switch as ::dash_devices::__private::Field<Ui, 2usize>>::HAS_HISTORY
            || <Meter as ::dash_devices::__private::Field<Ui, 3usize>>::HAS_HISTORY;
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
::core::compile_error! {
    "this dashboard has no roles: say which there are with `#[components(role = Role)]`, where `Role` is an enum with `#[derive(Role)]`"
}
