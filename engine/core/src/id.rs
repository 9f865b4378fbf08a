//! Names that cannot be wrong once made: transfers, files of a transfer.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// Names one transfer on both devices: 16 random bytes chosen by the sender, written as 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransferId(pub [u8; 16]);

/// A text that is not 32 hex digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a transfer id has 32 hexadecimal digits")]
pub struct InvalidTransferId;

impl TransferId {
    /// The first eight digits: enough to tell transfers apart in a list.
    pub fn short(&self) -> String {
        self.to_string()[..8].to_owned()
    }
}

impl fmt::Display for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for TransferId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TransferId({})", self.short())
    }
}

impl FromStr for TransferId {
    type Err = InvalidTransferId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = data_encoding::HEXLOWER_PERMISSIVE
            .decode(text.as_bytes())
            .map_err(|_| InvalidTransferId)?;
        bytes.try_into().map(Self).map_err(|_| InvalidTransferId)
    }
}

// Text for people and JSON, 16 plain bytes on the wire.
impl Serialize for TransferId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for TransferId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?
                .parse()
                .map_err(D::Error::custom)
        } else {
            <[u8; 16]>::deserialize(deserializer).map(Self)
        }
    }
}

/// The position of an entry in its transfer's manifest, from 0. Folders and links have one too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FileId(pub u32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_id_survives_text_and_json() {
        let id = TransferId(*b"0123456789abcdef");
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.to_string().len(), 32);
        let wire = postcard::to_stdvec(&id).expect("plain bytes");
        assert_eq!(wire.len(), 16);
        assert_eq!(postcard::from_bytes(&wire), Ok(id));
    }

    #[test]
    fn what_is_no_transfer_id_is_refused() {
        for text in [
            "",
            "00",
            "zz23456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef00",
        ] {
            assert_eq!(
                text.parse::<TransferId>(),
                Err(InvalidTransferId),
                "{text:?}"
            );
        }
    }
}
