// Who may do what.

package main

import (
	"context"

	"k8s.io/apiserver/pkg/authorization/authorizer"
)

// authz: system:masters & kubeadm:cluster-admins everything; authenticated: read + discovery; anonymous: health and version.
type authz struct{ allowAll bool }

func (z authz) Authorize(_ context.Context, a authorizer.Attributes) (authorizer.Decision, string, error) {
	if z.allowAll {
		return authorizer.DecisionAllow, "", nil
	}
	p := a.GetPath()
	if !a.IsResourceRequest() && (a.GetVerb() == "get" || a.GetVerb() == "head") {
		for _, x := range []string{"/healthz", "/livez", "/readyz", "/version"} {
			if p == x || p == x+"/" {
				return authorizer.DecisionAllow, `RBAC: allowed by ClusterRoleBinding "system:public-info-viewer" (lab)`, nil
			}
		}
	}
	for _, g := range a.GetUser().GetGroups() {
		if g == "system:masters" || g == "kubeadm:cluster-admins" {
			return authorizer.DecisionAllow, "", nil
		}
		if g == "system:authenticated" && (a.IsReadOnly()) {
			return authorizer.DecisionAllow, "lab: authenticated may read", nil
		}
	}
	return authorizer.DecisionNoOpinion, "", nil
}
