//! What a power loss takes from the simulated disk and what it leaves.

use std::collections::{BTreeMap, BTreeSet};

use rand::{RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};

use super::{MemoryDisk, Node, NodeKind, ROOT, State, Totals};

/// What a power loss leaves, besides what was synced (which always stays).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Survivors {
    /// Nothing: the worst that the promises allow.
    Synced,
    /// All names, as on a file system that journals them, but no byte that was not synced: files with
    /// their final name and no content.
    Names,
    /// All names, and each page of unsynced data with even odds: files torn anywhere.
    NamesAndSomePages {
        /// Chooses the pages.
        seed: u64,
    },
}

impl MemoryDisk {
    /// The disk as it is in this moment, to go on with after a kill: nothing is lost, and who was killed
    /// writes to the old one.
    #[must_use]
    pub fn fork(&self) -> Self {
        let state = self.lock();
        let mut after = State {
            nodes: state.nodes.clone(),
            next_node: state.next_node,
            clock_ns: state.clock_ns,
            used: 0,
            faults: state.faults.clone(),
            counters: BTreeMap::new(),
            totals: Totals::default(),
            open: 0,
        };
        after.forget_unnamed();
        Self::of(after)
    }

    /// The disk after a power loss in this moment, with the same faults: all that was not synced is gone.
    /// This one goes on as if nothing had happened, so that whoever still writes to it does no harm.
    #[must_use]
    pub fn power_loss(&self) -> Self {
        self.power_loss_with(Survivors::Synced)
    }

    /// As [`power_loss`](Self::power_loss), with something of what was not synced left over.
    #[must_use]
    pub fn power_loss_with(&self, survivors: Survivors) -> Self {
        let state = self.lock();
        let mut random = match survivors {
            Survivors::NamesAndSomePages { seed } => Some(Xoshiro256PlusPlus::seed_from_u64(seed)),
            Survivors::Synced | Survivors::Names => None,
        };
        let mut nodes = state.nodes.clone();
        for node in nodes.values_mut() {
            node.attributes = node.durable_attributes;
            match &mut node.kind {
                NodeKind::File(content) => {
                    *content = content
                        .after_power_loss(|_| random.as_mut().is_some_and(|r| r.random_bool(0.5)));
                }
                NodeKind::Folder { names, durable } if survivors == Survivors::Synced => {
                    names.clone_from(durable);
                }
                NodeKind::Folder { names, durable } => durable.clone_from(names),
                NodeKind::Symlink(_) | NodeKind::Other => {}
            }
        }
        let mut after = State {
            nodes,
            next_node: state.next_node,
            clock_ns: state.clock_ns,
            used: 0,
            faults: state.faults.clone(),
            counters: BTreeMap::new(),
            totals: Totals::default(),
            open: 0,
        };
        after.forget_unnamed();
        Self::of(after)
    }
}

impl State {
    /// Drops the nodes to which no name leads, and adds up the space of the others.
    fn forget_unnamed(&mut self) {
        let (mut named, mut open) = (BTreeSet::new(), vec![ROOT]);
        while let Some(number) = open.pop() {
            if named.insert(number)
                && let Some(Node {
                    kind: NodeKind::Folder { names, .. },
                    ..
                }) = self.nodes.get(&number)
            {
                open.extend(names.values());
            }
        }
        self.nodes.retain(|number, _| named.contains(number));
        self.used = 0;
        for node in self.nodes.values_mut() {
            node.removed = false;
            if let NodeKind::File(content) = &node.kind {
                self.used += content.allocated();
            }
        }
    }
}
