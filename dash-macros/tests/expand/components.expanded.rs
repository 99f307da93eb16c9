#[deny(dead_code)]
/// The page.
pub(crate) struct Ui {
    /// The set-point.
    brightness: Slider,
    r#type: parts::Text,
}
#[allow(
    non_upper_case_globals,
    dead_code,
    missing_docs,
    private_interfaces,
    unreachable_pub
)]
impl Ui {
    /// The set-point.
    pub(crate) const brightness: <Slider as ::dash_devices::__private::Field<
        Ui,
        0usize,
    >>::Props = <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::PROPS;
    pub(crate) const r#type: <parts::Text as ::dash_devices::__private::Field<
        Ui,
        1usize,
    >>::Props = <parts::Text as ::dash_devices::__private::Field<Ui, 1usize>>::PROPS;
}
#[automatically_derived]
impl ::dash_devices::__private::Page for Ui {
    const OWNER: ::core::primitive::u64 = ::dash_devices::__private::owner(
        ::core::module_path!(),
        "Ui",
    );
    const IDS: &'static [&'static ::core::primitive::str] = &["brightness", "type"];
}
#[automatically_derived]
impl ::dash_devices::__private::Components for Ui {
    const NAME: &'static ::core::primitive::str = "Ui";
    const COMPONENTS: &'static [(
        &'static ::core::primitive::str,
        &'static ::dash_devices::__private::ComponentInfo,
    )] = &[
        ("brightness", <Slider as ::dash_devices::__private::Field<Ui, 0usize>>::INFO),
        ("type", <parts::Text as ::dash_devices::__private::Field<Ui, 1usize>>::INFO),
    ];
    fn build() -> Self {
        Self {
            brightness: <Slider as ::dash_devices::__private::Field<
                Ui,
                0usize,
            >>::build(),
            r#type: <parts::Text as ::dash_devices::__private::Field<
                Ui,
                1usize,
            >>::build(),
        }
    }
}
#[automatically_derived]
impl ::dash_devices::__private::Shows<Self> for Ui {}
