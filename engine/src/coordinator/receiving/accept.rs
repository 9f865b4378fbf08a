//! Accepting an offer: what a person or a rule says of it, whether there is room, and how it is told to the
//! sender what will not be received.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use chunkstream_core::{
    access::{AcceptRule, Gate},
    id::FileId,
    manifest::Entry,
    path::RelPath,
    session::State,
    wire::{FromReceiver, MAX_FILES_IN_PAGE},
};

use super::{
    finish::blocking,
    granted::over,
    placing::{Placer, Rules},
    preflight::any_exists,
    task::{ENTRIES_BEFORE_ACCEPT, Task},
};
use crate::{
    api::{AuditKind, Code, Conflict, Failure},
    coordinator::session::Acceptance,
    disk,
    store::{Fate, Placement},
};

impl Task {
    /// Shows what taking the offer would mean.
    pub(super) async fn look(&mut self) {
        let (incoming, shared) = (self.incoming.clone(), self.shared.clone());
        self.outlook.look(&incoming, &shared).await;
    }

    /// Accepts without asking, once enough is known to see whether that will do. What does not fit, or what
    /// is there already where people are to be asked about that, waits for a person.
    pub(super) async fn accept_if_known(&mut self) -> Result<(), Failure> {
        let Some(rule) = self.automatic.clone() else {
            return Ok(());
        };
        let (entries, ended) = {
            let plan = self.incoming.plan();
            (plan.len(), plan.is_announced())
        };
        let asks = self.shared.settings().conflict == Conflict::Ask;
        let looks = asks || rule.narrows();
        let known = ended || entries >= if looks { ENTRIES_BEFORE_ACCEPT } else { 1 };
        if !known {
            return Ok(());
        }
        self.automatic = None;
        if asks {
            self.look().await;
            if self.outlook.exists() || !ended {
                return self.wait_for_answer().await;
            }
        }
        if let Some(excess) = self.excess(Gate::new(rule.clone())) {
            self.look().await;
            self.incoming
                .session
                .change(|facts| facts.failure = Some(over(&excess)));
            return self.wait_for_answer().await;
        }
        match self.accept_by(rule).await {
            Err(failure)
                if matches!(
                    failure.code,
                    Code::DiskFull | Code::DiskUnwritable | Code::Usage | Code::BadPath
                ) && self.incoming.session.state() == State::Created =>
            {
                self.look().await;
                self.incoming
                    .session
                    .change(|facts| facts.failure = Some(failure));
                self.wait_for_answer().await
            }
            result => result,
        }
    }

    /// Takes the offer as a rule says.
    async fn accept_by(&mut self, rule: AcceptRule) -> Result<(), Failure> {
        let peer = self.incoming.session.peer();
        let folder = self.shared.folder_of(peer, rule.folder.as_ref()).await?;
        self.accept(Acceptance {
            folder,
            by_rule: Some(rule),
            ..Acceptance::default()
        })
        .await
    }

    /// Takes the offer: its rules, its staging folder, its entries so far, its rows.
    pub(super) async fn accept(&mut self, how: Acceptance) -> Result<(), Failure> {
        let shared = self.shared.clone();
        let mut rules = self.rules_of(&how).await?;
        {
            let _one_at_a_time = shared.places.accepting.lock().await;
            self.fits(&how.folder, &rules).await?;
            // Accepted before it was ended and retried.
            let row = shared.store.session(self.incoming.session.id).await?;
            match row.folder.map(PathBuf::from) {
                Some(before) if before == how.folder => {
                    self.incoming.take_up(&how.folder, true, rules.clone());
                }
                Some(before) => self.incoming.leave(&shared, &before).await?,
                None => {}
            }
            if self.incoming.make_staging(&shared, &how.folder).await? {
                self.incoming
                    .reused
                    .store(true, std::sync::atomic::Ordering::Relaxed);
            }
        }
        if let Some(staging) = self.incoming.staging() {
            let disk = shared.disk.clone();
            rules.folding = blocking(move || {
                let tried = disk::probe(&*disk, &staging);
                Ok(tried.unwrap_or(disk::assumed(disk.system())))
            })
            .await?;
        }
        let (id, store) = (self.incoming.session.id, &shared.store);
        let text = serde_json::to_string(&rules)
            .map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        // Before the folder, which makes it an offer that has been accepted.
        store.set_rules(id, &text).await?;
        self.incoming.set_rules(rules);
        let folder = how.folder.display().to_string();
        store.set_folder(id, &folder).await?;
        let by = if how.by_rule.is_some() {
            "rule"
        } else {
            "person"
        };
        self.note(AuditKind::OfferAccepted, |note| {
            note.with("by", by).with("folder", &folder)
        });
        (self.gate, self.over_rule) = (None, None);
        self.incoming.session.change(|facts| {
            facts.folder = Some(how.folder);
            facts.preflight = None;
            facts.failure = None;
        });
        self.outlook.due = None;
        self.place_again().await?;
        self.incoming.forget_missing(&shared).await?;
        self.go(State::Preparing, None).await?;
        // What a person has answered is not asked again.
        store.sync().await?;
        self.record().await?;
        if self.attached.is_some() {
            self.say_accept().await
        } else {
            self.settle().await
        }
    }

    /// What an acceptance means, its open questions answered by the settings.
    async fn rules_of(&self, how: &Acceptance) -> Result<Rules, Failure> {
        let usage = |text: &str| Failure::new(Code::Usage, text);
        if let Some(only) = &how.only {
            if only.is_empty() {
                return Err(usage("choose at least one entry, or decline the offer"));
            }
            let plan = self.incoming.plan();
            for path in only {
                let parsed = RelPath::parse(path)
                    .map_err(|e| usage(&format!("{path} is no path of an offer: {e}")))?;
                if plan.is_announced() && !plan.has_path(parsed.as_str()) {
                    return Err(usage("there is no such entry in the offer").about(path));
                }
            }
        }
        let mut conflict = how
            .conflict
            .unwrap_or_else(|| self.shared.settings().conflict);
        if conflict == Conflict::Ask {
            let roots: Vec<PathBuf> = {
                let plan = self.incoming.plan();
                let entries = plan.entries().map(|(_, entry)| &entry.path);
                entries
                    .filter(|path| path.parent().is_none())
                    .map(|path| path.to_native(&how.folder))
                    .collect()
            };
            if any_exists(&self.shared, roots).await? {
                return Err(usage(
                    "something is there already under these names; say what is done with it: \
                     rename, overwrite, skip or skip_identical",
                ));
            }
            conflict = Conflict::Rename;
        }
        Ok(Rules {
            conflict,
            only: how.only.clone(),
            granted: how.by_rule.clone().filter(AcceptRule::narrows),
            ..Rules::default()
        })
    }

    /// Whether what is known of the offer fits into the folder.
    async fn fits(&self, folder: &Path, rules: &Rules) -> Result<(), Failure> {
        let entries: Vec<Entry> = {
            let plan = self.incoming.plan();
            let parts = plan.entries().filter(|(id, _)| !plan.is_withdrawn(*id));
            parts.map(|(_, entry)| entry.clone()).collect()
        };
        let disk = self.shared.disk.clone();
        let mut placer = Placer::new(rules.clone(), folder, disk.system());
        let needed = blocking(move || {
            let mut needed = 0_u64;
            for entry in &entries {
                if placer.place(&*disk, entry)?.fate != Fate::Unwanted {
                    needed = needed.saturating_add(entry.len());
                }
            }
            Ok(needed)
        })
        .await?;
        let kept = self.incoming.plan().durable_bytes();
        let room = self.shared.room(folder, self.incoming.session.id).await;
        room.check(needed.saturating_sub(kept), folder)
    }

    /// Before a transfer goes on that was paused for want of space: the volume says by itself when it is
    /// full, a quota does not.
    pub(super) async fn within_quota(&self) -> Result<(), Failure> {
        match self.incoming.still_fits(&self.shared).await {
            Err(failure) if failure.detail.as_deref() == Some(super::room::QUOTA) => Err(failure),
            _ => Ok(()),
        }
    }

    /// Places the next entries that the database does not have; returns what is to be recorded about them.
    pub(super) async fn place(&mut self, most: u32) -> Result<Vec<Placement>, Failure> {
        let placed = self.decide(most).await?;
        self.apply(&placed);
        let told =
            |placement: &Placement| placement.stored.is_some() || placement.fate != Fate::Wanted;
        Ok(placed.into_iter().filter(told).collect())
    }

    /// After a retry the rules may be others than those by which entries were placed: what is received
    /// elsewhere now, or no more, is let go.
    async fn place_again(&mut self) -> Result<(), Failure> {
        if self.recorded == 0 {
            return Ok(());
        }
        let known = std::mem::take(&mut self.recorded);
        self.placer = None;
        self.hashed.clear();
        let placed = self.decide(known).await;
        self.recorded = known;
        let mut placed = placed?;
        let let_go: Vec<FileId> = {
            let plan = self.incoming.plan();
            let before = |placement: &Placement| {
                let own = plan.entry(placement.file).map(|entry| &entry.path);
                let stored = plan.stored(placement.file);
                (
                    stored.filter(|path| Some(*path) != own).cloned(),
                    plan.fate(placement.file),
                )
            };
            placed.retain(|placement| {
                before(placement) != (placement.stored.clone(), placement.fate)
            });
            let held = plan.held();
            let moved = placed.iter().map(|placement| placement.file);
            moved
                .filter(|file| held.binary_search(file).is_ok())
                .collect()
        };
        let (incoming, shared) = (&self.incoming, &self.shared);
        incoming.forget(shared, &let_go).await?;
        shared
            .store
            .place_entries(incoming.session.id, &placed)
            .await?;
        self.apply(&placed);
        incoming.make_folders(shared, 0, known).await?;
        incoming.hash(shared, incoming.plan().to_compare(0));
        Ok(())
    }

    /// Decides about the next entries after those that the database has.
    async fn decide(&mut self, most: u32) -> Result<Vec<Placement>, Failure> {
        let Some(folder) = self.incoming.target() else {
            return Ok(Vec::new());
        };
        let entries: Vec<_> = {
            let plan = self.incoming.plan();
            let new = plan.entries().skip(self.recorded as usize);
            let new = new.take(most as usize);
            new.map(|(id, entry)| (id, entry.clone(), plan.is_withdrawn(id)))
                .collect()
        };
        if entries.is_empty() {
            return Ok(Vec::new());
        }
        let disk = self.shared.disk.clone();
        let placer = self.placer(&folder);
        let placed = blocking(move || {
            let mut placer = placer.lock().unwrap_or_else(PoisonError::into_inner);
            entries
                .into_iter()
                .map(|(file, entry, withdrawn)| {
                    if withdrawn {
                        let (stored, fate) = (None, Fate::Wanted);
                        return Ok(Placement { file, stored, fate });
                    }
                    let placed = placer.place(&*disk, &entry)?;
                    let stored = (placed.stored != entry.path).then_some(placed.stored);
                    Ok(Placement {
                        file,
                        stored,
                        fate: placed.fate,
                    })
                })
                .collect::<Result<Vec<_>, Failure>>()
        });
        // A failure in between has given names that the next attempt gives again, with a number.
        placed.await.inspect_err(|_| self.placer = None)
    }

    /// Who decides where entries are stored in `folder`, with all that was decided before.
    pub(super) fn placer(&mut self, folder: &Path) -> Arc<Mutex<Placer>> {
        if let Some(placer) = &self.placer {
            return placer.clone();
        }
        let system = self.shared.disk.system();
        let mut placer = Placer::new(self.incoming.rules(), folder, system);
        {
            let plan = self.incoming.plan();
            for (id, entry) in plan.entries().take(self.recorded as usize) {
                let stored = plan.stored(id).unwrap_or(&entry.path);
                if plan.is_withdrawn(id) {
                    placer.vacate(entry, stored, plan.fate(id));
                } else {
                    placer.restore(entry, stored, plan.fate(id));
                }
            }
        }
        let placer = Arc::new(Mutex::new(placer));
        self.placer = Some(placer.clone());
        placer
    }

    /// Takes what was decided about entries into the plan and what is shown.
    pub(super) fn apply(&self, placements: &[Placement]) {
        let (mut files, mut bytes) = (0, 0);
        {
            let mut plan = self.incoming.plan();
            for placement in placements {
                let stored = placement.stored.clone();
                let change = plan.place_as(placement.file, stored, placement.fate);
                files += change.0;
                bytes += change.1;
            }
        }
        if (files, bytes) != (0, 0) {
            let done = self.incoming.plan().files_done();
            self.incoming.session.change(|facts| {
                facts.files_done = done;
                facts.files = facts.files.saturating_add_signed(files);
                facts.bytes = facts.bytes.saturating_add_signed(bytes);
            });
        }
    }

    /// Tells the sender which entries, from number `first` on, it need not send, and which only if their
    /// content is not here.
    pub(super) fn say_fates(&self, first: u32) {
        let (unwanted, compare) = {
            let plan = self.incoming.plan();
            (plan.unwanted(first, self.recorded), plan.to_compare(first))
        };
        for page in unwanted.chunks(MAX_FILES_IN_PAGE) {
            self.tell(FromReceiver::Unwanted(page.to_vec()));
        }
        for page in compare.chunks(MAX_FILES_IN_PAGE) {
            self.tell(FromReceiver::Compare(page.to_vec()));
        }
    }
}
