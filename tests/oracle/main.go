// The oracle: what the real API server says, as lines of JSON.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// Line is one line of output.
type Line struct {
	T         string          `json:"t"`
	ID        string          `json:"id,omitempty"`
	Src       string          `json:"src,omitempty"`
	Policy    string          `json:"policy,omitempty"`
	PolicyB64 []byte          `json:"policyB64,omitempty"`
	JSON      json.RawMessage `json:"json,omitempty"`
	Err       string          `json:"err,omitempty"`
	Strict    string          `json:"strict,omitempty"`
}

func (l *Line) setText(text string) {
	if utf8.ValidString(text) {
		l.Policy = text
	} else {
		l.PolicyB64 = []byte(text)
	}
}

func main() {
	seed := flag.Int64("seed", 1, "seed")
	count := flag.Int("n", 1000, "how many")
	base := flag.String("base", "", "JSONL file whose policies are mutated")
	flag.Parse()
	r := rand.New(rand.NewSource(*seed))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	texts := policies(*base)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for i := 0; i < *count; i++ {
		text := damage(r, pick(r, texts), texts)
		line := Line{T: "yaml", ID: fmt.Sprintf("y%d-%d", *seed, i)}
		line.setText(text)
		result, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			line.Err = err.Error()
		} else {
			line.JSON = result
			if _, err := yaml.YAMLToJSONStrict([]byte(text)); err != nil {
				line.Strict = err.Error()
			}
		}
		if err := encoder.Encode(line); err != nil {
			panic(err)
		}
	}
}

func policies(path string) []string {
	file, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	var texts []string
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<26)
	for scanner.Scan() {
		var line struct{ Policy string }
		if err := json.Unmarshal(scanner.Bytes(), &line); err != nil {
			panic(err)
		}
		if line.Policy != "" {
			texts = append(texts, line.Policy)
		}
	}
	return texts
}
