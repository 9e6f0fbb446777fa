package main

import (
	"math/rand"
	"strings"
)

var (
	wrongYAML = []string{"~", "null", "", "1", "-1", "1.5", "0777", "0x1F", "1e3", ".inf", ".nan", "yes", "no", "y", "n", "on", "true", "false", "[]", "{}", "[a]", "[[a]]", "[1, a]", "[~]", "[null, x]", "[yes]", "{a: b}", "[{a: b}]", "a", "''", "'1'", "!!str 1", "!!int a", "!!binary aGVsbG8=", "2020-01-01", "12:30:45", "2020-01-01T00:00:00Z", "123456789012345678901234567890", "9223372036854775808", "|\n      a\n", "{? a}", "{1: 2}", "{~: x}", "{[a]: b}", "'a<b>&c'", "\"\\u2028\\t\\\"\"", "[{level: None}]", "[{level: Metadata}, ~]"}
	wrongJSON = []string{"null", "1", "-1", "1.5", "1e3", "1e400", "-0", "true", "false", "[]", "{}", "[\"a\"]", "[[\"a\"]]", "[1,\"a\"]", "[null]", "[null,\"x\"]", "{\"a\":\"b\"}", "[{\"a\":\"b\"}]", "\"a\"", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "\"a<b>&c\"", "nul", "01", "+1", ".5", "'a'", "[1,]", "{\"a\":1,}", "[{\"level\":\"None\"}]", "9223372036854775808", "123456789012345678901234567890"}
	badWords  = []string{"", "none", "METADATA", "metadata", "Request Response", "Foo", "RequestRecieved", "panic", "a\"b", "a<b", "é", "tab\there", "Apps", "-a", "a-", "a..b", "a_b", "rbac.authorization.k8s.io/v1", "foo", "x*y", "/a*b", "/a**", "**", "/**", "healthz", "/a b", strings.Repeat("a", 253), strings.Repeat("a", 254), strings.Repeat("A", 254), "\u200b", "\U0001F600", "\u00ad", "\x7f"}
	badNames  = []string{"resource", "nonResourceUrls", "NonResourceURLs", "user", "Verbs", "Level", "Rules", "apiGroup", "apiGroups", "namespace", "omitStage", "x", "foo.bar", "a\"b", "-level", "kind ", "metaData", "ApiVersion", "KIND", "apiversion", "Kind", "APIVersion", "<<", "1", "true", "~", "OmitStages", "name", "labels"}
	versions  = []string{"", "v1", "audit.k8s.io/v1", "audit.k8s.io/v1beta1", "audit.k8s.io/v1alpha1", "audit.k8s.io/v2", "audit.k8s.io", "audit.k8s.io/", "/", "/v1", "foo/", "foo/v1", "audit.k8s.io/v1/x", "a/b/c/d", "audit.k8s.io/__internal", "__internal", "Audit.k8s.io/v1", "audit.k8s.io/v1 ", "audit.k8s.io/V1", "\"q\"/v1", "é/v1"}
	kinds     = []string{"", "Policy", "policy", "POLICY", "Policies", "PolicyList", "Event", "EventList", "List", "ConfigMap", "Status", "WatchEvent", "ListOptions", "DeleteOptions", "APIGroup", "Policy ", "é", "a\"b"}
	metadata  = []string{"name", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "labels", "annotations", "ownerReferences", "finalizers", "managedFields", "uid", "selfLink", "Name", "foo"}
	times     = []string{"foo", "", "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5+01:00", "2020-01-01", "2020-13-01T00:00:00Z", "2020-02-30T00:00:00Z", "2020-01-01T25:00:00Z", "2020-01-01T00:60:00Z", "2020-01-01T00:00:61Z", "2020-01-01T00:00:00+25:00", "2020-01-01T00:00:00+01:61", "2020-01-01T00:00:00x01:00", "2020-01-01T00:00:00Zx", "2020-01-01T0:00:00Z", "2020-1-01T00:00:00Z", "20-01-01", "2020/01/01", "é", "a\"b", "2020-01-01 00:00:00Z", "2020-01-01T00:00:00,5Z", "2020-01-01T00:00:00."}
)

// mutation is a structured mistake. json says which language the policy will be written in.
func mutate(r *rand.Rand, policy *object, json bool) {
	wrong := func() any {
		if json {
			return raw(pick(r, wrongJSON))
		}
		return raw(pick(r, wrongYAML))
	}
	target := anyObject(r, policy)
	switch r.Intn(14) {
	case 0: // a value of a wrong type
		if len(target.fields) > 0 {
			target.fields[r.Intn(len(target.fields))].value = wrong()
		}
	case 1: // an unknown field
		insert(r, target, pick(r, badNames), wrong())
	case 2: // a field twice
		if len(target.fields) > 0 {
			again := target.fields[r.Intn(len(target.fields))]
			if chance(r, 50) {
				again.value = wrong()
			}
			insert(r, target, again.name, again.value)
		}
	case 3: // a field twice with another good value
		other := anyObject(r, randomPolicy(r))
		for _, f := range other.fields {
			insert(r, target, f.name, f.value)
		}
	case 4: // a field lost
		if len(target.fields) > 0 {
			at := r.Intn(len(target.fields))
			target.fields = append(target.fields[:at:at], target.fields[at+1:]...)
		}
	case 5: // a wrong word
		replaceText(r, target, pick(r, badWords))
	case 6: // apiVersion
		for i := range policy.fields {
			if policy.fields[i].name == "apiVersion" {
				policy.fields[i].value = pick(r, versions)
			}
		}
	case 7: // kind
		for i := range policy.fields {
			if policy.fields[i].name == "kind" {
				policy.fields[i].value = pick(r, kinds)
			}
		}
	case 8: // metadata
		meta := &object{}
		for n := 1 + r.Intn(3); n > 0; n-- {
			name := pick(r, metadata)
			if strings.HasSuffix(name, "Timestamp") && chance(r, 80) {
				meta.set(name, pick(r, times))
			} else {
				meta.set(name, wrong())
			}
		}
		insert(r, policy, "metadata", meta)
	case 9: // the case of a name
		if len(target.fields) > 0 {
			f := &target.fields[r.Intn(len(target.fields))]
			switch r.Intn(3) {
			case 0:
				f.name = strings.ToUpper(f.name)
			case 1:
				f.name = strings.Title(f.name)
			default:
				f.name = strings.ToLower(f.name)
			}
		}
	case 10: // both kinds of rule
		insert(r, target, "nonResourceURLs", some(r, append(append([]string{}, paths...), badWords...), 3))
	case 11:
		insert(r, target, "namespaces", some(r, append(append([]string{}, namespaces...), badWords...), 3))
	case 12:
		names := &object{}
		names.set("group", pick(r, append(append([]string{}, apiGroups...), badWords...)))
		names.set("resourceNames", some(r, append(append([]string{}, apiGroups...), badWords...), 3))
		insert(r, target, "resources", list{names})
	case 13:
		insert(r, target, "omitStages", some(r, append(append([]string{}, stages...), badWords...), 3))
	}
}

func insert(r *rand.Rand, o *object, name string, value any) {
	at := r.Intn(len(o.fields) + 1)
	o.fields = append(o.fields[:at:at], append([]field{{name, value}}, o.fields[at:]...)...)
}

func anyObject(r *rand.Rand, root any) *object {
	var all []*object
	var walk func(value any)
	walk = func(value any) {
		switch v := value.(type) {
		case *object:
			all = append(all, v)
			for _, f := range v.fields {
				walk(f.value)
			}
		case list:
			for _, item := range v {
				walk(item)
			}
		}
	}
	walk(root)
	if chance(r, 30) {
		return all[0]
	}
	return all[r.Intn(len(all))]
}

func replaceText(r *rand.Rand, o *object, word string) {
	var spots []func()
	for i := range o.fields {
		f := &o.fields[i]
		switch v := f.value.(type) {
		case string:
			spots = append(spots, func() { f.value = word })
		case list:
			for j := range v {
				if _, isText := v[j].(string); isText {
					spots = append(spots, func() { v[j] = word })
				}
			}
		}
	}
	if len(spots) > 0 {
		spots[r.Intn(len(spots))]()
	}
}
