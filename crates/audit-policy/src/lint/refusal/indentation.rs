//! Lines that begin in a column in which nothing above them does.

use super::advice::Advice;

/// A column in which fields or items begin, and the line that began it.
#[derive(Clone, Copy)]
struct OpenBlock {
    column: usize,
    line: usize,
}

/// Returns what to do about the line that the parser refused, or the one after it: it notices before
/// it has read the line.
pub(super) fn advice(lines: &[&str], refused_at: usize) -> Option<Advice> {
    [refused_at, refused_at + 1].into_iter().find_map(|number| of_line(lines, number))
}

fn of_line(lines: &[&str], number: usize) -> Option<Advice> {
    let line = lines.get(number.checked_sub(1)?)?;
    let indent = indent(line)?;
    let mut open: Vec<OpenBlock> = vec![];
    for (index, above) in lines[..number - 1].iter().enumerate() {
        let Some(first) = self::indent(above) else { continue };
        open.retain(|block| block.column <= first);
        open.extend(columns(above, first).map(|column| OpenBlock { column, line: index + 1 }));
    }
    if open.iter().any(|block| block.column == indent) {
        return None;
    }
    let before = open.iter().rev().find(|block| block.column < indent)?;
    let has_value = lines[before.line - 1].split(" #").next()?.trim_end();
    if has_value.ends_with([':', '-', '|', '>']) && open.last()?.column == before.column {
        return None;
    }
    let beside = |block: &OpenBlock| format!("line {} ({})", block.line, spaces(block.column));
    let after = open.iter().find(|block| block.column > indent);
    let either = after.map(|block| format!(" or {}", beside(block))).unwrap_or_default();
    let words = format!(
        "this line begins after {}, and nothing above it does: indent it like {}{either}",
        spaces(indent),
        beside(before)
    );
    Some(Advice::new(words).at(number, indent + 1))
}

/// The blanks before the content of a line; `None` for one that has none.
fn indent(line: &str) -> Option<usize> {
    let content = line.trim_start_matches(' ');
    let is_content = !content.trim().is_empty() && !content.starts_with(['#', '\t']);
    is_content.then(|| line.len() - content.len())
}

/// The columns that a line begins: that of its content, and those after each `- `.
fn columns(line: &str, indent: usize) -> impl Iterator<Item = usize> {
    let mut next = Some(indent);
    std::iter::from_fn(move || {
        let column = next?;
        let rest = line.get(column..)?;
        next = rest
            .strip_prefix("- ")
            .map(|after| column + 2 + (after.len() - after.trim_start_matches(' ').len()));
        Some(column)
    })
}

fn spaces(number: usize) -> String {
    match number {
        0 => "no space".to_owned(),
        1 => "1 space".to_owned(),
        more => format!("{more} spaces"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, refused_at: usize) -> Option<String> {
        let lines: Vec<&str> = text.lines().collect();
        advice(&lines, refused_at).map(|advice| advice.words)
    }

    #[test]
    fn a_line_between_two_columns_is_shown_both() {
        let text = "rules:\n- level: None\n  resources:\n  - group: \"\"\n   verbs: [get]\n";
        let said = words(text, 5).unwrap();
        assert!(said.contains("begins after 3 spaces"), "{said}");
        assert!(said.ends_with("like line 4 (2 spaces) or line 4 (4 spaces)"), "{said}");
    }

    #[test]
    fn a_line_deeper_than_one_that_has_a_value_belongs_beside_it() {
        let said = words("apiVersion: audit.k8s.io/v1\n     kind: Policy\n", 2).unwrap();
        assert!(said.ends_with("indent it like line 1 (no space)"), "{said}");
    }

    #[test]
    fn lines_that_fit_say_nothing() {
        for text in ["a:\n  b: 1\n  c: 2\n", "a:\n- b: 1\n  c: 2\n- d\n", "a:\n   b: 1\n"] {
            for line in 1..=text.lines().count() {
                assert_eq!(words(text, line), None, "{line} {text}");
            }
        }
    }
}
