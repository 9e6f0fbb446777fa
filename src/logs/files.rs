//! Which files: those that are named, those in a directory, or the node's own log.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use audit_log::filter::Filter;
use audit_log::rotated::{self, Name};
use audit_log::seek::LATE;

use crate::host::{Host as _, Local, log_file};
use crate::manifest::Manifest;
use crate::operation::{Failure, Node};

/// A file of a log.
#[derive(Debug, Clone)]
pub struct LogInput {
    /// What a person calls it.
    pub name: String,
    /// Where it is; `None` is standard input.
    pub path: Option<PathBuf>,
    /// Its size, as far as it is known.
    pub size: u64,
    /// No event is later, by its name.
    last: Option<i64>,
    /// No event is earlier, by the name of the file before it.
    first: Option<i64>,
}

/// The files of one log, in the order of time.
#[derive(Debug, Clone)]
pub struct LogSet {
    /// The files.
    pub files: Vec<LogInput>,
}

impl LogInput {
    fn new(path: &Path, last: Option<i64>, first: Option<i64>) -> Self {
        let size = Local::new(None).stat(path).ok().flatten().map_or(0, |stat| stat.size);
        Self { name: path.display().to_string(), path: Some(path.to_owned()), size, last, first }
    }

    /// Says whether its name tells that no event of it is meant.
    fn is_outside(&self, filter: &Filter) -> bool {
        let late = |time: i64| time.saturating_add(LATE);
        let before = filter.since.zip(self.last).is_some_and(|(since, last)| late(last) < since);
        let after = filter.until.zip(self.first).is_some_and(|(until, first)| late(until) < first);
        before || after
    }
}

/// Returns the logs that are meant, without files that are outside the time that is asked for, and how
/// many those are. Without paths it is the log of the node.
///
/// # Errors
///
/// There is no such file, no log in a directory, or no log of the node.
pub fn sets(
    paths: &[PathBuf],
    node: &Node,
    filter: &Filter,
) -> Result<(Vec<LogSet>, usize), Failure> {
    let mut found = vec![];
    for path in paths {
        if log_file::is_directory(path) {
            let below = log_file::files_below(path)?;
            let before = found.len();
            found.extend(below.into_iter().filter(|path| is_log(path)));
            if found.len() == before {
                return Err(Failure::refused(format!("there is no log in {}", path.display())));
            }
        } else {
            found.push(path.clone());
        }
    }
    if paths.is_empty() {
        found = own(node)?;
    }
    found.dedup();
    let mut sets = grouped(&found)?;
    let mut skipped = 0;
    for set in &mut sets {
        let before = set.files.len();
        set.files.retain(|file| !file.is_outside(filter));
        skipped += before - set.files.len();
    }
    Ok((sets, skipped))
}

/// Names of files in a directory that may be audit logs.
fn is_log(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = rotated::name(&name).stem;
    stem.contains("audit") || [".log", ".json", ".jsonl"].iter().any(|end| stem.ends_with(end))
}

fn grouped(paths: &[PathBuf]) -> Result<Vec<LogSet>, Failure> {
    let mut logs: BTreeMap<(PathBuf, String), Vec<(Name, &PathBuf)>> = BTreeMap::new();
    let mut sets = vec![];
    for path in paths {
        if path == Path::new("-") {
            let name = "<stdin>".to_owned();
            let stdin = LogInput { name, path: None, size: 0, last: None, first: None };
            sets.push(LogSet { files: vec![stdin] });
            continue;
        }
        if let Err(error) = log_file::open(path) {
            return Err(match error.kind() {
                std::io::ErrorKind::NotFound => {
                    Failure::refused(format!("there is no file {}", path.display()))
                }
                _ => Failure::refused(format!("{} cannot be read: {error}", path.display())),
            });
        }
        let name = rotated::name(&path.file_name().unwrap_or_default().to_string_lossy());
        let directory = path.parent().unwrap_or(Path::new("")).to_owned();
        logs.entry((directory, name.stem.clone())).or_default().push((name, path));
    }
    for (_, mut files) in logs {
        files.sort_by_key(|(name, _)| name.age());
        let mut first = None;
        let file = |(name, path): (Name, &PathBuf)| {
            let file = LogInput::new(path, name.rotated, first);
            first = name.rotated;
            file
        };
        sets.push(LogSet { files: files.into_iter().map(file).collect() });
    }
    Ok(sets)
}

/// The files of the log that the node's manifest names.
fn own(node: &Node) -> Result<Vec<PathBuf>, Failure> {
    let host = node.host.as_ref();
    let none = |what: String| {
        Failure::refused(what)
            .next("Name the files or directories of a log, or - for standard input.")
    };
    let path = node.manifest_path().map_err(|failure| {
        failure.next("Or name the files or directories of a log, or - for standard input.")
    })?;
    let manifest = Manifest::parse_for_rescue(&host.read(&path)?)
        .map_err(|error| none(format!("{} cannot be read: {error}", path.display())))?;
    let Some(flag) = manifest.flag("audit-log-path").filter(|path| !path.is_empty()) else {
        return Err(none(format!("{} sets no --audit-log-path: there is no log", path.display())));
    };
    if flag == "-" {
        return Err(none(
            "the API server writes its log to its output: it is in /var/log/pods/kube-system_kube-apiserver-*"
                .to_owned(),
        ));
    }
    let log = manifest.seen_at(flag).and_then(|seen| seen.node_path).map(PathBuf::from);
    let Some(log) = log else {
        return Err(none(format!(
            "{flag} is inside the container only: the node has no such file"
        )));
    };
    let files = crate::node::log_files::read(host, &log)?;
    if files.is_empty() {
        return Err(none(format!("there is no log {} yet", log.display())));
    }
    let directory = log.parent().unwrap_or(Path::new("/"));
    Ok(files.into_iter().map(|file| host.place(&directory.join(file.name))).collect())
}
