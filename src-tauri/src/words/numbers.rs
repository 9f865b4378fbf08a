//! Numbers as the windows write them (`ui/src/format/numbers.ts`, by the web view's `Intl`): the same grouping, the same
//! units, at most three digits that mean something.

use super::{SizeWords, fill};

/// 1204 → "1,204".
pub(super) fn whole(number: u64, words: &SizeWords) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() * 2);
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push_str(&words.group);
        }
        written.push(digit);
    }
    written
}

/// `1_234_000` → "1.23 MB"; None where bytes are counted one by one.
pub(super) fn size(bytes: u64, words: &SizeWords) -> Option<String> {
    if bytes < 1000 {
        return None;
    }
    let units = &words.units;
    let units = [
        &units.kilobyte,
        &units.megabyte,
        &units.gigabyte,
        &units.terabyte,
        &units.petabyte,
    ];
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    // 999.5 kB would be written as 1,000 kB: it is the next unit's already.
    while value >= 999.5 && unit + 1 < units.len() {
        value /= 1000.0;
        unit += 1;
    }
    Some(fill(
        units[unit],
        &[("number", &three_digits(value, words))],
    ))
}

/// From 1 on: 41.5, 1.2, 999, 18,400.
fn three_digits(value: f64, words: &SizeWords) -> String {
    if value >= 999.5 {
        let digits = (value.log10().floor() as u32).saturating_sub(2);
        let step = 10_f64.powi(digits.cast_signed());
        return whole(((value / step).round() * step) as u64, words);
    }
    let places = match value {
        value if value < 9.995 => 2,
        value if value < 99.95 => 1,
        _ => 0,
    };
    let written = format!("{value:.places$}");
    let written = match places {
        0 => &written,
        _ => written.trim_end_matches('0').trim_end_matches('.'),
    };
    written.replace('.', &words.decimal)
}

#[cfg(test)]
mod tests {
    use crate::{language::Language, words::words};

    /// What `Intl` says in the windows.
    #[test]
    fn sizes_and_numbers_are_written_as_in_the_windows() {
        let cases = [
            (0, ["0 bytes", "0 Byte", "0 バイト"]),
            (1, ["1 byte", "1 Byte", "1 バイト"]),
            (999, ["999 bytes", "999 Byte", "999 バイト"]),
            (1000, ["1 kB", "1 kB", "1 KB"]),
            (1234, ["1.23 kB", "1,23 kB", "1.23 KB"]),
            (9_996, ["10 kB", "10 kB", "10 KB"]),
            (12_040, ["12 kB", "12 kB", "12 KB"]),
            (999_499, ["999 kB", "999 kB", "999 KB"]),
            (999_500, ["1 MB", "1 MB", "1 MB"]),
            (41_500_000_000, ["41.5 GB", "41,5 GB", "41.5 GB"]),
            (u64::MAX, ["18,400 PB", "18.400 PB", "18,400 PB"]),
        ];
        for (bytes, texts) in cases {
            let says = Language::ALL.map(|language| words(language).bytes(bytes));
            assert_eq!(says, texts);
        }
        let counted = |language, number| {
            let words = words(language);
            super::whole(number, &words.size)
        };
        assert_eq!(counted(Language::En, 1_204), "1,204");
        assert_eq!(counted(Language::De, 1_204_000), "1.204.000");
        assert_eq!(counted(Language::Ja, 999), "999");
    }
}
