//! Judges the result of enabling without the code that made it: by the texts, and by what the
//! kubelet would decode from them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::manifest::enable::{LOG, POLICY, SHA};

/// Returns what is wrong with `after` as the enabled form of `before`; `None` if nothing is.
pub(crate) fn fault(before: &str, after: &str) -> Option<String> {
    let (Ok(old), Ok(new)) = (goyaml::decode(before), goyaml::decode(after)) else {
        return Some("not readable".to_owned());
    };
    let (Some(found), Some(again)) = (server(&old), server(&new)) else {
        return Some("no API server".to_owned());
    };
    let checks = [
        comments_are_lost(before, after),
        line_ends_are_mixed(before, after),
        (found != again).then(|| "another container".to_owned()),
        rest_differs(&old, &new, found),
        flags_are_wrong(&old, &new, found),
        lists_are_wrong(&old, &new, found),
        paths_are_not_mounted(&new, found),
        annotation_is_wrong(&old, &new),
    ];
    checks.into_iter().flatten().next()
}

/// Returns the number of the container that runs the API server.
fn server(pod: &Value) -> Option<usize> {
    let containers = pod["spec"]["containers"].as_array()?;
    let named = containers.iter().position(|it| it["name"] == "kube-apiserver");
    let runs_it = |it: &Value| {
        let words = words(it);
        let first = words.first().map_or("", |word| word.rsplit('/').next().unwrap());
        begin(&words).is_some() && ["kube-apiserver", "hyperkube", "go-runner"].contains(&first)
    };
    let names_it = |it: &Value| begin(&words(it)).is_some();
    named
        .or_else(|| containers.iter().position(runs_it))
        .or_else(|| containers.iter().position(names_it))
}

/// Returns the command line of a container.
fn words(container: &Value) -> Vec<String> {
    let lists = [&container["command"], &container["args"]];
    let items = lists.into_iter().filter_map(Value::as_array).flatten();
    items.map(|item| item.as_str().unwrap_or("?").to_owned()).collect()
}

/// Returns where the flags of the server begin.
fn begin(words: &[String]) -> Option<usize> {
    let ends = |word: &str, name: &str| word == name || word.ends_with(&format!("/{name}"));
    let server = words.iter().position(|it| ends(it, "kube-apiserver"));
    let hyperkube =
        words.windows(2).position(|it| ends(&it[0], "hyperkube") && it[1] == "apiserver");
    let alone = words.first().filter(|it| ends(it, "apiserver")).map(|_| 0);
    Some(server.max(hyperkube.map(|at| at + 1)).or(alone)? + 1)
}

/// Returns the flags as the server counts them, and the words that are no audit flags.
fn parsed(words: &[String]) -> (BTreeMap<String, String>, Vec<String>) {
    let begin = begin(words).unwrap_or(0);
    let (mut flags, mut others) = (BTreeMap::new(), words[..begin].to_vec());
    let mut rest = words[begin..].iter();
    while let Some(word) = rest.next() {
        let name = word.trim_start_matches('-').replace('_', "-");
        if !word.starts_with("--") || !name.starts_with("audit-") {
            others.push(word.clone());
            continue;
        }
        match word.split_once('=') {
            Some((flag, value)) => {
                let flag = flag.trim_start_matches('-').replace('_', "-");
                flags.insert(flag, value.to_owned());
            }
            None if name.ends_with("compress") || name.contains("enable") => {
                flags.insert(name, "true".to_owned());
            }
            None => {
                flags.insert(name, rest.next().cloned().unwrap_or_default());
            }
        }
    }
    (flags, others)
}

fn flags_are_wrong(old: &Value, new: &Value, at: usize) -> Option<String> {
    let container = |pod: &Value| pod["spec"]["containers"][at].clone();
    let (mut expected, old_others) = parsed(&words(&container(old)));
    let (found, new_others) = parsed(&words(&container(new)));
    if old_others != new_others {
        return Some(format!("other words: {old_others:?} and {new_others:?}"));
    }
    for name in ["audit-policy-file", "audit-log-path"] {
        expected.insert(name.to_owned(), found.get(name).cloned().unwrap_or_default());
    }
    for (name, value) in
        [("audit-log-maxage", "30"), ("audit-log-maxbackup", "10"), ("audit-log-maxsize", "100")]
    {
        expected.insert(name.to_owned(), value.to_owned());
    }
    (found != expected).then(|| format!("flags: {found:?}, not {expected:?}"))
}

/// Everything but the parts that may change must be the same.
fn rest_differs(old: &Value, new: &Value, at: usize) -> Option<String> {
    let rest = |pod: &Value| {
        let mut pod = pod.clone();
        remove(&mut pod["metadata"], "annotations");
        remove(&mut pod["spec"], "volumes");
        for list in ["command", "args", "volumeMounts"] {
            remove(&mut pod["spec"]["containers"][at], list);
        }
        pod
    };
    (rest(old) != rest(new)).then(|| "another part of the Pod changed".to_owned())
}

fn remove(value: &mut Value, key: &str) {
    value.as_object_mut().map(|entries| entries.shift_remove(key));
}

fn lists_are_wrong(old: &Value, new: &Value, at: usize) -> Option<String> {
    let added = |old: &Value, new: &Value| -> Option<Vec<Value>> {
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let (old, new) = (items(old), items(new));
        new.strip_prefix(&old[..]).map(<[Value]>::to_vec)
    };
    let lists = |pod: &Value| {
        let mounts = pod["spec"]["containers"][at]["volumeMounts"].clone();
        (mounts, pod["spec"]["volumes"].clone())
    };
    let ((old_mounts, old_volumes), (new_mounts, new_volumes)) = (lists(old), lists(new));
    let (Some(mounts), Some(volumes)) =
        (added(&old_mounts, &new_mounts), added(&old_volumes, &new_volumes))
    else {
        return Some("a former mount or volume changed".to_owned());
    };
    let directory = LOG.trim_end_matches("/audit.log");
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let mount_is_right = |mount: &Value| {
        let name = name(mount);
        *mount == json!({ "mountPath": POLICY, "name": name, "readOnly": true })
            || *mount == json!({ "mountPath": directory, "name": name })
    };
    let volume_is_right = |volume: &Value| {
        let (name, file) = (name(volume), json!({ "path": POLICY, "type": "File" }));
        let logs = json!({ "path": directory, "type": "DirectoryOrCreate" });
        *volume == json!({ "hostPath": file, "name": name })
            || *volume == json!({ "hostPath": logs, "name": name })
    };
    let pairs = mounts.len() == volumes.len()
        && mounts.iter().zip(&volumes).all(|(mount, volume)| mount["name"] == volume["name"]);
    let right = mounts.iter().all(mount_is_right) && volumes.iter().all(volume_is_right);
    let names: Vec<&Value> =
        new_volumes.as_array().into_iter().flatten().map(|it| &it["name"]).collect();
    let unique = names.iter().enumerate().all(|(at, name)| !names[..at].contains(name));
    (!pairs || !right || !unique).then(|| format!("added {mounts:?} and {volumes:?}"))
}

/// Both files have to be where the flags say, seen through the deepest mount above them.
fn paths_are_not_mounted(new: &Value, at: usize) -> Option<String> {
    let container = &new["spec"]["containers"][at];
    let (flags, _) = parsed(&words(container));
    let clean = |path: &str| -> String {
        let parts = path.split('/').filter(|part| !matches!(*part, "" | "."));
        parts.map(|part| format!("/{part}")).collect()
    };
    let top_of = |mount: &Value| clean(mount["mountPath"].as_str().unwrap_or("?"));
    let on_node = |path: &str| -> Option<String> {
        let depth = |mount: &&Value| top_of(mount).len();
        let covers = |mount: &&Value| {
            let top = top_of(mount);
            path == top || path.starts_with(&format!("{top}/"))
        };
        let mounts = container["volumeMounts"].as_array()?.iter().filter(covers);
        let mount = mounts.max_by_key(depth)?;
        let volumes = new["spec"]["volumes"].as_array()?;
        let volume = volumes.iter().find(|it| it["name"] == mount["name"])?;
        let host = volume["hostPath"]["path"].as_str()?;
        let sub_path = mount["subPath"].as_str().unwrap_or_default();
        Some(clean(&format!("{host}/{sub_path}/{}", &path[top_of(mount).len()..])))
    };
    let policy = flags.get("audit-policy-file").and_then(|it| on_node(it));
    let log = flags.get("audit-log-path").and_then(|it| on_node(it));
    (policy.as_deref() != Some(POLICY) || log.as_deref() != Some(LOG))
        .then(|| format!("on the node: {policy:?} and {log:?}"))
}

fn annotation_is_wrong(old: &Value, new: &Value) -> Option<String> {
    let annotations = |pod: &Value| -> Map<String, Value> {
        pod["metadata"]["annotations"].as_object().cloned().unwrap_or_default()
    };
    let mut expected = annotations(old);
    expected.insert("kubectl-audit/policy-sha256".to_owned(), json!(SHA));
    (annotations(new) != expected).then(|| "annotations".to_owned())
}

/// Every line that is a comment, and every trailing one of a line that stays, has to stay in order.
fn comments_are_lost(before: &str, after: &str) -> Option<String> {
    // Inside of quotes, where such a line is no comment, it may go on with what was edited.
    let comment = |line: &str| line.split('"').next().unwrap_or_default().trim().to_owned();
    let comments = |text: &str| -> Vec<String> {
        text.lines().filter(|it| it.trim().starts_with('#')).map(comment).collect()
    };
    let lost = comments(before) != comments(after);
    let hashes = |text: &str| text.matches(" #").count();
    // A value that was replaced may have had one.
    let kept: usize = before.lines().filter(|it| !it.contains("audit")).map(hashes).sum();
    let lost = lost || !(kept..=hashes(before)).contains(&hashes(after));
    lost.then(|| "comments".to_owned())
}

fn line_ends_are_mixed(before: &str, after: &str) -> Option<String> {
    let bare = |text: &str| text.matches('\n').count() - text.matches("\r\n").count();
    let mixed = bare(before) == 0 && bare(after) > 0
        || !before.contains('\r') && after.contains('\r')
        || before.ends_with('\n') != after.ends_with('\n')
        || before.starts_with('\u{feff}') != after.starts_with('\u{feff}');
    mixed.then(|| "line ends".to_owned())
}
