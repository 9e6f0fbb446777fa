"""Image archives, as `docker save` writes them, that hold one static binary."""

import hashlib
import io
import json
import platform
import tarfile


def pack(out, name, binary, inside, entrypoint=None):
    """Packs a binary under a path into an image with a name."""
    layer = layer_of(binary.read_bytes(), inside)
    digest = hashlib.sha256(layer).hexdigest()
    config = json.dumps(
        {
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), "amd64"),
            "os": "linux",
            "config": {
                "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                "Entrypoint": entrypoint,
                "WorkingDir": "/",
            },
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
        }
    ).encode()
    config_name = hashlib.sha256(config).hexdigest() + ".json"
    manifest = [{"Config": config_name, "RepoTags": [name], "Layers": [f"{digest}/layer.tar"]}]
    with tarfile.open(out, "w") as archive:
        add(archive, config_name, config, 0o644)
        add(archive, f"{digest}/layer.tar", layer, 0o644)
        add(archive, "manifest.json", json.dumps(manifest).encode(), 0o644)


def layer_of(program, inside):
    """One layer: the program, its directories, and a root that can be looked up."""
    layer = io.BytesIO()
    with tarfile.open(fileobj=layer, mode="w") as archive:
        parents = inside.split("/")[:-1]
        directories = ["/".join(parents[: n + 1]) for n in range(len(parents))]
        for directory in [*directories, "tmp", "etc", "var", "var/log", "var/run"]:
            entry = tarfile.TarInfo(directory)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(entry)
        add(archive, "etc/passwd", b"root:x:0:0:root:/root:/sbin/nologin\n", 0o644)
        add(archive, inside, program, 0o755)
    return layer.getvalue()


def add(archive, name, data, mode):
    """Adds one file to an archive."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))
