//! A first file of expectations: what a policy does today, one request for each rule.

#[cfg(test)]
mod tests;

use super::read::{API_VERSION, KIND};
use crate::analysis::Analysis;
use crate::analysis::Bound;
use crate::analysis::ClusterFacts;
use crate::analysis::Reachability;
use crate::api::{GroupResources, Rule, Version};
use crate::policy::AcceptedPolicy;
use crate::policy::Compiled;
use crate::request::Request;
use crate::request::Who;
use crate::request::Words;
use crate::request::resources;

/// How many requests are tried for a rule before it is looked for exactly.
const MOST_TRIED: usize = 5_000;

/// A user, an object and a group of whom no policy speaks.
const USER: &str = "alice";
const NAME: &str = "example";
const CUSTOM: &str = "examples.example.com";

const VERBS: [&str; 8] =
    ["get", "create", "update", "patch", "delete", "list", "watch", "deletecollection"];
/// What everybody knows comes before the rest of the table.
const COMMON: [&str; 3] = ["pods", "deployments.apps", "nodes"];
const PATHS: [&str; 5] = ["/healthz", "/version", "/metrics", "/apis", "/example"];

/// Returns a file of expectations for the policy at `path`: a request that each rule decides, one
/// that fails authentication and one for a path, with what the policy says to them now.
///
/// The requests in `seen`, such as those of a log, are tried first, in their order; then some that a
/// client would send, since people know what they are about; where none is decided by the rule, the
/// algebra finds one. A rule that no request reaches is named in a
/// comment.
#[must_use]
pub fn starter(
    accepted: &AcceptedPolicy,
    path: &str,
    version: Version,
    seen: &[&Request<'_>],
) -> String {
    let compiled = Compiled::new(accepted.policy(), version);
    let mut text = format!(
        "# What the policy does, one request for each rule. Change what is expected to what you\n\
         # want of it, and add the requests you care about: kubectl audit test THIS-FILE\n\
         apiVersion: {API_VERSION}\nkind: {KIND}\npolicy: {}\nrequests:\n",
        quoted(path)
    );
    let world = ClusterFacts::of_every_cluster();
    let mut analysis = Analysis::new(accepted.policy(), version, world, Bound::default());
    for (index, rule) in accepted.policy().rules.iter().enumerate() {
        let name = format!("rule {}", index + 1);
        let decides = |words: &Words| {
            let request = words.request().ok();
            request.is_some_and(|request| compiled.decide(&request).rule == Some(index))
        };
        let mut seen = seen.iter().filter(|request| compiled.decide(request).rule == Some(index));
        let seen = seen.find_map(|request| Words::of(request).filter(decides));
        let known = seen.or_else(|| witness(rule, decides));
        match known.map_or_else(|| reached(&mut analysis, index), Ok) {
            Ok(words) => text.push_str(&case(&name, &words, &compiled)),
            Err(why) => text.push_str(&format!("# {name}: {why}.\n")),
        }
    }
    let words = |verb: &str, target: &str, who| Words {
        verb: verb.to_owned(),
        target: target.to_owned(),
        who,
        ..Words::default()
    };
    let failed = words("get", "pods", Who::Nobody);
    text.push_str(&case("failed authentication (401)", &failed, &compiled));
    let path = words("get", "/healthz", Who::Named("system:anonymous".to_owned()));
    text.push_str(&case("a path, asked for by anybody", &path, &compiled));
    text
}

/// Returns a request that the rule decides, or why there is none.
fn reached(analysis: &mut Analysis<'_>, rule: usize) -> Result<Words, String> {
    let shadowed_by = match analysis.reach(rule) {
        Reachability::Reached { witness } => {
            // A name that is also that of a subresource has no form in a file of expectations.
            let words = Words::of(&witness).filter(|words| words.name.is_empty());
            return words.ok_or_else(|| format!("it decides {witness}"));
        }
        Reachability::NotDecided => return Err("no request was found that it decides".to_owned()),
        Reachability::Unreachable { shadowed_by, .. } => shadowed_by,
    };
    let earlier: Vec<String> = shadowed_by.iter().map(|rule| (rule + 1).to_string()).collect();
    Err(match &earlier[..] {
        [] => "no request that can happen has all it asks for".to_owned(),
        [one] => format!("never reached: rule {one} takes everything it matches"),
        all => format!("never reached: rules {} take everything it matches", all.join(", ")),
    })
}

fn case(name: &str, words: &Words, policy: &Compiled) -> String {
    let Ok(request) = words.request() else { return String::new() };
    let decision = policy.decide(&request);
    let mut lines = vec![("name", quoted(name)), ("verb", quoted(&words.verb))];
    let target = if words.target.starts_with('/') { "path" } else { "resource" };
    lines.push((target, quoted(&words.target)));
    if !words.subresource.is_empty() {
        lines.push(("subresource", quoted(&words.subresource)));
    }
    if let Some(namespace) = &words.namespace {
        lines.push(("namespace", quoted(namespace)));
    }
    match &words.who {
        Who::Named(user) if user.is_empty() => {}
        Who::Named(user) => lines.push(("user", quoted(user))),
        Who::InGroups(user, groups) => {
            let groups: Vec<_> = groups.iter().map(|group| quoted(group)).collect();
            lines.push(("user", quoted(user)));
            lines.push(("groups", format!("[{}]", groups.join(", "))));
        }
        Who::Nobody => lines.push(("noUser", "true".to_owned())),
    }
    let rule = decision.rule.map_or(0, |rule| rule + 1);
    lines.push(("expect", format!("{{ level: {}, rule: {rule} }}", decision.level)));
    let lines: Vec<_> = lines.iter().map(|(key, value)| format!("{key}: {value}\n")).collect();
    format!("- {}", lines.join("  "))
}

/// Text as YAML: in quotes unless it is a name that cannot be taken for anything else.
fn quoted(text: &str) -> String {
    let first = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '.');
    let inner = |c: char| c.is_ascii_alphanumeric() || "/.:-_ ()".contains(c);
    let is_word = matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "null"
    );
    let plain = text.starts_with(first)
        && text.chars().all(inner)
        && !text.contains(": ")
        && !text.ends_with([':', ' '])
        && !text.starts_with("...")
        && !is_word;
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}

/// Tries requests that a rule matches until one is decided by it: first those that a client would
/// send, then any.
fn witness(rule: &Rule, decides: impl Fn(&Words) -> bool) -> Option<Words> {
    let all = requests(rule);
    let usual = all.iter().filter(|words| is_usual(words));
    usual.chain(&all).find(|words| decides(words)).cloned()
}

/// Requests that a rule matches, as many as are tried.
fn requests(rule: &Rule) -> Vec<Words> {
    let verbs = if rule.verbs.is_empty() { strings(&VERBS) } else { rule.verbs.clone() };
    let namespaces: Vec<Option<String>> = match &rule.namespaces[..] {
        [] => vec![None, Some(NAME.to_owned())],
        namespaces => namespaces.iter().cloned().map(Some).collect(),
    };
    let targets = targets(rule);
    let mut requests = vec![];
    for who in who(rule) {
        for (target, subresource) in &targets {
            let namespaces = if target.starts_with('/') { &[None][..] } else { &namespaces[..] };
            for verb in &verbs {
                for namespace in namespaces {
                    if requests.len() == MOST_TRIED {
                        return requests;
                    }
                    requests.push(Words {
                        verb: verb.clone(),
                        target: target.clone(),
                        name: String::new(),
                        subresource: subresource.clone(),
                        namespace: namespace.clone(),
                        who: who.clone(),
                    });
                }
            }
        }
    }
    requests
}

/// Whether a client would ask like this: for one object by its name, for many without one.
fn is_usual(words: &Words) -> bool {
    let is_path = words.target.starts_with('/');
    let named = words.target.contains('/');
    let one = matches!(&*words.verb, "get" | "update" | "patch" | "delete");
    is_path || named == (one || !words.subresource.is_empty())
}

fn who(rule: &Rule) -> Vec<Who> {
    let named = |user: &String| Who::Named(user.clone());
    match (&rule.users[..], &rule.user_groups[..]) {
        ([], []) => vec![
            Who::Named(USER.to_owned()),
            Who::Named("system:anonymous".to_owned()),
            Who::Nobody,
        ],
        (users, []) => users.iter().map(named).collect(),
        (users, groups) => {
            let unnamed = [USER.to_owned()];
            let users = if users.is_empty() { &unnamed[..] } else { users };
            let of = |group: &String| match &**group {
                "system:authenticated" | "system:unauthenticated" => vec![group.clone()],
                _ => vec![group.clone(), "system:authenticated".to_owned()],
            };
            let in_group = |user: &String, group| Who::InGroups(user.clone(), of(group));
            users
                .iter()
                .flat_map(|user| groups.iter().map(move |group| in_group(user, group)))
                .collect()
        }
    }
}

/// Targets and subresources.
fn targets(rule: &Rule) -> Vec<(String, String)> {
    if !rule.resources.is_empty() {
        return rule.resources.iter().flat_map(of_entry).collect();
    }
    let paths = rule.non_resource_urls.iter().flat_map(|spec| {
        let prefix = spec.trim_end_matches('*');
        let prefix = if prefix.is_empty() { "/" } else { prefix };
        [prefix.to_owned(), format!("{prefix}{NAME}")]
    });
    let mut targets: Vec<String> = paths.collect();
    if targets.is_empty() {
        let known = resources::all().iter().map(|known| full_name(&known.name, &known.group));
        targets.extend(
            strings(&COMMON)
                .into_iter()
                .chain(known)
                .flat_map(|name| [name.clone(), format!("{name}/{NAME}")]),
        );
        targets.push(format!("{CUSTOM}/{NAME}"));
        if rule.namespaces.is_empty() {
            targets.extend(strings(&PATHS));
        }
    }
    targets.into_iter().map(|target| (target, String::new())).collect()
}

fn of_entry(entry: &GroupResources) -> Vec<(String, String)> {
    let group = if entry.group == "*" { "apps" } else { &entry.group };
    let all: Vec<String> = {
        let known = resources::all().iter().filter(|known| known.group == group);
        let names = known.map(|known| known.name.clone());
        names.chain(["examples".to_owned()]).collect()
    };
    let patterns =
        if entry.resources.is_empty() { strings(&["*"]) } else { entry.resources.clone() };
    let mut targets = vec![];
    for pattern in &patterns {
        let (resource, subresource) = pattern.split_once('/').unwrap_or((pattern, ""));
        let resources = if resource == "*" { all.clone() } else { strings(&[resource]) };
        let subresource = if subresource == "*" { "" } else { subresource };
        for resource in resources {
            let name = full_name(&resource, group);
            let named = match &entry.resource_names[..] {
                [] => vec![format!("{name}/{NAME}"), name],
                names => names.iter().map(|it| format!("{name}/{it}")).collect(),
            };
            targets.extend(named.into_iter().map(|name| (name, subresource.to_owned())));
        }
    }
    targets
}

fn full_name(resource: &str, group: &str) -> String {
    if group.is_empty() { resource.to_owned() } else { format!("{resource}.{group}") }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}
