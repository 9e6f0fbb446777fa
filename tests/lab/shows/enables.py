"""Thirty changes in a row on one node with kubeadm's own 30 seconds, each to be verified at the first try."""

from cases.healthy import ALL, WEBHOOK
from lab import node as nodes
from lab.process import wait
from lab.show import settled, show
from lab.trial import Trial, telling
from lab.watch import Watch

TEMPLATES = ["minimal", "docs", "gce", "sealos", "cks", "deckhouse", "cis"]
ENABLE = ["enable", "--yes"]


def changes(files):
    """The thirty: what is typed. `ID`: an older change, of the twenty that are kept whole."""
    yield from ([*ENABLE, "--template", template] for template in TEMPLATES)
    yield ["disable", "--yes"]
    yield [*ENABLE, "--template", "minimal", "--log-path", "-"]
    yield [*ENABLE, "--template", "cis", "--log-path", "-"]
    yield [*ENABLE, "--template", "gce", "--log-path", "/var/log/kubernetes/audit/audit.log"]
    yield [*ENABLE, "--webhook-config", files["webhook"]]
    yield [*ENABLE, "--log-mode", "batch"]
    yield ["history", "restore", "ID", "--yes"]
    yield ["disable", "--yes"]
    yield [*ENABLE, "--template", "minimal", "--log-path=", "--webhook-config", files["webhook"]]
    yield ["disable", "--yes"]
    yield [*ENABLE, "--template", "minimal", "--log-mode", "batch", "--log-batch-max-wait", "8s"]
    yield [*ENABLE, "-f", files["all"], "--log-mode", "blocking"]
    yield [*ENABLE, "--template", "cks", "--confirm-within=2m"]
    yield [*ENABLE, "--template", "minimal", "--confirm-within=10m"]
    yield ["disable", "--yes"]
    yield ["history", "restore", "ID", "--yes"]
    yield [*ENABLE, "--template", "deckhouse", "--log-maxage", "7"]
    yield [*ENABLE, "--log-maxsize", "50"]
    yield [*ENABLE, "--log-format", "legacy"]
    yield [*ENABLE, "--log-format", "json"]
    yield ["disable", "--yes"]
    yield [*ENABLE, "--template", "cis"]
    yield [*ENABLE, "-f", files["all"]]


def ended(trial, words):
    """Runs a change to its end, and confirms it if it waits for that."""
    command = trial.start(*words, terminal=any("--confirm-within" in word for word in words))
    if command.terminal is not None:
        command.says("unless you confirm", 200)
        trial.run("confirm")
    command.ended()
    return command


@show("enables", ["change", "exit", "what the user sees", "Enter → end s", "gone at s", "ready at s", "away s", "end after ready s", "answers"], grace=None)
def enables(node):
    trial = Trial(node)
    files = {"webhook": trial.file("webhook.yaml", WEBHOOK), "all": trial.file("all.yaml", ALL)}
    ids = []
    for words in changes(files):
        trial = Trial(node)
        trial.before = node.manifest()
        words = [ids[-min(10, len(ids))] if word == "ID" else word for word in words]
        with Watch(node) as watch:
            command = ended(trial, words)
            wait(lambda watch=watch: watch.back(), 60)
        ids.append(node.last_entry().name.rsplit("-", 1)[1])
        ill = settled(trial)
        verified = nodes.claim(node.last_entry()) in ("verified", "confirmed")
        gone, back, end = watch.gone(), watch.back(), command.seconds
        away, after = (back - gone, end - back) if gone is not None and back is not None else (None, None)
        yield [
            " ".join(words), command.process.returncode, ill or telling(command.output), end, gone, back, away, after,
            " ".join(map(str, watch.answers())), verified and not ill and command.process.returncode == 0,
        ]  # fmt: skip
