package main

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// BenchmarkDecide decides the requests of the file KUBECTL_AUDIT_REQUESTS by the policy of the file
// KUBECTL_AUDIT_POLICY, as benches/decide.rs does.
func BenchmarkDecide(b *testing.B) {
	text, err := os.ReadFile(os.Getenv("KUBECTL_AUDIT_POLICY"))
	if err != nil {
		b.Skip(err)
	}
	loaded, err := policy.LoadPolicyFromBytes(text)
	if err != nil {
		b.Fatal(err)
	}
	evaluator := policy.NewPolicyRuleEvaluator(loaded)
	file, err := os.Open(os.Getenv("KUBECTL_AUDIT_REQUESTS"))
	if err != nil {
		b.Skip(err)
	}
	defer file.Close()
	var all []authorizer.Attributes
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var q request
		if err := json.Unmarshal(scanner.Bytes(), &q); err != nil {
			b.Fatal(err)
		}
		all = append(all, q.attributes())
	}
	for name, some := range map[string][]authorizer.Attributes{"hot": all[:1000], "cold": all} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; i < b.N; i++ {
				evaluator.EvaluatePolicyRule(some[i%len(some)])
			}
		})
	}
}
