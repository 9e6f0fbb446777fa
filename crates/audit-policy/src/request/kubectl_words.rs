//! Requests in the words of kubectl: `TYPE NAME…`, `TYPE,TYPE`, and the requests that a command sends.

use super::can_i::CanI;
use super::kubectl::{self, KubectlCommand, KubectlRequest};
use super::resources;

/// Words between a command of kubectl and what it acts on.
const SUBCOMMANDS: [&str; 12] = [
    "restart",
    "undo",
    "status",
    "pause",
    "resume",
    "history",
    "image",
    "env",
    "resources",
    "selector",
    "subject",
    "serviceaccount",
];

/// Words for one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestWords {
    /// The verb, in lower case.
    pub verb: String,
    /// The resource as kubectl takes it, or a path.
    pub target: String,
    /// The name of one object; empty for all of them.
    pub name: String,
    /// The subresource; empty for none.
    pub subresource: String,
}

/// Returns what is asked for, and what to say about it: `TYPE NAME…` and `TYPE,TYPE` as kubectl
/// takes them, and for a command of kubectl the requests that it sends.
///
/// # Errors
///
/// No request has this verb: what to write instead.
pub fn requests_of(
    verb: &str,
    targets: &[String],
    subresource: &str,
) -> Result<(Vec<RequestWords>, Option<String>), String> {
    let is_path = targets.first().is_some_and(|target| target.starts_with('/'));
    let lower = verb.to_lowercase();
    if is_path {
        return Ok((objects(&lower, targets, subresource), None));
    }
    if lower == "certificate"
        && let [command, rest @ ..] = targets
    {
        return requests_of(command, rest, subresource);
    }
    if let Some(command) = kubectl::command_named(&lower) {
        let all = sent(command, targets, subresource);
        return Ok((all, Some(note(command))));
    }
    if let Some(wrong) = kubectl::no_verb(&lower) {
        return Err(wrong);
    }
    Ok((objects(&lower, targets, subresource), None))
}

fn note(command: &KubectlCommand) -> String {
    let one = |sent: &KubectlRequest| {
        let resource = sent.resource.map(|resource| format!(" {resource}")).unwrap_or_default();
        let slash = if sent.subresource.is_empty() { "" } else { "/" };
        match (resource.is_empty(), sent.subresource.is_empty()) {
            (true, true) => format!("`{}`", sent.verb),
            (true, false) => format!("`{}` for the subresource {}", sent.verb, sent.subresource),
            (false, _) => format!("`{}{resource}{slash}{}`", sent.verb, sent.subresource),
        }
    };
    let all: Vec<String> = command.sends.iter().map(one).collect();
    let name = command.name;
    match name {
        "post" | "put" => format!("the verb of a {} is {}", name.to_uppercase(), all.join(" and ")),
        _ => {
            format!("no request has the verb `{name}`: kubectl {name} sends {}", all.join(" and "))
        }
    }
}

/// What a command of kubectl sends for these words.
fn sent(command: &KubectlCommand, targets: &[String], subresource: &str) -> Vec<RequestWords> {
    let words = match targets {
        [first, rest @ ..] if !rest.is_empty() && SUBCOMMANDS.contains(&first.as_str()) => rest,
        // What follows the name is a command line, a port or a file.
        [first, ..] if matches!(command.name, "exec" | "attach" | "cp" | "port-forward") => {
            std::slice::from_ref(first)
        }
        words => words,
    };
    let named: Vec<RequestWords> = objects("", words, subresource)
        .into_iter()
        .map(|wanted| belonging(command, wanted))
        .collect();
    let mut all = vec![];
    for KubectlRequest { verb, resource, subresource } in command.sends {
        for of in &named {
            let wanted = RequestWords { verb: (*verb).to_owned(), ..of.clone() };
            all.push(match resource {
                Some(resource) => RequestWords {
                    target: (*resource).to_owned(),
                    name: String::new(),
                    subresource: (*subresource).to_owned(),
                    ..wanted
                },
                None if subresource.is_empty() => wanted,
                None => RequestWords { subresource: (*subresource).to_owned(), ..wanted },
            });
        }
    }
    all.dedup();
    all
}

/// A word that is no resource is the name of what the command acts on.
fn belonging(command: &KubectlCommand, wanted: RequestWords) -> RequestWords {
    if command.takes.is_empty() {
        return wanted;
    }
    let resource = wanted.target.split('/').next().unwrap_or_default();
    match resources::find(resource) {
        Some(known) if known.name == command.takes => wanted,
        // The pods of a Deployment: which ones, only the cluster knows.
        Some(_) => RequestWords { target: command.takes.to_owned(), name: String::new(), ..wanted },
        None => {
            RequestWords { target: command.takes.to_owned(), name: resource.to_owned(), ..wanted }
        }
    }
}

/// Every object of `TYPE[,TYPE] [NAME…]`, `TYPE/NAME …` and paths.
fn objects(verb: &str, targets: &[String], subresource: &str) -> Vec<RequestWords> {
    let one = |target: &str, name: &str| RequestWords {
        verb: verb.to_owned(),
        target: target.to_owned(),
        name: name.to_owned(),
        subresource: subresource.to_owned(),
    };
    let is_name = |word: &String| !word.contains('/') && resources::find(word).is_none();
    match targets {
        [types, names @ ..]
            if !names.is_empty() && !types.contains('/') && names.iter().all(is_name) =>
        {
            let each = |kind| names.iter().map(move |name| one(kind, name));
            types.split(',').flat_map(each).collect()
        }
        _ => targets
            .iter()
            .flat_map(|target| match target.starts_with('/') {
                true => vec![one(target, "")],
                false => target.split(',').map(|target| one(target, "")).collect(),
            })
            .collect(),
    }
}

impl RequestWords {
    /// Returns the words as a question; the scope is the caller's.
    #[must_use]
    pub fn ask(&self) -> CanI<'_> {
        let Self { verb, target, name, subresource } = self;
        CanI { verb, target, name, subresource, ..CanI::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(verb: &str, targets: &[&str]) -> String {
        let targets: Vec<String> = targets.iter().map(ToString::to_string).collect();
        let (all, _) = requests_of(verb, &targets, "").unwrap_or_default();
        let one = |of: &RequestWords| {
            let parts = [&of.verb, &of.target, &of.name, &of.subresource];
            parts.map(String::as_str).join(" ").trim_end().to_owned()
        };
        all.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn commands_of_kubectl_are_the_requests_that_they_send() {
        for (verb, targets, wanted) in [
            ("exec", &["pod/web", "sh"][..], "get pod/web  exec, create pod/web  exec"),
            ("exec", &["web"], "get pods web exec, create pods web exec"),
            ("logs", &["deploy/web"], "get pods  log"),
            ("apply", &["deploy"], "patch deploy, create deploy"),
            ("approve", &["csr", "x"], "update csr x approval"),
            ("certificate", &["deny", "x"], "update certificatesigningrequests x approval"),
            ("rollout", &["restart", "deploy/web"], "patch deploy/web"),
            ("drain", &["n1"], "patch nodes n1, create pods  eviction"),
            ("PUT", &["pods/x"], "update pods/x"),
            ("GET", &["pods"], "get pods"),
        ] {
            assert_eq!(words(verb, targets), wanted, "{verb} {targets:?}");
        }
    }

    #[test]
    fn types_and_names_are_taken_as_kubectl_takes_them() {
        for (targets, wanted) in [
            (&["pods", "web-0", "log"][..], "get pods web-0, get pods log"),
            (&["po,svc"], "get po, get svc"),
            (&["pods", "secrets"], "get pods, get secrets"),
            (&["pods/a", "b"], "get pods/a, get b"),
        ] {
            assert_eq!(words("get", targets), wanted, "{targets:?}");
        }
    }
}
