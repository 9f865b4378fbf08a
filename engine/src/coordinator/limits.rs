//! The limits of the running engine: what a person has set, applied to what goes out and to what comes in.
//!
//! How limits work together is [`Limits`]'s; here are its two instances, the waiting, and the commands that change
//! them. A change holds at once for what runs: pumps ask again, and so do streams that wait to be read.
//!
//! Going out, the pump asks before it takes a chunk, so that whose turn it is is decided when there is room. Coming
//! in, a stream waits with its chunk's header read and its payload not: QUIC's flow control then slows the sender
//! down, whatever it thinks of limits, and one limit over several senders needs no agreement between them. What is
//! unread is bounded by the connection's window; Critical is read past all others.
//!
//! Counted is content, parity and what is sent once more by this engine, not what QUIC adds or repeats.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chunkstream_core::{
    device::DeviceId,
    priority::{Held, Limits, Priority, TokenBucket},
};
use tokio::sync::Notify;

use super::{Engine, Shared, Transfer, sending::Outgoing, settings::Settings, waits::Waits};
use crate::{
    api::{Code, DeviceLimitRequest, DeviceView, Failure, LimitRequest, Nothing},
    store::Store,
};

/// By device, and whether they are for Critical.
type Gates = HashMap<(DeviceId, bool), Arc<tokio::sync::Mutex<()>>>;

/// The limits of one direction.
#[derive(Debug)]
pub(crate) struct Throttle {
    limits: Mutex<Limits<DeviceId>>,
    /// Whether there are none, which is asked for each chunk.
    unlimited: AtomicBool,
    changed: Notify,
    /// Of each device's streams one waits at a time, and one of Critical.
    gates: Mutex<Gates>,
}

impl Throttle {
    /// The engine's limit and those of devices, in bytes per second.
    pub(crate) fn new(
        engine: Option<u64>,
        devices: impl IntoIterator<Item = (DeviceId, Option<u64>)>,
    ) -> Self {
        let mut limits = Limits::new(Duration::ZERO, engine);
        for (device, rate) in devices {
            limits.set_device(Duration::ZERO, device, rate);
        }
        Self {
            unlimited: AtomicBool::new(limits.is_unlimited()),
            limits: Mutex::new(limits),
            changed: Notify::new(),
            gates: Mutex::default(),
        }
    }

    pub(crate) fn is_unlimited(&self) -> bool {
        self.unlimited.load(Ordering::Relaxed)
    }

    /// See [`Limits::ask`].
    pub(crate) fn ask(
        &self,
        now: Duration,
        device: DeviceId,
        class: Priority,
        own: &TokenBucket,
    ) -> Result<(), Held> {
        self.limits().ask(now, device, class, own)
    }

    /// See [`Limits::spend`].
    pub(crate) fn spend(
        &self,
        now: Duration,
        device: DeviceId,
        class: Priority,
        own: &mut TokenBucket,
        bytes: u64,
    ) {
        self.limits().spend(now, device, class, own, bytes);
    }

    /// Returns when so much may be read from a device, and charges it.
    pub(crate) async fn pass(
        &self,
        shared: &Shared,
        device: DeviceId,
        class: Priority,
        bytes: u64,
        waits: &Waits,
    ) {
        let gate = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            let key = (device, class == Priority::Critical);
            gates.entry(key).or_default().clone()
        };
        // In the order of their arrival.
        let _turn = gate.lock().await;
        let mut own = TokenBucket::new(Duration::ZERO, None);
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let held = {
                let mut limits = self.limits();
                let now = shared.elapsed();
                match limits.ask(now, device, class, &own) {
                    Ok(()) => return limits.spend(now, device, class, &mut own, bytes),
                    Err(held) => held,
                }
            };
            let _held = waits.held(held.by);
            tokio::select! {
                () = tokio::time::sleep(held.wait) => {}
                () = changed => {}
            }
        }
    }

    fn set_engine(&self, now: Duration, rate: Option<u64>) {
        self.change(|limits| limits.set_engine(now, rate));
    }

    fn set_device(&self, now: Duration, device: DeviceId, rate: Option<u64>) {
        self.change(|limits| limits.set_device(now, device, rate));
    }

    fn change(&self, change: impl FnOnce(&mut Limits<DeviceId>)) {
        let mut limits = self.limits();
        change(&mut limits);
        self.unlimited
            .store(limits.is_unlimited(), Ordering::Relaxed);
        drop(limits);
        self.changed.notify_waiters();
    }

    fn limits(&self) -> MutexGuard<'_, Limits<DeviceId>> {
        self.limits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The limits of a data folder: for what goes out, and for what comes in.
pub(super) async fn load(
    settings: &Settings,
    store: &Store,
) -> Result<(Throttle, Throttle), Failure> {
    let devices = store.devices().await?;
    let send = devices.iter().map(|device| (device.id, device.send_limit));
    let receive = devices
        .iter()
        .map(|device| (device.id, device.receive_limit));
    Ok((
        Throttle::new(settings.send_limit, send),
        Throttle::new(settings.receive_limit, receive),
    ))
}

impl Engine {
    /// Changes the limit of a transfer that goes out, at once.
    ///
    /// # Errors
    /// `IllegalState` if it comes in or has ended.
    pub async fn set_limit(&self, request: LimitRequest) -> Result<Nothing, Failure> {
        let transfer = self.shared.transfer(&request.id)?;
        let Transfer::Out(flow) = &transfer else {
            let text = match transfer.session().state() {
                state if state.is_final() => format!("the transfer is {state}"),
                _ => "the limit of a transfer is its sender's to set".to_owned(),
            };
            return Err(Failure::new(Code::IllegalState, text).about(request.id));
        };
        if flow.session.state().is_final() {
            let text = format!("the transfer is {}", flow.session.state());
            return Err(Failure::new(Code::IllegalState, text).about(request.id));
        }
        let rate = (request.limit > 0).then_some(request.limit);
        self.shared.limit_transfer(flow, rate).await?;
        Ok(Nothing {})
    }

    /// Changes the limits of a device, at once.
    pub async fn limit_device(&self, request: DeviceLimitRequest) -> Result<DeviceView, Failure> {
        let shared = &self.shared;
        let device = shared.resolve(&request.device).await?.device;
        let known = shared.store.device(device).await?;
        let changed = |wanted: Option<u64>, known: Option<u64>| match wanted {
            None => known,
            Some(rate) => (rate > 0).then_some(rate),
        };
        let send = changed(
            request.send,
            known.as_ref().and_then(|known| known.send_limit),
        );
        let receive = changed(
            request.receive,
            known.as_ref().and_then(|known| known.receive_limit),
        );
        shared
            .store
            .set_device_limits(device, send, receive)
            .await?;
        shared.limit_device(device, send, receive);
        shared.updates.devices_changed();
        let id = device.to_string();
        let views = shared.device_views().await?;
        views
            .into_iter()
            .find(|view| view.device_id == id)
            .ok_or_else(|| Failure::new(Code::Internal, "the device is not there").about(id))
    }
}

impl Shared {
    /// Applies the limits that are set for all devices together.
    pub(super) fn limit_engine(&self, settings: &Settings) {
        let now = self.elapsed();
        self.send_limits.set_engine(now, settings.send_limit);
        self.receive_limits.set_engine(now, settings.receive_limit);
        self.limits_changed();
    }

    /// Applies the limits of a device.
    pub(super) fn limit_device(&self, device: DeviceId, send: Option<u64>, receive: Option<u64>) {
        let now = self.elapsed();
        self.send_limits.set_device(now, device, send);
        self.receive_limits.set_device(now, device, receive);
        self.limits_changed();
    }

    /// Keeps and applies the limit of a transfer.
    pub(super) async fn limit_transfer(
        &self,
        flow: &Outgoing,
        rate: Option<u64>,
    ) -> Result<(), Failure> {
        self.store.set_limit(flow.session.id, rate).await?;
        flow.set_limit(self.elapsed(), rate);
        self.updates.nudge();
        self.limits_changed();
        Ok(())
    }

    fn limits_changed(&self) {
        for link in self.peers.links() {
            link.pump.limits_changed();
        }
    }
}
