// Storage of resources in memory.

package main

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"sync"

	"github.com/google/uuid"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metainternal "k8s.io/apimachinery/pkg/apis/meta/internalversion"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
)

type memREST struct {
	rest.TableConvertor
	r     res
	rv    *counter
	mu    sync.Mutex
	items map[string]runtime.Object
	bc    *watch.Broadcaster
}

func (m *memREST) New() runtime.Object { return m.r.obj.DeepCopyObject() }

func (m *memREST) NewList() runtime.Object { return m.r.list.DeepCopyObject() }

func (m *memREST) Destroy() {}

func (m *memREST) NamespaceScoped() bool { return m.r.namespaced }

func (m *memREST) GetSingularName() string { return strings.TrimSuffix(m.r.name, "s") }

func (m *memREST) ShortNames() []string { return m.r.short }

func (m *memREST) gr() schema.GroupResource {
	return schema.GroupResource{Group: m.r.gv.Group, Resource: m.r.name}
}

func (m *memREST) key(ctx context.Context, name string) string {
	if !m.r.namespaced {
		return name
	}
	return request.NamespaceValue(ctx) + "/" + name
}

func (m *memREST) Get(ctx context.Context, name string, _ *metav1.GetOptions) (runtime.Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	o, ok := m.items[m.key(ctx, name)]
	if !ok {
		return nil, apierrors.NewNotFound(m.gr(), name)
	}
	return o.DeepCopyObject(), nil
}

func (m *memREST) List(ctx context.Context, o *metainternal.ListOptions) (runtime.Object, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l := m.NewList()
	keys := make([]string, 0, len(m.items))
	for k := range m.items {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var out []runtime.Object
	ns := request.NamespaceValue(ctx)
	for _, k := range keys {
		if m.r.namespaced && ns != "" && !strings.HasPrefix(k, ns+"/") {
			continue
		}
		it := m.items[k]
		acc, _ := meta.Accessor(it)
		if o != nil && o.LabelSelector != nil && !o.LabelSelector.Matches(labelsOf(acc)) {
			continue
		}
		if o != nil && o.FieldSelector != nil {
			if n, ok := o.FieldSelector.RequiresExactMatch("metadata.name"); ok && n != acc.GetName() {
				continue
			}
		}
		out = append(out, it.DeepCopyObject())
	}
	if err := meta.SetList(l, out); err != nil {
		return nil, err
	}
	la, _ := meta.ListAccessor(l)
	la.SetResourceVersion(m.rv.cur())
	return l, nil
}

func (m *memREST) Create(ctx context.Context, obj runtime.Object, v rest.ValidateObjectFunc, o *metav1.CreateOptions) (runtime.Object, error) {
	acc, err := meta.Accessor(obj)
	if err != nil {
		return nil, err
	}
	if acc.GetName() == "" {
		if acc.GetGenerateName() == "" {
			return nil, apierrors.NewBadRequest("name or generateName is required")
		}
		acc.SetName(acc.GetGenerateName() + uuid.NewString()[:5])
	}
	if m.r.namespaced {
		acc.SetNamespace(request.NamespaceValue(ctx))
	}
	if v != nil {
		if err := v(ctx, obj.DeepCopyObject()); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.key(ctx, acc.GetName())
	if _, ok := m.items[k]; ok {
		return nil, apierrors.NewAlreadyExists(m.gr(), acc.GetName())
	}
	rest.FillObjectMetaSystemFields(acc)
	acc.SetResourceVersion(m.rv.next())
	if o != nil && len(o.DryRun) > 0 {
		return obj, nil
	}
	m.items[k] = obj.DeepCopyObject()
	_ = m.bc.Action(watch.Added, obj.DeepCopyObject())
	return obj, nil
}

func (m *memREST) Update(ctx context.Context, name string, info rest.UpdatedObjectInfo, cv rest.ValidateObjectFunc, uv rest.ValidateObjectUpdateFunc, allowCreate bool, o *metav1.UpdateOptions) (runtime.Object, bool, error) {
	m.mu.Lock()
	old, ok := m.items[m.key(ctx, name)]
	m.mu.Unlock()
	if !ok && !allowCreate {
		return nil, false, apierrors.NewNotFound(m.gr(), name)
	}
	if !ok {
		n, err := info.UpdatedObject(ctx, m.New())
		if err != nil {
			return nil, false, err
		}
		r, err := m.Create(ctx, n, cv, &metav1.CreateOptions{DryRun: o.DryRun})
		return r, true, err
	}
	n, err := info.UpdatedObject(ctx, old.DeepCopyObject())
	if err != nil {
		return nil, false, err
	}
	if uv != nil {
		if err := uv(ctx, n, old); err != nil {
			return nil, false, err
		}
	}
	na, _ := meta.Accessor(n)
	oa, _ := meta.Accessor(old)
	if na.GetResourceVersion() != "" && na.GetResourceVersion() != oa.GetResourceVersion() {
		return nil, false, apierrors.NewConflict(m.gr(), name, fmt.Errorf("the object has been modified; please apply your changes to the latest version and try again"))
	}
	na.SetUID(oa.GetUID())
	na.SetCreationTimestamp(oa.GetCreationTimestamp())
	na.SetResourceVersion(m.rv.next())
	if o == nil || len(o.DryRun) == 0 {
		m.mu.Lock()
		m.items[m.key(ctx, name)] = n.DeepCopyObject()
		m.mu.Unlock()
		_ = m.bc.Action(watch.Modified, n.DeepCopyObject())
	}
	return n, false, nil
}

func (m *memREST) Delete(ctx context.Context, name string, v rest.ValidateObjectFunc, o *metav1.DeleteOptions) (runtime.Object, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := m.key(ctx, name)
	old, ok := m.items[k]
	if !ok {
		return nil, false, apierrors.NewNotFound(m.gr(), name)
	}
	if v != nil {
		if err := v(ctx, old.DeepCopyObject()); err != nil {
			return nil, false, err
		}
	}
	if o == nil || len(o.DryRun) == 0 {
		delete(m.items, k)
		_ = m.bc.Action(watch.Deleted, old.DeepCopyObject())
	}
	return old, true, nil
}

func (m *memREST) DeleteCollection(ctx context.Context, v rest.ValidateObjectFunc, o *metav1.DeleteOptions, lo *metainternal.ListOptions) (runtime.Object, error) {
	l, err := m.List(ctx, lo)
	if err != nil {
		return nil, err
	}
	its, _ := meta.ExtractList(l)
	for _, it := range its {
		a, _ := meta.Accessor(it)
		c := ctx
		if m.r.namespaced {
			c = request.WithNamespace(ctx, a.GetNamespace())
		}
		if _, _, err := m.Delete(c, a.GetName(), v, o); err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (m *memREST) Watch(ctx context.Context, o *metainternal.ListOptions) (watch.Interface, error) {
	var init []watch.Event
	if o == nil || o.ResourceVersion == "" || o.ResourceVersion == "0" {
		l, err := m.List(ctx, o)
		if err != nil {
			return nil, err
		}
		its, _ := meta.ExtractList(l)
		for _, it := range its {
			init = append(init, watch.Event{Type: watch.Added, Object: it})
		}
	}
	return m.bc.WatchWithPrefix(init)
}

type statusREST struct{ *memREST }

func (s statusREST) Create() {} // hides memREST.Create: a status subresource can be read and updated only

func (s statusREST) List() {}

func (s statusREST) Delete() {}

func (s statusREST) Watch() {}

func (s statusREST) DeleteCollection() {}

type reviewREST struct{ r res }

func (x *reviewREST) New() runtime.Object { return x.r.obj.DeepCopyObject() }

func (x *reviewREST) Destroy() {}

func (x *reviewREST) NamespaceScoped() bool { return false }

func (x *reviewREST) GetSingularName() string { return strings.TrimSuffix(x.r.name, "s") }

func (x *reviewREST) Create(_ context.Context, o runtime.Object, _ rest.ValidateObjectFunc, _ *metav1.CreateOptions) (runtime.Object, error) {
	return o, nil
}

type lab map[string]string

func (l lab) Has(k string) bool { _, ok := l[k]; return ok }

func (l lab) Get(k string) string { return l[k] }

func (l lab) Lookup(k string) (string, bool) {
	v, ok := l[k]
	return v, ok
}

func labelsOf(a metav1.Object) lab { return lab(a.GetLabels()) }
