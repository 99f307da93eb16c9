//! The items that macro expansions name ([`private`](crate::private)), and the traits and types behind their bounds.
//!
//! `dash-devices` has them in a module that is part of its documentation, because rustc shows the path of an item through
//! modules that are documented: `dash_devices::wiring::Field` instead of `dash_devices::__private::Field`.

pub use crate::{
    alarms::{IsAlarms, Severity},
    binding::{
        Binding, Bindings, Showable,
        alarm::{
            Options as AlarmOptions, When as AlarmWhen, alarm, alarms, hysteresis, limit, limit_of, measured, severity,
            watched,
        },
        bind, bound,
        check::{BoundGraph, check as check_binding, check_detail, check_text},
        component, format, input, mirror, script, show_when,
    },
    callback::{
        call::Call,
        callbacks::{Body, CallbackDef, CallbackFor, Callbacks, listed, listed_at},
        check::{Graph, check},
        extract::{PrivateParam, SharedParam},
        lend::{Borrow, Lend, Part, part},
        returns::{
            Outcome, failed, finish, outcome, outcome_alternate, outcome_each, outcome_either, outcome_of_nothing,
            outcome_one, outcome_or, outcome_rows,
        },
        session::{NoSessionCopy, SessionCopy},
        spec::{Every, Guard, Hooks, Queue, Rate, Rated, Scope, Spec, TakesQuality, Wired, hook},
        task::send_future,
        uses::count as uses,
        wired::{at_a_rate, can_be_cancelled, computed, not_of_a_gate, of_all, written_for_one},
    },
    checks::{Within, deadline, max_len, number, within},
    component::{Check, Component, ComponentInfo, Library, Module, PropInfo, Required, Values, missing},
    components::{Components, Shows},
    dashboard::{Dashboard, SessionIs},
    element::{Children, Element, IntoElement, component as component_element, push as push_element},
    failure::Failure,
    fields::{
        AtRow, Dynamic, Each, EventField, Field, Fields, Group, IdField, In, Keep, List, NoGroup, Page, Placed,
        PlacedByCallbacks, Put, StartValue, StateField, StreamField, Table, With, base, can_be_taken, count, dynamic,
        dynamic_outside_rows, dynamic_without_list, given_role, id, is_dynamic, is_gate, keep, keeps_history,
        keeps_something, kept, kept_history, list, needs_writable, one_role, owner, put, role_id, roles,
        rows_without_list, under, under_writable,
    },
    fleet::{Fleet, FleetComponent, fleet, fleet_for_everybody, fleet_outside_rows, in_fleet, shown_in_fleet},
    gates::{Gate, IsGate, IsStop, gate_id},
    handle::Changes,
    history::HistoryType,
    into_value::IntoValue,
    look::{Bindable, Bound, LookCell, NoView, Shown, Text, TextValue, Variants, ViewOf},
    place::{At, Base},
    prop::{ComponentId, EventProp, InRow, Prop, StreamProp},
    rights::{Rights, Role, RoleIs},
    route::{NOWHERE, PathPart, Route, match_path, write_path},
    rows::ArrayAt,
    run::{
        checks::{CheckedValues, said},
        ports::{
            EachRow, InputPort, Step, cancels, given, guarded, held, key, key_shared, output, output_rows, period,
            port, progress, prop, rated, read_input, read_input_rows, read_reading, read_shared, read_state,
            read_state_rows, row, rows_of, rows_port, step, trigger,
        },
        pushable::{PushPort, Pushable, Together, push_port, push_port_of, put_change},
        reading::{TakenAs, TakenPlain, given_reading},
    },
    value::Value,
};

/// What messages name beside that.
pub use crate::{
    binding::{Bindable as CanBeBound, Formats, Mirrors, SameAs, TakesText, YesOrNo, alarm::Measured},
    callback::returns::{
        Alternate, Either, Failed, IntoProp, Nothing, ReturnsEach, ReturnsOne, ReturnsRows,
        marker::{Direct, Plain, Rows as PlainRows},
    },
    checks::{Number, Text as CheckedText},
    fields::{GivenRole, HistoryProp, KeptProp},
    fleet::{FleetProp, FleetValue},
    prop::{
        Variable,
        kind::{Event, State, Stream},
    },
    rows::{ListProps, Numbered, RowKey},
    run::{
        checks::{Asked, Said},
        ports::{
            AList, CancelPort, Gives, GuardPort, Held, LivePort, OutputPort, PeriodPort, RatePort, ReadingPort,
            SharedPort, StatePort, TakenByName,
        },
        reading::GivesReading,
    },
};
