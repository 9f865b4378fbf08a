//! A BLAKE3 value: of a chunk inside its file's tree, or of a whole file.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// 32 bytes of BLAKE3, written as 64 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum(pub [u8; 32]);

/// A text that is not 64 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a checksum has 64 hexadecimal digits")]
pub struct InvalidChecksum;

impl From<[u8; 32]> for Checksum {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl From<blake3::Hash> for Checksum {
    fn from(hash: blake3::Hash) -> Self {
        Self(hash.into())
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({})", &self.to_string()[..8])
    }
}

impl FromStr for Checksum {
    type Err = InvalidChecksum;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE
            .decode(text.as_bytes())
            .map_err(|_| InvalidChecksum)?;
        bytes.try_into().map(Self).map_err(|_| InvalidChecksum)
    }
}

// Text for people and JSON, 32 plain bytes on the wire.
impl Serialize for Checksum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Checksum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(D::Error::custom)
        } else {
            <[u8; 32]>::deserialize(deserializer).map(Self)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_survives_text_json_and_the_wire() {
        let checksum = Checksum::from(blake3::hash(b"abc"));
        assert_eq!(
            checksum.to_string(),
            "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85"
        );
        assert_eq!(checksum.to_string().to_uppercase().parse(), Ok(checksum));
        let json = serde_json::to_string(&checksum).expect("text");
        assert_eq!(json, format!("\"{checksum}\""));
        assert_eq!(
            serde_json::from_str::<Checksum>(&json).expect("read back"),
            checksum
        );
        let wire = postcard::to_stdvec(&checksum).expect("bytes");
        assert_eq!(wire, checksum.0);
        assert_eq!(postcard::from_bytes(&wire), Ok(checksum));
    }

    #[test]
    fn what_is_no_checksum_is_refused() {
        for text in ["", "00", &"0".repeat(65), &"g".repeat(64)] {
            assert_eq!(text.parse::<Checksum>(), Err(InvalidChecksum), "{text:?}");
        }
    }
}
