/// A slider.
#[derive(Component)]
#[component(
    tag = "my-slider",
    script = "slider.js",
    style = ["scale.css",
    "slider.css"]
)]
pub struct Slider {
    id: ComponentId,
    /// The set-point.
    #[prop(writable, within(min, max))]
    value: f64,
    min: f64,
    #[prop(default = 100.0)]
    max: f64,
    #[prop(required, no_setter)]
    label: String,
    #[prop(event)]
    grabbed: Event<()>,
    #[prop(stream, ring = 100)]
    history: Stream<f64>,
}
///The properties of [`Slider`], as constants that callbacks name: `Ui::id.property`.
#[allow(dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
pub struct SliderProps {
    /// The set-point.
    pub value: ::dash_devices::__private::Prop<f64>,
    ///The property `min`.
    pub min: ::dash_devices::__private::Prop<f64>,
    ///The property `max`.
    pub max: ::dash_devices::__private::Prop<f64>,
    ///The property `label`.
    pub label: ::dash_devices::__private::Prop<String>,
    ///The property `grabbed`.
    pub grabbed: ::dash_devices::__private::EventProp<
        <Event<()> as ::dash_devices::__private::EventField>::Payload,
    >,
    ///The property `history`.
    pub history: ::dash_devices::__private::StreamProp<
        <Stream<f64> as ::dash_devices::__private::StreamField>::Item,
    >,
}
#[automatically_derived]
impl ::core::clone::Clone for SliderProps {
    fn clone(&self) -> Self {
        *self
    }
}
#[automatically_derived]
impl ::core::marker::Copy for SliderProps {}
impl SliderProps {
    /// The properties of the component with this id.
    #[doc(hidden)]
    #[allow(unreachable_pub)]
    pub const fn at(__dd_id: ::dash_devices::__private::ComponentId) -> Self {
        let _ = __dd_id;
        Self {
            value: ::dash_devices::__private::Prop::new(__dd_id, "value", 0u16).sent(),
            min: ::dash_devices::__private::Prop::new(__dd_id, "min", 1u16),
            max: ::dash_devices::__private::Prop::new(__dd_id, "max", 2u16),
            label: ::dash_devices::__private::Prop::new(__dd_id, "label", 3u16),
            grabbed: ::dash_devices::__private::Prop::new(__dd_id, "grabbed", 4u16),
            history: ::dash_devices::__private::Prop::new(__dd_id, "history", 5u16),
        }
    }
    /// Panics, at the caller's place, if callbacks do not place the component.
    #[doc(hidden)]
    #[track_caller]
    #[allow(dead_code, unreachable_pub)]
    pub const fn __dd_is_dynamic(&self) {
        ::dash_devices::__private::is_dynamic(self.value.component())
    }
    /// A component is not a group, so no callback can be listed for it.
    #[doc(hidden)]
    #[allow(dead_code, unreachable_pub)]
    pub const fn __dd_at(&self) -> ::dash_devices::__private::At<Slider> {
        ::dash_devices::__private::At::NOWHERE
    }
}
#[automatically_derived]
impl ::dash_devices::__private::Showable for SliderProps {}
#[automatically_derived]
impl ::dash_devices::__private::Step for SliderProps {
    type Itself = Self;
}
#[automatically_derived]
impl ::dash_devices::__private::AtRow for SliderProps {
    fn at_row(self, __dd_row: ::dash_devices::__private::InRow) -> Self {
        let _ = __dd_row;
        Self {
            value: ::dash_devices::__private::Prop::in_row(self.value, __dd_row),
            min: ::dash_devices::__private::Prop::in_row(self.min, __dd_row),
            max: ::dash_devices::__private::Prop::in_row(self.max, __dd_row),
            label: ::dash_devices::__private::Prop::in_row(self.label, __dd_row),
            grabbed: ::dash_devices::__private::Prop::in_row(self.grabbed, __dd_row),
            history: ::dash_devices::__private::Prop::in_row(self.history, __dd_row),
        }
    }
}
impl SliderProps {
    /// The component, to be placed in an element that a callback returns. Its field in the `#[components]` struct
    /// must be marked `#[dynamic]`.
    #[must_use]
    #[allow(dead_code, unreachable_pub)]
    pub fn place(self) -> Slider {
        <Slider as ::dash_devices::__private::Table>::new(self.value.component())
    }
}
///The state properties of [`Slider`] in its view.
#[allow(dead_code, missing_debug_implementations, private_interfaces, unreachable_pub)]
pub struct SliderBound {
    /// The set-point.
    pub value: ::dash_devices::__private::Bound<f64>,
    ///The property `min`.
    pub min: ::dash_devices::__private::Bound<f64>,
    ///The property `max`.
    pub max: ::dash_devices::__private::Bound<f64>,
    ///The property `label`.
    pub label: ::dash_devices::__private::Bound<String>,
}
#[automatically_derived]
impl ::dash_devices::__private::Bindable for Slider {
    type Bound = SliderBound;
    fn bound() -> SliderBound {
        SliderBound {
            value: ::dash_devices::__private::Bound::prop(0u16),
            min: ::dash_devices::__private::Bound::prop(1u16),
            max: ::dash_devices::__private::Bound::prop(2u16),
            label: ::dash_devices::__private::Bound::prop(3u16),
        }
    }
}
impl Slider {
    /// The set-point.
    #[must_use]
    #[allow(dead_code, unreachable_pub)]
    pub fn value(
        mut self,
        __dd_value: impl ::dash_devices::__private::IntoValue<f64>,
    ) -> Self {
        self.value = ::dash_devices::__private::IntoValue::into_value(__dd_value);
        self
    }
    ///The property `min`.
    #[must_use]
    #[allow(dead_code, unreachable_pub)]
    pub fn min(
        mut self,
        __dd_value: impl ::dash_devices::__private::IntoValue<f64>,
    ) -> Self {
        self.min = ::dash_devices::__private::IntoValue::into_value(__dd_value);
        self
    }
    ///The property `max`.
    #[must_use]
    #[allow(dead_code, unreachable_pub)]
    pub fn max(
        mut self,
        __dd_value: impl ::dash_devices::__private::IntoValue<f64>,
    ) -> Self {
        self.max = ::dash_devices::__private::IntoValue::into_value(__dd_value);
        self
    }
}
#[automatically_derived]
impl<
    __Page: ::dash_devices::__private::Page,
    const __N: ::core::primitive::usize,
> ::dash_devices::__private::Field<__Page, __N> for Slider {
    type Props = SliderProps;
    const PROPS: Self::Props = SliderProps::at(
        ::dash_devices::__private::id::<__Page, __N>(),
    );
    const COUNT: ::core::primitive::usize = 1;
    type At<
        __Other: ::dash_devices::__private::Page,
        const __M: ::core::primitive::usize,
    > = ::dash_devices::__private::Put<Self, __Other, __M>;
    fn list(__dd_list: &mut ::dash_devices::__private::List) {
        ::dash_devices::__private::put::<
            __Page,
            __N,
        >(__dd_list, <Self as ::dash_devices::__private::Table>::INFO);
    }
    fn build() -> Self {
        <Self as ::dash_devices::__private::Table>::new(
            ::dash_devices::__private::id::<__Page, __N>(),
        )
    }
}
#[automatically_derived]
impl ::dash_devices::__private::FleetComponent<f64> for SliderProps {
    const NAME: &'static ::core::primitive::str = "value";
}
#[automatically_derived]
impl ::dash_devices::__private::Table for Slider {
    const INFO: &'static ::dash_devices::__private::ComponentInfo = &::dash_devices::__private::ComponentInfo {
        name: "Slider",
        tag: "my-slider",
        doc: "A slider.",
        script: ::core::option::Option::Some(::dash_devices::__private::Module {
            file: "slider.js",
            source: ::core::include_str!("slider.js"),
            bundled: false,
        }),
        library: ::core::option::Option::None,
        styles: &[::core::include_str!("scale.css"), ::core::include_str!("slider.css")],
        fresh: <Self as ::dash_devices::__private::Table>::fresh,
        look: || {
            #[allow(unused_imports)]
            use ::dash_devices::__private::NoView as _;
            static LOOK: ::dash_devices::__private::LookCell = ::dash_devices::__private::LookCell::new();
            LOOK.get(
                <Self as ::dash_devices::__private::Table>::INFO,
                <::dash_devices::__private::ViewOf<Self>>::RECORD,
            )
        },
        props: &[
            ::dash_devices::__private::PropInfo::new(
                    "value",
                    "The set-point.",
                    <f64 as ::dash_devices::__private::StateField>::TYPE,
                )
                .writable(
                    &[
                        ::dash_devices::__private::within::<
                            f64,
                        >(
                            ::dash_devices::__private::number::<f64>(1usize),
                            ::dash_devices::__private::number::<f64>(2usize),
                        ),
                    ],
                ),
            ::dash_devices::__private::PropInfo::new(
                "min",
                "",
                <f64 as ::dash_devices::__private::StateField>::TYPE,
            ),
            ::dash_devices::__private::PropInfo::new(
                "max",
                "",
                <f64 as ::dash_devices::__private::StateField>::TYPE,
            ),
            ::dash_devices::__private::PropInfo::new(
                "label",
                "",
                <String as ::dash_devices::__private::StateField>::TYPE,
            ),
            ::dash_devices::__private::PropInfo::new(
                    "grabbed",
                    "",
                    <Event<()> as ::dash_devices::__private::EventField>::TYPE,
                )
                .event(),
            ::dash_devices::__private::PropInfo::new(
                    "history",
                    "",
                    <Stream<f64> as ::dash_devices::__private::StreamField>::TYPE,
                )
                .stream(100),
        ],
        gate: ::core::option::Option::None,
    };
    fn new(__dd_id: ::dash_devices::__private::ComponentId) -> Self {
        Self {
            id: <ComponentId as ::dash_devices::__private::IdField>::new(__dd_id),
            value: <f64 as ::dash_devices::__private::StartValue>::start(),
            min: <f64 as ::dash_devices::__private::StartValue>::start(),
            max: 100.0,
            label: <String as ::dash_devices::__private::StartValue>::start(),
            grabbed: <Event<()> as ::dash_devices::__private::EventField>::new(),
            history: <Stream<f64> as ::dash_devices::__private::StreamField>::new(),
        }
    }
    fn values(
        &self,
    ) -> ::core::result::Result<
        ::std::vec::Vec<::core::option::Option<::dash_devices::__private::Value>>,
        ::std::string::String,
    > {
        ::core::result::Result::Ok(
            ::std::vec![
                < f64 as ::dash_devices::__private::StateField > ::current(& self.value,
                "value") ?, < f64 as ::dash_devices::__private::StateField > ::current(&
                self.min, "min") ?, < f64 as ::dash_devices::__private::StateField >
                ::current(& self.max, "max") ?, < String as
                ::dash_devices::__private::StateField > ::current(& self.label, "label")
                ?, { let _ = & self.grabbed; ::core::option::Option::None }, { let _ = &
                self.history; ::core::option::Option::None }
            ],
        )
    }
}
#[automatically_derived]
impl ::dash_devices::__private::IntoElement for Slider {
    fn into_element(self) -> ::dash_devices::__private::Element {
        ::dash_devices::__private::component_element(self)
    }
}
#[automatically_derived]
impl ::dash_devices::__private::Children for Slider {
    fn push_into(
        self,
        __dd_children: &mut ::std::vec::Vec<::dash_devices::__private::Element>,
    ) {
        ::dash_devices::__private::push_element(self, __dd_children);
    }
}
#[automatically_derived]
impl ::dash_devices::__private::Component for Slider {
    type Props = SliderProps;
    const INFO: &'static ::dash_devices::__private::ComponentInfo = <Self as ::dash_devices::__private::Table>::INFO;
    fn new(__dd_id: ::dash_devices::__private::ComponentId) -> Self {
        <Self as ::dash_devices::__private::Table>::new(__dd_id)
    }
    fn id(&self) -> ::dash_devices::__private::ComponentId {
        <ComponentId as ::dash_devices::__private::IdField>::id(&self.id)
    }
    fn load(
        __dd_id: ::dash_devices::__private::ComponentId,
        __dd_values: &::dash_devices::__private::Values<'_>,
    ) -> Self {
        let __dd_first = <Self as ::dash_devices::__private::Table>::new(__dd_id);
        let _ = __dd_values;
        Self {
            id: __dd_first.id,
            value: <f64 as ::dash_devices::__private::StateField>::get(
                __dd_values,
                0usize,
                __dd_first.value,
            ),
            min: <f64 as ::dash_devices::__private::StateField>::get(
                __dd_values,
                1usize,
                __dd_first.min,
            ),
            max: <f64 as ::dash_devices::__private::StateField>::get(
                __dd_values,
                2usize,
                __dd_first.max,
            ),
            label: <String as ::dash_devices::__private::StateField>::get(
                __dd_values,
                3usize,
                __dd_first.label,
            ),
            grabbed: __dd_first.grabbed,
            history: __dd_first.history,
        }
    }
    fn values(
        &self,
    ) -> ::core::result::Result<
        ::std::vec::Vec<::core::option::Option<::dash_devices::__private::Value>>,
        ::std::string::String,
    > {
        <Self as ::dash_devices::__private::Table>::values(self)
    }
    fn missing(&self) -> ::std::vec::Vec<&'static ::core::primitive::str> {
        ::dash_devices::__private::missing(
            &[
                (
                    "label",
                    <String as ::dash_devices::__private::Required>::is_given(
                        &self.label,
                    ),
                ),
            ],
        )
    }
}
