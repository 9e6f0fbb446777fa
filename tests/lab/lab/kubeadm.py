"""`kubeadm init` and `kubeadm join`, whole but for the addons."""

from .machine import NotUp

TOKEN = "abcdef.0123456789abcdef"
CERTIFICATE_KEY = "0" * 63 + "1"
PATCHES = "/etc/kubernetes/patches"
CONFIGURATION = "/root/kubeadm.yaml"
INIT = """apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
bootstrapTokens: [{{token: {token}, ttl: "0"}}]
certificateKey: "{key}"
localAPIEndpoint: {{advertiseAddress: {address}, bindPort: 6443}}
patches: {{directory: {patches}}}
nodeRegistration: {registration}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: {version}
controlPlaneEndpoint: cluster.lab:6443
networking: {{podSubnet: 10.244.0.0/16}}
# kubeadm's own directory lies below /usr, which is read-only here.
controllerManager: {{extraArgs: [{{name: flex-volume-plugin-dir, value: /var/lib/kubelet/flexvolume}}]}}
---
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
cgroupDriver: cgroupfs
failCgroupV1: false
# The disk is the machine's: how full that is must not make a node remove its images or evict its pods.
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard: {{memory.available: 50Mi, nodefs.available: 1%, nodefs.inodesFree: 1%, imagefs.available: 1%, imagefs.inodesFree: 1%}}
"""
JOIN = """apiVersion: kubeadm.k8s.io/v1beta4
kind: JoinConfiguration
discovery: {{bootstrapToken: {{apiServerEndpoint: "cluster.lab:6443", token: {token}, unsafeSkipCAVerification: true}}}}
controlPlane: {{certificateKey: "{key}", localAPIEndpoint: {{advertiseAddress: {address}, bindPort: 6443}}}}
patches: {{directory: {patches}}}
nodeRegistration: {registration}
"""
REGISTRATION = (
    "{{name: {name}, criSocket: unix:///run/containerd/containerd.sock, kubeletExtraArgs: [{{name: node-ip, value: {address}}}]}}"
)


def make(machine, grace=None):
    """Makes the machine a control-plane node: the first of its lab, or one more.
    `grace`: the seconds that its API server has to end; kubeadm's own manifest has the default, 30."""
    first = machine.name == "cp1"
    write(machine, f"{PATCHES}/kube-apiserver+strategic.yaml", f"spec: {{terminationGracePeriodSeconds: {grace or 30}}}\n")
    if not grace:
        machine.path(f"{PATCHES}/kube-apiserver+strategic.yaml").unlink()
    registration = REGISTRATION.format(name=machine.name, address=machine.address)
    text = (INIT if first else JOIN).format(
        token=TOKEN, key=CERTIFICATE_KEY, address=machine.address, patches=PATCHES,
        version=machine.lab.release.version, registration=registration,
    )  # fmt: skip
    write(machine, CONFIGURATION, text)
    words = ["init", "--upload-certs", "--skip-phases=addon"] if first else ["join"]
    made = machine.run(["kubeadm", *words, "--config", CONFIGURATION, "--ignore-preflight-errors=all"], limit=300)
    if made.returncode != 0:
        raise NotUp(f"kubeadm {words[0]} on {machine.name}: {made.stdout[-3000:]}")


def write(machine, inside, text):
    """Writes a file of the machine, with its directories."""
    path = machine.path(inside)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


