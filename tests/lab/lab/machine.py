"""A lab and its machines: what a node is before anybody runs kubeadm on it."""

import os
import shutil
import subprocess

from . import cgroups, namespaces, network, place, process
from .process import wait

# Units of the machine's systemd that have nothing to do in a box.
MASKED = """systemd-udevd.service systemd-udev-trigger.service systemd-sysctl.service systemd-timesyncd.service
systemd-logind.service systemd-binfmt.service systemd-random-seed.service systemd-hwdb-update.service getty.target
console-getty.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
e2scrub_reap.service fstrim.timer dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount
sys-kernel-tracing.mount sys-fs-fuse-connections.mount proc-sys-fs-binfmt_misc.automount
systemd-user-sessions.service dbus.service dbus.socket""".split()
DIRECTORIES = "usr proc sys dev run tmp mnt opt/cni root home srv var/lib var/log var/cache var/tmp var/spool".split()
NOT_OF_THE_MACHINE = "systemd/system systemd/user kubernetes cni containerd machine-id".split()
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENVIRONMENT = {
    "PATH": PATH, "HOME": "/root", "USER": "root", "SHELL": "/bin/bash", "LANG": "C.UTF-8",
    "KUBECONFIG": "/etc/kubernetes/admin.conf",
}  # fmt: skip


class NotUp(Exception):
    """A node does not come up here."""


class Lab:
    """A network with up to nine machines, of one Kubernetes version."""

    def __init__(self, name, release):
        self.home = place.home() / "labs" / name
        self.release = release
        self.switch = network.Switch(self.home)
        self.group = cgroups.group(self.home)

    def machines(self):
        """Those that exist, up or down."""
        return [Machine(self, path.name) for path in sorted(self.home.glob("nodes/cp?"))]

    def down(self, purge=True):
        """Ends every machine, and the network with them. `purge`: forgets them."""
        for machine in self.machines():
            machine.power_off()
        self.switch.stop()
        if purge:
            shutil.rmtree(self.home, ignore_errors=True)


def name_of_run(index):
    """The name of a lab that ends with this process."""
    return f"run-{os.getpid()}-{index}"


def sweep():
    """Ends the labs of runs that were killed."""
    for home in place.home().glob("labs/run-*"):
        if process.start_time(home.name.split("-")[1]) is None:
            Lab(home.name, None).down()


class Machine:
    """Namespaces with systemd as process 1; its `/` is a directory."""

    def __init__(self, lab, name):
        self.lab = lab
        self.name = name
        self.home = lab.home / "nodes" / name
        self.root = self.home / "root"
        self.address = network.address(name)

    @property
    def init(self):
        """Its process 1; None while it is off."""
        return process.recorded(self.home / "pid")

    # On and off.

    def power_on(self):
        """Makes it, if it is new, and boots it; as it was left, if it is not."""
        if self.init:
            return
        self.lab.switch.start()
        if not self.root.exists():
            self.install()
        self.install_program()
        cgroups.make(self.lab.group, self.name)
        log = self.home / "boot.log"
        outer = subprocess.Popen(
            ["nice", "unshare", "--mount", "--net", "--uts", "--ipc", "--cgroup", "--pid", "--fork",
             place.PARTS / "boot", self.name, self.root, self.home / "bin", self.address],
            preexec_fn=lambda: cgroups.join(self.lab.group, self.name),
            **{**network.DETACHED, "stdout": log.open("w"), "stderr": subprocess.STDOUT},
        )  # fmt: skip
        children = process.Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
        if not wait(lambda: children.exists() and children.read_text().split(), 5):
            raise NotUp(log.read_text())
        process.record(self.home / "pid", int(children.read_text().split()[0]))
        self.lab.switch.serve([machine.name for machine in self.lab.machines() if machine.init])
        self.lab.switch.plug(self.name, self.init)
        if not wait(lambda: self.init is None or self.run(["systemctl", "is-active", "-q", "containerd"]).returncode == 0, 180, 0.2):
            raise NotUp(f"containerd does not run on {self.name}: {log.read_text()}")
        if not self.init:
            raise NotUp(log.read_text())

    def power_off(self):
        """Ends everything on it at once, as a power cut does."""
        process.end(self.home / "pid")
        cgroups.remove(self.lab.group, self.name)

    # Its files.

    def install(self):
        """Makes its file system: a small copy of this machine's /etc, the units, the programs."""
        for name in DIRECTORIES:
            (self.root / name).mkdir(parents=True, exist_ok=True)
        for name in ["tmp", "var/tmp"]:
            (self.root / name).chmod(0o1777)
        for name in ["bin", "sbin", "lib", "lib64"]:
            (self.root / name).symlink_to(f"usr/{name}")
        (self.root / "var/run").symlink_to("../run")
        etc = self.root / "etc"
        shutil.copytree("/etc", etc, symlinks=True, ignore_dangling_symlinks=True)
        for name in NOT_OF_THE_MACHINE:
            shutil.rmtree(etc / name, ignore_errors=True)
        names = "".join(f"{network.address(f'cp{n}')} cp{n}\n" for n in range(1, 10))
        (etc / "hosts").write_text(f"127.0.0.1 localhost\n{names}{network.NET}.1 cluster.lab\n")
        (etc / "hostname").write_text(self.name + "\n")
        for name in ["machine-id", "resolv.conf", "fstab"]:
            (etc / name).unlink(missing_ok=True)
            (etc / name).touch()
        shutil.copytree(place.PARTS / "root", self.root, dirs_exist_ok=True)
        self.fill_in(etc / "containerd/config.toml", "@PAUSE@", (self.lab.release.images / "pause.ref").read_text())
        self.fill_in(etc / "cni/net.d/10-bridge.conflist", "@NUMBER@", self.name[2:])
        units = etc / "systemd/system"
        for unit in MASKED:
            (units / unit).symlink_to("/dev/null")
        (units / "multi-user.target.wants").mkdir()
        for unit in ["containerd.service", "kubelet.service"]:
            (units / "multi-user.target.wants" / unit).symlink_to(f"../{unit}")
        release = self.lab.release
        for module in [release.kubernetes, release.containerd, release.cri]:
            shutil.copytree(module.binaries, self.home / "bin", copy_function=os.link, dirs_exist_ok=True)
        shutil.copytree(release.cni.binaries, self.root / "opt/cni/bin")

    def fill_in(self, file, mark, value):
        """Replaces a mark in a file."""
        file.write_text(file.read_text().replace(mark, value))

    def install_program(self):
        """Installs the kubectl-audit that is tried, where kubectl finds it as a plugin."""
        new = self.home / "bin/.kubectl-audit"
        shutil.copy2(place.program(), new)
        new.rename(self.home / "bin/kubectl-audit")

    def load_images(self):
        """Gives containerd the images that it lacks."""
        there = self.run(["ctr", "-n", "k8s.io", "images", "ls", "-q"]).stdout.split()
        for archive in sorted(self.lab.release.images.glob("*.tar")):
            if archive.with_suffix(".ref").read_text() not in there:
                with archive.open() as content:
                    loaded = self.run(["ctr", "-n", "k8s.io", "images", "import", "-"], stdin=content)
                if loaded.returncode != 0:
                    raise NotUp(loaded.stdout)

    def path(self, inside):
        """Where a path of the machine is seen from here."""
        return process.Path(f"/proc/{self.init}/root{inside}") if self.init else self.root / inside.lstrip("/")

    # What runs on it.

    def start(self, arguments, before=lambda: None, **options):
        """Starts a program there, as a login would, in a session of its own."""
        pid = self.init
        if pid is None:
            raise NotUp(f"{self.name} is off")

        def enter():
            cgroups.join(self.lab.group, self.name)
            namespaces.join(pid)
            before()

        with namespaces.inside(pid, "pid"):
            options.setdefault("start_new_session", True)
            environment = {**ENVIRONMENT, "TERM": os.environ.get("TERM", "dumb")}
            return subprocess.Popen(arguments, env=environment, preexec_fn=enter, **options)

    def run(self, arguments, limit=120, stdin=subprocess.DEVNULL):
        """Runs a program there to its end; its standard output and error in one."""
        running = self.start(
            arguments, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        try:
            output, _ = running.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            running.kill()
            running.communicate()
            raise
        return subprocess.CompletedProcess(arguments, running.returncode, output)

    def sh(self, script, limit=120):
        """Runs a shell script there, which has to succeed."""
        ran = self.run(["bash", "-c", script], limit)
        if ran.returncode != 0:
            raise AssertionError(f"`{script}` ended with {ran.returncode}: {ran.stdout}")
        return ran.stdout
