package main

import (
	"context"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/emicklei/go-restful/v3"
	"k8s.io/apimachinery/pkg/api/meta"
	metainternalversion "k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/managedfields"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/apis/example"
	"k8s.io/apiserver/pkg/apis/example/install"
	examplev1 "k8s.io/apiserver/pkg/apis/example/v1"
	"k8s.io/apiserver/pkg/endpoints"
	"k8s.io/apiserver/pkg/registry/rest"
)

var (
	scheme = runtime.NewScheme()
	codecs = serializer.NewCodecFactory(scheme)
)

// served serves pods that always exist, and paths that are no resources.
func served() http.Handler {
	install.Install(scheme)
	scheme.AddKnownTypes(example.SchemeGroupVersion, &example.PodList{})
	scheme.AddKnownTypes(examplev1.SchemeGroupVersion, &examplev1.PodList{})
	metav1.AddToGroupVersion(scheme, schema.GroupVersion{Version: "v1"})
	gv := examplev1.SchemeGroupVersion
	options := schema.GroupVersion{Version: "v1"}
	all := storage{}
	group := &endpoints.APIGroupVersion{
		Storage: map[string]rest.Storage{
			"pods": all, "pods/status": status{}, "pods/log": logs{}, "pods/exec": connection{}, "pods/proxy": connection{}, "pods/binding": binding{},
		},
		Root: "/apis", GroupVersion: gv, OptionsExternalVersion: &options,
		Serializer: codecs, ParameterCodec: runtime.NewParameterCodec(scheme),
		Typer: scheme, Creater: scheme, Convertor: scheme, ConvertabilityChecker: scheme, Defaulter: scheme, UnsafeConvertor: runtime.UnsafeObjectConvertor(scheme),
		Namer: runtime.Namer(meta.NewAccessor()), TypeConverter: managedfields.NewDeducedTypeConverter(),
		EquivalentResourceRegistry: runtime.NewEquivalentResourceRegistry(), MinRequestTimeout: time.Second, MaxRequestBodyBytes: 1 << 20,
	}
	container := restful.NewContainer()
	if _, _, err := group.InstallREST(container); err != nil {
		panic(err)
	}
	container.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		panicFor(path.Base(req.URL.Path))
		_, _ = io.WriteString(w, "ok")
	}))
	return container
}

// panicFor panics where a question asks for it, before there is an answer.
func panicFor(name string) {
	if name == "panic" {
		panic("as asked")
	}
}

func thePod() *example.Pod {
	fields := []metav1.ManagedFieldsEntry{{Manager: "m", Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1", FieldsType: "FieldsV1", FieldsV1: &metav1.FieldsV1{Raw: []byte("{}")}}}
	return &example.Pod{ObjectMeta: metav1.ObjectMeta{Name: "a", Namespace: "n", ResourceVersion: "1", UID: "u", ManagedFields: fields}}
}

// object is what all of them have in common.
type object struct{}

func (object) New() runtime.Object   { return &example.Pod{} }
func (object) Destroy()              {}
func (object) NamespaceScoped() bool { return true }

type storage struct{ status }

func (storage) GetSingularName() string { return "pod" }
func (storage) NewList() runtime.Object { return &example.PodList{} }
func (storage) List(context.Context, *metainternalversion.ListOptions) (runtime.Object, error) {
	return &example.PodList{Items: []example.Pod{*thePod()}}, nil
}
func (storage) ConvertToTable(ctx context.Context, o runtime.Object, options runtime.Object) (*metav1.Table, error) {
	return rest.NewDefaultTableConvertor(schema.GroupResource{Resource: "pods"}).ConvertToTable(ctx, o, options)
}
func (storage) Watch(context.Context, *metainternalversion.ListOptions) (watch.Interface, error) {
	events := watch.NewFakeWithChanSize(1, false)
	events.Add(thePod())
	events.Stop()
	return events, nil
}
func (storage) Create(_ context.Context, o runtime.Object, _ rest.ValidateObjectFunc, _ *metav1.CreateOptions) (runtime.Object, error) {
	return thePod(), nil
}
func (storage) Delete(_ context.Context, name string, _ rest.ValidateObjectFunc, _ *metav1.DeleteOptions) (runtime.Object, bool, error) {
	panicFor(name)
	return thePod(), true, nil
}
func (storage) DeleteCollection(context.Context, rest.ValidateObjectFunc, *metav1.DeleteOptions, *metainternalversion.ListOptions) (runtime.Object, error) {
	return &example.PodList{Items: []example.Pod{*thePod()}}, nil
}

type status struct{ object }

func (status) Get(_ context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	panicFor(name)
	return thePod(), nil
}
func (status) Update(ctx context.Context, name string, info rest.UpdatedObjectInfo, _ rest.ValidateObjectFunc, _ rest.ValidateObjectUpdateFunc, _ bool, _ *metav1.UpdateOptions) (runtime.Object, bool, error) {
	panicFor(name)
	if _, err := info.UpdatedObject(ctx, thePod()); err != nil {
		return nil, false, err
	}
	return thePod(), false, nil
}

// logs answers with a stream, as pods/log does.
type logs struct{ object }

func (logs) Get(context.Context, string, *metav1.GetOptions) (runtime.Object, error) {
	return stream{}, nil
}

type stream struct{}

func (stream) GetObjectKind() schema.ObjectKind { return schema.EmptyObjectKind }
func (stream) DeepCopyObject() runtime.Object   { return stream{} }
func (stream) InputStream(context.Context, string, string) (io.ReadCloser, bool, string, error) {
	return io.NopCloser(strings.NewReader("line\n")), false, "text/plain", nil
}

// connection is handed the connection, as pods/exec is.
type connection struct{ object }

func (connection) ConnectMethods() []string                          { return []string{"GET", "POST"} }
func (connection) NewConnectOptions() (runtime.Object, bool, string) { return nil, false, "" }
func (connection) Connect(context.Context, string, runtime.Object, rest.Responder) (http.Handler, error) {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }), nil
}

// binding is created below an object, as pods/binding is.
type binding struct{ object }

func (binding) Create(_ context.Context, _ string, _ runtime.Object, _ rest.ValidateObjectFunc, _ *metav1.CreateOptions) (runtime.Object, error) {
	return &metav1.Status{Status: metav1.StatusSuccess}, nil
}
