//! The middle of a few measurements: one that was disturbed does not move it.

/// The median; the mean of the middle two if there is an even number, None if there are none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(values[values.len() / 2 - 1], upper))
}

/// The value below or at which `share` of all are; None if there are none.
#[cfg(target_os = "linux")]
pub(crate) fn quantile(values: impl IntoIterator<Item = f64>, share: f64) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let rank = (values.len() as f64 * share).ceil().max(1.0) as usize;
    values.get(rank - 1).copied()
}

/// The least and the greatest.
pub(crate) fn range(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().fold(None, |range, value| {
        let (least, greatest) = range.unwrap_or((value, value));
        Some((f64::min(least, value), f64::max(greatest, value)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_whatever_the_order() {
        assert_eq!(median([3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median([9.0]), Some(9.0));
        assert_eq!(median([]), None);
    }

    #[test]
    fn the_median_of_an_even_number_is_between_the_middle_two() {
        assert_eq!(median([4.0, 1.0, 3.0, 100.0]), Some(3.5));
    }

    #[test]
    fn one_disturbed_run_does_not_move_the_median() {
        assert_eq!(median([1.0, 1.1, 60.0]), Some(1.1));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn nine_of_ten_are_at_or_below_the_ninetieth_percentile() {
        let values = (1..=10).rev().map(f64::from);
        assert_eq!(quantile(values.clone(), 0.9), Some(9.0));
        assert_eq!(quantile(values.clone(), 1.0), Some(10.0));
        assert_eq!(quantile(values, 0.0), Some(1.0));
        assert_eq!(quantile([], 0.5), None);
    }

    #[test]
    fn the_range_is_the_least_and_the_greatest() {
        assert_eq!(range([2.0, 3.0, 1.0]), Some((1.0, 3.0)));
        assert_eq!(range([]), None);
    }
}
