// Command distributions judges exported files with the readers of those they are for:
//
//	distributions cluster-api PATCH.yaml CRD.yaml VERSION
//	distributions openshift FILE.yaml
//	distributions crd FILE.yaml CRD.yaml
//	distributions talos PATCH.yaml
//	distributions alloy FILE.alloy
//	distributions deckhouse FILE.yaml
package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/alloy/syntax/parser"
	configv1 "github.com/openshift/api/config/v1"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"sigs.k8s.io/yaml"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "two arguments at least: what, and a file")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(what string, arguments []string) error {
	text, err := os.ReadFile(arguments[0])
	if err != nil {
		return err
	}
	switch what {
	case "cluster-api":
		return clusterAPI(text, arguments[1], arguments[2])
	case "openshift":
		var server configv1.APIServer
		if err := yaml.UnmarshalStrict(text, &server); err != nil {
			return err
		}
		return crd(text, arguments[1])
	case "crd":
		return crd(text, arguments[1])
	case "talos":
		return checkTalos(text)
	case "alloy":
		_, err := parser.ParseFile(arguments[0], text)
		return err
	case "deckhouse":
		return deckhouse(text)
	}
	return fmt.Errorf("nothing known of %s", what)
}

func crd(text []byte, file string) error {
	var object map[string]any
	if err := yaml.UnmarshalStrict(text, &object); err != nil {
		return err
	}
	return checkCRD(file, object)
}

// clusterAPI puts a patch into the smallest KubeadmControlPlane.
func clusterAPI(text []byte, file, version string) error {
	var patch, object map[string]any
	if err := yaml.UnmarshalStrict(text, &patch); err != nil {
		return err
	}
	reference := "apiGroup: infrastructure.cluster.x-k8s.io"
	template := "{spec: {infrastructureRef: {" + reference + ", kind: DockerMachineTemplate, name: a}}}"
	if version == "v1beta1" {
		template = "{infrastructureRef: {apiVersion: infrastructure.cluster.x-k8s.io/v1beta1, kind: DockerMachineTemplate, name: a}}"
	}
	base := "apiVersion: controlplane.cluster.x-k8s.io/" + version + "\nkind: KubeadmControlPlane\nmetadata: {name: prod}\n" +
		"spec: {version: v1.34.0, replicas: 3, machineTemplate: " + template + "}\n"
	if err := yaml.UnmarshalStrict([]byte(base), &object); err != nil {
		return err
	}
	spec, ok := patch["spec"].(map[string]any)
	if !ok || len(patch) != 1 || len(spec) != 1 {
		return errors.New("the patch is more or less than spec.kubeadmConfigSpec")
	}
	object["spec"].(map[string]any)["kubeadmConfigSpec"] = spec["kubeadmConfigSpec"]
	return checkCRD(file, object)
}

// deckhouse decodes the policy of the Secret as the hook of Deckhouse does: strictly.
func deckhouse(text []byte) error {
	for _, document := range bytes.Split(text, []byte("\n---\n")) {
		var object struct {
			Kind string            `json:"kind"`
			Data map[string]string `json:"data"`
		}
		if err := yaml.Unmarshal(document, &object); err != nil {
			return err
		}
		if object.Kind != "Secret" {
			continue
		}
		policy, err := base64.StdEncoding.DecodeString(object.Data["audit-policy.yaml"])
		if err != nil {
			return err
		}
		var decoded auditv1.Policy
		if err := yaml.UnmarshalStrict(policy, &decoded); err != nil {
			return err
		}
		if len(decoded.Rules) == 0 {
			return errors.New("the policy has no rules")
		}
		return nil
	}
	return errors.New("there is no Secret")
}
