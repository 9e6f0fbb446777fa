// The oracle: what the real API server says, as lines of JSON.
//
// Each line is one question with its answer; `t` names its kind. The schema is that of
// tests/data/vectors.jsonl.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"strings"
	"unicode/utf8"
)

type line struct {
	T           string          `json:"t"`
	ID          string          `json:"id,omitempty"`
	Src         string          `json:"src,omitempty"`
	Policy      string          `json:"policy,omitempty"`
	Version     int             `json:"version,omitempty"`
	PolicyB64   []byte          `json:"policyB64,omitempty"`
	JSON        json.RawMessage `json:"json,omitempty"`
	Strict      string          `json:"strict,omitempty"`
	Method      string          `json:"method,omitempty"`
	URL         string          `json:"url,omitempty"`
	Err         string          `json:"err,omitempty"`
	Attrs       *request        `json:"attrs,omitempty"`
	APIVersion  string          `json:"apiVersion,omitempty"`
	LongRunning bool            `json:"longRunning,omitempty"`
	Requests    json.RawMessage `json:"requests,omitempty"`
	Want        any             `json:"want,omitempty"`
}

func (l *line) setText(text string) {
	if utf8.ValidString(text) {
		l.Policy = text
	} else {
		l.PolicyB64 = []byte(text)
	}
}

func main() {
	seed := flag.Int64("seed", 1, "seed of the random numbers")
	count := flag.Int("n", 1000, "how many lines")
	kind := flag.String("t", "check", "yaml, check, eval or reqinfo; traffic for requests of a busy cluster; again for new answers to the lines of -base; schema for the types")
	as := flag.Int("as", 0, "mark check lines as answers of a server of this minor version")
	base := flag.String("base", "../data/vectors.jsonl", "lines whose policies are mutated")
	flag.Parse()
	if *kind == "schema" {
		writeSchema()
		return
	}
	r := rand.New(rand.NewSource(*seed))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	if *kind == "traffic" {
		for range *count {
			if err := encoder.Encode(trafficRequest(r)); err != nil {
				panic(err)
			}
		}
		return
	}
	if *kind == "again" {
		askAgain(*base, encoder)
		return
	}
	texts := policies(*base)
	for i := 0; i < *count; i++ {
		var answer *line
		switch *kind {
		case "yaml":
			answer = yamlLine(r, texts)
		case "check":
			answer = checkLine(r, texts)
		case "eval":
			answer = evalLine(r)
		case "reqinfo":
			answer = requestInfoLine(r)
		default:
			panic("no such kind: " + *kind)
		}
		answer.Version = *as
		answer.ID = fmt.Sprintf("%s%d-%d", (*kind)[:1], *seed, i)
		if err := encoder.Encode(answer); err != nil {
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
		// A damaged policy in the binary format is refused in words we do not know.
		if line.Policy != "" && !strings.HasPrefix(line.Policy, "k8s\x00") {
			texts = append(texts, line.Policy)
		}
	}
	return texts
}

// askAgain answers questions that are there already.
func askAgain(path string, encoder *json.Encoder) {
	file, err := os.Open(path)
	if err != nil {
		panic(err)
	}
	defer file.Close()
	scanner := bufio.NewScanner(file)
	scanner.Buffer(nil, 1<<28)
	for scanner.Scan() {
		var question line
		if err := json.Unmarshal(scanner.Bytes(), &question); err != nil {
			panic(err)
		}
		text := question.PolicyB64
		if text == nil {
			text = []byte(question.Policy)
		}
		switch question.T {
		case "check":
			question.Want = check(text)
		case "eval":
			question.Want = decideAll(text, askRequests(question.Requests))
		case "reqinfo":
			if !requestInfo(&question) {
				panic("no URI: " + question.URL)
			}
		}
		if err := encoder.Encode(question); err != nil {
			panic(err)
		}
	}
}
