//! The faults: how each strikes, and how it is mended.

use std::{net::IpAddr, path::PathBuf};

use chunkstream_engine::{
    api::{AcceptRequest, TransferRequest, TransferView},
    core::session::{Reason, State},
};
use chunkstream_sim::{disk::Survivors, network::Link, world::Kill};
use rand::RngExt;

use crate::{KIB, Run};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    KillSender,
    KillReceiver,
    PowerLoss,
    LinkDown,
    MoveSender,
    MoveReceiver,
    PauseAtSender,
    PauseAtReceiver,
    DiskFull,
    SourceUnreadable,
    /// One datagram in five arrives with a flipped bit that no checksum of the link sees.
    WireCorrupts,
    /// The volume of the target is mounted read-only, as after an error of its file system.
    TargetReadOnly,
    /// The target may not be entered any more.
    TargetForbidden,
    /// What was written cannot be flushed: the first that hears of a failing disk.
    TargetUnsyncable,
}

pub(crate) const FAULTS: [Fault; 14] = [
    Fault::KillSender,
    Fault::KillReceiver,
    Fault::PowerLoss,
    Fault::LinkDown,
    Fault::MoveSender,
    Fault::MoveReceiver,
    Fault::PauseAtSender,
    Fault::PauseAtReceiver,
    Fault::DiskFull,
    Fault::SourceUnreadable,
    Fault::WireCorrupts,
    Fault::TargetReadOnly,
    Fault::TargetForbidden,
    Fault::TargetUnsyncable,
];

impl Run {
    pub(crate) async fn strike(&mut self, fault: Fault) {
        self.note(fault);
        let request = || TransferRequest {
            id: self.id.clone(),
        };
        match fault {
            Fault::KillSender => self.kill_sender().await,
            Fault::KillReceiver => self.kill_receiver(Kill::Process).await,
            Fault::PowerLoss => {
                let survivors = match self.random.random_range(0..3) {
                    0 => Survivors::Synced,
                    1 => Survivors::Names,
                    _ => Survivors::NamesAndSomePages {
                        seed: self.random.random(),
                    },
                };
                let pages = self.random.random_range(0..40);
                self.kill_receiver(Kill::Power { survivors, pages }).await;
                self.sender_may_lead = true;
                // The database may have lost every row since its last sync.
                self.forgotten += self.chunks;
            }
            Fault::LinkDown => {
                self.world.network.link_down(self.ada.ip(), self.bob.ip());
                self.costly += 1;
            }
            // Only a host that is up notices that its address changed.
            Fault::MoveSender => {
                let new = self.new_ip();
                self.world.move_device(&mut self.ada, new);
                self.costly += 1;
            }
            Fault::MoveReceiver => {
                let new = self.new_ip();
                self.world.move_device(&mut self.bob, new);
                self.costly += 1;
            }
            // A refusal is an answer too: a transfer that has ended, or is ending.
            Fault::PauseAtSender if self.ada_runs => drop(self.ada.engine.pause(request()).await),
            Fault::PauseAtReceiver if self.bob_runs => drop(self.bob.engine.pause(request()).await),
            Fault::PauseAtSender | Fault::PauseAtReceiver => {}
            Fault::DiskFull => {
                let left = self.random.random_range(0..300 * KIB as u64);
                let full = self.bob.disk.used() + left;
                self.bob.disk.faults(|faults| faults.capacity = Some(full));
                self.costly += 1;
            }
            Fault::SourceUnreadable => {
                let path = if self.random.random_bool(0.5) {
                    "/home/trip/big"
                } else {
                    "/home/trip"
                };
                self.ada
                    .disk
                    .faults(|faults| faults.forbidden.insert(PathBuf::from(path)));
                self.source_was_unreadable = true;
                self.costly += 1;
            }
            Fault::WireCorrupts => {
                let link = Link {
                    corrupt: 0.2,
                    ..self.link.clone()
                };
                self.world
                    .network
                    .set_link(self.ada.ip(), self.bob.ip(), &link);
                self.costly += 1;
            }
            Fault::TargetReadOnly => {
                self.bob.disk.faults(|faults| faults.read_only = true);
                self.costly += 1;
            }
            Fault::TargetForbidden => {
                self.bob
                    .disk
                    .faults(|faults| faults.forbidden.insert(PathBuf::from("/inbox")));
                self.costly += 1;
            }
            Fault::TargetUnsyncable => {
                let files = self.bob.disk.paths();
                self.bob.disk.faults(|faults| {
                    faults
                        .sync_errors
                        .extend(files.into_iter().filter(|path| path.starts_with("/inbox")));
                });
                self.costly += 1;
            }
        }
        self.inbox_is_sound();
    }

    pub(crate) async fn mend(&mut self, fault: Fault) {
        self.note(("mended", fault));
        match fault {
            Fault::KillSender | Fault::KillReceiver | Fault::PowerLoss => self.start_both().await,
            Fault::LinkDown => self.world.network.link_up(self.ada.ip(), self.bob.ip()),
            Fault::MoveSender | Fault::MoveReceiver => {}
            Fault::PauseAtSender | Fault::PauseAtReceiver => self.resume().await,
            Fault::DiskFull => {
                self.bob.disk.faults(|faults| faults.capacity = None);
                self.resume().await;
            }
            Fault::SourceUnreadable => {
                self.ada.disk.faults(|faults| faults.forbidden.clear());
                self.resume().await;
            }
            Fault::WireCorrupts => {
                self.world
                    .network
                    .set_link(self.ada.ip(), self.bob.ip(), &self.link);
            }
            Fault::TargetReadOnly => {
                self.bob.disk.faults(|faults| faults.read_only = false);
                self.resume().await;
            }
            Fault::TargetForbidden => {
                self.bob.disk.faults(|faults| faults.forbidden.clear());
                self.resume().await;
            }
            Fault::TargetUnsyncable => {
                self.bob.disk.faults(|faults| faults.sync_errors.clear());
                self.resume().await;
            }
        }
    }

    /// What a person does who wants it to go on.
    pub(crate) async fn resume(&mut self) {
        let mut again = 0;
        // A target that could not be used when the offer came leaves it with its receiver.
        if self.bob_runs
            && let Some(view) = self.receiver().await
            && view.state == State::Created
            && view.failure.is_some()
        {
            let request = AcceptRequest {
                id: self.id.clone(),
                into: None,
                conflict: None,
                only: None,
            };
            // It may still not be usable.
            let _ = self.bob.engine.accept(request).await;
        }
        for (device, runs) in [(&self.ada, self.ada_runs), (&self.bob, self.bob_runs)] {
            let request = TransferRequest {
                id: self.id.clone(),
            };
            if runs
                && let Ok(view) = device.engine.transfer(request.clone()).await
                && view.state == State::Paused
                && !view
                    .reason
                    .is_some_and(|reason| reason.waits_for_peer(view.direction))
            {
                // Resumed too early, what is in the way is met once more.
                again += u64::from(view.reason != Some(Reason::PausedHere));
                // A transfer that has just ended need not be resumed.
                let _ = device.engine.resume(request).await;
            }
        }
        self.costly += again;
        // An offer that came while the disk was full has been left to a person.
        let offered = |view: &TransferView| {
            view.state == State::Created && view.reason == Some(Reason::WaitingForAnswer)
        };
        let request = TransferRequest {
            id: self.id.clone(),
        };
        if self.bob_runs
            && let Ok(view) = self.bob.engine.transfer(request).await
            && offered(&view)
        {
            let request = AcceptRequest {
                id: self.id.clone(),
                ..AcceptRequest::default()
            };
            // Still full: another fault is to be mended first.
            let _ = self.bob.engine.accept(request).await;
        }
    }

    async fn kill_sender(&mut self) {
        if self.ada_runs {
            self.sent_before += self.ada.view(&self.id).await.stats.chunks_sent;
            self.world.kill(&mut self.ada, Kill::Process).await;
            self.ada_runs = false;
            self.costly += 1;
        }
    }

    async fn kill_receiver(&mut self, kill: Kill) {
        if self.bob_runs {
            self.met = self.have_met().await;
            self.world.kill(&mut self.bob, kill).await;
            self.bob_runs = false;
            self.costly += 1;
        }
    }

    async fn start_both(&mut self) {
        if !self.ada_runs {
            self.world.start(&mut self.ada).await;
            self.ada_runs = true;
        }
        if !self.bob_runs {
            self.world.start(&mut self.bob).await;
            self.bob_runs = true;
        }
    }

    fn new_ip(&mut self) -> IpAddr {
        self.next_ip += 1;
        IpAddr::from([10, 0, 0, self.next_ip])
    }
}
