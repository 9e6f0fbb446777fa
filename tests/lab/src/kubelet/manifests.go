// The manifests directory: which pods are wanted.

package main

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
)

// ---- manifest directory ----
func decode(path string) (*corev1.Pod, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	j, err := utilyaml.ToJSON(b)
	if err != nil {
		return nil, fmt.Errorf("%v: couldn't parse as pod(%v), please check config file", path, err)
	}
	o, err := runtime.Decode(scheme.Codecs.UniversalDeserializer(), j)
	if err != nil {
		return nil, fmt.Errorf("%v: couldn't parse as pod(%v), please check config file", path, err)
	}
	p, ok := o.(*corev1.Pod)
	if !ok {
		return nil, fmt.Errorf("%v: couldn't parse as pod(invalid pod: %T), please check config file", path, o)
	}
	if p.UID == "" {
		text, err := json.Marshal(p)
		if err != nil {
			return nil, err
		}
		sum := md5.New()
		fmt.Fprintf(sum, "host:%sfile:%s%s", *node, path, text)
		p.UID = types.UID(hex.EncodeToString(sum.Sum(nil)))
	}
	p.Name += "-" + strings.ToLower(*node)
	if p.Namespace == "" {
		p.Namespace = "default"
	}
	p.Spec.NodeName = *node
	if p.Annotations == nil {
		p.Annotations = map[string]string{}
	}
	p.Annotations["kubernetes.io/config.hash"] = string(p.UID)
	p.Annotations["kubernetes.io/config.source"] = "file"
	if errs := validatePod(p); len(errs) > 0 {
		return nil, fmt.Errorf("%v: couldn't parse as pod(invalid pod: [%s]), please check config file", path, strings.Join(errs, ", "))
	}
	return p, nil
}

func (r *runner) scan(full bool) {
	ents, err := filepath.Glob(filepath.Join(*dir, "[^.]*"))
	if err != nil {
		return
	}
	sort.Strings(ents)
	seen := map[string]bool{}
	if full {
		r.desired = map[string]*corev1.Pod{}
	}
	for _, f := range ents {
		st, err := os.Stat(f)
		if err != nil || !st.Mode().IsRegular() {
			continue
		}
		seen[f] = true
		stamp := fmt.Sprint(st.ModTime().UnixNano(), st.Size(), st.Sys().(*syscall.Stat_t).Ino)
		if !full && r.stamps[f] == stamp {
			continue
		}
		r.stamps[f] = stamp
		p, err := decode(f)
		if err != nil {
			r.complainOfManifest(f, err)
			r.errs[f] = err.Error()
			continue
		}
		delete(r.errs, f)
		key := p.Namespace + "/" + p.Name
		r.files[f] = key
		if o, ok := r.desired[key]; full && ok {
			r.ev(key, "Note", "SamePodTwice", fmt.Sprintf("%s replaces the pod of the same name from another file (uid %s)", f, o.UID))
		}
		r.desired[key] = p
		p.Annotations["lab/file"] = f
	}
	for f, key := range r.files {
		if !seen[f] {
			delete(r.files, f)
			delete(r.stamps, f)
			delete(r.errs, f)
			if !full {
				delete(r.desired, key)
			}
		}
	}
}
