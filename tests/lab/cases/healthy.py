"""Changes that are well: none of them may be taken for a failure, and none may take much longer than by hand."""

import re
import time

from lab import node as nodes
from lab.node import MANIFEST
from lab.process import wait
from lab.registry import case
from lab.trial import UNVERIFIED, Failed

NONE = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: None}]\n"
ALL = "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n"
WEBHOOK = """apiVersion: v1
kind: Config
clusters: [{name: sink, cluster: {server: "http://127.0.0.1:9/audit"}}]
contexts: [{name: sink, context: {cluster: sink, user: nobody}}]
current-context: sink
users: [{name: nobody, user: {}}]
"""


def by_hand(trial):
    """The same change once more, by `mv` and looking at /readyz: what the restart alone takes."""
    node = trial.node
    new = node.manifest()
    node.put(MANIFEST, trial.before)
    trial.must_be_healthy("before the change by hand")
    begin = time.monotonic()
    old = set(node.servers())
    node.put(MANIFEST, new)
    if not wait(lambda: not old & set(node.servers()) and node.servers() and node.ready(), 60, 0.02):
        raise Failed("the change by hand does not come up")
    return time.monotonic() - begin


def kept(trial, *arguments):
    """Enables, which must be verified."""
    command = trial.enable(*arguments)
    trial.must_be_healthy("after enable")
    trial.seconds = command.seconds


def kept_beside(trial, *arguments):
    """Enables, which must be verified, and measures it beside the same change by hand."""
    kept(trial, *arguments)
    trial.figure(f"{trial.seconds:.1f} s from Enter to the end, {by_hand(trial):.1f} s by hand until the first `ok`")


@case("healthy", "template minimal is verified", quick=True)
def minimal(trial):
    kept_beside(trial, "--template", "minimal")
    if not trial.node.path("/var/log/kubernetes/audit/audit.log").stat().st_size:
        raise Failed("nothing was recorded")


@case("healthy", "template minimal is verified where the old server has 30 s to end", whole_grace=True)
def own_times(trial):
    kept_beside(trial, "--template", "minimal")


@case("healthy", "a policy that records nothing is verified", quick=True)
def nothing(trial):
    kept(trial, "-f", trial.file("none.yaml", NONE))


@case("healthy", "template deckhouse is verified")
def deckhouse(trial):
    kept(trial, "--template", "deckhouse")


@case("healthy", "a log on the standard output is verified", quick=True)
def stdout(trial):
    kept(trial, "--template", "minimal", "--log-path", "-")


@case("healthy", "a log in batches is verified")
def batch(trial):
    kept(trial, "--template", "minimal", "--log-mode", "batch", "--log-batch-max-wait", "8s")


@case("healthy", "a webhook alone, which nobody hears, is verified", quick=True)
def webhook(trial):
    kept(trial, "--template", "minimal", "--log-path=", "--webhook-config", trial.file("webhook.yaml", WEBHOOK))


@case("healthy", "a webhook beside the log, which nobody hears, is verified")
def webhook_too(trial):
    kept(trial, "--template", "minimal", "--webhook-config", trial.file("webhook.yaml", WEBHOOK))


@case("healthy", "a server that lets no strangers in is verified", quick=True)
def no_strangers(trial):
    text = trial.node.base.decode()
    closed = text.replace("    - --secure-port", "    - --anonymous-auth=false\n    - --secure-port")
    # The kubelet is a stranger too: whoever closes the door asks the port alone.
    asks = r"httpGet:\n( +host: .*\n) +path: .*\n( +port: .*\n) +scheme: HTTPS\n"
    trial.begins_with(re.sub(asks, r"tcpSocket:\n\1\2", closed).encode())
    kept(trial, "--template", "minimal")


@case("healthy", "another policy over one in use is verified")
def policy_only(trial):
    trial.enable("--template", "minimal")
    trial.before = trial.node.manifest()
    kept_again = trial.enable("-f", trial.file("all.yaml", ALL))
    trial.seconds = kept_again.seconds


@case("healthy", "the same change again finds nothing to do", quick=True)
def again(trial):
    trial.enable("--template", "minimal")
    pods = trial.node.servers()
    trial.enable("--template", "minimal", says="Nothing to do")
    if trial.node.servers().keys() != pods.keys():
        raise Failed("the API server was restarted for nothing")
    trial.seconds = None


@case("healthy", "kubectl finds the program as its plugin, and what kubectl asks is recorded", quick=True)
def plugin(trial):
    node = trial.node
    ran = node.sh("kubectl audit enable --yes --template minimal")
    trial.seen = ran.strip().split("\n")[-1]
    node.sh("kubectl create configmap seen-by-the-lab --from-literal=a=b")
    log = node.path("/var/log/kubernetes/audit/audit.log")
    if not wait(lambda: "seen-by-the-lab" in log.read_text(), 10):
        raise Failed("the request of kubectl is not in the log")


@case("healthy", "without proof wanted it is applied and says so")
def not_verified(trial):
    trial.enable("--template", "minimal", "--no-verify", expect=UNVERIFIED, says="not verified")
    assert nodes.claim(trial.node.last_entry()) == "applied"
