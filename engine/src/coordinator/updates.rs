//! What changed, for windows and scripts: sampled on a timer, never emitted per chunk.

use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    device::DeviceId,
    session::{Direction, State},
};
use tokio::sync::{Notify, broadcast};

use super::{Shared, session::is_offer};
use crate::api::{AlarmView, Totals, TransferView, Update};

/// Time between two samples while something moves.
const TICK: Duration = Duration::from_millis(125);
/// Time in which what belongs together happens: it is told at once.
const SETTLE: Duration = Duration::from_millis(25);
/// Updates that a slow reader may fall behind before it gets a snapshot instead.
const BACKLOG: usize = 64;

/// Where the sampler learns that there is something to tell, and tells it.
#[derive(Debug)]
pub(crate) struct Hub {
    changed: Notify,
    /// Something that somebody waits for: told at once.
    ended: Notify,
    devices: AtomicBool,
    identity: AtomicBool,
    pairing: AtomicBool,
    nearby: AtomicBool,
    alarms: AtomicBool,
    /// Devices that are not shown as they were: they stand in the rows of their transfers.
    peers: Mutex<HashSet<DeviceId>>,
    removed: Mutex<HashSet<String>>,
    updates: broadcast::Sender<Arc<Update>>,
}

/// The stream of updates of one window or script.
#[derive(Debug)]
pub struct Updates {
    shared: Arc<Shared>,
    /// None until the first update, which carries everything.
    receiver: Option<broadcast::Receiver<Arc<Update>>>,
}

impl Hub {
    pub(crate) fn new() -> Self {
        Self {
            changed: Notify::new(),
            ended: Notify::new(),
            devices: AtomicBool::new(false),
            identity: AtomicBool::new(false),
            pairing: AtomicBool::new(false),
            nearby: AtomicBool::new(false),
            alarms: AtomicBool::new(false),
            peers: Mutex::default(),
            removed: Mutex::default(),
            updates: broadcast::Sender::new(BACKLOG),
        }
    }

    /// Something changed that should be seen soon.
    pub(crate) fn nudge(&self) {
        self.changed.notify_one();
    }

    /// A transfer has ended: a command may wait for just that.
    pub(crate) fn ended(&self) {
        self.ended.notify_one();
    }

    pub(crate) fn devices_changed(&self) {
        self.devices.store(true, Ordering::Release);
        self.nudge();
    }

    /// What rows show of that device is not what they showed.
    pub(crate) fn peer_changed(&self, device: DeviceId) {
        self.peers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(device);
        self.nudge();
    }

    fn take_peers(&self) -> HashSet<DeviceId> {
        std::mem::take(&mut *self.peers.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn identity_changed(&self) {
        self.identity.store(true, Ordering::Release);
        self.nudge();
    }

    pub(crate) fn pairing_changed(&self) {
        self.pairing.store(true, Ordering::Release);
        self.nudge();
    }

    pub(crate) fn nearby_changed(&self) {
        self.nearby.store(true, Ordering::Release);
        self.nudge();
    }

    pub(crate) fn alarms_changed(&self) {
        self.alarms.store(true, Ordering::Release);
        self.nudge();
    }

    pub(crate) fn removed(&self, id: String) {
        self.removed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(id);
        self.nudge();
    }
}

/// Samples until the engine stops.
pub(crate) async fn run(shared: Arc<Shared>) {
    let (mut moving, mut at_once) = (false, false);
    loop {
        if !at_once {
            // A timer only while something moves: an idle engine does not wake up.
            tokio::select! {
                () = shared.stop.cancelled() => return,
                () = shared.updates.changed.notified() => {}
                () = shared.updates.ended.notified() => at_once = true,
                () = tokio::time::sleep(TICK), if moving => {}
            }
        }
        if !at_once {
            // What changes in one moment is told at once.
            tokio::select! {
                () = tokio::time::sleep(SETTLE) => {}
                () = shared.updates.ended.notified() => {}
            }
        }
        let (update, still) = sample(&shared, false).await;
        moving = still;
        let quiet = update.transfers.is_empty()
            && update.removed.is_empty()
            && update.devices.is_none()
            && update.identity.is_none()
            && update.pairing.is_none()
            && update.nearby.is_none()
            && update.alarms.is_none();
        if !quiet {
            // Nobody listening is fine.
            let _ = shared.updates.updates.send(Arc::new(update));
        }
        // Also of many that end one after the other not more than one in this time.
        let pause = async {
            tokio::time::sleep(SETTLE).await;
            tokio::select! {
                () = tokio::time::sleep(TICK.saturating_sub(2 * SETTLE)) => false,
                () = shared.updates.ended.notified() => true,
            }
        };
        at_once = tokio::select! {
            () = shared.stop.cancelled() => return,
            ended = pause => ended,
        };
    }
}

/// What to tell now, everything or what changed; and whether something moves.
async fn sample(shared: &Shared, everything: bool) -> (Update, bool) {
    let now = shared.elapsed();
    let mut update = Update::default();
    let mut moving = false;
    let peers = if everything {
        HashSet::new()
    } else {
        shared.updates.take_peers()
    };
    let transfers = if everything || !peers.is_empty() {
        shared.transfers()
    } else {
        shared.restless()
    };
    for transfer in transfers {
        let session = transfer.session();
        let moves = session.moves();
        moving |= moves;
        if moves {
            shared.capture(session);
        }
        shared.judge(&transfer);
        let wanted = everything || session.take_dirty() || moves || peers.contains(&session.peer());
        if !wanted && session.state().is_final() {
            continue;
        }
        let view = session.view(shared.peer_view(session.peer()), now);
        count(&mut update.totals, &view);
        if wanted {
            update.transfers.push(view);
        }
    }
    if moving {
        shared.grant_credits();
    }
    if everything || shared.updates.devices.swap(false, Ordering::AcqRel) {
        update.devices = shared.device_views().await.ok();
    }
    if everything || shared.updates.identity.swap(false, Ordering::AcqRel) {
        update.identity = shared.identity().ok();
        update.settings = Some(shared.settings().view());
    }
    if everything || shared.updates.pairing.swap(false, Ordering::AcqRel) {
        update.pairing = shared.pairing.view();
    }
    if everything || shared.updates.nearby.swap(false, Ordering::AcqRel) {
        update.nearby = Some(shared.nearby_view());
    }
    if everything || shared.updates.alarms.swap(false, Ordering::AcqRel) {
        let open = |alarms: Vec<AlarmView>| {
            let open = alarms
                .into_iter()
                .filter(|alarm| alarm.acknowledged_ms.is_none());
            open.collect()
        };
        update.alarms = shared.alarm_views().await.ok().map(open);
    }
    if !everything {
        update.removed = std::mem::take(
            &mut *shared
                .updates
                .removed
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
        )
        .into_iter()
        .collect();
    }
    (update, moving)
}

fn count(totals: &mut Totals, view: &TransferView) {
    match view.direction {
        Direction::Sending => totals.up_rate += view.rate,
        Direction::Receiving => totals.down_rate += view.rate,
    }
    let offer = is_offer(view.direction, view.state);
    let trouble = view.state == State::Paused
        && view
            .reason
            .is_some_and(|reason| reason.needs_a_person(view.direction));
    if offer || trouble {
        totals.needs_you += 1;
    }
    match view.state {
        State::Active | State::Completing => totals.active += 1,
        State::Created | State::Preparing if !offer => totals.queued += 1,
        _ => {}
    }
}

impl Updates {
    pub(super) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            receiver: None,
        }
    }

    /// The next update: first everything, then what changes, at most eight times a second, but that a transfer has
    /// ended at once. None when the
    /// engine has stopped. One who reads too slowly gets everything once more.
    pub async fn next(&mut self) -> Option<Update> {
        if let Some(receiver) = &mut self.receiver {
            let received = tokio::select! {
                received = receiver.recv() => received,
                () = self.shared.stop.cancelled() => return None,
            };
            match received {
                Ok(update) => return Some((*update).clone()),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
        // Listen first, so that nothing is lost between the snapshot and the first change.
        self.receiver = Some(self.shared.updates.updates.subscribe());
        Some(sample(&self.shared, true).await.0)
    }
}
