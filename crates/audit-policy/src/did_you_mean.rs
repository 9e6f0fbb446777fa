//! "Did you mean": the name that a mistyped one is probably meant to be.

/// Returns the name that `typed` is probably meant to be: the nearest one that differs in at most
/// a third of its letters. `None` if no name is that near; of several equally near ones the first.
///
/// # Examples
/// ```
/// use audit_policy::did_you_mean::nearest;
///
/// assert_eq!(nearest("minimum", ["minimal", "docs"]), Some("minimal"));
/// assert_eq!(nearest("strict", ["minimal", "docs"]), None);
/// ```
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    names
        .into_iter()
        .map(|name| (distance(typed, name), name))
        .filter(|(edits, name)| *edits <= name.chars().count().div_ceil(3))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, name)| name)
}

/// The number of letters to insert, remove or replace to turn `from` into `to` (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut diagonal = above;
        row[0] = above + 1;
        for (column, wanted) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *wanted);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_inserted_removed_and_replaced_letters() {
        for (from, to, edits) in
            [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("ab", "ba", 2)]
        {
            assert_eq!(distance(from, to), edits, "{from} -> {to}");
        }
    }

    #[test]
    fn a_name_that_is_too_far_away_is_not_proposed() {
        assert_eq!(nearest("", ["docs"]), None);
        assert_eq!(nearest("kubernetes", ["docs", "gce"]), None);
    }
}
