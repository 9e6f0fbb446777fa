// The part of the validation of pods that edits of an API server's manifest run into.

package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation"
)

func validatePod(p *corev1.Pod) (errs []string) {
	add := func(f string, a ...any) { errs = append(errs, fmt.Sprintf(f, a...)) }
	vols := map[string]bool{}
	for i, v := range p.Spec.Volumes {
		f := fmt.Sprintf("spec.volumes[%d]", i)
		if v.Name == "" {
			add("%s.name: Required value", f)
		} else if m := validation.IsDNS1123Label(v.Name); len(m) > 0 {
			add("%s.name: Invalid value: %q: %s", f, v.Name, m[0])
		} else if vols[v.Name] {
			add("%s.name: Duplicate value: %q", f, v.Name)
		}
		vols[v.Name] = true
		n := 0
		js, _ := json.Marshal(v.VolumeSource)
		var mm map[string]any
		_ = json.Unmarshal(js, &mm)
		n = len(mm)
		if n == 0 {
			add("%s: Required value: must specify a volume type", f)
		}
		if n > 1 {
			add("%s: Forbidden: may not specify more than 1 volume type", f)
		}
		if h := v.HostPath; h != nil {
			if h.Path == "" {
				add("%s.hostPath.path: Required value", f)
			}
			for _, s := range strings.Split(filepath.ToSlash(h.Path), "/") {
				if s == ".." {
					add("%s.hostPath.path: Invalid value: %q: must not contain '..'", f, h.Path)
				}
			}
			if h.Type != nil {
				switch *h.Type {
				case "", "DirectoryOrCreate", "Directory", "FileOrCreate", "File", "Socket", "CharDevice", "BlockDevice":
				default:
					add("%s.hostPath.type: Unsupported value: %q: supported values: \"\", \"BlockDevice\", \"CharDevice\", \"Directory\", \"DirectoryOrCreate\", \"File\", \"FileOrCreate\", \"Socket\"", f, *h.Type)
				}
			}
		}
	}
	if len(p.Spec.Containers) == 0 {
		add("spec.containers: Required value")
	}
	for i, c := range p.Spec.Containers {
		f := fmt.Sprintf("spec.containers[%d]", i)
		if c.Name == "" {
			add("%s.name: Required value", f)
		}
		if c.Image == "" {
			add("%s.image: Required value", f)
		}
		mp := map[string]bool{}
		for j, m := range c.VolumeMounts {
			g := fmt.Sprintf("%s.volumeMounts[%d]", f, j)
			if m.Name == "" {
				add("%s.name: Required value", g)
			}
			if !vols[m.Name] {
				add("%s.name: Not found: %q", g, m.Name)
			}
			if m.MountPath == "" {
				add("%s.mountPath: Required value", g)
			}
			if mp[m.MountPath] {
				add("%s.mountPath: Invalid value: %q: must be unique", g, m.MountPath)
			}
			mp[m.MountPath] = true
		}
	}
	return
}
