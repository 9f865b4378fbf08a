//! The name of a device: a hash of its public key, written so that a typing error is noticed.

use std::{fmt, str::FromStr};

use data_encoding::BASE32_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

const BYTES: usize = 20;
const GROUPS: usize = 4;
/// Letters of a group without its check character.
const GROUP: usize = 8;
/// RFC 4648, section 6.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const KEY_CONTEXT: &str = "chunkstream.pro 2026-11 device id v1";

/// Names a device for ever: the first 20 bytes of a BLAKE3 hash of its Ed25519 public key.
///
/// Written as four groups of eight base32 letters (RFC 4648), each followed by a check character
/// (Luhn mod 32), joined by `-`: 39 characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub [u8; BYTES]);

/// Why a text is no [`DeviceId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeviceIdError {
    /// Not 36 letters, `-` and spaces left out. Saturates at 37.
    #[error("a device id has 36 letters, not {letters}")]
    Length {
        /// How many were found.
        letters: usize,
    },
    /// A character that no device id has.
    #[error("a device id has the letters A to Z and the digits 2 to 7, not {character:?}")]
    Character {
        /// The character.
        character: char,
    },
    /// The check character does not fit its group: a typing error.
    #[error("group {group} of the device id has a typing error")]
    Check {
        /// Which group, from 1.
        group: usize,
    },
}

impl DeviceId {
    /// The id of the device that holds the private half of `key`.
    pub fn of_public_key(key: &[u8; 32]) -> Self {
        let hash = blake3::derive_key(KEY_CONTEXT, key);
        let mut id = [0; BYTES];
        id.copy_from_slice(&hash[..BYTES]);
        Self(id)
    }

    /// The first group with its check character: enough to tell devices apart in a list, not to trust one.
    pub fn short(&self) -> String {
        self.to_string()[..=GROUP].to_owned()
    }
}

/// The Luhn mod N check value of `values`, N = 32: every single wrong letter and most swaps of two
/// neighbours change it. Source: ISO/IEC 7812-1's algorithm, generalised to an even N.
fn check_value(values: &[u8]) -> u8 {
    let sum: u32 = values
        .iter()
        .rev()
        .enumerate()
        .map(|(position, value)| {
            let value = u32::from(*value) * if position % 2 == 0 { 2 } else { 1 };
            value / 32 + value % 32
        })
        .sum();
    ((32 - sum % 32) % 32) as u8
}

fn value_of(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'2'..=b'7' => Some(letter - b'2' + 26),
        _ => None,
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letters = BASE32_NOPAD.encode(&self.0);
        for (number, group) in letters.as_bytes().chunks(GROUP).enumerate() {
            if number > 0 {
                f.write_str("-")?;
            }
            let values: Vec<u8> = group
                .iter()
                .filter_map(|letter| value_of(*letter))
                .collect();
            let check = ALPHABET[usize::from(check_value(&values))];
            for letter in group.iter().chain([&check]) {
                write!(f, "{}", char::from(*letter))?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceId({})", self.short())
    }
}

impl FromStr for DeviceId {
    type Err = DeviceIdError;

    /// In upper or lower case; `-` and white space may stand anywhere or be left out.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut letters = [0; GROUPS * (GROUP + 1)];
        let mut values = letters;
        let mut found = 0;
        for character in text.chars() {
            if character == '-' || character.is_whitespace() {
                continue;
            }
            let letter = u8::try_from(character)
                .map_err(|_| DeviceIdError::Character { character })?
                .to_ascii_uppercase();
            let value = value_of(letter).ok_or(DeviceIdError::Character { character })?;
            if found == letters.len() {
                return Err(DeviceIdError::Length { letters: found + 1 });
            }
            letters[found] = letter;
            values[found] = value;
            found += 1;
        }
        if found < letters.len() {
            return Err(DeviceIdError::Length { letters: found });
        }
        let mut plain = Vec::with_capacity(GROUPS * GROUP);
        for (number, group) in values.chunks(GROUP + 1).enumerate() {
            if check_value(&group[..GROUP]) != group[GROUP] {
                return Err(DeviceIdError::Check { group: number + 1 });
            }
            let start = number * (GROUP + 1);
            plain.extend_from_slice(&letters[start..start + GROUP]);
        }
        // 32 letters of the alphabet are 20 bytes without a rest, so that this cannot fail.
        BASE32_NOPAD
            .decode(&plain)
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(DeviceIdError::Length { letters: found })
    }
}

// Text for people and JSON, 20 plain bytes on the wire.
impl Serialize for DeviceId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for DeviceId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(D::Error::custom)
        } else {
            <[u8; BYTES]>::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: DeviceId = DeviceId(*b"0123456789abcdefghij");

    #[test]
    fn an_id_is_four_groups_of_nine() {
        let text = EXAMPLE.to_string();
        let groups: Vec<&str> = text.split('-').collect();
        assert_eq!(groups.len(), 4, "{text}");
        assert!(groups.iter().all(|group| group.len() == 9), "{text}");
        assert_eq!(EXAMPLE.short(), groups[0]);
        let without_checks: String = groups.iter().map(|group| &group[..8]).collect();
        assert_eq!(without_checks, BASE32_NOPAD.encode(&EXAMPLE.0));
    }

    #[test]
    fn the_check_value_is_luhns() {
        // By hand: values 0 and 1 give 2 * 1 + 0 = 2, so 30; 31 alone gives 62 = 1 * 32 + 30, so 31, so 1.
        assert_eq!(check_value(&[0, 1]), 30);
        assert_eq!(check_value(&[31]), 1);
        assert_eq!(check_value(&[0; 8]), 0);
    }

    #[test]
    fn an_id_depends_on_the_key_alone() {
        let id = DeviceId::of_public_key(&[7; 32]);
        assert_eq!(id, DeviceId::of_public_key(&[7; 32]));
        assert_ne!(id, DeviceId::of_public_key(&[8; 32]));
        assert_eq!(id.0, blake3::derive_key(KEY_CONTEXT, &[7; 32])[..20]);
    }

    #[test]
    fn case_dashes_and_spaces_do_not_matter() {
        let text = EXAMPLE.to_string();
        assert_eq!(text.to_lowercase().parse(), Ok(EXAMPLE));
        assert_eq!(text.replace('-', "").parse(), Ok(EXAMPLE));
        assert_eq!(format!(" {} ", text.replace('-', " ")).parse(), Ok(EXAMPLE));
    }

    #[test]
    fn a_typing_error_is_told_from_nonsense() {
        let text = EXAMPLE.to_string();
        let mut typo: Vec<char> = text.chars().collect();
        typo[12] = if typo[12] == 'A' { 'B' } else { 'A' };
        let typo: String = typo.into_iter().collect();
        assert_eq!(
            typo.parse::<DeviceId>(),
            Err(DeviceIdError::Check { group: 2 })
        );
        assert_eq!(
            "Anna's laptop".parse::<DeviceId>(),
            Err(DeviceIdError::Character { character: '\'' })
        );
        assert_eq!(
            text[1..].parse::<DeviceId>(),
            Err(DeviceIdError::Length { letters: 35 })
        );
        assert_eq!(
            format!("{text}A").parse::<DeviceId>(),
            Err(DeviceIdError::Length { letters: 37 })
        );
        assert_eq!(
            "É".parse::<DeviceId>(),
            Err(DeviceIdError::Character { character: 'É' })
        );
    }

    #[test]
    fn an_id_is_20_bytes_on_the_wire() {
        let wire = postcard::to_stdvec(&EXAMPLE).expect("plain bytes");
        assert_eq!(wire, EXAMPLE.0);
        assert_eq!(postcard::from_bytes(&wire), Ok(EXAMPLE));
    }

    proptest! {
        #[test]
        fn every_id_survives_its_text(bytes: [u8; 20]) {
            let id = DeviceId(bytes);
            prop_assert_eq!(id.to_string().parse(), Ok(id));
        }

        #[test]
        fn every_single_wrong_letter_is_found_in_its_group(bytes: [u8; 20], place in 0usize..36, by in 1u8..32) {
            let mut letters = DeviceId(bytes).to_string().replace('-', "").into_bytes();
            let value = value_of(letters[place]).expect("a letter of the alphabet");
            letters[place] = ALPHABET[usize::from((value + by) % 32)];
            let typo = String::from_utf8(letters).expect("letters");
            prop_assert_eq!(typo.parse::<DeviceId>(), Err(DeviceIdError::Check { group: place / 9 + 1 }));
        }
    }
}
