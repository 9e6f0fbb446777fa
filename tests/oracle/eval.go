package main

import (
	"encoding/json"
	"math/rand"
	"sort"
	"strings"

	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// request is a request as a policy sees it.
type request struct {
	User        string   `json:"user,omitempty"`
	Groups      []string `json:"groups,omitempty"`
	NoUser      bool     `json:"noUser,omitempty"`
	Verb        string   `json:"verb,omitempty"`
	APIGroup    string   `json:"apiGroup,omitempty"`
	Resource    string   `json:"resource,omitempty"`
	Subresource string   `json:"subresource,omitempty"`
	Name        string   `json:"name,omitempty"`
	Namespace   string   `json:"namespace,omitempty"`
	Path        string   `json:"path,omitempty"`
	IsResource  bool     `json:"isResource,omitempty"`
}

type decision struct {
	Level             string   `json:"level"`
	OmitStages        []string `json:"omitStages,omitempty"`
	OmitManagedFields bool     `json:"omitManagedFields,omitempty"`
	Rule              int      `json:"rule"`
}

func (q request) attributes() authorizer.Attributes {
	record := authorizer.AttributesRecord{
		Verb: q.Verb, APIGroup: q.APIGroup, Resource: q.Resource, Subresource: q.Subresource,
		Name: q.Name, Namespace: q.Namespace, Path: q.Path, ResourceRequest: q.IsResource,
	}
	if !q.NoUser {
		record.User = &user.DefaultInfo{Name: q.User, Groups: q.Groups}
	}
	return record
}

// evaluator asks the real evaluator: the whole policy what it decides, policies of one rule each
// which rule it was.
type evaluator struct {
	whole  audit.PolicyRuleEvaluator
	single []func(authorizer.Attributes) bool
}

func newEvaluator(loaded *auditinternal.Policy) *evaluator {
	e := &evaluator{}
	for i := range loaded.Rules {
		rule := *loaded.Rules[i].DeepCopy()
		rule.Level = auditinternal.LevelMetadata
		one := policy.NewPolicyRuleEvaluator(&auditinternal.Policy{Rules: []auditinternal.PolicyRule{rule}})
		e.single = append(e.single, func(a authorizer.Attributes) bool {
			return one.EvaluatePolicyRule(a).Level == auditinternal.LevelMetadata
		})
	}
	e.whole = policy.NewPolicyRuleEvaluator(loaded.DeepCopy())
	return e
}

func (e *evaluator) decide(q request) decision {
	attributes := q.attributes()
	config := e.whole.EvaluatePolicyRule(attributes)
	result := decision{Level: string(config.Level), OmitManagedFields: config.OmitManagedFields, Rule: -1}
	for _, stage := range config.OmitStages {
		result.OmitStages = append(result.OmitStages, string(stage))
	}
	sort.Strings(result.OmitStages)
	for i, matches := range e.single {
		if matches(attributes) {
			result.Rule = i
			break
		}
	}
	return result
}

func decideAll(text []byte, requests []request) []decision {
	loaded, err := policy.LoadPolicyFromBytes(text)
	if err != nil {
		panic(string(text) + err.Error())
	}
	e := newEvaluator(loaded)
	var all []decision
	for _, q := range requests {
		all = append(all, e.decide(q))
	}
	return all
}

// askRequests are the requests of a line that is there already.
func askRequests(raw json.RawMessage) []request {
	var requests []request
	if err := json.Unmarshal(raw, &requests); err != nil {
		panic(err)
	}
	return requests
}

// evalLine asks for the decisions on requests that are made to hit and to miss.
func evalLine(r *rand.Rand) *line {
	o := randomPolicy(r)
	for i := range o.fields {
		if o.fields[i].name == "metadata" {
			o.fields[i].name = "ignored"
		}
	}
	text := renderJSON(r, o)
	if _, err := policy.LoadPolicyFromBytes([]byte(text)); err != nil {
		return evalLine(r)
	}
	var requests []request
	for n := 25; n > 0; n-- {
		requests = append(requests, randomRequest(r))
	}
	answer := &line{T: "eval", Src: "gen", Policy: text, Want: decideAll([]byte(text), requests)}
	answer.Requests, _ = json.Marshal(requests)
	return answer
}

func randomRequest(r *rand.Rand) request {
	q := request{Verb: pick(r, verbs), IsResource: chance(r, 75)}
	if chance(r, 10) {
		q.NoUser = true
	} else {
		q.User = pick(r, users)
		for n := r.Intn(4); n > 0; n-- {
			q.Groups = append(q.Groups, pick(r, groups))
		}
	}
	if !q.IsResource || chance(r, 5) {
		q.Path = pick(r, paths) + pick(r, []string{"", "", "x", "/x", "*"})
	}
	if q.IsResource || chance(r, 10) {
		q.APIGroup = pick(r, apiGroups)
		whole := pick(r, resources)
		q.Resource = whole
		if at := strings.Index(whole, "/"); at >= 0 && chance(r, 80) {
			q.Resource, q.Subresource = whole[:at], whole[at+1:]
		} else if chance(r, 20) {
			q.Subresource = pick(r, []string{"status", "log", "scale", "exec", "*", "b/c", "/"})
		}
		if chance(r, 60) {
			q.Name = pick(r, names)
		}
		if chance(r, 60) {
			q.Namespace = pick(r, namespaces)
		}
	}
	return q
}
