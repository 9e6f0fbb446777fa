// The check that a hostPath volume passes before its pod starts.

package main

import (
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
)

// ---- hostPath ----
func hostPathCheck(v corev1.Volume) error {
	h := v.HostPath
	if h == nil || h.Type == nil || *h.Type == "" {
		return nil
	}
	st, err := os.Stat(h.Path)
	ex := err == nil
	switch *h.Type {
	case corev1.HostPathDirectoryOrCreate:
		if !ex {
			return os.MkdirAll(h.Path, 0o755)
		}
		if !st.IsDir() {
			return fmt.Errorf("hostPath type check failed: %s is not a directory", h.Path)
		}
	case corev1.HostPathDirectory:
		if !ex || !st.IsDir() {
			return fmt.Errorf("hostPath type check failed: %s is not a directory", h.Path)
		}
	case corev1.HostPathFileOrCreate:
		if !ex {
			f, err := os.OpenFile(h.Path, os.O_CREATE, 0o644)
			if err != nil {
				return err
			}
			return f.Close()
		}
		if st.IsDir() {
			return fmt.Errorf("hostPath type check failed: %s is not a file", h.Path)
		}
	case corev1.HostPathFile:
		if !ex || st.IsDir() {
			return fmt.Errorf("hostPath type check failed: %s is not a file", h.Path)
		}
	}
	return nil
}
