"""Keys, certificates and kubeconfigs of a node, in the places where kubeadm puts them."""

import base64
import subprocess

CLIENTS = {
    "apiserver-kubelet-client": ("ca", "/O=kubeadm:cluster-admins/CN=kube-apiserver-kubelet-client"),
    "apiserver-etcd-client": ("etcd/ca", "/CN=kube-apiserver-etcd-client"),
    "front-proxy-client": ("front-proxy-ca", "/CN=front-proxy-client"),
    "admin": ("ca", "/O=system:masters/CN=kubernetes-admin"),
}
NAMES = "DNS:kubernetes,DNS:kubernetes.default,DNS:localhost,IP:127.0.0.1,IP:10.96.0.1"


def openssl(directory, *arguments):
    """Runs openssl, which says too much."""
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)


def make(directory):
    """Makes everything, once."""
    if (directory / "sa.pub").exists():
        return
    (directory / "etcd").mkdir(parents=True, exist_ok=True)
    for name in ["ca", "etcd/ca", "front-proxy-ca"]:
        openssl(
            directory, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.crt", "-days", "3650", "-subj", f"/CN={name.replace(chr(47), chr(45))}",
        )  # fmt: skip
    certificate(directory, "apiserver", "ca", "/CN=kube-apiserver", f"subjectAltName={NAMES}\nextendedKeyUsage=serverAuth")
    for name, (authority, subject) in CLIENTS.items():
        certificate(directory, name, authority, subject, "extendedKeyUsage=clientAuth")
    openssl(directory, "genrsa", "-out", "sa.key", "2048")
    openssl(directory, "rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub")


def certificate(directory, name, authority, subject, extensions, days="3650"):
    """Makes a key and a certificate for it."""
    (directory / "extensions").write_text(extensions)
    openssl(
        directory, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
        "-keyout", f"{name}.key", "-out", "request", "-subj", subject,
    )  # fmt: skip
    openssl(
        directory, "x509", "-req", "-in", "request", "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key",
        "-CAcreateserial", "-days", days, "-out", f"{name}.crt", "-extfile", "extensions",
    )  # fmt: skip
    for leftover in ["request", "extensions"]:
        (directory / leftover).unlink()


def kubeconfig(directory, port):
    """Returns the kubeconfig of the administrator."""
    data = {name: base64.b64encode((directory / name).read_bytes()).decode() for name in ["ca.crt", "admin.crt", "admin.key"]}
    return f"""apiVersion: v1
kind: Config
clusters:
- cluster: {{certificate-authority-data: {data["ca.crt"]}, server: "https://127.0.0.1:{port}"}}
  name: kubernetes
contexts:
- context: {{cluster: kubernetes, user: kubernetes-admin}}
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
users:
- name: kubernetes-admin
  user: {{client-certificate-data: {data["admin.crt"]}, client-key-data: {data["admin.key"]}}}
"""
