"""The real programs, built from published Go modules: one directory a module and version, built once."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import time
from dataclasses import dataclass, field

from . import image, place

KUBERNETES = "k8s.io/kubernetes"
ETCD = "go.etcd.io/etcd/server/v3"
CONTAINERD = "github.com/containerd/containerd/v2"
PLUGINS = "github.com/containernetworking/plugins/plugins"
CONTAINERD_VERSION, CRI_VERSION, CNI_VERSION = "v2.4.2", "v1.37.0", "v1.9.1"
# Debian's package of each program that the lab calls.
NEEDED = {
    "runc": "runc", "ip": "iproute2", "unshare": "util-linux", "mount": "mount", "/lib/systemd/systemd": "systemd",
    "strace": "strace", "curl": "curl", "busybox": "busybox", "dash": "dash", "openssl": "openssl", "mkfs.ext4": "e2fsprogs",
}  # fmt: skip


class Missing(Exception):
    """The lab needs something that can be had on this machine."""


class Unable(Exception):
    """This machine cannot make nodes."""


def check_machine():
    """Raises Unable or Missing, with all that is lacking."""
    if os.geteuid() != 0:
        raise Unable("it needs root: the lab makes namespaces, mounts and containers")
    if not os.path.isdir("/sys/fs/cgroup/memory"):
        raise Unable("it needs cgroup v1 hierarchies below /sys/fs/cgroup, and does not know cgroup v2")
    packages = missing_packages()
    if packages:
        raise Missing(f"apt-get install {' '.join(packages)}")


# What one node holds of fs.inotify.max_user_instances: API server, controller-manager, kubelet, systemd, containerd.
INSTANCES = 30


def room():
    """How many more nodes the machine's limit of inotify instances allows. Beyond it a kubelet does not see its manifests."""
    limit = int(open("/proc/sys/fs/inotify/max_user_instances").read())
    used = 0
    for process in os.scandir("/proc"):
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                used += sum(os.readlink(file.path) == "anon_inode:inotify" for file in os.scandir(f"/proc/{process.name}/fd"))
    return (limit - used) // INSTANCES


def missing_packages():
    """Debian's packages of the programs that this machine lacks."""
    return sorted({package for name, package in NEEDED.items() if not shutil.which(name)})


@dataclass(frozen=True)
class Module:
    """Programs of one Go module in one version."""

    name: str
    path: str
    version: str
    programs: tuple
    flags: tuple = ()
    libraries: tuple = ()
    own: tuple = field(default=())

    @property
    def home(self):
        return place.home() / "build" / f"{self.name}-{self.version}"

    @property
    def binaries(self):
        return self.home / "bin"

    def build(self):
        """Builds its programs, unless they are there."""
        if (self.home / "done").exists():
            return
        if not shutil.which("go"):
            raise Missing("Go (go.dev)")
        begin = time.monotonic()
        self.prepare()
        self.binaries.mkdir(exist_ok=True)
        self.go("build", "-trimpath", *self.flags, "-o", f"{self.binaries}/", *self.programs, *[f"./{name}" for name in self.own])
        (self.home / "done").touch()
        print(f"built {self.name} {self.version} in {time.monotonic() - begin:.0f} s", flush=True)

    def prepare(self):
        """Writes a Go module of ours that needs the programs."""
        shutil.rmtree(self.home, ignore_errors=True)
        self.home.mkdir(parents=True)
        for name in self.own:
            shutil.copytree(place.PARTS / "src" / name, self.home / name)
        self.go("mod", "init", "lab")
        if not self.path:
            return
        for name in replaced(self.path, self.version) if self.path == KUBERNETES else []:
            self.go("mod", "edit", "-replace", f"{name}={name}@v0.{self.version.removeprefix('v1.')}")
        self.go("get", f"{self.path}@{self.version}")
        imports = "".join(f'import _ "{package}"\n' for package in self.libraries or self.programs)
        (self.home / "lab.go").write_text("package lab\n\n" + imports)
        self.go("mod", "tidy", "-e")

    def go(self, *arguments):
        """Runs Go in its directory, which has to succeed."""
        environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod", "GO111MODULE": "on", "GOWORK": "off"}
        ran = subprocess.run(
            ["nice", "go", *arguments], cwd=self.home, env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        if ran.returncode != 0:
            raise Missing(f"{self.name} {self.version}: `go {' '.join(arguments)}` failed:\n{ran.stdout[-3000:]}")


def replaced(path, version):
    """The libraries that Kubernetes replaces by directories of its repository; published, they are v0 of the same release."""
    told = subprocess.run(["go", "mod", "download", "-json", f"{path}@{version}"], stdout=subprocess.PIPE, check=True, cwd="/")
    read = subprocess.run(["go", "mod", "edit", "-json", json.loads(told.stdout)["GoMod"]], stdout=subprocess.PIPE, check=True, cwd="/")
    return [one["Old"]["Path"] for one in json.loads(read.stdout)["Replace"]]


def newest(path, prefix):
    """The newest published release of a module whose version begins like this; Go asks its module proxy."""
    told = subprocess.run(["go", "list", "-m", "-versions", path], capture_output=True, text=True, cwd="/")
    found = [version for version in told.stdout.split()[1:] if re.fullmatch(re.escape(prefix) + r"(\.\d+)*", version)]
    if not found:
        raise Missing(f"a version {prefix} of {path}, which the Go module proxy does not have: {told.stderr.strip()}")
    return found[-1]


def kubernetes_version(wanted):
    """The full version for `1.36`, `v1.36` or `1.36.3`: the newest that is built, else the newest that is published."""
    wanted = "v" + wanted.removeprefix("v")
    if wanted.count(".") == 2:
        return wanted
    built = [path.parent.name.removeprefix("kubernetes-") for path in place.home().glob(f"build/kubernetes-{wanted}.*/done")]
    return max(built, key=numbers) if built else newest(KUBERNETES, wanted)


def numbers(version):
    """A version as numbers that can be compared."""
    return [int(number) for number in re.findall(r"\d+", version)]


class Release:
    """Everything that nodes of one Kubernetes version consist of."""

    def __init__(self, wanted):
        self.version = kubernetes_version(wanted)
        major = "k8s.io/component-base/version"
        stamp = {
            "gitVersion": self.version, "gitMajor": 1, "gitMinor": self.version.split(".")[1],
            "gitTreeState": "clean", "gitCommit": "0" * 40,
        }  # fmt: skip
        linked = "-s -w " + " ".join(f"-X {major}.{name}={value}" for name, value in stamp.items())
        names = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubeadm", "kubelet", "kubectl"]
        programs = tuple(f"{KUBERNETES}/cmd/{name}" for name in names)
        self.kubernetes = Module("kubernetes", KUBERNETES, self.version, programs, ("-ldflags", linked))
        containerd = tuple(f"{CONTAINERD}/cmd/{name}" for name in ["containerd", "containerd-shim-runc-v2", "ctr"])
        tags = ("-ldflags", "-s -w", "-tags", "no_btrfs,no_devmapper,no_zfs,no_aufs")
        self.containerd = Module("containerd", CONTAINERD, CONTAINERD_VERSION, containerd, tags)
        self.cri = Module("cri-tools", "sigs.k8s.io/cri-tools", CRI_VERSION, ("sigs.k8s.io/cri-tools/cmd/crictl",), ("-ldflags", "-s -w"))
        plugins = tuple(f"{PLUGINS}/{name}" for name in ["main/bridge", "main/loopback", "ipam/host-local"])
        self.cni = Module("cni", PLUGINS.rsplit("/", 1)[0], CNI_VERSION, plugins)
        self.pause = Module("pause", "", "v1", (), own=("pause",))

    @property
    def images(self):
        return self.kubernetes.home / "images"

    def build(self):
        """Builds what is not built yet."""
        for module in [self.kubernetes, self.containerd, self.cri, self.cni, self.pause]:
            module.build()
        if (self.images / "done").exists():
            return
        self.images.mkdir(exist_ok=True)
        for name in self.asked_for():
            self.make_image(name)
        (self.images / "done").touch()

    def asked_for(self):
        """The images that this kubeadm asks for."""
        kubeadm = [self.kubernetes.binaries / "kubeadm", "config", "images", "list", "--kubernetes-version", self.version]
        return subprocess.run(kubeadm, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True).stdout.split()

    def make_image(self, reference):
        """Packs the image of a name, if it is one of a static pod or the sandbox."""
        name, tag = reference.rsplit("/", 1)[1].split(":")
        if name == "pause":
            image.pack(self.images / "pause.tar", reference, self.pause.binaries / name, name, ["/pause"])
        elif name == "etcd":
            etcd = Module("etcd", ETCD, newest(ETCD, "v" + tag.rsplit(".", 1)[0]), (), ("-ldflags", "-s -w"), (f"{ETCD}/etcdmain",), ("etcd",))
            etcd.build()
            image.pack(self.images / "etcd.tar", reference, etcd.binaries / name, f"usr/local/bin/{name}")
        elif (self.kubernetes.binaries / name).exists():
            image.pack(self.images / f"{name}.tar", reference, self.kubernetes.binaries / name, f"usr/local/bin/{name}")
        else:
            return
        (self.images / f"{name}.ref").write_text(reference)
