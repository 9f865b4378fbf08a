//! The task that holds the engine's part in the local network.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use chunkstream_core::{
    device::DeviceId,
    nearby::{Announcement, NONCE_BYTES, Veil, Visibility, Who},
};
use tokio::time::Instant;

use crate::{
    coordinator::Shared,
    discovery::{Broadcast, Discovery, Presence, Sign},
};

/// A veil is worn so long: who listens all the time can follow it anyway, by the address.
const VEIL_FOR: Duration = Duration::from_secs(15 * 60);
/// How often the end of a visibility is looked at: the clock may jump, and a computer may sleep.
const LOOK: Duration = Duration::from_secs(30);

/// What is announced, before it is put into words.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Plan {
    Named { name: String, open: bool },
    Veiled,
}

/// What is announced now.
struct Shown {
    plan: Plan,
    since: Instant,
}

/// What woke the task.
enum Woken {
    By(Sign),
    Again,
    Stop,
}

/// Takes part in the local network until the engine stops.
pub(in crate::coordinator) async fn run(
    shared: Arc<Shared>,
    discovery: Option<Arc<dyn Discovery>>,
    announces: bool,
) {
    let mut presence: Option<Box<dyn Presence>> = None;
    let mut shown: Option<Shown> = None;
    let mut wanted = shared.nearby.wanted.subscribe();
    loop {
        let left = shared.settle_visibility().await;
        if presence.is_none()
            && let Some(discovery) = &discovery
            && (announces || *wanted.borrow_and_update())
        {
            presence = Some(discovery.join());
            shared.nearby.inner().searching_since = Some(Instant::now());
            shared.nearby_changed(None);
        }
        if let Some(presence) = &mut presence {
            let plan = if announces { shared.plan() } else { None };
            shown = shared.announce(&mut **presence, shown, plan);
            shared.recognise();
        }
        let turns = shown.as_ref().map(|shown| shown.since + VEIL_FOR);
        let looks = left.map(|left| Instant::now() + left.min(LOOK));
        let next = turns.into_iter().chain(looks).min();
        let sign = async {
            match &mut presence {
                Some(presence) => presence.next().await,
                None => std::future::pending().await,
            }
        };
        let woken = tokio::select! {
            () = shared.stop.cancelled() => Woken::Stop,
            () = shared.nearby.again.notified() => Woken::Again,
            Ok(()) = wanted.changed() => Woken::Again,
            sign = sign => Woken::By(sign),
            () = tokio::time::sleep_until(next.unwrap_or_else(Instant::now)), if next.is_some() => Woken::Again,
        };
        match woken {
            Woken::By(sign) => shared.notice(sign),
            Woken::Again => {}
            Woken::Stop => break,
        }
    }
    if let Some(presence) = &mut presence {
        presence.leave().await;
    }
}

impl Shared {
    /// What visibility and pairing ask for.
    fn plan(&self) -> Option<Plan> {
        let listen = self.endpoint.local_address().ok()?;
        if !self.endpoint.has_network() || listen.ip().is_loopback() {
            return None;
        }
        let settings = self.settings();
        let (open, ticket) = self.pairing.is_open();
        let named = || Plan::Named {
            name: settings.name.clone(),
            open,
        };
        match settings.visible.now {
            // Who shows a code wants to be found by it.
            _ if open => Some(named()),
            Visibility::Everyone => Some(named()),
            Visibility::MyDevices => Some(Plan::Veiled),
            // Who has the ticket has the id.
            Visibility::Nobody => ticket.then_some(Plan::Veiled),
        }
    }

    /// Announces what is planned, unless it is announced already and not for too long.
    fn announce(
        &self,
        presence: &mut dyn Presence,
        shown: Option<Shown>,
        plan: Option<Plan>,
    ) -> Option<Shown> {
        let Some(plan) = plan else {
            if shown.is_some() {
                presence.announce(None);
            }
            return None;
        };
        if let Some(shown) = shown
            && shown.plan == plan
            && shown.since.elapsed() < VEIL_FOR
        {
            return Some(shown);
        }
        let since = Instant::now();
        match self.broadcast(&plan) {
            Some(broadcast) => presence.announce(Some(broadcast)),
            None => presence.announce(None),
        }
        Some(Shown { plan, since })
    }

    fn broadcast(&self, plan: &Plan) -> Option<Broadcast> {
        let mut random = [0; NONCE_BYTES + 16];
        getrandom::fill(&mut random).ok()?;
        let (nonce, label) = random.split_at(NONCE_BYTES);
        let device = self.key.id();
        let said = match plan.clone() {
            Plan::Named { name, open } => Announcement {
                who: Who::Named { device, name },
                open,
            },
            Plan::Veiled => Announcement {
                who: Who::Veiled(Veil::new(device, nonce.try_into().ok()?)),
                open: false,
            },
        };
        Some(Broadcast {
            instance: data_encoding::HEXLOWER.encode(label),
            txt: said.to_txt(),
            listen: self.endpoint.local_address().ok()?,
        })
    }

    /// Something was noticed in the network.
    fn notice(self: &Arc<Self>, sign: Sign) {
        match sign {
            Sign::Works => self.works(None),
            Sign::Fails(why) => self.works(Some(why)),
            Sign::Lost { instance } => self.lost(&instance),
            Sign::Found {
                instance,
                txt,
                addresses,
            } => match Announcement::from_txt(&txt) {
                Ok(said) if self.is_own(&said) => {}
                Ok(said) => self.found(&instance, said, &addresses),
                Err(error) => {
                    tracing::debug!(instance, %error, "an announcement of no use");
                    self.lost(&instance);
                }
            },
        }
    }

    fn works(&self, problem: Option<String>) {
        if let Some(problem) = &problem {
            tracing::info!(problem, "nearby devices cannot be found");
        }
        self.nearby.inner().problem = problem;
        self.nearby_changed(None);
    }

    fn lost(&self, instance: &str) {
        let lost = self.nearby.inner().sights.lost(instance);
        if lost.is_some() {
            self.nearby_changed(lost);
        }
    }

    fn found(self: &Arc<Self>, instance: &str, said: Announcement, addresses: &[SocketAddr]) {
        let (known, now) = (self.understood(), self.clock.unix_ms());
        let (changed, is_there) = {
            let sights = &mut self.nearby.inner().sights;
            let changed = sights.found(instance, said, addresses, &known, now);
            let is_there = changed.is_some_and(|device| sights.device(device).is_some());
            (changed, is_there)
        };
        let Some(device) = changed else {
            // A veil that nobody here understands may be a ticket's.
            return self.nearby.notice();
        };
        self.nearby_changed(changed);
        if is_there {
            self.comes_into_sight(device);
        }
    }

    fn is_own(&self, said: &Announcement) -> bool {
        let own = self.key.id();
        match &said.who {
            Who::Named { device, .. } => *device == own,
            Who::Veiled(veil) => veil.is_of(own),
        }
    }

    /// Other devices may be known than before.
    fn recognise(self: &Arc<Self>) {
        if self.nearby.inner().sights.is_empty() {
            return;
        }
        let known = self.understood();
        let changed = self.nearby.inner().sights.recognise(&known);
        for device in changed {
            self.nearby_changed(Some(device));
            if self.nearby.has(device) {
                self.comes_into_sight(device);
            }
        }
    }

    /// What is shown of the network is not what it was; `device` came, went or changed.
    fn nearby_changed(&self, device: Option<DeviceId>) {
        self.nearby.notice();
        self.updates.nearby_changed();
        if let Some(device) = device
            && self.peer_view(device).known
        {
            self.updates.devices_changed();
        }
    }

    /// Lets a visibility end whose time is over; returns how long it still has.
    async fn settle_visibility(&self) -> Option<Duration> {
        let now = self.clock.unix_ms();
        let visible = self.settings().visible;
        let settled = visible.settle(now);
        if settled != visible
            && let Err(failure) = self.set_visible(settled).await
        {
            tracing::warn!(%failure, "the end of a visibility could not be recorded");
        }
        settled.left(now)
    }
}
