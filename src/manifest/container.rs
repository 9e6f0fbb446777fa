//! Which container of a Pod runs the API server, and its command line.

use serde_json::Value;

use goyaml::{NodeKind, ScalarStyle};

use super::binary::{base_name, binary};
use super::check::field_of;
use super::flags::{CommandLine, CommandWord};
use super::refusal::{ManifestRefusal, RefusalReason};
use super::script::Script;
use super::source::PodSource;
use super::typos;

/// Returns the path of the container that runs the API server: the one of that name, else the only
/// one whose command line has the binary.
pub(super) fn find(source: PodSource<'_>) -> Result<String, ManifestRefusal> {
    let containers = source.items("/spec/containers");
    let containers: Vec<ContainerCandidate> =
        containers.iter().map(ContainerCandidate::of).collect();
    let sure = |it: &ContainerCandidate| it.is_named() || it.runs_it();
    let mut found = positions(&containers, sure);
    if found.is_empty() {
        found = positions(&containers, |it| binary(&it.words).is_some());
    }
    match found[..] {
        [at] => Ok(format!("/spec/containers/{at}")),
        [] => Err(none_found(&containers, source)),
        [_, second, ..] => {
            let containers = found.iter().map(|at| containers[*at].name.clone()).collect();
            let path = format!("/spec/containers/{second}");
            let reason = RefusalReason::SeveralContainers { containers };
            Err(ManifestRefusal::new(reason, source.place(&path)))
        }
    }
}

fn positions(
    containers: &[ContainerCandidate],
    fits: impl Fn(&ContainerCandidate) -> bool,
) -> Vec<usize> {
    containers.iter().enumerate().filter(|(_, it)| fits(it)).map(|(at, _)| at).collect()
}

fn none_found(containers: &[ContainerCandidate], source: PodSource<'_>) -> ManifestRefusal {
    let shell = containers
        .iter()
        .filter(|it| it.words.iter().any(|word| word.contains("kube-apiserver")))
        .find_map(|it| shell(&it.words));
    let reason = match shell {
        Some(shell) => RefusalReason::Shell { shell },
        None => {
            let containers = containers.iter().map(|it| it.name.clone()).collect();
            RefusalReason::NoContainer { containers }
        }
    };
    ManifestRefusal::new(reason, source.place("/spec/containers"))
}

/// A container, as far as it takes to tell whether it runs the API server.
struct ContainerCandidate {
    name: String,
    words: Vec<String>,
}

impl ContainerCandidate {
    fn of(container: &Value) -> Self {
        let name = container.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let lists = ["command", "args"].into_iter().filter_map(|list| container.get(list));
        let words = lists.filter_map(Value::as_array).flatten();
        let words = words.map(|word| word.as_str().unwrap_or_default().to_owned()).collect();
        Self { name, words }
    }

    fn is_named(&self) -> bool {
        self.name == "kube-apiserver"
    }

    /// Whether it runs the server and does not only name it, as a sidecar that watches it may.
    fn runs_it(&self) -> bool {
        let first = self.words.first().map_or("", |word| base_name(word));
        match binary(&self.words) {
            Some(0) => true,
            Some(_) => matches!(first, "hyperkube" | "go-runner"),
            None => false,
        }
    }
}

/// Reads the command line of the container at `path`.
pub(super) fn command_line(
    source: PodSource<'_>,
    path: &str,
) -> Result<CommandLine, ManifestRefusal> {
    let container = source.value.pointer(path).map(ContainerCandidate::of);
    if let Some(shell) = container.and_then(|it| shell(&it.words)) {
        return Err(ManifestRefusal::new(
            RefusalReason::Shell { shell },
            source.place(&format!("{path}/command")),
        ));
    }
    let mut words = vec![];
    for list in ["command", "args"] {
        words.extend(read_list(source, format!("{path}/{list}"))?);
    }
    let start = words.first().map_or_else(|| source.place(path), |word| word.place);
    if let Some(typo) = words.iter().find_map(|word| typos::glued(word, source)) {
        return Err(ManifestRefusal::typo(typo));
    }
    match begin(&words) {
        Some(begin) => Ok(CommandLine::new(words, begin)),
        None => Err(ManifestRefusal::new(RefusalReason::NoBinary, start)),
    }
}

fn texts(words: &[CommandWord]) -> Vec<String> {
    words.iter().map(|word| word.text.clone()).collect()
}

fn read_list(source: PodSource<'_>, list: String) -> Result<Vec<CommandWord>, ManifestRefusal> {
    let items = match source.value.pointer(&list) {
        None | Some(Value::Null) => return Ok(vec![]),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(wrong_kind(source, &list, "a list", "begin every item with `- `")),
    };
    items.iter().enumerate().map(|(at, item)| read_word(source, &list, at, item)).collect()
}

fn read_word(
    source: PodSource<'_>,
    list: &str,
    at: usize,
    item: &Value,
) -> Result<CommandWord, ManifestRefusal> {
    let path = format!("{list}/{at}");
    let node = source.node(&path);
    let is_block = node.is_some_and(|node| {
        matches!(
            node.kind,
            NodeKind::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. }
        )
    });
    match item {
        Value::String(_) if is_block => {
            Err(wrong_kind(source, &path, "a word on one line", "write it after its `- `"))
        }
        Value::String(text) => Ok(CommandWord {
            list: list.to_owned(),
            at,
            text: text.clone(),
            place: source.place(&path),
        }),
        _ => Err(match node.and_then(|node| typos::colon(node, source)) {
            Some(typo) => ManifestRefusal::typo(typo),
            None => wrong_kind(source, &path, "a string", "put it in quotes"),
        }),
    }
}

fn wrong_kind(
    source: PodSource<'_>,
    path: &str,
    wanted: &'static str,
    repair: &'static str,
) -> ManifestRefusal {
    ManifestRefusal::new(
        RefusalReason::Kind { path: field_of(path), wanted, repair },
        source.place(path),
    )
}

/// Returns where the flags begin: after the binary; at the first word of `args` where the image's
/// own entry point runs it and there are only flags.
fn begin(words: &[CommandWord]) -> Option<usize> {
    if let Some(binary) = binary(&texts(words)) {
        return Some(binary + 1);
    }
    let first = words.first()?;
    (first.list.ends_with("/args") && first.text.starts_with("--")).then_some(0)
}

/// Returns the path of the container that the kubelet runs as the API server, whatever else is in
/// its way: the first one of that name, that runs it, or whose script names it.
pub(super) fn find_as_run(source: PodSource<'_>) -> Option<String> {
    let containers = source.items("/spec/containers");
    let containers: Vec<ContainerCandidate> =
        containers.iter().map(ContainerCandidate::of).collect();
    let first = |fits: fn(&ContainerCandidate) -> bool| containers.iter().position(fits);
    let names_it =
        |it: &ContainerCandidate| it.words.iter().any(|word| word.contains("kube-apiserver"));
    let at = first(|it| it.is_named() || it.runs_it())
        .or_else(|| first(|it| binary(&it.words).is_some()))
        .or_else(|| containers.iter().position(names_it))?;
    Some(format!("/spec/containers/{at}"))
}

/// Reads the command line of the container at `path` as far as it can be known: of a script the flags
/// that are plain to see in it.
pub(super) fn command_line_as_run(source: PodSource<'_>, path: &str) -> CommandLine {
    let words = words_of_lists(source, path);
    let texts: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
    let Some((_, at)) = script_among(&texts) else {
        let begin = begin(&words).unwrap_or_default();
        return CommandLine::new(words, begin);
    };
    let CommandWord { list, at: item, text, place } = words[at].clone();
    // What is after the script is `$0`, and then what it calls `$@`.
    let arguments = words.iter().skip(at + 2).map(|word| word.text.clone());
    let seen = Script::new(&text).server().into_iter().chain(arguments);
    let word = |text| CommandWord { list: list.clone(), at: item, text, place };
    CommandLine::new(seen.map(word).collect(), 1)
}

/// Returns every word of `command` and `args` of the container at `path`; what is no text is empty.
pub(super) fn words_of_lists(source: PodSource<'_>, path: &str) -> Vec<CommandWord> {
    let lists = ["command", "args"].into_iter().map(|list| format!("{path}/{list}"));
    let words = lists.flat_map(|list| {
        let items = source.items(&list).iter().enumerate();
        let word = |(at, item): (usize, &Value)| CommandWord {
            at,
            text: item.as_str().unwrap_or_default().to_owned(),
            place: source.place(&format!("{list}/{at}")),
            list: list.clone(),
        };
        items.map(word).collect::<Vec<_>>()
    });
    words.collect()
}

/// Returns the path of the script that starts the server, where one does.
pub(super) fn script_of(source: PodSource<'_>, container: &str) -> Option<String> {
    let words = words_of_lists(source, container);
    let (_, at) = script_among(&texts(&words))?;
    Some(format!("{}/{}", words[at].list, words[at].at))
}

/// Returns the shell that runs a script given as a word, as in `sh -c …` and `bash -ec …`.
fn shell(words: &[String]) -> Option<String> {
    script_among(words).map(|(shell, _)| words[shell].clone())
}

/// The positions of a shell and of the script that it runs.
fn script_among(words: &[String]) -> Option<(usize, usize)> {
    let is_shell =
        |word: &&String| matches!(base_name(word), "sh" | "bash" | "dash" | "ash" | "ksh" | "zsh");
    let runs_script = |word: &String| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        letters.contains('c') && letters.chars().all(|c| c.is_ascii_alphabetic())
    };
    let shell = words.iter().position(|word| is_shell(&word))?;
    let mut at = shell + 1;
    let mut has_script = false;
    while let Some(option) = words.get(at).filter(|word| word.starts_with(['-', '+'])) {
        has_script |= runs_script(option);
        at += if option.ends_with(['o', 'O']) { 2 } else { 1 };
    }
    (has_script && at < words.len()).then_some((shell, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_binary_is_found_behind_wrappers_and_beside_its_namesakes() {
        for (line, at) in [
            ("kube-apiserver --a", Some(0)),
            ("/usr/local/bin/kube-apiserver", Some(0)),
            ("/go-runner --log-file=/x --also-stdout /usr/local/bin/kube-apiserver --a", Some(3)),
            ("/hyperkube apiserver --a", Some(1)),
            ("/hyperkube kube-apiserver --a", Some(1)),
            ("flock /var/lock/kube-apiserver kube-apiserver --a", Some(2)),
            ("kube-apiserver --issuer kube-apiserver --a", Some(0)),
            ("/hyperkube scheduler --a", None),
            ("kube-scheduler --a", None),
        ] {
            assert_eq!(binary(&words(line)), at, "{line}");
        }
    }

    #[test]
    fn a_shell_counts_only_if_it_runs_a_script_from_its_words() {
        assert_eq!(shell(&words("/bin/sh -c x")).as_deref(), Some("/bin/sh"));
        assert_eq!(shell(&words("t 5 bash -o pipefail -ec x")).as_deref(), Some("bash"));
        assert_eq!(shell(&words("timeout 5 bash -e -c x")).as_deref(), Some("bash"));
        assert_eq!(shell(&words("/bin/sh /start.sh -c")), None);
    }
}
