//! A rule for everything belongs behind all others.

use crate::api::Rule;
use crate::policy::AcceptedPolicy;
use crate::yaml;

/// Returns the number from 1 of the first rule that matches everything, and the text in which it is
/// the last one, with the comments above it. `None` if it is last already, there is none, or the
/// rules are not written one below the other.
pub(super) fn catch_all_last(text: &str, accepted: &AcceptedPolicy) -> Option<(usize, String)> {
    let rules = &accepted.policy().rules;
    let index = rules.iter().position(matches_everything)?;
    if index + 1 == rules.len() {
        return None;
    }
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let starts = starts(text, &lines, rules.len())?;
    let end = end_of_rules(text, &lines)?;
    let (from, to) = (*starts.get(index)?, *starts.get(index + 1)?);
    let last = lines.get(end.checked_sub(1)?)?;
    let line_end = if last.ends_with('\n') { "" } else { "\n" };
    let parts = [
        lines[..from].concat(),
        lines[to..end].concat(),
        line_end.to_owned(),
        lines[from..to].concat(),
        lines[end..].concat(),
    ];
    Some((index + 1, parts.concat()))
}

fn matches_everything(rule: &Rule) -> bool {
    rule.users.is_empty()
        && rule.user_groups.is_empty()
        && rule.verbs.is_empty()
        && rule.resources.is_empty()
        && rule.namespaces.is_empty()
        && rule.non_resource_urls.is_empty()
}

/// The line (from 0) on which each rule begins with the comments above it.
fn starts(text: &str, lines: &[&str], rules: usize) -> Option<Vec<usize>> {
    let documents = yaml::parse(text).ok()?;
    let items = documents.first()?.root.get("rules")?.items()?;
    let of = |item: &yaml::Node| -> Option<usize> {
        let mut line = item.line.checked_sub(1)?;
        // A rule of a list in brackets, or one behind a lone dash, does not begin its line.
        lines.get(line)?.trim_start().strip_prefix("- ")?;
        while line > 0 && lines[line - 1].trim_start().starts_with('#') {
            line -= 1;
        }
        Some(line)
    };
    let starts: Vec<usize> = items.iter().map(of).collect::<Option<_>>()?;
    let is_rising = starts.windows(2).all(|pair| pair[0] < pair[1]);
    (starts.len() == rules && is_rising).then_some(starts)
}

/// The line behind the last rule.
fn end_of_rules(text: &str, lines: &[&str]) -> Option<usize> {
    let documents = yaml::parse(text).ok()?;
    let end = documents.first()?.root.get("rules")?.span.end;
    let mut offset = 0;
    let behind = lines.iter().position(|line| {
        offset += line.len();
        offset >= end
    });
    Some(behind? + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Version;
    use crate::policy::judge;

    fn moved(text: &str) -> Option<String> {
        let accepted = judge(text.as_bytes(), Version::NEWEST).accepted.unwrap();
        catch_all_last(text, &accepted).map(|(_, text)| text)
    }

    #[test]
    fn the_rule_for_everything_moves_with_its_comments() {
        let head = "apiVersion: audit.k8s.io/v1\nrules:\n";
        let text =
            format!("{head}# all\n- level: Metadata # rest\n# one\n- level: None\n  verbs: [get]");
        let want = format!(
            "{head}# one\n- level: None\n  verbs: [get]\n# all\n- level: Metadata # rest\n"
        );
        assert_eq!(moved(&text), Some(want.clone()));
        assert_eq!(moved(&want), None);
        assert_eq!(
            moved(&format!("{head}  [{{level: None}}, {{level: None, verbs: [x]}}]\n")),
            None
        );
    }
}
