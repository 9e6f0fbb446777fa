package main

import (
	"fmt"
	"math/rand"
)

// trafficRequest is a request as a busy cluster sees it: nodes, controllers, service accounts,
// people and probes, in about the proportions of a real audit log.
func trafficRequest(r *rand.Rand) request {
	authenticated := "system:authenticated"
	pod := fmt.Sprintf("web-%08x-%05x", r.Uint32(), r.Intn(1<<20))
	namespace := pick(r, []string{"default", "kube-system", "monitoring", "payments", "shop", "team-a", "team-b", "ingress-nginx"})
	resource := func(q request, verb, group, resource, subresource, name, namespace string) request {
		q.IsResource, q.Verb, q.APIGroup, q.Resource, q.Subresource, q.Name, q.Namespace = true, verb, group, resource, subresource, name, namespace
		return q
	}
	switch n := r.Intn(100); {
	case n < 25: // a node
		node := fmt.Sprintf("node-%03d", r.Intn(500))
		q := request{User: "system:node:" + node, Groups: []string{"system:nodes", authenticated}}
		switch r.Intn(5) {
		case 0:
			return resource(q, "update", "coordination.k8s.io", "leases", "", node, "kube-node-lease")
		case 1:
			return resource(q, "patch", "", "nodes", "status", node, "")
		case 2:
			return resource(q, "get", "", pick(r, []string{"configmaps", "secrets", "pods"}), "", pod, namespace)
		case 3:
			return resource(q, "patch", "", "pods", "status", pod, namespace)
		default:
			return resource(q, "watch", "", pick(r, []string{"configmaps", "secrets", "services", "pods"}), "", "", namespace)
		}
	case n < 45: // the control plane
		q := request{User: pick(r, []string{"system:kube-scheduler", "system:kube-controller-manager", "system:apiserver"}), Groups: []string{authenticated}}
		switch r.Intn(5) {
		case 0:
			return resource(q, "update", "coordination.k8s.io", "leases", "", "kube-scheduler", "kube-system")
		case 1:
			return resource(q, "create", "", "pods", "binding", pod, namespace)
		case 2:
			return resource(q, "create", "", "events", "", "", namespace)
		case 3:
			return resource(q, "update", "apps", "replicasets", "status", pod, namespace)
		default:
			return resource(q, pick(r, []string{"list", "watch", "get"}), pick(r, []string{"", "apps", "batch", "storage.k8s.io"}), pick(r, []string{"nodes", "pods", "endpoints", "jobs", "replicasets"}), "", "", "")
		}
	case n < 80: // a service account
		name := pick(r, []string{"kube-system:coredns", "kube-system:kube-proxy", "kube-system:generic-garbage-collector", "monitoring:prometheus", "ingress-nginx:ingress", "shop:operator", "team-a:argocd"})
		at := 0
		for name[at] != ':' {
			at++
		}
		q := request{User: "system:serviceaccount:" + name, Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + name[:at], authenticated}}
		return resource(q, pick(r, []string{"get", "list", "watch", "watch", "update", "patch", "create"}), pick(r, []string{"", "", "apps", "networking.k8s.io", "monitoring.coreos.com"}), pick(r, []string{"pods", "services", "endpoints", "configmaps", "secrets", "deployments", "ingresses", "prometheuses"}), "", pick(r, []string{"", "", pod}), namespace)
	case n < 88: // somebody
		q := request{User: pick(r, []string{"alice@example.com", "bob@example.com", "kubernetes-admin"}), Groups: []string{"system:masters", authenticated}}
		return resource(q, pick(r, []string{"get", "list", "delete", "create", "patch"}), pick(r, []string{"", "apps"}), pick(r, []string{"pods", "deployments", "secrets", "namespaces"}), pick(r, []string{"", "", "", "log", "exec"}), pod, namespace)
	default: // a probe or discovery
		q := request{User: pick(r, []string{"system:anonymous", "kubernetes-admin"}), Groups: []string{pick(r, []string{"system:unauthenticated", authenticated})}}
		q.Verb, q.Path = "get", pick(r, []string{"/healthz", "/livez", "/readyz", "/version", "/openapi/v2", "/apis", "/api/v1", "/apis/apps/v1", "/metrics", "/swagger.json"})
		return q
	}
}
