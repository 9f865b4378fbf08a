//! Pairing: who is let in by a code, a ticket or compared words, and what is shown of it.
//!
//! One pairing at a time. What a message proves is decided by [`chunkstream_core::pairing`]; here is who may begin, what
//! the stream carries, and the record. A pairing that was replaced or given up changes nothing any more: every task
//! names its own by number.
//!
//! Invariants: a stranger can begin only while something is shown, and is refused before any cryptography otherwise; a
//! device is recorded only after its proof, or after both persons have agreed.

mod commands;
mod compare;
mod guest;
mod host;
mod places;
mod qr;
mod talk;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chunkstream_core::{
    device::DeviceId,
    pairing::{Attempts, Channel, Invitation, PairError, SpentCodes},
    session::Role,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{Shared, audit::Note, peer::Link, start::is_presentable};
use crate::{
    api::{AuditKind, Code, Failure, PairSide, PairState, PairWay, PairingView, PeerView},
    network::{NetworkError, exporter},
};

/// How long one side may take for each step of the exchange.
const STEP: Duration = Duration::from_secs(15);
/// How long two persons may take to compare.
const COMPARING: Duration = Duration::from_secs(300);

/// The pairing that is under way, or was last.
#[derive(Debug, Default)]
pub(crate) struct Pairing {
    inner: Mutex<Inner>,
    /// The revision of what is shown, for those who wait for another.
    revision: watch::Sender<u32>,
}

#[derive(Debug, Default)]
struct Inner {
    current: Option<Current>,
    attempts: Attempts,
    spent: SpentCodes,
}

#[derive(Debug)]
struct Current {
    round: Round,
    view: PairingView,
    /// Host: what is open. None once it was given up.
    invitation: Option<Invitation>,
    /// Host: when that ends by itself, by the clock.
    until_ms: Option<u64>,
    /// Host: a guest is comparing words.
    comparing: bool,
    verdict: watch::Sender<Option<bool>>,
}

/// One pairing, as its tasks know it.
#[derive(Debug, Clone)]
struct Round {
    number: u32,
    wish: Wish,
    cancel: CancellationToken,
    /// What the person here says about the words.
    verdict: watch::Receiver<Option<bool>>,
}

/// What becomes of the other device here.
#[derive(Debug, Clone)]
struct Wish {
    role: Option<Role>,
    name: Option<String>,
}

/// Why a pairing came to nothing.
#[derive(Debug)]
enum Trouble {
    /// The proof, the code or the time.
    Pairing(PairError),
    /// The connection or the peer's manners.
    Network(NetworkError),
    /// Anything that has its own words.
    Failure(Failure),
    /// It was given up or replaced here.
    Cancelled,
}

impl Pairing {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is shown.
    pub(crate) fn view(&self) -> Option<PairingView> {
        let inner = self.inner();
        inner.current.as_ref().map(|current| current.view.clone())
    }

    /// Whether a code is shown or words are awaited here; and whether a ticket is out.
    pub(super) fn is_open(&self) -> (bool, bool) {
        let inner = self.inner();
        let waits = inner.current.as_ref().filter(|current| {
            current.view.side == PairSide::Host && current.view.state == PairState::Waiting
        });
        waits.map_or((false, false), |current| {
            let by_ticket = current.view.way == PairWay::Ticket;
            (!by_ticket, by_ticket)
        })
    }
}

impl Shared {
    /// Begins a pairing in the place of the one before.
    fn begin_pairing(
        &self,
        side: PairSide,
        way: PairWay,
        wish: Wish,
        invitation: Option<Invitation>,
        show: impl FnOnce(&mut PairingView),
    ) -> (Round, PairingView) {
        let (verdict, heard) = watch::channel(None);
        let mut inner = self.pairing.inner();
        if let Some(before) = inner.current.take() {
            before.round.cancel.cancel();
        }
        let number = self.next_revision();
        let round = Round {
            number,
            wish,
            cancel: self.stop.child_token(),
            verdict: heard,
        };
        let state = match side {
            PairSide::Host => PairState::Waiting,
            PairSide::Guest => PairState::Connecting,
        };
        let mut view = PairingView {
            revision: number,
            side,
            way,
            state,
            code: None,
            ticket: None,
            qr: None,
            words: None,
            until_ms: None,
            device: None,
            failure: None,
        };
        show(&mut view);
        inner.current = Some(Current {
            round: round.clone(),
            view: view.clone(),
            invitation,
            until_ms: view.until_ms,
            comparing: false,
            verdict,
        });
        (round, view)
    }

    /// Told under the lock, so that whoever waits for it finds what it stands for.
    fn next_revision(&self) -> u32 {
        let revision = *self.pairing.revision.borrow() + 1;
        self.pairing.revision.send_replace(revision);
        self.updates.pairing_changed();
        self.nearby.reconsider();
        revision
    }

    /// Changes a pairing, unless it is over or was replaced: None then.
    fn change_pairing<T>(&self, number: u32, change: impl FnOnce(&mut Current) -> T) -> Option<T> {
        let mut inner = self.pairing.inner();
        let current = inner
            .current
            .as_mut()
            .filter(|current| current.round.number == number && !current.view.state.is_final())?;
        let result = change(current);
        current.view.revision = self.next_revision();
        Some(result)
    }

    /// A pairing is over. Nothing that could be used is shown any more.
    fn end_pairing(&self, round: &Round, state: PairState, failure: Option<Failure>) {
        let reason = failure.as_ref().map(|failure| failure.code);
        let ended = self.change_pairing(round.number, |current| {
            current.end(state);
            current.view.failure = failure;
        });
        if let (Some(()), Some(reason)) = (ended, reason) {
            self.note_failed_pairing(None, reason);
        }
    }

    /// Notes that a pairing came to nothing.
    fn note_failed_pairing(&self, device: Option<DeviceId>, reason: Code) {
        let note = Note::new(AuditKind::PairingFailed).with("reason", reason.word());
        self.note(match device {
            Some(device) => note.of(device),
            None => note,
        });
    }

    /// The connection as the exchange is bound to it.
    fn channel(&self, link: &Link, side: PairSide) -> Result<Channel, NetworkError> {
        let (here, there) = (self.key.id(), link.device);
        let (guest, host) = match side {
            PairSide::Host => (there, here),
            PairSide::Guest => (here, there),
        };
        Ok(Channel {
            guest,
            host,
            exporter: exporter(&link.connection)?,
        })
    }

    /// The other device has proved itself: it is known here from now on, by its key and under a name that it cannot
    /// change.
    async fn record(&self, link: &Link, wish: &Wish) -> Result<PeerView, Failure> {
        self.is_shown(link).await;
        let known = self.store.device(link.device).await?;
        let role = wish.role.unwrap_or(match known.as_ref() {
            Some(device) if device.role == Role::Mine => Role::Mine,
            _ => Role::Trusted,
        });
        let name = wish.name.clone().or_else(|| {
            let known = known.filter(|device| device.name.is_none())?;
            let own = known.own_name;
            is_presentable(&own).then_some(own)
        });
        self.store
            .set_role(link.device, role, name.as_deref())
            .await?;
        // A person has been told so.
        self.store.sync().await?;
        // Whatever name it uses, it is known by its key now.
        self.store.forget_alarms(link.device).await?;
        self.updates.alarms_changed();
        self.learn(link.device).await;
        link.welcome(self);
        self.updates.devices_changed();
        tracing::info!(device = %link.device.short(), role = role.as_str(), "paired");
        let view = self.peer_view(link.device);
        let note = Note::new(AuditKind::Paired).of(link.device);
        self.note(note.with("role", role.as_str()).with("name", &view.name));
        Ok(view)
    }

    /// The pairing has come to its end.
    fn paired(&self, round: &Round, device: PeerView) {
        self.change_pairing(round.number, |current| {
            current.end(PairState::Paired);
            current.view.device = Some(device);
        });
    }

    /// Ends an invitation that nobody has used.
    fn expire(self: &Arc<Self>, round: Round, life: Duration) {
        let shared = self.clone();
        self.spawn(async move {
            tokio::select! {
                () = round.cancel.cancelled() => {}
                () = tokio::time::sleep(life) => {
                    let waits = |current: &mut Current| current.view.state == PairState::Waiting;
                    let unused = shared.change_pairing(round.number, waits);
                    if unused == Some(true) {
                        let failure = Trouble::from(PairError::Expired).into_failure();
                        shared.end_pairing(&round, PairState::Failed, failure);
                    }
                }
            }
        });
    }
}

impl Current {
    fn end(&mut self, state: PairState) {
        self.comparing = false;
        if let Some(invitation) = &mut self.invitation {
            invitation.close();
        }
        let view = &mut self.view;
        view.state = state;
        (view.code, view.ticket, view.qr, view.words) = (None, None, None, None);
        view.until_ms = None;
        self.round.cancel.cancel();
    }
}

impl Trouble {
    /// In words; None if it was a wish.
    fn into_failure(self) -> Option<Failure> {
        Some(match self {
            Self::Cancelled => return None,
            Self::Failure(failure) => failure,
            Self::Network(error) => error.into(),
            Self::Pairing(error) => {
                let code = match error {
                    PairError::NotOpen | PairError::TooMany => Code::NotPairing,
                    PairError::Expired | PairError::Spent => Code::CodeSpent,
                    PairError::WrongCode | PairError::WrongSecret => Code::WrongCode,
                    PairError::BadShare | PairError::Reflected | PairError::BrokenCommitment => {
                        Code::Protocol
                    }
                };
                Failure::new(code, error.to_string())
            }
        })
    }
}

impl From<PairError> for Trouble {
    fn from(error: PairError) -> Self {
        Self::Pairing(error)
    }
}

impl From<NetworkError> for Trouble {
    fn from(error: NetworkError) -> Self {
        Self::Network(error)
    }
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Fresh randomness.
fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
    Ok(bytes)
}
