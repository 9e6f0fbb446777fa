//! A policy to ask questions of: read, and accepted by the server.

use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::environment::Environment;
use super::{Failure, ui::Ui};
use crate::auditing;
use crate::host::{FileKind, Host, Local};
use crate::manifest::Manifest;
use crate::operation::{self, Node, NodePlace};
use crate::plan::PathState;
use crate::settings::POLICY_PATH;
use crate::shell;
use audit_policy::api::Version;
use audit_policy::lint::{self, Advice, Order};
use audit_policy::policy;
use audit_policy::policy::AcceptedPolicy;
use audit_policy::wrapped;

/// A policy that a server of the asked version starts with.
pub(super) struct PolicyFile {
    /// What a person calls it.
    pub(super) name: String,
    /// The policy.
    pub(super) accepted: AcceptedPolicy,
    /// The version that accepts it.
    pub(super) version: Version,
}

impl PolicyFile {
    /// Reads the policy at `path`, or the node's own. What the server would warn of is said.
    pub(super) fn read(
        path: Option<&Path>,
        version: Option<Version>,
        environment: &Environment,
        ui: &mut Ui,
    ) -> Result<Self, Failure> {
        let own = path.is_none().then(|| of_this_node(ui));
        let path = path.or(own.as_deref()).unwrap_or(Path::new(POLICY_PATH));
        let mut text = read_policy(path).map_err(|failure| match own {
            None => failure,
            Some(_) => failure.next("-f FILE names a policy."),
        })?;
        let name = name(path);
        let version = version.unwrap_or(Version::NEWEST);
        if let [first, others @ ..] = &wrapped::policies_inside(&text)[..] {
            ui.warn(&format!("{name}: the policy is in {}{}", first.holder, more(others.len())));
            text = first.placed.clone().into_bytes();
        }
        let verdict = policy::judge(&text, version);
        if let Some(warning) = &verdict.warning {
            ui.warn(&format!("{name}: API server {version} would log a warning: {warning}"));
        }
        let accepted = verdict.outcome.map_err(|why| {
            let what = format!("{name}: an API server {version} would not start with it: {why}");
            let lint = lint_of(path);
            refusal(&what, &text, version, Some(&lint), environment)
        })?;
        Ok(Self { name, accepted, version })
    }
}

fn more(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => "; the file has one more, which is not looked at".to_owned(),
        more => format!("; the file has {more} more, which are not looked at"),
    }
}

/// A policy that the server refuses: what to do about it, and the command that does it where there
/// is one.
pub(super) fn refusal(
    what: &str,
    text: &[u8],
    version: Version,
    lint: Option<&str>,
    environment: &Environment,
) -> Failure {
    let words = str::from_utf8(text).unwrap_or_default();
    let verdict = policy::judge(text, version);
    let mut failure = Failure::refused(what);
    for Advice { place, words } in lint::advice(words, &verdict) {
        let place =
            place.or(verdict.place()).map_or(String::new(), |at| format!("line {}: ", at.line));
        failure = failure.next(format!("{place}{words}"));
    }
    let Some(command) = lint else { return failure };
    let fixes = lint::fix(words, version, Order::Kept).is_some();
    let command =
        if fixes { command.replacen("lint", "lint --fix", 1) } else { command.to_owned() };
    failure.next(environment.command(&command))
}

/// Returns the policy that the manifest of the API server of this machine names; where there is no
/// manifest, or it names none, the usual path. Says which it is.
pub(super) fn of_this_node(ui: &mut Ui) -> PathBuf {
    let host = Box::new(Local::new(None));
    let node = Node { host, place: NodePlace::Live, named_manifest: None, force: false };
    let own = node.manifest_path().ok().and_then(|path| {
        let Ok(PathState::File { bytes, .. }) = path_state(node.host.as_ref(), &path) else {
            return None;
        };
        auditing::policy_path(&Manifest::parse(&bytes).ok()?)
    });
    if let Some(own) = own.filter(|own| own != Path::new(POLICY_PATH)) {
        ui.say(&format!("note: the policy is {}, which the manifest names", own.display()));
        return own;
    }
    PathBuf::from(POLICY_PATH)
}

/// The arguments of this program that show all there is to say about the policy in a file.
pub(super) fn lint_of(file: &Path) -> String {
    format!("lint {}", shell::word(file))
}

/// What a person calls a file.
pub(super) fn name(path: &Path) -> String {
    if path == Path::new("-") { "<stdin>".to_owned() } else { path.display().to_string() }
}

/// The largest policy that is read, in bytes. A policy of people has some kB; the time to judge one
/// grows faster than its size, and the server reads it once where our lints compare its rules.
const LARGEST_POLICY: u64 = 2 * MEGABYTE;
const MEGABYTE: u64 = 1 << 20;

/// Reads a policy of the caller, as [`read`] does, but not a large one as a whole.
///
/// # Errors
///
/// It cannot be read, or is larger than any policy should be.
pub(super) fn read_policy(path: &Path) -> Result<Vec<u8>, Failure> {
    let (file, size) = open(path)?;
    let mut text = vec![];
    file.take(LARGEST_POLICY + 1)
        .read_to_end(&mut text)
        .map_err(|error| unreadable(path, &error))?;
    let read = text.len() as u64;
    if read > LARGEST_POLICY { Err(too_large(&name(path), size.max(read))) } else { Ok(text) }
}

/// Looks at the policy at `path` of a machine, and reads it unless it is larger than any policy
/// should be.
///
/// # Errors
///
/// It is too large, or the machine refuses.
pub(super) fn path_state(host: &dyn Host, path: &Path) -> Result<PathState, Failure> {
    match host.stat(path)? {
        Some(stat) if stat.kind == FileKind::File && stat.size > LARGEST_POLICY => {
            Err(too_large(&host.place(path).display().to_string(), stat.size))
        }
        _ => Ok(operation::path_state(host, path)?),
    }
}

fn too_large(name: &str, size: u64) -> Failure {
    let limit = LARGEST_POLICY / MEGABYTE;
    let size = match size > LARGEST_POLICY + 1 {
        true => format!("{:.1} MiB large", size as f64 / MEGABYTE as f64),
        false => format!("larger than {limit} MiB"),
    };
    Failure::refused(format!("{name} is {size}; of a policy at most {limit} MiB are read"))
        .next("Lint of 11.5 MB took 17 s and 1.3 GB of memory, and policies have some kB.")
        .next("Rules that differ in one word only can be one rule with a list.")
        .never_overridden()
}

/// Reads a file of the caller, whatever kind of file it is and whatever way leads there; `-` is
/// standard input.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut text = vec![];
    let (mut file, _) = open(path)?;
    file.read_to_end(&mut text).map_err(|error| unreadable(path, &error))?;
    Ok(text)
}

/// Opens a file of the caller, and returns its size as far as it has one: a pipe has none.
#[expect(clippy::disallowed_methods, reason = "the caller's file, which is not one of the node")]
fn open(path: &Path) -> Result<(Box<dyn Read>, u64), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(std::io::stdin()), 0));
    }
    let file = std::fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let size = file.metadata().map_or(0, |metadata| metadata.len());
    Ok((Box::new(file), size))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            Failure::refused(format!("there is no file {}", path.display()))
        }
        _ => Failure::refused(format!("{} cannot be read: {error}", name(path))),
    }
}

/// Returns where a file of the caller really is, after every link and `..`.
pub(super) fn real_path(path: &Path) -> Result<PathBuf, Failure> {
    Ok(std::fs::canonicalize(path)?)
}

/// The way from a directory to a file, both absolute; symbolic links are not looked at.
pub(in crate::cli) fn relative(file: &Path, from: &Path) -> PathBuf {
    let same = file.components().zip(from.components()).take_while(|(a, b)| a == b).count();
    let up = from.components().skip(same).map(|_| Component::ParentDir);
    up.chain(file.components().skip(same)).collect()
}
