"""What the lab needs from the machine, and what it builds for itself."""

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import tarfile

from . import place

PROGRAMS = ["kube-apiserver", "kubelet", "crictl", "pause"]
SERVER_VERSION = "v1.37.2"
SERVER_IMAGE = f"registry.k8s.io/kube-apiserver:{SERVER_VERSION}"
PAUSE_IMAGE = "lab.local/pause:1"
NEEDED = ["containerd", "containerd-shim-runc-v2", "ctr", "runc", "openssl", "unshare", "mount"]


class Missing(Exception):
    """The machine lacks something; the lab cannot run here."""


def check_machine():
    """Raises Missing with all that the lab lacks."""
    if os.geteuid() != 0:
        raise Missing("root: the lab makes namespaces, mounts and containers")
    lacking = [name for name in NEEDED if not shutil.which(name)]
    if not shutil.which("go") and not is_built():
        lacking.append("go")
    if lacking:
        raise Missing(", ".join(lacking) + " (apt-get install containerd runc openssl; go.dev)")


def sources_sum():
    """One checksum over all Go sources."""
    total = hashlib.sha256()
    for path in sorted((place.SOURCES / "src").rglob("*")):
        if path.is_file():
            total.update(str(path.relative_to(place.SOURCES)).encode() + path.read_bytes())
    return total.hexdigest()


def is_built():
    """Whether the binaries are those of the sources."""
    mark = place.binaries() / "sources.sha256"
    return mark.exists() and mark.read_text() == sources_sum()


def build():
    """Builds the Go programs and packs their images, if the sources have changed."""
    if is_built():
        return
    target = place.binaries()
    target.mkdir(parents=True, exist_ok=True)
    flags = f"-s -w -X k8s.io/component-base/version.gitVersion={SERVER_VERSION}"
    for name in PROGRAMS:
        subprocess.run(
            ["nice", "go", "build", "-trimpath", "-ldflags", flags, "-o", target / name, f"./{name}"],
            cwd=place.SOURCES / "src",
            env={**os.environ, "CGO_ENABLED": "0"},
            check=True,
        )
    pack(target / "server.tar", SERVER_IMAGE, target / "kube-apiserver", "usr/local/bin/kube-apiserver", [])
    pack(target / "pause.tar", PAUSE_IMAGE, target / "pause", "pause", ["/pause"])
    (target / "sources.sha256").write_text(sources_sum())


def pack(out, name, binary, inside, entrypoint):
    """Writes an image archive, as `docker save` does, that holds one static binary."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        parents = inside.split("/")[:-1]
        directories = ["/".join(parents[: n + 1]) for n in range(len(parents))]
        for directory in [*directories, "tmp", "etc", "var", "var/log", "var/run"]:
            entry = tarfile.TarInfo(directory)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        add(archive, inside, binary.read_bytes(), 0o755)
    layer = layer.getvalue()
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps(
        {
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), "amd64"),
            "os": "linux",
            "config": {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], "Entrypoint": entrypoint or None, "WorkingDir": "/"},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        }
    ).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [f"{digest}/layer.tar"]}]
    with tarfile.open(out, "w") as archive:
        add(archive, config_name, config, 0o644)
        add(archive, f"{digest}/layer.tar", layer, 0o644)
        add(archive, "manifest.json", json.dumps(manifest).encode(), 0o644)


def add(archive, name, data, mode):
    """Adds one file to an archive."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))
