//! Files staged beside their place, so that one rename is all that is left to do.
//!
//! A staged file is called `.kubectl-audit-<id>-<number>.<end>`: the kubelet passes over names that
//! begin with a dot, and the id tells whose it is. The rollback script knows these names too.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::cause::Cause;
use crate::host::{Host, HostError, make_file};
use crate::journal::Body;
use crate::owner::Owner;
use crate::plan::Role;

const PREFIX: &str = ".kubectl-audit-";

/// What a staged file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StagedKind {
    /// The content that is to come.
    New,
    /// The content that was there, for the way back.
    Former,
    /// The former content, brought from the journal.
    Back,
    /// Nothing: it shows whether a rename into the manifests directory works.
    Probe,
}

impl StagedKind {
    const ALL: [Self; 4] = [Self::New, Self::Former, Self::Back, Self::Probe];

    fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Former => "former",
            Self::Back => "back",
            Self::Probe => "probe",
        }
    }
}

/// Returns the directory above the manifests directory, where manifests are staged: what is there
/// is on the same file system as a rule, and no kubelet reads it.
pub(super) fn manifests_parent(manifest: &Path) -> PathBuf {
    let directory = directory_of(manifest);
    directory.parent().unwrap_or(directory).to_owned()
}

/// Returns the directory of a file.
pub(super) fn directory_of(path: &Path) -> &Path {
    path.parent().unwrap_or(Path::new("/"))
}

/// Returns where a file may be staged, the better place first.
pub(super) fn places(role: Role, path: &Path) -> Vec<PathBuf> {
    let own = directory_of(path).to_owned();
    match role {
        Role::Manifest if manifests_parent(path) != own => vec![manifests_parent(path), own],
        _ => vec![own],
    }
}

/// Returns the path of a staged file.
pub(super) fn staged(place: &Path, id: &str, number: usize, end: StagedKind) -> PathBuf {
    place.join(format!("{PREFIX}{id}-{number}.{}", end.name()))
}

/// Reads the name of a staged file: whose it is and what for. `None` if it is not one of this program.
pub(super) fn parse(name: &str) -> Option<(&str, StagedKind)> {
    let (stem, end) = name.strip_prefix(PREFIX)?.rsplit_once('.')?;
    let (id, number) = stem.split_once('-')?;
    let end = StagedKind::ALL.into_iter().find(|known| known.name() == end)?;
    number.parse::<usize>().ok().map(|_| (id, end))
}

/// What a file has beside its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Attributes {
    pub(super) mode: u32,
    pub(super) owner: Owner,
    /// `None`: whatever the directory gives to a new file.
    pub(super) xattrs: Option<BTreeMap<String, Vec<u8>>>,
}

impl Attributes {
    /// Returns those of a file as the journal keeps it.
    pub(super) fn of(body: &Body) -> Self {
        Self { mode: body.mode, owner: body.owner, xattrs: Some(body.xattrs.clone()) }
    }
}

/// Attributes that belong to the content of one file and are wrong on any other: the kernel's own
/// measurement. A label is never removed, only replaced.
const NEVER_COPIED: [&str; 2] = ["security.ima", "security.evm"];
const NEVER_REMOVED: [&str; 3] = ["security.ima", "security.evm", "security.selinux"];

/// Stages one file, durable and read back, with the attributes of the one it stands for. Syncing
/// the directory is left to the caller.
pub(super) fn stage(
    host: &dyn Host,
    staged: &Path,
    bytes: &[u8],
    attributes: &Attributes,
    stands_for: &Path,
) -> Result<(), Cause> {
    make_file(host, staged, bytes, attributes.mode & 0o700)?;
    dress(host, staged, attributes)
        .map_err(|source| Cause::NotKept { path: host.place(stands_for), source })?;
    Ok(host.sync(staged)?)
}

/// Gives a file its owner, mode and attributes, in the order in which none takes another back.
fn dress(host: &dyn Host, path: &Path, attributes: &Attributes) -> Result<(), HostError> {
    host.set_owner(path, attributes.owner)?;
    host.set_mode(path, attributes.mode)?;
    let Some(wanted) = &attributes.xattrs else { return Ok(()) };
    let given: BTreeMap<String, Vec<u8>> = host.xattrs(path)?.into_iter().collect();
    for (name, value) in wanted {
        if given.get(name) != Some(value) && !NEVER_COPIED.contains(&name.as_str()) {
            host.set_xattr(path, name, value)?;
        }
    }
    for name in given.keys() {
        if !wanted.contains_key(name) && !NEVER_REMOVED.contains(&name.as_str()) {
            host.remove_xattr(path, name)?;
        }
    }
    Ok(())
}

/// Returns the place a manifest can be renamed from, found by renaming an empty dot-file: two
/// mounts of one file system have the same device and refuse all the same.
pub(super) fn probe(
    host: &dyn Host,
    role: Role,
    path: &Path,
    id: &str,
    number: usize,
) -> Result<PathBuf, HostError> {
    let mut places = places(role, path);
    let own = directory_of(path).to_owned();
    if places.len() == 1 {
        return Ok(own);
    }
    let better = places.remove(0);
    let from = staged(&better, id, number, StagedKind::Probe);
    let to = staged(&own, id, number, StagedKind::Probe);
    host.create(&from, 0o600)?;
    match host.rename(&from, &to) {
        Ok(()) => {
            host.remove(&to)?;
            Ok(better)
        }
        Err(error) if error.kind() == ErrorKind::CrossesDevices => {
            host.remove(&from)?;
            Ok(own)
        }
        Err(error) => Err(error),
    }
}

/// Removes staged files, durably: what comes back after a power cut may have nobody left to know it.
pub(super) fn remove_all(host: &dyn Host, leftovers: &[PathBuf]) -> Result<(), HostError> {
    for leftover in leftovers {
        host.remove(leftover)?;
    }
    let places: BTreeSet<&Path> = leftovers.iter().map(|path| directory_of(path)).collect();
    places.into_iter().try_for_each(|place| host.sync_directory(place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::{Fake, MountPoint};

    const MANIFEST: &str = "/etc/kubernetes/manifests/kube-apiserver.yaml";

    #[test]
    fn a_staged_name_tells_whose_it_is_and_what_for() {
        let path = staged(Path::new("/etc"), "0a1b2c3d", 2, StagedKind::Former);
        assert_eq!(path, Path::new("/etc/.kubectl-audit-0a1b2c3d-2.former"));
        assert_eq!(
            parse(".kubectl-audit-0a1b2c3d-2.former"),
            Some(("0a1b2c3d", StagedKind::Former))
        );
        for name in [".kubectl-audit-x", ".kubectl-audit-0a1b2c3d-2.yaml", ".policy.swp", "a.new"] {
            assert_eq!(parse(name), None, "{name}");
        }
    }

    #[test]
    fn a_manifest_is_staged_outside_its_directory_and_other_files_inside() {
        let places_of = |role, path| places(role, Path::new(path));
        let own = PathBuf::from("/etc/kubernetes/manifests");
        assert_eq!(places_of(Role::Manifest, MANIFEST), [PathBuf::from("/etc/kubernetes"), own]);
        let policy = "/etc/kubernetes/audit/policy.yaml";
        assert_eq!(places_of(Role::Policy, policy), [PathBuf::from("/etc/kubernetes/audit")]);
    }

    fn node() -> Fake {
        let fake = Fake::new();
        fake.with(|machine| machine.put(MANIFEST, "kind: Pod", 0o600));
        fake
    }

    #[test]
    fn two_mounts_of_one_file_system_are_found_out_and_leave_no_probe() {
        let fake = node();
        let found = probe(&fake, Role::Manifest, Path::new(MANIFEST), "0a1b2c3d", 0).unwrap();
        assert_eq!(found, Path::new("/etc/kubernetes"));
        let path = PathBuf::from("/etc/kubernetes/manifests");
        fake.with(|machine| {
            machine.mount(MountPoint {
                path: path.clone(),
                device: 1,
                read_only: false,
                free: None,
            });
        });
        let found = probe(&fake, Role::Manifest, Path::new(MANIFEST), "0a1b2c3d", 0).unwrap();
        assert_eq!(found, path);
        assert_eq!(fake.with(|machine| machine.names("/etc/kubernetes")), ["manifests"]);
        assert_eq!(fake.with(|machine| machine.names(path)), ["kube-apiserver.yaml"]);
    }

    #[test]
    fn mode_owner_label_and_acl_are_those_of_the_file_that_is_replaced() {
        let fake = node();
        let xattrs = BTreeMap::from([
            ("security.selinux".to_owned(), b"etc_t".to_vec()),
            ("security.ima".to_owned(), b"old".to_vec()),
        ]);
        let attributes =
            Attributes { mode: 0o640, owner: Owner { uid: 7, gid: 8 }, xattrs: Some(xattrs) };
        let path = Path::new("/etc/.kubectl-audit-0a1b2c3d-0.new");
        stage(&fake, path, b"new", &attributes, Path::new(MANIFEST)).unwrap();
        let stat = fake.stat(path).unwrap().unwrap();
        assert_eq!((stat.mode, stat.owner), (0o640, Owner { uid: 7, gid: 8 }));
        let label = ("security.selinux".to_owned(), b"etc_t".to_vec());
        assert_eq!(fake.xattrs(path).unwrap(), [label]);
    }
}
