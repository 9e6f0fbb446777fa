// What a kubelet that starts finds running: its own pods of before.

package main

import (
	"context"
	"fmt"
	"os"
	"time"

	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

// adopt takes over the sandboxes that are there, each with its newest container: a pod that is still
// wanted goes on, the others are ended as always.
func (r *runner) adopt(ctx context.Context) {
	sandboxes, err := r.rt.ListPodSandbox(ctx, &cri.ListPodSandboxRequest{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	for _, sandbox := range sandboxes.Items {
		pod := &podState{
			UID: sandbox.Metadata.Uid, Name: sandbox.Metadata.Name, Namespace: sandbox.Metadata.Namespace,
			Sandbox: sandbox.Id, Phase: "Running", startedAt: time.Now(),
			fails: map[string]int{}, nextProbe: map[string]time.Time{},
		}
		filter := &cri.ContainerFilter{PodSandboxId: sandbox.Id}
		containers, err := r.rt.ListContainers(ctx, &cri.ListContainersRequest{Filter: filter})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		newest := int64(-1)
		for _, container := range containers.Containers {
			if container.CreatedAt > newest {
				newest = container.CreatedAt
				pod.Container, pod.Attempt = container.Id, int(container.Metadata.Attempt)
			}
		}
		pod.Restarts = pod.Attempt
		if status, err := r.rt.ContainerStatus(ctx, &cri.ContainerStatusRequest{ContainerId: pod.Container}); err == nil {
			pod.LogPath = status.Status.LogPath
		}
		r.pods[pod.UID] = pod
	}
}
