//! How many chunks share how much parity, and when there is any.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The most data shards of a stripe.
pub const MAX_DATA_SHARDS: u8 = 128;
/// The most parity shards of a stripe. Together with the data shards they stay within the 255 of GF(2^8).
pub const MAX_PARITY_SHARDS: u8 = 64;
/// The most bytes of parity of one stripe: it is held in memory whole.
pub const MAX_STRIPE_PARITY: u32 = 16 * 1024 * 1024;

/// The shape of a stripe: `data` chunks and `parity` shards, of which any `data` rebuild the stripe.
/// Written `10+3`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Geometry {
    data: u8,
    parity: u8,
}

/// Why a text or a pair of numbers is no [`Geometry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeometryError {
    /// Not 1 to [`MAX_DATA_SHARDS`].
    #[error("a stripe has 1 to {MAX_DATA_SHARDS} data shards, not {0}")]
    Data(u8),
    /// Not 1 to [`MAX_PARITY_SHARDS`].
    #[error("a stripe has 1 to {MAX_PARITY_SHARDS} parity shards, not {0}")]
    Parity(u8),
    /// Not of the form `10+3`.
    #[error("parity is given as DATA+PARITY, such as 10+3")]
    Form,
}

impl Geometry {
    /// 10 data and 3 parity shards.
    pub const DEFAULT: Self = Self {
        data: 10,
        parity: 3,
    };

    /// A geometry within the limits.
    pub fn new(data: u8, parity: u8) -> Result<Self, GeometryError> {
        if !(1..=MAX_DATA_SHARDS).contains(&data) {
            return Err(GeometryError::Data(data));
        }
        if !(1..=MAX_PARITY_SHARDS).contains(&parity) {
            return Err(GeometryError::Parity(parity));
        }
        Ok(Self { data, parity })
    }

    /// Data shards of a full stripe.
    pub const fn data(self) -> u8 {
        self.data
    }

    /// Parity shards of a stripe.
    pub const fn parity(self) -> u8 {
        self.parity
    }

    /// Bytes of all parity of one stripe of full chunks: what encoding and repair hold in memory.
    pub const fn parity_bytes(self, chunk_size: super::ChunkSize) -> u32 {
        self.parity as u32 * chunk_size.bytes()
    }
}

impl Default for Geometry {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl fmt::Display for Geometry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}", self.data, self.parity)
    }
}

impl FromStr for Geometry {
    type Err = GeometryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse()
                .ok()
                .filter(|_| digits)
                .ok_or(GeometryError::Form)
        };
        let (data, parity) = text.split_once('+').ok_or(GeometryError::Form)?;
        Self::new(number(data)?, number(parity)?)
    }
}

// Text for people and JSON, two bytes on the wire.
impl Serialize for Geometry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.data, self.parity).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Geometry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            text.parse().map_err(D::Error::custom)
        } else {
            let (data, parity) = <(u8, u8)>::deserialize(deserializer)?;
            Self::new(data, parity).map_err(D::Error::custom)
        }
    }
}

/// When a transfer has parity. Written `auto`, `off`, or as a geometry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ParityMode {
    /// Where it is measured to pay.
    #[default]
    Auto,
    /// Never.
    Off,
    /// For every stripe, of this geometry.
    Always(Geometry),
}

impl fmt::Display for ParityMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Off => f.write_str("off"),
            Self::Always(geometry) => geometry.fmt(f),
        }
    }
}

impl FromStr for ParityMode {
    type Err = GeometryError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "off" => Ok(Self::Off),
            geometry => geometry.parse().map(Self::Always),
        }
    }
}

impl Serialize for ParityMode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ParityMode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_over_each_limit_is_refused() {
        assert!(Geometry::new(MAX_DATA_SHARDS, MAX_PARITY_SHARDS).is_ok());
        assert!(Geometry::new(1, 1).is_ok());
        assert_eq!(Geometry::new(129, 3), Err(GeometryError::Data(129)));
        assert_eq!(Geometry::new(0, 3), Err(GeometryError::Data(0)));
        assert_eq!(Geometry::new(10, 65), Err(GeometryError::Parity(65)));
        assert_eq!(Geometry::new(10, 0), Err(GeometryError::Parity(0)));
    }

    #[test]
    fn every_mode_survives_its_text_and_the_wire() {
        let geometry = Geometry::new(50, 10).expect("within the limits");
        for (mode, text) in [
            (ParityMode::Auto, "auto"),
            (ParityMode::Off, "off"),
            (ParityMode::Always(Geometry::DEFAULT), "10+3"),
            (ParityMode::Always(geometry), "50+10"),
        ] {
            assert_eq!(mode.to_string(), text);
            assert_eq!(text.parse(), Ok(mode));
            let wire = postcard::to_stdvec(&mode).expect("a text");
            assert_eq!(postcard::from_bytes(&wire), Ok(mode));
        }
        let wire = postcard::to_stdvec(&geometry).expect("two bytes");
        assert_eq!(wire, [50, 10]);
        assert_eq!(postcard::from_bytes(&wire), Ok(geometry));
        assert!(postcard::from_bytes::<Geometry>(&[0, 3]).is_err());
    }

    #[test]
    fn what_is_no_mode_is_refused() {
        for text in [
            "", "on", "Auto", "10", "10+", "+3", "10+3+1", "10 + 3", "1+-1", "+10+3", "300+3",
        ] {
            assert_eq!(
                text.parse::<ParityMode>(),
                Err(GeometryError::Form),
                "{text:?}"
            );
        }
        assert_eq!("0+3".parse::<ParityMode>(), Err(GeometryError::Data(0)));
    }
}
