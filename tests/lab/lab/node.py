"""A control-plane node in a box: namespaces of its own, containerd, a kubelet, an API server."""

import ctypes
import json
import os
import shutil
import signal
import ssl
import subprocess
import time
import urllib.request
from pathlib import Path

from . import build, pki, place

MANIFESTS = "/etc/kubernetes/manifests"
MANIFEST = f"{MANIFESTS}/kube-apiserver.yaml"
STATE = "/var/lib/kubectl-audit"
CLONE_NEWPID = 0x20000000
CLONE_NEWNS = 0x00020000

# The kubelet's own times are minutes; these show the same course in seconds.
FAST = ["--probe-divisor=10", "--backoff=2s", "--backoff-max=6s", "--file-check-frequency=5s", "--look=100ms"]
CONTAINERD = """version = 2
root = "{home}/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.internal.v1.opt", "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  stream_server_address = "127.0.0.1"
  stream_server_port = "0"
  disable_apparmor = true
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "{home}/cni/bin"
    conf_dir = "{home}/cni/conf"
"""


class NotUp(Exception):
    """The node does not come up here."""


class Node:
    """One node. Everything it writes lies below its home; everything it runs ends with its process 1."""

    def __init__(self, name, port):
        self.home = place.home() / "nodes" / name
        self.port = port
        self.init = None
        self.kubelet = None

    # Its life.

    def up(self, timing=FAST):
        """Makes the node and waits until its API server is ready."""
        self.down()
        for made in ["own", "containerd"]:
            shutil.rmtree(self.home / made, ignore_errors=True)
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "containerd.toml").write_text(CONTAINERD.format(home=self.home, pause=build.PAUSE_IMAGE))
        self.write_etc(timing)
        outer = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
             place.SOURCES / "parts/init", self.home],
            stdin=subprocess.DEVNULL, stdout=(self.home / "init.log").open("w"), stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
        if not wait(lambda: children.read_text().split(), 5):
            raise NotUp((self.home / "init.log").read_text())
        self.init = int(children.read_text().split()[0])
        (self.home / "pid").write_text(f"{self.init} {start_time(self.init)}")
        self.enter()
        if not wait(lambda: self.run(["ctr", "version"]).returncode == 0, 20):
            raise NotUp((self.home / "init.log").read_text() + (self.home / "containerd.log").read_text()[-2000:])
        for archive in ["server.tar", "pause.tar"]:
            imported = self.run(["ctr", "-n", "k8s.io", "images", "import", place.binaries() / archive])
            if imported.returncode != 0:
                raise NotUp(imported.stdout)
        self.timing = timing
        self.start_kubelet()
        self.put("/run/lab/base.yaml", self.base)
        self.put(MANIFEST, self.base)
        if self.healthy_after(60) is None:
            raise NotUp("its API server does not get ready: " + self.container_log()[-2000:])

    def write_etc(self, timing):
        """Writes what is there before anything runs."""
        keys = place.home() / "pki"
        etc = self.home / "own/etc/kubernetes"
        shutil.copytree(keys, etc / "pki")
        (etc / "manifests").mkdir()
        (etc / "admin.conf").write_text(pki.kubeconfig(keys, self.port))
        (etc / "admin.conf").chmod(0o600)
        text = (place.SOURCES / "kubeadm.yaml").read_text().replace("6443", str(self.port))
        self.base = text.encode()
        kubelet = self.home / "own/var-lib/kubelet"
        kubelet.mkdir(parents=True)
        recheck = "5s" if timing is FAST else "20s"
        (kubelet / "config.yaml").write_text(
            "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
            f"staticPodPath: {MANIFESTS}\nfileCheckFrequency: {recheck}\n"
        )

    def enter(self):
        """Lets every process that this one starts from now on be one of the node's."""
        descriptor = os.open(f"/proc/{self.init}/ns/pid", os.O_RDONLY)
        if ctypes.CDLL(None, use_errno=True).setns(descriptor, CLONE_NEWPID) != 0:
            raise NotUp(f"setns: {os.strerror(ctypes.get_errno())}")
        os.close(descriptor)

    def attach(self):
        """Finds a node that is up already; False if none is."""
        recorded = self.home / "pid"
        if not recorded.exists():
            return False
        pid, start = recorded.read_text().split()
        if start_time(int(pid)) != start:
            return False
        self.init = int(pid)
        self.base = (place.SOURCES / "kubeadm.yaml").read_text().replace("6443", str(self.port)).encode()
        return True

    def down(self):
        """Ends the recorded process 1, and with it everything in the node."""
        if not self.attach():
            return
        os.kill(self.init, signal.SIGKILL)
        wait(lambda: start_time(self.init) is None, 20)
        (self.home / "pid").unlink(missing_ok=True)

    def start_kubelet(self):
        """Starts the kubelet, under its own name."""
        arguments = ["kubelet", "--state=/run/lab/state.json", *self.timing]
        program = place.binaries() / "kubelet"
        output = (self.home / "kubelet.log").open("a")
        self.kubelet = self.start(arguments, executable=program, stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def stop_kubelet(self):
        """Stops the kubelet; what it started goes on."""
        self.kubelet.kill()
        self.kubelet.wait()

    # What runs and lies in it.

    def path(self, inside):
        """Where a path of the node is seen from here."""
        return Path(f"/proc/{self.init}/root{inside}")

    def environment(self):
        """The environment of a person on the node."""
        path = f"{place.SOURCES / 'parts'}:{place.binaries()}:{os.environ['PATH']}"
        kept = {name: os.environ[name] for name in ["HOME", "USER", "LANG", "TERM"] if name in os.environ}
        return {**kept, "PATH": path, "KUBECONFIG": "/etc/kubernetes/admin.conf"}

    def start(self, arguments, **options):
        """Starts a program on the node, in a session of its own."""
        options.setdefault("start_new_session", True)
        return subprocess.Popen(arguments, env=self.environment(), preexec_fn=self.join, **options)

    def join(self):
        """Goes to the node's file system: for a process that is about to become one of the node's."""
        descriptor = os.open(f"/proc/{self.init}/ns/mnt", os.O_RDONLY)
        if ctypes.CDLL(None).setns(descriptor, CLONE_NEWNS) != 0:
            os._exit(126)
        os.chdir("/")

    def run(self, arguments, limit=60):
        """Runs a program on the node to its end."""
        return subprocess.run(
            arguments, env=self.environment(), preexec_fn=self.join, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=limit, errors="replace",
        )  # fmt: skip

    def sh(self, script, limit=60):
        """Runs a shell script on the node, which has to succeed."""
        ran = self.run(["bash", "-c", script], limit)
        if ran.returncode != 0:
            raise AssertionError(f"`{script}` ended with {ran.returncode}: {ran.stdout}")
        return ran.stdout

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

    def state(self):
        """What the kubelet knows of its pods."""
        try:
            return json.loads(self.path("/run/lab/state.json").read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {"Pods": None, "Errors": {}, "Events": None}

    def container_log(self):
        """The newest log of the API server's container."""
        logs = sorted(self.path("/var/log/pods").glob("*/kube-apiserver/*.log"), key=lambda log: log.stat().st_mtime)
        return logs[-1].read_text(errors="replace") if logs else ""

    # Its API server.

    def servers(self):
        """The command lines of the API servers that run, by process."""
        found = {}
        for directory in self.path("/proc").glob("[0-9]*"):
            try:
                arguments = (directory / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if arguments[0].rsplit(b"/", 1)[-1] == b"kube-apiserver":
                found[int(directory.name)] = [argument.decode() for argument in arguments if argument]
        return found

    def ready(self):
        """Whether the API server says that it is ready."""
        return self.get("/readyz")[0] == 200

    def get(self, path):
        """One question as the administrator: status and body; 0 if nothing answers."""
        context = ssl._create_unverified_context()
        keys = place.home() / "pki"
        context.load_cert_chain(keys / "admin.crt", keys / "admin.key")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
        try:
            with opener.open(f"https://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, b""
        except OSError:
            return 0, b""

    def settled(self):
        """Whether exactly one API server runs, with the audit flags of the manifest, and is ready."""
        running = list(self.servers().values())
        text = (self.manifest() or b"").decode(errors="replace")
        wanted = sorted(line.strip()[2:] for line in text.split("\n") if line.strip().startswith("- --audit"))
        if len(running) != 1 or sorted(flag for flag in running[0] if flag.startswith("--audit")) != wanted:
            return False
        return self.ready()

    def healthy_after(self, limit):
        """Waits until the API server has settled twice in a row; the seconds, or None."""
        begin = time.monotonic()
        if wait(lambda: self.settled() and (time.sleep(0.3) or self.settled()), limit):
            return time.monotonic() - begin
        return None

    # Its journal of changes.

    def entries(self):
        """The entries, the oldest first."""
        return sorted(path for path in self.path(f"{STATE}/entries").glob("*") if path.is_dir())

    def last_entry(self):
        """The newest entry that has a claim; None if there is none."""
        return next((entry for entry in reversed(self.entries()) if claim(entry)), None)


FINAL = ["applied", "verified", "confirmed", "rolled-back", "undone"]


def claim(entry):
    """The claim that stands in an entry; None while it has none."""
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


def start_time(pid):
    """When a process started, in ticks; None if it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else fields[19]


def wait(condition, limit, pause=0.05):
    """Waits until a condition holds; what it returned, or None."""
    end = time.monotonic() + limit
    while True:
        held = condition()
        if held:
            return held
        if time.monotonic() >= end:
            return None
        time.sleep(pause)
