// Command oracle prints what kind makes of a cluster configuration for a version of Kubernetes: kubeadm's
// configuration, read, validated, rendered and patched by kind's own code.
package main

import (
	"fmt"
	"os"

	"sigs.k8s.io/kind/pkg/cluster/internal/kubeadm"
	"sigs.k8s.io/kind/pkg/internal/apis/config"
	"sigs.k8s.io/kind/pkg/internal/apis/config/encoding"
	"sigs.k8s.io/kind/pkg/internal/patch"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file, version string) error {
	cluster, err := encoding.Load(file)
	if err != nil {
		return err
	}
	config.SetDefaultsCluster(cluster)
	if err := cluster.Validate(); err != nil {
		return err
	}
	text, err := kubeadm.Config(kubeadm.ConfigData{
		ClusterName: "kind", KubernetesVersion: version, ControlPlaneEndpoint: "kind-control-plane:6443",
		APIBindPort: 6443, APIServerAddress: "127.0.0.1", NodeProvider: "docker", ControlPlane: true,
		NodeAddress: "172.18.0.2", NodeName: "kind-control-plane", Token: "abcdef.0123456789abcdef",
		PodSubnet: "10.244.0.0/16", ServiceSubnet: "10.96.0.0/16",
		RuntimeConfig: map[string]string{"api/alpha": "false"},
	})
	if err != nil {
		return err
	}
	patched, err := patch.KubeYAML(text, cluster.KubeadmConfigPatches, nil)
	if err != nil {
		return err
	}
	fmt.Print(patched)
	return nil
}
