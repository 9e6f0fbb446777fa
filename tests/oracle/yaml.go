package main

import (
	"math/rand"

	"sigs.k8s.io/yaml"
)

// yamlLine asks what the first document of a damaged text is, or why there is none.
func yamlLine(r *rand.Rand, base []string) *line {
	text := damage(r, pick(r, base), base)
	answer := &line{T: "yaml"}
	answer.setText(text)
	result, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		answer.Err = err.Error()
		return answer
	}
	answer.JSON = result
	if _, err := yaml.YAMLToJSONStrict([]byte(text)); err != nil {
		answer.Strict = err.Error()
	}
	return answer
}
