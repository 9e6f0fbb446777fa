"""A control-plane node as a case sees it: its files, its API server, our entries on it."""

import base64
import json
import os
import re
import shutil
import ssl
import tempfile
import time
import urllib.error
import urllib.request

from . import kubeadm, namespaces
from .machine import Machine, NotUp
from .process import wait

MANIFESTS = "/etc/kubernetes/manifests"
MANIFEST = f"{MANIFESTS}/kube-apiserver.yaml"
STATE = "/var/lib/kubectl-audit"
UNITS = "/etc/systemd/system"
PODS = ["etcd.yaml", "kube-apiserver.yaml", "kube-controller-manager.yaml", "kube-scheduler.yaml"]
# Seconds that the API server of most nodes has to end. The kubelet then kills it, as it does after the default of 30.
SHORT = 2


class Node(Machine):
    """A kubeadm control-plane node."""

    base = b""
    turn = 0

    # Its life.

    def up(self, grace=SHORT):
        """Makes the node and waits until its API server is ready."""
        self.power_on()
        self.load_images()
        if self.manifest() is None:
            kubeadm.make(self, grace)
        self.base = self.manifest()
        if self.healthy_after(120) is None:
            raise NotUp(f"the API server of {self.name} does not get ready: {self.container_log()[-2000:]}")

    def purge(self):
        """Ends it and forgets it."""
        self.power_off()
        shutil.rmtree(self.home, ignore_errors=True)

    def renew(self):
        """Writes the manifest of the beginning, as a pod that the kubelet does not know: no back-off goes on.
        The kubelet is stopped meanwhile, which is quicker than its waiting for the old pod."""
        self.turn += 1
        text = re.sub(rb'    lab/turn: "\d+"\n', b"", self.base)
        self.base = text.replace(b"  annotations:\n", b'  annotations:\n    lab/turn: "%d"\n' % self.turn, 1)
        self.sh("systemctl stop kubelet")
        self.run(["bash", "-c", "crictl rmp -f $(crictl pods -q --name kube-apiserver)"])
        self.put(MANIFEST, self.base)
        self.sh("systemctl start kubelet")

    def stop_kubelet(self):
        """Stops the kubelet; what it started goes on."""
        self.sh("systemctl stop kubelet")

    def start_kubelet(self):
        """Starts the kubelet."""
        self.sh("systemctl start kubelet")

    # Its files.

    def put(self, inside, content):
        """Puts a file in its place by one rename, as careful tools do."""
        path = self.path(inside)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_bytes(content if isinstance(content, bytes) else content.encode())
        temporary.chmod(0o600)
        temporary.rename(path)

    def manifest(self):
        """The bytes of the manifest; None if it is missing."""
        try:
            return self.path(MANIFEST).read_bytes()
        except FileNotFoundError:
            return None

    def container_log(self):
        """The newest log of the API server's container."""
        logs = list(self.path("/var/log/pods").glob("kube-system_kube-apiserver-*/kube-apiserver/*.log"))
        newest = max(logs, key=lambda log: log.stat().st_mtime, default=None)
        return newest.read_text(errors="replace") if newest else ""

    # Its API server.

    def processes(self):
        """The command lines of everything that runs there, by the node's own process ids."""
        found = {}
        for directory in self.path("/proc").glob("[0-9]*"):
            try:
                arguments = (directory / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            found[int(directory.name)] = [argument.decode(errors="replace") for argument in arguments if argument]
        return {pid: line for pid, line in found.items() if line}

    def servers(self):
        """The command lines of the API servers that run, by process."""
        return {pid: line for pid, line in self.processes().items() if line[0].rsplit("/", 1)[-1] == "kube-apiserver"}

    def ready(self):
        """Whether the API server says that it is ready, to one whom it tells from the first moment on."""
        return self.get("/readyz")[0] == 200

    def get(self, path, host=None, stranger=False):
        """One question as a member of system:masters, or a stranger: status and body; 0 if nothing answers."""
        if self.init is None:
            return 0, b""
        try:
            context = ssl._create_unverified_context() if stranger else self.credentials()
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
            with namespaces.inside(self.init, "net"):
                with opener.open(f"https://{host or self.address}:6443{path}", timeout=2) as answer:
                    return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, b""
        except OSError:
            return 0, b""

    def credentials(self):
        """What super-admin.conf holds, read once; a node that joined has admin.conf only."""
        if not hasattr(self, "context"):
            files = [self.root / "etc/kubernetes" / name for name in ["super-admin.conf", "admin.conf"]]
            text = next((file for file in files if file.exists()), files[0]).read_text()
            context = ssl._create_unverified_context()
            with tempfile.NamedTemporaryFile() as both:
                for name in ["certificate", "key"]:
                    both.write(base64.b64decode(re.search(rf"client-{name}-data: (\S+)", text)[1]))
                both.flush()
                context.load_cert_chain(both.name)
            self.context = context
        return self.context

    def settled(self):
        """Whether exactly one API server runs, it is the manifest's, and it is ready."""
        running = list(self.servers().values())
        text = (self.manifest() or b"").decode(errors="replace")
        wanted = sorted(line.strip()[2:] for line in text.split("\n") if line.strip().startswith("- --audit"))
        if len(running) != 1 or sorted(flag for flag in running[0] if flag.startswith("--audit")) != wanted:
            return False
        return self.ready() and self.pod_annotations() == annotations(text)

    def pod_annotations(self):
        """The annotations of the newest pod of the API server, those of the kubelet aside."""
        listed = self.run(["crictl", "pods", "--name", "kube-apiserver-" + self.name, "-o", "json"])
        try:
            pods = json.loads(listed.stdout)["items"]
        except (ValueError, KeyError):
            return None
        newest = max(pods, key=lambda pod: int(pod["createdAt"]), default={"annotations": {}})
        return {key: value for key, value in newest["annotations"].items() if key in OURS}

    def healthy_after(self, limit):
        """Waits until the API server has settled; the seconds, or None."""
        begin = time.monotonic()
        return time.monotonic() - begin if wait(self.settled, limit, 0.2) else None

    def complaints(self, since):
        """What the kubelet said since a time (seconds since 1970)."""
        return self.run(["journalctl", "-u", "kubelet", "-o", "cat", f"--since=@{since:.0f}"]).stdout

    # Its journal of changes.

    def entries(self):
        """The entries, the oldest first."""
        return sorted(path for path in self.path(f"{STATE}/entries").glob("*") if path.is_dir())

    def last_entry(self):
        """The newest entry that has a claim; None if there is none."""
        return next((entry for entry in reversed(self.entries()) if claim(entry)), None)

    def units(self):
        """The unit files of ours."""
        return [path.name for path in self.path(UNITS).rglob("kubectl-audit-*")]

    def ours(self):
        """The processes of ours: commands and watching scripts."""
        return {pid: line for pid, line in self.processes().items() if any(STATE in word or "kubectl-audit" in word for word in line)}


OURS = ["lab/turn", "kubectl-audit/policy-sha256"]


def annotations(manifest):
    """Those of a manifest by which a case knows a pod again."""
    found = re.findall(rf'^    ({"|".join(OURS)}): "?([^"\n]*)"?$', manifest, re.M)
    return dict(found)


FINAL = ["applied", "verified", "confirmed", "rolled-back", "undone"]


def claim(entry):
    """The claim that an entry has; None while it has none."""
    names = os.listdir(entry)
    known = [name for name in names if name in ["prepared", "armed", *FINAL] or name.startswith("claimed-by-")]
    return known[0] if known else None


def after(entry, role):
    """What an entry wrote in a role; None if it wrote nothing there."""
    record = json.loads((entry / "entry.json").read_text())
    for file in record["files"]:
        if file["role"] == role and file["after"]:
            return (entry / "after" / file["after"]["name"]).read_bytes()
    return None
