package main

import (
	"context"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"sigs.k8s.io/yaml"
)

// checkCRD judges an object as an API server does that has this CustomResourceDefinition: unknown fields, types
// and limits, and the rules in CEL.
func checkCRD(file string, object map[string]any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal(text, &definition); err != nil {
		return err
	}
	apiVersion, _ := object["apiVersion"].(string)
	for _, version := range definition.Spec.Versions {
		if definition.Spec.Group+"/"+version.Name == apiVersion {
			return checkSchema(version.Schema.OpenAPIV3Schema, object)
		}
	}
	return fmt.Errorf("%s has no version %s", file, apiVersion)
}

func checkSchema(props *apiextensionsv1.JSONSchemaProps, object map[string]any) error {
	internal := &apiextensions.JSONSchemaProps{}
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(props, internal, nil); err != nil {
		return err
	}
	structural, err := schema.NewStructural(internal)
	if err != nil {
		return err
	}
	options := schema.UnknownFieldPathOptions{TrackUnknownFieldPaths: true}
	if unknown := pruning.PruneWithOptions(object, structural, true, options); len(unknown) > 0 {
		return fmt.Errorf("unknown fields: %v", unknown)
	}
	validator, _, err := validation.NewSchemaValidator(internal)
	if err != nil {
		return err
	}
	if errs := validation.ValidateCustomResource(nil, object, validator); len(errs) > 0 {
		return errs.ToAggregate()
	}
	rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
	errs, _ := rules.Validate(context.Background(), nil, structural, object, nil, celconfig.RuntimeCELCostBudget)
	return errs.ToAggregate()
}
