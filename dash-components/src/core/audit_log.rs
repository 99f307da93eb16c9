use dash_macros::Component;
use dash_runtime::{component::prelude::*, record::AuditRecord};

/// Who wanted what, and what became of it: the newest commands of all clients, also those that were refused.
///
/// The server fills it: no callback is needed, and no file. Each record has its time, the user, the property, the value
/// before and the one that was wanted, and the outcome. A text filters the records. Of a control that is held, the page
/// has the first value and the last one with its end. The file has all of them.
///
/// A page gets the records of the properties that its user may see. Values with `#[secret]`, and values that each client
/// has of its own, are only recorded as changed. The server keeps 500 records of what had an effect (`Limits::audit_records`)
/// while it runs, and beside them 125 refusals. If there are more, the oldest one goes of the user who has most of them.
/// Repeated refusals are counted in one record. `App::audit` writes the records to files.
///
/// ```
/// # use dash_components::AuditLog;
/// # fn of(log: AuditLog) -> AuditLog {
/// log.label("Commands").limit(50)
/// # }
/// ```
#[derive(Component)]
#[component(tag = "dd-audit-log", script = "audit_log.js", style = "audit_log.css", bundled)]
pub struct AuditLog {
    id: ComponentId,
    /// The records, oldest first. The server appends them.
    #[prop(stream, ring = 500)]
    records: Stream<AuditRecord>,
    /// The largest number of records of what had an effect that a page keeps and shows. A quarter as many refusals are
    /// shown in addition. Default: 200.
    #[prop(default = 200, no_setter)]
    limit: u32,
    /// The visible name. Empty (the default): no visible name.
    label: String,
}

impl AuditLog {
    /// Sets the largest number of records of what had an effect that a page keeps and shows. A quarter as many refusals,
    /// and at least one, are shown in addition.
    #[must_use]
    pub fn limit(mut self, records: u32) -> Self {
        self.limit = records;
        self
    }
}

impl View for AuditLog {
    fn view(p: AuditLogBound, look: &mut Look) {
        // The script writes the rows.
        let name = p.label.or(words_of_id());
        look.tag("div").attr("class", "dd-audit-head").inner(|look| {
            look.tag("span").attr("class", "dd-label").text(p.label);
            look.tag("input")
                .attr("class", "dd-audit-filter")
                .attr("type", "search")
                .attr("placeholder", "Filter")
                .attr("autocomplete", "off")
                .attr("aria-label", constant("Filter ").then(name))
                .void();
        });
        look.tag("div").attr("class", "dd-audit-scroll").attr("tabindex", 0).inner(|look| {
            look.tag("table").attr("class", "dd-audit").attr("role", "table").attr("aria-label", name).inner(|look| {
                look.tag("thead").attr("role", "rowgroup").inner(|look| {
                    look.tag("tr").attr("role", "row").inner(|look| {
                        for head in ["Time", "Who", "What", "Change", "Outcome"] {
                            look.tag("th").attr("role", "columnheader").attr("scope", "col").text(head);
                        }
                    });
                });
                look.tag("tbody").attr("role", "rowgroup").empty();
            });
        });
        look.tag("div").attr("class", "dd-audit-note").attr("role", "status").text("No commands yet");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::testing::{assert_has, component};

    #[test]
    fn it_has_a_filter_and_a_table_before_its_script_runs() {
        assert_has(
            &component::<AuditLog>().label("Log <1>"),
            &[
                "dd-label\">Log &lt;1&gt;</span>",
                "type=\"search\"",
                "aria-label=\"Filter Log &lt;1&gt;\"",
                "aria-label=\"Log &lt;1&gt;\"",
                "scope=\"col\">Outcome</th>",
                "<tbody role=\"rowgroup\"></tbody>",
                "No commands yet",
            ],
        );
        assert_has(&component::<AuditLog>(), &["aria-label=\"Filter left motor\""]);
    }
}
