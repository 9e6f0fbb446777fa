package main

import "math/rand"

// A value of a policy under construction: text, raw source, a list, or an object.
type (
	raw    string
	list   []any
	object struct{ fields []field }
	field  struct {
		name  string
		value any
	}
)

func (o *object) set(name string, value any) { o.fields = append(o.fields, field{name, value}) }

var (
	users      = []string{"alice", "bob", "admin", "system:kube-proxy", "system:apiserver", "system:serviceaccount:kube-system:default", "system:anonymous", "system:*", "*", "", "é"}
	groups     = []string{"system:authenticated", "system:unauthenticated", "system:nodes", "system:masters", "devs", "ops", "*", ""}
	verbs      = []string{"get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy", "post", "head", "*", "GET", ""}
	apiGroups  = []string{"", "apps", "batch", "extensions", "rbac.authorization.k8s.io", "metrics.k8s.io", "*", "policy"}
	resources  = []string{"pods", "pods/log", "pods/exec", "pods/status", "pods/*", "*/status", "*/scale", "*", "*/*", "secrets", "configmaps", "nodes", "deployments", "deployments/scale", "deployments/*", "services/proxy", "Pods", "", "/", "*/", "/*", "pods/", "a/b/c"}
	names      = []string{"a", "b", "kube-dns", "leader", "p", "", "*"}
	namespaces = []string{"default", "kube-system", "prod", "", "kube-*", "*"}
	paths      = []string{"/", "/healthz", "/healthz*", "/healthz/ping", "/api", "/api*", "/apis/*", "/version", "/metrics", "*", "/*", "/swagger*", "/openapi/v2", "/apis"}
	levels     = []string{"None", "Metadata", "Request", "RequestResponse"}
	stages     = []string{"RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"}
)

func some(r *rand.Rand, from []string, most int) list {
	var result list
	for n := r.Intn(most + 1); n > 0; n-- {
		result = append(result, pick(r, from))
	}
	return result
}

func chance(r *rand.Rand, percent int) bool { return r.Intn(100) < percent }

// randomPolicy is a policy that loads.
func randomPolicy(r *rand.Rand) *object {
	o := &object{}
	o.set("apiVersion", "audit.k8s.io/v1")
	o.set("kind", "Policy")
	if chance(r, 15) {
		meta := &object{}
		meta.set("name", pick(r, names))
		if chance(r, 30) {
			labels := &object{}
			labels.set("a", "b")
			meta.set("labels", labels)
		}
		o.set("metadata", meta)
	}
	if chance(r, 40) {
		o.set("omitStages", some(r, stages, 3))
	}
	if chance(r, 20) {
		o.set("omitManagedFields", raw(pick(r, []string{"true", "false"})))
	}
	var rules list
	for n := 1 + r.Intn(6); n > 0; n-- {
		rules = append(rules, randomRule(r))
	}
	o.set("rules", rules)
	r.Shuffle(len(o.fields), func(i, j int) {
		if chance(r, 20) {
			o.fields[i], o.fields[j] = o.fields[j], o.fields[i]
		}
	})
	return o
}

func randomRule(r *rand.Rand) *object {
	o := &object{}
	o.set("level", pick(r, levels))
	if chance(r, 30) {
		o.set("users", some(r, users, 3))
	}
	if chance(r, 30) {
		o.set("userGroups", some(r, groups, 3))
	}
	if chance(r, 40) {
		o.set("verbs", some(r, verbs, 4))
	}
	if chance(r, 25) {
		o.set("nonResourceURLs", some(r, paths, 3))
	} else {
		if chance(r, 60) {
			var all list
			for n := 1 + r.Intn(3); n > 0; n-- {
				all = append(all, randomResources(r))
			}
			o.set("resources", all)
		}
		if chance(r, 30) {
			o.set("namespaces", some(r, namespaces, 3))
		}
	}
	if chance(r, 25) {
		o.set("omitStages", some(r, stages, 3))
	}
	if chance(r, 15) {
		o.set("omitManagedFields", raw(pick(r, []string{"true", "false"})))
	}
	return o
}

func randomResources(r *rand.Rand) *object {
	o := &object{}
	if chance(r, 70) {
		o.set("group", pick(r, apiGroups))
	}
	if chance(r, 85) {
		o.set("resources", append(some(r, resources, 3), pick(r, resources)))
		if chance(r, 25) {
			o.set("resourceNames", some(r, names, 3))
		}
	}
	return o
}
