//! What is exported: the policy and the flags of the command line, and what the manifest says.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::environment::Environment;
use super::super::node::Node;
use super::super::policy_file::lint_of;
use super::super::{Failure, policy_file, template_choice, ui::Ui};
use super::args::ExportArgs;
use crate::auditing::{Auditing, FileRef, LogTarget};
use crate::export::{FilePlace, LogSetting, Setup, WebhookSetting};
use crate::flags::{self, AuditOptions, Flag, name};
use crate::manifest::Manifest;
use crate::settings::{ROTATION, STDOUT, WEBHOOK_PATH};
use crate::template::Template;
use audit_policy::api::Version;
use audit_policy::policy;
use audit_policy::policy::AcceptedPolicy;
use audit_policy::wrapped;

/// The manifest of a node and where it is.
struct ManifestSource {
    node: Node,
    manifest: Manifest,
    auditing: Auditing,
}

/// A policy text and what a person calls it.
struct PolicyBytes {
    bytes: Vec<u8>,
    name: String,
    lint: Option<String>,
}

/// Returns everything that is exported.
pub(super) fn of(
    args: &ExportArgs,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Setup, Failure> {
    let has_policy = args.policy.is_some() || args.template.is_some();
    let source = source(args, has_policy, ui)?;
    let manifest = source.as_ref().map(|source| &source.manifest);
    let version = args.version.or(manifest.map(Manifest::nearest_version));
    let version = version.unwrap_or(Version::NEWEST).nearest_supported();
    let text = text(args, source.as_ref(), environment, ui)?;
    let (policy, warning) = judged(&text, version, environment, ui)?;
    let log = log(args, source.as_ref());
    let setup = Setup {
        policy,
        warning,
        policy_place: policy_place(args, source.as_ref())?,
        flags: flags_of(args, source.as_ref(), &log),
        log,
        webhook: webhook(args, source.as_ref())?,
        version,
        release: manifest.and_then(release),
    };
    check(&setup)?;
    Ok(setup)
}

/// Returns where events are written, for what collects them.
pub(super) fn log_of(args: &ExportArgs, ui: &Ui) -> Result<LogSetting, Failure> {
    let is_said = args.flags.values.contains_key(name::LOG_PATH);
    Ok(log(args, source(args, is_said, ui)?.as_ref()))
}

/// Reads the manifest: the one that is named, or without a policy that of this machine.
fn source(args: &ExportArgs, suffices: bool, ui: &Ui) -> Result<Option<ManifestSource>, Failure> {
    if suffices && !args.node.is_given() {
        return Ok(None);
    }
    let node = args.node.node(ui.stop(), false)?;
    let path = match node.manifest_path() {
        Ok(path) => path,
        Err(_) if !args.node.is_given() => return Ok(None),
        Err(failure) => return Err(failure),
    };
    let manifest = node.manifest(&path)?;
    let auditing = Auditing::of(&manifest);
    Ok(Some(ManifestSource { node, manifest, auditing }))
}

/// The policy: the one that is named, else the manifest's.
fn text(
    args: &ExportArgs,
    source: Option<&ManifestSource>,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<PolicyBytes, Failure> {
    if let Some(file) = &args.policy {
        return from_file(file, ui);
    }
    if let Some(template) = &args.template {
        let refused = |error| template_choice::refused(&error, environment);
        let template = Template::find(template).map_err(refused)?;
        let text = template.render(&args.set).map_err(refused)?;
        let name = format!("template {}", template.name);
        return Ok(PolicyBytes { bytes: text.into_bytes(), name, lint: None });
    }
    let none = || {
        Failure::refused("no policy is named, and there is no manifest here that names one")
            .next("--policy FILE or --template NAME names one; --root DIR reads a node's manifest.")
    };
    let source = source.ok_or_else(none)?;
    let file = source.auditing.policy.as_ref().ok_or_else(none)?;
    let place = source.node.outside(file.node_or_same());
    let (name, lint) = (place.display().to_string(), Some(lint_of(&place)));
    match source.node.host.read(file.node_or_same()) {
        Ok(bytes) => Ok(PolicyBytes { bytes, name, lint }),
        Err(error) => Err(Failure::from(error)
            .next("The manifest names this policy; --policy FILE exports another one.")),
    }
}

/// A policy of the caller, alone in its file or inside one of another kind.
fn from_file(file: &Path, ui: &mut Ui) -> Result<PolicyBytes, Failure> {
    let mut bytes = policy_file::read_policy(file)?;
    let name = policy_file::name(file);
    if let [first, ..] = &wrapped::policies_inside(&bytes)[..] {
        ui.warn(&format!("{name}: the policy is in {}", first.holder));
        bytes = first.text.clone().into_bytes();
    }
    Ok(PolicyBytes { bytes, name, lint: Some(lint_of(file)) })
}

/// Judges the policy for the version that is exported for.
fn judged(
    text: &PolicyBytes,
    version: Version,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<(AcceptedPolicy, Option<String>), Failure> {
    let verdict = policy::judge(&text.bytes, version);
    let name = &text.name;
    if let Some(warning) = &verdict.warning {
        ui.warn(&format!("{name}: an API server {version} warns: {warning}"));
    }
    let accepted = verdict.outcome.map_err(|why| {
        let what = format!("{name}: an API server {version} would not start with it: {why}");
        policy_file::refusal(&what, &text.bytes, version, text.lint.as_deref(), environment)
    })?;
    Ok((accepted, verdict.warning))
}

fn place(file: &FileRef) -> FilePlace {
    let node = file.node_or_same().to_string_lossy().into_owned();
    FilePlace { node, container: file.container.clone() }
}

fn policy_place(
    args: &ExportArgs,
    source: Option<&ManifestSource>,
) -> Result<Option<FilePlace>, Failure> {
    if let Some(path) = &args.policy_path {
        return Ok(Some(FilePlace::same(&absolute(path, "--policy-path")?)));
    }
    Ok(source.and_then(|source| source.auditing.policy.as_ref()).map(place))
}

fn absolute(path: &Path, option: &str) -> Result<String, Failure> {
    match path.to_str().filter(|_| path.is_absolute()) {
        Some(text) => Ok(text.to_owned()),
        None => {
            let shown = path.display();
            Err(Failure::refused(format!("`{shown}` ({option}) is not an absolute path of a node")))
        }
    }
}

/// Where events are written: as the command line says, else as the manifest has it.
fn log(args: &ExportArgs, source: Option<&ManifestSource>) -> LogSetting {
    match args.flags.values.get(name::LOG_PATH).map(String::as_str) {
        Some(STDOUT) => return LogSetting::Output,
        Some("") => return LogSetting::None,
        Some(path) => return LogSetting::File(FilePlace::same(path)),
        None => {}
    }
    let Some(ManifestSource { auditing, .. }) = source else { return LogSetting::Usual };
    match &auditing.log {
        LogTarget::File(file) => LogSetting::File(place(file)),
        LogTarget::Output => LogSetting::Output,
        LogTarget::None if auditing.webhook.is_some() => LogSetting::None,
        LogTarget::None => LogSetting::Usual,
    }
}

/// All other flags: those of the manifest, those of the command line over them, and how a file is rotated
/// where nothing says so.
fn flags_of(
    args: &ExportArgs,
    source: Option<&ManifestSource>,
    log: &LogSetting,
) -> BTreeMap<&'static str, String> {
    let mut flags = BTreeMap::new();
    let manifest = source.map(|source| source.manifest.flag_values()).unwrap_or_default();
    let is_audited = source.is_some_and(|source| source.auditing.has_backend());
    for (name, value) in manifest.iter().chain(&args.flags.values) {
        let Some(flag) = Flag::find(name) else { continue };
        let name = flag.instead.unwrap_or(flag.name);
        if name::FILES.contains(&name) {
            continue;
        }
        match value.as_str() {
            "" => flags.remove(name),
            value => flags.insert(name, value.to_owned()),
        };
    }
    if !is_audited && matches!(log, LogSetting::Usual | LogSetting::File(_)) {
        for (name, value) in ROTATION {
            let is_said = args.flags.values.contains_key(name);
            if !is_said {
                flags.entry(name).or_insert_with(|| value.to_owned());
            }
        }
    }
    flags
}

fn webhook(
    args: &ExportArgs,
    source: Option<&ManifestSource>,
) -> Result<Option<WebhookSetting>, Failure> {
    let given = args.flags.values.get(name::WEBHOOK_CONFIG_FILE);
    let present = source.and_then(|source| source.auditing.webhook.as_ref());
    let place = match (given.map(String::as_str), present) {
        (Some(""), _) => return Ok(None),
        (Some(path), _) => Some(FilePlace::same(path)),
        (None, Some(file)) => Some(place(file)),
        (None, None) => args.webhook_config.is_some().then(|| FilePlace::same(WEBHOOK_PATH)),
    };
    let Some(place) = place else { return Ok(None) };
    let text = match (&args.webhook_config, source) {
        (Some(file), _) => Some(policy_file::read(file)?),
        (None, Some(source)) => source.node.host.read(Path::new(&place.node)).ok(),
        (None, None) => None,
    };
    let text = text.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(Some(WebhookSetting { place, text }))
}

/// Refuses flags that the server would not start with.
fn check(setup: &Setup) -> Result<(), Failure> {
    let log = match &setup.log {
        LogSetting::None => "",
        LogSetting::Output => STDOUT,
        LogSetting::Usual | LogSetting::File(_) => "/audit.log",
    };
    let webhook = setup.webhook.as_ref().map_or("", |webhook| webhook.place.container.as_str());
    let set = setup.flags.iter().map(|(name, value)| (*name, Some(value.as_str())));
    let files = [(name::LOG_PATH, Some(log)), (name::WEBHOOK_CONFIG_FILE, Some(webhook))];
    let never = "the API server would not start";
    let options = AuditOptions::read(setup.version, files.into_iter().chain(set))
        .map_err(|error| Failure::refused(format!("{never}: Error: {error}")))?;
    match flags::aggregate(&flags::check(&options)) {
        None => Ok(()),
        Some(all) => Err(Failure::refused(format!("{never}: {all}")).never_overridden()),
    }
}

/// The version with its patch, as the tag of the image has it; `None` for one that is no release.
fn release(manifest: &Manifest) -> Option<String> {
    let (_, tag) = manifest.image()?.rsplit_once(':')?;
    let parts: Vec<&str> = tag.strip_prefix('v')?.split('.').collect();
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (parts.len() == 3 && parts.iter().all(is_number)).then(|| tag.to_owned())
}
