//! "did you mean": the nearest of the names that exist.

/// The name among `names` that `word` was most likely meant to be.
pub(crate) fn nearest<'a>(word: &str, names: &[&'a str]) -> Option<&'a str> {
    let nearest = names.iter().min_by_key(|name| distance(word, name))?;
    // Half of the letters right: further away it would be a guess.
    (distance(word, nearest) <= nearest.chars().count() / 2).then_some(nearest)
}

/// How many letters must be put in, left out or changed.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.chars().enumerate() {
            let changed = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.chars().count()]
}
