//! A transfer that was accepted by a rule is held to it: each entry passes the rule's gate before it is recorded, and so
//! before any chunk of it is taken. One that is over the rule stops the transfer, and a person is asked.
//!
//! Invariant: while a transfer is granted by a rule, no entry over that rule is recorded, whatever the sender announces
//! in whatever order, on however many connections, and over a restart.

use chunkstream_core::{
    access::{Excess, Gate},
    session::{Reason, State},
    wire::{FromReceiver, PauseCause},
};

use super::{Incoming, task::Task};
use crate::api::{AuditKind, Code, Failure};

impl Task {
    /// How many of the next `most` entries may be recorded. With fewer than there are, the rest is over the rule.
    pub(super) fn within_rule(&mut self, most: u32) -> u32 {
        let Some(rule) = self.incoming.rules().granted else {
            return most;
        };
        if self.over_rule.is_some() {
            return 0;
        }
        let plan = self.incoming.plan();
        let gate = self.gate.get_or_insert_with(|| {
            let mut gate = Gate::new(rule);
            let recorded = plan.entries().take(self.recorded as usize);
            for (_, entry) in recorded.filter(|(id, _)| !plan.is_withdrawn(*id)) {
                // They passed it before.
                let _ = gate.take(entry);
            }
            gate
        });
        let mut passed = 0;
        for (id, entry) in plan
            .entries()
            .skip(self.recorded as usize)
            .take(most as usize)
        {
            if !plan.is_withdrawn(id)
                && let Err(excess) = gate.take(entry)
            {
                self.over_rule = Some(excess);
                break;
            }
            passed += 1;
        }
        passed
    }

    /// What the first entries that were announced have too much, if they do.
    pub(super) fn excess(&self, mut gate: Gate) -> Option<Excess> {
        let plan = self.incoming.plan();
        let live = plan.entries().filter(|(id, _)| !plan.is_withdrawn(*id));
        live.map(|(_, entry)| gate.take(entry))
            .find_map(Result::err)
    }

    /// A transfer that has outgrown its rule stops; a person resumes or cancels it.
    pub(super) async fn stop_if_over(&mut self) -> Result<(), Failure> {
        let session = &self.incoming.session;
        let Some(excess) = &self.over_rule else {
            return Ok(());
        };
        if self.incoming.is_over_rule() || session.state().is_final() {
            return Ok(());
        }
        let failure = over(excess);
        let reason = excess.as_str();
        tracing::warn!(transfer = %session.id.short(), %failure, "over its rule");
        self.note(AuditKind::OfferStopped, |note| note.with("reason", reason));
        self.hold();
        if self.accepted {
            self.tell(FromReceiver::Pause(PauseCause::ByPerson));
        }
        if self.incoming.session.state() == State::Completing {
            self.go(State::Active, None).await?;
        }
        self.incoming
            .session
            .go(
                &self.shared,
                State::Paused,
                Some(Reason::OverRule),
                Some(failure),
            )
            .await?;
        self.incoming.end_clean(&self.shared).await;
        Ok(())
    }

    /// A person takes what is over the rule: nothing limits this transfer any more. True if it was held for that.
    pub(super) async fn lift_rule(&mut self) -> Result<bool, Failure> {
        let held = self.incoming.is_over_rule();
        if !held && self.over_rule.is_none() {
            return Ok(false);
        }
        let mut rules = self.incoming.rules();
        rules.granted = None;
        let text = serde_json::to_string(&rules)
            .map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        self.shared
            .store
            .set_rules(self.incoming.session.id, &text)
            .await?;
        self.incoming.set_rules(rules);
        (self.over_rule, self.gate) = (None, None);
        self.note(AuditKind::OfferAccepted, |note| note.with("by", "person"));
        Ok(true)
    }

    /// Files that were recorded are withdrawn: others may come in their place.
    pub(super) fn release(&mut self, files: &[chunkstream_core::id::FileId]) {
        let Some(gate) = &mut self.gate else {
            return;
        };
        let plan = self.incoming.plan();
        for entry in files.iter().filter_map(|file| plan.entry(*file)) {
            gate.release(entry);
        }
    }
}

impl Incoming {
    /// Whether a person has not said yet what becomes of what is over its rule.
    pub(super) fn is_over_rule(&self) -> bool {
        self.session.facts().reason == Some(Reason::OverRule)
    }
}

/// What a person is told.
pub(super) fn over(excess: &Excess) -> Failure {
    let failure = Failure::new(Code::OverRule, excess.to_string());
    match excess {
        Excess::Size { .. } => failure,
        Excess::Type { path } => failure.about(path),
    }
}
