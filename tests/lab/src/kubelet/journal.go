// What it says: its own state for the lab, and the kubelet's journal.

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

type event struct{ Time, Pod, Type, Reason, Message string }

func (r *runner) ev(pod, typ, reason, msg string) {
	if n := len(r.events); n > 0 && r.events[n-1].Pod == pod && r.events[n-1].Message == msg {
		return
	}
	e := event{time.Now().Format("15:04:05.000"), pod, typ, reason, msg}
	fmt.Fprintf(os.Stderr, "%s %s %s %s: %s\n", e.Time, typ, pod, reason, msg)
	r.events = append(r.events, e)
	if len(r.events) > 300 {
		r.events = r.events[100:]
	}
}

func (r *runner) save() {
	type st struct {
		Pods   []*podState
		Errors map[string]string
		Events []event
	}
	s := st{Errors: r.errs, Events: r.events}
	for _, p := range r.pods {
		s.Pods = append(s.Pods, p)
	}
	b, _ := json.MarshalIndent(s, "", " ")
	if old, err := os.ReadFile(*stateFile); err == nil && bytes.Equal(old, b) {
		return
	}
	_ = os.WriteFile(*stateFile+".tmp", b, 0o644)
	_ = os.Rename(*stateFile+".tmp", *stateFile)
}

// complain writes a line to the journal as the kubelet words it, behind the time that journalctl needs.
func (r *runner) complain(place, text string) {
	now := time.Now()
	line := fmt.Sprintf("%d E%s %7d %s] %s\n", now.Unix(), now.Format("0102 15:04:05.000000"), os.Getpid(), place, text)
	file, err := os.OpenFile(*journal, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	defer file.Close()
	if _, err := file.WriteString(line); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
}

// complainOfManifest words what pkg/kubelet/config/file.go says about a file it cannot read.
func (r *runner) complainOfManifest(file string, err error) {
	if r.errs[file] != err.Error() {
		r.ev(file, "Warning", "Manifest", err.Error())
	}
	r.complain("file.go:187", fmt.Sprintf("%q err=%q path=%q", "Could not process manifest file", err.Error(), file))
}

// complainOfMount words what nestedpendingoperations.go says about a volume it cannot set up.
func (r *runner) complainOfMount(ps *podState, volume string, err error) {
	id := fmt.Sprintf("kubernetes.io/host-path/%s-%s", ps.UID, volume)
	r.complain("nestedpendingoperations.go:348", fmt.Sprintf(
		"Operation for \"{volumeName:%s podName:%s nodeName:}\" failed. No retries permitted until %s (durationBeforeRetry 500ms). Error: MountVolume.SetUp failed for volume %q (UniqueName: %q) pod %q (UID: %q) : %v",
		id, ps.UID, time.Now().Add(500*time.Millisecond).UTC(), volume, id, ps.Name, ps.UID, err))
}

// complainOfPod words what pod_workers.go says about a container that does not start.
func (r *runner) complainOfPod(ps *podState, reason, text string) {
	why := fmt.Sprintf("failed to \"StartContainer\" for %q with %s: %q", ps.spec.Spec.Containers[0].Name, reason, text)
	r.complain("pod_workers.go:1301", fmt.Sprintf("%q err=%q pod=%q podUID=%q", "Error syncing pod, skipping", why, ps.Namespace+"/"+ps.Name, ps.UID))
}
