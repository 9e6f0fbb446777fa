//! The distributions, one file each: the files in which each of them wants the settings.

mod cluster_api;
mod deckhouse;
mod gardener;
mod k0s;
mod k3s;
mod kind;
mod kops;
pub(super) mod kubeadm;
mod kubeone;
mod kubespray;
mod microk8s;
mod minikube;
mod openshift;
mod rancher;
mod rke2;
mod sealos;
mod talos;

use super::ExportTarget;

/// Every distribution, in the order of the documentation.
pub(super) const ALL: [&ExportTarget; 17] = [
    &kubeadm::TARGET,
    &kops::TARGET,
    &deckhouse::TARGET,
    &minikube::TARGET,
    &kind::TARGET,
    &k3s::TARGET,
    &rke2::TARGET,
    &rancher::TARGET,
    &talos::TARGET,
    &kubespray::TARGET,
    &cluster_api::TARGET,
    &kubeone::TARGET,
    &gardener::TARGET,
    &k0s::TARGET,
    &microk8s::TARGET,
    &openshift::TARGET,
    &sealos::TARGET,
];
