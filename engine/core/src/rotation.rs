//! A device's change of its key: what proves it, and what a peer that knew the device by its old key makes of it.
//!
//! A [`Rotation`] is signed by both keys: by the old one, because only the device itself may send its peers to another key;
//! by the new one, because nobody may be pointed at a key that is another's. It is worth something only on a connection
//! that is proved to be the last new key's ([`judge`]): said again by somebody else it is nothing.
//!
//! Who holds a copy of the old key can sign another change. The first that a peer has followed is the one that counts; a
//! different one is a conflict, which a person must look at. A thief that is first wins until the owner comes: then the
//! owner's change is the conflict, and the device is trusted no further.
//!
//! Non-goals: when to rotate, signatures themselves (the engine brings them), revocation without the old key.

use serde::{Deserialize, Serialize};

use crate::device::DeviceId;

/// The most changes of one device that are kept and shown; a peer that has missed more knows it no longer.
pub const MAX_ROTATIONS: usize = 8;

/// What is signed begins with this, so that no other signature of these keys can be taken for one.
const CONTEXT: &[u8] = b"chunkstream.pro 2026-11 device key rotation v1\0";

/// A signature of Ed25519 (RFC 8032): R and S.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Signature(pub [[u8; 32]; 2]);

impl Signature {
    /// Of its 64 bytes.
    pub fn new(bytes: &[u8; 64]) -> Self {
        let mut halves = [[0; 32]; 2];
        for (half, bytes) in halves.iter_mut().zip(bytes.chunks(32)) {
            half.copy_from_slice(bytes);
        }
        Self(halves)
    }

    /// Its 64 bytes.
    pub fn bytes(&self) -> [u8; 64] {
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&self.0[0]);
        bytes[32..].copy_from_slice(&self.0[1]);
        bytes
    }
}

/// One change: from now on the device that had the old key has the new one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rotation {
    /// The public key that was the device's.
    pub old: [u8; 32],
    /// The public key that is.
    pub new: [u8; 32],
    /// When, by the device's clock, milliseconds since 1970. Shown to people; decides nothing.
    pub at_ms: u64,
    /// Of [`Rotation::statement`], by the old key.
    pub by_old: Signature,
    /// Of the same, by the new key.
    pub by_new: Signature,
}

impl Rotation {
    /// What both keys sign.
    pub fn statement(old: &[u8; 32], new: &[u8; 32], at_ms: u64) -> Vec<u8> {
        [CONTEXT, old, new, &at_ms.to_le_bytes()].concat()
    }

    /// The device that was.
    pub fn from(&self) -> DeviceId {
        DeviceId::of_public_key(&self.old)
    }

    /// The device that is.
    pub fn to(&self) -> DeviceId {
        DeviceId::of_public_key(&self.new)
    }

    /// Whether both keys have signed it; `verify` takes a public key, the message and a signature.
    pub fn is_signed(&self, verify: impl Fn(&[u8; 32], &[u8], &[u8; 64]) -> bool) -> bool {
        let statement = Self::statement(&self.old, &self.new, self.at_ms);
        verify(&self.old, &statement, &self.by_old.bytes())
            && verify(&self.new, &statement, &self.by_new.bytes())
    }
}

/// Whether these follow on each other, oldest first, without a way back.
pub fn is_chain(rotations: &[Rotation]) -> bool {
    let mut keys: Vec<&[u8; 32]> = rotations.iter().map(|rotation| &rotation.old).collect();
    keys.extend(rotations.last().map(|rotation| &rotation.new));
    let joined = rotations.windows(2).all(|two| two[0].new == two[1].old);
    keys.sort_unstable();
    keys.dedup();
    joined && !rotations.is_empty() && keys.len() == rotations.len() + 1
}

/// Of the changes that have led to the key of today, those that are kept: a change that was begun and not finished, so that
/// its new key was never used, leads nowhere and is dropped.
pub fn leading_to(mut rotations: Vec<Rotation>, today: DeviceId) -> Vec<Rotation> {
    let mut kept = Vec::new();
    let mut end = today;
    while kept.len() < MAX_ROTATIONS
        && let Some(at) = rotations.iter().rposition(|rotation| rotation.to() == end)
    {
        let rotation = rotations.remove(at);
        end = rotation.from();
        kept.push(rotation);
    }
    kept.reverse();
    kept
}

/// What a peer has of a device id.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Recorded {
    /// Nothing.
    Nothing,
    /// Somebody has dealt with it here: it is in the list, or has a transfer.
    Known,
    /// It was followed to this one.
    Followed(DeviceId),
}

/// What a peer does when a device shows its changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The device was never known here, or is known by its new key already.
    Nothing,
    /// What is known of the first is from now on of the device that shows it; these steps are recorded.
    Follow {
        /// By which key it was known.
        from: DeviceId,
        /// All steps that are not recorded yet, oldest first.
        steps: Vec<(DeviceId, DeviceId)>,
    },
    /// The same old key has led elsewhere before: somebody has a copy of it.
    Conflict {
        /// The old key's device.
        from: DeviceId,
        /// Where it was followed to.
        followed: DeviceId,
    },
    /// The chain does not lead to the device that shows it, or a signature is wrong.
    Forged,
}

/// Judges what the device of a proved connection shows. Signatures are looked at only if it matters.
pub fn judge(
    chain: &[Rotation],
    shown_by: DeviceId,
    recorded: impl Fn(DeviceId) -> Recorded,
    verify: impl Fn(&[u8; 32], &[u8], &[u8; 64]) -> bool,
) -> Verdict {
    if !is_chain(chain) || chain.last().map(Rotation::to) != Some(shown_by) {
        return Verdict::Forged;
    }
    let (mut from, mut steps) = (None, Vec::new());
    // A key that was left behind has nothing to show, also not a way back to itself.
    let mut verdict = match recorded(shown_by) {
        Recorded::Followed(followed) => Some(Verdict::Conflict {
            from: shown_by,
            followed,
        }),
        _ => None,
    };
    for rotation in chain {
        match recorded(rotation.from()) {
            Recorded::Followed(to) if to == rotation.to() => {}
            Recorded::Followed(followed) => {
                let from = rotation.from();
                verdict = verdict.or(Some(Verdict::Conflict { from, followed }));
                break;
            }
            Recorded::Known => {
                // The newest key by which it is known: what is older has been left behind.
                from = Some(rotation.from());
                steps.push((rotation.from(), rotation.to()));
            }
            Recorded::Nothing if from.is_some() => steps.push((rotation.from(), rotation.to())),
            Recorded::Nothing => {}
        }
    }
    let verdict = match (verdict, from) {
        (Some(conflict), _) => conflict,
        (None, Some(from)) => Verdict::Follow { from, steps },
        (None, None) => return Verdict::Nothing,
    };
    if chain.iter().all(|rotation| rotation.is_signed(&verify)) {
        verdict
    } else {
        Verdict::Forged
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::wire::{LENGTH_BYTES, MAX_CONTROL, MAX_OPENING, Opening, WireError, decode, encode};

    /// Keys of a byte, signatures that a table can check: what is signed is the last byte of the key before the message's
    /// hash.
    fn sign(key: &[u8; 32], message: &[u8]) -> Signature {
        let hash = blake3::keyed_hash(key, message);
        Signature([*hash.as_bytes(), *key])
    }

    fn verify(key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
        sign(key, message).bytes() == *signature
    }

    fn rotation(old: u8, new: u8) -> Rotation {
        let (old, new) = ([old; 32], [new; 32]);
        let statement = Rotation::statement(&old, &new, 7);
        Rotation {
            old,
            new,
            at_ms: 7,
            by_old: sign(&old, &statement),
            by_new: sign(&new, &statement),
        }
    }

    fn id(key: u8) -> DeviceId {
        DeviceId::of_public_key(&[key; 32])
    }

    fn judged(chain: &[Rotation], shown_by: u8, recorded: &[(u8, Recorded)]) -> Verdict {
        let recorded: HashMap<DeviceId, Recorded> = recorded
            .iter()
            .map(|(key, what)| (id(*key), *what))
            .collect();
        let recorded = |device| recorded.get(&device).copied().unwrap_or(Recorded::Nothing);
        judge(chain, id(shown_by), recorded, verify)
    }

    #[test]
    fn a_peer_that_knows_the_old_key_follows_to_the_new_one() {
        let follow = Verdict::Follow {
            from: id(1),
            steps: vec![(id(1), id(2))],
        };
        let known = [(1, Recorded::Known)];
        assert_eq!(judged(&[rotation(1, 2)], 2, &known), follow);
    }

    #[test]
    fn a_peer_that_was_away_for_several_changes_follows_all_of_them() {
        let chain = [rotation(1, 2), rotation(2, 3), rotation(3, 4)];
        let follow = |from, steps: &[(u8, u8)]| Verdict::Follow {
            from: id(from),
            steps: steps
                .iter()
                .map(|(old, new)| (id(*old), id(*new)))
                .collect(),
        };
        let all = follow(1, &[(1, 2), (2, 3), (3, 4)]);
        assert_eq!(judged(&chain, 4, &[(1, Recorded::Known)]), all);
        // One that came after the first change, or has followed it.
        let rest = follow(2, &[(2, 3), (3, 4)]);
        assert_eq!(judged(&chain, 4, &[(2, Recorded::Known)]), rest);
        let followed = [(1, Recorded::Followed(id(2))), (2, Recorded::Known)];
        assert_eq!(judged(&chain, 4, &followed), rest);
    }

    #[test]
    fn of_two_keys_by_which_it_is_known_the_newer_one_counts_and_both_lead_to_it() {
        let chain = [rotation(1, 2), rotation(2, 3)];
        let known = [(1, Recorded::Known), (2, Recorded::Known)];
        let follow = Verdict::Follow {
            from: id(2),
            steps: vec![(id(1), id(2)), (id(2), id(3))],
        };
        assert_eq!(judged(&chain, 3, &known), follow);
        // What was followed before stays as it was.
        let known = [(1, Recorded::Known), (2, Recorded::Followed(id(3)))];
        let follow = Verdict::Follow {
            from: id(1),
            steps: vec![(id(1), id(2))],
        };
        assert_eq!(judged(&chain, 3, &known), follow);
    }

    #[test]
    fn a_key_that_was_left_behind_leads_nowhere_and_not_back() {
        let recorded = [(1, Recorded::Followed(id(2))), (2, Recorded::Known)];
        let conflict = Verdict::Conflict {
            from: id(1),
            followed: id(2),
        };
        assert_eq!(judged(&[rotation(2, 1)], 1, &recorded), conflict);
        let forged = Rotation {
            at_ms: 8,
            ..rotation(2, 1)
        };
        assert_eq!(judged(&[forged], 1, &recorded), Verdict::Forged);
    }

    #[test]
    fn a_stranger_stays_one_and_what_was_followed_is_followed_once() {
        let chain = [rotation(1, 2)];
        assert_eq!(judged(&chain, 2, &[]), Verdict::Nothing);
        let followed = [(1, Recorded::Followed(id(2))), (2, Recorded::Known)];
        assert_eq!(judged(&chain, 2, &followed), Verdict::Nothing);
    }

    #[test]
    fn a_second_change_of_the_same_key_is_a_conflict_whoever_is_first() {
        let followed = [(1, Recorded::Followed(id(2))), (2, Recorded::Known)];
        let conflict = Verdict::Conflict {
            from: id(1),
            followed: id(2),
        };
        assert_eq!(judged(&[rotation(1, 3)], 3, &followed), conflict);
        // Also if it goes on from there, or begins before.
        let longer = [rotation(9, 1), rotation(1, 3), rotation(3, 4)];
        assert_eq!(judged(&longer, 4, &followed), conflict);
    }

    #[test]
    fn what_another_device_says_again_is_nothing() {
        let known = [(1, Recorded::Known)];
        assert_eq!(judged(&[rotation(1, 2)], 5, &known), Verdict::Forged);
        // Nor does the old key itself get anything by it.
        assert_eq!(judged(&[rotation(1, 2)], 1, &known), Verdict::Forged);
    }

    #[test]
    fn a_signature_that_is_not_of_both_keys_is_forged_also_for_a_conflict() {
        let changes: [fn(&mut Rotation); 5] = [
            |r| r.by_old = r.by_new,
            |r| r.by_new = r.by_old,
            |r| r.at_ms += 1,
            |r| r.by_old.0[0][0] ^= 1,
            |r| r.by_new.0[1][31] ^= 1,
        ];
        for change in changes {
            let mut forged = rotation(1, 2);
            change(&mut forged);
            for recorded in [Recorded::Known, Recorded::Followed(id(3))] {
                let verdict = judged(&[forged], 2, &[(1, recorded)]);
                assert_eq!(verdict, Verdict::Forged);
            }
            // One wrong step makes the others worth nothing.
            let chain = [forged, rotation(2, 4)];
            assert_eq!(judged(&chain, 4, &[(2, Recorded::Known)]), Verdict::Forged);
        }
    }

    #[test]
    fn a_chain_has_no_gap_and_no_way_back() {
        assert!(is_chain(&[rotation(1, 2), rotation(2, 3)]));
        for broken in [
            vec![],
            vec![rotation(1, 1)],
            vec![rotation(1, 2), rotation(3, 4)],
            vec![rotation(1, 2), rotation(2, 1)],
            vec![rotation(1, 2), rotation(2, 3), rotation(3, 2)],
        ] {
            assert!(!is_chain(&broken), "{broken:?}");
        }
    }

    #[test]
    fn as_many_changes_as_are_kept_fit_an_opening_and_one_more_is_refused() {
        let said = |rotations: Vec<Rotation>| {
            let bytes = encode(&Opening::Rotated(rotations), MAX_CONTROL).expect("short");
            let body = &bytes[LENGTH_BYTES..];
            (body.len(), decode::<Opening>(body))
        };
        let chain = |len: usize| (1..=len as u8).map(|key| rotation(key, key + 1)).collect();
        let (len, heard) = said(chain(MAX_ROTATIONS));
        assert!(len <= MAX_OPENING);
        assert_eq!(heard, Ok(Opening::Rotated(chain(MAX_ROTATIONS))));
        for refused in [
            chain(MAX_ROTATIONS + 1),
            vec![],
            vec![rotation(1, 2), rotation(3, 4)],
        ] {
            let (_, heard) = said(refused);
            assert!(matches!(heard, Err(WireError::BadField(_))), "{heard:?}");
        }
    }

    #[test]
    fn of_a_device_only_what_led_to_its_key_is_kept_and_not_more_than_the_most() {
        let all = vec![rotation(1, 2), rotation(2, 9), rotation(2, 3)];
        let kept = leading_to(all.clone(), id(3));
        assert_eq!(kept, [rotation(1, 2), rotation(2, 3)]);
        assert_eq!(leading_to(all, id(5)), []);
        let many: Vec<Rotation> = (1..=MAX_ROTATIONS as u8 + 1)
            .map(|key| rotation(key, key + 1))
            .collect();
        let kept = leading_to(many.clone(), id(MAX_ROTATIONS as u8 + 2));
        assert_eq!(kept, many[1..]);
        assert!(is_chain(&kept));
    }
}
