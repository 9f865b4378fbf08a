//! Days and times of day in UTC, as RFC 3339 writes them.

/// `2026-11-23`: the day in UTC, of milliseconds since 1970.
pub fn format_date(unix_ms: u64) -> String {
    let (year, month, day) = civil(unix_ms / 86_400_000);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `2026-11-23T05:15:08.250Z`, of milliseconds since 1970.
pub fn format_utc(unix_ms: u64) -> String {
    let (ms, seconds) = (unix_ms % 1_000, unix_ms / 1_000 % 86_400);
    let (hour, minute, second) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let date = format_date(unix_ms);
    format!("{date}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z")
}

/// Year, month and day of a number of days since 1970, in the Gregorian calendar.
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
fn civil(days: u64) -> (u64, u64, u64) {
    // Years begin in March, so that a leap day is the last of its year; eras have 400 of them.
    let days = days + 719_468;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (951_868_800, "2000-03-01T00:00:00.000Z"),
            (1_709_164_800, "2024-02-29T00:00:00.000Z"),
            (1_790_000_000, "2026-09-21T14:13:20.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(format_utc(seconds * 1_000), text);
        }
        assert_eq!(format_date(1_790_000_000_999), "2026-09-21");
        // Nothing overflows.
        assert!(format_utc(u64::MAX).ends_with('Z'));
    }
}
