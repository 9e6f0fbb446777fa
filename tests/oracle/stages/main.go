// Sends requests through the API server's own chain of audit filters and REST handlers, and prints
// what arrives at the audit log, one JSON object a line:
//
//	go run . > ../../data/stages.jsonl
//
// {"policy","method","uri","body","noUser","refused","panic","events":[{"stage","request","response"}]}; request and
// response are there if the event carries that body: "whole", or "bare" if it has no managed fields.
// tests/stages.rs holds what we explain against it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/sets"
	auditinternal "k8s.io/apiserver/pkg/apis/audit"
	"k8s.io/apiserver/pkg/audit/policy"
	"k8s.io/apiserver/pkg/authentication/authenticator"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/authorization/authorizer"
	genericapifilters "k8s.io/apiserver/pkg/endpoints/filters"
	apirequest "k8s.io/apiserver/pkg/endpoints/request"
	genericfilters "k8s.io/apiserver/pkg/server/filters"
)

// question is a request and the policy it is asked under.
type question struct {
	Policy  string  `json:"policy"`
	Method  string  `json:"method"`
	URI     string  `json:"uri"`
	Body    string  `json:"body,omitempty"`
	NoUser  bool    `json:"noUser,omitempty"`
	Refused bool    `json:"refused,omitempty"`
	Panic   bool    `json:"panic,omitempty"`
	Events  []event `json:"events"`
}

type event struct {
	Stage    string `json:"stage"`
	Request  string `json:"request,omitempty"`
	Response string `json:"response,omitempty"`
}

// sink keeps the events of one request.
type sink struct {
	mu     sync.Mutex
	events []event
}

func (s *sink) ProcessEvents(events ...*auditinternal.Event) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range events {
		s.events = append(s.events, event{string(e.Stage), body(e.RequestObject), body(e.ResponseObject)})
	}
	return true
}

func body(object *runtime.Unknown) string {
	switch {
	case object == nil:
		return ""
	case strings.Contains(string(object.Raw), "managedFields"):
		return "whole"
	}
	return "bare"
}

// denies allows nobody anything.
var denies = authorizer.AuthorizerFunc(func(context.Context, authorizer.Attributes) (authorizer.Decision, string, error) {
	return authorizer.DecisionDeny, "", nil
})

// ask sends the question through the chain, in the order of DefaultBuildHandlerChain.
func ask(q *question, rest http.Handler) {
	loaded, err := policy.LoadPolicyFromBytes([]byte(q.Policy))
	if err != nil {
		panic(err)
	}
	events := &sink{}
	evaluator := policy.NewPolicyRuleEvaluator(loaded)
	longRunning := genericfilters.BasicLongRunningRequestCheck(
		sets.NewString("watch", "proxy"),
		sets.NewString("attach", "exec", "proxy", "log", "portforward"),
	)
	if q.Refused {
		rest = genericapifilters.WithAuthorization(rest, denies, codecs)
	}
	handler := genericapifilters.WithAudit(rest, events, evaluator, longRunning)
	failed := genericapifilters.Unauthorized(codecs)
	failed = genericapifilters.WithFailedAuthenticationAudit(failed, events, evaluator)
	who := authenticator.RequestFunc(func(*http.Request) (*authenticator.Response, bool, error) {
		return &authenticator.Response{User: &user.DefaultInfo{Name: "alice", Groups: []string{"system:authenticated"}}}, !q.NoUser, nil
	})
	handler = genericapifilters.WithAuthentication(handler, who, failed, nil, nil)
	resolver := &apirequest.RequestInfoFactory{APIPrefixes: sets.NewString("api", "apis"), GrouplessAPIPrefixes: sets.NewString("api")}
	handler = genericapifilters.WithRequestInfo(handler, resolver)
	handler = genericapifilters.WithAuditInit(handler)
	send(q, handler)
	q.Events = events.events
}

// send waits until the server is through with the request.
func send(q *question, handler http.Handler) {
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	defer server.Close()
	req, err := http.NewRequest(q.Method, server.URL+q.URI, strings.NewReader(q.Body))
	if err != nil {
		panic(err)
	}
	if q.Method == "PATCH" {
		req.Header.Set("Content-Type", "application/merge-patch+json")
	}
	answer, err := server.Client().Do(req)
	if err != nil {
		if !q.Panic {
			panic(err)
		}
		return
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	if answer.StatusCode >= 400 && !q.NoUser && !q.Refused {
		panic(fmt.Sprintf("%s %s: %d %s", q.Method, q.URI, answer.StatusCode, text))
	}
}

func main() {
	handler := served()
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	for _, q := range questions() {
		ask(&q, handler)
		if err := encoder.Encode(q); err != nil {
			panic(err)
		}
	}
}
