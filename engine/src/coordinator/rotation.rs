//! Keys that change: this device's own, which it shows to devices that knew it, and those of others, which it follows.
//!
//! What a change proves, and what is made of it, is decided in [`chunkstream_core::rotation`]. A device that has another key
//! shows how it came to it on each connection to a device that it has dealt with, before anything else is said there; the
//! other side has followed when the stream ends. A device that finds another key where one is known asks it for such a
//! proof before it raises an alarm, so that it does not matter who comes first, or after how many weeks.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chunkstream_core::{
    device::DeviceId,
    rotation::{Recorded, Rotation, Verdict, judge, leading_to},
    session::Role,
    wire::{FEATURE_ROTATION, FromReceiver, Hello, MAX_HELLO, Opening},
};
use tokio::time::timeout;

use super::{Engine, Shared, audit::Note, copies::Speaker, peer::Link, strangers::Standing};
use crate::{
    DeviceKey,
    api::{AlarmKind, AuditKind, Code, Failure, KeyView, Nothing},
    network::{NetworkError, address::canonical, close, control, dial::dial},
    store::{Raised, Store},
};

/// The setting that keeps how this device came to its key.
const SETTING: &str = "rotations";
/// How long a peer may take to judge what it is shown, and a device at whose address another key is to show anything.
const JUDGING: Duration = Duration::from_secs(5);

/// How the device with this key came to it.
pub(super) async fn load(store: &Store, key: &DeviceKey) -> Result<Vec<Rotation>, Failure> {
    let kept = store.setting(SETTING).await?;
    let all = kept.and_then(|text| serde_json::from_str(&text).ok());
    Ok(leading_to(all.unwrap_or_default(), key.id()))
}

impl Engine {
    /// Gives this device another key, from the next start on, and keeps the proof for devices that know it.
    ///
    /// # Errors
    /// `IllegalState` if another key than the one in use is stored already, `KeyUnavailable` if the new one cannot be kept.
    pub async fn rotate_key(&self, _: Nothing) -> Result<KeyView, Failure> {
        let shared = &self.shared;
        let store = self.key_store()?;
        let _one_at_a_time = shared.following.lock().await;
        let (before, place) = self.stored_key(&store).await?;
        if before.id() != shared.key.id() {
            let text = "another key is stored already; start this device again first";
            return Err(Failure::new(Code::IllegalState, text));
        }
        let new = DeviceKey::generate()?;
        let rotation = before.rotate_to(&new, shared.clock.unix_ms())?;
        // The proof first: a new key without one would be a stranger's.
        let mut all = load(&shared.store, &before).await?;
        all.push(rotation);
        let text =
            serde_json::to_string(&all).map_err(|e| Failure::new(Code::Internal, e.to_string()))?;
        shared.store.set_setting(SETTING, &text).await?;
        shared.store.sync().await?;
        let new = self.keep_key(&store, new, place).await?;
        let note = Note::new(AuditKind::KeyRotated).with("from", before.id().to_string());
        shared.note(note.with("to", new.id().to_string()));
        // The start that it waits for may be a kill.
        shared.write_notes().await;
        self.key_view(store, &new, place).await
    }
}

impl Shared {
    /// Whether this device has anything to show.
    pub(super) fn has_rotations(&self) -> bool {
        !self.rotations.is_empty()
    }

    /// Shows how this device came to its key to a device that it has dealt with: others need not know who it was.
    pub(super) async fn show_rotations_if_known(&self, link: &Link) {
        match self.has_dealt_with(link.device).await {
            Ok(true) => self.show_rotations(&link.connection).await,
            Ok(false) => {}
            Err(failure) => tracing::error!(%failure, "a device could not be looked up"),
        }
    }

    async fn show_rotations(&self, connection: &quinn::Connection) {
        if !self.has_rotations() {
            return;
        }
        let shown = async {
            let (mut send, mut receive) = connection.open_bi().await?;
            control::send(&mut send, &self.hello()).await?;
            let rotations = Opening::Rotated(self.rotations.clone());
            // The other side answers with its Hello. One that does not know of this is an older version of this program.
            let hello = control::receive_within::<Hello>(&mut receive, MAX_HELLO).await?;
            if hello.is_none_or(|hello| hello.features & FEATURE_ROTATION == 0) {
                return Ok(());
            }
            control::send(&mut send, &rotations).await?;
            let _ = send.finish();
            // Its end says that the other side has judged.
            control::receive::<FromReceiver>(&mut receive).await?;
            Ok::<(), NetworkError>(())
        };
        match timeout(JUDGING, shown).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the change of the key was not taken"),
            Err(_) => tracing::debug!("nobody has judged the change of the key"),
        }
    }

    /// A device shows how it came to its key.
    ///
    /// # Errors
    /// `Protocol` if that is no proof.
    pub(super) async fn judge_rotations(
        self: &Arc<Self>,
        link: &Arc<Link>,
        mut send: Speaker,
        chain: &[Rotation],
    ) -> Result<(), NetworkError> {
        let followed = {
            let _one_at_a_time = self.following.lock().await;
            let recorded = match self.recorded_of(chain, link.device).await {
                Ok(recorded) => recorded,
                Err(failure) => {
                    tracing::error!(%failure, "a change of a key could not be looked up");
                    return Ok(());
                }
            };
            let recorded =
                |device: DeviceId| recorded.get(&device).copied().unwrap_or(Recorded::Nothing);
            let result = match judge(chain, link.device, recorded, verify) {
                Verdict::Nothing => Ok(None),
                Verdict::Follow { from, steps } => self.follow(link, from, &steps).await,
                Verdict::Conflict { from, followed } => {
                    self.doubt(link, from, followed).await.map(|()| None)
                }
                Verdict::Forged => {
                    self.note(Note::refused(link.device, "rotation"));
                    let text = "a change of a key that is not proved";
                    return Err(NetworkError::Protocol(text.into()));
                }
            };
            match result {
                Ok(followed) => followed,
                Err(failure) => {
                    tracing::error!(%failure, "a change of a key could not be recorded");
                    return Ok(());
                }
            }
        };
        send.finish();
        if let Some(steps) = followed {
            // It may have known this device by an old key, too.
            self.show_rotations(&link.connection).await;
            // Who waits for the device waits for this.
            for (old, _) in steps {
                self.peers.get(old).inherit(self, link);
            }
            self.followed.notify_waiters();
        }
        Ok(())
    }

    async fn recorded_of(
        &self,
        chain: &[Rotation],
        shown_by: DeviceId,
    ) -> Result<HashMap<DeviceId, Recorded>, Failure> {
        let mut all = HashMap::new();
        for device in chain.iter().map(Rotation::from).chain([shown_by]) {
            let recorded = match self.store.followed(device).await? {
                Some(to) => Recorded::Followed(to),
                None if self.has_dealt_with(device).await? => Recorded::Known,
                None => Recorded::Nothing,
            };
            all.insert(device, recorded);
        }
        Ok(all)
    }

    async fn has_dealt_with(&self, device: DeviceId) -> Result<bool, Failure> {
        Ok(self.is_known(device) || self.store.has_sessions_with(device).await?)
    }

    /// What is known of the device `from`, and of what else leads there, is this link's device's from now on. Returns what
    /// was followed; None if there is no room, or if the device is blocked.
    async fn follow(
        self: &Arc<Self>,
        link: &Arc<Link>,
        from: DeviceId,
        steps: &[(DeviceId, DeviceId)],
    ) -> Result<Option<Vec<(DeviceId, DeviceId)>>, Failure> {
        let to = link.device;
        let now = self.clock.unix_ms();
        if !self.store.follow(from, to, steps, now).await? {
            self.note(Note::refused(to, "rotations"));
            return Ok(None);
        }
        self.store.sync().await?;
        for (old, _) in steps {
            self.forget_name(*old);
            self.limit_device(*old, None, None);
            self.watched_for_another(*old, to);
            for transfer in self.transfers() {
                let session = transfer.session();
                if session.peer() == *old {
                    session.has_other_peer(to);
                }
            }
        }
        self.learn(to).await;
        let device = self.store.device(to).await?;
        let limits = device
            .as_ref()
            .map(|device| (device.send_limit, device.receive_limit));
        let (send, receive) = limits.unwrap_or_default();
        self.limit_device(to, send, receive);
        tracing::info!(from = %from.short(), to = %to.short(), "a device has another key");
        let note = Note::new(AuditKind::PeerKeyRotated).of(to);
        let note = note.with("from", from.to_string());
        self.note(note.with("to", to.to_string()));
        self.write_notes().await;
        self.updates.devices_changed();
        self.updates.alarms_changed();
        self.updates.nudge();
        self.nearby.reconsider();
        // Whoever uses an old key now is not the device.
        for (old, _) in steps {
            self.peers.get(*old).close(close::REFUSED);
        }
        if device.is_some_and(|device| device.role == Role::Blocked) {
            link.connection.close(close::REFUSED, b"");
            return Ok(None);
        }
        if self.is_welcome(to).await? {
            link.welcome(self);
        }
        Ok(Some(steps.to_vec()))
    }

    /// The same old key has led elsewhere before: somebody has a copy of it, and nobody here can say who.
    async fn doubt(&self, link: &Link, from: DeviceId, followed: DeviceId) -> Result<(), Failure> {
        tracing::warn!(from = %from.short(), found = %link.device.short(), "an old key has led to two new ones");
        let known = self.latest(followed).await?;
        self.distrust(known, link.device, &link.connection).await
    }

    /// A key that its device has left behind is in use: that is an alarm, and nothing else comes of it.
    pub(super) async fn is_left_behind(
        &self,
        device: DeviceId,
        connection: &quinn::Connection,
    ) -> Result<bool, Failure> {
        let Some(followed) = self.store.followed(device).await? else {
            return Ok(false);
        };
        let known = self.latest(followed).await?;
        self.distrust(known, device, connection).await?;
        Ok(true)
    }

    /// An alarm; when it is new, each offer of the device is a question from now on, until a person has looked.
    async fn distrust(
        &self,
        known: DeviceId,
        found: DeviceId,
        connection: &quinn::Connection,
    ) -> Result<(), Failure> {
        let address = canonical(connection.remote_address()).to_string();
        connection.close(close::REFUSED, b"");
        let kind = AlarmKind::OtherKey;
        let raised = self.raise(kind, known, found, &address).await;
        let role = self.role(known).await?;
        if raised == Some(Raised::New) && matches!(role, Role::Mine | Role::Trusted) {
            self.store.set_role(known, Role::Ask, None).await?;
            self.learn(known).await;
            let note = Note::new(AuditKind::RoleChanged).of(known);
            let note = note.with("from", role.as_str());
            self.note(note.with("to", Role::Ask.as_str()));
            self.updates.devices_changed();
        }
        Ok(())
    }

    /// The device that this one is today, as far as is known here.
    pub(super) async fn latest(&self, device: DeviceId) -> Result<DeviceId, Failure> {
        Ok(self.store.latest(device).await?)
    }

    /// Another key was found where a device was dialled. A connection, if that key proves that it is the device's.
    pub(super) async fn follow_at(
        self: &Arc<Self>,
        error: &NetworkError,
    ) -> Result<Option<Arc<Link>>, Failure> {
        let NetworkError::WrongDevice {
            address,
            expected,
            found,
        } = error
        else {
            return Ok(None);
        };
        // An old key leads nowhere, and what was never dealt with is not followed.
        if self.store.followed(*found).await?.is_some()
            || (self.latest(*expected).await? == *expected
                && !self.has_dealt_with(*expected).await?)
            || self.role(*found).await? == Role::Blocked
        {
            return Ok(None);
        }
        let Ok(connection) = dial(&self.endpoint, *found, &[*address]).await else {
            return Ok(None);
        };
        let standing = Standing::new(self.is_welcome(*found).await?, None);
        let peer = self.peers.get(*found);
        let link = peer.adopt(self, connection, true, standing);
        // It may know this device by an old key only, and shows nothing to strangers.
        self.show_rotations(&link.connection).await;
        let followed = async {
            loop {
                let mut changed = std::pin::pin!(self.followed.notified());
                changed.as_mut().enable();
                // What is being followed is followed as a whole.
                let settled = self.following.lock().await;
                if self.latest(*expected).await? == *found {
                    return Ok::<(), Failure>(());
                }
                drop(settled);
                changed.await;
            }
        };
        tokio::select! {
            followed = timeout(JUDGING, followed) => if let Ok(followed) = followed {
                followed?;
                return Ok(Some(link));
            },
            _ = link.connection.closed() => return Ok(None),
        }
        if !link.standing.is_welcome() {
            link.connection.close(close::AGAIN, b"");
        }
        Ok(None)
    }
}

fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    let key = ring::signature::UnparsedPublicKey::new(&ring::signature::ED25519, key);
    key.verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_proved_by_both_keys_and_by_no_other() {
        let key = || DeviceKey::generate().expect("a key");
        let (old, new, other) = (key(), key(), key());
        let rotation = old.rotate_to(&new, 9).expect("signed");
        assert_eq!((rotation.from(), rotation.to()), (old.id(), new.id()));
        assert!(rotation.is_signed(verify));
        let forged = other.rotate_to(&new, 9).expect("signed");
        let mixed = Rotation {
            by_old: forged.by_old,
            ..rotation
        };
        assert!(!mixed.is_signed(verify));
    }
}
