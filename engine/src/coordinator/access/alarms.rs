//! Alarms: another key was found where a device is known, or a stranger uses the name of one.
//!
//! An alarm blocks until a person has acknowledged it: nothing new is sent to a device in whose place another key was
//! found, and no offer of a stranger with somebody's name is accepted. Both are decided by keys; names and addresses only
//! raise the question.

use std::sync::Arc;

use chunkstream_core::device::DeviceId;

use crate::{
    api::{AlarmKind, AlarmRequest, AlarmView, AuditKind, Code, Failure, Nothing},
    coordinator::{Engine, Shared, audit::Note, peer::Link},
    network::{NetworkError, address::canonical, close},
    store::{Alarm, Raised},
};

impl Engine {
    /// All alarms, the newest first; those that nobody has acknowledged block.
    pub async fn alarms(&self, _: Nothing) -> Result<Vec<AlarmView>, Failure> {
        self.shared.alarm_views().await
    }

    /// A person has decided about an alarm: it blocks no longer, for this very key.
    ///
    /// # Errors
    /// `NotFound` if no such alarm is open.
    pub async fn acknowledge_alarm(&self, request: AlarmRequest) -> Result<Nothing, Failure> {
        let shared = &self.shared;
        let now = shared.clock.unix_ms();
        let (device, found) = shared.store.acknowledge_alarm(request.id, now).await?;
        // What a person has decided is not asked again.
        shared.store.sync().await?;
        let note = Note::new(AuditKind::AlarmAcknowledged).of(device);
        shared.note(note.with("found", found.to_string()));
        shared.updates.alarms_changed();
        Ok(Nothing {})
    }
}

impl Shared {
    pub(in crate::coordinator) async fn alarm_views(&self) -> Result<Vec<AlarmView>, Failure> {
        let alarms = self.store.alarms().await?;
        Ok(alarms
            .into_iter()
            .map(|alarm| self.alarm_view(alarm))
            .collect())
    }

    fn alarm_view(&self, alarm: Alarm) -> AlarmView {
        let device = self.peer_view(alarm.device);
        AlarmView {
            id: alarm.id,
            kind: alarm.kind,
            advice: advice(alarm.kind, &device.name),
            device,
            found: alarm.found.to_string(),
            address: alarm.address,
            at_ms: alarm.at_ms,
            last_ms: alarm.last_ms,
            count: alarm.count,
            acknowledged_ms: alarm.acknowledged_ms,
        }
    }

    /// A device was dialled and something came of it that says who is there. Where somebody in the local network only
    /// claims that it is, another key is no news: else whoever is there could block it.
    pub(crate) async fn note_dial(&self, error: &NetworkError) {
        let NetworkError::WrongDevice {
            address,
            expected,
            found,
        } = error
        else {
            return;
        };
        let address = canonical(*address);
        let reached = self.reached_at(*expected).await.unwrap_or_default();
        if !self.is_known(*expected) {
            return;
        }
        if reached.iter().any(|reached| canonical(*reached) == address) {
            let address = address.to_string();
            self.raise(AlarmKind::OtherKey, *expected, *found, &address)
                .await;
        } else {
            let note = Note::refused(*found, "other_key");
            self.note(note.with("address", address.to_string()));
        }
    }

    /// A device has said its name: one that is not known must not use the name of one that is. False if it has been
    /// refused.
    pub(crate) async fn note_name(&self, link: &Link, name: &str) -> bool {
        if self.is_known(link.device) || name.trim().is_empty() {
            return true;
        }
        let Some(known) = self.known_by_name(name) else {
            return true;
        };
        let address = canonical(link.connection.remote_address()).to_string();
        let raised = self
            .raise(AlarmKind::SameName, known, link.device, &address)
            .await;
        if raised == Some(Raised::NoRoom) {
            self.note(Note::refused(link.device, "alarm").with("address", address));
            link.connection.close(close::REFUSED, b"");
            return false;
        }
        true
    }

    /// Fails while an alarm about another key in the place of this device waits for a person.
    ///
    /// # Errors
    /// `IdentityRefused`, with what to do.
    pub(in crate::coordinator) async fn check_alarms(
        &self,
        device: DeviceId,
    ) -> Result<(), Failure> {
        if self
            .store
            .has_open_alarm(AlarmKind::OtherKey, device)
            .await?
        {
            let name = self.peer_view(device).name;
            let text = format!(
                "{}; then acknowledge the alarm",
                advice(AlarmKind::OtherKey, &name)
            );
            return Err(Failure::new(Code::IdentityRefused, text).about(device.to_string()));
        }
        Ok(())
    }

    /// Whether a stranger uses the name of a known device and nobody has decided about that.
    pub(crate) async fn is_suspect(&self, device: DeviceId) -> Result<bool, Failure> {
        Ok(self
            .store
            .has_open_alarm(AlarmKind::SameName, device)
            .await?)
    }

    /// Fails for the offer of such a stranger.
    ///
    /// # Errors
    /// `IdentityRefused`, with what to do.
    pub(crate) async fn check_suspect(self: &Arc<Self>, device: DeviceId) -> Result<(), Failure> {
        if !self.is_suspect(device).await? {
            return Ok(());
        }
        let name = self.peer_view(device).name;
        let text = format!(
            "{}; then acknowledge the alarm",
            advice(AlarmKind::SameName, &name)
        );
        Err(Failure::new(Code::IdentityRefused, text).about(device.to_string()))
    }

    pub(in crate::coordinator) async fn raise(
        &self,
        kind: AlarmKind,
        device: DeviceId,
        found: DeviceId,
        address: &str,
    ) -> Option<Raised> {
        let now = self.clock.unix_ms();
        let raised = match self
            .store
            .raise_alarm(kind, device, found, address, now)
            .await
        {
            Ok(raised) => raised,
            Err(error) => {
                tracing::error!(%error, "an alarm could not be recorded");
                return None;
            }
        };
        if raised == Raised::New {
            tracing::warn!(device = %device.short(), found = %found.short(), %address, "another key was found");
        }
        let note = Note::new(AuditKind::IdentityAlarm).of(found);
        let note = note
            .with("reason", kind.as_str())
            .with("expected", device.to_string());
        self.note(note.with("address", address));
        if matches!(raised, Raised::New | Raised::Open) {
            self.updates.alarms_changed();
        }
        Some(raised)
    }
}

/// What a person is to do. Without a full stop.
fn advice(kind: AlarmKind, name: &str) -> String {
    match kind {
        AlarmKind::OtherKey => format!(
            "another device answered in the place of {name}: if its address went to another device, name the new \
             address; if it was set up anew, forget it and pair again; if you know of neither, somebody may be \
             standing between, so compare the device ids by another channel"
        ),
        AlarmKind::SameName => format!(
            "a device that is not known here calls itself {name}, as a known one is called: if it is that one, set up \
             anew, forget the old one and pair again; if it is another, rename one of them; if you know of neither, \
             decline what it offers"
        ),
    }
}
