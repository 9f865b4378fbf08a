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
    // 999.5 kB would be written as 1,000 kB: it is the next unit's already.
    let is_short = |size: u64| bytes < size / 2 * 1999;
    let mut size = 1000;
    let mut unit = 0;
    while unit + 1 < units.len() && !is_short(size) {
        size *= 1000;
        unit += 1;
    }
    Some(fill(
        units[unit],
        &[("number", &three_digits(bytes, size, words))],
    ))
}

/// `bytes / size`, which is at least 0.9995, with three digits that mean something, ties away from zero: 41.5, 1.2, 999,
/// 18,400.
fn three_digits(bytes: u64, size: u64, words: &SizeWords) -> String {
    // In thousandths of the unit nothing is lost that three digits could show.
    let (bytes, size) = (u128::from(bytes), u128::from(size));
    let step = |places: u32| size / 10_u128.pow(places);
    let rounded = |step: u128| (2 * bytes + step) / (2 * step);
    // The most places with which there are no more than three digits.
    let Some((places, digits)) = (0..=2)
        .rev()
        .map(|places| (places, rounded(step(places))))
        .find(|(_, digits)| *digits < 1000)
    else {
        let mut unit = 1;
        while rounded(size * unit) >= 1000 {
            unit *= 10;
        }
        return whole((rounded(size * unit) * unit) as u64, words);
    };
    let (whole_part, rest) = (digits / 10_u128.pow(places), digits % 10_u128.pow(places));
    let rest = format!("{rest:0width$}", width = places as usize);
    match rest.trim_end_matches('0') {
        "" => whole_part.to_string(),
        rest => format!("{whole_part}{}{rest}", words.decimal),
    }
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
            (1_125, ["1.13 kB", "1,13 kB", "1.13 KB"]),
            (9_994, ["9.99 kB", "9,99 kB", "9.99 KB"]),
            (9_995, ["10 kB", "10 kB", "10 KB"]),
            (12_250, ["12.3 kB", "12,3 kB", "12.3 KB"]),
            (99_949, ["99.9 kB", "99,9 kB", "99.9 KB"]),
            (99_950, ["100 kB", "100 kB", "100 KB"]),
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
