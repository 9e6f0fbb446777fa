// Command kubelet stands in for the kubelet: it does what that does for static pods, over the container runtime interface.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	corev1 "k8s.io/api/core/v1"
	cri "k8s.io/cri-api/pkg/apis/runtime/v1"
)

var (
	dir       = flag.String("manifests", "/etc/kubernetes/manifests", "manifests directory")
	sock      = flag.String("cri", "/run/containerd/containerd.sock", "socket of the container runtime")
	podLogs   = flag.String("pod-log-dir", "/var/log/pods", "directory of container logs")
	node      = flag.String("node-name", "lab-node", "name of the node")
	stateFile = flag.String("state", "state.json", "file that shows the state of all pods")
	journal   = flag.String("journal", "/run/kubelet.journal", "file that journalctl of the lab reads")
	look      = flag.Duration("look", 300*time.Millisecond, "time between two looks at changed manifests and at containers")
	rescan    = flag.Duration("file-check-frequency", 20*time.Second, "time between two full listings")
	backoff0  = flag.Duration("backoff", 10*time.Second, "first pause of a crash loop")
	backoffM  = flag.Duration("backoff-max", 300*time.Second, "longest pause of a crash loop")
	probeDiv  = flag.Int("probe-divisor", 1, "divide the periods of probes by this")
)

func main() {
	flag.Parse()
	conn, err := grpc.NewClient("unix://"+*sock, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	r := &runner{rt: cri.NewRuntimeServiceClient(conn), desired: map[string]*corev1.Pod{}, files: map[string]string{}, stamps: map[string]string{}, pods: map[string]*podState{}, errs: map[string]string{}}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	r.adopt(context.Background())
	nextFull := time.Now()
	for {
		full := !time.Now().Before(nextFull)
		if full {
			nextFull = time.Now().Add(*rescan)
		}
		r.scan(full)
		want := map[string]bool{}
		for _, p := range r.desired {
			want[string(p.UID)] = true
		}
		for uid, ps := range r.pods { // old pods first: same-name static pods never overlap
			if !want[uid] {
				r.kill(ps, "manifest changed or removed")
				_ = os.RemoveAll(r.logDir(ps))
				delete(r.pods, uid)
			}
		}
		for _, p := range r.desired {
			uid := string(p.UID)
			if r.pods[uid] == nil {
				r.pods[uid] = &podState{UID: uid, Name: p.Name, Namespace: p.Namespace, spec: p, File: p.Annotations["lab/file"], Phase: "Pending"}
			}
			r.pods[uid].spec = p
			r.syncPod(r.pods[uid])
		}
		r.save()
		select {
		case <-stop:
			for _, ps := range r.pods {
				r.kill(ps, "lab down")
			}
			r.pods = map[string]*podState{}
			r.save()
			return
		case <-time.After(*look):
		}
	}
}
