// Pods and their containers: started, restarted with a back-off, stopped.

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

type podState struct {
	UID, Name, Namespace, File, Phase, Waiting string
	Sandbox, Container                         string
	Attempt, Restarts                          int
	Ready, Started                             bool
	LastExit                                   *int32
	LastReason                                 string
	LogPath                                    string
	spec                                       *corev1.Pod
	nextStart                                  time.Time
	bo                                         time.Duration
	startedAt                                  time.Time
	fails                                      map[string]int
	nextProbe                                  map[string]time.Time
}

type runner struct {
	rt      cri.RuntimeServiceClient
	desired map[string]*corev1.Pod // ns/name
	files   map[string]string      // file -> key
	stamps  map[string]string
	pods    map[string]*podState // uid
	events  []event
	errs    map[string]string // file -> error
}

// ---- sync ----
func (r *runner) kill(ps *podState, why string) {
	c := context.Background()
	if ps.Sandbox != "" {
		r.ev(ps.Name, "Normal", "Killing", "Stopping container ("+why+")")
		if ps.Container != "" {
			g := int64(30)
			if ps.spec != nil && ps.spec.Spec.TerminationGracePeriodSeconds != nil {
				g = *ps.spec.Spec.TerminationGracePeriodSeconds
			}
			_, _ = r.rt.StopContainer(c, &cri.StopContainerRequest{ContainerId: ps.Container, Timeout: g})
		}
		_, _ = r.rt.StopPodSandbox(c, &cri.StopPodSandboxRequest{PodSandboxId: ps.Sandbox})
		_, _ = r.rt.RemovePodSandbox(c, &cri.RemovePodSandboxRequest{PodSandboxId: ps.Sandbox})
		ps.Sandbox, ps.Container = "", ""
	}
}

func (r *runner) logDir(ps *podState) string {
	return filepath.Join(*podLogs, fmt.Sprintf("%s_%s_%s", ps.Namespace, ps.Name, ps.UID))
}

func (r *runner) syncPod(ps *podState) {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	p := ps.spec
	ct := p.Spec.Containers[0]
	labels := map[string]string{"io.kubernetes.pod.name": ps.Name, "io.kubernetes.pod.namespace": ps.Namespace, "io.kubernetes.pod.uid": ps.UID, "io.kubernetes.container.name": ct.Name}
	for k, v := range p.Labels {
		labels[k] = v
	}
	pc := &cri.PodSandboxConfig{Metadata: &cri.PodSandboxMetadata{Name: ps.Name, Namespace: ps.Namespace, Uid: ps.UID, Attempt: 0},
		LogDirectory: r.logDir(ps), Labels: labels,
		Linux: &cri.LinuxPodSandboxConfig{CgroupParent: "/lab-static-pods", SecurityContext: &cri.LinuxSandboxSecurityContext{NamespaceOptions: &cri.NamespaceOption{Network: cri.NamespaceMode_NODE, Pid: cri.NamespaceMode_CONTAINER, Ipc: cri.NamespaceMode_POD}}}}
	if ps.Sandbox != "" {
		st, err := r.rt.PodSandboxStatus(ctx, &cri.PodSandboxStatusRequest{PodSandboxId: ps.Sandbox})
		if err != nil || st.Status.State != cri.PodSandboxState_SANDBOX_READY {
			r.ev(ps.Name, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.")
			r.kill(ps, "sandbox gone")
		}
	}
	if ps.Container != "" {
		st, err := r.rt.ContainerStatus(ctx, &cri.ContainerStatusRequest{ContainerId: ps.Container})
		if err == nil && st.Status.State == cri.ContainerState_CONTAINER_RUNNING {
			ps.Phase, ps.Waiting = "Running", ""
			r.probe(ps, &ct)
			return
		}
		if err == nil && ps.Waiting == "" {
			x := st.Status.ExitCode
			ps.LastExit, ps.LastReason, ps.Ready, ps.Started = &x, st.Status.Reason, false, false
			if time.Since(ps.startedAt) > 10*time.Minute {
				ps.bo = 0
			}
			if ps.bo == 0 {
				ps.bo = *backoff0
				ps.nextStart = time.Now()
			} else {
				ps.nextStart = time.Now().Add(ps.bo)
				ps.bo = min(ps.bo*2, *backoffM)
				ps.Waiting = "CrashLoopBackOff"
				r.complainOfPod(ps, "CrashLoopBackOff", fmt.Sprintf("back-off %s restarting failed container=%s pod=%s_%s(%s)", time.Until(ps.nextStart).Round(time.Second), ct.Name, ps.Name, ps.Namespace, ps.UID))
				r.ev(ps.Name, "Warning", "BackOff", fmt.Sprintf("Back-off %s restarting failed container=%s pod=%s_%s(%s)", time.Until(ps.nextStart).Round(time.Second), ct.Name, ps.Name, ps.Namespace, ps.UID))
			}
		}
		if time.Now().Before(ps.nextStart) {
			return
		}
		_, _ = r.rt.RemoveContainer(ctx, &cri.RemoveContainerRequest{ContainerId: ps.Container})
		ps.Container = ""
		ps.Attempt++
		ps.Restarts++
	}
	if time.Now().Before(ps.nextStart) {
		return
	}
	var mounts []*cri.Mount
	vol := map[string]corev1.Volume{}
	for _, v := range p.Spec.Volumes {
		vol[v.Name] = v
		if err := hostPathCheck(v); err != nil {
			ps.Waiting, ps.Phase = "ContainerCreating", "Pending"
			r.ev(ps.Name, "Warning", "FailedMount", fmt.Sprintf("MountVolume.SetUp failed for volume %q : %v", v.Name, err))
			r.complainOfMount(ps, v.Name, err)
			ps.nextStart = time.Now().Add(2 * time.Second)
			return
		}
	}
	for _, m := range ct.VolumeMounts {
		v := vol[m.Name]
		if v.HostPath == nil {
			continue
		}
		hp := v.HostPath.Path
		if m.SubPath != "" {
			hp = filepath.Join(hp, m.SubPath)
		}
		mounts = append(mounts, &cri.Mount{ContainerPath: m.MountPath, HostPath: hp, Readonly: m.ReadOnly, Propagation: cri.MountPropagation_PROPAGATION_PRIVATE})
	}
	if err := os.MkdirAll(filepath.Join(r.logDir(ps), ct.Name), 0o755); err != nil {
		r.ev(ps.Name, "Warning", "Failed", err.Error())
		return
	}
	if ps.Sandbox == "" {
		s, err := r.rt.RunPodSandbox(ctx, &cri.RunPodSandboxRequest{Config: pc})
		if err != nil {
			r.ev(ps.Name, "Warning", "FailedCreatePodSandBox", err.Error())
			ps.nextStart = time.Now().Add(2 * time.Second)
			return
		}
		ps.Sandbox = s.PodSandboxId
	}
	var envs []*cri.KeyValue
	for _, e := range ct.Env {
		envs = append(envs, &cri.KeyValue{Key: e.Name, Value: []byte(e.Value)})
	}
	lp := fmt.Sprintf("%s/%d.log", ct.Name, ps.Attempt)
	cc := &cri.ContainerConfig{Metadata: &cri.ContainerMetadata{Name: ct.Name, Attempt: uint32(ps.Attempt)}, Image: &cri.ImageSpec{Image: ct.Image},
		Command: ct.Command, Args: ct.Args, Envs: envs, WorkingDir: ct.WorkingDir, Mounts: mounts, Labels: labels, LogPath: lp,
		Annotations: map[string]string{"io.kubernetes.container.restartCount": fmt.Sprint(ps.Restarts)},
		Linux:       &cri.LinuxContainerConfig{SecurityContext: &cri.LinuxContainerSecurityContext{NamespaceOptions: pc.Linux.SecurityContext.NamespaceOptions}}}
	c, err := r.rt.CreateContainer(ctx, &cri.CreateContainerRequest{PodSandboxId: ps.Sandbox, Config: cc, SandboxConfig: pc})
	if err == nil {
		ps.LogPath = filepath.Join(r.logDir(ps), lp)
		r.ev(ps.Name, "Normal", "Created", fmt.Sprintf("Created container: %s attempt %d", ct.Name, ps.Attempt))
		_, err = r.rt.StartContainer(ctx, &cri.StartContainerRequest{ContainerId: c.ContainerId})
	}
	if err != nil {
		ps.Waiting = "CreateContainerError"
		r.complainOfPod(ps, "RunContainerError", err.Error())
		r.ev(ps.Name, "Warning", "Failed", "Error: "+err.Error())
		if c != nil {
			_, _ = r.rt.RemoveContainer(ctx, &cri.RemoveContainerRequest{ContainerId: c.ContainerId})
		}
		if ps.bo == 0 {
			ps.bo = *backoff0
		}
		ps.nextStart = time.Now().Add(ps.bo)
		return
	}
	ps.Container, ps.Phase, ps.Waiting, ps.startedAt = c.ContainerId, "Running", "", time.Now()
	ps.fails, ps.nextProbe, ps.Ready, ps.Started = map[string]int{}, map[string]time.Time{}, false, false
	r.ev(ps.Name, "Normal", "Started", "Started container "+ct.Name)
}
