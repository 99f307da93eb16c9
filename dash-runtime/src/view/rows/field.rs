//! [`Many`] as a field of a `#[components]` struct.

use std::marker::PhantomData;

use super::{ListProps, Many, RowKey, RowsInfo};
use crate::{
    component::{ComponentInfo, Module, PropInfo, PropType},
    fields::{Field, Fields, List, Page, Placed, Spot, id, put},
    rights::Rights,
    value::Value,
};

/// The content of the rows of the list that is the `N`-th field of `P`.
#[derive(Debug)]
pub struct InRows<P, const N: usize>(PhantomData<fn() -> P>);

impl<P: Page, const N: usize> Page for InRows<P, N> {
    const OWNER: u64 = P::OWNER;
    const PREFIX: &'static str = Spot::<P, N>::ANY_ROW;
    // Plus one for the list, which is a component too.
    const BASE: usize = Spot::<P, N>::BASE + 1;
    const FIELDS: Fields = Fields::Row;
    const RIGHTS: Rights = P::RIGHTS;
    type Role = P::Role;
}

/// `Many<K, C>` as the `N`-th field of `P`. `A` is `C` in the rows of this list.
#[derive(Debug)]
pub struct PutMany<K, A, P, const N: usize> {
    key: PhantomData<fn() -> K>,
    cells: PhantomData<fn() -> (A, P)>,
}

impl<K: RowKey, A: Placed, P: Page, const N: usize> Placed for PutMany<K, A, P, N>
where
    A::Itself: 'static,
{
    type Itself = Many<K, A::Itself>;
    type Props = ListProps<K, A::Props>;
    // A list in the rows of another one is refused by `rows_without_list`, at the field of the outer one.
    const PROPS: Self::Props = ListProps::new(id::<P, N>(), A::PROPS);

    fn list(list: &mut List) {
        put::<P, N>(list, info::<K>());
        let (own, from) = (list.components.len() - 1, list.components.len());
        A::list(list);
        list.rows.push(RowsInfo::new::<K>(own, from..list.components.len()));
    }

    fn build() -> Self::Itself {
        Many::new(id::<P, N>(), A::build)
    }
}

impl<K: RowKey, C: Field<InRows<P, N>, 0> + 'static, P: Page, const N: usize> Field<P, N> for Many<K, C> {
    type Props = ListProps<K, C::Props>;
    const PROPS: Self::Props = <Self::At<P, N> as Placed>::PROPS;
    const COUNT: usize = 1 + C::COUNT;
    const HAS_LIST: bool = true;
    const ROWS_HAVE_LIST: bool = C::HAS_LIST;
    const ROLE: u64 = C::ROLE;
    type At<Q: Page, const M: usize> = PutMany<K, C::At<InRows<Q, M>, 0>, Q, M>;

    fn list(list: &mut List) {
        <Self::At<P, N> as Placed>::list(list);
    }

    fn build() -> Self {
        <Self::At<P, N> as Placed>::build()
    }
}

/// The table of a list. `rows` is its only property.
pub(super) const fn info<K: RowKey>() -> &'static ComponentInfo {
    struct Of<K>(PhantomData<K>);
    impl<K: RowKey> Of<K> {
        const PROPS: &'static [PropInfo] =
            &[PropInfo::new("rows", "The keys of the rows, in the order of the page.", PropType::of::<Vec<K>>())];
        const INFO: &'static ComponentInfo = &ComponentInfo {
            name: "Many",
            tag: "dd-rows",
            doc: "A list of components whose rows come and go.",
            script: Some(Module {
                file: "rows_element.js",
                source: include_str!("../../../client/rows_element.js"),
                bundled: true,
            }),
            library: None,
            styles: &[],
            look: || None,
            fresh: |_| Ok(vec![Some(Value::new(Vec::<K>::new()).map_err(|error| error.to_string())?)]),
            props: Self::PROPS,
            gate: None,
        };
    }
    Of::<K>::INFO
}
