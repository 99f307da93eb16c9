//! Correct code beside the mistakes in `ui/<topic>/fail`: it compiles and starts.
//!
//! All files are modules of one program. As programs of their own, each with its own link, they took minutes.

#![allow(dead_code, private_interfaces, unreachable_pub, reason = "a case is there to be compiled")]
#![allow(clippy::needless_pass_by_value, reason = "the library passes parameters of callbacks by value")]
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::fs;

#[path = "ui/attr/pass/every_key.rs"]
mod attr_every_key;
#[path = "ui/bindings/pass/bind.rs"]
mod bindings_bind;
#[path = "ui/bindings/pass/computed.rs"]
mod bindings_computed;
#[path = "ui/changes/pass/every_form.rs"]
mod changes_every_form;
#[path = "ui/components/pass/every_key.rs"]
pub mod components_every_key;
#[path = "ui/device/pass/fields_and_whole.rs"]
mod device_fields_and_whole;
#[path = "ui/dynamic/pass/comes_and_goes.rs"]
mod dynamic_comes_and_goes;
#[path = "ui/dynamic/pass/group_that_only_callbacks_place.rs"]
mod dynamic_group_that_only_callbacks_place;
#[path = "ui/fleet/pass/fleet.rs"]
mod fleet_fleet;
#[path = "ui/gates/pass/gates.rs"]
mod gates_gates;
#[path = "ui/graph/pass/chain_and_diamond.rs"]
mod graph_chain_and_diamond;
#[path = "ui/groups/pass/every_way.rs"]
mod groups_every_way;
#[path = "ui/hooks/pass/every_form.rs"]
mod hooks_every_form;
#[path = "ui/ids/pass/in_another_module.rs"]
mod ids_in_another_module;
#[path = "ui/keep/pass/keep.rs"]
mod keep_keep;
#[path = "ui/look/pass/tank.rs"]
mod look_tank;
#[path = "ui/ports/pass/every_kind.rs"]
mod ports_every_kind;
#[path = "ui/rights/pass/rights.rs"]
mod rights_rights;
#[path = "ui/route/pass/every_form.rs"]
mod route_every_form;
#[path = "ui/route/pass/returned_for_the_path.rs"]
mod route_returned_for_the_path;
#[path = "ui/rows/pass/every_form.rs"]
mod rows_every_form;
#[path = "ui/shared/pass/private_reads_what_all_see.rs"]
mod shared_private_reads_what_all_see;
#[path = "ui/signature/pass/any_order_and_patterns.rs"]
mod signature_any_order_and_patterns;
#[path = "ui/types/pass/alternates.rs"]
mod types_alternates;
#[path = "ui/types/pass/cancel_and_progress.rs"]
mod types_cancel_and_progress;
#[path = "ui/types/pass/rate.rs"]
mod types_rate;
#[path = "ui/types/pass/readings.rs"]
mod types_readings;
#[path = "ui/types/pass/what_becomes_the_value.rs"]
mod types_what_becomes_the_value;

#[test]
fn every_file_is_a_module() {
    let topics = fs::read_dir("tests/ui").expect("the topics").map(|topic| topic.expect("a topic").path().join("pass"));
    let files = topics.filter(|pass| pass.is_dir()).flat_map(|pass| fs::read_dir(pass).expect("the cases"));
    for file in files {
        let file = file.expect("a case").path();
        if file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let path = file.strip_prefix("tests").expect("a path below tests").display().to_string();
        assert!(include_str!("passes.rs").contains(&format!("\"{path}\"")), "tests/passes.rs has no module for {path}");
    }
}
