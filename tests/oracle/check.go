package main

import (
	"bytes"
	"errors"
	"flag"
	"math/rand"
	"strings"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	validation "k8s.io/apimachinery/pkg/util/validation/field"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
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
		want.Class, want.Errs = classify(err)
		return want
	}
	want.Rules = len(loaded.Rules)
	want.Canon = &auditv1.Policy{}
	if err := auditv1.Convert_audit_Policy_To_v1_Policy(loaded, want.Canon, nil); err != nil {
		panic(err)
	}
	return want
}

func classify(err error) (string, []fieldError) {
	var aggregate utilerrors.Aggregate
	if errors.As(err, &aggregate) {
		var all []fieldError
		for _, one := range aggregate.Errors() {
			if e, ok := one.(*validation.Error); ok {
				all = append(all, fieldError{e.Field, string(e.Type), e.Error()})
			}
		}
		return "validation", all
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "0 rules"):
		return "norules", nil
	case strings.Contains(text, "unknown group version field"):
		return "version", nil
	case strings.Contains(text, "no kind ") || strings.Contains(text, "unknown conversion"):
		return "kind", nil
	case strings.Contains(text, "cannot unmarshal") || strings.Contains(text, "parsing time") || strings.Contains(text, "unexpected GroupVersion"):
		return "type", nil
	}
	return "syntax", nil
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
