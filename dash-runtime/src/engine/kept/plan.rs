//! Which properties and streams are kept, and why others cannot be.

use super::*;

impl Plan {
    /// Finds the properties that are kept.
    ///
    /// # Errors
    /// Those that cannot be kept, with the reason.
    pub(in crate::engine) fn plan_keep(&mut self, keep: &[(usize, Keep)]) -> Result<(), Vec<String>> {
        let mut faults = Vec::new();
        for &(at, Keep { names, what }) in keep {
            let ask = match what {
                KeptWhat::States { ask } => ask,
                KeptWhat::History(retention) => {
                    faults.extend(self.plan_history(at, names, retention));
                    continue;
                }
            };
            let (id, info) = self.components[at];
            let first = self.first_of(at);
            let (mut kept, mut why_none) = (false, None);
            for (index, prop) in info.props.iter().enumerate() {
                let number = first + index;
                let is_named = names.contains(&prop.name);
                let is_set_by_people = prop.kind == Kind::State && prop.writable || self.has_alarms(number);
                if !is_named && (!names.is_empty() || !is_set_by_people && self.list_with(number).is_none()) {
                    continue;
                }
                match self.why_not_kept(number) {
                    None => kept = true,
                    Some(why) if is_named => {
                        faults.push(format!("`{}.{}` cannot be kept: {why}", path(id), prop.name));
                        continue;
                    }
                    Some(why) => {
                        why_none.get_or_insert(why);
                        continue;
                    }
                }
                let is_alarms = self.has_alarms(number);
                let canonical = self.canonical(number);
                let place = self.numbering.place(canonical);
                let is_output =
                    |callback: &CallbackPlan| callback.every.is_some() && callback.outputs.contains(&canonical);
                let measured = self.callbacks.iter().any(is_output);
                let prop = &mut self.props[place];
                let ask = ask || !prop.under.is_empty();
                if ask && is_alarms {
                    let name = path(id);
                    faults.push(format!(
                        "the alarms of `{name}` do not wait for a person: write `#[keep]`, without `ask`"
                    ));
                }
                prop.keep = Some(KeepPlan { key: prop.name().into_bytes().into(), ask, measured });
            }
            if let (false, Some(why)) = (kept, why_none) {
                faults.push(format!("nothing of `{}` can be kept: {why}", path(id)));
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(faults) }
    }

    /// Finds the streams of the `at`-th component whose history is kept. Returns those that cannot be kept.
    fn plan_history(&mut self, at: usize, names: &[&str], retention: Retention) -> Vec<String> {
        let (id, info) = self.components[at];
        let mut faults = Vec::new();
        for (index, prop) in info.props.iter().enumerate() {
            let number = self.first_of(at) + index;
            let Some(ty) = prop.history.filter(|_| names.is_empty() || names.contains(&prop.name)) else { continue };
            if let Some(why) = self.why_not_kept(number) {
                faults.push(format!("the history of `{}.{}` cannot be kept: {why}", path(id), prop.name));
                continue;
            }
            let with_values = info.gate == Some(Gate::Alarms);
            let key = self.prop(number).name().into_bytes().into();
            self.props[number.place()].history = Some(HistoryPlan { key, retention, ty, with_values });
            self.has_histories = true;
        }
        // What is in the list now is not only in the past.
        let first = self.first_of(at);
        for number in (0..info.props.len()).map(|index| first + index) {
            if self.has_alarms(number) {
                let prop = &mut self.props[number.place()];
                prop.keep = Some(KeepPlan { key: prop.name().into_bytes().into(), ask: false, measured: false });
            }
        }
        faults
    }

    /// Whether it has the alarms of an `Alarms`.
    fn has_alarms(&self, number: PropNo) -> bool {
        self.is_of_alarms(number, &["items", "shelved"])
    }

    fn is_of_alarms(&self, number: PropNo, names: &[&str]) -> bool {
        let prop = self.prop(number);
        names.contains(&prop.info.name) && self.components[prop.component_no.place()].1.gate == Some(Gate::Alarms)
    }

    fn why_not_kept(&self, number: PropNo) -> Option<&'static str> {
        let prop = self.prop(self.canonical(number));
        if self.is_computed(number) {
            Some("browsers compute it from other values, so keep those")
        } else if prop.private {
            Some("each client has a value of its own")
        } else if prop.hold.is_some() {
            Some("it acts only while somebody holds it, and after a restart nobody does")
        } else if self.is_of_alarms(number, &["items", "shelved", "events"]) {
            None
        } else if let Some(gate) = self.components[self.prop(number).component_no.place()].1.gate {
            Some(match gate.decides() {
                true => "the server sets it, and after a restart nobody is in control",
                false => "of alarms, only `items`, `shelved` and the history of `events` outlive the process",
            })
        } else if prop.info.ty.is::<Element>() {
            Some("it has a piece of the page, which the program makes again")
        } else if prop.secret {
            Some("`#[secret]` values are never written down")
        } else {
            None
        }
    }

    /// Whether the history of records is kept.
    pub(crate) fn keeps_records(&self) -> bool {
        let is_of_records = |history: &HistoryPlan| matches!(history.ty.0, Items::Records { .. });
        self.numbered().any(|(_, prop)| prop.history.as_ref().is_some_and(is_of_records))
    }

    /// Whether the history of what happens to alarms is kept.
    pub(crate) fn keeps_events(&self) -> bool {
        self.numbered().any(|(_, prop)| prop.history.as_ref().is_some_and(|history| history.with_values))
    }

    /// The properties that are kept.
    pub(super) fn kept(&self) -> impl Iterator<Item = (PropNo, &KeepPlan)> {
        self.numbered().filter_map(|(no, prop)| Some((no, prop.keep.as_ref()?)))
    }

    /// The number of properties that are kept. In rows, each counts once.
    pub(crate) fn keeps(&self) -> usize {
        self.kept().count()
    }
}
