//! What the server refuses in a policy it can read (Go: `validation.ValidatePolicy`).

use std::collections::HashSet;

use super::changes::{ANY_GROUP, VALUES_AS_JSON};
use super::draft::{DraftGroup, DraftRule, List, PolicyDraft, SpannedWord};
use super::problem::{Problem, ProblemKind};
use crate::api::{Level, Stage, Version};
use crate::request::not_a_subdomain;
use goyaml::{Span, go};

/// Returns every problem, in the order in which the server finds them.
pub(super) fn validate(draft: &PolicyDraft, version: Version) -> Vec<Problem> {
    let mut check = Validator { version, problems: vec![] };
    check.stages("omitStages", &draft.omit_stages);
    for (index, rule) in draft.rules.iter().enumerate() {
        check.rule(&format!("rules[{index}]"), rule);
    }
    check.problems
}

/// Returns what the server says about several problems at once (Go: `ErrorList.ToAggregate`).
pub(super) fn aggregate(problems: &[Problem]) -> String {
    let mut said = HashSet::new();
    let messages = problems.iter().map(|problem| problem.message.as_str());
    let messages: Vec<&str> = messages.filter(|message| said.insert(*message)).collect();
    match messages[..] {
        [only] => only.to_owned(),
        _ => format!("[{}]", messages.join(", ")),
    }
}

struct Validator {
    version: Version,
    problems: Vec<Problem>,
}

impl Validator {
    fn rule(&mut self, path: &str, rule: &DraftRule) {
        self.level(&format!("{path}.level"), rule);
        let urls = format!("{path}.nonResourceURLs");
        for (index, url) in rule.non_resource_urls.words.iter().enumerate() {
            self.url(&format!("{urls}[{index}]"), url);
        }
        for group in &rule.resources {
            self.group(&format!("{path}.resources"), group);
        }
        self.stages(&format!("{path}.omitStages"), &rule.omit_stages);
        let for_resources = !rule.resources.is_empty() || !rule.namespaces.is_empty();
        if !rule.non_resource_urls.is_empty() && for_resources {
            let value = self.list(&rule.non_resource_urls);
            let why = "rules cannot apply to both regular resources and non-resource URLs";
            self.invalid(&urls, &value, why, rule.non_resource_urls.span);
        }
    }

    fn level(&mut self, path: &str, rule: &DraftRule) {
        let level = &rule.level;
        if level.text.is_empty() {
            let written = level.span != Span::default();
            let span = if written { level.span } else { rule.span };
            self.add(ProblemKind::Required, path, "Required value", span);
        } else if Level::from_name(&level.text).is_none() {
            let value = self.named_text(&level.text);
            let known = Level::ALL.map(|level| go::quote(level.name())).join(", ");
            let message = format!("Unsupported value: {value}: supported values: {known}");
            self.add(ProblemKind::NotSupported, path, &message, level.span);
        }
    }

    fn url(&mut self, path: &str, url: &SpannedWord) {
        let SpannedWord { text, span } = url;
        if text == "*" {
            return;
        }
        let value = go::quote(text);
        if !text.starts_with('/') {
            let why = "non-resource URL rules must begin with a '/' character";
            self.invalid(path, &value, why, *span);
        }
        if text.strip_suffix('*').unwrap_or(text).contains('*') {
            let why = "non-resource URL wildcards '*' must be the final character of the rule";
            self.invalid(path, &value, why, *span);
        }
    }

    fn group(&mut self, path: &str, group: &DraftGroup) {
        let SpannedWord { text, span } = &group.group;
        let is_any = text == "*" && self.version >= ANY_GROUP;
        let wrong = if text.is_empty() || is_any { vec![] } else { not_a_subdomain(text) };
        if !wrong.is_empty() {
            self.invalid(&format!("{path}.group"), &go::quote(text), &wrong.join(","), *span);
        }
        if !group.resource_names.is_empty() && group.resources.is_empty() {
            let value = self.list(&group.resource_names);
            let why = "using resourceNames requires at least one resource";
            self.invalid(&format!("{path}.resourceNames"), &value, why, group.resource_names.span);
        }
    }

    fn stages(&mut self, path: &str, stages: &List) {
        for (index, stage) in stages.words.iter().enumerate() {
            if Stage::from_name(&stage.text).is_none() {
                let known = Stage::ALL.map(Stage::name).join(",");
                let why = format!("allowed stages are {known}");
                let value = go::quote(&stage.text);
                self.invalid(&format!("{path}[{index}]"), &value, &why, stage.span);
            }
        }
    }

    fn list(&self, list: &List) -> String {
        let as_json = self.version >= VALUES_AS_JSON;
        let quote = |word: &SpannedWord| {
            if as_json { go::json_quote(&word.text) } else { go::quote(&word.text) }
        };
        let items: Vec<_> = list.words.iter().map(quote).collect();
        if as_json {
            format!("[{}]", items.join(","))
        } else {
            format!("[]string{{{}}}", items.join(", "))
        }
    }

    /// A text whose Go type has a name is shown like a list is.
    fn named_text(&self, text: &str) -> String {
        if self.version >= VALUES_AS_JSON { go::json_quote(text) } else { go::quote(text) }
    }

    fn invalid(&mut self, path: &str, value: &str, why: &str, span: Span) {
        let message = format!("Invalid value: {value}: {why}");
        self.add(ProblemKind::Invalid, path, &message, span);
    }

    fn add(&mut self, kind: ProblemKind, path: &str, message: &str, span: Span) {
        let problem = Problem::new(kind, format!("{path}: {message}"), span);
        self.problems.push(Problem { path: path.to_owned(), ..problem });
    }
}
