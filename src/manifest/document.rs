//! A manifest that can be edited, and what is in it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::owner::Owner;
use audit_policy::api::Version;
use audit_policy::finding::Place;

use super::check::check_pod;
use super::flags::{self, ManifestFlag};
use super::mounts::{self, Mount, MountedPath, Volume};
use super::path;
use super::reading::{DecodedPod, PodParts, text_of};
use super::refusal::{ManifestRefusal, RefusalReason};
use super::source::PodSource;
use super::typo::Typo;
use super::typos;

/// A static pod manifest of the API server: its text, and what of it matters for auditing.
///
/// It is never changed in place: [`edit`](Self::edit) returns another one.
#[derive(Debug, Clone)]
pub struct Manifest {
    pub(super) decoded: DecodedPod,
    pub(super) parts: PodParts,
    typos: Vec<Typo>,
}

/// The user and group the API server runs as; `None` leaves it to the image.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RunAs {
    /// `securityContext.runAsUser` of the container, else of the Pod.
    pub user: Option<u32>,
    /// `securityContext.runAsGroup` of the container, else of the Pod.
    pub group: Option<u32>,
}

impl RunAs {
    /// Returns who files have to belong to. An image without a `runAsUser` setting runs as root.
    #[must_use]
    pub fn owner(self) -> Owner {
        let Owner { uid, gid } = Owner::ROOT;
        Owner { uid: self.user.unwrap_or(uid), gid: self.group.unwrap_or(gid) }
    }
}

impl Manifest {
    /// Reads a manifest that the kubelet runs and that is safe to edit.
    ///
    /// A byte order mark, CRLF line ends and a missing final newline are kept. The kubelet reads the
    /// first document only, so the Pod has to be there; later documents stay as they are.
    ///
    /// # Errors
    ///
    /// Returns the first reason against it, with its place and repair: no UTF-8, no YAML, no Pod or
    /// several, several API servers or none, `metadata.uid`, a shell script for a command line,
    /// anchors, merge keys, keys given twice, typing mistakes under which the server does not start,
    /// and whatever [`check()`](super::check()) finds.
    ///
    /// # Examples
    ///
    /// ```
    /// use kubectl_audit::manifest::Manifest;
    ///
    /// let text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-apiserver\nspec:\n  \
    ///             containers:\n  - name: kube-apiserver\n    command: [kube-apiserver, --v=2]\n";
    /// let manifest = Manifest::parse(text.as_bytes()).unwrap();
    /// assert_eq!(manifest.flag("v"), Some("2"));
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, ManifestRefusal> {
        let manifest = Self::parse_for_rescue(bytes)?;
        let source = manifest.source();
        // The kubelet sets one itself where it is empty.
        let uid = source.value.pointer("/metadata/uid").and_then(Value::as_str);
        if uid.is_some_and(|uid| !uid.is_empty()) {
            return Err(ManifestRefusal::new(RefusalReason::UidSet, source.place("/metadata/uid")));
        }
        let container = &manifest.parts.container;
        let typo = typos::in_command_line(&manifest.parts.command_line)
            .or_else(|| typos::in_mounts(source, container));
        if let Some(typo) = typo {
            return Err(ManifestRefusal::typo(typo));
        }
        manifest.checked()
    }

    /// Reads a manifest that may be broken, as long as it is a Pod whose parts can be distinguished.
    ///
    /// What [`check()`](super::check()) finds, typing mistakes in flags and `metadata.uid` do not matter here:
    /// [`strip`](super::strip()) may be what fixes it.
    ///
    /// # Errors
    ///
    /// As [`Manifest::parse`], for everything that makes an edit unsafe.
    pub fn parse_for_rescue(bytes: &[u8]) -> Result<Self, ManifestRefusal> {
        let decoded = DecodedPod::of(text_of(bytes)?)?;
        let parts = PodParts::of(decoded.source())?;
        let typos = typos::in_keys(decoded.source(), &parts.container);
        Ok(Self { decoded, parts, typos })
    }

    /// Reads a manifest as the kubelet runs it, to look at and never to edit: keys given twice, merge
    /// keys, anchors, several containers and later documents are taken as the kubelet takes them. Of
    /// a server that a script starts, the flags are those that are plain to see in the script, and
    /// there may be others.
    ///
    /// # Errors
    ///
    /// As [`Manifest::parse`], for what the kubelet does not take for a Pod, and for one in which no
    /// container is an API server.
    pub fn parse_as_run(bytes: &[u8]) -> Result<Self, ManifestRefusal> {
        if let Ok(manifest) = Self::parse_for_rescue(bytes) {
            return Ok(manifest);
        }
        let decoded = DecodedPod::as_run(text_of(bytes)?)?;
        let Some(parts) = PodParts::as_run(decoded.source()) else {
            PodParts::of(decoded.source())?;
            let reason = RefusalReason::NoContainer { containers: vec![] };
            return Err(ManifestRefusal::new(reason, decoded.source().place("/spec/containers")));
        };
        let typos = typos::in_keys(decoded.source(), &parts.container);
        Ok(Self { decoded, parts, typos })
    }

    /// Returns the manifest if the kubelet would run it.
    pub(super) fn checked(self) -> Result<Self, ManifestRefusal> {
        let DecodedPod { root, value, others, .. } = &self.decoded;
        match check_pod(root, value, others) {
            Ok(()) => Ok(self),
            Err(problems) => {
                let place = problems.first().map_or(Place { line: 1, column: 1 }, |it| it.place);
                Err(ManifestRefusal::new(RefusalReason::Invalid(problems), place))
            }
        }
    }

    pub(super) fn source(&self) -> PodSource<'_> {
        self.decoded.source()
    }

    /// Returns the text, byte for byte as it was read or edited.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.decoded.text
    }

    /// Returns the flags after the binary in the order in which the server reads them: `command`,
    /// then `args`. A flag may be there several times.
    #[must_use]
    pub fn flags(&self) -> &[ManifestFlag] {
        &self.parts.command_line.flags
    }

    /// Returns the value of the flag `name` (without dashes) that counts, the last one; `true` for
    /// one that is alone.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.all_flags(name).next_back().map(ManifestFlag::value)
    }

    /// Returns every flag with the value that counts.
    #[must_use]
    pub fn flag_values(&self) -> BTreeMap<String, String> {
        flags::values(self.flags())
    }

    /// Returns every occurrence of the flag `name`, in order. More than one is worth telling.
    #[must_use]
    pub fn all_flags<'a>(
        &'a self,
        name: &str,
    ) -> impl DoubleEndedIterator<Item = &'a ManifestFlag> {
        self.parts.command_line.all(name)
    }

    /// Returns the image of the API server's container.
    #[must_use]
    pub fn image(&self) -> Option<&str> {
        self.container()?.get("image")?.as_str()
    }

    /// Returns the server's version by the tag of its image; `None` if the tag is not one.
    #[must_use]
    pub fn version(&self) -> Option<Version> {
        let name = self.image()?.split('@').next()?.rsplit('/').next()?;
        Version::parse(name.split_once(':')?.1)
    }

    /// Returns the supported version nearest to the server's, by whose rules it is judged; the newest
    /// where the image does not tell.
    #[must_use]
    pub fn nearest_version(&self) -> Version {
        self.version().unwrap_or(Version::NEWEST).nearest_supported()
    }

    /// Returns whether the Pod is on the network of the host.
    #[must_use]
    pub fn on_host_network(&self) -> bool {
        self.decoded.value.pointer("/spec/hostNetwork").and_then(Value::as_bool).unwrap_or(false)
    }

    /// Returns who the API server runs as.
    #[must_use]
    pub fn run_as(&self) -> RunAs {
        RunAs { user: self.run_as_id("runAsUser"), group: self.run_as_id("runAsGroup") }
    }

    fn run_as_id(&self, key: &str) -> Option<u32> {
        let path = format!("/securityContext/{key}");
        let of = |holder: &Value| u32::try_from(holder.pointer(&path)?.as_u64()?).ok();
        self.container().and_then(of).or_else(|| self.decoded.value.get("spec").and_then(of))
    }

    /// Returns the mounts of the API server's container, each with its volume.
    #[must_use]
    pub fn mounts(&self) -> &[Mount] {
        &self.parts.mounts
    }

    /// Returns all volumes of the Pod.
    #[must_use]
    pub fn volumes(&self) -> &[Volume] {
        &self.parts.volumes
    }

    /// Returns how the container sees `node_path`, a path on the node, if it does. Where several
    /// mounts show it, the deepest one on the node; a mount hidden by another does not count.
    #[must_use]
    pub fn covering_mount(&self, node_path: &str) -> Option<MountedPath<'_>> {
        mounts::covering(self.mounts(), node_path)
    }

    /// Returns what is at `container_path`, a path that a flag names; `None` is the container's
    /// own file system, which is lost with the container.
    #[must_use]
    pub fn seen_at(&self, container_path: &str) -> Option<MountedPath<'_>> {
        mounts::seen_at(self.mounts(), container_path)
    }

    /// Returns the paths on the node of the files that the API server uses: those that its flags
    /// name, as far as a mount shows them, and those of hostPath volumes.
    #[must_use]
    pub fn node_paths(&self) -> Vec<String> {
        let values = self.flags().iter().flat_map(|flag| path::named(flag.value()));
        let named = values.filter_map(|value| self.seen_at(value)?.node_path);
        let volumes = self.volumes().iter().filter_map(|volume| volume.host_path.clone());
        named.chain(volumes.map(|volume| path::clean(&volume))).collect()
    }

    /// Returns why the container sees no file of the node at `container_path`, where a volume that
    /// cannot show one is mounted there or above; `None` otherwise.
    #[must_use]
    pub fn hidden_at(&self, container_path: &str) -> Option<String> {
        let mount = self.seen_at(container_path)?.mount;
        let volume = self.volumes().iter().find(|volume| volume.name == mount.volume)?;
        let why = volume.source.hides_the_node()?;
        Some(format!("the volume `{}` at `{}` {why}", volume.name, mount.mount_path))
    }

    /// Returns a name that no volume has: `base`, or `base` with a number. `base` must be a DNS
    /// label of at most 60 characters.
    #[must_use]
    pub fn free_volume_name(&self, base: &str) -> String {
        mounts::free_name(self.volumes(), base)
    }

    /// Returns the value of a pod annotation.
    #[must_use]
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.decoded.value.pointer("/metadata/annotations")?.get(key)?.as_str()
    }

    /// Returns `metadata.name`, to which the kubelet adds the name of the node.
    #[must_use]
    pub fn pod_name(&self) -> &str {
        self.decoded.value.pointer("/metadata/name").and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns `metadata.namespace`; the kubelet takes `default` if it is absent.
    #[must_use]
    pub fn pod_namespace(&self) -> &str {
        let namespace = self.decoded.value.pointer("/metadata/namespace").and_then(Value::as_str);
        namespace.filter(|it| !it.is_empty()).unwrap_or("default")
    }

    /// Returns how many seconds the kubelet gives a container to end before it kills it:
    /// `terminationGracePeriodSeconds`, 30 where that is absent (Go: `SetDefaults_PodSpec`).
    #[must_use]
    pub fn grace_period(&self) -> u64 {
        let given = self.decoded.value.pointer("/spec/terminationGracePeriodSeconds");
        given.and_then(Value::as_u64).unwrap_or(30)
    }

    /// Returns the name of the API server's container.
    #[must_use]
    pub fn container_name(&self) -> &str {
        self.container().and_then(|it| it.get("name")?.as_str()).unwrap_or_default()
    }

    /// Returns typing mistakes that the kubelet lets pass, such as `readonly` for `readOnly`. They
    /// do not keep anything from being edited, but are worth telling.
    #[must_use]
    pub fn typos(&self) -> &[Typo] {
        &self.typos
    }

    fn container(&self) -> Option<&Value> {
        self.decoded.value.pointer(&self.parts.container)
    }
}
