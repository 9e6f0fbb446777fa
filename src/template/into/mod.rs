//! The rules of a template added to a policy that is there already.
//!
//! What is there keeps every byte. A rule of the template goes before the first rule that
//! would shadow it (`place`), in the indentation of its new neighbours (`layout`).

mod carried;
mod error;
mod layout;
mod place;

use std::fmt;

use audit_policy::analysis::Analysis;
use audit_policy::analysis::Bound;
use audit_policy::analysis::ClusterFacts;
use audit_policy::analysis::Reachability;
use audit_policy::api::Policy;
use audit_policy::api::Version;
use audit_policy::policy::ProblemKind;
use audit_policy::policy::judge;
use audit_policy::policy::judge_all;

pub use error::{IntoError, RuleGroup};
use layout::RulesLayout;
use place::{Insertion, Placement, place};

/// A policy with the rules of a template in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedPolicy {
    /// The whole text. It is the former one if nothing was added.
    pub text: String,
    /// The rules that were added.
    pub added: Vec<AddedRule>,
    /// How many rules of the template were not needed: every request they match is recorded like
    /// that already.
    pub covered: usize,
    /// The numbers, from 1, of rules of the template that were not needed either, though rules that
    /// are there decide some of their requests in another way: exceptions, which stay first.
    pub overruled: Vec<usize>,
    /// Former rules that decided something and, after those that were added, no longer do.
    pub outdone: Vec<RuleNumber>,
    /// What the template says of all its rules and the policy does not, a sentence each.
    pub differs: Vec<String>,
}

/// A rule by its number and its line, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleNumber {
    /// Its number in the new text.
    pub rule: usize,
    /// Its line in the new text.
    pub line: usize,
}

impl fmt::Display for RuleNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "rule {} (line {})", self.rule, self.line)
    }
}

/// A rule that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedRule {
    /// Where it is.
    pub place: RuleNumber,
    /// Whether there is a request that it decides; `None` if that would take too much work to find
    /// out.
    pub reached: Option<bool>,
}

/// Adds the rules of a template, given as its text, to a policy.
///
/// Whether a rule is needed and reached is asked for the newest version that accepts the policy.
///
/// # Errors
///
/// Refuses a policy that no server accepts, and one whose rules are not written one below the
/// other. Fails if the result would not be what was meant, or a server that accepts the policy
/// would not accept the result.
///
/// # Examples
///
/// ```
/// use kubectl_audit::template::{Template, into};
///
/// let policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules:\n- level: Metadata # all\n";
/// let merged = into(policy, Template::find("cks")?.text)?;
/// assert!(merged.text.contains("    resources: [configmaps]\n- level: Metadata # all\n"));
/// assert_eq!(into(&merged.text, Template::find("cks")?.text)?.text, merged.text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn into(policy: &str, template: &str) -> Result<MergedPolicy, IntoError> {
    let ExistingRules { policy: former, version } = ExistingRules::read(policy)?;
    let plain = ExistingRules::read(template)?.policy;
    let template = &carried::with_stages(template, &plain, &former);
    let template_policy = ExistingRules::read(template)?.policy;
    let world = ClusterFacts::of_every_cluster();
    let placed = place(&former, &template_policy.rules, &plain.rules, version, world);
    let text = match placed.insertions.as_slice() {
        [] => policy.to_owned(),
        insertions => written(policy, template, insertions)?,
    };
    check(policy, &text, version, &placed.policy)?;
    let overruled: Vec<usize> = placed.overruled.iter().map(|rule| rule + 1).collect();
    let covered = template_policy.rules.len() - placed.insertions.len() - overruled.len();
    let differs =
        if placed.insertions.is_empty() { vec![] } else { differs(&former, &template_policy) };
    let (mut added, mut outdone) = reached(&former, &placed, &text, version, world);
    let lines: Vec<usize> = outdone.iter().map(|rule| rule.line).collect();
    let text = carried::with_ignores(&text, &lines);
    let places = added.iter_mut().map(|added| &mut added.place).chain(&mut outdone);
    places.for_each(|place| place.line += lines.iter().filter(|at| **at <= place.line).count());
    Ok(MergedPolicy { text, added, covered, overruled, outdone, differs })
}

/// Returns a policy with lines above its `rules:` and rules before those with these numbers,
/// from 0, each written in lines as in our templates. Every other byte stays.
///
/// `None` if the rules are not written one below the other.
#[must_use]
pub fn insert(policy: &str, above: &[String], rules: &[(usize, Vec<String>)]) -> Option<String> {
    let lines = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect();
    let rules: Vec<(usize, Vec<String>)> =
        rules.iter().map(|(before, rule)| (*before, lines(rule))).collect();
    let blocks: Vec<(usize, Vec<&str>)> = rules
        .iter()
        .map(|(before, rule)| (*before, rule.iter().map(String::as_str).collect()))
        .collect();
    let blocks: Vec<(usize, &[&str])> =
        blocks.iter().map(|(before, rule)| (*before, &rule[..])).collect();
    let layout = RulesLayout::of(policy)?;
    let mut text = layout.with(&blocks);
    let at = layout.start_of_key()?;
    let line_end = if policy.contains("\r\n") { "\r\n" } else { "\n" };
    let above: String = above.iter().map(|line| format!("{line}{line_end}")).collect();
    text.insert_str(at, &above);
    Some(text)
}

/// What is there.
struct ExistingRules {
    policy: Policy,
    /// The newest version that accepts it.
    version: Version,
}

impl ExistingRules {
    /// Reads a policy that some server accepts, or would if it had a rule.
    fn read(text: &str) -> Result<Self, IntoError> {
        let newest = judge(text.as_bytes(), Version::NEWEST);
        let is_empty = newest.problems.iter().any(|it| it.kind == ProblemKind::NoRules);
        if is_empty && let Some(filled) = layout::filled(text, &["- level: None"]) {
            let Self { mut policy, version } = Self::read(&filled)?;
            policy.rules.clear();
            return Ok(Self { policy, version });
        }
        let ranges = judge_all(text.as_bytes()).into_iter().rev();
        let mut ranges = ranges.filter_map(|range| Some((range.to, range.verdict.outcome.ok()?)));
        match ranges.next() {
            Some((version, accepted)) => Ok(Self { policy: accepted.policy().clone(), version }),
            None => Err(IntoError::NotAccepted {
                version: Version::NEWEST,
                error: newest.outcome.err().map(|refusal| refusal.error).unwrap_or_default(),
            }),
        }
    }
}

fn written(policy: &str, template: &str, insertions: &[Insertion]) -> Result<String, IntoError> {
    let template = RulesLayout::of(template).ok_or(IntoError::NotAsMeant)?;
    let blocks = template.blocks();
    let wanted: Option<Vec<_>> =
        insertions.iter().map(|it| Some((it.before, *blocks.get(it.rule)?))).collect();
    let wanted = wanted.ok_or(IntoError::NotAsMeant)?;
    if let Some(layout) = RulesLayout::of(policy) {
        return Ok(layout.with(&wanted));
    }
    let all: Vec<&str> = template.body().to_vec();
    layout::filled(policy, &all).ok_or_else(|| IntoError::NotBelowEachOther {
        steps: RuleGroup::all(insertions.iter().map(|it| (it.rule, it.before))),
    })
}

/// Makes sure that the text means what was meant, wherever the former text meant anything.
fn check(former: &str, text: &str, version: Version, meant: &Policy) -> Result<(), IntoError> {
    let is_meant =
        judge(text.as_bytes(), version).outcome.is_ok_and(|accepted| accepted.policy() == meant);
    if !is_meant {
        return Err(IntoError::NotAsMeant);
    }
    let accepts = |text: &str| -> Vec<Version> {
        let ranges = judge_all(text.as_bytes());
        let good = ranges.iter().filter(|range| range.verdict.is_accepted());
        good.flat_map(|range| {
            Version::supported().filter(|version| (range.from..=range.to).contains(version))
        })
        .collect()
    };
    let now = accepts(text);
    match accepts(former).into_iter().find(|version| !now.contains(version)) {
        Some(version) => Err(IntoError::Refused { version }),
        None => Ok(()),
    }
}

/// What became of the rules that were added and of those that were there.
fn reached(
    former: &Policy,
    placed: &Placement,
    text: &str,
    version: Version,
    world: &ClusterFacts,
) -> (Vec<AddedRule>, Vec<RuleNumber>) {
    let layout = RulesLayout::of(text);
    let numbered = |rule: usize| RuleNumber {
        rule: rule + 1,
        line: layout.as_ref().and_then(|layout| layout.line(rule)).unwrap_or_default(),
    };
    let mut before = Analysis::new(former, version, world, Bound::default());
    let mut now = Analysis::new(&placed.policy, version, world, Bound::default());
    let added = placed.insertions.iter().enumerate().map(|(count, insertion)| {
        let rule = insertion.before + count;
        let reached = match now.reach(rule) {
            Reachability::Reached { .. } => Some(true),
            Reachability::Unreachable { .. } => Some(false),
            Reachability::NotDecided => None,
        };
        AddedRule { place: numbered(rule), reached }
    });
    let added: Vec<AddedRule> = added.collect();
    let outdone = (0..former.rules.len()).filter_map(|rule| {
        let moved = placed.insertions.iter().filter(|it| it.before <= rule).count();
        let is_outdone = matches!(now.reach(rule + moved), Reachability::Unreachable { .. })
            && !matches!(before.reach(rule), Reachability::Unreachable { .. });
        is_outdone.then(|| numbered(rule + moved))
    });
    let outdone = outdone.collect();
    (added, outdone)
}

/// What a template says of all its rules that the policy does not say of its own.
fn differs(former: &Policy, template: &Policy) -> Vec<String> {
    let mut said = vec![];
    let stages = |one: &Policy, other: &Policy| -> Vec<&'static str> {
        let missing = one.omit_stages.iter().filter(|stage| !other.omit_stages.contains(stage));
        missing.map(|stage| stage.name()).collect()
    };
    let only = stages(former, template).join(", ");
    if !only.is_empty() {
        said.push(format!(
            "this policy leaves out {only} of every request (`omitStages`), the template does not: \
             the added rules leave it out, too"
        ));
    }
    if former.omit_managed_fields != template.omit_managed_fields {
        let [template, former] = [template, former].map(|policy| policy.omit_managed_fields);
        said.push(format!(
            "the template has `omitManagedFields: {template}`, this policy {former}: the added rules \
             follow this policy"
        ));
    }
    said
}

#[cfg(test)]
mod tests;
