//! From numbers to text: one decimal place, decimal units.

use std::time::Duration;

const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// `18.2 GB`, `640.0 kB`, `12 B`: rounded to one place, in powers of 1000.
pub fn format_bytes(bytes: u64) -> String {
    if bytes < 1_000 {
        return format!("{bytes} B");
    }
    // In tenths of the unit, so that what rounds up to 1000.0 becomes 1.0 of the next unit.
    let mut unit = 0;
    let mut size = 1_000u128;
    let tenths = |size: u128| (u128::from(bytes) * 10 + size / 2) / size;
    while tenths(size) >= 10_000 && unit + 1 < UNITS.len() {
        size *= 1_000;
        unit += 1;
    }
    let tenths = tenths(size);
    format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
}

/// `18.2 MB/s`.
pub fn format_rate(bytes_per_second: u64) -> String {
    format!("{}/s", format_bytes(bytes_per_second))
}

/// The two largest units: `250 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`, `4 d 1 h`. What is smaller is
/// dropped.
pub fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let two = |large: u64, large_name: &str, small: u64, small_name: &str| {
        let (first, rest) = (seconds / large, seconds % large / small);
        if rest == 0 {
            format!("{first} {large_name}")
        } else {
            format!("{first} {large_name} {rest} {small_name}")
        }
    };
    match seconds {
        0 => format!("{} ms", duration.subsec_millis()),
        1..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => two(MINUTE, "min", 1, "s"),
        HOUR..DAY => two(HOUR, "h", MINUTE, "min"),
        DAY.. => two(DAY, "d", HOUR, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_are_shown_with_one_place() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1_000, "1.0 kB"),
            (1_049, "1.0 kB"),
            (1_050, "1.1 kB"),
            (999_949, "999.9 kB"),
            (999_950, "1.0 MB"),
            (18_200_000_000, "18.2 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(format_bytes(bytes), text);
        }
        assert_eq!(format_rate(25_000_000), "25.0 MB/s");
    }

    #[test]
    fn durations_are_shown_in_their_two_largest_units() {
        for (millis, text) in [
            (0, "0 ms"),
            (250, "250 ms"),
            (1_999, "1 s"),
            (59_999, "59 s"),
            (60_000, "1 min"),
            (200_000, "3 min 20 s"),
            (3_600_000, "1 h"),
            (7_530_000, "2 h 5 min"),
            (86_400_000, "1 d"),
            (4 * 86_400_000 + 3_700_000, "4 d 1 h"),
        ] {
            assert_eq!(format_duration(Duration::from_millis(millis)), text);
        }
        assert!(format_duration(Duration::MAX).contains(" d "));
    }

    proptest! {
        #[test]
        fn what_is_shown_is_within_half_a_tenth_of_its_unit(bytes: u64) {
            let text = format_bytes(bytes);
            if let Ok(shown) = crate::units::parse_size(&text) {
                let unit = bytes.max(1_000);
                prop_assert!(shown.abs_diff(bytes) <= unit / 20 + 1, "{} for {}", text, bytes);
            } else {
                prop_assert!(text.ends_with("PB") || text.ends_with("EB"), "{}", text);
            }
        }
    }
}
