//! What goes along with rules that are put into another policy: the stages that the template leaves
//! out of every request, and a word where a rule that was there is no longer reached.

use audit_policy::api::{Policy, Stage};

/// Returns the template with the stages that it leaves out of every request written in each of its
/// rules, where the other policy does not leave them out anyway. Its rules name no stages besides.
pub(super) fn with_stages(text: &str, template: &Policy, other: &Policy) -> String {
    let missing = template.omit_stages.iter().filter(|stage| !other.omit_stages.contains(stage));
    let missing: Vec<&str> = missing.map(|stage: &Stage| stage.name()).collect();
    if missing.is_empty() || template.rules.iter().any(|rule| !rule.omit_stages.is_empty()) {
        return text.to_owned();
    }
    let stages = missing.join(", ");
    let mut lines = String::new();
    for line in text.split_inclusive('\n') {
        lines.push_str(line);
        let content = line.trim_start();
        if content.starts_with("- level:") {
            let column = line.len() - content.len() + 2;
            lines.push_str(&format!("{:column$}omitStages: [{stages}]\n", ""));
        }
    }
    lines
}

/// Returns the text with a comment above each of these lines, from 1 and in rising order, at which a
/// rule begins that is no longer reached, so that lint knows it is meant.
pub(super) fn with_ignores(text: &str, outdone: &[usize]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for at in outdone.iter().rev() {
        let Some(rule) = at.checked_sub(1).and_then(|index| lines.get(index)) else { continue };
        let column = rule.len() - rule.trim_start().len();
        let end = if rule.ends_with("\r\n") { "\r\n" } else { "\n" };
        let why = "the rules added above take all that it matches";
        let comment = format!("{:column$}# kubectl-audit: ignore unreachable-rule {why}{end}", "");
        lines.insert(at - 1, comment);
    }
    lines.concat()
}
