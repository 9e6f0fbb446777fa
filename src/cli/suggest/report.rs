//! What `suggest` found, for people and for programs.

use serde_json::{Value, json};

use crate::suggest::{ImprovedPolicy, PolicyEdit, Proposal, SkipReason, Traffic, TrafficVolume};
use crate::view::table::table;
use crate::view::terminal_text::TerminalText;

/// All that is said.
pub(super) struct SuggestReport<'r> {
    /// What a person calls the policy.
    pub(super) base: &'r str,
    /// The proposals.
    pub(super) proposals: &'r [Proposal],
    /// The policy with them.
    pub(super) improved: &'r ImprovedPolicy,
    /// What the log holds.
    pub(super) traffic: &'r Traffic,
    /// What the policy records of it now.
    pub(super) now: &'r TrafficVolume,
    /// How long the log is.
    pub(super) seconds: f64,
}

impl SuggestReport<'_> {
    /// Returns the report as text.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "{} records {} events, {} of this log{}\n",
            self.base,
            self.now.events,
            megabytes(self.now.bytes),
            self.a_day(self.now.bytes)
        );
        if self.improved.taken.is_empty() {
            text.push_str("There is nothing to propose.\n");
        } else {
            text.push_str(&table(&["#", "SAVES", "SHARE", "EVENTS", "WHAT"], &self.rows()));
            text.push_str("no longer seen:\n");
            for (number, proposal) in self.taken() {
                let denied = match proposal.saves.denied {
                    0 => String::new(),
                    denied => format!("; {denied} of these events were denied requests"),
                };
                text.push_str(&format!("{number}  {}{denied}\n", shown(&proposal.unseen)));
            }
            let saved = self.saved();
            let rest = self.now.bytes - saved;
            text.push_str(&format!(
                "together  {} less ({:.1}%), {} stay{}\n",
                megabytes(saved),
                self.share(saved),
                megabytes(rest),
                self.a_day(rest)
            ));
        }
        for (number, why) in &self.improved.skipped {
            if let Some(proposal) = self.proposals.get(*number) {
                text.push_str(&format!(
                    "not proposed  {}: {}\n",
                    shown(&proposal.about),
                    skipped(why)
                ));
            }
        }
        if self.traffic.untracked > 0 {
            text.push_str(&format!(
                "{} events are of so many kinds that they were not looked at\n",
                self.traffic.untracked
            ));
        }
        text
    }

    /// Returns the report as JSON.
    pub(super) fn json(&self) -> Value {
        let proposals: Vec<Value> = self.taken().map(|(_, proposal)| document(proposal)).collect();
        let skipped: Vec<Value> = self
            .improved
            .skipped
            .iter()
            .filter_map(|(number, why)| {
                let about = &self.proposals.get(*number)?.about;
                Some(json!({ "about": about, "why": skipped(why) }))
            })
            .collect();
        json!({
            "apiVersion": "kubectl-audit/v1", "kind": "Suggestions", "base": self.base,
            "seconds": self.seconds,
            "recorded": { "events": self.now.events, "bytes": self.now.bytes },
            "saved": { "bytes": self.saved() },
            "proposals": proposals, "skipped": skipped, "policy": self.improved.text,
        })
    }

    fn taken(&self) -> impl Iterator<Item = (usize, &Proposal)> {
        let taken = self.improved.taken.iter().filter_map(|number| self.proposals.get(*number));
        taken.enumerate().map(|(at, proposal)| (at + 1, proposal))
    }

    fn rows(&self) -> Vec<Vec<String>> {
        self.taken()
            .map(|(number, proposal)| {
                vec![
                    number.to_string(),
                    megabytes(proposal.saves.bytes),
                    format!("{:.1}%", self.share(proposal.saves.bytes)),
                    proposal.saves.events.to_string(),
                    format!("{}: {}", shown(&proposal.about), shown(&what(proposal))),
                ]
            })
            .collect()
    }

    fn saved(&self) -> u64 {
        self.taken().map(|(_, proposal)| proposal.saves.bytes).sum()
    }

    fn share(&self, bytes: u64) -> f64 {
        bytes as f64 * 100.0 / self.now.bytes.max(1) as f64
    }

    fn a_day(&self, bytes: u64) -> String {
        if self.seconds < 1.0 {
            return String::new();
        }
        format!(
            ", {} a day at this rate",
            megabytes((bytes as f64 / self.seconds * 86_400.0) as u64)
        )
    }
}

fn document(proposal: &Proposal) -> Value {
    let (before, rule) = match &proposal.change {
        PolicyEdit::Rule(before, rule) => (Some(before), Some(rule)),
        _ => (None, None),
    };
    json!({
        "about": proposal.about, "unseen": proposal.unseen, "what": what(proposal),
        "events": proposal.saves.events, "bytes": proposal.saves.bytes,
        "denied": proposal.saves.denied, "beforeRule": before, "rule": rule,
    })
}

/// What a proposal changes, in the words of the policy.
fn what(proposal: &Proposal) -> String {
    let rule = match &proposal.change {
        PolicyEdit::Rule(_, rule) => rule,
        PolicyEdit::OmitReceived => return "omitStages: [RequestReceived]".to_owned(),
        PolicyEdit::OmitManagedFields => return "omitManagedFields: true".to_owned(),
    };
    let resources = rule.resources.iter().flat_map(|group| {
        let dot = if group.group.is_empty() { "" } else { "." };
        group.resources.iter().map(move |name| {
            let (resource, sub) =
                name.split_once('/').map_or((&name[..], None), |(a, b)| (a, Some(b)));
            let slash = sub.map_or(String::new(), |sub| format!("/{sub}"));
            format!("{resource}{dot}{}{slash}", group.group)
        })
    });
    let mut targets: Vec<String> =
        resources.chain(rule.non_resource_urls.iter().cloned()).collect();
    let more = targets.len().saturating_sub(MOST_TARGETS);
    targets.truncate(MOST_TARGETS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{} {}{more} at {}", rule.verbs.join(","), targets.join(","), rule.level)
}

/// So many targets of a rule are shown in a table.
const MOST_TARGETS: usize = 6;

fn skipped(why: &SkipReason) -> String {
    match why {
        SkipReason::NotWritten => {
            "the rules of the policy are not written one below the other".to_owned()
        }
        SkipReason::Cis => "the policy would no longer pass the cis profile".to_owned(),
        SkipReason::Lint(id) => format!("lint would find {id}"),
    }
}

fn megabytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} B"),
        10_000..10_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

fn shown(text: &str) -> String {
    TerminalText::new(text).to_string()
}
