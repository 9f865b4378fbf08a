//! What a device says of itself in the local network: the TXT record of its DNS-SD service (RFC 6763, section 6).

use data_encoding::BASE32_NOPAD;

use super::Veil;
use crate::{device::DeviceId, wire::MAX_NAME};

/// The version of this record.
pub const PROTOCOL: &str = "1";
/// Entries of a record that is read; the rest is not looked at.
pub const MAX_TXT_ENTRIES: usize = 16;
/// Bytes of a record that is read, keys and values together; a longer one is of no use.
pub const MAX_TXT_BYTES: usize = 512;

/// The keys.
mod key {
    pub(super) const VERSION: &str = "v";
    pub(super) const DEVICE: &str = "id";
    pub(super) const NAME: &str = "n";
    pub(super) const VEIL: &str = "h";
    pub(super) const PAIRING: &str = "p";
}

/// A TXT record: keys and values, in its order.
pub type Txt = Vec<(String, Vec<u8>)>;

/// What a device says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// Who it is.
    pub who: Who,
    /// Whether it shows a code or words: whoever has the code may pair.
    pub open: bool,
}

/// How much of itself a device tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// Everybody may know.
    Named {
        /// Its id.
        device: DeviceId,
        /// What it calls itself; empty if it says nothing that can be shown.
        name: String,
    },
    /// Those who know its id may know.
    Veiled(Veil),
}

/// Why a record is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// It is too long.
    #[error("the record is over {MAX_TXT_BYTES} bytes")]
    Long,
    /// It is of another version, or of something else.
    #[error("the record is of an unknown version")]
    Version,
    /// It does not say whose it is.
    #[error("the record names no device")]
    Nobody,
}

impl Announcement {
    /// As a record.
    pub fn to_txt(&self) -> Txt {
        let entry = |key: &str, value: &str| (key.to_owned(), value.as_bytes().to_vec());
        let mut txt = vec![entry(key::VERSION, PROTOCOL)];
        match &self.who {
            Who::Named { device, name } => {
                txt.push(entry(key::DEVICE, &BASE32_NOPAD.encode(&device.0)));
                txt.push(entry(key::NAME, name));
            }
            Who::Veiled(veil) => {
                txt.push(entry(key::VEIL, &BASE32_NOPAD.encode(&veil.to_bytes())));
            }
        }
        if self.open {
            txt.push(entry(key::PAIRING, "1"));
        }
        txt
    }

    /// Reads a record. What it does not know is not looked at, of what comes twice the first counts (RFC 6763,
    /// section 6.4), and a name that cannot be shown is none.
    pub fn from_txt(txt: &[(String, Vec<u8>)]) -> Result<Self, Unusable> {
        let bytes = |(key, value): &(String, Vec<u8>)| key.len() + value.len();
        if txt.iter().map(bytes).sum::<usize>() > MAX_TXT_BYTES {
            return Err(Unusable::Long);
        }
        let value = |wanted: &str| {
            let mut entries = txt.iter().take(MAX_TXT_ENTRIES);
            let found = entries.find(|(key, _)| key.eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.as_slice())
        };
        if value(key::VERSION) != Some(PROTOCOL.as_bytes()) {
            return Err(Unusable::Version);
        }
        let named = value(key::DEVICE).and_then(base32).map(DeviceId);
        let who = match (named, value(key::VEIL)) {
            (Some(device), _) => Who::Named {
                device,
                name: value(key::NAME).and_then(presentable).unwrap_or_default(),
            },
            (None, Some(veil)) => {
                Who::Veiled(Veil::from_bytes(base32(veil).ok_or(Unusable::Nobody)?))
            }
            (None, None) => return Err(Unusable::Nobody),
        };
        Ok(Self {
            who,
            open: value(key::PAIRING) == Some(b"1"),
        })
    }
}

fn base32<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    // Decoding makes something of any length.
    if text.len() > N * 2 {
        return None;
    }
    BASE32_NOPAD.decode(text).ok()?.try_into().ok()
}

/// A name that can be shown in a list beside others.
fn presentable(name: &[u8]) -> Option<String> {
    let name = std::str::from_utf8(name).ok()?.trim();
    // What turns the direction of writing could turn what stands behind the name as well.
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}');
    let bad = name.len() > MAX_NAME || name.chars().any(|c| c.is_control() || turns(c));
    (!bad).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(key: &str, value: &[u8]) -> (String, Vec<u8>) {
        (key.to_owned(), value.to_vec())
    }

    fn named(name: &[u8]) -> Txt {
        vec![
            entry("v", b"1"),
            entry("id", BASE32_NOPAD.encode(&[5; 20]).as_bytes()),
            entry("n", name),
        ]
    }

    fn name_of(txt: &Txt) -> Option<String> {
        match Announcement::from_txt(txt).ok()?.who {
            Who::Named { name, .. } => Some(name),
            Who::Veiled(_) => None,
        }
    }

    #[test]
    fn what_is_said_is_what_is_heard() {
        let veil = Veil::new(DeviceId([1; 20]), [2; 16]);
        let whos = [
            Who::Veiled(veil),
            Who::Named {
                device: DeviceId([3; 20]),
                name: "Mutters Läptop 書斎".into(),
            },
        ];
        for (who, open) in whos.into_iter().zip([true, false]) {
            let said = Announcement { who, open };
            assert_eq!(Announcement::from_txt(&said.to_txt()), Ok(said));
        }
    }

    #[test]
    fn a_veiled_record_has_neither_name_nor_id_in_it() {
        let device = DeviceId([1; 20]);
        let said = Announcement {
            who: Who::Veiled(Veil::new(device, [2; 16])),
            open: false,
        };
        let keys: Vec<String> = said.to_txt().into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["v", "h"]);
        let text = format!("{:?}", said.to_txt());
        assert!(!text.contains(&BASE32_NOPAD.encode(&device.0)));
    }

    #[test]
    fn a_longest_name_fits_into_one_string_of_the_record() {
        let said = Announcement {
            who: Who::Named {
                device: DeviceId([3; 20]),
                name: "n".repeat(MAX_NAME),
            },
            open: true,
        };
        for (key, value) in said.to_txt() {
            assert!(key.len() + 1 + value.len() <= 255, "{key}");
        }
    }

    #[test]
    fn hostile_names_are_no_names_and_the_device_is_still_found() {
        for (name, shown) in [
            (&b"desk"[..], "desk"),
            (b"  desk ", "desk"),
            (b"", ""),
            (&[b'x'; MAX_NAME], &"x".repeat(MAX_NAME)),
            (&[b'x'; MAX_NAME + 1], ""),
            (b"\xff\xfe", ""),
            (b"a\x1b[31mb", ""),
            (b"a\nb", ""),
            (b"a\0b", ""),
            ("a\u{202e}gpj.exe".as_bytes(), ""),
            ("\u{2066}a".as_bytes(), ""),
        ] {
            assert_eq!(name_of(&named(name)).as_deref(), Some(shown), "{name:?}");
        }
    }

    #[test]
    fn records_of_no_use_are_refused() {
        let id = entry("id", BASE32_NOPAD.encode(&[5; 20]).as_bytes());
        let short = entry("id", BASE32_NOPAD.encode(&[5; 19]).as_bytes());
        let long = entry("h", BASE32_NOPAD.encode(&[5; 33]).as_bytes());
        let huge = entry("id", &[b'A'; 250]);
        let version = || entry("v", b"1");
        for (txt, error) in [
            (vec![], Unusable::Version),
            (vec![id.clone()], Unusable::Version),
            (vec![entry("v", b"2"), id.clone()], Unusable::Version),
            (vec![entry("v", b""), id.clone()], Unusable::Version),
            (vec![version()], Unusable::Nobody),
            (vec![version(), entry("id", b"")], Unusable::Nobody),
            (
                vec![version(), entry("id", b"not base32!")],
                Unusable::Nobody,
            ),
            (vec![version(), short], Unusable::Nobody),
            (vec![version(), long], Unusable::Nobody),
            (vec![version(), huge], Unusable::Nobody),
        ] {
            assert_eq!(Announcement::from_txt(&txt), Err(error), "{txt:?}");
        }
    }

    #[test]
    fn a_record_of_one_byte_too_many_is_refused() {
        let mut txt = named(b"desk");
        let have: usize = txt.iter().map(|(key, value)| key.len() + value.len()).sum();
        txt.push(entry("x", &vec![0; MAX_TXT_BYTES - have - 1]));
        assert!(Announcement::from_txt(&txt).is_ok());
        txt.last_mut().expect("entries").1.push(0);
        assert_eq!(Announcement::from_txt(&txt), Err(Unusable::Long));
    }

    #[test]
    fn entries_behind_the_last_that_is_read_say_nothing() {
        let mut txt: Txt = vec![entry("x", b""); MAX_TXT_ENTRIES - 3];
        txt.extend(named(b"desk"));
        assert_eq!(name_of(&txt).as_deref(), Some("desk"));
        txt.insert(0, entry("x", b""));
        assert_eq!(name_of(&txt).as_deref(), Some(""));
    }

    #[test]
    fn the_first_of_two_counts_and_keys_have_no_case() {
        let mut txt = named(b"first");
        txt.push(entry("n", b"second"));
        assert_eq!(name_of(&txt).as_deref(), Some("first"));
        for (key, _) in &mut txt {
            *key = key.to_uppercase();
        }
        assert_eq!(name_of(&txt).as_deref(), Some("first"));
    }

    proptest! {
        #[test]
        fn any_record_is_read_or_refused(
            txt in prop::collection::vec(
                ("[vidhnpVx]{0,3}", prop::collection::vec(any::<u8>(), 0..80)), 0..20),
        ) {
            if let Ok(read) = Announcement::from_txt(&txt) {
                prop_assert_eq!(Announcement::from_txt(&read.to_txt()), Ok(read));
            }
        }
    }
}
