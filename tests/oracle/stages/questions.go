package main

import (
	"fmt"
	"strings"
)

// pods is where the stand-in for pods is served.
const pods = "/apis/example.apiserver.k8s.io/v1/namespaces/n/pods"

const pod = `{"apiVersion":"example.apiserver.k8s.io/v1","kind":"Pod","metadata":{"name":"a","namespace":"n","managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{}}]}}`

// questions asks everything at the highest level, then a few things about stages and fields.
func questions() []question {
	var all []question
	add := func(policy string, q question) {
		q.Policy = "apiVersion: audit.k8s.io/v1\nkind: Policy\n" + policy + "\n"
		all = append(all, q)
	}
	for _, level := range []string{"None", "Metadata", "Request", "RequestResponse"} {
		for _, q := range requests() {
			add(fmt.Sprintf("rules: [{level: %s}]", level), q)
		}
	}
	for _, policy := range []string{
		"omitStages: [RequestReceived]\nrules: [{level: RequestResponse, omitStages: [Panic]}]",
		"rules: [{level: Request, omitStages: [ResponseStarted]}]",
		"rules: [{level: RequestResponse, omitStages: [ResponseComplete]}]",
		"omitManagedFields: true\nrules: [{level: RequestResponse}]",
		"omitManagedFields: true\nrules: [{level: RequestResponse, omitManagedFields: false}]",
		"rules: [{level: Metadata, verbs: [nothing]}]",
	} {
		for _, q := range requests() {
			add(policy, q)
		}
	}
	return all
}

func requests() []question {
	return []question{
		{Method: "GET", URI: pods + "/a"},
		{Method: "GET", URI: pods},
		{Method: "GET", URI: pods + "?watch=1"},
		{Method: "POST", URI: pods, Body: pod},
		{Method: "PUT", URI: pods + "/a", Body: pod},
		{Method: "PATCH", URI: pods + "/a", Body: `{"metadata":{"labels":{"x":"y"}}}`},
		{Method: "DELETE", URI: pods + "/a", Body: `{"apiVersion":"v1","kind":"DeleteOptions"}`},
		{Method: "DELETE", URI: pods, Body: `{"apiVersion":"v1","kind":"DeleteOptions"}`},
		{Method: "GET", URI: pods + "/a/status"},
		{Method: "PUT", URI: pods + "/a/status", Body: pod},
		{Method: "GET", URI: pods + "/a/log"},
		{Method: "POST", URI: pods + "/a/exec"},
		{Method: "GET", URI: pods + "/a/exec"},
		{Method: "GET", URI: pods + "/a/proxy"},
		{Method: "POST", URI: pods + "/a/binding", Body: pod},
		{Method: "GET", URI: "/healthz"},
		{Method: "POST", URI: "/healthz", Body: "{}"},
		{Method: "GET", URI: "/debug/pprof/profile"},
		{Method: "POST", URI: pods, Body: pod, Refused: true},
		{Method: "GET", URI: pods + "?watch=1", Refused: true},
		{Method: "GET", URI: pods + "/a/exec", Refused: true},
		{Method: "GET", URI: "/healthz", Refused: true},
		{Method: "GET", URI: pods + "/a", NoUser: true},
		{Method: "POST", URI: pods, Body: pod, NoUser: true},
		{Method: "GET", URI: "/healthz", NoUser: true},
		{Method: "PUT", URI: pods + "/panic", Body: strings.Replace(pod, `"name":"a"`, `"name":"panic"`, 1), Panic: true},
		{Method: "GET", URI: pods + "/panic", Panic: true},
		{Method: "DELETE", URI: pods + "/panic", Body: `{"apiVersion":"v1","kind":"DeleteOptions"}`, Panic: true},
		{Method: "GET", URI: "/panic", Panic: true},
	}
}
