package main

import (
	"bytes"
	"errors"
	"flag"
	"math/rand"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"k8s.io/apiserver/pkg/apis/audit/validation"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/klog/v2"
)

type fieldError struct {
	Field string `json:"field"`
	Type  string `json:"type"`
	Msg   string `json:"msg"`
}

type checkWant struct {
	OK    bool            `json:"ok"`
	Class string          `json:"class,omitempty"`
	Err   string          `json:"err,omitempty"`
	Errs  []fieldError    `json:"errs,omitempty"`
	Warn  string          `json:"warn,omitempty"`
	Rules int             `json:"rules,omitempty"`
	Canon *auditv1.Policy `json:"canon,omitempty"`
}

var klogText bytes.Buffer

func init() {
	flags := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(flags)
	for name, value := range map[string]string{"logtostderr": "false", "alsologtostderr": "false", "stderrthreshold": "FATAL", "skip_headers": "true", "one_output": "true"} {
		if err := flags.Set(name, value); err != nil {
			panic(err)
		}
	}
	klog.SetOutput(&klogText)
}

// check judges a policy with the real loader.
func check(text []byte) *checkWant {
	klogText.Reset()
	loaded, err := policy.LoadPolicyFromBytes(text)
	klog.Flush()
	want := &checkWant{OK: err == nil, Warn: strings.TrimSuffix(klogText.String(), "\n")}
	if err != nil {
		want.Err = err.Error()
		want.Class = classify(err)
		if want.Class == "validation" {
			want.Errs = validationErrors(text)
		}
		return want
	}
	want.Rules = len(loaded.Rules)
	want.Canon = &auditv1.Policy{}
	if err := auditv1.Convert_audit_Policy_To_v1_Policy(loaded, want.Canon, nil); err != nil {
		panic(err)
	}
	return want
}

// validationErrors are the single errors, those that are equal too.
func validationErrors(text []byte) []fieldError {
	loaded := &auditinternal.Policy{}
	decoder := audit.Codecs.UniversalDecoder(auditv1.SchemeGroupVersion)
	if _, _, err := decoder.Decode(text, nil, loaded); err != nil {
		panic(err)
	}
	var all []fieldError
	for _, e := range validation.ValidatePolicy(loaded) {
		all = append(all, fieldError{e.Field, string(e.Type), e.Error()})
	}
	return all
}

// classify names the class of an error: a help for people, nothing exact.
func classify(err error) string {
	var aggregate utilerrors.Aggregate
	if errors.As(err, &aggregate) {
		return "validation"
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "0 rules"):
		return "norules"
	case strings.Contains(text, "unknown group version field"):
		return "version"
	case strings.Contains(text, "no kind ") || strings.Contains(text, "unknown conversion"):
		return "kind"
	case strings.Contains(text, "cannot unmarshal") || strings.Contains(text, "parsing time") || strings.Contains(text, "unexpected GroupVersion"):
		return "type"
	}
	return "syntax"
}

// randomText is a policy file with or without mistakes, and a word for how it came to be.
func randomText(r *rand.Rand, base []string) (string, string) {
	kind := r.Intn(100)
	if kind < 35 {
		return damage(r, pick(r, base), base), "text"
	}
	o := randomPolicy(r)
	isJSON := chance(r, 25)
	for n := r.Intn(4); n > 0; n-- {
		mutate(r, o, isJSON)
	}
	var text string
	if isJSON {
		text = pick(r, []string{"", "", "", "\n  ", "\t", "\u00a0", "\ufeff"}) + renderJSON(r, o) + pick(r, []string{"", "\n", " ", "x", "{}"})
	} else {
		text = renderYAML(r, o)
	}
	if kind < 55 {
		return damage(r, text, base), "gen:text"
	}
	return text, "gen"
}

func checkLine(r *rand.Rand, base []string) *line {
	text, src := randomText(r, base)
	result := &line{T: "check", Src: src, Want: check([]byte(text))}
	result.setText(text)
	return result
}
