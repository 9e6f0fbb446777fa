// The resources it serves.

package main

import (
	"context"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	authnv1 "k8s.io/api/authentication/v1"
	batchv1 "k8s.io/api/batch/v1"
	coordv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	netv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	generatedopenapi "k8s.io/apiextensions-apiserver/pkg/generated/openapi"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	clientscheme "k8s.io/client-go/kubernetes/scheme"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/util"
	"k8s.io/kube-openapi/pkg/validation/spec"
)

type res struct {
	gv         schema.GroupVersion
	name       string
	namespaced bool
	short      []string
	obj, list  runtime.Object
	createOnly bool
}

var v1 = corev1.SchemeGroupVersion

var resources = []res{
	{v1, "namespaces", false, []string{"ns"}, &corev1.Namespace{}, &corev1.NamespaceList{}, false},
	{v1, "nodes", false, []string{"no"}, &corev1.Node{}, &corev1.NodeList{}, false},
	{v1, "configmaps", true, []string{"cm"}, &corev1.ConfigMap{}, &corev1.ConfigMapList{}, false},
	{v1, "secrets", true, nil, &corev1.Secret{}, &corev1.SecretList{}, false},
	{v1, "pods", true, []string{"po"}, &corev1.Pod{}, &corev1.PodList{}, false},
	{v1, "services", true, []string{"svc"}, &corev1.Service{}, &corev1.ServiceList{}, false},
	{v1, "endpoints", true, []string{"ep"}, &corev1.Endpoints{}, &corev1.EndpointsList{}, false},
	{v1, "events", true, []string{"ev"}, &corev1.Event{}, &corev1.EventList{}, false},
	{v1, "serviceaccounts", true, []string{"sa"}, &corev1.ServiceAccount{}, &corev1.ServiceAccountList{}, false},
	{appsv1.SchemeGroupVersion, "deployments", true, []string{"deploy"}, &appsv1.Deployment{}, &appsv1.DeploymentList{}, false},
	{batchv1.SchemeGroupVersion, "jobs", true, nil, &batchv1.Job{}, &batchv1.JobList{}, false},
	{coordv1.SchemeGroupVersion, "leases", true, nil, &coordv1.Lease{}, &coordv1.LeaseList{}, false},
	{netv1.SchemeGroupVersion, "networkpolicies", true, []string{"netpol"}, &netv1.NetworkPolicy{}, &netv1.NetworkPolicyList{}, false},
	{rbacv1.SchemeGroupVersion, "roles", true, nil, &rbacv1.Role{}, &rbacv1.RoleList{}, false},
	{rbacv1.SchemeGroupVersion, "rolebindings", true, nil, &rbacv1.RoleBinding{}, &rbacv1.RoleBindingList{}, false},
	{rbacv1.SchemeGroupVersion, "clusterroles", false, nil, &rbacv1.ClusterRole{}, &rbacv1.ClusterRoleList{}, false},
	{rbacv1.SchemeGroupVersion, "clusterrolebindings", false, nil, &rbacv1.ClusterRoleBinding{}, &rbacv1.ClusterRoleBindingList{}, false},
	{authnv1.SchemeGroupVersion, "tokenreviews", false, nil, &authnv1.TokenReview{}, nil, true},
}

func newScheme() (*runtime.Scheme, serializer.CodecFactory) {
	s := runtime.NewScheme()
	utilruntime.Must(clientscheme.AddToScheme(s))
	metav1.AddToGroupVersion(s, schema.GroupVersion{Version: "v1"})
	s.AddUnversionedTypes(schema.GroupVersion{Version: "v1"}, &metav1.Status{}, &metav1.APIVersions{}, &metav1.APIGroupList{}, &metav1.APIGroup{}, &metav1.APIResourceList{})
	for _, r := range resources {
		in := schema.GroupVersion{Group: r.gv.Group, Version: runtime.APIVersionInternal}
		s.AddKnownTypes(in, r.obj)
		if r.list != nil {
			s.AddKnownTypes(in, r.list)
		}
		kind := strings.TrimPrefix(fmt.Sprintf("%T", r.obj), "*"+strings.Split(strings.TrimPrefix(fmt.Sprintf("%T", r.obj), "*"), ".")[0]+".")
		if kind != "Event" && kind != "Pod" && kind != "Node" && kind != "Namespace" && kind != "Secret" {
			continue
		}
		_ = s.AddFieldLabelConversionFunc(r.gv.WithKind(kind), func(l, v string) (string, string, error) { return l, v, nil })
	}
	return s, serializer.NewCodecFactory(s)
}

func definitions(s *runtime.Scheme) common.GetOpenAPIDefinitions {
	return func(ref common.ReferenceCallback) map[string]common.OpenAPIDefinition {
		d := generatedopenapi.GetOpenAPIDefinitions(ref)
		open := common.OpenAPIDefinition{Schema: spec.Schema{SchemaProps: spec.SchemaProps{Type: []string{"object"}},
			VendorExtensible: spec.VendorExtensible{Extensions: spec.Extensions{"x-kubernetes-preserve-unknown-fields": true}}}}
		for _, r := range resources {
			for _, o := range []runtime.Object{r.obj, r.list} {
				if o == nil {
					continue
				}
				n := util.GetCanonicalTypeName(o)
				if _, ok := d[n]; !ok {
					kind := reflect.TypeOf(o).Elem().Name()
					x := open
					x.Schema.Extensions = spec.Extensions{"x-kubernetes-preserve-unknown-fields": true,
						"x-kubernetes-group-version-kind": []interface{}{map[string]interface{}{"group": r.gv.Group, "version": r.gv.Version, "kind": kind}}}
					d[n] = x
				}
			}
		}
		return d
	}
}

func installAPIs(gs *genericapiserver.GenericAPIServer, s *runtime.Scheme, codecs serializer.CodecFactory) error {
	pc := runtime.NewParameterCodec(s)
	rv := &counter{n: 1}
	groups := map[string]*genericapiserver.APIGroupInfo{}
	order := []string{}
	for _, r := range resources {
		gi, ok := groups[r.gv.Group]
		if !ok {
			x := genericapiserver.NewDefaultAPIGroupInfo(r.gv.Group, s, pc, codecs)
			x.PrioritizedVersions = []schema.GroupVersion{r.gv}
			x.VersionedResourcesStorageMap[r.gv.Version] = map[string]rest.Storage{}
			gi = &x
			groups[r.gv.Group] = gi
			order = append(order, r.gv.Group)
		}
		if r.createOnly {
			gi.VersionedResourcesStorageMap[r.gv.Version][r.name] = &reviewREST{r: r}
			continue
		}
		m := &memREST{r: r, rv: rv, items: map[string]runtime.Object{}, bc: watch.NewBroadcaster(1000, watch.DropIfChannelFull), TableConvertor: rest.NewDefaultTableConvertor(schema.GroupResource{Group: r.gv.Group, Resource: r.name})}
		gi.VersionedResourcesStorageMap[r.gv.Version][r.name] = m
		if r.name == "pods" || r.name == "nodes" || r.name == "deployments" {
			gi.VersionedResourcesStorageMap[r.gv.Version][r.name+"/status"] = statusREST{m}
		}
		if r.name == "namespaces" {
			for _, n := range []string{"default", "kube-system", "kube-public"} {
				_, _ = m.Create(context.Background(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: n}}, nil, &metav1.CreateOptions{})
			}
		}
	}
	for _, g := range order {
		if g == "" {
			if err := gs.InstallLegacyAPIGroup("/api", groups[g]); err != nil {
				return err
			}
			continue
		}
		if err := gs.InstallAPIGroup(groups[g]); err != nil {
			return err
		}
	}
	return nil
}

type counter struct {
	sync.Mutex
	n int
}

func (c *counter) next() string { c.Lock(); defer c.Unlock(); c.n++; return strconv.Itoa(c.n) }

func (c *counter) cur() string { c.Lock(); defer c.Unlock(); return strconv.Itoa(c.n) }
