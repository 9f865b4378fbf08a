//! From text to numbers, exactly: no floating point on the way.

use std::time::Duration;

/// Why a text is no quantity, and what would be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnitError {
    /// Not a size.
    #[error("a size is given as 512KiB, 64KB, 1.5GiB or a number of bytes")]
    Size,
    /// Not a rate.
    #[error("a rate is given as 40MB/s, 10MiB/s or 200Mbit/s")]
    Rate,
    /// Not a duration.
    #[error("a duration is given as 500ms, 30s, 5m or 2h")]
    Duration,
    /// More than can be counted.
    #[error("the number is too large")]
    TooLarge,
}

const KILO: u64 = 1_000;
const KIBI: u64 = 1_024;

/// Bytes of each unit, in lower case.
const SIZES: [(&str, u64); 10] = [
    ("", 1),
    ("b", 1),
    ("kb", KILO),
    ("mb", KILO.pow(2)),
    ("gb", KILO.pow(3)),
    ("tb", KILO.pow(4)),
    ("kib", KIBI),
    ("mib", KIBI.pow(2)),
    ("gib", KIBI.pow(3)),
    ("tib", KIBI.pow(4)),
];

/// Bits of each unit, in lower case.
const BITS: [(&str, u64); 5] = [
    ("bit", 1),
    ("kbit", KILO),
    ("mbit", KILO.pow(2)),
    ("gbit", KILO.pow(3)),
    ("tbit", KILO.pow(4)),
];

/// Nanoseconds of each unit, in lower case.
const DURATIONS: [(&str, u64); 5] = [
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// A number of bytes: `512KiB`, `64KB`, `1.5 GiB`, `4096`. A fraction of a byte is dropped.
pub fn parse_size(text: &str) -> Result<u64, UnitError> {
    let (number, unit) = Decimal::with_unit(text).ok_or(UnitError::Size)?;
    number.times(factor(&SIZES, &unit).ok_or(UnitError::Size)?, 1)
}

/// Bytes per second: `40MB/s`, `10 MiB/s`, `200Mbit/s`. A fraction of a byte is dropped.
pub fn parse_rate(text: &str) -> Result<u64, UnitError> {
    let amount = text.trim().strip_suffix("/s").ok_or(UnitError::Rate)?;
    let (number, unit) = Decimal::with_unit(amount).ok_or(UnitError::Rate)?;
    if let Some(bits) = factor(&BITS, &unit) {
        return number.times(bits, 8);
    }
    let bytes = factor(&SIZES, &unit).filter(|_| !unit.is_empty());
    number.times(bytes.ok_or(UnitError::Rate)?, 1)
}

/// A time: `500ms`, `30s`, `5m`, `1.5h`. A fraction of a nanosecond is dropped.
pub fn parse_duration(text: &str) -> Result<Duration, UnitError> {
    let (number, unit) = Decimal::with_unit(text).ok_or(UnitError::Duration)?;
    let nanos = factor(&DURATIONS, &unit).ok_or(UnitError::Duration)?;
    number.times(nanos, 1).map(Duration::from_nanos)
}

fn factor(units: &[(&str, u64)], unit: &str) -> Option<u64> {
    units
        .iter()
        .find(|(name, _)| *name == unit)
        .map(|(_, factor)| *factor)
}

/// `digits` x 10^-`places`.
struct Decimal {
    digits: u128,
    places: u32,
}

/// More digits than these after the point say nothing about a byte or a nanosecond.
const MAX_DIGITS: usize = 18;

impl Decimal {
    /// The number at the start of `text` and the unit after it, in lower case.
    fn with_unit(text: &str) -> Option<(Self, String)> {
        let text = text.trim();
        let end = text
            .find(|character: char| !character.is_ascii_digit() && character != '.')
            .unwrap_or(text.len());
        let (number, unit) = text.split_at(end);
        let (whole, fraction) = match number.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (number, ""),
        };
        if whole.is_empty() || fraction.len() > MAX_DIGITS || fraction.contains('.') {
            return None;
        }
        // 20 digits hold every u64; zeros before them are no number that people write.
        if whole.len() > 20 {
            return None;
        }
        let digits = format!("{whole}{fraction}").parse().ok()?;
        let places = fraction.len() as u32;
        Some((
            Self { digits, places },
            unit.trim_start().to_ascii_lowercase(),
        ))
    }

    /// This number x `factor` / `divisor`, without what is behind the point.
    fn times(self, factor: u64, divisor: u64) -> Result<u64, UnitError> {
        self.digits
            .checked_mul(factor.into())
            .map(|product| product / 10u128.pow(self.places) / u128::from(divisor))
            .and_then(|result| u64::try_from(result).ok())
            .ok_or(UnitError::TooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_read_exactly() {
        for (text, bytes) in [
            ("0", 0),
            ("4096", 4_096),
            ("12 B", 12),
            ("512KiB", 524_288),
            ("64KB", 64_000),
            ("64kB", 64_000),
            ("1MB", 1_000_000),
            ("1.5GiB", 1_610_612_736),
            (" 0.1 TB ", 100_000_000_000),
            ("1.9999B", 1),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text:?}");
        }
    }

    #[test]
    fn rates_are_bytes_per_second() {
        for (text, bytes) in [
            ("40MB/s", 40_000_000),
            ("10 MiB/s", 10_485_760),
            ("200Mbit/s", 25_000_000),
            ("1.5 Gbit/s", 187_500_000),
            ("9bit/s", 1),
            ("500B/s", 500),
        ] {
            assert_eq!(parse_rate(text), Ok(bytes), "{text:?}");
        }
    }

    #[test]
    fn durations_are_read_exactly() {
        for (text, millis) in [
            ("500ms", 500),
            ("30s", 30_000),
            ("0.25 s", 250),
            ("5m", 300_000),
            ("5 min", 300_000),
            ("2h", 7_200_000),
            ("1.5h", 5_400_000),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(millis)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn what_is_no_quantity_is_told_what_would_be_one() {
        for text in [
            "", "KB", "-1", "+1", "1,5MB", "1.", ".5MB", "1.2.3", "1XB", "1e3", "1 K", "1KB/s",
        ] {
            assert_eq!(parse_size(text), Err(UnitError::Size), "{text:?}");
        }
        for text in [
            "",
            "40MB",
            "40/s",
            "40",
            "40Mb/s/s",
            "/s",
            "200Mibit/s",
            "40MB/h",
        ] {
            assert_eq!(parse_rate(text), Err(UnitError::Rate), "{text:?}");
        }
        for text in ["", "30", "s", "30d", "1:30", "-5s"] {
            assert_eq!(parse_duration(text), Err(UnitError::Duration), "{text:?}");
        }
        assert!(UnitError::Rate.to_string().contains("40MB/s"));
    }

    #[test]
    fn one_over_what_can_be_counted_is_refused() {
        assert_eq!(parse_size("18446744073709551616"), Err(UnitError::TooLarge));
        assert_eq!(parse_size("99999999TiB"), Err(UnitError::TooLarge));
        assert_eq!(parse_duration("9999999h"), Err(UnitError::TooLarge));
        let fraction = "1".repeat(MAX_DIGITS);
        assert_eq!(parse_size(&format!("1.{fraction}B")), Ok(1));
        assert_eq!(parse_size(&format!("1.{fraction}1B")), Err(UnitError::Size));
        // The longest digits and the largest unit still fit in between.
        let huge = format!("99999999999999999999.{fraction}TiB");
        assert_eq!(parse_size(&huge), Err(UnitError::TooLarge));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[0-9.]{0,24} ?[a-zA-Z/é]{0,6}") {
            // None of them panics.
            let _ = (parse_size(&text), parse_rate(&text), parse_duration(&text));
        }

        #[test]
        fn plain_numbers_are_bytes(bytes: u64) {
            prop_assert_eq!(parse_size(&bytes.to_string()), Ok(bytes));
            prop_assert_eq!(parse_rate(&format!("{bytes}B/s")), Ok(bytes));
        }
    }
}
