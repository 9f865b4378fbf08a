//! Tables for people: columns as wide as they must be, figures to the right.

use crate::measure::Summary;

const HEAD: [[&str; 10]; 2] = [
    [
        "", "seconds", "", "", "of", "CPU s/GB", "", "peak MiB", "", "",
    ],
    [
        "",
        "median",
        "least-most",
        "MB/s",
        "quinn",
        "send",
        "receive",
        "send",
        "receive",
        "load",
    ],
];

/// The table of one case.
pub(crate) fn of_case(summaries: &[Summary]) -> String {
    let mut rows: Vec<Vec<String>> = HEAD
        .iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect();
    for (row, last) in rows.iter_mut().zip(["", "equal"]) {
        row.push(last.to_owned());
    }
    rows.extend(summaries.iter().map(row));
    lines(&rows)
}

fn row(summary: &Summary) -> Vec<String> {
    let (least, most) = summary.seconds_range;
    vec![
        summary.contender.name().to_owned(),
        format!("{:.2}", summary.seconds),
        format!("{least:.2}-{most:.2}"),
        format!("{:.0}", summary.megabytes_per_second),
        known(summary.of_reference, |ratio| format!("{ratio:.2}")),
        known(summary.sender_cpu_per_gigabyte, |cpu| format!("{cpu:.2}")),
        known(summary.receiver_cpu_per_gigabyte, |cpu| format!("{cpu:.2}")),
        known(summary.sender_peak_bytes, mebibytes),
        known(summary.receiver_peak_bytes, mebibytes),
        known(summary.load, |load| format!("{load:.1}")),
        if summary.equal { "yes" } else { "NO" }.to_owned(),
    ]
}

fn known<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "-".to_owned(), text)
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.0}", bytes as f64 / f64::from(1 << 20))
}

/// The first column to the left, the others to the right, two spaces between.
fn lines(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (number, (cell, &width)) in row.iter().zip(&widths).enumerate() {
            if number == 0 {
                line = format!("{cell:<width$}");
            } else {
                line = format!("{line}  {cell:>width$}");
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::{
        summaries,
        tests::{both, run},
    };

    #[test]
    fn a_case_is_a_row_for_each_contender() {
        let all = both(
            vec![run(2.0, 4.0, 12 << 20)],
            vec![run(2.5, 5.0, 100 << 20)],
        );
        let table = of_case(&summaries(&all, 1_000_000_000));
        let expected = "\
             seconds                     of  CPU s/GB           peak MiB
              median  least-most  MB/s  quinn      send  receive      send  receive  load  equal
quinn           2.00   2.00-2.00   500   1.00      4.00     4.00        12       12   1.5    yes
chunkstream     2.50   2.50-2.50   400   0.80      5.00     5.00       100      100   1.5    yes
";
        let squeezed = |text: &str| {
            text.lines()
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect::<Vec<_>>()
        };
        assert_eq!(squeezed(&table), squeezed(expected));
        let widths: Vec<usize> = table.lines().skip(1).map(str::len).collect();
        assert!(widths.windows(2).all(|pair| pair[0] == pair[1]), "{table}");
    }

    #[test]
    fn what_is_not_known_is_a_dash_and_what_is_not_equal_is_loud() {
        let mut lone = run(1.0, 1.0, 1);
        lone.receiver = None;
        lone.load = None;
        lone.equal = false;
        let table = of_case(&summaries(&both(vec![], vec![lone]), 1_000_000));
        let last: Vec<&str> = table
            .lines()
            .last()
            .expect("a row")
            .split_whitespace()
            .collect();
        assert_eq!(last[4], "-", "no reference");
        assert_eq!(last[6], "-", "no receiver");
        assert_eq!(last[9..], ["-", "NO"]);
    }
}
