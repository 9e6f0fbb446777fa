//! `init --from`: the policy and the settings of a file of another distribution.

use std::path::Path;

use super::super::environment::Environment;
use super::super::{Exit, Failure, policy_file, replace, ui::Ui};
use crate::import::{ImportError, Imported, import};
use crate::shell;

/// Prints or writes the policy of the file, and says what `enable` has to know for the rest.
pub(super) fn run(
    file: &Path,
    out: Option<&Path>,
    force: bool,
    environment: &Environment,
    ui: &mut Ui,
) -> Result<Exit, Failure> {
    let found = read(file)?;
    match (&found.policy, out) {
        (Some(text), Some(out)) => replace::write(out, text, force)?,
        (Some(text), None) => ui.result(text),
        (None, Some(_)) => return Err(without_policy(file, &found)),
        (None, None) => {}
    }
    report(&found, out, environment, ui);
    Ok(Exit::Done)
}

fn read(file: &Path) -> Result<Imported, Failure> {
    let name = policy_file::name(file);
    let bytes = policy_file::read_policy(file)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Failure::refused(format!("{name} is not UTF-8")).never_overridden())?;
    import(&text).map_err(|error| {
        let failure = Failure::refused(format!("{name}: {error}"));
        match error {
            ImportError::Syntax(_) => failure,
            ImportError::Nothing => failure.next(
                "Read are: kubeadm and sealos, kops, Deckhouse, Talos, RKE2, k3s, Rancher, Gardener, Cluster API, kind, \
                 KubeOne, k0s, MicroK8s, kubespray.",
            ),
        }
    })
}

fn without_policy(file: &Path, found: &Imported) -> Failure {
    let what = format!("{}: {} names no policy text", policy_file::name(file), found.holder);
    match &found.policy_path {
        Some(path) => Failure::refused(what).next(format!("The policy is {path} on the node.")),
        None => Failure::refused(what),
    }
}

/// Says where it was found, what the file does not show, and the settings as flags of enable.
fn report(found: &Imported, out: Option<&Path>, environment: &Environment, ui: &mut Ui) {
    ui.say(&format!("from      {}", found.holder));
    found.notes.iter().for_each(|note| ui.say(&format!("note: {note}")));
    let policy = match (&found.policy, out) {
        (Some(_), Some(out)) => shell::word(out),
        (Some(_), None) => "FILE".to_owned(),
        (None, _) => found
            .policy_path
            .as_deref()
            .map_or("FILE".to_owned(), |path| shell::word(Path::new(path))),
    };
    let flags = found.flags.iter().map(|(name, value)| {
        let word = format!("--{}={value}", name.trim_start_matches("audit-"));
        format!(" {}", shell::word(Path::new(&word)))
    });
    let enable = format!("enable --policy {policy}{}", flags.collect::<String>());
    ui.say(&format!("Next:\n  {}", environment.root_command(&enable)));
}
