"""What breaks an API server and is not auditing: it is named, and nothing is stripped for it."""

import time

from lab.node import MANIFESTS
from lab.process import wait
from lab.registry import case
from lab.trial import DONE, REFUSED, Failed

from .behind import FOUND
from .rescue import breakdown, edited, spared, wrong_then_right

PKI = "/etc/kubernetes/pki"
AWAY = "/etc/kubernetes/away"


def blames(trial, says, undo):
    """Doctor and rescue name the cause; rescue changes nothing; then the cause goes."""
    manifest = trial.node.manifest()
    trial.expects(trial.run("doctor"), FOUND, says)
    command = trial.run("rescue", "--yes", "--patience", "60s")
    try:
        trial.expects(command, REFUSED, says)
        spared(trial, manifest)
    finally:
        begin = time.monotonic()
        undo()
        # The kubelet waits longer after each failed start.
        trial.must_be_healthy("after the cause was gone", limit=330)
        trial.seconds = time.monotonic() - begin
    trial.before = trial.node.manifest()


def etcd_elsewhere(trial):
    """Names an etcd that is not there, and waits until a server has given up by itself: before, one was only stopped."""
    breakdown(trial, lambda: edited(trial, "--etcd-servers=https://127.0.0.1:2379", "--etcd-servers=https://127.0.0.1:2999"))
    wait(lambda: "command failed" in trial.node.container_log(), 60)


@case("foreign", "etcd has another address in the manifest, after auditing was turned on", quick=True)
def etcd_address(trial):
    trial.enable("--template", "minimal")
    good = trial.node.manifest()
    etcd_elsewhere(trial)
    blames(trial, "etcd", lambda: trial.node.put(f"{MANIFESTS}/kube-apiserver.yaml", good))


@case("foreign", "etcd has another address, and the kubelet still complains of an earlier pod's mount")
def etcd_after_mount(trial):
    wrong_then_right(trial)
    trial.enable("--template", "minimal")
    good = trial.node.manifest()
    etcd_elsewhere(trial)
    blames(trial, "etcd", lambda: trial.node.put(f"{MANIFESTS}/kube-apiserver.yaml", good))


@case("foreign", "etcd is stopped")
def etcd_stopped(trial):
    trial.enable("--template", "minimal")
    trial.node.sh(f"mkdir -p {AWAY}; mv {MANIFESTS}/etcd.yaml {AWAY}/")

    def back():
        trial.node.sh(f"[ ! -e {AWAY}/etcd.yaml ] || mv {AWAY}/etcd.yaml {MANIFESTS}/")

    trial.later(back)
    wait(lambda: not trial.node.ready(), 60)
    time.sleep(20)
    blames(trial, "etcd", back)


@case("foreign", "etcd is stopped while enable waits: rolled back, and etcd is named")
def etcd_meanwhile(trial):
    happens = trial.renamed()
    command = trial.start("enable", "--yes", "--template", "minimal", "--patience", "90s")
    away = f"mkdir -p {AWAY}; mv {MANIFESTS}/etcd.yaml {AWAY}/"
    back = f"[ ! -e {AWAY}/etcd.yaml ] || mv {AWAY}/etcd.yaml {MANIFESTS}/"
    trial.later(lambda: trial.node.sh(back))
    trial.meanwhile(command, happens, lambda: trial.node.sh(away))
    command.says("does not come up", 200)
    trial.node.sh(back)
    command.ended(240)
    trial.shows(command)
    trial.expects(command, 3, "etcd")
    if trial.node.manifest() != trial.before:
        raise Failed("the manifest is not the old one")


def certificate(sentence, file, quick=False):
    """Registers a case in which one file of the pki is missing."""

    @case("foreign", sentence, quick=quick)
    def act(trial):
        trial.enable("--template", "minimal")
        good = trial.node.path(f"{PKI}/{file}").read_bytes()
        breakdown(trial, lambda: trial.node.sh(f"rm {PKI}/{file}"))
        blames(trial, file.rsplit("/", 1)[-1], lambda: trial.node.put(f"{PKI}/{file}", good))


certificate("the serving certificate is missing", "apiserver.crt", quick=True)
certificate("the certificate of the cluster's authority is missing", "ca.crt")
certificate("the key that signs service accounts is missing", "sa.key")


def expired(node, name, authority):
    """Replaces a certificate by the same one that has ended."""
    node.sh(
        f"cd {PKI} && cp -p {name}.crt /run/lab/good.crt && "
        f"openssl x509 -in {name}.crt -noout -ext subjectAltName 2>/dev/null | tail -n +2 | sed 's/IP Address/IP/g; s/^ */subjectAltName=/' >/run/lab/ext; "
        f"openssl req -new -key {name}.key -subj \"$(openssl x509 -in {name}.crt -noout -subject -nameopt compat | sed 's/subject=/\\//; s/, /\\//g')\" -out /run/lab/csr && "
        f"openssl x509 -req -in /run/lab/csr -CA {authority}.crt -CAkey {authority}.key -CAcreateserial -extfile /run/lab/ext -days -1 -out /run/lab/bad.crt && "
        f"cat /run/lab/bad.crt >{name}.crt"
    )


@case("foreign", "the certificate for etcd has expired")
def etcd_expired(trial):
    trial.enable("--template", "minimal")
    good = trial.node.path(f"{PKI}/apiserver-etcd-client.crt").read_bytes()
    breakdown(trial, lambda: expired(trial.node, "apiserver-etcd-client", "etcd/ca"))
    blames(trial, "etcd|expired", lambda: trial.node.put(f"{PKI}/apiserver-etcd-client.crt", good))


@case("foreign", "the serving certificate has expired: the server runs, and enable proves it or says why not")
def serving_expired(trial):
    good = trial.node.path(f"{PKI}/apiserver.crt").read_bytes()
    expired(trial.node, "apiserver", "ca")
    trial.later(lambda: trial.node.put(f"{PKI}/apiserver.crt", good))
    command = trial.run("enable", "--yes", "--template", "minimal")
    if command.process.returncode != DONE and "expired" not in command.output:
        raise Failed(f"exit {command.process.returncode}, and nothing says that it expired:\n{command.output[-1500:]}")
    if command.process.returncode not in (DONE, REFUSED):
        raise Failed(f"exit {command.process.returncode}:\n{command.output[-1500:]}")
