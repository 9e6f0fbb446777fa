//! Fields of a list item that are indented deeper than its first one.
//!
//! Copies of a policy lose their indentation like this, and the server does not start with them:
//!
//! ```yaml
//! - level: None
//!     users: [kubelet]
//! ```

/// Returns the text with every such field moved to where the item's first field is; `None` if the
/// text is fine YAML, or is not with that either.
pub(super) fn repaired(text: &str) -> Option<String> {
    goyaml::parse(text).err()?;
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for index in 0..lines.len() {
        if let Some(item) = RuleLine::of(&lines[index]) {
            align(&mut lines, index, item);
        }
    }
    let text = lines.concat();
    goyaml::parse(&text).is_ok().then_some(text)
}

/// A line such as `- level: None`.
#[derive(Clone, Copy)]
struct RuleLine {
    /// The column of the `-`.
    dash: usize,
    /// The column of the field.
    field: usize,
}

impl RuleLine {
    /// Reads a line whose field has a value: without one, deeper lines are the value.
    fn of(line: &str) -> Option<Self> {
        let dash = indent(line);
        let rest = line[dash..].strip_prefix("- ")?;
        let field = dash + 2 + indent(rest);
        let value = rest.split_once(": ")?.1.trim_start();
        let is_value = !value.is_empty() && !value.starts_with(['#', '|', '>', '&', '\r', '\n']);
        is_value.then_some(Self { dash, field })
    }
}

fn align(lines: &mut [String], item_line: usize, item: RuleLine) {
    let Some(next) = (item_line + 1..lines.len()).find(|index| is_content(&lines[*index])) else {
        return;
    };
    let deeper = indent(&lines[next]).saturating_sub(item.field);
    if deeper == 0 || !is_field(&lines[next]) {
        return;
    }
    for line in &mut lines[item_line + 1..] {
        if is_content(line) && indent(line) <= item.dash {
            return;
        }
        // A comment may be further left than what it is about.
        let moves = deeper.min(indent(line).saturating_sub(item.field));
        line.drain(..moves);
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_content(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

fn is_field(line: &str) -> bool {
    let line = line.trim();
    !line.starts_with('-') && (line.ends_with(':') || line.contains(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_move_to_their_item_and_comments_with_them() {
        let broken = "rules:\n- level: None\n    # who\n    users: [a] # b\n    resources:\n    - \
                      group: ''\n        resources: [x]\n\n- level: Metadata\n";
        let fixed = "rules:\n- level: None\n  # who\n  users: [a] # b\n  resources:\n  - group: ''\n    \
                     resources: [x]\n\n- level: Metadata\n";
        assert_eq!(repaired(broken).as_deref(), Some(fixed));
    }

    #[test]
    fn what_is_fine_or_broken_otherwise_is_left_alone() {
        assert_eq!(repaired("- a: b\n  c: d\n"), None);
        assert_eq!(repaired("- a: b\n    c: d\ne: [\n"), None);
    }
}
