// Command admission judges a ValidatingAdmissionPolicy and its binding as the API server does when they are
// created: strictly decoded, with defaults, validated, and every expression compiled with the types of the objects.
package main

import (
	"bytes"
	"fmt"
	"os"

	"k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	conversion "k8s.io/kubernetes/pkg/apis/admissionregistration/v1"
	"k8s.io/kubernetes/pkg/apis/admissionregistration/validation"
	"sigs.k8s.io/yaml"
)

func main() {
	text, err := os.ReadFile(os.Args[1])
	if err == nil {
		err = check(text)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(text []byte) error {
	documents := bytes.Split(text, []byte("\n---\n"))
	if len(documents) != 2 {
		return fmt.Errorf("%d documents, not a policy and a binding", len(documents))
	}
	var policy v1.ValidatingAdmissionPolicy
	if err := yaml.UnmarshalStrict(documents[0], &policy); err != nil {
		return err
	}
	conversion.SetObjectDefaults_ValidatingAdmissionPolicy(&policy)
	var internal admissionregistration.ValidatingAdmissionPolicy
	if err := conversion.Convert_v1_ValidatingAdmissionPolicy_To_admissionregistration_ValidatingAdmissionPolicy(&policy, &internal, nil); err != nil {
		return err
	}
	errs := field.ErrorList(validation.ValidateValidatingAdmissionPolicy(&internal))
	var binding v1.ValidatingAdmissionPolicyBinding
	if err := yaml.UnmarshalStrict(documents[1], &binding); err != nil {
		return err
	}
	conversion.SetObjectDefaults_ValidatingAdmissionPolicyBinding(&binding)
	var internalBinding admissionregistration.ValidatingAdmissionPolicyBinding
	if err := conversion.Convert_v1_ValidatingAdmissionPolicyBinding_To_admissionregistration_ValidatingAdmissionPolicyBinding(&binding, &internalBinding, nil); err != nil {
		return err
	}
	errs = append(errs, validation.ValidateValidatingAdmissionPolicyBinding(&internalBinding)...)
	return errs.ToAggregate()
}
