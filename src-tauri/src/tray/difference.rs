//! What has to be done to a menu that is shown so that it becomes another one: never more than differs.
//!
//! Pure. A menu that is open on the screen must not be rebuilt under the hand, and desktops fetch a whole menu again
//! over the bus when its layout changes: a new percentage changes one text.

use super::menu::{Entry, Kind};

/// One step. Positions are those of the menu as the steps before have left it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Step {
    /// Takes an entry away.
    Remove(usize),
    /// Puts an entry in.
    Insert(usize, Entry),
    /// Says something else.
    Label(usize, String),
    /// Can be clicked, or not any more.
    Enabled(usize, bool),
    /// Has the mark, or not any more.
    Checked(usize, bool),
    /// Steps in a submenu.
    Inside(usize, Vec<Step>),
}

/// The steps from `old` to `new`.
pub fn steps(old: &[Entry], new: &[Entry]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut now: Vec<&Entry> = old.iter().collect();
    for at in (0..now.len()).rev() {
        if !new.iter().any(|entry| is_same(entry, now[at])) {
            steps.push(Step::Remove(at));
            now.remove(at);
        }
    }
    for (at, wanted) in new.iter().enumerate() {
        match now.iter().position(|entry| is_same(entry, wanted)) {
            Some(found) if found == at => steps.extend(changes(at, now[at], wanted)),
            found => {
                if let Some(found) = found {
                    steps.push(Step::Remove(found));
                    now.remove(found);
                }
                steps.push(Step::Insert(at, wanted.clone()));
                now.insert(at, wanted);
            }
        }
    }
    steps
}

/// Whether one can become the other in its place.
fn is_same(a: &Entry, b: &Entry) -> bool {
    a.id == b.id && std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind)
}

fn changes(at: usize, old: &Entry, new: &Entry) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut relabel = |before: &String, label: &String| {
        if before != label {
            steps.push(Step::Label(at, label.clone()));
        }
    };
    match (&old.kind, &new.kind) {
        (
            Kind::Item {
                label: before,
                enabled: was,
            },
            Kind::Item { label, enabled },
        ) => {
            relabel(before, label);
            if was != enabled {
                steps.push(Step::Enabled(at, *enabled));
            }
        }
        (
            Kind::Check {
                label: before,
                checked: was,
            },
            Kind::Check { label, checked },
        ) => {
            relabel(before, label);
            if was != checked {
                steps.push(Step::Checked(at, *checked));
            }
        }
        (
            Kind::Sub {
                label: before,
                entries: was,
            },
            Kind::Sub { label, entries },
        ) => {
            relabel(before, label);
            let inside = self::steps(was, entries);
            if !inside.is_empty() {
                steps.push(Step::Inside(at, inside));
            }
        }
        _ => {}
    }
    steps
}

/// The entries with the mark of `id` turned: toolkits turn the mark of what is clicked by themselves, whatever comes of
/// the click.
pub fn turned(entries: &[Entry], id: &str) -> Vec<Entry> {
    let turn = |entry: &Entry| {
        let kind = match &entry.kind {
            Kind::Check { label, checked } if entry.id == id => Kind::Check {
                label: label.clone(),
                checked: !checked,
            },
            Kind::Sub { label, entries } => Kind::Sub {
                label: label.clone(),
                entries: turned(entries, id),
            },
            other => other.clone(),
        };
        Entry {
            id: entry.id.clone(),
            kind,
        }
    };
    entries.iter().map(turn).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a toolkit does with a step.
    fn take(entries: &mut Vec<Entry>, step: &Step) {
        match step {
            Step::Remove(at) => {
                entries.remove(*at);
            }
            Step::Insert(at, entry) => entries.insert(*at, entry.clone()),
            Step::Label(at, text) => match &mut entries[*at].kind {
                Kind::Item { label, .. } | Kind::Check { label, .. } | Kind::Sub { label, .. } => {
                    label.clone_from(text);
                }
                Kind::Separator => panic!("a line says nothing"),
            },
            Step::Enabled(at, on) => match &mut entries[*at].kind {
                Kind::Item { enabled, .. } => *enabled = *on,
                other => panic!("{other:?} is always enabled"),
            },
            Step::Checked(at, on) => match &mut entries[*at].kind {
                Kind::Check { checked, .. } => *checked = *on,
                other => panic!("{other:?} has no mark"),
            },
            Step::Inside(at, steps) => match &mut entries[*at].kind {
                Kind::Sub { entries, .. } => steps.iter().for_each(|step| take(entries, step)),
                other => panic!("{other:?} has no entries"),
            },
        }
    }

    fn item(id: &str, label: &str) -> Entry {
        Entry {
            id: id.to_owned(),
            kind: Kind::Item {
                label: label.to_owned(),
                enabled: true,
            },
        }
    }

    fn entry(depth: u32) -> BoxedStrategy<Entry> {
        let id = "[a-f]";
        let flat = prop_oneof![
            id.prop_map(|id| Entry {
                id,
                kind: Kind::Separator
            }),
            (id, "[xy]", any::<bool>()).prop_map(|(id, label, enabled)| Entry {
                id,
                kind: Kind::Item { label, enabled }
            }),
            (id, "[xy]", any::<bool>()).prop_map(|(id, label, checked)| Entry {
                id,
                kind: Kind::Check { label, checked }
            }),
        ];
        if depth == 0 {
            return flat.boxed();
        }
        let sub = (id, "[xy]", menu(depth - 1)).prop_map(|(id, label, entries)| Entry {
            id,
            kind: Kind::Sub { label, entries },
        });
        prop_oneof![3 => flat, 1 => sub].boxed()
    }

    /// A menu in which every id stands once.
    fn menu(depth: u32) -> BoxedStrategy<Vec<Entry>> {
        proptest::collection::vec(entry(depth), 0..8)
            .prop_map(|entries| {
                let mut seen = std::collections::HashSet::new();
                let own = entries
                    .into_iter()
                    .filter(|entry| seen.insert(entry.id.clone()));
                own.collect::<Vec<_>>()
            })
            .boxed()
    }

    proptest! {
        #[test]
        fn the_steps_lead_from_any_menu_to_any_other(old in menu(1), new in menu(1)) {
            let mut shown = old.clone();
            for step in steps(&old, &new) {
                take(&mut shown, &step);
            }
            prop_assert_eq!(shown, new);
        }

        #[test]
        fn a_menu_that_stays_needs_no_step(menu in menu(1)) {
            prop_assert_eq!(steps(&menu, &menu), vec![]);
        }
    }

    #[test]
    fn a_new_text_is_one_step() {
        let old = [item("a", "43 %"), item("b", "x")];
        let new = [item("a", "44 %"), item("b", "x")];
        assert_eq!(steps(&old, &new), [Step::Label(0, "44 %".to_owned())]);
    }

    #[test]
    fn an_entry_more_leaves_the_others_alone() {
        let old = [item("a", "x"), item("c", "x")];
        let new = [item("a", "x"), item("b", "x"), item("c", "x")];
        assert_eq!(steps(&old, &new), [Step::Insert(1, item("b", "x"))]);
        assert_eq!(steps(&new, &old), [Step::Remove(1)]);
    }

    #[test]
    fn a_mark_that_the_toolkit_has_turned_is_put_right() {
        let check = |id: &str, checked| Entry {
            id: id.to_owned(),
            kind: Kind::Check {
                label: "x".to_owned(),
                checked,
            },
        };
        let wanted = [check("a", true), check("b", false)];
        let shown = turned(&wanted, "a");
        assert_eq!(steps(&shown, &wanted), [Step::Checked(0, true)]);
    }
}
