package main

import (
	"math/rand"
	"net/http"
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/util/sets"
	apirequest "k8s.io/apiserver/pkg/endpoints/request"
	genericfilters "k8s.io/apiserver/pkg/server/filters"
)

var (
	resolver = &apirequest.RequestInfoFactory{
		APIPrefixes:          sets.NewString("api", "apis"),
		GrouplessAPIPrefixes: sets.NewString("api"),
	}
	isLongRunning = genericfilters.BasicLongRunningRequestCheck(
		sets.NewString("watch", "proxy"),
		sets.NewString("attach", "exec", "proxy", "log", "portforward"),
	)
)

// requestInfo fills in what the server makes of a method and a URI; false if the URI is none.
func requestInfo(answer *line) bool {
	parsed, err := url.ParseRequestURI(answer.URL)
	if err != nil {
		return false
	}
	req := &http.Request{Method: answer.Method, URL: parsed}
	info, err := resolver.NewRequestInfo(req)
	answer.Err = ""
	if err != nil {
		answer.Err = err.Error()
	}
	answer.Attrs = &request{
		NoUser: true, Verb: info.Verb, APIGroup: info.APIGroup, Resource: info.Resource, Subresource: info.Subresource,
		Name: info.Name, Namespace: info.Namespace, Path: info.Path, IsResource: info.IsResourceRequest,
	}
	answer.APIVersion = info.APIVersion
	answer.LongRunning = isLongRunning(req, info)
	return true
}

var (
	methods  = []string{"GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "WATCH", "get", "PROXY", "CONNECT"}
	segments = []string{
		"api", "apis", "v1", "v1beta1", "apps", "batch", "metrics.k8s.io", "namespaces", "default", "kube-system", "pods", "nodes", "services",
		"configmaps", "secrets", "deployments", "p", "n1", "status", "finalize", "scale", "log", "exec", "attach", "portforward", "proxy", "watch",
		"eviction", "token", "", "", ".", "..", "a%2Fb", "a%20b", "%41", "é", "a b", "a:b", "*", "healthz", "metrics", "openapi", "debug", "pprof", "(x)", "\"", "<", "{}", "|", "^", "%c3%a9", "a;b", "a=b", "a,b", "~", "!",
	}
	parameters = []string{
		"watch", "watch=", "watch=true", "watch=1", "watch=0", "watch=false", "watch=False", "watch=FALSE", "watch=no", "Watch=true", "wat%63h=1", "watch=%zz", "watch;x", "watch=1;",
		"limit=500", "limit=x", "limit=", "limit=-1", "limit=%2B1", "limit=+1", "limit=99999999999999999999", "timeoutSeconds=10", "timeoutSeconds=x", "timeoutSeconds=",
		"fieldSelector=metadata.name%3Da", "fieldSelector=metadata.name=a", "fieldSelector=metadata.name%3D%3Da", "fieldSelector=metadata.name!%3Da", "fieldSelector=metadata.name%3Da%2Cmetadata.namespace%3Db",
		"fieldSelector=spec.nodeName%3Dn,metadata.name%3Dz,metadata.name%3Da", "fieldSelector=metadata.name%3D", "fieldSelector=metadata.name%3D.", "fieldSelector=metadata.name%3D..", "fieldSelector=metadata.name%3Da%25b", "fieldSelector=metadata.name%3Da%2Fb",
		"fieldSelector=metadata.name%3Da%5C%2Cb", "fieldSelector=metadata.name%3Da%5Cb", "fieldSelector=metadata.name%3Da%5C", "fieldSelector=x", "fieldSelector=,", "fieldSelector=", "fieldSelector=%3D", "fieldSelector=a!b%3Dc,metadata.name%3Dq", "fieldSelector= metadata.name%3Da", "fieldSelector=metadata.name%3D+a", "fieldselector=metadata.name%3Da",
		"labelSelector=a%3Db", "labelSelector=a in (b,c)", "labelSelector=a+notin+(b)", "labelSelector=!a", "labelSelector=a,b", "labelSelector=a%3D%3Db,c!%3Dd", "labelSelector=a,", "labelSelector=,a", "labelSelector=a b", "labelSelector=a in b", "labelSelector=a in (", "labelSelector=a in ()", "labelSelector=a in (,b,,)",
		"labelSelector=-a", "labelSelector=a%2Fb", "labelSelector=a%2Fb%2Fc", "labelSelector=%2Fb", "labelSelector=A%2Fb", "labelSelector=x.y%2Fb", "labelSelector=a%3D-", "labelSelector=a%3Db_c.d", "labelSelector=a>1", "labelSelector=a<x", "labelSelector=a>", "labelSelector=a%3D%3D%3Db", "labelSelector=!!a", "labelSelector=! a", "labelSelector=in", "labelSelector=in in (in,notin)", "labelSelector=a%00b", "labelSelector=%00", "labelSelector=a%3D%00", "labelSelector=é", "labelSelector=a!", "labelSelector=a%0Cb", "labelSelector=%0Ca", "labelSelector=()", "labelSelector=a%3D(b)", "labelSelector=!a%3Db", "labelSelector=!a in (b)", "labelSelector=" + strings.Repeat("a", 63), "labelSelector=" + strings.Repeat("a", 64), "labelSelector=a%3D" + strings.Repeat("b", 64),
		"resourceVersion=1", "resourceVersion=x", "resourceVersionMatch=foo", "allowWatchBookmarks=true", "sendInitialEvents=true", "continue=abc", "pretty=true", "a=b", "", "=", "%", "a=%", "&", "#x",
	}
)

// requestInfoLine asks what a random URI asks for.
func requestInfoLine(r *rand.Rand) *line {
	for {
		answer := &line{T: "reqinfo", Method: pick(r, methods), URL: randomURL(r)}
		if requestInfo(answer) {
			return answer
		}
	}
}

func randomURL(r *rand.Rand) string {
	var path string
	switch r.Intn(6) {
	case 0:
		path = ""
	case 1, 2:
		path = "/api/v1"
	case 3:
		path = "/apis/apps/v1"
	case 4:
		path = pick(r, []string{"/api/v1/namespaces/x", "/apis/batch/v1/namespaces/x", "/api/v1/watch", "/api/v1/proxy", "/apis/apps/v1/watch/namespaces/x", "/debug/pprof", "//api/v1"})
	case 5:
		path = "/" + pick(r, segments)
	}
	for n := r.Intn(6); n > 0; n-- {
		path += "/" + pick(r, segments)
	}
	if path == "" || chance(r, 8) {
		path += "/"
	}
	if chance(r, 50) {
		path += "?"
		for n := r.Intn(4); n > 0; n-- {
			path += pick(r, parameters)
			if n > 1 {
				path += "&"
			}
		}
	}
	return path
}
